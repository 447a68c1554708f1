"""Chen's therapy claim of eight lines as a paper, and Ada's hours for her account."""

from datetime import date

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.case import Case
from necessity.domain.claim import FiledBy
from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import ClaimProvider, Name, ProviderRole
from necessity.workflow.claim_forms import ClaimForm
from necessity.workflow.draft_claim import ClaimRange
from necessity.workflow.prepare_claim import ClaimWish, Prepared, prepare_claim
from tests import cast
from tests.claims import chen_in_therapy, therapy

ON = date(2026, 6, 1)
DAYS = (date(2026, 5, 4), date(2026, 5, 7), date(2026, 5, 11), date(2026, 5, 14))


def chen(**source: object) -> Case:
    """Four visits of two codes each."""
    visits = (
        therapy(f"s{n}", day, ("leg press", 24, "97110"), ("balance", 23, "97112"))
        for n, day in enumerate(DAYS, start=1)
    )
    case = chen_in_therapy(*visits, **source)
    return case.model_copy(update={"id": "chen", "receipts": (cast.receipt("r1", DAYS[-1], 48_000),)})


def prepared(
    judge: Judge,
    case: Case,
    form: ClaimForm,
    source: str,
    filed_by: FiledBy | None = None,
    on: date = ON,
) -> Prepared:
    """Prepare a draft over all sessions of a case."""
    wish = ClaimWish(form, range=ClaimRange(source, claim="C-1"), filed_by=filed_by, rule=UnitRule.CMS)
    return prepare_claim(judge, shipped(), case, wish, on)


def chens_paper(judge: Judge) -> ClaimPaper:
    """Chen's claim, sent by the provider, signatures on file, ordered by Dr. Ghali."""
    (one,) = prepared(judge, chen(), ClaimForm.CMS1500, "plan", FiledBy.PROVIDER).claims
    ordering = ClaimProvider(name=Name(last="Ghali"), npi=cast.NPI, credential="MD", licence_number="MD-1001")
    claim = one.paper.claim.model_copy(
        update={
            "release_signed": True,
            "signature_on_file": True,
            "prior_authorization": "PA-55",
            "referring_provider": ordering,
            "referring_role": ProviderRole.ORDERING,
        }
    )
    return one.paper.model_copy(update={"claim": claim})


def adas_paper(judge: Judge) -> ClaimPaper:
    """Ada's four hours for her account."""
    return prepared(judge, cast.ada(), ClaimForm.STATEMENT, "hsa").claims[0].paper
