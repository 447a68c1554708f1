"""A signature drawn with finger or pen: a PNG, or the strokes themselves; checked before it is kept."""

from typing import Annotated

from pydantic import Field, ValidationError

from necessity.domain.record import Record
from necessity.errors import FormatError

LARGEST = 500_000
"""Bytes of one drawing."""
_PNG = b"\x89PNG\r\n\x1a\n"
_Point = tuple[Annotated[int, Field(ge=0, le=10_000)], Annotated[int, Field(ge=0, le=10_000)]]


class Strokes(Record):
    """A signature as it was drawn, in a box of given width and height."""

    width: Annotated[int, Field(ge=1, le=10_000)]
    """Of the box, in its own units."""
    height: Annotated[int, Field(ge=1, le=10_000)]
    """Of the box, in its own units."""
    strokes: Annotated[tuple[Annotated[tuple[_Point, ...], Field(min_length=1)], ...], Field(min_length=1)]
    """Points of each stroke, x to the right and y downwards."""


def checked_drawing(content: bytes) -> str:
    """Say whether a drawing is `png` or `strokes`.

    Raises:
        FormatError: it is neither, is empty, or is larger than a signature is.
    """
    if len(content) > LARGEST:
        raise _fault("The drawing is larger than 500 KB.", "Draw it again, smaller.")
    if content.startswith(_PNG):
        return "png"
    try:
        drawn = Strokes.model_validate_json(content)
    except ValidationError:
        step = 'Give a PNG, or {"width": …, "height": …, "strokes": [[[x, y], …], …]}.'
        raise _fault("The drawing is neither a PNG nor a list of strokes.", step) from None
    if sum(len(stroke) for stroke in drawn.strokes) < 5:
        raise _fault("The drawing has fewer than five points.", "Draw the whole name.")
    return "strokes"


def _fault(why: str, what: str) -> FormatError:
    return FormatError(why, what, format="drawn signature")
