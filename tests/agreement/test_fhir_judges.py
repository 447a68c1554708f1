"""Two outside readers of FHIR take every document we write: fhir.resources (R4B) and the npm package fhir (R4)."""

import json
import re
from collections.abc import Callable

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from necessity.domain.letter_draft import LetterDraft
from necessity.formats.fhir import systems
from necessity.formats.fhir.check import check
from necessity.formats.fhir.write import claim_bundle, letter_bundle, prescription_bundle
from tests.fhir_documents import claim, judged, signature
from tests.strategies_fhir import full_claims, letter_drafts, prescriptions

# R4 binds these elements to examples only, or lets others in: US code systems, and those of guides.
BEYOND_R4 = {
    systems.ICD_10_CM,
    systems.CPT,
    systems.HCPCS,
    systems.PLACE_OF_SERVICE,
    systems.TAXONOMY,
    systems.SNOMED,
    systems.LOINC,
    systems.DATA_ABSENT,
    systems.CARIN_CARE_TEAM_ROLE,
    systems.CARIN_IDENTIFIER_TYPE,
    systems.PHYSICAL_ACTIVITY,
    systems.CARE_PLAN_CATEGORY,
}


def _signed(draft: LetterDraft) -> bytes:
    return letter_bundle(draft, signature(draft))


def _claim(claim: object) -> bytes:
    return claim_bundle(claim, {one.control_number: b"%PDF-1.7" for one in claim.enclosures})


WRITERS: list[tuple[st.SearchStrategy[object], Callable[[object], bytes], int]] = [
    (full_claims(), _claim, 40),
    (letter_drafts(), letter_bundle, 25),
    (letter_drafts(), _signed, 25),
    (prescriptions(), prescription_bundle, 30),
]


def drawn(strategy: st.SearchStrategy[object], write: Callable[[object], bytes], count: int) -> list[bytes]:
    """Write a number of random documents."""
    documents: list[bytes] = []

    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def one(value: object) -> None:
        documents.append(write(value))

    one()
    return documents


@pytest.fixture(scope="module")
def documents() -> list[bytes]:
    return [document for writer in WRITERS for document in drawn(*writer)]


def test_the_model_of_r4b_takes_every_document(documents: list[bytes]) -> None:
    """fhir.resources knows the type of every element and which must be there."""
    assert len(documents) >= 100
    for document in documents:
        assert Bundle.model_validate_json(document).entry


def test_the_validator_of_r4_takes_every_document_and_every_code(documents: list[bytes]) -> None:
    """The npm package fhir knows the value sets: a code that is not in a required one is an error."""
    judgements = judged(documents)
    assert len(judgements) == len(documents)
    wrong, beyond = [], set()
    for message in (one for judgement in judgements for one in judgement):
        if message["severity"] in ("error", "fatal"):
            wrong.append(message)
        elif message["severity"] == "warning":
            system = re.search(r"\((\S+)\) not found in value set", message["message"])
            beyond.add(system[1] if system else message["message"])
    assert wrong == []
    assert beyond <= BEYOND_R4


def test_our_own_check_takes_every_document(documents: list[bytes]) -> None:
    """What two outsiders take, we must not refuse."""
    assert [finding for document in documents for finding in check(document)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status",), "nonsense"),
        (("use",), "sale"),
        (("item", 0, "sequence"), "one"),
        (("created",), "20 May"),
        (("unknown",), True),
    ],
)
def test_the_validator_would_find_a_fault(path: tuple[str | int, ...], value: object) -> None:
    """A judge that never says no proves nothing."""
    document = json.loads(claim_bundle(claim()))
    node = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Claim")
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    (judgement,) = judged([json.dumps(document).encode() + b"\n"])
    assert any(message["severity"] == "error" for message in judgement)
