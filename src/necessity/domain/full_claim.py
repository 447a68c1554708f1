"""One claim with everybody in it spelled out: what every form and message about it is written from.

A `Claim` of the record names people by id; a `FullClaim` says who they are, as a payer must read it. It is made
once (`workflow/build_claim.py`), and each format writes that one value and reads it back: so no two papers of a
claim disagree. Amounts are whole cents, days are local dates.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from necessity.domain.claim import DiagnosisPointer, Frequency
from necessity.domain.codes import Icd10, Npi, ProcedureCode, TaxId
from necessity.domain.funding import FundingKind
from necessity.domain.money import Cents
from necessity.domain.people import Address, Sex
from necessity.domain.record import Record


class RelationToSubscriber(StrEnum):
    """What the patient is to the subscriber, in the words of the forms; the codes belong to the formats."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


class Assignment(StrEnum):
    """Whether the provider accepts the payer's amount as full payment (CLM07, box 27)."""

    ASSIGNED = "A"
    CLINICAL_LABORATORY_ONLY = "B"
    NOT_ASSIGNED = "C"


class ProviderRole(StrEnum):
    """In which role box 17 and loop 2310 name a provider."""

    REFERRING = "referring"
    ORDERING = "ordering"
    SUPERVISING = "supervising"


class Delivery(StrEnum):
    """How a paper that belongs to a claim travels to the payer (PWK02)."""

    MAIL = "mail"
    FAX = "fax"
    EMAIL = "email"
    FILE_TRANSFER = "file_transfer"
    ELECTRONIC = "electronic"
    """As an electronic attachment of its own."""


class Name(Record):
    """A person's name in its parts, or an organisation's whole."""

    last: str
    """Family name; for an organisation its whole name. Never missing."""
    first: str | None = None
    """Given name; missing for an organisation."""
    middle: str | None = None
    """Middle name or initial."""
    suffix: str | None = None
    """Such as JR or III."""
    is_person: bool = True
    """False for an organisation."""


class ClaimPerson(Record):
    """The patient or the subscriber."""

    name: Name
    """Never missing."""
    born_on: date | None = None
    """Date of birth."""
    sex: Sex | None = None
    """As the plan knows it; missing: unknown."""
    address: Address = Address()
    """Postal address."""
    phone: str | None = None
    """Telephone number, digits only."""


class ClaimProvider(Record):
    """Anybody who ordered, performed, oversaw or is paid."""

    name: Name
    """Never missing."""
    npi: Npi | None = None
    """National provider identifier; missing for those who have none."""
    tax_id: TaxId | None = None
    """Nine digits; needed of who is paid."""
    tax_id_is_personal: bool = False
    """True for a social security number, false for an employer's number."""
    taxonomy: str | None = None
    """Ten-character taxonomy code."""
    credential: str | None = None
    """Licence or certificate as printed after the name."""
    licence_number: str | None = None
    """Number of the licence."""
    address: Address = Address()
    """Practice address."""
    phone: str | None = None
    """Telephone number, digits only."""


class ClaimPayer(Record):
    """Who is asked to pay."""

    name: str
    """Never missing."""
    id: str | None = None
    """The payer's number for electronic claims."""
    address: Address = Address()
    """Where paper claims go."""
    filing_indicator: str | None = None
    """What kind of payer (SBR09): CI commercial, MB Medicare part B, 16 Medicare Advantage, ZZ not known …"""


class PayerOrder(StrEnum):
    """In which turn a payer is asked (SBR01)."""

    FIRST = "P"
    SECOND = "S"
    THIRD = "T"
    FOURTH = "A"
    FIFTH = "B"
    SIXTH = "C"
    SEVENTH = "D"
    EIGHTH = "E"
    NINTH = "F"
    TENTH = "G"
    ELEVENTH = "H"
    UNKNOWN = "U"


class OtherAdjustment(Record):
    """Why another payer paid less than was asked (CAS)."""

    group: str
    """CO, CR, OA, PI or PR: who bears it. Never missing."""
    reason: str
    """Claim adjustment reason code. Never missing."""
    amount_cents: int
    """How much; positive lowers the payment. Never missing."""
    quantity: str | None = None
    """Units taken away, as written."""


class OtherPayment(Record):
    """What another payer decided on one line (loop 2430). Paid and adjusted come to the line's charge."""

    payer_id: str
    """Which other payer, by its number; it stands among the claim's other coverages. Never missing."""
    paid_cents: int
    """What it paid on the line; 0 where it refused. Never missing."""
    procedure_code: ProcedureCode | None = None
    """The code it decided on."""
    modifiers: tuple[str, ...] = ()
    """Up to four, of that code."""
    units_paid: str | None = None
    """Units it paid for, as written."""
    bundled_into: int | None = None
    """The line, counted from 1, that it paid this one with."""
    adjustments: tuple[OtherAdjustment, ...] = ()
    """Why the rest was not paid."""
    decided_on: date | None = None
    """When it decided."""
    left_cents: int | None = None
    """What is left for the patient, as far as the sender knows."""


class OtherCoverage(Record):
    """Other coverage of the patient, and what its payer decided (loops 2320 and 2330)."""

    payer_order: PayerOrder
    """In which turn that payer is asked. Never missing."""
    payer: ClaimPayer
    """Who it is; its number ties what it decided line by line to it. Never missing."""
    subscriber: ClaimPerson
    """Whose coverage it is. Never missing."""
    member_id: str | None = None
    """The subscriber's number with that payer."""
    relation: RelationToSubscriber
    """What the patient is to that subscriber. Never missing."""
    group_number: str | None = None
    """That plan's group or policy number."""
    plan_name: str | None = None
    """Name of that plan."""
    benefits_assigned: bool = False
    """Whether that payer pays the provider."""
    release_signed: bool = False
    """Whether the patient's signature to release information is on file."""
    paid_cents: int | None = None
    """What it paid on the claim; 0 where it refused, missing where it has not decided."""
    left_cents: int | None = None
    """What is left for the patient, as far as the sender knows."""
    not_covered_cents: int | None = None
    """The whole charge, where that payer was not asked because it covers none of it."""
    adjustments: tuple[OtherAdjustment, ...] = ()
    """Adjustments of the claim as a whole; a line's own stand with the line."""
    remark_codes: tuple[str, ...] = ()
    """Its remarks on the claim, up to five."""
    decided_on: date | None = None
    """When it decided, where that does not stand with the lines."""
    payer_claim_number: str | None = None
    """Its own number of the claim."""
    prior_authorization: str | None = None
    """Its number of a prior authorization."""


class Enclosure(Record):
    """One paper sent with a claim or announced in it (PWK)."""

    kind: str
    """What it is: letter_of_medical_necessity, order, session_notes, receipt, progress_report … Never missing."""
    control_number: str
    """The number that ties the paper to the claim. Never missing."""
    title: str | None = None
    """In plain words."""
    sent_by: Delivery = Delivery.MAIL
    """How it travels."""


class FullLine(Record):
    """One row of a claim as the payer reads it."""

    id: str
    """Line control number; comes back in the remittance. Never missing."""
    served_on: date
    """Date of service. Never missing."""
    served_to: date | None = None
    """Last day, where it is another one."""
    procedure_code: ProcedureCode | None = None
    """Missing where none belongs on it."""
    modifiers: tuple[str, ...] = ()
    """Up to four."""
    words: str | None = None
    """What was done, in our own plain words."""
    place_of_service: str | None = None
    """Two digits."""
    units: int | None = None
    """Units charged; missing where the paper counts none."""
    minutes: int | None = None
    """Minutes of direct contact."""
    starts_at: time | None = None
    """Local start time."""
    charge_cents: Cents
    """Never missing."""
    diagnosis_pointers: tuple[DiagnosisPointer, ...] = ()
    """Up to four, counted from 1."""
    rendering_provider: ClaimProvider | None = None
    """Where it is another one than the claim's."""
    prescribed_on: date | None = None
    """Day of the order."""
    note: str | None = None
    """A line's own note."""
    other_payments: tuple[OtherPayment, ...] = ()
    """What other payers decided on it before, up to fifteen."""


class FullClaim(Record):
    """One request for payment, whole."""

    control_number: Annotated[str, Field(min_length=1, max_length=20)]
    """Patient control number (CLM01, box 26); comes back in every answer. Never missing."""
    funding_kind: FundingKind
    """What kind of funding source is asked; says which forms may be written. Never missing."""
    frequency: Frequency = Frequency.FIRST
    """First, replacement or void."""
    payer_claim_number: str | None = None
    """The payer's number of the claim that is replaced or voided."""
    payer: ClaimPayer
    """Who is asked."""
    payer_order: PayerOrder = PayerOrder.FIRST
    """In which turn; a later payer is told what the earlier ones decided."""
    member_id: str | None = None
    """The subscriber's number with the payer."""
    group_number: str | None = None
    """The plan's group or policy number."""
    plan_name: str | None = None
    """Name of the plan."""
    subscriber: ClaimPerson
    """Whose coverage or account it is."""
    patient: ClaimPerson
    """Who was treated; equal to the subscriber where the relation is self."""
    relation: RelationToSubscriber
    """What the patient is to the subscriber."""
    billing_provider: ClaimProvider
    """Who is paid, or was."""
    rendering_provider: ClaimProvider | None = None
    """Who performed, where that is not the billing provider."""
    referring_provider: ClaimProvider | None = None
    """Who referred or ordered."""
    referring_role: ProviderRole = ProviderRole.REFERRING
    """In which role `referring_provider` is named."""
    supervising_provider: ClaimProvider | None = None
    """Who oversaw."""
    service_facility: ClaimProvider | None = None
    """Where it was done, if elsewhere than at the billing provider's."""
    place_of_service: str | None = None
    """Place of the claim where lines name none."""
    diagnoses: Annotated[tuple[Icd10, ...], Field(max_length=12)] = ()
    """In order; a pointer counts from 1."""
    lines: tuple[FullLine, ...]
    """At least one."""
    patient_paid_cents: Cents = 0
    """What the patient paid already (AMT*F5, box 29)."""
    assignment: Assignment = Assignment.NOT_ASSIGNED
    """Whether the provider accepts assignment."""
    benefits_assigned: bool = False
    """Whether the payer is to pay the provider rather than the member."""
    release_signed: bool = False
    """Whether the patient's signature to release information is on file."""
    signature_on_file: bool = False
    """Whether the provider's signature is on file."""
    prior_authorization: str | None = None
    """The payer's number (REF*G1, box 23)."""
    onset_on: date | None = None
    """Start of the present illness (431)."""
    treatment_began_on: date | None = None
    """Initial treatment (454)."""
    last_seen_on: date | None = None
    """Last visit to the supervising or ordering clinician (304)."""
    letter_signed_on: date | None = None
    """Day on which the letter of medical necessity was signed."""
    filed_on: date | None = None
    """Day on which the claim is made out."""
    note: str | None = None
    """One note to the payer (NTE, box 19)."""
    enclosures: tuple[Enclosure, ...] = ()
    """Papers sent with it, at most ten on an electronic claim."""
    other_coverages: tuple[OtherCoverage, ...] = ()
    """Other coverage of the patient with what its payers decided, at most ten on an electronic claim."""

    @property
    def total_cents(self) -> int:
        """Add up the charges of all lines."""
        return sum(line.charge_cents for line in self.lines)
