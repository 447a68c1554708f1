"""The clinician's papers: conditions, order, letters of medical necessity and where they were sent."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from necessity.domain.codes import Icd10
from necessity.domain.record import Record
from necessity.domain.training import ServiceKind


class VisitBasis(StrEnum):
    """How the clinician came to know the patient's state before signing."""

    IN_PERSON = "in_person"
    LIVE_VIDEO = "live_video"
    QUESTIONNAIRE_ONLY = "questionnaire_only"


class Signature(StrEnum):
    """How a letter was signed."""

    WET_INK = "wet_ink"
    ELECTRONIC = "electronic"
    UNSIGNED = "unsigned"


class Condition(Record):
    """One condition of the patient."""

    id: str
    """Short name used by other records. Never missing."""
    name: str | None = None
    """The condition in plain words."""
    code: Icd10 | None = None
    """ICD-10-CM code with its dot."""
    is_diagnosed: bool | None = None
    """Whether a licensed clinician diagnosed it; a suspicion or self-report is a no."""
    diagnosed_by: str | None = None
    """Id of the clinician who diagnosed it."""
    diagnosed_on: date | None = None
    """When it was diagnosed."""
    is_disease: bool | None = None
    """Whether it is a disease, defect or illness; a risk or a way of living (lack of exercise) is a no."""
    is_imminent_risk: bool | None = None
    """Whether it is not yet a disease but one is imminently probable, such as prediabetes."""


class CardiacEvent(Record):
    """One event or procedure that may open cardiac rehabilitation."""

    id: str
    """Short name. Never missing."""
    kind: str
    """myocardial_infarction, coronary_bypass, stable_angina, valve_surgery, stent, transplant or heart_failure."""
    happened_on: date | None = None
    """When."""


class TrainingOrder(Record):
    """The clinician's instruction: what, how often, how long, for which condition."""

    id: str
    """Short name. Never missing."""
    ordered_by: str | None = None
    """Id of the ordering clinician."""
    ordered_on: date | None = None
    """When it was ordered."""
    kind: ServiceKind | None = None
    """What was ordered."""
    condition: str | None = None
    """Id of the condition it treats."""
    sessions_per_week: int | None = None
    """How often."""
    minutes_per_session: int | None = None
    """How long each time, whole minutes."""
    weeks: int | None = None
    """For how many weeks."""
    starts_on: date | None = None
    """When treatment is to begin."""
    reason: str | None = None
    """Why this treats the condition, in the clinician's own words; nobody else's."""
    precautions: str | None = None
    """What the trainer has to leave out or watch, in the clinician's words; `none` is a stated no."""
    stop_when: str | None = None
    """When to stop and whom to tell, in the clinician's words."""
    file: str | None = None
    """The paper itself, a path under papers/."""


class LetterOfMedicalNecessity(Record):
    """A clinician's signed statement that the training treats a named condition.

    Its dates stay apart: signed (true, never moved), effective from and to (as stated), treatment start (a stated
    fact of its own); received and approved belong to `LetterSubmission`.
    """

    id: str
    """Short name used by other records. Never missing."""
    condition: str | None = None
    """Id of the condition the letter names."""
    signed_by: str | None = None
    """Id of the clinician who signed."""
    signed_on: date | None = None
    """The day it was really signed. Never moved."""
    signature: Signature | None = None
    """How it was signed; `unsigned` is a stated no."""
    states_start: bool | None = None
    """Whether it says from which day it covers; a no means from the day of signing."""
    effective_from: date | None = None
    """First day the letter says it covers."""
    effective_to: date | None = None
    """Last day the letter says it covers; given or `stated_months`, never both."""
    stated_months: int | None = None
    """Duration the letter states in whole months; given or `effective_to`, never both."""
    treatment_started_on: date | None = None
    """Start of treatment the clinician states in the letter; it does not move the date of signing."""
    asked_to_be_dated_on: date | None = None
    """An earlier date someone asked the letter to carry. Kept only to refuse it in plain sight."""
    revoked_on: date | None = None
    """When the clinician withdrew it; missing: not withdrawn."""
    replaces: str | None = None
    """Id of the letter this one corrects."""
    covers: tuple[ServiceKind, ...] = ()
    """The kinds of service the letter prescribes; empty: unknown."""
    names_patient: bool | None = None
    """Whether the patient is named."""
    names_account_holder: bool | None = None
    """Whether the account holder is named."""
    names_employer: bool | None = None
    """Whether the employer is named."""
    names_member_id: bool | None = None
    """Whether the participant's number stands in it."""
    names_diagnosis: bool | None = None
    """Whether a condition is named."""
    diagnosis_is_specific: bool | None = None
    """Whether it is named specifically; a plain `back pain` is not."""
    names_treatment: bool | None = None
    """Whether the training or other treatment is described."""
    states_frequency: bool | None = None
    """Whether it says how often."""
    states_duration: bool | None = None
    """Whether it says for how long, or from when to when."""
    links_training_to_diagnosis: bool | None = None
    """Whether it says how the training treats the condition."""
    states_necessity: bool | None = None
    """Whether it says that the training is medically necessary."""
    states_not_general_health: bool | None = None
    """Whether it says that the training is not for general health or appearance."""
    states_not_otherwise_incurred: bool | None = None
    """Whether it says that the cost would not arise but for the condition."""
    names_signer_credential: bool | None = None
    """Whether name and credential of the signer stand in it."""
    is_on_letterhead_or_form: bool | None = None
    """Whether it is on letterhead, a prescription pad or the administrator's form."""
    visit_basis: VisitBasis | None = None
    """How the clinician saw the patient before signing."""
    last_seen_on: date | None = None
    """Last visit before signing."""
    rests_only_on_self_report: bool | None = None
    """Whether nothing but the patient's own answers stands behind it."""
    treatment_has_changed: bool | None = None
    """Whether the treatment changed since the signing: another activity, another condition, more often."""
    file: str | None = None
    """The paper itself, a path under papers/."""

    @model_validator(mode="after")
    def _says_one_thing_about_each_date(self) -> Self:
        if self.effective_to and self.stated_months:
            raise ValueError("give effective_to or stated_months, not both: the same end must not stand twice")
        if self.effective_from and self.states_start is False:
            raise ValueError("states_start is no, yet effective_from is given; drop one of them")
        if (self.effective_to or self.stated_months) and self.states_duration is False:
            raise ValueError("states_duration is no, yet an end is given; drop one of them")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self


class LetterSubmission(Record):
    """One letter at one administrator."""

    id: str
    """Short name. Never missing."""
    letter: str
    """Id of the letter. Never missing."""
    funding_source: str
    """Id of the funding source whose administrator got it. Never missing."""
    sent_on: date | None = None
    """When it was sent."""
    received_on: date | None = None
    """When the administrator had it."""
    approved_on: date | None = None
    """When the administrator approved it."""
    is_approved: bool | None = None
    """Whether it was approved; missing while no answer came."""
