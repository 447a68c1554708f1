"""Planning where the money comes from: training ahead against accounts, by the very rules that decide claims.

Nothing here knows a rule. The training ahead is put into a copy of the case as if it had been held and paid; the copy
is decided as of the last session an account year can pay for; what a session gets there is entered as paid back; and
the next account year is asked about what is left. The record itself is never touched.
"""

from collections.abc import Iterator
from datetime import date

from necessity.adjudication.decide import Judge
from necessity.adjudication.money import saving, total
from necessity.adjudication.program import Row
from necessity.domain.case import Case
from necessity.domain.dates import spoken
from necessity.domain.decision import Outcome, RulebookVersion
from necessity.domain.funding import FundingKind
from necessity.domain.funding_plan import (
    AccountYear,
    FundingPlan,
    Hindrance,
    OwnPocket,
    PlannedSession,
    PlanQuestion,
    TrainingAhead,
)
from necessity.domain.money import dollars
from necessity.rulebook.words import words
from necessity.workflow.funding.account_years import Purse, purses, unknown_money
from necessity.workflow.funding.elections import elections, pay_ins
from necessity.workflow.funding.hindrances import hindrances
from necessity.workflow.funding.ledger import Ledger, best_of
from necessity.workflow.funding.training_ahead import WEEKDAYS, Ahead, Wishes, lay_out

_NONE = Wishes()


def plan_funding(judge: Judge, case: Case, on: date, wishes: Wishes = _NONE) -> FundingPlan:
    """Plan which training goes to which account and when each runs dry, what to elect, and what is left.

    Args:
        judge: The rulebook that decides.
        case: The record; it stays as it is.
        on: Today.
        wishes: Price, days of the week and last day, where the person says so.

    Returns:
        The plan. What is not known is asked, and no figure rests on a guess.
    """
    ahead = lay_out(case, on, wishes)
    ledger = Ledger(judge, ahead, on)
    assumes, asks = list(ahead.assumes), list(ahead.asks)
    accounts: list[AccountYear] = []
    for purse in purses(case, on, ledger.last_ahead, asks):
        known = _with_carryover(ledger, purse, accounts, assumes)
        asks += unknown_money(known)
        accounts.append(_use(ledger, known, bool(accounts), asks))
    own_pocket = _own_pocket(ledger)  # before elections keep anything free
    chosen = elections(ledger, accounts, assumes, asks)
    return FundingPlan(
        case=case.id,
        on=on,
        rulebook=RulebookVersion(dated=judge.book.dated, sha256=judge.book.sha256),
        training=_training(ahead, ledger),
        accounts=tuple(accounts),
        elections=tuple(chosen),
        pay_ins=tuple(pay_ins(ledger)),
        own_pocket=own_pocket,
        sessions=tuple(_sessions(ledger)),
        assumes=tuple(dict.fromkeys(assumes)),
        asks=tuple({ask.about: ask for ask in asks}.values()),
        notice=words().notice,
    )


def _with_carryover(ledger: Ledger, purse: Purse, before: list[AccountYear], assumes: list[str]) -> Purse:
    """Fill in what a year carries in where the plan itself has worked it out for the year before."""
    year, source = purse.year, purse.source
    if year is None or year.carried_in_cents is not None or year.starts_on is None or year.starts_on <= ledger.on:
        return purse
    earlier = [a for a in before if a.funding_source == source.id and a.carried_over_cents is not None]
    if not earlier or earlier[-1].use_by_on is None or earlier[-1].use_by_on >= year.starts_on:
        return purse
    carried = earlier[-1].carried_over_cents
    assumes.append(f"{dollars(carried or 0)} is carried into {source.id} {year.id}, as the plan leaves it")
    years = tuple(
        y.model_copy(update={"carried_in_cents": carried}) if y.id == year.id else y for y in source.plan_years
    )
    filled = source.model_copy(update={"plan_years": years})
    sources = tuple(filled if s.id == source.id else s for s in ledger.case.funding_sources)
    ledger.case = ledger.case.model_copy(update={"funding_sources": sources})
    return Purse(filled, next(y for y in years if y.id == year.id), purse.use_by_on)


def _use(ledger: Ledger, purse: Purse, is_later: bool, asks: list[PlanQuestion]) -> AccountYear:
    """Let one account year pay what the rules let it pay, by day, and say what became of it."""
    rows = ledger.rows(purse)
    money = _money(ledger, purse, rows)
    paid = _shares(purse, rows, money)
    owing = [row["expense_id"] for row in rows if ledger.is_ahead(row["expense_id"])]
    owing = [id for id in owing if (left := ledger.left_of(id)) is None or left > paid.get(id, 0)]
    found, questions = hindrances(ledger, purse, owing) if owing else ((), ())
    asks += questions
    for row in rows:
        if row["outcome"] is Outcome.PENDED:
            ledger.open.add(row["expense_id"])
    for id, cents in paid.items():
        ledger.pay(purse, id, cents)
    return _account_year(ledger, purse, rows, money, paid, found, is_later)


def _money(ledger: Ledger, purse: Purse, rows: list[Row]) -> int | None:
    """Work out what an account year holds for this case, what it already paid back for it taken off."""
    year = purse.year
    if year is None:
        return purse.source.balance_cents
    if year.election_cents is None or year.carried_in_cents is None or year.spent_cents is None:
        return None
    ids = {row["expense_id"] for row in rows}
    back = [r for r in ledger.case.reimbursements if r.funding_source == purse.source.id and r.expense in ids]
    gone = total(r.amount_cents for r in back)
    return None if gone is None else max(0, year.election_cents + year.carried_in_cents - year.spent_cents - gone)


def _shares(purse: Purse, rows: list[Row], money: int | None) -> dict[str, int]:
    """Give each expense what its row says; an account without years pays no more than its balance."""
    shares: dict[str, int] = {}
    left = money if money is not None else 0
    for row in rows:
        cents = row["least_payable_cents"] if row["outcome"] is Outcome.PAYABLE else 0
        cents = min(cents or 0, left)
        if cents:
            shares[row["expense_id"]] = cents
            left -= cents
    return shares


def _account_year(
    ledger: Ledger,
    purse: Purse,
    rows: list[Row],
    money: int | None,
    paid: dict[str, int],
    stopped_by: tuple[Hindrance, ...],
    is_later: bool,
) -> AccountYear:
    ahead = {id: cents for id, cents in paid.items() if ledger.is_ahead(id)}
    days = sorted(day for id in ahead if (day := ledger.days[id]))
    left = None if money is None else money - sum(paid.values())
    over, lost = _year_end(ledger, purse, left)
    law, tax = ledger.judge.book.parameters, ledger.case.tax
    saved = saving(purse.source.kind, sum(ahead.values()), tax, law, ledger.on, purse.source)
    answers = [row["outcome"] for row in rows if ledger.is_ahead(row["expense_id"])]
    return AccountYear(
        funding_source=purse.source.id,
        kind=purse.source.kind,
        owner=purse.source.owner,
        plan_year=purse.year.id if purse.year else None,
        use_by_on=purse.use_by_on,
        claim_by_on=_claim_by(purse, rows),
        order_words=_order_words(purse, over, is_later=is_later),
        decided_by=words().funding[purse.source.kind].decided_by,
        outcome=Outcome.PAYABLE if ahead else best_of(_unpaid(answers)),
        money_cents=money,
        held_cents=sum(paid.values()) - sum(ahead.values()),
        planned_cents=sum(ahead.values()),
        sessions=len(ahead),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        runs_dry_on=_last_paid(ledger, paid) if left == 0 and paid else None,
        left_cents=left,
        carried_over_cents=over,
        lost_cents=lost,
        saves_cents=saved.least_cents,
        saves_at_most_cents=saved.most_cents,
        saves_assumes=saved.assumes if ahead else (),
        hindrances=stopped_by,
    )


def _unpaid(answers: list[Outcome]) -> list[Outcome]:
    """Take what meets the rules and still gets nothing, for want of a balance, as not settled."""
    return [Outcome.PENDED if answer is Outcome.PAYABLE else answer for answer in answers]


def _last_paid(ledger: Ledger, paid: dict[str, int]) -> date | None:
    return max((day for id in paid if (day := ledger.days.get(id))), default=None)


def _claim_by(purse: Purse, rows: list[Row]) -> date | None:
    if purse.year is None:
        return None
    known = [row["claim_by_on"] for row in rows if row.get("claim_by_on")]
    return known[0] if known else purse.year.run_out_ends_on


def _year_end(ledger: Ledger, purse: Purse, left: int | None) -> tuple[int | None, int | None]:
    """Say what of the rest goes into the next year and what would be lost; an account without years loses nothing."""
    year, source = purse.year, purse.source
    if year is None or left is None:
        return None, None
    if source.has_carryover is False:
        return 0, left
    limit = ledger.judge.book.parameters.of("health_fsa_carryover_limit_cents", year.starts_on or ledger.on)
    if source.has_carryover is None or source.kind is not FundingKind.HEALTH_FSA or limit is None:
        return (0, 0) if left == 0 else (None, None)
    return min(left, limit), left - min(left, limit)


def _order_words(purse: Purse, over: int | None, *, is_later: bool) -> str:
    """Explain the place of an account year in the order."""
    place = "Then" if is_later else "First"
    if purse.use_by_on is None:
        return "Last, because it does not run out" if is_later else "It does not run out"
    rest = "; a part of what is left goes into the next year" if purse.source.has_carryover else ""
    return f"{place}, because it pays only for care until {spoken(purse.use_by_on)}{rest}"


def _own_pocket(ledger: Ledger) -> OwnPocket:
    """Add up what no account pays of the sessions ahead, and what of that could be deducted."""
    left = {id: ledger.left_of(id) for id in ledger.ahead}
    rest = {id: cents for id, cents in left.items() if cents != 0}
    return OwnPocket(
        sessions=len(rest),
        cents=total(rest.values()),
        open_cents=sum(rest[id] or 0 for id in rest if id in ledger.open),
        may_be_deducted_cents=_deducted(ledger) if rest else 0,
    )


def _deducted(ledger: Ledger) -> int | None:
    """Read off the tax return's lines how much of the sessions ahead rises above the floor."""
    decision = ledger.judge.decide(ledger.as_of(ledger.last_ahead), ledger.last_ahead)
    lines = [line for line in decision.lines if line.funding_source == FundingKind.TAX_DEDUCTION]
    return total(line.payable_cents for line in lines if ledger.is_ahead(line.id))


def _training(ahead: Ahead, ledger: Ledger) -> TrainingAhead:
    days = sorted(day for id in ahead.ids if (day := ledger.days[id]))
    return TrainingAhead(
        sessions=len(ahead.ids),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        weekdays=tuple(WEEKDAYS[number] for number in ahead.weekdays),
        price_cents=ahead.price_cents,
        cost_cents=total(ledger.costs.get(id) for id in ahead.ids),
        from_order=ahead.order,
    )


def _sessions(ledger: Ledger) -> Iterator[PlannedSession]:
    """List every session ahead, and what is held and gets money from an account, by day."""
    shown = [id for id in ledger.days if ledger.is_ahead(id) or id in ledger.parts]
    for id in sorted(shown, key=lambda id: (ledger.days[id] or date.max, id)):
        yield PlannedSession(
            id=id,
            served_on=ledger.days[id],
            is_ahead=ledger.is_ahead(id),
            cost_cents=ledger.costs.get(id),
            parts=tuple(ledger.parts.get(id, ())),
            left_cents=ledger.left_of(id),
            is_open=id in ledger.open and ledger.left_of(id) != 0,
        )
