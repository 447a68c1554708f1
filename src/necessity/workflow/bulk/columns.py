"""What each cell of the published tables may hold, as SQL: how a text is read, and what is wrong with a value.

The tables are those of `domain.tables`; what a column may name comes from the records themselves.
"""

import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from necessity.domain.case import REFERENCES, SINGLE_REFERENCES
from necessity.domain.record import Record
from necessity.domain.tables import TABLES, Table, parent_key
from necessity.domain.training import Expense, ServiceStatus, TrainingSession

NEEDED = ("case_id", "id")
"""Columns no row may leave empty, where its table has them."""
FIRST_YEAR, LAST_YEAR = 1900, 2199


class Reference(NamedTuple):
    """A column whose value must be the id of a row of the same case."""

    table: str
    column: str
    targets: tuple[str, ...]
    """Tables whose ids it may name."""


@cache
def references() -> tuple[Reference, ...]:
    """List what may name what, from the references of the record and the parents of inner lists."""
    by_path = {table.path: table.name for table in TABLES.values() if table.path} | {"sessions": "expense"}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    singles = ((place, field, (target,)) for place, field, target in SINGLE_REFERENCES)
    for place, field, targets in (*REFERENCES, *singles):
        tables = tuple(dict.fromkeys(by_path[target] for target in targets if target in by_path))
        if place in by_path and len(tables) == len(set(targets)) - ("sessions" in targets and "expenses" in targets):
            found[by_path[place], field] = tables
    for name, table in TABLES.items():
        if parent := parent_key(name):
            found[name, parent] = (by_path[table.path.rpartition(".")[0]],)
    known = [Reference(table, column, to) for (table, column), to in found.items() if column in TABLES[table].columns]
    return (*known, Reference("service_line", "expense", ("expense",)))


def _choices(annotation: object) -> tuple[str, ...]:
    """List the words a field may hold; empty: any."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(annotation)
    inner = [part for part in typing.get_args(annotation) if part is not type(None)]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated, tuple) and inner:
        return _choices(inner[0])
    return ()


def choices(table: Table) -> dict[str, tuple[str, ...]]:
    """List, for each column of a table that holds one of some words, those words."""
    records: tuple[type[Record], ...] = (Expense, TrainingSession) if table.name == "expense" else (table.record,)
    found = {"status": tuple(ServiceStatus), "origin": ("session", "expense", "package", "order")}
    found = found if table.name == "expense" else {}
    for record in records:
        for name, field in record.model_fields.items():
            if name in table.columns and (words := _choices(field.annotation)):
                found.setdefault(name, words)
    return found


def as_read(column: str, type: str, given: str) -> str:
    """Write how one column is read.

    Args:
        column: Its name, quoted where needed by the caller; all names here are plain words.
        type: The SQL type it must have.
        given: The SQL type the input has it in; a text is read, anything else is as it should be.
    """
    if given != "VARCHAR":
        return column if given == type else f"CAST({column} AS {type})"
    text = f"nullif({column}, '')"
    if type == "VARCHAR":
        return text
    if type.endswith("[]"):
        split = f"TRY_CAST(string_split({column}, '|') AS {type})"
        return f"CASE WHEN {column} LIKE '[%' THEN TRY_CAST({column} AS {type}) WHEN {column} <> '' THEN {split} END"
    if type == "BOOLEAN":
        said = "WHEN 'true' THEN TRUE WHEN 'yes' THEN TRUE WHEN 'false' THEN FALSE WHEN 'no' THEN FALSE"
        return f"CASE lower({column}) {said} END"
    shape = _SHAPES.get(type, "")
    tried = f"TRY_CAST({column} AS {type})"
    return f"CASE WHEN regexp_full_match({column}, '{shape}') THEN {tried} END" if shape else tried


_SHAPES = {
    "DATE": r"\d{4}-\d{2}-\d{2}",
    "TIME": r"\d{2}:\d{2}(:\d{2})?",
    "BIGINT": r"-?\d{1,18}",
    "DECIMAL(12,3)": r"-?\d{1,9}(\.\d{1,3})?",
}
_WANTED = {
    "DATE": "a day like 2026-03-01, without a time or time zone",
    "TIME": "a local time like 17:30, without a time zone",
    "BIGINT": "a whole number",
    "BOOLEAN": "true or false",
    "DECIMAL(12,3)": "a number",
}


def faults(table: Table, given: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """List what may be wrong with a row of a table.

    Args:
        table: The table.
        given: Its columns as the input has them, with their SQL types.

    Yields:
        Column, the SQL condition over columns as read (`raw_…`: as given), and the fault in words.
    """
    for column, type in table.columns.items():
        if column in given:
            if given[column] == "VARCHAR" and type != "VARCHAR":
                wanted = _WANTED.get(type, f"a list of {'texts' if 'VARCHAR' in type else 'numbers'}, as [a, b] or a|b")
                yield column, f"raw_{column} <> '' AND {column} IS NULL", f"is not {wanted}"
            if type == "DATE":
                within = f"year({column}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
                yield column, within, f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}"
        if column in NEEDED or column == parent_key(table.name):
            yield column, f"{column} IS NULL", "is empty, and every row needs it"
        if column.endswith("_cents") and column in given:
            yield column, f"{column} < 0", "is below zero"
    for column, words in choices(table).items():
        if column in given:
            listed = ", ".join(f"'{word}'" for word in words)
            wrong = f"{column} NOT IN ({listed})"
            if table.columns[column].endswith("[]"):
                wrong = f"NOT list_has_all([{listed}], {column})"
            yield column, wrong, f"is none of {', '.join(words)}"
    if table.name == "case_file":
        yield "decided_on", "decided_on IS NULL", "is empty, and nothing can be decided without a day"
