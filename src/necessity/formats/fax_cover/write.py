"""Writing the cover of a fax: tagged PDF/A-3 with the same as JSON inside, the same bytes for the same cover."""

from pathlib import Path

from necessity.domain.manifest import canonical_json
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.view import TITLE, view
from necessity.formats.pdf import as_sheets, carry, open_pdf, save, typeset

FILE = "fax-cover.json"
_TEMPLATE = Path(__file__).with_name("fax_cover.typ")


def write(cover: FaxCover) -> bytes:
    """Write the cover.

    Args:
        cover: What stands on it.

    Returns:
        PDF/A-3b and PDF/UA-1, one page unless names are very long.
    """
    pages = typeset(_TEMPLATE, view(cover), cover.made_on)
    about = "The cover for machines"
    return carry(pages, FILE, canonical_json(cover.model_dump(mode="json")), about, cover.made_on)


def write_fax(cover: FaxCover, papers: bytes) -> bytes:
    """Write a whole fax: the cover first, then the papers, as pages alone.

    Nothing travels that a fax machine would not send: the files inside a paper stay at home.

    Args:
        cover: What stands on the cover; its pages are counted here.
        papers: The PDF that follows.

    Returns:
        One PDF. Its cover says how many pages there are, itself among them.

    Raises:
        FormatError: the papers cannot be opened as a PDF.
    """
    title = f"{TITLE} {cover.control_number}"
    length = len(open_pdf(write(cover)).pages)
    whole = cover.model_copy(update={"pages": length + len(open_pdf(papers).pages)})
    sheets = as_sheets([("Cover", write(whole)), ("Papers", papers)], title)
    about = "The cover for machines"
    return carry(save(sheets), FILE, canonical_json(whole.model_dump(mode="json")), about, cover.made_on)
