"""What the verifier says, of good files and of bad ones."""

import io
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from necessity.domain.signature import SignerLevel
from necessity.errors import FormatError
from necessity.sealing import keys
from necessity.sealing.keys import KeyRing
from necessity.sealing.report import SealReport, SealState
from necessity.sealing.seal import seal
from necessity.sealing.verify import verify
from necessity.workflow.seal_letter import seal_letter
from tests import packets, seals


def ids(report: SealReport) -> set[str]:
    return {one.id for one in report.findings}


def verdict(content: bytes, known: KeyRing | None) -> str:
    """The one word about a file; `refused` where it is not even looked at."""
    try:
        return verify(content, known).state
    except FormatError:
        return "refused"


def added(content: bytes) -> bytes:
    """A change as editors make it: a new revision after the old one."""
    from pyhanko.pdf_utils.generic import NameObject, NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_report_says_who_signed_how_when_and_for_which_case(tmp_path: Path) -> None:
    """That is what a plan asks when a letter arrives."""
    content, ring = seals.sealed(tmp_path / "keys")
    report = verify(content, ring)
    assert report.state is SealState.INTACT
    assert (report.case, report.letter, report.version) == ("ada", "letter1", 1)
    assert report.signature
    assert report.signature.name == "Dr. Ghali"
    assert report.sealed_at == seals.NOW
    assert report.installation == ring.installation
    assert report.is_in_force_by_level
    assert report.attachments == ("letter.json", "signature.json")
    assert any("does not show which person" in words for words in report.cannot_know)


def test_level_0_is_never_in_force_and_says_so(tmp_path: Path) -> None:
    """The seal proves bytes, not the person."""
    content, ring = seals.sealed(tmp_path / "keys", level=SignerLevel.ADDRESS_FROM_PATIENT)
    report = verify(content, ring)
    assert report.state is SealState.INTACT
    assert report.is_in_force_by_level is False
    assert "level_0" in ids(report)
    assert report.level_words
    assert "Nobody has checked" in report.level_words


def test_another_installation_s_seal_is_foreign_not_broken(tmp_path: Path) -> None:
    """Not to know somebody is no accusation."""
    content, _ = seals.sealed(tmp_path / "keys")
    others, _ = seals.install(tmp_path / "others", 2)
    for known in (others, None):
        report = verify(content, known)
        assert report.state is SealState.FOREIGN
        assert report.signature
        assert any("compare its SHA-256" in words for words in report.cannot_know)


def test_a_letter_stays_verifiable_after_its_key_was_rotated(tmp_path: Path) -> None:
    """Letters live longer than keys."""
    content, _ = seals.sealed(tmp_path / "keys")
    later = seals.NOW + timedelta(days=1)
    ring = keys.adopt(tmp_path / "keys", later, lambda _name: seals.own_key(2), None)
    report = verify(content, ring)
    assert report.state is SealState.INTACT
    assert report.key_retired_at == later


def test_a_retired_key_that_seals_again_is_noticed(tmp_path: Path) -> None:
    """It may have been copied."""
    _, old = seals.install(tmp_path / "keys")
    ring = keys.adopt(tmp_path / "keys", seals.NOW, lambda _name: seals.own_key(2), None)
    content = seal(packets.pdf("Letter"), old, seals.NOW + timedelta(days=1), "Letter")
    report = verify(content, ring)
    assert report.state is SealState.DOUBTFUL
    assert "key_not_in_use_then" in ids(report)


def test_a_revision_added_after_sealing_shows(tmp_path: Path) -> None:
    """Editors add to a file and leave what was signed in place; the digest of that part still agrees."""
    content, ring = seals.sealed(tmp_path / "keys")
    changed = added(content)
    assert changed.startswith(content)
    report = verify(changed, ring)
    assert report.state is SealState.ALTERED
    assert "added_after_sealing" in ids(report)
    assert report.sealed_bytes == len(content)
    assert report.letter == "letter1"


@pytest.mark.parametrize("tail", [b"\n", b"\0", b"%comment\n", b"startxref\n0\n%%EOF\n", b"/ByteRange [0 1 2 3]"])
def test_bytes_after_the_end_show(tmp_path: Path, tail: bytes) -> None:
    """Readers skip them in silence."""
    content, ring = seals.sealed(tmp_path / "keys")
    assert verify(content + tail, ring).state is SealState.ALTERED
    assert verify(content + tail, None).state is SealState.ALTERED


def test_a_foreign_seal_on_a_changed_letter_of_ours_does_not_hide_the_change(tmp_path: Path) -> None:
    """Otherwise who changes a letter only needs a key of their own."""
    content, ring = seals.sealed(tmp_path / "keys")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

    class Rude(PdfSigner):
        def _enforce_certification_constraints(self, reader: object) -> None:
            """Signs although the seal forbids every change."""

    pfx = tmp_path / "operator.pfx"
    pfx.write_bytes(seals.operator_pfx("secret"))
    signer = SimpleSigner.load_pkcs12(str(pfx), passphrase=b"secret")
    assert signer
    target = io.BytesIO()
    metadata = PdfSignatureMetadata(field_name="Other", md_algorithm="sha256")
    Rude(metadata, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), output=target)
    assert verify(target.getvalue(), ring).state is SealState.ALTERED
    assert verify(target.getvalue(), None).state is SealState.FOREIGN


def test_a_file_without_a_seal_is_unsealed() -> None:
    """That is an answer: nobody promised anything."""
    report = verify(packets.pdf("Letter"), None)
    assert report.state is SealState.UNSEALED
    assert report.cannot_know


def test_records_that_do_not_belong_together_are_doubtful(tmp_path: Path) -> None:
    """A seal over a letter and another letter's signature proves only that both were there."""
    _, unlocked = seals.install(tmp_path / "keys")
    ring = keys.read_ring(tmp_path / "keys")
    whole, other = seals.draft(), seals.draft(patient_name="Bruno")

    def attached(pdf: pikepdf.Pdf) -> None:
        from necessity.workflow.seal_letter import signature_json

        pdf.attachments["letter.json"] = whole.as_json()
        pdf.attachments["signature.json"] = signature_json(seals.signature(other))

    content = seal(seals.with_thing(packets.pdf("Letter"), attached), unlocked, seals.NOW, "Letter")
    report = verify(content, ring)
    assert report.state is SealState.DOUBTFUL
    assert "signature_of_another_draft" in ids(report)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_letter_is_refused_or_altered(tmp_path: Path, kept: float) -> None:
    """Cut before its seal it is a damaged PDF; cut within, a broken seal."""
    content, ring = seals.sealed(tmp_path / "keys")
    assert verdict(content[: int(len(content) * kept)], ring) in ("refused", SealState.ALTERED)


def test_an_encrypted_file_is_refused_with_the_reason() -> None:
    """What cannot be opened cannot be judged."""
    with pytest.raises(FormatError, match="password"):
        verify(packets.pdf("Letter", password="secret"), None)


@pytest.mark.parametrize("curve", [False, True])
def test_an_operator_s_own_certificate_seals_and_its_chain_is_watched(tmp_path: Path, curve: bool) -> None:
    """RSA and elliptic curves, with the authority's certificate beside it; every byte of the seal counts."""
    from necessity.sealing.operator_key import from_pfx

    made = from_pfx(seals.operator_pfx("secret", curve=curve), "secret", seals.NOW)
    ring = keys.adopt(tmp_path / "keys", seals.NOW, lambda _name: made, None)
    whole = seals.draft()
    result = seal_letter(whole, seals.signature(whole), seals.pages, keys.unlock(tmp_path / "keys", ring), seals.NOW)
    assert result.pdf
    report = verify(result.pdf, ring)
    assert (report.state, report.sealed_by) == (SealState.INTACT, "Eli Training")
    assert verify(result.pdf, None).state is SealState.FOREIGN
    start, end = result.pdf.index(b"/Contents <30") + 11, result.pdf.index(b">", result.pdf.index(b"/Contents <30"))
    for place in range(start, min(end, start + 6_000), 61):
        changed = result.pdf[:place] + bytes([result.pdf[place] ^ 1]) + result.pdf[place + 1 :]
        for known in (ring, None):
            assert verify(changed, known).state is SealState.ALTERED, place
