"""Post answers: each meets its claim, once; what meets none or came twice is kept and shown; the ledger follows.

Nothing here asks who is right. A payment is written to the case as the payer tells it, a refusal becomes a denial with
the day it came, and balances are worked out anew from all of it (`domain/balances.py`). The order in which answers come
makes no difference, and posting one again makes none either.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.answer import (
    Acknowledgement,
    AnswerKind,
    AnswerLevel,
    Denial,
    ProviderAmount,
    ReceivedAnswer,
    Remittance,
    ToldAnswer,
    WhyUnplaced,
    latest_acknowledgements,
)
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState
from necessity.domain.funding import FundingKind
from necessity.domain.receipt import Reimbursement
from necessity.domain.sent_message import SentMessage
from necessity.errors import RecordError
from necessity.workflow.posting.matching import claim_of, parts_of, with_service_lines
from necessity.workflow.posting.refusals import refusal_of

CHANGED_LISTS = ("claims", "acknowledgements", "remittances", "denials", "reimbursements", "provider_amounts",
                 "unplaced_answers")  # fmt: skip
"""The lists of a case that posting may add to or change, in the order in which they are to be saved."""
_BEFORE_ANSWER = (None, ClaimState.DRAFT, ClaimState.FILED)
_WAGES = (FundingKind.WELLNESS_STIPEND, FundingKind.GYM_VISIT_PROGRAM)


class Fate(StrEnum):
    """What became of one answer."""

    POSTED = "posted"
    POSTED_BEFORE = "posted_before"
    KEPT_ASIDE = "kept_aside"


class Posted(NamedTuple):
    """One answer and what became of it."""

    answer: ReceivedAnswer
    fate: Fate
    claim: str | None
    """Id of the claim it met."""
    record: str
    """Id of the record that holds it."""
    refused: str | None
    """Id of the denial it brought."""


class Posting(NamedTuple):
    """The case afterwards, and what became of every answer."""

    case: Case
    answers: tuple[Posted, ...]


def post_answers(
    case: Case, answers: Iterable[ReceivedAnswer], on: date, messages: Sequence[SentMessage] = ()
) -> Posting:
    """Post answers to the claims of a case.

    Those kept aside from before whose claim is there now are tried again with them.

    Args:
        case: The record.
        answers: As they were read, in any order.
        on: The day they came; a time to appeal starts here.
        messages: What was sent for the case: an answer about a message is one about each claim in it.

    Returns:
        The case with acknowledgements, remittances, denials and repayments added; nothing is ever taken out.
    """
    desk = _Desk(case, on, messages)
    waiting = [one.model_copy(update={"why": None}) for one in case.unplaced_answers if _may_be_tried_again(one)]
    told = [posted for answer in answers for posted in desk.take_apart(answer)]
    tried = [again for one in waiting for again in desk.take_apart(one, again=True) if again.fate is Fate.POSTED]
    missed = [n for n, one in enumerate(told) if one.fate is Fate.KEPT_ASIDE and one.answer.why in _FOR_WANT_OF_A_CLAIM]
    for place in missed:  # the payer's number may have become known meanwhile
        again = desk.take(told[place].answer.model_copy(update={"why": None}), again=True)
        told[place] = again if again.fate is Fate.POSTED else told[place]
    return Posting(desk.finished(), (*told, *tried))


def add_denial(case: Case, denial: Denial) -> Case:
    """Add a refusal that came on paper.

    Raises:
        RecordError: there is no such claim, or a denial of that name is there already.
    """
    known = [claim.id for claim in case.claims]
    if denial.claim not in known:
        raise RecordError(
            f"The case has no claim {denial.claim!r}.",
            f"Name one of: {', '.join(known) or 'none; add the claim first'}.",
            field="claim",
            value=denial.claim,
            allowed=", ".join(known),
        )
    if any(one.id == denial.id for one in case.denials):
        raise RecordError(
            f"The case has a denial {denial.id!r} already.",
            "Nothing was changed. Change that one in case.toml, or name another id.",
            field="denial",
            value=denial.id,
            allowed="an id of its own",
        )
    with_it = case.model_copy(update={"denials": (*case.denials, denial)})
    desk = _Desk(with_it, denial.received_on)
    desk.answered.add(denial.claim)
    return desk.finished()


_FOR_WANT_OF_A_CLAIM = (WhyUnplaced.NO_SUCH_CLAIM, WhyUnplaced.SEVERAL_CLAIMS)


def _may_be_tried_again(answer: ReceivedAnswer) -> bool:
    return answer.settled_by is None and answer.why in _FOR_WANT_OF_A_CLAIM


class _Desk:
    """The case while answers are being posted."""

    def __init__(self, case: Case, on: date | None, messages: Sequence[SentMessage] = ()) -> None:
        self._case = case
        self._on = on
        self._messages = messages
        self._acknowledgements = {one.id: one for one in case.acknowledgements}
        self._remittances = {one.id: one for one in case.remittances}
        self._provider_amounts = {one.id: one for one in case.provider_amounts}
        self._denials = {one.id: one for one in case.denials}
        self._unplaced = {one.id: one for one in case.unplaced_answers}
        self.answered: set[str] = set()
        """Claims that got a payment or a refusal just now."""

    def take_apart(self, answer: ReceivedAnswer, *, again: bool = False) -> list[Posted]:
        """Post one answer; one about a message is posted to each claim in it, and settled where it was kept aside."""
        parts = parts_of(answer, self._messages)
        ours = {None, *(claim.id for claim in self._case.claims)}
        held = [part for part in parts if part.claim in ours]
        named = answer.message.named
        if named and (not held or (parts == (answer,) and answer.claim in (None, *named))):
            return []  # each claim that it names has an answer of its own
        if not held:
            return [self.take(answer, again=again)]
        posted = [self.take(part, again=again) for part in held]
        if record := next((one.record for one in posted if one.fate is not Fate.KEPT_ASIDE), None):
            self._settle(answer.sha256, record)
        return posted

    def _settle(self, sha256: str | None, record: str) -> None:
        """Mark what was kept aside for want of a claim as held by a record now."""
        for one in self._unplaced.values():
            if one.sha256 == sha256 and one.why in _FOR_WANT_OF_A_CLAIM:
                self._unplaced[one.id] = one.model_copy(update={"settled_by": record})

    def take(self, answer: ReceivedAnswer, *, again: bool = False) -> Posted:
        """Post one answer, or keep it aside."""
        answer = answer if answer.received_on else answer.model_copy(update={"received_on": self._on})
        if before := self._held_by(answer):
            return self._came_again(answer, before)
        match = claim_of(self._now(), answer)
        if answer.kind is AnswerKind.PROVIDER_AMOUNT:
            return self._note_amount(answer, match.claim)
        why = match.why or _no_payment(answer)
        if match.claim is None or why:
            return self._keep_aside(answer, why or WhyUnplaced.NO_SUCH_CLAIM, match.claim)
        if answer.kind is AnswerKind.ACKNOWLEDGEMENT:
            return self._post(answer, match.claim, self._acknowledge(answer, match.claim), again)
        if same := self._same_payment(answer, match.claim):
            return self._keep_aside(answer, WhyUnplaced.SAME_PAYMENT, match.claim, same.id)
        return self._post(answer, match.claim, self._remit(answer, match.claim), again)

    def _now(self) -> Case:
        return self._case.model_copy(
            update={
                "acknowledgements": tuple(self._acknowledgements.values()),
                "remittances": tuple(self._remittances.values()),
            }
        )

    def _note_amount(self, answer: ReceivedAnswer, claim: Claim | None) -> Posted:
        """Write down a change of the payment to the provider, beside the claim it refers to; no balance moves."""
        id = _free(answer.id, self._provider_amounts)
        (change,) = answer.adjustments
        self._provider_amounts[id] = ProviderAmount(
            id=id,
            claim=claim.id if claim else None,
            received_on=answer.received_on,
            paid_on=answer.paid_on,
            trace_number=answer.trace_number,
            reason=change.reason or "",
            reference=answer.control_number,
            amount_cents=change.amount_cents or 0,
            says=answer.says,
            source=answer.source,
            told_by=answer.told_by,
            sha256=answer.sha256,
        )
        return Posted(answer, Fate.POSTED, claim.id if claim else None, id, None)

    def _held_by(self, answer: ReceivedAnswer) -> Acknowledgement | Remittance | ProviderAmount | None:
        """Find the record that holds the very same answer."""
        posted: list[Acknowledgement | Remittance | ProviderAmount] = [
            *self._acknowledgements.values(),
            *self._remittances.values(),
            *self._provider_amounts.values(),
        ]
        return next((one for one in posted if one.sha256 and one.sha256 == answer.sha256), None)

    def _came_again(self, answer: ReceivedAnswer, before: Acknowledgement | Remittance | ProviderAmount) -> Posted:
        """Tell the same reading of a file from the same answer that came by another way, which is kept."""
        if answer.told_by == before.told_by or answer.kind is not AnswerKind.REMITTANCE:
            return Posted(answer, Fate.POSTED_BEFORE, before.claim, before.id, None)
        claim = next(one for one in self._case.claims if one.id == before.claim)
        return self._keep_aside(answer, WhyUnplaced.CAME_TWICE, claim, before.id)

    def _keep_aside(
        self, answer: ReceivedAnswer, why: WhyUnplaced, claim: Claim | None, same_as: str | None = None
    ) -> Posted:
        about = claim.id if claim else None
        kept = answer.model_copy(update={"why": why, "claim": about, "same_as": same_as, "settled_by": None})
        alike = [one for one in self._unplaced.values() if (one.sha256, one.told_by) == (answer.sha256, answer.told_by)]
        if alike:
            self._unplaced[alike[0].id] = kept.model_copy(
                update={"id": alike[0].id, "received_on": alike[0].received_on}
            )
            return Posted(kept, Fate.KEPT_ASIDE, kept.claim, alike[0].id, None)
        kept = kept.model_copy(update={"id": _free(answer.id, self._unplaced)})
        self._unplaced[kept.id] = kept
        return Posted(kept, Fate.KEPT_ASIDE, kept.claim, kept.id, None)

    def _post(self, answer: ReceivedAnswer, claim: Claim, record: str, again: bool) -> Posted:
        for one in self._unplaced.values() if again else ():
            if one.sha256 == answer.sha256 and one.why in _FOR_WANT_OF_A_CLAIM:
                self._unplaced[one.id] = one.model_copy(update={"settled_by": record, "claim": claim.id})
        refused = f"{record}-no" if f"{record}-no" in self._denials else None
        return Posted(answer, Fate.POSTED, claim.id, record, refused)

    def _acknowledge(self, answer: ReceivedAnswer, claim: Claim) -> str:
        id = _free(answer.id, self._acknowledgements)
        self._acknowledgements[id] = Acknowledgement(
            id=id,
            claim=claim.id,
            received_on=answer.paid_on or answer.received_on,
            accepted=answer.is_accepted,
            payer_claim_number=answer.payer_claim_number,
            reason=answer.says,
            source=answer.source,
            told_by=answer.told_by,
            sha256=answer.sha256,
            level=answer.level,
            message=answer.message.interchange,
        )
        return id

    def _remit(self, answer: ReceivedAnswer, claim: Claim) -> str:
        id = _free(answer.id, self._remittances)
        told = {name: getattr(answer, name) for name in ToldAnswer.model_fields}
        lines = with_service_lines(answer, claim)
        made = Remittance(id=id, claim=claim.id, **{**told, "lines": lines})
        self._remittances[id] = made
        self.answered.add(claim.id)
        if refused := refusal_of(made, claim):
            self._denials.setdefault(refused.id, refused)
        return id

    def _same_payment(self, answer: ReceivedAnswer, claim: Claim) -> Remittance | None:
        """Find the payment that another kind of message told already; each stands for one message of another kind."""
        used = {one.same_as for one in self._unplaced.values() if one.why is WhyUnplaced.SAME_PAYMENT}
        for one in self._remittances.values():
            if one.claim == claim.id and one.source != answer.source and one.id not in used and _agree(one, answer):
                return one
        return None

    def finished(self) -> Case:
        """Give the case with everything posted: states, days and repayments brought up to date."""
        acknowledged = tuple(self._acknowledgements.values())
        case = self._case.model_copy(
            update={
                "acknowledgements": acknowledged,
                "remittances": tuple(self._remittances.values()),
                "denials": tuple(self._denials.values()),
                "provider_amounts": tuple(self._provider_amounts.values()),
                "unplaced_answers": tuple(self._unplaced.values()),
                "claims": tuple(self._claim(claim, acknowledged) for claim in self._case.claims),
            }
        )
        return case.model_copy(update={"reimbursements": _repayments(case)})

    def _claim(self, claim: Claim, acknowledged: Sequence[Acknowledgement]) -> Claim:
        """Bring state and day of receipt up to date with what is known, whatever order it came in."""
        own = latest_acknowledgements(acknowledged, claim.id)
        at_payer = [one for one in own if one.level in (None, AnswerLevel.CLAIM)]
        arrived = [one.received_on for one in at_payer if one.accepted and one.received_on]
        changes: dict[str, object] = {}
        if arrived and (claim.received_on is None or claim.received_on in arrived):
            changes["received_on"] = min(arrived)
        if claim.id in self.answered and claim.state in (*_BEFORE_ANSWER, ClaimState.APPEALED):
            changes["state"] = ClaimState.ANSWERED
        elif claim.state in _BEFORE_ANSWER and (last := _last_word(own)) is not None:
            changes["state"] = ClaimState.FILED if last else ClaimState.DRAFT
        return claim.model_copy(update=changes)


def _no_payment(answer: ReceivedAnswer) -> WhyUnplaced | None:
    """Say why an answer that met its claim is no payment all the same."""
    if answer.kind is not AnswerKind.REMITTANCE:
        return None
    if answer.is_estimate:
        return WhyUnplaced.ESTIMATE
    if answer.is_taken_back:
        return WhyUnplaced.TAKEN_BACK
    if answer.is_reversal and ((answer.charged_cents or 0) > 0 or (answer.paid_cents or 0) > 0):
        return WhyUnplaced.WRONG_SIGN
    if answer.paid_cents is None and all(line.paid_cents is None for line in answer.lines):
        return WhyUnplaced.NO_AMOUNT
    return None


def _agree(one: Remittance, answer: ReceivedAnswer) -> bool:
    """Say whether two tell the same payment: the same amounts, and no number or direction that differs."""
    pairs = (
        (one.payer_claim_number, answer.payer_claim_number),
        (one.charged_cents, answer.charged_cents),
    )
    if any(a is not None and b is not None and a != b for a, b in pairs):
        return False
    return one.paid_cents == answer.paid_cents and bool(one.is_reversal) == bool(answer.is_reversal)


def _last_word(own: Sequence[Acknowledgement]) -> bool | None:
    """Give the newest yes or no on whether a claim went on, since it was last sent; of one day, the no stands."""
    told = [(one.received_on or date.min, not one.accepted) for one in own if one.accepted is not None]
    return not max(told)[1] if told else None


def _repayments(case: Case) -> tuple[Reimbursement, ...]:
    """Write down what remittances paid on each session or expense, so that nothing is asked for twice."""
    kinds = {source.id: source.kind for source in case.funding_sources}
    kept = {one.id: one for one in case.reimbursements}
    for claim in case.claims:
        told = [one for one in case.remittances if one.claim == claim.id]
        days = [day for one in told if (day := one.paid_on or one.received_on)]
        for expense, cents in _by_expense(case, claim.id).items() if told else ():
            known = next((one.id for one in kept.values() if (one.claim, one.expense) == (claim.id, expense)), None)
            if cents > 0 or known:
                id = known or _free(f"{claim.id}-{expense}", kept)
                kept[id] = Reimbursement(
                    id=id,
                    expense=expense,
                    funding_source=claim.funding_source,
                    paid_on=max(days, default=None),
                    amount_cents=max(cents, 0),
                    counts_as_wages=None if kinds[claim.funding_source] in _WAGES else False,
                    claim=claim.id,
                )
    return tuple(kept.values())


def _by_expense(case: Case, claim: str) -> dict[str, int]:
    """Give what one claim's remittances alone paid on each session or expense."""
    alone = case.model_copy(
        update={"claims": tuple(one for one in case.claims if one.id == claim), "reimbursements": ()}
    )
    return {one.id: one.paid_back_cents for one in ledger_of(alone).expenses if one.paid}


def _free(id: str, taken: Iterable[str]) -> str:
    """Give an id that is not taken; the same content has the same beginning."""
    known, number, free = set(taken), 1, id
    while free in known:
        number += 1
        free = f"{id}-{number}"
    return free
