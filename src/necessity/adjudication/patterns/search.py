"""Searching a book for patterns: tables as views in DuckDB, one SELECT a pattern, one table of findings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from necessity.adjudication.engine import open_database
from necessity.adjudication.patterns.catalogue import PATTERNS, Pattern
from necessity.domain.marks import MARKS
from necessity.domain.tables import TABLES

COLUMNS = {
    "pattern": "VARCHAR",
    "subject": "VARCHAR",
    "times": "BIGINT",
    "cents": "BIGINT",
    "examples": "VARCHAR[]",
}
"""Columns of the findings: which pattern, who or what, how often, money touched, up to five places to look."""
_READERS = {"parquet": "read_parquet", "csv": "read_csv", "ndjson": "read_json"}


class PatternCount(NamedTuple):
    """What one pattern came to."""

    pattern: Pattern
    findings: int
    cents: int
    """Money touched; 0 where the pattern touches none by itself."""
    first: tuple[str, int, tuple[str, ...]] | None
    """The largest finding: subject, how often, where to look."""
    missing: tuple[str, ...] = ()
    """Tables it needs that are not there; it was not looked for."""


class Search:
    """A book open for searching."""

    def __init__(
        self, files: Mapping[str, list[Path]], *, threads: int = 2, memory: str = "3GB", spill: Path | None = None
    ) -> None:
        """Lay a view over the files of each table; each file's ending says how it is read."""
        self._db = open_database({"threads": threads, "memory_limit": memory}, spill)
        self._there = set(files)
        for table, paths in files.items():
            self._db.execute(f"CREATE VIEW {table} AS {_reading(table, paths)}")
        columns = ", ".join(f"{name} {type}" for name, type in COLUMNS.items())
        self._db.execute(f"CREATE TABLE found ({columns})")

    def run(self, limits: Mapping[str, Mapping[str, int]]) -> list[PatternCount]:
        """Look for every pattern, with other thresholds where given."""
        return [self._look(pattern, {**pattern.limits, **limits.get(pattern.id, {})}) for pattern in PATTERNS]

    def _look(self, pattern: Pattern, limits: Mapping[str, int]) -> PatternCount:
        missing = tuple(table for table in pattern.reads if table not in self._there)
        if missing:
            return PatternCount(pattern, 0, 0, None, missing)
        sql = pattern.sql.format(**limits) if limits else pattern.sql
        self._db.execute(f"INSERT INTO found SELECT '{pattern.id}', subject, times, cents, examples FROM ({sql})")
        of_it = f"FROM found WHERE pattern = '{pattern.id}'"
        count = self._db.execute(f"SELECT count(*), coalesce(sum(cents), 0) {of_it}").fetchall()[0]
        top = self._db.execute(
            f"SELECT subject, times, examples {of_it} ORDER BY times DESC, subject LIMIT 1"
        ).fetchall()
        first = (str(top[0][0]), int(top[0][1]), tuple(top[0][2])) if top else None
        return PatternCount(pattern, int(count[0]), int(count[1]), first)

    def write(self, path: Path) -> None:
        """Write the findings, the same bytes for the same book."""
        target = str(path).replace("'", "''")
        self._db.execute(f"COPY (SELECT * FROM found ORDER BY ALL) TO '{target}' (FORMAT parquet)")

    def findings(self) -> list[tuple[object, ...]]:
        """Hand out the findings as rows of `COLUMNS`."""
        return self._db.execute("SELECT * FROM found ORDER BY ALL").fetchall()


def _reading(table: str, paths: Iterable[Path]) -> str:
    """Write the SELECT over a table's files; columns and types are the published ones, what a file lacks is unknown."""
    columns = TABLES[table].columns if table in TABLES else MARKS[table]
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    ending = next(iter(paths)).suffix.removeprefix(".")
    if ending == "parquet":
        return f"SELECT * FROM read_parquet([{listed}])"
    types = ", ".join(f"'{name}': '{type}'" for name, type in columns.items())
    more = ", header = true, nullstr = ''" if ending == "csv" else ""
    return f"SELECT * FROM {_READERS[ending]}([{listed}], columns = {{{types}}}{more})"
