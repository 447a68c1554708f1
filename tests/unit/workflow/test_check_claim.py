"""The check before filing: each thing that stops a claim is found, and a good claim draws nothing that stops it."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.answer import Remittance
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, Frequency
from necessity.domain.decision import Finding, Outcome
from necessity.domain.receipt import Reimbursement
from necessity.workflow.check_claim import ClaimAtHand, check_claim, with_claim
from necessity.workflow.draft_claim import ClaimRange, draft_claim
from necessity.workflow.spell_out_claim import spell_out
from tests import cast
from tests.claims import chen_in_therapy, therapy

ON = date(2026, 6, 1)


def checked(
    judge: Judge, case: Case, on: date = ON, rule: UnitRule | None = UnitRule.CMS, **change: object
) -> tuple[Finding, ...]:
    decision = judge.decide(case, on)
    wanted = ClaimRange(case.funding_sources[0].id, claim="c1", rule=rule)
    claim: Claim = draft_claim(case, decision, wanted, on).claims[0].model_copy(update=change)
    full = spell_out(case, claim, "Example Group Health", on)
    judged = judge.decide(with_claim(case, claim, rule), on)
    return check_claim(ClaimAtHand(case, claim, full, judged, shipped(), on))


def stops(found: tuple[Finding, ...]) -> set[str]:
    return {one.rule for one in found if one.effect is Outcome.NOT_PAYABLE}


def our_own(found: tuple[Finding, ...]) -> set[str]:
    return {rule for rule in stops(found) if rule.startswith(("claim.", "icd10cm."))}


def test_a_good_claim_draws_nothing_that_stops_it(judge: Judge) -> None:
    """A check that always complains is ignored when it matters."""
    assert our_own(checked(judge, chen_in_therapy())) == set()


@pytest.mark.parametrize(
    ("source", "rule"),
    [({"member_id": None}, "claim.member_id"), ({"member_filing_days": 10}, "claim.timely_filing")],
)
def test_what_the_plan_needs_is_missed(judge: Judge, source: dict[str, object], rule: str) -> None:
    """Each is a reason why a clearinghouse or plan turns a claim back."""
    assert rule in stops(checked(judge, chen_in_therapy(**source)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"diagnoses": ()}, "claim.diagnosis"),
        ({"frequency": Frequency.VOID}, "claim.correction"),
        ({"diagnoses": ("M54.5",)}, "us.codes.diagnosis_codes_were_in_force"),
    ],
)
def test_what_the_claim_lacks_is_found(judge: Judge, change: dict[str, object], rule: str) -> None:
    """Codes, pointers and numbers, each with its place."""
    assert rule in {one.rule for one in checked(judge, chen_in_therapy(), **change) if one.effect}


def lines_of(judge: Judge, case: Case, **change: object) -> tuple[object, ...]:
    decision = judge.decide(case, ON)
    claim = draft_claim(case, decision, ClaimRange("plan", claim="c1", rule=UnitRule.CMS), ON).claims[0]
    return tuple(line.model_copy(update=change) for line in claim.service_lines)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"units": 9}, "us.codes.plan_timed_units_are_within_the_minutes"),
        ({"diagnosis_pointers": (3,)}, "us.codes.pointers_name_listed_diagnoses"),
        ({"procedure_code": None}, "claim.code_missing"),
        ({"served_on": date(2027, 1, 1)}, "claim.service_date"),
        ({"charge_cents": 0}, "claim.charge"),
    ],
)
def test_a_fault_of_a_line_is_found(judge: Judge, change: dict[str, object], rule: str) -> None:
    """One planted fault a case; the finding names it."""
    case = chen_in_therapy()
    assert rule in stops(checked(judge, case, service_lines=lines_of(judge, case, **change)))


def test_a_pair_that_is_not_simply_paid_is_found(judge: Judge) -> None:
    """Group and single exercise on one day: one of the two is refused without proof of separate times."""
    visit = therapy("s1", date(2024, 8, 1), ("press", 30, "97110"), ("group", 30, "97150"))
    found = checked(judge, chen_in_therapy(visit, member_filing_days=None), on=date(2024, 9, 1))
    assert {"us.codes.plan_bars_no_pair", "us.codes.plan_pairs_are_shown_apart"} & {
        one.rule for one in found if one.effect
    }


def test_a_line_on_a_filed_claim_is_a_duplicate(judge: Judge) -> None:
    """The payer answers the second one with a refusal that hides the first answer."""
    case = chen_in_therapy()
    before = draft_claim(case, judge.decide(case, ON), ClaimRange("plan", claim="old"), ON).claims[0]
    with_old = case.model_copy(update={"claims": (before.model_copy(update={"state": ClaimState.FILED}),)})
    decision = judge.decide(case, ON)
    claim = draft_claim(case, decision, ClaimRange("plan", claim="new"), ON).claims[0]
    full = spell_out(case, claim, "Plan", ON)
    found = check_claim(ClaimAtHand(with_old, claim, full, decision, shipped(), ON))
    assert "claim.duplicate" in stops(found)


def test_money_that_came_back_is_not_asked_for_again(judge: Judge) -> None:
    """Never paid twice."""
    case = cast.ada()
    back = Reimbursement(id="b1", expense="s1", amount_cents=8500)
    found = checked(judge, case.model_copy(update={"reimbursements": (back,)}), on=date(2026, 6, 1))
    assert "claim.paid_elsewhere" in stops(found)


def test_an_account_wants_a_receipt_for_every_line_and_no_code(judge: Judge) -> None:
    """Both are what HSA and FSA administrators send back."""
    case = cast.ada()
    bare = case.model_copy(update={"sessions": (case.sessions[0].model_copy(update={"receipt": None}),)})
    assert "claim.receipt" in stops(checked(judge, bare))
    decision = judge.decide(case, ON)
    claim = draft_claim(case, decision, ClaimRange("hsa", claim="c1"), ON).claims[0]
    coded = tuple(line.model_copy(update={"procedure_code": "97110"}) for line in claim.service_lines)
    assert "claim.no_code" in stops(checked(judge, case, service_lines=coded))


def test_findings_come_heaviest_first(judge: Judge) -> None:
    """What stops the claim is read first."""
    found = checked(judge, chen_in_therapy(member_id=None), diagnoses=())
    order = [Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, None]
    ranks = [order.index(one.effect) for one in found]
    assert ranks == sorted(ranks)
    assert all(one.next_step for one in found if one.effect and one.rule.startswith("claim."))


def test_what_came_back_is_shared_out_over_the_lines_of_a_session(judge: Judge) -> None:
    """Two codes are two lines; each bears its part, not the whole."""
    back = Reimbursement(id="b1", expense="s1", amount_cents=6_000)
    found = checked(judge, chen_in_therapy().model_copy(update={"reimbursements": (back,)}))
    told = [one.message for one in found if one.rule == "claim.paid_elsewhere"]
    assert told == ["$30.64 of s1-1's $61.28 came back already.", "$29.36 of s1-2's $58.72 came back already."]


def test_a_replacement_does_not_count_what_the_replaced_claim_was_paid(judge: Judge) -> None:
    """The payer settles the one against the other; nothing came from elsewhere."""
    case = chen_in_therapy()
    old = draft_claim(case, judge.decide(case, ON), ClaimRange("plan", claim="old"), ON).claims[0]
    answered = case.model_copy(
        update={
            "claims": (old.model_copy(update={"state": ClaimState.ANSWERED}),),
            "remittances": (Remittance(id="r", claim="old", payer_claim_number="P-1", paid_cents=6_000),),
            "reimbursements": (Reimbursement(id="b1", expense="s1", amount_cents=6_000, claim="old"),),
        }
    )
    wanted = ClaimRange("plan", claim="new", frequency=Frequency.REPLACEMENT, replaces="P-1", rule=UnitRule.CMS)
    new = draft_claim(answered, judge.decide(answered, ON), wanted, ON).claims[0]
    judged = judge.decide(with_claim(answered, new, UnitRule.CMS), ON)
    full = spell_out(answered, new, "Example Group Health", ON)
    found = check_claim(ClaimAtHand(answered, new, full, judged, shipped(), ON))
    assert not {"claim.paid_elsewhere", "claim.duplicate"} & {one.rule for one in found}
