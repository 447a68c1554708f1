"""What is asked of a payer: claims, service lines, diagnosis pointers. One `Claim` feeds every form and message."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from necessity.domain.answer import ClaimStage
from necessity.domain.codes import Icd10, ProcedureCode
from necessity.domain.money import Cents
from necessity.domain.record import Record

DiagnosisPointer = Annotated[int, Field(ge=1, le=12)]
"""Which of the claim's diagnoses a line treats: 1 is the first."""


class FiledBy(StrEnum):
    """Who sends a claim; payers give each another time."""

    MEMBER = "member"
    PROVIDER = "provider"
    OUTSIDE_PROVIDER = "outside_provider"


class Frequency(StrEnum):
    """What a claim is to an earlier one (CLM05-3, box 22)."""

    FIRST = "1"
    REPLACEMENT = "7"
    VOID = "8"


class ClaimState(StrEnum):
    """How far a claim has come."""

    DRAFT = "draft"
    FILED = "filed"
    ANSWERED = "answered"
    APPEALED = "appealed"
    CLOSED = "closed"


class ServiceLine(Record):
    """One row of a claim: date, procedure, units, charge, pointers."""

    id: str
    """Short name. Never missing."""
    expense: str | None = None
    """Id of the session or expense behind it."""
    also: tuple[str, ...] = ()
    """Ids of further sessions of that day which stand in the same line: one line per code and date."""
    words: str | None = None
    """What was done, in plain words."""
    served_on: date | None = None
    """Date of service."""
    procedure_code: ProcedureCode | None = None
    """CPT or HCPCS code; missing where none belongs on it (HSA, FSA, HRA)."""
    modifiers: tuple[str, ...] = ()
    """Up to four two-character modifiers."""
    place_of_service: str | None = None
    """Two-digit place of service."""
    minutes: int | None = None
    """Minutes of direct contact."""
    units: int | None = None
    """Units charged."""
    charge_cents: Cents | None = None
    """Charge of the line."""
    diagnosis_pointers: tuple[DiagnosisPointer, ...] = ()
    """Up to four."""


class Claim(Record):
    """One request for payment."""

    id: str
    """Short name, also the patient control number. Never missing."""
    funding_source: str
    """Id of the funding source asked. Never missing."""
    state: ClaimState | None = None
    """How far it has come."""
    stage: ClaimStage | None = None
    """Whether it is about a service still ahead (asked beforehand), already given, or urgent."""
    filed_by: FiledBy | None = None
    """Who sends it: the member, a provider of the plan's network, or one outside it."""
    filed_on: date | None = None
    """When it was submitted."""
    received_on: date | None = None
    """When the payer had it."""
    frequency: Frequency | None = None
    """First, replacement or void; missing: first, unless `replaces` names one."""
    replaces: str | None = None
    """The payer's number of the claim it corrects or voids."""
    billing_provider: str | None = None
    """Id of the billing provider."""
    rendering_provider: str | None = None
    """Id of the trainer or clinician who performed."""
    supervising_provider: str | None = None
    """Id of the supervising clinician."""
    ordering_provider: str | None = None
    """Id of the ordering clinician."""
    accepts_assignment: bool | None = None
    """Whether the provider takes the payer's amount as full payment."""
    benefits_assigned: bool | None = None
    """Whether the patient asks the payer to pay the provider."""
    patient_signature_on_file: bool | None = None
    """Whether the patient's signature to release information is on file with the provider."""
    provider_signature_on_file: bool | None = None
    """Whether the provider's signature is on file."""
    diagnoses: tuple[Icd10, ...] = ()
    """Diagnosis codes in order, at most twelve."""
    service_lines: tuple[ServiceLine, ...] = ()
    """Its lines."""
