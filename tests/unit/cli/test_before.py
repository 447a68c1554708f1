"""`screen`, `checklist`, `calls`, `request`: what a person does before money is spent, from outside."""

import builtins
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from necessity.rulebook.load import load
from necessity.stores.folder import load_case, save_case
from tests import cast
from tests.conftest import EXAMPLES, GOLDEN, Golden
from tests.console import Shell

NEVER = re.compile(r"\b(covered|approved|qualif(?:y|ies|ied)|eligible|guaranteed?s?|payable)\b", re.IGNORECASE)
SHOWN = {
    "screen_kept_elsewhere": ("01_hsa_back_pain", ("screen", "case", "--on", "2026-06-30")),
    "checklist_hsa": ("01_hsa_back_pain", ("checklist", "case", "--on", "2026-03-05")),
    "checklist_fsa_waits_for_an_answer": ("14_journey_no_backdating", ("checklist", "case", "--on", "2026-05-12")),
    "checklist_half_unknown": ("09_half_unknown", ("checklist", "case", "--on", "2026-05-01")),
    "calls_knee": ("06_knee_replacement", ("calls", "case", "--on", "2026-06-30")),
    "calls_stipend": ("07_employer_stipend", ("calls", "case", "--on", "2026-06-30")),
}
REQUESTS = {
    "request_authorization_knee": ("06_knee_replacement", "authorization"),
    "request_predetermination_knee": ("06_knee_replacement", "predetermination"),
    "request_exception_stent": ("05_stent_commercial_plan", "exception"),
}


NOT_ASKED_YET = ("requires_authorization", "authorization_number", "has_fitness_benefit", "is_grandfathered")


def copied(shell: Shell, example: str) -> Path:
    """Copy an example; the knee's as it was before anybody called the plan."""
    folder = shell.folder / "case"
    shutil.copytree(EXAMPLES / example, folder)
    if example == "06_knee_replacement":
        lines = (folder / "case.toml").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(NOT_ASKED_YET)]
        (folder / "case.toml").write_text("".join(kept), encoding="utf-8")
    return folder


def sources() -> set[str]:
    """Names of sources, which may hold such a word."""
    book = load()
    cites = (cite for rule in book.rules.values() for version in rule.versions for cite in version.citations)
    return {" ".join(cite.where.split()) for cite in cites}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_printed_is_what_somebody_has_read(shell: Shell, golden: Golden, name: str) -> None:
    """The pages a patient prints; none of them promises."""
    example, words = SHOWN[name]
    copied(shell, example)
    ran = shell(*words)
    assert (ran.err, ran.code in (0, 1)) == ("", True)
    golden.check(GOLDEN / "cli" / f"{name}.expected", ran.out)
    flat = " ".join(ran.out.split())
    for where in sources():
        flat = flat.replace(where, "")
    assert NEVER.findall(flat) == []


@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_is_what_somebody_has_read(shell: Shell, golden: Golden, name: str) -> None:
    """A letter that goes out under the patient's name."""
    example, kind = REQUESTS[name]
    copied(shell, example)
    ran = shell("request", "case", "--as", kind, "-o", "out/letter.txt", "--on", "2026-07-01", "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["as"], said["to"], said["file"]) == (1, kind, "plan", "out/letter.txt")
    golden.check(GOLDEN / "cli" / f"{name}.expected", (shell.folder / "out" / "letter.txt").read_text("utf-8"))


@pytest.mark.parametrize("verb", ["screen", "checklist", "calls"])
def test_json_is_one_document_and_nothing_else(shell: Shell, verb: str) -> None:
    """A script reads it."""
    copied(shell, "05_stent_commercial_plan")
    ran = shell(verb, "case", "--on", "2026-06-30", "--json")
    assert ran.err == ""
    said = json.loads(ran.out)
    if verb == "screen":
        assert len(said["questions"]) == 10
        assert all(question["citations"] for question in said["questions"])
        assert said["letter_draft_is_safe"] is True
    if verb == "checklist":
        assert [step["id"] for step in said["steps"]][-1] == "start"
        assert {step["state"] for step in said["steps"]} <= {"done", "open", "not_needed"}
    if verb == "calls":
        assert said["sheets"][0]["member"]["Plan"] == "Example Group Health"


class _Typing:
    """A person at a terminal who types these lines and then leaves, by ending the input or by Ctrl-C."""

    def __init__(self, *lines: str, leaves: type[BaseException] = EOFError) -> None:
        self.lines: Iterator[str] = iter(lines)
        self.leaves = leaves

    def __call__(self, prompt: str = "") -> str:
        try:
            return next(self.lines)
        except StopIteration:
            raise self.leaves from None


class _Terminal:
    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str, leaves: type[BaseException] = EOFError) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(builtins, "input", _Typing(*lines, leaves=leaves))


def test_a_screen_asked_in_a_terminal_takes_the_place_of_the_last_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All ten answered with no, regular exercise with yes: nothing speaks against training."""
    folder = copied(shell, "01_hsa_back_pain")
    typed(monkeypatch, "no", "no", "no", "no", "perhaps", "no", "no", "yes", "no", "no", "no")
    ran = shell("screen", "case", "--on", "2026-06-30")
    assert ran.code == 0
    assert "screen_supervision_advised cannot be 'perhaps'" in ran.out
    patient = load_case(folder).case.patient
    assert (patient.red_flag_found, str(patient.red_flags_screened_on)) == (None, "2026-06-30")
    assert (patient.screen_chest_discomfort, patient.screen_active_now) == (False, True)


@pytest.mark.parametrize("leaves", [EOFError, KeyboardInterrupt])
def test_a_yes_to_a_red_flag_is_kept_even_where_the_rest_is_not_answered(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, leaves: type[BaseException]
) -> None:
    """The person closes the window, alarmed; the record must not forget it."""
    folder = copied(shell, "01_hsa_back_pain")
    typed(monkeypatch, "yes", leaves=leaves)
    ran = shell("screen", "case", "--on", "2026-06-30")
    assert ran.code == 1
    assert "See a clinician" in ran.out
    assert "No letter is drafted until then." in " ".join(ran.out.split())
    patient = load_case(folder).case.patient
    assert (patient.screen_chest_discomfort, patient.screen_faintness) == (True, None)


def test_answering_nothing_leaves_the_record_as_it_was(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times Enter is no screen, and must not look like a fresh one."""
    folder = copied(shell, "01_hsa_back_pain")
    before = (folder / "case.toml").read_bytes()
    typed(monkeypatch, *[""] * 10)
    shell("screen", "case", "--on", "2026-06-30")
    assert (folder / "case.toml").read_bytes() == before


def test_an_answer_by_telephone_is_kept_with_who_said_it(shell: Shell) -> None:
    """The answer is a fact, and the call stands beside it."""
    folder = copied(shell, "07_employer_stipend")
    source = load_case(folder).case.funding_sources[0].id
    said = f"programme_pays_in_cash@{source}=no"
    ran = shell("answer", "case", said, "--on", "2026-06-30", "--told-by", "Desk 4", "--reference", "R-77")
    assert (ran.code, ran.err) == (0, "")
    case = load_case(folder).case
    assert case.funding_sources[0].pays_in_cash is False
    call = case.calls[0]
    assert (call.id, call.spoke_with, call.reference, call.funding_source) == (
        "call-2026-06-30",
        "Desk 4",
        "R-77",
        source,
    )
    assert [(one.id, one.answer) for one in call.answers] == [(f"programme_pays_in_cash@{source}", "no")]
    assert "Desk 4, R-77" in shell("calls", "case", "--on", "2026-07-01").out


def test_a_request_to_nobody_in_particular_is_refused_with_the_choices(shell: Shell) -> None:
    """Ada has an HSA only: there is nobody to ask."""
    save_case(shell.folder / "ada", cast.ada(), None)
    ran = shell("request", "ada", "--as", "exception", "-o", "x.txt")
    assert (ran.code, ran.out) == (2, "")
    assert "--to" in ran.err
    assert not (shell.folder / "x.txt").exists()
    ran = shell("calls", "ada", "--to", "moon")
    assert ran.code == 2


def test_a_yes_to_a_red_flag_is_never_turned_away(shell: Shell) -> None:
    """The record says that an older screen found nothing; chest pain today takes its place."""
    folder = copied(shell, "01_hsa_back_pain")
    ran = shell("answer", "case", "screen_chest_discomfort=yes", "--on", "2026-06-30")
    assert (ran.code, ran.err) == (0, "")
    patient = load_case(folder).case.patient
    assert (patient.red_flag_found, patient.screen_chest_discomfort) == (None, True)
    assert shell("screen", "case", "--on", "2026-06-30").out.count("No letter is drafted until then.") == 1
    turned = shell("answer", "case", "red_flag_found=no", "--on", "2026-06-30")
    assert (turned.code, "drop red_flag_found" in turned.err) == (3, True)
