"""The exhibits of an appeal: notice, letters, orders, notes of the refused sessions, receipts behind the lines."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from necessity.domain.answer import Denial
from necessity.domain.case import Case
from necessity.domain.receipt import Receipt
from necessity.domain.training import TrainingSession
from necessity.formats.appeal.contents import Exhibit
from necessity.formats.packet.view import day
from necessity.workflow.appealing.notes import FILE_NAME, notes_of, notes_title
from necessity.workflow.packet_words import letter_title, receipt_title

Fetch = Callable[[str], bytes | None]
"""Hands out a paper by its path under papers/; None where it is not there."""


def exhibits_of(
    case: Case, denials: tuple[Denial, ...], letters: tuple[str, ...], things: tuple[str, ...], papers: Fetch
) -> tuple[tuple[Exhibit, ...], tuple[str, ...]]:
    """Collect the papers that go with an appeal, numbered, and the titles of those that have no file.

    Args:
        case: The record.
        denials: The refusal, and earlier ones of the same claim, oldest first.
        letters: Ids of the letters the refused lines hang on.
        things: Ids of the sessions and expenses behind the refused lines.
        papers: Hands out the files.
    """
    first, without = _at_hand((*_notices(denials), *_letters(case, letters)), papers)
    notes = notes_of(case, things)
    made = (
        [Exhibit(number=0, title=notes_title(notes), file_name=FILE_NAME, content=None, notes=notes)] if notes else []
    )
    last, without_too = _at_hand(_receipts(case, things), papers)
    numbered = (one.model_copy(update={"number": n}) for n, one in enumerate((*first, *made, *last), start=1))
    return tuple(numbered), (*without, *without_too)


def _at_hand(listed: Iterable[tuple[str, str | None]], papers: Fetch) -> tuple[list[Exhibit], list[str]]:
    """Part papers into those whose file is there, each once, and the titles of the others."""
    found, lacking = [], []
    for title, file in dict.fromkeys(listed):
        content = papers(file) if file else None
        if content is None or file is None:
            lacking.append(title)
        else:
            found.append(Exhibit(number=0, title=title, file_name=PurePosixPath(file).name, content=content))
    return found, lacking


def _notices(denials: tuple[Denial, ...]) -> Iterator[tuple[str, str | None]]:
    for denial in denials:
        came = f", received {day(denial.received_on)}" if denial.received_on else ""
        yield f"Notice of the refusal{came}", denial.file


def _letters(case: Case, letters: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    signers = {one.id: one for one in case.clinicians}
    held = [letter for letter in case.letters if letter.id in letters]
    for letter in held:
        yield letter_title(letter, signers.get(letter.signed_by or "")), letter.file
    wanted = {letter.condition for letter in held}
    for order in case.orders:
        if order.file and (not wanted or order.condition in wanted):
            on = f" of {day(order.ordered_on)}" if order.ordered_on else ""
            yield f"Order{on}", order.file


def _receipts(case: Case, things: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    packages = {one.id: one.receipt for one in case.packages}
    wanted: dict[str, None] = {}
    for thing in (*case.sessions, *case.expenses):
        if thing.id in things:
            package = packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
            wanted |= {id: None for id in (thing.receipt, package) if id}
    by_file: dict[str, list[Receipt]] = {}
    for receipt in (one for one in case.receipts if one.id in wanted):
        by_file.setdefault(receipt.file or f"({receipt.id})", []).append(receipt)
    for together in by_file.values():
        yield receipt_title(together), together[0].file
