"""The measuring measures what it says: contenders agree, goals are judged rightly, page and charts are whole."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from time import sleep

import duckdb
import pytest

from tools.bench import page
from tools.bench.__main__ import PARTS, _asked
from tools.bench.chart import svg
from tools.bench.figure import Chart, Figure, Goal, Measured, load_of_others
from tools.bench.many import plain_lines, row_by_row, twelve


def test_the_engine_and_both_hands_answer_the_twelve_alike(tmp_path: Path) -> None:
    """A ratio between programs that answer differently would mean nothing."""
    source, count = tmp_path / "lines.parquet", 3_000
    plain_lines.write_lines(source, count)
    for name, prepare in (("ours", twelve.ours), ("by_hand", twelve.by_hand)):
        prepare(str(source), str(tmp_path / f"{name}.parquet"))()
    files = tmp_path / "ours.parquet", tmp_path / "by_hand.parquet"
    assert plain_lines.difference(*files, ("line_id",), plain_lines.OUTPUT) == 0
    answers = duckdb.sql(f"SELECT failed, unknown FROM '{files[0]}' ORDER BY line_id").fetchall()
    assert answers == [row_by_row.masks(row_by_row.by_hand(row)) for row in plain_lines.rows(count)]
    outcomes = duckdb.sql(f"SELECT DISTINCT outcome FROM '{files[0]}' ORDER BY 1").fetchall()
    assert outcomes == [(0,), (1,), (2,), (3,)]


def test_a_difference_would_be_found(tmp_path: Path) -> None:
    """The comparison must not pass because it cannot fail: another value, a row too few, NULL for a number."""
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    duckdb.sql("SELECT n, n AS v FROM range(5) AS t (n)").write_parquet(str(one))
    duckdb.sql("SELECT n, CASE n WHEN 1 THEN 7 WHEN 2 THEN NULL ELSE n END AS v FROM range(4) AS t (n)").write_parquet(
        str(other)
    )
    assert plain_lines.difference(one, other, ("n",), ("v",)) == 3


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.84, "failure"), (0.85, "missed"), (0.99, "missed"), (1.0, "reached")]
)
def test_under_085_is_a_failure_and_under_1_a_miss(value: float, verdict: str) -> None:
    """The design names both bounds."""
    assert twelve.GOAL.verdict(value) == verdict


def test_more_than_the_most_is_a_miss() -> None:
    """Times and memory have an upper bound."""
    assert [Goal("", most=4).verdict(value) for value in (4, 5)] == ["reached", "missed"]


@pytest.mark.parametrize(
    "chart",
    [
        Chart("a", "Rates & <more>", "lines/s", {"our engine": 2.0, "a hand": 1.5}, ours=("our engine",)),
        Chart("b", "Sizes", "GB", {"x": [[100_000, 0.2], [1_000_000, 0.4]], "y": [[100_000, 0.2]]}, "lines"),
        Chart("c", "One", "GB", {"x": [[40_000, 0.2]]}, "lines"),
    ],
    ids=lambda chart: chart.name,
)
def test_a_chart_says_every_name_and_value(chart: Chart) -> None:
    """Nothing hangs on colour alone, and a reader of the picture's description learns the same."""
    drawn = ET.fromstring(svg(chart))
    words = " ".join(drawn.itertext())
    assert all(name in words for name in (chart.title, chart.unit, *chart.values))


def test_a_line_of_many_points_is_told_at_its_ends_and_ends_at_its_power_of_ten() -> None:
    """A hundred numbers on one line cover each other; the description still says them all."""
    drawn = ET.fromstring(
        svg(Chart("d", "Many", "GB", {"x": [[n * 1_000_001, 1 + n / 100] for n in range(1, 101)]}, "lines"))
    )
    texts = [one.text for one in drawn.iter() if one.tag.endswith("text")]
    assert {"1.01", "2.00"} <= set(texts)
    assert "1.37" not in texts
    assert "1,000,000,000" not in texts
    assert "1.37 at 37,000,037" in " ".join(drawn.itertext())


def test_the_page_says_when_the_machine_was_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict under load must not be read as one."""
    found = Measured([Figure("deciding", "1 s", goal="≤ 2 s", verdict="reached")], [], ["A note."])
    kept = page.kept("A part", found, "python -m tools.bench", load=50.0)
    assert "The machine had other work" in page.page({"a": kept})
    assert "| reached, under load |" in page.page({"a": kept})
    assert "other work" not in page.page({"a": kept | {"busy": False}})


def test_other_work_is_told_from_the_own_work_before() -> None:
    """The average load of a minute would call a machine busy for what was measured just before."""
    quiet = load_of_others(0.3)
    with subprocess.Popen(
        [sys.executable, "-c", "from time import time\nend = time() + 5\nwhile time() < end: 0"]
    ) as other:
        sleep(0.3)  # until it has started
        busy = load_of_others(0.5)
        other.kill()
    assert busy > 0.5
    assert 0 <= quiet <= (os.cpu_count() or 1)


def test_the_hundred_million_run_only_when_named() -> None:
    """It takes an hour and gigabytes of disk."""
    assert _asked([]).only is None
    assert "huge" in PARTS
    with pytest.raises(SystemExit):
        _asked(["--lines", "0"])
