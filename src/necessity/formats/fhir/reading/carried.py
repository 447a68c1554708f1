"""What of a claim a FHIR document carries, and what it cannot."""

from necessity.domain.full_claim import (
    ClaimPerson,
    ClaimProvider,
    FullClaim,
    FullLine,
    Name,
    PayerOrder,
    ProviderRole,
)


def carried(claim: FullClaim) -> FullClaim:
    """Give what of a claim a FHIR document carries: the claim as it is read back.

    Not carried: the payer's filing indicator, which is X12's own; the credential of an organisation; other coverage of
    the patient and what its payers decided. Said otherwise: a place that stood on the claim stands on each line; a
    middle name without a first one is a first one.
    """
    providers = {
        name: _carried_provider(getattr(claim, name))
        for name in ("billing_provider", "rendering_provider", "referring_provider", "supervising_provider")
    }
    return claim.model_copy(
        update={
            **providers,
            "service_facility": _carried_provider(claim.service_facility),
            "payer": claim.payer.model_copy(update={"filing_indicator": None}),
            "subscriber": _carried_person(claim.subscriber),
            "patient": _carried_person(claim.patient),
            "referring_role": claim.referring_role if claim.referring_provider else ProviderRole.REFERRING,
            "place_of_service": None,
            "payer_order": PayerOrder.FIRST,
            "other_coverages": (),
            "lines": tuple(_carried_line(claim, line) for line in claim.lines),
        }
    )


def _carried_line(claim: FullClaim, line: FullLine) -> FullLine:
    place = line.place_of_service or claim.place_of_service
    provider = _carried_provider(line.rendering_provider)
    kept = {"place_of_service": place, "rendering_provider": provider, "other_payments": ()}
    return line.model_copy(update=kept)


def _carried_person(person: ClaimPerson) -> ClaimPerson:
    return person.model_copy(update={"name": _carried_name(person.name.model_copy(update={"is_person": True}))})


def _carried_provider(provider: ClaimProvider | None) -> ClaimProvider | None:
    if provider is None:
        return None
    whole = provider.name.is_person
    return provider.model_copy(
        update={
            "name": _carried_name(provider.name) if whole else Name(last=provider.name.last, is_person=False),
            "credential": provider.credential if whole else None,
            "tax_id_is_personal": provider.tax_id_is_personal and provider.tax_id is not None,
        }
    )


def _carried_name(name: Name) -> Name:
    if name.first is None and name.middle is not None:
        return name.model_copy(update={"first": name.middle, "middle": None})
    return name
