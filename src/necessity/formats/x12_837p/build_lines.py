"""The service lines of a claim as records."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from necessity.domain.full_claim import ClaimProvider, FullLine
from necessity.formats.x12 import ADVISORY, Part, Segment, at, read_cents, read_day, read_days, read_whole
from necessity.formats.x12_837p.build_people import Groups, group, provider

_PROCEDURE_KINDS = ("HC", "")


class ReadLines(NamedTuple):
    """Lines as fields, before their pointers are settled."""

    fields: list[dict[str, Any]]
    ordering: ClaimProvider | None
    """Who ordered, where every line names the same one."""

    def lines(self, moved: dict[int, int]) -> tuple[FullLine, ...]:
        """Make the lines; pointers lead where the diagnoses stand now."""
        return tuple(
            FullLine(**{**one, "diagnosis_pointers": _led(one["diagnosis_pointers"], moved)}) for one in self.fields
        )


def _led(pointers: tuple[int, ...], moved: dict[int, int]) -> tuple[int, ...]:
    return tuple(moved[pointer] for pointer in pointers if pointer in moved)


def build_lines(part: Part, tell: Callable[..., None]) -> ReadLines:
    """Read every line of a claim.

    Args:
        part: The loop 2300.
        tell: Takes what has to be left out.

    Returns:
        The lines, and who ordered them.
    """
    fields, ordering = [], []
    for index, segments in _cut(part.segments):
        line = group(segments)
        made = _line(line, index, part.signs.component, len(fields) + 1, tell)
        if made:
            fields.append(made)
            ordering.append(provider(line, "2420E", "DK"))
    shared = ordering[0] if ordering and all(one == ordering[0] for one in ordering) else None
    if shared is None and any(ordering):
        tell(0, "Lines name different ordering providers, or some none; they are not kept.", weight=ADVISORY)
    return ReadLines(fields, shared)


def _cut(segments: list[Segment]) -> Iterator[tuple[int, list[Segment]]]:
    """Cut a claim at each LX."""
    starts = [index for index, (key, _) in enumerate(segments) if key == "2400.LX"]
    for index, end in zip(starts, [*starts[1:], len(segments)], strict=True):
        yield index, segments[index:end]


def _line(line: Groups, index: int, sign: str, number: int, tell: Callable[..., None]) -> dict[str, Any] | None:
    sv1 = line.get("2400.SV1", [[]])[0]
    dtp = next((one for one in line.get("2400.DTP", ()) if at(one, 1) == "472"), [])
    served_on, served_to = read_days(at(dtp, 3))
    charge = read_cents(at(sv1, 2))
    if served_on is None or charge is None or charge < 0:
        tell(index, f"Line {number} has no day of service or no charge that can be read; it is left out.")
        return None
    code, modifiers = _procedure(at(sv1, 1).split(sign), index, number, tell)
    return {
        "id": _reference(line) or str(number),
        "served_on": served_on,
        "served_to": served_to,
        "procedure_code": code,
        "modifiers": modifiers,
        "place_of_service": at(sv1, 5) or None,
        "units": _units(sv1, index, number, tell),
        "charge_cents": charge,
        "diagnosis_pointers": tuple(int(one) for one in at(sv1, 7).split(sign) if one.isdecimal() and len(one) < 3),
        "rendering_provider": provider(line, "2420A", "82"),
        "prescribed_on": _prescribed(line),
        "note": next((at(nte, 2) or None for nte in line.get("2400.NTE", ())), None),
    }


def _procedure(
    parts: list[str], index: int, number: int, tell: Callable[..., None]
) -> tuple[str | None, tuple[str, ...]]:
    code = at(parts, 1).strip().upper()
    modifiers = tuple(one for one in parts[2:6] if one)
    is_code = parts[0] in _PROCEDURE_KINDS and len(code) == 5 and code.isascii() and code.isalnum()
    is_code = is_code and code[1:4].isdigit() and (code[0].isdigit() or (code[0] <= "V" and code[4].isdigit()))
    if not is_code and any(parts):
        tell(index, f"Line {number} bears no procedure code that can be read; it is left out.", 1)
    return (code if is_code else None), modifiers


def _units(sv1: list[str], index: int, number: int, tell: Callable[..., None]) -> int | None:
    units = read_whole(at(sv1, 4)) if at(sv1, 3) != "MJ" else None
    if units is None:
        tell(index, f"Line {number} counts no whole units; they are left out.", 4, ADVISORY)
    return units


def _reference(line: Groups) -> str:
    return next((at(ref, 2) for ref in line.get("2400.REF", ()) if at(ref, 1) == "6R"), "")


def _prescribed(line: Groups) -> Any:
    return next((read_day(at(dtp, 3)) for dtp in line.get("2400.DTP", ()) if at(dtp, 1) == "471"), None)
