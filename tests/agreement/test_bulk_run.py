"""The administrator's run: nothing lost, nothing half-written, the same rows however it was cut or stopped."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from necessity.adjudication.decide import Judge
from necessity.cli.main import run as necessity
from necessity.codesets.icd10cm.book import shipped
from necessity.domain.decision import Answer, Outcome
from necessity.domain.tables import Tables
from necessity.errors import FormatError, SettingError, StoreError
from necessity.stores.folder import load_case
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.trace import write_requests, write_traces
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from tests.books import copied, lines_of, results_of, rows_of, set_aside, write_csv, write_ndjson, write_parquet
from tests.conftest import EXAMPLES, ROOT
from tests.shipped import book, program

CASES = ("01_hsa_back_pain", "12_journey_fsa_runs_dry")
COPIES = 3


@pytest.fixture(scope="module")
def tables() -> Tables:
    return copied(CASES, COPIES)


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parquet(tmp_path_factory.mktemp("book"), tables)


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decide the book in one part on one thread: what all others are compared with."""
    out = tmp_path_factory.mktemp("whole")
    run(folder, out, Wishes(threads=1, parts=1))
    return out


TWO_PARTS = Wishes(parts=2)


def run(folder: Path, out: Path, wishes: Wishes = TWO_PARTS) -> dict[str, Any]:
    return adjudicate(book(), shipped(), folder, out, wishes)


def test_threads_and_parts_change_no_row(folder: Path, whole: Path, tmp_path: Path) -> None:
    """An administrator's decision must not hang on the machine it was made on."""
    run(folder, tmp_path, Wishes(threads=3, parts=4))
    assert results_of(tmp_path) == results_of(whole)


@pytest.mark.parametrize("write", [write_csv, write_ndjson])
def test_every_kind_of_file_says_the_same(
    write: Callable[[Path, Tables], Path], tables: Tables, whole: Path, tmp_path: Path
) -> None:
    """A book is what it holds, not how it was saved."""
    run(write(tmp_path / "in", tables), tmp_path / "out")
    assert results_of(tmp_path / "out") == results_of(whole)


def test_case_documents_are_decided_like_tables(tmp_path: Path) -> None:
    """A web store hands out cases, not tables; one that is no case is set aside with its line."""
    case = load_case(EXAMPLES / CASES[0]).case
    lines = [case.model_copy(update={"id": f"c{n}"}).model_dump_json() for n in range(3)]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "cases.ndjson").write_text(
        "\n".join([*lines, '{"id": "broken", "sessions": 3}']) + "\n", encoding="utf-8"
    )
    with pytest.raises(SettingError, match="--on"):
        run(folder, tmp_path / "out")
    summary = run(folder, tmp_path / "out", Wishes(on=date(2026, 6, 30), parts=2))
    decided = Judge(book(), program()).decide(case, date(2026, 6, 30))
    expected = {(line.id, line.funding_source): line.outcome.value for line in decided.lines}
    held = {source.id for source in case.funding_sources}
    for number in range(3):
        found = {key[1:]: line[5] for key, line in lines_of(tmp_path / "out").items() if key[0] == f"c{number}"}
        assert found == {key: outcome for key, outcome in expected.items() if key[1] in held}
    assert summary["documents_refused"] == 1
    assert [fault[:3] for fault in set_aside(tmp_path / "out")] == [("cases", "broken", "line 4")]


def changed(tables: Tables, table: str, case: str = "", **cells: object) -> Tables:
    """Change some cells of the first row of a table, or of the first one of a case."""
    place = next(place for place, row in enumerate(tables[table]) if case in ("", row["case_id"]))
    rows = list(tables[table])
    rows[place] = {**rows[place], **cells}
    return {**tables, table: rows}


FAULTS: dict[str, tuple[str, dict[str, object], str]] = {
    "no number": ("expense", {"charge_cents": "85.00"}, "charge_cents (85.00) is not a whole number"),
    "below zero": ("expense", {"charge_cents": -1}, "charge_cents (-1) is below zero"),
    "no day": ("letter", {"signed_on": "02.03.2026"}, "signed_on (02.03.2026) is not a day like 2026-03-01"),
    "a moment": ("expense", {"served_on": "2026-03-01T10:00:00+02:00"}, "without a time or time zone"),
    "a year nobody means": ("expense", {"served_on": "0206-03-01"}, "lies outside the years 1900 to 2199"),
    "a kind nobody knows": ("funding_source", {"kind": "piggy_bank"}, "kind (piggy_bank) is none of"),
    "a flag that is none": ("letter", {"signature": "perhaps"}, "signature (perhaps) is none of"),
    "a receipt that is not there": ("expense", {"receipt": "r99"}, "receipt names r99, which its case does not have"),
    "no id": ("receipt", {"id": None}, "id is empty, and every row needs it"),
    "no day to decide for": ("case_file", {"decided_on": None}, "decided_on is empty"),
    "a code of no shape": ("condition", {"code": "back"}, "code (back) has not the shape of a diagnosis code"),
}


@pytest.mark.parametrize("faults", [list(FAULTS)[first::3] for first in range(3)], ids=" and ".join)
def test_a_fault_sets_its_case_aside_and_no_other(
    faults: list[str], tables: Tables, whole: Path, tmp_path: Path
) -> None:
    """A case without one of its rows would be decided wrongly; all others must not wait for it.

    Each fault stands in a case of its own, some cases have none: planning a run takes longer than the run.
    """
    cases = sorted({str(row["case_id"]) for row in tables["case_file"]})
    assert len(faults) < len(cases)
    broken, expected = tables, set()
    for fault, case in zip(faults, cases, strict=False):
        table, cells, reason = FAULTS[fault]
        broken = changed(broken, table, case, **cells)
        expected.add((table, case, reason))
    summary = run(write_csv(tmp_path / "in", broken), tmp_path / "out")
    told = [(table, case, why) for table, case, _, why in set_aside(tmp_path / "out")]
    for table, case, reason in expected:
        assert [(where, whose) for where, whose, why in told if reason in why] == [(table, case)]
    left_out = {case for _, case, _ in expected}
    assert {case for _, case, _ in told} == left_out
    assert lines_of(tmp_path / "out") == {key: line for key, line in lines_of(whole).items() if key[0] not in left_out}
    for name, counted in summary["rows"].items():
        own = sum(row["case_id"] in left_out for row in tables[name])
        assert counted == {"read": len(tables[name]), "decided": len(tables[name]) - own, "set_aside": own}


def test_duplicates_strangers_and_cases_without_a_source_are_set_aside(
    tables: Tables, whole: Path, tmp_path: Path
) -> None:
    """Each would lose a row or pay it twice."""
    twice, stranger, alone = (f"{CASES[0]}-{number}" for number in range(3))
    more = {name: list(rows) for name, rows in tables.items()}
    more["expense"] += [row for row in tables["expense"] if row["case_id"] == twice][:1]
    more["case_file"] = [row for row in more["case_file"] if row["case_id"] != stranger]
    more["funding_source"] = [row for row in more["funding_source"] if row["case_id"] != alone]
    more["plan_year"] = [row for row in more["plan_year"] if row["case_id"] != alone]
    for name in ("submission", "reimbursement", "clause", "claim"):
        more[name] = [row for row in more[name] if row["case_id"] != alone]
    summary = run(write_parquet(tmp_path / "in", more), tmp_path / "out")
    told = {(case, why) for table, case, _, why in set_aside(tmp_path / "out") if table == "expense"}
    assert (twice, "stands there more than once; give each row an id of its own") in told
    assert (stranger, "belongs to a case that case_file does not have") in told
    assert any(case == alone and why.startswith("has no funding source") for case, why in told)
    left = lines_of(whole)
    assert lines_of(tmp_path / "out") == {k: v for k, v in left.items() if k[0] not in (twice, stranger, alone)}
    assert all(one["read"] == one["decided"] + one["set_aside"] for one in summary["rows"].values())


def test_what_is_no_fault_but_worth_a_look_is_told(tables: Tables, tmp_path: Path) -> None:
    """Letters that overlap, a payer nobody knows, a day after the law that is known."""
    case = f"{CASES[0]}-0"
    letter = next(row for row in tables["letter"] if row["case_id"] == case)
    more = {**tables, "letter": [*tables["letter"], {**letter, "id": "again"}]}
    more = changed(changed(more, "funding_source", payer="nobody"), "expense", served_on=date(2031, 1, 5))
    found = run(write_csv(tmp_path / "in", more), tmp_path / "out")["findings"]
    assert {one["finding"] for one in found} == {"letters_overlap", "payer_without_profile", "day_after_the_law_known"}
    assert {one["example"] for one in found} == {case}


def test_what_cannot_be_meant_is_told_before_anything_runs(tables: Tables, tmp_path: Path) -> None:
    """Every fault of the whole folder at once, and no line decided."""
    folder = write_csv(tmp_path / "in", tables)
    text = (folder / "expense.csv").read_text(encoding="utf-8")
    (folder / "expense.csv").write_text(text.replace("served_on", "serverd_on", 1), encoding="utf-8")
    (folder / "leter.csv").write_text("case_id\n", encoding="utf-8")
    with duckdb.connect(config={"temp_directory": ""}) as db:
        (folder / "receipt.csv").unlink()
        db.execute(
            f"COPY (SELECT 'c' AS case_id, 'r' AS id, now() AS paid_on) TO '{folder / 'receipt.parquet'}' (FORMAT parquet)"
        )
    with pytest.raises(FormatError) as raised:
        run(folder, tmp_path / "out")
    faults = "\n".join(raised.value.faults)
    assert "expense.serverd_on is no column of ours; did you mean served_on?" in faults
    assert "expense.served_on is missing; add it, empty where it is not known" in faults
    assert "leter.csv is no table of ours; did you mean letter?" in faults
    assert "receipt.paid_on is TIMESTAMP WITH TIME ZONE, not DATE: give the local day" in faults
    assert not (tmp_path / "out" / "parts").exists()


def test_a_broken_line_of_a_text_file_stops_the_run(tables: Tables, tmp_path: Path) -> None:
    """Whose case it belongs to cannot be told, so nobody's money may move without it."""
    folder = write_csv(tmp_path / "in", tables)
    with (folder / "expense.csv").open("a", encoding="utf-8") as file:
        file.write('just,three,"words\n')
    with pytest.raises(FormatError):
        run(folder, tmp_path / "out")
    assert not (tmp_path / "out" / "parts").exists()


@pytest.mark.parametrize("wrong", [Wishes(memory="much"), Wishes(threads=0), Wishes(parts=0)])
def test_a_setting_that_cannot_be_is_told_first(wrong: Wishes, folder: Path, tmp_path: Path) -> None:
    """Before a folder is made or a row read."""
    with pytest.raises(SettingError):
        run(folder, tmp_path / "out", wrong)
    assert not (tmp_path / "out" / "parts").exists()


def test_two_runs_are_never_mixed(folder: Path, tables: Tables, tmp_path: Path) -> None:
    """Half of one book beside half of another would look whole."""
    run(folder, tmp_path / "out")
    before = results_of(tmp_path / "out")
    other = write_csv(tmp_path / "in", changed(tables, "expense", charge_cents=1))
    with pytest.raises(SettingError, match="other tables"):
        run(other, tmp_path / "out")
    with pytest.raises(SettingError, match="another number of parts"):
        run(folder, tmp_path / "out", Wishes(parts=3))
    run(folder, tmp_path / "out")
    assert results_of(tmp_path / "out") == before


def test_a_full_disk_is_told_and_what_is_finished_stays(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second part finds no room; with room it goes on from there."""
    flush, calls = disk.flush, []

    def full(target: Path) -> None:
        calls.append(target)
        if target.name == ".0001.half":
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(target)

    monkeypatch.setattr(disk, "flush", full)
    with pytest.raises(StoreError, match="is full") as raised:
        run(folder, tmp_path, Wishes(parts=3))
    assert raised.value.try_again
    assert [path.name for path in sorted((tmp_path / "parts").iterdir())] == [".0001.half", "0000"]
    monkeypatch.setattr(disk, "flush", flush)
    run(folder, tmp_path, Wishes(parts=3))
    assert results_of(tmp_path) == results_of(whole)


@pytest.mark.parametrize("finished", [1, 2, 4])
def test_a_run_that_is_killed_is_taken_up_where_it_was(
    folder: Path, whole: Path, tmp_path: Path, finished: int
) -> None:
    """kill -9 asks nobody: whatever is on the disk then must be whole or not be there."""
    words = [sys.executable, "-c", "from necessity.cli.main import main; main()", "adjudicate", str(folder)]
    words += ["-o", str(tmp_path), "--parts", "5", "--threads", "1", "--json"]
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    going = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + 120
    while going.poll() is None and time.monotonic() < ends:
        done = len(list((tmp_path / "parts").glob("[0-9]*"))) if (tmp_path / "parts").is_dir() else 0
        if done >= finished:
            break
        time.sleep(0.005)
    going.send_signal(signal.SIGKILL)
    going.wait()
    run(folder, tmp_path, Wishes(parts=5))
    assert results_of(tmp_path) == results_of(whole)
    assert not (tmp_path / "work").exists()


def test_a_trace_reads_like_the_single_case(folder: Path, whole: Path) -> None:
    """Who asks why a line was refused gets the words the patient got."""
    name = f"{CASES[1]}-0"
    wishes, judge = Wishes(parts=1), Judge(book(), program())
    lines = [key for key in lines_of(whole) if key[0] == name]
    assert write_traces(judge, folder, whole, wishes, (name,), "", lambda *_: None) == len(lines)
    text = (whole / "traces" / f"{name}.txt").read_text(encoding="utf-8")
    case = load_case(EXAMPLES / CASES[1]).case
    on = next(row["decided_on"] for row in rows_in(folder, "case_file") if row["case_id"] == name)
    decision = judge.decide(case, on)
    for route in decision.routes:
        for finding in route.findings if any(key[2] == route.funding_source for key in lines) else ():
            if finding.answer is not Answer.NOT_APPLICABLE:
                assert finding.rule in text
                assert finding.message in text
    with pytest.raises(SettingError, match="No decided line"):
        write_traces(judge, folder, whole, wishes, ("nobody",), "", lambda *_: None)
    with pytest.raises(SettingError, match="--trace-where"):
        write_traces(judge, folder, whole, wishes, (), "colour = 'red'", lambda *_: None)


def rows_in(folder: Path, table: str) -> list[dict[str, Any]]:
    return rows_of(f"{folder}/{table}.parquet")


def test_pended_cases_are_asked_what_the_single_case_asks(tables: Tables, tmp_path: Path) -> None:
    """A letter to ask for information names the question, whom to ask, and the lines that wait."""
    blanked = changed(tables, "letter", signed_on=None, signature=None)
    folder = write_parquet(tmp_path / "in", blanked)
    run(folder, tmp_path / "out")
    judge = Judge(book(), program())
    count = write_requests(judge, folder, tmp_path / "out", Wishes(parts=2), lambda *_: None)
    asked = [json.loads(line) for line in (tmp_path / "out" / "requests.ndjson").read_text("utf-8").splitlines()]
    assert len(asked) == count
    assert {one["case_id"] for one in asked} <= {
        key[0] for key, line in lines_of(tmp_path / "out").items() if line[5] == "pended"
    }
    mine = [one for one in asked if one["case_id"] == tables["letter"][0]["case_id"]]
    assert any(one["fact"].startswith("letter_signed_on@") and one["asked_of"] and one["lines"] for one in mine)


def test_every_outcome_has_its_reason(whole: Path) -> None:
    """A line that is not paid says which rule; a number to send only where one surely fits."""
    rules = {row["rule"]: row for row in rows_of(f"{whole}/rules.parquet")}
    for row in rows_of(f"{whole}/parts/*/lines.parquet"):
        if row["outcome"] == Outcome.PAYABLE.value:
            assert (row["reason"], row["adjustment_reason"]) == (None, None)
            assert row["payable_cents"] > 0
        else:
            rule = rules[row["reason"]]
            mask = (
                "unknown"
                if row["outcome"] == "pended" and not row[f"failed_{rule['word']}"] >> rule["bit"] & 1
                else "failed"
            )
            assert row[f"{mask}_{rule['word']}"] >> rule["bit"] & 1
            assert row["adjustment_reason"] == (rule["adjustment_reason"] if row["outcome"] == "not_payable" else None)


def test_a_synthetic_book_is_decided_as_it_was_made(tmp_path: Path) -> None:
    """Both the book and the run are ours, yet made apart: the verdict of a line is how its fault was planted."""
    synthesize(plan_book(1500, 11, date(2026, 6, 30), USUAL), tmp_path / "book")
    done = necessity(["adjudicate", str(tmp_path / "book" / "tables"), "-o", str(tmp_path / "out"), "--threads", "1"])
    assert done == 0
    keys = "case_id, expense_id, funding_source_id, outcome, payable_cents"
    lines, expected = (
        set(duckdb.sql(f"SELECT {keys} FROM read_parquet('{tmp_path / place}')").fetchall())
        for place in ("out/parts/*/lines.parquet", "book/expected/*.parquet")
    )
    assert lines == expected
    assert len(lines) == 1500
