"""What lies in a folder of tables that a cluster reads: Parquet alone, at any address; told before anything runs."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from necessity.adjudication.spark.cluster import Cluster
from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.checks import noted, reading_of
from necessity.workflow.bulk.survey import CASES, NEEDED_TABLES, Input, column_faults, refusal, stranger


def survey_on_cluster(folder: str, cluster: Cluster) -> tuple[list[Input], str]:
    """Look at a folder of tables; each is named in the cluster as a view `file_<table>`.

    Args:
        folder: Where the tables are, each `<table>.parquet`: a file, or a folder of files.
        cluster: The cluster.

    Returns:
        The tables found, in the order of the record; and one number of names, sizes and times of all their files, so
        that a run can tell whether they are still the same.

    Raises:
        SettingError: no such folder, or case documents.
        FormatError: a file that is no table or no Parquet, a column missing, unknown or of another type; every fault at
            once.
    """
    files = cluster.files(folder)
    if files is None:
        raise SettingError(f"{folder} is not a folder.", "Name a folder of tables.", setting="TABLES")
    names = {file.name for file in files}
    if CASES in names:
        raise SettingError(
            f"{folder} holds whole cases, and Spark decides tables.",
            "Decide them with --engine duckdb, or lay them out as tables in Parquet first.",
            setting="--engine",
        )
    faults = [fault for file in files for fault in _misplaced(file.name, file.is_folder)]
    found: list[Input] = []
    total = sha256()
    for table in TABLES:
        if (name := f"{table}.parquet") in names:
            address = f"{folder}/{name}"
            of_files = [file for file in files if file.name == name and not file.is_folder]
            for file in (*of_files, *(cluster.files(address) or ())):
                total.update(f"{name}/{file.name}/{file.size}/{file.changed_at}\0".encode())
            faults += _taken(table, address, cluster, found)
    faults += [f"there is no table {table}" for table in NEEDED_TABLES if f"{table}.parquet" not in names]
    if faults:
        raise refusal(folder, faults)
    return found, total.hexdigest()


def _misplaced(name: str, is_folder: bool) -> Iterator[str]:
    """Say what of a folder's content no cluster reads: nothing is left out silently."""
    path = Path(name)
    if path.stem not in TABLES or (is_folder and not path.suffix):
        yield from stranger(path.stem if is_folder and path.suffix == ".parquet" else name, is_folder)
    if path.stem in TABLES and path.suffix != ".parquet" and (path.suffix in (".csv", ".ndjson") or is_folder):
        yield f"{name} is not {path.stem}.parquet, all that Spark reads; write it so, or decide with --engine duckdb"


def _taken(table: str, address: str, cluster: Cluster, found: list[Input]) -> Iterator[str]:
    """Name one table, and say what is wrong with its columns."""
    try:
        columns = cluster.read(f"file_{table}", address)
    except FormatError as error:
        yield f"{table} cannot be read as Parquet: {error.message[:200]}"
        return
    yield from column_faults(table, "parquet", columns)
    wanted = TABLES[table].columns
    for column, type in columns.items():
        if type == "VARCHAR" and wanted.get(column, type) != type:
            yield f"{table}.{column} is text, not {wanted[column]}: Spark reads no texts; write it with that type"
    given = {column: type for column, type in columns.items() if column in wanted}
    found.append(Input(table, "view", (Path(f"file_{table}"),), given))


def checked_query(one: Input, on: date | None) -> str:
    """Write the query that reads a table with what is wrong with each row, as `faults`."""
    table = TABLES[one.table]
    return f"SELECT {', '.join(table.columns)}, {noted(table, one)} FROM ({reading_of(one, on)}) AS given"
