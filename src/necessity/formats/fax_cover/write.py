"""Writing the cover of a fax: tagged PDF/A-3 with the same as JSON inside, the same bytes for the same cover."""

from pathlib import Path

from necessity.domain.manifest import canonical_json
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.view import view
from necessity.formats.pdf import carry, typeset

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
