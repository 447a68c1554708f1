"""A draft of our own as text with labels, so that it is read by the same eyes as a letter from anywhere."""

from collections.abc import Iterator

from pydantic import ValidationError

from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.errors import FormatError


def draft_of(content: str) -> LetterDraft:
    """Read a letter's draft from its JSON.

    Raises:
        FormatError: it is not the JSON of a draft; every fault is listed.
    """
    try:
        return LetterDraft.model_validate_json(content)
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, one['loc'])) or 'document'}: {one['msg']}" for one in error.errors())
        raise FormatError(
            "This JSON is not a letter's draft.",
            "Give the file that `necessity letter draft` wrote, or the letter's text.",
            format="letter draft",
            faults=faults,
        ) from None


def draft_text(draft: LetterDraft) -> str:
    """Write a draft as plain text.

    Statements nobody has agreed to yet are left out: they are not said. A draft is not signed, and says so.
    """
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: LetterDraft) -> Iterator[str]:
    yield "Letter of medical necessity (draft form)"
    yield ""
    fields = {
        "Patient": draft.patient_name,
        "Date of birth": draft.patient_born_on,
        "Account holder": draft.account_holder_name,
        "Employer": draft.employer,
        "Member ID": draft.member_id,
        "Diagnosis": draft.condition_name,
        "ICD-10 code": draft.code,
        "Treatment": draft.treatment and draft.treatment.value.replace("_", " "),
        "Frequency": draft.sessions_per_week and f"{draft.sessions_per_week} sessions a week",
        "Session length": draft.minutes_per_session and f"{draft.minutes_per_session} minutes",
        "Duration": draft.weeks and f"{draft.weeks} weeks",
        "Start date": draft.starts_on,
        "Treatment plan": draft.plan,
        "Last seen": _last_seen(draft),
    }
    yield from (f"{label}: {value}" for label, value in fields.items() if value)
    for section in draft.sections:
        yield from ("", *section.paragraphs, *(f"- {point}" for point in section.listed))
    yield ""
    for statement in draft.statements:
        if statement.agreed and statement.by in (Speaker.CLINICIAN, Speaker.PATIENT):
            yield statement.words
    yield from _signer(draft)


def _last_seen(draft: LetterDraft) -> str | None:
    said = [str(draft.last_seen_on or ""), (draft.visit_basis or "").replace("_", " ")]
    return ", ".join(part for part in said if part) or None


def _signer(draft: LetterDraft) -> Iterator[str]:
    signer = draft.clinician
    yield ""
    if signer:
        credential = f", {signer.licence.value}" if signer.licence else ""
        fields = {
            "Provider": f"{signer.name}{credential}" if signer.name else None,
            "License number": signer.licence_number,
            "License state": signer.licence_state,
            "NPI": signer.npi,
        }
        yield from (f"{label}: {value}" for label, value in fields.items() if value)
    yield "Signature:"
    yield ""
