"""Adjudicating a whole book: tables in, a decision for every line out, nothing lost and nothing half-written.

The book is read once and spread over parts by the hash of the case; each part is checked, decided and put in its place
whole. A run that is stopped, however hard, is taken up where it was; what it writes does not hang on threads or parts.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, cast

from necessity import __version__
from necessity.adjudication.bulk import BulkEngine, BulkLimits
from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.claim_rows import claim_code_rows
from necessity.errors import NecessityError, RecordError, SettingError
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.checks import Part, divide, set_aside
from necessity.workflow.bulk.documents import lay_out
from necessity.workflow.bulk.findings import findings_query
from necessity.workflow.bulk.output import CLAIMS, lines_query
from necessity.workflow.bulk.survey import CASES, Database, Input, digest, quoted, survey
from necessity.workflow.bulk.totals import finish

Progress = Callable[[str, int, int], None]
"""What is told on the way: what is being done, how much of it is done, how much there is."""
SUMMARY = "summary.json"
_BYTES_A_LINE = 2000
"""What one line needs while its part is decided: measured 1,000 to 1,400; should it need more, the part spills."""
_TEXT_BYTES_A_ROW = 120
_MOST_PARTS = 4096


class Wishes(NamedTuple):
    """How to run."""

    on: date | None = None
    """The day to decide for, in place of each case's own; needed for case documents."""
    threads: int = 2
    memory: str = "3GB"
    """What the database may use, in its words."""
    parts: int | None = None
    """None: as many as the memory asks for."""


def adjudicate(
    book: Rulebook, codes: CodeBook, tables: Path, out: Path, wishes: Wishes, progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """Decide a book.

    Args:
        book: The rulebook.
        codes: The editions of ICD-10-CM.
        tables: A folder of tables, or of case documents.
        out: The folder to write to; a run of the same book in it is taken up where it was.
        wishes: How to run.
        progress: Told what is done.

    Returns:
        The summary, as `summary.json` holds it.

    Raises:
        SettingError: a folder that is not there, or that holds another run; no day for case documents.
        FormatError: tables that cannot be read as they are; every fault at once.
        StoreError: disk or memory ran out; what is finished stays.
    """
    tables, out = tables.resolve(), out.resolve()
    _check(tables, wishes)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with disk.alone(out), disk.told_in_words(out):
        return _Run(book, codes, tables, out, wishes, progress).run()


def _check(tables: Path, wishes: Wishes) -> None:
    """Refuse settings that cannot be, before anything is made."""
    if not tables.is_dir():
        raise SettingError(f"{tables} is not a folder.", "Name a folder of tables.", setting="TABLES")
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", wishes.memory):
        raise SettingError(f"--memory is {wishes.memory!r}.", "Write it like 3GB or 800MB.", setting="--memory")
    if wishes.threads < 1:
        raise SettingError(f"--threads is {wishes.threads}.", "Name 1 or more.", setting="--threads")


class _Run:
    """One run, from the tables to the summary."""

    def __init__(
        self, book: Rulebook, codes: CodeBook, tables: Path, out: Path, wishes: Wishes, progress: Progress
    ) -> None:
        self.book, self.codes, self.out, self.wishes, self.progress = book, codes, out, wishes, progress
        self.tables = tables
        self.work = out / "work"
        self.work.mkdir(exist_ok=True, mode=0o700)
        spill = self.work / "spill"
        limits = BulkLimits(wishes.threads, wishes.memory, spill)
        shutil.rmtree(spill, ignore_errors=True)  # what a killed run left
        self.engine = BulkEngine(book, limits, [tables, out])
        self.db = cast(Database, self.engine.db)

    def run(self) -> dict[str, Any]:
        documents = self.tables / CASES
        if documents.is_file() and self.wishes.on is None:
            raise SettingError(
                f"{documents} holds whole cases, and they do not say for which day to decide.",
                "Say it with --on 2026-06-30.",
                setting="--on",
            )
        inputs = [] if documents.is_file() else survey(self.tables, self.db)
        manifest = self._manifest(inputs or [Input("cases", "ndjson", (documents,), {})])
        if (self.out / SUMMARY).is_file():  # the last thing written: all is there
            self._tidy()
            found: dict[str, Any] = json.loads((self.out / SUMMARY).read_text(encoding="utf-8"))
            return found
        disk.write_whole(self.out / disk.MANIFEST, disk.written(manifest))
        refused: list[tuple[int, str, str]] = []
        if not inputs:
            source, refused = self._laid_out(documents)
            inputs = survey(source, self.db, ("case_file",))
        divided = self._divided(inputs, manifest["parts"])
        counts = json.loads((divided / "rows.json").read_text(encoding="utf-8"))
        self._parts_one_by_one(inputs, divided, manifest["parts"], counts)
        summary = finish(self.db, self.book, self.out, counts["rows"], refused)
        disk.write_whole(self.out / SUMMARY, disk.written(summary))
        self._tidy()
        return summary

    def _parts_one_by_one(self, inputs: list[Input], divided: Path, parts: int, counts: dict[str, Any]) -> None:
        done, total = 0, counts["rows"].get("expense", 0)
        self.progress("Deciding", done, total)
        for number in range(parts):
            target = self.out / "parts" / f"{number:04}"
            if not target.is_dir():
                self._decide(Part(divided, number, inputs), target, counts["bad_codes"])
            own = json.loads((target / "counts.json").read_text(encoding="utf-8"))
            done += own["rows"].get("expense", {}).get("read", 0)
            self.progress("Deciding", done, total)

    def _tidy(self) -> None:
        self.engine.db.close()
        shutil.rmtree(self.work, ignore_errors=True)

    def _laid_out(self, documents: Path) -> tuple[Path, list[tuple[int, str, str]]]:
        """Lay case documents out as tables, once."""
        assert self.wishes.on is not None, "looked at before"
        target = self.work / "laid_out"
        if not target.is_dir():
            self.progress("Reading cases", 0, 0)
            with disk.whole_folder(target) as aside:
                (aside / "tables").mkdir()
                refused = lay_out(documents, aside / "tables", self.wishes.on)
                (aside / "refused.json").write_text(disk.written(refused), encoding="utf-8")
        found = json.loads((target / "refused.json").read_text(encoding="utf-8"))
        return target / "tables", [(int(line), case, why) for line, case, why in found]

    def _manifest(self, inputs: list[Input]) -> dict[str, Any]:
        """Say what this run is of, and refuse to mix it with another."""
        self.progress("Reading tables", 0, 0)
        kept = disk.manifest_of(self.out)
        wished = self.wishes.parts
        parts = wished if wished is not None else kept["parts"] if kept else self._parts(inputs)
        if not 1 <= parts <= _MOST_PARTS:
            raise SettingError(f"--parts is {parts}.", f"Name 1 to {_MOST_PARTS}.", setting="--parts")
        now = {
            "input": digest(inputs),
            "rulebook": self.book.sha256,
            "program": __version__,
            "on": str(self.wishes.on) if self.wishes.on else None,
            "parts": parts,
        }
        if kept:
            disk.check_same(self.out, kept, now)
        return now

    def _parts(self, inputs: list[Input]) -> int:
        """Choose so many parts that each fits into the memory allowed."""
        rows = 0
        for one in inputs:
            if one.table == "expense" and one.format == "parquet":
                rows += int(str((self.db.execute(f"SELECT count(*) FROM {one.rows}").fetchone() or (0,))[0]))
            elif one.table == "expense":
                rows += sum(file.stat().st_size for file in one.files) // _TEXT_BYTES_A_ROW
        setting = self.db.execute("SELECT current_setting('memory_limit')").fetchone()
        return max(1, min(_MOST_PARTS, -(-rows * _BYTES_A_LINE // _in_bytes(str(setting[0]) if setting else ""))))

    def _divided(self, inputs: list[Input], parts: int) -> Path:
        """Read and check the rows, and spread them over the parts; once."""
        target = self.work / "divided"
        if target.is_dir():
            return target
        with disk.whole_folder(target) as aside:
            rows = {}
            for place, one in enumerate(inputs):
                self.progress("Reading tables", place, len(inputs))
                rows[one.table] = divide(self.db, one, parts, aside / one.table, self.wishes.on)
            codes, bad = self._codes(aside)
            columns = ", ".join(f"{name} {type}" for name, type in self.engine.tables["diagnosis_code"].items())
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE codes_of_book ({columns})")
            for row in codes:
                self.db.execute(f"INSERT INTO codes_of_book VALUES ({', '.join('?' * len(row))})", list(row))
            self.db.execute(f"COPY codes_of_book TO {quoted(aside / 'diagnosis_code.parquet')} (FORMAT parquet)")
            (aside / "rows.json").write_text(disk.written({"rows": rows, "bad_codes": bad}), encoding="utf-8")
        return target

    def _codes(self, divided: Path) -> tuple[list[tuple[object, ...]], list[str]]:
        """Look up every diagnosis code of the book over all its days; those without the shape of a code apart."""
        if not (divided / "condition").is_dir():
            return [], []
        read = f"read_parquet({quoted(divided / 'condition' / '**' / '*.parquet')})"
        codes = [
            str(r[0])
            for r in self.db.execute(f"SELECT DISTINCT code FROM {read} WHERE code IS NOT NULL ORDER BY 1").fetchall()
        ]
        days = [
            day
            for pair in map(
                self._days(divided), (("case_file", "decided_on"), ("letter", "signed_on"), ("expense", "served_on"))
            )
            for day in pair
        ]
        known: list[tuple[object, ...]] = []
        bad = []
        for code in codes if days else ():
            try:
                known += [tuple(span) for span in claim_code_rows(self.codes, [code], min(days), max(days))]
            except RecordError:
                bad.append(code)
        return list(dict.fromkeys(known)), bad

    def _days(self, divided: Path) -> Callable[[tuple[str, str]], list[date]]:
        def of(place: tuple[str, str]) -> list[date]:
            table, column = place
            if not (divided / table).is_dir():
                return []
            read = f"read_parquet({quoted(divided / table / '**' / '*.parquet')})"
            within = f"year({column}) BETWEEN 1900 AND 2199"
            found = self.db.execute(f"SELECT min({column}), max({column}) FROM {read} WHERE {within}").fetchone()
            return [day for day in found or () if isinstance(day, date)]

        return of

    def _decide(self, part: Part, target: Path, bad_codes: list[str]) -> None:
        """Decide one part and put it in its place, whole."""
        target.parent.mkdir(exist_ok=True)
        with disk.whole_folder(target) as aside:
            set_aside(self.db, part, bad_codes)
            counts = {"rows": dict(self._counted(part)), "lines": 0, "lines_expected": 0}
            if part.rows("case_file"):
                self._take(part)
                self.engine.decide()
                counts["lines"] = self._number("SELECT count(*) FROM decided")
                counts["lines_expected"] = self._number(_EXPECTED)
                self._check(part, counts)
                masks = [name for name in self.engine.output_columns() if name.startswith(("failed_", "unknown_"))]
                self.db.execute(f"CREATE OR REPLACE TEMP VIEW shown AS {lines_query(self.book, masks)}")
                self._write("SELECT * FROM shown", aside / "lines.parquet")
                self._write(CLAIMS.format("shown"), aside / "claims.parquet")
                self._write(findings_query(self.book), aside / "findings.parquet")
            self._write("SELECT * FROM quarantine", aside / "quarantine.parquet")
            (aside / "counts.json").write_text(disk.written(counts), encoding="utf-8")

    def _take(self, part: Part) -> None:
        fine = (
            "SELECT * EXCLUDE faults FROM {} AS given WHERE given.case_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM bad_case WHERE bad_case.case_id = given.case_id)"
        )
        sources = {table: f"({fine.format(part.rows(table))})" for table in part.tables}
        codes = f"read_parquet({quoted(self.work / 'divided' / 'diagnosis_code.parquet')})"
        self.engine.take({**sources, "diagnosis_code": codes})

    def _counted(self, part: Part) -> Iterator[tuple[str, dict[str, int]]]:
        """Count the rows of every table of a part: read and set aside."""
        aside = {
            str(t): int(str(n))
            for t, n in self.db.execute("SELECT table_name, count(*) FROM quarantine GROUP BY ALL").fetchall()
        }
        for table in part.tables:
            yield (
                table,
                {"read": self._number(f"SELECT count(*) FROM {part.rows(table)}"), "set_aside": aside.get(table, 0)},
            )

    def _check(self, part: Part, counts: dict[str, Any]) -> None:
        """Make sure that no row and no line was lost."""
        for table in part.tables:
            if table in self.engine.tables and table not in ("patient", "tax", "training_plan"):
                kept = self._number(f"SELECT count(*) FROM {table}")
                if kept + counts["rows"][table]["set_aside"] != counts["rows"][table]["read"]:
                    raise _lost(f"rows of {table} in part {part.number}")
        decided = self._number("SELECT count(*) FROM (SELECT DISTINCT case_id, expense_id FROM decided)")
        if counts["lines"] != counts["lines_expected"] or decided != self._number("SELECT count(*) FROM expense"):
            raise _lost(f"lines of part {part.number}")

    def _number(self, query: str) -> int:
        row = self.db.execute(query).fetchone()
        return int(str(row[0])) if row else 0

    def _write(self, query: str, target: Path) -> None:
        self.db.execute(f"COPY ({query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)")


_EXPECTED = (
    "SELECT count(*) FROM expense JOIN funding_source ON funding_source.case_id = expense.case_id "
    "WHERE funding_source.held AND funding_source.kind <> 'own_pocket'"
)
_UNITS = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def _in_bytes(setting: str) -> int:
    """Read a size as the database says it, such as `2.7 GiB`.

    Examples:
        >>> _in_bytes("2.5 GiB")
        2684354560
    """
    number, _, unit = setting.partition(" ")
    try:
        return int(float(number) * _UNITS[unit[:1].upper()])
    except (ValueError, KeyError):
        return 2**30


def _lost(what: str) -> NecessityError:
    return NecessityError(
        f"Some {what} were neither decided nor set aside; this is a fault of ours, and nothing of the part is kept.",
        "Please report it with the rulebook's version; the tables need not be sent.",
    )
