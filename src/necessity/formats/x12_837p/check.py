"""What the layout cannot see: sums, pointers, counts, levels, identifiers, days of an 837P."""

from collections.abc import Iterator
from functools import lru_cache

from necessity.domain.codes import check_npi
from necessity.domain.money import dollars
from necessity.formats.x12 import (
    ADVISORY,
    REQUIRED,
    Part,
    X12Finding,
    at,
    clip,
    read_cents,
    read_day,
    read_days,
)
from necessity.formats.x12_837p.other_payers.check import check_other_payers

_LONGEST_NUMBER = 20
_STEP = "If the claim is yours, correct it and write the message again; if not, tell its sender."


def check_part(part: Part) -> list[X12Finding]:
    """Check one loop that the walker has handed over.

    Args:
        part: A header, a level or a claim.

    Returns:
        Findings, in the order of the segments.
    """
    return list(_claim(part) if part.loop == "2300" else _level(part))


@lru_cache(maxsize=8192)
def npi_fault(number: str) -> str:
    """Say why a provider number cannot be one; empty: it can."""
    check = check_npi(number)
    return "" if check.valid else check.why


def found(part: Part, index: int, check: str, message: str, element: int | None = None, *,
          weight: str = REQUIRED, value: str = "") -> X12Finding:  # fmt: skip
    """Make a finding about one segment of a part."""
    return part.finding(index, check, message, _STEP, element, weight=weight, value=value)


# ── levels ──────────────────────────────────────────────────────────────────


def _level(part: Part) -> Iterator[X12Finding]:
    for index, (key, elements) in enumerate(part.segments):
        id = elements[0]
        if id == "HL":
            yield from _hl(part, index, elements)
        elif id == "NM1":
            yield from _npi(part, index, elements)
        elif id == "DMG":
            yield from _real_day(part, index, at(elements, 2), 2)
        elif key == "2010AA.N4" and len(at(elements, 3)) != 9:
            said = "The billing provider's ZIP has not nine digits; most payers want all nine."
            yield found(part, index, "zip_of_nine", said, 3, weight=ADVISORY, value=at(elements, 3))
        elif key == "2010AA.REF" and at(elements, 1) in ("EI", "SY") and not _is_tax_number(at(elements, 2)):
            yield found(part, index, "tax_number", "A tax number has nine digits.", 2, value=at(elements, 2))
    if part.loop == "2000B":
        yield from _subscriber(part)


def _is_tax_number(text: str) -> bool:
    return len(text) == 9 and text.isascii() and text.isdigit()


def _hl(part: Part, index: int, elements: list[str]) -> Iterator[X12Finding]:
    """Compare the number of the level above with the level that stands above."""
    above = next((level for level in reversed(part.above) if level and level[0][1][0] == "HL"), None)
    if above and (number := at(above[0][1], 1)) != at(elements, 2):
        said = f"HL02 is {clip(at(elements, 2)) or 'missing'}, but the level above is number {clip(number)}."
        yield found(part, index, "level_above", said, 2, value=at(elements, 2))


def _subscriber(part: Part) -> Iterator[X12Finding]:
    by_key = {key: elements for key, elements in reversed(part.segments)}
    hl, sbr = by_key.get("2000B.HL", []), by_key.get("2000B.SBR", [])
    is_self, has_patient = at(sbr, 2) == "18", at(hl, 4) == "1"
    if sbr and hl and is_self and has_patient and len(part.segments) > 1:
        said = "The subscriber is the patient (SBR02 18), yet HL04 announces a patient level."
        yield found(part, 0, "relation_and_level", said, 4, weight=ADVISORY, value="1")
    if is_self and "2010BA.DMG" not in by_key:
        said = "The subscriber is the patient, but birth and sex (DMG) are missing."
        yield found(part, 0, "patient_birth", said)
    if not at(by_key.get("2010BA.NM1", []), 9):
        yield found(part, 0, "member_number", "The subscriber's member number (NM109) is missing.", weight=ADVISORY)


def _npi(part: Part, index: int, elements: list[str]) -> Iterator[X12Finding]:
    if at(elements, 8) == "XX" and (why := npi_fault(at(elements, 9))):
        yield found(part, index, "npi", f"NM109 is no provider number: {why}", 9, value=at(elements, 9))


def _real_day(part: Part, index: int, text: str, element: int) -> Iterator[X12Finding]:
    if said := _no_such_day(text):
        yield found(part, index, "no_such_day", said, element, value=text)


@lru_cache(maxsize=8192)
def _no_such_day(text: str) -> str:
    for one in text.split("-")[:2]:
        if len(one) == 8 and one.isdigit() and read_day(one) is None:
            return f"There is no such day as {one}."
    return ""


# ── claims ──────────────────────────────────────────────────────────────────


def _claim(part: Part) -> Iterator[X12Finding]:
    """Walk once over a claim: its own segments, then line by line."""
    total, complete, lines, diagnoses, has_others = 0, True, 0, 0, False
    segments, sign = part.segments, part.signs.component
    header = part.above[0] if part.above else []
    written = at(header[1][1], 4) if len(header) > 1 else ""
    for index, (key, elements) in enumerate(segments):
        if key == "2400.DTP" or key == "2300.DTP":
            for check, element, said, weight in _day_faults(key, tuple(elements), written):
                yield found(part, index, check, said, element, value=at(elements, 3), weight=weight)
        elif key == "2400.SV1":
            cents, faults = _service(tuple(elements), sign, diagnoses)
            complete = complete and cents is not None
            total += cents or 0
            for check, element, said in faults:
                yield found(part, index, check, said, element, value=at(elements, element))
        elif key == "2400.LX":
            lines += 1
            if at(elements, 1) != str(lines):
                said = f"LX01 is {clip(at(elements, 1)) or 'missing'}; lines are counted from 1 without a gap: {lines}."
                yield found(part, index, "line_number", said, 1, value=at(elements, 1))
        elif key == "2300.HI":
            count, wrong = _diagnoses(tuple(elements), sign)
            diagnoses += count
            for check, element, said, value in wrong:
                yield found(part, index, check, said, element, value=value)
        elif elements[0] == "NM1":
            yield from _npi(part, index, elements)
        elif key == "2300.PWK" and at(elements, 2) != "AA" and not at(elements, 6):
            yield found(part, index, "paper_number", "A paper sent apart needs its control number (PWK06).", 6)
        elif key == "2320.SBR" or key == "2430.SVD":
            has_others = True
    if segments[0][0] == "2300.CLM":
        yield from _whole(part, segments[0][1], total if complete else None)
    if has_others:
        yield from check_other_payers(part)


def _whole(part: Part, clm: list[str], total: int | None) -> Iterator[X12Finding]:
    asked = read_cents(at(clm, 2))
    if total is not None and asked is not None and total != asked:
        said = f"CLM02 asks {dollars(asked)}, but the lines add up to {dollars(total)}."
        yield found(part, 0, "lines_add_up", said, 2, value=at(clm, 2))
    if asked is not None and asked < 0:
        yield found(part, 0, "negative_charge", "The charge of the claim is below zero.", 2, value=at(clm, 2))
    if len(at(clm, 1)) > _LONGEST_NUMBER:
        said = "The patient control number has more than 20 characters; receivers need not give back more."
        yield found(part, 0, "long_control_number", said, 1, weight=ADVISORY, value=at(clm, 1))
    frequency = at(clm, 5).split(part.signs.component)[-1]
    if frequency in ("7", "8") and not any(key == "2300.REF" and at(one, 1) == "F8" for key, one in part.segments):
        said = "A replacement or void needs the payer's number of the earlier claim (REF F8)."
        yield found(part, 0, "payer_claim_number", said, 5, value=frequency)


@lru_cache(maxsize=8192)
def _diagnoses(hi: tuple[str, ...], sign: str) -> tuple[int, tuple[tuple[str, int, str, str], ...]]:
    """Count the diagnoses of an HI and say what is wrong: ABK is the first and no other; codes bear no dot."""
    faults = []
    for place, one in enumerate(hi[1:], 1):
        kind, _, code = one.partition(sign)
        if kind == "ABK" and place > 1:
            faults.append(("first_diagnosis", place, "ABK marks the first diagnosis only; the others bear ABF.", ""))
        if kind in ("ABK", "ABF") and "." in code:
            faults.append(("dot_in_code", place, "A diagnosis code bears no dot in a message.", code))
        if kind in ("BK", "BF"):
            faults.append(("old_diagnosis", place, "BK and BF mark ICD-9 codes; ICD-10-CM bears ABK and ABF.", code))
    count = sum(one[:3] in ("ABK", "ABF") or one[:2] in ("BK", "BF") for one in hi[1:])
    return count, tuple(faults)


@lru_cache(maxsize=8192)
def _service(sv1: tuple[str, ...], sign: str, diagnoses: int) -> tuple[int | None, tuple[tuple[str, int, str], ...]]:
    """Give a line's charge, and what is wrong with its pointers and units."""
    elements = list(sv1)
    pointers, units = at(elements, 7), at(elements, 4)
    faults = [
        ("pointer", 7, f"The line points at diagnosis {pointer}, but the claim lists {diagnoses}.")
        for pointer in pointers.split(sign)
        if pointer.isdecimal() and len(pointer) < 4 and not 1 <= int(pointer) <= diagnoses
    ]
    if units[:1] == "-" or (units and not units.strip("0.")):
        faults.append(("units", 4, "Units are above zero."))
    return read_cents(at(elements, 2)), tuple(faults)


@lru_cache(maxsize=8192)
def _day_faults(key: str, elements: tuple[str, ...], written: str) -> tuple[tuple[str, int, str, str], ...]:
    """Say what is wrong with a DTP: no such day, the wrong form, two days in the wrong order, a day still ahead."""
    if len(elements) < 4:
        return ()
    text, faults = elements[3], []
    if said := _no_such_day(text):
        faults.append(("no_such_day", 3, said, REQUIRED))
    if elements[2] in ("D8", "RD8") and ("-" in text) != (elements[2] == "RD8"):
        faults.append(("day_form", 2, "DTP02 and DTP03 do not fit: D8 is one day, RD8 two.", REQUIRED))
    if key == "2400.DTP" and elements[1] == "472":
        first, last = read_days(text)
        if first and last and last < first:
            faults.append(("days_in_order", 3, "The last day of service lies before the first.", REQUIRED))
        until = read_day(written)
        if first and until and first > until:
            said = "The day of service lies after the day on which the message was written."
            faults.append(("service_ahead", 3, said, ADVISORY))
    return tuple(faults)
