"""What was planned, done and measured: training plan, goals, measurements, sessions, packages, other expenses."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from necessity.domain.codes import ProcedureCode
from necessity.domain.money import Cents
from necessity.domain.record import Record


class ServiceKind(StrEnum):
    """What kind of thing is paid for."""

    PERSONAL_TRAINING = "personal_training"
    EXERCISE_CLASS = "exercise_class"
    GYM_MEMBERSHIP = "gym_membership"
    EXERCISE_EQUIPMENT = "exercise_equipment"
    WEIGHT_LOSS_PROGRAMME = "weight_loss_programme"
    THERAPY = "therapy"
    CARDIAC_REHABILITATION = "cardiac_rehabilitation"
    MASSAGE = "massage"
    COUNSELLING = "counselling"
    NUTRITION_COUNSELLING = "nutrition_counselling"
    FOOD = "food"
    SUPPLEMENT = "supplement"
    LESSONS = "lessons"
    HOME_IMPROVEMENT = "home_improvement"
    TRAVEL = "travel"
    LETTER_FEE = "letter_fee"
    LATE_FEE = "late_fee"
    TRACKER_OR_CLOTHING = "tracker_or_clothing"
    OTHER = "other"


class ServiceStatus(StrEnum):
    """How far a session or other service has come."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Activity(Record):
    """One stretch of work inside a training session."""

    name: str
    """What was done, in plain words. Never missing."""
    minutes: int | None = None
    """Whole minutes of direct contact."""
    procedure_code: ProcedureCode | None = None
    """The code this stretch is billed under by somebody who may bill it; missing where none belongs."""


class Incurred(Record):
    """What every dated thing that costs money has in common; sessions and other expenses build on it."""

    id: str
    """Short name used by other records. Never missing."""
    status: ServiceStatus | None = None
    """Planned, held (delivered), missed, cancelled or refunded."""
    served_on: date | None = None
    """The day the service was or will be delivered (first day of a membership month)."""
    charge_cents: Cents | None = None
    """What it costs, in cents; for a session of a package missing: the package's price is shared out."""
    patient_share_cents: Cents | None = None
    """The patient's own share where several people share the charge; missing: see `participants`."""
    participants: int | None = None
    """How many people shared the charge; 1 means the patient alone."""
    trainer: str | None = None
    """Id of the trainer who delivered it; for a trip, whom it led to."""
    clinician: str | None = None
    """Id of the licensed clinician who delivered it."""
    supervisor: str | None = None
    """Id of the clinician who oversaw it."""
    supervisor_was_present: bool | None = None
    """Whether the supervising clinician was on the spot (direct supervision)."""
    receipt: str | None = None
    """Id of the receipt that proves it."""


class Treatment(Incurred):
    """What a payer asks of therapy and counselling, whether it stands among the sessions or the other expenses."""

    needs_therapist_skill: bool | None = None
    """Therapy: whether the work could only be done safely and well by a therapist."""
    gains_expected_within_a_month: bool | None = None
    """Therapy: whether real gains are expected within about a month."""
    is_maintenance_or_sport: bool | None = None
    """Therapy: whether it only keeps what was reached, or serves a sport or a pastime."""
    has_plan_of_care: bool | None = None
    """Therapy, or training under a therapist: whether a written plan of care with goals was in force."""
    is_for_mental_illness: bool | None = None
    """Counselling: whether it treats a diagnosed mental illness (marital counselling does not)."""


class TrainingSession(Treatment):
    """One dated, timed piece of work with the patient."""

    starts_at: time | None = None
    """Local start time."""
    minutes: int | None = None
    """Whole minutes of direct contact, 0 to 1440."""
    activities: tuple[Activity, ...] = ()
    """What was done, with minutes each."""
    place: str | None = None
    """Where, in words."""
    place_of_service: str | None = None
    """The two-digit code of that place, where a health plan is billed."""
    package: str | None = None
    """Id of the prepaid package it belongs to."""
    note: str | None = None
    """The trainer's note on progress toward the goals."""


class Expense(Treatment):
    """One dated thing paid for that is not a training session."""

    kind: ServiceKind
    """What kind of thing. Never missing."""
    words: str | None = None
    """What it is, in words; needed where kind is other."""
    served_to: date | None = None
    """Last day, for a membership or a course."""
    medical_part_cents: Cents | None = None
    """The part of the charge that is itemised as treatment; missing where it is not split."""
    is_itemised_apart: bool | None = None
    """Gym: whether the fee for the prescribed activity is itemised apart from general access."""
    normal_food_cost_cents: Cents | None = None
    """Food: what the normal food it replaces would have cost."""
    replaces_normal_food: bool | None = None
    """Food: whether it satisfies normal nutritional needs."""
    value_added_cents: Cents | None = None
    """Home improvement: by how much it raised the value of the home."""
    is_used_by_household: bool | None = None
    """Equipment or home improvement: whether others in the household use it as well."""
    travel_is_essential: bool | None = None
    """Travel: whether the trip was primarily for and essential to medical care."""
    starts_at: time | None = None
    """Therapy: local time it began; with the minutes on a claim's line, what shows that two services were apart."""
    miles: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """Travel: whole miles driven with one's own car, there and back; they stand in place of the charge, at the year's
    standard rate. 0 for a bus, a taxi, parking, or where the cost of gas and oil is the charge."""
    mileage_rate_tenths: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Travel: the standard medical rate of that year in tenths of a cent a mile; has a say only where the program
    knows none."""
    quantity: int | None = None
    """How many of the same item."""


class Package(Record):
    """Sessions paid for ahead."""

    id: str
    """Short name used by sessions. Never missing."""
    kind: ServiceKind = ServiceKind.PERSONAL_TRAINING
    """What the package holds."""
    sessions: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many sessions were bought, 1 to 1000."""
    price_cents: Cents | None = None
    """What the whole package cost."""
    paid_on: date | None = None
    """When it was paid."""
    expires_on: date | None = None
    """Last day on which a session can be held."""
    receipt: str | None = None
    """Id of the receipt for the payment."""


class Goal(Record):
    """One measurable goal of the training plan, tied to a condition."""

    id: str
    """Short name used by measurements. Never missing."""
    condition: str | None = None
    """Id of the condition it serves."""
    serves: str | None = None
    """What in daily life it is for, such as climbing stairs or getting up from a chair."""
    measure: str | None = None
    """What is measured, such as six-minute walk distance."""
    unit: str | None = None
    """Unit of the measure."""
    baseline: Decimal | None = None
    """Value at the start."""
    target: Decimal | None = None
    """Value to reach."""
    reach_by_on: date | None = None
    """By when."""


class Measurement(Record):
    """One measured value of the patient."""

    id: str
    """Short name. Never missing."""
    kind: str
    """What was measured: bmi, a1c_percent, fasting_glucose_mg_dl, ogtt_mg_dl, lvef_percent … or a goal's measure."""
    value: Decimal | None = None
    """The value, up to three decimals."""
    unit: str | None = None
    """Unit, where the kind does not say it."""
    measured_on: date | None = None
    """The day it was measured."""
    goal: str | None = None
    """Id of the goal it tracks."""


class TherapyEnd(StrEnum):
    """Why therapy that came before the training ended."""

    GOALS_MET = "goals_met"
    BENEFIT_EXHAUSTED = "benefit_exhausted"
    PLATEAU = "plateau"
    OTHER = "other"


class TrainingPlan(Record):
    """What the training is to do, and what therapy handed over to it."""

    summary: str | None = None
    """The plan in words."""
    is_comparable_to_therapy: bool | None = None
    """Whether a clinician says that the sessions are comparable to therapeutic activities."""
    follows_therapy: bool | None = None
    """Whether therapy came before the training."""
    follows_therapy_that_ended_on: date | None = None
    """When preceding therapy ended (the day of discharge); missing where there was none or it is not known."""
    therapy_given_by: str | None = None
    """Id of the clinician who treated."""
    therapy_ended_because: TherapyEnd | None = None
    """Why it ended."""
    therapy_ended_words: str | None = None
    """Why it ended, in the therapist's words."""
    therapy_did: str | None = None
    """What was done in therapy."""
    remaining_deficit: str | None = None
    """What therapy left unfinished; `none` is a stated no."""
    home_programme_given: bool | None = None
    """Whether the therapist gave a programme to go on with at home."""
    home_programme: str | None = None
    """That programme in words."""
    goals: tuple[Goal, ...] = ()
    """Measurable goals."""
