"""Find the return codes on a photo or scan of a signed letter."""

import io
import warnings
from collections.abc import Iterator
from typing import NamedTuple, cast

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from necessity.domain.return_code import ReturnCode, read_return_code
from necessity.errors import FormatError
from necessity.formats.pdf import open_pdf

MOST_PIXELS = 80_000_000
"""Pixels of one picture: a phone's finest photo has fewer."""
MOST_PAGES = 20
"""Pages of one scan."""
_WIDEST = 3000
_KINDS = {"JPEG": "jpg", "PNG": "png", "TIFF": "tif", "WEBP": "webp", "MPO": "jpg"}


class FoundCodes(NamedTuple):
    """What was found on a paper."""

    ending: str
    """What the file's name should end in, by its content."""
    codes: tuple[ReturnCode, ...]
    """Every return code on it, each once."""


def read(content: bytes) -> FoundCodes:
    """Read a photo or a scan.

    Args:
        content: The file, byte for byte; its name says nothing.

    Returns:
        The kind of file and the return codes on it; none where none can be read.

    Raises:
        FormatError: it is no picture and no PDF, is locked, damaged or too large.
    """
    if b"%PDF-" in content[:1024]:
        pictures = _pictures_of_pdf(content)
        return FoundCodes("pdf", _codes(pictures))
    picture, kind = _picture(content)
    return FoundCodes(kind, _codes([picture]))


def _fault(why: str, what: str) -> FormatError:
    return FormatError(why, what, format="photo or scan")


def _picture(content: bytes) -> tuple[Image.Image, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content))
            if opened.format not in _KINDS:
                raise _fault(f"A picture of the kind {opened.format} is not read.", "Save it as JPEG or PNG.")
            if opened.width * opened.height > MOST_PIXELS:
                raise _fault("The picture has more than 80 million pixels.", "Save it smaller.")
            return ImageOps.exif_transpose(opened).convert("L"), _KINDS[opened.format]
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        why = "The file is neither a picture nor a PDF that can be read."
        raise _fault(why, "Take a photo of the signed page as JPEG or PNG, or scan it as PDF.") from None
    except (OSError, ValueError, SyntaxError):
        raise _fault("The picture is damaged or incomplete.", "Take or send the photo again.") from None


def _pictures_of_pdf(content: bytes) -> Iterator[Image.Image]:
    """Take the pictures off the pages of a scan; what is drawn rather than photographed has none."""
    with open_pdf(content) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise _fault(f"The PDF has more than {MOST_PAGES} pages.", "Send the pages of the signed letter only.")
        for page in pdf.pages:
            for raw in page.get_images().values():
                if int(raw.get("/Width", 0)) * int(raw.get("/Height", 0)) > MOST_PIXELS:
                    raise _fault("A page has more than 80 million pixels.", "Scan it less finely.")
                try:
                    yield pikepdf.PdfImage(cast(pikepdf.Stream, raw)).as_pil_image().convert("L")
                except (pikepdf.PdfError, pikepdf.UnsupportedImageTypeError, OSError, ValueError, NotImplementedError):
                    continue  # one picture that cannot be decoded may be a logo; the code may be on another


def _codes(pictures: Iterator[Image.Image] | list[Image.Image]) -> tuple[ReturnCode, ...]:
    found: dict[ReturnCode, None] = {}
    for picture in pictures:
        found |= dict.fromkeys(_codes_on(picture))
    return tuple(found)


def _codes_on(picture: Image.Image) -> list[ReturnCode]:
    """Look at a picture as it is, then with its light evened out, then smaller and larger: a phone's photo needs it."""
    import zxingcpp  # a native library that other commands do not need

    for view in _views(picture):
        read = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        codes = [code for one in read if (code := read_return_code(one.text)) is not None]
        if codes:
            return codes
    return []


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    small = picture.copy()
    small.thumbnail((_WIDEST, _WIDEST))
    yield small
    even = ImageOps.autocontrast(small, cutoff=1)
    yield even
    for share in (0.5, 1.5):
        yield even.resize((max(1, int(small.width * share)), max(1, int(small.height * share))))
    yield from (even.rotate(turn, expand=True, fillcolor=255) for turn in (15, 30, 45, 60, 75))
