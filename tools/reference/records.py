"""The pages about the flat tables and the case folder."""

from collections.abc import Iterator

from necessity.domain.case import Case, ListName
from necessity.domain.record import Record
from necessity.domain.tables import TABLES, Table
from necessity.domain.training import Expense, TrainingSession
from necessity.rulebook.load import Rulebook
from necessity.stores.case_csv import MOST_ACTIVITIES, MOST_COLUMNS, MOST_ROWS, columns_of
from necessity.stores.case_files import LIMITS, ROWS
from necessity.stores.layout import DiskField, Kind, allowed, disk_fields, field_named
from necessity.stores.schema import field_docs
from tools.reference.markdown import Lines, code, heading, sentence, table, text

_SQL_WORDS = {
    "VARCHAR": "text",
    "VARCHAR[]": "list of texts",
    "BIGINT": "whole number",
    "BIGINT[]": "list of whole numbers",
    "BOOLEAN": "true or false",
    "DATE": "date",
    "TIME": "time",
    "DECIMAL(12,3)": "number",
}
_NOT_A_FIELD = {
    "case_id": "The case it belongs to.",
    "decided_on": "The day to decide for.",
    "origin": "Where the row comes from: session, expense, package (not held yet), order (none held yet).",
    "activities_listed": "How many activities the session lists; missing: none listed, which is unknown.",
    "visits_listed": "Gym-visit programme: days of the log that lie in the period, each once; missing: no log.",
    "visits_confirmed": "Gym-visit programme: days of those that the facility confirmed; missing: no log.",
}
"""Columns that are no field of a record."""


def header_of(path: str) -> tuple[str, type[Record]]:
    """Find the table of case.toml for a path through the record, such as `funding_sources.plan_years`."""
    keys: list[str] = []
    record: type[Record] = Case
    is_list = False
    for step in path.split("."):
        field = field_named(record, step)
        assert field
        keys.append(field.key)
        record, is_list = field.record, field.kind is Kind.RECORDS
    dotted = ".".join(keys)
    return f"[[{dotted}]]" if is_list else f"[{dotted}]", record


def column_docs(of: Table) -> dict[str, str]:
    """Say what each column of a flat table means."""
    docs = dict(_NOT_A_FIELD)
    for name in ListName:
        docs[f"{name}_complete"] = f"Whether the list of {name.replace('_', ' ')} holds everything."
    for record in (TrainingSession, Expense) if of.name == "expense" else (of.record,):
        docs |= field_docs(record)
    for column in of.columns:
        if column not in docs and column.endswith("_id"):
            docs[column] = f"Id of the {column.removesuffix('_id').replace('_', ' ')} it belongs to."
    return {column: docs.get(column, "") for column in of.columns}


def tables_page(book: Rulebook) -> Lines:
    yield from heading(1, "Tables")
    yield from text(
        "A case laid out flat: the input of every decision, for one case or for many. An empty cell is "
        "unknown. Money is in whole cents, rates are per ten thousand. Every table begins with "
        "`case_id`."
    )
    for one in TABLES.values():
        docs = column_docs(one)
        yield from heading(2, f"`{one.name}`")
        yield from text(sentence(one.record) if one.path else "The case itself.")
        rows = ((f"`{name}`", _SQL_WORDS.get(sql, sql), docs[name]) for name, sql in one.columns.items())
        yield from table(("column", "type", "meaning"), rows)


def _fields(record: type[Record], fields: dict[str, DiskField]) -> Lines:
    docs = field_docs(record)
    rows = ((f"`{key}`{' (needed)' if f.required else ''}", allowed(f), docs[f.name]) for key, f in fields.items())
    yield from table(("key", "may hold", "meaning"), rows)


def records(record: type[Record] = Case, above: str = "") -> Iterator[tuple[str, type[Record]]]:
    """Walk to every table of case.toml, outer ones first."""
    for field in disk_fields(record).values():
        if not field.is_bare and not (record is Case and field.name in ROWS):
            path = f"{above}.{field.key}" if above else field.key
            yield f"[[{path}]]" if field.kind is Kind.RECORDS else f"[{path}]", field.record
            yield from records(field.record, path)


def _files() -> Iterator[tuple[str, str, str]]:
    size = {file: f"at most {most:,} bytes" for file, most in LIMITS.items()}
    yield "`case.toml`", "everything but sessions and receipts", size["case.toml"]
    for file, record in ROWS.values():
        held = f"{sentence(record)} One a row."
        yield f"`{file}`", held, f"{size[file]}, {MOST_ROWS:,} rows, {MOST_COLUMNS} columns"
    yield "`papers/`", "letters, receipts, notices: the files that `file` names", "never changed by us"


_NAMING = (
    ("a list of records, `letters`", "one table each, named in the singular", "`[[letter]]`"),
    ("one record, `patient`", "a table", "`[patient]`"),
    ("`…_cents`, whole cents", "the same without `_cents`, in dollars", "`charge = 85.00`"),
    ("`…_rate`, per ten thousand", "the same with `_percent`", "`federal_rate_percent = 22.00`"),
    ("everything else", "its own name", "`signed_on = 2026-03-02`"),
)


def case_folder_page(book: Rulebook) -> Lines:
    yield from heading(1, "The case folder")
    yield from text(
        "One patient and one course of prescribed training, as files that a person can read and mend. "
        "Only `case.toml` must be there. What is left out is unknown: never no, never zero."
    )
    yield from table(("file", "holds", "limits"), _files())
    yield from heading(2, "From a record to its key")
    yield from table(("in the record", "on disk", "example"), _NAMING)
    yield from text(
        'A list of which there is none is stated at the top, as `letters = "none"`; one that holds '
        "everything is named in `complete`. Until then, absence from a list is unknown. The lists: "
        f"{code(ListName)}."
    )
    yield from text(
        f"Activities of a session stand in one cell, at most {MOST_ACTIVITIES}: `squat 15; walk 20`. The "
        "same as JSON Schemas: [case](schemas/case.schema.json), "
        "[session](schemas/sessions-row.schema.json), [receipt](schemas/receipts-row.schema.json), "
        "[visit](schemas/visits-row.schema.json)."
    )
    yield from heading(2, "`case.toml`, at the top")
    yield from _fields(Case, {key: field for key, field in disk_fields(Case).items() if field.is_bare})
    for header, record in records():
        yield from heading(2, f"`{header}`")
        yield from text(sentence(record))
        bare = {key: field for key, field in disk_fields(record).items() if field.is_bare}
        yield from _fields(record, bare)
    for file, record in ROWS.values():
        yield from heading(2, f"`{file}`")
        yield from text(sentence(record))
        yield from _fields(record, columns_of(record))
