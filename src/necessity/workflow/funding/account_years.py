"""Which accounts hold money for care, year by year, and in which order: what expires first is used first."""

from datetime import date, timedelta
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.dates import months_later, spoken
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.funding_plan import PlanQuestion

YEARLY = (
    FundingKind.HEALTH_FSA,
    FundingKind.HRA,
    FundingKind.QSEHRA,
    FundingKind.ICHRA,
    FundingKind.EBHRA,
    FundingKind.WELLNESS_STIPEND,
    FundingKind.GYM_VISIT_PROGRAM,
)
"""Kinds whose money is set for each plan year."""


class Purse(NamedTuple):
    """One account's money of one plan year, or an account without years."""

    source: FundingSource
    year: PlanYear | None
    use_by_on: date | None
    """Last day of care it pays for; None: it does not run out."""


def use_by(source: FundingSource, year: PlanYear) -> date | None:
    """Find the last day of care a plan year pays for: its end, or that of the grace period the plan states.

    Source:
        A grace period ends at the latest on the 15th day of the third month after the plan year (IRS Notice 2005-42).

    Examples:
        >>> fsa = FundingSource(id="fsa", kind=FundingKind.HEALTH_FSA, has_grace_period=True)
        >>> use_by(fsa, PlanYear(id="2026", ends_on=date(2026, 12, 31), grace_ends_on=date(2027, 6, 30)))
        datetime.date(2027, 3, 15)
    """
    if year.ends_on is None or not source.has_grace_period or year.grace_ends_on is None:
        return year.ends_on
    latest = months_later(year.ends_on.replace(day=1), 3) + timedelta(days=14)
    return max(year.ends_on, min(year.grace_ends_on, latest))


def following_year(year: PlanYear) -> tuple[date, date] | None:
    """Find the plan year that would follow one of a whole year: the next day, and twelve months."""
    if year.starts_on is None or year.ends_on is None:
        return None
    starts = year.ends_on + timedelta(days=1)
    return starts, months_later(starts, 12) - timedelta(days=1)


def purses(case: Case, on: date, last: date, asks: list[PlanQuestion]) -> list[Purse]:
    """List the money there is, in the order in which to use it, and ask for what is missing.

    Args:
        case: The record.
        on: Today; years that can no longer be claimed from are left out.
        last: Day of the last session ahead; years that start later are left out.
        asks: Questions are added here.

    Returns:
        Account years whose dates and election are known, those that expire first in front, an HSA last.
    """
    found = []
    for source in case.funding_sources:
        if not source.held:
            continue
        if source.kind is FundingKind.HSA:
            found.append(Purse(source, None, None))
            if source.balance_cents is None:
                asks.append(_ask("balance", f"How much is in the HSA {source.id}?", source, "balance"))
        elif source.kind in YEARLY:
            found += _years(source, on, last, asks)
    return sorted(found, key=_rank)


def _years(source: FundingSource, on: date, last: date, asks: list[PlanQuestion]) -> list[Purse]:
    found = []
    if not source.plan_years:
        asks.append(_ask("plan year", f"Which plan year does {source.id} have, and how much is set aside?", source, ""))
    for year in source.plan_years:
        place = f"{source.id}/{year.id}"
        ends = use_by(source, year)
        if year.starts_on is None or ends is None:
            lacking = "plan_year_starts_on" if year.starts_on is None else "plan_year_ends_on"
            asks.append(_typed(lacking, place, "On which days does the plan year start and end?"))
        elif max(ends, year.run_out_ends_on or ends) < on or year.starts_on > last:
            continue
        elif year.election_cents is None:
            if source.kind is not FundingKind.HEALTH_FSA or year.starts_on <= on:
                asks.append(_typed("year_election_cents", place, "How much is set aside or allowed for the year?"))
        else:
            found.append(Purse(source, year, ends))
    ends_on = max((y.ends_on for y in source.plan_years if y.ends_on), default=None)
    if ends_on and ends_on < last and source.kind is not FundingKind.HEALTH_FSA:  # an FSA's is the owner's to elect
        text = f"Which plan year of {source.id} follows {spoken(ends_on)}, and how much is allowed in it?"
        asks.append(_ask("plan year", text, source, ""))
    return found


def unknown_money(purse: Purse) -> list[PlanQuestion]:
    """Ask for what a year's money cannot be worked out without."""
    if purse.year is None:
        return []
    place, asks = f"{purse.source.id}/{purse.year.id}", []
    if purse.year.carried_in_cents is None:
        asks.append(_typed("year_carried_in_cents", place, "How much was carried over into that year? (0 if nothing)"))
    if purse.year.spent_cents is None:
        asks.append(_typed("year_spent_cents", place, "How much of it went to other things? (0 if nothing)"))
    return asks


def _rank(purse: Purse) -> tuple[object, ...]:
    """Order by the last day of use; among equals what is lost before what carries over, then by kind and name."""
    ends = purse.use_by_on or date.max
    carries = purse.source.has_carryover is True
    return (ends, carries, list(FundingKind).index(purse.source.kind), purse.source.id)


def _ask(about: str, question: str, source: FundingSource, key: str) -> PlanQuestion:
    where = f"{key} of the [[funding_source]] {source.id}" if key else f"a [[funding_source.plan_year]] of {source.id}"
    return PlanQuestion(about=f"{about}@{source.id}", question=question, answer_with=f"{where} in case.toml")


def _typed(fact: str, place: str, question: str) -> PlanQuestion:
    name = f"{fact}@{place}"
    return PlanQuestion(about=name, question=question, answer_with=f"necessity answer CASE {name}=…")
