"""A letter, a prescription and a claim as FHIR, laid out for a person to read."""

import json
from pathlib import Path

import pytest

from necessity.formats.fhir.write import claim_bundle, letter_bundle, prescription_bundle, prescription_of
from tests.cast import ada
from tests.conftest import Golden
from tests.fhir_documents import claim, draft, signature

HERE = Path(__file__).parent
DOCUMENTS = {
    "letter": lambda: letter_bundle(draft(), signature(draft())),
    "prescription": lambda: prescription_bundle(prescription_of(ada(), "order1")),
    "claim": lambda: claim_bundle(claim(), {"c1-letter": b"%PDF-1.7 Letter of Dr. Ghali"}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_the_one_a_person_has_read(name: str, golden: Golden) -> None:
    """The same record gives the same bytes. Amounts are shown as texts, with the digits they are written with."""
    written = DOCUMENTS[name]()
    assert written == DOCUMENTS[name]()
    shown = json.dumps(json.loads(written, parse_float=str), indent=1, ensure_ascii=False, sort_keys=True)
    # the draft's own digest changes with every new field of a draft, and says nothing about the document
    shown = shown.replace(draft().sha256, "SHA-256 of the draft")
    golden.check(HERE / f"{name}.expected", shown + "\n")
