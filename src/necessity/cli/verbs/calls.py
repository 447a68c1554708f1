"""`necessity calls`: a sheet to print or read from while calling a plan, an administrator or an employer."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.page import day
from necessity.cli.sheet import Sheet
from necessity.rulebook.words import words
from necessity.workflow.calls import CallSheet, Question, call_sheets

_LINE = "______________________"


def calls(
    case: Path,
    *,
    to: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Print what to ask a plan, administrator or employer, with lines for the answers.

    Parameters
    ----------
    case
        The case folder.
    to
        Only this one: a funding source's id, payer or kind.
    on
        The day to decide for; today if left out.
    as_json
        One JSON document instead of words.
    """
    today = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge()
    sheets = call_sheets(judge, record, judge.decide(record, today), to)
    if as_json:
        print(
            json.dumps({"case": record.id, "on": str(today), "sheets": [_as_dict(sheet) for sheet in sheets]}, indent=2)
        )
        return 0
    page = Sheet()
    if not sheets:
        page.line("There is nobody to call: the record names no account, plan or programme that somebody else runs.", 0)
    for sheet in sheets:
        page.line(f"Call sheet: {sheet.name} ({sheet.funding_source}), {day(today)}", 0)
        _show(page, sheet, case)
        page.gap()
    page.line(words().notice, 0)
    return 0


def _show(page: Sheet, sheet: CallSheet, folder: Path) -> None:
    page.gap()
    page.line("They ask first for")
    for label, value in sheet.member:
        page.line(f"{label}: {value or '(not in the record)'}", 4)
    page.gap()
    if not sheet.questions:
        page.line("Nothing is open that they could answer.")
        return _before(page, sheet)
    page.line("Note before you ask: what staff say does not bind the plan, so ask where it is written.")
    for label in ("Day", "Name of the person", "Reference number"):
        page.line(f"{label}: {_LINE}", 4)
    for title, questions in (
        ("The decision waits for", [q for q in sheet.questions if q.decides]),
        ("Worth asking on the same call", [q for q in sheet.questions if not q.decides]),
    ):
        if questions:
            page.gap()
            page.line(title)
        for number, question in enumerate(questions, 1):
            _ask(page, number, question)
    _before(page, sheet)
    first = next((question for question in sheet.questions if question.fact), None)
    if first:
        page.gap()
        page.line("Keep the answers, with who said it:")
        told = '--told-by "NAME" --reference NUMBER'
        print(f"    necessity answer {folder} {first.fact}=ANSWER {told} --about {sheet.funding_source}")


def _before(page: Sheet, sheet: CallSheet) -> None:
    if sheet.asked_before:
        page.gap()
        page.line("Said before")
    for said in sheet.asked_before:
        page.item("•", said, 4)


def _ask(page: Sheet, number: int, question: Question) -> None:
    page.item(f"{number}.", question.words, 4)
    choices = f" ({', '.join(question.choices)})" if question.choices else ""
    page.line(f"Answer{choices}: {_LINE}", 7)
    if question.fact:
        page.line(f"becomes {question.fact}{', asked of the employer' if question.asked_of == 'employer' else ''}", 7)


def _as_dict(sheet: CallSheet) -> dict[str, object]:
    return {
        "funding_source": sheet.funding_source,
        "name": sheet.name,
        "member": dict(sheet.member),
        "questions": [question._asdict() for question in sheet.questions],
        "asked_before": list(sheet.asked_before),
    }
