"""Rows about the diagnosis codes of claims that a statement can join: what each was, and which two exclude each other.

The checks over one claim (`checks`) and these rows ask the same functions; neither knows anything of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.claim_codes import EXTERNAL_CAUSES, settings, starts_with
from necessity.codesets.icd10cm.edition import ABSENT, HEADER
from necessity.codesets.icd10cm.notes import exclusions
from necessity.codesets.icd10cm.rows import chapter_of, diagnosis_code_rows

_DAY = timedelta(days=1)
_MANIFESTATION = "in diseases classified elsewhere"
_MOST_SHOWN = 4


class ClaimCodeSpan(NamedTuple):
    """What one code was from a day to a day, with what a claim has to know of it."""

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
    """Chapter of the tabular list; None is unknown."""
    may_be_first: bool | None
    """Whether it may be the first code of a claim; None is unknown."""
    words: str
    """The code, and where it cannot be reported why, and what to look at."""


class ExclusionSpan(NamedTuple):
    """Whether two codes exclude each other (Excludes1) from a day to a day."""

    code: str
    """With its dot."""
    other: str
    """With its dot; after `code` in the alphabet."""
    from_on: date
    """First day."""
    until_on: date
    """Last day."""
    excludes: bool | None
    """None where that day's tabular list is not loaded, or where only a person can read the note."""


def why_not_first(book: CodeBook, code: str, on: date) -> str | None:
    """Say why a code may not be the first of a claim; empty where it may, None where it is not known.

    Source:
        ICD-10-CM Official Guidelines, sections I.A.13, I.C.20, I.C.21.c and IV.
    """
    chapter = chapter_of(book, code, on)
    if starts_with(code, settings()["never_first"]) or chapter == EXTERNAL_CAUSES:
        return "it adds to a diagnosis and is none"
    if _MANIFESTATION in (book.look_up(code, on).title or ""):
        return "it is the manifestation of another disease, which comes before it"
    return None if chapter is None else ""


def claim_code_rows(book: CodeBook, codes: Iterable[str], first_on: date, last_on: date) -> Iterator[ClaimCodeSpan]:
    """Lay out what codes were over a stretch of days, as `diagnosis_code_rows` does, with what claims need of them."""
    for span in diagnosis_code_rows(book, codes, first_on, last_on):
        why = why_not_first(book, span.code, span.from_on)
        yield ClaimCodeSpan(*span, None if why is None else not why, _words(book, span.code, span.status, span.from_on))


def _words(book: CodeBook, code: str, status: str, on: date) -> str:
    if status not in (HEADER, ABSENT):
        return code
    why = "a heading that needs more characters" if status == HEADER else "which the code set of that day does not have"
    suggest = book.look_up(code, on).suggest[:_MOST_SHOWN]
    return f"{code}, {why}" + (f" (look at {', '.join(suggest)})" if suggest else "")


def exclusion_rows(
    book: CodeBook, claims: Iterable[Iterable[str]], first_on: date, last_on: date
) -> Iterator[ExclusionSpan]:
    """Lay out for every two codes of one claim whether they exclude each other, edition by edition.

    Args:
        book: The editions.
        claims: The codes of each claim, with their dots.
        first_on: First day of service.
        last_on: Last day of service.
    """
    starts = {first_on} | {one for edition in book.editions for one in (edition.from_on, edition.until_on + _DAY)}
    cuts = sorted(one for one in starts if first_on <= one <= last_on)
    ends = [start - _DAY for start in cuts[1:]] + [last_on]
    found = {pair for codes in claims for pair in combinations(sorted(set(codes)), 2)}
    for code, other in sorted(found):
        for start, end in zip(cuts, ends, strict=True):
            yield ExclusionSpan(code, other, start, end, _excludes(book, code, other, start))


def _excludes(book: CodeBook, code: str, other: str, on: date) -> bool | None:
    notes = exclusions(book, (code, other), on)
    if notes is None:
        return None
    if any(one.is_certain for one in notes):
        return True
    return None if notes else False
