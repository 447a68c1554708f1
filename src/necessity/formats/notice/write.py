"""Writing a notice: one PDF, with its contents inside as JSON for programs."""

from pathlib import Path

from necessity.domain.manifest import canonical_json
from necessity.formats.notice.contents import NoticeContents
from necessity.formats.notice.view import view
from necessity.formats.pdf import carried_record, carry, typeset

_TEMPLATE = Path(__file__).with_name("notice.typ")
INSIDE = "notice.json"
"""Name of the JSON inside."""


def write(contents: NoticeContents) -> bytes:
    """Write a notice as a PDF.

    Args:
        contents: The notice. While it lacks something, a last page says so, for the sender alone.

    Returns:
        The PDF; the same contents give the same bytes.

    Raises:
        FormatError: the pages cannot be set.
    """
    pages = typeset(_TEMPLATE, view(contents), contents.made_on)
    plain = canonical_json(contents.model_dump(mode="json"))
    return carry(pages, INSIDE, plain, "The notice for programs", contents.made_on)


def read(content: bytes) -> NoticeContents:
    """Read a notice back out of its PDF.

    Raises:
        FormatError: it is no PDF, no notice of ours, or was changed.
    """
    return carried_record(content, INSIDE, "notice", NoticeContents)
