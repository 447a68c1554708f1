"""999, TA1 and 277CA: what was taken, what was not, and what to do next."""

import io

from necessity.domain.acknowledgement import ClaimAcknowledgement, Receipt, SetAcknowledgement
from necessity.formats.x12 import Walker
from necessity.formats.x12_277ca import layout as layout_277ca
from necessity.formats.x12_277ca.read import acknowledgements_in as claims_in
from necessity.formats.x12_999 import layout as layout_999
from necessity.formats.x12_999.read import acknowledgements_in, interchange_acknowledgement
from necessity.workflow.read_x12 import summarise
from tests.messages import message_277ca, message_999, message_ta1


def test_a_rejected_set_is_fixed_and_sent_again() -> None:
    """R is the set's, not the claim's: the form was wrong."""
    walker = Walker(io.BytesIO(message_999().encode()), (layout_999(),))
    first, second, group = acknowledgements_in(walker)
    assert isinstance(first, SetAcknowledgement)
    assert (first.receipt, first.set_number, group.group_number) == (Receipt.REJECTED, "0001", "1")
    assert "new control number" in first.next_step
    (fault,) = first.faults
    assert (fault.segment_id, fault.position, fault.element, fault.words) == ("NM1", 8, 9, "missing")
    assert fault.context == ("CLM01 CHEN-1",)
    assert second.receipt is Receipt.ACCEPTED
    assert "says nothing about payment" in second.next_step
    assert walker.findings.kept == []


def test_a_999_that_contradicts_itself_is_told() -> None:
    """A count that is off may hide a set that got lost."""
    odd = summarise(io.BytesIO(message_999().replace("AK9*P*2*2*1", "AK9*A*2*2*2").encode()))
    assert {one.check for one in odd.findings} == {"sets_counted", "answer_and_sets"}


def test_a_ta1_alone_is_valid_and_says_what_to_do() -> None:
    """A TA1 comes without any group; that is no fault."""
    summary = summarise(io.BytesIO(message_ta1().encode()))
    assert (summary.kind, summary.findings) == ("TA1", ())
    assert "Correct the envelope" in summary.next_steps[0]
    taken = interchange_acknowledgement(["TA1", "000000001", "260930", "1200", "A", "000"])
    assert (taken.receipt, taken.words) == (Receipt.ACCEPTED, "no error")


def test_an_accepted_claim_starts_the_clock_and_a_rejected_one_is_sent_anew() -> None:
    """A rejection at the door is no denial: it is corrected and sent as a new claim, never appealed."""
    walker = Walker(io.BytesIO(message_277ca().encode()), (layout_277ca(),))
    answers = [one for one in claims_in(walker) if isinstance(one, ClaimAcknowledgement)]
    taken, back = answers
    assert (taken.control_number, taken.starts_follow_up, taken.payer_claim_number) == ("CHEN-1", True, "PAYER77")
    assert (back.receipt, back.starts_follow_up) == (Receipt.REJECTED, False)
    assert "send a new claim (frequency 1). No appeal." in back.next_step
    assert back.lines[0].line_number == "CHEN-2-1"
    assert walker.findings.kept == []


def test_a_277ca_whose_action_contradicts_its_category_is_told() -> None:
    """A7 with WQ: one of the two is wrong, and money hangs on which."""
    odd = summarise(
        io.BytesIO(message_277ca().replace("STC*A7:562:85*20260930*U*170", "STC*A7:562:85*20260930*WQ*170").encode())
    )
    assert [one.check for one in odd.findings] == ["action"]
    strange = summarise(io.BytesIO(message_277ca().replace("STC*A2:20", "STC*F1:20").encode()))
    assert [one.check for one in strange.findings] == ["category"]


def test_the_most_pressing_step_comes_first() -> None:
    """A person reads one line and acts."""
    assert "send a new claim" in summarise(io.BytesIO(message_277ca().encode())).next_steps[0]
