"""From a signed draft to the record that decisions read: what stands in the letter, for which days, who signed it."""

from collections.abc import Iterable
from datetime import date, timedelta

from necessity.domain.case import Case
from necessity.domain.letter import LetterOfMedicalNecessity, Signature, VisitBasis
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind, LetterEvent
from necessity.domain.people import Relationship
from necessity.domain.signature import SignatureRecord, SignerLevel, SigningMethod


def record_id(letter: str, version: int) -> str:
    """Name the record of one version: the letter's own id for the first, with its version for a correction.

    Examples:
        >>> record_id("letter1", 1), record_id("letter1", 2)
        ('letter1', 'letter1-v2')
    """
    return letter if version == 1 else f"{letter}-v{version}"


def letter_content(case: Case, draft: LetterDraft) -> dict[str, bool]:
    """Say what stands in a letter, by the names the record of a letter has for it.

    A loosely named condition is a question of the draft about its name, so one without such a question is specific;
    what is asked about its code is another matter. Who is patient and account holder in one is named once.
    """
    is_holder = case.patient.relationship is Relationship.SELF and draft.patient_name is not None
    agreed = {statement.id: statement.agreed for statement in draft.statements}
    sections = {section.id for section in draft.sections if section.paragraphs or section.listed}
    asked = {question.where for question in draft.questions}
    named = draft.condition_name is not None or draft.code is not None
    clinician = draft.clinician
    return {
        "names_patient": draft.patient_name is not None,
        "names_account_holder": is_holder or draft.account_holder_name is not None,
        "names_employer": draft.employer is not None,
        "names_member_id": draft.member_id is not None,
        "names_diagnosis": named,
        "diagnosis_is_specific": named and not asked & {"condition", "condition_name"},
        "names_treatment": draft.treatment is not None,
        "states_frequency": draft.sessions_per_week is not None,
        "states_duration": draft.weeks is not None,
        "links_training_to_diagnosis": "rationale" in sections,
        "states_necessity": agreed.get("necessary") is True,
        "states_not_general_health": agreed.get("not_general_health") is True,
        "states_not_otherwise_incurred": agreed.get("not_otherwise_incurred") is True,
        "names_signer_credential": bool(clinician and clinician.name and clinician.licence),
    }


def letter_record(case: Case, draft: LetterDraft, signature: SignatureRecord) -> LetterOfMedicalNecessity:
    """Fill the record of a signed letter; what the record already says beyond the letter's text stays.

    The first day is never before the day of signing: an earlier start of treatment stays a stated fact beside it. At
    level 0 nobody knows who signed, so the record says that no signature is there.

    Args:
        case: The case, with the record of this version where there is one.
        draft: The version as signed.
        signature: The signature under it.

    Returns:
        The record of this version.
    """
    id = record_id(draft.letter, draft.version)
    known = next((letter for letter in case.letters if letter.id == id), LetterOfMedicalNecessity(id=id))
    is_known = signature.level is not SignerLevel.ADDRESS_FROM_PATIENT
    ink = signature.method is SigningMethod.WET_INK
    sort = (Signature.WET_INK if ink else Signature.ELECTRONIC) if is_known else Signature.UNSIGNED
    fields: dict[str, object] = {
        **letter_content(case, draft),
        **_days(draft, signature),
        "condition": draft.condition,
        "signed_by": signature.signer,
        "signed_on": signature.day,
        "signature": sort,
        "replaces": _replaced(case, draft),
        "covers": (draft.treatment,) if draft.treatment else (),
        "is_on_letterhead_or_form": True if ink and signature.is_on_letterhead else known.is_on_letterhead_or_form,
        "visit_basis": VisitBasis(draft.visit_basis) if draft.visit_basis in list(VisitBasis) else None,
        "last_seen_on": draft.last_seen_on,
        "rests_only_on_self_report": _rests_on_self_report(draft),
    }
    return LetterOfMedicalNecessity.model_validate({**dict(known), **fields})


def _days(draft: LetterDraft, signature: SignatureRecord) -> dict[str, object]:
    """Say from when to when the letter covers, by its own words and never before it was signed."""
    begins = draft.starts_on
    starts_later = begins is not None and begins >= signature.day
    first = begins or signature.day
    last = first + timedelta(weeks=draft.weeks) - timedelta(days=1) if draft.weeks else None
    return {
        "states_start": starts_later,
        "effective_from": begins if starts_later else None,
        "effective_to": last,
        "stated_months": None,
        "treatment_started_on": None if starts_later else begins,
    }


def _replaced(case: Case, draft: LetterDraft) -> str | None:
    """Name the record this version corrects or renews, as far as there is one."""
    old = record_id(draft.letter, draft.version - 1) if draft.version > 1 else draft.replaces
    return old if old in {letter.id for letter in case.letters} else None


def _rests_on_self_report(draft: LetterDraft) -> bool | None:
    if draft.visit_basis == VisitBasis.QUESTIONNAIRE_ONLY:
        return True
    return False if draft.visit_basis in list(VisitBasis) and draft.last_seen_on else None


def with_signed(case: Case, events: Iterable[LetterEvent], draft: LetterDraft, signature: SignatureRecord) -> Case:
    """Bring the records of a case up to a signature, or to what has become known about its signer since.

    At level 0 no record is made, since no letter is in force; one that is there says that it is unsigned.

    Args:
        case: The case as it was.
        events: The history as it is now.
        draft: The version as signed.
        signature: The signature with its level by now.

    Returns:
        The case with its history and records; an older version of the letter ends the day its correction was signed.
    """
    history = tuple(events)
    record = letter_record(case, draft, signature)
    is_there = any(letter.id == record.id for letter in case.letters)
    letters = tuple(record if letter.id == record.id else letter for letter in case.letters)
    if not is_there and signature.level is not SignerLevel.ADDRESS_FROM_PATIENT:
        letters = (*letters, record)
    ended = {
        record_id(event.letter, event.version)
        for event in history
        if event.kind is EventKind.REPLACED and (event.letter, event.version < draft.version) == (draft.letter, True)
    }
    is_known = signature.level is not SignerLevel.ADDRESS_FROM_PATIENT
    return case.model_copy(
        update={
            "letter_events": history,
            "letters": _ended(letters, ended if is_known else (), signature.day),
        }
    )


def with_sealed(case: Case, events: Iterable[LetterEvent], letter: str, version: int, file: str) -> Case:
    """Bring the records of a case up to a sealed file, which packets then carry; at level 0 there is no record."""
    id = record_id(letter, version)
    letters = tuple(one.model_copy(update={"file": file}) if one.id == id else one for one in case.letters)
    return case.model_copy(update={"letter_events": tuple(events), "letters": letters})


def with_revoked(case: Case, events: Iterable[LetterEvent], letter: str, version: int, on: date) -> Case:
    """Bring the records of a case up to a letter's withdrawal: it serves until the day before."""
    letters = _ended(case.letters, {record_id(letter, version)}, on)
    return case.model_copy(update={"letter_events": tuple(events), "letters": letters})


def _ended(
    letters: tuple[LetterOfMedicalNecessity, ...], ids: Iterable[str], on: date
) -> tuple[LetterOfMedicalNecessity, ...]:
    ended = set(ids)
    return tuple(
        letter.model_copy(update={"revoked_on": on}) if letter.id in ended and not letter.revoked_on else letter
        for letter in letters
    )
