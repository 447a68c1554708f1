"""The exercise prescription: the words of the Physical Activity guide where they fit, and no money in it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from necessity.domain.training import Goal, ServiceKind, TrainingPlan
from necessity.errors import RecordError
from necessity.formats.fhir import systems
from necessity.formats.fhir.write import Prescription, prescription_bundle, prescription_of
from tests.cast import ada


def adas() -> Prescription:
    return prescription_of(ada(), "order1")


def resources(prescription: Prescription) -> dict[str, Any]:
    document = json.loads(prescription_bundle(prescription))
    return {one["resource"]["resourceType"]: one["resource"] for one in document["entry"]}


def test_order_plan_and_goal_carry_the_guides_category() -> None:
    """Systems that follow the guide look for this category and nothing else."""
    found = resources(adas())
    for kind in ("ServiceRequest", "CarePlan", "Goal"):
        assert found[kind]["category"][0]["coding"][0] == {
            "system": systems.PHYSICAL_ACTIVITY,
            "code": "PhysicalActivity",
        }


def test_training_is_ordered_as_exercise_therapy_with_the_trainer() -> None:
    """The guide's code for what is ordered; a trainer has no code in R4 and is said in words."""
    order = resources(adas())["ServiceRequest"]
    assert order["code"] == {"coding": [{"system": systems.SNOMED, "code": "229065009"}], "text": "Personal training"}
    assert order["performerType"] == {"text": "Personal trainer"}
    assert len(order["performer"]) == 1


def test_the_plan_holds_order_and_goals_together() -> None:
    """A plan that points nowhere is a note."""
    document = json.loads(prescription_bundle(adas()))
    at = {one["fullUrl"]: one["resource"]["resourceType"] for one in document["entry"]}
    plan = document["entry"][-1]["resource"]
    assert at[plan["activity"][0]["reference"]["reference"]] == "ServiceRequest"
    assert [at[one["reference"]] for one in plan["goal"]] == ["Goal"]


@pytest.mark.parametrize(
    ("measure", "unit", "code"),
    [
        ("Minutes a week of moderate to vigorous activity", "minutes", "82290-8"),
        ("minutes_a_week_of_moderate_to_vigorous_activity", None, "82290-8"),
        ("Minutes a week of moderate to vigorous activity", "hours", None),
        ("steps a day", "steps", "41950-7"),
        ("six-minute walk distance", "m", None),
    ],
)
def test_a_measure_is_coded_only_where_the_guide_means_just_this(
    measure: str, unit: str | None, code: str | None
) -> None:
    """A code with another meaning is worse than words."""
    goal = Goal(id="g", condition="back", measure=measure, unit=unit, target=Decimal(150))
    found = resources(adas().model_copy(update={"plan": TrainingPlan(goals=(goal,))}))
    (target,) = found["Goal"]["target"]
    assert [one["code"] for one in target["measure"].get("coding", [])] == ([code] if code else [])


def test_other_kinds_of_service_are_said_in_words() -> None:
    """Massage is no physical activity; the guide has no code for it."""
    order = adas().order.model_copy(update={"kind": ServiceKind.MASSAGE})
    assert resources(adas().model_copy(update={"order": order}))["ServiceRequest"]["code"] == {"text": "Massage"}


def test_nothing_of_accounts_claims_or_other_conditions_is_in_it() -> None:
    """Minimum necessary: a studio needs to know what to train, not who pays."""
    text = prescription_bundle(adas()).decode()
    assert "hsa" not in text.lower()
    assert "Claim" not in text


def test_an_order_that_is_not_there_is_named() -> None:
    """The message must say which orders there are."""
    with pytest.raises(RecordError, match="order1"):
        prescription_of(ada(), "order9")
