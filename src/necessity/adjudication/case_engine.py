"""The engine for single cases: the compiled statements in SQLite, which plans and runs a small case in milliseconds.

DuckDB decides many cases at once (`engine`); it spends a hundred milliseconds and more on laying out vectors for a
statement this wide, however few its rows are. Both run the same statement, written for each by `dialects`; the tests
compare them row by row over every written case and over crowds of drawn ones.
"""

import json
import sqlite3
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from math import floor
from operator import itemgetter
from typing import Any

from necessity.adjudication.program import LOOKED_AT, CompiledSubject, Decided, Program, Row
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
        self._db.execute(f"CREATE TABLE looked_at ({', '.join(LOOKED_AT)})")
        for subject in program.subjects:
            if subject.handed_down:
                self._db.execute(f"CREATE TABLE {subject.name}_decided ({', '.join(_kept(subject))})")
        for name, rows in (("law", program.law), ("profile", program.profiles)):
            self._load(name, rows)
        self._layouts = {s.name: _Layout(s, s.types) for s in program.subjects}
        self._narrow = {s.name: _Layout(s, (*s.keys, "outcome")) for s in program.subjects}
        self._db.set_authorizer(_only_rows)

    def _load(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Put rows into a table, without the columns that none of them knows: most of a record is not filled in."""
        columns = self.program.tables[table]
        known: dict[str, Iterable[Any]] = {}
        for name, values in zip(columns, zip(*(map(row.get, columns) for row in rows), strict=True), strict=True):
            if values.count(None) < len(values):
                known[name] = values if columns[name] in _PLAIN else map(_stored, values)
        insert = f"INSERT INTO {table} ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})"
        self._db.executemany(insert, zip(*known.values(), strict=True))

    def run(self, tables: Tables, wanted: tuple[str, ...] = (), looked_at: Collection[tuple[str, str]] = ()) -> Decided:
        """Decide every row of every subject.

        Args:
            tables: Flat tables of one or a few cases, as `domain.tables.tables_of` lays them out.
            wanted: The subjects to hand back; empty: all. Subjects that none of them rests on are not run.
            looked_at: Cases and ids of the only routes to decide, for crowds of copies of a case: keys and outcomes
                are handed back, and no facts. Empty: every route, with its facts.

        Returns:
            Decided rows by subject, in the order of their keys.
        """
        layouts = self._narrow if looked_at else self._layouts
        run = {name for want in wanted for name in self.program.beneath[want]} if wanted else None
        decided: Decided = {}
        self._db.execute("BEGIN")
        try:
            for name, rows in tables.items():
                if rows:
                    self._load(name, rows)
            self._db.executemany("INSERT INTO looked_at VALUES (?, ?)", looked_at)
            for subject in self.program.subjects:
                if run is None or subject.name in run:
                    layout = layouts[subject.name]
                    found = self._decide(layout) if tables.get(subject.driven_by, True) else []
                    if run is None or subject.name in wanted:
                        decided[subject.name] = layout.read(found)
        finally:
            self._db.execute("ROLLBACK")  # nothing is ever kept: every run starts from empty tables
        return decided

    def _decide(self, layout: "_Layout") -> list[tuple[Any, ...]]:
        """Run one subject's statement, and put down what later subjects read of its rows."""
        if layout.inside:
            self._db.execute(layout.inside)
        found = self._db.execute(layout.statement).fetchall()
        if layout.kept and found:
            self._db.executemany(layout.insert, [[row[place] for place in layout.kept] for row in found])
        return found


def _kept(subject: CompiledSubject) -> tuple[str, ...]:
    """Name the columns that are put down for later subjects; none where no later one reads any."""
    return tuple(dict.fromkeys((*subject.handed_down, "outcome"))) if subject.handed_down else ()


class _Layout:
    """Where the columns of one subject's decided rows stand, and how their stored values are read.

    All columns are fetched and then put down for later subjects; of rows with few columns what later subjects read
    never leaves the database, which is four times as fast for a crowd.
    """

    def __init__(self, subject: CompiledSubject, names: Iterable[str]) -> None:
        self.places = {name: place for place, name in enumerate(names)}
        self.keys = subject.keys
        self.statement, self.inside, self.insert = subject.sqlite, "", ""
        self.kept: tuple[int, ...] = ()
        decided, columns = f"{subject.name}_decided", _kept(subject)
        if len(self.places) < len(subject.types):
            source = f"({subject.sqlite})"
            if columns:
                self.inside, source = f"INSERT INTO {decided} SELECT {', '.join(columns)} FROM {source}", decided
            self.statement = f"SELECT {', '.join(self.places)} FROM {source}"
        elif columns:
            self.kept = tuple(self.places[name] for name in columns)
            self.insert = f"INSERT INTO {decided} VALUES ({', '.join('?' * len(columns))})"
        self._getters: dict[tuple[str, ...], Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {}
        self.columns = {name: (place, _READERS.get(subject.types[name])) for name, place in self.places.items()}
        """Where each column stands, and what reads its stored values; None: they are what they are."""

    def getter(self, names: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
        """Make, once, what takes these columns out of a stored row."""
        if names not in self._getters:
            places = [self.places[name] for name in names]
            if len(places) > 1:
                self._getters[names] = itemgetter(*places)
            else:  # of one place `itemgetter` takes out the value itself
                self._getters[names] = lambda row: tuple([row[place] for place in places])
        return self._getters[names]

    def read(self, rows: list[tuple[Any, ...]]) -> list[Row]:
        """Turn stored rows into rows of Python's values by name, in the order of their keys."""
        keys = [self.places[key] for key in self.keys]
        return [DecidedRow(self, row) for row in sorted(rows, key=lambda row: [row[place] for place in keys])]


class DecidedRow(Mapping[str, Any]):
    """One decided row, whose values are read when they are asked for: most of its hundreds of columns never are."""

    __slots__ = ("_columns", "_layout", "_stored")

    def __init__(self, layout: _Layout, stored: tuple[Any, ...]) -> None:
        self._layout = layout
        self._columns = layout.columns
        self._stored = stored

    def __getitem__(self, name: str) -> Any:
        place, read = self._columns[name]
        value = self._stored[place]
        return value if read is None or value is None else read(value)

    def stored(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        """Hand out some values as the database stores them: quick to compare with those of another row."""
        return self._layout.getter(names)(self._stored)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Read a value, or take the other where there is no such column."""
        return self[name] if name in self._columns else otherwise

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


_PLAIN = ("VARCHAR", "BIGINT", "BOOLEAN")
"""Types whose values are stored as they are."""


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


_READERS: dict[str, Callable[[Any], Any]] = {
    **{"BOOLEAN": bool, "DATE": date.fromordinal},
    **{"VARCHAR[]": _listed, "BIGINT[]": _listed},
}


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
