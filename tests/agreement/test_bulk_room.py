"""The administrator's run where the machine is small: a full disk, too little memory; nothing is lost, nothing differs."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from necessity.adjudication.bulk import BulkEngine, BulkLimits
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from tests.books import copied, results_of, write_parquet
from tests.conftest import ROOT
from tests.shipped import book

_RUN = """
import resource, sys
from pathlib import Path
from necessity.cli.main import run
most = int(sys.argv[1])
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
code = run(sys.argv[2:])
print(*(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(code)
"""
"""A run whose files may only grow so far, and which tells the most memory it held."""


def adjudicate(tables: Path, out: Path, *words: str, most: int = 0) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own, which a limit on files cannot harm beyond."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", _RUN, str(most), "adjudicate", str(tables), "-o", str(out), "--json", *words]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parquet(tmp_path_factory.mktemp("book"), copied(("01_hsa_back_pain", "12_journey_fsa_runs_dry"), 40))


@pytest.fixture(scope="module")
def whole(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    assert adjudicate(tables, out, "--parts", "3").returncode == 0
    return out


@pytest.mark.parametrize("most", [100, 2_000, 5_000])
def test_where_no_room_is_left_the_run_says_so_and_is_taken_up_again(
    tables: Path, whole: Path, tmp_path: Path, most: int
) -> None:
    """A real refusal by the system, in whatever file it comes: the same words, and nothing half-written is believed."""
    stopped = adjudicate(tables, tmp_path, "--parts", "3", most=most)
    assert stopped.returncode == 4, stopped.stderr
    assert "is full, or a limit on files is reached" in stopped.stdout + stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not (tmp_path / "summary.json").exists()
    done = adjudicate(tables, tmp_path, "--parts", "3")
    assert done.returncode == 0, done.stderr
    assert results_of(tmp_path) == results_of(whole)
    assert json.loads(done.stdout) == json.loads((whole / "summary.json").read_text(encoding="utf-8"))


LINES, MEMORY, PROGRAM = 120_000, "260MB", 250_000_000
"""A part that needs more than it may have; and what the program itself takes beside the database, with room to spare."""


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowded") / "book"
    synthesize(plan_book(LINES, 11, date(2026, 6, 30), USUAL), folder)
    return folder


def test_what_does_not_fit_into_memory_is_spilled_and_nothing_else_differs(crowded: Path, tmp_path: Path) -> None:
    """The limit holds for a part too large for it, and the verdicts are those the book was made with."""
    done = adjudicate(crowded / "tables", tmp_path, "--parts", "1", "--threads", "2", "--memory", MEMORY)
    assert done.returncode == 0, done.stderr
    if "VmHWM:" in done.stderr:  # Linux tells it
        assert int(done.stderr.split("VmHWM:")[1].split()[0]) * 1024 < 260_000_000 + PROGRAM
    keys = "case_id, expense_id, funding_source_id, outcome, payable_cents"
    lines, expected = (
        f"SELECT {keys} FROM read_parquet('{place}')"
        for place in (tmp_path / "parts" / "*" / "lines.parquet", crowded / "expected" / "*.parquet")
    )
    with duckdb.connect(config={"temp_directory": ""}) as db:
        differing = f"SELECT count(*) FROM (({lines} EXCEPT ALL {expected}) UNION ALL ({expected} EXCEPT ALL {lines}))"
        assert db.execute(differing).fetchall() == [(0,)]
        assert db.execute(f"SELECT count(*) FROM ({lines})").fetchall() == [(LINES,)]


def test_without_a_place_to_spill_that_part_does_not_fit(crowded: Path) -> None:
    """Else the test before would say nothing."""
    engine = BulkEngine(book(), BulkLimits(2, MEMORY), [crowded])
    sources = {
        folder.name: f"read_parquet('{folder}/*.parquet')"
        for folder in (crowded / "tables").iterdir()
        if folder.name in engine.tables
    }
    engine.take(sources)
    with pytest.raises(duckdb.OutOfMemoryException):
        engine.decide()


def test_a_part_far_too_large_for_its_memory_says_what_to_do(crowded: Path, tmp_path: Path) -> None:
    """There is a least that a statement needs; below it the run stops in words, and goes on with more."""
    stopped = adjudicate(crowded / "tables", tmp_path, "--parts", "2", "--memory", "40MB")
    assert stopped.returncode == 4
    assert "larger --memory" in stopped.stdout + stopped.stderr
    assert not (tmp_path / "summary.json").exists()
