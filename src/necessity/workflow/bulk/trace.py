"""The whole reasoning of chosen lines, and the questions pended cases wait for, in the words of the single case.

A bulk run keeps masks. Who wants to read why gets it from the engine for single cases, over the very same rows.
"""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from necessity.adjudication.decide import Judge
from necessity.adjudication.explain import show
from necessity.adjudication.lines import Line
from necessity.domain.decision import Answer, Finding, Outcome
from necessity.domain.money import dollars
from necessity.domain.tables import Tables
from necessity.rulebook.words import words
from necessity.workflow.adjudicate import Progress, Wishes
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.rows_again import CaseRows, source_of
from necessity.workflow.notices.review import Limits, Ways, source_row
from necessity.workflow.notices.sender import NoticeSender

_AT_ONCE = 200
_SIGNS = {Answer.MET: "✔", Answer.NOT_MET: "✘", Answer.UNKNOWN: "?", Answer.NOT_APPLICABLE: "–"}
_FIRST = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2, Answer.NOT_APPLICABLE: 3}


class Asking(NamedTuple):
    """When requests go out, and whose time limits they name."""

    on: date
    """The day they are sent."""
    sender: NoticeSender
    limits: Limits


def write_traces(
    judge: Judge, tables: Path, out: Path, wishes: Wishes, names: tuple[str, ...], where: str, progress: Progress
) -> int:
    """Write the reasoning of some decided lines as text, one file a case, into `traces/`.

    Args:
        judge: The judge over the rulebook that decided.
        tables: The folder of tables.
        out: The folder of the run, complete.
        wishes: As for the run.
        names: `CASE`, `CASE/EXPENSE` or `CASE/EXPENSE/SOURCE`.
        where: A condition over the columns of lines.parquet; empty: none.
        progress: Told what is done.

    Returns:
        How many lines were written.

    Raises:
        SettingError: a name no line has, or a condition that cannot be read.
    """
    with CaseRows(judge, tables, out, wishes) as rows:
        chosen = rows.chosen(names, where)
        target = out / "traces"
        shutil.rmtree(target, ignore_errors=True)
        written = 0
        with disk.whole_folder(target.resolve()) as aside:
            for case, _, lines in rows.lines(sorted({case for case, _, _ in chosen}), progress, "Tracing"):
                kept = [line for line in lines if (case, line.id, source_of(line)) in chosen]
                text = "\n".join(_trace(judge, case, line) for line in kept)
                (aside / _file_name(case)).write_text(text, encoding="utf-8")
                written += len(kept)
    return written


def write_requests(
    judge: Judge, tables: Path, out: Path, wishes: Wishes, progress: Progress, asking: Asking | None = None
) -> int:
    """Write the questions that pended lines wait for: `requests.ndjson`, one a case, fact and record.

    Args:
        judge: The judge over the rulebook that decided.
        tables: The folder of tables.
        out: The folder of the run, complete.
        wishes: As for the run.
        progress: Told what is done.
        asking: When and by whose time limits it is asked; None: until when is not said.

    Returns:
        How many there are.
    """
    with CaseRows(judge, tables, out, wishes) as rows:
        cases = rows.pended()
        texts = []
        for case, own, lines in rows.lines(cases, progress, "Asking"):
            asked: dict[str, dict[str, Any]] = {}
            for line in lines:
                if line.outcome is Outcome.PENDED:
                    _ask(judge, case, line, asked)
            for name in sorted(asked):
                until = _until(asked[name]["lines"], own, asking) if asking else {}
                texts.append(json.dumps({**asked[name], "until": until}, ensure_ascii=False, sort_keys=True))
    disk.write_whole(out.resolve() / "requests.ndjson", "".join(f"{text}\n" for text in texts))
    return len(texts)


def _ask(judge: Judge, case: str, line: Line, asked: dict[str, dict[str, Any]]) -> None:
    """Note what one pended line waits for, and which requirements ask for it."""
    explainer = judge.explainer
    for rule, answer in line.open:
        if answer is Answer.UNKNOWN:
            for unknown in explainer.unknown_of(rule, line.rows):
                ask = explainer.ask(unknown)
                one = {"case_id": case, "asked_of": ask.asked_of, "fact": ask.fact, "question": ask.question}
                found = asked.setdefault(unknown.name, {**one, "choices": list(ask.choices), "lines": [], "why": []})
                for name, value in (
                    ("lines", f"{line.id}/{source_of(line)}"),
                    ("why", judge.book.rules[rule.id].title),
                ):
                    if value not in found[name]:
                        found[name].append(value)


def _until(lines: list[str], tables: Tables, asking: Asking) -> dict[str, str]:
    """Say for each funding source until when an answer is waited for, where that is known."""
    found = {}
    for id in sorted({line.rpartition("/")[2] for line in lines}):
        days = Ways(source_row(tables, id), "post_service", asking.on, asking.sender, asking.limits).information().days
        if days is not None:
            found[id] = (asking.on + timedelta(days=days)).isoformat()
    return found


def _source(line: Line) -> str:
    return str(line.rows["route"]["funding_source_id"])


def _file_name(case: str) -> str:
    """Name a file after a case; what a file name cannot hold is written by its number."""
    return re.sub(r"[^\w.-]", lambda match: f"%{ord(match[0]):02x}", case).replace("..", "%2e%2e") + ".txt"


def _trace(judge: Judge, case: str, line: Line) -> str:
    """Write why one line came to what it came to: every rule's answer, its facts, its sources."""
    expense, payment = line.rows["expense"], line.rows["payment"]
    said = words().outcome["administrator"][line.outcome]
    cents = payment["least_payable_cents"]  # a health plan's share is not in the record
    paid = dollars(cents) if line.outcome is Outcome.PAYABLE and cents is not None else ""
    served = show(expense["served_on"], "date")
    head = f"{case} / {line.id} / {source_of(line)}: {said}{f', {paid}' if paid else ''}"
    texts = [head, f"served on {served}, charged {show(expense['charge_cents'], 'cents')}"]
    texts.append(f"rulebook {judge.book.dated}, {judge.book.sha256}")
    found = [
        judge.explainer.finding(rule, line.rows, subject) for subject, answers in line.said for rule, _ in answers.all
    ]
    for finding in sorted(found, key=lambda f: (f.weight != "required", _FIRST[f.answer], f.rule)):
        texts += _finding(finding)
    return "\n".join(texts) + "\n"


def _finding(finding: Finding) -> Iterator[str]:
    advice = "" if finding.weight == "required" else " (advice)"
    yield f"  {_SIGNS[finding.answer]} {finding.rule}{advice}: {finding.message}"
    if finding.answer is not Answer.NOT_APPLICABLE:
        for known in finding.because:
            yield f"      {known.fact} = {show(known.value, 'text') if known.value is not None else 'not known'}"
        for cite in finding.citations:
            yield f"      {words().source_kind[cite.kind]}: {cite.where}"
        if finding.next_step and finding.answer is not Answer.MET:
            yield f"      → {finding.next_step}"
