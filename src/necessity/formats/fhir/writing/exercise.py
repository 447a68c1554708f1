"""What letters and exercise prescriptions share: condition, order with its timing, goals, measured values.

The words are those of the US Physical Activity guide where it has one: its category, what may be ordered, which
measures have a code. No document claims to conform to the guide's profiles; the README says why.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from necessity.domain.record import Record
from necessity.domain.training import ServiceKind
from necessity.formats.fhir import systems
from necessity.formats.fhir.writing.build import Json, coding, concept, lean, quantity

PHYSICAL_ACTIVITY = concept(coding(systems.PHYSICAL_ACTIVITY, "PhysicalActivity"), text="Physical activity")
ORDERED = {
    ServiceKind.PERSONAL_TRAINING: systems.EXERCISE_THERAPY,
    ServiceKind.EXERCISE_CLASS: systems.EXERCISE_CLASS,
}
"""What the guide has a code for, of what may be ordered."""
SERVES = "For: "
"""Heading of the note that says what a goal is for."""
_PERFORMERS = {ServiceKind.PERSONAL_TRAINING: "Personal trainer", ServiceKind.EXERCISE_CLASS: "Exercise instructor"}


class Course(Record):
    """How often, how long each time, from when, for how long."""

    sessions_per_week: int | None = None
    """How often."""
    minutes_per_session: int | None = None
    """How long each time."""
    weeks: int | None = None
    """For how many weeks."""
    starts_on: date | None = None
    """First day."""


def course_faults(course: Course) -> Iterator[str]:
    """Name every number of a course that cannot be."""
    for name in ("sessions_per_week", "minutes_per_session", "weeks"):
        value = getattr(course, name)
        if value is not None and not 1 <= value <= 1440:
            yield f"{name} is {value}; it should be 1 or more"


def period(course: Course) -> Json | None:
    """Give the first and last day of a course; None where the first is not known."""
    if course.starts_on is None:
        return None
    last = course.starts_on + timedelta(weeks=course.weeks, days=-1) if course.weeks else None
    return lean(start=course.starts_on.isoformat(), end=last.isoformat() if last else None)


def timing(course: Course) -> Json | None:
    """Say how often and how long as FHIR's Timing; None where nothing of it is known."""
    bounds: Json = {}
    if days := period(course):
        bounds = {"boundsPeriod": days}
    elif course.weeks:
        bounds = {"boundsDuration": {"value": course.weeks, "unit": "weeks", "system": systems.UCUM, "code": "wk"}}
    often: Json = {}
    if course.sessions_per_week:
        often = {"frequency": course.sessions_per_week, "period": 1, "periodUnit": "wk"}
    if course.minutes_per_session:
        often |= {"duration": course.minutes_per_session, "durationUnit": "min"}
    repeat = bounds | often
    return {"repeat": repeat} if repeat else None


def ordered(kind: ServiceKind | None) -> Json | None:
    """Say what is ordered: coded where the guide has a code for it, in words always."""
    if kind is None:
        return None
    code = ORDERED.get(kind)
    return concept(*([coding(systems.SNOMED, code)] if code else []), text=kind_in_words(kind))


def categories(kind: ServiceKind | None) -> list[Json]:
    """Give the categories of an order: the guide's, and counselling where that is what is ordered."""
    counselling = concept(coding(systems.SNOMED, systems.COUNSELLING), text="Counselling")
    return [PHYSICAL_ACTIVITY, counselling] if kind is ServiceKind.COUNSELLING else [PHYSICAL_ACTIVITY]


def performer_type(kind: ServiceKind | None) -> Json | None:
    """Say what kind of person is to do it, in words; R4's value set knows no trainer."""
    words = _PERFORMERS.get(kind) if kind else None
    return concept(text=words) if words else None


def kind_in_words(kind: ServiceKind) -> str:
    """Name a kind of service in words."""
    return kind.value.replace("_", " ").capitalize()


def condition_concept(code: str | None, name: str | None) -> Json:
    """Write a condition: its ICD-10-CM code where there is one to stand by, and its name."""
    return concept(*([coding(systems.ICD_10_CM, code)] if code else []), text=name)


def condition_resource(code: str | None, name: str | None, patient: Json, **more: object) -> Json:
    """Write the condition that is treated.

    Args:
        code: ICD-10-CM with its dot; None where none was in force.
        name: In plain words.
        patient: Reference to who has it.
        more: Further elements.
    """
    return lean(
        resourceType="Condition",
        clinicalStatus=concept(coding(systems.CONDITION_CLINICAL, "active")),
        code=condition_concept(code, name),
        subject=patient,
        **more,
    )


def _guide_code(measure: str, unit: str | None) -> tuple[str, str] | None:
    """Find the guide's code and unit for a measure; none where the unit says that something else was counted."""
    known = systems.PHYSICAL_ACTIVITY_MEASURES.get(_spoken(measure).lower())
    if known is None or not (unit is None or unit.strip().lower() in systems.SPELLINGS[known[1]]):
        return None
    return known


def _spoken(measure: str) -> str:
    return measure.replace("_", " ").strip()


def measure_concept(measure: str, unit: str | None = None) -> Json:
    """Name what is measured: coded where the Physical Activity guide has a code for just this, in words always."""
    known = _guide_code(measure, unit)
    return concept(*([coding(systems.LOINC, known[0])] if known else []), text=_spoken(measure))


def amount(measure: str, value: Decimal, unit: str | None) -> Json:
    """Write a measured value; where the guide fixes the unit of a measure, in that unit's code."""
    known = _guide_code(measure, unit)
    return quantity(_plain(value), known[1] if known else unit)


def _plain(value: Decimal) -> Decimal:
    """Drop a scientific exponent, which JSON could carry but people would not read."""
    return Decimal(format(value, "f"))


class Aim(Record):
    """One goal as both papers know it."""

    measure: str | None = None
    """What is measured."""
    unit: str | None = None
    """Its unit."""
    baseline: Decimal | None = None
    """Value at the start."""
    target: Decimal | None = None
    """Value aimed at."""
    by: date | None = None
    """By when."""
    serves: str | None = None
    """What in daily life it is for."""


def aim_in_words(aim: Aim) -> str:
    """Say a goal in one line.

    Examples:
        >>> aim_in_words(Aim(measure="walk", unit="m", baseline=Decimal(410), target=Decimal(500)))
        'walk: from 410 to 500 m'
    """
    reach = [f"from {aim.baseline:f}"] if aim.baseline is not None else []
    reach += [f"to {aim.target:f}"] if aim.target is not None else []
    unit = f" {aim.unit}" if aim.unit and reach else ""
    name = (aim.measure or aim.serves or "Goal").replace("_", " ")
    return f"{name}: {' '.join(reach)}{unit}" if reach else name


def goal_resource(aim: Aim, patient: Json, *, is_active: bool, **more: object) -> Json:
    """Write a goal.

    Args:
        aim: The goal.
        patient: Reference to whose it is.
        is_active: True once it is ordered; before, it is proposed.
        more: Further elements.
    """
    target = lean(
        measure=measure_concept(aim.measure, aim.unit) if aim.measure else None,
        detailQuantity=amount(aim.measure, aim.target, aim.unit) if aim.measure and aim.target is not None else None,
        dueDate=aim.by.isoformat() if aim.by else None,
    )
    return lean(
        resourceType="Goal",
        lifecycleStatus="active" if is_active else "proposed",
        category=[PHYSICAL_ACTIVITY],
        description=concept(text=aim_in_words(aim)),
        subject=patient,
        target=[target] if target else [],
        note=[{"text": f"{SERVES}{aim.serves}"}] if aim.serves and aim.measure else [],
        **more,
    )


def observation(measure: str, value: Decimal, unit: str | None, on: date | None, patient: Json) -> Json:
    """Write one measured value; only what the guide has a code for is marked as an activity measure."""
    code = measure_concept(measure, unit)
    activity = [concept(coding(systems.OBSERVATION_CATEGORY, "activity")), PHYSICAL_ACTIVITY]
    return lean(
        resourceType="Observation",
        status="final",
        category=activity if "coding" in code else [],
        code=code,
        subject=patient,
        effectiveDateTime=on.isoformat() if on else None,
        valueQuantity=amount(measure, value, unit),
    )


def pertains_to(goals: list[Json]) -> list[Json]:
    """Tie an order to its goals, by the extension of the FHIR core that the guide uses."""
    return [{"url": systems.PERTAINS_TO_GOAL, "valueReference": goal} for goal in goals]
