"""The packet as a portal takes it: without camera notes, in parts, still legible, and any change found out."""

import io
from datetime import date
from functools import cache

import pikepdf
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from necessity.domain.manifest import digest
from necessity.formats.packet.camera_notes import without_notes
from necessity.formats.packet.check import check
from necessity.formats.packet.contents import (
    Packet,
    PacketPaper,
    PacketPart,
    PacketProgramme,
    PacketVisit,
    PaperKind,
    PortalWords,
)
from necessity.formats.packet.page_digest import pages_digest
from necessity.formats.packet.write import write, write_parts
from necessity.formats.pdf import attachments, save
from tests.packets import contents, paper, pdf, photo
from tests.unit.formats.test_packet import pages_of, shown_images, text_of

LETTER = paper("letter1", pdf("To whom it may concern", "Dr. Ghali"), kind=PaperKind.LETTER)
SECRET = b"SECRET"


def noted(format: str, turn: int) -> bytes:
    """A picture with everything a camera writes: maker, place, comment, XMP, a second picture behind the first."""
    image = Image.effect_noise((300, 200), 60).convert("RGB")
    tags = Image.Exif()
    tags[0x0112] = turn
    tags[0x010F] = SECRET.decode()
    tags.get_ifd(0x8825).update({1: "N", 2: (40.0, 26.0, 46.0)})
    more = {"comment": SECRET, "xmp": SECRET, "progressive": turn == 6} if format == "JPEG" else {}
    target = io.BytesIO()
    image.save(target, format, exif=tags, **more)
    return target.getvalue() + (b"" if format == "WEBP" else SECRET)


def opened(packet: Packet) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(packet.pdf))


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_the_camera_noted_is_left_out_and_every_pixel_stays(format: str, turn: int) -> None:
    """A receipt photographed at home must not tell an administrator where home is."""
    before = noted(format, turn)
    after = without_notes(before)
    assert after is not None
    assert SECRET in before
    assert SECRET not in after
    old, new = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert old.tobytes() == new.tobytes()
    assert dict(new.getexif()) == ({} if turn == 1 else {0x0112: turn})
    assert without_notes(after) == after


@given(st.binary(max_size=400), st.integers(0, 3000), st.sampled_from(["JPEG", "PNG", "WEBP"]))
@settings(max_examples=200, deadline=None)
def test_a_damaged_photo_never_ends_in_a_traceback_or_in_its_notes(noise: bytes, at: int, format: str) -> None:
    """What cannot be taken apart does not travel."""
    whole = NOTED[format]
    damaged = whole[: at % len(whole)] + noise + whole[at % len(whole) + len(noise) :]
    after = without_notes(damaged)
    assert after is None or len(after) <= len(damaged) + 64


NOTED = {format: noted(format, 6) for format in ("JPEG", "PNG", "WEBP")}


def test_a_photo_travels_without_notes_and_keeps_its_own_digest() -> None:
    """The person can show later that the paper at home is the one that was sent."""
    original = noted("JPEG", 6)
    packet = write(contents(paper("r1", original, "r1.jpg")))
    (entry,) = [entry for entry in packet.manifest.entries if entry.id == "receipt/r1"]
    with opened(packet) as document:
        travelling = attachments(document)["r1.jpg"]
    assert entry.sha256 == digest(original)
    assert entry.attached_sha256 == digest(travelling) != entry.sha256
    assert SECRET not in packet.pdf
    assert "without the camera's notes" in " ".join(text_of(packet.pdf).split())
    assert check(packet.pdf) == ()


def test_a_photo_that_cannot_be_taken_apart_is_shown_and_not_attached() -> None:
    """Pillow reads more than can be vouched for."""
    odd = photo().replace(b"\xff\xdb", b"\x00\x00\xff\xdb", 1)
    packet = write(contents(paper("r1", odd, "r1.jpg")))
    with opened(packet) as document:
        assert "r1.jpg" not in attachments(document)
    assert check(packet.pdf) == ()


@cache
def receipt_with_code(number: int, noise: int = 70) -> bytes:
    """A photo of a page with small print that a machine can read: modules of three hundredths of an inch.

    The noise is another one each time, and so is the weight of the photo: more noise weighs more for certain.
    """
    image = Image.effect_noise((2040, 2640), noise).convert("RGB")
    code = io.BytesIO()
    segno.make(f"RECEIPT {number} 85.00", error="l").save(code, kind="png", scale=8, border=4)
    image.paste(Image.open(code).convert("RGB"), (300, 300))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=92)
    return target.getvalue()


def code_of(image: Image.Image) -> str:
    return next((found.text for found in zxingcpp.read_barcodes(image)), "")


def test_photos_are_scaled_down_under_a_limit_and_read_back() -> None:
    """A portal's limit must not cost the receipt."""
    receipts = [paper(f"r{n}", receipt_with_code(n), f"r{n}.jpg") for n in range(3)]
    large = write(contents(LETTER, *receipts), max_bytes=50_000_000)
    shown = sum(len(page) for page in map(Image.Image.tobytes, shown_images(large.pdf)))
    small = write(contents(LETTER, *receipts), max_bytes=1_900_000)
    assert len(small.pdf) <= 1_900_000, len(small.pdf)
    assert small.missing == ()
    images = shown_images(small.pdf)
    assert sum(len(one.tobytes()) for one in images) < shown
    assert [code_of(image) for image in images] == [f"RECEIPT {n} 85.00" for n in range(3)]


@pytest.mark.parametrize("most", [1, 400_000, 900_000])
def test_no_limit_brings_a_photo_below_150_dots_per_inch(most: int) -> None:
    """Below that small print is lost: then the packet is split, or says so."""
    packet = write(contents(paper("r1", photo(2040, 2640), "r1.jpg")), max_bytes=most)
    with opened(packet) as document:
        for page in document.pages:
            for name, item in page.obj.Resources.get("/XObject", {}).items():
                if item.get("/Subtype") == "/Image":
                    assert int(item.Width) >= 150 * 490 / 72, name


def sealed(size: int) -> PacketPaper:
    """A PDF of some weight that carries a signature in its bytes, as far as the packet looks."""
    made = pikepdf.open(io.BytesIO(pdf("Sealed letter")))
    made.Root.Ballast = made.make_stream(bytes(range(256)) * (size // 256))
    made.Root.Seal = pikepdf.Dictionary(ByteRange=pikepdf.Array([0, 1, 2, 3]))
    target = io.BytesIO()
    made.save(target, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    letter = paper("letter1", target.getvalue(), kind=PaperKind.LETTER)
    return letter.model_copy(update={"is_sealed": True})


def test_a_sealed_letter_travels_whole_whatever_the_limit() -> None:
    """Shown pages prove nothing; the seal lives in the file."""
    letter = sealed(200_000)
    packet = write(contents(letter, paper("r1", photo(), "r1.jpg")), max_bytes=100_000)
    with opened(packet) as document:
        assert attachments(document)["letter1.pdf"] == letter.content
    assert "a copy to read; the sealed file itself is attached whole" in " ".join(text_of(packet.pdf).split())


def weighty(count: int) -> list[PacketPaper]:
    return [paper(f"r{n}", receipt_with_code(n), f"r{n}.jpg") for n in range(count)]


def test_what_no_single_file_can_hold_goes_in_numbered_parts() -> None:
    """Five hundred pages of receipts are claimed too."""
    most = 1_000_000
    parts = write_parts(contents(LETTER, *weighty(4)), max_bytes=most)
    assert len(parts) > 1
    assert [len(one.pdf) <= most for one in parts] == [True] * len(parts)
    assert [(one.manifest.part, one.manifest.parts) for one in parts] == [
        (n, len(parts)) for n in range(1, len(parts) + 1)
    ]
    shown = [entry.id for one in parts for entry in one.manifest.entries]
    assert sorted(shown) == sorted(["statement", "log", "letter/letter1", *(f"receipt/r{n}" for n in range(4))])
    for number, one in enumerate(parts, start=1):
        cover = " ".join(pages_of(one.pdf)[0].split())
        assert f"part {number} of {len(parts)}" in cover
        assert "Nothing is asked for twice." in cover
        assert "Total claimed in all parts" in cover
        assert check(one.pdf) == ()
        assert one.missing == ()


def test_where_one_file_is_the_rule_the_packet_says_what_to_leave_out() -> None:
    """A second upload is refused there."""
    heaviest = paper("r3", receipt_with_code(3, noise=120), "r3.jpg")
    (packet,) = write_parts(contents(LETTER, *weighty(3), heaviest), max_bytes=1_000_000, in_one_file=True)
    (lack,) = packet.missing
    assert "--leave-out" in lack
    assert "The heaviest: r3 (r3.jpg, 0." in lack
    assert "more than the 1.0 MB" in lack


def test_a_packet_that_fits_is_one_file_without_a_part_number() -> None:
    """Nobody should wonder where part 2 is."""
    (packet,) = write_parts(contents(LETTER), max_bytes=10_000_000)
    assert packet.manifest.part is None
    assert "part 1" not in text_of(packet.pdf)


def test_the_parts_stand_in_the_order_of_the_payer() -> None:
    """An examiner looks where their own form has it."""
    order = (PacketPart.STATEMENT, PacketPart.RECEIPTS, PacketPart.LETTERS, PacketPart.LOG)
    packet = write(contents(LETTER, paper("r1", photo(), "r1.jpg"), order=order))
    assert [entry.id for entry in packet.manifest.entries if entry.first_page] == [
        "statement",
        "log",
        "receipt/r1",
        "letter/letter1",
    ]
    pages = {entry.id: entry.first_page for entry in packet.manifest.entries}
    assert sorted(pages, key=lambda id: pages[id] or 0) == ["statement", "receipt/r1", "letter/letter1", "log"]
    assert check(packet.pdf) == ()


def test_the_cover_uses_the_payers_own_words() -> None:
    """`Participant` on the portal, `Participant` on the paper."""
    words = PortalWords(account_holder="Participant", letter="Doctor's note", member_number="Username")
    shown = text_of(write(contents(LETTER, words=words)).pdf)
    assert "Participant" in shown
    assert "Username" in shown
    assert "Doctor's note" in shown
    assert "Account holder  " not in shown.replace("Account holder, by hand", "")


def test_a_word_drawn_over_a_page_is_found() -> None:
    """An amount is changed with any PDF editor in a minute."""
    packet = write(contents(LETTER))
    with opened(packet) as document:
        page = document.pages[1]
        page.contents_add(document.make_stream(b"BT /F1 12 Tf 72 72 Td ($9,999.00) Tj ET"))
        changed = save(document)
    assert [finding.rule for finding in check(changed)] == ["packet.pages_are_unchanged"]


def test_a_note_laid_over_a_page_is_found() -> None:
    """A stamp can hide what stands beneath."""
    packet = write(contents(LETTER))
    with opened(packet) as document:
        look = document.make_stream(b"1 g 0 0 200 40 re f")
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[72, 72, 300, 120], AP=pikepdf.Dictionary(N=look)
        )
        document.pages[1].Annots = pikepdf.Array([document.make_indirect(stamp)])
        changed = save(document)
    assert [finding.rule for finding in check(changed)] == ["packet.pages_are_unchanged"]


def test_saving_a_packet_with_another_program_is_no_change_of_its_pages() -> None:
    """Mail programs and archives rewrite files; what is shown stays the same."""
    packet = write(contents(LETTER, paper("r1", photo(), "r1.jpg")))
    with opened(packet) as document:
        target = io.BytesIO()
        document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert check(target.getvalue()) == ()


def test_the_digest_of_pages_comes_to_an_end() -> None:
    """A page that holds itself must not hang the check."""
    made = pikepdf.open(io.BytesIO(pdf("x")))
    made.pages[0].obj.Self = made.make_indirect(pikepdf.Dictionary())
    made.pages[0].obj.Self.Me = made.pages[0].obj.Self
    assert len(pages_digest(made)) == 64


def test_a_wellness_packet_shows_attendance_and_lines_for_the_facility() -> None:
    """A gym programme pays on the gym's word, not on ours."""
    visits = tuple(
        PacketVisit(visited_on=date(2026, 1, n), facility="Mill Street Gym", is_confirmed=n % 2 == 0) for n in (5, 6, 7)
    )
    programme = PacketProgramme(
        facts=(("Taken from", "Jul 1, 2026 on"),), visits=visits, tax=("It is wages. (agency)",)
    )
    packet = write(contents(programme=programme, rows=(), sessions=0, goals=()))
    shown = " ".join(text_of(packet.pdf).split())
    for words in (
        "Attendance log",
        "3 days with a visit",
        "Name and signature, or stamp",
        "It is wages.",
        "Taken from",
    ):
        assert words in shown
    assert "Patient" not in shown
    assert "Itemised statement" not in shown
    assert [entry.id for entry in packet.manifest.entries] == ["visits"]
    assert check(packet.pdf) == ()
