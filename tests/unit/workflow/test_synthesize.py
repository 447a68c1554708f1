"""A synthetic book: the same on every machine, of the size asked for, whole or not there."""

import json
from datetime import date
from pathlib import Path

import pytest

from necessity.adjudication.synthetic.make import Press, parts
from necessity.domain.tables import TABLES
from necessity.errors import SettingError
from necessity.workflow.synthesize import USUAL, plan_book, read_rates, synthesize

DAY = date(2026, 6, 30)


def drawn(lines: int, seed: int = 5, threads: int = 1, rates: dict[str, int] | None = None, on: date = DAY) -> dict:
    press = Press(plan_book(lines, seed, on, USUAL if rates is None else rates), threads=threads)
    press.draw(0, press.plan.blocks)
    return press.tables()


def test_the_number_of_threads_changes_nothing() -> None:
    """A book can be made again elsewhere and compared."""
    assert drawn(2000, threads=1) == drawn(2000, threads=3)


def test_another_seed_is_another_book() -> None:
    """Otherwise a system could be tuned to the one book there is."""
    assert drawn(400, seed=1)["expected"] != drawn(400, seed=2)["expected"]


def test_a_larger_book_begins_like_a_smaller_one() -> None:
    """What was found in a small book can be found again in a large one."""
    small, large = drawn(400)["expected"][1], drawn(2000)["expected"][1]
    assert small == large[: len(small)]


@pytest.mark.parametrize("lines", [1, 7, 39, 40, 41, 1000, 1001])
def test_a_book_has_as_many_lines_as_asked_for(lines: int) -> None:
    """A score is out of a number that was known before."""
    assert len(drawn(lines)["expected"][1]) == lines


@pytest.mark.parametrize("on", [date(2024, 2, 29), date(2025, 1, 1), date(2026, 12, 31)])
def test_no_session_was_held_after_the_day_of_the_book(on: date) -> None:
    """A session held tomorrow would be a fault nobody planted, on whatever day the book is decided."""
    columns, rows = drawn(2000, on=on, rates={})["expense"]
    served = columns.index("served_on")
    assert max(row[served] for row in rows) <= on


def test_every_row_belongs_to_a_case_and_every_id_is_there_once() -> None:
    """A key that stands twice would decide a line twice."""
    tables = drawn(4000)
    cases = {row[0] for row in tables["case_file"][1]}
    for name in TABLES:
        columns, rows = tables[name]
        assert columns == list(TABLES[name].columns)
        assert {row[0] for row in rows} <= cases
        if "id" in columns:
            keys = [(row[0], row[1] if columns[1].endswith("_id") else "", row[columns.index("id")]) for row in rows]
            assert len(keys) == len(set(keys)), name


def test_a_book_without_faults_pays_every_line() -> None:
    """What is not planted must not be there."""
    columns, rows = drawn(2000, rates={})["expected"]
    assert {row[columns.index("outcome")] for row in rows} == {"payable"}
    assert {row[columns.index("fault")] for row in rows} == {"none"}


@pytest.mark.parametrize("ending", ["parquet", "csv", "ndjson"])
def test_the_same_files_come_out_with_any_number_of_threads(ending: str, tmp_path: Path) -> None:
    """Bytes can be compared where rows are a trouble to read."""
    plan = plan_book(500, 3, DAY, USUAL)
    for threads in (1, 2):
        synthesize(plan, tmp_path / str(threads), ending=ending, threads=threads, part_lines=200)
    one = {
        path.relative_to(tmp_path / "1"): path.read_bytes() for path in (tmp_path / "1").rglob("*") if path.is_file()
    }
    two = {
        path.relative_to(tmp_path / "2"): path.read_bytes() for path in (tmp_path / "2").rglob("*") if path.is_file()
    }
    assert one == two
    assert len(list((tmp_path / "1" / "tables" / "expense").iterdir())) == 3


def test_the_label_says_what_was_asked_for(tmp_path: Path) -> None:
    """A score without the book's seed and rates cannot be repeated."""
    made = synthesize(plan_book(80, 9, DAY, {"letter_missing": 500}), tmp_path / "book")
    label = json.loads((tmp_path / "book" / "book.json").read_text("utf-8"))
    assert (label["seed"], label["lines"], label["decided_on"]) == (9, 80, "2026-06-30")
    assert label["faults_per_thousand"] == {"letter_missing": 500}
    assert label["rows"]["expected"] == made.rows["expected"] == 80
    assert sorted(p.name for p in (tmp_path / "book").iterdir()) == ["book.json", "expected", "marks", "tables"]
    assert sorted(p.name for p in (tmp_path / "book" / "tables").iterdir()) == sorted(TABLES)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """A mistyped folder must not lose somebody's work."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(SettingError, match="is there already"):
        synthesize(plan_book(40, 1, DAY, {}), tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []


def test_what_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    """A folder that is there is finished."""

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(plan_book(80, 1, DAY, {}), tmp_path / "book", tell=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["letter_mising=5", "letter_missing", "letter_missing=-1", "letter_missing=x", "letter_missing=1001"]
)
def test_rates_that_cannot_be_are_refused(text: str) -> None:
    """A rate misread would change every verdict of the book."""
    with pytest.raises(SettingError):
        read_rates(text)


def test_a_book_of_no_lines_is_refused() -> None:
    """Nothing can be scored on nothing."""
    for lines in (0, -1, 2_000_000_001):
        with pytest.raises(SettingError, match="cannot be made"):
            plan_book(lines, 1, DAY, {})


def test_parts_hold_every_block_once() -> None:
    """A block left out would lose forty lines."""
    cut = parts(plan_book(1001, 1, DAY, {}), 200)
    assert [block for first, end in cut for block in range(first, end)] == list(range(26))
