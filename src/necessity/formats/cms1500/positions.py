"""Which words stand where on a page of a PDF, read from the page itself: enough for pages that this program set."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pikepdf

_PAIR = re.compile(r"<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_RANGE = re.compile(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>")
_SECTION = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Words(NamedTuple):
    """A run of letters."""

    x: float
    """Its left edge from the left of the page, in points."""
    y: float
    """Its baseline from the top of the page, in points."""
    text: str
    """The letters."""


def words_on(page: pikepdf.Page) -> Iterator[Words]:
    """Give the runs of letters on a page in the order in which they were set.

    Args:
        page: A page whose fonts say which letters their signs stand for, with two bytes a sign.

    Returns:
        Each run with its place. Letters of other fonts are left out.
    """
    letters = {name: _letters(font) for name, font in _fonts(page)}
    height = float(page.mediabox[3])
    matrix, kept, font, line = _SAME, [], "", _SAME
    for step in pikepdf.parse_content_stream(page):
        operands = step.operands
        match str(step.operator):
            case "q":
                kept.append(matrix)
            case "Q" if kept:
                matrix = kept.pop()
            case "cm":
                matrix = _times(_matrix(operands), matrix)
            case "Tf":
                font = str(operands[0])
            case "BT":
                line = _SAME
            case "Tm":
                line = _matrix(operands)
            case "Tj" | "TJ" if font in letters:
                text = "".join(_text(letters[font], bytes(part)) for part in _strings(operands[0]))
                *_, x, y = _times(line, matrix)
                yield Words(x, height - y, text)


def _fonts(page: pikepdf.Page) -> Iterator[tuple[str, pikepdf.Object]]:
    fonts = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
    for name in fonts.keys():  # noqa: SIM118  (a PDF dictionary is no mapping)
        if "/ToUnicode" in fonts[name]:
            yield name, fonts[name]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Read which letters the signs of a font stand for, from its own table."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for kind, rows in _SECTION.findall(table):
        if kind == "bfchar":
            found |= {int(sign, 16): bytes.fromhex(text).decode("utf-16-be") for sign, text in _PAIR.findall(rows)}
        else:
            for first, last, text in _RANGE.findall(rows):
                found |= {
                    sign: chr(int(text, 16) + sign - int(first, 16))
                    for sign in range(int(first, 16), int(last, 16) + 1)
                }
    return found


def _from_hex(text: str) -> int:
    return int(text, 16)


def _strings(operand: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(operand, pikepdf.Array):
        yield from (part for part in operand if isinstance(part, pikepdf.String))
    else:
        yield operand


def _text(letters: dict[int, str], signs: bytes) -> str:
    pairs = (int.from_bytes(signs[at : at + 2], "big") for at in range(0, len(signs), 2))
    return "".join(letters.get(sign, "") for sign in pairs)


def _matrix(operands: Iterable[pikepdf.Object]) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, l_ = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l_
