"""PDFs that are refused before anything is done with them, each with its reason."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from necessity.errors import FormatError
from necessity.formats.packet.write import write as write_packet
from necessity.sealing import safety
from necessity.sealing.safety import Limits, Trouble
from tests import packets
from tests.seals import with_thing

GOOD = packets.pdf("one", "two")


def troubles(content: bytes, limits: Limits = safety.LIMITS) -> set[str]:
    return {str(fault.trouble) for fault in safety.faults(content, limits)}


def test_good_files_pass() -> None:
    """Plain pages, and a tagged packet with links, bookmarks and attachments."""
    assert safety.faults(GOOD) == ()
    assert safety.faults(write_packet(packets.contents()).pdf) == ()
    safety.check(GOOD)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%!PS", b"\n%PDF-1.7", b"%PDF-9.9"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    """A name that ends in .pdf proves nothing."""
    assert troubles(content) == {Trouble.NOT_PDF}


def test_a_truncated_file_is_refused_at_every_length() -> None:
    """Readers mend such files, each in its own way."""
    for length in range(8, len(GOOD) - 2, 17):
        assert troubles(GOOD[:length]) == {Trouble.DAMAGED}, length


def test_a_file_whose_tables_lie_is_refused() -> None:
    """A table that points elsewhere would have to be guessed anew."""
    assert troubles(GOOD.replace(b"startxref\n", b"startxref\n9", 1)) == {Trouble.DAMAGED}


def test_encrypted_files_are_refused() -> None:
    """With a password to open, and with none that anybody would notice."""
    assert troubles(packets.pdf("x", password="secret")) == {Trouble.ENCRYPTED}
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD)) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user="", owner="owner"))
    assert troubles(target.getvalue()) == {Trouble.ENCRYPTED}


def script(pdf: Pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def on_opening(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script(pdf)


def launch(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def named_script(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script(pdf)])))


def on_the_page(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=script(pdf))


def behind_a_link(pdf: Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script(pdf))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def chained(pdf: Pdf) -> None:
    first = Dictionary(S=Name.URI, URI=String("https://example.org"), Next=Array([script(pdf)]))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=first)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def submit(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm))])


def xfa(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp/>"))


def player(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def program(pdf: Pdf) -> None:
    pdf.attachments["notes.txt"] = b"MZ\x90\0" + b"\0" * 60


def named_program(pdf: Pdf) -> None:
    pdf.attachments["Setup.EXE"] = b"anything"


def shell_script(pdf: Pdf) -> None:
    pdf.attachments["notes"] = b"#!/bin/sh\nrm -r /\n"


LIVE = (
    on_opening, launch, named_script, on_the_page, behind_a_link, chained, submit, xfa, player,
    program, named_program, shell_script,
)  # fmt: skip


@pytest.mark.parametrize("plant", LIVE, ids=lambda plant: plant.__name__)
def test_whatever_acts_by_itself_is_refused(plant: Callable[[Pdf], None]) -> None:
    """A letter is to be read, not to be run."""
    assert troubles(with_thing(GOOD, plant)) == {Trouble.SCRIPTED}


def destination(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


def goto(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))


def data(pdf: Pdf) -> None:
    pdf.attachments["letter.json"] = b"{}"


@pytest.mark.parametrize("plant", [destination, goto, data], ids=lambda plant: plant.__name__)
def test_what_only_shows_a_page_or_carries_data_passes(plant: Callable[[Pdf], None]) -> None:
    """Many writers open at page one."""
    assert troubles(with_thing(GOOD, plant)) == set()


@pytest.mark.parametrize(
    "limits",
    [Limits(size_bytes=300), Limits(pages=1), Limits(objects=3), Limits(stream_bytes=10), Limits(unpacked_bytes=30)],
    ids=["bytes", "pages", "objects", "one stream", "all streams"],
)
def test_what_is_over_a_limit_is_refused(limits: Limits) -> None:
    """Each limit holds by itself."""
    assert troubles(GOOD, limits) == {Trouble.HUGE}


def bomb(size: int, *, twice: bool = False) -> Callable[[Pdf], None]:
    def plant(pdf: Pdf) -> None:
        packed = zlib.compress(b"\0" * size, 9)
        filters = Array([Name.FlateDecode, Name.FlateDecode]) if twice else Name.FlateDecode
        stream = Stream(pdf, zlib.compress(packed, 9) if twice else packed)
        stream.stream_dict.Filter = filters
        pdf.Root.Extra = pdf.make_indirect(stream)

    return plant


@pytest.mark.parametrize("twice", [False, True])
def test_a_small_file_that_unpacks_to_far_too_much_is_refused(twice: bool) -> None:
    """And found out without unpacking it all."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD)) as pdf:
        bomb(70_000_000, twice=twice)(pdf)
        pdf.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(target.getvalue()) < 200_000
    assert troubles(target.getvalue()) == {Trouble.HUGE}


def test_a_picture_of_too_many_points_is_refused() -> None:
    """Readers would reserve the memory before they look."""

    def plant(pdf: Pdf) -> None:
        picture = Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000)
        pdf.Root.Extra = pdf.make_indirect(picture)

    assert troubles(with_thing(GOOD, plant)) == {Trouble.HUGE}


def test_a_refusal_names_every_reason_and_something_to_do() -> None:
    """Who mends one thing should not find the next."""

    def both(pdf: Pdf) -> None:
        on_opening(pdf)
        program(pdf)

    with pytest.raises(FormatError) as refused:
        safety.check(with_thing(GOOD, both))
    assert len(refused.value.faults) >= 1
    assert refused.value.next_step
