"""Insurance, HSA, FSA, HRA, stipend and deduction together never exceed the cost, the spouse's accounts and drafts counted."""

from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, ServiceLine
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.receipt import Reimbursement
from necessity.workflow.paid_once import CAME_BACK_TWICE, money_of, paid_once
from tests import answers as told

_PLANS = ("plan",)
_SOURCES = ("plan", "hsa", "fsa", "their_fsa", "hra", "stipend", "deduction")
_STATES = (ClaimState.DRAFT, ClaimState.FILED, ClaimState.APPEALED, ClaimState.ANSWERED, ClaimState.CLOSED)


def _case() -> Case:
    case = told.case()
    more = (
        FundingSource(id="hra", kind=FundingKind.HRA),
        FundingSource(id="stipend", kind=FundingKind.WELLNESS_STIPEND),
        FundingSource(id="deduction", kind=FundingKind.TAX_DEDUCTION),
    )
    return case.model_copy(update={"claims": (), "funding_sources": (*case.funding_sources, *more)})


@st.composite
def claims(draw: st.DrawFn, number: int) -> Claim:
    expense = draw(st.sampled_from(("s1", "s2", "s3")))
    line = ServiceLine(id="l", expense=expense, charge_cents=draw(st.integers(0, 9000)))
    return Claim(
        id=f"c{number}",
        funding_source=draw(st.sampled_from(_SOURCES)),
        state=draw(st.sampled_from(_STATES)),
        service_lines=(line,),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Case:
    backs = tuple(
        Reimbursement(
            id=f"b{n}",
            expense=draw(st.sampled_from(("s1", "s2", "s3"))),
            funding_source=draw(st.sampled_from((None, *_SOURCES))),
            amount_cents=draw(st.integers(0, 9000)),
        )
        for n in range(draw(st.integers(0, 4)))
    )
    made = tuple(draw(claims(n)) for n in range(draw(st.integers(0, 4))))
    return _case().model_copy(update={"reimbursements": backs, "claims": made})


@given(worlds())
def test_where_nothing_is_found_no_dollar_is_paid_or_asked_for_twice(case: Case) -> None:
    """Silence must mean that the sums hold: what came back and what accounts are asked for, against the cost."""
    stopped = {line for one in paid_once(case) if one.effect is Outcome.NOT_PAYABLE for line in one.lines}
    for money in money_of(case).values():
        accounts = sum(cents for source, cents in money.asked.items() if source not in _PLANS)
        if money.id not in stopped:
            assert money.paid_cents <= (money.cost_cents or 0)
            assert not accounts or money.paid_cents + accounts <= (money.cost_cents or 0)


@given(worlds())
def test_what_came_back_twice_is_always_found(case: Case) -> None:
    """An overpayment is never passed over, whoever paid."""
    found = {line for one in paid_once(case) if one.rule == CAME_BACK_TWICE for line in one.lines}
    over = {money.id for money in money_of(case).values() if money.paid_cents > (money.cost_cents or 0)}
    assert found == over


@given(worlds(), st.lists(st.sampled_from(_SOURCES), max_size=6))
def test_asking_only_for_what_is_left_never_exceeds_the_cost(case: Case, order: list[str]) -> None:
    """Whoever asks one source after the other for what is left ends at the cost, in any order, the deduction too."""
    for number, source in enumerate(order):
        left = money_of(case)["s1"].left_cents or 0
        line = ServiceLine(id="l", expense="s1", charge_cents=left)
        asks = Claim(id=f"more{number}", funding_source=source, state=ClaimState.DRAFT, service_lines=(line,))
        before = money_of(case)["s1"]
        case = case.model_copy(update={"claims": (*case.claims, asks)})
        after = money_of(case)["s1"]
        used = before.paid_cents + before.asked_cents
        assert after.paid_cents + after.asked_cents <= max(used, before.cost_cents or 0)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_records_makes_no_difference(case: Case, chance: object) -> None:
    """Files are sorted by hand."""
    backs, made = list(case.reimbursements), list(case.claims)
    chance.shuffle(backs)  # type: ignore[attr-defined]
    chance.shuffle(made)  # type: ignore[attr-defined]
    mixed = case.model_copy(update={"reimbursements": tuple(backs), "claims": tuple(made)})
    assert {one.lines for one in paid_once(mixed)} == {one.lines for one in paid_once(case)}
