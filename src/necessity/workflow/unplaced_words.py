"""Saying of answers that moved no balance what they are and what to do about them, a sentence each."""

from collections.abc import Iterator

from necessity.codesets.adjustment_reasons import provider_reason_words
from necessity.domain.answer import AnswerKind, ReceivedAnswer, WhyUnplaced
from necessity.domain.case import Case
from necessity.domain.ledger import Ledger
from necessity.domain.money import dollars

_WHY = {
    WhyUnplaced.NO_SUCH_CLAIM: "no claim here has its number; if it is one of yours, add the claim and post again",
    WhyUnplaced.SEVERAL_CLAIMS: "more than one claim could be meant; say which with --claim",
    WhyUnplaced.CAME_TWICE: "the same answer is posted already as {same_as}; nothing moved",
    WhyUnplaced.SAME_PAYMENT: "another message told the same payment already ({same_as}); nothing moved",
    WhyUnplaced.ESTIMATE: "an answer beforehand pays nothing; keep it beside the claim",
    WhyUnplaced.TAKEN_BACK: "the payer took it back without saying what stands now; ask, and correct the record",
    WhyUnplaced.WRONG_SIGN: "it takes an earlier answer back, yet with amounts above zero; ask the payer to correct it",
    WhyUnplaced.NO_AMOUNT: "it names no amount that can be read; look at the original",
}

_TAKEN, _ADDED = "taken from", "added to"

_NO_NUMBER = (
    "it names a message, not a claim, and no message written here fits; "
    "if you know which claim was in it, post it again with --claim"
)


def unplaced_words(case: Case) -> Iterator[str]:
    """Say it of every answer kept beside the claims that nothing has settled since."""
    return (one_unplaced(one) for one in case.unplaced_answers if one.settled_by is None)


def provider_change_words(reason: str, amount_cents: int) -> str:
    """Say what a payer changed of its payments to the provider."""
    moved = _TAKEN if amount_cents > 0 else _ADDED
    why = provider_reason_words(reason)
    return f"{dollars(abs(amount_cents))} {moved} the provider's payment ({reason}: {why})"


def provider_changes(ledger: Ledger) -> Iterator[str]:
    """Say it of every change that refers to no claim here."""
    for one in ledger.provider_changes:
        about = f", refers to {one.reference}" if one.reference else ""
        yield f"{provider_change_words(one.reason, one.amount_cents)}{about}"


def one_unplaced(answer: ReceivedAnswer) -> str:
    """Say it of one."""
    number = answer.control_number or answer.payer_claim_number
    about = f" for claim {number}" if number else ""
    paid = f", {dollars(answer.paid_cents)} paid" if answer.paid_cents is not None else ""
    what = answer.kind.value.capitalize()
    says = f", “{answer.says.rstrip('.')}”" if answer.says and answer.kind is not AnswerKind.REMITTANCE else ""
    told = f" ({answer.told_by})" if answer.told_by else ""
    why = _WHY[answer.why].format(same_as=answer.same_as) if answer.why else "it has not been tried"
    if answer.why is WhyUnplaced.NO_SUCH_CLAIM and not number:
        why = _NO_NUMBER
    return f"{what}{about}{paid}{says}{told}: {why}."
