"""Reading the papers that came from outside: PDF pages and photos, made ready to be shown in a frame.

Nothing here trusts a paper. What cannot be shown raises nothing towards the writer: it comes back with a
fault in plain words, and the packet says so. Work is bounded by a file's length, its pages and its pixels.
"""

import io
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pikepdf
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from necessity.errors import FormatError
from necessity.formats.packet.contents import PacketPaper
from necessity.formats.pdf import Drawing, foreign_page, open_pdf, page_box, photo, try_out

warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")  # of damaged notes

MOST_BYTES = 60_000_000
MOST_PAGES = 200
MOST_STAMPS = 5_000
MOST_PIXELS = 60_000_000
"""Of a JPEG, which can be unpacked at a fraction of its size."""
MOST_PIXELS_UNPACKED = 40_000_000
"""Of a PNG or WebP, which is unpacked whole."""
UPRIGHT = (540.0, 640.0)
"""Width and height, in points, of what a portrait page can show."""
LYING = (720.0, 440.0)
"""The same of a landscape page."""

_SMALLEST_SIDE, _LARGEST_SIDE, _LONGEST_SHAPE = 18.0, 14_400.0, 40.0
_WORTH_TURNING = 1.15
_POINTS_PER_PIXEL = 0.75
_LEGIBLE_PIXELS = 900
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What the camera's note says, by number."""
_ACROSS = {_TURNS[note] for note in (5, 6, 7, 8)}
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1")
_SCAN_AGAIN = "Scan or photograph the paper again, and save it as PDF, JPEG or PNG."


class Fineness(NamedTuple):
    """How finely photos are shown."""

    dots_per_inch: int
    """At the size of print."""
    quality: int
    """JPEG quality, 1 to 95."""


class ShownPage(NamedTuple):
    """One page of a paper, ready for a frame."""

    width: float
    """In points."""
    height: float
    """In points."""
    lies: bool
    """Whether it needs a landscape page."""
    draw: Drawing
    """What fills the frame."""
    size_bytes: int
    """What a photo adds to the document; 0 for a page of a PDF."""


class ReadPaper(NamedTuple):
    """One paper as far as it could be read."""

    paper: PacketPaper
    """The paper."""
    media_type: str
    """Type of the file; empty where it cannot be shown."""
    pages: tuple[ShownPage, ...]
    """Its pages; empty where it cannot be shown."""
    fault: FormatError | None
    """Why it cannot be shown, and what to do."""
    doubt: str
    """What to look at, where it is shown although something is wrong with it; empty where nothing is."""


def read_papers(papers: Iterable[PacketPaper], fineness: Fineness) -> list[ReadPaper]:
    """Read every paper, side by side, in the order given.

    Args:
        papers: Papers with their bytes; those without are not for this function.
        fineness: How finely photos are to be shown.

    Returns:
        One answer a paper.
    """
    with ThreadPoolExecutor(max_workers=2) as readers:
        return list(readers.map(lambda paper: _read(paper, fineness), papers))


def _read(paper: PacketPaper, fineness: Fineness) -> ReadPaper:
    content = paper.content or b""
    try:
        if not content:
            raise _fault("The file is empty.", "Save or scan the paper again, and put the file in its place.")
        if len(content) > MOST_BYTES:
            raise _fault(f"The file is larger than {MOST_BYTES // 1_000_000} MB.", "Scan it again, less finely.")
        if b"%PDF-" in content[:1024]:
            pages, doubt = _pdf_pages(content)
            return ReadPaper(paper, "application/pdf", pages, None, doubt)
        media_type, page = _photo_page(content, fineness)
        return ReadPaper(paper, media_type, (page,), None, "")
    except FormatError as fault:
        return ReadPaper(paper, "", (), fault, "")


def _fault(why: str, what: str) -> FormatError:
    return FormatError(why, what, format="paper")


def fitted(width: float, height: float) -> tuple[float, float, bool]:
    """Fit a shape into a page without ever making it larger.

    Args:
        width: In points.
        height: In points.

    Returns:
        Width and height in points, and whether it needs a landscape page.

    Examples:
        >>> fitted(612, 792), fitted(792, 612), fitted(1200, 600)
        ((494.5, 640.0, False), (540.0, 417.3, False), (720.0, 360.0, True))
    """
    upright = min(1.0, UPRIGHT[0] / width, UPRIGHT[1] / height)
    lying = min(1.0, LYING[0] / width, LYING[1] / height)
    lies = lying > upright * _WORTH_TURNING
    scale = lying if lies else upright
    return round(width * scale, 1), round(height * scale, 1), lies


def _sound_shape(width: float, height: float) -> bool:
    short, long = sorted((width, height))
    return short >= _SMALLEST_SIDE and long <= _LARGEST_SIDE and long / short <= _LONGEST_SHAPE


def _pdf_pages(content: bytes) -> tuple[tuple[ShownPage, ...], str]:
    """Take a PDF apart into pages; stamps, filled fields and visible signatures are drawn into the copy."""
    pdf = open_pdf(content)
    try:
        return _shown_pages(pdf), _doubt(pdf)
    except FormatError:
        raise
    except Exception:  # a reader's complaint, of whatever class, is the file's fault
        raise _fault("Its pages cannot be read; the file is damaged.", _SCAN_AGAIN) from None


def _shown_pages(pdf: pikepdf.Pdf) -> tuple[ShownPage, ...]:
    if pdf.Root.get("/NeedsRendering", False):
        raise _fault("It is a form that only its maker's program can show.", "Print it to a new PDF.")
    if int(pdf.Root.Pages.get("/Count", 0)) > MOST_PAGES or len(pdf.pages) > MOST_PAGES:
        raise _fault(f"It has more than {MOST_PAGES} pages.", "Leave out the pages the payer does not need.")
    if not len(pdf.pages):
        raise _fault("It has no pages.", _SCAN_AGAIN)
    if sum(len(page.obj.get("/Annots", ())) for page in pdf.pages) > MOST_STAMPS:
        raise _fault("It has thousands of stamps and notes.", "Print it to a new PDF.")
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("print")
    pages = tuple(_shown_page(page, pdf) for page in pdf.pages)
    try_out([page.draw for page in pages])
    return pages


def _shown_page(page: pikepdf.Page, pdf: pikepdf.Pdf) -> ShownPage:
    page.trimbox = page.cropbox
    form = page.as_form_xobject()
    _, _, width, height = page_box(form)
    if not _sound_shape(width, height):
        raise _fault(f"It has a page of {width / 72:,.1f} by {height / 72:,.1f} inches.", _SCAN_AGAIN)
    shown_width, shown_height, lies = fitted(width, height)
    return ShownPage(shown_width, shown_height, lies, foreign_page(form, pdf), 0)


def _doubt(pdf: pikepdf.Pdf) -> str:
    return "The file is damaged and was mended to be shown; compare it with the paper." if pdf.get_warnings() else ""


def _photo_page(content: bytes, fineness: Fineness) -> tuple[str, ShownPage]:
    """Turn a photo or scan into a page: upright, on white, no finer than asked, always the same bytes."""
    try:
        media_type, image = _opened(content)
        most = MOST_PIXELS if media_type == "image/jpeg" else MOST_PIXELS_UNPACKED
        pixels = image.width * image.height
        if pixels > most:
            why = f"The picture has {pixels / 1e6:.0f} million pixels; {most / 1e6:.0f} million is the most."
            raise _fault(why, "Save it smaller; 4 million read well.")
        if not _sound_shape(image.width, image.height):
            raise _fault(f"The picture is {image.width} by {image.height} pixels, too narrow.", _SCAN_AGAIN)
        return media_type, _developed(image, fineness)
    except FormatError:
        raise
    except Exception:  # a reader's complaint, of whatever class, is the file's fault
        raise _fault("The picture breaks off or is damaged.", _SCAN_AGAIN) from None


def _opened(content: bytes) -> tuple[str, Image.Image]:
    """Open a picture by its first bytes; the readers are named, so that no other of Pillow's sees a paper."""
    source = io.BytesIO(content)
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", JpegImageFile(source)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", PngImageFile(source)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", WebPImageFile(source)
    if content[4:12] in _HEIC:
        raise _fault("It is a HEIC photo, which most payers cannot open.", "Save it as JPEG or PDF.")
    raise _fault("It is neither a PDF nor a JPEG, PNG or WebP picture.", _SCAN_AGAIN)


def _developed(image: Image.Image, fineness: Fineness) -> ShownPage:
    turn = _turn(image)
    across = turn in _ACROSS
    seen = image.size[::-1] if across else image.size
    width, height, lies = fitted(seen[0] * _POINTS_PER_PIXEL, seen[1] * _POINTS_PER_PIXEL)
    target = _pixels(seen, width, fineness)
    stored = target[::-1] if across else target
    if image.format == "JPEG" and image.mode in ("L", "RGB"):
        image.draft(image.mode, stored)
    ready = _plain(image)
    if ready.size != stored:
        ready = ready.resize(stored, Image.Resampling.HAMMING, reducing_gap=2.0)
    if ready.mode == "RGBA":
        ready = Image.alpha_composite(Image.new("RGBA", stored, "white"), ready).convert("RGB")
    if turn is not None:
        ready = ready.transpose(turn)
    jpeg = io.BytesIO()
    ready.save(jpeg, "JPEG", quality=fineness.quality, optimize=True, exif=b"", comment=b"")
    return ShownPage(width, height, lies, photo(jpeg.getvalue(), *target, gray=ready.mode == "L"), jpeg.tell())


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Say how to turn a picture upright: the camera's note, where there is a legible one."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return None


def _pixels(size: tuple[int, int], width: float, fineness: Fineness) -> tuple[int, int]:
    """Say how many pixels to keep: enough for the print, more for a long till receipt that is shown small."""
    by_print = width / 72 * fineness.dots_per_inch / size[0]
    legible = _LEGIBLE_PIXELS / min(size) if max(size) > 2 * min(size) else 0.0
    scale = min(1.0, max(by_print, legible))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(image: Image.Image) -> Image.Image:
    """Bring a picture to gray, to colour, or to colour with transparency; one that is, is not copied."""
    if image.mode in ("I", "I;16", "F"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        mode = "RGBA"
    else:
        mode = "L" if image.mode in ("L", "1") else "RGB"
    image.load()
    return image if image.mode == mode else image.convert(mode)
