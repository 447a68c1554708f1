"""Notices of a whole run: one list that streams, with papers only where they are wanted."""

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

from necessity.errors import SettingError
from necessity.formats.notice.contents import NoticeContents
from necessity.workflow.adjudicate import Progress, Wishes
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.rows_again import CaseRows
from necessity.workflow.notices.compose import LeftOut, Occasion, compose, plain_row
from necessity.workflow.notices.of_a_case import source_id, write_papers

LISTS = ("notices.ndjson", "notices.csv")
PAPERS = "papers"
_USUAL = "outcome = 'not_payable'"


class NoticesWritten(NamedTuple):
    """What became of the chosen lines."""

    notices: int
    lines: int
    """Lines that stand in a notice."""
    lacking: int
    """Notices that lack something before they can be sent."""
    lacks: dict[str, int]
    """What they lack, with how many lack it."""
    left_out: dict[str, int]
    """Why lines got no notice, with how many."""


def write_notices(
    occasion: Occasion,
    book: tuple[Path, Path, Wishes],
    target: Path,
    where: str,
    progress: Progress,
    paper: Callable[[NoticeContents], bytes] | None = None,
) -> NoticesWritten:
    """Write the notices of a run: one NDJSON and one CSV, row by row; papers where a writer for them is given.

    Args:
        occasion: Judge, sender, day of the notices, time limits.
        book: The folder of tables, the folder of the complete run, and how it ran.
        target: The folder to write to; lists and papers of before are written over.
        where: A condition over the columns of lines.parquet; empty: all that is not payable.
        progress: Told what is done.
        paper: Makes the PDF of a notice; beside it goes the text. None: no papers.

    Raises:
        SettingError: the condition cannot be read.
    """
    target = target.resolve()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    counted = _Count()
    with ExitStack() as stack:
        rows = stack.enter_context(CaseRows(occasion.judge, *book))
        lists = _Lists(target)
        folder = None
        shutil.rmtree(target / PAPERS, ignore_errors=True)  # papers of before would not say what the lists say
        if paper:
            folder = stack.enter_context(disk.whole_folder(target / PAPERS))
        stack.enter_context(lists)
        for case, tables, lines in rows.lines(_choose(rows, where), progress, "Writing notices"):
            wanted = _wanted(rows, case)
            own = [line for line in lines if (line.id, source_id(line)) in wanted]
            for one in compose(occasion, case, tables, own):
                counted.add(one)
                if isinstance(one, NoticeContents):
                    lists.add(one)
                    if folder and paper:
                        write_papers(one, folder, paper)
    return counted.told()


def _choose(rows: CaseRows, where: str) -> list[str]:
    """Note the chosen lines in the database, and list their cases in order."""
    keys = "case_id, expense_id, funding_source_id"
    try:
        query = f"SELECT {keys} FROM {rows.decided} WHERE {where or _USUAL}"
        rows.db.execute(f"CREATE TEMP TABLE chosen_line AS {query} ORDER BY case_id")
    except Exception as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SettingError(
            f"--notices-where cannot be read: {said[:200]}",
            "Write a condition over the columns of lines.parquet, like \"outcome = 'pended'\".",
            setting="--notices-where",
        ) from error
    return [str(row[0]) for row in rows.db.execute("SELECT DISTINCT case_id FROM chosen_line ORDER BY 1").fetchall()]


def _wanted(rows: CaseRows, case: str) -> set[tuple[str, str]]:
    query = "SELECT expense_id, funding_source_id FROM chosen_line WHERE case_id = ?"
    return {(str(a), str(b)) for a, b in rows.db.execute(query, [case]).fetchall()}


class _Lists:
    """Both lists, each written aside and put in its place when it is whole."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __enter__(self) -> "_Lists":
        self._files: list[IO[str]] = [
            (self._target / f".{name}.half").open("w", encoding="utf-8", newline="") for name in LISTS
        ]
        self._has_head = False
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for name, file in zip(LISTS, self._files, strict=True):
            file.close()
            if kind is None:
                (self._target / f".{name}.half").replace(self._target / name)
            else:
                (self._target / f".{name}.half").unlink()
        disk.flush(self._target)

    def add(self, one: NoticeContents) -> None:
        """Write one notice into both."""
        whole, flat = self._files
        content = one.model_dump(mode="json", exclude={"headings"}) | {"is_ready": one.is_ready}
        whole.write(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
        row = plain_row(one)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self._has_head:
            writer.writerow(row)
            self._has_head = True
        writer.writerow("" if value is None else value for value in row.values())
        flat.write(text.getvalue())


class _Count:
    def __init__(self) -> None:
        self._notices = self._lines = self._lacking = 0
        self._lacks: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def add(self, one: NoticeContents | LeftOut) -> None:
        if isinstance(one, LeftOut):
            self._left_out[one.why] += one.lines
            return
        self._notices += 1
        self._lines += len(one.lines)
        self._lacking += not one.is_ready
        self._lacks.update(one.lacks)

    def told(self) -> NoticesWritten:
        return NoticesWritten(
            self._notices, self._lines, self._lacking, dict(self._lacks.most_common()), dict(self._left_out)
        )
