"""Every date, amount and sentence of the superbill as it will stand on the page."""

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
    spoken_tax_id,
    titled_name,
    totals_of,
)
from necessity.domain.dates import spoken
from necessity.domain.full_claim import ClaimProvider, FullLine, RelationToSubscriber
from necessity.domain.money import dollars

TITLE = "Superbill"
DRAFT = "Draft. Not to be filed."
_COLUMNS = ("Date", "Place", "Code", "What was done", "Minutes", "Units", "Unit price", "Charge", "For")
_ROLES = {"referring": "Referred by", "ordering": "Ordered by", "supervising": "Overseen by"}


def view(paper: ClaimPaper) -> dict[str, object]:
    """Lay the superbill out as plain values.

    Args:
        paper: The paper, already reduced to what a superbill carries.

    Returns:
        What `superbill.typ` reads.
    """
    claim = paper.claim
    return {
        "title": TITLE,
        "author": spoken_name(claim.billing_provider.name),
        "draft": DRAFT if paper.is_draft else "",
        "number": f"No. {claim.control_number} · made {spoken(paper.made_on)}",
        "foot": f"{TITLE} no. {claim.control_number}: a receipt, not a claim",
        "parties": list(_parties(paper)),
        "diagnoses": {
            "heading": "Diagnoses",
            "listed": [[chr(64 + place), code] for place, code in enumerate(claim.diagnoses, start=1)],
        },
        "columns": list(_COLUMNS),
        "rows": [_row(paper, line) for line in claim.lines],
        "totals": totals_of(paper, "Balance"),
        "payments": payments_of(paper, "Payments received"),
        "said": list(_said(paper)),
        "labels": ["Provider, by hand", "Date"],
        "notices": [NOTICE] if any(is_cpt(line.procedure_code) for line in claim.lines) else [],
    }


def _parties(paper: ClaimPaper) -> Iterator[dict[str, object]]:
    claim = paper.claim
    paid, patient = claim.billing_provider, claim.patient
    tax = f"tax no. {spoken_tax_id(paid.tax_id)}" if paid.tax_id and not paid.tax_id_is_personal else ""
    if paid.tax_id and paid.tax_id_is_personal:
        tax = f"tax no. (personal) {paid.tax_id}"
    taxonomy = f"taxonomy {paid.taxonomy}" if paid.taxonomy else ""
    yield _party("Provider", paid, *address_lines(paid.address), spoken_phone(paid.phone), tax, taxonomy)
    born = f"born {spoken(patient.born_on)}" if patient.born_on else ""
    is_self = claim.relation is RelationToSubscriber.SELF
    kin = "" if is_self else f"{claim.relation} of {spoken_name(claim.subscriber.name)}"
    yield _block("Patient", spoken_name(patient.name), born, *address_lines(patient.address), kin)
    member = f"member no. {claim.member_id}" if claim.member_id else ""
    group = f"group no. {claim.group_number}" if claim.group_number else ""
    ahead = f"authorization no. {claim.prior_authorization}" if claim.prior_authorization else ""
    plan = claim.plan_name if claim.plan_name != claim.payer.name else ""
    yield _block("Plan", claim.payer.name, plan or "", member, group, ahead)
    if claim.rendering_provider:
        yield _party("Given by", claim.rendering_provider)
    letter = f"letter signed {spoken(claim.letter_signed_on)}" if claim.letter_signed_on else ""
    if claim.referring_provider:
        yield _party(_ROLES[claim.referring_role], claim.referring_provider, letter)
    elif letter:
        yield _block("Letter of medical necessity", letter.removeprefix("letter "))
    if claim.supervising_provider:
        yield _party("Overseen by", claim.supervising_provider)
    if claim.service_facility:
        yield _party("Given at", claim.service_facility)


def _party(label: str, provider: ClaimProvider, *lines: str) -> dict[str, object]:
    npi = f"NPI {provider.npi}" if provider.npi else ""
    licence = f"licence no. {provider.licence_number}" if provider.licence_number else ""
    return _block(label, titled_name(provider), npi, licence, *lines)


def _block(label: str, name: str, *lines: str) -> dict[str, object]:
    return {"label": label, "name": name, "lines": [line for line in lines if line]}


def _row(paper: ClaimPaper, line: FullLine) -> list[str]:
    return [
        days_of(line),
        line.place_of_service or "",
        coded_as(line),
        line.words or "",
        beside(paper.claim, line),
        counted(line.minutes),
        counted(line.units),
        _unit_price(line),
        dollars(line.charge_cents),
        " ".join(chr(64 + pointer) for pointer in line.diagnosis_pointers),
    ]


def _unit_price(line: FullLine) -> str:
    """Say the price of a unit where it comes out in whole cents; a price we would have to round is none."""
    if not line.units or line.charge_cents % line.units:
        return ""
    return dollars(line.charge_cents // line.units)


def _said(paper: ClaimPaper) -> Iterator[str]:
    open_cents = paper.balance_cents
    settled = "Paid in full by the patient." if open_cents == 0 else f"{dollars(open_cents)} are still open."
    if paper.claim.benefits_assigned:
        yield f"{settled} The patient asks the plan to pay the provider."
    else:
        yield f"{settled} No benefits are assigned: what the plan pays goes to the member."
    if any(line.diagnosis_pointers for line in paper.claim.lines):
        yield "The letters in the last column say which diagnosis a line is for."
    if any(line.minutes is not None and line.procedure_code for line in paper.claim.lines):
        yield "Minutes are those of direct contact; units are counted from them."
    yield "This is a receipt with codes, not a claim. The plan decides by its own terms."
