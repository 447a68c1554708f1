"""The service lines of a claim as records."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from necessity.domain.full_claim import ClaimProvider
from necessity.formats.x12 import ADVISORY, Part, Segment, at, read_cents, read_day, read_days, read_whole
from necessity.formats.x12_837p.build_people import group, provider

Tell = Callable[..., None]
"""Takes what has to be left out: index of the segment, words, element, weight."""


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
        line, ordered = _line(segments[index:end], index, number, part.signs.component, moved, tell)
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
    if others:
        own = group(segments)
        fields["rendering_provider"] = provider(own, "2420A", "82")
        others["2420E.NM1"] = provider(own, "2420E", "DK")
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


def _service(
    fields: dict[str, Any], sv1: list[str], index: int, number: int, sign: str, moved: dict[int, int], tell: Tell
) -> None:
    code, modifiers, is_known = _procedure(at(sv1, 1), sign)
    if not is_known:
        tell(index, f"Line {number} bears no procedure code that can be read; it is left out.", 1)
    charge = read_cents(at(sv1, 2))
    fields["charge_cents"] = charge if charge is not None and charge >= 0 else None
    fields["procedure_code"], fields["modifiers"] = code, modifiers
    fields["place_of_service"] = at(sv1, 5) or None
    units = read_whole(at(sv1, 4)) if at(sv1, 3) != "MJ" else None
    if units is None:
        tell(index, f"Line {number} counts no whole units; they are left out.", 4, ADVISORY)
    fields["units"] = units
    pointers = _pointers(at(sv1, 7), sign)
    fields["diagnosis_pointers"] = tuple(moved[pointer] for pointer in pointers if pointer in moved)


@lru_cache(maxsize=4096)
def _pointers(text: str, sign: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(sign) if one.isdecimal() and len(one) < 3)


@lru_cache(maxsize=4096)
def _procedure(text: str, sign: str) -> tuple[str | None, tuple[str, ...], bool]:
    """Read code and modifiers; the last says whether what stands there is a code, or nothing at all."""
    parts = text.split(sign)
    code = at(parts, 1).strip().upper()
    is_code = parts[0] in ("HC", "") and len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit()
    is_code = is_code and (code[0].isdigit() or (code[0] <= "V" and code[4].isdigit()))
    return code if is_code else None, tuple(one for one in parts[2:6] if one), is_code or not any(parts)
