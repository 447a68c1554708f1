"""Reading claims out of a FHIR document: back to `FullClaim`, with every oddity said and nothing guessed."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from necessity.domain.claim import Frequency
from necessity.domain.codes import Icd10, ProcedureCode
from necessity.domain.decision import Finding
from necessity.domain.full_claim import (
    Assignment,
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    FullClaim,
    FullLine,
    Name,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.domain.funding import FundingKind
from necessity.domain.record import Record
from necessity.formats.fhir import systems
from necessity.formats.fhir.reading.node import Node
from necessity.formats.fhir.reading.people import address_of, numbers_of, person_of, provider_of, shape
from necessity.formats.fhir.reading.resources import Resources, open_document
from necessity.formats.fhir.writing.claim import ClaimUse, Role, Told


class ReadClaim(Record):
    """One claim as it was found in a document. As JSON, its files are base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    claim: FullClaim | None
    """The claim; None where something is missing without which there is none: the findings say what."""
    use: ClaimUse | None = None
    """Whether payment, a preauthorisation or an estimate is asked; None where it does not say."""
    files: dict[str, bytes] = Field(default_factory=dict)
    """Files that came with it, by the control number of their enclosure."""
    findings: tuple[Finding, ...] = ()
    """Everything odd in the document; shared by all claims of one file."""


def read_claim(content: bytes) -> ReadClaim:
    """Read the first claim of a FHIR document.

    Args:
        content: A Bundle, or a Claim alone; JSON.

    Returns:
        The claim with what was odd about it; what we wrote comes back as `claim_carried.carried(claim)`.

    Raises:
        FormatError: it is no JSON at all.
    """
    resources = open_document(content)
    claims = read_claims(resources)
    if not claims:
        resources.notes.add("claim", "There is no claim in this file.", "$", "Ask the sender for the claim.")
    first = claims[0] if claims else ReadClaim(claim=None)
    return first.model_copy(update={"findings": resources.notes.all()})


def read_claims(resources: Resources) -> list[ReadClaim]:
    """Read every claim of an open document; the findings stay with the document."""
    return [_Reading(resources, node).read() for node in resources.of("Claim")]


class _Reading:
    """One Claim on its way out of a document."""

    def __init__(self, resources: Resources, node: Node) -> None:
        self.resources, self.node, self.notes = resources, node, resources.notes
        self.said = {n: one for one in node.many("supportingInfo") if (n := one.get("sequence").whole()) is not None}
        self.items = node.many("item")
        self._of_lines = {n for item in self.items for n in _wholes(item.get("careTeamSequence"))}
        self._members = self._line_members()
        self._coverage = self._focal_insurance()

    def read(self) -> ReadClaim:
        missing_before = len(self.notes.all())
        values = self._values()
        files = self._files()
        use = self.node.get("use").text()
        claim = None
        if not self._missing(values):
            try:
                claim = FullClaim(**values)
            except ValidationError as fault:
                for one in fault.errors():
                    where = f"{self.node.path} ({'.'.join(map(str, one['loc']))})"
                    self._note("claim", f"The claim cannot be kept: {one['msg'].lower()}.", where)
        if claim is None and len(self.notes.all()) == missing_before:
            self._note("claim", "The claim cannot be kept.", self.node.path)
        return ReadClaim(claim=claim, use=ClaimUse(use) if use in set(ClaimUse) else None, files=files)

    def _note(self, check: str, message: str, where: str, *, weight: str = "required") -> None:
        self.notes.add(check, message, where, "Ask the sender to complete it, and read it again.", weight=weight)

    def _missing(self, values: dict[str, Any]) -> bool:
        asked = {
            "control_number": ("identifier", "its own number (Claim.identifier)"),
            "payer": ("insurer", "who is asked to pay (Claim.insurer)"),
            "patient": ("patient", "who was treated (Claim.patient)"),
            "subscriber": ("insurance", "whose coverage it is (Coverage.subscriber)"),
            "billing_provider": ("provider", "who is paid (Claim.provider)"),
            "funding_kind": ("insurance", "what kind of funding source is asked (Coverage.type.text)"),
            "lines": ("item", "a service line that can be read"),
        }
        missing = [name for name in asked if not values.get(name)]
        for name in missing:
            element, words = asked[name]
            self._note("missing", f"The claim does not say {words}.", f"{self.node.path}.{element}")
        return bool(missing)

    def _values(self) -> dict[str, Any]:
        patient = person_of(self.resources.behind(self.node.get("patient"), "Patient"))
        relation = self._relation()
        number, frequency = self._prior()
        diagnoses = self._diagnoses()
        lines = [self._line(number, item) for number, item in enumerate(self.items, start=1)]
        return {
            "control_number": self._control_number(),
            "frequency": frequency,
            "payer_claim_number": number,
            "payer": self._payer(),
            "patient": patient,
            "subscriber": patient if relation is RelationToSubscriber.SELF else self._subscriber(),
            "relation": relation,
            "billing_provider": self._provider(self.node.get("provider")),
            "diagnoses": diagnoses,
            "lines": tuple(line for line in lines if line) if all(lines) else (),
            "prior_authorization": next((t for one in self._insurance.get("preAuthRef") if (t := one.text())), None),
            "benefits_assigned": self.node.at("payee.type").code(systems.PAYEE_TYPE) == "provider",
            "filed_on": self.node.get("created").day(),
            "service_facility": self._facility(),
            "enclosures": self._enclosures(),
            **self._team(),
            **self._plan(),
            **self._told(),
        }

    def _control_number(self) -> str | None:
        numbers = self.node.many("identifier")
        placed = [one for one in numbers if one.get("type").code(systems.IDENTIFIER_TYPE) == "PLAC"]
        number = next((text for one in placed or numbers if (text := one.get("value").text())), None)
        if number and len(number) > 20:
            self._note(
                "claim", f"The claim's number has {len(number)} characters; 20 go.", f"{self.node.path}.identifier"
            )
            return None
        return number

    def _prior(self) -> tuple[str | None, Frequency]:
        related = self.node.at("related")
        claim = related.get("claim")
        behind = self.resources.behind(claim, "Claim") if related else claim
        number = claim.at("identifier.value").text() or behind.at("identifier.value").text()
        if self.node.get("status").text() == "cancelled":
            return number, Frequency.VOID
        return number, Frequency.REPLACEMENT if related else Frequency.FIRST

    def _focal_insurance(self) -> Node:
        insurances = self.node.many("insurance")
        focal = [one for one in insurances if one.get("focal").yes()]
        if len(focal) != 1:
            message = (
                f"{len(focal)} of the claim's {len(insurances)} insurances are the one asked (focal); it must be one."
            )
            self._note("focal", message, f"{self.node.path}.insurance")
        self._insurance = next(iter(focal or insurances), Node(None, f"{self.node.path}.insurance", self.notes))
        return self.resources.behind(self._insurance.get("coverage"), "Coverage")

    def _payer(self) -> ClaimPayer | None:
        node = self.resources.behind(self.node.get("insurer"), "Organization") or self.resources.behind(
            self._coverage.at("payor"), "Organization"
        )
        name = node.get("name").text() or self.node.at("insurer.display").text()
        ids = [
            value
            for one in node.many("identifier")
            if one.get("type").code(systems.CARIN_IDENTIFIER_TYPE) == "payerid" and (value := one.get("value").text())
        ]
        return ClaimPayer(name=name, id=next(iter(ids), None), address=address_of(node.at("address"))) if name else None

    def _relation(self) -> RelationToSubscriber:
        code = self._coverage.get("relationship").code(systems.SUBSCRIBER_RELATIONSHIP)
        known = {relation.value for relation in RelationToSubscriber}
        if code in known:
            return RelationToSubscriber(code)
        subscriber = self._coverage.at("subscriber.reference").text()
        if code is None and subscriber in (None, self.node.at("patient.reference").text()):
            return RelationToSubscriber.SELF
        return RelationToSubscriber.OTHER

    def _subscriber(self) -> ClaimPerson | None:
        return person_of(self.resources.behind(self._coverage.get("subscriber"), "Patient", "RelatedPerson"))

    def _plan(self) -> dict[str, Any]:
        classes = {
            kind: one for one in self._coverage.many("class") if (kind := one.get("type").code(systems.COVERAGE_CLASS))
        }
        nothing = Node(None, f"{self._coverage.path}.class", self.notes)
        plan, group = classes.get("plan", nothing), classes.get("group", nothing)
        kind = self._coverage.at("type.text").text()
        return {
            "member_id": self._coverage.get("subscriberId").text(),
            "group_number": group.get("value").text(),
            "plan_name": plan.get("name").text() or plan.get("value").text(),
            "funding_kind": FundingKind(kind) if kind in set(FundingKind) else None,
        }

    def _provider(self, reference: Node) -> ClaimProvider | None:
        node = self.resources.behind(reference, "Practitioner", "Organization", "PractitionerRole")
        if node.get("resourceType").text() == "PractitionerRole":
            inner = node.get("practitioner") or node.get("organization")
            node = self.resources.behind(inner, "Practitioner", "Organization")
        return provider_of(node) if node else None

    def _facility(self) -> ClaimProvider | None:
        node = self.resources.behind(self.node.get("facility"), "Location")
        if not node:
            return None
        if owner := self._provider(node.get("managingOrganization")):
            return owner
        name, numbers = node.get("name").text(), numbers_of(node)
        if name is None:
            return None
        where = address_of(node.get("address"))
        return ClaimProvider(name=Name(last=name, is_person=False), npi=numbers.get("npi"), address=where)

    def _team(self) -> dict[str, Any]:
        """Give the providers of the claim as a whole; those that only lines name are read with the lines."""
        found: dict[str, Any] = {}
        for one in self.node.many("careTeam"):
            role, is_claims = _role(one.get("role")), self._is_of_claim(one)
            if role is None or not is_claims:
                continue
            field = {Role.RENDERING: "rendering_provider", Role.SUPERVISING: "supervising_provider"}.get(
                role, "referring_provider"
            )
            if found.get(field) is None and (provider := self._provider(one.get("provider"))):
                found[field] = provider
                if field == "referring_provider":
                    found["referring_role"] = _REFERRING[role]
        return found

    def _is_of_claim(self, member: Node) -> bool:
        is_primary = member.get("role").code(systems.CARE_TEAM_ROLE) == "primary"
        return is_primary or member.get("sequence").whole() not in self._of_lines

    def _diagnoses(self) -> tuple[str, ...]:
        found: list[tuple[int, str]] = []
        for one in self.node.many("diagnosis"):
            concept = one.get("diagnosisCodeableConcept")
            code = concept.code(systems.ICD_10_CM)
            node = Node(code, f"{concept.path}.coding", self.notes)
            read = node.kept(shape(Icd10).validate_python, "diagnosis code")
            if read is None:
                self._note("diagnosis", "A diagnosis could not be read; the others keep their numbers.", one.path)
                continue
            found.append((one.get("sequence").whole() or len(found) + 1, read))
        self._places = {sequence: place for place, (sequence, _) in enumerate(sorted(found), start=1)}
        return tuple(code for _, code in sorted(found))

    def _line(self, number: int, item: Node) -> FullLine | None:
        service = item.get("productOrService")
        charge = item.get("net").cents()
        day = item.get("servicedDate").day() or item.at("servicedPeriod.start").day()
        for known, words in ((day, "on which day it was"), (charge, "what it costs (net)")):
            if known is None:
                self._note("line", f"A service line does not say {words}.", item.path)
        if day is None or charge is None:
            return None
        if charge < 0:
            self._note("line", "The charge of a service line is negative.", f"{item.path}.net")
            return None
        return FullLine(
            id=self._line_id(number, item),
            served_on=day,
            served_to=item.at("servicedPeriod.end").day(),
            procedure_code=self._procedure(service),
            modifiers=tuple(code for one in item.many("modifier") for _, code in one.codings()[:1]),
            words=service.get("text").text(),
            place_of_service=item.get("locationCodeableConcept").code(systems.PLACE_OF_SERVICE),
            units=item.at("quantity.value").whole(),
            charge_cents=charge,
            diagnosis_pointers=self._pointers(item),
            rendering_provider=self._line_provider(item),
            **self._told_line(item),
        )

    def _line_id(self, place: int, item: Node) -> str:
        traces = [one for one in item.many("extension") if one.get("url").text() == systems.ITEM_TRACE_NUMBER]
        number = next((text for one in traces if (text := one.at("valueIdentifier.value").text())), None)
        return number or str(item.get("sequence").whole() or place)

    def _procedure(self, service: Node) -> str | None:
        code = service.code(systems.CPT, systems.HCPCS, systems.HCPCS_BY_CARIN)
        node = Node(code, f"{service.path}.coding", self.notes)
        if code is None and not service.code(systems.DATA_ABSENT) and service.codings():
            message = f"{service.path} names a service in a system that is not read (only CPT and HCPCS are)."
            self._note("procedure", message, service.path)
        return node.kept(shape(ProcedureCode).validate_python, "procedure code")

    def _pointers(self, item: Node) -> tuple[int, ...]:
        found: list[int] = []
        for sequence in _wholes(item.get("diagnosisSequence")):
            if place := self._places.get(sequence):
                found.append(place)
            else:
                message = f"A service line points at diagnosis {sequence}, which the claim does not list."
                self._note("pointer", message, f"{item.path}.diagnosisSequence")
        return tuple(found)

    def _line_members(self) -> dict[int, Node]:
        """Give those of the care team who performed single lines, by their number."""
        return {
            number: member.get("provider")
            for member in self.node.many("careTeam")
            if (number := member.get("sequence").whole()) is not None
            and not self._is_of_claim(member)
            and _role(member.get("role")) is Role.RENDERING
        }

    def _line_provider(self, item: Node) -> ClaimProvider | None:
        members = (self._members.get(number) for number in _wholes(item.get("careTeamSequence")))
        return next((self._provider(member) for member in members if member), None)

    def _informed(self, told: Told, among: Iterable[Node]) -> Node:
        for one in among:
            if one.at("code.text").text() == told.value:
                return one
        return Node(None, f"{self.node.path}.supportingInfo", self.notes)

    def _told(self) -> dict[str, Any]:
        of_lines = {n for item in self.items for n in _wholes(item.get("informationSequence"))}
        said = [one for number, one in self.said.items() if number not in of_lines]
        onset = [one for one in said if one.get("category").code(systems.INFORMATION) == "onset"]
        assignment = self._informed(Told.ASSIGNMENT, said).get("valueString").text()
        paid = self._informed(Told.PATIENT_PAID, said).get("valueQuantity").cents()
        return {
            "onset_on": next((one.get("timingDate").day() for one in onset), None),
            "treatment_began_on": self._informed(Told.TREATMENT_BEGAN, said).get("timingDate").day(),
            "last_seen_on": self._informed(Told.LAST_SEEN, said).get("timingDate").day(),
            "letter_signed_on": self._informed(Told.LETTER_SIGNED, said).get("timingDate").day(),
            "patient_paid_cents": paid if paid and paid > 0 else 0,
            "assignment": Assignment(assignment) if assignment in set(Assignment) else Assignment.NOT_ASSIGNED,
            "release_signed": self._informed(Told.RELEASE, said).get("valueBoolean").yes() or False,
            "signature_on_file": self._informed(Told.SIGNATURE, said).get("valueBoolean").yes() or False,
            "note": self._informed(Told.NOTE, said).get("valueString").text(),
        }

    def _told_line(self, item: Node) -> dict[str, Any]:
        wanted = _wholes(item.get("informationSequence"))
        said = [self.said[number] for number in wanted if number in self.said]
        return {
            "minutes": self._informed(Told.MINUTES, said).at("valueQuantity.value").whole(),
            "starts_at": self._informed(Told.STARTED, said).get("valueString").clock(),
            "prescribed_on": self._informed(Told.PRESCRIBED, said).get("timingDate").day(),
            "note": self._informed(Told.LINE_NOTE, said).get("valueString").text(),
        }

    def _papers(self) -> Iterable[tuple[Node, Node]]:
        for one in self.said.values():
            if one.get("category").code(systems.INFORMATION) == "attachment":
                paper = self.resources.behind(one.get("valueReference"), "DocumentReference")
                yield one, paper

    def _enclosures(self) -> tuple[Enclosure, ...]:
        found = []
        for one, paper in self._papers():
            number = paper.at("identifier.value").text()
            kind = one.at("code.text").text() or paper.at("type.text").text()
            if number is None or kind is None:
                self._note("enclosure", "A paper is enclosed without its number or kind; it was left out.", one.path)
                continue
            found.append(Enclosure(kind=kind, control_number=number, title=paper.get("description").text()))
        return tuple(found)

    def _files(self) -> dict[str, bytes]:
        files = {}
        for _, paper in self._papers():
            number, attachment = paper.at("identifier.value").text(), paper.at("content.attachment")
            reference = Node({"reference": attachment.get("url").text()}, f"{attachment.path}.url", self.notes)
            binary = self.resources.behind(reference, "Binary")
            data = attachment.get("data") or binary.get("data")
            content = data.kept(_unpacked, "file in base64") if data else None
            if number and content is not None:
                files[number] = content
        return files


_REFERRING = {
    Role.REFERRING: ProviderRole.REFERRING,
    Role.ORDERING: ProviderRole.ORDERING,
    Role.NAMED_AS_SUPERVISING: ProviderRole.SUPERVISING,
}


def _role(concept: Node) -> Role | None:
    """Read what a member of the care team does: our own words first, then the codes others write."""
    if (text := concept.get("text").text()) in set(Role):
        return Role(text)
    codes = {
        "rendering": Role.RENDERING,
        "performing": Role.RENDERING,
        "primary": Role.RENDERING,
        "referring": Role.REFERRING,
        "prescribing": Role.ORDERING,
        "supervisor": Role.SUPERVISING,
    }
    code = concept.code(systems.CARIN_CARE_TEAM_ROLE, systems.CARE_TEAM_ROLE)
    return codes.get(code or "")


def _wholes(node: Node) -> list[int]:
    return [number for one in node if (number := one.whole()) is not None]


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as fault:
        raise ValueError(str(fault).lower()) from None
