"""An exercise prescription as a FHIR bundle: order, plan, goals and what was measured, for a chart or a studio."""

from html import escape

from necessity.domain.case import Case
from necessity.domain.letter import Condition, TrainingOrder
from necessity.domain.letter_draft import DraftClinician
from necessity.domain.people import Clinician, Patient, Trainer
from necessity.domain.record import Record
from necessity.domain.training import Goal, Measurement, TrainingPlan
from necessity.errors import RecordError
from necessity.formats.fhir import systems
from necessity.formats.fhir.writing.build import (
    Bundle,
    Json,
    address,
    coding,
    concept,
    identifier,
    lean,
    refuse,
    telecom,
)
from necessity.formats.fhir.writing.exercise import (
    PHYSICAL_ACTIVITY,
    SERVES,
    Aim,
    Course,
    categories,
    condition_concept,
    condition_resource,
    course_faults,
    goal_resource,
    observation,
    ordered,
    performer_type,
    period,
    pertains_to,
    timing,
)
from necessity.formats.fhir.writing.people import clinician_resource, named_patient, whole_name

__all__ = ["NOTES", "SERVES", "Prescription", "prescription_bundle", "prescription_of"]

NOTES = {"reason": "Why: ", "precautions": "Leave out or watch: ", "stop_when": "Stop: "}
"""Fields of an order that hold the clinician's own words, and the heading of the note each becomes."""


class Prescription(Record):
    """One order with all that gives it sense."""

    case: str
    """Id of the case; empty where it was read from a document, which knows of none."""
    order: TrainingOrder
    """The clinician's instruction."""
    patient: Patient = Patient()
    """Who is to train."""
    condition: Condition | None = None
    """What it treats."""
    clinician: Clinician | None = None
    """Who ordered."""
    trainer: Trainer | None = None
    """Who is to train the patient, where one is named."""
    plan: TrainingPlan = TrainingPlan()
    """What the training is to do."""
    measurements: tuple[Measurement, ...] = ()
    """What was measured."""


def prescription_of(case: Case, order: str) -> Prescription:
    """Take out of a case what belongs to one order, and nothing of the patient's accounts, claims or money.

    Args:
        case: The case.
        order: Id of the order.

    Raises:
        RecordError: the case has no such order.
    """
    found = next((one for one in case.orders if one.id == order), None)
    if found is None:
        known = ", ".join(one.id for one in case.orders) or "none"
        raise RecordError(
            f"The case {case.id} has no order {order!r}.",
            f"Name one of its orders: {known}.",
            field="order",
            value=order,
            allowed=known,
        )
    goals = tuple(goal for goal in case.plan.goals if goal.condition in (None, found.condition))
    kept = {goal.id for goal in goals}
    return Prescription(
        case=case.id,
        order=found,
        patient=case.patient,
        condition=next((one for one in case.conditions if one.id == found.condition), None),
        clinician=next((one for one in case.clinicians if one.id == found.ordered_by), None),
        trainer=case.trainers[0] if len(case.trainers) == 1 else None,
        plan=case.plan.model_copy(update={"goals": goals}),
        measurements=tuple(one for one in case.measurements if one.goal in kept),
    )


def prescription_bundle(prescription: Prescription) -> bytes:
    """Write an exercise prescription in the vocabulary of the US Physical Activity guide.

    Args:
        prescription: The order and what belongs to it.

    Returns:
        A FHIR R4 Bundle of type collection (ServiceRequest, CarePlan, Goal, Observation, Condition, Patient,
        Practitioner) as canonical JSON. The same argument gives the same bytes.

    Raises:
        FormatError: a number cannot be; every reason is named.
    """
    order = prescription.order
    refuse(f"The order {order.id} cannot be written as FHIR", list(course_faults(_course(order))))
    bundle = Bundle(f"prescription/{prescription.case}/{order.id}")
    patient = bundle.add("patient", named_patient(prescription.patient.name, prescription.patient.born_on))
    clinician = _clinician(bundle, prescription.clinician)
    condition = _condition(bundle, prescription.condition, patient)
    goals = [_goal(bundle, prescription, goal, patient, condition) for goal in prescription.plan.goals]
    request = bundle.add("order", _order(bundle, prescription, patient, clinician, condition, goals))
    bundle.add("plan", _care_plan(prescription, patient, clinician, condition, goals, request))
    return bundle.write()


def _course(order: TrainingOrder) -> Course:
    return Course(
        sessions_per_week=order.sessions_per_week,
        minutes_per_session=order.minutes_per_session,
        weeks=order.weeks,
        starts_on=order.starts_on,
    )


def _clinician(bundle: Bundle, clinician: Clinician | None) -> Json | None:
    if clinician is None:
        return None
    names = DraftClinician.model_fields
    block = DraftClinician(**{name: getattr(clinician, name) for name in names})
    return bundle.add("clinician", clinician_resource(block))


def _trainer(bundle: Bundle, trainer: Trainer) -> Json:
    held = [
        lean(identifier=identifier(one.number), code=concept(text=one.name), issuer=_issuer(one.issuer))
        for one in trainer.certifications
    ]
    resource = lean(
        resourceType="Practitioner",
        identifier=identifier(trainer.npi, system=systems.NPI),
        name=whole_name(trainer.name or trainer.business_name),
        telecom=telecom(trainer.phone),
        address=address(trainer.address),
        qualification=held,
    )
    return bundle.add("trainer", resource)


def _issuer(name: str | None) -> Json | None:
    return {"display": name} if name else None


def _condition(bundle: Bundle, condition: Condition | None, patient: Json) -> Json | None:
    if condition is None or not (condition.code or condition.name):
        return None
    confirmed = concept(coding(systems.CONDITION_VERIFICATION, "confirmed"))
    resource = condition_resource(
        condition.code,
        condition.name,
        patient,
        verificationStatus=confirmed if condition.is_diagnosed else None,
        recordedDate=condition.diagnosed_on.isoformat() if condition.diagnosed_on else None,
    )
    return bundle.add("condition", resource)


def _goal(bundle: Bundle, prescription: Prescription, goal: Goal, patient: Json, condition: Json | None) -> Json:
    measured = [
        bundle.add(
            f"measured/{one.id}", observation(one.kind, one.value, one.unit or goal.unit, one.measured_on, patient)
        )
        for one in prescription.measurements
        if one.goal == goal.id and one.value is not None
    ]
    aim = Aim(
        measure=goal.measure,
        unit=goal.unit,
        baseline=goal.baseline,
        target=goal.target,
        by=goal.reach_by_on,
        serves=goal.serves,
    )
    resource = goal_resource(
        aim,
        patient,
        is_active=prescription.order.ordered_on is not None,
        addresses=[condition] if condition else [],
        outcomeReference=measured,
    )
    return bundle.add(f"goal/{goal.id}", resource)


def _status(order: TrainingOrder) -> str:
    return "active" if order.ordered_on else "draft"


def _order(
    bundle: Bundle,
    prescription: Prescription,
    patient: Json,
    clinician: Json | None,
    condition: Json | None,
    goals: list[Json],
) -> Json:
    order, known = prescription.order, prescription.condition
    reason = condition_concept(known.code, known.name) if known else None
    return lean(
        resourceType="ServiceRequest",
        extension=pertains_to(goals),
        identifier=identifier(order.id, type_=concept(text="Order")),
        status=_status(order),
        intent="order",
        category=categories(order.kind),
        code=ordered(order.kind),
        subject=patient,
        occurrenceTiming=timing(_course(order)),
        authoredOn=order.ordered_on.isoformat() if order.ordered_on else None,
        requester=clinician,
        performerType=performer_type(order.kind),
        performer=[_trainer(bundle, prescription.trainer)] if prescription.trainer else [],
        reasonCode=[reason] if reason else [],
        reasonReference=[condition] if condition else [],
        note=[{"text": heading + words} for field, heading in NOTES.items() if (words := getattr(order, field))],
    )


def _care_plan(
    prescription: Prescription,
    patient: Json,
    clinician: Json | None,
    condition: Json | None,
    goals: list[Json],
    request: Json,
) -> Json:
    summary = prescription.plan.summary
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(summary)}</p></div>' if summary else None
    return lean(
        resourceType="CarePlan",
        text={"status": "additional", "div": div} if div else None,
        status=_status(prescription.order),
        intent="plan",
        category=[PHYSICAL_ACTIVITY, concept(coding(systems.CARE_PLAN_CATEGORY, "assess-plan"))],
        description=summary,
        subject=patient,
        period=period(_course(prescription.order)),
        author=clinician,
        addresses=[condition] if condition else [],
        goal=goals,
        activity=[{"reference": request}],
    )
