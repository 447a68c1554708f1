"""Reading the cover of a fax back."""

from pydantic import ValidationError

from necessity.errors import FormatError
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.write import FILE
from necessity.formats.pdf import carried


def read(content: bytes) -> FaxCover:
    """Read a cover that this program wrote.

    Args:
        content: The PDF.

    Returns:
        What it carries.

    Raises:
        FormatError: it is no PDF, no cover of ours, or was changed.
    """
    try:
        return FaxCover.model_validate_json(carried(content, FILE, "fax cover"))
    except ValidationError:
        raise FormatError(
            f"{FILE} inside the cover is not as it was written.",
            "Get the cover again from whoever made it.",
            format="fax cover",
            place=FILE,
        ) from None
