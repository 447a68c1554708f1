"""A claim as values in boxes: one dictionary a sheet, box name to what is to stand there, at full length.

Nothing is cut here; `check` says what is too long and `write` cuts or refuses. Six service lines stand on a sheet; the
head is on each, the total on the last one only.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from necessity.domain.claim import Frequency
from necessity.domain.full_claim import (
    Assignment,
    ClaimPerson,
    ClaimProvider,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.domain.funding import FundingKind
from necessity.domain.people import Address, Sex
from necessity.formats.cms1500.layout import layout

ON_FILE = "SIGNATURE ON FILE"
KINDS = {
    FundingKind.MEDICARE: "kind_medicare",
    FundingKind.GROUP_PLAN: "kind_group",
    FundingKind.MEDICARE_ADVANTAGE: "kind_other",
}
"""Which mark in box 1 stands for which plan. No other funding source reads this form."""
QUALIFIERS = {ProviderRole.REFERRING: "DN", ProviderRole.ORDERING: "DK", ProviderRole.SUPERVISING: "DQ"}
ONSET, BEGAN, LAST_SEEN = "431", "454", "304"
UNPRINTABLE = "?"
"""Stands for a letter that the form cannot carry."""
Sheet = dict[str, str]


def sheets(claim: FullClaim) -> tuple[Sheet, ...]:
    """Lay a claim out on sheets.

    Args:
        claim: The claim, whole.

    Returns:
        For each sheet the values by name of box; empty ones are left out.
    """
    head = dict(_head(claim))
    size = layout().lines_a_sheet
    chunks = [claim.lines[at : at + size] for at in range(0, len(claim.lines), size)]
    made = [_filled({**head, **_lines(claim, chunk)}) for chunk in chunks]
    made[-1] |= _filled(dict(_amounts("total", claim.total_cents)) | dict(_amounts("paid", claim.patient_paid_cents)))
    return tuple(made)


def tidy(text: str | None) -> str:
    """Write a text in capitals without accents, dots and number signs, the way scanners read the form.

    A letter that has no plain form becomes a question mark; `check` tells it.

    Examples:
        >>> tidy("Zoë St. Clair #4"), tidy("Łódź")
        ('ZOE ST CLAIR 4', '?ODZ')
    """
    plain = unicodedata.normalize("NFKD", (text or "").replace("ß", "ss"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter.isprintable())
    ascii_only = "".join(letter if letter.isascii() else UNPRINTABLE for letter in kept)
    return " ".join(re.sub(r"[.#]", "", ascii_only).upper().split())


def last_name_first(name: Name) -> str:
    """Write a name as boxes 2 and 4 have it: family name and suffix, given name, middle initial.

    Examples:
        >>> last_name_first(Name(last="van der Berg", first="Ana", middle="Lise", suffix="Jr."))
        'VAN DER BERG JR, ANA, L'
    """
    last, first, middle, suffix = (
        tidy((part or "").replace(",", " ")) for part in (name.last, name.first, name.middle, name.suffix)
    )
    return ", ".join(part for part in (f"{last} {suffix}".strip(), first, middle[:1]) if part)


def first_name_first(name: Name) -> str:
    """Write a name as box 17 has it: given name, then family name, nothing else."""
    return " ".join(part for part in (tidy(name.first), tidy(name.last)) if part)


def one_line(address: Address) -> str:
    """Write city, state and ZIP code on one line."""
    return " ".join(part for part in (tidy(address.city), tidy(address.state), digits(address.zip_code)) if part)


def digits(text: str | None) -> str:
    """Keep the digits of a text."""
    return re.sub(r"\D", "", text or "")


def short_day(day: date) -> str:
    """Write a day as box 24A has it: month, day, two digits of the year, a blank between.

    Examples:
        >>> short_day(date(2026, 5, 4))
        '05 04 26'
    """
    return day.strftime("%m %d %y")


def rendering_of(claim: FullClaim, line: FullLine) -> ClaimProvider | None:
    """Say who gave a line, as far as box 24J can: whoever has a provider number."""
    found = line.rendering_provider or claim.rendering_provider
    return found if found and found.npi else None


def _filled(sheet: Sheet) -> Sheet:
    return {box: value for box, value in sheet.items() if value}


def _marked(name: str, *, when: bool = True) -> tuple[str, str]:
    return name, "X" if when else ""


def _head(claim: FullClaim) -> Iterator[tuple[str, str]]:
    payer = claim.payer
    yield "payer_name", tidy(payer.name)
    yield "payer_street", tidy(payer.address.street)
    yield "payer_place", one_line(payer.address)
    if claim.funding_kind in KINDS:
        yield _marked(KINDS[claim.funding_kind])
    yield "member_id", tidy(claim.member_id)
    yield from _patient(claim)
    yield from _insured(claim)
    yield "group_number", tidy(claim.group_number)
    yield "plan_name", tidy(claim.plan_name)
    yield "release", ON_FILE if claim.release_signed else ""
    yield "assigned", ON_FILE if claim.benefits_assigned else ""
    yield from _days(claim)
    yield from _referring(claim)
    yield "note", tidy(claim.note)
    if claim.diagnoses:
        yield "icd_indicator", "0"
    for letter, code in zip("abcdefghijkl", claim.diagnoses, strict=False):
        yield f"diagnosis_{letter}", code.replace(".", "")
    yield "frequency", "" if claim.frequency is Frequency.FIRST else claim.frequency.value
    yield "payer_claim_number", (claim.payer_claim_number or "").strip()
    yield "prior_authorization", (claim.prior_authorization or "").strip()
    yield "control_number", claim.control_number
    yield _marked("accepts", when=claim.assignment is Assignment.ASSIGNED)
    yield _marked("accepts_not", when=claim.assignment is Assignment.NOT_ASSIGNED)
    yield from _paid_to(claim.billing_provider)
    if claim.signature_on_file:
        yield "signature", ON_FILE
        yield "signed_on", short_day(claim.filed_on) if claim.filed_on else ""
    yield from _facility(claim.service_facility)


def _patient(claim: FullClaim) -> Iterator[tuple[str, str]]:
    patient = claim.patient
    yield "patient_name", last_name_first(patient.name)
    yield from _whole_day("born", patient.born_on)
    yield _marked("sex_m", when=patient.sex is Sex.MALE)
    yield _marked("sex_f", when=patient.sex is Sex.FEMALE)
    yield from _person_address("patient", patient)
    yield _marked(f"relation_{claim.relation}")


def _insured(claim: FullClaim) -> Iterator[tuple[str, str]]:
    """Name whose coverage it is; Medicare has no insured but the patient and wants these boxes empty."""
    if claim.funding_kind is FundingKind.MEDICARE and claim.relation is RelationToSubscriber.SELF:
        return
    insured = claim.subscriber
    yield "insured_name", last_name_first(insured.name)
    yield from _person_address("insured", insured)
    yield from _whole_day("insured_born", insured.born_on)
    yield _marked("insured_sex_m", when=insured.sex is Sex.MALE)
    yield _marked("insured_sex_f", when=insured.sex is Sex.FEMALE)


def _person_address(whose: str, person: ClaimPerson) -> Iterator[tuple[str, str]]:
    address = person.address
    yield f"{whose}_street", tidy(address.street)
    yield f"{whose}_city", tidy(address.city)
    yield f"{whose}_state", tidy(address.state)
    yield f"{whose}_zip", digits(address.zip_code)
    yield from _phone(whose, person.phone)


def _phone(whose: str, phone: str | None, dash: str = "") -> Iterator[tuple[str, str]]:
    number = digits(phone)
    area, rest = (number[:3], number[3:]) if len(number) == 10 else ("", number)
    yield f"{whose}_area", area
    yield f"{whose}_phone", f"{rest[:3]}{dash}{rest[3:]}" if area else rest


def _whole_day(name: str, day: date | None) -> Iterator[tuple[str, str]]:
    if day:
        yield f"{name}_month", f"{day.month:02d}"
        yield f"{name}_day", f"{day.day:02d}"
        yield f"{name}_year", f"{day.year:04d}"


def _days(claim: FullClaim) -> Iterator[tuple[str, str]]:
    """Boxes 14 and 15; box 15 holds one day: when treatment began, or else when the patient was last seen."""
    if claim.onset_on:
        yield from _whole_day("onset", claim.onset_on)
        yield "onset_qualifier", ONSET
    other, qualifier = (
        (claim.treatment_began_on, BEGAN) if claim.treatment_began_on else (claim.last_seen_on, LAST_SEEN)
    )
    if other:
        yield "other_qualifier", qualifier
        yield from _whole_day("other", other)


def _referring(claim: FullClaim) -> Iterator[tuple[str, str]]:
    """Box 17 holds one person: who referred or ordered, or else who oversaw."""
    who, role = claim.referring_provider, claim.referring_role
    if who is None:
        who, role = claim.supervising_provider, ProviderRole.SUPERVISING
    if who:
        yield "referring_qualifier", QUALIFIERS[role]
        yield "referring_name", first_name_first(who.name)
        yield "referring_npi", who.npi or ""


def _paid_to(paid: ClaimProvider) -> Iterator[tuple[str, str]]:
    yield "tax_id", paid.tax_id or ""
    if paid.tax_id:
        yield _marked("tax_personal" if paid.tax_id_is_personal else "tax_employer")
    yield from _phone("billing", paid.phone, "-")
    yield "billing_name", last_name_first(paid.name) if paid.name.is_person else tidy(paid.name.last)
    yield "billing_street", tidy(paid.address.street)
    yield "billing_place", one_line(paid.address)
    yield "billing_npi", paid.npi or ""
    yield "billing_other", f"ZZ{paid.taxonomy}" if paid.taxonomy else ""


def _facility(facility: ClaimProvider | None) -> Iterator[tuple[str, str]]:
    if facility:
        yield "facility_name", last_name_first(facility.name) if facility.name.is_person else tidy(facility.name.last)
        yield "facility_street", tidy(facility.address.street)
        yield "facility_place", one_line(facility.address)
        yield "facility_npi", facility.npi or ""


def _amounts(name: str, cents: int) -> Iterator[tuple[str, str]]:
    whole, rest = divmod(cents, 100)
    yield f"{name}_dollars", str(whole)
    yield f"{name}_cents", f"{rest:02d}"


def _lines(claim: FullClaim, lines: tuple[FullLine, ...]) -> Sheet:
    return {f"{place}.{name}": value for place, line in enumerate(lines, start=1) for name, value in _line(claim, line)}


def _line(claim: FullClaim, line: FullLine) -> Iterator[tuple[str, str]]:
    whole, rest = divmod(line.charge_cents, 100)
    yield "note", tidy(line.note)
    yield "from", short_day(line.served_on)
    yield "to", short_day(line.served_to or line.served_on)
    yield "place", line.place_of_service or claim.place_of_service or ""
    yield "code", line.procedure_code or ""
    yield from ((f"modifier{place}", one) for place, one in enumerate(line.modifiers[:4], start=1))
    yield "pointers", "".join(chr(64 + pointer) for pointer in line.diagnosis_pointers)
    yield "dollars", str(whole)
    yield "cents", f"{rest:02d}"
    yield "units", "" if line.units is None else str(line.units)
    rendering = rendering_of(claim, line)
    if rendering:
        yield "npi", rendering.npi or ""
        if rendering.taxonomy:
            yield "other_id", "ZZ"
            yield "taxonomy", rendering.taxonomy
