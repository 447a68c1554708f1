"""What the record shows for an appeal: diagnosis, order, letter, goals, sessions; nothing that it does not hold."""

from collections.abc import Iterator
from datetime import date

from necessity.domain.case import Case
from necessity.domain.letter import LetterOfMedicalNecessity
from necessity.domain.people import Clinician
from necessity.domain.training import ServiceStatus, TrainingSession
from necessity.formats.appeal.contents import Sentence
from necessity.formats.packet.view import day
from necessity.rulebook.words import words
from necessity.workflow.appealing.sentences import Pen, Told
from necessity.workflow.packet_words import named

_NOTHING = Told("", "")


def record_sentences(
    case: Case, pen: Pen, letters: tuple[str, ...], things: tuple[str, ...], source: str, payer: str
) -> list[Sentence]:
    """Say what the record holds of condition, order, letters, goals and sessions.

    Args:
        case: The record.
        pen: Writes the letter.
        letters: Ids of the letters the refused lines hang on.
        things: Ids of the sessions and expenses behind the refused lines.
        source: Id of the funding source that refused.
        payer: The same in words.
    """
    held = [letter for letter in case.letters if letter.id in letters]
    wanted = {letter.condition for letter in held if letter.condition}
    return [
        *_conditions(case, pen, wanted),
        *_orders(case, pen, wanted),
        *(sentence for letter in held for sentence in _letter(case, pen, letter, source, payer)),
        *_therapy(case, pen),
        *_goals(case, pen, wanted),
        *_sessions(case, pen, things),
    ]


def _clinician(case: Case, id: str | None) -> Clinician | None:
    return next((one for one in case.clinicians if one.id == id), None)


def _day(value: date | None, at: str, before: str = " on ") -> Told:
    return Told(f"{before}{day(value)}", at) if value else _NOTHING


def _conditions(case: Case, pen: Pen, wanted: set[str]) -> Iterator[Sentence]:
    for condition in case.conditions:
        at = f"conditions/{condition.id}"
        if condition.is_diagnosed is not True or not condition.name or (wanted and condition.id not in wanted):
            continue
        code = Told(f" (ICD-10-CM {condition.code})", f"{at}/code") if condition.code else _NOTHING
        yield pen.says("condition", name=Told(condition.name, f"{at}/name"), code=code)
        if by := named(_clinician(case, condition.diagnosed_by)):
            on = _day(condition.diagnosed_on, f"{at}/diagnosed_on")
            yield pen.says("diagnosed", clinician=Told(by, f"{at}/diagnosed_by"), on=on)


def _orders(case: Case, pen: Pen, wanted: set[str]) -> Iterator[Sentence]:
    for order in case.orders:
        by = named(_clinician(case, order.ordered_by))
        if not by or order.kind is None or (wanted and order.condition not in wanted):
            continue
        at = f"orders/{order.id}"
        parts = [f"{order.sessions_per_week} times a week"] if order.sessions_per_week else []
        parts += [f"{order.minutes_per_session} minutes each"] if order.minutes_per_session else []
        parts += [f"for {order.weeks} weeks"] if order.weeks else []
        amount = Told(f", {', '.join(parts)}", at) if parts else _NOTHING
        service = Told(words().service[order.kind], f"{at}/kind")
        on = _day(order.ordered_on, f"{at}/ordered_on", ", on ")
        yield pen.says("ordered", clinician=Told(by, f"{at}/ordered_by"), service=service, amount=amount, on=on)


def _letter(case: Case, pen: Pen, letter: LetterOfMedicalNecessity, source: str, payer: str) -> Iterator[Sentence]:
    at = f"letters/{letter.id}"
    by = named(_clinician(case, letter.signed_by))
    if letter.signed_on is None and not by:
        return
    period = _NOTHING
    if letter.effective_from and letter.effective_to:
        period = Told(f"; it is for {day(letter.effective_from)} to {day(letter.effective_to)}", at)
    yield pen.says(
        "letter",
        by=Told(f" by {by}", f"{at}/signed_by") if by else _NOTHING,
        on=_day(letter.signed_on, f"{at}/signed_on"),
        period=period,
    )
    for sent in case.submissions:
        if (sent.letter, sent.funding_source) != (letter.id, source) or sent.received_on is None:
            continue
        at = f"submissions/{sent.id}"
        taken = sent.approved_on if sent.is_approved else None
        word = Told(f" and accepted it on {day(taken)}", f"{at}/approved_on") if taken else _NOTHING
        came = Told(day(sent.received_on), f"{at}/received_on")
        yield pen.says("received", payer=Told(payer, f"{at}/funding_source"), received_on=came, accepted=word)


def _therapy(case: Case, pen: Pen) -> Iterator[Sentence]:
    ended = case.plan.follows_therapy_that_ended_on
    if case.plan.follows_therapy and ended:
        yield pen.says("therapy", on=Told(day(ended), "plan/follows_therapy_that_ended_on"))


def _goals(case: Case, pen: Pen, wanted: set[str]) -> Iterator[Sentence]:
    """Give each goal with where it began, and its last value where there is a later one."""
    for goal in case.plan.goals:
        if (wanted and goal.condition not in (*wanted, None)) or goal.measure is None:
            continue
        at = f"plan/goals/{goal.id}"
        unit = f" {goal.unit}" if goal.unit and goal.unit != "%" else goal.unit or ""
        if goal.baseline is not None and goal.target is not None:
            yield pen.says(
                "goal",
                measure=Told(goal.measure, f"{at}/measure"),
                baseline=Told(str(goal.baseline), f"{at}/baseline"),
                target=Told(str(goal.target), f"{at}/target"),
                unit=Told(unit, f"{at}/unit" if unit else ""),
                by=_day(goal.reach_by_on, f"{at}/reach_by_on", ", by "),
            )
        own = [one for one in case.measurements if one.goal == goal.id and one.value is not None and one.measured_on]
        last = max(own, key=lambda one: (one.measured_on or date.min, one.id), default=None)
        if last and last.measured_on:
            yield pen.says(
                "measured",
                measure=Told(goal.measure, f"{at}/measure"),
                value=Told(str(last.value), f"measurements/{last.id}/value"),
                unit=Told(unit, f"{at}/unit" if unit else ""),
                on=Told(day(last.measured_on), f"measurements/{last.id}/measured_on"),
            )


def _sessions(case: Case, pen: Pen, things: tuple[str, ...]) -> Iterator[Sentence]:
    held: list[TrainingSession] = [
        one for one in case.sessions if one.id in things and one.status is ServiceStatus.HELD and one.served_on
    ]
    if not held:
        return
    held.sort(key=lambda one: (one.served_on or date.min, one.id))
    first, last = held[0], held[-1]
    who = {one.trainer for one in held}
    trainer = next((one for one in case.trainers if {one.id} == who), None)
    by = Told(f" by {trainer.name}", f"trainers/{trainer.id}/name") if trainer and trainer.name else _NOTHING
    start = _day(first.served_on, f"sessions/{first.id}/served_on", "")
    if len(held) == 1:
        yield pen.says("given_one", first=start, by=by)
        return
    end = _day(last.served_on, f"sessions/{last.id}/served_on", "")
    yield pen.says("given", count=Told(str(len(held)), "sessions"), first=start, last=end, by=by)
