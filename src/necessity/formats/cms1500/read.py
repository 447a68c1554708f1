"""Reading the CMS-1500 back: the printed values from their places on the page, the copy from the claim inside it."""

import math
import re
from collections.abc import Iterator

import pikepdf
from pydantic import ValidationError

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import FullClaim
from necessity.errors import FormatError
from necessity.formats.cms1500.fields import Sheet
from necessity.formats.cms1500.layout import COLUMN_POINTS, LINE_POINTS, Box, layout
from necessity.formats.cms1500.positions import Words, words_on
from necessity.formats.cms1500.rebuild import claim_of
from necessity.formats.cms1500.write import BASELINE, COPY_FILE, FORMAT, TITLE, Alignment
from necessity.formats.pdf import carried_record, open_pdf

_MOVED = re.compile(r"(right|down) (-?\d+\.\d+)")
_OFF = 1.5
"""How far, in points, a value may stand from its place."""


def read(content: bytes) -> FullClaim:
    """Read what stands at the form's print positions.

    Args:
        content: A PDF that `write` made, also of a draft.

    Returns:
        The claim as the form carries it: `carried` of what was written.

    Raises:
        FormatError: it is no PDF; words stand where no box is; or a value cannot be read. Every reason is listed.
    """
    pdf = open_pdf(content)
    moved = _alignment(pdf)
    faults: list[str] = []
    found = [_sheet(page, moved, number, faults) for number, page in enumerate(pdf.pages, start=1)]
    if not faults:
        try:
            return claim_of(found)
        except (ValidationError, ValueError, KeyError):
            faults.append("Boxes that a claim needs are empty or hold something else.")
    raise FormatError(
        "This PDF cannot be read as the values of a CMS-1500:",
        "Read the file as it was written; a scan or another program's print is not read here.",
        format=FORMAT,
        faults=tuple(faults[:40]),
    )


def read_copy(content: bytes) -> ClaimPaper:
    """Read the claim inside a copy that `write_copy` made.

    Raises:
        FormatError: it is no PDF, no copy of ours, or was changed.
    """
    return carried_record(content, COPY_FILE, "copy of a CMS-1500", ClaimPaper)


def is_print(pdf: pikepdf.Pdf) -> bool:
    """Say whether a document calls itself a print for the red form, as `write` makes it."""
    said = str(pdf.docinfo.get("/Title", "")), str(pdf.docinfo.get("/Keywords", ""))
    return said[0].startswith(TITLE) and len(_MOVED.findall(said[1])) == len(("right", "down"))


def _alignment(pdf: pikepdf.Pdf) -> Alignment:
    """Read how far everything was moved: the document says it of itself."""
    said = dict(_MOVED.findall(str(pdf.docinfo.get("/Keywords", ""))))
    return Alignment(float(said.get("right", 0)), float(said.get("down", 0)))


def _sheet(page: pikepdf.Page, moved: Alignment, number: int, faults: list[str]) -> Sheet:
    sheet: Sheet = {}
    for words in words_on(page):
        boxes = list(_boxes_at(words, moved))
        if len(boxes) != 1 or boxes[0].id in sheet:
            faults.append(f"Sheet {number}: {words.text[:30]!r} stands where no box of the form is.")
        else:
            sheet[boxes[0].id] = words.text
    return sheet


def _boxes_at(words: Words, moved: Alignment) -> Iterator[Box]:
    """Find the box in which words begin; digits at a right edge begin somewhere inside it."""
    form = layout()
    down = (words.y - moved.down_inches * 72 - form.top_points - BASELINE) / LINE_POINTS + 1
    across = (words.x - moved.right_inches * 72 - form.left_points) / COLUMN_POINTS + 1
    line, column = round(down), round(across)
    if math.hypot((down - line) * LINE_POINTS, (across - column) * COLUMN_POINTS) > _OFF:
        return
    for box in form.boxes.values():
        if box.line == line and box.column <= column and column + len(words.text) <= box.column + box.width:
            yield box
