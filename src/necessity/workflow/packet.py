"""Make a packet: choose what one payer needs to see of a case and its decision, and have it written.

Only what can be claimed today is claimed: lines that meet the rules we know, of services that were given.
Only the letters and receipts those lines rest on go along; the rest of the record stays at home.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from necessity.domain.case import Case
from necessity.domain.decision import Decision, RouteDecision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.people import Relationship
from necessity.domain.training import Goal, TrainingSession
from necessity.errors import FormatError
from necessity.formats.packet.contents import (
    ORDER,
    Packet,
    PacketContents,
    PacketGoal,
    PacketPart,
    PacketReading,
    PacketRow,
    PortalWords,
)
from necessity.formats.packet.view import day
from necessity.formats.packet.write import write, write_parts
from necessity.rulebook.words import words
from necessity.workflow.packet_lines import Chosen, open_rows
from necessity.workflow.packet_papers import Fetch, papers_for
from necessity.workflow.packet_programme import WELLNESS, period_of, programme_of, taken_from
from necessity.workflow.paid_once import asked_beside
from necessity.workflow.portal import Portal

_KEPT_AT_HOME = (FundingKind.HSA, FundingKind.TAX_DEDUCTION, FundingKind.OWN_POCKET)
_CERTIFICATION = (
    "I certify that the expenses above are for the patient named, that I have paid them, and that they have "
    "not been and will not be paid back from anywhere else."
)


class Wish(NamedTuple):
    """What is wanted of a packet, beside what is in the record."""

    max_bytes: int = 10_000_000
    """What the payer takes in one file."""
    in_one_file: bool = False
    """Whether everything must be in one file."""
    order: tuple[PacketPart, ...] = ORDER
    """In which order the parts stand."""
    words: PortalWords = PortalWords()
    """What the payer calls things."""
    leave_out: tuple[str, ...] = ()
    """Ids of letters, receipts and other papers that stay at home."""


def wish_of(portal: Portal, leave_out: tuple[str, ...] = ()) -> Wish:
    """Wish for what a payer's portal takes."""
    return Wish(portal.max_bytes, portal.in_one_file, portal.order, portal.words, leave_out)


def make_packets(
    case: Case, decision: Decision, route_id: str, papers: Fetch, made_on: date, payer_name: str, wish: Wish
) -> list[Packet]:
    """Make the packet for one funding source, in numbered parts where one file cannot hold it.

    Args:
        case: The record.
        decision: What was decided about it.
        route_id: Id of the funding source, or its kind where the case names none.
        papers: Hands out the files of letters and receipts.
        made_on: The date the packet carries; nothing served after it is claimed.
        payer_name: Who it is for, as they call themselves.
        wish: Limit, order, words, and what stays at home.

    Returns:
        The packet, or its parts, each with everything it lacks in plain sentences.

    Raises:
        FormatError: there is no such route or paper, or nothing can be claimed from it.
    """
    contents = contents_of(case, decision, route_id, papers, made_on, payer_name, wish)
    return write_parts(contents, max_bytes=wish.max_bytes, in_one_file=wish.in_one_file)


def make_packet(
    case: Case,
    decision: Decision,
    route_id: str,
    papers: Fetch,
    made_on: date,
    payer_name: str,
    *,
    max_bytes: int = 10_000_000,
) -> Packet:
    """Make the packet for one funding source in one file; arguments as for `make_packets`."""
    return write(contents_of(case, decision, route_id, papers, made_on, payer_name), max_bytes=max_bytes)


def contents_of(
    case: Case,
    decision: Decision,
    route_id: str,
    papers: Fetch,
    made_on: date,
    payer_name: str,
    wish: Wish = Wish(),  # noqa: B008  (a value, never changed)
) -> PacketContents:
    """Put together what goes into the packet for one funding source; arguments as for `make_packets`."""
    route = _route(decision, route_id)
    kind = FundingKind(route.kind)
    source = next((s for s in case.funding_sources if s.id == route_id), None)
    lines = sorted(
        (line for line in decision.lines if line.funding_source == route_id),
        key=lambda line: (line.served_on or date.max, line.id),
    )
    is_wellness = kind in WELLNESS
    chosen = Chosen(case, lines, made_on, insures=kind in _PLANS, names_clinicians=not is_wellness)
    claims = kind is not FundingKind.ONSITE_GYM  # its use is free; nothing is asked for
    rows = tuple(chosen.row(line, thing) for line, thing in chosen.claimed) if claims else ()
    sessions = (thing for _, thing in chosen.claimed if isinstance(thing, TrainingSession))
    contents = PacketContents(
        case_id=case.id,
        made_on=made_on,
        title=_title(kind, wish.words),
        payer_name=payer_name,
        funding_source=words().funding[kind].name,
        plan_year=None if is_wellness else _plan_years(source, rows),
        **_people(case, source, kind),
        providers=tuple(chosen.providers()),
        rows=rows,
        open_rows=tuple(open_rows(chosen, route)),
        sessions=() if is_wellness else tuple(chosen.session(one) for one in sessions),
        goals=() if is_wellness else tuple(_goals(case, chosen.letters())),
        papers=papers_for(case, chosen, source, papers, wish.leave_out, is_wellness=is_wellness),
        programme=programme_of(case, decision, route, source, chosen) if is_wellness and source else None,
        order=wish.order,
        words=wish.words,
        certification=_certification(kind) if rows else None,
        decided_by=route.decided_by,
        notice=decision.notice,
    )
    claimed = {row.id: row.claimed_cents or 0 for row in contents.rows}
    missing = (
        *_missing(contents, kind),
        *_too_early(contents, decision, route, source),
        *asked_beside(case, claimed, kind),
    )
    return contents.model_copy(update={"missing": missing})


def _certification(kind: FundingKind) -> str | None:
    """Say what is signed by hand; an employer's programme reads of a person, not of a patient."""
    if kind in _KEPT_AT_HOME:
        return None
    return _CERTIFICATION.replace("patient", "person") if kind in WELLNESS else _CERTIFICATION


def _title(kind: FundingKind, portal: PortalWords) -> str:
    if kind in _KEPT_AT_HOME:
        return "Record of expenses"
    if kind is FundingKind.ONSITE_GYM:
        return "Record of use"
    return portal.request or "Request for reimbursement"


def _people(case: Case, source: FundingSource | None, kind: FundingKind) -> dict[str, Any]:
    """Say who it is about; only a health plan is told the date of birth, which no account's form asks for."""
    holder, is_self = case.account_holder.name, case.patient.relationship is Relationship.SELF
    if is_self:
        holder = holder or case.patient.name
    return {
        "patient_name": case.patient.name or (holder if is_self else None),
        "patient_born_on": case.patient.born_on if kind in _PLANS else None,
        "account_holder": holder,
        "member_id": (source.member_id if source else None) or case.account_holder.member_id,
        "employer": case.account_holder.employer,
    }


def _too_early(
    contents: PacketContents, decision: Decision, route: RouteDecision, source: FundingSource | None
) -> Iterator[str]:
    """Say where a gym programme does not take the claim yet, or has nothing to pay yet."""
    if contents.programme is None or source is None:
        return
    starts = taken_from(decision, route, source, period_of(source, contents.made_on))
    if starts and contents.made_on < starts:
        yield f"The programme takes it from {day(starts)} on, not before. Make the packet again then."
    if source.kind is FundingKind.GYM_VISIT_PROGRAM:
        if not contents.programme.visits:
            yield "The attendance log of the period is empty. Log the visits, and let the facility confirm them."
        elif any(visit.is_confirmed is not True for visit in contents.programme.visits):
            yield "Not every day is confirmed. Let the facility sign the attendance log, or add its printout."
    if not contents.rows and source.kind is not FundingKind.ONSITE_GYM:
        yield "No expense can be claimed yet; this is the log for the facility to sign."
        yield from (f"{row.service}: {row.why}" for row in contents.open_rows)


_PLANS = {FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE}


def _route(decision: Decision, route_id: str) -> RouteDecision:
    for route in decision.routes:
        if route.funding_source == route_id:
            return route
    known = ", ".join(route.funding_source for route in decision.routes)
    raise FormatError(
        f"The case {decision.case} has no funding source {route_id!r}.",
        f"Choose one of: {known}.",
        format="packet",
    )


def _plan_years(source: FundingSource | None, rows: Iterable[PacketRow]) -> str | None:
    days = [row.served_on for row in rows if row.served_on]
    years = [
        year
        for year in (source.plan_years if source else ())
        if year.starts_on and year.ends_on and any(year.starts_on <= on <= year.ends_on for on in days)
    ]
    return "; ".join(f"{year.id} ({day(year.starts_on)} to {day(year.ends_on)})" for year in years) or None


def _goals(case: Case, letters: list[str]) -> Iterator[PacketGoal]:
    """List the goals of the conditions that the letters name, and those of no named condition."""
    conditions = {letter.condition for letter in case.letters if letter.id in letters}
    for goal in case.plan.goals:
        if goal.measure and (goal.condition is None or goal.condition in conditions):
            yield PacketGoal(
                measure=goal.measure,
                unit=goal.unit,
                baseline=goal.baseline,
                target=goal.target,
                reach_by_on=goal.reach_by_on,
                readings=tuple(_readings(case, goal)),
            )


def _readings(case: Case, goal: Goal) -> Iterator[PacketReading]:
    tracking = (m for m in case.measurements if m.goal == goal.id and m.value is not None)
    for measurement in sorted(tracking, key=lambda m: (m.measured_on or date.max, m.id)):
        if measurement.value is not None:
            yield PacketReading(measured_on=measurement.measured_on, value=measurement.value)


def _missing(contents: PacketContents, kind: FundingKind) -> Iterator[str]:
    """Say what the record lacks for this packet; missing files are said by the writer."""
    if not contents.patient_name:
        yield "The patient's name is not in the record. Add it as the plan or account knows it."
    if not contents.account_holder:
        yield "The account holder's name is not in the record. Add it."
    if not contents.member_id and kind not in (*_KEPT_AT_HOME, FundingKind.WELLNESS_STIPEND, FundingKind.ONSITE_GYM):
        yield "The member number is not in the record. It stands on the card or in the account's letters."
    if bare := [row for row in contents.rows if row.receipt is None]:
        yield f"No receipt is named for {_days(bare)}. Ask whoever was paid for an itemised receipt."
    if bare := [row for row in contents.rows if row.provider is None]:
        yield f"Who delivered the service is not in the record for {_days(bare)}. Add the name."
    if bare := [row for row in contents.rows if row.charge_cents is None or row.claimed_cents is None]:
        yield f"The amount is not in the record for {_days(bare)}. Add what was charged."


def _days(rows: list[PacketRow]) -> str:
    named = [day(row.served_on) for row in rows[:5]]
    return "; ".join(named) + (f"; and {len(rows) - 5} more" if len(rows) > 5 else "")
