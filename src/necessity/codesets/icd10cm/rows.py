"""Rows that a statement can join by code and day of service: one span of days a row, for the codes of a case.

Nothing here decides: where no edition of a day is loaded, `is_valid` is unknown.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.edition import NOT_LOADED, VALID, bare
from necessity.codesets.icd10cm.known import known_changes


class CodeSpan(NamedTuple):
    """What one code was from a day to a day."""

    code: str
    """With its dot."""
    from_on: date
    """First day."""
    until_on: date
    """Last day."""
    status: str
    """valid, header, absent or not_loaded."""
    is_valid: bool | None
    """Whether it could be reported; None is unknown."""
    chapter: int | None
    """Chapter of the tabular list: 18 holds symptoms, 21 factors that are no disease; None is unknown."""


_DAY = timedelta(days=1)


def diagnosis_code_rows(book: CodeBook, codes: Iterable[str], first_on: date, last_on: date) -> Iterator[CodeSpan]:
    """Lay out the status of codes over a stretch of days, without gaps and without two spans for one day.

    Args:
        book: The editions.
        codes: As written in the record.
        first_on: First day needed, such as the earliest letter or session.
        last_on: Last day needed.

    Raises:
        RecordError: one of them has not the shape of a code.
    """
    for code in sorted({book.look_up(code, first_on).code for code in codes}):
        spans: list[CodeSpan] = []
        for start, end in _stretches(book, code, first_on, last_on):
            status = book.status(code, start)
            if spans and spans[-1].status == status:
                spans[-1] = spans[-1]._replace(until_on=end)
            else:
                is_valid = None if status == NOT_LOADED else status == VALID
                spans.append(CodeSpan(code, start, end, status, is_valid, chapter_of(book, code, start)))
        yield from spans


def _stretches(book: CodeBook, code: str, first_on: date, last_on: date) -> Iterator[tuple[date, date]]:
    """Cut the days wherever the answer could change."""
    cuts = {first_on}
    for edition in book.editions:
        cuts |= {edition.from_on, edition.exact_from, edition.until_on + _DAY}
    known = known_changes().get(code)
    for span in known.spans if known else ():
        cuts |= {span.from_on, span.until_on + _DAY}
    starts = sorted(cut for cut in cuts if first_on <= cut <= last_on)
    ends = [start - _DAY for start in starts[1:]] + [last_on]
    yield from zip(starts, ends, strict=True)


def chapter_of(book: CodeBook, code: str, on: date) -> int | None:
    """Find the chapter of a code: that day's edition, or else the newest one that has chapters.

    Chapters are ranges of categories and have not moved between the editions at hand.
    """
    place = book.place_on(on)
    for one in (place, *reversed(book.places)):
        for area in one.areas(bare(code)) if one else ():
            if area.id.isdigit():
                return int(area.id)
    return None
