"""Which claims were in a message: a 999, a TA1, a 277CA find them, and nobody else's."""

import io
from datetime import date

import pytest

from necessity.domain.answer import Acknowledgement, WhyUnplaced
from necessity.domain.case import Case
from necessity.domain.claim import ClaimState
from necessity.domain.next_step import Standing, StepKind
from necessity.domain.sent_message import SentMessage
from necessity.errors import FormatError
from necessity.formats.x12_837p.write import write
from necessity.workflow.next_step import follow
from necessity.workflow.post_answers import Fate, Posting, post_answers
from necessity.workflow.posting.read_answers import read_answers
from necessity.workflow.sent_messages import messages_in, used_number
from tests import answers as told
from tests.messages import claim as full
from tests.messages import message_277ca, message_835, message_999, message_999_on, message_ta1
from tests.strategies_claims import envelope

ON = date(2026, 10, 2)


def case() -> Case:
    """Two claims of the case, both sent; a third one was never in a message."""
    filed = {"state": ClaimState.DRAFT}
    return told.case(*(told.claim(id, **filed) for id in ("CHEN-1", "CHEN-2", "CHEN-9")))


def sent(*numbers: str, number: int = 1, **changes: object) -> SentMessage:
    """Write claims as a message, and read which ones are in it."""
    changed = {"group_number": number, "receiver_id": "CLEARINGHOUSE", **changes}
    text = write([full(one) for one in numbers], envelope(number)._replace(**changed))
    (message,) = messages_in(text.encode(), case())
    return message


def post(text: str, *messages: SentMessage, to: Case | None = None, on: date = ON) -> Posting:
    """Post a file of answers."""
    record = to or case()
    read = read_answers(io.BytesIO(text.encode()), "answer.x12", record, None, messages)
    return post_answers(record, read.answers, on, messages)


def fates(posting: Posting) -> list[tuple[str | None, bool | None]]:
    return [(one.claim, one.answer.is_accepted) for one in posting.answers if one.fate is Fate.POSTED]


def acknowledged(posting: Posting) -> dict[str, Acknowledgement]:
    return {one.claim: one for one in posting.case.acknowledgements}


def test_a_message_says_which_claims_of_the_case_are_in_it() -> None:
    """Read back from the message itself; a claim of somebody else in it stays out of this record."""
    message = sent("CHEN-1", "CHEN-2", "OTHER-5")
    assert [(one.claim, one.control_number) for one in message.claims] == [("CHEN-1", "CHEN-1"), ("CHEN-2", "CHEN-2")]
    assert (message.number, message.receiver_id) == (1, "CLEARINGHOUSE")
    assert (message.written_on, message.is_test) == (date(2026, 9, 30), False)
    assert [(one.group_number, one.set_number) for one in message.sets] == [("1", "0001")]
    entry = used_number(message, case())
    assert (entry.number, entry.receiver_id, entry.claims) == (1, "CLEARINGHOUSE", ("CHEN-1", "CHEN-2"))


def test_what_is_no_claim_message_holds_none() -> None:
    """The outbox takes files of every kind."""
    assert messages_in(b"%PDF-1.7 ...", case()) == ()
    assert messages_in(message_835().encode(), case()) == ()
    with pytest.raises(FormatError, match="cannot be kept account of"):
        messages_in(write([full()], envelope()).replace("*000000001*1*P", "*00000000A*1*P").encode(), case())


def test_a_999_reaches_every_claim_of_its_set() -> None:
    """It names a group and a set only; without this nobody knows that the claim has to be sent again."""
    message = sent("CHEN-1", "CHEN-2", number=7)
    yes = post(message_999_on(7, "A"), message)
    assert fates(yes) == [("CHEN-1", True), ("CHEN-2", True)]
    no = post(message_999_on(7, "R"), message)
    assert fates(no) == [("CHEN-1", False), ("CHEN-2", False)]
    assert acknowledged(no)["CHEN-1"].message == "000000007"
    assert "message 000000007: 837 set 0001: rejected" in str(acknowledged(no)["CHEN-1"].reason)


def test_a_claim_named_in_a_rejected_set_takes_the_others_with_it() -> None:
    """A set is refused whole: the claim without a fault was not taken in either."""
    message = sent("CHEN-1", "CHEN-2", number=1)
    posting = post(message_999(), message)
    assert fates(posting) == [("CHEN-1", False), ("CHEN-2", False)]
    kept = [one for one in posting.answers if one.fate is Fate.KEPT_ASIDE]
    assert [one.answer.why for one in kept] == [WhyUnplaced.NO_SUCH_CLAIM]  # about set 0002, never written here
    assert "because of claim CHEN-1" in str(acknowledged(posting)["CHEN-2"].reason)
    assert [one.message for one in posting.case.acknowledgements] == ["000000001"] * 2


def test_a_message_with_a_claim_that_is_not_in_the_record_is_kept_until_it_is() -> None:
    """Written from a draft that nobody kept: the answer waits."""
    message = sent("CHEN-1", number=7)
    without = told.case(told.claim(id="CHEN-2"))
    early = post(message_999_on(7, "R"), message, to=without)
    assert [one.fate for one in early.answers] == [Fate.KEPT_ASIDE]
    record = early.case.model_copy(update={"claims": case().claims})
    late = post_answers(record, (), ON, (message,))
    assert [(one.claim, one.fate) for one in late.answers] == [("CHEN-1", Fate.POSTED)]
    assert post_answers(late.case, (), ON, (message,)).case == late.case


def test_a_ta1_reaches_every_claim_of_its_interchange() -> None:
    """An envelope that could not be read held nothing."""
    message = sent("CHEN-1", "CHEN-2")
    assert fates(post(message_ta1("R", "004"), message)) == [("CHEN-1", False), ("CHEN-2", False)]
    assert fates(post(message_ta1("A", "000"), message)) == [("CHEN-1", True), ("CHEN-2", True)]


def test_form_and_envelope_do_not_start_the_payers_clock() -> None:
    """A clearinghouse that can read a file says nothing about when the payer had it."""
    message = sent("CHEN-1", number=7)
    made = post(message_999_on(7, "A"), message)
    (claim, *_) = made.case.claims
    assert (claim.state, claim.received_on) == (ClaimState.FILED, None)
    standing = {one.claim: one for one in follow(made.case, ON).claims}["CHEN-1"]
    assert (standing.standing, standing.next.kind) == (Standing.SENT, StepKind.ASK_ARRIVAL)
    assert "Its form was accepted on 2 Oct 2026" in standing.says
    taken = post(message_277ca(), message, to=made.case)
    assert taken.case.claims[0].received_on == date(2026, 9, 30)


def test_a_rejected_claim_is_to_be_sent_again_and_then_stands_by_the_later_message() -> None:
    """Refused in the morning, mended, sent and accepted in the afternoon: the last word is about the last sending."""
    first, second = sent("CHEN-1", number=7), sent("CHEN-1", number=8)
    refused = post(message_999_on(7, "R"), first).case
    standing = {one.claim: one for one in follow(refused, ON).claims}["CHEN-1"]
    assert (standing.standing, standing.next.kind) == (Standing.NOT_TAKEN_IN, StepKind.RESEND)
    again = post(message_999_on(8, "A"), first, second, to=refused)
    assert again.case.claims[0].state is ClaimState.FILED
    assert {one.claim: one.standing for one in follow(again.case, ON).claims}["CHEN-1"] is Standing.SENT


def test_an_answer_read_twice_is_told_and_moves_nothing() -> None:
    """The same file is fetched twice."""
    message = sent("CHEN-1", "CHEN-2", number=7)
    once = post(message_999_on(7), message)
    twice = post(message_999_on(7), message, to=once.case)
    assert [one.fate for one in twice.answers] == [Fate.POSTED_BEFORE] * 2
    assert twice.case == once.case


@pytest.mark.parametrize(
    "changes",
    [{"number": 6}, {"receiver_id": "OTHERHOUSE"}],
    ids=["another number", "another receiver"],
)
def test_an_answer_about_another_message_is_kept_and_shown(changes: dict[str, object]) -> None:
    """Numbers are counted for each receiver: the same one elsewhere is another message."""
    message = sent("CHEN-1", **changes)  # type: ignore[arg-type]
    for text in (message_999_on(7), message_ta1("R", number=7)):
        (one,) = post(text, message.model_copy(update={"number": changes.get("number", 7)})).answers
        assert (one.fate, one.answer.why) == (Fate.KEPT_ASIDE, WhyUnplaced.NO_SUCH_CLAIM)


def test_what_was_kept_aside_is_settled_once_the_message_is_known() -> None:
    """A message written elsewhere is put into the outbox after its answer came."""
    early = post(message_999_on(7, "R"))
    assert [one.settled_by for one in early.case.unplaced_answers] == [None]
    late = post_answers(early.case, (), ON, (sent("CHEN-1", "CHEN-2", number=7),))
    assert [(one.claim, one.fate) for one in late.answers] == [("CHEN-1", Fate.POSTED), ("CHEN-2", Fate.POSTED)]
    assert [one.settled_by is None for one in late.case.unplaced_answers] == [False]
    assert Case.model_validate(late.case.model_dump()) == late.case


def test_an_answer_about_a_test_says_nothing_about_the_claim() -> None:
    """A test that passes was never a claim."""
    message = sent("CHEN-1", number=7, is_test=True)
    posting = post(message_999_on(7, "A"), message)
    assert fates(posting) == [("CHEN-1", None)]
    assert posting.case.claims[0].state is ClaimState.DRAFT
    assert "(a test)" in str(acknowledged(posting)["CHEN-1"].reason)
