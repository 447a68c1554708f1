"""The packet: whole, legible, honest about what it lacks, and the same bytes every time."""

import io
import re
import subprocess
import time
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from necessity.domain.manifest import digest
from necessity.errors import FormatError
from necessity.formats.packet.check import check
from necessity.formats.packet.contents import PacketOpenRow, PacketRow, PaperKind
from necessity.formats.packet.write import write
from necessity.formats.pdf import attachments, bookmarks, save
from tests.packets import contents, paper, pdf, photo

LETTER = paper("letter1", pdf("To whom it may concern", "Dr. Ghali"), kind=PaperKind.LETTER)
RECEIPT = paper("r1", photo(), "r1.jpg")
FORBIDDEN = re.compile(r"\b(cover(ed|s)|approved?|qualif\w+|guarantee\w*|eligible|payable)\b", re.IGNORECASE)


def text_of(packet: bytes, *options: str) -> str:
    shown = subprocess.run(["pdftotext", "-layout", *options, "-", "-"], input=packet, capture_output=True, check=True)
    return shown.stdout.decode()


def pages_of(packet: bytes) -> list[str]:
    return text_of(packet).split("\f")[:-1]


def shown_images(packet: bytes) -> list[Image.Image]:
    with pikepdf.open(io.BytesIO(packet)) as document:
        shown = [item for page in document.pages for item in page.obj.Resources.get("/XObject", {}).values()]
        return [pikepdf.PdfImage(item).as_pil_image().copy() for item in shown if item.Subtype == "/Image"]


def test_the_parts_stand_in_their_order_and_the_index_says_where() -> None:
    """A claims examiner opens page 1 and must find the rest from there."""
    packet = write(contents(LETTER, RECEIPT))
    pages = pages_of(packet.pdf)
    headings = [
        "Request for reimbursement",
        "Itemised statement",
        "Session log",
        "Letter of medical necessity",
    ]
    for page, heading in zip([*pages[:4]], headings, strict=True):
        assert heading in page
    assert "Dr. Ghali" in pages[4]
    assert "Receipt r1" in pages[5]
    assert "Manifest" in pages[6]
    assert packet.page_count == len(pages) == 7
    assert re.search(r"Session log[ .]+3\n", pages[0])
    assert re.search(r"Manifest[ .]+7\n", pages[0])


def test_every_page_says_which_case_and_which_page_of_how_many() -> None:
    """Pages get parted in a post room."""
    packet = write(contents(LETTER, RECEIPT))
    for number, page in enumerate(pages_of(packet.pdf), start=1):
        assert f"Page {number} of 7" in page
        assert "Case ada" in page


def test_nothing_missing_is_said_and_nothing_is_returned() -> None:
    """A whole packet exits 0."""
    packet = write(contents(LETTER, RECEIPT))
    assert packet.missing == ()
    assert "What is missing: nothing that we know of." in pages_of(packet.pdf)[0]


def test_what_is_missing_stands_on_the_cover() -> None:
    """A packet that lacks something must not look whole."""
    packet = write(contents(missing=("The member number is not in the record.",)))
    assert packet.missing == ("The member number is not in the record.",)
    assert "The member number is not in the record." in pages_of(packet.pdf)[0]


def test_amounts_are_added_to_the_cent() -> None:
    """The total on the cover is the sum of the column."""
    packet = write(contents(sessions=3))
    assert "$255.00" in pages_of(packet.pdf)[0]
    assert re.search(r"Total +135 +\$255.00 +\$255.00 +\$255.00", pages_of(packet.pdf)[1])


def test_an_unknown_amount_is_never_added_as_zero() -> None:
    """Silence is not zero dollars."""
    row = PacketRow(id="s1", served_on=date(2026, 3, 9), service="Massage", charge_cents=None, claimed_cents=None)
    cover, statement, *_ = pages_of(write(contents(rows=(row,), sessions=0)).pdf)
    assert "some amounts unknown" in cover
    assert re.search(r"Total +– +– +–", statement)


def test_no_text_of_a_packet_promises_anything() -> None:
    """The plan decides; our paper must not sound as if it had."""
    row = PacketOpenRow(service="Personal training session", count=14, charge_cents=8500, why="Not given yet.")
    broken = paper("r2", b"", "r2.jpg")
    packet = write(contents(LETTER, RECEIPT, broken, open_rows=(row,), certification="I certify.", missing=("x",)))
    assert FORBIDDEN.findall(text_of(packet.pdf)) == []


def test_a_packet_without_expenses_is_refused() -> None:
    """An empty document helps nobody and is rejected by everybody."""
    with pytest.raises(FormatError, match="would be empty") as caught:
        write(contents(sessions=0))
    assert "necessity decide ada" in caught.value.next_step


def test_sixty_sessions_run_over_pages_with_their_heads() -> None:
    """Long tables must stay readable on every page."""
    packet = write(contents(LETTER, sessions=60))
    pages = pages_of(packet.pdf)
    statement = [page for page in pages if re.search(r"No. +Date +Service", page)]
    assert len(statement) >= 2
    assert sum(len(re.findall(r"Personal training session", page)) for page in statement) == 60
    assert sum("What was done, and the note on progress" in page for page in pages) >= 2
    assert check(packet.pdf) == ()


def test_long_words_and_long_notes_stay_on_the_page() -> None:
    """A pasted paragraph or a file name without blanks must not push columns off the paper."""
    row = PacketRow(
        id="s1",
        served_on=date(2026, 3, 9),
        service="W" * 300 + " " + "long words " * 400,
        provider="P" * 200,
        charge_cents=99_999_999_999,
        claimed_cents=99_999_999_999,
    )
    packet = write(contents(rows=(row,), payer_name="B" * 250))
    shown = text_of(packet.pdf, "-bbox")
    assert max(float(right) for right in re.findall(r'<word[^>]*xMax="([\d.]+)"', shown)) < 612
    assert "$999,999,999.99" in text_of(packet.pdf)


def test_names_in_other_alphabets_are_printed_or_missed_aloud() -> None:
    """A name is never dropped or turned into something else in silence."""
    packet = write(contents(patient_name="Zoë Nguyễn-Łukasiewicz Петрова", account_holder="陈 Chen"))
    assert "Zoë Nguyễn-Łukasiewicz Петрова" in text_of(packet.pdf)
    assert len(packet.missing) == 1
    assert "account holder" in packet.missing[0]
    assert "U+9648" in packet.missing[0]


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "#eval(1) $x$ *b* @l <l>", "\u202e evil", "a\u0301", "😀", "ﷺ"])
def test_no_text_from_outside_can_break_the_pages(text: str) -> None:
    """Words are set as they are; nothing in them is a command."""
    packet = write(contents(RECEIPT, patient_name=f"Ada {text}", member_id=text, missing=(text or "x",)))
    assert check(packet.pdf) == ()


def test_markup_in_a_name_is_only_text() -> None:
    """Typst must not read what people write."""
    assert "#strong[Ada] $x$" in text_of(write(contents(patient_name="#strong[Ada] $x$")).pdf)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (b"hello", "neither a PDF nor a JPEG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC photo"),
        (b"%PDF-1.7\ngarbage", "damaged"),
        (pdf("x")[:200], "damaged"),
        (pdf("secret", password="no"), "locked with a password"),
        (pdf("x", size=(20000, 20000)), "277.8 by 277.8 inches"),
        (pdf("x", size=(4, 4)), "0.1 by 0.1 inches"),
        (pdf(*["x"] * 201), "more than 200 pages"),
        (photo()[:2000], "breaks off"),
        (b"\xff\xd8\xff" + b"\0" * 100, "breaks off"),
        (photo(format="PNG")[:60], "breaks off"),
        (photo(2, 900), "too narrow"),
    ],
)
def test_a_paper_that_cannot_be_read_is_named_with_what_to_do(content: bytes, why: str) -> None:
    """One broken file must cost neither the packet nor the person's afternoon."""
    packet = write(contents(LETTER, paper("r1", content, "r1.bin"), RECEIPT.model_copy(update={"id": "r2"})))
    assert len(packet.missing) == 1
    assert why in packet.missing[0]
    assert "r1.bin" in packet.missing[0]
    flat = re.sub(r"\s+", " ", text_of(packet.pdf))
    assert "This paper cannot be shown." in flat
    assert packet.missing[0] in flat
    assert "r1.bin" not in attachments(pikepdf.open(io.BytesIO(packet.pdf)))
    assert check(packet.pdf) == ()


def test_a_picture_of_100_million_pixels_is_refused_before_it_is_unpacked() -> None:
    """A picture of a few kilobytes can fill a small machine's memory."""
    flat = Image.new("1", (10_000, 10_000))
    target = io.BytesIO()
    flat.save(target, "PNG")
    start = time.perf_counter()
    packet = write(contents(paper("r1", target.getvalue(), "r1.png")))
    assert time.perf_counter() - start < 10
    assert "100 million pixels" in packet.missing[0]


def test_a_pdf_that_unfolds_without_end_is_bounded() -> None:
    """A page tree that bites its tail must not hang the program."""
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.Pages.Kids.append(made.Root.Pages)
    target = io.BytesIO()
    made.save(target)
    start = time.perf_counter()
    packet = write(contents(paper("r1", target.getvalue())))
    assert time.perf_counter() - start < 10
    assert len(packet.missing) == 1


def test_papers_without_a_file_are_named_on_the_cover() -> None:
    """A receipt in the record without its paper is no proof."""
    packet = write(contents(paper("letter1", None, kind=PaperKind.LETTER), paper("r1", None)))
    assert packet.missing == (
        "No file is at hand for: Letter letter1; Receipt r1. Add the file and name it in the record.",
    )


def test_a_photo_stands_upright_however_the_camera_was_held() -> None:
    """Phones store a turned picture and a note; the page shows what the eye saw."""
    packet = write(contents(paper("r1", photo(800, 600, orientation=6), "r1.jpg")))
    (image,) = shown_images(packet.pdf)
    assert image.height > image.width
    top, bottom = image.getpixel((image.width // 2, 5)), image.getpixel((image.width // 2, image.height - 5))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


@pytest.mark.parametrize(
    ("mode", "format"),
    [
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("RGB", "WEBP"),
    ],
)
def test_every_usual_kind_of_picture_is_shown(mode: str, format: str) -> None:
    """Scanners and phones write all of these."""
    image = Image.new("RGB", (600, 800), "white").convert(mode)
    target = io.BytesIO()
    image.save(target, format)
    packet = write(contents(paper("r1", target.getvalue(), "r1.img")))
    assert packet.missing == ()
    assert len(shown_images(packet.pdf)) == 1


def test_a_large_photo_is_shown_at_200_dots_per_inch_and_hashed_as_it_was() -> None:
    """The page is for reading, the digest for proving."""
    original = photo(3000, 4000)
    packet = write(contents(paper("r1", original, "r1.jpg")))
    (image,) = shown_images(packet.pdf)
    assert 1200 < image.width <= 1500
    (entry,) = [entry for entry in packet.manifest.entries if entry.id == "receipt/r1"]
    assert entry.sha256 == digest(original)


def test_a_long_till_receipt_stays_legible() -> None:
    """Shown small, it must keep its pixels."""
    packet = write(contents(paper("r1", photo(1000, 6000), "r1.jpg")))
    (image,) = shown_images(packet.pdf)
    assert image.width >= 900


def test_a_letter_of_a_hundred_pages_is_shown_whole() -> None:
    """Nothing of a paper is left out."""
    packet = write(contents(paper("letter1", pdf(*(f"leaf {n}" for n in range(100))), kind=PaperKind.LETTER)))
    shown = text_of(packet.pdf)
    assert all(f"leaf {n}\n" in shown for n in range(100))
    assert packet.page_count == 104
    (entry,) = [entry for entry in packet.manifest.entries if entry.id == "letter/letter1"]
    assert (entry.first_page, entry.pages) == (4, 100)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_turned_page_is_shown_as_readers_show_it(rotate: int) -> None:
    """A scan fed sideways carries a note to turn it."""
    packet = write(contents(paper("letter1", pdf("upright", rotate=rotate), kind=PaperKind.LETTER)))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        page = document.pages[3]
        wide = float(page.mediabox[2]) > float(page.mediabox[3])
        (form,) = page.obj.Resources.XObject.values()
        inner = form.Resources.XObject.Page
    assert not wide or rotate in (90, 270)
    assert ("/Matrix" in inner) == (rotate != 0)


def test_filled_fields_and_stamps_are_shown() -> None:
    """What was typed into a form lives beside the page, not on it."""
    made = pikepdf.open(io.BytesIO(pdf("form")))
    box = pikepdf.Array([100, 600, 300, 640])
    look = made.make_stream(b"BT /F1 12 Tf 5 5 Td (typed in) Tj ET")
    look.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=pikepdf.Array([0, 0, 200, 40]),
        Resources=made.pages[0].Resources,
    )
    stamp = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Stamp,
        Rect=box,
        F=4,
        AP=pikepdf.Dictionary(N=look),
    )
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(stamp)])
    target = io.BytesIO()
    made.save(target)
    packet = write(contents(paper("letter1", target.getvalue(), kind=PaperKind.LETTER)))
    assert "typed in" in text_of(packet.pdf)


def test_originals_travel_unchanged_and_the_manifest_agrees() -> None:
    """A signature lives in the bytes."""
    packet = write(contents(LETTER, RECEIPT))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        files = attachments(document)
    assert files["letter1.pdf"] == LETTER.content
    assert files["r1.jpg"] == RECEIPT.content
    assert set(files) == {"letter1.pdf", "r1.jpg", "manifest.json", "statement.json", "session-log.json"}
    assert all(entry.sha256 == digest(files[entry.file_name]) for entry in packet.manifest.entries)


def test_equal_file_names_do_not_overwrite_each_other() -> None:
    """Every phone calls its pictures IMG_0001.jpg."""
    first, second = paper("r1", photo(), "IMG.jpg"), paper("r2", photo(500, 700), "../papers/IMG.jpg")
    packet = write(contents(first, second))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        files = attachments(document)
    assert files["IMG.jpg"] == first.content
    assert files["2-IMG.jpg"] == second.content


def test_a_small_limit_drops_originals_before_it_touches_what_is_shown() -> None:
    """Portals take ten megabytes; reading comes first."""
    receipts = [paper(f"r{n}", photo(1500, 2000), f"r{n}.jpg") for n in range(4)]
    whole = write(contents(LETTER, *receipts))
    limit = len(whole.pdf) - 10_000
    smaller = write(contents(LETTER, *receipts), max_bytes=limit)
    assert len(smaller.pdf) <= limit
    assert smaller.missing == ()
    attached = {entry.file_name for entry in smaller.manifest.entries if entry.is_attached}
    assert "letter1.pdf" in attached
    assert "r0.jpg" not in attached
    assert [i.size for i in shown_images(smaller.pdf)] == [i.size for i in shown_images(whole.pdf)]


def test_a_limit_that_cannot_be_met_is_said() -> None:
    """Better a packet that says it is too large than one that fails at the portal."""
    packet = write(contents(LETTER, RECEIPT), max_bytes=10_000)
    assert "more than the 0.0 MB" in packet.missing[0]


def test_a_flipped_byte_in_an_attachment_is_found() -> None:
    """A packet can be checked years later."""
    packet = write(contents(LETTER, RECEIPT))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        spec = document.attachments["r1.jpg"]
        content = bytearray(spec.get_file().read_bytes())
        content[1000] ^= 1
        spec.get_file().obj.write(bytes(content))
        changed = save(document)
    assert [finding.where for finding in check(changed)] == ["r1.jpg"]


def test_a_page_taken_out_is_found() -> None:
    """Somebody may have sent all but one page."""
    packet = write(contents(LETTER, RECEIPT))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        del document.pages[5]
        changed = save(document)
    assert {finding.rule for finding in check(changed)} == {
        "packet.pages_are_all_there",
        "packet.index_agrees",
    }


def test_any_other_pdf_is_not_taken_for_a_packet() -> None:
    """Checking must not pass because there was nothing to check."""
    assert [finding.rule for finding in check(pdf("x"))] == ["packet.has_manifest"]


def test_the_outline_names_every_part() -> None:
    """Long packets are read by jumping."""
    packet = write(contents(LETTER, RECEIPT))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        marks = [(mark.title, mark.page) for mark in bookmarks(document)]
    assert marks == [
        ("Itemised statement", 2),
        ("Session log", 3),
        ("Goals and measurements", 3),
        ("Letter of medical necessity", 4),
        ("Letter letter1", 4),
        ("Receipts", 6),
        ("Receipt r1", 6),
        ("Manifest", 7),
    ]


@pytest.mark.parametrize("papers", [(RECEIPT,), (LETTER, RECEIPT)], ids=["photos only", "with a PDF"])
def test_outside_tools_are_content(papers: tuple[object, ...], tmp_path: Path) -> None:
    """Our own reading is no witness."""
    file = tmp_path / "packet.pdf"
    file.write_bytes(write(contents(*papers)).pdf)  # type: ignore[arg-type]
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True)
    assert re.search(r"Tagged: +yes", told.stdout)
    assert re.search(r"Title: +Request for reimbursement", told.stdout)
    assert re.search(r"JavaScript: +no", told.stdout)
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True)
    ours = [row for row in fonts.stdout.splitlines()[2:] if "Helvetica" not in row]
    assert ours
    assert all(re.search(r"yes +yes +yes", row) for row in ours)


def test_pdf_a_is_claimed_only_where_nothing_unchecked_is_inside() -> None:
    """A claim that nobody checked is worth less than none."""
    for papers, claimed in (((RECEIPT,), True), ((LETTER, RECEIPT), False)):
        with pikepdf.open(io.BytesIO(write(contents(*papers)).pdf)) as document:
            metadata = document.Root.Metadata.read_bytes()
            assert document.Root.Lang == "en-US"
        assert (b"<pdfaid:part>3</pdfaid:part>" in metadata) is claimed
        assert (b"<pdfuaid:part>1</pdfuaid:part>" in metadata) is claimed


def test_every_picture_has_words_for_those_who_cannot_see_it() -> None:
    """Tags are worth what their words are."""
    packet = write(contents(LETTER, RECEIPT))
    with pikepdf.open(io.BytesIO(packet.pdf)) as document:
        alternatives = [
            str(item.Alt) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert "Receipt r1. Page 1 of 1 of the file r1.jpg, as received." in alternatives
    assert len(alternatives) == 3


def test_the_same_contents_give_the_same_bytes() -> None:
    """Packets can be made again and compared."""
    assert write(contents(LETTER, RECEIPT)).pdf == write(contents(LETTER, RECEIPT)).pdf


@pytest.mark.parametrize("orientation", range(1, 10))
def test_every_way_of_holding_a_camera_ends_upright(orientation: int) -> None:
    """The nine notes a camera can leave, the last of them senseless, as Pillow's own reading has them."""
    stored = Image.new("RGB", (60, 80))
    stored.putdata([(4 * x, 3 * y, 0) for y in range(80) for x in range(60)])
    tags = Image.Exif()
    tags[0x0112] = orientation
    target = io.BytesIO()
    stored.save(target, "PNG", exif=tags)
    (image,) = shown_images(write(contents(paper("r1", target.getvalue(), "r1.png"))).pdf)
    expected = ImageOps.exif_transpose(Image.open(target))
    assert image.size == expected.size
    difference = ImageChops.difference(image, expected.convert("RGB"))
    assert max(band.getextrema()[1] for band in difference.split()) < 60


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_damaged_note_of_the_camera_does_not_cost_the_picture() -> None:
    """The picture is what matters."""
    whole = photo(orientation=6)
    damaged = whole.replace(b"Exif\0\0MM", b"Exif\0\0M?").replace(b"Exif\0\0II", b"Exif\0\0I?")
    assert damaged != whole
    assert write(contents(paper("r1", damaged, "r1.jpg"))).missing == ()


def test_a_page_whose_size_was_mended_is_told_from_a_changed_one() -> None:
    """A reader that gives a damaged page a size writes it as 612.0, and saves it as 612."""
    damaged = pdf("one", "two").replace(b"/MediaBox", b"MediaBox", 1)
    packet = write(contents(paper("r1", damaged, "r1.pdf"), sessions=1))
    assert check(packet.pdf) == ()
    assert any("was mended" in sentence for sentence in packet.missing)


def test_names_on_a_page_may_hold_any_bytes() -> None:
    """They are bytes to PDF, text to nobody."""
    odd = pdf("one", "two").replace(b"/F1", b"/F\x80")
    assert check(write(contents(paper("r1", odd, "r1.pdf"), sessions=1)).pdf) == ()


@settings(max_examples=60)
@given(
    st.sampled_from(range(5)),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0), st.binary(max_size=20)), max_size=12),
)
def test_no_damage_to_a_paper_stops_the_packet(which: int, damages: list[tuple[int, int, bytes]]) -> None:
    """Files from outside break in more ways than anybody lists."""
    sound = [
        pdf("one", "two"),
        photo(90, 120),
        photo(90, 120, format="PNG"),
        photo(90, 120, format="WEBP"),
        b"text",
    ]
    content = bytearray(sound[which])
    for kind, place, more in damages:
        at = place % (len(content) + 1)
        if kind == 0:
            del content[at : at + 1 + len(more)]
        elif kind == 1:
            content[at:at] = more
        elif kind == 2:
            content[at : at + len(more)] = more
        else:
            content[at:at] = content[at // 2 : at // 2 + 40]
    packet = write(contents(paper("r1", bytes(content), "r1.bin"), sessions=1))
    assert check(packet.pdf) == ()
