"""What of a claim the superbill carries; what only claim forms ask for stays out of it."""

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import ClaimPayer, ClaimPerson, ClaimProvider, FullClaim, ProviderRole


def carried(paper: ClaimPaper) -> ClaimPaper:
    """Reduce the paper to what a superbill holds; it is read back as that.

    Left out: the patient's sex and telephone, the subscriber beyond the name, the payer's electronic number, days of
    onset and of earlier visits, whether signatures are on file, notes and enclosures.
    """
    claim = paper.claim
    place = claim.place_of_service
    kept = FullClaim(
        control_number=claim.control_number,
        funding_kind=claim.funding_kind,
        payer=ClaimPayer(name=claim.payer.name),
        member_id=claim.member_id,
        group_number=claim.group_number,
        plan_name=claim.plan_name,
        subscriber=ClaimPerson(name=claim.subscriber.name),
        patient=ClaimPerson(name=claim.patient.name, born_on=claim.patient.born_on, address=claim.patient.address),
        relation=claim.relation,
        billing_provider=claim.billing_provider,
        rendering_provider=_known_by(claim.rendering_provider),
        referring_provider=_known_by(claim.referring_provider),
        referring_role=claim.referring_role if claim.referring_provider else ProviderRole.REFERRING,
        supervising_provider=_known_by(claim.supervising_provider),
        service_facility=_known_by(claim.service_facility),
        diagnoses=claim.diagnoses,
        lines=tuple(
            line.model_copy(
                update={
                    "place_of_service": line.place_of_service or place,
                    "rendering_provider": _known_by(line.rendering_provider),
                    "prescribed_on": None,
                    "note": None,
                    "other_payments": (),
                }
            )
            for line in claim.lines
        ),
        patient_paid_cents=claim.patient_paid_cents,
        benefits_assigned=claim.benefits_assigned,
        prior_authorization=claim.prior_authorization,
        letter_signed_on=claim.letter_signed_on,
    )
    return paper.model_copy(update={"claim": kept})


def _known_by(provider: ClaimProvider | None) -> ClaimProvider | None:
    """Keep who somebody is: name, credential, licence number, NPI."""
    if provider is None:
        return None
    return ClaimProvider(
        name=provider.name, npi=provider.npi, credential=provider.credential, licence_number=provider.licence_number
    )
