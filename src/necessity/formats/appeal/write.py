"""Writing an appeal: one PDF with the letter, its exhibits shown page by page and attached whole."""

from collections.abc import Sequence
from pathlib import Path

from necessity.domain.manifest import canonical_json
from necessity.formats.appeal.carried import carried
from necessity.formats.appeal.contents import AppealContents, Exhibit, ShownPaper
from necessity.formats.appeal.view import notes_view, view
from necessity.formats.pdf import attach, drop_claims, fill_frames, open_pdf, save, typeset

FILE = "appeal.json"
_TEMPLATE = Path(__file__).with_name("appeal.typ")
_NOTES = Path(__file__).with_name("notes.typ")
_PDF = "application/pdf"


def write(contents: AppealContents, shown: Sequence[tuple[Exhibit, ShownPaper]] = ()) -> bytes:
    """Write an appeal as a PDF.

    Args:
        contents: The letter with its exhibits and what is missing.
        shown: Exhibits that can be shown, with their pages.

    Returns:
        The PDF, the same as JSON inside. While something is missing, its last page says so, for the sender alone.

    Raises:
        FormatError: the pages cannot be set.
    """
    pdf = open_pdf(typeset(_TEMPLATE, view(contents, shown), contents.made_on))
    fill_frames(pdf, [page.draw for _, paper in shown for page in paper.pages])
    if any(paper.media_type == _PDF for _, paper in shown):
        drop_claims(pdf)
    record = canonical_json(carried(contents).model_dump(mode="json"))
    attach(pdf, FILE, record, "application/json", "The appeal for machines", contents.made_on)
    for exhibit, paper in shown:
        attach(pdf, attached_as(exhibit), exhibit.content or b"", paper.media_type, exhibit.title, contents.made_on)
    return save(pdf)


def write_notes(contents: AppealContents, exhibit: Exhibit) -> bytes:
    """Set the notes of the refused sessions on pages of their own, to go with the letter as an exhibit.

    Args:
        contents: The letter.
        exhibit: One of its exhibits that holds notes.

    Returns:
        PDF/A-3b and PDF/UA-1; the same notes give the same bytes.
    """
    return save(open_pdf(typeset(_NOTES, notes_view(contents, exhibit), contents.made_on)))


def attached_as(exhibit: Exhibit) -> str:
    """Name the file of an exhibit inside the appeal."""
    return f"exhibit-{exhibit.number:02}-{exhibit.file_name}"
