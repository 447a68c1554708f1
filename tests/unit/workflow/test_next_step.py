"""The next step of a claim in every state, its last day by the type of plan, and what does not exist said as such."""

from datetime import date

import pytest

from necessity.domain.answer import Acknowledgement, ClaimStage, Denial, Remittance
from necessity.domain.case import Case
from necessity.domain.claim import ClaimState, FiledBy
from necessity.domain.funding import FundingKind, PlanMarket, PlanYear
from necessity.domain.next_step import ClaimStanding, Standing, StepKind
from necessity.workflow.next_step import due_dates, follow
from necessity.workflow.post_answers import post_answers
from tests import answers as told

TODAY = date(2026, 6, 15)


def standing(case: Case, on: date = TODAY) -> ClaimStanding:
    return follow(case, on).claims[0]


def refused(**changed: object) -> Case:
    """Chen's claim to a private employer's plan with two appeals, refused on 10 June as not necessary."""
    says = {
        "id": "d1",
        "claim": "claim1",
        "received_on": told.CAME_ON,
        "stage": ClaimStage.POST_SERVICE,
        "reason": "50",
    }
    return told.case(told.claim(state=ClaimState.ANSWERED)).model_copy(
        update={"denials": (Denial(**{**says, **changed}),)}
    )


def with_source(case: Case, **changed: object) -> Case:
    plan, *others = case.funding_sources
    return case.model_copy(update={"funding_sources": (plan.model_copy(update=changed), *others)})


def kinds(one: ClaimStanding) -> list[StepKind]:
    return [one.next.kind, *(step.kind for step in one.also)]


def test_a_draft_is_to_be_sent_before_the_plan_s_own_days_are_over() -> None:
    """A member's plan may take claims for a year, or for ninety days; its papers say."""
    case = told.case(told.claim(state=ClaimState.DRAFT, filed_by=FiledBy.MEMBER))
    one = standing(with_source(case, member_filing_days=90))
    assert (one.standing, one.next.kind, one.next.due_on) == (Standing.DRAFT, StepKind.FILE, date(2026, 8, 2))


def test_an_account_s_draft_is_due_by_the_run_out_of_its_plan_year() -> None:
    """Money of the year is gone after it."""
    year = PlanYear(
        id="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), run_out_ends_on=date(2027, 3, 31)
    )
    case = told.case(told.claim(source="fsa", state=ClaimState.DRAFT))
    sources = tuple(
        one.model_copy(update={"plan_years": (year,)}) if one.id == "fsa" else one for one in case.funding_sources
    )
    one = standing(case.model_copy(update={"funding_sources": sources}))
    assert (one.next.kind, one.next.due_on) == (StepKind.FILE, date(2027, 3, 31))


def test_a_claim_that_nobody_has_acknowledged_is_asked_after() -> None:
    """The plan's clock does not run before it has the claim."""
    assert standing(told.case()).next.kind is StepKind.ASK_ARRIVAL


def test_a_claim_that_was_not_taken_in_is_sent_anew_and_never_appealed() -> None:
    """A rejected message was no claim; waiting for its answer loses the time to file."""
    no = Acknowledgement(id="a1", claim="claim1", received_on=TODAY, accepted=False, reason="Member not found.")
    one = standing(told.case().model_copy(update={"acknowledgements": (no,)}))
    assert (one.standing, one.next.kind) == (Standing.NOT_TAKEN_IN, StepKind.RESEND)
    assert "Member not found" in one.says
    assert StepKind.APPEAL not in kinds(one)


def test_a_claim_with_the_plan_waits_thirty_days_and_fifteen_more_with_notice() -> None:
    """The vectors of the sheet: received on 1 April, decided by 1 May, or by 16 May."""
    case = told.case(told.claim(received_on=date(2026, 5, 20), stage=ClaimStage.POST_SERVICE))
    one = standing(case)
    assert [step.due_on for step in (one.next, *one.also)] == [date(2026, 6, 19), date(2026, 7, 4)]


def test_a_late_decision_is_asked_after_and_then_complained_about() -> None:
    """A plan that lets its days pass breaks its procedure."""
    case = told.case(told.claim(received_on=date(2026, 5, 20), stage=ClaimStage.POST_SERVICE))
    assert kinds(standing(case, date(2026, 6, 25))) == [StepKind.ASK_WHY]
    assert kinds(standing(case, date(2026, 7, 10))) == [StepKind.ASK_WHY, StepKind.COMPLAIN]


def test_a_refusal_as_not_necessary_is_appealed_within_180_days() -> None:
    """Vector D57's count, from another day."""
    one = standing(refused())
    assert (one.next.kind, one.next.due_on) == (StepKind.APPEAL, date(2026, 12, 7))
    assert any("2560.503-1" in cite.where for cite in one.next.citations)
    assert [due.on for due in due_dates(follow(refused(), TODAY))] == [date(2026, 12, 7)]


def test_the_plan_s_own_days_beat_the_law_s_number() -> None:
    """What its papers give is what the administrator goes by."""
    assert standing(with_source(refused(), appeal_days=60)).next.due_on == date(2026, 8, 9)


@pytest.mark.parametrize(
    ("reason", "step"), [("16", StepKind.CORRECT), ("197", StepKind.SEND_RECORDS), ("18", StepKind.LOOK)]
)
def test_a_reason_that_is_mended_otherwise_comes_first_with_the_appeal_beside_it(reason: str, step: StepKind) -> None:
    """A corrected claim is faster, but the time to appeal runs on."""
    one = standing(refused(reason=reason))
    found = kinds(one)
    assert StepKind.APPEAL in found
    if one.next.kind is not StepKind.APPEAL:
        assert found.index(one.next.kind) < found.index(StepKind.APPEAL)
    assert reason != "16" or one.next.kind is step


def test_remark_ma130_rules_an_appeal_out() -> None:
    """The claim could not be processed: a new one is the only way."""
    one = standing(refused(reason="16", remark_codes=("MA130",)))
    assert one.next.kind is StepKind.RESEND
    assert StepKind.APPEAL not in kinds(one)


def test_an_appeal_is_waited_for_by_the_number_of_levels() -> None:
    """One level: 60 days after a service; two: 30 days each."""
    appealed = refused(appealed_on=date(2026, 7, 1))
    two = standing(appealed)
    one = standing(with_source(appealed, appeal_levels=1))
    assert (two.standing, two.next.kind, two.next.due_on) == (
        Standing.APPEALED,
        StepKind.WAIT_APPEAL,
        date(2026, 7, 31),
    )
    assert one.next.due_on == date(2026, 8, 30)


def test_after_the_first_of_two_appeals_comes_the_second() -> None:
    """Its day stands in the notice; the law sets none that we know."""
    case = refused(appealed_on=date(2026, 7, 1))
    again = Denial(id="d2", claim="claim1", received_on=date(2026, 7, 20), stage=ClaimStage.POST_SERVICE, reason="50")
    one = standing(case.model_copy(update={"denials": (*case.denials, again)}), date(2026, 8, 1))
    assert (one.level, one.next.kind, one.next.due_on) == (1, StepKind.SECOND_LEVEL, None)


def test_after_the_last_appeal_comes_the_review_from_outside_where_medical_judgment_decided() -> None:
    """Four calendar months, moved past a weekend; a plain exclusion has no such review."""
    final = {"is_final_internal": True, "received_on": date(2026, 5, 12)}
    yes = standing(refused(**final, rests_on_medical_judgment=True))
    assert (yes.next.kind, yes.next.due_on) == (StepKind.EXTERNAL_REVIEW, date(2026, 9, 14))
    contract = standing(refused(**final, rests_on_medical_judgment=False))
    assert StepKind.EXTERNAL_REVIEW not in kinds(contract)
    assert contract.no_review is not None
    assert "contract alone" in contract.no_review.counted
    open_question = standing(refused(**final))
    assert "not in the record" in open_question.next.says


@pytest.mark.parametrize("grandfathered", [True])
def test_a_grandfathered_plan_has_no_review_from_outside(grandfathered: bool) -> None:
    """Stepping toward one that does not exist costs months."""
    case = with_source(refused(is_final_internal=True, rests_on_medical_judgment=True), is_grandfathered=grandfathered)
    one = standing(case)
    assert StepKind.EXTERNAL_REVIEW not in kinds(one)
    assert one.no_review is not None


def test_a_review_that_was_asked_for_is_waited_for() -> None:
    """About 45 days."""
    one = standing(refused(is_final_internal=True, review_asked_on=date(2026, 6, 12)))
    assert (one.standing, one.next.kind, one.next.due_on) == (
        Standing.IN_REVIEW,
        StepKind.WAIT_REVIEW,
        date(2026, 7, 27),
    )


def test_after_the_reviewer_s_no_only_other_money_is_left() -> None:
    """Give up and use an account, or one's own pocket."""
    one = standing(refused(is_final_internal=True, is_by_reviewer=True))
    assert one.next.kind is StepKind.OWN_POCKET


def test_a_plan_of_unknown_type_gets_no_invented_day() -> None:
    """Unknown is an answer: the notice names the day."""
    one = standing(with_source(refused(), is_erisa=None))
    assert (one.plan_type, one.next.kind, one.next.due_on) == (None, StepKind.APPEAL, None)
    assert "type of plan" in one.next.counted


def test_a_payment_after_the_refusal_ends_it() -> None:
    """An overturned refusal is no refusal."""
    case = refused()
    paid = Remittance(id="r1", claim="claim1", received_on=date(2026, 8, 1), paid_cents=23000)
    one = standing(case.model_copy(update={"remittances": (paid,)}), date(2026, 8, 2))
    assert (one.standing, one.next.kind, one.denial) == (Standing.PAID, StepKind.CLOSE, None)


def test_a_refusal_taken_back_is_no_refusal() -> None:
    """A reversal of the very answer that refused it."""
    no = told.refusal()
    case = post_answers(told.case(), [no, told.undone(no)], told.CAME_ON).case
    assert standing(case).denial is None


def test_nobody_decides_an_hsa() -> None:
    """There is no appeal against oneself."""
    one = standing(told.case(told.claim(source="hsa")))
    assert (one.standing, one.next.kind) == (Standing.NOBODY_DECIDES, StepKind.KEEP)


def test_more_than_the_cost_is_to_be_returned() -> None:
    """Overpayments are found by the one who got them first."""
    paid = told.remittance(charged_cents=23000, paid_cents=24000)
    one = standing(post_answers(told.case(), [paid], told.CAME_ON).case)
    assert one.next.kind is StepKind.PAY_BACK


@pytest.mark.parametrize(
    ("changed", "to"),
    [
        ({}, "Employee Benefits Security Administration"),
        ({"is_erisa": False, "market": PlanMarket.INDIVIDUAL}, "insurance department"),
        ({"is_erisa": False, "market": PlanMarket.GOVERNMENT_OR_CHURCH}, "booklet"),
        ({"kind": FundingKind.MEDICARE, "is_erisa": None}, "Medicare"),
    ],
)
def test_each_type_of_plan_has_its_own_place_to_complain(changed: dict[str, object], to: str) -> None:
    """A state's department has no say over a plan that pays claims itself."""
    one = standing(with_source(refused(), **changed))
    complaint = next(step for step in one.also if step.kind is StepKind.COMPLAIN)
    assert to.lower() in complaint.says.lower()
    assert complaint.citations


def test_every_step_of_every_state_names_a_source_or_needs_none() -> None:
    """A day without a source is worth nothing."""
    cases = (
        refused(),
        refused(is_final_internal=True),
        refused(appealed_on=TODAY),
        told.case(told.claim(received_on=TODAY)),
    )
    for case in cases:
        one = standing(case)
        for step in (one.next, *one.also):
            assert step.due_on is None or step.citations or "papers say" in step.counted


def test_no_account_is_named_without_a_decision_that_it_could_pay() -> None:
    """Holding an account says nothing of what it pays."""
    assert StepKind.USE_ACCOUNT not in kinds(standing(refused()))
