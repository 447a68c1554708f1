"""Whatever the money, the price and the calendar: a funding plan never gives out more than there is or than it costs."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.domain.case import Case, ListName
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.funding_plan import FundingPlan
from necessity.domain.letter import TrainingOrder
from necessity.domain.receipt import TaxPicture
from necessity.domain.training import ServiceKind
from necessity.workflow.funding.training_ahead import Wishes, lay_out
from necessity.workflow.plan_funding import plan_funding
from tests.cast import bruno, letter
from tests.shipped import judge

ON = date(2026, 4, 14)
FEW = settings(
    max_examples=6,  # a plan decides the case several times
    suppress_health_check=[HealthCheck.too_slow],
)


def years() -> st.SearchStrategy[PlanYear]:
    """Draw a plan year that holds April 2026, some of its money not known."""
    money = st.integers(0, 60_000)
    return st.builds(
        PlanYear,
        id=st.just("2026"),
        starts_on=st.dates(date(2025, 5, 1), date(2026, 4, 14)),
        ends_on=st.dates(date(2026, 4, 20), date(2026, 12, 31)),
        election_cents=st.none() | money | money,
        carried_in_cents=st.none() | st.just(0) | st.just(0),
        spent_cents=st.none() | st.just(0) | st.integers(0, 5000),
        grace_ends_on=st.none() | st.dates(date(2026, 5, 1), date(2027, 4, 1)),
        run_out_ends_on=st.just(date(2027, 6, 30)),
    )


def accounts() -> st.SearchStrategy[list[FundingSource]]:
    """Draw up to three accounts, none alike in name."""
    maybe = st.none() | st.booleans()
    yearly = st.builds(
        FundingSource,
        id=st.just("x"),
        kind=st.sampled_from((FundingKind.HEALTH_FSA, FundingKind.HRA)),
        opened_on=st.just(date(2025, 1, 1)),
        has_grace_period=maybe,
        has_carryover=maybe,
        covers_all_medical_care=st.just(True),
        plan_years=years().map(lambda year: (year,)),
    )
    hsa = st.builds(
        FundingSource,
        id=st.just("x"),
        kind=st.just(FundingKind.HSA),
        opened_on=st.just(date(2025, 1, 1)),
        balance_cents=st.none() | st.integers(0, 60_000),
    )
    drawn = st.lists(yearly | hsa, min_size=1, max_size=3)
    return drawn.map(lambda some: [one.model_copy(update={"id": f"a{n}"}) for n, one in enumerate(some)])


def case_of(sources: list[FundingSource], weeks: int, **more: Any) -> Case:
    order = TrainingOrder(
        id="order1", kind=ServiceKind.PERSONAL_TRAINING, sessions_per_week=2, weeks=weeks, starts_on=ON
    )
    given = {
        "complete": tuple(name for name in ListName if name is not ListName.CLAIMS),
        "orders": (order,),
        "letters": (letter("diabetes", date(2026, 4, 1)),),
        "submissions": (),
        "funding_sources": tuple(sources),
        "sessions": (),
        "receipts": (),
        "tax": TaxPicture(federal_rate=2200, state_rate=500, payroll_rate=765),
    }
    return bruno().model_copy(update=given | more)


def plan(case: Case, price: int) -> FundingPlan:
    return plan_funding(judge(), case, ON, Wishes(price_cents=price, weekdays=(1, 3)))


@FEW
@given(accounts(), st.integers(1, 5), st.integers(1, 20_000))
def test_a_plan_gives_out_no_more_than_there_is_and_no_more_than_it_costs(
    sources: list[FundingSource], weeks: int, price: int
) -> None:
    """Cents are neither made nor lost between sessions, accounts and the patient's pocket."""
    made = plan(case_of(sources, weeks), price)
    for one in made.sessions:
        assert all(part.cents > 0 for part in one.parts)
        assert one.cost_cents == price
        assert one.left_cents == price - sum(part.cents for part in one.parts) >= 0
    for account in made.accounts:
        parts = [
            part.cents
            for one in made.sessions
            for part in one.parts
            if (part.funding_source, part.plan_year) == (account.funding_source, account.plan_year)
        ]
        assert sum(parts) == account.planned_cents + account.held_cents
        if account.money_cents is None:
            assert (account.planned_cents, account.left_cents) == (0, None)
        else:
            assert account.left_cents == account.money_cents - sum(parts) >= 0
        if account.lost_cents is not None and account.carried_over_cents is not None:
            assert account.lost_cents + account.carried_over_cents == account.left_cents
    given_out = sum(account.planned_cents for account in made.accounts)
    assert made.own_pocket.cents == price * len(made.sessions) - given_out == made.training.cost_cents - given_out


@FEW
@given(accounts(), st.integers(1, 5), st.integers(1, 20_000), st.randoms(use_true_random=False))
def test_the_order_of_the_record_changes_nothing(
    sources: list[FundingSource], weeks: int, price: int, random: Any
) -> None:
    """Accounts are used by what expires first, not by which was written down first."""
    shuffled = list(sources)
    random.shuffle(shuffled)
    first, second = plan(case_of(sources, weeks), price), plan(case_of(shuffled, weeks), price)
    assert first.accounts == second.accounts
    assert first.sessions == second.sessions
    assert first.own_pocket == second.own_pocket


@FEW
@given(
    st.lists(st.integers(0, 60_000), min_size=1, max_size=3),
    st.permutations([6, 9, 12]),
    st.integers(1, 4),
    st.integers(1, 20_000),
)
def test_where_every_account_could_pay_every_session_their_order_changes_no_total(
    money: list[int], months: list[int], weeks: int, price: int
) -> None:
    """All years hold all days, so together they pay the cost or all they have, whichever is less."""
    sources = [
        FundingSource(
            id=f"a{number}",
            kind=FundingKind.HEALTH_FSA,
            opened_on=date(2025, 1, 1),
            has_grace_period=False,
            has_carryover=False,
            plan_years=(
                PlanYear(
                    id="2026",
                    starts_on=date(2026, 1, 1),
                    ends_on=date(2026, months[number], 28),
                    election_cents=cents,
                    carried_in_cents=0,
                    spent_cents=0,
                ),
            ),
        )
        for number, cents in enumerate(money)
    ]
    made = plan(case_of(sources, weeks), price)
    assert sum(account.planned_cents for account in made.accounts) == min(sum(money), price * 2 * weeks)
    assert made.asks == ()


@FEW
@given(accounts(), st.integers(1, 5), st.integers(1, 20_000))
def test_the_first_account_gets_what_deciding_would_give_it(
    sources: list[FundingSource], weeks: int, price: int
) -> None:
    """The plan has no arithmetic of its own: once all is held, the decision says the same of that account year."""
    case = case_of(sources, weeks)
    made = plan(case, price)
    if not made.accounts or made.accounts[0].use_by_on is None:
        return
    first = made.accounts[0]
    held = lay_out(case, ON, Wishes(price_cents=price, weekdays=(1, 3))).case
    days = [s.served_on for s in held.sessions if s.served_on and first.use_by_on and s.served_on <= first.use_by_on]
    in_time = held.model_copy(update={"sessions": tuple(s for s in held.sessions if s.served_on in days)})
    lines = judge().decide(in_time, max([ON, *days])).lines
    mine = [line for line in lines if line.funding_source == first.funding_source]
    met = [line for line in mine if line.outcome is Outcome.PAYABLE]
    assert first.planned_cents == sum(line.payable_cents or 0 for line in met)
    assert first.sessions == len(met)
