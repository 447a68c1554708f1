"""What belongs into a calendar: letters that end and are to be renewed, time limits, steps before the first session."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from necessity.domain.dates import spoken
from necessity.domain.decision import Decision
from necessity.domain.letter_life import RENEWAL_LEAD_DAYS
from necessity.domain.manifest import digest
from necessity.domain.reminder import Reminder
from necessity.workflow.checklist import Step, StepState
from necessity.workflow.letter_status import LetterStatus

_ENDS_OF_LETTERS = "letter_window_to"
_WARN_DAYS = 7


def reminders(
    decision: Decision,
    letters: Iterable[LetterStatus],
    steps: Iterable[Step] = (),
    lead_days: int = RENEWAL_LEAD_DAYS,
) -> tuple[Reminder, ...]:
    """List what is to be remembered, soonest first.

    Args:
        decision: The decision of a case for a day; its deadlines are taken over.
        letters: Where the letters of that case stand on that day.
        steps: The steps before the first session; open ones with a day are taken over.
        lead_days: Days before a letter's last day on which to renew it.

    Returns:
        One entry a thing; what is past is left out.
    """
    case, on = decision.case, decision.on
    found = [*_of_letters(case, letters, on, lead_days), *_of_deadlines(case, decision), *_of_steps(case, steps, on)]
    by_uid = {reminder.uid: reminder for reminder in found}
    return tuple(sorted(by_uid.values(), key=lambda one: (one.on, one.uid)))


def _uid(*parts: str) -> str:
    return f"{digest('|'.join(parts).encode())[:32]}@necessity"


def _of_letters(case: str, letters: Iterable[LetterStatus], on: date, lead_days: int) -> list[Reminder]:
    """Remind of each last day of a letter once, however many funding sources it ends for."""
    found: list[Reminder] = []
    for letter in letters:
        sources: dict[date, list[str]] = {}
        for window in letter.windows:
            if window.to_on and on <= window.to_on < date(9999, 1, 1):
                sources.setdefault(window.to_on, []).append(window.funding_source)
        for last, ends_for in sources.items():
            key = (case, letter.record, min(ends_for))
            what = f"letter {letter.letter} for {' and '.join(ends_for)} (case {case})"
            found += _of_one_end(what, key, last, max(last - timedelta(days=lead_days), on))
    return found


def _of_one_end(what: str, key: tuple[str, ...], last: date, renew_on: date) -> tuple[Reminder, Reminder]:
    renew = Reminder(
        uid=_uid("renew", *key),
        on=renew_on,
        summary="Time to renew a letter",
        detail=f"Renew {what}: it ends on {spoken(last)}. necessity letter renew",
    )
    ends = Reminder(
        uid=_uid("ends", *key),
        on=last,
        summary="Last day of a letter",
        detail=f"Last day of {what}. Sessions after it stay with other money.",
        warn_days=_WARN_DAYS,
    )
    return renew, ends


def _of_deadlines(case: str, decision: Decision) -> list[Reminder]:
    """Take over the time limits of a decision; the ends of letters come from the letters themselves."""
    found = []
    alike: Counter[tuple[str, str]] = Counter()
    for due in decision.deadlines:
        if due.rule == _ENDS_OF_LETTERS:
            continue
        alike[due.rule, due.about] += 1
        number = str(alike[due.rule, due.about])
        found.append(
            Reminder(
                uid=_uid("deadline", case, due.rule, due.about, number),
                on=due.due_on,
                summary="Last day of a time limit",
                detail=f"{due.what}: {due.about} (case {case}). Last day {spoken(due.due_on)}.",
                warn_days=_WARN_DAYS,
            )
        )
    return found


def _of_steps(case: str, steps: Iterable[Step], on: date) -> list[Reminder]:
    return [
        Reminder(
            uid=_uid("step", case, step.id),
            on=step.by_on - timedelta(days=1),
            summary="Last day for a step before a first appointment",
            detail=f"{step.title} (case {case}), before {spoken(step.by_on)}. {step.why}",
            warn_days=_WARN_DAYS,
        )
        for step in steps
        if step.state is StepState.OPEN and step.id != "start" and step.by_on and step.by_on > on
    ]
