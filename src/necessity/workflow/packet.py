"""Make a packet: choose what one payer needs to see of a case and its decision, and have it written.

Only what can be claimed today is claimed: lines that meet the rules we know, of services that were given.
Only the letters and receipts those lines rest on go along; the rest of the record stays at home.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath

from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, LineDecision, Outcome, RouteDecision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.money import dollars
from necessity.domain.people import Relationship
from necessity.domain.receipt import Receipt
from necessity.domain.training import Goal, Incurred, ServiceStatus, TrainingSession
from necessity.errors import FormatError
from necessity.formats.packet.contents import (
    Packet,
    PacketContents,
    PacketGoal,
    PacketOpenRow,
    PacketPaper,
    PacketReading,
    PacketRow,
    PacketSession,
    PaperKind,
)
from necessity.formats.packet.view import day
from necessity.formats.packet.write import write
from necessity.parameters.load import Parameters
from necessity.rulebook.words import words
from necessity.workflow.packet_words import (
    activity_words,
    clinician_line,
    letter_title,
    named,
    receipt_title,
    service_words,
    trainer_line,
)
from necessity.workflow.paid_once import asked_beside

Fetch = Callable[[str], bytes | None]
"""Hands out a paper by its path under papers/; None where it is not there."""

_KEPT_AT_HOME = (FundingKind.HSA, FundingKind.TAX_DEDUCTION, FundingKind.OWN_POCKET)
_CERTIFICATION = (
    "I certify that the expenses above are for the patient named, that I have paid them, and that they have "
    "not been and will not be paid back from anywhere else."
)
_NOT_HELD = "Not given yet; it can be claimed afterwards."
_NOTHING_LEFT = "Nothing remains to be claimed for it from here."


def portal_bytes(parameters: Parameters, source: FundingSource, on: date) -> int:
    """Say what the payer's portal takes in one file on a day, in bytes; 10 MB where its profile does not say."""
    for profile in parameters.profiles:
        if (profile.payer, profile.kind) == (source.payer or "generic", source.kind) and (
            profile.from_on <= on <= profile.until_on
        ):
            return int(profile.says.get("portal_max_megabytes") or _USUAL_MEGABYTES) * 1_000_000
    return _USUAL_MEGABYTES * 1_000_000


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
    """Make the packet for one funding source.

    Args:
        case: The record.
        decision: What was decided about it.
        route_id: Id of the funding source, or its kind where the case names none.
        papers: Hands out the files of letters and receipts.
        made_on: The date the packet carries; nothing served after it is claimed.
        payer_name: Who it is for, as they call themselves.
        max_bytes: What the payer takes in one file.

    Returns:
        The packet, with everything it lacks in plain sentences.

    Raises:
        FormatError: there is no such route, or nothing can be claimed from it.
    """
    return write(contents_of(case, decision, route_id, papers, made_on, payer_name), max_bytes=max_bytes)


def contents_of(
    case: Case, decision: Decision, route_id: str, papers: Fetch, made_on: date, payer_name: str
) -> PacketContents:
    """Put together what goes into the packet for one funding source; arguments as for `make_packet`."""
    route = _route(decision, route_id)
    kind = FundingKind(route.kind)
    source = next((s for s in case.funding_sources if s.id == route_id), None)
    lines = sorted(
        (line for line in decision.lines if line.funding_source == route_id),
        key=lambda line: (line.served_on or date.max, line.id),
    )
    chosen = _Chosen(case, lines, made_on, insures=kind in _PLANS)
    holder = case.account_holder.name
    if case.patient.relationship is Relationship.SELF:
        holder = holder or case.patient.name
    rows = tuple(chosen.row(line, thing) for line, thing in chosen.claimed)
    contents = PacketContents(
        case_id=case.id,
        made_on=made_on,
        title="Record of expenses" if kind in _KEPT_AT_HOME else "Request for reimbursement",
        payer_name=payer_name,
        funding_source=words().funding[kind].name,
        plan_year=_plan_years(source, rows),
        patient_name=case.patient.name or (holder if case.patient.relationship is Relationship.SELF else None),
        patient_born_on=case.patient.born_on,
        account_holder=holder,
        member_id=(source.member_id if source else None) or case.account_holder.member_id,
        employer=case.account_holder.employer,
        providers=tuple(chosen.providers()),
        rows=rows,
        open_rows=tuple(_open_rows(chosen, route)),
        sessions=tuple(chosen.session(thing) for _, thing in chosen.claimed if isinstance(thing, TrainingSession)),
        goals=tuple(_goals(case, chosen.letters())),
        papers=(*_letters(case, chosen.letters(), papers), *_receipts(chosen.receipts(), papers)),
        certification=None if kind in _KEPT_AT_HOME else _CERTIFICATION,
        decided_by=route.decided_by,
        notice=decision.notice,
    )
    claimed = {row.id: row.claimed_cents or 0 for row in contents.rows}
    lacks = (*_missing(contents, kind), *asked_beside(case, claimed, kind))
    return contents.model_copy(update={"missing": lacks})


_USUAL_MEGABYTES = 10
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


class _Chosen:
    """The lines of one route, parted into what is claimed and what is not, with the records they rest on."""

    def __init__(self, case: Case, lines: list[LineDecision], made_on: date, *, insures: bool) -> None:
        self.case = case
        self.insures = insures
        """A health plan is asked for the whole charge; what its share is, it says itself."""
        self.made_on = made_on
        self.things: dict[str, Incurred] = {thing.id: thing for thing in (*case.sessions, *case.expenses)}
        self.trainers = {trainer.id: trainer for trainer in case.trainers}
        self.clinicians = {clinician.id: clinician for clinician in case.clinicians}
        self.packages = {package.id: package for package in case.packages}
        self._receipts = {receipt.id: receipt for receipt in case.receipts}
        self._charges = {line.id: line.charge_cents for line in lines}
        self.claimed = [(line, self.things[line.id]) for line in lines if self.is_claimed(line)]
        self.open = [line for line in lines if line.outcome is not Outcome.NOT_PAYABLE and not self.is_claimed(line)]

    def is_claimed(self, line: LineDecision) -> bool:
        """Say whether a line is asked for: it meets the rules, was given, and something remains of it."""
        given = self.was_given(line)
        return given and line.outcome is Outcome.PAYABLE and line.payable_cents != 0

    def was_given(self, line: LineDecision) -> bool:
        """Say whether a service is known to have been given by the day of the packet."""
        thing = self.things.get(line.id)
        held = thing is not None and thing.status is ServiceStatus.HELD
        return held and line.served_on is not None and line.served_on <= self.made_on

    def receipt_of(self, thing: Incurred) -> Receipt | None:
        """Find the receipt behind a service, its own or its package's."""
        package = self.packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
        named = thing.receipt or (package.receipt if package else None)
        return self._receipts.get(named or "")

    def receipts(self) -> list[Receipt]:
        """List the receipts behind the claimed lines, each once: their own, and those of their packages."""
        found: dict[str, Receipt] = {}
        for _, thing in self.claimed:
            package = self.packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
            for receipt in (thing.receipt, package.receipt if package else None):
                if receipt in self._receipts:
                    found |= {receipt: self._receipts[receipt]}
        return list(found.values())

    def letters(self) -> list[str]:
        """List the ids of the letters the claimed lines hang on, each once."""
        return list(dict.fromkeys(line.letter for line, _ in self.claimed if line.letter))

    def row(self, line: LineDecision, thing: Incurred) -> PacketRow:
        """Write one line of the statement."""
        receipt = self.receipt_of(thing)
        return PacketRow(
            id=line.id,
            served_on=line.served_on,
            service=service_words(line.kind, thing),
            minutes=thing.minutes if isinstance(thing, TrainingSession) else None,
            provider=self.provider(thing) or (receipt.paid_to if receipt else None),
            receipt=receipt.id if receipt else None,
            charge_cents=line.charge_cents,
            paid_cents=self.paid_cents(line, thing),
            claimed_cents=line.charge_cents if self.insures else line.payable_cents,
            note=self.note(line),
        )

    def paid_cents(self, line: LineDecision, thing: Incurred) -> int | None:
        """Say what the receipt shows as paid for this line, where that can be told."""
        receipt, charge = self.receipt_of(thing), line.charge_cents
        if receipt is None or receipt.amount_cents is None or charge is None:
            return None
        package = self.packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
        if package and not thing.receipt:
            due = package.price_cents
        else:
            sharing = [other.id for other in self.things.values() if other.receipt == receipt.id]
            charges = [self._charges.get(other) for other in sharing]
            if len(sharing) == 1:
                return min(receipt.amount_cents, charge)
            due = None if None in charges else sum(c or 0 for c in charges)
        return charge if due is not None and receipt.amount_cents >= due else None

    def note(self, line: LineDecision) -> str:
        """Say why less is claimed than was charged."""
        sources = {source.id: words().funding[source.kind].name for source in self.case.funding_sources}
        paid_back = []
        for back in (back for back in self.case.reimbursements if back.expense == line.id):
            much = dollars(back.amount_cents) if back.amount_cents is not None else "Some of it"
            paid_back.append(f"{much} came back from {sources.get(back.funding_source or '', 'elsewhere')}.")
        less = line.payable_cents is not None and (line.charge_cents or 0) > line.payable_cents
        return " ".join(paid_back) or ("Only part of the charge is claimed here." if less else "")

    def provider(self, thing: Incurred) -> str | None:
        """Name who delivered a service, with the business and who oversaw it."""
        trainer = self.trainers.get(thing.trainer or "")
        clinician = self.clinicians.get(thing.clinician or "")
        supervisor = self.clinicians.get(thing.supervisor or "")
        business = f" ({trainer.business_name})" if trainer and trainer.business_name else ""
        who = [
            trainer.name + business if trainer and trainer.name else business.strip(" ()"),
            named(clinician),
            f"overseen by {named(supervisor)}" if supervisor and supervisor.name else "",
        ]
        return ", ".join(filter(None, who)) or None

    def providers(self) -> Iterator[str]:
        """Describe everybody who delivered a claimed service: credentials, business, address, tax number."""
        trainers = dict.fromkeys(thing.trainer for _, thing in self.claimed if thing.trainer)
        clinicians = dict.fromkeys(thing.clinician for _, thing in self.claimed if thing.clinician)
        yield from (trainer_line(self.trainers[id]) for id in trainers)
        yield from filter(None, (clinician_line(self.clinicians[id]) for id in clinicians))

    def session(self, session: TrainingSession) -> PacketSession:
        """Write one line of the session log."""
        return PacketSession(
            served_on=session.served_on,
            starts_at=session.starts_at,
            minutes=session.minutes,
            activities=tuple(activity_words(activity) for activity in session.activities),
            trainer=self.provider(session),
            note=session.note,
        )


def _open_rows(chosen: _Chosen, route: RouteDecision) -> Iterator[PacketOpenRow]:
    """List what is not claimed yet, undated services alike as one row."""
    grouped: dict[tuple[object, ...], PacketOpenRow] = {}
    for line in chosen.open:
        thing = chosen.things.get(line.id)
        row = PacketOpenRow(
            served_on=line.served_on,
            service=service_words(line.kind, thing),
            charge_cents=line.charge_cents,
            why=_why(line, route, given=chosen.was_given(line)),
        )
        same = (row.service, row.charge_cents, row.why, row.served_on or "no date", row.served_on and line.id)
        before = grouped.get(same)
        grouped[same] = before.model_copy(update={"count": before.count + 1}) if before else row
    yield from grouped.values()


def _why(line: LineDecision, route: RouteDecision, *, given: bool) -> str:
    if line.outcome is Outcome.PAYABLE:
        return _NOTHING_LEFT if given else _NOT_HELD
    for finding in route.findings:
        concerns = not finding.lines or line.id in finding.lines
        if concerns and finding.rule in line.rules and finding.answer in (Answer.NOT_MET, Answer.UNKNOWN):
            return finding.message
    return "A question about it is still open."


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


def _letters(case: Case, ids: list[str], papers: Fetch) -> Iterator[PacketPaper]:
    clinicians = {clinician.id: clinician for clinician in case.clinicians}
    for letter in case.letters:
        if letter.id in ids:
            title = letter_title(letter, clinicians.get(letter.signed_by or ""))
            yield _paper(letter.id, title, PaperKind.LETTER, letter.file, papers)


def _receipts(receipts: list[Receipt], papers: Fetch) -> Iterator[PacketPaper]:
    """Show each receipt once, and one file that proves several payments once for all of them."""
    by_file: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_file.setdefault(receipt.file or f"\0{receipt.id}", []).append(receipt)
    for together in by_file.values():
        ids = ", ".join(receipt.id for receipt in together)
        yield _paper(ids, receipt_title(together), PaperKind.RECEIPT, together[0].file, papers)


def _paper(id: str, title: str, kind: PaperKind, file: str | None, papers: Fetch) -> PacketPaper:
    content = papers(file) if file else None
    return PacketPaper(
        id=id, title=title, kind=kind, file_name=PurePosixPath(file).name if file else None, content=content
    )


def _missing(contents: PacketContents, kind: FundingKind) -> Iterator[str]:
    """Say what the record lacks for this packet; missing files are said by the writer."""
    if not contents.patient_name:
        yield "The patient's name is not in the record. Add it as the plan or account knows it."
    if not contents.account_holder:
        yield "The account holder's name is not in the record. Add it."
    if not contents.member_id and kind not in _KEPT_AT_HOME:
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
