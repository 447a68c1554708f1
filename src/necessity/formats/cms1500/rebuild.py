"""Values in boxes → the claim as the form carries it, and the same for a claim not printed yet (`carried`)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from necessity.domain.claim import Frequency
from necessity.domain.codes import read_icd10
from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.domain.people import Address, Sex
from necessity.formats.cms1500.fields import BEGAN, KINDS, LAST_SEEN, QUALIFIERS, Sheet, sheets
from necessity.formats.cms1500.layout import layout

_SUFFIX = re.compile(r"(.+) (JR|SR|II|III|IV|V)")
_PLACE = re.compile(r"(?P<city>.*?)(?:(?:^| )(?P<state>[A-Z]{2}))?(?:(?:^| )(?P<zip>\d{5}(?:\d{4})?))?")


def carried(claim: FullClaim) -> FullClaim:
    """Reduce a claim to what the form holds; what was printed is read back as that.

    Capitals without accents; names and streets cut where the box ends; of a middle name the first letter. Left out: the
    payer's electronic number, words, minutes and times of lines, who gave a line beyond the provider number and
    taxonomy (the number stands for the name), the supervising provider where another one is in box 17, the day last
    seen where treatment began is known, the licence and taxonomy of others, the letter, and enclosures. The lines are
    numbered anew.
    """
    form = layout()
    return claim_of(
        [
            {name: fitted for name, value in sheet.items() if (fitted := form.boxes[name].fitted(value).strip())}
            for sheet in sheets(claim)
        ]
    )


def claim_of(sheets: Sequence[Sheet]) -> FullClaim:
    """Build the claim from the values on its sheets.

    Raises:
        ValueError, KeyError: a box that a claim needs is empty or holds something else.
    """
    head, last = sheets[0], sheets[-1]
    kinds = {mark: kind for kind, mark in KINDS.items()}
    relation = RelationToSubscriber(
        next(name for name in head if name.startswith("relation_")).removeprefix("relation_")
    )
    patient = _person(head, "patient", head["patient_name"], "born", "sex")
    insured = patient
    if relation is not RelationToSubscriber.SELF:
        insured = _person(head, "insured", head["insured_name"], "insured_born", "insured_sex")
    lines, rendering = _lines(sheets)
    who, role = _box_17(head)
    return FullClaim(
        control_number=head["control_number"],
        funding_kind=next(kinds[name] for name in head if name in kinds),
        frequency=Frequency(head.get("frequency", Frequency.FIRST)),
        payer_claim_number=head.get("payer_claim_number"),
        payer=ClaimPayer(name=head["payer_name"], address=_address(head, "payer")),
        member_id=head.get("member_id"),
        group_number=head.get("group_number"),
        plan_name=head.get("plan_name"),
        subscriber=insured,
        patient=patient,
        relation=relation,
        billing_provider=_billing(head),
        rendering_provider=rendering,
        referring_provider=None if role is ProviderRole.SUPERVISING else who,
        referring_role=ProviderRole.REFERRING if role is ProviderRole.SUPERVISING else role,
        supervising_provider=who if role is ProviderRole.SUPERVISING else None,
        service_facility=_facility(head),
        diagnoses=tuple(read_icd10(code) for code in _diagnoses(head)),
        lines=lines,
        patient_paid_cents=_cents(last, "paid_"),
        assignment=Assignment.ASSIGNED if "accepts" in head else Assignment.NOT_ASSIGNED,
        benefits_assigned="assigned" in head,
        release_signed="release" in head,
        signature_on_file="signature" in head,
        prior_authorization=head.get("prior_authorization"),
        onset_on=_day(head, "onset"),
        treatment_began_on=_day(head, "other") if head.get("other_qualifier") == BEGAN else None,
        last_seen_on=_day(head, "other") if head.get("other_qualifier") == LAST_SEEN else None,
        filed_on=_short_day(head["signed_on"]) if "signed_on" in head else None,
        note=head.get("note"),
    )


def _person(head: Sheet, whose: str, name: str, born: str, sex: str) -> ClaimPerson:
    sexes = [one for one, mark in ((Sex.MALE, f"{sex}_m"), (Sex.FEMALE, f"{sex}_f")) if mark in head]
    return ClaimPerson(
        name=_name(name),
        born_on=_day(head, born),
        sex=sexes[0] if sexes else None,
        address=Address(
            street=head.get(f"{whose}_street"),
            city=head.get(f"{whose}_city"),
            state=head.get(f"{whose}_state"),
            zip_code=head.get(f"{whose}_zip"),
        ),
        phone=_phone(head, whose),
    )


def _name(text: str) -> Name:
    last, *given = (part.strip() for part in text.split(",") if part.strip())
    suffixed = _SUFFIX.fullmatch(last)
    return Name(
        last=suffixed[1] if suffixed else last,
        first=given[0] if given else None,
        middle=given[1] if len(given) > 1 else None,
        suffix=suffixed[2] if suffixed else None,
    )


def _first_name_first(text: str) -> Name:
    first, blank, last = text.partition(" ")
    return Name(last=last, first=first) if blank else Name(last=text)


def _organisation(text: str) -> Name:
    """Take a name with a comma for a person's; a business's name stands whole."""
    return _name(text) if "," in text else Name(last=text, is_person=False)


def _phone(head: Sheet, whose: str) -> str | None:
    number = head.get(f"{whose}_area", "") + head.get(f"{whose}_phone", "")
    return number.replace("-", "") or None


def _address(head: Sheet, whose: str) -> Address:
    place = _PLACE.fullmatch(head.get(f"{whose}_place", ""))
    parts = place.groupdict() if place else {}
    return Address(
        street=head.get(f"{whose}_street"),
        city=parts.get("city") or None,
        state=parts.get("state"),
        zip_code=parts.get("zip"),
    )


def _billing(head: Sheet) -> ClaimProvider:
    return ClaimProvider(
        name=_organisation(head["billing_name"]),
        npi=head.get("billing_npi"),
        tax_id=head.get("tax_id"),
        tax_id_is_personal="tax_personal" in head,
        taxonomy=head["billing_other"].removeprefix("ZZ") if "billing_other" in head else None,
        address=_address(head, "billing"),
        phone=_phone(head, "billing"),
    )


def _facility(head: Sheet) -> ClaimProvider | None:
    if "facility_name" not in head:
        return None
    name = _organisation(head["facility_name"])
    return ClaimProvider(name=name, npi=head.get("facility_npi"), address=_address(head, "facility"))


def _box_17(head: Sheet) -> tuple[ClaimProvider | None, ProviderRole]:
    if "referring_name" not in head:
        return None, ProviderRole.REFERRING
    who = ClaimProvider(name=_first_name_first(head["referring_name"]), npi=head.get("referring_npi"))
    return who, next(role for role, qualifier in QUALIFIERS.items() if qualifier == head["referring_qualifier"])


def _diagnoses(head: Sheet) -> Iterator[str]:
    for letter in "abcdefghijkl":
        if code := head.get(f"diagnosis_{letter}"):
            yield code


def _lines(sheets: Sequence[Sheet]) -> tuple[tuple[FullLine, ...], ClaimProvider | None]:
    """Give the lines of all sheets, and who gave them where that is one and the same for each."""
    places = [place for place in range(1, layout().lines_a_sheet + 1)]
    found = [_of_line(sheet, place) for sheet in sheets for place in places if f"{place}.from" in sheet]
    givers = [_rendering(values) for values in found]
    same = givers[0] if len({giver.model_dump_json() if giver else "" for giver in givers}) == 1 else None
    lines = (
        _line(str(number), values, None if same else giver)
        for number, (values, giver) in enumerate(zip(found, givers, strict=True), start=1)
    )
    return tuple(lines), same


def _of_line(sheet: Sheet, place: int) -> Sheet:
    start = f"{place}."
    return {name.removeprefix(start): value for name, value in sheet.items() if name.startswith(start)}


def _rendering(values: Sheet) -> ClaimProvider | None:
    if "npi" not in values:
        return None
    name = Name(last=f"NPI {values['npi']}", is_person=False)
    return ClaimProvider(name=name, npi=values["npi"], taxonomy=values.get("taxonomy"))


def _line(id: str, values: Sheet, rendering: ClaimProvider | None) -> FullLine:
    first, last = _short_day(values["from"]), _short_day(values["to"])
    return FullLine(
        id=id,
        served_on=first,
        served_to=None if first == last else last,
        procedure_code=values.get("code"),
        modifiers=tuple(values[name] for place in range(1, 5) if (name := f"modifier{place}") in values),
        place_of_service=values.get("place"),
        units=int(values["units"]) if "units" in values else None,
        charge_cents=_cents(values, ""),
        diagnosis_pointers=tuple(ord(letter) - 64 for letter in values.get("pointers", "")),
        rendering_provider=rendering,
        note=values.get("note"),
    )


def _cents(values: Mapping[str, str], name: str) -> int:
    return int(values[f"{name}dollars"]) * 100 + int(values[f"{name}cents"])


def _day(head: Sheet, name: str) -> date | None:
    if f"{name}_year" not in head:
        return None
    return date(int(head[f"{name}_year"]), int(head[f"{name}_month"]), int(head[f"{name}_day"]))


def _short_day(text: str) -> date:
    month, day, year = (int(part) for part in text.split())
    return date(2000 + year, month, day)
