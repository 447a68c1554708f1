"""Reading the tables in, part by part, and setting aside what cannot be decided.

A case is decided whole or not at all: balances, letters and receipts hang together, and a case without one of its rows
would be decided wrongly. So every row of a case with a faulty row is set aside, the faulty one with what is wrong.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from necessity.domain.tables import TABLES, Table, parent_key
from necessity.errors import FormatError
from necessity.workflow.bulk.columns import as_read, faults, references
from necessity.workflow.bulk.disk import is_full, lacks_memory
from necessity.workflow.bulk.survey import Database, Input, quoted

PART = "part_of_book"
QUARANTINE = {
    "table_name": "VARCHAR",
    "case_id": "VARCHAR",
    "row_id": "VARCHAR",
    "reason": "VARCHAR",
    "is_own_fault": "BOOLEAN",
}
"""Columns of what is set aside: which row, why, and whether the fault is its own or another row's of its case."""
TWICE = "stands there more than once; give each row an id of its own"
STRANGER = "belongs to a case that case_file does not have"
NO_SOURCE = "has no funding source that its case is known to have: nothing to decide it for"
NO_CODE = "'code (' || code || ') has not the shape of a diagnosis code'"
"""SQL over a row of `condition`."""
_MOST_TOLD = 20


def divide(db: Database, one: Input, parts: int, target: Path, on: date | None = None) -> int:
    """Read one table, note what is wrong with each row, and write its rows by part.

    Args:
        db: A database that may read the input and write the target.
        one: The table.
        parts: How many parts the cases are spread over, by the hash of their id.
        target: The folder to write to; it must not be there yet.
        on: The day to decide for, in place of each case's own.

    Returns:
        How many rows the table has.

    Raises:
        FormatError: lines of a text file that are no rows.
    """
    table = TABLES[one.table]
    db.execute("DROP TABLE IF EXISTS reject_errors")
    db.execute("DROP TABLE IF EXISTS reject_scans")
    select = f"SELECT {', '.join(table.columns)}, {noted(table, one)}, {_part(parts)} FROM ({reading_of(one, on)})"
    where, options = target, f"FORMAT parquet, PARTITION_BY ({PART}), COMPRESSION zstd"
    if parts == 1:  # nothing to spread: half the work
        where, options = target / f"{PART}=0" / "rows.parquet", "FORMAT parquet, COMPRESSION zstd"
        where.parent.mkdir(parents=True)
    try:
        counted = db.execute(f"COPY ({select}) TO {quoted(where)} ({options})").fetchone()
    except Exception as error:
        if is_full(error) or lacks_memory(error):
            raise
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FormatError(
            f"{one.table} cannot be read: {said[:200]}", "Mend the file and run it again.", format=one.format
        ) from error
    if one.format == "csv":
        refuse_broken_lines(db, one)
    return int(str(counted[0])) if counted else 0


def _part(parts: int) -> str:
    return f"CAST(coalesce(hash(case_id) % {parts}, 0) AS INTEGER) AS {PART}"


def reading_of(one: Input, on: date | None) -> str:
    """Write the query that reads a table's columns as they should be, and as `raw_…` what was a text."""
    table = TABLES[one.table]
    read = [
        f"{as_read(column, type, one.columns[column])} AS {column}"
        if column in one.columns
        else f"CAST(NULL AS {type}) AS {column}"
        for column, type in table.columns.items()
    ]
    if on and table.name == "case_file":
        read = [f"DATE '{on}' AS decided_on" if text.endswith(" AS decided_on") else text for text in read]
    raw = [
        f"{c} AS raw_{c}" for c, given in one.columns.items() if given == "VARCHAR" and table.columns[c] != "VARCHAR"
    ]
    return f"SELECT {', '.join([*read, *raw])} FROM {one.rows}"


def noted(table: Table, one: Input) -> str:
    """Write the list of a row's faults, NULL where it has none."""
    found = list(faults(table, one.columns))
    texts = {c for c, given in one.columns.items() if given == "VARCHAR" and table.columns[c] != "VARCHAR"}

    def said(column: str, words: str) -> str:
        shown = f"raw_{column}" if column in texts else column
        value = f"coalesce(' (' || left(CAST({shown} AS VARCHAR), 60) || ')', '')"
        return f"{quoted(column)} || {value} || {quoted(' ' + words)}"

    each = ", ".join(f"CASE WHEN {condition} THEN {said(column, words)} END" for column, condition, words in found)
    any_of = " OR ".join(f"coalesce({condition}, FALSE)" for _, condition, _ in found)
    return f"CASE WHEN {any_of} THEN [fault FOR fault IN [{each}] IF fault IS NOT NULL] END AS faults"


def refuse_broken_lines(db: Database, one: Input) -> None:
    """Stop where a text file that was just read has lines that are no rows.

    Raises:
        FormatError: it has some; the first twenty are told.
    """
    query = "SELECT line, error_message FROM reject_errors ORDER BY line"
    broken = db.execute(query).fetchall()
    if broken:
        told = [f"line {line}: {str(said).splitlines()[0][:120]}" for line, said in broken[:_MOST_TOLD]]
        told += [f"and {len(broken) - _MOST_TOLD} more"] if len(broken) > _MOST_TOLD else []
        raise FormatError(
            f"{one.table} has lines that are no rows:",
            "Mend them: whose case such a line belongs to cannot be told, so nothing is decided without it.",
            format="csv",
            faults=tuple(told),
        )


def row_name(table: str) -> str:
    """Write the name of a row inside its case, in SQL."""
    columns = TABLES[table].columns
    id = "coalesce(id, '')" if "id" in columns else "''"
    parent = parent_key(table)
    return f"coalesce({parent}, '') || '/' || {id}" if parent else id


def is_named(table: str) -> bool:
    """Say whether two rows of a table must have different names inside a case."""
    return "id" in TABLES[table].columns or table in ("case_file", "patient", "tax", "training_plan")


class Part:
    """One part of the book as it lies on disk."""

    def __init__(self, folder: Path, number: int, inputs: list[Input]) -> None:
        self.number = number
        self._folders = {one.table: folder / one.table / f"{PART}={number}" for one in inputs}

    def rows(self, table: str) -> str:
        """Write what to read a table from, in SQL; empty where it has no rows here."""
        folder = self._folders.get(table)
        return (
            f"read_parquet({quoted(folder / '*.parquet')}, hive_partitioning = FALSE)"
            if folder and folder.is_dir()
            else ""
        )

    @property
    def tables(self) -> list[str]:
        """List the tables that have rows here."""
        return [table for table in self._folders if self.rows(table)]


def set_aside(db: Database, part: Part, bad_codes: list[str]) -> None:
    """Find what is wrong in a part: tables `fault`, `bad_case`, and `quarantine` with each row set aside."""
    db.execute(
        "CREATE OR REPLACE TEMP TABLE fault (table_name VARCHAR, case_id VARCHAR, row_id VARCHAR, reason VARCHAR)"
    )
    for query in _fault_queries(part, bad_codes):
        db.execute(f"INSERT INTO fault {query}")
    db.execute(
        "CREATE OR REPLACE TEMP TABLE bad_case AS SELECT case_id, "
        "min(table_name || coalesce(' ' || nullif(row_id, ''), '') || ': ' || reason) AS why "
        "FROM fault WHERE case_id IS NOT NULL GROUP BY case_id"
    )
    columns = ", ".join(f"{name} {type}" for name, type in QUARANTINE.items())
    db.execute(f"CREATE OR REPLACE TEMP TABLE quarantine ({columns})")
    own = (
        "SELECT case_id, row_id, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason "
        "FROM fault WHERE table_name = {} GROUP BY ALL"
    )
    for table in part.tables:
        db.execute(
            f"INSERT INTO quarantine SELECT {quoted(table)}, given.case_id, given.row_id, "
            "coalesce(own.reason, 'its case is set aside: ' || bad_case.why), own.reason IS NOT NULL "
            f"FROM (SELECT case_id, {row_name(table)} AS row_id FROM {part.rows(table)}) AS given "
            "LEFT JOIN bad_case ON bad_case.case_id = given.case_id "
            f"LEFT JOIN ({own.format(quoted(table))}) AS own ON own.row_id = given.row_id "
            "AND coalesce(own.case_id, '') = coalesce(given.case_id, '') "
            "WHERE bad_case.case_id IS NOT NULL OR own.reason IS NOT NULL"
        )


def _fault_queries(part: Part, bad_codes: list[str]) -> Iterator[str]:
    cases = part.rows("case_file")
    for table in part.tables:
        rows, name = part.rows(table), row_name(table)
        columns = TABLES[table].columns
        keys = [key for key in ("case_id", parent_key(table), "id") if key and key in columns]
        here = f"{quoted(table)}, case_id, {name}"
        yield f"SELECT {here}, unnest(faults) FROM {rows} WHERE faults IS NOT NULL"
        if is_named(table):
            twice = f"SELECT {', '.join(keys)} FROM {rows} GROUP BY ALL HAVING count(*) > 1"
            yield f"SELECT {here}, {quoted(TWICE)} FROM ({twice})"
        if table != "case_file":
            lost = f"case_id NOT IN (SELECT case_id FROM {cases} WHERE case_id IS NOT NULL)" if cases else "TRUE"
            yield f"SELECT {here}, {quoted(STRANGER)} FROM {rows} WHERE {lost}"
    for reference in references():
        if rows := part.rows(reference.table):
            yield _dangling(part, reference.table, reference.column, reference.targets, rows)
    if rows := part.rows("condition"):
        listed = ", ".join(map(quoted, bad_codes)) or "NULL"
        yield f"SELECT 'condition', case_id, id, {NO_CODE} FROM {rows} WHERE code IN ({listed})"
    if rows := part.rows("expense"):
        lost = f"case_id NOT IN ({_payers(part)})"
        yield f"SELECT 'expense', case_id, id, {quoted(NO_SOURCE)} FROM {rows} WHERE {lost}"


def _payers(part: Part) -> str:
    """List the cases that have something to decide for."""
    rows = part.rows("funding_source")
    held = "held AND kind <> 'own_pocket' AND case_id IS NOT NULL"
    return f"SELECT case_id FROM {rows} WHERE {held}" if rows else "SELECT '' WHERE FALSE"


def dangling_words(column: str, value: str) -> str:
    """Write, in SQL, what to say of a row that names what its case does not have."""
    return f"{column} || ' names ' || {value} || ', which its case does not have'"


def _dangling(part: Part, table: str, column: str, targets: tuple[str, ...], rows: str) -> str:
    """Find rows that name what their case does not have."""
    ids = [f"SELECT case_id, id FROM {part.rows(target)}" for target in targets if part.rows(target)]
    known = " UNION ALL ".join(ids) or "SELECT '' AS case_id, '' AS id WHERE FALSE"
    said = dangling_words(quoted(column), column)
    named = f"SELECT case_id, {row_name(table)} AS row_id, {column} FROM {rows} WHERE {column} IS NOT NULL"
    return (
        f"SELECT {quoted(table)}, case_id, row_id, {said} FROM ({named}) AS named "
        f"WHERE NOT EXISTS (SELECT 1 FROM ({known}) AS known "
        f"WHERE known.case_id = named.case_id AND known.id = named.{column})"
    )
