"""A compiled rulebook as plain data: what the compiler writes, the engine runs and the cache keeps."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from necessity.domain.decision import Outcome

OUTCOMES = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, Outcome.PAYABLE)
"""Outcomes by the integer that stands for them in SQL."""

Row = Mapping[str, Any]
"""One decided row: keys, facts, rules' answers and the outcome by name."""
Decided = dict[str, list[Row]]
"""Decided rows by subject; each row holds keys, facts, rules' answers and the outcome."""

LOOKED_AT = ("case_id", "funding_source_id")
"""Keys of routes, and columns of the table `looked_at` in SQLite: where it has rows, no other route is decided."""

AHEAD = "service_is_ahead"
"""The fact that says whether the service is still ahead; `while_ahead` hangs on it."""


class CompiledRule(NamedTuple):
    """Where the answer of a rule stands in the decided rows."""

    id: str
    column: str
    """Nullable boolean: true, also where it does not apply; false; NULL unknown."""
    applies: str
    """Nullable boolean: whether it has a say; empty where it always has."""
    names: tuple[str, ...]
    """Facts and parameters its conditions name."""


class CompiledSubject(NamedTuple):
    """One subject, ready to run."""

    name: str
    sql: str
    """SELECT whose rows are the decided rows of the subject, as DuckDB reads it."""
    sqlite: str
    """The same statement as SQLite reads it."""
    types: dict[str, str]
    """Columns of the decided rows, in order, with their SQL types."""
    handed_down: tuple[str, ...]
    """Those of them that later subjects read."""
    keys: tuple[str, ...]
    driven_by: str
    """The table its rows come from first: without rows there, there are none here."""
    ids: tuple[str, ...]
    """Tables whose row ids stand in columns `id_of_<table>`."""
    rules: tuple[CompiledRule, ...]


class Program(NamedTuple):
    """A compiled rulebook: plain data, so that it can be kept and read back."""

    tables: dict[str, dict[str, str]]
    """Input tables: name to columns and SQL types, the law and the profiles among them."""
    law: list[dict[str, Any]]
    profiles: list[dict[str, Any]]
    subjects: tuple[CompiledSubject, ...]
    beneath: dict[str, tuple[str, ...]]
    """Each subject with all it rests on, itself included."""
    sha256: str
