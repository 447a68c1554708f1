"""Notices of one case, and how the papers of a notice are written."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.lines import Line, Reader
from necessity.domain.case import Case
from necessity.domain.decision import Outcome
from necessity.domain.tables import tables_of
from necessity.formats.notice.contents import NoticeContents
from necessity.formats.notice.text import as_text
from necessity.workflow.notices.compose import LeftOut, Occasion, compose


def notices_of(
    case: Case, on: date, occasion: Occasion, outcomes: frozenset[Outcome]
) -> list[NoticeContents | LeftOut]:
    """Compose the notices of one case.

    Args:
        case: The record.
        on: The day to decide for.
        occasion: Judge, sender, day of the notices, time limits.
        outcomes: Which lines are wanted: not payable, pended.

    Returns:
        The notices, and what gets none.
    """
    judge = occasion.judge
    tables = tables_of(case, on)
    named = {source.id for source in case.funding_sources if source.held}
    routes = Reader(judge.book, judge.program).routes(judge.engine.run(with_codes(tables, judge.codes)))
    lines = [line for _, own in routes for line in own if line.outcome in outcomes]
    lines = [line for line in lines if source_id(line) in named]
    address = case.patient.address
    town = " ".join(filter(None, (address.state, address.zip_code)))
    to = tuple(filter(None, (address.street, ", ".join(filter(None, (address.city, town))))))
    return list(compose(occasion, case.id, tables, lines, to))


def source_id(line: Line) -> str:
    """Name the funding source of a line."""
    return str(line.rows["route"]["funding_source_id"])


def file_name(one: NoticeContents) -> str:
    """Name the papers of a notice; what a file name cannot hold is written by its number."""
    return re.sub(r"[^\w.-]", lambda match: f"%{ord(match[0]):02x}", one.id.replace("/", "--")).replace("..", "%2e%2e")


def write_papers(one: NoticeContents, folder: Path, paper: Callable[[NoticeContents], bytes]) -> None:
    """Write a notice as PDF and as text."""
    (folder / f"{file_name(one)}.pdf").write_bytes(paper(one))
    (folder / f"{file_name(one)}.txt").write_text(as_text(one), encoding="utf-8")


def lacks_of(found: Iterator[NoticeContents]) -> list[str]:
    """List what some notices lack, each once."""
    return list(dict.fromkeys(lack for one in found for lack in one.lacks))
