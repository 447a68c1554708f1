"""The check finds what is wrong with a document; the door says what is FHIR at all."""

import json
from typing import Any

import pytest

from necessity.errors import FormatError
from necessity.formats.fhir.check import check
from necessity.formats.fhir.read import FhirReading, read, recognises, summary
from necessity.formats.fhir.write import claim_bundle
from tests.fhir_documents import claim


def spoiled(*path: str | int, to: object) -> bytes:
    """Chen's claim with one place changed, or taken out where `to` is None."""
    document = json.loads(claim_bundle(claim()))
    node: Any = next(one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == "Claim")
    for step in path[:-1]:
        node = node[step]
    if to is None:
        del node[path[-1]]
    else:
        node[path[-1]] = to
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        (spoiled("priority", to=None), "required", "priority"),
        (spoiled("item", 0, "servicedDate", to=None), "required", "servicedDate or servicedPeriod"),
        (spoiled("status", to="nonsense"), "code", "nonsense"),
        (spoiled("total", "currency", to="EUR"), "code", "EUR"),
        (spoiled("type", "coding", 0, "system", to="urn:x"), "system", "claim-type"),
        (spoiled("item", 0, "diagnosisSequence", to=[9]), "sequence", "names 9"),
        (spoiled("item", 0, "careTeamSequence", to=[9]), "sequence", "names 9"),
        (spoiled("item", 1, "sequence", to=1), "sequence", "used twice"),
        (spoiled("insurance", 0, "focal", to=False), "focal", "0 insurances"),
        (spoiled("total", "value", to=170.31), "total", "17030 cents"),
        (spoiled("patient", "reference", to="urn:uuid:nobody"), "reference", "not in the file"),
        (b"{}", "resource", "resourceType"),
        (b'{"resourceType":"Bundle"}', "resource", "no FHIR resource"),
    ],
)
def test_each_planted_fault_is_found(content: bytes, rule: str, words: str) -> None:
    """What a payer's front end refuses is found before it is sent."""
    found = [finding for finding in check(content) if finding.rule == f"fhir.{rule}"]
    assert any(words in finding.message for finding in found)


def test_a_sound_document_has_no_findings() -> None:
    """A check that always complains is not read."""
    assert check(claim_bundle(claim(), {"c1-letter": b"%PDF-1.7"})) == ()


@pytest.mark.parametrize(
    ("content", "is_fhir"),
    [
        (b'\xef\xbb\xbf  {"resourceType":"Claim"}', True),
        ('{"resourceType":"Claim"}'.encode("utf-16"), True),
        (b'[{"resourceType":"Claim"}]', True),
        (b'<Claim xmlns="http://hl7.org/fhir"/>', True),
        (b'{"a": 1}', False),
        (b"<html/>", False),
        (b"ISA*00*          *", False),
        (b"%PDF-1.7", False),
        (b"", False),
    ],
)
def test_fhir_is_told_from_other_files(content: bytes, is_fhir: bool) -> None:
    """`necessity read` asks each format in turn."""
    assert recognises(content) is is_fhir


def test_xml_and_rubbish_are_refused_with_what_to_do() -> None:
    """FHIR comes as XML too; the sender can nearly always give JSON."""
    for content, words in (
        (b'<Claim xmlns="http://hl7.org/fhir"/>', "XML"),
        (b"{oops", "line 1, column 2"),
        (b"", "JSON"),
    ):
        with pytest.raises(FormatError, match=words) as refusal:
            read(content)
        assert refusal.value.next_step


def test_the_summary_of_a_claim_names_its_papers() -> None:
    """A person sees at once whether the letter is really in it."""
    lines = summary(read(claim_bundle(claim(), {"c1-letter": b"%PDF-1.7"})))
    assert lines[1:] == [
        "Claim c1 to Example Health: 2 service lines, $170.30",
        "  enclosed: Letter of Dr. Ghali (with its file)",
        "  enclosed: receipt (announced only)",
    ]


def test_half_a_letter_is_replaced_wherever_it_stands() -> None:
    """JSON can spell halves of surrogate pairs; nobody can print or store them."""
    half = "\\ud800" * 50
    content = f'{{"resourceType": "ClaimResponse", "disposition": "{half}", "item": "{half}"}}'.encode()
    "\n".join(summary(read(content))).encode()


def test_a_reading_can_be_kept_as_json_with_its_files() -> None:
    """`--json` must not stumble over a PDF."""
    content = b"%PDF-1.7 \xff\x00\xfe"
    reading = read(claim_bundle(claim(), {"c1-letter": content}))
    again = FhirReading.model_validate_json(reading.model_dump_json())
    assert again.claims[0].files == {"c1-letter": content}
