"""One value between record and disk: the same rules for TOML values and CSV cells.

Blank text is unknown. Nothing is guessed: what could be read two ways is refused, with what to write instead.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import NamedTuple

from necessity.domain.moment import in_utc
from necessity.domain.money import cents
from necessity.errors import RecordError
from necessity.stores.layout import EXAMPLES, DiskField, Kind, allowed

LONGEST_TEXT = 100_000
"""Characters in one text."""
WHITE = " \t\n\x0b\x0c\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" + (
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What the records strip from both ends of a text."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_IN_ANOTHER_ORDER = re.compile(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class Refusal(NamedTuple):
    """Why a value cannot be read."""

    allowed: str
    """What may stand there."""
    mend: str
    """What to do."""


def nearest(word: str, words: list[str] | tuple[str, ...]) -> str:
    """Suggest the word that was probably meant, as the end of a sentence; list a few where none is near."""
    near = get_close_matches(word[:60].lower(), words, 1)
    more = ", …" if len(words) > 12 else ""
    return f"perhaps {near[0]} was meant" if near else f"use one of {', '.join(words[:12])}{more}"


def read_value(field: DiskField, raw: object) -> object:
    """Read one value from TOML or from a CSV cell.

    Args:
        field: Where it stands.
        raw: As the TOML parser gave it (floats as Decimal), or the text of the cell.

    Returns:
        The value for the record, None where it is blank, or a `Refusal`.
    """
    if isinstance(raw, str) and not raw.strip(WHITE):
        return None
    if field.item is not None:
        return _list(field.item, raw)
    value = _READERS[field.kind](field, raw)
    if value is not None:
        return value
    return Refusal(allowed(field), _mend(field, raw))


def _mend(field: DiskField, raw: object) -> str:
    if field.kind is Kind.CHOICE and isinstance(raw, str):
        return nearest(raw, field.choices)
    if field.kind is Kind.DAY and isinstance(raw, str) and _DAY_IN_ANOTHER_ORDER.fullmatch(raw.strip(WHITE)):
        return "write year-month-day such as 2026-04-07; another order could mean two days and is not guessed"
    if field.kind is Kind.TEXT and not isinstance(raw, str):
        return "put it in quotes"
    if field.kind is Kind.TEXT and "\0" in str(raw):
        return "take the character NUL out"
    if field.name == "file":
        return "put the paper into papers/ and write its path such as papers/letter.pdf"
    if field.kind is Kind.TEXT:
        return f"shorten it to {LONGEST_TEXT:,} characters"
    return f"write {EXAMPLES[field.kind]}"


def _list(item: DiskField, raw: object) -> object:
    if not isinstance(raw, list):
        return Refusal(f"a list, each {allowed(item)}", "put square brackets around the values")
    values = [read_value(item, one) for one in raw]
    refusal = next((value for value in values if isinstance(value, Refusal)), None)
    if refusal is None and None in values:
        return Refusal(f"a list, each {allowed(item)}", "take the blank text out of the list")
    return refusal or tuple(values)


def _text(field: DiskField, raw: object) -> str | None:
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT or "\0" in raw:
        return None
    return raw if field.name != "file" or is_paper_path(raw.strip(WHITE)) else None


def is_paper_path(file: str) -> bool:
    """Say whether a path stays inside papers/: relative, no step upward, forward slashes."""
    parts = PurePosixPath(file).parts
    return len(parts) > 1 and parts[0] == "papers" and ".." not in parts and "\\" not in file


def _yes_no(field: DiskField, raw: object) -> bool | None:
    if isinstance(raw, str):
        return _YES_NO.get(raw.strip(WHITE).lower())
    return raw if isinstance(raw, bool) else None


def _whole(field: DiskField, raw: object) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        return None
    if isinstance(raw, int):
        return raw if abs(raw) < 10**18 else None
    return int(raw.strip(WHITE)) if _WHOLE.fullmatch(raw.strip(WHITE)) else None


def _number(field: DiskField, raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        return None
    if isinstance(raw, Decimal) and not (raw.is_finite() and -18 <= raw.adjusted() <= 18):
        return None
    if isinstance(raw, int) and abs(raw) >= 10**18:
        return None
    text = format(raw, "f") if isinstance(raw, Decimal) else str(raw).strip(WHITE)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _money(field: DiskField, raw: object) -> int | None:
    text = raw.strip(WHITE) if isinstance(raw, str) else str(_number(field, raw))
    amount = text.removeprefix("-")
    is_negative = amount != text
    if is_negative and field.low is not None:
        return None
    try:
        return -cents(amount) if is_negative else cents(amount)
    except RecordError:
        return None


def _percent(field: DiskField, raw: object) -> int | None:
    number = _number(field, raw.strip(WHITE).removesuffix("%") if isinstance(raw, str) else raw)
    if number is None or not 0 <= number <= 100 or number * 100 != (number * 100).to_integral_value():
        return None
    return int(number * 100)


def _day(field: DiskField, raw: object) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DAY.fullmatch(raw.strip(WHITE)):
        return None
    try:
        return date.fromisoformat(raw.strip(WHITE))
    except ValueError:
        return None


def _time(field: DiskField, raw: object) -> time | None:
    if isinstance(raw, time):
        return raw
    if not isinstance(raw, str) or not _TIME.fullmatch(raw.strip(WHITE)):
        return None
    try:
        return time.fromisoformat(raw.strip(WHITE))
    except ValueError:
        return None


def _moment(field: DiskField, raw: object) -> datetime | None:
    try:
        value = datetime.fromisoformat(raw.strip(WHITE)) if isinstance(raw, str) else raw
        return in_utc(value) if isinstance(value, datetime) else None
    except ValueError:
        return None


def _choice(field: DiskField, raw: object) -> object:
    word = raw.strip(WHITE) if isinstance(raw, str) else ""
    return field.python(word) if word in field.choices else None


_READERS: dict[Kind, Callable[[DiskField, object], object]] = {
    Kind.TEXT: _text,
    Kind.YES_NO: _yes_no,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.PERCENT: _percent,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
    Kind.CHOICE: _choice,
}


def hundredths(value: int) -> Decimal:
    """Write cents as dollars and shares per ten thousand as per cent, exactly, with two decimals."""
    return Decimal(value).scaleb(-2)
