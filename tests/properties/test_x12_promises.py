"""Promises of the X12 messages: round trips, outside judges who accept what we write, no damage that breaks us."""

import io
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.domain.full_claim import FullClaim
from necessity.formats.x12_835.read import read as read_835
from necessity.formats.x12_837p.carried import carried
from necessity.formats.x12_837p.read import read
from necessity.formats.x12_837p.write import write
from tests.messages import advice, claim, damaged, dependent, message_835, read_or_refuse, remitted
from tests.strategies_claims import envelope, full_claims, secondary_claims

many = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
few = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
claims = st.lists(full_claims(), min_size=1, max_size=3)


def accepted_by_pyx12(text: str) -> bool:
    """Ask pyx12, through its API: its command ends with 1 on success."""
    params = pytest.importorskip("pyx12.params")
    document = pytest.importorskip("pyx12.x12n_document")
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    logging.disable(logging.CRITICAL)
    try:
        return bool(document.x12n_document(params.params(), io.StringIO(text), None, None))
    finally:
        logging.disable(logging.NOTSET)


@many
@given(claims)
def test_reading_gives_back_what_was_written(given_claims: list[FullClaim]) -> None:
    """What the message carries comes back whole, without findings above advice; carried twice is carried once."""
    found = read(write(given_claims, envelope()))
    assert found.claims == tuple(carried(one) for one in given_claims)
    assert [finding for finding in found.findings if finding.weight == "required"] == []
    assert tuple(carried(one) for one in found.claims) == found.claims


@few
@given(claims)
def test_pyx12_accepts_every_claim_we_write(given_claims: list[FullClaim]) -> None:
    """A judge who knows the guide and does not know us."""
    text = write(given_claims, envelope())
    assert accepted_by_pyx12(text), text.replace("~", "~\n")


@many
@given(secondary_claims())
def test_what_other_payers_decided_comes_back_and_adds_up(one: FullClaim) -> None:
    """A second payer pays by what the first one decided: not a cent of it may be lost on the way."""
    found = read(write([one], envelope()))
    assert found.claims == (carried(one),)
    assert [finding for finding in found.findings if finding.weight == "required"] == []


@few
@given(secondary_claims())
def test_pyx12_accepts_every_secondary_claim_we_write(one: FullClaim) -> None:
    """The loops of other payers are the easiest to get wrong."""
    text = write([one], envelope())
    assert accepted_by_pyx12(text), text.replace("~", "~\n")


def test_x12sdk_reads_the_same_totals() -> None:
    """A second judge, for the money."""
    io_ = pytest.importorskip("x12sdk.io")
    text = write([claim(), dependent(), claim("CHEN-3")], envelope())
    text = text.replace("005010X222A1", "005010X222A2")  # the edition it writes and reads
    with io_.X12ModelReader(text) as reader:
        (model,) = list(reader.models())
    found = [(one.patient_control_number, one.charge) for one in model.claims()]
    assert found == [("CHEN-1", 170), ("CHEN-2", 170), ("CHEN-3", 170)]


def test_oxedi_agrees_on_the_sums_of_a_remittance() -> None:
    """A third judge, for what came back."""
    oxedi = pytest.importorskip("oxedi")
    text = message_835(advice(remitted(), remitted("CHEN-2", 7000, 1000), taken_cents=500))
    parsed = oxedi.parse(text.encode())
    (ours,) = read_835(text).remittances
    assert (
        int(parsed.sum_payments() * 100) == ours.payment.paid_cents == sum(one.paid_cents for one in ours.claims) - 500
    )
    assert (parsed.count_claims(), list(parsed.diagnostics)) == (2, [])
    assert accepted_by_pyx12(text)


def test_two_thousand_damaged_messages_are_read_or_refused() -> None:
    """Bytes dropped, doubled, swapped, separators changed: never a traceback. The tool runs a hundred thousand."""
    kinds = {read_or_refuse(message) for message in damaged(seed=835, count=2_000)}
    assert "refused" in kinds
    assert {"837P", "835", "999", "277CA", "TA1"} <= kinds


@pytest.mark.parametrize("kind", ["837P", "835"])
def test_damaged_claims_and_remittances_are_read_or_refused(kind: str) -> None:
    """With other payers' decisions, reversals and the provider's balance in them. The tool runs fifty thousand each."""
    kinds = {read_or_refuse(message) for message in damaged(seed=8377, count=400, kind=kind)}
    assert {kind, "refused"} <= kinds
