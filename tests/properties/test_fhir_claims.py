"""What is written as FHIR comes back, for every claim that random tests can build, and outside readers take it."""

import json
from decimal import Decimal

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.domain.full_claim import FullClaim
from necessity.formats.fhir.check import check
from necessity.formats.fhir.reading.carried import carried
from necessity.formats.fhir.reading.claim import read_claim
from necessity.formats.fhir.writing.claim import ClaimUse, claim_bundle
from tests.strategies_fhir import files_of, full_claims


@given(st.data(), full_claims(), st.sampled_from(ClaimUse))
def test_a_claim_written_as_fhir_is_read_back_whole(data: st.DataObject, claim: FullClaim, use: ClaimUse) -> None:
    """One claim, one meaning: what the payer reads is what we wrote."""
    files = data.draw(files_of(claim))
    written = claim_bundle(claim, files, use=use)
    read = read_claim(written)
    assert read.findings == ()
    assert read.claim == carried(claim)
    assert read.use is use
    assert read.files == files
    assert claim_bundle(claim, files, use=use) == written
    assert check(written) == ()


@given(full_claims())
def test_what_a_document_carries_is_carried_again(claim: FullClaim) -> None:
    """A claim that came in as FHIR goes out again without losing anything more."""
    once = carried(claim)
    assert carried(once) == once


@given(full_claims())
def test_totals_are_exact_to_the_cent(claim: FullClaim) -> None:
    """A total that is a binary fraction off is a refused claim."""
    document = json.loads(claim_bundle(claim), parse_float=Decimal)
    found = next(e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == "Claim")
    assert found["total"]["value"] * 100 == claim.total_cents
    assert sum(item["net"]["value"] for item in found["item"]) == found["total"]["value"]


@settings(max_examples=40)
@given(full_claims())
def test_an_independent_model_of_r4b_takes_every_claim(claim: FullClaim) -> None:
    """fhir.resources knows each element's type and what must be there."""
    files = {enclosure.control_number: b"%PDF-" for enclosure in claim.enclosures}
    assert Bundle.model_validate_json(claim_bundle(claim, files)).entry
