"""A letter as FHIR: the order says how often and why, and is in force only where somebody known has signed."""

import json
from typing import Any

import pytest

from necessity.domain.letter_draft import CodeStanding
from necessity.domain.signature import SignerLevel
from necessity.errors import FormatError
from necessity.formats.fhir.write import letter_bundle
from tests.fhir_documents import draft, signature


def resources(bundle: bytes) -> dict[str, Any]:
    """The last resource of each kind."""
    return {one["resource"]["resourceType"]: one["resource"] for one in json.loads(bundle)["entry"]}


def test_an_unsigned_letter_is_a_draft_order() -> None:
    """Nobody may train on an order that nobody gave."""
    found = resources(letter_bundle(draft()))
    assert found["ServiceRequest"]["status"] == "draft"
    assert "authoredOn" not in found["ServiceRequest"]
    assert found["Goal"]["lifecycleStatus"] == "proposed"
    assert "verificationStatus" not in found["Condition"]
    assert "Provenance" not in found


def test_a_signed_letter_is_an_active_order_with_its_signer() -> None:
    """What a chart takes over must say who stands behind it and since when."""
    found = resources(letter_bundle(draft(), signature(draft())))
    order = found["ServiceRequest"]
    assert (order["status"], order["intent"]) == ("active", "order")
    assert order["authoredOn"] == "2026-03-02T15:30:00+00:00"
    assert found["Provenance"]["signature"][0]["who"]["display"] == "Dr. Ghali"
    assert found["Provenance"]["entity"][0]["what"]["identifier"]["value"] == draft().sha256


def test_a_signature_from_an_address_the_patient_gave_leaves_the_order_a_draft() -> None:
    """Level 0 never puts a letter in force, and the document says what is known of the signer."""
    found = resources(letter_bundle(draft(), signature(draft(), SignerLevel.ADDRESS_FROM_PATIENT)))
    assert found["ServiceRequest"]["status"] == "draft"
    assert "authoredOn" not in found["ServiceRequest"]
    assert "nothing more is known" in found["Provenance"]["reason"][1]["text"]


def test_a_signature_under_another_draft_is_refused() -> None:
    """A changed letter under an old signature would be a forgery."""
    with pytest.raises(FormatError, match="under another draft"):
        letter_bundle(draft(weeks=24), signature(draft()))


def test_the_order_says_how_often_how_long_and_until_when() -> None:
    """Frequency, session length and duration are what payers look for first."""
    repeat = resources(letter_bundle(draft()))["ServiceRequest"]["occurrenceTiming"]["repeat"]
    assert repeat == {
        "boundsPeriod": {"start": "2026-03-09", "end": "2026-05-31"},
        "frequency": 2,
        "period": 1,
        "periodUnit": "wk",
        "duration": 45,
        "durationUnit": "min",
    }


def test_without_a_first_day_only_the_length_is_said() -> None:
    """A start that nobody stated is not made up."""
    repeat = resources(letter_bundle(draft(starts_on=None)))["ServiceRequest"]["occurrenceTiming"]["repeat"]
    assert repeat["boundsDuration"]["value"] == 12
    assert "boundsPeriod" not in repeat


def test_a_code_that_was_not_in_force_is_left_out() -> None:
    """The name of the condition stays; a code nobody could use that day would be refused by machines."""
    found = resources(letter_bundle(draft(code_standing=CodeStanding.NOT_VALID)))
    assert found["Condition"]["code"] == {"text": "chronic low back pain"}


def test_only_what_the_clinician_agreed_to_is_said_in_the_order() -> None:
    """The patient's own statement has its own signature; an unanswered one is nobody's word."""
    found = resources(letter_bundle(draft()))
    assert found["ServiceRequest"]["note"] == [{"text": "It is needed."}]


def test_a_goal_carries_its_baseline_its_target_and_its_day() -> None:
    """A goal that cannot be measured cannot be renewed."""
    found = resources(letter_bundle(draft()))
    (target,) = found["Goal"]["target"]
    assert target["detailQuantity"] == {"code": "m", "system": "http://unitsofmeasure.org", "unit": "m", "value": 500}
    assert target["dueDate"] == "2026-06-01"
    assert found["Observation"]["valueQuantity"]["value"] == 410
    assert found["Goal"]["description"]["text"] == "six-minute walk distance: from 410 to 500 m"


def test_a_number_that_cannot_be_is_refused_with_all_reasons() -> None:
    """Zero sessions a week is a slip of the pen, not an order."""
    with pytest.raises(FormatError, match="2 reasons") as refusal:
        letter_bundle(draft(sessions_per_week=0, weeks=-1))
    assert len(refusal.value.faults) == 2


def test_a_control_character_is_refused_with_its_place() -> None:
    """FHIR does not allow it, and taking it out in silence would change a signed text."""
    with pytest.raises(FormatError, match=r"Condition|entry.*U\+0007"):
        letter_bundle(draft(condition_name="back\x07pain"))
