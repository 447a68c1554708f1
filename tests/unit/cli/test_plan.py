"""`necessity plan` from outside: exit codes, one JSON document, words that promise nothing."""

import json
from pathlib import Path

import pytest

from necessity.domain.funding_plan import FundingPlan
from necessity.rulebook.words import words
from necessity.stores.folder import save_case
from tests import cast
from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.docs.test_words import SOURCES, promises

JOURNEY = str(EXAMPLES / "12_journey_fsa_runs_dry")
PLANNED = sorted(path.parent for path in EXAMPLES.glob("*/case.toml"))


def test_a_plan_without_open_questions_ends_with_0(shell: Shell) -> None:
    """A script goes by the exit code."""
    ran = shell("plan", JOURNEY, "--on", "2026-04-01")
    assert (ran.code, ran.err) == (0, "")
    assert "40 sessions ahead take $3,400.00 (14 Apr 2026 … 27 Aug 2026)." in " ".join(ran.out.split())
    assert "Empty on 27 Aug 2026." in ran.out


def test_a_plan_with_open_questions_ends_with_1_and_says_how_to_answer(shell: Shell) -> None:
    """The question and what to type stand together."""
    ran = shell("plan", str(EXAMPLES / "09_half_unknown"), "--on", "2026-05-01")
    assert (ran.code, ran.err) == (1, "")
    assert "What is missing" in ran.out
    assert "How much is in the HSA hsa?" in ran.out


def test_json_is_one_document_and_can_be_read_back(shell: Shell) -> None:
    """Other programs read it."""
    ran = shell("plan", JOURNEY, "--on", "2026-04-01", "--json")
    made = FundingPlan.model_validate_json(ran.out)
    assert (made.case, made.accounts[0].planned_cents) == ("12_journey_fsa_runs_dry", 340_000)
    assert set(json.loads(ran.out)) == set(FundingPlan.model_fields)


def test_price_days_and_end_can_be_tried_out(shell: Shell, tmp_path: Path) -> None:
    """What if it cost 100 dollars on Mondays, until the end of May? Nothing is saved."""
    folder = tmp_path / "bruno"
    save_case(folder, cast.bruno(), None)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    typed = ("--price", "$100", "--weekdays", "Monday", "--until", "2026-05-31")
    ran = shell("plan", str(folder), "--on", "2026-05-01", *typed, "--json")
    made = FundingPlan.model_validate_json(ran.out)
    assert (made.training.sessions, made.training.cost_cents, made.training.weekdays) == (4, 40_000, ("mon",))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--price", "much"), "no amount of money"),
        (("--weekdays", "someday"), "no days of the week"),
        (("--weekdays", ","), "no days of the week"),
        (("--until", "soon"), "no date"),
        (("--until", "2025-01-01"), "lies before"),
        (("--on", "today"), "no date"),
    ],
)
def test_a_wrong_option_is_told_with_what_to_write(shell: Shell, typed: tuple[str, ...], said: str) -> None:
    """Exit code 2, nothing on standard output."""
    given = ("--on", "2026-04-01") if "--on" not in typed else ()
    ran = shell("plan", JOURNEY, *given, *typed)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.replace("not an amount", "no amount")
    assert "→ " in ran.err


def test_a_folder_that_is_no_case_is_told(shell: Shell) -> None:
    """As by every other command."""
    assert shell("plan", "nowhere").code == 2


@pytest.mark.parametrize("folder", PLANNED, ids=lambda folder: folder.name)
def test_every_example_can_be_planned_and_nothing_is_promised(shell: Shell, folder: Path) -> None:
    """A plan is read as our word; who decides stands beside every account."""
    ran = shell("plan", str(folder), "--on", "2026-04-10")
    assert (ran.code <= 1, ran.err) == (True, "")
    assert promises(ran.out, SOURCES) == []
    assert words().notice in " ".join(ran.out.split())
    numbered = [line for line in ran.out.splitlines() if line[:2].rstrip(".").isdigit()]
    assert len(numbered) == len([line for line in ran.out.splitlines() if "decide" in line and line.startswith("   ")])


@pytest.mark.parametrize("name", ["09_half_unknown", "13_journey_package_over_new_year"])
def test_the_texts_of_a_plan_promise_nothing(shell: Shell, name: str) -> None:
    """A page of ours, or of somebody else, may show each of them."""
    made = FundingPlan.model_validate_json(shell("plan", str(EXAMPLES / name), "--on", "2026-12-01", "--json").out)
    texts = [*made.assumes, *(ask.question for ask in made.asks)]
    texts += [text for a in made.accounts for text in (*a.saves_assumes, a.order_words, a.decided_by)]
    texts += [text for a in made.accounts for h in a.hindrances for text in (h.message, h.next_step)]
    assert [said for text in texts for said in promises(text)] == []
    assert all(account.decided_by for account in made.accounts)
