"""The invented people all tests share. Ids, dates and amounts are fixed; nobody here is real.

Ada has back pain and an HSA. Bruno has type 2 diabetes and a health FSA. Chen has group insurance. Dana has
no letter. Trainer Eli is certified, Trainer Fay is not. Dr. Ghali orders. Every number is made up; the one
provider number is the example that CMS itself prints.
"""

from datetime import date, time, timedelta
from decimal import Decimal

from necessity.domain.case import Case, ListName
from necessity.domain.claim import Claim, ClaimState, ServiceLine
from necessity.domain.funding import FundingKind, FundingSource, PlanClause, PlanYear
from necessity.domain.letter import (
    Condition,
    LetterOfMedicalNecessity,
    LetterSubmission,
    Signature,
    TrainingOrder,
    VisitBasis,
)
from necessity.domain.people import (
    Address,
    BillingProvider,
    Certification,
    Clinician,
    Licence,
    Patient,
    Relationship,
    Trainer,
)
from necessity.domain.receipt import PatientStatement, Purpose, Receipt, TaxPicture
from necessity.domain.training import (
    Activity,
    Goal,
    Measurement,
    ServiceKind,
    ServiceStatus,
    TrainingPlan,
    TrainingSession,
)

NPI = "1234567893"


def dr_ghali() -> Clinician:
    """The physician who diagnoses, orders and signs."""
    return Clinician(
        id="ghali",
        name="Dr. Ghali",
        licence=Licence.MD,
        licence_number="MD-1001",
        licence_state="OH",
        npi=NPI,
        is_patient_or_family=False,
        address=Address(street="1 Clinic Way", city="Springfield", state="OH", zip_code="45501"),
    )


def trainer_eli() -> Trainer:
    """The certified trainer."""
    accredited = Certification(
        name="ACE-CPT",
        issuer="ACE",
        accreditor="NCCA",
        number="T-2002",
        issued_on=date(2025, 7, 1),
        expires_on=date(2027, 6, 30),
    )
    return Trainer(
        id="eli",
        name="Trainer Eli",
        business_name="Eli Training",
        licence=Licence.NONE,
        certifications=(accredited,),
        tax_id="123456789",
    )


def trainer_fay() -> Trainer:
    """The trainer without a certificate."""
    return Trainer(id="fay", name="Trainer Fay", licence=Licence.NONE)


def back_pain() -> Condition:
    """Ada's condition."""
    return Condition(
        id="back",
        name="chronic low back pain",
        code="M54.50",
        is_diagnosed=True,
        diagnosed_by="ghali",
        diagnosed_on=date(2026, 2, 20),
        is_disease=True,
        is_imminent_risk=False,
    )


def diabetes() -> Condition:
    """Bruno's condition."""
    return Condition(
        id="diabetes",
        name="type 2 diabetes",
        code="E11.9",
        is_diagnosed=True,
        diagnosed_by="ghali",
        diagnosed_on=date(2025, 11, 4),
        is_disease=True,
        is_imminent_risk=False,
    )


def letter(condition: str, signed_on: date) -> LetterOfMedicalNecessity:
    """A letter by Dr. Ghali in which everything stands that anybody asks for, good for twelve months."""
    return LetterOfMedicalNecessity(
        id="letter1",
        condition=condition,
        signed_by="ghali",
        signed_on=signed_on,
        signature=Signature.WET_INK,
        effective_from=signed_on,
        effective_to=signed_on.replace(year=signed_on.year + 1) - timedelta(days=1),
        covers=(ServiceKind.PERSONAL_TRAINING,),
        names_patient=True,
        names_account_holder=True,
        names_employer=True,
        names_member_id=True,
        names_diagnosis=True,
        diagnosis_is_specific=True,
        names_treatment=True,
        states_frequency=True,
        states_duration=True,
        links_training_to_diagnosis=True,
        states_necessity=True,
        states_not_general_health=True,
        states_not_otherwise_incurred=True,
        names_signer_credential=True,
        is_on_letterhead_or_form=True,
        visit_basis=VisitBasis.IN_PERSON,
        last_seen_on=signed_on,
        rests_only_on_self_report=False,
        file="papers/letter1.pdf",
    )


def statement() -> PatientStatement:
    """What the patient says of the training: treatment, and not bought otherwise."""
    return PatientStatement(
        id="training",
        kind=ServiceKind.PERSONAL_TRAINING,
        purpose=Purpose.TREATMENT,
        sole_purpose=True,
        would_buy_anyway=False,
        recommended_by_clinician=True,
        signed_on=date(2026, 3, 1),
    )


def receipt(id: str, paid_on: date, amount_cents: int) -> Receipt:
    """A receipt by Eli that says all it should."""
    return Receipt(
        id=id,
        paid_on=paid_on,
        paid_to="Eli Training",
        amount_cents=amount_cents,
        method="card",
        comes_from_provider=True,
        names_patient=True,
        names_provider=True,
        names_service=True,
        names_service_dates=True,
        names_amount=True,
        file=f"papers/{id}.pdf",
    )


def session(id: str, served_on: date, *, trainer: str = "eli", receipt: str | None = None) -> TrainingSession:
    """A training session of 45 minutes, held, for 85 dollars."""
    return TrainingSession(
        id=id,
        status=ServiceStatus.HELD,
        served_on=served_on,
        starts_at=time(9, 30),
        minutes=45,
        charge_cents=8500,
        participants=1,
        trainer=trainer,
        activities=(Activity(name="hip hinge", minutes=25), Activity(name="walking", minutes=20)),
        place="studio",
        receipt=receipt,
    )


def ada() -> Case:
    """Back pain, an HSA, a good letter, four sessions with receipts: all well."""
    days = [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 16), date(2026, 3, 19)]
    return Case(
        id="ada",
        service=ServiceKind.PERSONAL_TRAINING,
        complete=(ListName.CERTIFICATIONS, ListName.SESSIONS, ListName.EXPENSES, ListName.REIMBURSEMENTS),
        patient=Patient(name="Ada", born_on=date(1980, 5, 17), relationship=Relationship.SELF),
        tax=TaxPicture(year=2026, federal_rate=2200, state_rate=500, payroll_rate=765),
        plan=TrainingPlan(
            summary="Strength and walking for chronic low back pain.",
            goals=(
                Goal(
                    id="walk",
                    condition="back",
                    measure="six-minute walk distance",
                    unit="m",
                    baseline=Decimal(410),
                    target=Decimal(500),
                ),
            ),
        ),
        conditions=(back_pain(),),
        measurements=(
            Measurement(id="m1", kind="six-minute walk distance", value=Decimal("412.5"), unit="m", goal="walk"),
        ),
        clinicians=(dr_ghali(),),
        trainers=(trainer_eli(),),
        orders=(
            TrainingOrder(
                id="order1",
                ordered_by="ghali",
                ordered_on=date(2026, 3, 2),
                kind=ServiceKind.PERSONAL_TRAINING,
                condition="back",
                sessions_per_week=2,
                minutes_per_session=45,
                weeks=12,
                starts_on=date(2026, 3, 9),
            ),
        ),
        letters=(letter("back", date(2026, 3, 2)),),
        statements=(statement(),),
        funding_sources=(
            FundingSource(id="hsa", kind=FundingKind.HSA, held=True, opened_on=date(2024, 1, 1), balance_cents=200_000),
        ),
        sessions=tuple(session(f"s{n}", day, receipt=f"r{n}") for n, day in enumerate(days, start=1)),
        receipts=tuple(receipt(f"r{n}", day, 8500) for n, day in enumerate(days, start=1)),
    )


def bruno() -> Case:
    """Type 2 diabetes, a health FSA that wants the letter approved first, two sessions too early."""
    days = [date(2026, 4, day) for day in (7, 9, 14, 16)]
    year = PlanYear(
        id="2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        election_cents=340_000,
        carried_in_cents=0,
        spent_cents=0,
    )
    submission = LetterSubmission(
        id="sub1",
        letter="letter1",
        funding_source="fsa",
        sent_on=date(2026, 4, 6),
        received_on=date(2026, 4, 8),
        approved_on=date(2026, 4, 13),
        is_approved=True,
    )
    return Case(
        id="bruno",
        complete=(ListName.SUBMISSIONS, ListName.PLAN_YEARS, ListName.SESSIONS, ListName.REIMBURSEMENTS),
        patient=Patient(name="Bruno", born_on=date(1969, 8, 3), relationship=Relationship.SELF),
        conditions=(diabetes(),),
        clinicians=(dr_ghali(),),
        trainers=(trainer_eli(),),
        letters=(letter("diabetes", date(2026, 4, 1)),),
        submissions=(submission,),
        statements=(statement(),),
        funding_sources=(
            FundingSource(
                id="fsa",
                kind=FundingKind.HEALTH_FSA,
                held=True,
                opened_on=date(2026, 1, 1),
                has_grace_period=False,
                has_carryover=False,
                plan_years=(year,),
            ),
        ),
        sessions=tuple(session(f"s{n}", day, receipt=f"r{n}") for n, day in enumerate(days, start=1)),
        receipts=tuple(receipt(f"r{n}", day, 8500) for n, day in enumerate(days, start=1)),
    )


def chen() -> Case:
    """Group insurance whose wording leaves trainers out, and a claim all the same."""
    clause = PlanClause(
        id="fitness",
        kind="exclusion",
        words="Fitness training, gym dues and personal trainers,\neven if prescribed.",
        page="62",
        names=(ServiceKind.PERSONAL_TRAINING, ServiceKind.GYM_MEMBERSHIP),
    )
    line = ServiceLine(
        id="1",
        expense="s1",
        served_on=date(2026, 5, 4),
        procedure_code="97110",
        place_of_service="11",
        minutes=45,
        units=3,
        charge_cents=8500,
        diagnosis_pointers=(1,),
    )
    return Case(
        id="chen",
        complete=(ListName.CLAUSES,),
        patient=Patient(name="Chen", born_on=date(1991, 12, 30), relationship=Relationship.SELF),
        conditions=(back_pain(),),
        clinicians=(dr_ghali(),),
        trainers=(trainer_fay(),),
        billing_providers=(BillingProvider(id="studio", name="Fay Studio", tax_id="987654321"),),
        letters=(letter("back", date(2026, 4, 20)),),
        funding_sources=(
            FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, held=True, pays_trainers=False, clauses=(clause,)),
        ),
        sessions=(session("s1", date(2026, 5, 4), trainer="fay"),),
        claims=(
            Claim(
                id="c1",
                funding_source="plan",
                state=ClaimState.DRAFT,
                billing_provider="studio",
                rendering_provider="fay",
                ordering_provider="ghali",
                diagnoses=("M54.50",),
                service_lines=(line,),
            ),
        ),
    )


def dana() -> Case:
    """An HSA and a trainer without a certificate, but no letter, and she says so."""
    return Case(
        id="dana",
        service=ServiceKind.PERSONAL_TRAINING,
        complete=(ListName.CONDITIONS, ListName.LETTERS),
        patient=Patient(name="Dana", relationship=Relationship.SELF),
        trainers=(trainer_fay(),),
        statements=(
            PatientStatement(id="training", kind=ServiceKind.PERSONAL_TRAINING, purpose=Purpose.GENERAL_HEALTH),
        ),
        funding_sources=(FundingSource(id="hsa", kind=FundingKind.HSA, held=True),),
    )


def everybody() -> tuple[Case, ...]:
    """The four cases."""
    return ada(), bruno(), chen(), dana()
