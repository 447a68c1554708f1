"""`necessity read` says of a FHIR file what it says of any message."""

import io
import json

from necessity.formats.fhir.write import claim_bundle
from necessity.workflow.read_message import read_message
from tests.fhir_documents import claim as full_claim


def test_a_claim_bundle_is_read_like_any_message() -> None:
    """One command for every file a payer or a clinic sends."""
    claim = full_claim()
    summary = read_message(io.BytesIO(claim_bundle(claim)), "claim.json")
    assert summary.kind == "FHIR"
    assert summary.totals == {"claims": 1, "charged_cents": claim.total_cents}
    assert summary.claims[0]["claim"]["control_number"] == claim.control_number
    assert claim.control_number in summary.entries[0].title
    assert summary.required_findings == 0


def test_an_answer_with_nothing_paid_is_marked() -> None:
    """A refusal must be seen at a glance."""
    answer = {
        "resourceType": "ClaimResponse", "id": "a", "status": "active", "use": "claim", "outcome": "complete",
        "created": "2026-06-01", "type": {"text": "professional"}, "patient": {"display": "Ada"},
        "insurer": {"display": "Example Health"},
        "total": [
            {"category": {"coding": [{"code": "submitted"}]}, "amount": {"value": 85.0, "currency": "USD"}},
            {"category": {"coding": [{"code": "benefit"}]}, "amount": {"value": 0.0, "currency": "USD"}},
        ],
    }  # fmt: skip
    summary = read_message(io.BytesIO(json.dumps(answer).encode()), "answer.json")
    assert summary.totals["charged_cents"] == 8500
    assert summary.totals["paid_cents"] == 0
    assert summary.entries[0].mark == "bad"
