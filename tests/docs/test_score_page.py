"""The page on scoring works as it stands: a perfect system scores all, a careless one does not."""

import re
from contextlib import chdir
from datetime import date
from pathlib import Path

import duckdb
import pytest

from necessity.cli.main import run
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from tests.conftest import ROOT

PAGES = ("score-a-system.md", "look-for-patterns.md")


def page(name: str) -> str:
    return (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("answers", "right"), [("outcome", "1.0"), ("'payable' AS outcome", "0.")])
def test_the_score_is_what_the_page_says(
    answers: str, right: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of Python on the page are what people will paste."""
    synthesize(plan_book(2000, 7, date(2026, 6, 30), USUAL), tmp_path / "book")
    code = re.search(r"```python\n(.*?)```", page("score-a-system.md"), re.DOTALL)
    assert code
    lines = [line.removeprefix("   ") for line in code[1].splitlines()]
    with chdir(tmp_path):
        keys = "case_id, expense_id, funding_source_id, payable_cents"
        duckdb.sql("DROP VIEW IF EXISTS scored")
        duckdb.sql(f"COPY (SELECT {keys}, {answers} FROM 'book/expected/*.parquet') TO 'answers.parquet'")
        exec(compile("\n".join(lines), "score-a-system.md", "exec"), {})
    said = capsys.readouterr().out
    row = next(line for line in said.splitlines() if "2000" in line)
    assert row.split("│")[2].strip().startswith(right)


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_the_page_run(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not run teaches nobody."""
    commands = re.findall(r"^ *\$ necessity (.*)$", page(name), re.MULTILINE)
    assert commands
    with chdir(tmp_path):
        for command in commands:
            assert run(command.split()) == 0, command
    capsys.readouterr()
