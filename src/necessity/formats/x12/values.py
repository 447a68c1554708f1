"""Elements as values and back: money in cents, days, whole numbers. What cannot be read is None, never zero."""

import re
from datetime import date
from functools import lru_cache

_MONEY = re.compile(r"(-?)(\d{0,13})(?:\.(\d{0,2})0*)?")


def at(elements: list[str], place: int) -> str:
    """Give one element, empty where it was left off."""
    return elements[place] if place < len(elements) else ""


@lru_cache(maxsize=8192)
def read_cents(text: str) -> int | None:
    """Read an amount as whole cents; None where it is none.

    Examples:
        >>> [read_cents(text) for text in ("85", "85.5", "-.05", "1,000", "1.234", "")]
        [8500, 8550, -5, None, None, None]
    """
    found = _MONEY.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return None
    amount = int(found[2] or 0) * 100 + int((found[3] or "").ljust(2, "0"))
    return -amount if found[1] else amount


def write_cents(cents: int) -> str:
    """Write whole cents: no thousands mark, no point at the end, no zeros behind it.

    Examples:
        >>> [write_cents(cents) for cents in (8500, 8550, 5, -1005, 0)]
        ['85', '85.5', '.05', '-10.05', '0']
    """
    whole, rest = divmod(abs(cents), 100)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if cents < 0 else ''}{whole or ('' if fraction else '0')}{fraction}"


@lru_cache(maxsize=8192)
def read_day(text: str) -> date | None:
    """Read a day written like 20260930; None where there is no such day."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_days(text: str) -> tuple[date | None, date | None]:
    """Read a day, or two with a dash between them; the second is None where it is the first again."""
    first, _, last = text.partition("-")
    begin, end = read_day(first), read_day(last) if last else None
    return begin, None if end == begin else end


def write_day(day: date) -> str:
    """Write a day like 20260930."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


@lru_cache(maxsize=4096)
def read_whole(text: str) -> int | None:
    """Read a whole number, 3 or 3.0; None where it is none."""
    whole, _, rest = text.partition(".")
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 and not rest.strip("0") else None
