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
from necessity.adjudication.bulk_program import mask_columns
from necessity.codesets.icd10cm.book import CodeBook
from necessity.errors import NecessityError, SettingError
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.book_codes import codes_of_book
from necessity.workflow.bulk.checks import Part, divide, set_aside
from necessity.workflow.bulk.documents import lay_out
from necessity.workflow.bulk.findings import findings_query
from necessity.workflow.bulk.messages.beside import Beside, survey_beside
from necessity.workflow.bulk.messages.lay_out import FOLDER, find_messages, inputs_of, lay_out_messages, needs_day
from necessity.workflow.bulk.output import CLAIMS, lines_query
from necessity.workflow.bulk.registers import registers
from necessity.workflow.bulk.survey import CASES, Database, Input, digest, quoted, survey
from necessity.workflow.bulk.totals import finish

Progress = Callable[[str, int, int], None]
"""What is told on the way: what is being done, how much of it is done, how much there is."""
SUMMARY = "summary.json"
_BYTES_A_LINE = 2000
"""What one line needs while its part is decided: measured 1,000 to 1,400; should it need more, the part spills."""
_TEXT_BYTES_A_ROW = 120
_MOST_PARTS = 4096
_PARQUET = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 2000"
"""Names of lines hardly repeat: giving up their dictionary early writes a sixth faster, and smaller. The rows are the
same, and pandas, Polars, PyArrow and Spark read them."""


class Wishes(NamedTuple):
    """How to run."""

    on: date | None = None
    """The day to decide for, in place of each case's own; needed for case documents and messages."""
    threads: int = 2
    memory: str = "3GB"
    """What the database may use, in its words."""
    parts: int | None = None
    """None: as many as the memory asks for."""
    beside: Path | None = None
    """Tables beside a folder of messages, where they are not in that folder itself."""


def adjudicate(
    book: Rulebook, codes: CodeBook, tables: Path, out: Path, wishes: Wishes, progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """Decide a book.

    Args:
        book: The rulebook.
        codes: The editions of ICD-10-CM.
        tables: A folder of tables, of case documents, or of 837P messages.
        out: The folder to write to; a run of the same book in it is taken up where it was.
        wishes: How to run.
        progress: Told what is done.

    Returns:
        The summary, as `summary.json` holds it.

    Raises:
        SettingError: a folder that is not there, or that holds another run; no day for case documents or messages.
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
        self.engine = BulkEngine(book, limits, [tables, out, *filter(None, [wishes.beside])])
        self.db = cast(Database, self.engine.db)

    def run(self) -> dict[str, Any]:
        documents = self.tables / CASES
        self._messages = [] if documents.is_file() else find_messages(self.tables)
        beside = self._beside()
        if documents.is_file() and self.wishes.on is None:
            raise needs_day(documents, "whole cases")
        if self._messages and self.wishes.on is None:
            raise needs_day(self.tables, "messages")
        inputs = [] if documents.is_file() or self._messages else survey(self.tables, self.db)
        given = inputs_of(self._messages, beside) if self._messages else inputs
        manifest = self._manifest(given or [Input("cases", "ndjson", (documents,), {})])
        if (self.out / SUMMARY).is_file():  # the last thing written: all is there
            self._tidy()
            found: dict[str, Any] = json.loads((self.out / SUMMARY).read_text(encoding="utf-8"))
            return found
        disk.write_whole(self.out / disk.MANIFEST, disk.written(manifest))
        refused: list[tuple[int, str, str]] = []
        if self._messages:
            assert self.wishes.on is not None, "looked at before"
            read = self.out / FOLDER
            lay_out_messages(self.db, self._messages, beside, self.wishes.on, read, self.progress)
            inputs = survey(read / "tables", self.db, ("case_file",))
        elif not inputs:
            source, refused = self._laid_out(documents)
            inputs = survey(source, self.db, ("case_file",))
        divided = self._divided(inputs, manifest["parts"])
        counts = json.loads((divided / "rows.json").read_text(encoding="utf-8"))
        self._parts_one_by_one(inputs, divided, manifest["parts"], counts)
        summary = finish(self.db, self.book, self.out, counts["rows"], refused)
        disk.write_whole(self.out / SUMMARY, disk.written(summary))
        self._tidy()
        return summary

    def _beside(self) -> list[Beside]:
        """Look at the tables beside messages, in a folder of their own or among the messages."""
        if not self._messages:
            if self.wishes.beside:
                raise SettingError(
                    f"{self.tables} holds no messages that tables could stand beside.",
                    "Put all tables into one folder, or name a folder of messages.",
                    setting="--with",
                )
            return []
        found = survey_beside(self.wishes.beside or self.tables, self.db)
        if self.wishes.beside and survey_beside(self.tables, self.db):
            raise SettingError(
                f"Tables stand in {self.tables} and in {self.wishes.beside}.", "Keep them in one.", setting="--with"
            )
        return found

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
            "engine": "duckdb",
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
            elif one.table in ("expense", FOLDER):
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

        def rows(table: str) -> str:
            folder = divided / table
            return f"read_parquet({quoted(folder / '**' / '*.parquet')})" if folder.is_dir() else ""

        return codes_of_book(self.db, self.codes, rows)

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
                counts["lines_expected"] = self._number(EXPECTED)
                self._check(part, counts)
                masks = mask_columns(self.book)
                self.db.execute(f"CREATE OR REPLACE TEMP VIEW shown AS {lines_query(self.book, masks)}")
                self._write("SELECT * FROM shown", aside / "lines.parquet")
                self._write(CLAIMS.format("shown"), aside / "claims.parquet")
                self._write(findings_query(self.book), aside / "findings.parquet")
                for name, query in registers(self.db, self.book, part.rows("training_order")):
                    self._write(query, aside / f"{name}.parquet")
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
                    raise lost(f"rows of {table} in part {part.number}")
        decided = self._number("SELECT count(*) FROM (SELECT DISTINCT case_id, expense_id FROM decided)")
        if counts["lines"] != counts["lines_expected"] or decided != self._number("SELECT count(*) FROM expense"):
            raise lost(f"lines of part {part.number}")

    def _number(self, query: str) -> int:
        row = self.db.execute(query).fetchone()
        return int(str(row[0])) if row else 0

    def _write(self, query: str, target: Path) -> None:
        self.db.execute(f"COPY ({query}) TO {quoted(target)} ({_PARQUET})")


EXPECTED = (
    "SELECT count(*) FROM expense JOIN funding_source ON funding_source.case_id = expense.case_id "
    "WHERE funding_source.held AND funding_source.kind <> 'own_pocket'"
)
"""How many lines the tables that are decided come to."""
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


def lost(what: str) -> NecessityError:
    """Say that rows went missing on the way."""
    return NecessityError(
        f"Some {what} were neither decided nor set aside; this is a fault of ours, and nothing of the part is kept.",
        "Please report it with the rulebook's version; the tables need not be sent.",
    )
