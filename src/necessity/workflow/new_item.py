"""Put together what is to be added to the outbox: what the file carries, where it goes, for a fax with its cover."""

from datetime import date
from pathlib import PurePath
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.funding import FundingSource
from necessity.domain.manifest import digest
from necessity.domain.outbox import Way
from necessity.errors import FormatError
from necessity.rulebook.words import words
from necessity.workflow.carried.going_out import GoingOut, going_out
from necessity.workflow.fax import fax_of
from necessity.workflow.outbox import NewItem
from necessity.workflow.portal import Portal, portal_of
from necessity.workflow.prepare_claim import payer_name


class Wanted(NamedTuple):
    """What somebody asks for."""

    way: Way
    """How it is to go out."""
    name: str
    """Name of the file."""
    content: bytes
    """The file."""
    claims: tuple[str, ...] = ()
    """Ids of the claims it carries, as somebody says; empty: the file says it."""
    fax: str | None = None
    """The fax number, where the payer's profile does not know it."""


def new_item(judge: Judge, case: Case, source: FundingSource, wanted: Wanted, on: date) -> NewItem:
    """Put together an item for the outbox.

    Args:
        judge: Knows how payers take papers.
        case: The record.
        source: Whom it goes to.
        wanted: The file and the way.
        on: The day.

    Returns:
        What `outbox.add` takes; of a fax, cover and papers in one PDF.

    Raises:
        RecordError: the file is a draft, of another case, for another payer, or of other claims than said.
        FormatError: it cannot be read, or is to be faxed and is no PDF.
    """
    portal = portal_of(judge.book.parameters, source, on)
    names = {one.id: _names(judge, one, on) for one in case.funding_sources}
    carries = going_out(wanted.content, case, source, names, wanted.claims)
    new = NewItem(
        way=wanted.way,
        to=source.id,
        name=wanted.name,
        content=carries.content,
        part=carries.part,
        parts=carries.parts,
        claims=carries.claims,
        appeals=carries.appeals,
        asks_review=carries.asks_review,
        address=_address(source, portal) if wanted.way is Way.POST else (),
    )
    if wanted.way is not Way.FAX:
        return new._replace(pages=_pages(carries.content))
    number = wanted.fax or portal.fax
    content = _fax(judge, case, source, wanted._replace(content=carries.content), carries, number, on)
    return new._replace(
        name=f"fax-{PurePath(wanted.name).stem}.pdf",
        content=content,
        pages=_pages(content),
        fax=number,
        papers_sha256=digest(carries.content),
    )


def _names(judge: Judge, source: FundingSource, on: date) -> frozenset[str]:
    """List what a funding source may be called on a paper."""
    portal = portal_of(judge.book.parameters, source, on)
    return frozenset(
        {payer_name(judge, source), portal.payer_name or source.payer or words().funding[source.kind].name}
    )


def _address(source: FundingSource, portal: Portal) -> tuple[str, ...]:
    at = source.claims_address
    town = " ".join(part for part in (at.city and f"{at.city},", at.state, at.zip_code) if part)
    own = tuple(line for line in (source.plan_name, at.street, town) if line) if at.street else ()
    return own or portal.address


def _fax(
    judge: Judge,
    case: Case,
    source: FundingSource,
    wanted: Wanted,
    carries: GoingOut,
    number: str | None,
    on: date,
) -> bytes:
    if not wanted.content.startswith(b"%PDF"):
        raise FormatError(
            f"{wanted.name} has no pages that could be faxed.",
            "Name a PDF: a packet, statement, superbill, claim form or appeal.",
            format="fax",
            place=wanted.name,
        )
    name = payer_name(judge, source)
    return fax_of(
        wanted.content, case, source, payer_name=name, claims=carries.claims, kinds=carries.kinds, number=number, on=on
    )


def _pages(content: bytes) -> int | None:
    if not content.startswith(b"%PDF"):
        return None
    from necessity.formats.pdf import open_pdf

    return len(open_pdf(content).pages)
