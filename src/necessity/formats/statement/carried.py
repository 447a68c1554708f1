"""What of a claim the statement carries; the rest is nobody's business who pays from an account."""

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import ClaimPayer, ClaimPerson, ClaimProvider, FullClaim, FullLine


def carried(paper: ClaimPaper, *, with_codes: bool = False) -> ClaimPaper:
    """Reduce the paper to what a statement holds; it is read back as that.

    Carried are names, the payer and member number, days, words, minutes, charges, payments, and the day of the letter.
    No diagnosis, no birth date, no tax or provider number; procedure codes, modifiers and units only `with_codes`.

    Args:
        paper: The claim on paper.
        with_codes: Whether this payer asks for procedure codes on a statement.

    Returns:
        The same paper with the rest left empty.
    """
    claim = paper.claim
    kept = FullClaim(
        control_number=claim.control_number,
        funding_kind=claim.funding_kind,
        payer=ClaimPayer(name=claim.payer.name, address=claim.payer.address),
        member_id=claim.member_id,
        plan_name=claim.plan_name,
        subscriber=ClaimPerson(name=claim.subscriber.name),
        patient=ClaimPerson(name=claim.patient.name),
        relation=claim.relation,
        billing_provider=_reachable(claim.billing_provider),
        rendering_provider=_named(claim.rendering_provider),
        referring_provider=_named(claim.referring_provider),
        referring_role=claim.referring_role,
        lines=tuple(_line(line, with_codes=with_codes) for line in claim.lines),
        patient_paid_cents=claim.patient_paid_cents,
        letter_signed_on=claim.letter_signed_on,
    )
    return paper.model_copy(update={"claim": kept})


def _named(provider: ClaimProvider | None) -> ClaimProvider | None:
    return ClaimProvider(name=provider.name, credential=provider.credential) if provider else None


def _reachable(provider: ClaimProvider) -> ClaimProvider:
    return ClaimProvider(
        name=provider.name, credential=provider.credential, address=provider.address, phone=provider.phone
    )


def _line(line: FullLine, *, with_codes: bool) -> FullLine:
    return FullLine(
        id=line.id,
        served_on=line.served_on,
        served_to=line.served_to,
        words=line.words,
        minutes=line.minutes,
        starts_at=line.starts_at,
        charge_cents=line.charge_cents,
        rendering_provider=_named(line.rendering_provider),
        procedure_code=line.procedure_code if with_codes else None,
        modifiers=line.modifiers if with_codes else (),
        units=line.units if with_codes else None,
    )
