"""What lies in a folder of tables that a cluster reads: Parquet alone, at any address; told before anything runs."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from necessity.adjudication.spark.cluster import Cluster, FileFound
from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.checks import noted, reading_of
from necessity.workflow.bulk.survey import CASES, NEEDED_TABLES, Input, column_faults, refusal, stranger

PARQUET = ".parquet"
_TEXTS = (".csv", ".ndjson")


def survey_on_cluster(folder: str, cluster: Cluster) -> tuple[list[Input], str]:
    """Look at a folder of tables; each is named in the cluster as a view `file_<table>`.

    Args:
        folder: Where the tables are: each `<table>.parquet`, a file or what Spark itself writes, or a folder `<table>`
            of such files.
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
    if any(file.name == CASES for file in files):
        raise SettingError(
            f"{folder} holds whole cases, and Spark decides tables.",
            "Decide them with --engine duckdb, or lay them out as tables in Parquet first.",
            setting="--engine",
        )
    faults = [fault for file in files for fault in _misplaced(file)]
    found: list[Input] = []
    total = sha256()
    for table in TABLES:
        addresses = []
        for address, file in _places(table, folder, files, cluster, faults):
            addresses.append(address)
            for one in (file, *((cluster.files(address) or ()) if file.is_folder else ())):
                changed = "" if one.is_folder else f"{one.size}/{one.changed_at}"
                total.update(f"{address.removeprefix(folder)}/{one.name}/{changed}\0".encode())
        if addresses:
            faults += _taken(table, addresses, cluster, found)
        elif table in NEEDED_TABLES:
            faults.append(f"there is no table {table}")
    if faults:
        raise refusal(folder, faults)
    return found, total.hexdigest()


def _misplaced(file: FileFound) -> Iterator[str]:
    """Say what of a folder's content no cluster reads: nothing is left out silently."""
    path = Path(file.name)
    if path.stem in TABLES and path.suffix in _TEXTS:
        yield f"{file.name} is text: write {path.stem}.parquet, which Spark reads, or decide with --engine duckdb"
    else:
        yield from stranger(file.name, file.is_folder and path.suffix != PARQUET)


def _places(
    table: str, folder: str, files: list[FileFound], cluster: Cluster, faults: list[str]
) -> Iterator[tuple[str, FileFound]]:
    """Find where a table stands; text beside it is a fault."""
    for file in files:
        if file.name == f"{table}{PARQUET}":
            yield f"{folder}/{file.name}", file
        if file.name == table and file.is_folder:
            for one in cluster.files(f"{folder}/{table}") or ():
                if one.name.endswith(PARQUET):
                    yield f"{folder}/{table}/{one.name}", one
                elif one.name.endswith(_TEXTS):
                    faults.append(f"{table}/{one.name} is text; Spark reads Parquet")


def _taken(table: str, addresses: list[str], cluster: Cluster, found: list[Input]) -> Iterator[str]:
    """Name one table, and say what is wrong with its columns."""
    try:
        columns = cluster.read(f"file_{table}", *addresses)
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
