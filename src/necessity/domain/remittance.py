"""What a payer's remittance (835) says, whole: payment, claims, lines, adjustments, the provider's own balance.

The case keeps the short form (`answer.Remittance`); this is what was read, or what an administrator writes. Amounts
are whole cents and may be negative, as in a reversal.
"""

from datetime import date

from necessity.domain.people import Address
from necessity.domain.record import Record


class RemittedAdjustment(Record):
    """Why an amount changed (CAS): one reason with its amount."""

    group: str
    """CO, OA, PI or PR: who bears it. Never missing."""
    reason: str
    """Claim adjustment reason code. Never missing."""
    amount_cents: int
    """How much; positive lowers the payment. Never missing."""
    quantity: str | None = None
    """Units taken away, as written."""


class RemittedPerson(Record):
    """Patient, subscriber or provider as the payer names them."""

    last: str | None = None
    """Family name, or an organisation's whole name."""
    first: str | None = None
    """Given name."""
    middle: str | None = None
    """Middle name or initial."""
    id: str | None = None
    """Member number, or a provider's NPI."""


class RemittedLine(Record):
    """One service line as it was decided (SVC)."""

    line_number: str | None = None
    """The claim's own line control number (REF 6R); ties the answer to its line."""
    procedure_code: str | None = None
    """The code that was decided on; may differ from the one submitted."""
    procedure_kind: str = "HC"
    """What kind of code it is (SVC01-1)."""
    modifiers: tuple[str, ...] = ()
    """Modifiers of that code."""
    submitted_code: str | None = None
    """The code that was submitted, where another was decided on (SVC06)."""
    served_on: date | None = None
    """First day of service."""
    served_to: date | None = None
    """Last day, where it is another one."""
    charged_cents: int
    """What was asked. Never missing."""
    paid_cents: int
    """What was paid. Never missing."""
    allowed_cents: int | None = None
    """What the payer's terms allow (AMT B6)."""
    units_paid: str | None = None
    """Units paid, as written (SVC05)."""
    units_submitted: str | None = None
    """Units submitted, where others were paid (SVC07)."""
    adjustments: tuple[RemittedAdjustment, ...] = ()
    """Why charge and payment differ."""
    remark_codes: tuple[str, ...] = ()
    """Remark codes of the line (LQ HE)."""


class RemittedClaim(Record):
    """One claim as it was decided (CLP)."""

    control_number: str
    """The claim's own number (CLP01), as it was sent. Never missing."""
    status: str
    """1, 2, 3 processed as first, second, third payer; 4 denied; 19 to 21 the same and forwarded; 22 reversal; 23 not
    ours, forwarded; 25 predetermination only. Never missing."""
    charged_cents: int
    """What was asked. Never missing."""
    paid_cents: int
    """What was paid. Never missing."""
    patient_owes_cents: int | None = None
    """What the payer counts as the patient's share (CLP05)."""
    filing_indicator: str | None = None
    """What kind of plan decided (CLP06)."""
    payer_claim_number: str | None = None
    """The payer's own number (CLP07); a replacement, void or appeal names it."""
    place_of_service: str | None = None
    """Place of service (CLP08)."""
    frequency: str | None = None
    """1 first, 7 replacement, 8 void (CLP09)."""
    patient: RemittedPerson | None = None
    """The patient."""
    subscriber: RemittedPerson | None = None
    """The subscriber, where that is another person."""
    corrected: RemittedPerson | None = None
    """Patient or subscriber as the payer's own books have it, where they differ."""
    rendering: RemittedPerson | None = None
    """Who performed."""
    adjustments: tuple[RemittedAdjustment, ...] = ()
    """Adjustments of the claim as a whole."""
    remark_codes: tuple[str, ...] = ()
    """Remark codes of the claim (MOA, MIA)."""
    received_on: date | None = None
    """When the payer received the claim (DTM 050)."""
    served_from: date | None = None
    """First day of the claim (DTM 232)."""
    served_to: date | None = None
    """Last day of the claim (DTM 233)."""
    coverage_ended_on: date | None = None
    """When coverage ended (DTM 036)."""
    allowed_cents: int | None = None
    """What the payer's terms allow for the whole claim (AMT AU)."""
    lines: tuple[RemittedLine, ...] = ()
    """Its lines; a payer may leave them out."""

    @property
    def is_reversal(self) -> bool:
        """Say whether it takes an earlier answer back."""
        return self.status == "22"

    def all_adjustments(self) -> tuple[RemittedAdjustment, ...]:
        """Give the adjustments of the claim and of its lines."""
        return (*self.adjustments, *(one for line in self.lines for one in line.adjustments))


class ProviderAdjustment(Record):
    """A change of the payment that belongs to no claim (PLB); positive lowers the payment."""

    provider_id: str
    """Whose balance it is. Never missing."""
    year_ends_on: date | None = None
    """Last day of the provider's fiscal year."""
    reason: str
    """WO overpayment taken back, 72 authorized return, L6 interest, FB forward balance … Never missing."""
    reference: str | None = None
    """What it refers to."""
    amount_cents: int
    """How much. Never missing."""


class RemittancePayment(Record):
    """How the money moves (BPR, TRN)."""

    handling: str
    """I pay and inform, H inform only, C D P U X other. Never missing."""
    paid_cents: int
    """What is paid in all. Never missing."""
    is_debit: bool = False
    """True where the money goes the other way."""
    method: str = "NON"
    """ACH, CHK cheque, NON none, BOP, FWT wire."""
    paid_on: date | None = None
    """Day of the cheque or transfer (BPR16)."""
    trace_number: str
    """Number of the cheque or transfer (TRN02); ties the file to the bank's money. Never missing."""
    payer_tin: str | None = None
    """Who originated it: 1 and the payer's tax number (TRN03)."""
    account_format: str | None = None
    """How a transfer is formatted (BPR05); only for ACH."""
    bank_fields: tuple[str, ...] = ()
    """BPR06 to BPR15 as they stand; bank and account numbers."""


class RemittanceAdvice(Record):
    """One remittance: one payment, the claims it answers, what else changed it."""

    payment: RemittancePayment
    """How the money moves. Never missing."""
    payer_name: str
    """Who pays. Never missing."""
    payer_id: str | None = None
    """The payer's number (N104, or REF 2U)."""
    payer_address: Address = Address()
    """Where the payer sits."""
    payer_contact: str | None = None
    """Whom to ask about it (PER BL)."""
    payer_phone: str | None = None
    """Telephone of that contact."""
    payee_name: str
    """Who is paid. Never missing."""
    payee_npi: str | None = None
    """Who is paid, as NPI."""
    payee_tax_id: str | None = None
    """Tax number of who is paid."""
    made_on: date | None = None
    """Day of production (DTM 405)."""
    claims: tuple[RemittedClaim, ...] = ()
    """The claims answered."""
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    """Changes that belong to no claim."""
