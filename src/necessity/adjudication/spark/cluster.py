"""One Spark session as the bulk run sees it: queries in DuckDB's words, tables by name, files at any address.

Tables are laid out by case once; every join, count and window of the statements stays inside a case, so that rows need
not travel again. A worker that is lost loses only its share, which Spark computes anew from the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from necessity.adjudication.dialects import in_spark, in_spark_steps
from necessity.adjudication.spark.session import first_line, spark_faults
from necessity.errors import FormatError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WORDS = {
    **{"string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "tinyint": "TINYINT", "smallint": "SMALLINT"},
    **{"int": "INTEGER", "bigint": "BIGINT", "float": "FLOAT", "double": "DOUBLE", "binary": "BLOB"},
    **{"timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP"},
}


class FileFound(NamedTuple):
    """A file or folder at an address."""

    name: str
    is_folder: bool
    size: int
    """In bytes; of a folder 0."""
    changed_at: int
    """Milliseconds since 1970, as its file system says."""


class Cluster:
    """A session with the tables of one run in it."""

    def __init__(self, session: SparkSession, shares: int) -> None:
        """Take a session.

        Args:
            session: Spark, from `open_session`.
            shares: Into how many shares cases are laid out: two to four for each processor core of the cluster, and so
                many that one share's rows fit into an executor's memory.
        """
        self.spark = session
        self.shares = shares
        self._held: dict[str, DataFrame] = {}
        self._answer: list[tuple[Any, ...]] = []

    # ── queries, in DuckDB's words ────────────────────────────────────────────────────────────

    def execute(self, query: str, parameters: object = None, /) -> Cluster:
        """Run a query whose rows are few; `fetchall` and `fetchone` hand them back."""
        self._answer = [tuple(row) for row in self.spark.sql(in_spark(query)).collect()]
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Hand back all rows that are left."""
        rows, self._answer = self._answer, []
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """Hand back the next row."""
        return self._answer.pop(0) if self._answer else None

    def view(self, name: str, sql: str) -> None:
        """Name a query; it runs wherever the name is read."""
        self._rows_of(name, sql).createOrReplaceTempView(name)

    def hold(self, name: str, sql: str) -> None:
        """Lay a query's rows out by case and hold them, in memory and on the workers' disks, under a name."""
        self.release(name)
        self._held[name] = self._rows_of(name, sql).repartition(self.shares, "case_id").persist(_storage())
        self._held[name].createOrReplaceTempView(name)

    def keep(self, name: str, sql: str, *, few: bool = False) -> None:
        """Put a query's rows down where all workers reach them, under a name, and forget how they came about.

        Later statements name them often, and plans would grow without end. A few are sent to whoever joins them.
        """
        rows = self._rows_of(name, sql).checkpoint()
        (rows.hint("broadcast") if few else rows).createOrReplaceTempView(name)

    def release(self, *names: str) -> None:
        """Let go of tables that are held, if they are."""
        for name in names:
            if name in self._held:
                self._held.pop(name).unpersist()

    def close(self) -> None:
        """Let go of everything that is held."""
        self.release(*list(self._held))

    def _rows_of(self, name: str, sql: str) -> DataFrame:
        *steps, (_, last) = in_spark_steps(sql, f"step_of_{name}")
        for step, query in steps:
            self.spark.sql(query).createOrReplaceTempView(step)
        return self.spark.sql(last)

    def make(self, name: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Make a small table out of rows at hand, sent to whoever joins it; a column that a row lacks is unknown.

        The rows go as one text that Spark reads: its own way to take rows from Python needs Python on the workers.
        """
        if not rows:
            nulls = ", ".join(f"CAST(NULL AS {type}) AS {column}" for column, type in columns.items())
            self.view(name, f"SELECT {nulls} WHERE FALSE")
            return
        shape = ", ".join(f"{column}: {spark_type(type)}" for column, type in columns.items())
        found = self.spark.sql(
            f"SELECT inline(from_json(:rows, 'array<struct<{shape}>>'))", {"rows": json.dumps(rows, default=str)}
        )
        found.checkpoint().hint("broadcast").createOrReplaceTempView(name)  # or the text would stand in every plan

    # ── files, at any address that Spark reaches ────────────────────────────────────────────────────────────

    def work_in(self, address: str) -> None:
        """Name the folder for what `keep` puts down."""
        self.spark.sparkContext.setCheckpointDir(address)

    def read(self, name: str, *addresses: str) -> dict[str, str]:
        """Name the rows of Parquet files, or of folders of them.

        Returns:
            Its columns with their types, in DuckDB's words.

        Raises:
            FormatError: it is no Parquet.
        """
        try:
            rows = self.spark.read.parquet(*addresses)
        except spark_faults() as fault:
            raise FormatError(
                f"{first_line(fault)}.", "Write it anew.", format="parquet", place=addresses[0]
            ) from fault
        rows.createOrReplaceTempView(name)
        return {column: _duckdb_type(type) for column, type in rows.dtypes}

    def write(self, sql: str, address: str, *, csv: bool = False, files: int | None = None) -> None:
        """Write a query's rows into a folder of files, Parquet or CSV; what stood there is written over."""
        rows = self.spark.sql(in_spark(sql))
        rows = rows if files is None else rows.coalesce(files)
        if csv:
            spaces = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
            rows.write.mode("overwrite").csv(address, header=True, emptyValue="", escape='"', **spaces)
        else:
            rows.write.mode("overwrite").parquet(address, compression="zstd")

    def files(self, address: str) -> list[FileFound] | None:
        """List what a folder holds, by name; None where there is no such folder."""
        files, path = self._place(address)
        if not files.exists(path) or not files.getFileStatus(path).isDirectory():
            return None
        found = [
            FileFound(s.getPath().getName(), s.isDirectory(), s.getLen(), s.getModificationTime())
            for s in files.listStatus(path)
        ]
        return sorted(found)

    def text(self, address: str) -> str | None:
        """Read a small text file; None where there is none."""
        files, path = self._place(address)
        if not files.exists(path):
            return None
        return "".join(row[0] for row in self.spark.read.text(address, wholetext=True).collect())

    def put(self, address: str, text: str) -> None:
        """Write a small text file, whole or not at all."""
        files, path = self._place(address)
        _, aside = self._place(f"{address}.half")
        content = files.create(aside, True)
        content.write(text.encode("utf-8"))
        content.close()
        files.delete(path, False)
        files.rename(aside, path)

    def remove(self, address: str) -> None:
        """Remove a file or folder, if it is there."""
        files, path = self._place(address)
        files.delete(path, True)

    def _place(self, address: str) -> tuple[Any, Any]:
        """Find the file system an address lies in, and the place in it."""
        context: Any = self.spark.sparkContext
        path = context._jvm.org.apache.hadoop.fs.Path(address)
        files = path.getFileSystem(context._jsc.hadoopConfiguration())
        files.setWriteChecksum(False)
        return files, path


def spark_type(type: str) -> str:
    """Write a type of DuckDB's as Spark says it.

    Examples:
        >>> [spark_type(type) for type in ("VARCHAR[]", "BIGINT", "DECIMAL(12,3)")]
        ['array<string>', 'bigint', 'decimal(12,3)']
    """
    if type.endswith("[]"):
        return f"array<{spark_type(type.removesuffix('[]'))}>"
    return "string" if type == "VARCHAR" else type.lower()


def _duckdb_type(type: str) -> str:
    if type.startswith("array<"):
        return f"{_duckdb_type(type[6:-1])}[]"
    return _WORDS.get(type, "TIME" if type.startswith("time(") else type.upper())


def _storage() -> Any:
    from pyspark import StorageLevel

    return StorageLevel.MEMORY_AND_DISK
