"""The readable copy: every box of the form with its number and our own words for it, as it will stand on the page."""

from collections.abc import Iterator, Sequence

from necessity.codesets.procedures.tables import NOTICE
from necessity.domain.claim_paper import ClaimPaper, is_cpt, spoken_name
from necessity.domain.dates import spoken
from necessity.domain.full_claim import FullClaim
from necessity.domain.money import dollars
from necessity.formats.cms1500.fields import LAST_SEEN, Sheet, rendering_of, sheets
from necessity.formats.cms1500.layout import layout

_COPY = "Copy to read, not a scannable original. A payer that wants the paper form takes the red pre-printed one."
_COLUMNS = (
    "24A  From to",
    "24B  Place",
    "24C  Urgent",
    "24D  Procedure and modifiers",
    "24E  For",
    "24F  Charge",
    "24G  Units",
    "24H  Child plan",
    "24I  24J  Given by",
)
Cell = tuple[str, str, str, int]
"""Number of the box, what it asks, its value, its share of twelve columns."""


def view(paper: ClaimPaper) -> dict[str, object]:
    """Lay the copy out as plain values: what `copy.typ` reads. Sheets are those of the form, six lines each."""
    claim, size = paper.claim, layout().lines_a_sheet
    made = sheets(claim)
    return {
        "title": "Health insurance claim, CMS-1500 (02/12)",
        "author": spoken_name(claim.billing_provider.name),
        "draft": "Draft. Not to be filed." if paper.is_draft else "",
        "copy": _COPY,
        "foot": f"Claim {claim.control_number}, copy, not a scannable original",
        "columns": list(_COLUMNS),
        "sheets": [
            {
                "number": f"Sheet {number} of {len(made)}",
                "above": [_cells(row) for row in _above(claim, sheet)],
                "lines": [
                    _line(claim, place) for place in range(len(claim.lines))[(number - 1) * size : number * size]
                ],
                "below": [_cells(row) for row in _below(claim, sheet, is_last=number == len(made))],
            }
            for number, sheet in enumerate(made, start=1)
        ],
        "notices": [NOTICE] if any(is_cpt(line.procedure_code) for line in claim.lines) else [],
    }


def _cells(row: Sequence[Cell]) -> list[list[object]]:
    return [list(cell) for cell in row]


def _mark(sheet: Sheet, **choices: str) -> str:
    """Say which of several marks is set."""
    return next((words for name, words in choices.items() if name in sheet), "")


def _day(sheet: Sheet, name: str) -> str:
    return " ".join(sheet[part] for part in (f"{name}_month", f"{name}_day", f"{name}_year") if part in sheet)


def _home(sheet: Sheet, whose: str) -> str:
    place = " ".join(sheet[part] for part in (f"{whose}_city", f"{whose}_state", f"{whose}_zip") if part in sheet)
    phone = " ".join(sheet[part] for part in (f"{whose}_area", f"{whose}_phone") if part in sheet)
    return _under(sheet.get(f"{whose}_street"), place, phone)


def _seat(sheet: Sheet, whose: str) -> str:
    phone = " ".join(sheet[part] for part in (f"{whose}_area", f"{whose}_phone") if part in sheet)
    return _under(sheet.get(f"{whose}_name"), sheet.get(f"{whose}_street"), sheet.get(f"{whose}_place"), phone)


def _under(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def _above(claim: FullClaim, sheet: Sheet) -> Iterator[list[Cell]]:
    get = sheet.get
    kind = _mark(sheet, kind_medicare="Medicare", kind_group="Group health plan", kind_other="Another plan")
    sex = _mark(sheet, sex_m="M", sex_f="F")
    insured_sex = _mark(sheet, insured_sex_m="M", insured_sex_f="F")
    relation = _mark(
        sheet, relation_self="Self", relation_spouse="Spouse", relation_child="Child", relation_other="Another relation"
    )
    yield [
        ("", "Payer", _seat(sheet, "payer"), 6),
        ("1", "Kind of plan", kind, 3),
        ("1a", "Insured's number", get("member_id", ""), 3),
    ]
    yield [
        ("2", "Patient's name", get("patient_name", ""), 4),
        ("3", "Patient's birth and sex", f"{_day(sheet, 'born')} {sex}".strip(), 3),
        ("4", "Insured's name", get("insured_name", ""), 5),
    ]
    yield [
        ("5", "Patient's address and telephone", _home(sheet, "patient"), 4),
        ("6", "Patient's relation to the insured", relation, 3),
        ("7", "Insured's address and telephone", _home(sheet, "insured"), 5),
    ]
    yield [
        ("9", "Other insured's name", "", 4),
        ("9a", "Other policy or group", "", 3),
        ("9d", "Other plan's name", "", 3),
        ("8 9b 9c", "Kept free", "", 2),
    ]
    yield [
        ("10a", "Work behind it", "", 2),
        ("10b", "Car accident, state", "", 2),
        ("10c", "Other accident", "", 2),
        ("10d", "Claim codes", "", 2),
        ("11", "Group or policy number", get("group_number", ""), 4),
    ]
    yield [
        ("11a", "Insured's birth and sex", f"{_day(sheet, 'insured_born')} {insured_sex}".strip(), 3),
        ("11b", "Other claim number", "", 2),
        ("11c", "Plan's name", get("plan_name", ""), 4),
        ("11d", "Another health plan", "", 3),
    ]
    yield [
        ("12", "Patient's signature: release of information, day", get("release", ""), 6),
        ("13", "Insured's signature: pay the provider", get("assigned", ""), 6),
    ]
    yield from _medical(claim, sheet)


def _medical(claim: FullClaim, sheet: Sheet) -> Iterator[list[Cell]]:
    get = sheet.get
    onset = f"{_day(sheet, 'onset')}  (431 onset)" if "onset_year" in sheet else ""
    what = "304 last seen" if get("other_qualifier") == LAST_SEEN else "454 treatment began"
    other = f"{_day(sheet, 'other')}  ({what})" if "other_year" in sheet else ""
    yield [
        ("14", "Start of illness, with qualifier", onset, 4),
        ("15", "Another day, with qualifier", other, 4),
        ("16", "Unable to work, from to", "", 4),
    ]
    who = " ".join(sheet[part] for part in ("referring_qualifier", "referring_name") if part in sheet)
    yield [
        ("17", "Referred (DN), ordered (DK), overseen (DQ) by", who, 4),
        ("17a", "Other number", "", 2),
        ("17b", "Provider number", get("referring_npi", ""), 2),
        ("18", "In hospital, from to", "", 4),
    ]
    yield [("19", "Note to the payer", get("note", ""), 9), ("20", "Outside laboratory, charge", "", 3)]
    codes = "   ".join(
        f"{letter} {code.replace('.', '')}" for letter, code in zip("ABCDEFGHIJKL", claim.diagnoses, strict=False)
    )
    yield [
        ("21", f"Diagnoses, indicator {get('icd_indicator', '')}".rstrip(), codes, 6),
        (
            "22",
            "Replaces 7 or voids 8, payer's number",
            _under(get("frequency"), get("payer_claim_number")).replace("\n", "  "),
            3,
        ),
        ("23", "Authorization number", get("prior_authorization", ""), 3),
    ]


def _line(claim: FullClaim, place: int) -> dict[str, object]:
    line = claim.lines[place]
    giver = rendering_of(claim, line)
    last = line.served_to or line.served_on
    days = spoken(line.served_on) if last == line.served_on else f"{spoken(line.served_on)} to {spoken(last)}"
    return {
        "cells": [
            days,
            line.place_of_service or claim.place_of_service or "",
            "",
            " ".join((line.procedure_code or "", *line.modifiers)).strip(),
            " ".join(chr(64 + pointer) for pointer in line.diagnosis_pointers),
            dollars(line.charge_cents),
            "" if line.units is None else str(line.units),
            "",
            " ".join(part for part in (giver.npi, giver.taxonomy and f"ZZ {giver.taxonomy}") if part) if giver else "",
        ],
        "note": line.note or "",
    }


def _below(claim: FullClaim, sheet: Sheet, *, is_last: bool) -> Iterator[list[Cell]]:
    get = sheet.get
    tax = " ".join(part for part in (get("tax_id", ""), _mark(sheet, tax_personal="SSN", tax_employer="EIN")) if part)
    total = dollars(claim.total_cents) if is_last else "on the last sheet"
    paid = dollars(claim.patient_paid_cents) if is_last else "on the last sheet"
    yield [
        ("25", "Tax number", tax, 3),
        ("26", "Patient's account number", get("control_number", ""), 3),
        ("27", "Assignment", _mark(sheet, accepts="accepted", accepts_not="not accepted"), 2),
        ("28", "Total", total, 2),
        ("29", "Paid by patient", paid, 2),
    ]
    yield [
        ("31", "Provider's signature, day", _under(get("signature"), get("signed_on")), 3),
        ("32", "Where it was given", _seat(sheet, "facility"), 4),
        ("33", "Who is paid, with telephone", _seat(sheet, "billing"), 5),
    ]
    yield [
        ("30", "Kept free", "", 3),
        ("32a", "Provider number", get("facility_npi", ""), 2),
        ("32b", "Other number", "", 2),
        ("33a", "Provider number", get("billing_npi", ""), 2),
        ("33b", "Other number", get("billing_other", ""), 3),
    ]
