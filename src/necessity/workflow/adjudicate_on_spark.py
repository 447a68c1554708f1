"""Adjudicating a whole book on Apache Spark: the same checks, statements and results, where one machine is too small.

Nothing is taken up again: a run that was stopped is run again and writes over what stood there. What is written last,
`summary.json`, says that all is there. A worker that is lost on the way is Spark's to replace.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from necessity import __version__
from necessity.adjudication.bulk_program import mask_columns
from necessity.adjudication.spark.cluster import Cluster
from necessity.adjudication.spark.engine import SparkEngine
from necessity.adjudication.spark.session import told_in_words
from necessity.codesets.icd10cm.book import CodeBook
from necessity.errors import SettingError
from necessity.rulebook.load import Rulebook
from necessity.workflow.adjudicate import EXPECTED, SUMMARY, lost
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.book_codes import codes_of_book
from necessity.workflow.bulk.cluster_checks import fine_query, lay_rows_out, set_aside
from necessity.workflow.bulk.cluster_input import checked_query, survey_on_cluster
from necessity.workflow.bulk.findings import findings_query
from necessity.workflow.bulk.output import CLAIMS, FACTS, RULES, fact_rows, lines_query, rule_rows
from necessity.workflow.bulk.survey import Input
from necessity.workflow.bulk.totals import Counted, summary

Progress = Callable[[str, int, int], None]
PARTS, WORK = "parts", "work"
_RESULTS = (PARTS, WORK, "claims.parquet", "rules.parquet", "facts.parquet", "quarantine.parquet", "quarantine.csv")
_SHOWN = dict.fromkeys(("case_id", "funding_source_id", "funding_source", "outcome"), "VARCHAR") | {
    "charge_cents": "BIGINT",
    "payable_cents": "BIGINT",
}
"""The columns of lines that claims are made of, for a book without a line."""


def adjudicate_on_spark(
    book: Rulebook,
    codes: CodeBook,
    tables: str,
    out: str,
    cluster: Cluster,
    on: date | None = None,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Decide a book on a cluster.

    Args:
        book: The rulebook.
        codes: The editions of ICD-10-CM.
        tables: A folder of tables in Parquet, at any address that the cluster reads.
        out: The folder to write to, at any address that all of the cluster reaches.
        cluster: The cluster.
        on: The day to decide for, in place of each case's own.
        progress: Told what is done.

    Returns:
        The summary, as `summary.json` holds it; the same as that of a run on one machine.

    Raises:
        SettingError: a folder that is not there, or that holds another run.
        FormatError: tables that cannot be read as they are; every fault at once.
        StoreError: Spark gave up.
    """
    with told_in_words():
        return _Run(book, codes, tables.rstrip("/"), out.rstrip("/"), cluster, on, progress).run()


class _Run:
    """One run, from the tables to the summary."""

    def __init__(
        self,
        book: Rulebook,
        codes: CodeBook,
        tables: str,
        out: str,
        cluster: Cluster,
        on: date | None,
        progress: Progress,
    ) -> None:
        self.book, self.codes, self.tables, self.out = book, codes, tables, out
        self.cluster, self.on, self.progress = cluster, on, progress

    def run(self) -> dict[str, Any]:
        self.progress("Reading tables", 0, 0)
        inputs, digest = survey_on_cluster(self.tables, self.cluster)
        if kept := self._kept(digest):
            return kept
        self.cluster.work_in(f"{self.out}/{WORK}")
        try:
            found = self._decided(inputs)
        finally:
            self.cluster.close()
        self.cluster.put(f"{self.out}/{SUMMARY}", disk.written(found))
        self.cluster.remove(f"{self.out}/{WORK}")
        return found

    def _kept(self, digest: str) -> dict[str, Any] | None:
        """Hand back the summary where this very run is done; else make room, refusing to mix two runs."""
        now = {
            "engine": "spark",
            "input": digest,
            "rulebook": self.book.sha256,
            "program": __version__,
            "on": str(self.on) if self.on else None,
            "parts": None,  # they change no row, and nothing is taken up again
        }
        there = {file.name for file in self.cluster.files(self.out) or ()}
        if text := self.cluster.text(f"{self.out}/{disk.MANIFEST}"):
            disk.check_same(self.out, disk.manifest_in(text, self.out), now)
            if done := self.cluster.text(f"{self.out}/{SUMMARY}"):
                self.cluster.remove(f"{self.out}/{WORK}")
                found: dict[str, Any] = json.loads(done)
                return found
        elif others := sorted(there & {*_RESULTS, SUMMARY}):
            raise SettingError(
                f"{self.out} holds {others[0]}, and nothing says that a run wrote it.",
                "Name another folder.",
                setting="-o",
            )
        for name in there.intersection(_RESULTS):
            self.cluster.remove(f"{self.out}/{name}")
        self.cluster.put(f"{self.out}/{disk.MANIFEST}", disk.written(now))
        return None

    def _decided(self, inputs: list[Input]) -> dict[str, Any]:
        cluster, tables = self.cluster, [one.table for one in inputs]
        for one in inputs:
            cluster.hold(f"given_{one.table}", checked_query(one, self.on))
        read = lay_rows_out(cluster, tables)
        known, bad_codes = codes_of_book(cluster, self.codes, lambda table: f"given_{table}" if table in tables else "")
        self.progress("Checking", 0, 0)
        aside = set_aside(cluster, bad_codes)
        engine = SparkEngine(self.book, cluster)
        columns = engine.tables["diagnosis_code"]
        cluster.make("code_of_book", columns, [dict(zip(columns, row, strict=True)) for row in known])
        self._take(engine, read, aside)
        kinds = engine.kinds()
        masks = mask_columns(self.book)
        for number, kind in enumerate(kinds):
            self.progress("Deciding", number, len(kinds))
            rules = engine.decide(kind)
            cluster.write(lines_query(self.book, masks, rules), self._place_of(kind))
        self.progress("Deciding", len(kinds), len(kinds))
        return self._finish(Counted(read, aside, self._lines(kinds)))

    def _place_of(self, kind: str) -> str:
        return f"{self.out}/{PARTS}/{kind}/lines.parquet"

    def _take(self, engine: SparkEngine, read: dict[str, int], aside: dict[str, int]) -> None:
        """Hand the rows that are fine to the engine, and make sure that all others were set aside."""
        cluster = self.cluster
        fine = {table: f"given_{table}" for table in read if table in engine.tables}
        if aside:
            for table in fine:
                cluster.hold(f"fine_{table}", fine_query(table))
                fine[table] = f"fine_{table}"
            each = [f"SELECT '{table}' AS name, count(*) AS rows_left FROM {rows}" for table, rows in fine.items()]
            for table, left in cluster.execute(" UNION ALL ".join(each)).fetchall():
                if left + aside.get(str(table), 0) != read[str(table)]:
                    raise lost(f"rows of {table}")
            cluster.release(*(f"given_{table}" for table in read))
        cluster.release("row_given")
        engine.take({**fine, "diagnosis_code": "code_of_book"})

    def _lines(self, kinds: list[str]) -> int:
        """Read what was written, as the view `shown`; make sure that no line was lost, and count them."""
        if not kinds:
            self.cluster.make("shown", _SHOWN, [])
            return 0
        self.cluster.read("shown", *map(self._place_of, kinds))
        lines = self._number("SELECT count(*) FROM shown")
        decided = self._number("SELECT count(*) FROM (SELECT DISTINCT case_id, expense_id FROM shown) AS decided")
        if lines != self._number(EXPECTED) or decided != self._number("SELECT count(*) FROM expense"):
            raise lost("lines")
        return lines

    def _number(self, query: str) -> int:
        row = self.cluster.execute(query).fetchone()
        return int(row[0]) if row else 0

    def _finish(self, counted: Counted) -> dict[str, Any]:
        """Write what belongs to the whole run: claims, rules, quarantine; and put the summary together."""
        cluster = self.cluster
        self.progress("Summing up", 0, 0)
        claims = f"SELECT * FROM ({CLAIMS.format('shown')}) AS claim ORDER BY case_id, funding_source_id"
        cluster.write(claims, f"{self.out}/claims.parquet")
        rules = [dict(zip(RULES, row, strict=True)) for row in rule_rows(self.book)]
        cluster.make("rule_bit", RULES, rules)
        cluster.write("SELECT * FROM rule_bit", f"{self.out}/rules.parquet", files=1)
        cluster.make("fact_bit", FACTS, [dict(zip(FACTS, row, strict=True)) for row in fact_rows(self.book)])
        cluster.write("SELECT * FROM fact_bit", f"{self.out}/facts.parquet", files=1)
        aside = "SELECT * FROM quarantine ORDER BY table_name, case_id, row_id, reason"
        cluster.write(aside, f"{self.out}/quarantine.parquet")
        cluster.write(aside, f"{self.out}/quarantine.csv", csv=True, files=1)
        cluster.view("finding", findings_query(self.book))
        return summary(cluster, self.book, counted, "shown", "finding")
