"""What of a claim the message carries; the rest stays in the record. `read(write(claim)) == carried(claim)`."""

from necessity.domain.full_claim import (
    ClaimPayer,
    ClaimPerson,
    ClaimProvider,
    Enclosure,
    FullClaim,
    FullLine,
    OtherCoverage,
    ProviderRole,
    RelationToSubscriber,
)
from necessity.formats.x12_837p.codes import PAPERS, SUPPORTING


def carried(claim: FullClaim) -> FullClaim:
    """Give the claim as the message can hold it.

    Left out: words, minutes and start times of lines; telephone numbers other than the billing provider's; addresses
    and tax numbers of those who are not paid; licences behind a name; a licence number beside an NPI, except the
    billing provider's; birth, sex and address of a subscriber who is not the patient; the day of the letter and the
    day of filing; titles of enclosures; birth, sex and telephone of another coverage's subscriber.
    """
    return claim.model_copy(
        update={
            "payer": ClaimPayer(**claim.payer.model_dump()),
            "subscriber": _subscriber(claim),
            "patient": _person(claim.patient),
            "billing_provider": billing(claim.billing_provider),
            "rendering_provider": rendering_of(claim),
            **_referring(claim),
            "service_facility": _facility(claim.service_facility),
            "lines": tuple(_line(claim, line) for line in claim.lines),
            "letter_signed_on": None,
            "filed_on": None,
            "enclosures": tuple(_enclosure(one) for one in claim.enclosures),
            "other_coverages": tuple(_other(one) for one in claim.other_coverages),
        }
    )


def billing(provider: ClaimProvider) -> ClaimProvider:
    """Give what is carried of the billing provider: all but the licence's name."""
    return provider.model_copy(update={"credential": None})


def acting(provider: ClaimProvider | None, *, with_taxonomy: bool = True) -> ClaimProvider | None:
    """Give what is carried of somebody who acted: name, NPI, taxonomy; the licence number where there is no NPI."""
    if provider is None:
        return None
    return ClaimProvider(
        name=provider.name,
        npi=provider.npi,
        taxonomy=provider.taxonomy if with_taxonomy else None,
        licence_number=None if provider.npi else provider.licence_number,
    )


def is_same(one: ClaimProvider | None, other: ClaimProvider | None) -> bool:
    """Say whether two providers are one: the same NPI, or the same name where neither has one."""
    if one is None or other is None:
        return one is other
    return one.npi == other.npi if one.npi or other.npi else one.name == other.name


def rendering_of(claim: FullClaim) -> ClaimProvider | None:
    """Give the rendering provider where it is not the billing provider."""
    return None if is_same(claim.rendering_provider, claim.billing_provider) else acting(claim.rendering_provider)


def rendering_of_line(claim: FullClaim, line: FullLine) -> ClaimProvider | None:
    """Give the rendering provider of a line where it is another one than the claim's."""
    whole = rendering_of(claim)
    own = acting(line.rendering_provider)
    if whole is None:
        return None if is_same(line.rendering_provider, claim.billing_provider) else own
    return None if own == whole else own


def supervising_of(claim: FullClaim) -> ClaimProvider | None:
    """Give who oversaw, in whichever of the two fields it stands."""
    if claim.referring_provider and claim.referring_role is ProviderRole.SUPERVISING:
        return acting(claim.supervising_provider or claim.referring_provider, with_taxonomy=False)
    return acting(claim.supervising_provider, with_taxonomy=False)


def _referring(claim: FullClaim) -> dict[str, object]:
    role, referring = claim.referring_role, claim.referring_provider
    if referring is None or role is ProviderRole.SUPERVISING:
        role, referring = ProviderRole.REFERRING, None
    return {
        "referring_provider": acting(referring, with_taxonomy=False),
        "referring_role": role,
        "supervising_provider": supervising_of(claim),
    }


def _person(person: ClaimPerson) -> ClaimPerson:
    return person.model_copy(update={"phone": None})


def _subscriber(claim: FullClaim) -> ClaimPerson:
    if claim.relation is RelationToSubscriber.SELF:
        return _person(claim.patient)
    return ClaimPerson(name=claim.subscriber.name)


def _facility(facility: ClaimProvider | None) -> ClaimProvider | None:
    kept = acting(facility, with_taxonomy=False)
    return kept.model_copy(update={"address": facility.address}) if kept and facility else None


def _line(claim: FullClaim, line: FullLine) -> FullLine:
    return line.model_copy(
        update={
            "words": None,
            "minutes": None,
            "starts_at": None,
            "served_to": None if line.served_to == line.served_on else line.served_to,
            "place_of_service": None if line.place_of_service == claim.place_of_service else line.place_of_service,
            "rendering_provider": rendering_of_line(claim, line),
        }
    )


def _enclosure(enclosure: Enclosure) -> Enclosure:
    kind = enclosure.kind if enclosure.kind in PAPERS else SUPPORTING
    return enclosure.model_copy(update={"kind": kind, "title": None})


def _other(coverage: OtherCoverage) -> OtherCoverage:
    subscriber = ClaimPerson(name=coverage.subscriber.name, address=coverage.subscriber.address)
    return coverage.model_copy(update={"subscriber": subscriber})
