"""Replaying a folder of tables: two bulk runs of the same book, and what they say otherwise, line by line."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, cast

from necessity.adjudication.bulk import KEYS, BulkEngine, BulkLimits
from necessity.adjudication.bulk_program import mask_bits
from necessity.adjudication.replay import Flip, Replay, Said, Share, in_order, turns
from necessity.codesets.icd10cm.book import CodeBook
from necessity.domain.decision import Outcome
from necessity.errors import SettingError
from necessity.rulebook.load import Rulebook
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.checks import reading_of
from necessity.workflow.bulk.messages.lay_out import FOLDER, find_messages
from necessity.workflow.bulk.survey import CASES, Database, quoted, survey

_CHANGED = "one.outcome <> other.outcome OR one.cents <> other.cents"


class TablesReplay(NamedTuple):
    """A replay of tables, with what could not be replayed."""

    replay: Replay
    set_aside: int
    """Rows with a fault, and what hangs on them; `necessity adjudicate` says which and why."""


def replay_tables(
    tables: Path,
    before: tuple[Rulebook, date | None],
    after: tuple[Rulebook, date | None],
    codes: CodeBook,
    work: Path,
    wishes: Wishes,
) -> TablesReplay:
    """Replay a folder of tables before two rulebooks.

    Args:
        tables: The folder, as for the bulk run.
        before: The one rulebook with the day to decide for; None: the day the tables say.
        after: The other.
        codes: The editions of ICD-10-CM.
        work: An empty folder for both runs; what is left in it is no longer needed.
        wishes: How to run; its day is not looked at.

    Raises:
        SettingError: no such folder, or one with whole cases or messages in place of tables.
        FormatError: tables that cannot be read as they are; every fault at once.
        StoreError: disk or memory ran out.
    """
    tables, work = tables.resolve(), work.resolve()
    if (tables / CASES).is_file():
        raise SettingError(f"{tables / CASES} holds whole cases.", "Name a folder of tables.", setting="CLAIMS")
    if find_messages(tables):
        raise SettingError(
            f"{tables} holds messages.",
            f"Decide them once with `necessity adjudicate`, and name the folder {FOLDER}/tables in what it wrote.",
            setting="CLAIMS",
        )
    summaries = []
    for name, (book, on) in (("before", before), ("after", after)):
        summaries.append(adjudicate(book, codes, tables, work / name, wishes._replace(on=on)))
    with disk.told_in_words(work):
        replay = _Sides(tables, before[0], after[0], work, wishes).replay()
    return TablesReplay(replay, sum(table["set_aside"] for table in summaries[0]["rows"].values()))


class _Sides:
    """The lines of two runs, side by side."""

    def __init__(self, tables: Path, before: Rulebook, after: Rulebook, work: Path, wishes: Wishes) -> None:
        self.books, self.work = {"one": before, "other": after}, work
        limits = BulkLimits(wishes.threads, wishes.memory, work / "spill")
        self.db = cast(Database, BulkEngine(before, limits, [tables, work]).db)
        (sources,) = [one for one in survey(tables, self.db) if one.table == "funding_source"]
        self.db.execute(
            "CREATE TEMP TABLE named AS SELECT case_id, id, any_value(payer) AS payer "
            f"FROM ({reading_of(sources, None)}) GROUP BY case_id, id"
        )

    def replay(self) -> Replay:
        one, other = (self._lines(self.work / name) for name in ("before", "after"))
        if not one or not other:
            return Replay(0, (), ())
        same = " AND ".join(f"one.{key} = other.{key}" for key in KEYS)
        both = (
            f"FROM ({one}) AS one JOIN ({other}) AS other ON {same} "
            "LEFT JOIN named ON named.case_id = one.case_id AND named.id = one.funding_source_id"
        )
        shares = self.db.execute(
            "SELECT one.funding_source, coalesce(named.payer, 'generic') AS payer, count(*), "
            f"count(CASE WHEN {_CHANGED} THEN 1 END), CAST(sum(one.cents) AS BIGINT), "
            f"CAST(sum(other.cents) AS BIGINT) {both} GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
        totals = tuple(Share(*cast(Any, row)) for row in shares)
        return Replay(sum(share.lines for share in totals), in_order(self._flips(both)), totals)

    def _lines(self, out: Path) -> str:
        """Write what to read the lines of a run from, in SQL; empty where it has none."""
        files = [quoted(file) for file in sorted((out / "parts").glob("*/lines.parquet"))]
        read = f"read_parquet([{', '.join(files)}])"
        return f"SELECT *, coalesce(payable_cents, 0) AS cents FROM {read}" if files else ""

    def _flips(self, both: str) -> Iterator[Flip]:
        columns = [f"one.{key}" for key in KEYS] + ["one.funding_source", "coalesce(named.payer, 'generic') AS payer"]
        for side, book in self.books.items():
            masks = [f"{answer}_{word}" for word in _words(book) for answer in ("failed", "unknown")]
            columns += [f"{side}.{name} AS {side}_{name}" for name in ("outcome", "cents", *masks)]
        self.db.execute(f"CREATE TEMP TABLE flip AS SELECT {', '.join(columns)} {both} WHERE {_CHANGED}")
        names = [column.rpartition(" AS ")[2].removeprefix("one.") for column in columns]
        known, known_then = (frozenset(book.rules) for book in self.books.values())
        for values in self.db.execute("SELECT * FROM flip").fetchall():
            row = dict(zip(names, values, strict=True))
            one, other = (self._said(side, row) for side in self.books)
            case, expense, source = (str(row[name]) for name in KEYS)
            money = one.cents, other.cents
            place = case, expense, source, one.kind, one.payer
            yield Flip(*place, one.outcome, other.outcome, *money, turns(one, other, known, known_then))

    def _said(self, side: str, row: dict[str, Any]) -> Said:
        bits = [bit for bit in mask_bits(self.books[side]) if bit.required]
        failed, unknown = (
            frozenset(bit.rule for bit in bits if row[f"{side}_{answer}_{bit.word}"] & 1 << bit.bit)
            for answer in ("failed", "unknown")
        )
        outcome = Outcome(row[f"{side}_outcome"])
        return Said(row["funding_source"], row["payer"], outcome, row[f"{side}_cents"], failed, unknown)


def _words(book: Rulebook) -> list[str]:
    return list(dict.fromkeys(bit.word for bit in mask_bits(book)))
