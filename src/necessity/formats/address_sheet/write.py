"""Writing the address sheet: one page, the same bytes for the same sheet."""

from datetime import date
from pathlib import Path

from necessity.domain.record import Record
from necessity.errors import FormatError
from necessity.formats.pdf import open_pdf, save, typeset

_TEMPLATE = Path(__file__).with_name("address_sheet.typ")
_ASK = "If a page is missing, please write to the sender at the address above. Thank you."


class AddressSheet(Record):
    """What stands on the sheet."""

    sender: tuple[str, ...]
    """Who sends it: name and address, a line each. Never missing; at least a name."""
    receiver: tuple[str, ...]
    """To whom, a line each. Never missing."""
    enclosed: str
    """What is enclosed, in words that may be read through a window. Never missing."""
    pages: int | None = None
    """How many pages it has, this sheet not counted."""
    member_id: str | None = None
    """The number the receiver knows the sender by."""
    sha256: str
    """Digest of the file that was printed. Never missing."""


def write(sheet: AddressSheet, made_on: date) -> bytes:
    """Set the sheet in type.

    Args:
        sheet: What stands on it.
        made_on: The date it carries.

    Returns:
        A PDF of one page.

    Raises:
        FormatError: sender or receiver is not known.
    """
    if not sheet.sender or not sheet.receiver:
        who = "receiver's address" if sheet.sender else "sender's name"
        step = "Add it to the record: claims_address of the funding source, and the patient's or account holder's name."
        raise FormatError(f"The {who} is not in the record.", step, format="address sheet")
    rows = [
        ["Enclosed", sheet.enclosed],
        ["Pages", str(sheet.pages) if sheet.pages else "not counted"],
        *([["Member number", sheet.member_id]] if sheet.member_id else []),
        ["Printed from", f"the file with SHA-256 {sheet.sha256[:32]} {sheet.sha256[32:]}"],
    ]
    data = {
        "title": "Papers by post",
        "foot": f"Address sheet · made {made_on.isoformat()}",
        "sender": list(sheet.sender),
        "receiver": list(sheet.receiver),
        "rows": rows,
        "ask": _ASK if len(sheet.sender) > 1 else "",
    }
    return save(open_pdf(typeset(_TEMPLATE, data, made_on)))
