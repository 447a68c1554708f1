"""Deciding whole tables: the bulk run's statements over one part of a book in DuckDB, several threads, optimizer on.

A part is all rows of some cases. What is read, checked and written where is the use case's work; here one part is
decided, in memory that does not grow with the number of parts.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb

from necessity.adjudication import code_days
from necessity.adjudication.bulk_program import SHOWN, BulkChain, bulk_chain, mask_bits
from necessity.adjudication.engine import load_rows
from necessity.domain.tables import TABLES
from necessity.parameters.load import SQL_TYPES
from necessity.rulebook.load import Rulebook

KEYS = ("case_id", "expense_id", "funding_source_id")
"""What names a line."""


class BulkLimits(NamedTuple):
    """What the machine may give."""

    threads: int = 2
    memory: str = "3GB"
    """In DuckDB's words; beyond it, DuckDB spills to `spill`."""
    spill: Path | None = None
    """Where to spill; None: nowhere."""


USUAL = BulkLimits()


class BulkEngine:
    """A rulebook ready to decide part after part. Not for several threads of ours at once: DuckDB brings its own."""

    def __init__(self, book: Rulebook, limits: BulkLimits = USUAL, allowed: Iterable[Path] = ()) -> None:
        """Open a database in memory that can reach the given folders and nothing else."""
        self.book = book
        self._chains: dict[tuple[str, tuple[str | None, ...]], BulkChain] = {}
        config: dict[str, str | int | bool | float | list[str]] = {
            "threads": limits.threads,
            "memory_limit": limits.memory,
            "preserve_insertion_order": False,
        }
        if limits.spill:
            config["temp_directory"] = str(limits.spill)
        self.db = duckdb.connect(":memory:", config=config)
        folders = [str(path) for path in (*allowed, *filter(None, [limits.spill]))]
        self.db.execute(f"SET allowed_directories = [{', '.join(_quoted(folder) for folder in folders)}]")
        self.db.execute("SET enable_external_access = false")
        law, profile = _parameter_tables(book)
        load_rows(self.db, "law", law, book.parameters.law_rows())
        load_rows(self.db, "profile", profile, book.parameters.profile_rows())
        self.db.execute("SET lock_configuration = true")

    def chain(self, funding_source: str, services: tuple[str | None, ...]) -> BulkChain:
        """Give the statements for one kind of funding source and some kinds of service, written once."""
        key = funding_source, services
        if key not in self._chains:
            self._chains[key] = bulk_chain(self.book, funding_source, services)
        return self._chains[key]

    def decide(self) -> None:
        """Decide the part whose tables lie in the database, into the table `decided`.

        Every table that `input_tables` names must be there, as a table or a view. Lines come
        in no order; `KEYS` names each. Only funding sources the part names are decided.
        """
        self.db.execute("DROP TABLE IF EXISTS decided")
        kinds = self._values("SELECT DISTINCT kind FROM funding_source WHERE held IS DISTINCT FROM FALSE")
        services = tuple(self._values("SELECT DISTINCT kind FROM expense"))
        for kind in (kind for kind in kinds if kind is not None and kind != "own_pocket"):
            chain = self.chain(kind, services)
            for statement in chain.before:
                self.db.execute(f"CREATE OR REPLACE TEMP TABLE {statement.subject}_decided AS {statement.sql}")
            columns = ", ".join(f"{name} {type}" for name, type in chain.expense[services[0]].columns.items())
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE expense_decided ({columns})")
            for service in services:
                self.db.execute(f"INSERT INTO expense_decided BY NAME {chain.expense[service].sql}")
            shown = ", ".join(self.output_columns())
            select = f"SELECT '{kind}' AS funding_source, {shown} FROM ({chain.payment.sql})"
            if self.db.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'decided'").fetchone():
                self.db.execute(f"INSERT INTO decided {select}")
            else:
                self.db.execute(f"CREATE TABLE decided AS {select}")

    def output_columns(self) -> tuple[str, ...]:
        """Name the columns of `decided` after `funding_source`: keys, what is shown, masks, outcome."""
        words = dict.fromkeys(bit.word for bit in mask_bits(self.book))
        masks = (f"{answer}_{word}" for word in words for answer in ("failed", "unknown"))
        return (*KEYS, "id_of_chosen_letter", *SHOWN, *masks, "outcome")

    def _values(self, query: str) -> list[str | None]:
        return [row[0] for row in self.db.execute(f"{query} ORDER BY 1").fetchall()]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def input_tables() -> dict[str, dict[str, str]]:
    """Name the tables a part must have, each with its columns and SQL types."""
    return {table.name: table.columns for table in TABLES.values()} | code_days.CODE_TABLES | code_days.LAID_OUT


def _parameter_tables(book: Rulebook) -> tuple[dict[str, str], dict[str, str]]:
    period = {"from_on": "DATE", "until_on": "DATE"}
    law = period | {name: SQL_TYPES[one.type] for name, one in book.parameters.law.items()}
    columns = {name: SQL_TYPES[one.type] for name, one in book.parameters.columns.items()}
    return law, {"payer": "VARCHAR", "kind": "VARCHAR", **period, "only_version": "BOOLEAN"} | columns
