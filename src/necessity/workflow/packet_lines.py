"""Which lines of one route a packet claims, which it does not, and the records they rest on."""

from collections.abc import Iterator
from datetime import date

from necessity.domain.case import Case
from necessity.domain.decision import Answer, LineDecision, Outcome, RouteDecision
from necessity.domain.money import dollars
from necessity.domain.receipt import Receipt
from necessity.domain.training import Incurred, ServiceStatus, TrainingSession
from necessity.formats.packet.contents import PacketOpenRow, PacketRow, PacketSession
from necessity.rulebook.words import words
from necessity.workflow.packet_words import activity_words, clinician_line, named, service_words, trainer_line

_NOT_HELD = "Not given yet; it can be claimed afterwards."
_NOTHING_LEFT = "Nothing remains to be claimed for it from here."


class Chosen:
    """The lines of one route, parted into what is claimed and what is not, with the records they rest on."""

    def __init__(
        self, case: Case, lines: list[LineDecision], made_on: date, *, insures: bool, names_clinicians: bool = True
    ) -> None:
        self.case = case
        self.insures = insures
        """A health plan is asked for the whole charge; what its share is, it says itself."""
        self.names_clinicians = names_clinicians
        """To a wellness programme no clinician is named."""
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
        treating = [named(clinician), f"overseen by {named(supervisor)}" if supervisor and supervisor.name else ""]
        who = [
            trainer.name + business if trainer and trainer.name else business.strip(" ()"),
            *(treating if self.names_clinicians else ()),
        ]
        return ", ".join(filter(None, who)) or None

    def providers(self) -> Iterator[str]:
        """Describe everybody who delivered a claimed service: credentials, business, address, tax number."""
        trainers = dict.fromkeys(thing.trainer for _, thing in self.claimed if thing.trainer)
        treating = dict.fromkeys(thing.clinician for _, thing in self.claimed if thing.clinician)
        yield from (trainer_line(self.trainers[id]) for id in trainers)
        yield from filter(None, (clinician_line(self.clinicians[id]) for id in treating if self.names_clinicians))

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


def open_rows(chosen: Chosen, route: RouteDecision) -> Iterator[PacketOpenRow]:
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
