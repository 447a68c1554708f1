"""Reading a superbill back."""

from pydantic import ValidationError

from necessity.domain.claim_paper import ClaimPaper
from necessity.errors import FormatError
from necessity.formats.pdf import carried
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
    try:
        return ClaimPaper.model_validate_json(carried(content, FILE, "superbill"))
    except ValidationError:
        raise FormatError(
            f"{FILE} inside the superbill is not as it was written.",
            "Get the superbill again from whoever made it.",
            format="superbill",
            place=FILE,
        ) from None
