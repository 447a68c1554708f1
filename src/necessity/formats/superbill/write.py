"""Writing the superbill: tagged PDF/A-3 with the same as JSON inside, the same bytes for the same paper."""

from pathlib import Path

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.manifest import canonical_json
from necessity.errors import FormatError
from necessity.formats.pdf import carry, typeset
from necessity.formats.superbill.carried import carried
from necessity.formats.superbill.view import view

FILE = "superbill.json"
_TEMPLATE = Path(__file__).with_name("superbill.typ")


def write(paper: ClaimPaper) -> bytes:
    """Write the superbill.

    Args:
        paper: The claim on paper.

    Returns:
        PDF/A-3b and PDF/UA-1.

    Raises:
        FormatError: there is no line.
    """
    if not paper.claim.lines:
        raise FormatError(
            "The superbill would be empty.", "Choose days on which something was given.", format="superbill"
        )
    kept = carried(paper)
    pages = typeset(_TEMPLATE, view(kept), paper.made_on)
    about = "The superbill for machines"
    return carry(pages, FILE, canonical_json(kept.model_dump(mode="json")), about, paper.made_on)
