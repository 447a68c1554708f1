"""What every PDF needs: setting pages in type, showing foreign pages and photos, attaching files, saving.

Pages are set by typst from a template beside the format that owns it. What came from outside never passes
through typst: the template draws a frame of one pixel whose colour is a number (`sheet.typ`), and
`fill_frames` puts the photo or page of that number in its place. So a paper's own content is carried over as
it is, nothing is written to a disk, and numbering, bookmarks, tags and alternative texts come from typst.
"""

import io
import logging
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from pydantic import ValidationError

from necessity.domain.manifest import canonical_json
from necessity.domain.record import Record
from necessity.errors import FormatError

FORMATS = Path(__file__).parent
FONTS = FORMATS / "fonts"
NOT_CARRIED = "□"
"""Stands for a letter that the typeface does not have."""

_LONGEST_WORD = 60
_BEYOND_PAGES = ("/Annots", "/AA", "/StructParents", "/Tabs", "/B", "/Metadata", "/PieceInfo", "/Thumb")
"""What a page holds beside what it shows."""
_CLAIMS = re.compile(rb"<(pdfaid:part|pdfaid:conformance|pdfuaid:part)>[^<]*</\1>")

logging.getLogger("pikepdf").addHandler(logging.NullHandler())
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=500,
    flate_max_memory=256_000_000,
    run_length_max_memory=256_000_000,
    png_max_memory=256_000_000,
    tiff_max_memory=256_000_000,
    dct_max_memory=512_000_000,
)

R = TypeVar("R", bound=Record)

Drawing = Callable[[Pdf, pikepdf.Object], Stream]
"""Given the document and a frame's colour space, makes the object that fills the frame's unit square."""


class Bookmark(NamedTuple):
    """One heading in the outline of a document."""

    title: str
    """Its words."""
    page: int
    """The page it leads to, counted from 1; 0 where it leads nowhere."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def typeset(template: Path, data: object, made_on: date) -> bytes:
    """Set pages in type.

    The pages are tagged and checked by typst against PDF/A-3b and PDF/UA-1. Texts are tidied first
    (`printable`), so that no text from outside can make a document fail.

    Args:
        template: A .typ file under `formats/`; it reads `sys.inputs.data`.
        data: Plain values for it.
        made_on: The date the document carries.

    Returns:
        The PDF. The same template, data and date give the same bytes.

    Raises:
        FormatError: typst refuses the document.
    """
    compiler = typst.Compiler(str(template), root=str(FORMATS), font_paths=_fonts(), ignore_system_fonts=True)
    moment = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    inputs = {"data": canonical_json(_tidied(data)).decode()}
    try:
        pages = compiler.compile(
            format="pdf", sys_inputs=inputs, pdf_standards=["a-3b", "ua-1"], timestamp=int(moment.timestamp())
        )
    except typst.TypstError as fault:
        raise FormatError(
            f"The pages of {template.stem} could not be set: {fault.message}",
            "Report this with the case's id; nothing was written.",
            format="pdf",
            place=template.name,
        ) from None
    assert isinstance(pages, bytes)
    return pages


def _tidied(data: object) -> object:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {key: _tidied(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_tidied(value) for value in data]
    return data


@cache
def _carried() -> frozenset[int]:
    """Read which characters the typeface has from its own character map (the format-4 table)."""
    face = (FONTS / "SourceSans3-Upright.ttf").read_bytes()
    tables = range(12, 12 + 16 * face[5], 16)
    start = next(int.from_bytes(face[at + 8 : at + 12], "big") for at in tables if face[at : at + 4] == b"cmap")
    count: int = struct.unpack_from(">H", face, start + 2)[0]
    offsets = (struct.unpack_from(">I", face, start + 8 + 8 * i)[0] for i in range(count))
    table = next(start + o for o in offsets if struct.unpack_from(">H", face, start + o)[0] == 4)
    segments: int = struct.unpack_from(">H", face, table + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", face, table + 14)
    starts = struct.unpack_from(f">{segments}H", face, table + 16 + 2 * segments)
    ranges = (range(first, last + 1) for first, last in zip(starts, ends, strict=True) if last < 0xFFFF)
    return frozenset(code for some in ranges for code in some)


def printable(text: str) -> str:
    r"""Make a text safe to set: composed, no control characters, missing letters boxed, endless words cut.

    Examples:
        >>> printable("Zo\u0308e\x00 \u9648")
        'Zöe □'
    """
    kept = []
    for character in unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r\n", "\n")):
        kind = unicodedata.category(character)
        if character == "\n" or (kind not in ("Cc", "Cf", "Cs", "Mn") and ord(character) in _carried()):
            kept.append(character)
        elif kind not in ("Cc", "Cf", "Cs", "Mn"):
            kept.append(NOT_CARRIED)
        elif kind == "Mn" and ord(character) in _carried():
            kept.append(character)
    return re.sub(rf"(\S{{{_LONGEST_WORD}}})(?=\S)", "\\1\u200b", "".join(kept))


def letters_not_carried(text: str) -> str:
    """List the characters of a text that the typeface does not have, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if printable(c) == NOT_CARRIED and c != NOT_CARRIED))


def open_pdf(content: bytes) -> Pdf:
    """Open a PDF from memory.

    Raises:
        FormatError: it is locked with a password, or it is not a readable PDF.
    """
    try:
        return Pdf.open(io.BytesIO(content), suppress_warnings=True)
    except pikepdf.PasswordError:
        why = "It is locked with a password."
        what = "Open it with its password, print it to a new PDF, and put that in its place."
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError):
        why = "It cannot be opened as a PDF; the file is damaged or incomplete."
        what = "Get the file again from whoever made it, or scan the paper."
    raise FormatError(why, what, format="pdf")


def photo(jpeg: bytes, width: int, height: int, *, gray: bool) -> Drawing:
    """Make a drawing of a JPEG image, whose bytes are carried over as they are."""

    def draw(pdf: Pdf, colours: pikepdf.Object) -> Stream:
        return Stream(
            pdf,
            jpeg,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray if gray else colours,
            Filter=Name.DCTDecode,
        )

    return draw


def page_box(form: pikepdf.Object) -> tuple[float, float, float, float]:
    """Find where a page lies once it is turned and scaled: left, bottom, width, height in points."""
    x0, y0, x1, y1 = (float(side) for side in form.BBox)
    a, b, c, d, e, f = (float(n) for n in form.get("/Matrix", Array([1, 0, 0, 1, 0, 0])))
    xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def foreign_page(form: pikepdf.Object, source: Pdf) -> Drawing:
    """Make a drawing of a page of another PDF.

    Args:
        form: What pikepdf makes of the page: `as_form_xobject`.
        source: The document it is from; kept open as long as the drawing lives.

    Returns:
        The drawing. The page's own content is copied; all its streams are made one, packed.
    """
    form.write(zlib.compress(form.read_bytes()), filter=Name.FlateDecode)
    left, bottom, width, height = page_box(form)
    fit = f"{1 / width:.9f} 0 0 {1 / height:.9f} {-left / width:.9f} {-bottom / height:.9f} cm /Page Do"
    kept_open = (form, source)

    def draw(pdf: Pdf, _colours: pikepdf.Object) -> Stream:
        return Stream(
            pdf,
            fit.encode(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 1, 1]),
            Resources=Dictionary(XObject=Dictionary(Page=pdf.copy_foreign(kept_open[0]))),
        )

    return draw


def try_out(drawings: Sequence[Drawing]) -> None:
    """Draw into a document that is thrown away, so that a damaged paper shows it now and costs only itself.

    Raises:
        PdfError, ValueError and their like: something in a drawing cannot be copied.
    """
    scratch = Pdf.new()
    scratch.Root.Drawn = Array([draw(scratch, Name.DeviceRGB) for draw in drawings])
    save(scratch)


def fill_frames(pdf: Pdf, drawings: Sequence[Drawing]) -> None:
    """Put each drawing into the frame that carries its number: the first drawing into frame 1, and so on."""
    for page in pdf.pages:
        shown = page.obj.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        for name in sorted(shown.keys()):
            image = shown[name]
            if image.get("/Width") == 1 and image.get("/Height") == 1:
                number = int.from_bytes(image.read_bytes(), "big")
                shown[name] = drawings[number - 1](pdf, image.ColorSpace)


def drop_claims(pdf: Pdf) -> None:
    """Take the claims to be PDF/A and PDF/UA out of a document, once something unchecked is in it."""
    pdf.Root.Metadata.write(_CLAIMS.sub(b"", pdf.Root.Metadata.read_bytes()))


def attach(pdf: Pdf, name: str, content: bytes, media_type: str, about: str, made_on: date) -> None:
    """Carry a file inside a document, byte for byte, as PDF/A-3 asks: typed, dated, described, related."""
    moment = f"D:{made_on:%Y%m%d}000000Z"
    pdf.attachments[name] = pikepdf.AttachedFileSpec(
        pdf,
        content,
        description=about,
        filename=name,
        mime_type=media_type,
        creation_date=moment,
        mod_date=moment,
        relationship=Name.Supplement,
    )
    associated = pdf.Root.get("/AF", Array())
    associated.append(pdf.attachments[name].obj)
    pdf.Root.AF = associated


def carry(pages: bytes, name: str, content: bytes, about: str, made_on: date) -> bytes:
    """Put a JSON document into pages just set, so that a program reads what a person sees.

    Args:
        pages: What `typeset` gave.
        name: Name of the file inside.
        content: The JSON.
        about: What it is, in a few words.
        made_on: The date of the document.

    Returns:
        The PDF; the same arguments give the same bytes.
    """
    pdf = open_pdf(pages)
    attach(pdf, name, content, "application/json", about, made_on)
    return save(pdf)


def carried(content: bytes, name: str, paper: str) -> bytes:
    """Take out the JSON document that `carry` put in.

    Args:
        content: The PDF.
        name: Name of the file inside.
        paper: What the paper is called, for the message.

    Raises:
        FormatError: it is no PDF, or holds no such document.
    """
    found = attachments(open_pdf(content)).get(name)
    if found is None:
        raise FormatError(
            f"This PDF holds no {name}: it is not a {paper} of ours, or was printed to a new file on its way.",
            "Read the file as it was written, not a print or scan of it.",
            format=paper,
            place=name,
        )
    return found


def carried_record(content: bytes, name: str, paper: str, kind: type[R]) -> R:
    """Take out the record that `carry` put in.

    Args:
        content: The PDF.
        name: Name of the file inside.
        paper: What the paper is called, for the message.
        kind: The record that file holds.

    Raises:
        FormatError: it is no PDF, no such paper of ours, or was changed.
    """
    try:
        return kind.model_validate_json(carried(content, name, paper))
    except ValidationError:
        raise FormatError(
            f"{name} inside the {paper} is not as it was written.",
            f"Get the {paper} again from whoever made it.",
            format=paper,
            place=name,
        ) from None


def attachments(pdf: Pdf) -> dict[str, bytes]:
    """Take out the files that a document carries, by name."""
    return {name: pdf.attachments[name].get_file().read_bytes() for name in sorted(pdf.attachments)}


def bookmarks(pdf: Pdf) -> list[Bookmark]:
    """List the headings of a document's outline from top to bottom."""
    places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}

    def walk(items: Sequence[pikepdf.OutlineItem]) -> Iterator[Bookmark]:
        for item in items:
            target = item.destination
            page = places.get(target[0].objgen, 0) if isinstance(target, Array) and len(target) else 0
            yield Bookmark(item.title, page)
            yield from walk(item.children)

    with pdf.open_outline() as outline:
        return list(walk(outline.root))


def as_sheets(documents: Sequence[tuple[str, bytes]], title: str) -> Pdf:
    """Lay documents behind each other as they would be printed: pages alone, without files, forms, seals or links.

    Args:
        documents: Each with the heading under which it begins.
        title: What the whole is called.

    Returns:
        A document that only shows. What was filled in or stamped on a page stays visible.

    Raises:
        FormatError: one of them cannot be opened.
    """
    joined = Pdf.new()
    opened = [(heading, open_pdf(content)) for heading, content in documents]
    with joined.open_outline() as outline:
        for heading, pdf in opened:
            pdf.flatten_annotations("print")
            outline.root.append(pikepdf.OutlineItem(heading, len(joined.pages)))
            joined.add_pages_from(pdf, forms="strip", outlines="ignore")
    for page in joined.pages:
        for key in set(_BEYOND_PAGES) & set(page.obj.keys()):
            del page.obj[key]
    for key in {"/Names", "/Dests"} & set(joined.Root.keys()):
        del joined.Root[key]
    joined.docinfo["/Title"] = title
    joined.Root.Lang = pikepdf.String("en")
    joined.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    return open_pdf(save(joined))


def save(pdf: Pdf) -> bytes:
    """Write a document: no clock, no chance, an identifier made from the content; bookmarks shown."""
    pdf.Root.PageMode = Name.UseOutlines
    target = io.BytesIO()
    pdf.save(
        target,
        deterministic_id=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return target.getvalue()
