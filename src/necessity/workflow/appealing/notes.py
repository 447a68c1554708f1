"""The notes of the refused sessions, as an exhibit: what the record holds of just those days, and no other."""

from necessity.domain.case import Case
from necessity.domain.training import Measurement, ServiceStatus, TrainingSession
from necessity.formats.appeal.contents import NotedSession
from necessity.formats.packet.view import day
from necessity.workflow.packet_words import activity_words, named

FILE_NAME = "session-notes.pdf"


def notes_of(case: Case, things: tuple[str, ...]) -> tuple[NotedSession, ...]:
    """Collect what the record holds of the refused sessions: work, notes, and what was measured on those days.

    Args:
        case: The record.
        things: Ids of the sessions and expenses behind the refused lines.

    Returns:
        One entry a session that was held and of which more is known than its day, oldest first.
    """
    held = [one for one in case.sessions if one.id in things and one.status is ServiceStatus.HELD and one.served_on]
    held.sort(key=lambda one: (str(one.served_on), one.id))
    first_of_day = {one.served_on: one.id for one in reversed(held)}
    found = []
    for one in held:
        measured = _measured(case, one) if first_of_day[one.served_on] == one.id else ""
        if one.note or one.activities or measured:
            found.append(_noted(case, one, measured))
    return tuple(found)


def notes_title(notes: tuple[NotedSession, ...]) -> str:
    """Say what the exhibit is."""
    first, last = notes[0].served_on, notes[-1].served_on
    return f"Session notes of {first}" if first == last else f"Session notes of the refused days, {first} to {last}"


def _noted(case: Case, session: TrainingSession, measured: str) -> NotedSession:
    starts = session.starts_at.strftime("%-I:%M %p") if session.starts_at else ""
    minutes = f"{session.minutes} minutes" if session.minutes else ""
    return NotedSession(
        served_on=day(session.served_on),
        when=", ".join(filter(None, (starts, minutes))),
        done="; ".join(activity_words(one) for one in session.activities),
        note=f"Noted: {session.note}" if session.note else "",
        measured=measured,
        by=_by(case, session),
    )


def _by(case: Case, session: TrainingSession) -> str:
    """Name who trained, and who oversaw it."""
    trainer = next((one.name for one in case.trainers if one.id == session.trainer), None)
    clinicians = {one.id: one for one in case.clinicians}
    overseer = named(clinicians.get(session.supervisor or ""))
    who = (trainer, named(clinicians.get(session.clinician or "")), f"overseen by {overseer}" if overseer else "")
    return ", ".join(filter(None, who))


def _measured(case: Case, session: TrainingSession) -> str:
    """Say what was measured toward a goal on the day of a session."""
    goals = {goal.id: goal for goal in case.plan.goals}
    own = [one for one in case.measurements if one.measured_on == session.served_on and one.goal in goals]
    told = [_value(one, goals[one.goal or ""].measure or one.kind, goals[one.goal or ""].unit) for one in own]
    return f"Measured: {'; '.join(filter(None, told))}" if any(told) else ""


def _value(one: Measurement, measure: str, unit: str | None) -> str:
    return f"{measure} {one.value} {one.unit or unit or ''}".strip() if one.value is not None else ""
