"""The checklist before the first session: what is done, open or not needed, by record, decision and payer."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case, ListName
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import LetterSubmission
from necessity.domain.people import RED_FLAGS, Patient
from necessity.domain.training import ServiceStatus
from necessity.workflow.checklist import Step, StepState, checklist, is_ready
from tests import cast

DAY = date(2026, 3, 9)
FIRST = date(2026, 3, 12)
ANSWERS = {
    **dict.fromkeys(RED_FLAGS, False),
    "screen_known_disease": False,
    "screen_injury": False,
    "screen_active_now": True,
    "screen_vigorous_planned": False,
    "is_pregnant": False,
}


def ada(**patient: object) -> Case:
    """Ada before the first session: screened, diagnosed, ordered, a letter signed, an HSA."""
    case = cast.ada()
    values = {**case.patient.model_dump(), "red_flags_screened_on": date(2026, 3, 1), "red_flag_found": None}
    sessions = tuple(
        session.model_copy(update={"status": ServiceStatus.PLANNED, "served_on": FIRST})
        for session in case.sessions[:1]
    )
    return case.model_copy(
        update={"patient": Patient.model_validate({**values, **ANSWERS, **patient}), "sessions": sessions}
    )


def held_at(case: Case, payer: str, kind: FundingKind, *submissions: LetterSubmission) -> Case:
    """Let the account be somebody else's."""
    source = FundingSource(id="account", kind=kind, payer=payer, opened_on=date(2025, 1, 1))
    return case.model_copy(update={"funding_sources": (source,), "submissions": submissions})


def steps(judge: Judge, case: Case, on: date = DAY) -> dict[str, Step]:
    return {step.id: step for step in checklist(judge, case, judge.decide(case, on), on)}


def test_the_steps_stand_in_the_order_in_which_they_are_done(judge: Judge) -> None:
    """A letter asked for before the screen may be asked for in vain."""
    named = [id.partition(":")[0] for id in steps(judge, ada())]
    assert named == [
        "screen",
        "clearance",
        "diagnosis",
        "order",
        "letter",
        "send",
        "ask",
        "credential",
        "receipts",
        "start",
    ]


def test_a_screen_without_a_red_flag_is_done_on_its_day(judge: Judge) -> None:
    """And then no clearance is asked for."""
    made = steps(judge, ada())
    assert (made["screen"].state, made["screen"].done_on) == (StepState.DONE, date(2026, 3, 1))
    assert made["clearance"].state is StepState.NOT_NEEDED


def test_a_red_flag_opens_screen_and_clearance_and_says_why(judge: Judge) -> None:
    """Nothing else on the list matters as much."""
    made = steps(judge, ada(screen_faintness=True))
    assert (made["screen"].state, made["clearance"].state) == (StepState.OPEN, StepState.OPEN)
    assert "See a clinician" in made["screen"].why
    cleared = steps(judge, ada(screen_faintness=True, cleared_to_train_by="ghali", cleared_to_train_on=DAY))
    assert (cleared["screen"].state, cleared["clearance"].state) == (StepState.DONE, StepState.DONE)


def test_a_blank_is_open_never_not_needed(judge: Judge) -> None:
    """Nobody has said that there is no health plan, and no answer is no no."""
    made = steps(judge, Case(id="nobody"))
    assert {step.state for step in made.values()} == {StepState.OPEN}
    assert made["start"].by_on is None
    none_held = Case(id="nobody", complete=(ListName.FUNDING_SOURCES,))
    assert steps(judge, none_held)["ask"].state is StepState.NOT_NEEDED


@pytest.mark.parametrize(
    ("payer", "kind", "state"),
    [
        ("healthequity", FundingKind.HEALTH_FSA, StepState.OPEN),
        ("peoplekeep", FundingKind.HRA, StepState.NOT_NEEDED),
        ("healthequity", FundingKind.HSA, StepState.NOT_NEEDED),
    ],
)
def test_the_profile_says_whether_the_letter_goes_ahead_of_the_sessions(
    judge: Judge, payer: str, kind: FundingKind, state: StepState
) -> None:
    """HealthEquity lets a letter serve only after accepting it; PeopleKeep looks at the days it states."""
    step = steps(judge, held_at(ada(), payer, kind))["send:account"]
    assert (step.state, bool(step.citations)) == (state, True)


def test_an_accepted_letter_says_from_which_day_sessions_come_after_it(judge: Judge) -> None:
    """The day after, not the day itself."""
    letter = ada().letters[0].id
    sent = LetterSubmission(id="s", letter=letter, funding_source="account", sent_on=DAY)
    waiting = steps(judge, held_at(ada(), "healthequity", FundingKind.HEALTH_FSA, sent))["send:account"]
    assert (waiting.state, "the answer is not in the record" in waiting.why) == (StepState.OPEN, True)
    accepted = sent.model_copy(update={"is_approved": True, "approved_on": DAY})
    done = steps(judge, held_at(ada(), "healthequity", FundingKind.HEALTH_FSA, accepted))["send:account"]
    assert (done.state, done.done_on, "from 10 Mar 2026 on" in done.why) == (StepState.DONE, DAY, True)
    refused = sent.model_copy(update={"is_approved": False})
    again = steps(judge, held_at(ada(), "healthequity", FundingKind.HEALTH_FSA, refused))["send:account"]
    assert (again.state, "refused" in again.why) == (StepState.OPEN, True)


def test_a_credential_that_ends_before_the_first_session_is_open(judge: Judge) -> None:
    """What counts is the day of training, not today."""
    case = ada()
    held = case.trainers[0].certifications[0].model_copy(update={"expires_on": date(2026, 3, 11)})
    late = case.model_copy(update={"trainers": (case.trainers[0].model_copy(update={"certifications": (held,)}),)})
    assert steps(judge, case)["credential"].state is StepState.DONE
    assert steps(judge, late)["credential"].state is StepState.OPEN


def test_the_start_waits_for_what_is_open_and_never_promises(judge: Judge) -> None:
    """Even with every step done, somebody else decides."""
    case = ada()
    made = checklist(judge, case, judge.decide(case, DAY), DAY)
    assert is_ready(made) == all(step.state is not StepState.OPEN for step in made[:-1])
    assert made[-1].why.startswith("Wait: " if not is_ready(made) else "Nothing in this list is open.")
    begun = case.model_copy(
        update={"sessions": tuple(s.model_copy(update={"status": ServiceStatus.HELD}) for s in case.sessions)}
    )
    assert steps(judge, begun, FIRST)["start"].done_on == FIRST


def test_open_steps_carry_the_day_of_the_first_session(judge: Judge) -> None:
    """A list without dates is put off."""
    made = steps(judge, ada(screen_faintness=None))
    assert (made["screen"].state, made["screen"].by_on) == (StepState.OPEN, FIRST)
    assert all(step.by_on is None for step in made.values() if step.state is StepState.DONE)
