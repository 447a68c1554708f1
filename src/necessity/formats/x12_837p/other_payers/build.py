"""What other payers decided, as fields; the claim makes them records with itself."""

from collections.abc import Iterator
from typing import Any

from necessity.domain.full_claim import ClaimPayer, PayerOrder, RelationToSubscriber
from necessity.formats.x12 import ADVISORY, Part, Segment, at, read_cents, read_day
from necessity.formats.x12_837p.build_people import Groups, Tell, address, group, person, read_procedure
from necessity.formats.x12_837p.codes import OTHER_RELATIONS_READ

_ORDERS = {one.value: one for one in PayerOrder}
_AMOUNTS = {"D": "paid_cents", "EAF": "left_cents", "A8": "not_covered_cents"}
_MOST_COVERAGES = 10
_MOST_PAYMENTS = 15
_REMARKS = slice(3, 8)


def build_other_coverages(part: Part, starts: list[int], tell: Tell) -> list[dict[str, Any]]:
    """Read the other coverages of a claim.

    Args:
        part: The loop 2300.
        starts: Where its lines begin.
        tell: Takes what has to be left out.
    """
    coverages = []
    for first, segments in _runs(part.segments[: starts[0]] if starts else part.segments, "2320.SBR"):
        made = _coverage(first, group(segments), tell)
        coverages += [made] if made else []
    if len(coverages) > _MOST_COVERAGES:
        tell(0, f"A claim holds {_MOST_COVERAGES} other coverages; the rest is left out.")
    return coverages[:_MOST_COVERAGES]


def build_other_payments(
    segments: list[Segment], index: int, number: int, sign: str, tell: Tell
) -> list[dict[str, Any]]:
    """Read what other payers decided on a line.

    Args:
        segments: Of the line.
        index: Where the first of them stands in the claim.
        number: Its number, counted from 1.
        sign: Separates components.
        tell: Takes what has to be left out.
    """
    payments = []
    for first, run in _runs(segments, "2430.SVD"):
        svd = [*run[0][1], *[""] * 6]
        paid = read_cents(svd[2])
        if not svd[1] or paid is None:
            said = f"What another payer decided on line {number} names no payer or no amount; it is left out."
            tell(index + first, said)
            continue
        code, modifiers, is_known = read_procedure(svd[3], sign)
        if not is_known:
            said = f"The code another payer decided on for line {number} cannot be read; it is left out."
            tell(index + first, said, 3, ADVISORY)
        own = group(run)
        payments.append(
            {
                "payer_id": svd[1],
                "paid_cents": paid,
                "procedure_code": code,
                "modifiers": modifiers[:4],
                "units_paid": svd[5] or None,
                "bundled_into": int(svd[6]) if svd[6].isascii() and svd[6].isdigit() and len(svd[6]) < 7 else None,
                "adjustments": _adjustments(own.get("2430.CAS", []), index + first, tell),
                "decided_on": _decided_on(own, "2430"),
                "left_cents": _cents(own, "2430.AMT", "EAF", index + first, tell),
            }
        )
    if len(payments) > _MOST_PAYMENTS:
        tell(index, f"A line holds {_MOST_PAYMENTS} decisions of other payers; the rest is left out.")
    return payments[:_MOST_PAYMENTS]


def _runs(segments: list[Segment], opens: str) -> Iterator[tuple[int, list[Segment]]]:
    """Cut segments into runs that begin with a key; give where each begins. What stands before the first is not its."""
    starts = [index for index, (key, _) in enumerate(segments) if key == opens]
    for start, end in zip(starts, [*starts[1:], len(segments)], strict=True):
        yield start, segments[start:end]


def _coverage(first: int, own: Groups, tell: Tell) -> dict[str, Any] | None:
    sbr, payer = [*own["2320.SBR"][0], *[""] * 9], own.get("2330B.NM1", [[]])[0]
    oi = own.get("2320.OI", [[]])[0]
    if not (at(payer, 3) or at(payer, 9)) or not own.get("2330A.NM1"):
        tell(first, "Other coverage names no payer or no subscriber; it is left out.")
        return None
    if sbr[2] not in OTHER_RELATIONS_READ:
        said = f"The patient's relation {sbr[2] or '(missing)'} to another subscriber is kept as: other."
        tell(first, said, 2, ADVISORY)
    numbers = {at(ref, 1): at(ref, 2) or None for ref in reversed(own.get("2330B.REF", []))}
    fields: dict[str, Any] = {name: _cents(own, "2320.AMT", code, first, tell) for code, name in _AMOUNTS.items()}
    return {
        **fields,
        "payer_order": _ORDERS.get(sbr[1], PayerOrder.UNKNOWN),
        "payer": ClaimPayer(
            name=at(payer, 3) or "(no name)",
            id=at(payer, 9) or None,
            address=address(own, "2330B"),
            filing_indicator=sbr[9] or None,
        ),
        "subscriber": person(own, "2330A"),
        "member_id": at(own["2330A.NM1"][0], 9) or None,
        "relation": OTHER_RELATIONS_READ.get(sbr[2], RelationToSubscriber.OTHER),
        "group_number": sbr[3] or None,
        "plan_name": sbr[4] or None,
        "benefits_assigned": at(oi, 3) == "Y",
        "release_signed": at(oi, 6) == "Y",
        "adjustments": _adjustments(own.get("2320.CAS", []), first, tell),
        "remark_codes": [code for code in own.get("2320.MOA", [[]])[0][_REMARKS] if code],
        "decided_on": _decided_on(own, "2330B"),
        "payer_claim_number": numbers.get("F8"),
        "prior_authorization": numbers.get("G1"),
    }


def _decided_on(own: Groups, loop: str) -> Any:
    return next((read_day(at(dtp, 3)) for dtp in own.get(f"{loop}.DTP", ()) if at(dtp, 1) == "573"), None)


def _cents(own: Groups, key: str, code: str, index: int, tell: Tell) -> int | None:
    """Read one of the amounts of a loop; None where it is not there."""
    texts = [at(amt, 2) for amt in own.get(key, ()) if at(amt, 1) == code]
    cents = read_cents(texts[0]) if texts else None
    if texts and cents is None:
        tell(index, f"An amount of another payer (AMT {code}) cannot be read; it is left out.")
    return cents


def _adjustments(many: list[list[str]], index: int, tell: Tell) -> list[dict[str, Any]]:
    """Read CAS segments, six adjustments at most in each."""
    read = []
    for cas in many:
        for place in range(2, len(cas), 3):
            if not (cas[place] or at(cas, place + 1)):
                continue
            cents = read_cents(at(cas, place + 1))
            if cents is None:
                tell(index, "An adjustment of another payer has no amount that can be read; it is left out.")
                continue
            quantity = at(cas, place + 2) or None
            read.append({"group": at(cas, 1), "reason": cas[place], "amount_cents": cents, "quantity": quantity})
    return read
