"""`necessity codes icd/search/load` from outside."""

import json
import subprocess
import sys

import pytest

from tests.console import Shell
from tests.unit.codesets.test_icd10cm_official import ORDER, TABULAR


@pytest.mark.parametrize(
    ("code", "on", "exit_code", "status"),
    [
        ("M54.50", "2026-05-01", 0, "valid"),
        ("m5450", "2026-05-01", 0, "valid"),
        ("M54.5", "2021-10-01", 1, "header"),
        ("E66.813", "2024-09-15", 1, "absent"),
        ("I10", "2026-11-26", 1, "not_loaded"),
    ],
)
def test_a_code_is_answered_in_words_and_in_json(shell: Shell, code: str, on: str, exit_code: int, status: str) -> None:
    """A script reads the exit code and four keys; a person reads a sentence."""
    ran = shell("codes", "icd", code, "--on", on, "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["status"], said["on"], ran.err) == (exit_code, status, on, "")
    assert {"code", "on", "status", "suggest"} <= set(said)
    words = shell("codes", "icd", code, "--on", on, "--notes")
    assert (words.code, words.err) == (exit_code, "")
    assert said["code"] in words.out
    assert all(one in words.out for one in said["suggest"])


def test_a_single_change_names_its_source(shell: Shell) -> None:
    """Where no edition answers, the reader must see what does."""
    ran = shell("codes", "icd", "M54.5", "--on", "2021-10-01", "--json")
    assert [one["kind"] for one in json.loads(ran.out)["citations"]] == ["common_practice"]
    assert "Source: " in shell("codes", "icd", "M54.5", "--on", "2021-10-01").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("icd", "97110-59"), "procedure code"),
        (("icd", "back pain"), "codes search"),
        (("icd", "M54.50", "--on", "soon"), "2026-06-30"),
        (("icd", "M54.50", "--codes", "nowhere"), "codes load"),
        (("load", "--into", "x"), "icd10cm_order"),
        (("load", "missing_2027.txt", "--into", "x"), "Check the path"),
        (("load", "order_2027.txt", "--into", "x", "--from", "soon"), "2026-10-01"),
    ],
)
def test_wrong_use_ends_with_2_and_a_way_on(shell: Shell, words: tuple[str, ...], told: str) -> None:
    """Nobody should have to guess what was meant."""
    (shell.folder / "order_2027.txt").write_bytes(ORDER)
    ran = shell("codes", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "→ " in ran.err


def test_a_year_is_loaded_and_then_known(shell: Shell) -> None:
    """From the published files to an answer in two commands."""
    (shell.folder / "icd10cm_order_2027.txt").write_bytes(ORDER)
    (shell.folder / "icd10cm_tabular_2027.xml").write_bytes(TABULAR)
    files = ("icd10cm_order_2027.txt", "icd10cm_tabular_2027.xml")
    loaded = shell("codes", "load", *files, "--into", "years")
    assert (loaded.code, loaded.err) == (0, "")
    assert "4 codes" in loaded.out
    asked = shell("codes", "icd", "M54.5A", "--on", "2026-11-26", "--codes", "years", "--json")
    assert (asked.code, json.loads(asked.out)["edition"]) == (0, "FY2027")
    assert shell("codes", "search", "only this test", "--on", "2026-11-26", "--codes", "years").code == 0


def test_a_broken_official_file_ends_with_3(shell: Shell) -> None:
    """An unreadable input is told apart from wrong use."""
    (shell.folder / "icd10cm_order_2027.txt").write_text("hello\n")
    ran = shell("codes", "load", "icd10cm_order_2027.txt", "--into", "years")
    assert (ran.code, ran.out) == (3, "")
    assert not (shell.folder / "years").exists()


def test_a_search_finds_or_says_what_to_try(shell: Shell) -> None:
    """The words of a clinician are rarely those of the tabular list."""
    found = shell("codes", "search", "low", "back", "pain", "--on", "2026-05-01", "--json")
    assert found.code == 0
    assert "M54.50" in {hit["code"] for hit in json.loads(found.out)["hits"]}
    assert "No edition of 2026-11-26 is loaded" in shell("codes", "search", "low back pain", "--on", "2026-11-26").out
    nothing = shell("codes", "search", "zzzz")
    assert (nothing.code, "Try fewer" in nothing.out) == (1, True)


def test_a_question_about_a_code_loads_no_engine() -> None:
    """The answer is wanted cold, in half a second; the engine alone takes longer."""
    program = (
        "import sys; from necessity.cli.main import run; run(['codes', 'icd', 'I10', '--on', '2026-05-01']);"
        "print(sorted({'duckdb', 'sqlglot', 'rich.table'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
