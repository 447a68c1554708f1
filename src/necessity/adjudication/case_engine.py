"""The engine for single cases: the compiled statements in SQLite, which plans and runs a small case in milliseconds.

DuckDB decides many cases at once (`engine`); it spends a hundred milliseconds and more on laying out vectors for a
statement this wide, however few its rows are. Both run the same statement, written for each by `dialects`; the tests
compare them row by row over every written case and over crowds of drawn ones.
"""

import json
import sqlite3
from calendar import monthrange
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from math import floor
from typing import Any

from necessity.adjudication.program import CompiledSubject, Decided, Program
from necessity.domain.tables import Tables

Day = int
"""Days since the first of January of year 1, which is day 1."""


class CaseEngine:
    """A compiled rulebook in a database in memory, ready for case after case. Not for several threads at once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=1024)
        for setting in ("case_sensitive_like = TRUE", "temp_store = MEMORY", "page_size = 32768"):  # rows are wide
            self._db.execute(f"PRAGMA {setting}")
        for name, (count, function) in _FUNCTIONS.items():
            self._db.create_function(name, count, function, deterministic=True)
        for name, columns in program.tables.items():
            self._db.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        for subject in program.subjects:
            if subject.handed_down:
                self._db.execute(f"CREATE TABLE {subject.name}_decided ({', '.join(subject.handed_down)})")
        for name, rows in (("law", program.law), ("profile", program.profiles)):
            self._load(name, rows)
        self._layouts = {subject.name: _Layout(subject) for subject in program.subjects}
        self._db.set_authorizer(_only_rows)

    def _load(self, table: str, rows: list[dict[str, Any]]) -> None:
        columns = self.program.tables[table]
        marks = ", ".join("?" * len(columns))
        values = [[_stored(row.get(column)) for column in columns] for row in rows]
        self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)

    def run(self, tables: Tables, wanted: tuple[str, ...] = ()) -> Decided:
        """Decide every row of every subject.

        Args:
            tables: Flat tables of one or a few cases, as `domain.tables.tables_of` lays them out.
            wanted: The subjects to hand back; empty: all. Subjects that none of them rests on are not run.

        Returns:
            Decided rows by subject, in the order of their keys.
        """
        run = {name for want in wanted for name in self.program.beneath[want]} if wanted else None
        decided: Decided = {}
        self._db.execute("BEGIN")
        try:
            for name, rows in tables.items():
                if rows:
                    self._load(name, rows)
            for subject in self.program.subjects:
                if run is None or subject.name in run:
                    found = self._decide(subject) if tables.get(subject.driven_by, True) else []
                    if run is None or subject.name in wanted:
                        decided[subject.name] = self._read(subject, found)
        finally:
            self._db.execute("ROLLBACK")  # nothing is ever kept: every run starts from empty tables
        return decided

    def _decide(self, subject: CompiledSubject) -> list[tuple[Any, ...]]:
        """Run one statement, and put down what later subjects read of its rows."""
        found = self._db.execute(subject.sqlite).fetchall()
        if subject.handed_down and found:
            self._db.executemany(*self._layouts[subject.name].handing_down(found))
        return found

    def _read(self, subject: CompiledSubject, found: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Turn stored values into Python's, and put the rows in order."""
        decided = self._layouts[subject.name].read(found)
        decided.sort(key=lambda row: tuple(row[key] for key in subject.keys))
        return decided


class _Layout:
    """Where the columns of one subject's decided rows stand, and how their stored values are read."""

    def __init__(self, subject: CompiledSubject) -> None:
        self.names = tuple(subject.types)
        places = {name: place for place, name in enumerate(self.names)}
        self._down = tuple(places[name] for name in subject.handed_down)
        marks = ", ".join("?" * len(self._down))
        self._insert = f"INSERT INTO {subject.name}_decided VALUES ({marks})"
        self._booleans = tuple(places[name] for name, type in subject.types.items() if type == "BOOLEAN")
        readers: dict[str, Callable[[Any], Any]] = {"DATE": date.fromordinal, "VARCHAR[]": _listed}
        self._others = tuple((places[name], readers[type]) for name, type in subject.types.items() if type in readers)

    def handing_down(self, rows: list[tuple[Any, ...]]) -> tuple[str, list[list[Any]]]:
        """Write the statement that puts rows down for later subjects, and what goes into it."""
        return self._insert, [[row[place] for place in self._down] for row in rows]

    def read(self, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Turn stored rows into Python's values by name; column by column, which is quicker than row by row."""
        columns: list[Any] = list(zip(*rows, strict=True))
        for place in self._booleans if rows else ():
            columns[place] = [_BOOLEANS[value] for value in columns[place]]
        for place, read in self._others if rows else ():
            columns[place] = [None if value is None else read(value) for value in columns[place]]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]


_BOOLEANS = {None: None, 0: False, 1: True}


def _stored(value: object) -> object:
    """Write a value the way the statements read it: days as numbers, lists as JSON, exact decimals as they compare."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, (list, tuple)):
        return json.dumps(value)
    if isinstance(value, time):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _only_rows(action: int, *_: object) -> int:
    """Let statements read and write rows of this database, and nothing else: no file, no setting, no other database."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


_ALLOWED = {
    *(sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_FUNCTION),
    *(sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_RECURSIVE),
}


def _add_months(day: Day | None, months: int | None) -> Day | None:
    """Go some calendar months on; where the month has no such day, to its last."""
    if day is None or months is None:
        return None
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def _date_part(part: str, day: Day | None) -> int | None:
    if day is None:
        return None
    that = date.fromordinal(day)
    return that.isoweekday() if part == "isodow" else int(getattr(that, part))


def _first_of(unit: str, day: Day | None) -> Day | None:
    if day is None:
        return None
    return date.fromordinal(day).replace(day=1, **({"month": 1} if unit == "year" else {})).toordinal()


def _floor(value: float | None) -> int | None:
    return None if value is None else floor(round(value, 6))  # a tenth has no exact float; three places are kept


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


def _greatest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


@lru_cache(maxsize=4096)
def _items(listed: str) -> frozenset[Any]:
    return frozenset(_in_order(listed))


def _listed(text: str) -> list[Any]:
    return list(_in_order(text))


@lru_cache(maxsize=4096)
def _in_order(listed: str) -> tuple[Any, ...]:
    return tuple(json.loads(listed))


def _list_contains(listed: str | None, item: Any) -> bool | None:
    return None if listed is None or item is None else item in _items(listed)


_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "add_months": (2, _add_months),
    "date_part": (2, _date_part),
    "first_of": (2, _first_of),
    "floor": (1, _floor),
    "least": (-1, _least),
    "greatest": (-1, _greatest),
    "list_contains": (2, _list_contains),
}
