"""Draft a claim over a range of days: which sessions, one line a code and day, units, charges, pointers.

A claim that goes to a health plan carries codes, and only those that whoever did the work may bill; everything else,
and every claim on an account, stands in plain words. Nothing is rounded up: a tie between codes is told, not broken in
silence, and the cents of a session are shared out so that they add up to its charge again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from necessity.codesets.procedures.billing import PayerKind, PlanWording, Renderer, may_bill
from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.tables import procedures
from necessity.codesets.procedures.units import UnitRule, count_units
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, FiledBy, Frequency, ServiceLine
from necessity.domain.decision import Decision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.money import share_out
from necessity.domain.people import Licence
from necessity.domain.training import Incurred, ServiceStatus, TrainingSession
from necessity.errors import RecordError
from necessity.rulebook.words import words

PLANS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)
"""Kinds of funding source that read procedure codes."""
_PLANS_OF_CARE = {Licence.PT: "GP", Licence.OT: "GO", Licence.SLP: "GN"}
"""Whose plan of care it is, by the licence of who gave the work."""
_MOST_LINES = 50
_MOST_DIAGNOSES = 12


class ClaimRange(NamedTuple):
    """What is to be claimed."""

    funding_source: str
    """Id of the funding source asked."""
    first: date | None = None
    """First day of service; None: from the beginning."""
    last: date | None = None
    """Last day of service; None: up to the day of the draft."""
    claim: str | None = None
    """Id for the claim, which is also its control number; None: made from source and day."""
    frequency: Frequency = Frequency.FIRST
    """First, replacement or void."""
    replaces: str | None = None
    """The payer's number of the claim that is replaced or voided."""
    rule: UnitRule | None = None
    """Whose counting rule the payer follows; None: as the record says."""
    filed_by: FiledBy = FiledBy.MEMBER
    """Who sends it."""
    asks_codes: bool = False
    """Whether the payer's profile asks for procedure codes though it is no health plan."""


class DraftedClaim(NamedTuple):
    """Claims ready to be checked, and what was noticed."""

    claims: tuple[Claim, ...]
    """One, or several where one would have more than fifty lines; empty where nothing can be claimed."""
    findings: tuple[CodeFinding, ...]
    """Why a code was left off, which units are a choice, what was left out, in the order met."""


def draft_claim(case: Case, decision: Decision, wanted: ClaimRange, on: date) -> DraftedClaim:
    """Draft the claim for one funding source over a range of days.

    Args:
        case: The record.
        decision: What was decided about it; its charges are used, so that claim and decision never differ.
        wanted: What is to be claimed.
        on: The day of the draft; nothing served after it is claimed.

    Returns:
        The drafted claims with what was noticed.

    Raises:
        RecordError: there is no such funding source, or a correction names no claim of the payer's.
    """
    source = source_of(case, wanted.funding_source)
    if wanted.frequency is not Frequency.FIRST and not wanted.replaces:
        raise RecordError(
            "A replacement or void must name the payer's own number of the first claim.",
            "Take it from the payer's answer and give it with --replaces.",
            field="claim.replaces",
            value=None,
            allowed="the payer's claim number",
        )
    charges = {line.id: line.charge_cents for line in decision.lines if line.funding_source == source.id}
    letters = {line.id: line.letter for line in decision.lines if line.funding_source == source.id}
    noticed: list[CodeFinding] = []
    things = list(_chosen(case, source, wanted, on, noticed))
    drafting = _Drafting(case, source, wanted, charges, noticed)
    lines = [line for line in drafting.lines(things) if line.charge_cents is not None]
    if not lines:
        noticed.append(_said("nothing_to_claim", Weight.STOP, "", "No service in these days can be claimed.", _RANGE))
    diagnoses = tuple(_diagnoses(case, things, letters))
    return DraftedClaim(tuple(_claims(case, source, wanted, lines, diagnoses, things)), tuple(noticed))


_RANGE = "Choose other days, or enter the sessions that were held."


def source_of(case: Case, id: str) -> FundingSource:
    """Find a funding source by its id.

    Raises:
        RecordError: the case has none of that id.
    """
    for source in case.funding_sources:
        if source.id == id:
            return source
    known = ", ".join(source.id for source in case.funding_sources) or "none"
    raise RecordError(
        f"The case has no funding source {id!r}.",
        f"Name one of: {known}.",
        field="funding_source",
        value=id,
        allowed=known,
    )


def _said(check: str, weight: Weight, where: str, text: str, fix: str) -> CodeFinding:
    return CodeFinding(check, weight, where, text, fix, ())


def _chosen(
    case: Case, source: FundingSource, wanted: ClaimRange, on: date, noticed: list[CodeFinding]
) -> Iterator[Incurred]:
    """List what was held in the range and is on no other claim to the same payer, oldest first."""
    first, last = wanted.first or date.min, min(wanted.last or on, on)
    taken = {
        expense: claim.id
        for claim in case.claims
        if claim.funding_source == source.id and claim.id != wanted.claim and claim.state is not ClaimState.DRAFT
        for line in claim.service_lines
        for expense in filter(None, (line.expense, *line.also))
    }
    things = [*case.sessions, *case.expenses]
    for thing in sorted(things, key=lambda one: (one.served_on or date.max, one.id)):
        if thing.served_on is None:
            text = f"{thing.id} has no date of service and is left out."
            noticed.append(_said("service_date", Weight.ASK, thing.id, text, "Enter the day it was held."))
        elif first <= thing.served_on <= last and thing.status is ServiceStatus.HELD:
            if wanted.frequency is Frequency.FIRST and thing.id in taken:
                text = f"{thing.id} stands on claim {taken[thing.id]} already and is left out."
                fix = "Look for the answer to that claim; to change it, draft a replacement."
                noticed.append(_said("claimed_before", Weight.ADVICE, thing.id, text, fix))
            else:
                yield thing


class _Drafting:
    """Makes the lines of one claim."""

    def __init__(
        self,
        case: Case,
        source: FundingSource,
        wanted: ClaimRange,
        charges: Mapping[str, int | None],
        noticed: list[CodeFinding],
    ) -> None:
        self.source, self.wanted, self.charges, self.noticed = source, wanted, charges, noticed
        self.coded = source.kind in PLANS or wanted.asks_codes
        self.licences = {trainer.id: trainer.licence for trainer in case.trainers}
        self.licences |= {clinician.id: clinician.licence for clinician in case.clinicians}
        self.packages = {package.id for package in case.packages}
        self._told: set[tuple[str, str]] = set()

    def lines(self, things: Iterable[Incurred]) -> Iterator[ServiceLine]:
        """Write the lines, oldest first: one a code and day, or one a service where no code belongs."""
        days: dict[tuple[date, str], list[TrainingSession]] = defaultdict(list)
        for thing in things:
            if thing.served_on is None:
                continue
            if isinstance(thing, TrainingSession) and self.coded and any(a.procedure_code for a in thing.activities):
                days[thing.served_on, thing.clinician or thing.trainer or ""].append(thing)
            else:
                yield self.plain(thing)
        for (on, _), sessions in sorted(days.items(), key=lambda one: one[0]):
            yield from self.day(on, sessions)

    def plain(self, thing: Incurred) -> ServiceLine:
        """Write a service in plain words, without any code."""
        charge = self.charges.get(thing.id, thing.charge_cents)
        if charge is None:
            fix = "Enter what was charged."
            self.noticed.append(_said("charge", Weight.ASK, thing.id, f"What {thing.id} cost is not known.", fix))
        kind = getattr(thing, "kind", "personal_training")
        session = thing if isinstance(thing, TrainingSession) else None
        return ServiceLine(
            id=thing.id,
            expense=thing.id,
            served_on=thing.served_on,
            words=words().service.get(kind, "service").capitalize(),
            minutes=session.minutes if session else None,
            place_of_service=session.place_of_service if session else None,
            charge_cents=charge,
        )

    def day(self, on: date, sessions: list[TrainingSession]) -> Iterator[ServiceLine]:
        """Write one day's work of one person: codes that may be billed on a line each, the rest in words."""
        minutes: dict[str, int] = defaultdict(int)
        cents: dict[str, int] = defaultdict(int)
        behind: dict[str, dict[str, None]] = defaultdict(dict)
        for session in sessions:
            refused = [
                a.procedure_code
                for a in session.activities
                if a.procedure_code and not self.may(a.procedure_code, session)
            ]
            uncoded = [a.name for a in session.activities if not a.procedure_code]
            if refused or uncoded:
                if uncoded and not refused:
                    text = f"{session.id} has work without a code ({', '.join(uncoded)}); it stands in plain words."
                    fix = "Give every stretch its code, or leave the day in plain words."
                    self.noticed.append(_said("code_missing", Weight.ASK, session.id, text, fix))
                yield self.plain(session)
                continue
            for code, share in self.shares(session).items():
                cents[code] += share
            for activity in session.activities:
                minutes[activity.procedure_code or ""] += activity.minutes or 0
                behind[activity.procedure_code or ""][session.id] = None
        if minutes:
            yield from self.coded_lines(on, minutes, cents, behind, sessions)

    def may(self, code: str, session: TrainingSession) -> bool:
        """Say whether whoever did the work may bill the code; tell it once where not."""
        kind = PayerKind.COMMERCIAL if self.source.kind is FundingKind.GROUP_PLAN else PayerKind.MEDICARE
        if self.source.kind not in PLANS:
            kind = PayerKind.ACCOUNT
        by = Renderer(
            self.licences.get(session.clinician or session.trainer or ""), self.licences.get(session.supervisor or "")
        )
        wording = PlanWording(self.source.pays_trainers, self.source.pays_training_under_supervision)
        against = may_bill(code, by, kind, wording)
        if against and (code, against.message) not in self._told:
            self._told.add((code, against.message))
            self.noticed.append(against)
        return against is None

    def shares(self, session: TrainingSession) -> dict[str, int]:
        """Share a session's charge out over its codes by minutes, exact to the cent."""
        charge = self.charges.get(session.id, session.charge_cents)
        if charge is None:
            fix = "Enter what was charged."
            self.noticed.append(_said("charge", Weight.ASK, session.id, f"What {session.id} cost is not known.", fix))
            return {}
        spent: dict[str, int] = defaultdict(int)
        for activity in session.activities:
            spent[activity.procedure_code or ""] += activity.minutes or 0
        return share_out(charge, spent)

    def coded_lines(
        self,
        on: date,
        minutes: Mapping[str, int],
        cents: Mapping[str, int],
        behind: Mapping[str, Mapping[str, None]],
        sessions: list[TrainingSession],
    ) -> Iterator[ServiceLine]:
        """Count the units of a day and write a line for each code that bears one."""
        units = self.units(on, minutes)
        orphaned = sum(cents.get(code, 0) for code in minutes if not units.get(code))
        bearing = [code for code in minutes if units.get(code)]
        extra = share_out(orphaned, {code: minutes[code] for code in bearing}) if bearing else {}
        for place, code in enumerate(bearing, start=1):
            first, *others = behind[code]
            yield ServiceLine(
                id=first if len(bearing) == 1 else f"{first}-{place}",
                expense=first,
                also=tuple(others),
                served_on=on,
                procedure_code=code,
                modifiers=self.plan_of_care(code, [one for one in sessions if one.id in behind[code]]),
                place_of_service=sessions[0].place_of_service,
                minutes=minutes[code],
                units=units[code],
                charge_cents=cents.get(code, 0) + extra.get(code, 0) if code in cents else None,
                diagnosis_pointers=(1,),
            )

    def plan_of_care(self, code: str, sessions: list[TrainingSession]) -> tuple[str, ...]:
        """Name the therapist's plan of care that a line stands under, where the record says that one was in force."""
        known = procedures().get(code)
        licences = {self.licences.get(session.clinician or "") for session in sessions}
        under_one = all(session.has_plan_of_care for session in sessions) and len(licences) == 1
        named = (
            _PLANS_OF_CARE.get(licences.pop() or Licence.NONE) if known and known.always_therapy and under_one else None
        )
        return (named,) if named else ()

    def units(self, on: date, minutes: Mapping[str, int]) -> dict[str, int]:
        """Count units by the payer's rule; where the rule is not known and matters, the lower count stands."""
        known = self.wanted.rule or (self.source.counts_units_by and UnitRule(self.source.counts_units_by))
        rules = (known,) if known else tuple(UnitRule)
        counted = [count_units(minutes, rule) for rule in rules]
        by_code = [{a.code: a.units for a in (*one.allocations, *one.apart)} for one in counted]
        if len(by_code) == 2 and by_code[0] != by_code[1]:
            text = f"{on}: the CMS rule and the midpoint rule count other units; the lower count is written."
            fix = "Ask the payer which rule it counts by, and give it with --rule."
            self.noticed.append(_said("unit_rule", Weight.ASK, str(on), text, fix))
        for one in counted[:1]:
            if one.choice:
                among = " or ".join(one.choice.among)
                text = f"{on}: {one.choice.units} unit may go to {among}; the record does not say which."
                self.noticed.append(_said("unit_choice", Weight.ASK, str(on), text, "Whoever treated chooses."))
            for code in one.unknown:
                text = f"{code} is not loaded here; no units are counted for it."
                self.noticed.append(_said("code_not_loaded", Weight.ASK, code, text, "Check the code."))
        lowest = {code: min(one.get(code, 0) for one in by_code) for code in minutes}
        return lowest


def _diagnoses(case: Case, things: list[Incurred], letters: Mapping[str, str | None]) -> Iterator[str]:
    """List the codes that letters behind the lines name, then those ordered for, or else the only one there is."""
    named = {letter.id: letter.condition for letter in case.letters}
    wanted = [named.get(letters.get(thing.id) or "") for thing in things]
    wanted += [order.condition for order in case.orders]
    by_id = {condition.id: condition for condition in case.conditions}
    found = dict.fromkeys(by_id[id].code for id in wanted if id and by_id[id].code and by_id[id].is_diagnosed)
    known = [condition.code for condition in case.conditions if condition.is_diagnosed and condition.code]
    if not found and len(known) == 1:  # with several, which one was treated is not ours to say
        found = dict.fromkeys(known)
    yield from (code for code in list(found)[:_MOST_DIAGNOSES] if code)


def _claims(
    case: Case,
    source: FundingSource,
    wanted: ClaimRange,
    lines: list[ServiceLine],
    diagnoses: tuple[str, ...],
    things: list[Incurred],
) -> Iterator[Claim]:
    """Part the lines into claims of fifty."""
    last = max((line.served_on for line in lines if line.served_on), default=None)
    name = wanted.claim or f"{source.id}-{last:%Y%m%d}" if last else source.id
    rendering = {thing.clinician or thing.trainer for thing in things} - {None}
    supervising = {thing.supervisor for thing in things} - {None}
    ordering = [order.ordered_by for order in case.orders if order.ordered_by]
    chunks = [lines[at : at + _MOST_LINES] for at in range(0, len(lines), _MOST_LINES)]
    for number, chunk in enumerate(chunks, start=1):
        yield Claim(
            id=name if len(chunks) == 1 else f"{name}-{number}",
            funding_source=source.id,
            state=ClaimState.DRAFT,
            filed_by=wanted.filed_by,
            frequency=wanted.frequency,
            replaces=wanted.replaces,
            billing_provider=case.billing_providers[0].id if len(case.billing_providers) == 1 else None,
            rendering_provider=next(iter(rendering)) if len(rendering) == 1 else None,
            supervising_provider=next(iter(supervising)) if len(supervising) == 1 else None,
            ordering_provider=ordering[-1] if ordering else None,
            diagnoses=diagnoses,
            service_lines=tuple(
                line if diagnoses else line.model_copy(update={"diagnosis_pointers": ()}) for line in chunk
            ),
        )
