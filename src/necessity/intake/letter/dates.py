"""Dates the way American letters write them. A date that no calendar has is kept, as one that cannot be."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from necessity.intake.letter.words import DATE, MONTHS

_ANY = re.compile(rf"(?<![\w/.-])(?:{DATE})(?![\w/])", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?:(?P<m1>{MONTHS})\.? (?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\D*? (?:of )?(?P<m2>{MONTHS}))\D*?(?P<y>\d{{4}})", re.I
)
_MONTH_NUMBER = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_THIS_CENTURY = 50


class Dated(NamedTuple):
    """One date found in a text."""

    day: date | None
    """None: no calendar has such a day."""
    words: str
    """As written."""
    start: int
    """Where it begins in the text."""
    end: int
    """Where it ends."""


def dates_in(text: str) -> Iterator[Dated]:
    """Find every date of a text: month names, 3/2/2026 (month first), 2026-03-02.

    Where the first number is above twelve the day comes first.

    Examples:
        >>> [found.day for found in dates_in("March 2nd, 2026, then 3/9/26 and 02/30/2026")]
        [datetime.date(2026, 3, 2), datetime.date(2026, 3, 9), None]
    """
    for found in _ANY.finditer(text):
        yield Dated(_day(found[0]), found[0], found.start(), found.end())


def _day(words: str) -> date | None:
    if named := _NAMED.search(words):
        month = _MONTH_NUMBER[(named["m1"] or named["m2"])[:3].lower()]
        return _real(int(named["y"]), month, int(named["d1"] or named["d2"]))
    first, second, third = (int(part) for part in re.split(r"\D", words))
    if first > 999:
        return _real(first, second, third)
    if third < 100:
        third += 2000 if third < _THIS_CENTURY else 1900
    return _real(third, second, first) if first > 12 >= second else _real(third, first, second)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
