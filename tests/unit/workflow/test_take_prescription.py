"""An order from a chart becomes part of a case: added where the case is silent, told where it says otherwise."""

import json
from datetime import date
from decimal import Decimal

import pytest

from necessity.domain.case import Case
from necessity.domain.people import Patient
from necessity.domain.training import ServiceKind
from necessity.errors import RecordError
from necessity.formats.fhir.read import ReadPrescription, read
from necessity.formats.fhir.write import prescription_bundle, prescription_of
from necessity.workflow.take_prescription import take_prescription
from tests.cast import ada


def from_chart(case: Case | None = None, **changed: object) -> ReadPrescription:
    """Ada's order as a chart would send it."""
    written = prescription_bundle(prescription_of(case or ada(), "order1"))
    (found,) = read(written).orders
    return found.model_copy(update=changed)


def empty(**changed: object) -> Case:
    return Case(id="ada", patient=Patient(name="Ada")).model_copy(update=changed)


def test_an_order_brings_clinician_condition_and_goals_into_an_empty_case() -> None:
    """Nobody types off what a computer knows already."""
    taken = take_prescription(empty(), from_chart())
    order = taken.case.orders[0]
    assert (order.kind, order.ordered_on) == (ada().orders[0].kind, ada().orders[0].ordered_on)
    assert taken.case.clinicians[0].name == ada().clinicians[0].name
    assert order.ordered_by == taken.case.clinicians[0].id
    assert taken.case.conditions[0].code == ada().conditions[0].code
    assert [goal.measure for goal in taken.case.plan.goals] == [goal.measure for goal in ada().plan.goals]
    assert taken.kept == ()


@pytest.mark.parametrize("start", [empty(), ada()], ids=["empty", "ada"])
def test_taking_the_same_order_again_adds_nothing(start: Case) -> None:
    """A chart sends its documents more than once."""
    once = take_prescription(start, from_chart())
    again = take_prescription(once.case, from_chart())
    assert (again.added, again.case) == ((), once.case)


def test_the_order_of_a_case_taken_back_into_it_is_known() -> None:
    """Its own words came back."""
    taken = take_prescription(ada(), from_chart())
    assert taken.case.orders == ada().orders
    assert taken.case.conditions == ada().conditions


def test_another_amount_is_another_order_beside_the_first() -> None:
    """An order is never changed; a new one stands beside it."""
    more = ada().orders[0].model_copy(update={"sessions_per_week": 3, "ordered_on": date(2026, 6, 1)})
    taken = take_prescription(ada(), from_chart(ada().model_copy(update={"orders": (more,)})))
    assert [one.id for one in taken.case.orders] == ["order1", "order1-2"]
    assert taken.case.orders[0] == ada().orders[0]


def test_what_the_case_says_otherwise_stays_and_is_told() -> None:
    """Whoever wrote it down had a reason; a person decides."""
    goal = ada().plan.goals[0]
    other = ada().plan.model_copy(update={"goals": (goal.model_copy(update={"target": Decimal(999)}),)})
    taken = take_prescription(ada(), from_chart(ada().model_copy(update={"plan": other})))
    assert taken.case.plan.goals[0].target == goal.target
    assert any("target: the document says 999" in words for words in taken.kept)


def test_what_the_case_leaves_open_is_filled_in() -> None:
    """Blank is unknown, and the document knows it."""
    clinicians = tuple(one.model_copy(update={"npi": None}) for one in ada().clinicians)
    taken = take_prescription(ada().model_copy(update={"clinicians": clinicians}), from_chart())
    assert taken.case.clinicians[0].npi == ada().clinicians[0].npi


def test_somebody_else_s_order_is_refused() -> None:
    """An order in the wrong record is worse than none."""
    told = from_chart()
    other = told.prescription.model_copy(update={"patient": Patient(name="Bruno")})
    with pytest.raises(RecordError, match="for Bruno"):
        take_prescription(ada(), told.model_copy(update={"prescription": other}))


@pytest.mark.parametrize("status", ["draft", "revoked", "entered-in-error", None])
def test_what_nobody_ordered_is_refused(status: str | None) -> None:
    """A draft is no instruction, and never becomes one by being read."""
    with pytest.raises(RecordError, match="Nobody has ordered"):
        take_prescription(ada(), from_chart(status=status))


def test_a_foreign_order_is_read_by_the_guides_code_and_parts_of_names() -> None:
    """Charts write names in parts, lengths in hours, and ids as they like."""
    document = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "https://chart.example.org/Patient/7",
             "resource": {"resourceType": "Patient", "id": "7", "name": [{"given": ["Ada"], "family": "Berg"}]}},
            {"resource": {
                "resourceType": "ServiceRequest", "status": "active", "intent": "order",
                "subject": {"reference": "Patient/7"}, "authoredOn": "2026-05-01T09:00:00Z",
                "code": {"coding": [{"system": "http://snomed.info/sct", "code": "229065009"}]},
                "occurrenceTiming": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "wk", "duration": 1,
                                                "durationUnit": "h",
                                                "boundsPeriod": {"start": "2026-05-04", "end": "2026-06-14"}}},
            }},
        ],
    }  # fmt: skip
    (found,) = read(json.dumps(document).encode()).orders
    order = found.prescription.order
    assert (order.kind, order.sessions_per_week, order.minutes_per_session, order.weeks) == (
        ServiceKind.PERSONAL_TRAINING, 2, 60, 6,
    )  # fmt: skip
    assert found.prescription.patient.name == "Ada Berg"
    assert order.ordered_on == date(2026, 5, 1)


def test_a_count_by_the_month_is_told_and_left_out() -> None:
    """Eight a month is not two a week, and we do not round."""
    document = {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "229065009"}]},
        "occurrenceTiming": {"repeat": {"frequency": 8, "period": 1, "periodUnit": "mo"}},
    }  # fmt: skip
    reading = read(json.dumps(document).encode())
    assert reading.orders[0].prescription.order.sessions_per_week is None
    assert any("not said by the week" in one.message for one in reading.findings)
