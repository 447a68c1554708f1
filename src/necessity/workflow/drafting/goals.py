"""Goals with where they start, and what the measurements of the record show has changed."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.letter_draft import DraftGoal
from necessity.domain.training import Goal, Measurement
from necessity.workflow.drafting.desk import Desk
from necessity.workflow.handover import day


class Progress(NamedTuple):
    """One goal with its start and its newest measurement."""

    goal: Goal
    baseline: Decimal | None
    baseline_on: date | None
    latest: Measurement | None
    """The newest dated measurement after the start and up to the day; None where nothing was measured again."""

    @property
    def share(self) -> int | None:
        """Say how much of the way to the target is gone, in whole percent; None where it cannot be said."""
        start, target = self.baseline, self.goal.target
        if self.latest is None or self.latest.value is None or start is None or target is None or start == target:
            return None
        gone = (self.latest.value - start) * 100 / (target - start)
        return int(gone.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def amount(value: Decimal, unit: str | None) -> str:
    """Write a value with its unit.

    Examples:
        >>> amount(Decimal("42.0"), "%"), amount(Decimal("410"), "m"), amount(Decimal(9), None)
        ('42%', '410 m', '9')
    """
    number = f"{value.normalize():f}"
    return number if not unit else f"{number}%" if unit == "%" else f"{number} {unit}"


def measured(case: Case, goal: Goal, on: date) -> list[Measurement]:
    """List the dated values of a goal up to a day, oldest first."""
    dated = (m for m in case.measurements if m.goal == goal.id and m.value is not None)
    return sorted(
        (m for m in dated if m.measured_on and m.measured_on <= on), key=lambda m: (m.measured_on or on, m.id)
    )


def progress_of(case: Case, goal: Goal, on: date) -> Progress:
    """Put a goal's start and its newest value side by side.

    The start is the goal's own baseline, dated by the first measurement with that value; without one it is the first
    measurement.
    """
    values = measured(case, goal, on)
    first = next((m for m in values if goal.baseline is None or m.value == goal.baseline), None)
    baseline = goal.baseline if goal.baseline is not None else (first.value if first else None)
    later = [
        m for m in values if m is not first and (first is None or (m.measured_on or on) > (first.measured_on or on))
    ]
    return Progress(goal, baseline, first.measured_on if first else None, later[-1] if later else None)


def goals_of(desk: Desk) -> list[Progress]:
    """List the goals of the letter's condition; a goal that names none counts where the case has one condition."""
    condition = desk.condition.id if desk.condition else None
    fitting = [goal for goal in desk.case.plan.goals if goal.condition in (None, condition)]
    return [progress_of(desk.case, goal, desk.on) for goal in fitting]


def is_measurable(desk: Desk, goal: Goal) -> bool:
    """Say whether a goal says what is measured and where it is to go."""
    return desk.meant(goal.measure) is not None and goal.target is not None


def draft_goals(desk: Desk) -> tuple[DraftGoal, ...]:
    """Give the measurable goals as the draft keeps them."""
    return tuple(
        DraftGoal(
            measure=one.goal.measure or "",
            unit=one.goal.unit,
            baseline=one.baseline,
            baseline_on=one.baseline_on,
            target=one.goal.target,
            by=one.goal.reach_by_on,
            serves=one.goal.serves,
        )
        for one in goals_of(desk)
        if is_measurable(desk, one.goal)
    )


def goal_line(desk: Desk, one: Progress) -> str:
    """Write a goal as one point of a list."""
    goal, say = one.goal, desk.write
    on = say("goal_measured", day=day(one.baseline_on)) if one.baseline_on else ""
    start = say("goal_start", value=amount(one.baseline, goal.unit), on=on) if one.baseline is not None else ""
    target = say("goal_target", value=amount(goal.target, goal.unit)) if goal.target is not None else ""
    by = say("goal_by", day=day(goal.reach_by_on)) if goal.reach_by_on else ""
    serves = say("goal_serves", serves=goal.serves) if goal.serves else ""
    line = say("goal", measure=goal.measure, start=start, target=target, by=by, serves=serves)
    if one.latest and one.latest.value is not None and one.latest.measured_on:
        line += say("last_measured", value=amount(one.latest.value, goal.unit), day=day(one.latest.measured_on))
    return line + "."


def is_reached(one: Progress) -> bool:
    """Say whether the newest value has reached the target."""
    return one.share is not None and one.share >= 100 and _beyond(one)


def _beyond(one: Progress) -> bool:
    """Rounding must not reach a goal that was missed by a hair."""
    if one.latest is None or one.latest.value is None or one.goal.target is None or one.baseline is None:
        return False
    rises = one.goal.target > one.baseline
    return one.latest.value >= one.goal.target if rises else one.latest.value <= one.goal.target


def progress_line(desk: Desk, one: Progress) -> str:
    """Say in one sentence what has changed toward a goal; nothing is read into a value that is not there."""
    goal, latest = one.goal, one.latest
    filled: dict[str, object] = {
        "measure": goal.measure,
        "start": amount(one.baseline, goal.unit) if one.baseline is not None else desk.write("unknown_value"),
        "target": amount(goal.target, goal.unit) if goal.target is not None else "",
    }
    if latest is None or latest.value is None or latest.measured_on is None:
        return desk.write("not_measured", **filled)
    filled |= {"now": amount(latest.value, goal.unit), "day": day(latest.measured_on)}
    share = one.share
    if share is None:
        return desk.write("moved", **filled)
    if is_reached(one):
        return desk.write("reached", **filled)
    if latest.value == one.baseline:
        return desk.write("unchanged", **filled)
    if share < 0:
        return desk.write("away", **filled)
    return desk.write("toward", share=min(share, 99), **filled)


def since(desk: Desk, first_day: date | None) -> Iterator[str]:
    """Say how many sessions were held since the earlier letter, and how many minutes that was."""
    held = [
        s
        for s in desk.case.sessions
        if s.status == "held"
        and s.served_on
        and s.served_on < desk.on
        and (first_day is None or s.served_on >= first_day)
    ]
    if not held:
        yield desk.write("nothing_since")
        return
    count = desk.write("one_session") if len(held) == 1 else desk.write("some_sessions", count=len(held))
    minutes = [s.minutes for s in held]
    count = count[0].lower() + count[1:]
    if None in minutes:
        yield desk.write("since_open", count=count)
    else:
        yield desk.write("since", count=count, minutes=f"{sum(m or 0 for m in minutes):,}")
