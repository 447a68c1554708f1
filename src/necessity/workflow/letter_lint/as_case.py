"""A letter's reading as a small case, so that the rulebook itself says what a payer wants and the letter lacks."""

from datetime import date, timedelta

from necessity.domain.case import Case
from necessity.domain.funding import FundingSource
from necessity.domain.letter import Condition, LetterOfMedicalNecessity, VisitBasis
from necessity.domain.people import Clinician, Patient
from necessity.intake.letter.reading import LetterReading

LETTER = "letter"


def letter_of(reading: LetterReading) -> LetterOfMedicalNecessity:
    """Write a reading down as the letter of a record. Dates that cannot be are left out; the lint tells of them."""
    starts, ends = _day(reading, "from"), _day(reading, "to")
    ends = ends or _end_of_weeks(reading, starts)
    if starts and ends and ends < starts:
        ends = None
    read_duration = reading.duration.value
    return LetterOfMedicalNecessity(
        id=LETTER,
        condition="condition" if reading.diagnosis.value else None,
        signed_by="signer",
        signed_on=_day(reading, "signed"),
        signature=reading.signer.signature.value,
        states_start=starts is not None,
        effective_from=starts,
        effective_to=ends,
        stated_months=None if ends else reading.stated_months,
        treatment_started_on=_day(reading, "treatment_began"),
        covers=reading.kinds,
        names_patient=reading.patient.value is not None,
        names_account_holder=reading.account_holder.value,
        names_employer=reading.employer.value,
        names_member_id=reading.member_id.value,
        names_diagnosis=reading.diagnosis.value is not None,
        diagnosis_is_specific=reading.diagnosis_is_specific.value,
        names_treatment=reading.treatment_is_described.value,
        states_frequency=reading.frequency.value,
        states_duration=True if ends else read_duration,
        links_training_to_diagnosis=reading.links_training.value,
        states_necessity=reading.necessity.value,
        states_not_general_health=reading.not_general_health.value,
        states_not_otherwise_incurred=reading.not_otherwise_incurred.value,
        names_signer_credential=reading.signer.name.value is not None and reading.signer.credential.value is not None,
        is_on_letterhead_or_form=reading.letterhead.value,
        visit_basis=reading.visit_basis.value,
        last_seen_on=_day(reading, "seen"),
        rests_only_on_self_report=_self_report(reading),
    )


def case_of(reading: LetterReading, source: FundingSource, patient: Patient | None = None) -> Case:
    """Put the letter into a case of its own, before one funding source.

    Args:
        reading: What was read.
        source: The account, with its payer.
        patient: The patient of the record, where there is one; of a letter alone only the name is known.
    """
    signer = reading.signer
    condition = Condition(
        id="condition",
        name=reading.diagnosis.value,
        code=_first_code(reading),
        is_diagnosed=reading.diagnosis_is_confirmed.value,
        is_disease=reading.is_disease.value,
        is_imminent_risk=reading.is_imminent_risk.value,
    )
    clinician = Clinician(
        id="signer",
        name=signer.name.value,
        licence=signer.licence.value,
        is_patient_or_family=is_family(reading),
    )
    return Case(
        id="letter-lint",
        patient=patient or Patient(name=reading.patient.value),
        conditions=(condition,) if reading.diagnosis.value else (),
        clinicians=(clinician,),
        letters=(letter_of(reading),),
        funding_sources=(source,),
    )


def is_family(reading: LetterReading) -> bool | None:
    """Say whether the signer is the patient (true), shares the family name (unknown), or neither (false)."""
    signer, patient = _parts(reading.signer.name.value), _parts(reading.patient.value)
    if not signer or not patient:
        return None
    if signer == patient:
        return True
    return None if len(patient) > 1 and signer[-1] == patient[-1] else False


def _parts(name: str | None) -> list[str]:
    return [part for part in (name or "").lower().replace(".", " ").split() if part not in ("dr", "mr", "ms", "mrs")]


def _first_code(reading: LetterReading) -> str | None:
    return next((code.value for code in reading.codes), None)


def _self_report(reading: LetterReading) -> bool | None:
    """An examination stands behind a letter whatever else it says; a questionnaire alone does not."""
    if reading.visit_basis.value in (VisitBasis.IN_PERSON, VisitBasis.LIVE_VIDEO):
        return False
    return True if reading.self_report.value else None


def _day(reading: LetterReading, part: str) -> date | None:
    stated = reading.day(part)
    return stated.day if stated else None


def _end_of_weeks(reading: LetterReading, starts: date | None) -> date | None:
    first = starts or _day(reading, "signed")
    return first + timedelta(weeks=reading.stated_weeks, days=-1) if first and reading.stated_weeks else None
