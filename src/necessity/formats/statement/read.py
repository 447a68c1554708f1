"""Reading an itemised statement back."""

from necessity.domain.claim_paper import ClaimPaper
from necessity.formats.pdf import carried_record
from necessity.formats.statement.write import FILE


def read(content: bytes) -> ClaimPaper:
    """Read a statement that this program wrote.

    Args:
        content: The PDF.

    Returns:
        What it carries.

    Raises:
        FormatError: it is no PDF, no statement of ours, or was changed.
    """
    return carried_record(content, FILE, "statement", ClaimPaper)
