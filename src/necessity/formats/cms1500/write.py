"""Writing the CMS-1500: values for pre-printed paper, and a page of our own to read; the same bytes each time."""

from pathlib import Path
from typing import NamedTuple

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import FullClaim, RelationToSubscriber
from necessity.domain.manifest import canonical_json
from necessity.errors import FormatError, SettingError
from necessity.formats.cms1500.fields import KINDS, Sheet, sheets
from necessity.formats.cms1500.layout import COLUMN_POINTS, LINE_POINTS, Box, layout
from necessity.formats.pdf import carry, typeset

FORMAT = "cms1500"
COPY_FILE = "claim.json"
TITLE = "CMS-1500 "
"""How the title of a print begins; the claim's number follows."""
DRAFT = "DRAFT, NOT TO BE FILED"
BASELINE = 9.0
"""How far below the upper edge of its line a letter stands, in points."""
_HERE = Path(__file__).parent


class Alignment(NamedTuple):
    """How far everything is moved so that it meets the boxes in one's own printer."""

    right_inches: float = 0.0
    """To the right; less than nothing: to the left."""
    down_inches: float = 0.0
    """Down; less than nothing: up."""

    def checked(self) -> "Alignment":
        """Give the alignment, if it keeps the print on the paper.

        Raises:
            SettingError: it moves by more than half an inch.
        """
        if max(abs(self.right_inches), abs(self.down_inches)) <= 0.5:
            return self
        raise SettingError(
            "The print would be moved by more than half an inch and leave the paper.",
            "Give inches between -0.5 and 0.5; a printer rarely needs more than 0.1.",
            setting="--shift-right or --shift-down",
        )


UNMOVED = Alignment()
"""Print at the form's own measures."""


def write(paper: ClaimPaper, *, alignment: Alignment = UNMOVED) -> bytes:
    """Write the values of a claim at the form's print positions, to be printed on the red pre-printed form.

    Six service lines stand on a sheet, the head on each, total and amount paid on the last one only.

    Args:
        paper: The claim on paper.
        alignment: How far everything is moved.

    Returns:
        PDF/A-3b and PDF/UA-1, one page a sheet.

    Raises:
        FormatError: a value that may not be cut does not fit its box, or this payer reads no claim form; every reason
            is listed.
    """
    moved = alignment.checked()
    _refuse(paper.claim)
    data = {
        "title": f"{TITLE}{paper.claim.control_number}",
        "keywords": [f"right {moved.right_inches:.3f}", f"down {moved.down_inches:.3f}"],
        "sheets": [_placed(sheet, moved, is_draft=paper.is_draft) for sheet in sheets(paper.claim)],
    }
    return typeset(_HERE / "print.typ", data, paper.made_on)


def write_copy(paper: ClaimPaper) -> bytes:
    """Write the claim on pages to read: every box of the form with its number, in our own words and layout.

    Args:
        paper: The claim on paper.

    Returns:
        PDF/A-3b and PDF/UA-1 with the claim as JSON inside. A copy: no payer scans it.

    Raises:
        FormatError: this payer reads no claim form, or there is no line.
    """
    from necessity.formats.cms1500.view import view

    _refuse(paper.claim, is_copy=True)
    pages = typeset(_HERE / "copy.typ", view(paper), paper.made_on)
    content = canonical_json(paper.model_dump(mode="json"))
    return carry(pages, COPY_FILE, content, "The claim for machines", paper.made_on)


def faults_of(claim: FullClaim) -> list[str]:
    """List what keeps a claim from being printed: values that do not fit and may not be cut, letters it lacks."""
    found: dict[str, None] = {}
    head = sheets(claim)[0]
    is_self = claim.relation is RelationToSubscriber.SELF
    for name in ("payer_name", "patient_name", "billing_name", *(() if is_self else ("insured_name",))):
        if name not in head:
            box = layout().boxes[name]
            found[f"{where(box, name)}: nothing is left of the name that the form can carry."] = None
    for sheet in sheets(claim):
        for name, value in sheet.items():
            box = layout().boxes[name]
            if len(value) > box.width and not box.may_be_cut:
                found[f"{where(box, name)}: {value!r} has {len(value)} characters, {box.width} fit."] = None
            if not (value.isascii() and value.isprintable()):
                found[f"{where(box, name)}: {value!r} has letters that the form cannot carry."] = None
    return list(found)


def where(box: Box, name: str) -> str:
    """Name a box as people know it."""
    line, dot, _ = name.partition(".")
    return (f"Box {box.item}" if box.item else box.means) + (f", line {line} of its sheet" if dot else "")


def _refuse(claim: FullClaim, *, is_copy: bool = False) -> None:
    if not claim.lines or claim.funding_kind not in KINDS:
        raise FormatError(
            "A claim form is for a health plan and has at least one line.",
            "For an account or an employer write the itemised statement.",
            format=FORMAT,
            place="box 1",
        )
    if not is_copy and (faults := faults_of(claim)):
        raise FormatError(
            "The claim does not fit the form:",
            "Shorten what is listed, or send the claim electronically.",
            format=FORMAT,
            faults=tuple(faults),
        )


def _placed(sheet: Sheet, moved: Alignment, *, is_draft: bool) -> list[tuple[float, float, str]]:
    """Turn values into places: left edge and baseline in points, in the order of reading."""
    form = layout()
    values = sheet | ({"draft": DRAFT} if is_draft else {})
    placed = []
    for name, value in values.items():
        box = form.boxes[name]
        text = box.fitted(value)
        blanks = len(text) - len(text.lstrip())
        x = form.left_points + (box.column - 1 + blanks) * COLUMN_POINTS + moved.right_inches * 72
        y = form.top_points + (box.line - 1) * LINE_POINTS + BASELINE + moved.down_inches * 72
        placed.append((round(x, 3), round(y, 3), text.strip()))
    return sorted(placed, key=lambda one: (one[1], one[0]))
