"""Spell a claim of the record out: every id becomes the person it names, so that each form can be written from it."""

import re
from collections.abc import Iterator
from datetime import date

from necessity.domain.case import Case
from necessity.domain.claim import Claim, FiledBy, Frequency, ServiceLine
from necessity.domain.claim_paper import ClaimPayment
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
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.people import Address, BillingProvider, Clinician, Licence, Party, Relationship, Trainer
from necessity.domain.person_names import split_name
from necessity.domain.training import TrainingSession
from necessity.errors import RecordError
from necessity.workflow.draft_claim import source_of

_FILING = {
    FundingKind.GROUP_PLAN: "CI",
    FundingKind.MEDICARE: "MB",
    FundingKind.MEDICARE_ADVANTAGE: "16",
}
_RELATIONS = {
    Relationship.SELF: RelationToSubscriber.SELF,
    Relationship.SPOUSE: RelationToSubscriber.SPOUSE,
    Relationship.CHILD: RelationToSubscriber.CHILD,
}


def spell_out(case: Case, claim: Claim, payer_name: str, on: date, enclosures: tuple[Enclosure, ...] = ()) -> FullClaim:
    """Say in full what a claim of the record says by ids.

    Args:
        case: The record the claim belongs to.
        claim: The claim; it need not be in the record yet.
        payer_name: Whom it goes to, as they call themselves.
        on: The day it is made out.
        enclosures: Papers that go with it.

    Returns:
        The claim in full. What the record does not know stays empty; the check before filing tells it.

    Raises:
        RecordError: it cannot be said at all: no line, no day or charge on a line, nobody treated or paid.
    """
    if faults := list(_faults(case, claim)):
        raise RecordError(
            f"The claim {claim.id!r} cannot be written: {' '.join(faults)}",
            "Add what is missing to the record.",
            field="claim",
            value=claim.id,
            allowed="a claim with lines, dates, charges, a patient and somebody who is paid",
        )
    source = source_of(case, claim.funding_source)
    relation, patient, subscriber = _people(case, source)
    paid, rendering = _paid_to(case, claim)
    ordering = _clinician(case, claim.ordering_provider)
    lines = tuple(_line(case, line) for line in claim.service_lines)
    first = min(line.served_on for line in lines)
    letter = max((one.signed_on for one in case.letters if one.signed_on and one.signed_on <= first), default=None)
    return FullClaim(
        control_number=claim.id[:20],
        funding_kind=source.kind,
        frequency=claim.frequency or (Frequency.REPLACEMENT if claim.replaces else Frequency.FIRST),
        payer_claim_number=claim.replaces,
        payer=ClaimPayer(
            name=payer_name,
            id=source.payer_electronic_id,
            address=source.claims_address,
            filing_indicator=_FILING.get(source.kind),
        ),
        member_id=source.member_id or case.subscriber.member_id or case.account_holder.member_id,
        group_number=source.group_number,
        plan_name=source.plan_name,
        subscriber=subscriber,
        patient=patient,
        relation=relation,
        billing_provider=paid,
        rendering_provider=rendering,
        referring_provider=ordering,
        referring_role=ProviderRole.ORDERING if ordering else ProviderRole.REFERRING,
        supervising_provider=_clinician(case, claim.supervising_provider),
        place_of_service=next((line.place_of_service for line in lines if line.place_of_service), None),
        diagnoses=claim.diagnoses,
        lines=lines,
        patient_paid_cents=sum(one.applied_cents for one in payments_behind(case, claim)),
        assignment=Assignment.ASSIGNED if claim.accepts_assignment else Assignment.NOT_ASSIGNED,
        benefits_assigned=bool(claim.benefits_assigned),
        release_signed=bool(claim.patient_signature_on_file) or claim.filed_by is FiledBy.MEMBER,
        signature_on_file=bool(claim.provider_signature_on_file),
        prior_authorization=_authorization(source, lines),
        last_seen_on=max((one.last_seen_on for one in case.letters if one.last_seen_on), default=None),
        letter_signed_on=letter,
        filed_on=claim.filed_on or on,
        enclosures=enclosures,
    )


def _faults(case: Case, claim: Claim) -> Iterator[str]:
    if not case.patient.name:
        yield "The patient's name is not known."
    if _relationship(case, source_of(case, claim.funding_source)) is None:
        yield "What the patient is to the person whose coverage or account it is, is not known."
    if not claim.service_lines:
        yield "It has no line."
    for number, line in enumerate(claim.service_lines, start=1):
        if line.served_on is None:
            yield f"Line {number} has no day of service."
        if line.charge_cents is None:
            yield f"Line {number} has no charge."
    if not any((claim.billing_provider, claim.rendering_provider, *_behind(case, claim))):
        yield "Nobody is named who was paid."


def _behind(case: Case, claim: Claim) -> Iterator[str]:
    """List who did the work behind the lines."""
    ids = {expense for line in claim.service_lines for expense in (line.expense, *line.also) if expense}
    for thing in (*case.sessions, *case.expenses):
        if thing.id in ids and (thing.clinician or thing.trainer):
            yield thing.clinician or thing.trainer or ""


def _digits(phone: str | None) -> str | None:
    return re.sub(r"\D", "", phone or "") or None


def _relationship(case: Case, source: FundingSource) -> Relationship | None:
    return source.owner_relationship if source.owner else case.patient.relationship


def _people(case: Case, source: FundingSource) -> tuple[RelationToSubscriber, ClaimPerson, ClaimPerson]:
    """Say who was treated, whose coverage it is, and what the one is to the other."""
    relation = _RELATIONS.get(_relationship(case, source) or Relationship.OTHER, RelationToSubscriber.OTHER)
    patient = ClaimPerson(
        name=split_name(case.patient.name or ""),
        born_on=case.patient.born_on,
        sex=case.patient.sex,
        address=case.patient.address,
        phone=_digits(case.patient.phone),
    )
    if relation is RelationToSubscriber.SELF:
        return relation, patient, patient
    party = case.subscriber if case.subscriber.name else case.account_holder
    if source.owner:
        party = party.model_copy(update={"name": source.owner})
    return relation, patient, _party(party, patient)


def _party(party: Party, patient: ClaimPerson) -> ClaimPerson:
    if not party.name:
        raise RecordError(
            "The patient is not the subscriber, and whose coverage it is is not known.",
            "Add the subscriber's name, as it stands on the card.",
            field="subscriber.name",
            value=None,
            allowed="a name",
        )
    return ClaimPerson(
        name=split_name(party.name),
        born_on=party.born_on,
        sex=party.sex,
        address=patient.address if party.address == Address() else party.address,
    )


def _clinician(case: Case, id: str | None) -> ClaimProvider | None:
    clinician = next((one for one in case.clinicians if one.id == id), None)
    return _from_clinician(clinician) if clinician and clinician.name else None


def _from_clinician(clinician: Clinician) -> ClaimProvider:
    return ClaimProvider(
        name=split_name(clinician.name or clinician.id),
        npi=clinician.npi,
        credential=_credential(clinician.licence),
        licence_number=clinician.licence_number,
        address=clinician.address,
        phone=_digits(clinician.phone),
    )


def _credential(licence: Licence | None) -> str | None:
    return None if licence in (None, Licence.NONE) else licence.replace("_", " ")


def _from_trainer(trainer: Trainer) -> ClaimProvider:
    held = ", ".join(one.name for one in trainer.certifications)
    business = Name(last=trainer.business_name, is_person=False) if trainer.business_name else None
    return ClaimProvider(
        name=business or split_name(trainer.name or trainer.id),
        npi=trainer.npi,
        tax_id=trainer.tax_id,
        tax_id_is_personal=False,
        credential=held or None,
        address=trainer.address,
        phone=_digits(trainer.phone),
    )


def _from_business(billing: BillingProvider) -> ClaimProvider:
    return ClaimProvider(
        name=Name(last=billing.name or billing.id, is_person=False),
        npi=billing.npi,
        tax_id=billing.tax_id,
        tax_id_is_personal=bool(billing.tax_id_is_personal),
        taxonomy=billing.taxonomy,
        address=billing.address,
        phone=_digits(billing.phone),
    )


def _paid_to(case: Case, claim: Claim) -> tuple[ClaimProvider, ClaimProvider | None]:
    """Say who is paid and, where that is somebody else, who did the work."""
    people = {one.id: _from_trainer(one) for one in case.trainers}
    people |= {one.id: _from_clinician(one) for one in case.clinicians}
    workers = list(dict.fromkeys([claim.rendering_provider, *_behind(case, claim)]))
    did = next((people[id] for id in workers if id and id in people), None)
    business = next((one for one in case.billing_providers if one.id == claim.billing_provider), None)
    if business is None:
        return did or people[next(iter(people))], None
    trainer = next((one for one in case.trainers if one.id in workers and one.name), None)
    if did and trainer:
        did = did.model_copy(update={"name": split_name(trainer.name or "")})
    return _from_business(business), did


def _line(case: Case, line: ServiceLine) -> FullLine:
    session = next((one for one in case.sessions if one.id == line.expense), None)
    if line.served_on is None or line.charge_cents is None:  # refused before, in words
        raise ValueError(line.id)
    return FullLine(
        id=line.id,
        served_on=line.served_on,
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        words=line.words or _activities(case, line),
        place_of_service=line.place_of_service,
        units=line.units,
        minutes=line.minutes,
        starts_at=session.starts_at if session else None,
        charge_cents=line.charge_cents,
        diagnosis_pointers=line.diagnosis_pointers,
    )


def _activities(case: Case, line: ServiceLine) -> str | None:
    """Name what was done on a line: the stretches of work under its code, or all where it has none."""
    behind = {line.expense, *line.also}
    done = [activity for session in case.sessions if session.id in behind for activity in session.activities]
    own = [activity for activity in done if line.procedure_code in (None, activity.procedure_code)]
    return ", ".join(dict.fromkeys(activity.name for activity in own or done)) or None


def payments_behind(case: Case, claim: Claim) -> tuple[ClaimPayment, ...]:
    """List what receipts prove as paid for the lines of a claim, at most what the lines cost; oldest first."""
    receipts = {one.id: one for one in case.receipts}
    packages = {one.id: one.receipt for one in case.packages}
    things = {one.id: one for one in (*case.sessions, *case.expenses)}
    due: dict[str, int] = {}
    for line in claim.service_lines:
        thing = things.get(line.expense or "")
        package = packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
        receipt = (thing.receipt if thing else None) or package
        if receipt in receipts:
            due[receipt] = due.get(receipt, 0) + (line.charge_cents or 0)
    paid = (
        ClaimPayment(
            receipt=id,
            paid_on=receipts[id].paid_on,
            method=receipts[id].method,
            amount_cents=receipts[id].amount_cents or 0,
            applied_cents=min(cents, receipts[id].amount_cents or 0),
        )
        for id, cents in due.items()
    )
    return tuple(sorted(paid, key=lambda one: (one.paid_on or date.max, one.receipt)))


def _authorization(source: FundingSource, lines: tuple[FullLine, ...]) -> str | None:
    """Give the authorization's number where it holds for every day of the claim."""
    number = source.authorization_number
    if not number or number == "none":
        return None
    first, last = source.authorization_starts_on or date.min, source.authorization_ends_on or date.max
    return number if all(first <= line.served_on <= last for line in lines) else None
