"""The remittance: to the cent, or it is said where not."""

import pytest

from necessity.domain.remittance import RemittedAdjustment
from necessity.errors import FormatError
from necessity.formats.x12_835.check import reverses
from necessity.formats.x12_835.read import read
from necessity.formats.x12_835.write import write
from tests.conftest import GOLDEN, Golden
from tests.messages import advice, message_835, remitted
from tests.strategies_claims import envelope


def checks(text: str) -> set[str]:
    return {finding.check for finding in read(text).findings}


def test_a_remittance_reads_back_as_it_was_written(golden: Golden) -> None:
    """The administrator's file and our reader must mean the same."""
    given = advice(remitted(), remitted("CHEN-2"), taken_cents=500)
    text = write([given], envelope(line_ends=True))
    golden.check(GOLDEN / "x12_835" / "two_claims.expected", text)
    found = read(text)
    assert found.findings == ()
    assert found.remittances == (given,)


@pytest.mark.parametrize(
    ("was", "now", "check"),
    [
        ("CAS*PR*2*16", "CAS*PR*2*15", "line_adds_up"),
        ("CAS*PR*2*16", "CAS*PR*2*15", "claim_adds_up"),
        ("CLP*CHEN-1*1*100*64*16", "CLP*CHEN-1*1*100*65*16", "claim_adds_up"),
        ("CLP*CHEN-1*1*100*64*16", "CLP*CHEN-1*1*100*64*17", "patient_share"),
        ("BPR*I*123*", "BPR*I*123.01*", "payment_adds_up"),
        ("*WO:OLD*5", "*WO:OLD*-5", "payment_adds_up"),
        ("CAS*CO*45*20", "CAS*CR*45*20", "code_not_used"),
        ("CAS*CO*45*20", "CAS*CO*18*20", "reason_group"),
        ("CAS*CO*45*20", "CAS*CO*16*20", "remark_missing"),
        ("CLP*CHEN-1*1*100*64", "CLP*CHEN-1*22*100*64", "reversal_signs"),
        ("20260504", "20260231", "no_such_day"),
    ],
)
def test_each_thing_that_does_not_fit_is_told(was: str, now: str, check: str) -> None:
    """Posting money that does not add up spoils every balance after it."""
    text = message_835()
    assert was in text
    assert check in checks(text.replace(was, now, 1))


def test_a_positive_provider_balance_lowers_the_payment() -> None:
    """The sign of a PLB is the oldest trap of this message."""
    assert "BPR*I*123*C" in message_835(advice(remitted(), remitted("CHEN-2"), taken_cents=500))
    assert "BPR*I*133*C" in message_835(advice(remitted(), remitted("CHEN-2"), taken_cents=-500))


def test_a_reversal_and_its_correction_balance() -> None:
    """An answer is taken back with its signs turned, then given anew."""
    original = remitted(paid_cents=6400)
    back = original.model_copy(
        update={
            "status": "22",
            "charged_cents": -10000,
            "paid_cents": -6400,
            "patient_owes_cents": None,
            "lines": (),
            "adjustments": tuple(
                one.model_copy(update={"amount_cents": -one.amount_cents}) for one in original.all_adjustments()
            ),
        }
    )
    assert reverses(original, back) == ()
    assert reverses(original, back.model_copy(update={"paid_cents": -6000})) != ()
    text = message_835(advice(back, remitted(paid_cents=7000, share_cents=1000)))
    assert read(text).findings == ()
    alone = message_835(advice(remitted("OTHER"), back))
    assert checks(alone) == {"reversal_alone"}


def test_reason_45_for_the_whole_charge_is_odd() -> None:
    """A charge above the allowed amount has an allowed amount."""
    wrong = RemittedAdjustment(group="CO", reason="45", amount_cents=10000)
    line = remitted().lines[0].model_copy(update={"adjustments": (wrong,), "paid_cents": 0})
    claim = remitted().model_copy(update={"lines": (line,), "paid_cents": 0, "patient_owes_cents": 0})
    assert checks(message_835(advice(claim))) == {"whole_charge"}


def test_what_does_not_add_up_is_not_written() -> None:
    """Strict: an administrator's file that is off by a cent never leaves."""
    with pytest.raises(FormatError, match="does not add up") as refused:
        message_835(advice(remitted(share_cents=1500)))
    assert any("does not add up" in fault for fault in refused.value.faults)


def test_the_corrected_claim_may_follow_and_line_numbers_come_back() -> None:
    """An answer finds its line by REF 6R."""
    (found,) = read(message_835(advice(remitted()))).remittances
    assert found.claims[0].lines[0].line_number == "CHEN-1-1"
