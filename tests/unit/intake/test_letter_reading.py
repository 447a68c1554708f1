"""Reading letters: lines, labels, dates, people, PDFs and drafts of our own."""

from datetime import date

import pikepdf
import pytest

from necessity.domain.letter import Signature, VisitBasis
from necessity.domain.letter_draft import DraftClinician, DraftStatement, LetterDraft, Speaker
from necessity.domain.people import Licence
from necessity.errors import FormatError
from necessity.intake.letter.dates import dates_in
from necessity.intake.letter.draft_text import draft_of, draft_text
from necessity.intake.letter.page import page_of
from necessity.intake.letter.pdf_text import pdf_text
from necessity.intake.letter.read import read_letter
from tests.conftest import EXAMPLES
from tests.linted_letters import good_letters


def test_a_ticked_box_is_said_and_an_empty_one_is_not() -> None:
    """What a form offers and nobody ticked was never said."""
    page = page_of("[x] It is medically necessary.\n[ ] It is for general health.")
    assert [sentence.text for sentence in page.sentences] == ["It is medically necessary."]


def test_a_question_is_read_with_its_answer() -> None:
    """`Is it for general health? No` rules general health out."""
    text = "Patient: Ada\nThis exercise treats asthma.\nIs the treatment for general health?  [ ] Yes  [x] No"
    assert read_letter(text).not_general_health.value is True


@pytest.mark.parametrize(
    "text",
    [
        "| Patient | Diagnosis |\n|---|---|\n| Ada | asthma |",
        "| Item | Entry |\n|---|---|\n| Patient | Ada |\n| Diagnosis | asthma |",
        "Patient        Ada\nDiagnosis      asthma",
        "**Patient:** Ada   **Diagnosis:** asthma",
        "Patient: Ada Diagnosis: asthma",
        "PATIENT\n\nAda\n\nDIAGNOSIS\n\nasthma",
    ],
)
def test_labels_are_found_in_every_form(text: str) -> None:
    """Tables, columns, headings and several labels on a line say the same."""
    page = page_of(text)
    assert [(field.name, field.value) for field in page.fields if field.name] == [
        ("patient", "Ada"),
        ("diagnosis", "asthma"),
    ]


def test_places_are_lines_of_the_text_also_where_lines_are_wrapped() -> None:
    """A finding that points at the wrong line wastes a reader's time."""
    text = "Dear plan,\n\nI have prescribed supervised exercise training for\nAda, three times a week for asthma, and she has it."
    assert read_letter(text).frequency.line == 4


def test_a_day_no_calendar_has_is_kept_as_one_that_cannot_be() -> None:
    """30 February is a fault to tell of, not a date to drop."""
    assert [found.day for found in dates_in("02/30/2026 and 3/2/26")] == [None, date(2026, 3, 2)]


def test_the_signature_is_unknown_where_a_text_shows_none() -> None:
    """Ink does not show in a text; only an empty place for it does."""
    text = "The patient needs this training for asthma.\nSincerely,\nA. Ghali, MD"
    assert read_letter(text).signer.signature.value is None
    assert read_letter(text + "\nSignature: ____").signer.signature.value is Signature.UNSIGNED


def test_a_state_in_an_address_is_no_credential() -> None:
    """MD is a degree behind a name and a state before a postal code."""
    reading = read_letter(
        "The clinic is in Baltimore, MD 21201.\nThe training is for asthma.\nSigned: /s/ A. Ghali, DO"
    )
    assert reading.signer.licence.value is Licence.DO


def test_another_language_is_not_read() -> None:
    """A letter we cannot read is not a letter full of faults."""
    spanish = "Certifico que la paciente padece de dolor lumbar y que el ejercicio es necesario para su tratamiento por seis meses."
    assert read_letter(spanish).is_english is False


def test_an_example_letter_is_read_from_its_pdf() -> None:
    """The fonts of our own papers say which letters they draw."""
    text = pdf_text((EXAMPLES / "01_hsa_back_pain" / "papers" / "letter.pdf").read_bytes())
    reading = read_letter(text)
    assert reading.patient.value == "Ada"
    assert [code.value for code in reading.codes] == ["M54.50"]
    assert reading.visit_basis.value is VisitBasis.IN_PERSON


def _pdf(*, with_text: bool) -> bytes:
    pdf = pikepdf.Pdf.new()
    page = pdf.add_blank_page(page_size=(612, 792))
    if with_text:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, Encoding=pikepdf.Dictionary())
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (abc) Tj ET")
    import io

    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_pdf(with_text=False), "scan"),
        (_pdf(with_text=True), "does not say which letters"),
        (b"%PDF-1.7\nrubbish", "damaged"),
    ],
)
def test_a_pdf_whose_text_cannot_be_known_is_refused_with_the_reason(content: bytes, why: str) -> None:
    """Letters are never guessed: the person is told to paste the text."""
    with pytest.raises(FormatError, match=why) as refused:
        pdf_text(content)
    assert "paste" in refused.value.next_step


def test_a_draft_of_our_own_is_read_and_is_not_signed() -> None:
    """Statements nobody agreed to are not said; a draft has no signature."""
    draft = LetterDraft(
        case="ada",
        letter="letter1",
        drafted_on=date(2026, 3, 2),
        patient_name="Ada",
        condition_name="chronic low back pain",
        code="M54.50",
        sessions_per_week=2,
        statements=(
            DraftStatement(id="necessary", words="It is medically necessary.", by=Speaker.CLINICIAN, agreed=True),
            DraftStatement(id="general", words="It is not for general health.", by=Speaker.CLINICIAN),
        ),
        clinician=DraftClinician(id="ghali", name="Dr. Ghali", licence=Licence.MD, npi="1234567893"),
    )
    reading = read_letter(draft_text(draft_of(draft.as_json().decode())))
    assert (reading.patient.value, reading.diagnosis.value, reading.frequency.value) == (
        "Ada",
        "chronic low back pain",
        True,
    )
    assert (reading.necessity.value, reading.not_general_health.value) == (True, False)
    assert (reading.signer.licence.value, reading.signer.signature.value) == (Licence.MD, Signature.UNSIGNED)


def test_json_that_is_no_draft_is_refused_with_every_fault() -> None:
    """A wrong file is told apart from a bad letter."""
    with pytest.raises(FormatError) as refused:
        draft_of('{"case": "ada"}')
    assert len(refused.value.faults) >= 2


def test_every_good_letter_names_what_it_prescribes_and_who_signs() -> None:
    """The readings behind an empty list of findings are there, not merely quiet."""
    for letter in good_letters().values():
        reading = read_letter(letter.text)
        assert reading.patient.value, letter.file
        assert reading.kinds, letter.file
        assert reading.signer.name.value, letter.file
        assert "Ghali" in reading.signer.name.value, letter.file
        assert reading.day("signed"), letter.file
