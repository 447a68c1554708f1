"""One expense, one payer: told with names and amounts, before the money is asked for."""

from datetime import date

from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState
from necessity.domain.funding import FundingKind
from necessity.domain.receipt import Reimbursement
from necessity.workflow.paid_once import ASKED_TWICE, CAME_BACK_TWICE, PLAN_FIRST, asked_beside, money_of, paid_once
from tests import answers as told


def with_backs(*backs: tuple[str, str, int], claims: tuple[Claim, ...] = ()) -> Case:
    made = tuple(
        Reimbursement(id=f"b{n}", expense=e, funding_source=s, paid_on=date(2026, 6, 1), amount_cents=c)
        for n, (e, s, c) in enumerate(backs)
    )
    return told.case().model_copy(update={"claims": claims, "reimbursements": made})


def test_two_accounts_that_paid_the_same_session_are_found_with_their_owners() -> None:
    """The spouse's account pays for the same family, and nobody else compares the two."""
    (found,) = paid_once(with_backs(("s1", "hsa", 8500), ("s1", "their_fsa", 8500)))
    assert found.rule == CAME_BACK_TWICE
    assert "$170.00 came back for s1, more than its $85.00" in found.message
    assert "Health FSA of spouse (their_fsa)" in found.message


def test_a_draft_counts_as_asked() -> None:
    """Planned claims must not promise the same dollars to two accounts."""
    two = (told.claim("c1", "hsa", state=ClaimState.DRAFT), told.claim("c2", "fsa", state=ClaimState.DRAFT))
    assert {one.rule for one in paid_once(with_backs(claims=two))} == {ASKED_TWICE}


def test_a_plan_and_an_account_at_once_is_advice_to_wait() -> None:
    """The plan's answer says what remains; until then the account would be asked for too much."""
    two = (told.claim("c1", "plan"), told.claim("c2", "fsa", state=ClaimState.DRAFT))
    found = paid_once(with_backs(claims=two))
    assert {one.rule for one in found} == {PLAN_FIRST}
    assert all(one.effect is None for one in found)


def test_an_answered_claim_asks_no_more() -> None:
    """After the answer only what was paid counts."""
    two = (told.claim("c1", "plan", state=ClaimState.ANSWERED), told.claim("c2", "fsa", state=ClaimState.DRAFT))
    assert paid_once(with_backs(claims=two)) == ()


def test_a_stipend_paid_as_wages_without_a_receipt_is_pay() -> None:
    """It was taxed, and pays for anything."""
    wages = Reimbursement(id="w", expense="s1", funding_source="hsa", amount_cents=8500, counts_as_wages=True)
    case = told.case().model_copy(update={"claims": (), "reimbursements": (wages,)})
    assert money_of(case)["s1"].paid_cents == 0


def test_what_is_about_to_be_claimed_is_held_against_open_claims() -> None:
    """The packet says it before it is sent."""
    case = with_backs(claims=(told.claim("c1", "plan"),))
    (said,) = asked_beside(case, {"s1": 8500}, FundingKind.HEALTH_FSA)
    assert "is asked for from Health plan (plan) too" in said
    assert list(asked_beside(case, {"s1": 8500}, FundingKind.GROUP_PLAN)) == []
