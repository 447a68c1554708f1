"""What a payer changes of its payments to a provider: kept, shown, and no balance of a claim moves by it."""

import io
from datetime import date

import pytest

from necessity.domain.answer import WhyUnplaced
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.ledger import ClaimLedger
from necessity.domain.remittance import ProviderAdjustment, RemittedClaim
from necessity.workflow.next_step import follow
from necessity.workflow.post_answers import Fate, Posting, post_answers
from necessity.workflow.posting.read_answers import ReadAnswers, read_answers
from necessity.workflow.posting.refusals import write_offs
from tests import answers as told
from tests.messages import NPI, advice, message_835, remitted, reversal

ON = date(2026, 6, 10)


def case() -> Case:
    return told.case(told.claim(id="CHEN-1"), told.claim(id="CHEN-2"))


def change(reason: str, cents: int, reference: str | None = None) -> ProviderAdjustment:
    """One PLB."""
    year = date(2026, 12, 31)
    return ProviderAdjustment(
        provider_id=NPI, year_ends_on=year, reason=reason, reference=reference, amount_cents=cents
    )


def paid(*changes: ProviderAdjustment, claims: tuple[RemittedClaim, ...] = (), trace: str = "T1") -> str:
    """A remittance that adds up, with changes at the provider's level."""
    made = advice(*(claims or (remitted("CHEN-1"),)))
    total = sum(one.paid_cents for one in made.claims) - sum(one.amount_cents for one in changes)
    payment = made.payment.model_copy(update={"paid_cents": abs(total), "is_debit": total < 0, "trace_number": trace})
    return message_835(made.model_copy(update={"payment": payment, "provider_adjustments": changes}))


def read(text: str, record: Case | None = None) -> ReadAnswers:
    return read_answers(io.BytesIO(text.encode()), "eob.835", record or case())


def post(text: str, record: Case | None = None) -> Posting:
    return post_answers(record or case(), read(text, record).answers, ON)


def money(posting: Posting, claim: str = "CHEN-1") -> ClaimLedger:
    return ledger_of(posting.case, write_offs()).claim(claim)


@pytest.mark.parametrize(
    "reference",
    ["CHEN-1", "chen-1", "PAYER-CHEN-1", "CHEN-120260504 PAYER-CHEN-1", "CHEN-1 20260504"],
)
def test_a_change_that_names_a_claim_stands_beside_it_and_moves_no_balance(reference: str) -> None:
    """Our number, the payer's, or both in one text: each payer has its way."""
    without, with_it = post(paid()), post(paid(change("WO", 500, reference)))
    told_of = money(with_it).provider_changes
    assert [(one.reason, one.amount_cents) for one in told_of] == [("WO", 500)]
    assert money(with_it).model_copy(update={"provider_changes": ()}) == money(without)
    assert ledger_of(with_it.case).provider_changes == ()
    assert with_it.case.provider_amounts[0].trace_number == "T1"


def test_a_change_without_a_claim_is_kept_apart_and_shown() -> None:
    """A balance carried forward belongs to nobody's claim, yet the cheque is short by it."""
    posting = post(paid(change("FB", -700, "BAL-1"), change("L6", -25), change("WO", 300, "SOMEBODY")))
    ledger = ledger_of(posting.case)
    assert [(one.reason, one.amount_cents, one.reference) for one in ledger.provider_changes] == [
        ("FB", -700, "BAL-1"),
        ("L6", -25, None),
        ("WO", 300, "SOMEBODY"),
    ]
    assert all(one.fate is Fate.POSTED for one in posting.answers)
    said = follow(posting.case, ON).provider_changes
    assert said[1] == "$0.25 added to the provider's payment (L6: interest)"
    assert said[2].endswith("(WO: an overpayment is taken back), refers to SOMEBODY")


def test_two_alike_in_one_payment_are_two_and_the_file_posted_again_is_none() -> None:
    """Twice the same interest is twice the money; the same file read twice is not."""
    text = paid(change("L6", -25), change("L6", -25))
    once = post(text)
    assert [one.amount_cents for one in ledger_of(once.case).provider_changes] == [-50]
    again = post(text, once.case)
    assert again.case == once.case
    assert [one.fate for one in again.answers] == [Fate.POSTED_BEFORE] * 3
    later = post(paid(change("L6", -25), trace="T2"), once.case)
    assert [one.amount_cents for one in ledger_of(later.case).provider_changes] == [-75]


def test_a_payment_without_a_claim_of_this_case_leaves_nothing_in_it() -> None:
    """Other patients' balances are not this record's business; one that names a claim here is."""
    stranger = remitted("OTHER-1").patient.model_copy(update={"last": "DOE", "id": "X9"})  # type: ignore[union-attr]
    theirs = (remitted("OTHER-1").model_copy(update={"patient": stranger}),)
    alone = read(paid(change("WO", 300, "SOMEBODY"), change("L6", -5), claims=theirs))
    assert (alone.answers, alone.about_others) == ((), 3)
    named = post(paid(change("WO", 300, "CHEN-2"), claims=theirs))
    assert [one.amount_cents for one in money(named, "CHEN-2").provider_changes] == [300]


def test_what_is_posted_is_a_valid_case() -> None:
    """The store must be able to keep it."""
    made = post(paid(change("WO", 500, "CHEN-1"), change("FB", -700))).case
    assert Case.model_validate(made.model_dump()) == made


# ── reversal and correction ─────────────────────────────────────────────────


def test_a_reversal_and_its_correction_leave_what_stands_now() -> None:
    """Paid, taken back, decided anew: the balance is that of the last decision, allowed amount and share included."""
    first, corrected = remitted("CHEN-1"), remitted("CHEN-1", 5000, 3000)
    before = post(paid(claims=(first,)))
    after = post(paid(claims=(reversal(first), corrected), trace="T2"), before.case)
    now, alone = money(after), money(post(paid(claims=(corrected,))))
    assert now.model_copy(update={"answers": 1}) == alone
    assert (now.paid_cents, now.allowed_cents, now.patient_owes_cents) == (5000, 8000, 3000)


def test_a_correction_that_repeats_the_first_answer_counts() -> None:
    """All in one payment, word for word the same: it stands because what came between took the first one back."""
    first = remitted("CHEN-1")
    posting = post(paid(claims=(first, reversal(first), first)))
    assert [one.fate for one in posting.answers] == [Fate.POSTED] * 3
    assert (money(posting).paid_cents, money(posting).answers) == (6400, 3)
    assert post(paid(claims=(first, reversal(first), first)), posting.case).case == posting.case


def test_the_money_of_a_reversal_may_be_taken_later() -> None:
    """A claim is taken back and the cheque is not lowered yet: the payer says so at the provider's level."""
    first = remitted("CHEN-1")
    before = post(paid(claims=(first,)))
    text = paid(change("WO", -6400, "CHEN-1"), claims=(reversal(first), remitted("CHEN-1", 0, 8000)), trace="T2")
    after = post(text, before.case)
    assert money(after).paid_cents == 0
    assert [one.amount_cents for one in money(after).provider_changes] == [-6400]
    recovered = post(paid(change("WO", 6400, "CHEN-1"), claims=(remitted("CHEN-2"),), trace="T3"), after.case)
    assert money(recovered).provider_changes == ()  # taken back in full: the two come to nothing


def test_a_reversal_with_amounts_above_zero_is_kept_aside() -> None:
    """Posted as it stands it would pay twice what it takes back."""
    text = paid(claims=(remitted("CHEN-1"),)).replace("CLP*CHEN-1*1*", "CLP*CHEN-1*22*")
    (one,) = post(text).answers
    assert (one.fate, one.answer.why) == (Fate.KEPT_ASIDE, WhyUnplaced.WRONG_SIGN)
