"""What a payment file needs that no table holds: who pays, to whom it is sent, on which day."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.domain.people import Address


class Payer(NamedTuple):
    """Who pays, as providers read it in an 835."""

    name: str
    """Never empty."""
    tax_id: str
    """Nine digits."""
    address: Address
    """Street, city, state, ZIP."""
    phone: str
    """Whom providers call, ten digits."""
    sender_id: str
    """The number the receiver knows the payer by (ISA06)."""
    receiver_id: str
    """Who takes the files: a clearinghouse or a provider (ISA08)."""
    contact: str | None = None
    """Name or office behind the telephone number."""
    id: str | None = None
    """The payer's own number for electronic messages (REF 2U)."""


class PaymentWish(NamedTuple):
    """How payments are wanted."""

    folder: Path
    """Where the files of all runs are kept; what it holds is never paid again."""
    pay_on: date
    """Day of the cheques and transfers; also what the files are dated by."""
    payer: Payer | None = None
    """Needed where a provider is paid."""
    control_number: int = 1
    """Number of the first interchange; the next files count on."""
    allowed: Path | None = None
    """A table of what a health plan allows for each line, and of it the patient's share."""
    is_test: bool = False
    """Whether the 835 are marked as a test."""


PAYER_KEYS = ("name", "tax_id", "street", "city", "state", "zip_code", "phone", "sender_id", "receiver_id")
"""Keys a payer file must have."""
PAYER_MAY = ("contact", "id")
"""Keys it may have."""


def payer_of(said: dict[str, str]) -> Payer:
    """Make a payer of what a file says; all of `PAYER_KEYS` are there."""
    address = Address(street=said["street"], city=said["city"], state=said["state"], zip_code=said["zip_code"])
    own = {key: said[key] for key in ("name", "tax_id", "phone", "sender_id", "receiver_id")}
    return Payer(**own, address=address, contact=said.get("contact"), id=said.get("id"))
