"""What is known of the way to a payer: the limits of its portal, its order and words, its steps, post and fax."""

from datetime import date
from typing import Any, NamedTuple

from necessity.domain.funding import FundingSource
from necessity.formats.packet.contents import ORDER, PacketPart, PortalWords
from necessity.parameters.load import Parameters, ProfileVersion

_USUAL_MEGABYTES = 10


class Portal(NamedTuple):
    """How one payer takes papers."""

    payer_name: str | None
    """How the payer calls itself; None where no profile of its own speaks."""
    max_bytes: int
    """Most bytes in one file; 10 MB where the profile does not say."""
    limit_is_known: bool
    """Whether the profile says so."""
    in_one_file: bool
    """Whether everything must be in one file; False also where that is not known."""
    takes_pdf: bool
    """Whether it takes PDF; True also where its kinds of file are not known."""
    one_date: bool
    """Whether each request holds expenses of one date only."""
    order: tuple[PacketPart, ...]
    """In which order the parts of a packet stand."""
    words: PortalWords
    """Its own words."""
    steps: tuple[str, ...]
    """What to do on the portal; empty where that is not known."""
    fax: str | None
    """Fax number for claims."""
    address: tuple[str, ...]
    """Postal address for claims, a line each; empty where that is not known."""
    letter_once: bool
    """Whether it is known that a letter need not go with every claim."""


def portal_of(parameters: Parameters, source: FundingSource, on: date) -> Portal:
    """Find how a payer takes papers on a day.

    Args:
        parameters: Law and payer profiles.
        source: The account or plan; its `payer` names the profile, else the generic one of its kind speaks.
        on: The day.

    Returns:
        What is known, with our own order and words where nothing is.
    """
    profile = _profile(parameters, source, on)
    says: dict[str, Any] = profile.says if profile else {}
    megabytes = says.get("portal_max_megabytes")
    types = says.get("portal_file_types")
    order = says.get("packet_order")
    return Portal(
        payer_name=profile.name if profile and profile.payer != "generic" else None,
        max_bytes=(megabytes or _USUAL_MEGABYTES) * 1_000_000,
        limit_is_known=megabytes is not None,
        in_one_file=bool(says.get("portal_takes_one_file")),
        takes_pdf=types is None or "PDF" in types,
        one_date=bool(says.get("portal_takes_one_date")),
        order=tuple(PacketPart(one) for one in order) if order else ORDER,
        words=PortalWords(
            account_holder=says.get("calls_account_holder"),
            member_number=says.get("calls_member_number"),
            letter=says.get("calls_letter"),
            request=says.get("calls_request"),
        ),
        steps=tuple(says.get("portal_steps") or ()),
        fax=says.get("claims_fax"),
        address=tuple(says.get("claims_address") or ()),
        letter_once=says.get("letter_goes_with_every_claim") is False,
    )


def _profile(parameters: Parameters, source: FundingSource, on: date) -> ProfileVersion | None:
    """Find the payer's own profile for this kind and day, else the generic one of the kind."""
    for payer in (source.payer, "generic"):
        for profile in parameters.profiles:
            if (profile.payer, profile.kind) == (payer, source.kind) and profile.from_on <= on <= profile.until_on:
                return profile
    return None
