"""What an account already paid back for sessions of the case is gone from its year.

Recording the forty payments of an account that they emptied made it pay thirty-six more sessions: an expense that was
paid back has nothing due, and so it no longer drew on the year's money.
"""

from datetime import date, timedelta

from necessity.domain.case import Case
from necessity.domain.decision import LineDecision, Outcome
from necessity.domain.receipt import Reimbursement
from tests import cast
from tests.shipped import judge

ON = date(2026, 12, 1)


def bruno(election_cents: int, *paid: tuple[str, int | None]) -> Case:
    """Bruno with six sessions from 14 April on, and what the FSA already paid back."""
    case = cast.bruno()
    (fsa,) = case.funding_sources
    year = fsa.plan_years[0].model_copy(update={"election_cents": election_cents})
    days = [date(2026, 4, 14) + timedelta(days=7 * n) for n in range(6)]
    return case.model_copy(
        update={
            "funding_sources": (fsa.model_copy(update={"plan_years": (year,)}),),
            "sessions": tuple(cast.session(f"s{n}", day, receipt="r") for n, day in enumerate(days)),
            "receipts": (cast.receipt("r", days[-1], 51_000),),
            "reimbursements": tuple(
                Reimbursement(id=f"back-{id}", expense=id, funding_source="fsa", amount_cents=amount)
                for id, amount in paid
            ),
        }
    )


def lines(case: Case) -> dict[str, LineDecision]:
    return {line.id: line for line in judge().decide(case, ON).lines if line.funding_source == "fsa"}


def test_money_that_was_paid_back_is_not_there_a_second_time() -> None:
    """Two sessions used the money up; the other four stay with other money."""
    assert [line.payable_cents for line in lines(bruno(17_000)).values()] == [8500, 8500, 0, 0, 0, 0]
    after = lines(bruno(17_000, ("s0", 8500), ("s1", 8500)))
    assert [line.payable_cents for line in after.values()] == [0, 0, 0, 0, 0, 0]
    assert {line.rules for line in list(after.values())[2:]} == {("us.money.year_money_is_left",)}


def test_it_is_gone_for_earlier_days_as_well() -> None:
    """The administrator pays in the order of the claims, not of the sessions."""
    after = lines(bruno(17_000, ("s5", 8500)))
    assert [line.payable_cents for line in after.values()] == [8500, 0, 0, 0, 0, 0]


def test_the_rest_of_a_session_paid_in_part_can_still_be_claimed() -> None:
    """Fifty dollars came back for the first; thirty-five are still due, and eighty-five for the next."""
    after = lines(bruno(17_000, ("s0", 5000)))
    assert [line.payable_cents for line in after.values()] == [3500, 8500, 0, 0, 0, 0]


def test_an_unknown_amount_may_have_taken_all() -> None:
    """Whoever waits for the answer is told so; nothing is paid twice in the meantime."""
    after = lines(bruno(17_000, ("s0", None)))
    assert [after[f"s{n}"].outcome for n in range(6)] == [Outcome.PENDED] * 3 + [Outcome.NOT_PAYABLE] * 3
