"""What a wellness packet holds beside the statement: attendance, the programme's dates, what tax makes of the money.

No letter, no diagnosis, no measurement and no procedure code goes to an employer or a gym programme.
"""

from collections.abc import Iterator
from datetime import date

from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, Finding, KnownFact, RouteDecision
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.money import dollars
from necessity.domain.training import TrainingSession
from necessity.domain.visits import GymVisit, visit_days
from necessity.formats.packet.contents import PacketProgramme, PacketVisit
from necessity.formats.packet.view import day
from necessity.rulebook.words import words
from necessity.workflow.packet_lines import Chosen
from necessity.workflow.packet_words import service_words

WELLNESS = (FundingKind.WELLNESS_STIPEND, FundingKind.ONSITE_GYM, FundingKind.GYM_VISIT_PROGRAM)
"""Kinds of funding source that are no business of a clinician's."""

_TAX_RULES = (
    "us.employer.cash_is_wages",
    "us.employer.offsite_fees_are_wages",
    "us.employer.stipend_that_proves_medical_care_is_an_hra",
    "us.employer.onsite_gym_stands_on_employers_premises",
    "us.employer.onsite_gym_is_run_by_employer",
    "us.employer.onsite_gym_is_for_staff_and_families",
)
_FROM, _BY = "gym_claim_from_on", "gym_claim_by_on"


def programme_of(
    case: Case, decision: Decision, route: RouteDecision, source: FundingSource, chosen: Chosen
) -> PacketProgramme:
    """Put together what a form of a wellness programme asks for.

    Args:
        case: The record.
        decision: What was decided about it.
        route: Its answer for the programme.
        source: The programme as the record names it.
        chosen: The lines of the packet and its day; the period that holds the day, else the last before it, is meant.

    Returns:
        Label and value of each thing, the attendance of the period, and what the tax law makes of the money.
    """
    year = period_of(source, chosen.made_on)
    visits = _visits(case, source, year, chosen.made_on)
    return PacketProgramme(
        facts=tuple(_facts(case, decision, route, source, year)),
        visits=tuple(_visit(source, visit) for visit in visits) or tuple(_sessions_held(chosen)),
        confirmed=_confirmed(source, visits),
        tax=tuple(dict.fromkeys(_tax(route.findings))),
    )


def _visit(source: FundingSource, visit: GymVisit) -> PacketVisit:
    return PacketVisit(
        visited_on=visit.visited_on,
        facility=visit.facility,
        activity=visit.activity,
        is_confirmed=True if source.facility_confirmed_visits else visit.is_confirmed,
    )


def _sessions_held(chosen: Chosen) -> Iterator[PacketVisit]:
    """Take the claimed sessions for attendance where no visits are logged; what was trained is left out."""
    for line, thing in chosen.claimed:
        if isinstance(thing, TrainingSession):
            what = service_words(line.kind, thing)
            yield PacketVisit(visited_on=thing.served_on, facility=thing.place, activity=what)


def period_of(source: FundingSource, on: date) -> PlanYear | None:
    """Find the programme's period that holds a day, else the last that ended before it."""
    known = [year for year in source.plan_years if year.starts_on and year.starts_on <= on]
    return max(known, key=lambda year: year.starts_on or date.min, default=None)


def taken_from(decision: Decision, route: RouteDecision, source: FundingSource, year: PlanYear | None) -> date | None:
    """Find the first day on which the programme takes the claim of a period; None where it is not known to wait."""
    known = next((one.value for one in _known(route) if one.fact == _FROM), None)
    return known if isinstance(known, date) else _deadline(decision, _FROM, source, year)


def _deadline(decision: Decision, fact: str, source: FundingSource, year: PlanYear | None) -> date | None:
    wanted = f"{source.id} {year.id}" if year else source.id
    return next((one.due_on for one in decision.deadlines if one.rule == fact and one.about == wanted), None)


def _visits(case: Case, source: FundingSource, year: PlanYear | None, on: date) -> list[GymVisit]:
    """List the visits of the period up to the day of the packet, in order."""
    first = year.starts_on if year and year.starts_on else date.min
    last = min(year.ends_on if year and year.ends_on else date.max, on)
    own = [one for one in case.visits if one.funding_source == source.id and one.visited_on]
    inside = [one for one in own if one.visited_on and first <= one.visited_on <= last]
    return sorted(inside, key=lambda one: (one.visited_on or date.max, one.id))


def _confirmed(source: FundingSource, visits: list[GymVisit]) -> str:
    if not visits:
        return ""
    if source.facility_confirmed_visits:
        return "The record says that the facility confirmed this list as a whole."
    days = {visit.visited_on for visit in visits}
    confirmed = {visit.visited_on for visit in visits if visit.is_confirmed}
    if days == confirmed:
        return "The record says that the facility confirmed every day of it."
    return f"The facility confirmed {len(confirmed)} of these {len(days)} days; the others wait for its signature."


def _facts(
    case: Case, decision: Decision, route: RouteDecision, source: FundingSource, year: PlanYear | None
) -> Iterator[tuple[str, str]]:
    if year and year.starts_on and year.ends_on:
        yield "Period", f"{day(year.starts_on)} to {day(year.ends_on)}"
        if year.election_cents is not None:
            yield "Pays at most", dollars(year.election_cents)
    asked = next((k.value for k in _known(route) if k.fact in ("gym_visits_asked_for", "gym_visits_required")), None)
    if asked is not None:
        yield "Visits asked for", str(asked)
    days = visit_days(case.visits, source.id, year.starts_on if year else None, year.ends_on if year else None)
    if days.listed is not None:
        yield "Days with a visit", f"{days.listed}, of them confirmed in the log {days.confirmed}"
    if starts := taken_from(decision, route, source, year):
        yield "Taken from", f"{day(starts)} on, not before"
    if ends := _deadline(decision, _BY, source, year):
        yield "To be there by", day(ends)
    if source.kind is FundingKind.ONSITE_GYM:
        yield "To do", words().funding[source.kind].when_met


def _known(route: RouteDecision) -> Iterator[KnownFact]:
    for finding in route.findings:
        yield from finding.because


def _tax(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Say what the tax law makes of the money, as the rules that speak of it answered, each with its source."""
    for finding in findings:
        if finding.rule in _TAX_RULES and finding.answer is not Answer.NOT_APPLICABLE:
            sources = "; ".join(f"{words().source_kind[c.kind]}: {c.where}" for c in finding.citations)
            yield f"{finding.message} ({sources})" if sources else finding.message
