"""Time limits by type of plan: which steps there are, who must take them, how their days are counted.

What a step takes (180 days, four months) is a parameter of the law or a column of a payer's profile, dated and cited
there; `deadlines/*.toml` say which of them counts for which type of plan, from what, and how. So a number stands in one
place, whether a fact's SQL or this module counts with it. A step that a type of plan does not have says why.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.dates import (
    days_after_calendar_year,
    grace_period_last_day,
    last_day_of_months,
    months_on,
    review_last_day,
)
from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind, FundingSource, PlanMarket
from necessity.errors import RecordError
from necessity.parameters.load import BUILT_IN, Parameters, load
from necessity.parameters.source import Source, nearest, sources

_FILE_KEYS = frozenset({"id", "name", "kind", "notes", "like", "like_status", "without", "step", "citation"})
_STEP_KEYS = frozenset({
    "step", "stage", "what", "whose", "from", "amounts", "count", "status", "none", "inference", "citations",
})  # fmt: skip
_WHOSE = ("person", "plan", "operator", "reviewer")
_HOURS_A_DAY = 24


class Count(StrEnum):
    """How the last day follows from the day a step starts and from an amount."""

    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"
    MONTHS_TO_A_BUSINESS_DAY = "months_to_a_business_day"
    PERIOD_OF_MONTHS = "period_of_months"
    DAYS_AFTER_CALENDAR_YEAR = "days_after_calendar_year"
    GRACE_PERIOD = "grace_period"
    SAME_DAY = "same_day"


_COUNTED: dict[Count, Callable[[date, int], date]] = {
    Count.DAYS: lambda day, amount: day + timedelta(days=amount),
    Count.HOURS: lambda day, amount: day + timedelta(days=-(-amount // _HOURS_A_DAY)),
    Count.MONTHS: months_on,
    Count.MONTHS_TO_A_BUSINESS_DAY: review_last_day,
    Count.PERIOD_OF_MONTHS: last_day_of_months,
    Count.DAYS_AFTER_CALENDAR_YEAR: days_after_calendar_year,
    Count.GRACE_PERIOD: lambda day, _: grace_period_last_day(day),
    Count.SAME_DAY: lambda day, _: day,
}


class Step(NamedTuple):
    """One step of one type of plan."""

    step: str
    """What it is called: decision, appeal, external_review …"""
    stage: str
    """urgent, pre_service, post_service; empty where it makes no difference."""
    what: str
    """What is due, in words."""
    whose: str
    """Who must act: person, plan, operator, reviewer."""
    trigger: str
    """What the days are counted from, in words."""
    amounts: tuple[str, ...]
    """Parameters or profile columns that are added up; empty where the count needs none."""
    counted: Count
    """How it is counted."""
    status: str
    """in_force, or draft for what nobody has verified: shown, never relied upon."""
    none: str
    """Why this type of plan has no such step; empty where it has."""
    inference: str
    """What in it is our own conclusion; empty where the sources say all of it."""
    citations: tuple[Citation, ...]
    """Sources beyond those of the amounts."""


class PlanType(NamedTuple):
    """A type of plan, account or duty with the steps it knows."""

    id: str
    name: str
    kind: str
    """The funding kind whose profile is asked; empty where none is."""
    notes: str
    steps: tuple[Step, ...]


class Due(NamedTuple):
    """One step with its last day."""

    plan_type: str
    step: str
    stage: str
    what: str
    whose: str
    trigger: str
    due_on: date | None
    """Last day; None where there is no such step or its number is not known."""
    hours: int | None
    """Hours, where the law counts hours; the day is then the one they end on at the latest."""
    status: str
    why_none: str
    """Why there is no day; empty where there is one."""
    inference: str
    citations: tuple[Citation, ...]
    amount: int | None = None
    """How many days, hours or months are counted; None where there is no day or nothing is counted."""


def _step(source: Source, table: dict[str, Any], cites: dict[str, Citation], known: set[str]) -> Step:
    name = str(table.get("step", "?"))
    source.check_keys(table, _STEP_KEYS, f"Step {name}")
    none, amounts = table.get("none", ""), tuple(table.get("amounts", ()))
    wanted = ("step", "what", "whose") if none else ("step", "what", "whose", "from", "count")
    lacking = [key for key in wanted if not table.get(key)]
    if lacking:
        raise source.fault(f"Step {name} lacks {', '.join(lacking)}.", "Add what is missing.", "step", name)
    for word, allowed in ((table["whose"], _WHOSE), (table.get("count", Count.DAYS), tuple(Count))):
        if word not in allowed:
            raise source.fault(f"Step {name} says {word!r}.", f"Allowed: {', '.join(allowed)}.", word)
    for amount in amounts:
        if amount not in known:
            raise source.fault(f"{amount!r} is no parameter.", f"Did you mean {nearest(amount, known)!r}?", amount)
    missing = [c for c in table.get("citations", ()) if c not in cites]
    if missing or not (amounts or table.get("citations")):
        raise source.fault(f"Step {name} lacks a source.", "Cite one, or name a cited amount.", "step", name)
    return Step(
        name, table.get("stage", ""), table["what"], table["whose"], table.get("from", ""), amounts,
        Count(table.get("count", Count.DAYS)), table.get("status", "in_force"), none, table.get("inference", ""),
        tuple(cites[c] for c in table.get("citations", ())),
    )  # fmt: skip


def load_plan_types(parameters: Parameters, *folders: Path) -> dict[str, PlanType]:
    """Load every type of plan by id; an operator's file of the same id stands for the shipped one.

    Args:
        parameters: Whose names the steps may count with.
        folders: Operators' folders with a `deadlines/` like the shipped one; a later one wins.

    Raises:
        RulebookError: a broken file, with file and line.
    """
    known = set(parameters.law) | set(parameters.columns)
    found: dict[str, PlanType] = {}
    likes: dict[str, Source] = {}
    for folder in (BUILT_IN, *folders):
        for source in sources(folder / "deadlines"):
            plan_type = _plan_type(source, known)
            found[plan_type.id] = plan_type
            likes.pop(plan_type.id, None)
            if "like" in source.content:
                likes[plan_type.id] = source
    taken = {id: _taken_over(source, found, likes) for id, source in likes.items()}
    return {id: one._replace(steps=(*one.steps, *taken.get(id, ()))) for id, one in found.items()}


def _plan_type(source: Source, known: set[str]) -> PlanType:
    """Read one file: the steps written in it, without those of the type it is like."""
    content = source.content
    source.check_keys(content, _FILE_KEYS, "A type of plan")
    id = str(content.get("id", ""))
    cites = source.citations(content.get("citation", []), id)
    steps = tuple(_step(source, table, cites, known) for table in content.get("step", []))
    if not (id and content.get("name") and steps):
        raise source.fault("A type of plan lacks id, name or steps.", "Add what is missing.")
    return PlanType(id, content["name"], content.get("kind", ""), content.get("notes", ""), steps)


def _taken_over(source: Source, found: dict[str, PlanType], likes: dict[str, Source]) -> list[Step]:
    """List the steps of the type this one is like, but for those it writes itself or does without."""
    content = source.content
    model = content["like"]
    if model not in found or model in likes:
        step = "Name a type that writes its own steps."
        raise source.fault(f"{content['id']} is like {model!r}, which cannot be copied.", step, "like")
    left_out = {step.step for step in found[content["id"]].steps} | set(content.get("without", ()))
    status = content.get("like_status")
    steps = [step for step in found[model].steps if step.step not in left_out]
    return [step._replace(status=status or step.status) for step in steps]


def plan_type_of(source: FundingSource) -> str | None:
    """Find the type of plan whose time limits hold for a funding source; None where that is not known.

    Examples:
        >>> plan_type_of(FundingSource(id="p", kind=FundingKind.GROUP_PLAN, is_erisa=True, is_grandfathered=False))
        'erisa_group_plan'
        >>> plan_type_of(FundingSource(id="p", kind=FundingKind.GROUP_PLAN, is_erisa=True)) is None
        True
    """
    if source.kind is not FundingKind.GROUP_PLAN:
        return _TYPE_OF_KIND.get(source.kind)
    if source.is_erisa is None or source.is_grandfathered is None or source.market in _OUTSIDE:
        return None
    if source.is_erisa:
        return "erisa_grandfathered_plan" if source.is_grandfathered else "erisa_group_plan"
    if source.is_grandfathered:
        return None
    return {PlanMarket.INDIVIDUAL: "aca_individual_plan", None: None}.get(source.market, "aca_group_plan")


_OUTSIDE = (PlanMarket.SHORT_TERM, PlanMarket.SHARING_MINISTRY, PlanMarket.EXCEPTED_BENEFIT)
_TYPE_OF_KIND = {
    FundingKind.MEDICARE: "medicare",
    FundingKind.MEDICARE_ADVANTAGE: "medicare_advantage",
    FundingKind.HSA: "hsa",
    FundingKind.HEALTH_FSA: "health_fsa",
    FundingKind.LIMITED_PURPOSE_FSA: "limited_purpose_fsa",
    FundingKind.DEPENDENT_CARE_FSA: "dependent_care_fsa",
    FundingKind.HRA: "hra",
    FundingKind.WELLNESS_STIPEND: "lifestyle_account",
}


@cache
def _shipped() -> tuple[Parameters, dict[str, PlanType]]:
    parameters = load()
    return parameters, load_plan_types(parameters)


def _amount(
    parameters: Parameters, name: str, on: date, payer: str, kind: str
) -> tuple[int, tuple[Citation, ...]] | None:
    """Find a number on a day with its sources; None where none is known for that day."""
    if name in parameters.law:
        dated = next((d for d in parameters.law[name].values if d.from_on <= on <= d.until_on), None)
        return (dated.value, dated.citations) if dated else None
    for profile in parameters.profiles:
        if (profile.payer, profile.kind) == (payer, kind) and profile.from_on <= on <= profile.until_on:
            value = profile.says.get(name)
            return None if value is None else (value, profile.cites.get(name, ()))
    return None


def _due(parameters: Parameters, plan_type: PlanType, step: Step, trigger_on: date, payer: str) -> Due:
    day, hours, why, amount = None, None, step.none, None
    cites = dict.fromkeys(step.citations)
    if not step.none:
        found = [_amount(parameters, name, trigger_on, payer, plan_type.kind) for name in step.amounts]
        total = 0
        for one in found:
            if one is None:
                why = f"No number is known here for {trigger_on}; look in the plan's own papers."
                break
            total += one[0]
            cites |= dict.fromkeys(one[1])
        else:
            day = _COUNTED[step.counted](trigger_on, total)
            amount = total if step.amounts else None
            hours = total if step.counted is Count.HOURS else None
    return Due(
        plan_type.id, step.step, step.stage, step.what, step.whose, step.trigger, day, hours, step.status, why,
        step.inference, tuple(cites), amount,
    )  # fmt: skip


def deadlines_for(
    plan_type: str,
    step: str,
    trigger_on: date,
    *,
    stage: str = "",
    payer: str = "generic",
    book: tuple[Parameters, dict[str, PlanType]] | None = None,
) -> tuple[Due, ...]:
    """Find the last day of a step for a type of plan, with its sources.

    The day after the trigger is day one; days are calendar days.

    Args:
        plan_type: Such as erisa_group_plan, health_fsa, medicare, hsa; see `deadlines/`.
        step: Such as decision, decision_extended, appeal, external_review, timely_filing, breach_notice.
        trigger_on: The day that starts the clock: a claim or notice received, a service given, a breach found.
        stage: urgent, pre_service or post_service; empty asks for all there are.
        payer: Id of the payer's profile, where the number is the payer's.
        book: Parameters and plan types of an operator; the shipped ones where left out.

    Returns:
        One answer a stage; `due_on` is None with `why_none` where there is no such step or no number.

    Raises:
        RecordError: an unknown type of plan, step or stage.

    Examples:
        >>> (due,) = deadlines_for("erisa_group_plan", "appeal", date(2026, 1, 15), stage="post_service")
        >>> str(due.due_on), due.whose
        ('2026-07-14', 'person')
    """
    parameters, types = book or _shipped()
    if plan_type not in types:
        raise _unknown("type of plan", plan_type, types)
    steps = [one for one in types[plan_type].steps if one.step == step]
    if not steps:
        raise _unknown(f"step of {plan_type}", step, {one.step: one for one in types[plan_type].steps})
    fitting = [one for one in steps if stage in ("", one.stage) or not one.stage]
    if not fitting:
        raise _unknown(f"stage of {step}", stage, {one.stage: one for one in steps})
    return tuple(_due(parameters, types[plan_type], one, trigger_on, payer) for one in fitting)


def find_due(
    plan_type: str | None,
    step: str,
    trigger_on: date | None,
    *,
    stage: str = "",
    payer: str = "generic",
    book: tuple[Parameters, dict[str, PlanType]] | None = None,
) -> Due | None:
    """Find the last day of one step, where all it hangs on is known; arguments as for `deadlines_for`.

    Returns:
        The answer, which may be that there is no such step (`why_none`); None where the type of plan, the day or the
        stage is not known, or nothing is known here of such a step.

    Examples:
        >>> str(find_due("health_fsa", "appeal", date(2026, 6, 10)).due_on)
        '2026-12-07'
        >>> find_due(None, "appeal", date(2026, 6, 10)) is None
        True
    """
    _, types = book or _shipped()
    if plan_type not in types or trigger_on is None:
        return None
    known = [one for one in types[plan_type].steps if one.step == step and one.stage in ("", stage)]
    if len(known) != 1:
        return None
    return deadlines_for(plan_type, step, trigger_on, stage=known[0].stage, payer=payer, book=book)[0]


def _unknown(what: str, word: str, known: dict[str, Any]) -> RecordError:
    return RecordError(
        f"{word!r} is no {what}.",
        f"Did you mean {nearest(word, known)!r}?",
        field=what,
        value=word,
        allowed=", ".join(known),
    )
