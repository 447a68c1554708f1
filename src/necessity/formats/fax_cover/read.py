"""Reading the cover of a fax back."""

from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.write import FILE
from necessity.formats.pdf import carried_record


def read(content: bytes) -> FaxCover:
    """Read a cover that this program wrote.

    Args:
        content: The PDF.

    Returns:
        What it carries.

    Raises:
        FormatError: it is no PDF, no cover of ours, or was changed.
    """
    return carried_record(content, FILE, "fax cover", FaxCover)
