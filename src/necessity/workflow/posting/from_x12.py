"""X12 answers → one shape: remittances (835), acknowledgements (277CA, 999, TA1)."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from necessity.domain.acknowledgement import ClaimAcknowledgement, Receipt, SetAcknowledgement
from necessity.domain.answer import (
    Adjustment,
    AnsweredMessage,
    AnswerKind,
    AnswerLevel,
    AnswerSource,
    ReceivedAnswer,
    RemittanceLine,
)
from necessity.domain.remittance import (
    ProviderAdjustment,
    RemittanceAdvice,
    RemittedAdjustment,
    RemittedClaim,
    RemittedLine,
)
from necessity.formats import x12_277ca, x12_835, x12_999
from necessity.formats.x12 import Part, Ta1, Walker, at
from necessity.formats.x12_277ca.read import acknowledgement_of as status_of
from necessity.formats.x12_835.build import build_claim, build_header, build_provider_adjustments
from necessity.formats.x12_999.read import acknowledgement_of as form_answer_of
from necessity.formats.x12_999.read import interchange_acknowledgement
from necessity.workflow.posting.received import received, told_apart

_ACCEPTED = {Receipt.ACCEPTED: True, Receipt.WITH_ERRORS: True, Receipt.REJECTED: False}
_ESTIMATE = "25"
_CLAIM_NUMBER = "CLM01"


class Whose(NamedTuple):
    """Whom an answer is about, as far as it says."""

    numbers: frozenset[str]
    """Member numbers, in small letters."""
    names: frozenset[str]
    """Family names, in small letters."""


NOT_SAID = Whose(frozenset(), frozenset())
"""The answer names nobody."""


def answers_in(stream: BinaryIO, name: str) -> Iterator[tuple[ReceivedAnswer, Whose]]:
    """Give every answer of an X12 file, claim by claim, in the order of the file, with whom it is about.

    Args:
        stream: A binary file.
        name: What to call it.

    Raises:
        FormatError: it is no X12 message at all.
    """
    walker = Walker(stream, (x12_835.layout(), x12_277ca.layout(), x12_999.layout()))
    payments = _Payments()
    for part in walker:
        place = f"{name}, segment {part.first}"
        if part.layout == x12_835.layout():
            yield from payments.take(part, place)
        elif part.layout == x12_277ca.layout():
            status = status_of(part)
            if isinstance(status, ClaimAcknowledgement):
                yield _status(status, place), NOT_SAID
        else:
            form = form_answer_of(part)
            if isinstance(form, SetAcknowledgement):
                yield from ((answer, NOT_SAID) for answer in _form(form, place, _sender(part.heading.isa)))
    yield from ((_envelope(ta1, name), NOT_SAID) for ta1 in walker.acknowledgements)


class _Payments:
    """Takes the parts of remittances; tells apart what one payment says twice in the same words."""

    def __init__(self) -> None:
        self._head: RemittanceAdvice | None = None
        self._undone: Counter[str] = Counter()
        self._alike: Counter[ProviderAdjustment] = Counter()

    def take(self, part: Part, place: str) -> Iterator[tuple[ReceivedAnswer, Whose]]:
        """Give the answers of a part."""
        if part.loop == "HEADER":
            self._head = build_header(part.segments)
            self._undone.clear()
            self._alike.clear()
        elif part.loop == "2100":
            if claim := build_claim(part):
                yield self._claim(claim, place), _whose(claim)
            else:
                yield _unreadable(part.segments[0][1], place), NOT_SAID
        elif part.loop == "PLB":
            for one in build_provider_adjustments(part):
                self._alike[one] += 1
                by = f"number {self._alike[one]}" if self._alike[one] > 1 else ""
                yield told_apart(_provider_amount(one, self._head, place), by), NOT_SAID

    def _claim(self, claim: RemittedClaim, place: str) -> ReceivedAnswer:
        """Give what was decided on a claim; after a reversal the same words are a new decision."""
        times = self._undone[claim.control_number]
        if claim.is_reversal:
            self._undone[claim.control_number] += 1
        return told_apart(_remittance(claim, self._head, place), f"after {times} taken back" if times else "")


def _sender(isa: list[str]) -> str | None:
    """Give who sent an answer (ISA06)."""
    return at(isa, 6).strip() or None


def _envelope(ta1: Ta1, name: str) -> ReceivedAnswer:
    answer = interchange_acknowledgement(ta1.elements)
    about = AnsweredMessage(
        interchange=answer.control_number or None, answered_by=_sender(ta1.isa), sent_on=answer.sent_on
    )
    return _acknowledged(
        f"{name}, segment {ta1.number}",
        is_accepted=_ACCEPTED.get(answer.receipt),
        says=f"Interchange {answer.control_number}: {answer.words}",
        paid_on=answer.sent_on,
        level=AnswerLevel.ENVELOPE,
        message=about,
    )


def _whose(claim: RemittedClaim) -> Whose:
    people = [one for one in (claim.patient, claim.subscriber, claim.corrected) if one]
    numbers = frozenset(one.id.strip().casefold() for one in people if one.id)
    return Whose(numbers, frozenset(one.last.strip().casefold() for one in people if one.last))


def _acknowledged(place: str, **says: object) -> ReceivedAnswer:
    return received(AnswerKind.ACKNOWLEDGEMENT, AnswerSource.X12, place, **says)


def _form(answer: SetAcknowledgement, place: str, answered_by: str | None) -> Iterator[ReceivedAnswer]:
    """Give the claims that a 999 names among its errors, then the answer about the whole set: it holds others, too."""
    accepted = _ACCEPTED.get(answer.receipt)
    faults: dict[str, list[str]] = {}
    for fault in answer.faults:
        for said in fault.context:
            word, _, number = said.partition(" ")
            if word == _CLAIM_NUMBER and number:
                faults.setdefault(number.strip(), []).append(f"{fault.segment_id}: {fault.words}")
    named = tuple(faults) if accepted is False else ()
    about = AnsweredMessage(
        group=answer.group_number or None, set_number=answer.set_number or None, answered_by=answered_by
    )
    for number in named:
        says = "; ".join(faults[number])
        yield _acknowledged(
            place, control_number=number, is_accepted=False, says=says, level=AnswerLevel.FORM, message=about
        )
    because = f" because of {'claim' if len(named) == 1 else 'claims'} {', '.join(named)}" if named else ""
    says = f"{answer.set_kind} set {answer.set_number}: {answer.receipt.value.replace('_', ' ')}{because}"
    whole = about.model_copy(update={"named": named})
    yield _acknowledged(place, is_accepted=accepted, says=says, level=AnswerLevel.FORM, message=whole)


def _status(answer: ClaimAcknowledgement, place: str) -> ReceivedAnswer:
    statuses = answer.statuses or tuple(one for line in answer.lines for one in line.statuses)
    return _acknowledged(
        place,
        control_number=answer.control_number,
        payer_claim_number=answer.payer_claim_number,
        level=AnswerLevel.CLAIM,
        is_accepted=_ACCEPTED.get(answer.receipt),
        paid_on=next((one.stated_on for one in statuses if one.stated_on), None),
        charged_cents=answer.charged_cents,
        says="; ".join(dict.fromkeys(one.note or one.words for one in statuses)) or None,
    )


def _unreadable(clp: list[str], place: str) -> ReceivedAnswer:
    """Keep a claim whose amounts cannot be read by its number: it moves no balance, and is not lost."""
    number = clp[1] if len(clp) > 1 else None
    says = "Its amounts cannot all be read."
    return received(AnswerKind.REMITTANCE, AnswerSource.X12, place, control_number=number or None, says=says)


def _provider_amount(one: ProviderAdjustment, head: RemittanceAdvice | None, place: str) -> ReceivedAnswer:
    """Give a change of the payment to the provider; its reason and amount stand as an adjustment of nobody."""
    year = f", fiscal year to {one.year_ends_on}" if one.year_ends_on else ""
    return received(
        AnswerKind.PROVIDER_AMOUNT,
        AnswerSource.X12,
        place,
        control_number=one.reference,
        paid_on=(head.payment.paid_on or head.made_on) if head else None,
        trace_number=head.payment.trace_number if head else None,
        adjustments=(Adjustment(reason=one.reason, amount_cents=one.amount_cents),),
        says=f"provider {one.provider_id}{year}",
    )


def _remittance(claim: RemittedClaim, head: RemittanceAdvice | None, place: str) -> ReceivedAnswer:
    return received(
        AnswerKind.REMITTANCE,
        AnswerSource.X12,
        place,
        control_number=claim.control_number or None,
        payer_claim_number=claim.payer_claim_number,
        paid_on=(head.payment.paid_on or head.made_on) if head else None,
        trace_number=head.payment.trace_number if head else None,
        status=claim.status,
        is_reversal=True if claim.is_reversal else None,
        is_estimate=True if claim.status == _ESTIMATE else None,
        charged_cents=claim.charged_cents,
        allowed_cents=claim.allowed_cents,
        paid_cents=claim.paid_cents,
        patient_owes_cents=claim.patient_owes_cents,
        adjustments=_adjustments(claim.adjustments),
        remark_codes=claim.remark_codes,
        lines=tuple(_line(line, number) for number, line in enumerate(claim.lines, 1)),
    )


def _adjustments(given: tuple[RemittedAdjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(group=one.group, reason=one.reason, amount_cents=one.amount_cents) for one in given)


def _line(line: RemittedLine, number: int) -> RemittanceLine:
    return RemittanceLine(
        id=line.line_number or f"#{number}",
        served_on=line.served_on,
        procedure_code=line.submitted_code or line.procedure_code,
        charged_cents=line.charged_cents,
        allowed_cents=line.allowed_cents,
        paid_cents=line.paid_cents,
        adjustments=_adjustments(line.adjustments),
        remark_codes=line.remark_codes,
    )
