"""FHIR answers (ClaimResponse, ExplanationOfBenefit) → the one shape of answers."""

from collections.abc import Iterator

from necessity.domain.answer import Adjustment, AnswerKind, AnswerSource, ReceivedAnswer, RemittanceLine
from necessity.formats.fhir.answer import AnswerAdjustment, AnswerLine, AnswerOutcome, PayerAnswer
from necessity.formats.fhir.read import read
from necessity.formats.fhir.writing.claim import ClaimUse
from necessity.workflow.posting.received import received

_DECIDED = (AnswerOutcome.COMPLETE, AnswerOutcome.PARTIAL)


def answers_in(content: bytes, name: str) -> Iterator[ReceivedAnswer]:
    """Give every answer of a FHIR file in its order.

    Args:
        content: The file, JSON.
        name: What to call it.

    Raises:
        FormatError: it is XML, or no JSON at all.
    """
    for answer in read(content).answers:
        yield from _answer(answer, f"{name}, {answer.where}")


def _answer(answer: PayerAnswer, place: str) -> Iterator[ReceivedAnswer]:
    words = "; ".join((*filter(None, (answer.disposition,)), *answer.notes, *answer.errors)) or None
    numbers = {"control_number": answer.claim_control_number, "payer_claim_number": answer.payer_claim_number}
    has_amounts = answer.paid_cents is not None or any(line.paid_cents is not None for line in answer.lines)
    has_reasons = bool(answer.adjustments) or any(line.adjustments for line in answer.lines)
    if answer.outcome not in _DECIDED and not has_amounts:
        accepted = False if answer.outcome is AnswerOutcome.ERROR or answer.errors else None
        yield received(
            AnswerKind.ACKNOWLEDGEMENT, AnswerSource.FHIR, place, **numbers, is_accepted=accepted, says=words,
            paid_on=answer.decided_on,
        )  # fmt: skip
        return
    yield received(
        AnswerKind.REMITTANCE,
        AnswerSource.FHIR,
        place,
        **numbers,
        paid_on=answer.paid_on or answer.decided_on,
        trace_number=answer.payment_number,
        is_estimate=True if answer.use not in (None, ClaimUse.CLAIM) else None,
        is_taken_back=True if answer.is_cancelled else None,
        charged_cents=answer.charged_cents,
        allowed_cents=answer.allowed_cents,
        paid_cents=answer.paid_cents if has_amounts or not has_reasons else 0,
        patient_owes_cents=answer.patient_cents,
        adjustments=tuple(map(_adjustment, answer.adjustments)),
        remark_codes=answer.remarks,
        lines=tuple(_line(line, number) for number, line in enumerate(answer.lines, 1)),
        says=words,
    )


def _adjustment(one: AnswerAdjustment) -> Adjustment:
    return Adjustment(group=one.group, reason=one.reason, amount_cents=one.amount_cents)


def _line(line: AnswerLine, number: int) -> RemittanceLine:
    return RemittanceLine(
        id=line.line_id or f"#{number}",
        sequence=line.sequence,
        served_on=line.served_on,
        procedure_code=line.procedure_code,
        charged_cents=line.charged_cents,
        allowed_cents=line.allowed_cents,
        paid_cents=line.paid_cents,
        adjustments=tuple(map(_adjustment, line.adjustments)),
        remark_codes=line.remarks,
    )
