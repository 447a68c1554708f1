"""A real Spark with two worker processes, one of them killed half-way, leaves what a run on one machine leaves.

One large test, because a session of Spark takes long to start: the examples, cases that nobody thought of writing and rows
with faults go through it together, by the command that a person types.
"""

import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyspark
import pytest

from necessity.cli import spark_submit
from necessity.cli.main import run as necessity
from necessity.domain.tables import Row, Tables
from tests.books import rows_of, write_parquet
from tests.clusters import MASTER, SETTINGS, Killer, python_on_workers, spark_on_this_machine, workers
from tests.crowds import Crowd
from tests.shipped import book
from tests.worlds import copies, given_columns, joined, known_cells
from tests.written import written

RANDOM_CASES = 30
FAULTS: dict[str, tuple[str, dict[str, object]]] = {
    "below zero": ("expense", {"charge_cents": -1}),
    "a year nobody means": ("expense", {"served_on": date(206, 3, 1)}),
    "a kind nobody knows": ("funding_source", {"kind": "piggy_bank"}),
    "a list with a stranger": ("letter", {"covers": ["training", "sailing"]}),
    "a receipt that is not there": ("expense", {"receipt": "r99"}),
    "a parent that is not there": ("plan_year", {"funding_source_id": "nobody"}),
    "no id": ("receipt", {"id": None}),
    "no day to decide for": ("case_file", {"decided_on": None}),
    "no case": ("expense", {"case_id": None}),
    "a case of nobody": ("expense", {"case_id": "nobody's"}),
    "a code of no shape": ("condition", {"code": "back"}),
    "two faults": ("expense", {"charge_cents": -1, "receipt": "r99"}),
    "nothing to decide for": ("funding_source", {"held": False}),
}


def kinds_of(tables: Tables) -> set[object]:
    return {row["kind"] for row in tables["funding_source"]}


def many_cases() -> Tables:
    """Put the examples together with crowded and blanked cases, and with one case a fault."""
    examples = {name: tables for name, tables in written().items() if name[:2].isdigit()}
    kinds = set[object]().union(*map(kinds_of, examples.values()))  # each kind more is planned once more
    random, crowd = Random(20261126), Crowd([tables for tables in written().values() if kinds_of(tables) <= kinds])
    found = [copies(tables, [()], name) for name, tables in examples.items()]
    for number in range(RANDOM_CASES):
        tables = crowd.draw(random)
        cells = [cell for cell in known_cells(tables, given_columns(book())) if random.random() < 0.1]
        found.append(copies(tables, [cells], f"random-{number}"))
    found += [spoilt(name) for name in FAULTS]
    found.append(copies(written()["12_journey_fsa_runs_dry"], [()], "twice"))
    found[-1]["expense"].append(found[-1]["expense"][0])
    return joined(found)


def spoilt(fault: str) -> Tables:
    """Copy an example with a fault in the first row of a table."""
    table, cells = FAULTS[fault]
    tables = copies(written()["12_journey_fsa_runs_dry"], [()], fault)
    first, *others = tables[table]
    return {**tables, table: [{**first, **cells}, *others]}


def sorted_rows(files: str) -> list[Row]:
    return sorted(rows_of(files), key=lambda row: [str(value) for value in row.values()])


def left_by(out: Path) -> dict[str, Any]:
    """Read all that a run leaves; where DuckDB writes a file Spark writes a folder of files."""
    found: dict[str, Any] = {"summary": json.loads((out / "summary.json").read_text(encoding="utf-8"))}
    for name in ("letters", "recoveries"):  # registers that only a run on one machine keeps
        found["summary"].pop(name, None)
    for name in ("parts/*/lines", "claims", "rules", "facts", "quarantine"):
        files = f"{out}/{name}.parquet"
        found[name] = sorted_rows(files if (out / "claims.parquet").is_file() else f"{files}/*.parquet")
    table = out / "quarantine.csv"
    (text,) = [table] if table.is_file() else table.glob("*.csv")
    found["csv"] = sorted(csv.reader(text.read_text(encoding="utf-8").splitlines()))
    return found


def on_spark(tables: Path, out: Path, *more: str, master: str = "local[1]") -> int:
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", f"{name}={value}")]
    command = ["adjudicate", str(tables), "-o", str(out), "--engine", "spark", "--master", master, "--parts", "2"]
    return necessity([*command, *settings, *more])


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # PySpark leaves its sockets to the garbage collector
def test_all_is_the_same_though_a_worker_is_killed_half_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The administrator's answer must not hang on the machine, nor on its luck."""
    tables, here, there = write_parquet(tmp_path / "in", many_cases()), tmp_path / "here", tmp_path / "there"
    assert necessity(["adjudicate", str(tables), "-o", str(here), "--threads", "1"]) == 0
    with spark_on_this_machine(tmp_path / "spark", monkeypatch):
        killer = Killer(there)
        killer.start()
        assert on_spark(tables, there, master=MASTER) == 0
        killer.join(timeout=60)
        assert killer.killed, "no worker was killed, so nothing was tried"
        assert killer.killed not in workers()
        assert python_on_workers() == []
        expected, found = left_by(here), left_by(there)
        for name, rows in expected.items():
            assert found[name] == rows, name
        assert len(found["parts/*/lines"]) > 300
        aside = {row["case_id"] for row in found["quarantine"] if row["is_own_fault"]}
        assert {f"{fault}-0" for fault in FAULTS} - {"no case-0", "a case of nobody-0"} <= aside
        assert not (there / "work").exists()
        assert_done_is_done(tables, there, capsys)
        assert_what_cannot_be_meant_is_told(tables, there, capsys)


def assert_done_is_done(tables: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run it again: what is whole is left as it is. With other tables it is refused."""
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    capsys.readouterr()
    assert on_spark(tables, out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert on_spark(tables, out, "--on", "2026-01-31") == 2
    assert "holds a run of another day" in capsys.readouterr().err
    (out.with_name("elsewhere") / "parts").mkdir(parents=True)
    assert on_spark(tables, out.with_name("elsewhere")) == 2
    assert "elsewhere holds parts, and nothing says that a run wrote it" in capsys.readouterr().err


def assert_what_cannot_be_meant_is_told(tables: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every fault of the whole folder at once, and nothing written."""
    with duckdb.connect() as db:
        for name, columns in (
            ("receipt", "'c' AS case_id, 'r' AS id, now() AS paid_on"),
            ("expense", "* REPLACE ('1' AS charge_cents)"),
        ):
            source = f" FROM '{tables}/{name}.parquet'" if "*" in columns else ""
            db.execute(f"COPY (SELECT {columns}{source}) TO '{tables}/{name}.new' (FORMAT parquet)")
            (tables / f"{name}.new").replace(tables / f"{name}.parquet")
    (tables / "leter.parquet").write_text("", encoding="utf-8")
    (tables / "goal.csv").write_text("case_id\n", encoding="utf-8")
    (tables / "letter.parquet").write_text("no Parquet", encoding="utf-8")
    assert on_spark(tables, out.with_name("nowhere")) == 3
    told = capsys.readouterr().err
    assert "receipt.paid_on is TIMESTAMP WITH TIME ZONE, not DATE: give the local day" in told
    assert "receipt.amount_cents is missing" in told
    assert "expense.charge_cents is text, not BIGINT" in told
    assert "leter.parquet is no table of ours; did you mean letter?" in told
    assert "goal.csv is text: write goal.parquet, which Spark reads, or decide with --engine duckdb" in told
    assert "letter cannot be read as Parquet" in told
    assert not out.with_name("nowhere").exists()
    assert on_spark(tables / "expense.parquet", out.with_name("nowhere")) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_spark_submit_runs_the_same_command(tmp_path: Path) -> None:
    """On a cluster that is how a person starts it; master and settings are spark-submit's then."""
    home = Path(pyspark.__file__).parent
    quick = SETTINGS["spark.driver.extraJavaOptions"]
    tables = write_parquet(tmp_path / "in", {"patient": written()["01_hsa_back_pain"]["patient"]})
    command = [home / "bin" / "spark-submit", "--master", "local[1]", "--driver-java-options", quick]
    command += ["--conf", "spark.ui.enabled=false", spark_submit.__file__, "adjudicate", tables, "-o", tmp_path / "out"]
    given = os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([*map(str, command), "--engine", "spark"], env=given, capture_output=True, text=True)
    told = done.stdout + done.stderr  # spark-submit hands both on as one
    assert done.returncode == 3, told
    assert "there is no table expense" in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()
