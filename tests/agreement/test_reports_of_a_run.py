"""Reports and samples say what the lines of a run say, and nothing else."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from necessity.cli.main import run as necessity
from necessity.codesets.icd10cm.book import shipped
from necessity.errors import FormatError, SettingError
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.sample import FORM, draw, form, read_back
from necessity.workflow.synthesize import USUAL, plan_book, synthesize
from necessity.workflow.use_chart import chart
from necessity.workflow.use_report import DIMENSIONS, Run, use_of, write_report
from tests.books import rows_of
from tests.shipped import book


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic book and its run."""
    here = tmp_path_factory.mktemp("reports")
    synthesize(plan_book(1500, 5, date(2026, 6, 30), dict(USUAL)), here / "book")
    adjudicate(book(), shipped(), here / "book" / "tables", here / "out", Wishes(parts=4))
    return here


@pytest.fixture
def run(folder: Path) -> Run:
    return Run(folder / "out")


def rows_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_every_dimension_adds_up_to_the_lines(run: Run, folder: Path) -> None:
    """Whatever it is cut by, a book has the same lines and the same money."""
    lines = rows_of(f"{folder}/out/parts/*/lines.parquet")
    report = use_of(run)
    assert report.total.lines == len(lines)
    assert report.total.payable_cents == sum(row["payable_cents"] or 0 for row in lines)
    for name in DIMENSIONS:
        assert sum(share.lines for share in report.shares[name]) == len(lines)
        assert sum(share.payable_cents for share in report.shares[name]) == report.total.payable_cents
    outcomes = Counter(row["outcome"] for row in lines)
    assert {share.value: share.lines for share in report.shares["outcome"]} == outcomes
    assert sum(lines for _, _, lines in report.by_month) == len(lines)


def test_members_are_people_not_lines(run: Run, folder: Path) -> None:
    """One member with forty sessions is one member."""
    sources = rows_of(f"{folder}/book/tables/funding_source/*.parquet")
    named = {(row["case_id"], row["id"]): (row["payer"] or "generic", row["member_id"]) for row in sources}
    lines = rows_of(f"{folder}/out/parts/*/lines.parquet")
    members = {named[row["case_id"], row["funding_source_id"]] for row in lines}
    assert use_of(run).total.members == len(members)


def test_the_files_say_the_same_as_the_report(run: Run, folder: Path, tmp_path: Path) -> None:
    """Figures in a spreadsheet and on the screen must not differ."""
    report = use_of(run)
    files = write_report(Run(folder / "out", out=tmp_path), tmp_path, chart(report, "Use"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
    crossed = rows_in(tmp_path / "use_crossed.csv")
    assert sum(int(row["lines"]) for row in crossed) == report.total.lines
    each = [row for row in rows_in(tmp_path / "use.csv") if row["dimension"] == "payer"]
    assert {row["value"]: int(row["members"]) for row in each} == {
        share.value: share.members for share in report.shares["payer"]
    }
    members = rows_in(tmp_path / "members.csv")
    assert len(members) == report.total.members
    assert max(int(row["sessions"]) for row in members) == report.most_sessions
    assert sum(int(row["sessions"]) for row in members) == report.total.sessions
    assert all(int(row["sessions_paid"]) <= int(row["sessions"]) for row in members)
    assert len(rows_in(tmp_path / "letters.csv")) == len(rows_of(f"{folder}/out/letters.parquet"))
    over = rows_in(tmp_path / "recoveries.csv")
    assert over
    assert all(row["says"] and row["steps"] for row in over)
    assert not list((folder / "out").glob("*.half"))


def test_the_chart_is_whole_and_says_its_numbers_in_words(run: Run) -> None:
    """Who cannot see it must be able to hear it."""
    report = use_of(run)
    tree = ElementTree.fromstring(chart(report, "Use & money <2026>"))
    described = "".join(tree.itertext())
    for month, outcome, lines in report.by_month:
        assert f"{lines:,} {outcome.replace('_', ' ')}" in described
        assert month[:7] in described
    bars = [one for one in tree.iter("{http://www.w3.org/2000/svg}rect") if one.get("class") and one.get("rx") is None]
    assert len(bars) == len(report.by_month)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """A report of nothing would look like a plan without claims."""
    with pytest.raises(SettingError, match="no finished run"):
        Run(tmp_path)
    assert necessity(["report", str(tmp_path)]) == 2


def test_the_same_seed_draws_the_same_lines_whatever_the_parts(run: Run, folder: Path, tmp_path: Path) -> None:
    """A sample that cannot be drawn again cannot be defended."""
    adjudicate(book(), shipped(), folder / "book" / "tables", tmp_path / "out", Wishes(parts=2, threads=1))
    other = Run(tmp_path / "out")
    one = draw(run, 60, 7, ("outcome", "payer"))
    assert one == draw(other, 60, 7, ("outcome", "payer"))
    assert one != draw(run, 60, 8, ("outcome", "payer"))
    assert len({drawn.line for drawn in one.drawn}) == 60


def test_strata_are_those_of_the_lines(run: Run, folder: Path) -> None:
    """Each outcome gets its share and at least one line."""
    outcomes = Counter(row["outcome"] for row in rows_of(f"{folder}/out/parts/*/lines.parquet"))
    found = draw(run, 40, 7, ("outcome",))
    assert {drawn.stratum: drawn.stratum_lines for drawn in found.drawn} == outcomes
    assert all(drawn.stratum == drawn.outcome for drawn in found.drawn)
    assert not found.left_out
    few = draw(run, 1, 7, ("outcome",))
    assert len(few.drawn) == 1
    assert sum(few.left_out.values()) + few.drawn[0].stratum_lines == sum(outcomes.values())


def test_more_than_there_are_draws_all(run: Run, folder: Path) -> None:
    """A small plan is looked at whole."""
    found = draw(run, 10**6, 1, ())
    assert len(found.drawn) == len(rows_of(f"{folder}/out/parts/*/lines.parquet"))


def filled(run: Run, verdicts: list[str]) -> str:
    """Fill a form in, a verdict a row."""
    rows = list(csv.reader(form(draw(run, len(verdicts), 7, ("outcome",)).drawn, "book/my tables", "run").splitlines()))
    place = FORM.index("verdict")
    for row, verdict in zip(rows[1:], verdicts, strict=True):
        row[place] = verdict
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


def test_a_filled_in_form_gives_the_rate_of_agreement(run: Run) -> None:
    """How often a person who looks agrees, and how sure that is."""
    verdicts = ["agree"] * 30 + ["DISAGREE ", "unsure", "", *["agree"] * 7]
    found = read_back(run, filled(run, verdicts), "form.csv")
    assert (found.total.drawn, found.total.reviewed, found.total.agreed) == (40, 38, 37)
    assert found.total.low is not None
    assert found.total.high is not None
    assert found.total.low < 37 / 38 < found.total.high
    assert len(found.disagreed) == 1
    assert sum(one.drawn for one in found.strata) == 40
    assert found.weighted is not None


def test_a_stratum_nobody_looked_at_has_no_rate(run: Run) -> None:
    """Nothing reviewed is not the same as nothing wrong."""
    found = read_back(run, filled(run, [""] * 20), "form.csv")
    assert found.total.rate is None
    assert found.weighted is None
    assert all(one.low is None for one in found.strata)


def broken(text: str) -> dict[str, tuple[str, str]]:
    lines = text.splitlines()
    return {
        "a verdict that is none": (text.replace('"agree"', '"fine"', 1), "is no verdict"),
        "a line twice": ("\n".join([*lines, lines[1]]), "stands there twice"),
        "of another run": (text.replace('"C0', '"X0', 1), "of another run"),
        "no rows": (lines[0] + "\n", "has no rows"),
        "another table": ("a,b\n1,2\n", "has no column"),
        "nothing": ("", "has no rows"),
    }


@pytest.mark.parametrize("what", list(broken("\n\n")))
def test_a_form_that_is_not_right_is_told_with_its_rows(what: str, run: Run) -> None:
    """A rate over the wrong lines is worse than none."""
    text, fault = broken(filled(run, ["agree"] * 30))[what]
    with pytest.raises(FormatError) as told:
        read_back(run, text, "form.csv")
    assert any(fault in one for one in told.value.faults)


@pytest.mark.parametrize(("n", "by"), [(0, ("outcome",)), (5, ("colour",))])
def test_wishes_that_cannot_be_are_told(n: int, by: tuple[str, ...], run: Run) -> None:
    """Before anything is drawn."""
    with pytest.raises(SettingError):
        draw(run, n, 1, by)


def test_the_commands_work_from_run_to_rate(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Draw, look one line's reasoning up by the command in the form, fill it in, read it back."""
    tables, out, file = str(folder / "book" / "tables"), str(folder / "out"), tmp_path / "sample.csv"
    command = ["sample", out, "--n", "10", "--seed", "7", "--by", "outcome,payer", "--tables", tables]
    assert necessity([*command, "-o", str(file)]) == 0
    rows = rows_in(file)
    assert len(rows) == 10
    trace = rows[0]["trace"].split()
    assert necessity([*trace[1:], "--parts", "4", "--json"]) == 0
    assert list((folder / "out" / "traces").glob("*.txt"))
    capsys.readouterr()
    assert necessity(["sample", out, "--read", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["reviewed"] == 0
    assert necessity(["report", out, "-o", str(tmp_path / "report"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["by"]) == set(DIMENSIONS)
    assert necessity(["report", out]) == 0
    assert "training" in capsys.readouterr().out
