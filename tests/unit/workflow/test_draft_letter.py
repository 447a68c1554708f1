"""Drafting a letter: the record's own words, questions where it is silent, and nothing dated back."""

import re
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter import Signature
from necessity.domain.letter_draft import CodeStanding, DraftQuestion, LetterDraft, Speaker
from necessity.domain.people import RED_FLAGS, Licence
from necessity.domain.receipt import Purpose
from necessity.domain.training import TrainingPlan
from necessity.errors import RecordError
from necessity.workflow.draft_letter import draft_letter, draft_renewal, refusal
from necessity.workflow.next_version import free_letter_id
from tests.docs.test_words import promises
from tests.letters import CASES, ON, PAYERS, back_pain, diabetes, hypertension, knee, measured, obesity


def drafted(judge: Judge, case: Case, **more: Any) -> LetterDraft:
    return draft_letter(judge, case, **{"letter": "letter1", "on": ON, **more})


def changed(case: Case, list_name: str, **fields: Any) -> Case:
    """Change the first record of a list."""
    first, *rest = getattr(case, list_name)
    return case.model_copy(update={list_name: (first.model_copy(update=fields), *rest)})


def asked(draft: LetterDraft) -> dict[str, DraftQuestion]:
    return {question.id: question for question in draft.questions}


def text_of(draft: LetterDraft, *sections: str) -> str:
    chosen = [one for one in draft.sections if not sections or one.id in sections]
    return "\n".join(line for one in chosen for line in (*one.paragraphs, *one.listed))


# ── safety first ──────────────────────────────────────────────────────


def test_a_red_flag_stops_the_draft_and_hands_over_to_a_clinician(judge: Judge) -> None:
    """A letter for somebody with chest pain would send that person to a gym."""
    patient = back_pain().patient.model_copy(update={"red_flag_found": None, "screen_chest_discomfort": True})
    case = back_pain().model_copy(update={"patient": patient})
    stopped = refusal(judge, case, ON)
    assert stopped is not None
    assert "Do not train yet. See a clinician" in stopped.next_step
    assert "Ada" in stopped.hand_over[0]
    assert "can come from the heart" in stopped.hand_over[1]
    with pytest.raises(RecordError, match="red-flag question was answered with yes"):
        drafted(judge, case)


def test_an_unanswered_screen_stops_the_draft(judge: Judge) -> None:
    """A blank is never taken for a no."""
    patient = back_pain().patient.model_copy(update={"red_flag_found": None})
    case = back_pain().model_copy(update={"patient": patient})
    assert refusal(judge, case, ON) is not None
    with pytest.raises(RecordError, match="Not every safety question is answered"):
        drafted(judge, case)


def test_a_screen_that_is_too_old_stops_the_draft(judge: Judge) -> None:
    """Health changes in a year."""
    patient = back_pain().patient.model_copy(update={"red_flags_screened_on": date(2025, 5, 1)})
    with pytest.raises(RecordError, match="too old to count"):
        drafted(judge, back_pain().model_copy(update={"patient": patient}))


def test_a_clearance_after_the_red_flag_lets_the_draft_be_written_and_is_named_in_it(judge: Judge) -> None:
    """The clinician decided; the letter says who, and when."""
    cleared = {"red_flag_found": True, "cleared_to_train_by": "ghali", "cleared_to_train_on": ON}
    case = back_pain()
    case = case.model_copy(update={"patient": case.patient.model_copy(update=cleared)})
    said = text_of(drafted(judge, case), "precautions")
    assert "Dr. Ghali, MD looked at the answers and cleared Ada to train on 11 May 2026." in said
    assert "no red flag was found" not in said


def test_a_known_disease_asks_for_clearance_and_precautions_before_the_letter_is_complete(judge: Judge) -> None:
    """The draft may be taken along; the clinician has to say both."""
    answers = {**dict.fromkeys(RED_FLAGS, False), "red_flag_found": None, "screen_known_disease": True}
    others = {
        "screen_injury": False,
        "screen_active_now": False,
        "screen_vigorous_planned": False,
        "is_pregnant": False,
    }
    case = changed(diabetes(), "orders", precautions=None)
    case = case.model_copy(update={"patient": case.patient.model_copy(update={**answers, **others})})
    open_ones = asked(drafted(judge, case))
    assert open_ones["clearance"].is_required
    assert open_ones["precautions_needed"].is_required
    assert [choice.ends_the_letter for choice in open_ones["clearance"].choices] == [False, True]


def test_every_question_has_an_id_of_its_own(judge: Judge) -> None:
    """Answers are kept by it."""
    goals = obesity().plan.goals
    plan = obesity().plan.model_copy(update={"goals": (*goals, goals[0].model_copy(update={"id": "g2"}))})
    for case in (obesity().model_copy(update={"plan": plan}), *(make() for make in CASES.values())):
        ids = [question.id for question in drafted(judge, case).questions]
        assert len(ids) == len(set(ids))


# ── the clinician's reason ────────────────────────────────────────────


def test_the_clinicians_reason_is_quoted_as_it_stands(judge: Judge) -> None:
    """Their words, nobody else's."""
    draft = drafted(judge, back_pain())
    reason = back_pain().orders[0].reason
    assert reason is not None
    assert reason in text_of(draft, "rationale")
    assert "rationale" not in asked(draft)


def test_a_missing_reason_is_a_question_and_never_a_sentence(judge: Judge) -> None:
    """An invented reason is what the tax authority warns of."""
    draft = drafted(judge, obesity())
    question = asked(draft)["rationale"]
    assert (question.of, question.is_required) == (Speaker.CLINICIAN, True)
    assert "nobody else can give it" in question.asks
    said = text_of(draft, "rationale")
    assert said == (
        "I ordered personal training for Dana on 11 May 2026 to treat obesity, class 2. "
        "What shows whether it works: Body weight."
    )


def test_something_else_is_always_among_the_answers_and_ends_the_letter(judge: Judge) -> None:
    """A form on which only yes can be ticked is worth nothing."""
    for case in (obesity(), back_pain()):
        offered = [q for q in drafted(judge, case).questions if q.id in ("rationale", "recommendation")]
        assert offered
        for question in offered:
            ends = {choice.id for choice in question.choices if choice.ends_the_letter}
            assert ends == {"instead", "neither"}


def test_offered_reasons_are_cited_or_measured(judge: Judge) -> None:
    """What is offered to be ticked rests on the record or on a named study, never on air."""
    choices = asked(drafted(judge, changed(knee(), "orders", reason=None)))["rationale"].choices
    for choice in choices:
        cited = choice.id.startswith("study_") and re.search(r"\[\d+\]", choice.words)
        own = choice.id in ("measured_g1", "after_therapy", "own_words", "instead", "neither")
        assert cited or own, choice


@pytest.mark.parametrize("vague", ["exercise", "Get fit.", "general health", "none"])
def test_a_reason_that_says_nothing_is_asked_anew(judge: Judge, vague: str) -> None:
    """Filler would pass for a reason."""
    draft = drafted(judge, changed(back_pain(), "orders", reason=vague))
    assert "rationale" in asked(draft)
    assert vague.rstrip(".") not in text_of(draft, "rationale").split()


# ── the condition and its code ────────────────────────────────────────


@pytest.mark.parametrize("vague", ["back pain", "Back pain", "fitness", "weight loss"])
def test_a_vague_condition_is_a_question_and_is_not_printed(judge: Judge, vague: str) -> None:
    """One administrator names plain back pain as too vague; it is sent back."""
    draft = drafted(judge, changed(back_pain(), "conditions", name=vague))
    assert asked(draft)["condition_is_vague"].is_required
    assert text_of(draft, "condition") == ""
    assert all(vague not in one.words for one in draft.statements)


def test_a_code_in_force_stands_with_its_meaning(judge: Judge) -> None:
    """The reader need not look it up."""
    draft = drafted(judge, diabetes())
    assert draft.code_standing is CodeStanding.VALID
    assert "(ICD-10-CM E11.9, Type 2 diabetes mellitus without complications)" in text_of(draft, "condition")


def test_a_code_that_is_no_longer_valid_is_not_printed_and_its_successors_are_offered(judge: Judge) -> None:
    """M54.5 was split in 2021; a claim with it comes back."""
    draft = drafted(judge, changed(back_pain(), "conditions", code="M54.5"))
    assert draft.code_standing is CodeStanding.NOT_VALID
    question = asked(draft)["code_not_valid"]
    assert [choice.id for choice in question.choices] == ["M54.50", "M54.51", "M54.59"]
    assert question.is_required
    assert "(ICD-10-CM M54.5" not in text_of(draft)


def test_in_a_year_that_is_not_loaded_the_last_known_code_stands_and_says_so(judge: Judge) -> None:
    """Last year's answer must not pass for this year's."""
    case, on = diabetes(), date(2026, 11, 26)
    draft = drafted(judge, case, on=on)
    assert draft.code_standing is CodeStanding.LAST_KNOWN_VALID
    assert draft.code_note in text_of(draft, "condition").splitlines()
    assert "FY2026" in (draft.code_note or "")
    assert not asked(draft)["code_not_known"].is_required


def test_a_condition_that_was_not_diagnosed_is_asked_for(judge: Judge) -> None:
    """A suspicion is no diagnosis."""
    for said in (None, False):
        case = changed(back_pain(), "conditions", is_diagnosed=said)
        assert asked(drafted(judge, case))["diagnosed"].is_required


def test_other_conditions_of_the_patient_stay_out(judge: Judge) -> None:
    """The payer gets to know what the letter is about and no more."""
    other = back_pain().conditions[0].model_copy(update={"id": "other", "name": "depression", "code": "F32.A"})
    case = back_pain()
    case = case.model_copy(update={"conditions": (*case.conditions, other)})
    assert "depression" not in drafted(judge, case).as_json().decode()
    assert "F32" not in drafted(judge, case).as_json().decode()


# ── dates ─────────────────────────────────────────────────────────────


def test_a_start_ahead_is_stated_and_bound_to_the_signature(judge: Judge) -> None:
    """If signing takes longer than planned, the letter still reaches back to nothing."""
    draft = drafted(judge, back_pain())
    assert draft.starts_on == date(2026, 5, 18)
    assert "on 18 May 2026, or on the day of my signature where that is later" in text_of(draft, "duration")


def test_a_start_behind_is_never_taken_over(judge: Judge) -> None:
    """We never backdate; what came before is said in plain sight."""
    draft = drafted(judge, hypertension())
    said = text_of(draft, "duration")
    assert draft.starts_on is None
    assert "Bruno's treatment lasts 16 weeks from the day of my signature." in said
    assert "this letter is not dated back" in said
    assert "2 training sessions were held before this letter was drafted, from 27 April 2026 to 30 April 2026" in said


def test_no_draft_starts_before_it_was_drafted(judge: Judge) -> None:
    """Whatever day it is asked for."""
    for on in (date(2026, 5, 17), date(2026, 5, 18), date(2026, 5, 19), date(2026, 9, 1)):
        starts_on = drafted(judge, back_pain(), on=on).starts_on
        assert starts_on is None or starts_on >= on


def test_an_order_that_has_run_out_is_asked_about(judge: Judge) -> None:
    """A letter on an order of last year would prescribe nothing."""
    draft = drafted(judge, knee(), on=date(2026, 9, 1))
    assert "The order ran until 9 August 2026" in asked(draft)["order_has_ended"].asks


def test_an_evaluation_after_the_draft_is_not_told(judge: Judge) -> None:
    """A visit that is still ahead is no evaluation."""
    draft = drafted(judge, changed(back_pain(), "letters", last_seen_on=date(2026, 5, 12)))
    assert draft.last_seen_on is None
    assert "last_seen" in asked(draft)


def test_a_questionnaire_is_called_a_questionnaire(judge: Judge) -> None:
    """The tax authority distrusts letters that rest on nothing else."""
    draft = drafted(judge, changed(back_pain(), "letters", visit_basis="questionnaire_only"))
    assert "rests on a questionnaire of" not in text_of(draft)
    assert "no examination took place" in text_of(draft, "evaluation")
    assert "questionnaire" in asked(draft)


# ── the payer ─────────────────────────────────────────────────────────


def test_each_payer_gets_what_it_asks_for_and_no_more(judge: Judge) -> None:
    """An employer's name in a letter to somebody who did not ask tells the employer's plan too much, and vice versa."""
    by_payer = {payer: drafted(judge, back_pain(), funding_source=payer) for payer in PAYERS}
    told = {payer: (d.account_holder_name, d.employer, d.member_id) for payer, d in by_payer.items()}
    assert told == {
        "healthequity": (None, None, None),
        "fsafeds": ("Ada", "Example Works", "M-1001"),
        "wageworks": ("Ada", "Example Works", "M-1001"),
        "takecommand": (None, None, None),
    }


def test_what_a_payer_asks_for_and_the_record_lacks_is_asked(judge: Judge) -> None:
    """The letter would come back without it."""
    case = back_pain().model_copy(update={"account_holder": back_pain().subscriber})
    missing = asked(drafted(judge, case, funding_source="wageworks"))
    assert missing["employer"].is_required
    assert missing["employer"].of is Speaker.PATIENT
    assert "employer" not in asked(drafted(judge, case, funding_source="healthequity"))


def test_the_parts_follow_the_payers_own_form(judge: Judge) -> None:
    """A claims examiner looks where the form has it."""
    draft = drafted(judge, back_pain(), funding_source="wageworks")
    assert draft.layout[:4] == ("patient", "account_holder", "employer", "member_id")
    assert [one.id for one in draft.sections][:3] == ["condition", "treatment", "duration"]
    ours = [one.id for one in drafted(judge, back_pain(), funding_source="healthequity").sections]
    assert ours[:3] == ["condition", "rationale", "treatment"]


@pytest.mark.parametrize(
    ("licence", "id", "required"),
    [(Licence.PT, "licence_doubted", False), (Licence.ATHLETIC_TRAINER, "licence_not_taken", True)],
)
def test_a_licence_the_payer_does_not_take_is_told_before_anybody_signs(
    judge: Judge, licence: Licence, id: str, required: bool
) -> None:
    """Otherwise the person learns it from a refusal."""
    case = changed(back_pain(), "clinicians", licence=licence)
    question = asked(drafted(judge, case, funding_source="takecommand"))[id]
    assert question.is_required is required


def test_a_relative_cannot_sign(judge: Judge) -> None:
    """Nobody takes it."""
    assert asked(drafted(judge, changed(back_pain(), "clinicians", is_patient_or_family=True)))["signer_is_family"]


# ── statements ────────────────────────────────────────────────────────


def test_the_clinician_attests_to_medicine_only_and_nothing_is_ticked(judge: Judge) -> None:
    """What would be bought otherwise, and who pays, no clinician can know."""
    statements = drafted(judge, back_pain()).statements
    by = {one.id: one.by for one in statements}
    assert by == {
        "necessary": Speaker.CLINICIAN,
        "not_general_health": Speaker.CLINICIAN,
        "not_otherwise_incurred": Speaker.CLINICIAN,
        "would_not_buy_otherwise": Speaker.PATIENT,
        "is_treatment": Speaker.PATIENT,
        "not_paid_elsewhere": Speaker.PATIENT,
    }
    assert {one.agreed for one in statements} == {None}
    clinicians = " ".join(one.words for one in statements if one.by is Speaker.CLINICIAN)
    assert not re.search(r"\b(pay|paid|buy|cost)\b", clinicians)


def test_what_the_patients_own_record_denies_is_not_put_into_the_patients_mouth(judge: Judge) -> None:
    """A no never becomes a yes by wording."""
    case = changed(back_pain(), "statements", would_buy_anyway=True, purpose=Purpose.APPEARANCE)
    draft = drafted(judge, case)
    assert {one.id for one in draft.statements if one.by is Speaker.PATIENT} == {"not_paid_elsewhere"}
    assert {"would_buy_anyway", "purpose"} <= asked(draft).keys()


# ── identity of letters ───────────────────────────────────────────────


def test_a_signed_letter_is_never_written_over(judge: Judge) -> None:
    """A correction is a new letter that names the old."""
    case = changed(back_pain(), "letters", signed_on=ON, signature=Signature.WET_INK)
    with pytest.raises(RecordError, match="what is signed is never written over"):
        drafted(judge, case)
    correction = drafted(judge, case, letter="letter2", replaces="letter1")
    assert (correction.version, correction.replaces, correction.is_renewal) == (1, "letter1", False)
    assert free_letter_id(case) == "letter2"


@pytest.mark.parametrize("wrong", [{"replaces": "letter7"}, {"funding_source": "hsa9"}])
def test_an_id_that_is_not_in_the_record_is_told_with_those_that_are(judge: Judge, wrong: dict[str, str]) -> None:
    """A typing mistake must not make a letter to nobody."""
    with pytest.raises(RecordError, match=r"Name one of: (letter1|healthequity, fsafeds)"):
        drafted(judge, back_pain(), **wrong)


def test_the_same_record_gives_the_same_draft(judge: Judge) -> None:
    """A signature names its SHA-256."""
    first, second = (drafted(judge, back_pain(), funding_source="fsafeds") for _ in range(2))
    assert first.sha256 == second.sha256
    assert LetterDraft.model_validate_json(first.as_json()) == first


def test_two_peoples_letters_share_no_sentence_of_their_own(judge: Judge) -> None:
    """Letters that look copied from one another are sent back, and rightly."""
    drafts = [drafted(judge, make()) for make in CASES.values()]

    def sentences(draft: LetterDraft) -> set[str]:
        own = [one for one in draft.sections if one.id != "evidence"]
        lines = [line for one in own for line in (*one.paragraphs, *one.listed)]
        lines += [one.words for one in draft.statements if one.by is Speaker.CLINICIAN]
        return {s.strip() for line in lines for s in re.split(r"(?<=[.!?]) ", line) if len(s.split()) >= 8}

    for one, other in combinations(drafts, 2):
        if one.patient_name != other.patient_name:
            assert sentences(one) & sentences(other) == set()


def test_an_empty_case_makes_a_draft_of_questions(judge: Judge) -> None:
    """Half-known is where everybody begins."""
    patient = back_pain().patient.model_copy(update={"name": None, "born_on": None})
    draft = drafted(judge, Case(id="empty", patient=patient), letter="letter1")
    assert {one.id for one in draft.sections} == set()
    assert {"patient_name", "condition", "treatment", "rationale", "clinician"} <= {
        one.id for one in draft.questions if one.is_required
    }
    assert draft.statements == ()


@pytest.mark.parametrize("payer", [None, *PAYERS])
@pytest.mark.parametrize("condition", CASES)
def test_no_letter_promises_and_none_shows_what_a_program_calls_nothing(
    judge: Judge, condition: str, payer: str | None
) -> None:
    """The payer decides; and `None` on a letter is the end of trust."""
    draft = drafted(judge, CASES[condition](), funding_source=payer)
    words = text_of(draft) + " ".join(
        [*(one.words for one in draft.statements), *(q.asks for q in draft.questions)]
        + [choice.words for q in draft.questions for choice in q.choices]
    )
    assert promises(words) == []
    assert "None" not in words
    assert "{" not in words


# ── renewal ───────────────────────────────────────────────────────────


def renewed(judge: Judge, case: Case, *values: tuple[date, str], on: date = date(2026, 8, 3)) -> LetterDraft:
    case = measured(changed(case, "letters", signed_on=date(2026, 5, 12), signature=Signature.WET_INK), *values)
    return draft_renewal(judge, case, renews="letter1", letter="letter2", on=on)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("12", "9 times at the start, 12 times on 1 August 2026. That is 60 percent of the way to 14 times."),
        ("14", "The goal of 14 times is reached."),
        ("13.99", "That is 99 percent of the way to 14 times."),
        ("9", "It has not changed; the goal is 14 times."),
        ("8", "That is farther from the goal of 14 times than before."),
    ],
)
def test_a_renewal_says_what_was_measured_and_nothing_kinder(judge: Judge, value: str, says: str) -> None:
    """A goal missed by a hair is missed."""
    draft = renewed(judge, knee(), (date(2026, 5, 6), "9"), (date(2026, 8, 1), value))
    assert says in text_of(draft, "progress")
    assert draft.is_renewal


def test_a_goal_that_falls_is_reached_from_above(judge: Judge) -> None:
    """A disability score is to go down."""
    draft = renewed(judge, back_pain(), (date(2026, 5, 6), "42"), (date(2026, 8, 1), "31"))
    assert "42% at the start, 31% on 1 August 2026. That is 50 percent of the way to 20%." in text_of(draft)


def test_a_renewal_waits_for_a_new_evaluation(judge: Judge) -> None:
    """Without one, nobody can say that more is needed."""
    assert asked(renewed(judge, knee()))["seen_since"].is_required
    case = changed(knee(), "letters", last_seen_on=date(2026, 7, 30))
    assert "seen_since" not in asked(renewed(judge, case))


def test_where_every_goal_is_reached_the_renewal_asks_why_more_is_needed(judge: Judge) -> None:
    """Treatment that has done its work is over."""
    draft = renewed(judge, knee(), (date(2026, 5, 6), "9"), (date(2026, 8, 1), "15"))
    assert asked(draft)["goals_reached"].is_required


def test_what_was_not_measured_again_is_asked_and_not_guessed(judge: Judge) -> None:
    """No progress is claimed from silence."""
    draft = renewed(judge, knee(), (date(2026, 5, 6), "9"))
    assert "not measured again" in text_of(draft, "progress")
    assert "measured_since" in asked(draft)


def test_goals_without_a_measure_are_asked_for(judge: Judge) -> None:
    """`Feel better` is no goal."""
    plan = knee().plan
    goal = plan.goals[0].model_copy(update={"measure": "feel better", "baseline": None, "target": Decimal(1)})
    case = knee().model_copy(update={"plan": TrainingPlan(**{**dict(plan), "goals": (goal,)})})
    draft = drafted(judge, case)
    assert draft.goals == ()
    assert "lacks what is measured, where it starts" in asked(draft)["goal_is_open:g1"].asks
