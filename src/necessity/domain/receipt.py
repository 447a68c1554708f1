"""Proof of payment and who already paid: receipts, reimbursements, statements of the patient, the tax picture."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from necessity.domain.money import Cents, Rate
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind


class Purpose(StrEnum):
    """What the person says the service is for."""

    TREATMENT = "treatment"
    PREVENTION = "prevention"
    GENERAL_HEALTH = "general_health"
    APPEARANCE = "appearance"
    ENJOYMENT = "enjoyment"


class FilingStatus(StrEnum):
    """How the tax return is filed, as far as payroll tax asks."""

    JOINT = "joint"
    SEPARATE = "separate"
    OTHER = "other"


class Receipt(Record):
    """One proof of payment, as it reads."""

    id: str
    """Short name used by sessions, expenses and packages. Never missing."""
    paid_on: date | None = None
    """When it was paid."""
    paid_to: str | None = None
    """Who was paid."""
    amount_cents: Cents | None = None
    """How much was paid."""
    method: str | None = None
    """Card, cash, check, transfer, payment app …"""
    comes_from_provider: bool | None = None
    """Whether an independent third party issued it; the patient's own statement is a no."""
    names_patient: bool | None = None
    """Whether the patient is named."""
    names_provider: bool | None = None
    """Whether the trainer or business is named."""
    names_service: bool | None = None
    """Whether the service is described (`package` alone is not a description)."""
    names_service_dates: bool | None = None
    """Whether each date of service stands on it."""
    names_amount: bool | None = None
    """Whether the amount charged stands on it."""
    file: str | None = None
    """The paper itself, a path under papers/."""


class Reimbursement(Record):
    """Money that already came back for one expense."""

    id: str
    """Short name. Never missing."""
    expense: str
    """Id of the session or expense. Never missing."""
    funding_source: str | None = None
    """Id of the funding source that paid; missing: somebody outside this case."""
    paid_on: date | None = None
    """When it was paid."""
    amount_cents: Cents | None = None
    """How much."""
    counts_as_wages: bool | None = None
    """Whether it was a stipend taxed as wages."""
    is_tied_to_receipt: bool | None = None
    """Stipend taxed as wages: whether it was paid against this very receipt."""
    claim: str | None = None
    """Id of the claim whose remittances tell of it; missing: written down by hand."""


class PatientStatement(Record):
    """What only the patient can say about one kind of service, with a signature of its own."""

    id: str
    """Short name. Never missing."""
    kind: ServiceKind
    """The kind of service it speaks about. Never missing."""
    purpose: Purpose | None = None
    """What it is mainly for."""
    sole_purpose: bool | None = None
    """Whether that purpose is the only one."""
    would_buy_anyway: bool | None = None
    """Whether it would be bought without the condition."""
    recommended_by_clinician: bool | None = None
    """Whether a clinician recommended this very thing as treatment (more than `exercise more`)."""
    signed_on: date | None = None
    """When the patient signed the statement."""


class TaxPicture(Record):
    """What a saving depends on. Everything may be missing; nothing is assumed."""

    year: int | None = None
    """Tax year the figures are for."""
    federal_rate: Rate | None = None
    """Marginal federal rate."""
    state_rate: Rate | None = None
    """Marginal state rate."""
    payroll_rate: Rate | None = None
    """Payroll tax saved by salary reduction (765 below the wage base); missing: worked out from `wages_cents`."""
    wages_cents: Cents | None = None
    """The account holder's wages of the year, before any salary reduction."""
    filing_status: FilingStatus | None = None
    """How the return is filed: joint, separate (married), or other; matters only for high wages."""
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """Two-letter code, in capitals, of the state whose income tax is owed; some tax HSA or FSA money."""
    adjusted_gross_income_cents: Cents | None = None
    """Adjusted gross income."""
    other_medical_cents: Cents | None = None
    """Other unreimbursed medical expenses paid this year."""
    itemises: bool | None = None
    """Whether deductions are itemised."""
