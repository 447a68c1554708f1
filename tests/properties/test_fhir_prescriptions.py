"""An exercise prescription written as FHIR is read back, and taking it into the case it came from changes nothing."""

from hypothesis import HealthCheck, given, settings

from necessity.domain.people import Licence
from necessity.domain.training import Goal
from necessity.formats.fhir.read import read
from necessity.formats.fhir.write import Prescription, prescription_bundle
from necessity.formats.fhir.writing.exercise import Aim, aim_in_words, measure_concept
from tests.strategies_fhir import prescriptions


def _spoken(measure: str | None) -> str | None:
    return measure and measure_concept(measure)["text"]


def _carried_goal(goal: Goal, condition: str | None) -> tuple[object, ...]:
    """What of a goal FHIR holds: without a measure all of it in words."""
    if goal.measure is None:
        aim = Aim(unit=goal.unit, baseline=goal.baseline, target=goal.target, serves=goal.serves)
        return (None, aim_in_words(aim).strip() or None, None, None, goal.reach_by_on, condition)
    return (_spoken(goal.measure), goal.serves, goal.baseline, goal.target, goal.reach_by_on, condition)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(prescriptions())
def test_a_prescription_written_as_fhir_is_read_back(prescription: Prescription) -> None:
    """A chart that takes our order, and we that take a chart's, must mean the same."""
    reading = read(prescription_bundle(prescription))
    assert reading.findings == ()
    (found,) = reading.orders
    told, order = found.prescription, prescription.order
    assert found.is_in_force is (order.ordered_on is not None)
    assert told.order.id == order.id
    for name in ("ordered_on", "kind", "sessions_per_week", "minutes_per_session", "weeks", "starts_on"):
        assert getattr(told.order, name) == getattr(order, name), name
    for name in ("reason", "precautions", "stop_when"):
        assert getattr(told.order, name) == getattr(order, name), name
    assert (told.patient.name, told.patient.born_on) == (prescription.patient.name, prescription.patient.born_on)
    assert told.plan.summary == prescription.plan.summary
    _same_people(prescription, told)
    condition = told.condition.id if told.condition else None
    told_goals = [
        (one.measure, one.serves, one.baseline, one.target, one.reach_by_on, one.condition) for one in told.plan.goals
    ]
    assert told_goals == [_carried_goal(one, condition) for one in prescription.plan.goals]
    goals = {one.id: place for place, one in enumerate(prescription.plan.goals)}
    wanted = sorted(
        (goals[one.goal or ""], str(_spoken(one.kind)), one.value, one.measured_on or order.id)
        for one in prescription.measurements
        if one.goal in goals and one.value is not None
    )
    places = {one.id: place for place, one in enumerate(told.plan.goals)}
    assert wanted == sorted(
        (places[one.goal or ""], one.kind, one.value, one.measured_on or order.id) for one in told.measurements
    )


def _same_people(prescription: Prescription, told: Prescription) -> None:
    known, given = told.clinician, prescription.clinician
    if given is None or given.name is None:
        assert known is None
    else:
        assert known is not None
        licence = None if given.licence is Licence.NONE else given.licence
        assert (known.name, known.npi, known.licence) == (given.name, given.npi, licence)
    condition = prescription.condition
    if condition is None or not (condition.code or condition.name):
        assert told.condition is None
    else:
        assert told.condition is not None
        assert (told.condition.code, told.condition.name) == (condition.code, condition.name)
        assert told.condition.is_diagnosed is (condition.is_diagnosed or None)
