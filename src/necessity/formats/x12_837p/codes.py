"""Which code of the message stands for which word of ours; both directions, one table each."""

from necessity.domain.full_claim import Delivery, RelationToSubscriber
from necessity.domain.funding import FundingKind

FILING = tuple("11,12,13,14,15,16,17,AM,BL,CH,CI,DS,FI,HM,LM,MA,MB,MC,OF,TV,VA,WC,ZZ".split(","))  # noqa: SIM905
"""Kinds of payer (SBR09)."""
MEDICARE = ("MA", "MB")
MEDICARE_ADVANTAGE = ("16",)
CLAIM_KINDS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)
"""Funding that takes this message. Administrators of accounts take none: they get papers."""

RELATIONS = {
    RelationToSubscriber.SPOUSE: "01",
    RelationToSubscriber.CHILD: "19",
    RelationToSubscriber.OTHER: "G8",
}
RELATIONS_READ = {code: relation for relation, code in RELATIONS.items()}
OTHER_RELATIONS = {RelationToSubscriber.SELF: "18", **RELATIONS}
"""The patient's relation to the subscriber of another coverage, who may be the patient (2320 SBR02)."""
OTHER_RELATIONS_READ = {code: relation for relation, code in OTHER_RELATIONS.items()}

DELIVERIES = {
    Delivery.MAIL: "BM",
    Delivery.FAX: "FX",
    Delivery.EMAIL: "EM",
    Delivery.FILE_TRANSFER: "FT",
    Delivery.ELECTRONIC: "EL",
}
DELIVERIES_READ = {code: way for way, code in DELIVERIES.items()}

PAPERS = {
    "prescription": "B2",
    "order": "B3",
    "referral": "B4",
    "plan_of_care": "08",
    "progress_report": "09",
    "therapy_notes": "PN",
    "certification": "CT",
    "test_report": "RT",
    "explanation_of_benefits": "EB",
    "medical_record": "M1",
}
"""Kinds of paper with a code of their own (PWK01)."""
SUPPORT = "OZ"
SUPPORTING = "supporting_document"
"""Every other paper, a letter and a receipt included, supports the claim; a reader sees no more."""
PAPERS_READ = {code: kind for kind, code in PAPERS.items()} | {SUPPORT: SUPPORTING}


def funding_of(filing: str) -> FundingKind:
    """Say which kind of funding a kind of payer (SBR09) is."""
    if filing in MEDICARE:
        return FundingKind.MEDICARE
    return FundingKind.MEDICARE_ADVANTAGE if filing in MEDICARE_ADVANTAGE else FundingKind.GROUP_PLAN
