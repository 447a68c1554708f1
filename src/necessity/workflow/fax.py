"""A fax of papers that go to a payer: the cover with who, to whom, how many pages; then the papers, nothing else."""

import re
from datetime import date
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.claim import Claim, FiledBy
from necessity.domain.full_claim import ClaimPayer, Name
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.person_names import split_name
from necessity.errors import RecordError

_PLANS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)


class _Sender(NamedTuple):
    name: Name
    phone: str | None


def fax_of(
    papers: bytes,
    case: Case,
    source: FundingSource,
    *,
    payer_name: str,
    claims: tuple[str, ...],
    kinds: tuple[str, ...],
    number: str | None,
    on: date,
) -> bytes:
    """Lay a cover before papers, and make one PDF of both.

    Args:
        papers: The PDF to be faxed.
        case: The record.
        source: Whom it goes to.
        payer_name: The same as they call themselves.
        claims: Ids of the claims in it.
        kinds: What follows the cover, by kind.
        number: The fax number, if it is known.
        on: The day.

    Returns:
        The fax, its pages counted on the cover.

    Raises:
        RecordError: it is not known who sends it. FormatError: the papers are no PDF.
    """
    from necessity.formats.fax_cover.contents import FaxCover
    from necessity.formats.fax_cover.write import write_fax

    about = [one for one in case.claims if one.id in claims]
    sender = _sender(case, source, about)
    cover = FaxCover(
        to=ClaimPayer(name=payer_name, address=source.claims_address),
        to_fax=re.sub(r"\D", "", number or "") or None,
        sender=sender.name,
        sender_phone=sender.phone,
        control_number=", ".join(claims) or f"{source.id}-{on:%Y%m%d}",
        is_of_claim=bool(claims),
        payer_claim_number=next((one.replaces for one in about if one.replaces), None),
        papers=kinds,
        made_on=on,
    )
    return write_fax(cover, papers)


def _sender(case: Case, source: FundingSource, claims: list[Claim]) -> _Sender:
    """Say who sends it: the provider who files the claim, else the member whose coverage or account it is."""
    paid = {one.id: one for one in case.billing_providers}
    for claim in claims:
        provider = paid.get(claim.billing_provider or "")
        if claim.filed_by not in (None, FiledBy.MEMBER) and provider and provider.name:
            return _Sender(Name(last=provider.name, is_person=False), _digits(provider.phone))
    holder = case.subscriber if source.kind in _PLANS else case.account_holder
    whole = source.owner or holder.name or case.patient.name
    if not whole:
        raise RecordError(
            "Who sends the fax is not in the record.",
            "Add the name of the account holder, subscriber or patient.",
            field="patient.name",
            value=None,
            allowed="a name",
        )
    return _Sender(split_name(whole), _digits(case.patient.phone))


def _digits(phone: str | None) -> str | None:
    return re.sub(r"\D", "", phone or "") or None
