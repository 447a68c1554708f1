"""The service lines of a claim as records."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from necessity.domain.full_claim import ClaimProvider
from necessity.formats.x12 import ADVISORY, REQUIRED, Part, Segment, at, read_cents, read_day, read_days, read_whole
from necessity.formats.x12_837p.build_people import Tell, group, provider, read_procedure
from necessity.formats.x12_837p.other_payers.build import build_other_payments


class ReadLines(NamedTuple):
    """The lines of a claim, and what of its providers stands with them."""

    lines: list[dict[str, Any]]
    """Fields of lines; the claim makes them records with itself, which is twice as quick."""
    ordering: ClaimProvider | None
    """Who ordered, where every line names the same one."""


def build_lines(part: Part, starts: list[int], moved: dict[int, int], tell: Tell) -> ReadLines:
    """Read every line of a claim.

    Args:
        part: The loop 2300.
        starts: Where its lines begin.
        moved: Where each diagnosis of the message stands in the record.
        tell: Takes what has to be left out.

    Returns:
        The lines, and who ordered them.
    """
    segments = part.segments
    ends = [*starts[1:], len(segments)][: len(starts)]
    lines: list[dict[str, Any]] = []
    ordering: list[ClaimProvider | None] = []
    for number, (index, end) in enumerate(zip(starts, ends, strict=True), 1):
        line, ordered = _line(segments[index + 1 : end], index, number, part.signs.component, moved, tell)
        if line:
            lines.append(line)
            ordering.append(ordered)
    shared = ordering[0] if ordering and all(one == ordering[0] for one in ordering) else None
    if shared is None and any(ordering):
        tell(0, "Lines name different ordering providers, or some none; they are not kept.", weight=ADVISORY)
    return ReadLines(lines, shared)


def _line(
    segments: list[Segment], index: int, number: int, sign: str, moved: dict[int, int], tell: Tell
) -> tuple[dict[str, Any] | None, ClaimProvider | None]:
    """Read one line in one pass over its segments."""
    fields: dict[str, Any] = {"id": str(number)}
    others: dict[str, ClaimProvider | None] = {}
    for key, elements in segments:
        if key == "2400.SV1":
            _service(fields, elements, index, number, sign, moved, tell)
        elif key == "2400.DTP":
            _day(fields, elements)
        elif key == "2400.REF":
            if len(elements) > 2 and elements[1] == "6R" and elements[2]:
                fields["id"] = elements[2]
        elif key == "2400.NTE":
            fields.setdefault("note", at(elements, 2) or None)
        elif key == "2420A.NM1" or key == "2420E.NM1":
            others[key] = None
        elif key == "2430.SVD":
            fields["other_payments"] = ()
    if others:
        own = group(segments)
        fields["rendering_provider"] = provider(own, "2420A", "82")
        others["2420E.NM1"] = provider(own, "2420E", "DK")
    if "other_payments" in fields:
        fields["other_payments"] = build_other_payments(segments, index + 1, number, sign, tell)
    if fields.get("served_on") is None or fields.get("charge_cents") is None:
        tell(index, f"Line {number} has no day of service or no charge that can be read; it is left out.")
        return None, None
    return fields, others.get("2420E.NM1")


def _day(fields: dict[str, Any], elements: list[str]) -> None:
    kind, text = at(elements, 1), at(elements, 3)
    if kind == "472":
        fields["served_on"], fields["served_to"] = _days(text)
    elif kind == "471":
        fields["prescribed_on"] = read_day(text)


@lru_cache(maxsize=8192)
def _days(text: str) -> tuple[date | None, date | None]:
    return read_days(text)


class _Service(NamedTuple):
    """An SV1, read."""

    fields: dict[str, Any]
    pointers: tuple[int, ...]
    faults: tuple[tuple[str, int, str], ...]
    """What cannot be held: words, element, weight."""


def _service(
    fields: dict[str, Any], sv1: list[str], index: int, number: int, sign: str, moved: dict[int, int], tell: Tell
) -> None:
    read = _read_service(tuple(sv1), sign)
    for said, element, weight in read.faults:
        tell(index, f"Line {number} {said}", element, weight)
    fields.update(read.fields)
    fields["diagnosis_pointers"] = [moved[one] for one in read.pointers if one in moved]


@lru_cache(maxsize=8192)
def _read_service(sv1: tuple[str, ...], sign: str) -> _Service:
    """Read an SV1; a file holds the same one many times."""
    parts, faults = [*sv1, *[""] * 8], []
    code, modifiers, is_known = read_procedure(parts[1], sign)
    if not is_known:
        faults.append(("bears no procedure code that can be read; it is left out.", 1, REQUIRED))
    charge = read_cents(parts[2])
    units = read_whole(parts[4]) if parts[3] != "MJ" else None
    if units is None:
        faults.append(("counts no whole units; they are left out.", 4, ADVISORY))
    fields = {
        "charge_cents": charge if charge is not None and charge >= 0 else None,
        "procedure_code": code,
        "modifiers": modifiers,
        "place_of_service": parts[5] or None,
        "units": units,
    }
    return _Service(fields, _pointers(parts[7], sign), tuple(faults))


def _pointers(text: str, sign: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(sign) if one.isdecimal() and len(one) < 3)
