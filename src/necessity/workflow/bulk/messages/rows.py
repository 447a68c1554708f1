"""One claim of a message as rows of the published tables: what the message says, and nothing more.

A message holds no letter, no balance, no wording of a plan, no minutes and no licence. What it cannot hold stays empty
here: empty is unknown, and what is unknown pends a line.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from necessity.codesets.procedures.tables import procedures
from necessity.domain.full_claim import ClaimProvider, FullClaim, FullLine, Name, ProviderRole, RelationToSubscriber
from necessity.domain.people import Relationship
from necessity.domain.training import ServiceKind, ServiceStatus

Rows = Iterator[tuple[str, dict[str, object]]]
"""Table and row; a key that is left out is unknown."""

_RELATIONS = {
    RelationToSubscriber.SELF: Relationship.SELF,
    RelationToSubscriber.SPOUSE: Relationship.SPOUSE,
    RelationToSubscriber.CHILD: Relationship.CHILD,
}
_KINDS = {
    "therapy": ServiceKind.THERAPY,
    "nutrition": ServiceKind.NUTRITION_COUNSELLING,
    "membership": ServiceKind.GYM_MEMBERSHIP,
    "equipment": ServiceKind.EXERCISE_EQUIPMENT,
}
"""What a family of procedure codes is, where all of it is one kind of service."""
_KINDS_OF_CODES = {
    **dict.fromkeys(("93797", "93798", "G0422", "G0423"), ServiceKind.CARDIAC_REHABILITATION),
    "S9449": ServiceKind.WEIGHT_LOSS_PROGRAMME,
    "S9451": ServiceKind.EXERCISE_CLASS,
}


@cache
def kind_of(code: str | None) -> ServiceKind | None:
    """Say what kind of service a procedure code bills; None where the code does not say it.

    Examples:
        >>> kind_of("97110")
        <ServiceKind.THERAPY: 'therapy'>
        >>> kind_of("99213")
    """
    known = procedures().get(code or "")
    return _KINDS_OF_CODES.get(code or "") or (_KINDS.get(known.family) if known else None)


def case_of(claim: FullClaim) -> str:
    """Name the case a claim belongs to: the member number; behind it birth and first name of another patient.

    Returns:
        The name; empty where it cannot be told.
    """
    member = (claim.member_id or "").strip()
    if claim.relation is RelationToSubscriber.SELF or not member:
        return member
    born, first = claim.patient.born_on, (claim.patient.name.first or "").strip().upper()
    return f"{member}/{born}/{first}" if born and first else ""


def payee_of(claim: FullClaim) -> str:
    """Name who is paid: the provider number, else the tax number, else the name."""
    paid = claim.billing_provider
    return paid.npi or paid.tax_id or _name(paid.name)


def claim_id(claim: FullClaim) -> str:
    """Name a claim inside its case: two practices may give the same control number."""
    return f"{claim.control_number}@{payee_of(claim)}"


def provider_id(provider: ClaimProvider) -> str:
    """Name somebody who acted, until a directory says who that is: the provider number, else the name."""
    return provider.npi or _name(provider.name)


def _name(name: Name) -> str:
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)


def rows_of(claim: FullClaim, on: date) -> Rows:
    """Lay a claim out, without its case id: who is who and which source is asked is settled over the whole book.

    Args:
        claim: The claim, whole.
        on: The day to decide for; a service after it has not been given yet, whatever the claim says.
    """
    yield "patient", _patient(claim)
    for code in claim.diagnoses:
        yield "condition", {"id": code, "code": code}
    yield from _people(claim)
    paid = claim.billing_provider
    billing: dict[str, object] = {
        "id": payee_of(claim),
        "name": _name(paid.name),
        "npi": paid.npi,
        "tax_id": paid.tax_id,
    }
    billing |= {"tax_id_is_personal": paid.tax_id_is_personal if paid.tax_id else None}
    yield "billing_provider", {**billing, "taxonomy": paid.taxonomy, "phone": paid.phone}
    yield "funding_source", _source(claim)
    yield "claim", _claim(claim)
    for number, line in enumerate(claim.lines, 1):
        yield "expense", _expense(claim, number, line, on)
        yield "service_line", _service_line(claim, number, line)


def _patient(claim: FullClaim) -> dict[str, object]:
    patient = claim.patient
    relation = _RELATIONS.get(claim.relation)  # other says only what it is not
    return {"name": _name(patient.name), "born_on": patient.born_on, "sex": patient.sex, "relationship": relation}


def _people(claim: FullClaim) -> Rows:
    """List those who ordered, performed or oversaw, each once."""
    lines = [line.rendering_provider for line in claim.lines]
    acting = (claim.rendering_provider, claim.referring_provider, claim.supervising_provider, *lines)
    own = claim.billing_provider if claim.billing_provider.name.is_person else None
    named = {provider_id(one): one for one in (*acting, own) if one}
    for id, one in named.items():
        numbers = {"npi": one.npi, "licence_number": one.licence_number}
        yield "clinician", {"id": id, "name": _name(one.name), **numbers}


def _source(claim: FullClaim) -> dict[str, object]:
    """Say what the message knows of the coverage; its terms are not in it."""
    kind = claim.funding_kind.value
    plan = {"group_number": claim.group_number, "plan_name": claim.plan_name, "member_id": claim.member_id}
    number = claim.payer.id
    return {"id": f"{kind}/{number}" if number else kind, "kind": kind, "payer_electronic_id": number, **plan}


def _performer(claim: FullClaim, line: FullLine) -> str | None:
    """Name who performed a line; a practice that names nobody leaves it unknown."""
    person = claim.billing_provider if claim.billing_provider.name.is_person else None
    acted = line.rendering_provider or claim.rendering_provider or person
    return provider_id(acted) if acted else None


def _claim(claim: FullClaim) -> dict[str, object]:
    person = claim.billing_provider if claim.billing_provider.name.is_person else None
    rendering = claim.rendering_provider or person
    ordered = claim.referring_provider if claim.referring_role is ProviderRole.ORDERING else None
    return {
        "id": claim_id(claim),
        "state": "filed",
        "stage": "post_service",
        "frequency": claim.frequency,
        "billing_provider": payee_of(claim),
        "rendering_provider": provider_id(rendering) if rendering else None,
        "supervising_provider": provider_id(claim.supervising_provider) if claim.supervising_provider else None,
        "ordering_provider": provider_id(ordered) if ordered else None,
        "accepts_assignment": claim.assignment.value == "A",
        "benefits_assigned": claim.benefits_assigned,
        "patient_signature_on_file": claim.release_signed,
        "provider_signature_on_file": claim.signature_on_file,
        "diagnoses": list(claim.diagnoses) or None,
    }


def expense_id(claim: FullClaim, number: int) -> str:
    """Name a line among the expenses of its case."""
    return f"{claim_id(claim)}/{number}"


def _expense(claim: FullClaim, number: int, line: FullLine, on: date) -> dict[str, object]:
    return {
        "id": expense_id(claim, number),
        "kind": kind_of(line.procedure_code),
        "status": ServiceStatus.HELD if line.served_on <= on else ServiceStatus.PLANNED,
        "served_on": line.served_on,
        "served_to": line.served_to,
        "charge_cents": line.charge_cents,
        "participants": 1,
        "clinician": _performer(claim, line),
        "supervisor": provider_id(claim.supervising_provider) if claim.supervising_provider else None,
        "place_of_service": line.place_of_service or claim.place_of_service,
        "origin": "expense",
    }


def _service_line(claim: FullClaim, number: int, line: FullLine) -> dict[str, object]:
    return {
        "claim_id": claim_id(claim),
        "id": str(number),
        "expense": expense_id(claim, number),
        "served_on": line.served_on,
        "procedure_code": line.procedure_code,
        "modifiers": list(line.modifiers) or None,
        "place_of_service": line.place_of_service or claim.place_of_service,
        "units": line.units,
        "charge_cents": line.charge_cents,
        "diagnosis_pointers": list(line.diagnosis_pointers) or None,
    }
