"""One claim of a message, with the levels above it, as a `FullClaim`."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from necessity.domain.claim import Frequency
from necessity.domain.codes import read_icd10
from necessity.domain.full_claim import (
    Assignment,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    FullClaim,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.formats.x12 import ADVISORY, REQUIRED, Part, Segment, X12Finding, at, read_cents, read_day
from necessity.formats.x12_837p.build_lines import Tell, build_lines
from necessity.formats.x12_837p.build_people import Groups, address, group, payer, person, provider
from necessity.formats.x12_837p.check import found
from necessity.formats.x12_837p.codes import DELIVERIES_READ, PAPERS_READ, RELATIONS_READ, SUPPORTING, funding_of

_SELF = "18"
_LEVELS = 3  # header, billing provider, subscriber; a fourth is the patient's
_FREQUENCIES = {one.value: one for one in Frequency}
_ASSIGNMENTS = {one.value: one for one in Assignment}


class Builder:
    """Makes claims of their loops, one after the other; claims under one level share what stands there."""

    def __init__(self) -> None:
        self._levels: dict[int, tuple[list[Segment], Groups]] = {}
        self._people: dict[str, tuple[Groups, ClaimPerson]] = {}
        self._billing: tuple[Groups, ClaimProvider | None] = ({}, None)

    def build(self, part: Part) -> tuple[FullClaim | None, list[X12Finding]]:
        """Make a claim of its loop.

        Args:
            part: The loop 2300, as the walker hands it over.

        Returns:
            The claim, or None where it cannot be held as one; and what had to be left out or made it impossible.
        """
        faults: list[X12Finding] = []

        def tell(index: int, message: str, element: int | None = None, weight: str = REQUIRED) -> None:
            faults.append(found(part, min(index, len(part.segments) - 1), "not_held", message, element, weight=weight))

        starts = [index for index, (key, _) in enumerate(part.segments) if key == "2400.LX"]
        own = group(part.segments[: starts[0]] if starts else part.segments)
        if len(part.above) < _LEVELS or not (part.above[1] and part.above[2]) or "2300.CLM" not in own:
            tell(0, "The levels above the claim are incomplete: who is paid, the subscriber or the payer is not there.")
            return None, faults
        try:
            return FullClaim(**self._fields(part, own, starts, tell)), faults
        except ValidationError as error:
            for one in error.errors()[:5]:
                place = ".".join(str(name) for name in one["loc"])
                tell(0, f"The claim cannot be held: {place}: {one['msg']}.")
            return None, faults

    def _grouped(self, depth: int, level: list[Segment]) -> Groups:
        """Group a level's segments; once as long as it is the same level."""
        kept = self._levels.get(depth)
        if kept is None or kept[0] is not level:
            kept = self._levels[depth] = (level, group(level))
        return kept[1]

    def _person(self, level: Groups, loop: str) -> ClaimPerson:
        """Read a person; once as long as it is the same level."""
        kept = self._people.get(loop)
        if kept is None or kept[0] is not level:
            kept = self._people[loop] = (level, person(level, loop))
        return kept[1]

    def _paid(self, level: Groups, tell: Tell) -> ClaimProvider:
        """Read the billing provider; once as long as it is the same level."""
        if self._billing[0] is not level or self._billing[1] is None:
            self._billing = (level, _billing(level, tell))
        made = self._billing[1]
        return made if made else ClaimProvider.model_validate({})  # told as a claim that cannot be held

    def _fields(self, part: Part, own: Groups, starts: list[int], tell: Tell) -> dict[str, Any]:
        sign, above = part.signs.component, part.above
        level = self._grouped(2, above[2])
        patient_level = self._grouped(3, above[3]) if len(above) > _LEVELS else {}
        sbr = level.get("2000B.SBR", [[]])[0]
        subscriber = self._person(level, "2010BA")
        is_self = not patient_level
        if is_self and at(sbr, 2) != _SELF:
            said = "The claim stands under the subscriber, but SBR02 does not say that the subscriber is the patient."
            tell(0, said)
        if at(sbr, 1) not in ("P", ""):
            tell(0, "The payer is not the first in turn; what others decided is not kept.", weight=ADVISORY)
        diagnoses, moved = _diagnoses(own, sign, tell)
        lines = build_lines(part, starts, moved, tell)
        referring, role = _referring(own, lines.ordering)
        return {
            **_claim_fields(own, sign, tell),
            "funding_kind": funding_of(at(sbr, 9)),
            "payer": payer(level, at(sbr, 9)),
            "member_id": at(level.get("2010BA.NM1", [[]])[0], 9) or None,
            "group_number": at(sbr, 3) or None,
            "plan_name": at(sbr, 4) or None,
            "subscriber": subscriber if is_self else ClaimPerson(name=subscriber.name),
            "patient": subscriber if is_self else self._person(patient_level, "2010CA"),
            "relation": RelationToSubscriber.SELF if is_self else _relation(patient_level, tell),
            "billing_provider": self._paid(self._grouped(1, above[1]), tell),
            "rendering_provider": provider(own, "2310B", "82"),
            "referring_provider": referring,
            "referring_role": role,
            "supervising_provider": provider(own, "2310D", "DQ"),
            "service_facility": _facility(own),
            "diagnoses": diagnoses,
            "lines": lines.lines,
        }


def _claim_fields(own: Groups, sign: str, tell: Tell) -> dict[str, Any]:
    """Read what the claim says of itself."""
    clm = [*own["2300.CLM"][0], *[""] * 10]
    place = [*clm[5].split(sign), "", "", ""]
    numbers = {at(ref, 1): at(ref, 2) or None for ref in reversed(own.get("2300.REF", []))}
    days = {at(dtp, 1): at(dtp, 3) for dtp in reversed(own.get("2300.DTP", []))}
    return {
        "control_number": clm[1],
        "frequency": _FREQUENCIES.get(place[2], Frequency.FIRST),
        "payer_claim_number": numbers.get("F8"),
        "place_of_service": place[0] or None,
        "patient_paid_cents": _patient_paid(own, tell),
        "assignment": _ASSIGNMENTS.get(clm[7], Assignment.NOT_ASSIGNED),
        "benefits_assigned": clm[8] == "Y",
        "release_signed": clm[9] == "Y",
        "signature_on_file": clm[6] == "Y",
        "prior_authorization": numbers.get("G1"),
        "onset_on": read_day(days.get("431", "")),
        "treatment_began_on": read_day(days.get("454", "")),
        "last_seen_on": read_day(days.get("304", "")),
        "note": next((at(nte, 2) or None for nte in own.get("2300.NTE", ())), None),
        "enclosures": tuple(_enclosures(own.get("2300.PWK", ()), tell)),
    }


def _relation(level: Groups, tell: Tell) -> RelationToSubscriber:
    code = at(level.get("2000C.PAT", [[]])[0], 1)
    if code not in RELATIONS_READ:
        tell(0, f"The patient's relation {code or '(missing)'} is kept as: other.", weight=ADVISORY)
    return RELATIONS_READ.get(code, RelationToSubscriber.OTHER)


def _billing(level: Groups, tell: Tell) -> ClaimProvider:
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


def _diagnoses(own: Groups, sign: str, tell: Tell) -> tuple[tuple[str, ...], dict[int, int]]:
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


def _patient_paid(own: Groups, tell: Tell) -> int:
    paid = read_cents(at(own.get("2300.AMT", [[]])[0], 2) or "0")
    if paid is None or paid < 0:
        tell(0, "What the patient paid (AMT F5) is no amount; it is left out.")
        return 0
    return paid


def _enclosures(papers: Iterable[list[str]], tell: Tell) -> Iterable[Enclosure]:
    for pwk in papers:
        number, way = at(pwk, 6), at(pwk, 2)
        if not number or way not in DELIVERIES_READ:
            tell(
                0, "A paper is announced as available on request, or without a number; it is not kept.", weight=ADVISORY
            )
            continue
        kind = PAPERS_READ.get(at(pwk, 1), SUPPORTING)
        yield Enclosure(kind=kind, control_number=number, sent_by=DELIVERIES_READ[way])
