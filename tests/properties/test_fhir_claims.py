"""What is written as FHIR comes back, for every claim that random tests can build."""

import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.domain.full_claim import FullClaim
from necessity.formats.fhir.check import check
from necessity.formats.fhir.read import read_claim
from necessity.formats.fhir.reading.carried import carried
from necessity.formats.fhir.write import ClaimUse, claim_bundle
from tests.strategies_fhir import files_of, full_claims


def _totals_are_exact(claim: FullClaim, written: bytes) -> bool:
    document = json.loads(written, parse_float=Decimal)
    found = next(e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == "Claim")
    total = found["total"]["value"]
    return total * 100 == claim.total_cents and sum(item["net"]["value"] for item in found["item"]) == total


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), full_claims(), st.sampled_from(ClaimUse))
def test_a_claim_written_as_fhir_is_read_back_whole(data: st.DataObject, claim: FullClaim, use: ClaimUse) -> None:
    """One claim, one meaning: what the payer reads is what we wrote, to the cent, and always the same bytes."""
    files = data.draw(files_of(claim))
    written = claim_bundle(claim, files, use=use)
    read = read_claim(written)
    assert read.findings == ()
    assert read.claim == carried(claim)
    assert read.use is use
    assert read.files == files
    assert claim_bundle(claim, files, use=use) == written
    assert check(written) == ()
    assert _totals_are_exact(claim, written)
    assert carried(carried(claim)) == carried(claim)
