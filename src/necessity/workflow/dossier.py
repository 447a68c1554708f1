"""The tax-time dossier: by year, person and account, what was paid from where, what may be deducted, what to keep."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from necessity.adjudication.decide import Judge
from necessity.domain.balances import NOBODY, ledger_of
from necessity.domain.case import Case
from necessity.domain.dates import months_on, next_business_day, spoken
from necessity.domain.decision import Answer, Citation, Decision, Outcome
from necessity.domain.dossier import AccountYear, Deduction, Dossier, DossierExpense, DossierPaper, Keep, Movement
from necessity.domain.funding import FundingKind
from necessity.domain.manifest import digest
from necessity.domain.money import share
from necessity.domain.people import Relationship
from necessity.domain.receipt import Receipt
from necessity.domain.tables import tables_of
from necessity.domain.training import Expense, Incurred, ServiceKind, ServiceStatus, TrainingSession
from necessity.parameters.load import Parameters
from necessity.rulebook.next_steps import next_step_words
from necessity.rulebook.words import words
from necessity.workflow.packet_words import letter_title, receipt_title, service_words
from necessity.workflow.paid_once import money_of, paid_once

Fetch = Callable[[str], bytes | None]
"""Hands out a paper by its path under papers/; None where it is not there."""

_FLOOR = "medical_deduction_floor_rate"
_USUAL, _LONGER, _ADVISED = "tax_records_years", "tax_records_years_if_income_was_left_out", "papers_kept_years"
_NOT_ABOUT_CARE = ("us.deduction.", "us.money.", "us.routes.")
_DUE = (4, 15)
"""Month and day on which a calendar year's return is due."""


def make_dossier(case: Case, year: int, judge: Judge, papers: Fetch, made_on: date) -> Dossier:
    """Put one calendar year of a case together.

    An expense belongs to the year in which it was paid, as its receipt says, else in which it was given; money that
    came back belongs to the year in which it came.

    Args:
        case: The record.
        year: The calendar year.
        judge: Decides the case, and says what of each expense is the patient's own care.
        papers: Hands out the files, for their digests.
        made_on: The day it is made for.

    Returns:
        The dossier. What the record does not say is named as missing, never guessed.
    """
    decision, parameters = judge.decide(case, made_on), judge.book.parameters
    cares = cares_of(judge, case, made_on)
    moved = list(movements(case))
    paid_in_year = {one.expense for one in moved if one.paid_on and one.paid_on.year == year}
    things = [
        thing
        for thing in (*case.sessions, *case.expenses)
        if thing.id in paid_in_year or _paid_year(case, thing) == year
    ]
    things.sort(key=lambda one: (one.served_on or date.max, one.id))
    expenses = tuple(_expense(case, thing, decision, cares.get(thing.id)) for thing in things)
    own = {one.id for one in things if _paid_year(case, one) == year}
    accounts = tuple(_accounts(case, moved, year))
    holder = case.account_holder.name
    if case.patient.relationship is Relationship.SELF:
        holder = holder or case.patient.name
    keeps = tuple(_keeps(parameters, year, things, moved))
    return Dossier(
        case=case.id,
        year=year,
        made_on=made_on,
        person=case.patient.name or "the patient",
        holder=holder or "not in the record",
        expenses=expenses,
        accounts=accounts,
        deduction=_deduction(case, year, [one for one in expenses if one.id in own], parameters),
        papers=tuple(_papers(case, things, papers, keeps[-1].until if keeps else None)),
        keeps=keeps,
        keep_note=_KEEP_NOTE,
        hsa=words().funding[FundingKind.HSA].decided_by if any(one.is_hsa for one in accounts) else "",
        hsa_citations=next_step_words().step["keep"].citations,
        findings=tuple(one for one in paid_once(case) if set(one.lines) & {thing.id for thing in things}),
        missing=tuple(_missing(case, year, things, moved)),
        notice=words().notice,
    )


_KEEP_NOTE = (
    "A dispute that is going on, a return filed late or not at all, and an expense that an HSA may still pay back "
    "later make it longer: for an HSA the years count from the return of the year in which it pays."
)


def movements(case: Case) -> Iterator[Movement]:
    """List every payment for an expense, and every one taken back, each with its day.

    Together they come to what the ledger says was paid, to the cent.
    """
    told = {one.claim for one in case.remittances}
    for remittance in case.remittances:
        alone = case.model_copy(update={"remittances": (remittance,), "reimbursements": ()})
        source = next(one.funding_source for one in case.claims if one.id == remittance.claim)
        for expense in ledger_of(alone).expenses:
            if cents := expense.paid_back_cents:
                day = remittance.paid_on or remittance.received_on
                yield Movement(
                    expense=expense.id, funding_source=source, paid_on=day, amount_cents=cents, told_by=remittance.id
                )
    for back in case.reimbursements:
        if back.claim not in told and not (back.counts_as_wages and not back.is_tied_to_receipt) and back.amount_cents:
            yield Movement(
                expense=back.expense,
                funding_source=back.funding_source or NOBODY,
                paid_on=back.paid_on,
                amount_cents=back.amount_cents,
                told_by=back.id,
            )


def _receipt(case: Case, thing: Incurred) -> Receipt | None:
    package = next((p for p in case.packages if isinstance(thing, TrainingSession) and p.id == thing.package), None)
    wanted = thing.receipt or (package.receipt if package else None)
    return next((one for one in case.receipts if one.id == wanted), None)


def _paid_year(case: Case, thing: Incurred) -> int | None:
    """Say in which year an expense was paid: its receipt's, else the one in which it was given."""
    receipt = _receipt(case, thing)
    day = (receipt.paid_on if receipt else None) or thing.served_on
    return day.year if day else None


def cares_of(judge: Judge, case: Case, on: date) -> dict[str, int | None]:
    """Say for each session and expense how much of its cost is the patient's own care, as the rulebook counts it."""
    rows = judge.engine.run(tables_of(case, on), ("expense",))["expense"]
    return {row["expense_id"]: row["care_cents"] for row in rows if row["funding_source"] == FundingKind.TAX_DEDUCTION}


def _expense(case: Case, thing: Incurred, decision: Decision, care: int | None) -> DossierExpense:
    money, receipt = money_of(case)[thing.id], _receipt(case, thing)
    counts, why = _counts(thing, decision)
    if care is None and counts == "yes":
        counts, why = "open", "How much of it is the patient's own care is not known."
    kind = thing.kind if isinstance(thing, Expense) else ServiceKind.PERSONAL_TRAINING
    return DossierExpense(
        id=thing.id,
        served_on=thing.served_on,
        what=service_words(kind, thing),
        paid_on=receipt.paid_on if receipt else None,
        paid_to=receipt.paid_to if receipt else None,
        cost_cents=money.cost_cents,
        came_back_cents=money.paid_cents,
        asked_cents=money.asked_cents,
        left_cents=None if care is None else max(0, care - money.paid_cents - money.asked_cents),
        counts=counts,
        why=why,
        receipt=receipt.id if receipt else None,
    )


def _counts(thing: Incurred, decision: Decision) -> tuple[str, str]:
    """Say whether an expense is medical care by the rules of the deduction, whatever its amount and the return."""
    if thing.status is not ServiceStatus.HELD:
        return "no", "It was not given, or the record does not say that it was."
    route = next((one for one in decision.routes if one.kind == FundingKind.TAX_DEDUCTION), None)
    if route is None:
        return "open", "It was not decided for the tax return."
    about = [
        one
        for one in route.findings
        if one.effect and not one.rule.startswith(_NOT_ABOUT_CARE) and (not one.lines or thing.id in one.lines)
    ]
    refused = next((one for one in about if one.answer is Answer.NOT_MET and one.effect is Outcome.NOT_PAYABLE), None)
    if refused:
        return "no", refused.message
    if about:
        return "open", about[0].message
    return "yes", ""


def _accounts(case: Case, moved: list[Movement], year: int) -> Iterator[AccountYear]:
    """Give what each source paid in the year; the spouse's accounts stand by themselves."""
    sources = {one.id: one for one in case.funding_sources}
    by_source: dict[str, list[Movement]] = defaultdict(list)
    for one in moved:
        by_source[one.funding_source].append(one)
    for id in [*sources, *(id for id in by_source if id not in sources)]:
        inside = [one for one in by_source[id] if one.paid_on and one.paid_on.year == year]
        undated = sum(one.amount_cents for one in by_source[id] if one.paid_on is None)
        if not inside and not undated:
            continue
        source = sources.get(id)
        holder = case.account_holder.name or case.patient.name or "not in the record"
        yield AccountYear(
            funding_source=id,
            name=words().funding[source.kind].name if source else "Somebody outside this case",
            owner=(source.owner if source else None) or holder,
            is_hsa=source is not None and source.kind is FundingKind.HSA,
            paid_cents=sum(one.amount_cents for one in inside),
            undated_cents=undated,
            movements=tuple(sorted(inside, key=lambda one: (one.paid_on or date.max, one.expense, one.told_by))),
        )


def _deduction(case: Case, year: int, expenses: list[DossierExpense], parameters: Parameters) -> Deduction:
    last = date(year, 12, 31)
    candidates = sum(one.left_cents or 0 for one in expenses if one.counts == "yes")
    open_now = sum(one.left_cents or 0 for one in expenses if one.counts == "open")
    tax = case.tax if case.tax.year == year else None
    income = tax.adjusted_gross_income_cents if tax else None
    other = tax.other_medical_cents if tax else None
    rate = parameters.of(_FLOOR, last)
    floor = None if income is None or rate is None else share(income, rate)
    above = None
    if floor is not None and other is not None:
        above = min(candidates, max(0, candidates + other - floor))
    return Deduction(
        candidates_cents=candidates,
        open_cents=open_now,
        other_cents=other,
        income_cents=income,
        floor_cents=floor,
        above_floor_cents=above,
        itemises=tax.itemises if tax else None,
        notes=tuple(_notes(case, year, rate, income, other)),
        citations=_cites(parameters, _FLOOR, last),
    )


def _notes(case: Case, year: int, rate: int | None, income: int | None, other: int | None) -> Iterator[str]:
    if case.tax.year not in (None, year):
        yield f"The tax figures in the record are of {case.tax.year}, so none is used for {year}."
    if rate is None:
        yield f"No floor is known here for {year}."
    if case.tax.year == year:
        if income is None:
            yield "The adjusted gross income is not in the record, so the floor cannot be worked out."
        if other is None:
            yield "Other medical expenses of the year are not in the record, so what rises above it is not known."
        if case.tax.itemises is False:
            yield "The return does not itemise, so nothing of it counts there."
        elif case.tax.itemises is None:
            yield "Whether the return itemises is not in the record; only then does any of it count."
    yield "What an account paid, and what a claim still asks for, is left out: one expense, one payer."


def _cites(parameters: Parameters, name: str, on: date) -> tuple[Citation, ...]:
    values = parameters.law[name].values
    return next((one.citations for one in values if one.from_on <= on <= one.until_on), ())


def _keeps(parameters: Parameters, year: int, things: Sequence[Incurred], moved: list[Movement]) -> Iterator[Keep]:
    """Count how long papers are kept: the law's usual time, its longer one, and our advice."""
    last = date(year, 12, 31)
    due = next_business_day(date(year + 1, *_DUE))
    for name, what in ((_USUAL, "usually"), (_LONGER, "where more than a quarter of the income was left out")):
        if years := parameters.of(name, last):
            said = f"The return of {year}, {what}: {years} years after it was due on {spoken(due)}, or filed if later"
            yield Keep(what=said, until=months_on(due, 12 * years), citations=_cites(parameters, name, last))
    ids = {thing.id for thing in things}
    days = [thing.served_on for thing in things if thing.served_on]
    days += [one.paid_on for one in moved if one.paid_on and one.expense in ids]
    years = parameters.of(_ADVISED, last)
    if years:
        newest = max([*days, last])
        said = f"Our advice: {years} years after the last service, payment and withdrawal of the year's expenses"
        yield Keep(what=said, until=months_on(newest, 12 * years), citations=_cites(parameters, _ADVISED, last))


def _papers(case: Case, things: Sequence[Incurred], papers: Fetch, until: date | None) -> Iterator[DossierPaper]:
    """List letters, orders, receipts, notices, each with the digest of its file."""
    signers = {one.id: one for one in case.clinicians}
    receipts: dict[str, list[Receipt]] = {}
    for receipt in dict.fromkeys(filter(None, (_receipt(case, thing) for thing in things))):
        receipts.setdefault(receipt.file or f"({receipt.id})", []).append(receipt)
    listed = [(letter_title(one, signers.get(one.signed_by or "")), one.file) for one in case.letters]
    listed += [(f"Order of {spoken(one.ordered_on)}" if one.ordered_on else "Order", one.file) for one in case.orders]
    listed += [(receipt_title(together), together[0].file) for together in receipts.values()]
    listed += [(f"Refusal of {one.claim}", one.file) for one in case.denials]
    for title, file in listed:
        content = papers(file) if file else None
        sha256 = digest(content) if content is not None else None
        yield DossierPaper(title=title, file=file and str(PurePosixPath(file)), sha256=sha256, keep_until=until)
    for answer in case.remittances:
        told = f" ({answer.told_by})" if answer.told_by else ""
        yield DossierPaper(title=f"Remittance {answer.id}{told}", file=None, sha256=answer.sha256, keep_until=until)


def _missing(case: Case, year: int, things: Sequence[Incurred], moved: list[Movement]) -> Iterator[str]:
    bare = [thing.id for thing in things if _receipt(case, thing) is None]
    if bare:
        yield f"No receipt is in the record for {_few(bare)}. Ask whoever was paid for an itemised receipt."
    undated = [one.told_by for one in moved if one.paid_on is None]
    if undated:
        yield f"The day of payment is not in the record for {_few(undated)}, so it stands in no year."
    nowhere = [one.id for one in (*case.sessions, *case.expenses) if _paid_year(case, one) is None]
    if nowhere:
        yield f"Neither a day of payment nor of service is in the record for {_few(nowhere)}."
    if case.tax.year is None:
        yield f"The tax picture of {year} is not in the record: income, other medical expenses, whether it itemises."


def _few(ids: list[str]) -> str:
    unique = list(dict.fromkeys(ids))
    return ", ".join(unique[:5]) + (f" and {len(unique) - 5} more" if len(unique) > 5 else "")
