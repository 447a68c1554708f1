"""What lies in a folder of tables: which files, of which kind, with which columns; told before anything runs.

A table is a file (`expense.parquet`, `expense.csv`, `expense.ndjson`) or a folder of such files (`expense/`). Whole
cases may stand in `cases.ndjson` instead, one document a line.
"""

import difflib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from necessity.domain.tables import TABLES, parent_key
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.columns import NEEDED

FORMATS = ("parquet", "csv", "ndjson")
CASES = "cases.ndjson"
NEEDED_TABLES = ("case_file", "expense", "funding_source")
_CHUNK = 1 << 20
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_MOMENTS = ("TIMESTAMP", "TIME WITH TIME ZONE", "TIMETZ")


class Database(Protocol):
    """What this use case asks of the database: to run a statement and hand back its rows."""

    def execute(self, query: str, parameters: object = ..., /) -> "Database":
        """Run one statement."""

    def fetchall(self) -> list[tuple[object, ...]]:
        """Hand back all rows."""

    def fetchone(self) -> tuple[object, ...] | None:
        """Hand back the next row."""


class Input(NamedTuple):
    """One table of the input."""

    table: str
    format: str
    """parquet, csv or ndjson; or view, where the database already has it under the name that stands for a file."""
    files: tuple[Path, ...]
    columns: dict[str, str]
    """Its columns with their SQL types as given."""

    @property
    def rows(self) -> str:
        """Write what to read it from, in SQL; text formats are read as text."""
        return reading(self.format, self.files, tuple(self.columns))


def quoted(text: object) -> str:
    """Write a text in SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def reading(format: str, files: tuple[Path, ...], columns: tuple[str, ...] = ()) -> str:
    """Write the SQL that reads some files of one format."""
    if format == "view":
        return str(files[0])
    listed = f"[{', '.join(quoted(file) for file in files)}]"
    if format == "parquet":
        return f"read_parquet({listed})"
    if format == "csv":
        return (
            f"read_csv({listed}, header = TRUE, all_varchar = TRUE, delim = ',', quote = '\"', escape = '\"', "
            "strict_mode = TRUE, null_padding = FALSE, ignore_errors = TRUE, store_rejects = TRUE, rejects_limit = 0)"
        )
    if not columns:
        return f"read_json({listed}, format = 'newline_delimited', sample_size = 20480)"
    shape = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
    return f"read_json({listed}, format = 'newline_delimited', columns = {{{shape}}})"


def survey(folder: Path, db: Database, needed: tuple[str, ...] = NEEDED_TABLES) -> list[Input]:
    """Look at a folder of tables.

    Args:
        folder: Where the tables are.
        db: A database that may read there.
        needed: Tables that must be there.

    Returns:
        The tables found, in the order of the record.

    Raises:
        SettingError: no such folder, or nothing in it that can be decided.
        FormatError: a file that is no table, a table in two places, a column missing, unknown or of a type that cannot
            be meant; every fault at once.
    """
    if not folder.is_dir():
        raise SettingError(f"{folder} is not a folder.", "Name a folder of tables.", setting="TABLES")
    there = places(folder)
    faults = list(_misplaced(folder))
    found = []
    for name, format, files, columns in readable(there, db, faults):
        faults += column_faults(name, format, columns)
        given = {column: type for column, type in columns.items() if column in TABLES[name].columns}
        if format == "ndjson":  # a key that no row has is unknown
            given = dict.fromkeys(TABLES[name].columns, "VARCHAR")
        found.append(Input(name, format, files, given))
    faults += [f"there is no table {name}" for name in needed if name not in there]
    if faults:
        raise refusal(folder, faults)
    return found


def readable(
    there: dict[str, list[Path]], db: Database, faults: list[str]
) -> Iterator[tuple[str, str, tuple[Path, ...], dict[str, str]]]:
    """Give every table that can be read: name, format, files, columns with their SQL types as given.

    Args:
        there: Files by table.
        db: A database that may read them.
        faults: Takes what keeps a table from being read.
    """
    for name, files in there.items():
        formats = {file.suffix[1:] for file in files}
        if len(formats) > 1:
            faults.append(f"{name} stands in files of several kinds: {', '.join(sorted(formats))}. Keep one kind")
            continue
        format = formats.pop()
        try:
            columns = columns_of(db, format, tuple(files))
        except Exception as error:  # whatever the database says of a file that is no table
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            faults.append(f"{name} cannot be read as {format}: {said[:160]}")
            continue
        yield name, format, tuple(files), columns


def refusal(folder: Path | str, faults: list[str]) -> FormatError:
    """Say what keeps a folder from being decided."""
    return FormatError(
        f"{folder} cannot be decided as it is:",
        "Mend these and run it again; docs/reference/bulk-tables.md lists every table and column.",
        format="tables",
        faults=tuple(faults),
    )


def places(folder: Path) -> dict[str, list[Path]]:
    """Find the files of every table of ours in a folder; NDJSON files without a row are left out."""
    found: dict[str, list[Path]] = {}
    for name in TABLES:
        files = [folder / f"{name}.{format}" for format in FORMATS if (folder / f"{name}.{format}").is_file()]
        inner = folder / name
        if inner.is_dir():
            files += sorted(path for path in inner.iterdir() if path.suffix[1:] in FORMATS)
        if files := [file for file in files if file.suffix != ".ndjson" or file.stat().st_size]:
            found[name] = files
    return found


def _misplaced(folder: Path) -> Iterator[str]:
    """Name tables that are no table of ours: a name mistyped would lose all its rows."""
    for path in sorted(folder.iterdir()):
        yield from stranger(path.name, path.is_dir())


def stranger(name: str, is_folder: bool) -> Iterator[str]:
    """Say that a file or folder is no table of ours, if it looks like one and is none."""
    table = name if is_folder else Path(name).stem
    if (is_folder or Path(name).suffix[1:] in FORMATS) and table not in TABLES and name != CASES:
        near = difflib.get_close_matches(table, TABLES, 1)
        yield f"{name} is no table of ours{f'; did you mean {near[0]}?' if near else ''}"


def columns_of(db: Database, format: str, files: tuple[Path, ...]) -> dict[str, str]:
    """List the columns of some files, with their SQL types as given."""
    rows = db.execute(f"DESCRIBE SELECT * FROM {reading(format, files)}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def column_faults(name: str, format: str, columns: dict[str, str]) -> Iterator[str]:
    """Say which columns of a table are missing, unknown, or of a type that cannot be meant."""
    wanted = TABLES[name].columns
    for column in columns:
        if column not in wanted:
            near = difflib.get_close_matches(column, wanted, 1)
            yield f"{name}.{column} is no column of ours{f'; did you mean {near[0]}?' if near else ''}"
    for column, type in wanted.items():
        needed = column in NEEDED or column == parent_key(name)
        if column not in columns and (needed or format != "ndjson"):
            yield f"{name}.{column} is missing; add it, empty where it is not known"
        elif column in columns and format == "parquet" and (said := type_fault(type, columns[column])):
            yield f"{name}.{column} is {columns[column]}, not {type}: {said}"


def type_fault(wanted: str, given: str) -> str:
    """Say why a column of a typed file cannot be meant; empty where it can."""
    if given in (wanted, "VARCHAR", '"NULL"') or (given.startswith("ENUM") and wanted == "VARCHAR"):
        return ""
    if wanted == "BIGINT" and given in _WHOLE:
        return ""
    if wanted.startswith("DECIMAL") and (
        given in _WHOLE or given in ("DOUBLE", "FLOAT") or given.startswith("DECIMAL")
    ):
        return ""
    if wanted.endswith("[]") and given.endswith("[]") and not type_fault(wanted[:-2], given[:-2]):
        return ""
    if given.startswith(_MOMENTS):
        return "give the local day or time, not a moment that each time zone reads otherwise"
    return "write it with that type"


def digest(inputs: list[Input]) -> str:
    """Make one number of all that the input files hold, so that a run can tell whether they are still the same."""
    total = sha256()
    for one in inputs:
        for file in one.files:
            total.update(f"{one.table}/{file.name}\0".encode())
            with file.open("rb") as content:
                while chunk := content.read(_CHUNK):
                    total.update(chunk)
    return total.hexdigest()
