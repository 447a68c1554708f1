"""Write a prepared claim in one form: which writer of `formats/registry.py`, with what beside the claim."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from necessity.domain.claim import FiledBy
from necessity.domain.decision import Finding
from necessity.errors import SettingError
from necessity.formats.registry import claim_format
from necessity.workflow.claim_forms import ClaimForm
from necessity.workflow.prepare_claim import PreparedClaim


class Sender(NamedTuple):
    """Who sends an electronic claim, and to whom: what stands around it and is in no case."""

    sender_id: str
    """The number the receiver knows the sender by (ISA06)."""
    receiver_id: str
    """The receiver's number (ISA08)."""
    receiver_name: str
    """Clearinghouse or payer (loop 1000B)."""
    name: str
    """Organisation or person who submits (loop 1000A)."""
    contact: str
    """Whom to call."""
    phone: str
    """Ten digits."""


class Around(NamedTuple):
    """What a form needs beside the claim."""

    moment: datetime
    """When it is written."""
    right_inches: float = 0.0
    """How far the print for the red form is moved to the right."""
    down_inches: float = 0.0
    """How far it is moved down."""
    fax: str | None = None
    """The payer's fax number."""
    pages: int | None = None
    """Pages of the fax, with its cover."""
    sender: Sender | None = None
    """For the 837P."""
    control_number: int | None = None
    """Number of the interchange; never used twice to one receiver."""
    is_test: bool = False
    """Whether the 837P is marked as a test."""
    files: Mapping[str, bytes] = MappingProxyType({})
    """Papers that go along inside a FHIR claim, by control number; one without a file is announced only."""
    asks_codes: bool = False
    """Whether a statement carries procedure codes, as the payer's profile asks."""


def form_findings(form: ClaimForm, prepared: PreparedClaim) -> tuple[Finding, ...]:
    """Look at a claim with the form beside it: what does not fit, what the form asks for."""
    if form not in (ClaimForm.CMS1500, ClaimForm.CMS1500_PRINT):
        return ()
    from necessity.formats.cms1500.check import check

    return check(prepared.paper.claim)


def write_claims(form: ClaimForm, claims: Sequence[PreparedClaim], around: Around) -> tuple[bytes, ...]:
    """Write claims in one form.

    Args:
        form: Which.
        claims: At least one.
        around: What the form needs beside them.

    Returns:
        One file a claim; of an 837P one file with all.

    Raises:
        FormatError: the form cannot hold a claim; every reason is listed.
        SettingError: of an 837P the sender is not given.
    """
    if form is ClaimForm.X12_837P:
        return (_message(claims, around),)
    return tuple(_file(form, one, around) for one in claims)


def _file(form: ClaimForm, one: PreparedClaim, around: Around) -> bytes:
    write, paper = claim_format(form).write, one.paper
    made: bytes
    match form:
        case ClaimForm.STATEMENT:
            made = write(paper, with_codes=around.asks_codes)
        case ClaimForm.CMS1500_PRINT:
            from necessity.formats.cms1500.write import Alignment

            made = write(paper, alignment=Alignment(around.right_inches, around.down_inches))
        case ClaimForm.FHIR:
            made = write(paper.claim, around.files)
        case ClaimForm.FAX_COVER:
            from necessity.formats.fax_cover.contents import cover_of

            from_provider = one.claim.filed_by not in (None, FiledBy.MEMBER)
            made = write(cover_of(paper, from_provider=from_provider, to_fax=around.fax, pages=around.pages))
        case _:
            made = write(paper)
    return made


def _message(claims: Sequence[PreparedClaim], around: Around) -> bytes:
    """Write all claims as one 837P."""
    sender = around.sender
    if sender is None or around.control_number is None:
        raise SettingError(
            "An 837P needs to know who sends it, and to whom.",
            "Give --sender FILE; the how-to page write-a-claim shows the file.",
            setting="--sender",
        )
    from necessity.formats.x12 import Envelope, Submitter

    envelope = Envelope(
        sender_id=sender.sender_id,
        receiver_id=sender.receiver_id,
        submitter=Submitter(sender.name, sender.sender_id, sender.contact, sender.phone),
        receiver_name=sender.receiver_name,
        control_number=around.control_number,
        group_number=around.control_number,  # a 999 names the group only
        moment=around.moment,
        reference=claims[0].claim.id,
        is_test=around.is_test,
    )
    text: str = claim_format(ClaimForm.X12_837P).write([one.paper.claim for one in claims], envelope)
    return text.encode()
