"""How the records look on disk: one rule from the fields of a record to the keys of a case folder.

| in the record | on disk | example |
|---|---|---|
| a list of records, `letters` | one table each, named in the singular | `[[letter]]` |
| one record, `patient` | a table | `[patient]` |
| `…_cents`, whole cents | the same without `_cents`, dollars | `charge = 85.00` |
| `…_rate`, per ten thousand | the same with `_percent`, per cent | `federal_rate_percent = 22.00` |
| everything else | its own name | `signed_on = 2026-03-02` |

Nothing here reads or writes; `case_toml` and `case_csv` do, and `schema` publishes.
"""

import types
import typing
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from necessity.domain.record import Record


class Kind(StrEnum):
    """What stands in a field."""

    TEXT = "text"
    YES_NO = "yes or no"
    WHOLE = "whole number"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "per cent"
    DAY = "date"
    TIME = "time"
    MOMENT = "moment"
    CHOICE = "choice"
    LIST = "list"
    RECORD = "record"
    RECORDS = "records"


class DiskField(NamedTuple):
    """One field of a record, as it stands on disk."""

    name: str
    """Name in the record."""
    key: str
    """Key in TOML, heading of the column in CSV."""
    kind: Kind
    """What stands in it; for a list of single values `item` says what stands in that."""
    python: type
    """The Python type of one value: a record, a choice, int, str …"""
    required: bool
    """Whether the record cannot be without it."""
    item: "DiskField | None" = None
    """The values of a list."""
    low: int | None = None
    """Least whole number allowed."""
    high: int | None = None
    """Greatest whole number allowed."""

    @property
    def record(self) -> type[Record]:
        """The record that stands in it."""
        return typing.cast(type[Record], self.python)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen."""
        return tuple(str(member) for member in typing.cast(type[StrEnum], self.python))

    @property
    def is_bare(self) -> bool:
        """Whether it stands as `key = value` rather than as a table of its own."""
        return self.kind not in (Kind.RECORD, Kind.RECORDS)


_KINDS: dict[type, Kind] = {
    bool: Kind.YES_NO,
    int: Kind.WHOLE,
    Decimal: Kind.NUMBER,
    date: Kind.DAY,
    time: Kind.TIME,
    datetime: Kind.MOMENT,
    str: Kind.TEXT,
}


def singular(name: str) -> str:
    """Name one record of a list.

    Examples:
        >>> singular("letters"), singular("plan_years"), singular("activities")
        ('letter', 'plan_year', 'activity')
    """
    return name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")


def _unwrap(annotation: object, metadata: list[object]) -> tuple[type, bool]:
    """Strip `| None`, `Annotated` and `tuple[…, ...]` from a type; keep what was annotated, tell a list."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        for extra in args[1:]:
            metadata.extend(extra.metadata if isinstance(extra, FieldInfo) else [extra])
        return _unwrap(args[0], metadata)
    if origin in (typing.Union, types.UnionType):
        return _unwrap(next(arg for arg in args if arg is not type(None)), metadata)
    if origin is tuple:
        return _unwrap(args[0], metadata)[0], True
    return typing.cast(type, annotation), False


def _kind(name: str, python: type) -> Kind:
    if issubclass(python, Record):
        return Kind.RECORD
    if issubclass(python, StrEnum):
        return Kind.CHOICE
    if python is int and name.endswith("_cents"):
        return Kind.MONEY
    if python is int and name.endswith("_rate"):
        return Kind.PERCENT
    return _KINDS[python]


def _disk_field(name: str, info: FieldInfo) -> DiskField:
    metadata: list[object] = list(info.metadata)
    python, is_list = _unwrap(info.annotation, metadata)
    kind = _kind(name, python)
    key = {
        Kind.MONEY: name.removesuffix("_cents"),
        Kind.PERCENT: f"{name}_percent",
        Kind.RECORD: singular(name) if is_list else name,
    }.get(kind, name)
    low = next((bound for extra in metadata if (bound := getattr(extra, "ge", None)) is not None), None)
    high = next((bound for extra in metadata if (bound := getattr(extra, "le", None)) is not None), None)
    required = info.default is PydanticUndefined and info.default_factory is None
    one = DiskField(name, key, kind, python, required, None, low, high)
    if not is_list:
        return one
    return one._replace(kind=Kind.RECORDS) if kind is Kind.RECORD else one._replace(kind=Kind.LIST, item=one)


@cache
def disk_fields(record: type[Record]) -> dict[str, DiskField]:
    """List the fields of a record by their key on disk: id and kind first, then in the order they have."""
    fields = [_disk_field(name, info) for name, info in record.model_fields.items()]
    first = ("id", "kind")
    fields.sort(key=lambda field: first.index(field.name) if field.name in first else len(first))
    return {field.key: field for field in fields}


def field_named(record: type[Record], name: str) -> DiskField | None:
    """Find a field by its name in the record; None where the record has no such field."""
    return next((field for field in disk_fields(record).values() if field.name == name), None)


def allowed(field: DiskField) -> str:
    """Say in plain words what may stand in a field."""
    if field.kind is Kind.WHOLE:
        return ("whole minutes" if "minutes" in field.name else "a whole number") + _bounds(field)
    if field.kind is Kind.CHOICE:
        return "one of " + ", ".join(field.choices)
    if field.item is not None:
        return f"a list in square brackets, each {allowed(field.item)}"
    return {
        Kind.TEXT: "a path under papers/" if field.name == "file" else "text",
        Kind.YES_NO: "yes or no (true or false), or nothing where it is not known",
        Kind.NUMBER: "a number",
        Kind.MONEY: "dollars with at most two decimals, up to 999,999,999.99",
        Kind.PERCENT: "per cent, 0 to 100, with at most two decimals",
        Kind.DAY: "a date, year first",
        Kind.TIME: "a time of day, 00:00 to 23:59",
        Kind.MOMENT: "a date with time and offset from UTC",
        Kind.RECORD: f"one table [{field.key}]",
        Kind.RECORDS: f"a table [[{field.key}]] for each",
    }[field.kind]


def _bounds(field: DiskField) -> str:
    if field.low is not None and field.high is not None:
        return f" {field.low} to {field.high}"
    return f", {field.low} or more" if field.low is not None else ""


EXAMPLES: dict[Kind, str] = {
    Kind.TEXT: 'text such as "back pain"',
    Kind.YES_NO: "yes or no, in case.toml true or false",
    Kind.WHOLE: "a number such as 45",
    Kind.NUMBER: "a number such as 6.5",
    Kind.MONEY: "an amount such as 85.00",
    Kind.PERCENT: "a number such as 22.00",
    Kind.DAY: "a date such as 2026-04-07",
    Kind.TIME: "a time such as 09:30",
    Kind.MOMENT: "a moment such as 2026-04-07T14:30:00Z",
    Kind.CHOICE: "one of the words allowed",
}
"""What to write, by kind: the end of most complaints."""
