"""The text of a PDF, where its fonts say which letters they draw; nothing is guessed where they do not.

No library here extracts text, so this reads what simple letters need: fonts with a ToUnicode map or a plain Latin
encoding, placed line by line. A scan, a font without such a map or a turned page is refused in words.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from necessity.errors import FormatError

_MOST_PAGES = 40
_MOST_BYTES = 25_000_000
_PASTE = "Open it, copy its text, and give that: necessity letter lint - and paste."
_LATIN = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_STANDARD = re.compile(r"^/(?:[A-Z]{6}\+)?(?:Helvetica|Times|Courier|Arial)")
_SAME_LINE = 2.0
_GAP = 0.2
_WIDE = 2.2


def _refuse(why: str) -> FormatError:
    return FormatError(f"The text of this PDF cannot be read: {why}", _PASTE, format="pdf")


class _Piece(NamedTuple):
    x: float
    y: float
    end: float
    size: float
    text: str


class _Font:
    """Turns the bytes of one font into letters, and knows how wide they are."""

    def __init__(self, font: Any) -> None:
        self.wide = str(font.get("/Subtype")) == "/Type0"
        self.map = _unicode_map(font["/ToUnicode"].read_bytes()) if "/ToUnicode" in font else {}
        self.latin = _latin(font) if not self.wide else None
        if not self.map and not self.latin:
            raise _refuse("one of its fonts does not say which letters it draws.")
        self.widths = _widths(font, wide=self.wide)

    def read(self, raw: bytes) -> Iterator[tuple[int, str, float]]:
        step = 2 if self.wide else 1
        for at in range(0, len(raw) - step + 1, step):
            code = int.from_bytes(raw[at : at + step], "big")
            text = self.map.get(code)
            if text is None and self.latin:
                text = bytes([code]).decode(self.latin, "replace")
            if text is None or text == "\ufffd":
                raise _refuse("some of its letters have no meaning in it.")
            yield code, text, self.widths.get(code, self.widths.get(-1, 500.0)) / 1000


def _latin(font: Any) -> str | None:
    encoding = font.get("/Encoding")
    if isinstance(encoding, Dictionary):
        return _LATIN.get(str(encoding.get("/BaseEncoding"))) if "/Differences" not in encoding else None
    if encoding is None:
        return "cp1252" if _STANDARD.match(str(font.get("/BaseFont"))) else None
    return _LATIN.get(str(encoding))


def _widths(font: Any, *, wide: bool) -> dict[int, float]:
    found: dict[int, float] = {}
    if not wide:
        first = int(font.get("/FirstChar", 0))
        return {first + place: float(width) for place, width in enumerate(font.get("/Widths", []))}
    below = font["/DescendantFonts"][0]
    found[-1] = float(below.get("/DW", 1000))
    entries = list(below.get("/W", []))
    while len(entries) > 1:
        first = int(entries.pop(0))
        following = entries.pop(0)
        if isinstance(following, pikepdf.Array):
            found |= {first + place: float(width) for place, width in enumerate(following)}
        elif entries:
            width = float(entries.pop(0))
            found |= dict.fromkeys(range(first, int(following) + 1), width)
    return found


def _unicode_map(cmap: bytes) -> dict[int, str]:
    """Read the two kinds of entries a ToUnicode map has: single letters and ranges."""
    text = cmap.decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = _letters(letters)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for low, high, single, many in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])", block
        ):
            first, last = int(low, 16), min(int(high, 16), int(low, 16) + 65_535)
            if single:
                start = _letters(single)
                found |= {first + n: start[:-1] + chr(ord(start[-1]) + n) for n in range(last - first + 1)}
            else:
                each = re.findall(r"<([0-9A-Fa-f]+)>", many)
                found |= {first + n: _letters(one) for n, one in enumerate(each)}
    return found


def _letters(digits: str) -> str:
    return bytes.fromhex(digits.zfill(4)).decode("utf-16-be", "replace")


def pdf_text(content: bytes) -> str:
    """Read the text of a PDF, line by line from the top.

    Args:
        content: The file.

    Returns:
        Its text, pages parted by an empty line.

    Raises:
        FormatError: locked, damaged, too big, scanned, or in fonts that do not say what they draw.
    """
    if len(content) > _MOST_BYTES:
        raise _refuse("it is larger than 25 megabytes.")
    try:
        with Pdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if len(pdf.pages) > _MOST_PAGES:
                raise _refuse(f"it has more than {_MOST_PAGES} pages; a letter is short.")
            text = "\n\n".join(_page(page) for page in pdf.pages)
    except pikepdf.PasswordError:
        raise _refuse("it is locked with a password.") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, OverflowError):
        raise _refuse("the file is damaged, or built in a way not known here.") from None
    if not text.strip():
        raise _refuse("it holds no text; perhaps it is a scan.")
    return text


class _Pen:
    """Where the next letter is drawn, following the operators of a page."""

    def __init__(self, fonts: Any) -> None:
        self.fonts = fonts
        self.known: dict[str, _Font] = {}
        self.pieces: list[_Piece] = []
        self.font: _Font | None = None
        self.size = self.leading = self.spacing = self.word_spacing = 0.0
        self.scale = 1.0
        self.matrix = pikepdf.Matrix()
        self.line = pikepdf.Matrix()
        self.text = pikepdf.Matrix()
        self.kept: list[pikepdf.Matrix] = []

    def move(self, x: float, y: float) -> None:
        self.line = pikepdf.Matrix(1, 0, 0, 1, x, y) @ self.line
        self.text = self.line

    def draw(self, raw: bytes) -> None:
        if self.font is None:
            return
        words, width = "", 0.0
        for code, letter, wide in self.font.read(raw):
            words += letter
            blank = self.word_spacing if code == 32 and not self.font.wide else 0.0
            width += (wide * self.size + self.spacing + blank) * self.scale
        place = self.text @ self.matrix
        across = place.a or 1.0
        height = abs(place.d or across) * self.size
        if words.strip() and abs(place.b) > abs(place.a):
            raise _refuse("it is written sideways.")
        self.pieces.append(_Piece(place.e, place.f, place.e + width * abs(across), height, words))
        self.text = pikepdf.Matrix(1, 0, 0, 1, width, 0) @ self.text

    def shift(self, amount: float) -> None:
        self.text = pikepdf.Matrix(1, 0, 0, 1, -amount / 1000 * self.size * self.scale, 0) @ self.text

    def take_font(self, name: str, size: float) -> None:
        self.size = size
        if name not in self.known:
            self.known[name] = _Font(self.fonts[name])
        self.font = self.known[name]


def _page(page: pikepdf.Page) -> str:
    resources = page.obj.get("/Resources", Dictionary())
    pen = _Pen(resources.get("/Font", Dictionary()))
    _follow(page, pen, resources, 0)
    return _lines(pen.pieces)


def _follow(source: Any, pen: _Pen, resources: Any, depth: int) -> None:
    """Go through the operators of a page or of a form on it."""
    for instruction in pikepdf.parse_content_stream(source):
        operator, given = str(instruction.operator), list(instruction.operands)
        if operator == "Do" and depth < 4:
            form = resources.get("/XObject", Dictionary()).get(str(given[0]))
            if form is not None and form.get("/Subtype") == Name.Form:
                _form(form, pen, resources, depth)
        else:
            _operate(pen, operator, given)


def _form(form: Any, pen: _Pen, resources: Any, depth: int) -> None:
    own = form.get("/Resources", resources)
    outer = pen.fonts, pen.known, pen.matrix
    pen.fonts, pen.known = own.get("/Font", Dictionary()), {}
    pen.matrix = pikepdf.Matrix(form.get("/Matrix", pikepdf.Array([1, 0, 0, 1, 0, 0]))) @ pen.matrix
    _follow(form, pen, own, depth + 1)
    pen.fonts, pen.known, pen.matrix = outer


def _operate(pen: _Pen, operator: str, given: list[Any]) -> None:
    match operator:
        case "q":
            pen.kept.append(pen.matrix)
        case "Q":
            pen.matrix = pen.kept.pop() if pen.kept else pen.matrix
        case "cm":
            pen.matrix = pikepdf.Matrix(*map(float, given)) @ pen.matrix
        case "BT":
            pen.line = pen.text = pikepdf.Matrix()
        case "Tf":
            pen.take_font(str(given[0]), float(given[1]))
        case "TL":
            pen.leading = float(given[0])
        case "Tc":
            pen.spacing = float(given[0])
        case "Tw":
            pen.word_spacing = float(given[0])
        case "Tz":
            pen.scale = float(given[0]) / 100
        case "Tm":
            pen.line = pen.text = pikepdf.Matrix(*map(float, given))
        case "Td" | "TD":
            pen.leading = -float(given[1]) if operator == "TD" else pen.leading
            pen.move(float(given[0]), float(given[1]))
        case "T*":
            pen.move(0, -pen.leading)
        case "Tj" | "'" | '"':
            if operator != "Tj":
                pen.move(0, -pen.leading)
            pen.draw(bytes(given[-1]))
        case "TJ":
            for part in given[0]:
                pen.draw(bytes(part)) if isinstance(part, pikepdf.String) else pen.shift(float(part))


def _lines(pieces: list[_Piece]) -> str:
    """Put pieces that stand at one height beside each other; a wide gap is a column, a high one an empty line."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda one: (-one.y, one.x)):
        if rows and abs(rows[-1][0].y - piece.y) <= _SAME_LINE:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    found: list[str] = []
    before: _Piece | None = None
    for row in rows:
        row.sort(key=lambda one: one.x)
        if before and before.y - row[0].y > 1.9 * max(before.size, row[0].size, 1.0):
            found.append("")
        found.append(_joined(row))
        before = row[0]
    return "\n".join(found)


def _joined(row: list[_Piece]) -> str:
    text, end = "", row[0].x
    for piece in row:
        gap = piece.x - end
        if text and gap > _WIDE * piece.size:
            text += "    "
        elif text and gap > _GAP * piece.size and not text.endswith(" "):
            text += " "
        text += piece.text
        end = piece.end
    return text.rstrip()
