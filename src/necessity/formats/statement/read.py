"""Reading an itemised statement back."""

from pydantic import ValidationError

from necessity.domain.claim_paper import ClaimPaper
from necessity.errors import FormatError
from necessity.formats.pdf import carried
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
    try:
        return ClaimPaper.model_validate_json(carried(content, FILE, "statement"))
    except ValidationError:
        raise FormatError(
            f"{FILE} inside the statement is not as it was written.",
            "Get the statement again from whoever made it.",
            format="statement",
            place=FILE,
        ) from None
