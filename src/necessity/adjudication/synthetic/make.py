"""Making the synthetic book: DuckDB draws and writes one part after the other; memory does not grow with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from necessity.adjudication.engine import open_database
from necessity.adjudication.synthetic.draws import (
    BLOCK,
    MACROS,
    BookPlan,
    account_sql,
    block_sql,
    case_sql,
    line_sql,
    lists,
)
from necessity.adjudication.synthetic.rows import row_sql

PART_LINES = 2_000_000
"""Lines of one part: all rows of its cases stand in one file a table."""
ENDINGS = {"parquet": "(FORMAT parquet, COMPRESSION zstd)", "csv": "(FORMAT csv, HEADER)", "ndjson": "(FORMAT json)"}
"""File ending to how DuckDB writes it."""


class Written(NamedTuple):
    """One file of the book."""

    table: str
    path: Path
    rows: int


def parts(plan: BookPlan, part_lines: int = PART_LINES) -> list[tuple[int, int]]:
    """Cut the blocks of a book into parts: first block, block after the last."""
    step = max(1, part_lines // BLOCK)
    return [(first, min(first + step, plan.blocks)) for first in range(0, plan.blocks, step)]


class Press:
    """Makes the parts of one book."""

    def __init__(self, plan: BookPlan, *, threads: int = 2, memory: str = "3GB", spill: Path | None = None) -> None:
        """Open a database in memory with the book's short lists in it."""
        self.plan = plan
        self._db = open_database({"threads": threads, "memory_limit": memory}, spill)
        for statement in (*MACROS, *lists(plan)):
            self._db.execute(statement)

    def draw(self, first: int, end: int) -> None:
        """Draw the blocks of one part."""
        plan = self.plan
        for statement in (block_sql(plan, first, end), case_sql(plan), account_sql(plan), line_sql(plan)):
            self._db.execute(statement)

    def tables(self) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
        """Hand out the rows of the part that was drawn, for books that fit in memory: columns and rows by table."""
        found = {}
        for table, sql in row_sql(self.plan.on, patterns=self.plan.patterns).items():
            cursor = self._db.execute(_ordered(sql))
            found[table] = [column[0] for column in cursor.description], cursor.fetchall()
        return found

    def write(self, folder: Path, ending: str, number: int) -> Iterator[Written]:
        """Write the part that was drawn, one file a table: <folder>/<table>/part-00000.<ending>."""
        for table, sql in row_sql(self.plan.on, patterns=self.plan.patterns).items():
            path = folder / table / f"part-{number:05d}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            target = str(path).replace("'", "''")
            done = self._db.execute(f"COPY ({_ordered(sql)}) TO '{target}' {ENDINGS[ending]}").fetchone()
            yield Written(table, path, int(done[0]) if done else 0)


def _ordered(sql: str) -> str:
    """Put the rows into one order, whatever thread made them first: the keys are among the first three columns."""
    return f"SELECT * FROM ({sql}) ORDER BY 1, 2, 3"
