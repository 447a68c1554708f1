"""Two journeys of accounts and employers: a taxed stipend before the FSA, and an FSA that said no."""

from datetime import date
from typing import Any

from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, Outcome, SourceKind
from tests.decisions.test_journeys import decided, example, finding_of, judge, lines_of, route_of

STIPEND = "15_journey_stipend_then_fsa"
SAME_DOLLARS = "us.employer.stipend_and_account_for_the_same_dollars"
DENIED = "16_journey_fsa_denial"


def outcomes(decision: Decision, source: str) -> list[Outcome]:
    return [line.outcome for line in lines_of(decision, source)]


def with_repayments(**changes: Any) -> Decision:
    """Decide the stipend's case with each repayment changed alike."""
    case, on = example(STIPEND)
    paid = tuple(dict(one) | changes for one in case.reimbursements)
    return judge().decide(Case.model_validate(dict(case) | {"reimbursements": paid}), on)


# ── the stipend, and then the FSA ────────────────────────────────────


def test_the_stipend_is_shown_as_wages() -> None:
    """Of 600 dollars 392.10 are left after 22, 5 and 7.65 per cent, and two rules say why."""
    stipend = route_of(decided(STIPEND), "stipend")
    assert (stipend.outcome, stipend.payable_cents, stipend.saves_cents) == (Outcome.PAYABLE, 60_000, 39_210)
    for rule in ("us.employer.cash_is_wages", "us.employer.offsite_fees_are_wages"):
        assert "wages" in finding_of(stipend, rule, Answer.NOT_MET).message


def test_a_stipend_that_is_not_tied_to_receipts_is_for_a_person() -> None:
    """Wages are one's own money, and one expense has one payer: both readings are named with their source."""
    assert outcomes(decided(STIPEND), "fsa") == [Outcome.REVIEW] * 8
    found = finding_of(route_of(decided(STIPEND), "fsa"), SAME_DOLLARS, Answer.NOT_MET)
    assert found.effect is Outcome.REVIEW
    assert "two readings" in found.message
    assert [c.kind for c in found.citations] == [SourceKind.AGENCY_GUIDANCE, SourceKind.COMMON_PRACTICE]


def test_that_doubt_is_the_only_thing_in_the_way() -> None:
    """Without the stipend the FSA would pay all eight sessions."""
    case, on = example(STIPEND)
    alone = judge().decide(Case.model_validate(dict(case) | {"reimbursements": ()}), on)
    assert outcomes(alone, "fsa") == [Outcome.PAYABLE] * 8
    assert route_of(alone, "fsa").payable_cents == 60_000


def test_a_stipend_paid_against_the_receipts_leaves_nothing_for_the_fsa() -> None:
    """Then the same dollars came back already, and neither account pays them again."""
    tied = with_repayments(is_tied_to_receipt=True)
    assert outcomes(tied, "fsa") == [Outcome.NOT_PAYABLE] * 8
    assert finding_of(route_of(tied, "fsa"), "us.money.not_paid_back_already", Answer.NOT_MET)


def test_a_stipend_of_which_that_is_not_known_is_asked_about() -> None:
    """A guess either way would settle it wrongly; the employer can answer."""
    unknown = with_repayments(is_tied_to_receipt=None)
    assert outcomes(unknown, "fsa") == [Outcome.PENDED] * 8
    found = finding_of(route_of(unknown, "fsa"), SAME_DOLLARS, Answer.UNKNOWN)
    assert any(ask.startswith("repayment_is_tied_to_receipt@stipend") for ask in found.asks)


# ── the FSA said no ──────────────────────────────────────────────────


def test_a_refused_fsa_claim_is_appealed_by_7_december() -> None:
    """180 days from the day after 10 June 2026."""
    (due,) = [deadline for deadline in decided(DENIED).deadlines if deadline.rule == "appeal_due_on"]
    assert due.due_on == date(2026, 12, 7)
    assert {str(citation.kind) for citation in due.citations} == {"regulation"}


def findings_of_the_denial(decision: Decision) -> dict[str, tuple[Answer, str]]:
    (claim,) = [other for other in decision.others if other.subject == "claim"]
    return {found.rule: (found.answer, found.message) for found in claim.findings}


def test_no_review_by_somebody_independent_is_offered() -> None:
    """The FSA is no health plan of that law, and a promise of it would cost months."""
    said = findings_of_the_denial(decided(DENIED))
    answer, message = said["us.appeals.external_review_exists"]
    assert answer is Answer.NOT_MET
    assert "No review by somebody independent" in message
    assert "us.appeals.medical_judgment_opens_external_review" not in {
        rule for rule, (found, _) in said.items() if found is not Answer.NOT_APPLICABLE
    }


def test_medical_judgment_does_not_open_it_either() -> None:
    """Even where the refusal says `not necessary`, an FSA stays an FSA."""
    case, on = example(DENIED)
    denial = dict(case.denials[0]) | {"rests_on_medical_judgment": True}
    said = findings_of_the_denial(judge().decide(Case.model_validate(dict(case) | {"denials": (denial,)}), on))
    assert said["us.appeals.external_review_exists"][0] is Answer.NOT_MET
    assert "can be asked" not in " ".join(message for answer, message in said.values() if answer is Answer.MET)


def test_what_the_record_shows_still_meets_the_requirements() -> None:
    """The appeal rests on it: six sessions, 510 dollars."""
    fsa = route_of(decided(DENIED), "fsa")
    assert (fsa.outcome, fsa.payable_cents) == (Outcome.PAYABLE, 51_000)
