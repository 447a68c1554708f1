"""Deciding whole tables: the bulk run's statements over one part of a book in DuckDB, several threads, optimizer on.

A part is all rows of some cases. What is read, checked and written where is the use case's work; here one part is
decided, in memory that does not grow with the number of parts.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from necessity.adjudication import code_days
from necessity.adjudication.bulk_program import (
    CASE_KEY,
    CHAIN,
    OF_THE_YEAR,
    SHOWN,
    BulkChain,
    bulk_chain,
    mask_columns,
)
from necessity.adjudication.bulk_queries import LAW_OF_DAY
from necessity.adjudication.engine import Setting, load_rows, open_database
from necessity.adjudication.narrow import Narrower
from necessity.domain.tables import TABLES
from necessity.errors import StoreError
from necessity.parameters.load import SQL_TYPES
from necessity.rulebook.load import Rulebook

KEYS = ("case_id", "expense_id", "funding_source_id")
"""What names a line."""
ONE_A_CASE = ("patient", "tax", "training_plan")
"""Tables with a row for each case; where the input has none, nothing is known of it."""

WINDOWS = {
    **{"case_id": CASE_KEY, "funding_source_id": "VARCHAR", "letter_id": "VARCHAR"},
    **{"letter_window_from": "DATE", "letter_window_to": "DATE", "outcome": "BIGINT"},
}
"""Columns of the table `letter_window`: what the run found of every letter before every funding source, by the
administrator's own terms."""


class BulkLimits(NamedTuple):
    """What the machine may give."""

    threads: int = 2
    memory: str = "3GB"
    """In DuckDB's words; beyond it, DuckDB spills to `spill`."""
    spill: Path | None = None
    """Where to spill; None: nowhere."""


USUAL = BulkLimits()
_FEW = 0.8
"""A kind of funding source that a smaller share of the cases has is decided over their rows alone."""
_CHAINS: dict[str, dict[tuple[str, str | None], BulkChain]] = {}
"""Statements by the rulebook's content, written once a process: they are the same for every engine."""


class BulkEngine:
    """A rulebook ready to decide part after part. Not for several threads of ours at once: DuckDB brings its own."""

    def __init__(self, book: Rulebook, limits: BulkLimits = USUAL, allowed: Iterable[Path] = ()) -> None:
        """Open a database in memory that can reach the given folders and nothing else."""
        self.book = book
        self._narrower: Narrower | None = None
        self.tables = read_tables(book)
        self._chains = _CHAINS.setdefault(book.sha256, {})
        self.db = _opened(limits, allowed)
        law, profile = parameter_tables(book)
        load_rows(self.db, "law", law, book.parameters.law_rows())
        load_rows(self.db, "profile", profile, book.parameters.profile_rows())
        self.db.execute("SET lock_configuration = true")

    def chain(self, funding_source: str, service: str | None) -> BulkChain:
        """Give the statements for one kind of funding source and one kind of service (None: all), written once."""
        key = funding_source, service
        if key not in self._chains:
            self._narrower = self._narrower or Narrower(self.book, CHAIN)
            self._chains[key] = bulk_chain(self._narrower, funding_source, service)
        return self._chains[key]

    def take(self, sources: Mapping[str, str]) -> None:
        """Take a part in, with its cases numbered: `case_number` says which number is which case.

        A case without a row about the patient, taxes or the training plan gets an empty one: nothing is known of it.

        Args:
            sources: What to read each table from, in SQL; a table that is not named is empty.
        """
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE case_number AS "
            f"SELECT row_number() OVER () AS number, case_id AS name FROM {sources['case_file']}"
        )
        for name, columns in self.tables.items():
            if name not in sources or "case_id" not in columns:
                self._table(name, columns | ({"case_id": CASE_KEY} if "case_id" in columns else {}))
            if name in sources:
                selected = ", ".join(f"rows.{column}" for column in columns if column != "case_id")
                if "case_id" in columns:
                    select = f"case_number.number AS case_id, {selected} FROM {sources[name]} AS rows"
                    select += " JOIN case_number ON case_number.name = rows.case_id"
                    self.db.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {select}")
                else:
                    self.db.execute(f"INSERT INTO {name} SELECT {selected} FROM {sources[name]} AS rows")
        for name in ONE_A_CASE:
            self.db.execute(
                f"INSERT INTO {name} BY NAME SELECT number AS case_id FROM case_number "
                f"WHERE number NOT IN (SELECT case_id FROM {name})"
            )

    def decide(self) -> None:
        """Decide the part whose tables lie in the database, into the table `decided`; its letters into `letter_window`.

        Every table that `input_tables` names must be there, as a table or a view. Lines come
        in no order; `KEYS` names each. Only funding sources the part names are decided. Where all their expenses are
        of one kind of service, the rules are worked out for it beforehand.
        """
        columns = self.output_columns()
        self._table("decided", columns)
        self._table("letter_window", WINDOWS)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE law_of_day AS {LAW_OF_DAY}")
        for kind, services in self._kinds().items():
            self._look_at(kind)
            chain = self.chain(kind, services[0] if len(services) == 1 else None)
            for statement in chain.before:
                self.db.execute(f"CREATE OR REPLACE TEMP TABLE {statement.subject}_decided AS {statement.sql}")
            self.db.execute(f"INSERT INTO letter_window SELECT {', '.join(WINDOWS)} FROM letter_decided")
            shown = ", ".join(name for name in columns if name in chain.lines.columns)
            select = f"SELECT '{kind}' AS funding_source, {shown} FROM ({chain.lines.sql})"
            self.db.execute(f"INSERT INTO decided BY NAME {select}")
        self._look_at_all()

    def output_columns(self) -> dict[str, str]:
        """Name the columns of `decided` with their SQL types."""
        return output_columns(self.book)

    def _table(self, name: str, columns: dict[str, str]) -> None:
        """Make a table with no rows."""
        self.db.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")

    def _look_at(self, kind: str) -> None:
        """Let the names of the tables stand for the rows of the cases that have a kind of funding source.

        A view that is temporary is found before the table of its name. Where most cases have the kind, picking them out
        would cost more than it spares.
        """
        self._look_at_all()
        having = f"SELECT DISTINCT case_id FROM funding_source WHERE held AND kind = '{kind}'"
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE case_here AS {having}")
        query = "SELECT (SELECT count(*) FROM case_here), (SELECT count(*) FROM case_number)"
        here, everywhere = self.db.execute(query).fetchall()[0]
        if here < _FEW * everywhere:
            for name in self._of_cases():
                rows = f"SELECT * FROM memory.main.{name} WHERE case_id IN (SELECT case_id FROM case_here)"
                self.db.execute(f"CREATE TEMP VIEW {name} AS {rows}")

    def _look_at_all(self) -> None:
        """Let the names of the tables stand for all their rows again."""
        for name in self._of_cases():
            self.db.execute(f"DROP VIEW IF EXISTS temp.{name}")

    def _of_cases(self) -> list[str]:
        """List the tables whose rows belong to cases."""
        return [name for name, columns in self.tables.items() if "case_id" in columns]

    def _kinds(self) -> dict[str, list[str | None]]:
        """Find the kinds of funding source with something to decide, each with the kinds of service it meets."""
        found: dict[str, list[str | None]] = {}
        for kind, service in self.db.execute(MEETINGS).fetchall():
            found.setdefault(kind, []).append(service)
        return found


MEETINGS = """
SELECT DISTINCT funding_source.kind, expense.kind
FROM expense
JOIN funding_source ON funding_source.case_id = expense.case_id
WHERE funding_source.held AND funding_source.kind <> 'own_pocket'
ORDER BY 1, 2
"""
"""Which kinds of funding source have something to decide, and for which kinds of service."""


def output_columns(book: Rulebook) -> dict[str, str]:
    """Name the columns of a decided line with their SQL types: kind, keys, what is shown, masks, outcome."""
    texts = dict.fromkeys(("funding_source", *KEYS, "id_of_chosen_letter"), "VARCHAR")
    shown = {name: SQL_TYPES[book.facts.facts[name].type] for name in (*SHOWN, *OF_THE_YEAR)}
    masks = dict.fromkeys(mask_columns(book), "BIGINT")
    return {**texts, **shown, **masks, "outcome": "BIGINT"} | {"case_id": CASE_KEY}


def _opened(limits: BulkLimits, allowed: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that can reach the given folders and nothing else."""
    machine: dict[str, Setting] = {"threads": limits.threads, "memory_limit": limits.memory}
    db = open_database({**machine, "preserve_insertion_order": False}, limits.spill)
    folders = [str(path) for path in (*allowed, *filter(None, [limits.spill]))]
    db.execute(f"SET allowed_directories = [{', '.join(_quoted(folder) for folder in folders)}]")
    db.execute("SET enable_external_access = false")
    return db


def reading(limits: BulkLimits, allowed: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """Open a database to read results of a run with, without a rulebook; its settings are locked.

    Args:
        limits: What the machine may give.
        allowed: Folders it may read and write.
    """
    db = _opened(limits, allowed)
    db.execute("SET lock_configuration = true")
    return db


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def input_tables() -> dict[str, dict[str, str]]:
    """Name the tables a part must have, each with its columns and SQL types."""
    return {table.name: table.columns for table in TABLES.values()} | code_days.CODE_TABLES | code_days.LAID_OUT


def read_tables(book: Rulebook) -> dict[str, dict[str, str]]:
    """List the input tables that the statements of a line read, with their columns."""
    subjects = [book.facts.subjects[name] for name in CHAIN]
    words = {word for one in subjects for word in re.findall(r"\w+", f"{one.prelude} {one.source}")}
    return {name: columns for name, columns in input_tables().items() if name in words}


def parameter_tables(book: Rulebook) -> tuple[dict[str, str], dict[str, str]]:
    """Give the columns of the tables `law` and `profile` with their SQL types."""
    period = {"from_on": "DATE", "until_on": "DATE"}
    law = period | {name: SQL_TYPES[one.type] for name, one in book.parameters.law.items()}
    columns = {name: SQL_TYPES[one.type] for name, one in book.parameters.columns.items()}
    return law, {"payer": "VARCHAR", "kind": "VARCHAR", **period, "only_version": "BOOLEAN"} | columns


def write_parquet(columns: dict[str, str], rows: list[dict[str, Any]], file: Path) -> None:
    """Write rows at hand as one Parquet file: whole or not at all.

    Args:
        columns: Columns with their SQL types.
        rows: Values by column; what a row leaves out is unknown.
        file: The file; one that is there is written over.

    Raises:
        StoreError: it cannot be written.
    """
    with open_database({"threads": 1}) as db:
        load_rows(db, "rows_at_hand", columns, rows)
        try:
            db.execute(f"COPY rows_at_hand TO {_quoted(str(file))} (FORMAT parquet)")  # by way of a file beside it
        except duckdb.IOException as error:
            raise StoreError(f"{file} cannot be written.", "Name another folder.", try_again=True) from error
