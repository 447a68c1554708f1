"""The safety screen: what follows from its answers, and that it never errs toward letting somebody train."""

import random
from datetime import date
from itertools import product

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.people import RED_FLAGS, Patient
from necessity.rulebook.screen import CLEARANCE, RED_FLAG, screen
from necessity.workflow.screen import ScreenResult, screen_questions, screen_state
from tests import cast

DAY = date(2026, 6, 30)
ALL_NO = {
    **dict.fromkeys(RED_FLAGS, False),
    "screen_known_disease": False,
    "screen_injury": False,
    "screen_active_now": False,
    "screen_vigorous_planned": False,
    "is_pregnant": False,
}


def screened(**answers: object) -> Case:
    """Make a case that was screened on the day, all answers no but those given."""
    ada = cast.ada()
    values = {**ada.patient.model_dump(), "red_flag_found": None, "red_flags_screened_on": DAY, **ALL_NO, **answers}
    return ada.model_copy(update={"patient": Patient.model_validate(values)})


def test_every_question_is_a_given_fact_of_the_patient(judge: Judge) -> None:
    """A question nobody can answer would leave every screen open."""
    for question, fact in screen_questions(judge):
        assert fact.field.startswith("patient.")
        assert fact.question.endswith("?")
        assert question.citations
        assert all(cite.kind == "common_practice" for cite in question.citations)
    fields = {fact.field.removeprefix("patient.") for _, fact in screen_questions(judge)}
    assert fields == set(ALL_NO)


def test_the_red_flags_of_the_record_are_those_of_the_screen(judge: Judge) -> None:
    """The record refuses a result at odds with them, so both must mean the same questions."""
    assert {q.fact for q in screen() if q.role == RED_FLAG} == set(RED_FLAGS)
    assert {q.role for q in screen()} == {RED_FLAG, CLEARANCE}


def test_a_screen_with_nothing_but_no_is_clear_and_lets_a_letter_be_drafted(judge: Judge) -> None:
    """Otherwise nobody could ever go on."""
    state = screen_state(judge, screened(), DAY)
    assert (state.result, state.draft_is_safe, state.why_no_draft) == (ScreenResult.CLEAR, True, "")


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_one_red_flag_stops_the_draft_whatever_else_is_said(judge: Judge, flag: str) -> None:
    """A letter for somebody with untreated chest pain would do harm."""
    state = screen_state(judge, screened(**{flag: True}), DAY)
    assert (state.result, state.draft_is_safe) == (ScreenResult.STOP, False)
    assert "clinician" in state.why_no_draft


def test_a_positive_result_of_a_screen_kept_elsewhere_stops_as_well(judge: Judge) -> None:
    """A trainer's own questionnaire counts too."""
    assert screen_state(judge, screened(red_flag_found=True), DAY).result is ScreenResult.STOP


def test_a_clearance_counts_only_from_a_named_clinician_on_or_after_the_screen(judge: Judge) -> None:
    """Last year's clearance says nothing about this year's chest pain."""
    by, flag = "ghali", {"screen_faintness": True}
    before = date(2026, 6, 29)
    assert screen_state(judge, screened(**flag, cleared_to_train_by=by, cleared_to_train_on=DAY), DAY).draft_is_safe
    for without in (
        {"cleared_to_train_by": by},
        {"cleared_to_train_on": DAY},
        {"cleared_to_train_by": by, "cleared_to_train_on": before},
        {"cleared_to_train_by": by, "cleared_to_train_on": date(2026, 7, 1)},
    ):
        state = screen_state(judge, screened(**flag, **without), DAY)
        assert (state.result, state.draft_is_safe) == (ScreenResult.STOP, False)


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ({"screen_known_disease": True}, ScreenResult.CLEARANCE),
        ({"screen_known_disease": True, "screen_active_now": True}, ScreenResult.CLEAR),
        (
            {"screen_known_disease": True, "screen_active_now": True, "screen_vigorous_planned": True},
            ScreenResult.CLEARANCE,
        ),
        ({"screen_vigorous_planned": True}, ScreenResult.CLEAR),
        ({"screen_injury": True}, ScreenResult.CLEARANCE),
        ({"is_pregnant": True}, ScreenResult.CLEARANCE),
        ({"screen_known_disease": True, "screen_active_now": None}, ScreenResult.OPEN),
        ({"screen_known_disease": None}, ScreenResult.OPEN),
    ],
)
def test_known_disease_activity_and_effort_say_who_needs_a_clearance(
    judge: Judge, answers: dict[str, object], result: ScreenResult
) -> None:
    """The logic of the published algorithm: disease, present activity, planned effort."""
    assert screen_state(judge, screened(**answers), DAY).result is result


@pytest.mark.parametrize(
    ("asked_on", "result"),
    [
        (date(2025, 7, 1), ScreenResult.CLEAR),
        (date(2025, 6, 30), ScreenResult.ASK_AGAIN),
        (date(2026, 7, 1), ScreenResult.ASK_AGAIN),
        (None, ScreenResult.ASK_AGAIN),
    ],
)
def test_a_screen_older_than_a_year_is_asked_again(judge: Judge, asked_on: date | None, result: ScreenResult) -> None:
    """The published questionnaire holds for twelve months at most."""
    state = screen_state(judge, screened(red_flags_screened_on=asked_on), DAY)
    assert (state.result, state.draft_is_safe) == (result, result is ScreenResult.CLEAR)


def test_a_result_at_odds_with_an_answer_is_no_record() -> None:
    """No answer that says stop may be outweighed by a box that says go."""
    with pytest.raises(ValueError, match="red_flag_found is no, yet a red-flag question"):
        Patient(red_flag_found=False, screen_heart_signs=True)


def test_blanking_answers_never_makes_a_screen_better(judge: Judge) -> None:
    """A page left half empty must not read as a clean one: drawn over many screens, each blanked in many ways."""
    chance = random.Random(17)
    names = [*ALL_NO, "red_flag_found", "red_flags_screened_on", "cleared_to_train_by", "cleared_to_train_on"]
    tried = 0
    for _ in range(25):
        answers: dict[str, object] = {name: chance.random() < 0.15 for name in ALL_NO}
        if any(answers[flag] for flag in RED_FLAGS) and chance.random() < 0.5:
            answers |= {"cleared_to_train_by": "ghali", "cleared_to_train_on": DAY}
        whole = screen_state(judge, screened(**answers), DAY)
        for name in chance.sample(names, 4):
            blanked = screen_state(judge, screened(**{**answers, name: None}), DAY)
            tried += 1
            assert whole.draft_is_safe or not blanked.draft_is_safe, (answers, name)
            if blanked.result is ScreenResult.CLEAR:
                assert whole.result is ScreenResult.CLEAR, (answers, name)
    assert tried == 100


def test_no_mix_of_answers_with_a_red_flag_yields_a_draft(judge: Judge) -> None:
    """Every mix of yes, no and blank over two flags, the kept result, and the day."""
    for chest, faint, kept, asked_on in product((True, False, None), (True, False, None), (True, None), (DAY, None)):
        answers = {
            "screen_chest_discomfort": chest,
            "screen_faintness": faint,
            "red_flag_found": kept,
            "red_flags_screened_on": asked_on,
        }
        state = screen_state(judge, screened(**answers), DAY)
        is_positive = chest or faint or kept
        is_whole = chest is False and faint is False and asked_on is not None
        assert state.draft_is_safe == (is_whole and not is_positive), answers
