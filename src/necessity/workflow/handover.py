"""The hand-over from therapy to training, in words: what the record says, and what it does not say."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.people import Clinician
from necessity.domain.training import Goal, TherapyEnd

_BECAUSE = {
    TherapyEnd.GOALS_MET: "its goals were met",
    TherapyEnd.BENEFIT_EXHAUSTED: "the plan's benefit for it was used up",
    TherapyEnd.PLATEAU: "progress had come to a halt",
    TherapyEnd.OTHER: "of another reason",
}
NONE = "none"


class HandOver(NamedTuple):
    """What therapy handed over to training."""

    sentences: tuple[str, ...]
    """What the record says, one sentence each; empty where no therapy came before."""
    missing: tuple[str, ...]
    """What it does not say and a reader would ask for."""

    @property
    def text(self) -> str:
        """Write the sentences as one paragraph. What is missing is left out, never filled in."""
        return " ".join(self.sentences)


def day(value: date) -> str:
    """Write a date as letters do."""
    return f"{value.day} {value:%B %Y}"


def _named(clinician: Clinician | None) -> str:
    if clinician is None or clinician.name is None:
        return ""
    licence = f", {clinician.licence}" if clinician.licence and clinician.licence != NONE else ""
    return f"{clinician.name}{licence}"


def _ended(case: Case, missing: list[str]) -> str:
    plan = case.plan
    treated_by = next((c for c in case.clinicians if c.id == plan.therapy_given_by), None)
    who, ended_on, why = _named(treated_by), plan.follows_therapy_that_ended_on, plan.therapy_ended_because
    missing += [] if who else ["who treated"]
    missing += [] if ended_on else ["the day of discharge"]
    missing += [] if why else ["why therapy ended"]
    reason = f" because {_BECAUSE[why]}" if why else ""
    words = f" ({plan.therapy_ended_words.rstrip('.')})" if plan.therapy_ended_words else ""
    by = f" with {who}" if who else ""
    if not (ended_on or why):
        return f"Therapy{by} came before this training{words}."
    when = f" on {day(ended_on)}" if ended_on else ""
    return f"Therapy{by} ended{when}{reason}{words}."


def _goal(goal: Goal) -> str:
    unit = f" {goal.unit}" if goal.unit else ""
    reached = f" from {goal.baseline.normalize():f}{unit}" if goal.baseline is not None else ""
    target = f" to {goal.target.normalize():f}{unit}" if goal.target is not None else ""
    serves = f", for {goal.serves}" if goal.serves else ""
    by = f" by {day(goal.reach_by_on)}" if goal.reach_by_on else ""
    return f"{goal.measure}{reached}{target}{by}{serves}"


def _home(case: Case) -> str:
    if case.plan.home_programme:
        return f"The home programme given: {case.plan.home_programme.rstrip('.')}."
    return "A home programme was given." if case.plan.home_programme_given else "No home programme was given."


def hand_over(case: Case) -> HandOver:
    """Put the hand-over from therapy into sentences, for letters and packets.

    Args:
        case: The record.

    Returns:
        The sentences and what is missing. Nothing is inferred: an unknown is named as missing and not written.
    """
    plan = case.plan
    came_before = plan.follows_therapy or plan.follows_therapy_that_ended_on or plan.therapy_ended_because
    if plan.follows_therapy is False or not came_before:
        return HandOver((), ())
    missing: list[str] = []
    sentences = [_ended(case, missing)]
    if plan.therapy_did:
        sentences.append(f"In therapy: {plan.therapy_did.rstrip('.')}.")
    else:
        missing.append("what was done in therapy")
    if plan.remaining_deficit == NONE:
        sentences.append("The record says that therapy left nothing unfinished.")
    elif plan.remaining_deficit:
        sentences.append(f"What remains: {plan.remaining_deficit.rstrip('.')}.")
    else:
        missing.append("what therapy left unfinished")
    if plan.home_programme or plan.home_programme_given is not None:
        sentences.append(_home(case))
    else:
        missing.append("whether a home programme was given")
    goals = [_goal(goal) for goal in plan.goals if goal.measure]
    if goals:
        sentences.append(f"The training works on: {'; '.join(goals)}.")
    return HandOver(tuple(sentences), tuple(missing))


def summary(case: Case, on: date) -> str:
    """Write the hand-over as a page to give to whoever takes over.

    Args:
        case: The record.
        on: The day it is written.

    Returns:
        Text, its lines unbroken; what is missing stands in a list of its own. Empty where no therapy came before.
    """
    handed = hand_over(case)
    if not handed.sentences:
        return ""
    lines = ["Hand-over from therapy to training", f"Patient: {case.patient.name or '(not in the record)'}"]
    lines += [f"Written on {day(on)} from the record of the case", "", *handed.sentences]
    latest = list(_latest(case))
    lines += [f"Measured since: {'; '.join(latest)}."] if latest else []
    lines += ["", "Not in the record:", *(f"- {name}" for name in handed.missing)] if handed.missing else []
    lines += [
        "",
        "For the clinician who treated to confirm. This is a summary, not a plan of care; no bill is made of it.",
    ]
    return "\n".join(lines) + "\n"


def _latest(case: Case) -> Iterator[str]:
    """Give the newest measured value of each goal, where there is one."""
    for goal in case.plan.goals:
        dated = [(m.measured_on, m) for m in case.measurements if m.goal == goal.id and m.measured_on]
        if not dated:
            continue
        measured_on, newest = max(dated, key=lambda pair: pair[0])
        if newest.value is not None:
            unit = f" {newest.unit or goal.unit}" if newest.unit or goal.unit else ""
            yield f"{goal.measure or newest.kind} {newest.value.normalize():f}{unit} on {day(measured_on)}"
