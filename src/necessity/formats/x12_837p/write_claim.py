"""One claim as segments: loop 2300, its providers, its service lines."""

from collections import Counter
from datetime import date

from necessity.domain.claim import Frequency
from necessity.domain.full_claim import (
    ClaimProvider,
    Enclosure,
    FullClaim,
    FullLine,
    ProviderRole,
)
from necessity.formats.x12 import Pen, write_cents, write_day
from necessity.formats.x12_837p.carried import acting, rendering_of, rendering_of_line, supervising_of
from necessity.formats.x12_837p.codes import DELIVERIES, PAPERS, SUPPORT
from necessity.formats.x12_837p.other_payers.write import write_other_coverages, write_other_payments
from necessity.formats.x12_837p.write_people import write_address, write_licence, write_name

_MOST_LINES = 50
_MOST_ENCLOSURES = 10
_MOST_DIAGNOSES = 12


def write_claim(pen: Pen, claim: FullClaim, at: str) -> None:
    """Write one claim with its lines."""
    _clm(pen, claim, at)
    for code, day in (("431", claim.onset_on), ("454", claim.treatment_began_on), ("304", claim.last_seen_on)):
        if day:
            pen.segment("DTP", code, "D8", write_day(day))
    _enclosures(pen, claim, at)
    if claim.patient_paid_cents:
        pen.segment("AMT", "F5", write_cents(claim.patient_paid_cents))
    _numbers(pen, claim, at)
    if claim.note is not None:
        pen.segment("NTE", "ADD", pen.text(f"{at}: note", claim.note, 80))
    _diagnoses(pen, claim, at)
    _providers(pen, claim, at)
    write_other_coverages(pen, claim, at)
    _lines(pen, claim, at)


def _clm(pen: Pen, claim: FullClaim, at: str) -> None:
    number = pen.text(f"{at}: control_number", claim.control_number, 20)
    place = pen.text(f"{at}: place_of_service", claim.place_of_service, 2, 2)
    yes_no = ("N", "Y")
    pen.segment(
        "CLM", number, write_cents(claim.total_cents), "", "", [place, "B", claim.frequency.value],
        yes_no[claim.signature_on_file], claim.assignment.value, yes_no[claim.benefits_assigned],
        "Y" if claim.release_signed else "I",
    )  # fmt: skip


def _enclosures(pen: Pen, claim: FullClaim, at: str) -> None:
    if len(claim.enclosures) > _MOST_ENCLOSURES:
        pen.fault(f"{at}: enclosures are {len(claim.enclosures)}; a message announces at most {_MOST_ENCLOSURES}.")
    for place, paper in enumerate(claim.enclosures):
        _enclosure(pen, paper, f"{at}: enclosures[{place}]")


def _enclosure(pen: Pen, paper: Enclosure, field: str) -> None:
    number = pen.text(f"{field}.control_number", paper.control_number, 50, 2)
    pen.segment("PWK", PAPERS.get(paper.kind, SUPPORT), DELIVERIES[paper.sent_by], "", "", "AC", number)


def _numbers(pen: Pen, claim: FullClaim, at: str) -> None:
    if claim.prior_authorization is not None:
        pen.segment("REF", "G1", pen.text(f"{at}: prior_authorization", claim.prior_authorization, 50))
    if claim.frequency is Frequency.FIRST:
        if claim.payer_claim_number is not None:
            pen.fault(f"{at}: payer_claim_number stands on a first claim; it belongs to a replacement or a void.")
        return
    pen.segment("REF", "F8", pen.text(f"{at}: payer_claim_number", claim.payer_claim_number, 50))


def _diagnoses(pen: Pen, claim: FullClaim, at: str) -> None:
    if not claim.diagnoses:
        pen.fault(f"{at}: diagnoses is empty; the message needs one to {_MOST_DIAGNOSES}.")
        return
    codes = [code.replace(".", "") for code in claim.diagnoses]
    pen.segment("HI", *([("ABF", "ABK")[place == 0], code] for place, code in enumerate(codes)))


def _providers(pen: Pen, claim: FullClaim, at: str) -> None:
    referring = claim.referring_provider
    if referring and claim.referring_role is ProviderRole.REFERRING:
        _person(pen, "DN", referring, f"{at}: referring_provider")
    if rendering := rendering_of(claim):
        _rendering(pen, rendering, f"{at}: rendering_provider")
    if facility := claim.service_facility:
        field = f"{at}: service_facility"
        if facility.name.is_person:
            pen.fault(f"{field}.name is a person's; a place is named like an organisation.")
        write_name(pen, "77", facility, field)
        write_address(pen, facility.address, f"{field}.address", needed=True)
        write_licence(pen, facility, field)
    if supervising := supervising_of(claim):
        _person(pen, "DQ", supervising, f"{at}: supervising_provider")
    both = claim.supervising_provider and referring and claim.referring_role is ProviderRole.SUPERVISING
    if both and acting(claim.supervising_provider) != acting(referring):
        pen.fault(f"{at}: two supervising providers are named; the message holds one.")


def _person(pen: Pen, role: str, provider: ClaimProvider, field: str) -> None:
    if not provider.name.is_person:
        pen.fault(f"{field}.name is an organisation's; here a person is named.")
    write_name(pen, role, provider, field)
    write_licence(pen, provider, field)


def _rendering(pen: Pen, provider: ClaimProvider, field: str) -> None:
    write_name(pen, "82", provider, field)
    if provider.taxonomy is not None:
        pen.segment("PRV", "PE", "PXC", pen.text(f"{field}.taxonomy", provider.taxonomy, 10, 10))
    write_licence(pen, provider, field)


def _lines(pen: Pen, claim: FullClaim, at: str) -> None:
    count = len(claim.lines)
    if not 1 <= count <= _MOST_LINES:
        pen.fault(f"{at}: lines are {count}; a message holds 1 to {_MOST_LINES} a claim: split it.")
    for id, times in Counter(line.id for line in claim.lines).items():
        if times > 1:
            pen.fault(f"{at}: lines with the id {id} are {times}; answers come back by this id, so it must be one.")
    for place, line in enumerate(claim.lines):
        _line(pen, claim, line, place + 1, f"{at}: lines[{place}]")


def _line(pen: Pen, claim: FullClaim, line: FullLine, number: int, field: str) -> None:
    pen.segment("LX", str(number))
    code = pen.text(f"{field}.procedure_code", line.procedure_code, 5, 5)
    if len(line.modifiers) > 4:
        pen.fault(f"{field}.modifiers are {len(line.modifiers)}; at most four fit.")
    modifiers = [pen.text(f"{field}.modifiers", one, 2, 2) for one in line.modifiers]
    units = "" if line.units is None or line.units < 1 else str(line.units)
    if not units:
        pen.fault(f"{field}.units is {'missing' if line.units is None else 'less than 1'}.")
    own_place = None if line.place_of_service == claim.place_of_service else line.place_of_service
    place = pen.text(f"{field}.place_of_service", own_place, 2, 2, needed=False)
    charge = write_cents(line.charge_cents)
    pointers = _pointers(pen, claim, line, field)
    pen.segment("SV1", ["HC", code, *modifiers], charge, "UN", units, place, "", pointers)
    pen.segment("DTP", "472", *_days(pen, line, field))
    if line.prescribed_on:
        pen.segment("DTP", "471", "D8", write_day(line.prescribed_on))
    pen.segment("REF", "6R", pen.text(f"{field}.id", line.id, 30))
    if line.note is not None:
        pen.segment("NTE", "ADD", pen.text(f"{field}.note", line.note, 80))
    if rendering := rendering_of_line(claim, line):
        _rendering(pen, rendering, f"{field}.rendering_provider")
    if claim.referring_provider and claim.referring_role is ProviderRole.ORDERING:
        _person(pen, "DK", claim.referring_provider, "referring_provider")
    write_other_payments(pen, claim, line, field)


def _pointers(pen: Pen, claim: FullClaim, line: FullLine, field: str) -> list[str]:
    pointers = line.diagnosis_pointers
    if not 1 <= len(pointers) <= 4:
        pen.fault(f"{field}.diagnosis_pointers are {len(pointers)}; a line has one to four.")
    for pointer in pointers:
        if pointer > len(claim.diagnoses):
            listed = len(claim.diagnoses)
            pen.fault(
                f"{field} points at diagnosis {pointer}, but the claim lists {listed}: add it or point elsewhere."
            )
    return [str(pointer) for pointer in pointers]


def _days(pen: Pen, line: FullLine, field: str) -> tuple[str, str]:
    last: date | None = line.served_to
    if last is None or last == line.served_on:
        return "D8", write_day(line.served_on)
    if last < line.served_on:
        pen.fault(f"{field}.served_to lies before served_on.")
    return "RD8", f"{write_day(line.served_on)}-{write_day(last)}"
