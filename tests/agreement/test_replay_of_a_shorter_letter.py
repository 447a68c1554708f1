"""Replay on an example: an administrator lets letters live six months instead of twelve."""

import csv
import io
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from necessity.adjudication.replay import Replay, RuleTurn, Share
from necessity.cli.main import run as necessity
from necessity.codesets.at_hand import shipped
from necessity.domain.case import Case
from necessity.domain.decision import Outcome
from necessity.domain.tables import Tables, tables_of
from necessity.errors import SettingError
from necessity.parameters.load import BUILT_IN
from necessity.rulebook.diff import diff
from necessity.rulebook.load import load
from necessity.stores.folder import load_case
from necessity.workflow.adjudicate import Wishes
from necessity.workflow.replay import by_rule, flips_csv, flips_parquet, in_words, money_csv, replay_cases
from necessity.workflow.replay_chart import chart
from necessity.workflow.replay_tables import TablesReplay, replay_tables
from tests.books import write_csv, write_parquet
from tests.conftest import EXAMPLES
from tests.shipped import book

ON = date(2026, 11, 20)
SIGNED = date(2026, 1, 5)
IN_FORCE, MONEY_LEFT = "us.letter_dates.is_in_force_on_the_day", "us.money.year_money_is_left"


def shorter(folder: Path) -> Path:
    """Write the changed profile."""
    text = (BUILT_IN / "payers" / "healthequity.toml").read_text(encoding="utf-8")
    assert text.count("letter_life_months = { is = 12,") == 1
    (folder / "payers").mkdir(parents=True)
    changed = text.replace("letter_life_months = { is = 12,", "letter_life_months = { is = 6,")
    (folder / "payers" / "healthequity.toml").write_text(changed, encoding="utf-8")
    return folder


def early() -> Case:
    """Take the example whose account runs dry, with a letter of early January: it then lives until 4 July."""
    case = load_case(EXAMPLES / "12_journey_fsa_runs_dry").case
    dates = {"signed_on": SIGNED, "effective_from": SIGNED, "effective_to": date(2026, 12, 31)}
    return case.model_copy(update={"letters": tuple(letter.model_copy(update=dates) for letter in case.letters)})


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    changed = load(shorter(tmp_path_factory.mktemp("operator")))
    return replay_cases([early()], (book(), ON), (changed, ON), shipped())


@cache
def held() -> dict[str, date]:
    return {session.id: session.served_on for session in early().sessions if session.served_on}


def test_sessions_after_six_months_lose_their_money_and_the_rule_is_named(replayed: Replay) -> None:
    """The administrator sees before the change goes live whom it hits, and why."""
    lost = [flip for flip in replayed.flips if flip.cents_before]
    assert [flip.expense for flip in lost] == [f"s{number}" for number in range(27, 43)]
    assert all(held()[flip.expense] > date(2026, 7, 4) for flip in lost)
    assert held()["s26"] <= date(2026, 7, 4)
    for flip in lost:
        assert flip[3:] == (
            *("health_fsa", "healthequity", Outcome.PAYABLE, Outcome.NOT_PAYABLE, 8500, 0),
            (RuleTurn(IN_FORCE, "met", "not_met"),),
        )


def test_money_that_is_left_by_some_lines_reaches_others(replayed: Replay) -> None:
    """A line can turn without a change of its own: the account is no longer empty, so a new letter would help."""
    gained = [flip for flip in replayed.flips if not flip.cents_before]
    assert [flip.expense for flip in gained] == [f"s{number}" for number in range(67, 79)]
    turns = (RuleTurn(IN_FORCE, "met", "not_met"), RuleTurn(MONEY_LEFT, "not_met", "met"))
    assert {(flip.before, flip.after, flip.by) for flip in gained} == {(Outcome.NOT_PAYABLE, Outcome.PENDED, turns)}


def test_the_money_adds_up(replayed: Replay) -> None:
    """Sixteen sessions of 85 dollars."""
    assert replayed.shares == (Share("health_fsa", "healthequity", 78, 28, 340000, 204000),)
    assert in_words(replayed) == (
        "28 of 78 lines get another answer or amount; $1,360.00 less payable ($3,400.00 → $2,040.00)."
    )


def test_each_rule_is_told_its_part(replayed: Replay) -> None:
    """Which rule to look at first."""
    assert by_rule(replayed) == [(IN_FORCE, 28, -136000), (MONEY_LEFT, 12, 0)]


def test_the_tables_hold_every_flip(replayed: Replay, tmp_path: Path) -> None:
    """What a spreadsheet opens says the same."""
    rows = list(csv.DictReader(io.StringIO(flips_csv(replayed))))
    assert len(rows) == 28
    assert rows[0]["expense_id"] == "s27"
    assert rows[0]["rules"] == f"{IN_FORCE}: met → not_met"
    assert list(csv.reader(io.StringIO(money_csv(replayed))))[1] == [
        *("health_fsa", "healthequity", "78", "28", "340000", "204000")
    ]
    flips_parquet(replayed, tmp_path / "flips.parquet")
    assert (tmp_path / "flips.parquet").read_bytes()[:4] == b"PAR1"


def test_the_chart_can_be_read_without_seeing_it(replayed: Replay) -> None:
    """Its description holds every number that is drawn."""
    root = ElementTree.fromstring(chart(replayed, "Letters of six months & twelve"))
    texts = {element.tag.rpartition("}")[2]: element.text or "" for element in root if element.text}
    assert root.attrib["role"] == "img"
    assert texts["title"] == "Letters of six months & twelve"
    assert "health fsa, healthequity · 28 of 78 lines: $3,400.00 before, $2,040.00 after" in texts["desc"]
    assert "prefers-color-scheme: dark" in texts["style"]


def test_nothing_turns_between_equal_rulebooks() -> None:
    """What is the same twice is told as the same, and nothing at all as nothing."""
    found = replay_cases([early()], (book(), ON), (book(), ON), shipped())
    assert (found.lines, found.flips, found.shares[0].cents_after) == (78, (), 340000)
    assert in_words(found) == "0 of 78 lines get another answer or amount; $3,400.00 payable as before."
    assert replay_cases([], (book(), ON), (book(), ON), shipped()) == Replay(0, (), ())


@pytest.mark.parametrize("write", [write_parquet, write_csv])
def test_tables_replay_as_their_cases(write: Callable[[Path, Tables], Path], replayed: Replay, tmp_path: Path) -> None:
    """An administrator's book, cut into parts, says what its cases say."""
    tables = {name: list(rows) for name, rows in tables_of(early(), ON).items()}
    stray = {**tables["expense"][0], "case_id": "nobody"}
    tables["expense"] = [*tables["expense"], stray]
    changed = load(shorter(tmp_path / "operator"))
    (tmp_path / "work").mkdir()
    found = replay_tables(
        *(write(tmp_path / "book", tables), (book(), None), (changed, ON)),
        *(shipped().diagnoses, tmp_path / "work", Wishes(parts=2)),
    )
    assert found == TablesReplay(replayed, 1)


def test_whole_cases_in_place_of_tables_are_refused(tmp_path: Path) -> None:
    """They say no payer that could be read beside the lines."""
    (tmp_path / "cases.ndjson").write_text("{}\n", encoding="utf-8")
    with pytest.raises(SettingError, match="whole cases"):
        replay_tables(tmp_path, (book(), ON), (book(), ON), shipped().diagnoses, tmp_path / "work", Wishes())


def test_the_command_writes_four_files_and_leaves_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both runs are put away again."""
    folder = write_parquet(tmp_path / "book", tables_of(early(), ON))
    given = [str(folder), "--rules-b", str(shorter(tmp_path / "operator")), "-o", str(tmp_path / "out")]
    assert necessity(["replay", *given]) == 0
    assert "28 of 78 lines get another answer or amount; $1,360.00 less payable" in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        *("flips.csv", "flips.parquet", "money.csv", "chart.svg"),
    }


def test_two_cases_of_one_name_are_refused() -> None:
    """Their lines could not be told apart."""
    with pytest.raises(SettingError, match="12_journey"):
        replay_cases([early(), early()], (book(), ON), (book(), ON), shipped())


def test_the_difference_is_said_in_words(tmp_path: Path) -> None:
    """Before the money, the change itself."""
    found = diff(book(), load(shorter(tmp_path / "operator")))
    assert [(one.what, one.name, one.how, one.words) for one in found] == [
        ("profile", f"healthequity {kind} letter_life_months", "changed", ("at all times: was 12, is 6.",))
        for kind in ("health_fsa", "hra")
    ]
