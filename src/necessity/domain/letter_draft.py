"""A letter of medical necessity as it is drafted, reviewed and signed: structure and words, before it is a paper.

Made from the case by `workflow/draft_letter.py`; its canonical JSON is what a signature names, what a seal protects
and what the PDF carries inside. What the record does not say is a question here, never filler.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from necessity.domain.codes import Icd10, Npi
from necessity.domain.manifest import canonical_json, digest
from necessity.domain.people import Address, Licence
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind


class Speaker(StrEnum):
    """Whose words a statement is: the clinician attests to medicine only, the patient to the rest."""

    CLINICIAN = "clinician"
    PATIENT = "patient"


class CodeStanding(StrEnum):
    """What is known about the diagnosis code on the day."""

    VALID = "valid"
    LAST_KNOWN_VALID = "last_known_valid"
    """The year in force is not loaded; the code was valid in the newest year that is, and the letter says so."""
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"
    """No loaded year before that day answers for it."""
    NOT_GIVEN = "not_given"


class DraftSection(Record):
    """One part of the letter's text."""

    id: str
    """Short name: condition, rationale, treatment, goals, evaluation, earlier_therapy, precautions, evidence …"""
    heading: str
    """As printed."""
    paragraphs: tuple[str, ...] = ()
    """Plain text; empty: everything here is still asked."""
    listed: tuple[str, ...] = ()
    """Points printed as a list after the paragraphs."""


class DraftStatement(Record):
    """One sentence a person must answer for. Nothing is pre-ticked."""

    id: str
    """Short name: necessary, not_general_health, not_otherwise_incurred, not_paid_elsewhere …"""
    words: str
    """The sentence as printed."""
    by: Speaker
    """Who may say it."""
    agreed: bool | None = None
    """None until that person answers."""


class DraftChoice(Record):
    """One answer that is offered. None is ever chosen ahead."""

    id: str
    """Short name. Never missing."""
    words: str
    """The answer in plain words. Never missing."""
    ends_the_letter: bool = False
    """Whether there is no letter with this answer: something else is recommended, or nothing."""


class DraftSource(Record):
    """One source that the text cites by its number."""

    number: int
    """Its marker in the text. Never missing."""
    text: str
    """The source, precise enough to look it up. Never missing."""


class DraftQuestion(Record):
    """Something the record does not say, or says too vaguely."""

    id: str
    """Short name. Never missing."""
    asks: str
    """The question in plain words."""
    of: Speaker
    """Who can answer."""
    where: str
    """Section or field it belongs to."""
    is_required: bool
    """Whether the letter cannot be sealed as complete without it."""
    choices: tuple[DraftChoice, ...] = ()
    """Answers that are offered; empty: it is answered in words."""
    field: str | None = None
    """Where the record keeps the answer, such as `order order1: reason`; missing: only the review of the letter."""


class DraftGoal(Record):
    """One measurable goal with where it starts."""

    measure: str
    """What is measured."""
    unit: str | None = None
    """Its unit."""
    baseline: Decimal | None = None
    """Value at the start."""
    baseline_on: date | None = None
    """When it was measured."""
    target: Decimal | None = None
    """Value aimed at."""
    by: date | None = None
    """By when."""
    serves: str | None = None
    """What in daily life it is for."""


class DraftClinician(Record):
    """The clinician's block."""

    id: str
    """Id in the record."""
    name: str | None = None
    """Full name."""
    licence: Licence | None = None
    """Licence behind the name."""
    licence_number: str | None = None
    """Its number."""
    licence_state: str | None = None
    """The state that licensed."""
    npi: Npi | None = None
    """National provider identifier."""
    phone: str | None = None
    """Telephone number of the office."""
    address: Address = Address()
    """Office address."""


class LetterDraft(Record):
    """One version of one letter for one payer."""

    schema_version: Literal[1] = 1
    """Form of this document."""
    case: str
    """Id of the case."""
    letter: str
    """Id of the letter."""
    version: Annotated[int, Field(ge=1)] = 1
    """Counted from 1; a correction is a new version."""
    replaces: str | None = None
    """Id of the letter this one corrects or renews."""
    is_renewal: bool = False
    """Whether it goes on where the letter it replaces ends, rather than correcting it."""
    drafted_on: date
    """Day the draft was made; never the day of signing."""
    payer: str | None = None
    """Name of the payer's profile it was drafted for; missing: any."""
    payer_name: str | None = None
    """The payer in words."""
    funding_source: str | None = None
    """Id of the funding source."""
    patient_name: str | None = None
    """Full name."""
    patient_born_on: date | None = None
    """Date of birth."""
    account_holder_name: str | None = None
    """Where the payer asks for it."""
    employer: str | None = None
    """Where the payer asks for it."""
    member_id: str | None = None
    """Where the payer asks for it."""
    condition: str | None = None
    """Id of the condition."""
    condition_name: str | None = None
    """The condition in plain words."""
    code: Icd10 | None = None
    """ICD-10-CM code."""
    code_standing: CodeStanding = CodeStanding.NOT_GIVEN
    """What is known about the code on `drafted_on`."""
    code_note: str | None = None
    """What must be said about the code, such as the year it was last known valid."""
    treatment: ServiceKind | None = None
    """What is prescribed."""
    sessions_per_week: int | None = None
    """How often."""
    minutes_per_session: int | None = None
    """How long each time."""
    weeks: int | None = None
    """For how many weeks."""
    starts_on: date | None = None
    """First day of treatment, never before the day of signing."""
    order: str | None = None
    """Id of the order it rests on."""
    plan: str | None = None
    """The treatment plan it belongs to, as printed."""
    last_seen_on: date | None = None
    """Last evaluation."""
    visit_basis: str | None = None
    """How that took place."""
    goals: tuple[DraftGoal, ...] = ()
    """Measurable goals."""
    layout: tuple[str, ...] = ()
    """What this payer's own form asks for, in its order; empty: no form of theirs is known, the order is ours."""
    sections: tuple[DraftSection, ...] = ()
    """The text in the order the payer wants."""
    sources: tuple[DraftSource, ...] = ()
    """What the text cites, by number."""
    statements: tuple[DraftStatement, ...] = ()
    """What must be attested, the clinician's and the patient's."""
    questions: tuple[DraftQuestion, ...] = ()
    """What is still open; a required one keeps the letter from being sealed as complete."""
    clinician: DraftClinician | None = None
    """Who is to sign."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON: what a signature names."""
        return digest(self.as_json())

    def as_json(self) -> bytes:
        """Write the draft as canonical JSON; the same draft gives the same bytes."""
        return canonical_json(self.model_dump(mode="json"))
