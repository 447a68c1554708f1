"""Writing a claim as a FHIR bundle: claim, coverage, persons, providers, and the papers that go with it."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from necessity.domain.claim import Frequency
from necessity.domain.full_claim import (
    ClaimProvider,
    Enclosure,
    FullClaim,
    FullLine,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.formats.fhir import systems
from necessity.formats.fhir.writing.build import (
    Bundle,
    Json,
    coding,
    concept,
    dollars_of,
    identifier,
    lean,
    money,
    refuse,
)
from necessity.formats.fhir.writing.people import (
    patient_resource,
    payer_resource,
    provider_numbers,
    provider_resource,
    subscriber_resource,
)


class ClaimUse(StrEnum):
    """What is asked: payment, a binding word beforehand, or an estimate."""

    CLAIM = "claim"
    PREAUTHORIZATION = "preauthorization"
    PREDETERMINATION = "predetermination"


class Told(StrEnum):
    """What R4 has no element for and a claim's supporting information says in words; the words are read back."""

    PATIENT_PAID = "Amount paid by the patient"
    ASSIGNMENT = "Assignment accepted (A yes, B laboratory only, C no)"
    RELEASE = "Patient's signature to release information is on file"
    SIGNATURE = "Provider's signature is on file"
    TREATMENT_BEGAN = "Treatment began"
    LAST_SEEN = "Last seen by the supervising or ordering clinician"
    LETTER_SIGNED = "Letter of medical necessity signed"
    NOTE = "Note to the payer"
    MINUTES = "Minutes of direct contact"
    STARTED = "Local time at the start"
    PRESCRIBED = "Prescribed"
    LINE_NOTE = "Note on the line"


class Role(StrEnum):
    """What a member of the care team does, in words that are read back."""

    RENDERING = "rendering"
    REFERRING = "referring"
    ORDERING = "ordering"
    SUPERVISING = "supervising"
    NAMED_AS_SUPERVISING = "supervising, named in the place of the referring provider"


_ROLE_CODES: dict[Role, Json] = {
    Role.RENDERING: coding(systems.CARIN_CARE_TEAM_ROLE, "rendering"),
    Role.REFERRING: coding(systems.CARIN_CARE_TEAM_ROLE, "referring"),
    Role.ORDERING: coding(systems.CARE_TEAM_ROLE, "other"),
    Role.SUPERVISING: coding(systems.CARE_TEAM_ROLE, "supervisor"),
    Role.NAMED_AS_SUPERVISING: coding(systems.CARE_TEAM_ROLE, "supervisor"),
}
PRIMARY = coding(systems.CARE_TEAM_ROLE, "primary")
_REFERRING_ROLES = {
    ProviderRole.REFERRING: Role.REFERRING,
    ProviderRole.ORDERING: Role.ORDERING,
    ProviderRole.SUPERVISING: Role.NAMED_AS_SUPERVISING,
}
NO_PROCEDURE_CODE = coding(systems.DATA_ABSENT, "not-applicable")


def claim_bundle(
    claim: FullClaim, enclosures: Mapping[str, bytes] | None = None, *, use: ClaimUse = ClaimUse.CLAIM
) -> bytes:
    """Write a claim with everybody and everything that belongs to it.

    Args:
        claim: The claim, whole; `filed_on` must say the day it is made out.
        enclosures: Files by the control number of the enclosure they belong to, unaltered. An enclosure without a
            file is announced only.
        use: Whether payment, a preauthorisation or an estimate is asked for.

    Returns:
        A FHIR R4 Bundle of type collection as canonical JSON. The same arguments give the same bytes.

    Raises:
        FormatError: the claim cannot be said in FHIR as it stands; every reason is named.
    """
    files = enclosures or {}
    refuse(f"The claim {claim.control_number} cannot be written as FHIR", list(_faults(claim, files)))
    return _Writing(claim, files, use).write()


def _faults(claim: FullClaim, files: Mapping[str, bytes]) -> Iterator[str]:
    if claim.filed_on is None:
        yield "it does not say on which day it is made out (filed_on)"
    if not claim.lines:
        yield "it has no service line"
    if claim.frequency is Frequency.FIRST and claim.payer_claim_number:
        yield "a first claim names no earlier one, yet payer_claim_number is given"
    if claim.frequency is not Frequency.FIRST and not claim.payer_claim_number:
        yield "it replaces or voids an earlier claim, but the payer's number of that one is missing"
    if claim.relation is RelationToSubscriber.SELF and claim.patient != claim.subscriber:
        yield "the patient is the subscriber, yet the two are written differently"
    if claim.service_facility and claim.service_facility.name.is_person:
        yield "the place of service (service_facility) is named as a person; name it as an organisation"
    numbers = [enclosure.control_number for enclosure in claim.enclosures]
    yield from (f"the enclosure number {n} is used twice" for n in sorted({n for n in numbers if numbers.count(n) > 1}))
    yield from (
        f"a file is given for enclosure {n}, which the claim does not list" for n in sorted({*files} - {*numbers})
    )
    yield from (f"the file for enclosure {number} is empty" for number, content in files.items() if not content)
    ids = [line.id for line in claim.lines]
    yield from (f"the line number {n} is used twice" for n in sorted({n for n in ids if ids.count(n) > 1}))
    for number, line in enumerate(claim.lines, start=1):
        yield from (f"service line {number} {fault}" for fault in _line_faults(claim, line))


def _line_faults(claim: FullClaim, line: FullLine) -> Iterator[str]:
    for pointer in line.diagnosis_pointers:
        if pointer > len(claim.diagnoses):
            yield f"points at diagnosis {pointer}, but the claim lists only {len(claim.diagnoses)}"
    for modifier in line.modifiers:
        if len(modifier) != 2 or not (modifier.isascii() and modifier.isalnum()):
            yield f"has the modifier {modifier!r}; a modifier has two characters, such as GP or 59"
    if line.served_to and line.served_to < line.served_on:
        yield "ends before it begins"


class _Writing:
    """One claim on its way into a bundle; numbers its care team and supporting information as it goes."""

    def __init__(self, claim: FullClaim, files: Mapping[str, bytes], use: ClaimUse) -> None:
        self.claim, self.files, self.use = claim, files, use
        self.bundle = Bundle(f"claim/{claim.control_number}")
        self.team: list[Json] = []
        self.information: list[Json] = []
        self._members: dict[tuple[str, bool], int] = {}

    def write(self) -> bytes:
        patient = self.bundle.add("patient", patient_resource(self.claim.patient))
        insurer = self.bundle.add("payer", payer_resource(self.claim.payer))
        coverage = self.bundle.add("coverage", self._coverage(patient, insurer))
        billing = self._provider(self.claim.billing_provider)
        self._care_team()
        self._tell_claim()
        items = [self._item(number, line) for number, line in enumerate(self.claim.lines, start=1)]
        for enclosure in self.claim.enclosures:
            self._enclose(enclosure, patient)
        self.bundle.add("claim", self._claim(patient, insurer, coverage, billing, items))
        return self.bundle.write()

    def _claim(self, patient: Json, insurer: Json, coverage: Json, billing: Json, items: list[Json]) -> Json:
        claim = self.claim
        days = [day for line in claim.lines for day in (line.served_on, line.served_to or line.served_on)]
        insurance = lean(
            sequence=1,
            focal=True,
            coverage=coverage,
            preAuthRef=[claim.prior_authorization] if claim.prior_authorization else [],
        )
        return lean(
            resourceType="Claim",
            identifier=_placer(claim.control_number),
            status="cancelled" if claim.frequency is Frequency.VOID else "active",
            type=concept(coding(systems.CLAIM_TYPE, "professional")),
            use=self.use.value,
            patient=patient,
            billablePeriod={"start": min(days).isoformat(), "end": max(days).isoformat()},
            created=claim.filed_on.isoformat() if claim.filed_on else None,
            insurer=insurer,
            provider=billing,
            priority=concept(coding(systems.PRIORITY, "normal")),
            related=self._related(),
            payee={
                "type": concept(coding(systems.PAYEE_TYPE, "provider" if claim.benefits_assigned else "subscriber"))
            },
            facility=self._facility(),
            careTeam=self.team,
            supportingInfo=self.information,
            diagnosis=[_diagnosis(number, code) for number, code in enumerate(claim.diagnoses, start=1)],
            insurance=[insurance],
            item=items,
            total=money(claim.total_cents),
        )

    def _related(self) -> list[Json]:
        if self.claim.payer_claim_number is None:
            return []
        prior = {"identifier": {"value": self.claim.payer_claim_number}, "display": "The payer's number of that claim"}
        return [{"claim": prior, "relationship": concept(coding(systems.RELATED_CLAIM, "prior"))}]

    def _coverage(self, patient: Json, insurer: Json) -> Json:
        claim = self.claim
        is_self = claim.relation is RelationToSubscriber.SELF
        subscriber = (
            patient if is_self else self.bundle.add("subscriber", subscriber_resource(claim.subscriber, patient))
        )
        classes = [("group", claim.group_number, None), ("plan", claim.plan_name, claim.plan_name)]
        return lean(
            resourceType="Coverage",
            status="active",
            type=concept(text=claim.funding_kind.value),
            subscriber=subscriber,
            subscriberId=claim.member_id,
            beneficiary=patient,
            relationship=concept(coding(systems.SUBSCRIBER_RELATIONSHIP, claim.relation.value)),
            payor=[insurer],
            class_=[
                lean(type=concept(coding(systems.COVERAGE_CLASS, kind)), value=value, name=name)
                for kind, value, name in classes
                if value
            ],
        )

    def _provider(self, provider: ClaimProvider) -> Json:
        return self.bundle.add_once("provider", provider_resource(provider))

    def _facility(self) -> Json | None:
        facility = self.claim.service_facility
        if facility is None:
            return None
        owner = self._provider(facility)
        place = lean(
            resourceType="Location",
            identifier=provider_numbers(facility),
            name=facility.name.last,
            managingOrganization=owner,
        )
        return self.bundle.add("facility", place)

    def _care_team(self) -> None:
        claim = self.claim
        for role, provider in (
            (Role.RENDERING, claim.rendering_provider),
            (_REFERRING_ROLES[claim.referring_role], claim.referring_provider),
            (Role.SUPERVISING, claim.supervising_provider),
        ):
            if provider:
                self._member(role, provider, of_claim=True)

    def _member(self, role: Role, provider: ClaimProvider, *, of_claim: bool) -> int:
        reference = self._provider(provider)
        key = (f"{role} {reference['reference']}", of_claim)
        if key not in self._members:
            is_primary = of_claim and role is Role.RENDERING
            codes = [PRIMARY, _ROLE_CODES[role]] if is_primary else [_ROLE_CODES[role]]
            sequence = self._members[key] = len(self.team) + 1
            self.team.append({"sequence": sequence, "provider": reference, "role": concept(*codes, text=role.value)})
        return self._members[key]

    def _inform(self, told: Told | str, category: str = "info", **said: object) -> int:
        """Add one piece of supporting information, what it is in words and what it says; give its number."""
        sequence = len(self.information) + 1
        code = concept(text=told.value if isinstance(told, Told) else told) if told else None
        kind = concept(coding(systems.INFORMATION, category))
        self.information.append(lean(sequence=sequence, category=kind, code=code, **said))
        return sequence

    def _tell_claim(self) -> None:
        claim = self.claim
        if claim.onset_on:
            self._inform("", "onset", timingDate=claim.onset_on.isoformat())
        for told, day in (
            (Told.TREATMENT_BEGAN, claim.treatment_began_on),
            (Told.LAST_SEEN, claim.last_seen_on),
            (Told.LETTER_SIGNED, claim.letter_signed_on),
        ):
            if day:
                self._inform(told, timingDate=day.isoformat())
        paid = {"value": dollars_of(claim.patient_paid_cents), "unit": "USD", "system": systems.CURRENCY, "code": "USD"}
        self._inform(Told.PATIENT_PAID, valueQuantity=paid)
        self._inform(Told.ASSIGNMENT, valueString=claim.assignment.value)
        self._inform(Told.RELEASE, valueBoolean=claim.release_signed)
        self._inform(Told.SIGNATURE, valueBoolean=claim.signature_on_file)
        if claim.note:
            self._inform(Told.NOTE, valueString=claim.note)

    def _item(self, number: int, line: FullLine) -> Json:
        provider = line.rendering_provider
        place = line.place_of_service or self.claim.place_of_service
        return lean(
            extension=[{"url": systems.ITEM_TRACE_NUMBER, "valueIdentifier": {"value": line.id}}],
            sequence=number,
            careTeamSequence=[self._member(Role.RENDERING, provider, of_claim=False)] if provider else [],
            diagnosisSequence=list(line.diagnosis_pointers),
            informationSequence=self._tell_line(line),
            productOrService=_service(line),
            modifier=[concept(coding(systems.modifier_system(m), m)) for m in line.modifiers],
            locationCodeableConcept=concept(coding(systems.PLACE_OF_SERVICE, place)) if place else None,
            quantity={"value": line.units} if line.units is not None else None,
            net=money(line.charge_cents),
            **_served(line.served_on, line.served_to),
        )

    def _tell_line(self, line: FullLine) -> list[int]:
        told = []
        if line.minutes is not None:
            minutes = {"value": line.minutes, "unit": "min", "system": systems.UCUM, "code": "min"}
            told.append(self._inform(Told.MINUTES, valueQuantity=minutes))
        if line.starts_at is not None:
            told.append(self._inform(Told.STARTED, valueString=line.starts_at.isoformat()))
        if line.prescribed_on is not None:
            told.append(self._inform(Told.PRESCRIBED, timingDate=line.prescribed_on.isoformat()))
        if line.note:
            told.append(self._inform(Told.LINE_NOTE, valueString=line.note))
        return told

    def _enclose(self, enclosure: Enclosure, patient: Json) -> None:
        content = self.files.get(enclosure.control_number)
        attachment: Json = lean(title=enclosure.title or enclosure.kind)
        if content is not None:
            media_type = sniffed(content)
            data = base64.b64encode(content).decode()
            binary = {"resourceType": "Binary", "contentType": media_type, "data": data}
            address = self.bundle.add(f"binary/{enclosure.control_number}", binary)["reference"]
            # FHIR fixes SHA-1 here; it finds a file damaged on the way and protects against nobody.
            sha1 = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
            attachment |= {"contentType": media_type, "url": address, "size": len(content), "hash": sha1}
        paper = lean(
            resourceType="DocumentReference",
            identifier=_placer(enclosure.control_number),
            status="current",
            type=concept(text=enclosure.kind),
            subject=patient,
            description=enclosure.title,
            content=[{"attachment": attachment}],
        )
        reference = self.bundle.add(f"enclosure/{enclosure.control_number}", paper)
        self._inform(enclosure.kind, "attachment", valueReference=reference)


def _placer(number: str) -> list[Json]:
    return identifier(number, type_=concept(coding(systems.IDENTIFIER_TYPE, "PLAC")))


def _diagnosis(number: int, code: str) -> Json:
    kind = [concept(coding(systems.DIAGNOSIS_TYPE, "principal"))] if number == 1 else []
    return lean(sequence=number, diagnosisCodeableConcept=concept(coding(systems.ICD_10_CM, code)), type=kind)


def _service(line: FullLine) -> Json:
    if line.procedure_code is None:
        return concept(NO_PROCEDURE_CODE, text=line.words)
    return concept(coding(systems.procedure_system(line.procedure_code), line.procedure_code), text=line.words)


def _served(first: date, last: date | None) -> Json:
    if last is None:
        return {"servicedDate": first.isoformat()}
    return {"servicedPeriod": {"start": first.isoformat(), "end": last.isoformat()}}


def sniffed(content: bytes) -> str:
    """Name the kind of a file by its first bytes; what is not known is plain bytes."""
    kinds = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n", "image/png"))
    return next((kind for start, kind in kinds if content.startswith(start)), "application/octet-stream")
