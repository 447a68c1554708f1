"""The rows of chosen cases of a finished run, read from its input once more, and decided one by one where asked.

A bulk run keeps masks and cents. Traces, requests and payments need the rows again, from the same input.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from necessity.adjudication.bulk import BulkEngine, BulkLimits
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.decide import Judge
from necessity.adjudication.lines import Line, Reader
from necessity.domain.tables import TABLES, Tables
from necessity.errors import SettingError
from necessity.workflow.adjudicate import Progress, Wishes
from necessity.workflow.bulk.checks import reading_of
from necessity.workflow.bulk.documents import lay_out
from necessity.workflow.bulk.messages.lay_out import FOLDER
from necessity.workflow.bulk.survey import CASES, Database, quoted, survey

_AT_ONCE = 200


class CaseRows:
    """The rows of chosen cases, read from the input again and decided one by one."""

    def __init__(self, judge: Judge, tables: Path, out: Path, wishes: Wishes, also: tuple[Path, ...] = ()) -> None:
        """Look at a finished run.

        Args:
            judge: The judge over the rulebook that decided.
            tables: The input, as for the run.
            out: The folder of the run.
            wishes: As for the run.
            also: Further folders that will be read or written.
        """
        self.judge, self.tables, self.out, self.wishes = judge, tables.resolve(), out.resolve(), wishes
        self._also = also
        self._reader = Reader(judge.book, judge.program)

    def __enter__(self) -> "CaseRows":
        self._aside = Path(tempfile.mkdtemp(prefix=".reading-", dir=self.out))
        limits = BulkLimits(self.wishes.threads, self.wishes.memory, self._aside / "spill")
        self._engine = BulkEngine(self.judge.book, limits, [self.tables, self.out, *self._also])
        self.db = cast(Database, self._engine.db)
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.db.close()
        shutil.rmtree(self._aside, ignore_errors=True)

    @property
    def decided(self) -> str:
        """Write what to read the decided lines from, in SQL."""
        return f"read_parquet({quoted(self.out / 'parts' / '*' / 'lines.parquet')})"

    def chosen(self, names: tuple[str, ...], where: str) -> set[tuple[str, str, str]]:
        """Find the lines that are named or meet the condition."""
        found: set[tuple[str, str, str]] = set()
        keys = f"SELECT case_id, expense_id, funding_source_id FROM {self.decided} WHERE "
        line = "case_id || '/' || expense_id"
        key = f"(case_id = ? OR {line} = ? OR {line} || '/' || funding_source_id = ?)"
        for name in names:
            rows = self.db.execute(keys + key, [name] * 3).fetchall()
            if not rows:
                raise SettingError(
                    f"No decided line is called {name!r}.",
                    "Name a case, CASE/EXPENSE or CASE/EXPENSE/SOURCE as in lines.parquet.",
                    setting="--trace",
                )
            found |= {(str(a), str(b), str(c)) for a, b, c in rows}
        if where:
            try:
                rows = self.db.execute(f"{keys}({where})").fetchall()
            except Exception as error:
                said = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise SettingError(
                    f"--trace-where cannot be read: {said[:200]}",
                    "Write a condition over the columns of lines.parquet, like \"outcome = 'review'\".",
                    setting="--trace-where",
                ) from error
            found |= {(str(a), str(b), str(c)) for a, b, c in rows}
        return found

    def pended(self) -> list[str]:
        """List the cases with a pended line."""
        query = f"SELECT DISTINCT case_id FROM {self.decided} WHERE outcome = 'pended' ORDER BY 1"
        return [str(row[0]) for row in self.db.execute(query).fetchall()]

    @property
    def source(self) -> Path:
        """Find the folder of published tables behind the run; case documents are laid out once more."""
        read = self.out / FOLDER / "tables"
        if read.is_dir():
            return read
        if not (self.tables / CASES).is_file() or not self.wishes.on:
            return self.tables
        laid_out = self._aside / "tables"
        if not laid_out.is_dir():
            laid_out.mkdir()
            lay_out(self.tables / CASES, laid_out, self.wishes.on)
        return laid_out

    def lines(self, cases: list[str], progress: Progress, what: str) -> Iterator[tuple[str, Tables, list[Line]]]:
        """Decide cases one by one: each with rows and lines, at the sources its tables name, as the bulk run has."""
        for case, tables in self.tables_of(cases, progress, what):
            named = {row["id"] for row in tables["funding_source"]}
            decided = self.judge.engine.run(with_codes(tables, self.judge.codes))
            found = [line for _, lines in self._reader.routes(decided) for line in lines]
            yield case, tables, [line for line in found if source_of(line) in named]

    def tables_of(self, cases: list[str], progress: Progress, what: str) -> Iterator[tuple[str, Tables]]:
        """Read cases one by one: each with its rows."""
        self._copy(cases)
        for place in range(0, len(cases), _AT_ONCE):
            yield from self._some(cases[place : place + _AT_ONCE])
            progress(what, min(place + _AT_ONCE, len(cases)), len(cases))

    def _copy(self, cases: list[str]) -> None:
        """Take the rows of some cases out of the input, in the order of cases, so that few are read at a time."""
        self.db.execute("CREATE OR REPLACE TEMP TABLE chosen_case (case_id VARCHAR)")
        for place in range(0, len(cases), 1000):
            some = cases[place : place + 1000]
            self.db.execute(f"INSERT INTO chosen_case VALUES {', '.join(['(?)'] * len(some))}", some)
        for name, table in TABLES.items():
            columns = ", ".join(f"{column} {type}" for column, type in table.columns.items())
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE chosen_{name} ({columns})")
        for one in survey(self.source, self.db, ("case_file",)):
            selected = ", ".join(TABLES[one.table].columns)
            self.db.execute(
                f"INSERT INTO chosen_{one.table} SELECT {selected} FROM ({reading_of(one, self.wishes.on)}) AS given "
                "WHERE case_id IN (SELECT case_id FROM chosen_case) ORDER BY case_id"
            )

    def _some(self, cases: list[str]) -> Iterator[tuple[str, Tables]]:
        found: dict[str, Tables] = {case: {name: [] for name in TABLES} for case in cases}
        for name, table in TABLES.items():
            query = f"SELECT {', '.join(table.columns)} FROM chosen_{name} WHERE case_id BETWEEN ? AND ?"
            for row in self.db.execute(query, [cases[0], cases[-1]]).fetchall():
                if str(row[0]) in found:
                    found[str(row[0])][name].append(dict(zip(table.columns, row, strict=True)))
        for case, tables in found.items():
            for name in ("patient", "tax", "training_plan"):
                if not tables[name]:
                    tables[name] = [{**dict.fromkeys(TABLES[name].columns), "case_id": case}]
            yield case, tables


def source_of(line: Line) -> str:
    """Name the funding source of a line."""
    return str(line.rows["route"]["funding_source_id"])
