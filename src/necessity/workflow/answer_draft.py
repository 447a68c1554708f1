"""The clinician's answers to a draft's questions, put into the letter's text and fields.

What is said is the answer that was offered, or the clinician's own words, unchanged. A question of the patient, or one
about who and what the letter is for, is answered in the record, and the letter drafted anew.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, shipped
from necessity.domain.letter_draft import DraftChoice, DraftQuestion, LetterDraft, Speaker
from necessity.domain.letter_life import Instead
from necessity.errors import RecordError
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.drafting import given
from necessity.workflow.drafting.given import Given
from necessity.workflow.drafting.rewrite import with_own_sentences, with_paragraphs
from necessity.workflow.drafting.sections import OUR_ORDER

Answers = Mapping[str, Sequence[str]]
"""By id of the question: ids of offered answers, and own words, in order."""

OWN_WORDS = ("own_words",)
"""Offered answers that say nothing by themselves: the words must follow."""
_LONGEST = 4_000
_INSTEAD = "instead"

_BY_QUESTION: dict[str, Callable[[LetterDraft, Given], LetterDraft]] = {
    "rationale": given.reason,
    "precautions": given.watch,
    "precautions_needed": given.watch,
    "clearance": given.clearance,
    "condition_name": given.condition,
    "condition_is_vague": given.condition,
    "diagnosed": given.diagnosed,
    "code": given.code,
    "code_not_valid": given.code,
    "code_not_known": given.code,
    "code_is_unspecified": given.code,
    "frequency": given.frequency,
    "minutes": given.minutes,
    "weeks": given.weeks,
    "order_has_ended": given.weeks,
    "changed_treatment": given.changed_treatment,
    "recommendation": given.noted,
    "words_still_hold": given.noted,
    "plan": given.plan,
    "goals": given.goal,
    "goal_is_open": given.goal,
    "goal_is_past": given.goal_by,
    "last_seen": given.seen,
    "visit_basis": given.seen,
    "seen_since": given.seen,
    "questionnaire": given.seen,
    "measured_since": given.measured,
    "goals_reached": given.reason,
    "still_necessary": given.reason,
    "licence": given.licence,
}
_IN_THE_RECORD = frozenset({
    "condition", "not_a_disease", "treatment", "clinician", "clinician_name", "clinician_numbers", "letterhead",
})  # fmt: skip
"""Who and what the letter is about: an answer makes another letter."""


class Ending(NamedTuple):
    """An answer with which there is no letter."""

    reason: str
    """What the clinician said."""
    instead: Instead | None
    """What is recommended in place of training; None: nothing."""


def ending(draft: LetterDraft, answers: Answers) -> Ending | None:
    """Find the answer that ends the letter, such as `therapy or rehabilitation instead`; None where there is none.

    Args:
        draft: The letter with its questions.
        answers: What the clinician answered.

    Raises:
        RecordError: a question that is not asked, or one that is not the clinician's to answer.
    """
    for asked, values in _asked(draft, answers):
        choices, own = _read(asked, values)
        last = next((choice for choice in choices if choice.ends_the_letter), None)
        if last:
            instead = Instead.THERAPY_OR_REHABILITATION if last.id == _INSTEAD else None
            return Ending(" ".join([last.words, *own]), instead)
    return None


def answer_questions(draft: LetterDraft, answers: Answers, on: date, *, codes: CodeBook | None = None) -> LetterDraft:
    """Put the clinician's answers into a letter, and take the questions out.

    Args:
        draft: The letter with its questions.
        answers: What the clinician answered.
        on: The day of the answers: an evaluation lies on it or before.
        codes: Diagnosis codes by date; None: those shipped.

    Returns:
        The letter with the answers in its text and fields. Sentences to attest follow what the text now says.

    Raises:
        RecordError: an answer that ends the letter, that cannot be read, that is too vague, or is not theirs to give.
    """
    if last := ending(draft, answers):
        raise RecordError(
            f"With the answer “{last.reason}” there is no letter to sign.",
            "Decline it with that answer: necessity letter sign … --answer does so, or necessity letter decline.",
            field="questions",
            value=None,
            allowed="answers that leave a letter",
        )
    after = draft
    for asked, values in _asked(draft, answers):
        choices, own = _read(asked, values)
        said = Given(asked, choices, own, on, codes or shipped())
        after = _put(after, said)
    left = tuple(one for one in after.questions if one.id not in answers)
    return with_own_sentences(draft, after.model_copy(update={"questions": left}))


def _put(draft: LetterDraft, said: Given) -> LetterDraft:
    known = _BY_QUESTION.get(said.question.id.partition(":")[0])
    if known:
        return known(draft, said)
    if said.question.where in OUR_ORDER:
        return with_paragraphs(draft, said.question.where, said.sentences())
    raise _elsewhere(said.question)


def _asked(draft: LetterDraft, answers: Answers) -> list[tuple[DraftQuestion, Sequence[str]]]:
    """Pair answers with their questions, in the order of the letter."""
    theirs = {one.id: one for one in draft.questions}
    strange = [id for id in answers if id not in theirs]
    if strange:
        known = ", ".join(one.id for one in draft.questions if one.of is Speaker.CLINICIAN) or "nothing"
        raise _refused(f"This letter does not ask {strange[0][:60]!r}.", f"It asks the clinician: {known}.", known)
    for id in answers:
        if theirs[id].of is Speaker.PATIENT or id.partition(":")[0] in _IN_THE_RECORD:
            raise _elsewhere(theirs[id])
    return [(one, answers[one.id]) for one in draft.questions if one.id in answers]


def _elsewhere(question: DraftQuestion) -> RecordError:
    where = f"in case.toml, {question.field}" if question.field else "in the case"
    why = "the patient answers it" if question.of is Speaker.PATIENT else "it changes who or what the letter is for"
    return _refused(
        f"{question.id!r} is not answered while signing: {why}.",
        f"Answer it {where}, and send the letter anew: necessity letter send --correction",
        "questions of the clinician about the text",
    )


def _read(question: DraftQuestion, values: Sequence[str]) -> tuple[tuple[DraftChoice, ...], tuple[str, ...]]:
    """Tell offered answers from own words."""
    offered = {choice.id: choice for choice in question.choices}
    chosen = tuple(offered[value] for value in values if value in offered)
    own = tuple(_words(question, value) for value in values if value not in offered)
    if any(choice.id in OWN_WORDS for choice in chosen) and not own:
        step = f'Write them: --answer {question.id}="…"'
        raise _refused(f"The words for {question.id!r} are missing.", step, "the clinician's own words")
    return tuple(choice for choice in chosen if choice.id not in OWN_WORDS), own


def _words(question: DraftQuestion, value: str) -> str:
    text = value.strip()
    if not text or len(text) > _LONGEST or any(ord(sign) < 32 for sign in text):
        offered = ", ".join(choice.id for choice in question.choices)
        step = f"Give one of {offered}, or own words." if offered else "Give it in words."
        raise _refused(
            f"The answer to {question.id!r} is empty, longer than {_LONGEST:,} signs, or has signs that do not print.",
            step,
            "words on one line",
        )
    if text.strip(" .").lower() in letter_words().vague_texts:
        step = "Say what in this patient's condition the training works on."
        raise _refused(f"{text!r} is too general for a letter.", step, "words about this patient")
    return text


def _refused(why: str, step: str, allowed: str) -> RecordError:
    return RecordError(why, step, field="questions", value=None, allowed=allowed)
