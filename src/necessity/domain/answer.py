"""What came back: acknowledgements, remittances with their adjustments, denials."""

from datetime import date
from enum import StrEnum

from necessity.domain.money import Cents
from necessity.domain.record import Record


class ClaimStage(StrEnum):
    """Whether a denied service was still ahead, already given, or urgent."""

    PRE_SERVICE = "pre_service"
    POST_SERVICE = "post_service"
    URGENT = "urgent"


class Acknowledgement(Record):
    """A payer's or clearinghouse's word that a claim arrived, or did not."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""
    received_on: date | None = None
    """When the acknowledgement came."""
    accepted: bool | None = None
    """Whether the claim went on into adjudication."""
    payer_claim_number: str | None = None
    """The payer's own number."""


class Adjustment(Record):
    """Why an amount changed."""

    group: str | None = None
    """CO, OA, PI or PR: who bears it."""
    reason: str | None = None
    """Claim adjustment reason code."""
    amount_cents: int | None = None
    """How much; negative raises the payment."""


class Remittance(Record):
    """What the payer says it paid for one claim."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""
    received_on: date | None = None
    """When it came."""
    charged_cents: Cents | None = None
    """What was asked."""
    allowed_cents: Cents | None = None
    """What the payer's terms allow."""
    paid_cents: Cents | None = None
    """What was paid."""
    adjustments: tuple[Adjustment, ...] = ()
    """Why the rest was not."""


class Denial(Record):
    """A payer's no, and when it was received; the clock of an appeal starts here."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""
    received_on: date | None = None
    """When the notice was received."""
    stage: ClaimStage | None = None
    """Whether the service was still ahead, already given, or urgent."""
    is_final_internal: bool | None = None
    """Whether it is the plan's final internal answer."""
    rests_on_medical_judgment: bool | None = None
    """Whether it turns on necessity, appropriateness or level of care rather than on the contract."""
    reason: str | None = None
    """Reason code or words."""
    appealed_on: date | None = None
    """When it was appealed; missing: not yet, or not known."""
    file: str | None = None
    """The notice itself, a path under papers/."""
