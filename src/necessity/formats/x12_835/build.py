"""Loops of a remittance as records. What cannot be read as an amount leaves the claim out, told, never guessed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from necessity.domain.people import Address
from necessity.domain.remittance import (
    ProviderAdjustment,
    RemittanceAdvice,
    RemittancePayment,
    RemittedAdjustment,
    RemittedClaim,
    RemittedPerson,
)
from necessity.formats.x12 import Part, Segment, at, read_cents, read_day

_ROLES = {"QC": "patient", "IL": "subscriber", "74": "corrected", "82": "rendering"}
_DAYS = {"050": "received_on", "232": "served_from", "233": "served_to", "036": "coverage_ended_on"}
_REMARKS = {"2100.MOA": range(3, 8), "2100.MIA": (5, 20, 21, 22, 23)}


def triples(cas: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give reason, amount and quantity of a CAS, up to six times."""
    for place in range(2, len(cas), 3):
        if cas[place] or at(cas, place + 1):
            yield cas[place], at(cas, place + 1), at(cas, place + 2)


def adjustments(cas: list[str]) -> tuple[RemittedAdjustment, ...]:
    """Read one CAS; an amount that cannot be read is left out."""
    return _adjustments(tuple(cas))


@lru_cache(maxsize=4096)
def _adjustments(cas: tuple[str, ...]) -> tuple[RemittedAdjustment, ...]:
    return tuple(
        RemittedAdjustment(group=at(list(cas), 1), reason=reason, amount_cents=cents, quantity=quantity or None)
        for reason, amount, quantity in triples(list(cas))
        if (cents := read_cents(amount)) is not None
    )


def build_claim(part: Part) -> RemittedClaim | None:
    """Make a claim of its loop 2100; None where its amounts cannot be read."""
    sign = part.signs.component
    fields: dict[str, Any] = {}
    lines: list[Any] = []  # fields; the claim makes them records with itself, which is twice as quick
    for key, elements in part.segments:
        if key.startswith("2110."):
            if key == "2110.SVC":
                lines.append(_service(elements, sign))
            elif lines:
                _line_part(lines[-1], key, elements)
        else:
            _claim_part(fields, key, elements)
    fields["lines"] = lines
    try:
        return RemittedClaim(**fields)
    except ValidationError:
        return None


def _claim_part(fields: dict[str, Any], key: str, elements: list[str]) -> None:
    match key:
        case "2100.CLP":
            clp = [*elements, *[""] * 10]
            fields.update(
                control_number=clp[1],
                status=clp[2],
                charged_cents=read_cents(clp[3]),
                paid_cents=read_cents(clp[4]),
                patient_owes_cents=read_cents(clp[5]),
                filing_indicator=clp[6] or None,
                payer_claim_number=clp[7] or None,
                place_of_service=clp[8] or None,
                frequency=clp[9] or None,
            )
        case "2100.CAS":
            fields["adjustments"] = (*fields.get("adjustments", ()), *adjustments(elements))
        case "2100.NM1":
            if role := _ROLES.get(at(elements, 1)):
                fields[role] = _person(tuple(elements))
        case "2100.MOA" | "2100.MIA":
            codes = tuple(code for place in _REMARKS[key] if (code := at(elements, place)))
            fields["remark_codes"] = (*fields.get("remark_codes", ()), *codes)
        case "2100.DTM":
            if name := _DAYS.get(at(elements, 1)):
                fields[name] = read_day(at(elements, 2))
        case "2100.AMT" if at(elements, 1) == "AU":
            fields["allowed_cents"] = read_cents(at(elements, 2))


@lru_cache(maxsize=1024)
def _person(nm1: tuple[str, ...]) -> RemittedPerson:
    names = [*nm1, *[""] * 10]
    return RemittedPerson(last=names[3] or None, first=names[4] or None, middle=names[5] or None, id=names[9] or None)


def _service(svc: list[str], sign: str) -> dict[str, Any]:
    fields = [*svc, *[""] * 8]
    kind, code, modifiers = _procedure(fields[1], sign)
    return {
        "procedure_kind": kind,
        "procedure_code": code,
        "modifiers": modifiers,
        "submitted_code": _procedure(fields[6], sign)[1] if fields[6] else None,
        "charged_cents": read_cents(fields[2]),
        "paid_cents": read_cents(fields[3]),
        "units_paid": fields[5] or None,
        "units_submitted": fields[7] or None,
    }


@lru_cache(maxsize=4096)
def _procedure(text: str, sign: str) -> tuple[str, str | None, tuple[str, ...]]:
    kind, code, *modifiers = [*text.split(sign), "", ""]
    return kind or "HC", code or None, tuple(one for one in modifiers[:4] if one)


def _line_part(line: dict[str, Any], key: str, elements: list[str]) -> None:
    if key == "2110.CAS":
        line["adjustments"] = (*line.get("adjustments", ()), *_adjustments(tuple(elements)))
        return
    kind, text = (elements[1], elements[2]) if len(elements) > 2 else ("", "")
    if key == "2110.DTM":
        line["served_to" if kind == "151" else "served_on"] = read_day(text)
    elif key == "2110.REF" and kind == "6R":
        line["line_number"] = text or None
    elif key == "2110.AMT" and kind == "B6":
        line["allowed_cents"] = read_cents(text)
    elif key == "2110.LQ" and kind == "HE" and text:
        line["remark_codes"] = (*line.get("remark_codes", ()), text)


def build_provider_adjustments(part: Part) -> tuple[ProviderAdjustment, ...]:
    """Make the changes of one PLB; up to six stand in it."""
    made = []
    for key, plb in part.segments:
        for place in range(3, len(plb), 2) if key == "PLB.PLB" else ():
            reason, _, reference = plb[place].partition(part.signs.component)
            cents = read_cents(at(plb, place + 1))
            if reason and cents is not None:
                made.append(
                    ProviderAdjustment(
                        provider_id=at(plb, 1),
                        year_ends_on=read_day(at(plb, 2)),
                        reason=reason,
                        reference=reference or None,
                        amount_cents=cents,
                    )
                )
    return tuple(made)


def build_header(header: list[Segment]) -> RemittanceAdvice | None:
    """Make a remittance without its claims; None where payment or trace number cannot be read."""
    by_key: dict[str, list[str]] = {}
    references: dict[tuple[str, str], str] = {}
    contact: list[str] = []
    for key, elements in header:
        by_key.setdefault(key, elements)
        if key.endswith(".REF"):
            references.setdefault((key, at(elements, 1)), at(elements, 2))
        elif key == "1000A.PER" and (not contact or at(elements, 1) == "BL"):
            contact = elements
    bpr, trn = by_key.get("HEADER.BPR", []), by_key.get("HEADER.TRN", [])
    payer, payee = by_key.get("1000A.N1", []), by_key.get("1000B.N1", [])
    cents = read_cents(at(bpr, 2))
    if cents is None or not at(trn, 2):
        return None
    number, kind = at(payee, 4), at(payee, 3)
    return RemittanceAdvice(
        payment=_payment(bpr, trn, cents),
        payer_name=at(payer, 2) or "(no name)",
        payer_id=at(payer, 4) or references.get(("1000A.REF", "2U")) or None,
        payer_address=_address(by_key, "1000A"),
        payer_contact=at(contact, 2) or None,
        payer_phone=(at(contact, 4) or None) if at(contact, 3) == "TE" else None,
        payee_name=at(payee, 2) or "(no name)",
        payee_npi=(number or None) if kind == "XX" else None,
        payee_tax_id=((number or None) if kind == "FI" else None) or references.get(("1000B.REF", "TJ")) or None,
        made_on=read_day(at(by_key.get("HEADER.DTM", []), 2)),
    )


def _payment(bpr: list[str], trn: list[str], cents: int) -> RemittancePayment:
    bank = [*bpr, *[""] * 17][6:16]
    return RemittancePayment(
        handling=at(bpr, 1),
        paid_cents=cents,
        is_debit=at(bpr, 3) == "D",
        method=at(bpr, 4) or "NON",
        paid_on=read_day(at(bpr, 16)),
        trace_number=at(trn, 2),
        payer_tin=at(trn, 3) or None,
        account_format=at(bpr, 5) or None,
        bank_fields=tuple(bank) if any(bank) else (),
    )


def _address(by_key: dict[str, list[str]], loop: str) -> Address:
    street, town = by_key.get(f"{loop}.N3", []), by_key.get(f"{loop}.N4", [])
    return Address(
        street=" ".join(part for part in street[1:3] if part) or None,
        city=at(town, 1) or None,
        state=at(town, 2) or None,
        zip_code=at(town, 3) or None,
    )
