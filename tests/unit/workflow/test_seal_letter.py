"""What is refused before a letter is sealed, and what is said beside a sealed one."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from necessity.domain.letter_draft import DraftStatement, LetterDraft, Speaker
from necessity.domain.signature import SignatureRecord, SignerLevel
from necessity.errors import FormatError
from necessity.formats import pdf as pdf_format
from necessity.sealing.keys import SealKeys
from necessity.workflow.seal_letter import SealedLetter, seal_letter, signature_json
from tests import packets, seals


@pytest.fixture
def unlocked(tmp_path: Path) -> SealKeys:
    return seals.install(tmp_path / "keys")[1]


def made(unlocked: SealKeys, draft: LetterDraft, **signature: object) -> SealedLetter:
    return seal_letter(draft, seals.signature(draft, **signature), seals.pages, unlocked, seals.NOW)


def refused(result: SealedLetter) -> set[str]:
    assert result.pdf is None
    assert all(one.next_step for one in result.refused)
    return {one.id for one in result.refused}


def test_a_complete_signed_letter_is_sealed_with_its_records(unlocked: SealKeys) -> None:
    """What was signed travels inside, byte for byte."""
    draft = seals.draft()
    result = made(unlocked, draft)
    assert result.refused == result.notes == ()
    assert result.pdf
    with pdf_format.open_pdf(result.pdf) as pdf:
        carried = pdf_format.attachments(pdf)
    assert carried == {"letter.json": draft.as_json(), "signature.json": signature_json(seals.signature(draft))}


def test_an_open_required_question_is_named(unlocked: SealKeys) -> None:
    """A letter that lacks a required fact is not complete, however well it is signed."""
    result = made(unlocked, seals.draft(questions=(seals.question(),)))
    assert refused(result) == {"open_question:frequency"}
    assert "How many sessions" in result.refused[0].says
    assert "the clinician" in result.refused[0].next_step


def test_an_optional_question_keeps_nothing_back(unlocked: SealKeys) -> None:
    """Not everything that could be said must be."""
    assert made(unlocked, seals.draft(questions=(seals.question(is_required=False),))).pdf


def test_a_statement_the_clinician_left_open_is_not_taken_as_a_yes(unlocked: SealKeys) -> None:
    """Nothing is pre-ticked."""
    said = DraftStatement(id="necessary", words="It is necessary.", by=Speaker.CLINICIAN)
    assert refused(made(unlocked, seals.draft(statements=(said,)))) == {"open_statement:necessary"}


def test_what_only_the_patient_can_say_is_noted(unlocked: SealKeys) -> None:
    """It has a signature of its own and does not keep the clinician's back."""
    said = DraftStatement(id="not_paid_elsewhere", words="Nobody else pays.", by=Speaker.PATIENT)
    result = made(unlocked, seals.draft(statements=(said,)))
    assert result.pdf
    assert [one.id for one in result.notes] == ["patient_statement_open:not_paid_elsewhere"]


def test_other_words_than_those_signed_are_refused(unlocked: SealKeys) -> None:
    """A correction is a new version."""
    signed = seals.signature(seals.draft())
    changed = seals.draft(patient_name="Bruno")
    result = seal_letter(changed, signed, seals.pages, unlocked, seals.NOW)
    assert refused(result) == {"draft_changed_after_signing"}


@pytest.mark.parametrize("change", [{"letter": "letter2"}, {"version": 2}])
def test_a_signature_under_another_letter_or_version_is_refused(unlocked: SealKeys, change: dict[str, object]) -> None:
    """Each version is signed by itself."""
    assert refused(made(unlocked, seals.draft(), **change)) == {"signature_of_another_letter"}


def test_another_signer_than_the_one_named_is_refused(unlocked: SealKeys) -> None:
    """The block under the letter would be wrong."""
    assert refused(made(unlocked, seals.draft(), signer="somebody")) == {"signed_by_another"}


def test_a_signature_from_the_future_is_refused(unlocked: SealKeys) -> None:
    """One of two clocks is wrong."""
    late = seals.NOW + timedelta(seconds=1)
    assert refused(made(unlocked, seals.draft(), signed_at=late)) == {"signed_in_the_future"}
    assert made(unlocked, seals.draft(), signed_at=seals.NOW).pdf


def test_a_signature_before_the_draft_is_refused(unlocked: SealKeys) -> None:
    """Nothing is dated back; a day that is only over elsewhere is no reason."""
    early = seals.SIGNED_AT.replace(day=1) - timedelta(days=1)
    assert refused(made(unlocked, seals.draft(), signed_at=early.replace(hour=9))) == {"signed_before_drafted"}
    assert made(unlocked, seals.draft(), signed_at=early.replace(hour=10)).pdf


def test_treatment_that_starts_before_the_signature_is_refused(unlocked: SealKeys) -> None:
    """A letter does not reach back."""
    assert refused(made(unlocked, seals.draft(starts_on=date(2026, 3, 1)))) == {"starts_before_signed"}
    assert made(unlocked, seals.draft(starts_on=date(2026, 3, 2))).pdf


def test_level_0_may_be_sealed_and_is_not_in_force(unlocked: SealKeys) -> None:
    """The seal proves bytes, not the person."""
    result = made(unlocked, seals.draft(), level=SignerLevel.ADDRESS_FROM_PATIENT)
    assert result.pdf
    assert not result.is_in_force_by_level
    assert [one.id for one in result.notes] == ["level_0"]
    assert made(unlocked, seals.draft()).is_in_force_by_level


def test_everything_that_stands_against_it_is_said_at_once(unlocked: SealKeys) -> None:
    """Who mends one thing should not find the next."""
    draft = seals.draft(questions=(seals.question(),), starts_on=date(2026, 2, 1))
    late = seals.NOW + timedelta(days=1)
    assert len(refused(made(unlocked, draft, signed_at=late, signer="x"))) == 4


def test_pages_that_carry_another_letter_are_not_sealed(unlocked: SealKeys) -> None:
    """What people read and what machines read must be one letter."""
    draft = seals.draft()

    def wrong(_draft: LetterDraft, *, signature: SignatureRecord) -> bytes:
        with pdf_format.open_pdf(packets.pdf("Letter")) as pdf:
            pdf_format.attach(pdf, "letter.json", b"{}", "application/json", "x", seals.DRAFTED_ON)
            return pdf_format.save(pdf)

    with pytest.raises(FormatError, match=r"another letter\.json"):
        seal_letter(draft, seals.signature(draft), wrong, unlocked, seals.NOW)


def test_pages_that_carry_their_records_are_sealed_as_they_are(unlocked: SealKeys) -> None:
    """The letter's writer may have attached them."""
    draft = seals.draft()
    signed = seals.signature(draft)

    def whole(_draft: LetterDraft, *, signature: SignatureRecord) -> bytes:
        with pdf_format.open_pdf(packets.pdf("Letter")) as pdf:
            for name, content in (("letter.json", draft.as_json()), ("signature.json", signature_json(signature))):
                pdf_format.attach(pdf, name, content, "application/json", "x", seals.DRAFTED_ON)
            return pdf_format.save(pdf)

    result = seal_letter(draft, signed, whole, unlocked, seals.NOW)
    assert result.pdf
    assert result.pdf.startswith(whole(draft, signature=signed))
