"""The next letter, drafted from the one that ends: the same words, nothing answered, and what the measurements show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.dates import spoken
from necessity.domain.letter import VisitBasis
from necessity.domain.letter_draft import DraftGoal, DraftQuestion, DraftSection, LetterDraft, Speaker
from necessity.domain.training import Goal, Measurement
from necessity.errors import RecordError
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


def renewal(
    case: Case,
    old: LetterDraft,
    ends_on: date | None,
    on: date,
    *,
    seen: LastSeen | None = None,
    fresh: LetterDraft | None = None,
) -> LetterDraft:
    """Draft the letter that follows another one.

    Args:
        case: The case with its measurements.
        old: The letter that ends, as it was signed.
        ends_on: Its last day; None where it is not known.
        on: The day the new one is drafted.
        seen: The evaluation since; None is asked, since the one before the old letter does not carry the new one.
        fresh: The same letter drafted anew from the case, whose words are then used; None: the words of the old one,
            which the clinician is asked to read again.

    Returns:
        The draft: a letter of its own that names the old one, to begin the day after it, or today where that is past.

    Raises:
        RecordError: the old letter belongs to another case, or the evaluation lies before it.
    """
    if old.case != case.id:
        raise _refused("letter", old.letter, f"Letter {old.letter} belongs to the case {old.case!r}.")
    if seen and not old.drafted_on <= seen.on <= on:
        why = f"The evaluation of {seen.on} does not lie between the letter of {old.drafted_on} and {on}."
        raise _refused("last_seen_on", seen.on, why)
    base = fresh or old
    shown = [(goal, _values(case, goal, on)) for goal in case.plan.goals]
    section = _progress(old, shown, on)
    kept = tuple(part for part in base.sections if part.id != PROGRESS)
    questions = [*base.questions, *_questions(old, section, seen, is_fresh=fresh is not None)]
    begins = max(ends_on + timedelta(days=1), on) if ends_on else on
    return unanswered(base).model_copy(
        update={
            "letter": renewal_id(case, old.letter),
            "version": 1,
            "replaces": old.letter,
            "drafted_on": on,
            "starts_on": begins,
            "last_seen_on": seen.on if seen else None,
            "visit_basis": seen.basis.value if seen else None,
            "goals": tuple(_carried_on(goal, shown) for goal in base.goals),
            "sections": (*kept, section) if section.paragraphs or section.listed else kept,
            "questions": tuple({question.id: question for question in questions}.values()),
        }
    )


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


def _questions(
    old: LetterDraft, section: DraftSection, seen: LastSeen | None, *, is_fresh: bool
) -> Iterator[DraftQuestion]:
    """Ask what no renewal can take over from the letter before."""
    if seen is None:
        asks = f"When did you last see the patient since {spoken(old.drafted_on)}, and how?"
        yield _question("seen_since", asks, Speaker.CLINICIAN, "last_seen_on", is_required=True)
    yield _question("still_necessary", _STILL, Speaker.CLINICIAN, "rationale")
    if not is_fresh:
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
