"""What is kept of each claim and line beside the tables: what an answer to its provider has to repeat."""

from collections.abc import Iterator

from necessity.domain.full_claim import ClaimPerson, FullClaim, RelationToSubscriber
from necessity.workflow.bulk.messages.rows import claim_id, expense_id, payee_of

CLAIM_READ = {
    "claim_number": "BIGINT",
    "file": "VARCHAR",
    "set_starts": "BIGINT",
    "segment": "BIGINT",
    "case_id": "VARCHAR",
    "claim_id": "VARCHAR",
    "control_number": "VARCHAR",
    "charge_cents": "BIGINT",
    "lines": "BIGINT",
    "member_id": "VARCHAR",
    "group_number": "VARCHAR",
    "filing_indicator": "VARCHAR",
    "payer_id": "VARCHAR",
    "payer_name": "VARCHAR",
    "funding_kind": "VARCHAR",
    "frequency": "VARCHAR",
    "place_of_service": "VARCHAR",
    "payee": "VARCHAR",
    "patient_last": "VARCHAR",
    "patient_first": "VARCHAR",
    "patient_middle": "VARCHAR",
    "patient_born_on": "VARCHAR",
    "subscriber_last": "VARCHAR",
    "subscriber_first": "VARCHAR",
    "subscriber_middle": "VARCHAR",
    "digest": "VARCHAR",
}
"""Columns of the register of claims, `messages/claims.parquet`; its last ones say what became of each."""
LINE_READ = {
    "claim_number": "BIGINT",
    "expense_id": "VARCHAR",
    "line_number": "VARCHAR",
    "procedure_code": "VARCHAR",
    "modifiers": "VARCHAR[]",
    "served_on": "DATE",
    "served_to": "DATE",
    "units": "BIGINT",
    "charge_cents": "BIGINT",
}
"""Columns of the register of lines, `messages/lines.parquet`."""


def claim_row(claim: FullClaim | None, number: str, charge_cents: int | None, lines: int) -> dict[str, object]:
    """Write a claim's row of the register; of one that cannot be held only what stands in its first segment."""
    row: dict[str, object] = {"control_number": number, "charge_cents": charge_cents, "lines": lines}
    if claim is None:
        return row
    is_self = claim.relation is RelationToSubscriber.SELF
    return {
        **row,
        "claim_id": claim_id(claim),
        "member_id": claim.member_id,
        "group_number": claim.group_number,
        "filing_indicator": claim.payer.filing_indicator,
        "payer_id": claim.payer.id,
        "payer_name": claim.payer.name,
        "funding_kind": claim.funding_kind.value,
        "frequency": claim.frequency.value,
        "place_of_service": claim.place_of_service,
        "payee": payee_of(claim),
        **_named("patient", claim.patient),
        "patient_born_on": claim.patient.born_on,
        **({} if is_self else _named("subscriber", claim.subscriber)),
        "digest": digest_of(claim),
    }


def _named(role: str, person: ClaimPerson) -> dict[str, object]:
    name = person.name
    return {f"{role}_last": name.last, f"{role}_first": name.first, f"{role}_middle": name.middle}


def digest_of(claim: FullClaim) -> str:
    """Make one number of what a claim says: the same claim sent twice has the same."""
    from hashlib import sha256

    return sha256(claim.model_dump_json(exclude_none=True).encode()).hexdigest()


def line_rows(claim: FullClaim) -> Iterator[dict[str, object]]:
    """Write the register's rows of a claim's lines."""
    for number, line in enumerate(claim.lines, 1):
        yield {
            "expense_id": expense_id(claim, number),
            "line_number": line.id,
            "procedure_code": line.procedure_code,
            "modifiers": list(line.modifiers) or None,
            "served_on": line.served_on,
            "served_to": line.served_to,
            "units": line.units,
            "charge_cents": line.charge_cents,
        }
