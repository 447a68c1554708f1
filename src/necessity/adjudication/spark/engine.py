"""A rulebook ready to decide the tables of a cluster: the chain of statements, one kind of funding source at a time."""

from __future__ import annotations

from collections.abc import Mapping

from necessity.adjudication.bulk import MEETINGS, ONE_A_CASE, output_columns, parameter_tables, read_tables
from necessity.adjudication.bulk_program import CHAIN, bulk_chain
from necessity.adjudication.bulk_queries import LAW_OF_DAY
from necessity.adjudication.narrow import Narrower
from necessity.adjudication.spark.cluster import Cluster
from necessity.rulebook.load import Rulebook


class SparkEngine:
    """The statements of `BulkEngine`, translated, over tables that lie all over a cluster."""

    def __init__(self, book: Rulebook, cluster: Cluster) -> None:
        self.book, self.cluster = book, cluster
        self.tables = read_tables(book)
        self._narrower = Narrower(book, CHAIN)
        law, profile = parameter_tables(book)
        cluster.make("law", law, book.parameters.law_rows())
        cluster.make("profile", profile, book.parameters.profile_rows())

    def take(self, sources: Mapping[str, str]) -> None:
        """Take the tables in, as `BulkEngine.take` does, with the same empty rows; here a case is named by its id.

        Args:
            sources: What to read each table from, in SQL, laid out by case; a table that is not named is empty.
        """
        cluster = self.cluster
        cluster.view("case_number", f"SELECT case_id AS number, case_id AS name FROM {sources['case_file']} AS given")
        for name, columns in self.tables.items():
            own = ", ".join(f"given.{column}" for column in columns if column != "case_id")
            if name in ONE_A_CASE:
                given = f"LEFT JOIN {sources[name]} AS given ON given.case_id = number" if name in sources else ""
                own = (
                    own
                    if given
                    else ", ".join(f"CAST(NULL AS {t}) AS {c}" for c, t in columns.items() if c != "case_id")
                )
                cluster.view(name, f"SELECT number AS case_id, {own} FROM case_number {given}")
            elif name in sources:
                key = "given.case_id, " if "case_id" in columns else ""
                cluster.view(name, f"SELECT {key}{own} FROM {sources[name]} AS given")
            else:
                cluster.make(name, columns, [])
        cluster.keep("law_of_day", LAW_OF_DAY, few=True)

    def kinds(self) -> list[str]:
        """Find the kinds of funding source with something to decide."""
        return list(dict.fromkeys(str(kind) for kind, _ in self.cluster.execute(MEETINGS).fetchall()))

    def decide(self, kind: str) -> frozenset[str]:
        """Decide the lines of one kind of funding source, as the view `decided` with the columns of `BulkEngine`.

        Returns:
            The rules that can have a say.
        """
        chain = bulk_chain(self._narrower, kind, expenses_apart=True)
        for statement in chain.before:
            self.cluster.keep(f"{statement.subject}_decided", statement.sql)
        self.cluster.view("payment_decided", chain.lines.sql)
        columns = {n: type for n, type in output_columns(self.book).items() if n not in ("case_id", "funding_source")}
        there = {name: name if name in chain.lines.columns else "NULL" for name in columns}
        cast = (f"CAST({there[name]} AS {type}) AS {name}" for name, type in columns.items())
        shown = ", ".join(["case_id", *cast])
        self.cluster.view("decided", f"SELECT '{kind}' AS funding_source, {shown} FROM payment_decided")
        return chain.rules
