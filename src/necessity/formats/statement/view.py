"""Every date, amount and sentence of the statement as it will stand on the page."""

from collections.abc import Iterator

from necessity.codesets.procedures.tables import NOTICE
from necessity.domain.claim_paper import (
    ClaimPaper,
    address_lines,
    beside,
    coded_as,
    counted,
    days_of,
    is_cpt,
    payments_of,
    spoken_name,
    spoken_phone,
    titled_name,
    totals_of,
)
from necessity.domain.dates import spoken
from necessity.domain.full_claim import FullLine, RelationToSubscriber
from necessity.domain.money import dollars

TITLE = "Itemised statement"
DRAFT = "Draft. Not to be filed."
_NO_WORDS = "Service, as on the receipt"


def view(paper: ClaimPaper) -> dict[str, object]:
    """Lay the statement out as plain values.

    Args:
        paper: The paper, already reduced to what a statement carries.

    Returns:
        What `statement.typ` reads.
    """
    claim = paper.claim
    coded = any(line.procedure_code for line in claim.lines)
    return {
        "title": TITLE,
        "author": spoken_name(claim.patient.name),
        "draft": DRAFT if paper.is_draft else "",
        "number": f"No. {claim.control_number} · made {spoken(paper.made_on)}",
        "foot": f"{TITLE} no. {claim.control_number}, not a claim",
        "parties": list(_parties(paper)),
        "columns": ["Date", "What was done", *(["Code", "Units"] if coded else []), "Minutes", "Charge"],
        "rows": [_row(paper, line, coded=coded) for line in claim.lines],
        "totals": totals_of(paper, "Still open"),
        "payments": payments_of(paper, "Paid already"),
        "said": list(_said(paper)),
        "notices": [NOTICE] if any(is_cpt(line.procedure_code) for line in claim.lines) else [],
    }


def _parties(paper: ClaimPaper) -> Iterator[dict[str, object]]:
    claim = paper.claim
    yield {"label": "For whom", "name": spoken_name(claim.patient.name), "lines": _relation(paper)}
    paid, did = claim.billing_provider, claim.rendering_provider
    lines = [*address_lines(paid.address), spoken_phone(paid.phone)]
    if did and did.name != paid.name:
        lines.insert(0, f"given by {titled_name(did)}")
    yield {"label": "Given and paid to", "name": titled_name(paid), "lines": [line for line in lines if line]}
    number = f"member or account no. {claim.member_id}" if claim.member_id else ""
    about = [claim.plan_name or "", number, *address_lines(claim.payer.address)]
    yield {"label": "To", "name": claim.payer.name, "lines": [line for line in about if line]}


def _relation(paper: ClaimPaper) -> list[str]:
    claim = paper.claim
    if claim.relation is RelationToSubscriber.SELF:
        return ["own account or coverage"]
    kin = {"spouse": "spouse", "child": "child"}.get(claim.relation, "dependent")
    return [f"{kin} of {spoken_name(claim.subscriber.name)}, whose account or coverage it is"]


def _row(paper: ClaimPaper, line: FullLine, *, coded: bool) -> list[str]:
    codes = [coded_as(line), counted(line.units)] if coded else []
    said = line.words or _NO_WORDS
    return [days_of(line), said, beside(paper.claim, line), *codes, counted(line.minutes), dollars(line.charge_cents)]


def _said(paper: ClaimPaper) -> Iterator[str]:
    claim = paper.claim
    if claim.referring_provider:
        letter = f", letter signed {spoken(claim.letter_signed_on)}" if claim.letter_signed_on else ""
        yield f"Ordered by {titled_name(claim.referring_provider)}{letter}."
    elif claim.letter_signed_on:
        yield f"A letter of medical necessity was signed on {spoken(claim.letter_signed_on)}."
    if any(line.procedure_code for line in claim.lines):
        yield "This is a statement, not a claim. Procedure codes stand here because this payer asks for them."
    else:
        yield "This is a statement, not a claim. It carries no diagnosis and no procedure code."
    yield "Receipts stand behind every payment above. Whoever is asked to pay decides by its own terms."
