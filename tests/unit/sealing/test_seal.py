"""What sealing does to a PDF, judged by ourselves, by poppler and by qpdf."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from necessity.errors import FormatError, SettingError
from necessity.formats import pdf as pdf_format
from necessity.formats.packet.write import write as write_packet
from necessity.sealing.report import SealState
from necessity.sealing.seal import seal
from necessity.sealing.verify import verify
from tests import packets, seals


def pdfsig(path: Path) -> str:
    """What poppler says of a signature, asking no network and no certificate store of this machine."""
    command = ["pdfsig", "-nocert", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def packet() -> bytes:
    """A tagged PDF/A-3 with attachments, as typst sets it."""
    return write_packet(packets.contents()).pdf


def test_poppler_and_qpdf_agree_that_a_sealed_letter_is_whole(tmp_path: Path) -> None:
    """Two programs that share nothing with ours must find the same."""
    content, ring = seals.sealed(tmp_path / "keys")
    assert verify(content, ring).state is SealState.INTACT
    path = tmp_path / "letter.pdf"
    path.write_bytes(content)
    said = pdfsig(path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Mar 02 2026 16:30:00" in said
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)


def test_poppler_agrees_that_a_changed_letter_is_broken(tmp_path: Path) -> None:
    """The outside judge must be one that can say no."""
    content, ring = seals.sealed(tmp_path / "keys")
    changed = content.replace(b"(Letter letter1", b"(Letter letter2", 1)
    if changed == content:
        changed = content[:60] + bytes([content[60] ^ 1]) + content[61:]
    assert verify(changed, ring).state is SealState.ALTERED
    path = tmp_path / "letter.pdf"
    path.write_bytes(changed)
    assert "Signature is Valid" not in pdfsig(path)


def test_nobody_may_change_anything_afterwards(tmp_path: Path) -> None:
    """The certification says to every reader that no change is allowed."""
    content, _ = seals.sealed(tmp_path / "keys")
    path = tmp_path / "letter.pdf"
    path.write_bytes(content)
    with pikepdf.open(path) as pdf:
        value = pdf.Root.Perms.DocMDP
        assert value.Reference[0].TransformParams.P == 1
        assert pdf.Root.AcroForm.SigFlags == 3


def test_same_bytes_key_and_moment_give_the_same_seal(tmp_path: Path) -> None:
    """A seal can be made again and compared."""
    _, unlocked = seals.install(tmp_path / "keys")
    once = seal(packets.pdf("Letter"), unlocked, seals.NOW, "Letter")
    assert once == seal(packets.pdf("Letter"), unlocked, seals.NOW, "Letter")
    assert once != seal(packets.pdf("Letter"), unlocked, seals.NOW + timedelta(seconds=1), "Letter")


def test_what_the_file_claims_and_carries_stays(tmp_path: Path, packet: bytes) -> None:
    """Merge first, seal last: the sealed file begins with the file as it was."""
    _, unlocked = seals.install(tmp_path / "keys")
    content = seal(packet, unlocked, seals.NOW, "Packet")
    assert content.startswith(packet)
    with pdf_format.open_pdf(packet) as before, pdf_format.open_pdf(content) as after:
        assert pdf_format.attachments(after) == pdf_format.attachments(before)
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert after.docinfo == before.docinfo
        assert len(after.pages) == len(before.pages)


def test_the_field_is_neither_seen_nor_read_out(tmp_path: Path, packet: bytes) -> None:
    """PDF/A forbids hidden fields, PDF/UA untagged ones on the page: it lies outside, printable, with a name."""
    _, unlocked = seals.install(tmp_path / "keys")
    with pdf_format.open_pdf(seal(packet, unlocked, seals.NOW, "Packet")) as pdf:
        page = pdf.pages[-1]
        field = pdf.Root.AcroForm.Fields[0]
        left, bottom, right, top = (float(side) for side in field.Rect)
        assert (left, bottom) == (right, top)
        assert left < 0
        assert field.F == 132
        assert str(field.TU) == "Seal over the whole document"
        assert page.obj.Tabs == pikepdf.Name.S


def test_a_signed_pdf_is_not_sealed_again(tmp_path: Path) -> None:
    """A second seal would show the first as changed."""
    content, _ = seals.sealed(tmp_path / "keys")
    _, unlocked = seals.install(tmp_path / "others", 2)
    with pytest.raises(FormatError, match="signature already"):
        seal(content, unlocked, seals.NOW, "Again")


def test_a_certificate_out_of_date_seals_nothing(tmp_path: Path) -> None:
    """Readers would show the letter as signed with a dead certificate."""
    _, unlocked = seals.install(tmp_path / "keys")
    for moment in (seals.NOW - timedelta(days=60), datetime(2040, 1, 1, tzinfo=UTC)):
        with pytest.raises(SettingError, match="certificate"):
            seal(packets.pdf("Letter"), unlocked, moment, "Letter")
