"""`necessity checklist`: the steps before the first session, done, open or not needed."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.page import day
from necessity.cli.sheet import Sheet, source_words
from necessity.rulebook.words import words
from necessity.workflow.checklist import Step, StepState, first_session, is_ready
from necessity.workflow.checklist import checklist as make_checklist

_MARKS = {StepState.DONE: "✔", StepState.OPEN: "○", StepState.NOT_NEEDED: "–"}
_SAID = {StepState.DONE: "done", StepState.OPEN: "open", StepState.NOT_NEEDED: "not needed"}


def checklist(
    case: Path,
    *,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """List what to do before the first session, in order, with why and where it is asked for.

    Parameters
    ----------
    case
        The case folder.
    on
        The day to look from; today if left out.
    as_json
        One JSON document instead of words.
    """
    today = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge()
    steps = make_checklist(judge, record, judge.decide(record, today), today)
    first_on = first_session(record)
    if as_json:
        print(json.dumps({"case": record.id, "on": str(today), "first_session_on": first_on and str(first_on),
                          "steps": [_as_dict(step) for step in steps]}, indent=2))  # fmt: skip
    else:
        page = Sheet()
        when = f"first session {day(first_on)}" if first_on else "first session without a date"
        page.line(f"Before the first session: {record.id}, seen from {day(today)}; {when}", 0)
        for number, step in enumerate(steps, 1):
            page.gap()
            _show(page, number, step, today)
        page.gap()
        page.line(words().notice, 0)
    return 0 if is_ready(steps) else 1


def _show(page: Sheet, number: int, step: Step, today: date) -> None:
    when = f" on {day(step.done_on)}" if step.done_on else ""
    if step.by_on:
        when += f", {'should have come ' if step.by_on <= today else ''}before {day(step.by_on)}"
    page.item(f"{number:2} {_MARKS[step.state]}", f"{step.title}  [{_SAID[step.state]}{when}]", 0)
    page.line(step.why, 5)
    if step.citations:
        page.line(f"({source_words(step.citations)})", 5)


def _as_dict(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "title": step.title,
        "state": step.state,
        "why": step.why,
        "done_on": step.done_on and str(step.done_on),
        "by_on": step.by_on and str(step.by_on),
        "citations": [citation.model_dump(mode="json") for citation in step.citations],
    }
