"""The next letter after one that ends: drafted from the case, begun the day after, nothing answered.

Where the case holds no order to draft from, the words of the old letter are carried on and asked to be read again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.dates import spoken
from necessity.domain.letter import LetterOfMedicalNecessity, Signature, VisitBasis
from necessity.domain.letter_draft import DraftChoice, DraftGoal, DraftQuestion, DraftSection, LetterDraft, Speaker
from necessity.domain.training import Goal, Measurement
from necessity.errors import RecordError
from necessity.rulebook.letter_words import letter_words
from necessity.workflow.draft_letter import draft_renewal
from necessity.workflow.drafting.desk import newest_order
from necessity.workflow.drafting.rewrite import (
    duration_sentence,
    evaluation_sentence,
    with_paragraphs,
    with_part,
)
from necessity.workflow.letter_record import record_id
from necessity.workflow.letter_status import letter_statuses
from necessity.workflow.send_letter import unanswered

PROGRESS = "progress"
"""Id of the section that says what changed since the last letter."""


def renewal_id(case: Case, letter: str) -> str:
    """Name the letter that renews another: `letter1-renewal`, then `letter1-renewal2` and so on."""
    root = letter.partition("-renewal")[0]
    taken = {event.letter for event in case.letter_events} | {record.id for record in case.letters}
    names = (f"{root}-renewal{number if number > 1 else ''}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


class LastSeen(NamedTuple):
    """The evaluation a renewal rests on."""

    on: date
    """The day."""
    basis: VisitBasis
    """How it took place."""


def renew(
    judge: Judge,
    case: Case,
    letter: str,
    on: date,
    *,
    old: LetterDraft | None = None,
    seen: LastSeen | None = None,
    funding_source: str | None = None,
) -> LetterDraft:
    """Draft the letter that follows another one, wherever that one came from.

    Args:
        judge: The rulebook.
        case: The record.
        letter: Id of the letter that ends.
        on: The day.
        old: That letter as it was signed; None: it came as paper and was entered by hand.
        seen: The evaluation since; None is asked.
        funding_source: Whose payer it is for; None: as the old one, or any.

    Returns:
        A letter of its own that names the old one and begins the day after it, or today where that is past.

    Raises:
        RecordError: the letter was never in force, the evaluation does not fit, or the safety screen stops it.
    """
    record = in_force_once(case, letter)
    if old and old.case != case.id:
        raise _refused("letter", letter, f"Letter {letter} belongs to the case {old.case!r}.")
    first_day = old.drafted_on if old else record.signed_on
    if seen and not (first_day or seen.on) <= seen.on <= on:
        why = f"The evaluation of {seen.on} does not lie between the letter of {first_day} and {on}."
        raise _refused("last_seen_on", seen.on, why)
    ends_on = _last_day(judge, case, letter, on)
    if old and newest_order(case, record.condition, on) is None:
        return carried_on(case, old, ends_on, on, seen=seen)
    new = LetterOfMedicalNecessity(
        id=renewal_id(case, letter),
        condition=record.condition,
        signed_by=record.signed_by,
        signature=Signature.UNSIGNED,
        last_seen_on=seen.on if seen else None,
        visit_basis=seen.basis if seen else None,
    )
    return draft_renewal(
        judge,
        case.model_copy(update={"letters": (*case.letters, new)}),
        renews=record.id,
        letter=new.id,
        on=on,
        begins_on=_begins(ends_on, on),
        funding_source=funding_source or (old.funding_source if old else None),
    )


def in_force_once(case: Case, letter: str) -> LetterOfMedicalNecessity:
    """Find the signed record of a letter, its newest version."""
    events = [event for event in case.letter_events if event.letter == letter]
    names = [record_id(letter, version) for version in sorted({event.version for event in events}, reverse=True)]
    records = {record.id: record for record in case.letters if record.signed_on}
    found = next((records[name] for name in names or [letter] if name in records), None)
    if found is None or found.signature is Signature.UNSIGNED:
        known = ", ".join(records) or "none yet"
        raise RecordError(
            f"Letter {letter[:60]!r} was never in force, so there is nothing to renew.",
            f"Letters that were: {known}. If it is signed, look the signer up; else have it signed.",
            field="letter",
            value=letter,
            allowed=known,
        )
    return found


def _last_day(judge: Judge, case: Case, letter: str, on: date) -> date | None:
    statuses = [one for one in letter_statuses(judge, case, on) if one.letter == letter]
    return max((window.to_on for one in statuses for window in one.windows if window.to_on), default=None)


def _begins(ends_on: date | None, on: date) -> date:
    return max(ends_on + timedelta(days=1), on) if ends_on else on


def carried_on(
    case: Case, old: LetterDraft, ends_on: date | None, on: date, *, seen: LastSeen | None = None
) -> LetterDraft:
    """Carry the words of a letter on into its renewal, to be read again by the clinician.

    Args:
        case: The case with its measurements.
        old: The letter that ends, as it was signed.
        ends_on: Its last day; None where it is not known.
        on: The day the new one is drafted.
        seen: The evaluation since; None is asked, since the one before the old letter does not carry the new one.

    Returns:
        The draft: a letter of its own that names the old one, to begin the day after it, or today where that is past.
    """
    shown = [(goal, _values(case, goal, on)) for goal in case.plan.goals]
    section = _progress(old, shown, on)
    kept = tuple(part for part in old.sections if part.id not in (PROGRESS, "evaluation", "duration"))
    questions = [*old.questions, *_questions(old, section, seen)]
    draft = unanswered(old).model_copy(
        update={
            "letter": renewal_id(case, old.letter),
            "version": 1,
            "replaces": record_id(old.letter, old.version),
            "is_renewal": True,
            "drafted_on": on,
            "starts_on": _begins(ends_on, on),
            "last_seen_on": seen.on if seen else None,
            "visit_basis": seen.basis.value if seen else None,
            "goals": tuple(_carried_on(goal, shown) for goal in old.goals),
            "sections": kept,
            "questions": tuple({question.id: question for question in questions}.values()),
        }
    )
    draft = with_part(draft, section)
    said = {"duration": duration_sentence(draft), "evaluation": evaluation_sentence(draft)}
    for id, words in said.items():
        draft = with_paragraphs(draft, id, [words] if words else [])
    return draft


def _refused(field: str, value: object, why: str) -> RecordError:
    return RecordError(
        why, "Name what belongs to this letter.", field=field, value=value, allowed="what fits the letter"
    )


def _values(case: Case, goal: Goal, on: date) -> list[Measurement]:
    """Find what was measured of a goal up to a day, oldest first; without a day it cannot be put in order."""
    found = [
        one
        for one in case.measurements
        if (one.goal == goal.id or (one.goal is None and one.kind == goal.measure)) and one.value is not None
    ]
    dated = [one for one in found if one.measured_on and one.measured_on <= on]
    return sorted(dated, key=lambda one: (one.measured_on or on, one.id))


def _progress(old: LetterDraft, shown: list[tuple[Goal, list[Measurement]]], on: date) -> DraftSection:
    """Say for each goal what was measured since the old letter, beside where it stood then."""
    lines = []
    for goal, values in shown:
        before = [one for one in values if one.measured_on and one.measured_on <= old.drafted_on]
        since = [one for one in values if one.measured_on and one.measured_on > old.drafted_on]
        if not since:
            continue
        was = before[-1] if before else None
        last = since[-1]
        unit = f" {goal.unit}" if goal.unit else ""
        start = was.value if was else goal.baseline
        start_on = was.measured_on if was else None
        said = f"{goal.measure}: "
        if start is not None:
            said += f"{_number(start)}{unit}{f' on {spoken(start_on)}' if start_on else ''}, then "
        said += f"{_number(last.value)}{unit} on {spoken(last.measured_on or on)}"
        said += f"; aimed at {_number(goal.target)}{unit}" if goal.target is not None else ""
        lines.append(f"{said}.")
    first = f"Since the letter of {spoken(old.drafted_on)} these values were measured:"
    return DraftSection(
        id=PROGRESS, heading="What has changed", paragraphs=(first,) if lines else (), listed=tuple(lines)
    )


_STILL = "Why does the condition still need the training, by what has changed and what has not?"
_READ_AGAIN = "The words are those of the letter before: which dates, numbers and findings no longer hold?"
_NOTHING = "Which value of the goals was measured since the last letter? Without one, nothing shows a change."


def _questions(old: LetterDraft, section: DraftSection, seen: LastSeen | None) -> Iterator[DraftQuestion]:
    """Ask what no renewal can take over from the letter before."""
    if seen is None:
        asks = f"When did you last see the patient since {spoken(old.drafted_on)}, and how?"
        ways = [(id, letter_words().choice[id]) for id in ("in_person", "live_video", "questionnaire")]
        choices = tuple(DraftChoice(id=id, words=words) for id, words in ways)
        asked = _question("seen_since", asks, Speaker.CLINICIAN, "evaluation", is_required=True)
        yield asked.model_copy(update={"choices": choices})
    yield _question("still_necessary", _STILL, Speaker.CLINICIAN, "rationale")
    yield _question("words_still_hold", _READ_AGAIN, Speaker.CLINICIAN, "sections")
    if not section.listed:
        yield _question("measured_since", _NOTHING, Speaker.PATIENT, "goals")


def _question(id: str, asks: str, of: Speaker, where: str, *, is_required: bool = False) -> DraftQuestion:
    return DraftQuestion(id=id, asks=asks, of=of, where=where, is_required=is_required)


def _carried_on(goal: DraftGoal, shown: list[tuple[Goal, list[Measurement]]]) -> DraftGoal:
    """Start a goal of the new letter from the newest value; a target's day that has passed is asked anew."""
    values = next((values for one, values in shown if one.measure == goal.measure), [])
    if not values:
        return goal
    return goal.model_copy(update={"baseline": values[-1].value, "baseline_on": values[-1].measured_on})


def _number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else "?"
