"""Reading a letter of medical necessity: text in, everything that was read with its place out."""

import re

from necessity.errors import FormatError
from necessity.intake.letter.condition import condition_of
from necessity.intake.letter.page import Page, page_of
from necessity.intake.letter.people import named, patient_of, patient_state_of, signer_of
from necessity.intake.letter.reading import LetterReading, Said
from necessity.intake.letter.remarks import remarks_of
from necessity.intake.letter.stated_dates import dates_of
from necessity.intake.letter.terms import (
    length_of,
    letterhead_of,
    links,
    says,
    self_report_of,
    stated,
    treatment_of,
    visit_of,
)

_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|for|is|with|by|in|or|has|was|this|that|name|week|weeks|wk|month|months|treatment|necessary|necessity|exercise|trainer|training|physician|signed|seen|but|not|pain|health)\b",
    re.I,
)
_OTHER_TONGUES = re.compile(
    r"\b(?:el|la|los|las|una|por|con|para|que|del|es|le|les|des|une|pour|avec|est|der|die|das|und|mit|ist|ein|eine|von"
    r"|il|che|per il|della|sono|os|uma|não|em|dos|wird|wegen|el paciente|du|au)\b",
    re.I,
)
_LEAST_WORDS = 8
_MOST_LETTERS = 50_000


def read_letter(text: str) -> LetterReading:
    r"""Read a letter.

    Nothing is guessed: what is not found in the words of `words.toml` is false, what a text cannot show (ink,
    letterhead, how the patient was seen) is unknown.

    Args:
        text: The letter's text: prose, form, list, table, mail.

    Returns:
        The reading. A text that is not English, or none at all, says so and nothing else.

    Raises:
        FormatError: it is far longer than any letter.

    Examples:
        >>> reading = read_letter("Patient: Ada\nDiagnosis: chronic low back pain (M54.50)\nFrequency: twice a week")
        >>> reading.patient.value, reading.diagnosis.value, reading.frequency.value, reading.duration.value
        ('Ada', 'chronic low back pain', True, False)
    """
    if len(text) > _MOST_LETTERS:
        raise FormatError(
            f"This text has more than {_MOST_LETTERS:,} letters, far more than a letter of medical necessity.",
            "Give the letter alone.",
            format="letter",
        )
    if not _is_english(text):
        return LetterReading(is_english=False)
    return _read(page_of(text))


def _is_english(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    english = len(_ENGLISH.findall(text))
    return len(words) >= _LEAST_WORDS and english >= 2 and english > len(_OTHER_TONGUES.findall(text))


def _read(page: Page) -> LetterReading:
    condition = condition_of(page)
    treatment = treatment_of(page)
    signer = signer_of(page)
    patient = patient_of(page)
    duration = _duration(page)
    months, weeks = length_of(duration)
    people = tuple(name for name in (patient.value, signer.name.value, *_holders(page)) if name)
    return LetterReading(
        is_english=True,
        patient=patient,
        patient_state=patient_state_of(page),
        account_holder=named(page, "account_holder", same=True),
        employer=named(page, "employer"),
        member_id=named(page, "member_id"),
        diagnosis=condition.name,
        diagnosis_is_specific=condition.is_specific,
        diagnosis_is_confirmed=condition.is_confirmed,
        is_disease=condition.is_disease,
        is_imminent_risk=condition.is_imminent_risk,
        codes=condition.codes,
        odd_codes=condition.odd_codes,
        treatment=treatment.name,
        kinds=treatment.kinds,
        treatment_is_described=treatment.is_described,
        frequency=stated(page, "frequency"),
        session_length=stated(page, "session_length"),
        duration=duration,
        stated_months=months,
        stated_weeks=weeks,
        links_training=links(page),
        necessity=says(page, "necessity"),
        not_general_health=says(page, "not_general_health"),
        not_otherwise_incurred=says(page, "not_otherwise_incurred"),
        self_report=self_report_of(page),
        visit_basis=visit_of(page),
        letterhead=letterhead_of(page),
        signer=signer,
        dates=dates_of(page),
        remarks=remarks_of(page, condition, people),
        sentences=tuple(sentence.text for sentence in page.sentences),
    )


def _holders(page: Page) -> list[str]:
    return [field.value for field in page.under("account_holder")]


def _duration(page: Page) -> Said:
    """Read the duration; a first and a last day state one as well."""
    said = stated(page, "duration")
    if said.value:
        return said
    for field in page.under("ends"):
        if re.search(r"\d", field.value):
            return Said(value=True, line=field.line, words=f"{field.label}: {field.value}")
    return said
