"""A 277CA → what became of each claim before any decision, and what to do next."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from necessity.domain.acknowledgement import (
    BatchAcknowledgement,
    ClaimAcknowledgement,
    ClaimStatus,
    LineStatus,
    Receipt,
)
from necessity.formats.x12 import Part, Segment, Walker, at, clip, read_cents, read_day, read_days, read_whole

_STARTS = ("A1", "A2")
_ASK = "Ask the sender of this answer what it means; its category is not one this message knows."
_UNLISTED = "its meaning is not in our table"
_LINE_NUMBERS = ("FJ", "6R")


@cache
def codes() -> dict[str, dict[str, Any]]:
    """Give categories and status codes."""
    with Path(__file__).with_name("codes.toml").open("rb") as file:
        return tomllib.load(file)


def acknowledgements_in(walker: Walker) -> Iterator[ClaimAcknowledgement | BatchAcknowledgement]:
    """Give what is said of batches and claims, in the order of the file."""
    for part in walker:
        if answer := acknowledgement_of(part):
            yield answer


def acknowledgement_of(part: Part) -> ClaimAcknowledgement | BatchAcknowledgement | None:
    """Read the answer a part holds; None: it holds none."""
    if part.loop == "2200D":
        return _claim(part)
    if part.loop in ("2000B", "2000C") and any(key.endswith((".STC", ".QTY")) for key, _ in part.segments):
        return _batch(part)
    return None


def statuses(stc: list[str], sign: str) -> Iterator[ClaimStatus]:
    """Read one STC; it may hold three statuses."""
    for place in (1, 10, 11):
        category, status, entity, *_ = [*at(stc, place).split(sign), "", "", ""]
        if category:
            meant = codes()["category"].get(category, {}).get("words", f"category {clip(category)}, {_UNLISTED}")
            about = codes()["status"].get(status.lstrip("0"), _UNLISTED)
            yield ClaimStatus(
                category=category,
                status=status,
                entity=entity or None,
                words=f"{meant}; status {clip(status) or '(none)'}: {about}",
                stated_on=read_day(at(stc, 2)),
                action=at(stc, 3) or None,
                note=at(stc, 12) or None,
            )


def _receipt(found: list[ClaimStatus]) -> Receipt:
    """Let a rejection outweigh everything; what nobody knows is unknown."""
    kinds = {codes()["category"].get(one.category, {}).get("receipt", "unknown") for one in found}
    kinds |= {"rejected" for one in found if one.action == "U"}
    return next((kind for kind in (Receipt.REJECTED, Receipt.ACCEPTED) if kind.value in kinds), Receipt.UNKNOWN)


def _step(found: list[ClaimStatus], receipt: Receipt) -> str:
    """Give the next step of the status that decides."""
    for one in found:
        known = codes()["category"].get(one.category)
        if known and known["receipt"] == receipt.value:
            return str(known["step"])
    if receipt is Receipt.REJECTED:
        return str(codes()["category"]["A3"]["step"])
    return (
        str(codes()["category"][found[0].category]["step"])
        if found and found[0].category in codes()["category"]
        else _ASK
    )


def _claim(part: Part) -> ClaimAcknowledgement:
    sign, own, lines = part.signs.component, [], []
    for segment in part.segments:
        if segment[0] == "2220D.SVC":
            lines.append([segment])
        elif segment[0].startswith("2220D.") and lines:
            lines[-1].append(segment)
        else:
            own.append(segment)
    found = [status for key, one in own if key == "2200D.STC" for status in statuses(one, sign)]
    read_lines = tuple(_line(line, sign) for line in lines)
    every = [*found, *(status for line in read_lines for status in line.statuses)]
    receipt = _receipt(found or every)
    numbers = {at(one, 1): at(one, 2) or None for key, one in own if key == "2200D.REF"}
    first, last = _days(own, "2200D.DTP")
    charge = next((read_cents(at(one, 4)) for key, one in own if key == "2200D.STC" and at(one, 4)), None)
    return ClaimAcknowledgement(
        control_number=at(own[0][1], 2) if own else "",
        receipt=receipt,
        payer_claim_number=numbers.get("1K"),
        clearinghouse_number=numbers.get("D9"),
        charged_cents=charge,
        served_on=first,
        served_to=last,
        statuses=tuple(found),
        lines=read_lines,
        starts_follow_up=receipt is Receipt.ACCEPTED and any(one.category in _STARTS for one in found),
        next_step=_step(found, receipt),
    )


def _days(segments: list[Segment], wanted: str) -> tuple[Any, Any]:
    return next((read_days(at(one, 3)) for key, one in segments if key == wanted), (None, None))


def _line(segments: list[Segment], sign: str) -> LineStatus:
    svc = segments[0][1]
    procedure = at(svc, 1).split(sign)
    return LineStatus(
        line_number=next((at(one, 2) for _, one in segments if one[0] == "REF" and at(one, 1) in _LINE_NUMBERS), None),
        procedure_code=at(procedure, 1) or None,
        charged_cents=read_cents(at(svc, 2)),
        statuses=tuple(status for _, one in segments if one[0] == "STC" for status in statuses(one, sign)),
    )


def _batch(part: Part) -> BatchAcknowledgement:
    level = "receiver" if part.loop == "2000B" else "provider"
    found = [status for _, one in part.segments if one[0] == "STC" for status in statuses(one, part.signs.component)]
    counts = {at(one, 1): read_whole(at(one, 2)) for _, one in part.segments if one[0] == "QTY"}
    amounts = {at(one, 1): read_cents(at(one, 2)) for _, one in part.segments if one[0] == "AMT"}
    receipt = _receipt(found)
    return BatchAcknowledgement(
        level=level,
        name=next((at(one, 3) or None for _, one in part.segments if one[0] == "NM1"), None),
        accepted=counts.get("90", counts.get("QA")),
        rejected=counts.get("AA", counts.get("QC")),
        accepted_cents=amounts.get("YU"),
        rejected_cents=amounts.get("YY"),
        statuses=tuple(found),
        receipt=receipt,
        next_step=_step(found, receipt) if found else "Read the claims below.",
    )
