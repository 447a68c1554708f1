"""Working the ledger of a case out: sums of cents over remittances and reimbursements, whole, each time anew.

So the order in which answers came does not matter, and one that is posted once counts once.

* An expense is still open by its cost less what every source paid of it and what was written off.
* A refusal pays nothing and writes nothing off: it never changes a balance by itself.
* What a payer paid on a claim as a whole is shared out among its lines by their charges, to the cent.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from necessity.domain.answer import Adjustment, Remittance, RemittanceLine
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.ledger import (
    ClaimLedger,
    ExpenseLedger,
    GroupAmount,
    Ledger,
    LineLedger,
    ProviderChange,
    SourceAmount,
)
from necessity.domain.money import share_out
from necessity.domain.receipt import Receipt
from necessity.domain.training import Incurred, Package, TrainingSession

PATIENTS_GROUP = "PR"
PATIENT_SHARES = ("1", "2", "3")
"""Reasons that leave the patient a share of something the plan pays: deductible, coinsurance, copay."""
NOBODY = ""
"""Stands for a source of money outside the case."""


def ledger_of(case: Case, write_offs: Collection[str] = ()) -> Ledger:
    """Work the ledger of a case out.

    Args:
        case: The record.
        write_offs: Reason codes whose amount a provider bound by the payer's terms may not ask for.

    Returns:
        Sums in whole cents; the order of the record's lists does not matter.
    """
    books = [_Book(case, claim, frozenset(write_offs)) for claim in case.claims]
    paid: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    written: dict[str, int] = defaultdict(int)
    for book in books:
        for expense, amount in book.paid_on_expenses.items():
            paid[expense][book.claim.funding_source] += amount
        for expense, amount in book.written_off_on_expenses.items():
            written[expense] += amount
    told = {book.claim.id for book in books if book.remittances}
    for back in case.reimbursements:
        if back.claim not in told and not (back.counts_as_wages and not back.is_tied_to_receipt):
            paid[back.expense][back.funding_source or NOBODY] += back.amount_cents or 0
    costs = costs_of(case)
    proven = _proven(case, costs)
    expenses = tuple(
        _expense(thing, costs[thing.id], proven[thing.id], paid[thing.id], written[thing.id])
        for thing in sorted((*case.sessions, *case.expenses), key=lambda one: (one.served_on or date.max, one.id))
    )
    by_id = {one.id: one for one in expenses}
    return Ledger(
        expenses=expenses,
        claims=tuple(_claim(book, by_id, _changes(case, book.claim.id)) for book in books),
        provider_changes=_changes(case, None),
    )


def _changes(case: Case, claim: str | None) -> tuple[ProviderChange, ...]:
    """Add up changes of payments to the provider by reason; by reference, too, where that is no claim here."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in case.provider_amounts:
        if one.claim == claim:
            sums[one.reason, one.reference or "" if claim is None else ""] += one.amount_cents
    return tuple(
        ProviderChange(reason=reason, amount_cents=sums[reason, reference], reference=reference or None)
        for reason, reference in sorted(sums)
        if sums[reason, reference]
    )


def costs_of(case: Case) -> dict[str, int | None]:
    """Say what each session and expense costs; a package's price is shared out among its sessions by id."""
    packages = {package.id: package for package in case.packages}
    places: dict[str, int] = defaultdict(int)
    costs: dict[str, int | None] = {}
    for thing in sorted((*case.sessions, *case.expenses), key=lambda one: one.id):
        package = packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
        if package:
            places[package.id] += 1
        share = _package_share(package, places[package.id]) if package else None
        costs[thing.id] = share if thing.charge_cents is None else thing.charge_cents
    return costs


def _package_share(package: Package, place: int) -> int | None:
    if package.price_cents is None or not package.sessions:
        return None
    whole, rest = divmod(package.price_cents, package.sessions)
    return whole + (place <= rest)


def _proven(case: Case, costs: Mapping[str, int | None]) -> dict[str, int | None]:
    """Say what receipts prove as paid: the whole cost where they carry all that they stand for, else not known."""
    receipts = {receipt.id: receipt for receipt in case.receipts}
    packages = {package.id: package for package in case.packages}
    things: tuple[Incurred, ...] = (*case.sessions, *case.expenses)
    behind: dict[str, list[str]] = defaultdict(list)
    for thing in things:
        if thing.receipt:
            behind[thing.receipt].append(thing.id)
    proven: dict[str, int | None] = {}
    for thing in things:
        package = packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
        receipt = receipts.get(thing.receipt or (package.receipt if package else None) or "")
        shared = [costs[id] for id in behind[thing.receipt]] if thing.receipt else []
        due = package.price_cents if package and not thing.receipt else _sum(shared)
        proven[thing.id] = _paid_by(receipt, costs[thing.id], due, alone=len(shared) == 1)
    return proven


def _paid_by(receipt: Receipt | None, cost: int | None, due: int | None, *, alone: bool) -> int | None:
    if receipt is None or receipt.amount_cents is None or cost is None:
        return None
    if alone:
        return min(receipt.amount_cents, cost)
    return cost if due is not None and receipt.amount_cents >= due else None


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = list(amounts)
    return None if None in known else sum(amount or 0 for amount in known)


def _expense(
    thing: Incurred, cost: int | None, proven: int | None, paid: Mapping[str, int], written_off: int
) -> ExpenseLedger:
    amounts = tuple(SourceAmount(funding_source=source, amount_cents=paid[source]) for source in sorted(paid))
    back = sum(paid.values())
    return ExpenseLedger(
        id=thing.id,
        served_on=thing.served_on,
        charged_cents=cost,
        paid_by_me_cents=proven,
        paid=amounts,
        written_off_cents=written_off,
        open_cents=None if cost is None else cost - back - written_off,
    )


def signed_shares(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share cents out by weight, also below zero: what takes an amount back takes each part back."""
    return {key: part if cents >= 0 else -part for key, part in share_out(abs(cents), weights).items()}


def paid_on(remittance: Remittance) -> int:
    """Say what a remittance pays: as it states, else its lines added up."""
    if remittance.paid_cents is not None:
        return remittance.paid_cents
    return sum(line.paid_cents or 0 for line in remittance.lines)


def standing(remittances: Iterable[Remittance]) -> list[Remittance]:
    """Leave out each reversal and the answer it takes back.

    What was paid and adjusted is below zero in a reversal and cancels by adding up. Allowed amounts and the patient's
    share it may leave out or repeat, so of those only what stands counts. A reversal takes back the oldest answer of
    the same charge and payment; one that takes back none that is known stays.
    """
    ordered = sorted(remittances, key=lambda one: (one.paid_on or one.received_on or date.min, one.id))
    left = [one for one in ordered if not one.is_reversal]
    kept = []
    for back in (one for one in ordered if one.is_reversal):
        told = (-(back.charged_cents or 0), -paid_on(back))
        undone = next((one for one in left if (one.charged_cents or 0, paid_on(one)) == told), None)
        if undone is None:
            kept.append(back)
        else:
            left.remove(undone)
    return [*left, *kept]


class _Book:
    """One claim with its remittances, added up."""

    def __init__(self, case: Case, claim: Claim, write_offs: frozenset[str]) -> None:
        self.claim = claim
        self.lines: dict[str, ServiceLine] = {line.id: line for line in claim.service_lines}
        self.remittances = [one for one in case.remittances if one.claim == claim.id]
        self.standing = standing(self.remittances)
        """Those that were not taken back."""
        self._write_offs = write_offs if claim.accepts_assignment else frozenset()
        self._costs = costs_of(case)
        self.paid: dict[str, int] = defaultdict(int)
        self.written: dict[str, int] = defaultdict(int)
        self.allowed: dict[str, int] = {}
        self.groups: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.paid_on_expenses: dict[str, int] = defaultdict(int)
        """What was paid on each session or expense behind a line; by their costs where a line holds several."""
        self.written_off_on_expenses: dict[str, int] = defaultdict(int)
        """The same of what was written off."""
        self.not_on_lines = 0
        for remittance in self.remittances:
            self._add(remittance)

    def _add(self, remittance: Remittance) -> None:
        paid: dict[str, int] = defaultdict(int)
        for line in remittance.lines:
            key = line.service_line if line.service_line in self.lines else None
            self._adjust(key or "", line.adjustments)
            if key:
                paid[key] += line.paid_cents or 0
                self._write_off(key, self._written_off(line))
                if line.allowed_cents is not None and remittance in self.standing:
                    self.allowed[key] = self.allowed.get(key, 0) + line.allowed_cents
        self._adjust("", remittance.adjustments)
        for key, part in self._spread(paid_on(remittance) - sum(paid.values())).items():
            paid[key] += part
        for key, amount in paid.items():
            self.paid[key] += amount
            for expense, part in self._behind(key, amount).items():
                self.paid_on_expenses[expense] += part

    def _write_off(self, key: str, amount: int) -> None:
        self.written[key] += amount
        for expense, part in self._behind(key, amount).items():
            self.written_off_on_expenses[expense] += part

    def _behind(self, key: str, amount: int) -> dict[str, int]:
        """Share an amount of a line out among the sessions and expenses behind it."""
        line = self.lines[key]
        costs = {
            one: self._costs[one] or 0 for one in (line.expense, *line.also) if one is not None and one in self._costs
        }
        return signed_shares(amount, costs)

    def _spread(self, rest: int) -> dict[str, int]:
        """Share out what was paid on the claim as a whole; without charges to go by it stays with the claim."""
        weights = {id: line.charge_cents or 0 for id, line in self.lines.items()}
        if not any(weights.values()):
            self.not_on_lines += rest
            return {}
        return signed_shares(rest, weights)

    def _adjust(self, key: str, adjustments: Iterable[Adjustment]) -> None:
        for one in adjustments:
            self.groups[key][one.group or ""] += one.amount_cents or 0

    def _written_off(self, line: RemittanceLine) -> int:
        """Count what is written off on a line that was paid or leaves the patient a share; a refused one adds none."""
        shared = any(one.group == PATIENTS_GROUP and one.reason in PATIENT_SHARES for one in line.adjustments)
        if not (line.paid_cents or shared):
            return 0
        return sum(
            one.amount_cents or 0 for one in line.adjustments if one.group == "CO" and one.reason in self._write_offs
        )

    def beside(self, line: ServiceLine, expenses: Mapping[str, ExpenseLedger]) -> tuple[dict[str, int], int]:
        """Give a line's part of what other claims and hands paid, and wrote off, of what stands behind it."""
        paid: dict[str, int] = defaultdict(int)
        written = 0
        own_paid, own_written = self.paid_on_expenses, self.written_off_on_expenses
        for id in dict.fromkeys((line.expense, *line.also)):
            if id is None or id not in expenses:
                continue
            sharing = self._sharing(id)
            amounts = {one.funding_source: one.amount_cents for one in expenses[id].paid}
            own = self.claim.funding_source
            amounts[own] = amounts.get(own, 0) - own_paid.get(id, 0)
            for source, amount in amounts.items():
                paid[source] += signed_shares(amount, sharing)[line.id]
            rest = expenses[id].written_off_cents - own_written.get(id, 0)
            written += signed_shares(rest, sharing)[line.id]
        return paid, written

    def _sharing(self, expense: str) -> dict[str, int]:
        """Give the lines behind which a session or expense stands, with their charges: two codes, two lines."""
        return {one.id: one.charge_cents or 0 for one in self.lines.values() if expense in (one.expense, *one.also)}

    def by_me(self, line: ServiceLine, behind: Iterable[str], expenses: Mapping[str, ExpenseLedger]) -> int | None:
        """Give a line's part of what receipts prove as paid; None where that is not known of all behind it."""
        parts = []
        for id in behind:
            proven = expenses[id].paid_by_me_cents
            parts.append(None if proven is None else signed_shares(proven, self._sharing(id))[line.id])
        return _sum(parts)


def _groups(amounts: Mapping[str, int]) -> tuple[GroupAmount, ...]:
    return tuple(GroupAmount(group=group, amount_cents=amounts[group]) for group in sorted(amounts) if amounts[group])


def _line(book: _Book, line: ServiceLine, expenses: Mapping[str, ExpenseLedger]) -> LineLedger:
    behind = tuple(dict.fromkeys(one for one in (line.expense, *line.also) if one is not None and one in expenses))
    others, written_elsewhere = book.beside(line, expenses)
    elsewhere = tuple(SourceAmount(funding_source=s, amount_cents=others[s]) for s in sorted(others) if others[s])
    charged = line.charge_cents
    if charged is None and behind:
        charged = _sum(expenses[id].charged_cents for id in behind)
    written = book.written[line.id] + written_elsewhere
    gone = book.paid[line.id] + written + sum(others.values())
    return LineLedger(
        id=line.id,
        expenses=behind,
        served_on=line.served_on,
        charged_cents=charged,
        paid_by_me_cents=book.by_me(line, behind, expenses) if behind else None,
        allowed_cents=book.allowed.get(line.id),
        paid_cents=book.paid[line.id],
        adjustments=_groups(book.groups[line.id]),
        elsewhere=elsewhere,
        written_off_cents=written,
        open_cents=None if charged is None else charged - gone,
    )


def _claim(book: _Book, expenses: Mapping[str, ExpenseLedger], changes: tuple[ProviderChange, ...]) -> ClaimLedger:
    lines = tuple(_line(book, line, expenses) for line in book.claim.service_lines)
    told = [one.charged_cents for one in book.remittances if not one.is_reversal and one.charged_cents is not None]
    charged = _sum(line.charged_cents for line in lines) if lines else max(told, default=None)
    groups: dict[str, int] = defaultdict(int)
    for amounts in book.groups.values():
        for group, amount in amounts.items():
            groups[group] += amount
    paid = sum(paid_on(one) for one in book.remittances)
    elsewhere = sum(one.amount_cents for line in lines for one in line.elsewhere)
    written = sum(line.written_off_cents for line in lines)
    owes = [one.patient_owes_cents for one in book.standing if one.patient_owes_cents is not None]
    allowed = [one.allowed_cents for one in book.standing if one.allowed_cents is not None]
    return ClaimLedger(
        id=book.claim.id,
        funding_source=book.claim.funding_source,
        charged_cents=charged,
        paid_by_me_cents=_sum(line.paid_by_me_cents for line in lines) if lines else None,
        allowed_cents=sum(allowed) if allowed else sum(book.allowed.values()) if book.allowed else None,
        paid_cents=paid,
        not_on_lines_cents=book.not_on_lines,
        patient_owes_cents=sum(owes) if owes else None,
        adjustments=_groups(groups),
        elsewhere_cents=elsewhere,
        written_off_cents=written,
        open_cents=None if charged is None else charged - paid - elsewhere - written,
        lines=lines,
        answers=len(book.remittances),
        provider_changes=changes,
    )
