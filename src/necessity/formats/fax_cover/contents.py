"""What stands on the cover of a fax. No diagnosis, no code, no birth date: a cover is read by whoever passes."""

from datetime import date
from typing import Annotated

from pydantic import Field

from necessity.domain.claim_paper import ClaimPaper, spoken_name
from necessity.domain.full_claim import ClaimPayer, Name
from necessity.domain.record import Record


class FaxCover(Record):
    """One cover."""

    to: ClaimPayer
    """Who gets it; name and address only. Never missing."""
    to_fax: str | None = None
    """Their fax number; missing: a line to write it on."""
    sender: Name
    """Who sends it. Never missing."""
    sender_phone: str | None = None
    """Where to call if pages are missing, digits only."""
    control_number: str
    """Number of the claim, by which the pages find each other. Never missing."""
    is_of_claim: bool = True
    """Whether that is a claim's number; otherwise it is the sender's own number of these papers."""
    payer_claim_number: str | None = None
    """The payer's own number, where an earlier claim is corrected or voided."""
    pages: Annotated[int, Field(ge=1, le=9_999)] | None = None
    """Pages with this one; missing: a line to write it on."""
    papers: tuple[str, ...] = ()
    """What follows, by kind, without anything about health."""
    made_on: date
    """The day. Never missing."""
    is_draft: bool = False
    """Whether it is marked as a draft."""


def cover_of(
    paper: ClaimPaper, *, from_provider: bool, to_fax: str | None = None, pages: int | None = None
) -> FaxCover:
    """Make the cover for a claim.

    Args:
        paper: The claim on paper.
        from_provider: Whether the provider sends it; otherwise the subscriber does.
        to_fax: The payer's fax number.
        pages: Pages of the whole fax, with the cover.

    Returns:
        The cover. Names of enclosures are told only by kind.
    """
    claim = paper.claim
    party = claim.billing_provider if from_provider else claim.subscriber
    return FaxCover(
        to=ClaimPayer(name=claim.payer.name, address=claim.payer.address),
        to_fax=to_fax,
        sender=party.name,
        sender_phone=party.phone or (None if from_provider else claim.patient.phone),
        control_number=claim.control_number,
        payer_claim_number=claim.payer_claim_number,
        pages=pages,
        papers=tuple(dict.fromkeys(_KINDS.get(one.kind, "paper") for one in claim.enclosures)),
        made_on=paper.made_on,
        is_draft=paper.is_draft,
    )


_KINDS = {
    "letter_of_medical_necessity": "letter",
    "order": "order",
    "session_notes": "notes",
    "receipt": "receipts",
    "progress_report": "report",
}


def sender_words(cover: FaxCover) -> str:
    """Name the sender the way people say it."""
    return spoken_name(cover.sender)
