"""The one engine: DuckDB inside the process, for one case prepared, one thread, no optimizer, no access to anything."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from necessity.adjudication.program import CompiledSubject, Decided, Program, Row
from necessity.domain.tables import Tables

_FEW = 6
"""Up to so many rows, parameters are quicker than JSON."""


Setting = str | int | bool | float | list[str]


def open_database(config: Mapping[str, Setting], spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory.

    Args:
        config: DuckDB's settings.
        spill: Where to put what does not fit into memory; None: nowhere. Left to itself, DuckDB would put rows about
            patients into `.tmp` of whatever folder the user is in.

    Returns:
        The connection; it never writes to the screen.
    """
    db = duckdb.connect(":memory:", config={**config, "temp_directory": str(spill) if spill else ""})
    db.execute("SET enable_progress_bar = false")  # under `python -c` it would write among our output
    return db


class Engine:
    """A compiled rulebook in a database in memory, ready for case after case. Not for several threads at once."""

    def __init__(self, program: Program, *, threads: int = 1) -> None:
        self.program = program
        self._db = open_database({"threads": threads, "enable_external_access": False})
        self._db.execute("PRAGMA disable_optimizer")
        for name, columns in program.tables.items():
            self._db.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
        for name, rows in (("law", program.law), ("profile", program.profiles)):
            if rows:
                self._load(name, rows)
        for subject in program.subjects:
            self._db.execute(f"CREATE TABLE {subject.name}_decided AS {subject.sql} LIMIT 0")
        for subject in program.subjects:
            self._db.execute(f"PREPARE decide_{subject.name} AS INSERT INTO {subject.name}_decided {subject.sql}")
        self._db.execute("SET lock_configuration = true")

    def _load(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Put rows into a table: a few as parameters, many as one JSON text, whichever is quicker."""
        columns = self.program.tables[table]
        if len(rows) <= _FEW:
            marks = f"({', '.join('?' * len(columns))})"
            values = [row.get(column) for row in rows for column in columns]
            self._db.execute(f"INSERT INTO {table} VALUES {', '.join([marks] * len(rows))}", values)
            return
        shape = json.dumps([columns])
        self._db.execute(
            f"INSERT INTO {table} BY NAME SELECT unnest(from_json(?, '{shape}'), recursive := TRUE)",
            [json.dumps(rows, default=_plain)],
        )

    def run(self, tables: Tables, wanted: tuple[str, ...] = ()) -> Decided:
        """Decide every row of every subject.

        Args:
            tables: Flat tables of one or many cases, as `domain.tables.tables_of` lays them out.
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
                    rows_may_come = tables.get(subject.driven_by, True)  # a decided table, or one with rows
                    if rows_may_come:
                        self._db.execute(f"EXECUTE decide_{subject.name}")
                    if run is None or subject.name in wanted:
                        decided[subject.name] = self._fetch(subject) if rows_may_come else []
        finally:
            self._db.execute("ROLLBACK")  # nothing is ever kept: every run starts from empty tables
        return decided

    def _fetch(self, subject: CompiledSubject) -> list[Row]:
        cursor = self._db.execute(f"SELECT * FROM {subject.name}_decided ORDER BY {', '.join(subject.keys)}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def load_rows(db: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    """Make a table and put rows into it; a column a row lacks is unknown."""
    db.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {type}' for name, type in columns.items())})")
    if rows:
        db.execute(
            f"INSERT INTO {table} BY NAME SELECT unnest(from_json(?, '{json.dumps([columns])}'), recursive := TRUE)",
            [json.dumps(rows, default=_plain)],
        )


def _plain(value: object) -> object:
    """Write what JSON does not know the way the database reads it."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not go into a table")


def evaluate(columns: dict[str, str], rows: list[dict[str, Any]], selected: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Run expressions over rows that are simply given, away from any record: the cases of rules.

    Args:
        columns: Names and SQL types of the columns the expressions may name.
        rows: Values by name; what a row leaves out is unknown.
        selected: SQL expressions.

    Returns:
        One tuple a row, in the order of the rows.
    """
    if not rows or not selected:
        return [()] * len(rows)
    shape = json.dumps([{"place_of_row": "BIGINT", **columns}])
    numbered = [{"place_of_row": place, **row} for place, row in enumerate(rows)]
    with open_database({"threads": 1, "enable_external_access": False}) as db:
        db.execute("PRAGMA disable_optimizer")
        db.execute(
            f"CREATE TABLE known AS SELECT unnest(from_json(?, '{shape}'), recursive := TRUE)",
            [json.dumps(numbered, default=_plain)],
        )
        return db.execute(f"SELECT {', '.join(selected)} FROM known ORDER BY place_of_row").fetchall()
