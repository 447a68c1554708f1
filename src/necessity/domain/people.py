"""Who takes part: patient, subscriber, account holder, clinicians, trainers, billing providers."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from necessity.domain.codes import Npi, TaxId
from necessity.domain.record import Record


class Relationship(StrEnum):
    """What the patient is to the account holder (or to the subscriber)."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER_DEPENDENT = "other_dependent"
    DOMESTIC_PARTNER = "domestic_partner"
    OTHER = "other"


class Licence(StrEnum):
    """The licence or training that stands behind a clinician's name."""

    MD = "MD"
    DO = "DO"
    NP = "NP"
    PA = "PA"
    CNS = "CNS"
    ND = "ND"
    DC = "DC"
    DPM = "DPM"
    PT = "PT"
    OT = "OT"
    SLP = "SLP"
    PTA = "PTA"
    OTA = "OTA"
    RN = "RN"
    RD = "RD"
    PSYCHOLOGIST = "psychologist"
    PSYCHIATRIST = "psychiatrist"
    COUNSELLOR = "counsellor"
    CHINESE_MEDICINE = "chinese_medicine"
    TRADITIONAL_NATUROPATH = "traditional_naturopath"
    EXERCISE_PHYSIOLOGIST = "exercise_physiologist"
    ATHLETIC_TRAINER = "athletic_trainer"
    NONE = "none"


class Sex(StrEnum):
    """As a payer's forms ask it."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class Address(Record):
    """A postal address."""

    street: str | None = None
    """Street, number and flat."""
    city: str | None = None
    """City or town."""
    state: str | None = None
    """Two-letter state code."""
    zip_code: str | None = None
    """Five or nine digits."""


RED_FLAGS = (
    "screen_chest_discomfort",
    "screen_faintness",
    "screen_breathlessness",
    "screen_heart_signs",
    "screen_supervision_advised",
)
"""The screen's questions of which a single yes sends the person to a clinician before anything else."""


class Patient(Record):
    """Who is treated."""

    name: str | None = None
    """Full name as the plan or account knows it."""
    born_on: date | None = None
    """Date of birth."""
    sex: Sex | None = None
    """As the plan knows it; only claim forms ask."""
    relationship: Relationship | None = None
    """What the patient is to the account holder."""
    is_tax_dependent: bool | None = None
    """Whether the account holder may claim the patient as a dependent; matters unless self or spouse."""
    is_pregnant: bool | None = None
    """Whether the patient is pregnant; read by alternatives with that limit and by the safety screen."""
    has_medicare_part_b: bool | None = None
    """Whether the patient is enrolled in Medicare Part B."""
    has_used_medicare_diabetes_prevention: bool | None = None
    """Whether the patient has used the Medicare diabetes prevention programme before; it is paid once in a lifetime."""
    walking_limits_are_documented: bool | None = None
    """Whether the chart says how far leg pain limits walking; read only by supervised exercise for it."""
    is_of_asian_descent: bool | None = None
    """Whether the patient is of Asian descent; read only by programmes with a lower body mass index for them."""
    red_flags_screened_on: date | None = None
    """When the red-flag questions were last asked."""
    red_flag_found: bool | None = None
    """Result of a screen whose answers are not kept one by one, such as a trainer's own questionnaire."""
    screen_chest_discomfort: bool | None = None
    """Screen: pain or pressure in chest, neck, jaw or arms, at rest or on effort."""
    screen_faintness: bool | None = None
    """Screen: fainted, or lost balance from dizziness, in the last 12 months."""
    screen_breathlessness: bool | None = None
    """Screen: short of breath at rest, lying down, at night or on light effort."""
    screen_heart_signs: bool | None = None
    """Screen: swollen ankles, racing or irregular heartbeat, calf pain on walking, unusual tiredness."""
    screen_supervision_advised: bool | None = None
    """Screen: a clinician has said to exercise only under medical supervision."""
    screen_known_disease: bool | None = None
    """Screen: known disease of heart or vessels, diabetes, or disease of the kidneys."""
    screen_injury: bool | None = None
    """Screen: a problem of bones, joints or muscles that more activity could make worse."""
    screen_active_now: bool | None = None
    """Screen: at least 30 minutes of moderate exercise on three days a week for the last three months."""
    screen_vigorous_planned: bool | None = None
    """Screen: the training is to be vigorous, so that talking becomes hard."""
    cleared_to_train_by: str | None = None
    """Id of the clinician who looked at the answers and cleared the patient to train."""
    cleared_to_train_on: date | None = None
    """The day of that clearance."""
    phone: str | None = None
    """Telephone number, for papers only."""
    address: Address = Address()
    """Postal address, for papers only."""

    @model_validator(mode="after")
    def _result_and_answers_of_the_screen_agree(self) -> Self:
        if self.red_flag_found is False and any(getattr(self, flag) for flag in RED_FLAGS):
            raise ValueError("red_flag_found is no, yet a red-flag question is answered with yes; drop red_flag_found")
        return self


class Party(Record):
    """A person or household role who pays or is covered: account holder or subscriber."""

    name: str | None = None
    """Full name; missing also where the patient is the same person and `Patient.relationship` is self."""
    born_on: date | None = None
    """Date of birth."""
    sex: Sex | None = None
    """As the plan knows it; only claim forms ask."""
    member_id: str | None = None
    """The number the administrator or plan knows this person by."""
    employer: str | None = None
    """The employer whose plan it is."""
    address: Address = Address()
    """Postal address, for papers only."""


class Certification(Record):
    """One credential of a trainer."""

    name: str
    """The credential's own short name, such as ACE-CPT. Never missing."""
    issuer: str | None = None
    """Who issued it."""
    accreditor: str | None = None
    """NCCA, ISO17024, or none."""
    number: str | None = None
    """Its number, for a look-up in the issuer's registry."""
    issued_on: date | None = None
    """First day of validity."""
    expires_on: date | None = None
    """Last day of validity."""


class Clinician(Record):
    """A licensed person who diagnoses, orders, signs, treats or supervises."""

    id: str
    """Short name used by other records. Never missing."""
    name: str | None = None
    """Full name."""
    licence: Licence | None = None
    """The licence behind the name; `none` is a stated no."""
    licence_number: str | None = None
    """The licence's number."""
    licence_state: str | None = None
    """Two-letter code of the state that licensed."""
    npi: Npi | None = None
    """National provider identifier, ten digits with a valid check digit."""
    is_patient_or_family: bool | None = None
    """Whether the clinician is the patient or a relative."""
    is_enrolled_in_medicare: bool | None = None
    """Whether Medicare knows this person as a provider."""
    phone: str | None = None
    """Telephone number of the office."""
    address: Address = Address()
    """Office address, for papers only."""


class Trainer(Record):
    """The person who trains; a rendering provider only where the payer accepts that."""

    id: str
    """Short name used by other records. Never missing."""
    name: str | None = None
    """Full name."""
    business_name: str | None = None
    """Studio or business that issues the receipts."""
    licence: Licence | None = None
    """A clinical licence, if the trainer also holds one; `none` is a stated no."""
    certifications: tuple[Certification, ...] = ()
    """Credentials; `Case.complete` with `certifications` says that no other is held."""
    npi: Npi | None = None
    """National provider identifier; most trainers have none."""
    tax_id: TaxId | None = None
    """Tax number printed on receipts."""
    phone: str | None = None
    """Telephone number."""
    address: Address = Address()
    """Business address, for papers only."""


class BillingProvider(Record):
    """Who is paid for a claim: a practice, clinic or studio."""

    id: str
    """Short name used by other records. Never missing."""
    name: str | None = None
    """Legal name."""
    npi: Npi | None = None
    """National provider identifier of the organisation or person."""
    tax_id: TaxId | None = None
    """Nine digits."""
    tax_id_is_personal: bool | None = None
    """True for a social security number, false for an employer's number."""
    taxonomy: str | None = None
    """Ten-character provider taxonomy code."""
    phone: str | None = None
    """Telephone number."""
    address: Address = Address()
    """Address as registered."""
