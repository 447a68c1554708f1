"""Cases and payers for the tests of letters: five conditions, four payers, everything a good letter needs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import Condition, LetterOfMedicalNecessity, Signature, TrainingOrder, VisitBasis
from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.domain.people import Clinician, Licence, Party, Patient, Relationship
from necessity.domain.signature import SignatureRecord, SignerCheck, SignerLevel, SigningMethod
from necessity.domain.training import Goal, Measurement, ServiceKind, TherapyEnd, TrainingPlan
from tests import cast

ON = date(2026, 5, 11)
PAYERS = {
    "healthequity": FundingKind.HEALTH_FSA,
    "fsafeds": FundingKind.HEALTH_FSA,
    "wageworks": FundingKind.HEALTH_FSA,
    "takecommand": FundingKind.HRA,
}


def doctor() -> Clinician:
    """Dr. Ghali with a telephone."""
    return cast.dr_ghali().model_copy(update={"phone": "555-0100"})


def sources() -> tuple[FundingSource, ...]:
    """One funding source for each payer."""
    return tuple(FundingSource(id=payer, kind=kind, payer=payer, member_id="M-1001") for payer, kind in PAYERS.items())


def case_of(
    id: str, patient: Patient, condition: Condition, order: dict[str, Any], plan: TrainingPlan, *more: Clinician
) -> Case:
    """Put a case together that has everything a letter needs, and an unsigned letter in the record."""
    screen = {"red_flags_screened_on": ON, "red_flag_found": False}
    written: dict[str, Any] = {
        "id": "order1",
        "ordered_by": "ghali",
        "ordered_on": ON,
        "kind": ServiceKind.PERSONAL_TRAINING,
        "condition": condition.id,
        "minutes_per_session": 45,
        "starts_on": date(2026, 5, 18),
    }
    return Case(
        id=id,
        service=ServiceKind.PERSONAL_TRAINING,
        patient=patient.model_copy(update=screen),
        account_holder=Party(employer="Example Works"),
        plan=plan,
        conditions=(condition,),
        clinicians=(doctor(), *more),
        trainers=(cast.trainer_eli(),),
        orders=(TrainingOrder(**{**written, **order}),),
        letters=(
            LetterOfMedicalNecessity(
                id="letter1",
                condition=condition.id,
                signed_by="ghali",
                signature=Signature.UNSIGNED,
                visit_basis=VisitBasis.IN_PERSON,
                last_seen_on=date(2026, 5, 6),
            ),
        ),
        statements=(cast.statement(),),
        funding_sources=sources(),
    )


def person(name: str, born_on: date) -> Patient:
    """A patient who is the account holder."""
    return Patient(name=name, born_on=born_on, relationship=Relationship.SELF)


def goal(condition: str, measure: str, unit: str, baseline: str, target: str, serves: str | None = None) -> Goal:
    """A goal to be reached in five months."""
    return Goal(
        id="g1",
        condition=condition,
        measure=measure,
        unit=unit,
        baseline=Decimal(baseline),
        target=Decimal(target),
        reach_by_on=date(2026, 10, 11),
        serves=serves,
    )


def measured(case: Case, *values: tuple[date, str]) -> Case:
    """Add measurements of the first goal."""
    goal = case.plan.goals[0]
    added = tuple(
        Measurement(id=f"m{n}", kind=goal.measure or "", value=Decimal(value), measured_on=day, goal=goal.id)
        for n, (day, value) in enumerate(values, 1)
    )
    return case.model_copy(update={"measurements": added})


def back_pain() -> Case:
    """Ada: everything is there, even words of the clinician's own."""
    plan = TrainingPlan(
        summary="Graded strength work for trunk and hips with a daily walking programme.",
        follows_therapy=True,
        follows_therapy_that_ended_on=date(2026, 4, 17),
        therapy_given_by="pt",
        therapy_ended_because=TherapyEnd.PLATEAU,
        therapy_did="manual treatment and a core programme, ten visits",
        remaining_deficit="cannot lift 10 kg from the floor without pain",
        home_programme_given=True,
        home_programme="walking and three floor exercises",
        goals=(goal("back", "Oswestry disability score", "%", "42", "20", "lifting her child"),),
    )
    order = {
        "sessions_per_week": 1,
        "weeks": 26,
        "reason": "Her pain has followed what her trunk can carry. Ten visits of therapy brought her to walking; loading "
        "in small steps is what is left to bring her back to lifting",
        "precautions": "no loaded forward bending in the first four weeks",
        "stop_when": "new numbness, weakness of a leg, or loss of control of bladder or bowel: send her to me that day",
    }
    condition = cast.back_pain().model_copy(update={"code": "M54.59", "name": "mechanical low back pain since 2023"})
    therapist = Clinician(id="pt", name="the clinic's therapist", licence=Licence.PT, licence_state="OH")
    case = case_of("ada", person("Ada", date(1980, 5, 17)), condition, order, plan, therapist)
    return measured(case, (date(2026, 5, 6), "42"))


def diabetes() -> Case:
    """Bruno: no earlier therapy, a known disease with a clinician's precaution."""
    plan = TrainingPlan(
        summary="Endurance on the bicycle twice a week, strength for the large muscle groups.",
        follows_therapy=False,
        goals=(goal("diabetes", "Haemoglobin A1c", "%", "7.6", "6.8"),),
    )
    order = {
        "sessions_per_week": 2,
        "weeks": 20,
        "reason": "On metformin alone his sugar has stayed above 7 % for two years; he has trained alone twice and given up "
        "twice, so I want the effort watched and built up",
        "precautions": "glucose tablets at hand; no session below 100 mg/dL",
    }
    return case_of("bruno", person("Bruno", date(1969, 8, 3)), cast.diabetes(), order, plan)


def knee() -> Case:
    """Chen: after therapy, with a hand-over that lacks some of it."""
    condition = Condition(
        id="knee",
        name="weakness of the right leg after knee replacement",
        code="Z96.651",
        is_diagnosed=True,
        diagnosed_by="ghali",
        diagnosed_on=date(2026, 1, 14),
        is_disease=True,
        is_imminent_risk=False,
    )
    plan = TrainingPlan(
        summary="Stairs, chair rises and leg press under the clinic's eye.",
        follows_therapy=True,
        follows_therapy_that_ended_on=date(2026, 4, 24),
        therapy_ended_because=TherapyEnd.BENEFIT_EXHAUSTED,
        remaining_deficit="one flight of stairs only with the rail",
        goals=(goal("knee", "30-second chair stand", "times", "9", "14", "climbing stairs without the rail"),),
    )
    order = {
        "sessions_per_week": 3,
        "weeks": 12,
        "minutes_per_session": 60,
        "reason": "The joint is sound; the thigh is at half the strength of the left one, and the stairs need it",
        "precautions": "none",
    }
    return case_of("chen", person("Chen", date(1958, 12, 30)), condition, order, plan)


def obesity() -> Case:
    """Dana: the clinician's reason is not in the record, nor is the goal's start."""
    condition = Condition(
        id="obesity",
        name="obesity, class 2",
        code="E66.812",
        is_diagnosed=True,
        diagnosed_by="ghali",
        diagnosed_on=date(2026, 5, 6),
        is_disease=True,
        is_imminent_risk=False,
    )
    plan = TrainingPlan(
        summary="Walking in intervals and whole-body strength.",
        follows_therapy=False,
        goals=(goal("obesity", "Body weight", "kg", "112", "101").model_copy(update={"baseline": None}),),
    )
    order = {"sessions_per_week": 2, "weeks": 26}
    return case_of("dana", person("Dana", date(1988, 2, 9)), condition, order, plan)


def hypertension() -> Case:
    """Bruno again, another year: the order is from April, and two sessions came before the letter."""
    condition = Condition(
        id="pressure",
        name="essential hypertension",
        code="I10",
        is_diagnosed=True,
        diagnosed_by="ghali",
        diagnosed_on=date(2026, 3, 3),
        is_disease=True,
        is_imminent_risk=False,
    )
    plan = TrainingPlan(
        summary="Brisk walking and rowing with pressure taken before each session.",
        follows_therapy=False,
        goals=(goal("pressure", "Systolic pressure at rest", "mmHg", "152", "135"),),
    )
    order = {
        "ordered_on": date(2026, 4, 20),
        "starts_on": date(2026, 4, 27),
        "sessions_per_week": 2,
        "weeks": 16,
        "reason": "Two medicines have left the upper value above 150; endurance work is the next step I would take "
        "before a third",
        "precautions": "no session at more than 180/110 mmHg before it begins; no breath held under load",
    }
    case = case_of("bruno-2", person("Bruno", date(1969, 8, 3)), condition, order, plan)
    early = tuple(cast.session(f"s{n}", day) for n, day in enumerate((date(2026, 4, 27), date(2026, 4, 30)), 1))
    return case.model_copy(update={"sessions": early})


CASES = {
    "back": back_pain,
    "diabetes": diabetes,
    "knee": knee,
    "obesity": obesity,
    "hypertension": hypertension,
}


def agreed(draft: LetterDraft) -> LetterDraft:
    """Answer everything the clinician must: each statement with a yes, no question left."""
    said = (one.model_copy(update={"agreed": True}) if one.by is Speaker.CLINICIAN else one for one in draft.statements)
    return draft.model_copy(update={"statements": tuple(said), "questions": ()})


def signature(draft: LetterDraft, **more: Any) -> SignatureRecord:
    """Dr. Ghali's signature under a draft, level 1."""
    at = datetime(2026, 5, 12, 14, 5, 9, tzinfo=UTC)
    check = SignerCheck(what="NPI and licence", by="the front desk", at=at, result="name, number and state agree")
    known: dict[str, Any] = {
        "letter": draft.letter,
        "version": draft.version,
        "draft_sha256": draft.sha256,
        "signer": "ghali",
        "name": "Dr. Ghali",
        "licence": "MD",
        "licence_number": "MD-1001",
        "licence_state": "OH",
        "npi": cast.NPI,
        "method": SigningMethod.TYPED,
        "intent": "By typing my name I sign this letter.",
        "signed_at": at,
        "level": SignerLevel.LICENCE_MATCHED,
        "checks": (check,),
    }
    return SignatureRecord(**{**known, **more})
