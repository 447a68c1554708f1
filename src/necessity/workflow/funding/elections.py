"""What could be set aside for plan years to come: an election for a health FSA, money paid into an HSA."""

from collections.abc import Iterator
from datetime import date

from necessity.adjudication.money import saving
from necessity.adjudication.program import Row
from necessity.domain.case import Case, ListName
from necessity.domain.dates import spoken
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.funding_plan import AccountYear, Election, PayIn, PlanQuestion
from necessity.workflow.funding.account_years import Purse, following_year, use_by
from necessity.workflow.funding.hindrances import hindrances
from necessity.workflow.funding.ledger import Ledger

_ENOUGH_CENTS = 99_999_999_999


def elections(
    ledger: Ledger, accounts: list[AccountYear], assumes: list[str], asks: list[PlanQuestion]
) -> list[Election]:
    """Find what health FSAs could pay in years without an election, of sessions that nothing else pays.

    Args:
        ledger: What is paid so far; what an election would take is kept free there.
        accounts: The account years used before, for what is carried over.
        assumes: Sentences are added here.
        asks: Questions are added here.
    """
    found = []
    for source in ledger.case.funding_sources:
        if source.held and source.kind is FundingKind.HEALTH_FSA:
            for year, is_in_record in _open_years(source, ledger.on, ledger.last_ahead, assumes):
                election = _election(ledger, source, year, is_in_record, accounts, asks)
                found += [election] if election else []
    return found


def _open_years(source: FundingSource, on: date, last: date, assumes: list[str]) -> Iterator[tuple[PlanYear, bool]]:
    """List the plan years to be elected for: those of the record, then those that would follow, to the last session."""
    dated = sorted((y for y in source.plan_years if y.starts_on and y.ends_on), key=lambda y: (y.ends_on, y.id))
    yield from ((y, True) for y in dated if y.election_cents is None and y.starts_on and y.starts_on > on)
    before = dated[-1] if dated else None
    while before and (dates := following_year(before)) and dates[0] <= last:
        year = PlanYear(id=dates[0].isoformat(), starts_on=dates[0], ends_on=dates[1])
        if dates[0] > on:
            words = f"a plan year of {source.id} from {spoken(dates[0])} to {spoken(dates[1])}"
            assumes.append(f"{words} is taken to follow, under the same terms")
            yield year, False
        before = year


def _election(
    ledger: Ledger,
    source: FundingSource,
    year: PlanYear,
    is_in_record: bool,
    accounts: list[AccountYear],
    asks: list[PlanQuestion],
) -> Election | None:
    assert year.starts_on is not None
    assert year.ends_on is not None
    purse = Purse(source, year, use_by(source, year))
    case, full = _if_elected(ledger, purse)
    wanting = [
        r for r in ledger.rows(full, case) if ledger.is_ahead(r["expense_id"]) and ledger.left_of(r["expense_id"])
    ]
    rows = [r for r in wanting if r["outcome"] is Outcome.PAYABLE and r["least_payable_cents"]]
    if not wanting:
        return None
    paid = {row["expense_id"] for row in rows}
    others = [row["expense_id"] for row in wanting if row["expense_id"] not in paid]
    stopped_by, questions = hindrances(ledger, full, others, case) if others else ((), ())
    asks += questions
    training = sum(row["least_payable_cents"] for row in rows)
    law = ledger.judge.book.parameters
    limit = law.of("health_fsa_limit_cents", year.starts_on)
    carried = year.carried_in_cents if year.carried_in_cents is not None else _carried(source, year, accounts)
    elect = None if limit is None or carried is None else min(limit, max(0, training - carried))
    if limit is None and training:
        asks.append(_limit_question(source, year))
    if carried is None and training:
        asks.append(_carried_question(source, year))
    _keep_free(ledger, purse, rows, training if elect is None or carried is None else elect + carried)
    over = _carries_at_most(source, law.of("health_fsa_carryover_limit_cents", year.starts_on))
    saved = saving(source.kind, elect, ledger.case.tax, law, year.starts_on, source)
    return Election(
        funding_source=source.id,
        plan_year=year.id,
        is_in_record=is_in_record,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        sessions=len(rows),
        training_cents=training,
        carried_in_cents=carried,
        limit_cents=limit,
        elect_cents=elect,
        carried_over_at_most_cents=over,
        at_risk_cents=None if elect is None or over is None else max(0, elect - over),
        saves_cents=saved.least_cents,
        hindrances=stopped_by,
    )


def _if_elected(ledger: Ledger, purse: Purse) -> tuple[Case, Purse]:
    """Give the year money without end in another copy of the case, so that only the rules stand in the way."""
    year = purse.year
    assert year is not None
    full = year.model_copy(update={"election_cents": _ENOUGH_CENTS, "carried_in_cents": 0, "spent_cents": 0})
    others = tuple(y for y in purse.source.plan_years if y.id != year.id)
    source = purse.source.model_copy(update={"plan_years": (*others, full)})
    sources = tuple(source if s.id == source.id else s for s in ledger.case.funding_sources)
    complete = tuple(name for name in ListName if name in {*ledger.case.complete, ListName.PLAN_YEARS})
    case = ledger.case.model_copy(update={"funding_sources": sources, "complete": complete})
    return case, Purse(source, full, purse.use_by_on)


def _carried(source: FundingSource, year: PlanYear, accounts: list[AccountYear]) -> int | None:
    """Find what the year before hands on: nothing without carryover, else what the plan leaves there."""
    if source.has_carryover is False:
        return 0
    before = [y.id for y in source.plan_years if y.ends_on and year.starts_on and y.ends_on < year.starts_on]
    found = [a for a in accounts if a.funding_source == source.id and a.plan_year in before[-1:]]
    return found[0].carried_over_cents if found else None


def _carries_at_most(source: FundingSource, limit: int | None) -> int | None:
    return 0 if source.has_carryover is False else limit if source.has_carryover else None


def _keep_free(ledger: Ledger, purse: Purse, rows: list[Row], cents: int) -> None:
    """Keep the sessions an election would pay free of later proposals."""
    for row in rows:
        part = min(cents, row["least_payable_cents"])
        if part:
            ledger.pay(purse, row["expense_id"], part, counts=False)
            cents -= part


def pay_ins(ledger: Ledger) -> list[PayIn]:
    """Find what could be paid into an HSA for sessions that nothing else pays, by calendar year.

    A general-purpose FSA bars paying into an HSA, so nothing is proposed beside one.
    """
    held = [source for source in ledger.case.funding_sources if source.held]
    if any(source.kind is FundingKind.HEALTH_FSA for source in held):
        return []
    law, found = ledger.judge.book.parameters, []
    for source in held:
        if source.kind is not FundingKind.HSA or source.balance_cents is None or source.general_fsa_can_pay_owner:
            continue
        short: dict[int, list[int]] = {}
        for row in ledger.rows(Purse(source, None, None)):
            left = min(row["least_payable_cents"] or 0, ledger.left_of(row["expense_id"]) or 0)
            if row["outcome"] is Outcome.PAYABLE and left and row["served_on"] >= ledger.on:
                short.setdefault(row["served_on"].year, []).append(left)
        for number, parts in sorted(short.items()):
            day = date(number, 12, 31)
            found.append(
                PayIn(
                    funding_source=source.id,
                    year=number,
                    sessions=len(parts),
                    training_cents=sum(parts),
                    self_only_limit_cents=law.of("hsa_self_only_limit_cents", day),
                    family_limit_cents=law.of("hsa_family_limit_cents", day),
                )
            )
        break  # one account is enough for the rest
    return found


def _limit_question(source: FundingSource, year: PlanYear) -> PlanQuestion:
    starts = spoken(year.starts_on) if year.starts_on else year.id
    return PlanQuestion(
        about=f"limit@{source.id}/{year.id}",
        question=f"What is the law's limit for a health FSA whose plan year starts on {starts}? It is not known here.",
        answer_with="look it up with the employer, and put it into an operator's folder as health_fsa_limit_cents",
    )


def _carried_question(source: FundingSource, year: PlanYear) -> PlanQuestion:
    return PlanQuestion(
        about=f"carryover@{source.id}/{year.id}",
        question=f"Is unused money of {source.id} carried over into the next plan year, and how much?",
        answer_with=f"necessity answer CASE account_has_carryover@{source.id}=…",
    )
