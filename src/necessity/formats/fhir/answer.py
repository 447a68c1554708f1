"""What a payer's FHIR answer says: ClaimResponse and ExplanationOfBenefit as one plain value.

Kept beside the format until the record of remittances joins it. An answer never changes a balance by itself.
"""

from datetime import date
from enum import StrEnum

from necessity.domain.record import Record
from necessity.formats.fhir.writing.claim import ClaimUse


class AnswerOutcome(StrEnum):
    """How far the payer came (R4's remittance-outcome). It says nothing about money."""

    QUEUED = "queued"
    COMPLETE = "complete"
    ERROR = "error"
    PARTIAL = "partial"


class AnswerAdjustment(Record):
    """Why an amount was not paid."""

    group: str | None = None
    """CO, OA, PI or PR: who bears it; missing where the answer does not say."""
    reason: str | None = None
    """Claim adjustment reason code (CARC); missing where only an amount is given."""
    amount_cents: int | None = None
    """How much; missing where the answer gives a reason without an amount."""


class AnswerLine(Record):
    """One service line as the payer decided it."""

    sequence: int | None = None
    """Which line of the claim, counted from 1; missing for lines the payer added."""
    line_id: str | None = None
    """Our own line control number, where the payer gives it back."""
    procedure_code: str | None = None
    """The procedure as the payer names it."""
    served_on: date | None = None
    """Date of service."""
    charged_cents: int | None = None
    """What was asked."""
    allowed_cents: int | None = None
    """What the payer's terms allow."""
    paid_cents: int | None = None
    """What the plan pays."""
    patient_cents: int | None = None
    """What is left to the patient: as stated, or deductible, copay and coinsurance added up."""
    not_covered_cents: int | None = None
    """What the plan does not count as a benefit."""
    adjustments: tuple[AnswerAdjustment, ...] = ()
    """Why the rest was not paid."""
    remarks: tuple[str, ...] = ()
    """Remittance advice remark codes (RARC)."""
    notes: tuple[str, ...] = ()
    """The payer's own words about this line."""


class PayerAnswer(Record):
    """One answer to one claim."""

    resource: str
    """ClaimResponse, ExplanationOfBenefit or OperationOutcome. Never missing."""
    use: ClaimUse | None = None
    """Whether payment, a preauthorisation or an estimate was asked."""
    outcome: AnswerOutcome | None = None
    """How far the payer came."""
    is_cancelled: bool = False
    """Whether the answer itself was taken back (status cancelled or entered in error)."""
    claim_control_number: str | None = None
    """Our own number of the claim; missing where the answer does not give it back."""
    payer_claim_number: str | None = None
    """The payer's number."""
    payer_name: str | None = None
    """Who answers."""
    decided_on: date | None = None
    """Day of the answer."""
    disposition: str | None = None
    """The decision in the payer's words."""
    prior_authorization: str | None = None
    """The number of a preauthorisation that was given."""
    charged_cents: int | None = None
    """Sum of the claim, as the payer states it or added up from lines."""
    allowed_cents: int | None = None
    """Sum allowed."""
    paid_cents: int | None = None
    """Sum the plan pays."""
    patient_cents: int | None = None
    """Sum left to the patient."""
    adjustments: tuple[AnswerAdjustment, ...] = ()
    """Adjustments of the claim as a whole."""
    remarks: tuple[str, ...] = ()
    """Remark codes of the claim as a whole."""
    payment_cents: int | None = None
    """The one payment this answer announces; it may differ from `paid_cents` by what was held back."""
    paid_on: date | None = None
    """Day of that payment."""
    payment_number: str | None = None
    """Number of that payment."""
    lines: tuple[AnswerLine, ...] = ()
    """Lines in the order of the answer."""
    notes: tuple[str, ...] = ()
    """The payer's own words."""
    errors: tuple[str, ...] = ()
    """What the payer could not work with, each with its place."""
    where: str = "$"
    """JSON path of the answer in its file."""
