"""A claim as FHIR: exact, whole, and refused with every reason where it cannot be said."""

import json
from datetime import date
from typing import Any

import pytest

from necessity.domain.full_claim import ClaimProvider, Frequency, Name, RelationToSubscriber
from necessity.errors import FormatError
from necessity.formats.fhir.read import read_claim
from necessity.formats.fhir.reading.carried import carried
from necessity.formats.fhir.write import ClaimUse, claim_bundle
from tests.fhir_documents import claim

PDF = b"%PDF-1.7 a signed letter, byte for byte"


def bundle(document: bytes) -> dict[str, list[dict[str, Any]]]:
    """The resources by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(document)["entry"]:
        found.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    return found


def changed(document: bytes, kind: str, **elements: object) -> bytes:
    """The document with some elements of one resource replaced; None takes one out."""
    loaded = json.loads(document)
    resource = next(one["resource"] for one in loaded["entry"] if one["resource"]["resourceType"] == kind)
    for name, value in elements.items():
        resource.pop(name, None) if value is None else resource.update({name: value})
    return json.dumps(loaded).encode()


def test_amounts_are_dollars_with_two_decimals_as_json_numbers() -> None:
    """85.10 + 85.20 is 170.30 and never 170.29999999999998."""
    document = claim_bundle(claim()).decode()
    assert '"total":{"currency":"USD","value":170.30}' in document
    assert '"net":{"currency":"USD","value":85.10}' in document


def test_procedures_and_modifiers_name_their_own_system() -> None:
    """CPT and HCPCS are two systems; a payer's machine looks a code up in the one named."""
    (found,) = bundle(claim_bundle(claim()))["Claim"]
    assert found["item"][0]["productOrService"]["coding"][0]["system"] == "http://www.ama-assn.org/go/cpt"
    assert "HCPCS" in found["item"][0]["modifier"][0]["coding"][0]["system"]
    assert found["item"][0]["locationCodeableConcept"]["coding"][0]["code"] == "11"


def test_the_letter_travels_whole() -> None:
    """A sealed PDF that lost a byte is no longer sealed."""
    document = claim_bundle(claim(), {"c1-letter": PDF})
    assert read_claim(document).files == {"c1-letter": PDF}
    papers = bundle(document)["DocumentReference"]
    assert papers[0]["content"][0]["attachment"]["contentType"] == "application/pdf"
    assert "url" not in papers[1]["content"][0]["attachment"]


def test_a_replacement_names_the_payers_number_and_a_void_takes_back() -> None:
    """R4 has no frequency code: a related claim says replacement, a cancelled status says void."""
    first, again, void = (
        bundle(claim_bundle(claim(frequency=frequency, payer_claim_number=number)))["Claim"][0]
        for frequency, number in ((Frequency.FIRST, None), (Frequency.REPLACEMENT, "P1"), (Frequency.VOID, "P1"))
    )
    assert "related" not in first
    assert again["related"][0]["claim"]["identifier"]["value"] == "P1"
    assert (again["status"], void["status"]) == ("active", "cancelled")


def test_the_use_can_be_an_estimate_or_a_preauthorisation() -> None:
    """What is asked must not be mistaken for a bill."""
    for use in ClaimUse:
        (found,) = bundle(claim_bundle(claim(), use=use))["Claim"]
        assert found["use"] == use.value


def test_everything_that_cannot_be_said_is_named_at_once() -> None:
    """One round of corrections, not five."""
    line = claim().lines[0].model_copy(update={"diagnosis_pointers": (2,), "modifiers": ("GPX",)})
    wrong = claim(
        lines=(line, line),
        filed_on=None,
        frequency=Frequency.REPLACEMENT,
        relation=RelationToSubscriber.SELF,
        subscriber=claim().patient.model_copy(update={"phone": None}),
        service_facility=ClaimProvider(name=Name(last="Eli")),
    )
    with pytest.raises(FormatError) as refusal:
        claim_bundle(wrong, {"other": b"x", "c1-letter": b""})
    text = "; ".join(refusal.value.faults)
    for words in (
        "filed_on",
        "payer's number",
        "written differently",
        "named as a person",
        "other, which the claim does not list",
        "c1-letter is empty",
        "used twice",
        "points at diagnosis 2, but the claim lists only 1",
        "'GPX'",
    ):
        assert words in text, words


def test_a_first_claim_with_an_earlier_number_is_refused() -> None:
    """Either the number or the frequency is wrong, and only a person knows which."""
    with pytest.raises(FormatError, match="first claim"):
        claim_bundle(claim(payer_claim_number="P1"))


def test_what_is_not_carried_is_said() -> None:
    """The filing indicator is X12's own; a place on the claim is written on each line."""
    read = read_claim(claim_bundle(claim())).claim
    assert read == carried(claim())
    assert read is not None
    assert [line.place_of_service for line in read.lines] == ["11", "11"]


@pytest.mark.parametrize(
    ("kind", "elements", "words"),
    [
        ("Claim", {"identifier": None}, "its own number"),
        ("Claim", {"item": None}, "service line"),
        ("Claim", {"provider": None}, "who is paid"),
        ("Claim", {"patient": {"reference": "urn:uuid:nobody"}}, "not in the file"),
        ("Claim", {"identifier": [{"value": "x" * 21}]}, "21 characters"),
        ("Coverage", {"type": None}, "funding source"),
    ],
)
def test_a_claim_without_something_needed_is_not_half_kept(kind: str, elements: dict[str, Any], words: str) -> None:
    """Half a claim in the record would be posted as a whole one."""
    read = read_claim(changed(claim_bundle(claim()), kind, **elements))
    assert read.claim is None
    assert any(words in finding.message for finding in read.findings)


def test_a_wrong_provider_number_is_left_out_and_said() -> None:
    """Payers' files hold sample numbers that fail the check digit."""
    document = claim_bundle(claim()).replace(b"1234567893", b"1234567890")
    read = read_claim(document)
    assert read.claim is not None
    assert read.claim.rendering_provider is not None
    assert read.claim.rendering_provider.npi is None
    assert any("last digit" in finding.message for finding in read.findings)


def test_a_diagnosis_pointer_that_leads_nowhere_is_said() -> None:
    """A line that treats nothing is a denial in waiting."""
    document = json.loads(claim_bundle(claim()))
    found = next(one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == "Claim")
    found["item"][0]["diagnosisSequence"] = [7]
    read = read_claim(json.dumps(document).encode())
    assert any(finding.where.endswith("item[0].diagnosisSequence") for finding in read.findings)


def test_a_patient_named_in_one_piece_is_read() -> None:
    """Many systems write the whole name as text."""
    read = read_claim(changed(claim_bundle(claim()), "Patient", name=[{"text": "C Q Chen"}]))
    assert read.claim is not None
    assert read.claim.patient.name == Name(last="Chen", first="C", middle="Q")


def test_a_file_without_a_claim_says_so() -> None:
    """Silence would look like success."""
    read = read_claim(b'{"resourceType": "Patient"}')
    assert read.claim is None
    assert [finding.rule for finding in read.findings] == ["fhir.claim"]


def test_an_hsa_line_without_a_procedure_code_stays_without_one() -> None:
    """Papers for accounts carry no procedure code; R4 wants the element, so it says not applicable."""
    plain = claim().lines[0].model_copy(update={"procedure_code": None, "modifiers": (), "words": "Training session"})
    written = claim_bundle(claim(lines=(plain,)))
    (found,) = bundle(written)["Claim"]
    assert found["item"][0]["productOrService"]["coding"][0]["code"] == "not-applicable"
    read = read_claim(written).claim
    assert read is not None
    assert read.lines[0].procedure_code is None


def test_the_days_of_service_bound_the_claim() -> None:
    """The billable period is what the lines say, not what somebody typed."""
    (found,) = bundle(claim_bundle(claim()))["Claim"]
    assert found["billablePeriod"] == {"start": date(2026, 5, 4).isoformat(), "end": date(2026, 5, 7).isoformat()}
