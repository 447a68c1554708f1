"""What a FHIR file comes to, in the shape every read message has."""

import json
from typing import BinaryIO

from necessity.domain.decision import Finding
from necessity.domain.message import Entry, Mark, MessageFinding, MessageSummary
from necessity.formats.fhir.answer import AnswerOutcome, PayerAnswer
from necessity.formats.fhir.read import answer_lines, claim_lines, order_lines, read

_MOST = 1_000
_TAKE = "Take the order into a case: necessity letter prescription CASE --take FILE"
_MARKS = {AnswerOutcome.COMPLETE: Mark.GOOD, AnswerOutcome.ERROR: Mark.BAD}


def summarise(stream: BinaryIO) -> MessageSummary:
    """Read a FHIR file and say what it holds: claims, payers' answers, everything odd.

    Raises:
        FormatError: it is no JSON that can be read.
    """
    reading = read(stream.read())
    kinds = ", ".join(f"{count} {kind}" for kind, count in reading.resources.items()) or "nothing"
    claims = [one for one in reading.claims if one.claim]
    entries = [_entry(claim_lines(one), Mark.PLAIN) for one in reading.claims]
    entries += [_entry(answer_lines(answer), _mark(answer)) for answer in reading.answers]
    entries += [_entry(order_lines(order), Mark.PLAIN if order.is_in_force else Mark.OPEN) for order in reading.orders]
    findings = tuple(_finding(one) for one in reading.findings)
    charged = sum(one.claim.total_cents for one in claims if one.claim)
    totals = {
        "claims": len(claims),
        "charged_cents": charged if claims else _sum(reading.answers, "charged_cents"),
        "paid_cents": _sum(reading.answers, "paid_cents"),
        "patient_cents": _sum(reading.answers, "patient_cents"),
    }
    return MessageSummary(
        kind="FHIR",
        title=f"R4: {kinds}",
        totals={name: amount for name, amount in totals.items() if amount is not None},
        claims=tuple(json.loads(one.model_dump_json()) for one in claims[:_MOST]),
        claims_left_out=max(len(claims) - _MOST, 0),
        answers=tuple(json.loads(one.model_dump_json()) for one in reading.answers[:_MOST]),
        entries=tuple(entries[:_MOST]),
        entries_left_out=max(len(entries) - _MOST, 0),
        findings=findings[:_MOST],
        findings_left_out=max(len(findings) - _MOST, 0),
        required_findings=sum(one.weight == "required" for one in findings),
        next_steps=(_TAKE,) if reading.orders and not claims and not reading.answers else (),
    )


def _entry(lines: list[str], mark: Mark) -> Entry:
    title, *others = lines
    return Entry(mark=mark, title=title, lines=tuple(line.strip() for line in others))


def _mark(answer: PayerAnswer) -> Mark:
    refused = answer.paid_cents == 0 and bool(answer.charged_cents)
    return Mark.BAD if refused or answer.errors else _MARKS.get(answer.outcome or AnswerOutcome.QUEUED, Mark.OPEN)


def _sum(answers: tuple[PayerAnswer, ...], name: str) -> int | None:
    cents = [getattr(answer, name) for answer in answers if getattr(answer, name) is not None]
    return sum(cents) if cents else None


def _finding(one: Finding) -> MessageFinding:
    return MessageFinding(
        check=one.rule, weight=one.weight, message=one.message, next_step=one.next_step, where=one.where, id=one.where
    )
