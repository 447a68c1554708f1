"""Reading an appeal back."""

from necessity.formats.appeal.contents import AppealContents
from necessity.formats.appeal.write import FILE, attached_as
from necessity.formats.pdf import attachments, carried_record, open_pdf


def read(content: bytes) -> AppealContents:
    """Read an appeal that this program wrote.

    Args:
        content: The PDF.

    Returns:
        What it carries, the files of its exhibits with it.

    Raises:
        FormatError: it is no PDF, no appeal of ours, or was changed.
    """
    contents = carried_record(content, FILE, "appeal", AppealContents)
    with open_pdf(content) as pdf:
        files = attachments(pdf)
    exhibits = (one.model_copy(update={"content": files.get(attached_as(one))}) for one in contents.exhibits)
    return contents.model_copy(update={"exhibits": tuple(exhibits)})
