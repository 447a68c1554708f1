"""Chen's therapy under a therapist on a plan that takes it: a case whose claims carry codes."""

from datetime import date, time

from necessity.domain.case import Case, ListName
from necessity.domain.claim import FiledBy
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.people import Address, BillingProvider, Clinician, Licence, Patient, Relationship, Sex
from necessity.domain.training import Activity, ServiceStatus, TrainingSession
from tests import cast

HOME = Address(street="7 Elm Street", city="Springfield", state="OH", zip_code="45501")
OFFICE = Address(street="20 Mill Street", city="Springfield", state="OH", zip_code="455011234")


def therapist() -> Clinician:
    """The physical therapist who treats; the number is the example CMS itself prints."""
    return Clinician(id="pt", name="Physical Therapist", licence=Licence.PT, licence_number="PT-3003", npi=cast.NPI)


def therapy(id: str, served_on: date, *work: tuple[str, int, str | None], charge: int = 12_000) -> TrainingSession:
    """One visit: stretches of work as name, minutes, code."""
    return TrainingSession(
        id=id,
        status=ServiceStatus.HELD,
        served_on=served_on,
        starts_at=time(9, 30),
        minutes=sum(minutes for _, minutes, _ in work),
        charge_cents=charge,
        clinician="pt",
        place_of_service="11",
        activities=tuple(Activity(name=name, minutes=minutes, procedure_code=code) for name, minutes, code in work),
        receipt="r1",
    )


def chen_in_therapy(*sessions: TrainingSession, **source: object) -> Case:
    """Chen's therapy, one visit unless others are given, on a commercial plan."""
    case = cast.chen()
    plan = FundingSource.model_validate(
        {
            "id": "plan",
            "kind": FundingKind.GROUP_PLAN,
            "member_id": "EG-4004",
            "group_number": "G-77",
            "plan_name": "Example Group Health",
            "payer_electronic_id": "60054",
            "member_filing_days": 365,
            **source,
        }
    )
    paid = BillingProvider(
        id="clinic", name="Mill Street Clinic", npi=cast.NPI, tax_id="987654321", taxonomy="261QP2000X", address=OFFICE
    )
    held = sessions or (therapy("s1", date(2026, 5, 4), ("leg press", 24, "97110"), ("balance", 23, "97112")),)
    return case.model_copy(
        update={
            "complete": (ListName.CLAIMS, ListName.SESSIONS),
            "patient": Patient(
                name="Chen", born_on=date(1991, 12, 30), sex=Sex.MALE, relationship=Relationship.SELF, address=HOME
            ),
            "clinicians": (*case.clinicians, therapist()),
            "billing_providers": (paid,),
            "funding_sources": (plan,),
            "sessions": held,
            "receipts": (cast.receipt("r1", date(2026, 5, 4), sum(one.charge_cents or 0 for one in held)),),
            "claims": (),
        }
    )


PROVIDER = FiledBy.PROVIDER
