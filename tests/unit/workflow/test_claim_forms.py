"""Who may get which form: each refusal has a way out, and no code stands where it may not."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.domain.claim import FiledBy
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind
from necessity.domain.people import Licence
from necessity.errors import RecordError
from necessity.workflow.claim_forms import Asked, ClaimForm, is_stopped, refusals
from necessity.workflow.draft_claim import PLANS, ClaimRange
from necessity.workflow.prepare_claim import ClaimWish, prepare_claim
from tests import cast
from tests.claim_papers import ON, chen, prepared

PLAN, PROVIDER = FundingKind.GROUP_PLAN, FiledBy.PROVIDER
ACCOUNTS = [kind for kind in FundingKind if kind not in PLANS]


@pytest.mark.parametrize("form", [ClaimForm.X12_837P, ClaimForm.CMS1500_PRINT])
@pytest.mark.parametrize("filed_by", [None, FiledBy.MEMBER])
def test_a_member_gets_no_providers_form(form: ClaimForm, filed_by: FiledBy | None) -> None:
    """It goes out in a provider's name."""
    (found,) = refusals(Asked(form, PLAN, filed_by))
    assert found.effect is Outcome.NOT_PAYABLE
    assert "--as superbill" in found.next_step
    assert refusals(Asked(form, PLAN, PROVIDER)) == refusals(Asked(form, PLAN, FiledBy.OUTSIDE_PROVIDER)) == ()


@pytest.mark.parametrize(
    "form", [ClaimForm.STATEMENT, ClaimForm.SUPERBILL, ClaimForm.CMS1500, ClaimForm.FHIR, ClaimForm.FAX_COVER]
)
@pytest.mark.parametrize("kind", PLANS)
def test_a_member_gets_every_other_form_for_a_health_plan(form: ClaimForm, kind: FundingKind) -> None:
    """These are the patient's own papers."""
    assert refusals(Asked(form, kind, FiledBy.MEMBER)) == ()


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_accounts_and_employers_get_statement_and_cover_only(kind: FundingKind) -> None:
    """They pay without codes; what they do not need, they do not get."""
    had = {form for form in ClaimForm if not refusals(Asked(form, kind, PROVIDER))}
    assert had == {ClaimForm.STATEMENT, ClaimForm.FAX_COVER}
    (found,) = refusals(Asked(ClaimForm.SUPERBILL, kind, PROVIDER))
    assert "--as statement" in found.next_step
    assert "necessity packet" in found.next_step
    assert refusals(Asked(ClaimForm.SUPERBILL, kind, PROVIDER, asks_codes=True)) == ()


def test_a_code_of_somebody_who_may_not_bill_it_is_left_off(judge: Judge) -> None:
    """Trainer Fay's hour is no therapy, whatever a claim in the record says."""
    wish = ClaimWish(ClaimForm.SUPERBILL, recorded="c1")
    made = prepare_claim(judge, shipped(), cast.chen(), wish, ON)
    (line,) = made.claims[0].paper.claim.lines
    assert (line.procedure_code, line.modifiers, line.units) == (None, (), None)
    assert line.words == "hip hinge, walking"
    assert any(found.message.startswith("97110 is left off.") for found in made.findings)


def test_a_code_of_a_therapist_stays(judge: Judge) -> None:
    """The gate must let through who may pass."""
    made = prepared(judge, chen(), ClaimForm.SUPERBILL, "plan")
    assert [line.procedure_code for line in made.claims[0].paper.claim.lines] == ["97110", "97112"] * 4
    assert not made.refused


def test_a_code_goes_when_its_therapist_is_none(judge: Judge) -> None:
    """The same visits under another licence carry no code."""
    case = chen()
    clinicians = tuple(one.model_copy(update={"licence": Licence.NONE}) for one in case.clinicians)
    made = prepared(judge, case.model_copy(update={"clinicians": clinicians}), ClaimForm.CMS1500, "plan")
    assert {line.procedure_code for line in made.claims[0].paper.claim.lines} == {None}
    assert is_stopped(made.findings)


def test_codes_of_a_recorded_claim_do_not_reach_an_account(judge: Judge) -> None:
    """A claim copied from a plan's keeps its codes in the record, not on the paper."""
    case = cast.ada()
    recorded = cast.chen().claims[0].model_copy(update={"funding_source": "hsa", "billing_provider": None})
    recorded = recorded.model_copy(update={"rendering_provider": "eli"})
    made = prepare_claim(
        judge,
        shipped(),
        case.model_copy(update={"claims": (recorded,)}),
        ClaimWish(ClaimForm.STATEMENT, recorded="c1"),
        ON,
    )
    assert made.claims[0].paper.claim.lines[0].procedure_code is None
    assert any("carry no procedure code" in found.message for found in made.findings)


def test_findings_come_heaviest_first(judge: Judge) -> None:
    """What stops the claim must not stand below advice."""
    order = [Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, None]
    effects = [found.effect for found in prepared(judge, chen(member_id=None), ClaimForm.CMS1500, "plan").findings]
    assert effects == sorted(effects, key=order.index)
    assert effects[0] is Outcome.NOT_PAYABLE


def test_payments_on_paper_are_those_of_the_claim(judge: Judge) -> None:
    """One receipt behind eight lines is one payment."""
    (one,) = prepared(judge, chen(), ClaimForm.SUPERBILL, "plan").claims
    assert [(pay.receipt, pay.applied_cents) for pay in one.paper.payments] == [("r1", 48_000)]
    assert one.paper.balance_cents == 0


def test_each_line_says_what_was_done_under_its_code(judge: Judge) -> None:
    """Two codes of one visit are two kinds of work."""
    (one,) = prepared(judge, chen(), ClaimForm.STATEMENT, "plan").claims
    assert [line.words for line in one.paper.claim.lines[:2]] == ["leg press", "balance"]


def test_a_range_of_days_is_kept(judge: Judge) -> None:
    """A second claim must not ask for the first one's days."""
    wanted = ClaimRange("plan", first=date(2026, 5, 7), last=date(2026, 5, 11))
    wish = ClaimWish(ClaimForm.SUPERBILL, range=wanted)
    (one,) = prepare_claim(judge, shipped(), chen(), wish, ON).claims
    assert {line.served_on for line in one.paper.claim.lines} == {date(2026, 5, 7), date(2026, 5, 11)}


def test_an_unknown_claim_is_told_with_the_known_ones(judge: Judge) -> None:
    """A slip of one letter must not end in a search."""
    with pytest.raises(RecordError, match="Name one of: c1"):
        prepare_claim(judge, shipped(), cast.chen(), ClaimWish(ClaimForm.SUPERBILL, recorded="c2"), ON)


@pytest.mark.parametrize("filed_by", [FiledBy.MEMBER, PROVIDER])
def test_no_signature_is_claimed_that_nobody_gave(judge: Judge, filed_by: FiledBy) -> None:
    """Box 12 says that a signature is on file; whoever files it signs by hand."""
    (one,) = prepared(judge, chen(), ClaimForm.CMS1500, "plan", filed_by).claims
    assert not one.paper.claim.release_signed
    assert not one.paper.claim.signature_on_file
