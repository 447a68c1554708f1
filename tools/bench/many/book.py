"""A book of claims to measure the whole rulebook with: cases that somebody wrote, copied under other numbers.

Every written case (examples, decision cases) that asks a health FSA for personal training gives a template, cut down to
these two, so that all four outcomes and most reasons occur. Copies are numbered; a book is one Parquet file a table.
"""

from functools import cache
from pathlib import Path
from typing import Any

import duckdb

FUNDING_SOURCE, SERVICE = "health_fsa", "personal_training"
_POINTERS = {
    "reimbursement": {"expense": "expense", "funding_source": "funding_source"},
    "submission": {"funding_source": "funding_source"},
    "plan_year": {"funding_source_id": "funding_source"},
    "clause": {"funding_source_id": "funding_source"},
}
"""Columns that name an expense or a funding source: what names one that was cut goes, too."""


@cache
def templates() -> dict[str, list[dict[str, Any]]]:
    """Lay out the templates, all in one set of tables."""
    from tests.worlds import joined
    from tests.written import written

    cut = [cut for tables in written().values() if (cut := _cut(tables))]
    return joined([_named(f"case-{number}", tables) for number, tables in enumerate(cut)])


def _named(case_id: str, tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Give a template a name of its own: written cases may share one."""
    return {
        name: [{**row, "case_id": case_id} if "case_id" in row else row for row in rows]
        for name, rows in tables.items()
    }


def _cut(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]] | None:
    """Keep the health FSAs and the personal training; None where one of them is lacking."""
    kept = {name: list(rows) for name, rows in tables.items()}
    kept["funding_source"] = [row for row in kept["funding_source"] if row["kind"] == FUNDING_SOURCE]
    kept["expense"] = [row for row in kept["expense"] if row["kind"] == SERVICE]
    if not kept["funding_source"] or not kept["expense"]:
        return None
    left = {name: {row["id"] for row in kept[name]} for name in ("expense", "funding_source")}
    for table, pointers in _POINTERS.items():
        for column, target in pointers.items():
            kept[table] = [row for row in kept[table] if row[column] is None or row[column] in left[target]]
    return kept


def lines_of_templates() -> int:
    """Count the lines that one copy of every template has."""
    tables = templates()
    sources: dict[str, int] = {}
    for row in tables["funding_source"]:
        sources[row["case_id"]] = sources.get(row["case_id"], 0) + 1
    return sum(sources[row["case_id"]] for row in tables["expense"])


def write_book(folder: Path, lines: int, first: int = 0) -> int:
    """Write a book of at least so many lines, one file a table.

    Args:
        folder: Where to.
        lines: At least so many.
        first: Number of the first copy.

    Returns:
        How many lines it has.
    """
    from necessity.adjudication.bulk import input_tables
    from necessity.adjudication.engine import load_rows

    tables, each = templates(), lines_of_templates()
    copies = -(-lines // each)
    with duckdb.connect(":memory:", config={"threads": 2, "preserve_insertion_order": False}) as db:
        for name, columns in input_tables().items():
            load_rows(db, name, columns, list(tables.get(name, [])))
            many = "case_id" in columns
            selected = "rows.* REPLACE (rows.case_id || '-' || n AS case_id)" if many else "rows.*"
            source = f"{name} AS rows" + (f", range({first}, {first + copies}) AS copies (n)" if many else "")
            target = folder / f"{name}.parquet"
            db.execute(f"COPY (SELECT {selected} FROM {source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return copies * each
