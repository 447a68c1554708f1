"""One claim of a message, with the levels above it, as a `FullClaim`."""

from collections.abc import Iterable
from functools import lru_cache
from operator import is_not
from typing import Any, NamedTuple

from pydantic import ValidationError

from necessity.domain.claim import Frequency
from necessity.domain.codes import read_icd10
from necessity.domain.full_claim import (
    Assignment,
    ClaimPerson,
    ClaimProvider,
    FullClaim,
    PayerOrder,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.formats.x12 import ADVISORY, REQUIRED, Part, Segment, X12Finding, at, read_cents, read_day
from necessity.formats.x12_837p.build_lines import build_lines
from necessity.formats.x12_837p.build_people import Groups, Tell, address, group, payer, person, provider
from necessity.formats.x12_837p.check import found
from necessity.formats.x12_837p.codes import DELIVERIES_READ, PAPERS_READ, RELATIONS_READ, SUPPORTING, funding_of
from necessity.formats.x12_837p.other_payers.build import build_other_coverages

_SELF = "18"
_LEVELS = 3  # header, billing provider, subscriber; a fourth is the patient's
_FREQUENCIES = {one.value: one for one in Frequency}
_ASSIGNMENTS = {one.value: one for one in Assignment}
_ORDERS = {one.value: one for one in PayerOrder}
_NOT_SELF = "The claim stands under the subscriber, but SBR02 does not say that the subscriber is the patient."


class _Shared(NamedTuple):
    """What every claim under one level has from it."""

    levels: list[list[Segment]]
    fields: dict[str, Any]
    is_self: bool
    says_so: bool
    """Whether SBR02 says that the subscriber is the patient."""
    relation: str
    """PAT01 of the patient's level."""


class Builder:
    """Makes claims of their loops, one after the other; claims under one level share what stands there."""

    def __init__(self) -> None:
        self._shared: _Shared | None = None

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
            return FullClaim.model_validate(self._fields(part, own, starts, tell)), faults
        except ValidationError as error:
            for one in error.errors()[:5]:
                place = ".".join(str(name) for name in one["loc"])
                tell(0, f"The claim cannot be held: {place}: {one['msg']}.")
            return None, faults

    def _above(self, levels: list[list[Segment]]) -> _Shared:
        """Read the levels above a claim; once as long as they are the same."""
        kept = self._shared
        if kept is None or len(kept.levels) != len(levels) or any(map(is_not, kept.levels, levels)):
            kept = self._shared = _read_levels(levels)
        return kept

    def _fields(self, part: Part, own: Groups, starts: list[int], tell: Tell) -> dict[str, Any]:
        sign, shared = part.signs.component, self._above(part.above)
        if shared.is_self and not shared.says_so:
            tell(0, _NOT_SELF)
        hi = own.get("2300.HI", ())
        diagnoses = _diagnoses(tuple(map(tuple, hi)), sign)
        for place in diagnoses.faulty:
            tell(0, f"Diagnosis {place} is no ICD-10-CM code; it is left out.")
        lines = build_lines(part, starts, diagnoses.moved, tell)
        referring, role = _referring(own, lines.ordering)
        fields = {
            **shared.fields,
            **_claim_fields(own, sign, tell),
            "referring_provider": referring,
            "referring_role": role,
            "diagnoses": diagnoses.codes,
            "lines": lines.lines,
        }
        for name, loop, code in _ACTING:
            if f"{loop}.NM1" in own:
                fields[name] = provider(own, loop, code)
        if "2310C.NM1" in own:
            fields["service_facility"] = _facility(own)
        if "2320.SBR" in own:
            fields["other_coverages"] = build_other_coverages(part, starts, tell)
        if not shared.is_self and shared.relation not in RELATIONS_READ:
            said = f"The patient's relation {shared.relation or '(missing)'} is kept as: other."
            tell(0, said, weight=ADVISORY)
        return fields


_ACTING = (("rendering_provider", "2310B", "82"), ("supervising_provider", "2310D", "DQ"))


def _read_levels(levels: list[list[Segment]]) -> _Shared:
    """Read who is paid, the subscriber, the payer and the patient."""
    paid, level = group(levels[1]), group(levels[2])
    patient_level = group(levels[3]) if len(levels) > _LEVELS else {}
    is_self = not patient_level
    sbr = level.get("2000B.SBR", [[]])[0]
    subscriber = person(level, "2010BA")
    relation = "" if is_self else at(patient_level.get("2000C.PAT", [[]])[0], 1)
    other = RELATIONS_READ.get(relation, RelationToSubscriber.OTHER)
    fields = {
        "funding_kind": funding_of(at(sbr, 9)),
        "payer": payer(level, at(sbr, 9)),
        "payer_order": _ORDERS.get(at(sbr, 1), PayerOrder.FIRST),
        "member_id": at(level.get("2010BA.NM1", [[]])[0], 9) or None,
        "group_number": at(sbr, 3) or None,
        "plan_name": at(sbr, 4) or None,
        "subscriber": subscriber if is_self else ClaimPerson(name=subscriber.name),
        "patient": subscriber if is_self else person(patient_level, "2010CA"),
        "relation": RelationToSubscriber.SELF if is_self else other,
    }
    if billing := _billing(paid):
        fields["billing_provider"] = billing  # else told as a claim that cannot be held
    return _Shared(levels, fields, is_self, at(sbr, 2) == _SELF, relation)


def _claim_fields(own: Groups, sign: str, tell: Tell) -> dict[str, Any]:
    """Read what the claim says of itself."""
    clm = [*own["2300.CLM"][0], *[""] * 10]
    place = [*clm[5].split(sign), "", "", ""]
    fields: dict[str, Any] = {
        "control_number": clm[1],
        "frequency": _FREQUENCIES.get(place[2], Frequency.FIRST),
        "place_of_service": place[0] or None,
        "patient_paid_cents": _patient_paid(own, tell),
        "assignment": _ASSIGNMENTS.get(clm[7], Assignment.NOT_ASSIGNED),
        "benefits_assigned": clm[8] == "Y",
        "release_signed": clm[9] == "Y",
        "signature_on_file": clm[6] == "Y",
    }
    if "2300.REF" in own:
        numbers = {at(ref, 1): at(ref, 2) or None for ref in reversed(own["2300.REF"])}
        fields |= {"payer_claim_number": numbers.get("F8"), "prior_authorization": numbers.get("G1")}
    if "2300.DTP" in own:
        days = {at(dtp, 1): at(dtp, 3) for dtp in reversed(own["2300.DTP"])}
        fields |= {name: read_day(days.get(code, "")) for name, code in _DAYS}
    if "2300.NTE" in own:
        fields["note"] = at(own["2300.NTE"][0], 2) or None
    if "2300.PWK" in own:
        fields["enclosures"] = list(_enclosures(own["2300.PWK"], tell))
    return fields


_DAYS = (("onset_on", "431"), ("treatment_began_on", "454"), ("last_seen_on", "304"))


def _billing(level: Groups) -> ClaimProvider | None:
    made = provider(level, "2010AA", "85")
    if made is None:
        return None
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


class _Diagnoses(NamedTuple):
    """The codes of a claim."""

    codes: tuple[str, ...]
    moved: dict[int, int]
    """Where each pointer leads once what is no code is left out."""
    faulty: tuple[int, ...]
    """Places of what is no code."""


@lru_cache(maxsize=4096)
def _diagnoses(hi: tuple[tuple[str, ...], ...], sign: str) -> _Diagnoses:
    """Read the codes of all HI segments."""
    codes: list[str] = []
    moved: dict[int, int] = {}
    faulty: list[int] = []
    listed = [one.partition(sign) for segment in hi for one in segment[1:]]
    for place, code in enumerate((code for kind, _, code in listed if kind in ("ABK", "ABF")), 1):
        try:
            codes.append(read_icd10(code.partition(sign)[0]))
            moved[place] = len(codes)
        except ValueError:
            faulty.append(place)
    return _Diagnoses(tuple(codes[:12]), {pointer: to for pointer, to in moved.items() if to <= 12}, tuple(faulty))


def _patient_paid(own: Groups, tell: Tell) -> int:
    paid = read_cents(at(own["2300.AMT"][0], 2) or "0") if "2300.AMT" in own else 0
    if paid is None or paid < 0:
        tell(0, "What the patient paid (AMT F5) is no amount; it is left out.")
        return 0
    return paid


def _enclosures(papers: Iterable[list[str]], tell: Tell) -> Iterable[dict[str, Any]]:
    """Read announced papers; fields only, the claim makes them records with itself."""
    for pwk in papers:
        number, way = at(pwk, 6), at(pwk, 2)
        if not number or way not in DELIVERIES_READ:
            said = "A paper is announced as available on request, or without a number; it is not kept."
            tell(0, said, weight=ADVISORY)
            continue
        kind = PAPERS_READ.get(at(pwk, 1), SUPPORTING)
        yield {"kind": kind, "control_number": number, "sent_by": DELIVERIES_READ[way]}
