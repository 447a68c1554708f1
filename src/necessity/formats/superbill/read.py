"""Reading a superbill back."""

from necessity.domain.claim_paper import ClaimPaper
from necessity.formats.pdf import carried_record
from necessity.formats.superbill.write import FILE


def read(content: bytes) -> ClaimPaper:
    """Read a superbill that this program wrote.

    Args:
        content: The PDF.

    Returns:
        What it carries.

    Raises:
        FormatError: it is no PDF, no superbill of ours, or was changed.
    """
    return carried_record(content, FILE, "superbill", ClaimPaper)
