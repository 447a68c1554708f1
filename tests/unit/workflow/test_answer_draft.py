"""Answers to a draft's questions: into text and fields, in the clinician's words, and never into what is not theirs."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter_draft import CodeStanding, LetterDraft
from necessity.domain.letter_life import Instead
from necessity.errors import RecordError
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.answer_draft import _BY_QUESTION, _IN_THE_RECORD, answer_questions, ending
from necessity.workflow.draft_letter import draft_letter
from necessity.workflow.drafting.sections import OUR_ORDER
from necessity.workflow.letter_changes import check_changes
from necessity.workflow.letter_record import letter_content
from tests import letters

ON = letters.ON


def changed(case: Case, at: str, /, **values: object) -> Case:
    """A case with the first record of a list, or the plan, changed."""
    old = getattr(case, at)
    if isinstance(old, tuple):
        return case.model_copy(update={at: (old[0].model_copy(update=values), *old[1:])})
    return case.model_copy(update={at: old.model_copy(update=values)})


def drafted(judge: Judge, case: Case) -> LetterDraft:
    return draft_letter(judge, case, letter="letter1", on=ON)


def text(draft: LetterDraft, id: str) -> str:
    """A part of the letter as one text."""
    part = next((one for one in draft.sections if one.id == id), None)
    return " ".join([*part.paragraphs, *part.listed]) if part else ""


def test_a_reason_is_what_was_offered_and_the_clinicians_own_words(judge: Judge) -> None:
    """Nothing is added to either; the question is gone, and kept as a difference with its answer."""
    case = changed(letters.back_pain(), "orders", reason=None)
    before = drafted(judge, case)
    replies = {"rationale": ("measured_g1", "Her trunk gives way under load")}
    after = answer_questions(before, replies, ON)
    offered = next(c.words for q in before.questions if q.id == "rationale" for c in q.choices if c.id == "measured_g1")
    assert next(s for s in after.sections if s.id == "rationale").paragraphs[:2] == (
        offered,
        "Her trunk gives way under load.",
    )
    assert "rationale" not in {one.id for one in after.questions}
    found = {one.field: one.after for one in check_changes(before, after, replies)}
    assert found["questions.rationale"] == f"{offered} Her trunk gives way under load"
    assert letter_content(case, after)["links_training_to_diagnosis"]


@pytest.mark.parametrize(
    ("id", "value", "says"), [("frequency", "3", "three times a week"), ("weeks", "20 weeks", "for 20 weeks")]
)
def test_a_number_goes_into_the_fields_and_every_sentence_that_names_it(
    judge: Judge, id: str, value: str, says: str
) -> None:
    """Text, and length of the treatment; a slip is refused."""
    gap = {"sessions_per_week": None} if id == "frequency" else {"weeks": None}
    before = drafted(judge, changed(letters.back_pain(), "orders", **gap))
    after = answer_questions(before, {id: (value,)}, ON)
    assert says in text(after, "treatment")
    assert check_changes(before, after)
    assert after.questions == tuple(one for one in before.questions if one.id != id)
    if id == "weeks":
        assert (after.weeks, "goes on for 20 weeks" in text(after, "duration")) == (20, True)
    for slip in ("0", "999", "often", "3 or 4"):
        with pytest.raises(RecordError, match="no number"):
            answer_questions(before, {id: (slip,)}, ON)


def test_fewer_sessions_change_what_is_attested_too(judge: Judge) -> None:
    """Nobody attests `twice` under a text that says `once`."""
    before = drafted(judge, letters.diabetes())
    after = answer_questions(
        before.model_copy(update={"questions": (*before.questions, _changed_treatment())}),
        {"changed_treatment": ("less", "1")},
        ON,
    )
    necessary = next(one.words for one in after.statements if one.id == "necessary")
    assert ("once a week" in necessary, "twice" in necessary, "once a week" in text(after, "treatment")) == (
        True,
        False,
        True,
    )


def _changed_treatment():  # type: ignore[no-untyped-def]
    from necessity.domain.letter_draft import DraftChoice

    say = letter_words()
    return say.ask("changed_treatment", DraftChoice(id="less", words=say.choice["less"]))


def test_a_vague_condition_gets_its_name_and_code(judge: Judge) -> None:
    """By own words, or by a code and its title; a vague name or no code is refused."""
    case = changed(letters.back_pain(), "conditions", name="back pain", code=None)
    before = drafted(judge, case)
    assert "treat the condition" in next(one.words for one in before.statements if one.id == "necessary")
    assert not letter_content(case, before)["diagnosis_is_specific"]
    after = answer_questions(before, {"condition_is_vague": ("low back pain since 2023",), "code": ("M54.59",)}, ON)
    assert text(after, "condition").startswith("Ada, born 17 May 1980, is treated for low back pain since 2023 (ICD-10")
    assert (after.code, after.code_standing) == ("M54.59", CodeStanding.VALID)
    assert letter_content(case, after)["diagnosis_is_specific"]
    for id, wrong in (("condition_is_vague", "neck pain"), ("code", "back"), ("code", "M54.5")):
        with pytest.raises(RecordError):
            answer_questions(before, {id: (wrong,)}, ON)


def test_the_last_evaluation_needs_a_day_that_can_be(judge: Judge) -> None:
    """Day and way become one sentence."""
    before = drafted(judge, letters.back_pain().model_copy(update={"letters": ()}))
    after = answer_questions(before, {"last_seen": ("2026-05-06",), "visit_basis": ("in_person",)}, ON)
    assert text(after, "evaluation") == "I last saw Ada on 6 May 2026, in person."
    assert (after.last_seen_on, after.visit_basis) == (date(2026, 5, 6), "in_person")
    for wrong in ("2026-05-12", "last week"):
        with pytest.raises(RecordError):
            answer_questions(before, {"last_seen": (wrong,)}, ON)


def test_precautions_stand_before_the_signs_to_stop_at(judge: Judge) -> None:
    """The clinician's words, unchanged."""
    before = drafted(judge, changed(letters.back_pain(), "orders", precautions=None))
    after = answer_questions(before, {"precautions": ("no jumps",)}, ON)
    part = next(one for one in after.sections if one.id == "precautions")
    assert "For Ada: no jumps." in part.paragraphs[:-1]
    assert "stops the session" in part.paragraphs[-1]


def test_an_answer_that_ends_the_letter_is_found_and_never_signed(judge: Judge) -> None:
    """Therapy or rehabilitation instead: a reason to decline, with what is recommended."""
    before = drafted(judge, letters.back_pain())
    said = {"recommendation": ("instead", "Therapy first.")}
    assert ending(before, said) == (
        "Therapy or rehabilitation instead. Therapy first.",
        Instead.THERAPY_OR_REHABILITATION,
    )
    assert ending(before, {"recommendation": ("as_drafted",)}) is None
    with pytest.raises(RecordError, match="no letter to sign"):
        answer_questions(before, said, ON)


@pytest.mark.parametrize("value", ["", "exercise", "a\nb", "x" * 4_001, "own_words"])
def test_an_answer_without_content_is_refused(judge: Judge, value: str) -> None:
    """Empty, too general, too long, or `my own words` without any."""
    before = drafted(judge, changed(letters.back_pain(), "orders", reason=None))
    with pytest.raises(RecordError):
        answer_questions(before, {"rationale": (value,)}, ON)


def test_what_is_not_the_clinicians_or_not_asked_is_told_where_it_belongs(judge: Judge) -> None:
    """The patient's name is answered in the case, a made-up question nowhere."""
    before = drafted(judge, changed(letters.back_pain(), "patient", name=None))
    with pytest.raises(RecordError, match="the patient answers it"):
        answer_questions(before, {"patient_name": ("Ada",)}, ON)
    with pytest.raises(RecordError, match="does not ask"):
        answer_questions(before, {"shoe_size": ("38",)}, ON)


def test_every_question_the_drafter_can_ask_has_a_way_to_be_answered() -> None:
    """While signing, in the case, or by the patient: none is a dead end."""
    asked = letter_words().questions
    clinicians = {id for id, one in asked.items() if one["of"] == "clinician"}
    in_text = {id for id, one in asked.items() if one["where"] in OUR_ORDER}
    assert clinicians - set(_BY_QUESTION) - _IN_THE_RECORD - in_text == set()
