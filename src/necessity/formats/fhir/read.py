"""Reading any FHIR file: what kinds of resources it holds, the claims and the answers in it, and everything odd."""

import re

from necessity.domain.dates import spoken
from necessity.domain.decision import Finding
from necessity.domain.money import dollars
from necessity.domain.record import Record
from necessity.domain.training import Goal
from necessity.errors import FormatError
from necessity.formats.fhir.answer import AnswerLine, PayerAnswer
from necessity.formats.fhir.reading.answers import read_answers
from necessity.formats.fhir.reading.claim import ReadClaim, read_claim, read_claims
from necessity.formats.fhir.reading.prescription import ReadPrescription, read_prescriptions
from necessity.formats.fhir.reading.resources import open_document
from necessity.formats.fhir.writing.exercise import Aim, aim_in_words, kind_in_words

__all__ = ["FhirReading", "ReadPrescription", "read", "read_claim", "recognises", "summary"]

_XML = re.compile(rb'xmlns\s*=\s*["\']http://hl7\.org/fhir["\']')


class FhirReading(Record):
    """What a FHIR file says."""

    resources: dict[str, int]
    """How many resources of each kind."""
    claims: tuple[ReadClaim, ...] = ()
    """Claims in it, in the order of the file."""
    answers: tuple[PayerAnswer, ...] = ()
    """Payers' answers in it, in the order of the file."""
    orders: tuple[ReadPrescription, ...] = ()
    """Orders of training in it, in the order of the file."""
    findings: tuple[Finding, ...] = ()
    """Everything odd, each with its JSON path."""


def recognises(content: bytes) -> bool:
    """Say whether a file looks like FHIR, in JSON or XML, without reading it whole.

    Examples:
        >>> recognises(b'{"resourceType": "Bundle"}'), recognises(b"ISA*00*"), recognises(b"{}")
        (True, False, False)
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content[:20_000].decode("utf-16", errors="ignore").encode()
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return b'"resourceType"' in content
    return start == b"<" and _XML.search(content[:20_000]) is not None


def read(content: bytes) -> FhirReading:
    """Read a FHIR file: one resource, a bundle, bundles in bundles, a list, or one resource a line (NDJSON).

    Args:
        content: The file, JSON.

    Returns:
        Claims, answers and findings. Nothing in it is guessed; an amount that is not stated is None.

    Raises:
        FormatError: it is XML, or no JSON at all.
    """
    if content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise FormatError(
            "This file is XML; FHIR is read here as JSON only.",
            "Ask the sender for the same document as JSON.",
            format="fhir",
            place="the file",
        )
    resources = open_document(content)
    claims = tuple(read_claims(resources))
    answers = tuple(read_answers(resources))
    orders = tuple(read_prescriptions(resources))
    kinds, notes = resources.kinds(), resources.notes.all()
    return FhirReading(resources=kinds, claims=claims, answers=answers, orders=orders, findings=notes)


def summary(reading: FhirReading) -> list[str]:
    """Say in a few lines what a FHIR file holds: its claims, its answers, its oddities.

    Returns:
        Plain lines for a terminal. A line that begins with two blanks belongs to the one above.
    """
    kinds = ", ".join(f"{count} {kind}" for kind, count in reading.resources.items()) or "nothing"
    lines = [f"FHIR R4: {kinds}"]
    for one in reading.claims:
        lines += claim_lines(one)
    for answer in reading.answers:
        lines += answer_lines(answer)
    for order in reading.orders:
        lines += order_lines(order)
    lines += [f"Odd: {finding.message} {finding.next_step}" for finding in reading.findings]
    return lines


def claim_lines(read: ReadClaim) -> list[str]:
    """Say what one claim holds: a line about it, then what belongs to it."""
    claim = read.claim
    if claim is None:
        return ["A claim that cannot be kept; see below."]
    number = len(claim.lines)
    services = "1 service line" if number == 1 else f"{number} service lines"
    head = f"Claim {claim.control_number} to {claim.payer.name}: {services}, {dollars(claim.total_cents)}"
    papers = []
    for paper in claim.enclosures:
        how = "with its file" if paper.control_number in read.files else "announced only"
        papers.append(f"  enclosed: {paper.title or paper.kind} ({how})")
    return [head, *papers]


def answer_lines(answer: PayerAnswer) -> list[str]:
    """Say what one answer comes to: a line about it, then what belongs to it."""
    about = f" to claim {answer.claim_control_number}" if answer.claim_control_number else ""
    by = f" by {answer.payer_name}" if answer.payer_name else ""
    said = [answer.outcome.value] if answer.outcome else []
    said += ["taken back"] if answer.is_cancelled else []
    amounts = [
        f"{words} {dollars(cents)}"
        for words, cents in (
            ("charged", answer.charged_cents),
            ("allowed", answer.allowed_cents),
            ("paid", answer.paid_cents),
            ("left to the patient", answer.patient_cents),
        )
        if cents is not None
    ]
    head = f"{answer.resource}{about}{by}: {', '.join([*said, *amounts]) or 'no amounts'}"
    own = [f"  {answer.disposition}"] if answer.disposition else []
    errors = [f"  error: {error}" for error in answer.errors]
    return [head, *own, *errors, *(f"  {line}" for line in map(_line_words, answer.lines) if line)]


def order_lines(read: ReadPrescription) -> list[str]:
    """Say what one order of training comes to: a line about it, then what belongs to it."""
    told = read.prescription
    order = told.order
    parts = [kind_in_words(order.kind)] if order.kind else ["Something that is not said"]
    parts += [f"{order.sessions_per_week} a week"] if order.sessions_per_week else []
    parts += [f"{order.minutes_per_session} minutes"] if order.minutes_per_session else []
    parts += [f"{order.weeks} weeks"] if order.weeks else []
    parts += [f"from {spoken(order.starts_on)}"] if order.starts_on else []
    by = f" by {told.clinician.name}" if told.clinician else ""
    on = f" on {spoken(order.ordered_on)}" if order.ordered_on else ""
    state = "" if read.is_in_force else f" ({read.status or 'no status'}: nobody has ordered it)"
    condition = told.condition
    treats = (
        " ".join(filter(None, (condition.name, f"({condition.code})" if condition.code else ""))) if condition else ""
    )
    own = [f"  for {treats}"] if treats else []
    return [
        f"Order {order.id}{by}{on}: {', '.join(parts)}{state}",
        *own,
        *(f"  goal: {_goal(goal)}" for goal in told.plan.goals),
    ]


def _goal(goal: Goal) -> str:
    return aim_in_words(
        Aim(measure=goal.measure, unit=goal.unit, baseline=goal.baseline, target=goal.target, serves=goal.serves)
    )


def _line_words(line: AnswerLine) -> str:
    reasons = [
        " ".join(part for part in (one.group, one.reason) if part)
        + (f" {dollars(one.amount_cents)}" if one.amount_cents is not None else "")
        for one in line.adjustments
    ]
    reasons += list(line.remarks)
    if not reasons and not line.notes:
        return ""
    name = f"line {line.sequence}" if line.sequence else "a line the payer added"
    return f"{name}: {', '.join(reasons)}" + "".join(f" - {note}" for note in line.notes)
