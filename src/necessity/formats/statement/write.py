"""Writing the itemised statement: tagged PDF/A-3 with the same as JSON inside, the same bytes for the same paper."""

from pathlib import Path

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.manifest import canonical_json
from necessity.errors import FormatError
from necessity.formats.pdf import carry, typeset
from necessity.formats.statement.carried import carried
from necessity.formats.statement.view import view

FILE = "statement.json"
_TEMPLATE = Path(__file__).with_name("statement.typ")


def write(paper: ClaimPaper, *, with_codes: bool = False) -> bytes:
    """Write the statement.

    Args:
        paper: The claim on paper.
        with_codes: Whether this payer asks for procedure codes; otherwise none is carried, neither seen nor inside.

    Returns:
        PDF/A-3b and PDF/UA-1.

    Raises:
        FormatError: there is no line.
    """
    if not paper.claim.lines:
        raise FormatError(
            "The statement would be empty.", "Choose days on which something was given.", format="statement"
        )
    kept = carried(paper, with_codes=with_codes)
    pages = typeset(_TEMPLATE, view(kept), paper.made_on)
    about = "The statement for machines"
    return carry(pages, FILE, canonical_json(kept.model_dump(mode="json")), about, paper.made_on)
