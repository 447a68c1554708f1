"""Patterns over a whole book: what was planted is found, and a book as it should be shows nothing."""

import csv
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from necessity.adjudication.patterns.catalogue import PATTERNS
from necessity.adjudication.synthetic.faults import PLANTED_PATTERNS
from necessity.cli.main import run
from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.patterns import find_patterns, read_limits
from necessity.workflow.synthesize import USUAL, plan_book, synthesize

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "book"
    synthesize(plan_book(20_000, 3, DAY, USUAL), folder)
    return folder


def found(folder: Path, **more: object) -> dict[str, int]:
    return {count.pattern.id: count.findings for count in find_patterns(folder / "tables", **more).counts}


def test_every_planted_pattern_is_found(planted: Path) -> None:
    """A search that misses what was put there finds nothing that was not."""
    counts = found(planted)
    assert {one.id for one in PLANTED_PATTERNS if not counts[one.id]} == set()


@pytest.mark.parametrize("pattern", ["same_image", "stretched_receipt", "long_day", "entered_twice", "family_double"])
def test_a_pattern_finds_the_very_lines_it_was_planted_on(pattern: str, planted: Path, tmp_path: Path) -> None:
    """As many findings as were planted, and at the same places."""
    import duckdb

    find_patterns(planted / "tables", tmp_path / "found.parquet")
    query = f"SELECT case_id || '/' || expense_id FROM '{planted}/expected/*.parquet' WHERE pattern = '{pattern}'"
    there = {row[0] for row in duckdb.sql(query).fetchall()}
    examples = f"SELECT unnest(examples) FROM '{tmp_path}/found.parquet' WHERE pattern = '{pattern}'"
    seen = {str(row[0]).replace("/R", "/E") for row in duckdb.sql(examples).fetchall()}
    assert there
    assert there <= seen


def test_a_clean_book_shows_nothing(tmp_path: Path) -> None:
    """A search that finds something everywhere is read by nobody."""
    plan = plan_book(20_000, 3, DAY, {}, patterns=False)
    synthesize(plan, tmp_path / "book")
    assert set(found(tmp_path / "book").values()) == {0}


@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_any_kind_of_file_gives_the_same_findings(ending: str, tmp_path: Path) -> None:
    """The form of a table says nothing about what is in it."""
    plan = plan_book(3000, 4, DAY, USUAL)
    synthesize(plan, tmp_path / "parquet")
    synthesize(plan, tmp_path / ending, ending=ending)
    for name in ("parquet", ending):
        find_patterns(tmp_path / name / "tables", tmp_path / f"{name}.found")
    assert (tmp_path / "parquet.found").read_bytes() == (tmp_path / f"{ending}.found").read_bytes()


def write(folder: Path, table: str, rows: Iterable[dict[str, object]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TABLES[table].columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_one_session_claimed_from_two_sources_is_found(tmp_path: Path) -> None:
    """The commonest double payment: the plan and the account are both asked for all of it."""
    sources = [
        ("k1", "plan", "filed", ""),
        ("k2", "fsa", "filed", ""),
        ("k3", "fsa", "draft", ""),
        ("k4", "fsa", "filed", "7"),
    ]
    write(
        tmp_path / "t",
        "claim",
        [
            {"case_id": "ada", "id": id, "funding_source": s, "state": state, "frequency": f}
            for id, s, state, f in sources
        ],
    )
    expenses = {"k1": "s1", "k2": "s1", "k3": "s2", "k4": "s2"}
    write(
        tmp_path / "t",
        "service_line",
        [{"case_id": "ada", "claim_id": k, "id": "1", "expense": e, "charge_cents": 8500} for k, e in expenses.items()],
    )
    counts = {c.pattern.id: c for c in find_patterns(tmp_path / "t").counts}
    assert counts["claimed_twice"].findings == 1
    assert counts["claimed_twice"].first == ("ada/s1", 2, ("ada/k1", "ada/k2"))


def test_an_insurer_and_an_account_together_above_cost_are_found(tmp_path: Path) -> None:
    """60 and 40 dollars of 85 are too much; 60 and 25 are not."""
    folder = tmp_path / "t"
    write(folder, "expense", [{"case_id": "ada", "id": id, "charge_cents": 8500} for id in ("s1", "s2")])
    write(folder, "claim", [{"case_id": "ada", "id": f"k{n}", "funding_source": "plan"} for n in (1, 2)])
    write(
        folder,
        "service_line",
        [{"case_id": "ada", "claim_id": f"k{n}", "id": "1", "expense": f"s{n}"} for n in (1, 2)],
    )
    write(
        folder, "remittance", [{"case_id": "ada", "id": f"r{n}", "claim": f"k{n}", "paid_cents": 6000} for n in (1, 2)]
    )
    write(
        folder,
        "reimbursement",
        [{"case_id": "ada", "id": f"b{n}", "expense": f"s{n}", "amount_cents": c} for n, c in ((1, 4000), (2, 2500))],
    )
    count = next(c for c in find_patterns(folder).counts if c.pattern.id == "paid_above_cost")
    assert (count.findings, count.cents, count.first and count.first[0]) == (1, 1500, "ada/s1")


def test_what_cannot_be_searched_is_said(tmp_path: Path) -> None:
    """Silence would read as nothing found."""
    write(tmp_path / "t", "letter", [])
    counts = {c.pattern.id: c for c in find_patterns(tmp_path / "t").counts}
    assert counts["same_text"].missing == ("letter_text", "clinician")
    assert counts["letters_a_day"].missing == ("clinician",)


def test_a_threshold_can_be_set_otherwise(planted: Path) -> None:
    """Ours are only ours."""
    assert found(planted, limits=read_limits("letters_a_day.letters=100000"))["letters_a_day"] == 0


@pytest.mark.parametrize(
    "text", ["letters_a_day=3", "nothing.at=3", "letters_a_day.letters=0", "letters_a_day.letters=x"]
)
def test_a_threshold_that_cannot_be_is_refused(text: str) -> None:
    """A mistyped threshold must not be dropped in silence."""
    with pytest.raises(SettingError, match="does not understand"):
        read_limits(text)


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    """A broken file must not end in a trace nobody can read."""
    (tmp_path / "expense.parquet").write_bytes(b"not a table")
    with pytest.raises(FormatError, match="cannot be searched"):
        find_patterns(tmp_path)
    with pytest.raises(SettingError, match="not a folder"):
        find_patterns(tmp_path / "nowhere")


def test_every_pattern_says_why_it_is_only_a_hint() -> None:
    """A pattern read as proof does harm."""
    for pattern in PATTERNS:
        assert len(pattern.hint_only) > 30, pattern.id
        assert set(pattern.reads) <= {*TABLES, "letter_text", "receipt_image"}


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From nothing to a book and its findings, in two commands."""
    book = tmp_path / "book"
    assert run(["synth", "-o", str(book), "--lines", "3000", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["expected"] == 3000
    assert run(["patterns", str(book / "tables"), "-o", str(tmp_path / "found.parquet"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {one["pattern"] for one in said["patterns"]} == {pattern.id for pattern in PATTERNS}
    assert (tmp_path / "found.parquet").exists()
    assert run(["patterns", str(book / "tables")]) == 0
    assert "only a hint:" in capsys.readouterr().out
    assert run(["synth", "-o", str(book)]) == 2
    assert "is there already" in capsys.readouterr().err
