"""Example 21, a claim answered in part: its answers fit its claim, and what comes of them is kept and read."""

import json
from pathlib import Path

from necessity.domain.balances import ledger_of
from necessity.stores.folder import load_case
from necessity.workflow.posting.refusals import write_offs
from tests.conftest import EXAMPLES, Golden
from tests.console import Command, Shell, steps_of
from tests.docs.test_examples import examples as examples  # the fixture
from tools.make_example_answers import answers

NAME = "21_insurance_claim_answered"
FOLDER = EXAMPLES / NAME


def followed(shell: Shell) -> Path:
    """Run every command of the page; gives the case as it is then."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for step in steps_of(page):
        assert isinstance(step, Command)
        ran = shell(*step.words)
        assert (ran.code <= 1, ran.err) == (True, ""), step.words
    return shell.folder / "examples" / NAME


def test_the_answers_are_in_step_with_the_claim() -> None:
    """An answer to another claim would meet none."""
    (claim,) = load_case(FOLDER).case.claims
    kept = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "answers").iterdir()}
    assert kept == answers(claim), "run: python tools/make_example_answers.py"


def test_message_appeal_and_ledger_are_as_they_are_kept(examples: Shell, golden: Golden) -> None:
    """The whole road from the draft to the appeal, to the cent."""
    case = followed(examples)
    golden.check(FOLDER / "expected" / "claim.x12", (examples.folder / "claim.x12").read_text(encoding="utf-8"))
    golden.check(FOLDER / "expected" / "appeal.txt", (examples.folder / "appeal.txt").read_text(encoding="utf-8"))
    ledger = ledger_of(load_case(case).case, write_offs())
    golden.check(FOLDER / "expected" / "ledger.json", json.dumps(ledger.model_dump(mode="json"), indent=2) + "\n")


def test_the_record_knows_each_day_without_being_told(examples: Shell) -> None:
    """Filed, received, answered, appealed: nothing of it was written by hand."""
    case = load_case(followed(examples)).case
    (claim,), (denial,) = case.claims, case.denials
    assert (claim.state, str(claim.filed_on)) == ("appealed", "2024-09-03")
    assert (denial.reason, str(denial.appealed_on)) == ("50", "2024-10-02")
    assert denial.lines == ("s1-2", "s2-2", "s3-2", "s4-2")
    (ledger,) = ledger_of(case, write_offs()).claims
    assert (ledger.charged_cents, ledger.paid_by_me_cents, ledger.paid_cents) == (48_000, 12_000, 19_608)
    assert ledger.open_cents == 48_000 - 19_608
