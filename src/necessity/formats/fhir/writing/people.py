"""Persons, providers and payers as FHIR resources: one place for names, numbers and addresses, both ways of use."""

from datetime import date

from necessity.domain.full_claim import ClaimPayer, ClaimPerson, ClaimProvider, Name
from necessity.domain.letter_draft import DraftClinician
from necessity.domain.people import Licence, Sex
from necessity.formats.fhir import systems
from necessity.formats.fhir.writing.build import Json, address, coding, concept, identifier, lean, telecom

GENDERS = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.UNKNOWN: "unknown"}
LICENCE_NUMBER = "Licence number"
PAYER_ID = "payerid"


def human_name(name: Name) -> list[Json]:
    """Write a person's name in its parts."""
    given = [part for part in (name.first, name.middle) if part]
    return [lean(family=name.last, given=given, suffix=[name.suffix] if name.suffix else [])]


def whole_name(name: str | None) -> list[Json]:
    """Write a name of which only the whole is known."""
    return [{"text": name}] if name else []


def patient_resource(person: ClaimPerson) -> Json:
    """Write who is treated."""
    return {"resourceType": "Patient", **_person(person)}


def subscriber_resource(person: ClaimPerson, patient: Json) -> Json:
    """Write a subscriber who is somebody else than the patient."""
    return {"resourceType": "RelatedPerson", "patient": patient, **_person(person)}


def named_patient(name: str | None, born_on: date | None, member_id: str | None = None) -> Json:
    """Write who is treated, as a letter or an order names them."""
    member = concept(text="Member number")
    return lean(
        resourceType="Patient",
        identifier=identifier(member_id, type_=member),
        name=whole_name(name),
        birthDate=born_on.isoformat() if born_on else None,
    )


def _person(person: ClaimPerson) -> Json:
    return lean(
        name=human_name(person.name),
        telecom=telecom(person.phone),
        gender=GENDERS[person.sex] if person.sex else None,
        birthDate=person.born_on.isoformat() if person.born_on else None,
        address=address(person.address),
    )


def provider_resource(provider: ClaimProvider) -> Json:
    """Write a provider: a person as Practitioner, anybody else as Organization."""
    numbers = provider_numbers(provider)
    taxonomy = concept(coding(systems.TAXONOMY, provider.taxonomy)) if provider.taxonomy else None
    where = {"telecom": telecom(provider.phone), "address": address(provider.address)}
    if not provider.name.is_person:
        return lean(
            resourceType="Organization",
            identifier=numbers,
            type=[taxonomy] if taxonomy else [],
            name=provider.name.last,
            **where,
        )
    credential = concept(text=provider.credential) if provider.credential else None
    return lean(
        resourceType="Practitioner",
        identifier=numbers,
        name=human_name(provider.name),
        qualification=[{"code": code} for code in (taxonomy, credential) if code],
        **where,
    )


def provider_numbers(provider: ClaimProvider) -> list[Json]:
    """Write the numbers a provider is known by: NPI, tax number, licence."""
    if provider.tax_id_is_personal:
        system, kind = systems.SOCIAL_SECURITY_NUMBER, concept(coding(systems.IDENTIFIER_TYPE, "SB"))
    else:
        system, kind = systems.EMPLOYER_NUMBER, concept(coding(systems.IDENTIFIER_TYPE, "TAX"))
    return [
        *identifier(provider.npi, system=systems.NPI),
        *identifier(provider.tax_id, system=system, type_=kind),
        *identifier(provider.licence_number, type_=concept(text=LICENCE_NUMBER)),
    ]


def payer_resource(payer: ClaimPayer) -> Json:
    """Write who is asked to pay."""
    kind = concept(coding(systems.CARIN_IDENTIFIER_TYPE, PAYER_ID), text="Payer number for electronic claims")
    return lean(
        resourceType="Organization",
        identifier=identifier(payer.id, type_=kind),
        name=payer.name,
        address=address(payer.address),
    )


def clinician_resource(clinician: DraftClinician) -> Json:
    """Write the clinician of a letter or an order, with the licence behind the name."""
    licence = clinician.licence if clinician.licence is not Licence.NONE else None
    state = {"display": clinician.licence_state} if clinician.licence_state else None
    held = lean(
        identifier=identifier(clinician.licence_number, type_=concept(text=LICENCE_NUMBER)),
        code=concept(text=licence.value if licence else "Licence"),
        issuer=state,
    )
    is_known = licence or clinician.licence_number or state
    return lean(
        resourceType="Practitioner",
        identifier=identifier(clinician.npi, system=systems.NPI),
        name=whole_name(clinician.name),
        telecom=telecom(clinician.phone),
        address=address(clinician.address),
        qualification=[held] if is_known else [],
    )
