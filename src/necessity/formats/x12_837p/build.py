"""One claim of a message, with the levels above it, as a `FullClaim`."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from necessity.domain.codes import read_icd10
from necessity.domain.full_claim import (
    Assignment,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    Frequency,
    FullClaim,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.formats.x12 import ADVISORY, REQUIRED, Part, X12Finding, at, read_cents, read_day
from necessity.formats.x12_837p.build_lines import build_lines
from necessity.formats.x12_837p.build_people import Groups, address, group, payer, person, provider
from necessity.formats.x12_837p.check import found
from necessity.formats.x12_837p.codes import DELIVERIES_READ, PAPERS_READ, RELATIONS_READ, SUPPORTING, funding_of

_SELF = "18"


def build(part: Part) -> tuple[FullClaim | None, list[X12Finding]]:
    """Make a claim of its loop.

    Args:
        part: The loop 2300, as the walker hands it over.

    Returns:
        The claim, or None where it cannot be held as one; and what had to be left out or made it impossible.
    """
    faults: list[X12Finding] = []

    def tell(index: int, message: str, element: int | None = None, weight: str = REQUIRED) -> None:
        faults.append(found(part, min(index, len(part.segments) - 1), "not_held", message, element, weight=weight))

    above = _above(part)
    own = group(part.segments)
    if not above["2000A"] or not above["2000B"] or "2300.CLM" not in own:
        tell(0, "The levels above the claim are incomplete: who is paid, the subscriber or the payer is not there.")
        return None, faults
    try:
        fields = _fields(part, own, above, tell)
        return FullClaim(**fields), faults
    except ValidationError as error:
        for one in error.errors()[:5]:
            place = ".".join(str(name) for name in one["loc"])
            tell(0, f"The claim cannot be held: {place}: {one['msg']}.")
        return None, faults


def _above(part: Part) -> dict[str, Groups]:
    """Group the levels above by loop; a level that is missing is empty."""
    levels: dict[str, Groups] = {"HEADER": {}, "2000A": {}, "2000B": {}, "2000C": {}}
    for level in part.above:
        if level:
            levels[level[0][0].partition(".")[0]] = group_once(tuple((key, tuple(one)) for key, one in level))
    return levels


@lru_cache(maxsize=256)
def group_once(level: tuple[tuple[str, tuple[str, ...]], ...]) -> Groups:
    """Group a level's segments; the claims of one level share the work."""
    return group([(key, list(one)) for key, one in level])


def _fields(part: Part, own: Groups, above: dict[str, Groups], tell: Any) -> dict[str, Any]:
    sign = part.signs.component
    subscriber_level, patient_level = above["2000B"], above["2000C"]
    clm, sbr = own["2300.CLM"][0], subscriber_level.get("2000B.SBR", [[]])[0]
    place = at(clm, 5).split(sign)
    is_self = not patient_level
    subscriber = person(subscriber_level, "2010BA")
    patient = subscriber if is_self else person(patient_level, "2010CA")
    if is_self and at(sbr, 2) != _SELF:
        tell(0, "The claim stands under the subscriber, but SBR02 does not say that the subscriber is the patient.")
    if at(sbr, 1) not in ("P", ""):
        tell(0, "The payer is not the first in turn; what others decided is not kept.", weight=ADVISORY)
    relation = RelationToSubscriber.SELF if is_self else _relation(patient_level, tell)
    lines = build_lines(part, tell)
    diagnoses, moved = _diagnoses(own, sign, tell)
    referring, role = _referring(own, lines.ordering)
    return {
        "control_number": at(clm, 1),
        "funding_kind": funding_of(at(sbr, 9)),
        "frequency": _one_of(Frequency, at(place, 2), Frequency.FIRST),
        "payer_claim_number": _number(own, "F8"),
        "payer": payer(subscriber_level, at(sbr, 9)),
        "member_id": at(subscriber_level.get("2010BA.NM1", [[]])[0], 9) or None,
        "group_number": at(sbr, 3) or None,
        "plan_name": at(sbr, 4) or None,
        "subscriber": subscriber if is_self else ClaimPerson(name=subscriber.name),
        "patient": patient,
        "relation": relation,
        "billing_provider": _billing(above["2000A"], tell),
        "rendering_provider": provider(own, "2310B", "82"),
        "referring_provider": referring,
        "referring_role": role,
        "supervising_provider": provider(own, "2310D", "DQ"),
        "service_facility": _facility(own),
        "place_of_service": place[0] or None,
        "diagnoses": diagnoses,
        "lines": lines.lines(moved),
        "patient_paid_cents": _paid(own, tell),
        "assignment": _one_of(Assignment, at(clm, 7), Assignment.NOT_ASSIGNED),
        "benefits_assigned": at(clm, 8) == "Y",
        "release_signed": at(clm, 9) == "Y",
        "signature_on_file": at(clm, 6) == "Y",
        "prior_authorization": _number(own, "G1"),
        "onset_on": _day(own, "431", tell),
        "treatment_began_on": _day(own, "454", tell),
        "last_seen_on": _day(own, "304", tell),
        "note": _note(own),
        "enclosures": tuple(_enclosures(own.get("2300.PWK", ()), tell)),
    }


def _one_of(kind: Any, code: str, otherwise: Any) -> Any:
    return kind(code) if code in {one.value for one in kind} else otherwise


def _relation(level: Groups, tell: Any) -> RelationToSubscriber:
    code = at(level.get("2000C.PAT", [[]])[0], 1)
    if code not in RELATIONS_READ:
        tell(0, f"The patient's relation {code or '(missing)'} is kept as: other.", weight=ADVISORY)
    return RELATIONS_READ.get(code, RelationToSubscriber.OTHER)


def _billing(level: Groups, tell: Any) -> ClaimProvider:
    made = provider(level, "2010AA", "85")
    if made is None:
        return ClaimProvider.model_validate({})  # told as a claim that cannot be held
    numbers = {at(ref, 1): at(ref, 2) for ref in level.get("2010AA.REF", ())}
    tax = numbers.get("EI") or numbers.get("SY") or ""
    is_tax = len(tax) == 9 and tax.isdigit()
    contacts = [per for per in level.get("2010AA.PER", ()) if at(per, 3) == "TE"]
    return made.model_copy(
        update={
            "tax_id": tax if is_tax else None,
            "tax_id_is_personal": is_tax and "EI" not in numbers,
            "taxonomy": at(level.get("2000A.PRV", [[]])[0], 3) or None,
            "licence_number": numbers.get("0B") or None,
            "address": address(level, "2010AA"),
            "phone": at(contacts[0], 4) or None if contacts else None,
        }
    )


def _facility(own: Groups) -> ClaimProvider | None:
    made = provider(own, "2310C", "77")
    return made.model_copy(update={"address": address(own, "2310C")}) if made else None


def _referring(own: Groups, ordering: ClaimProvider | None) -> tuple[ClaimProvider | None, ProviderRole]:
    """Give who referred; or else who ordered, where every line names the same one."""
    referring = provider(own, "2310A", "DN")
    if referring is None and ordering is not None:
        return ordering, ProviderRole.ORDERING
    return referring, ProviderRole.REFERRING


def _diagnoses(own: Groups, sign: str, tell: Any) -> tuple[tuple[str, ...], dict[int, int]]:
    """Read the codes; give with them where each pointer leads once what is no code is left out."""
    codes: list[str] = []
    moved: dict[int, int] = {}
    place = 0
    for segment in own.get("2300.HI", ()):
        for one in segment[1:]:
            kind, _, code = one.partition(sign)
            if kind not in ("ABK", "ABF"):
                continue
            place += 1
            try:
                codes.append(read_icd10(code.partition(sign)[0]))
                moved[place] = len(codes)
            except ValueError:
                tell(0, f"Diagnosis {place} is no ICD-10-CM code; it is left out.")
    return tuple(codes[:12]), {pointer: to for pointer, to in moved.items() if to <= 12}


def _number(own: Groups, kind: str) -> str | None:
    return next((at(ref, 2) or None for ref in own.get("2300.REF", ()) if at(ref, 1) == kind), None)


def _day(own: Groups, kind: str, tell: Any) -> Any:
    for dtp in own.get("2300.DTP", ()):
        if at(dtp, 1) == kind:
            day = read_day(at(dtp, 3))
            if day is None:
                tell(0, f"The day of DTP {kind} cannot be read; it is left out.")
            return day
    return None


def _paid(own: Groups, tell: Any) -> int:
    paid = read_cents(at(own.get("2300.AMT", [[]])[0], 2) or "0")
    if paid is None or paid < 0:
        tell(0, "What the patient paid (AMT F5) is no amount; it is left out.")
        return 0
    return paid


def _note(own: Groups) -> str | None:
    return next((at(nte, 2) or None for nte in own.get("2300.NTE", ())), None)


def _enclosures(papers: Iterable[list[str]], tell: Any) -> Iterable[Enclosure]:
    for pwk in papers:
        number, way = at(pwk, 6), at(pwk, 2)
        if not number or way not in DELIVERIES_READ:
            tell(
                0, "A paper is announced as available on request, or without a number; it is not kept.", weight=ADVISORY
            )
            continue
        kind = PAPERS_READ.get(at(pwk, 1), SUPPORTING)
        yield Enclosure(kind=kind, control_number=number, sent_by=DELIVERIES_READ[way])
