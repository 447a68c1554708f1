"""Telling a refusal in a remittance: what was not paid although it is no share of the patient's and no write-off."""

from collections.abc import Iterable
from datetime import date

from necessity.codesets.adjustment_reasons import known_reasons, reason
from necessity.domain.answer import Adjustment, ClaimStage, Denial, Remittance, RemittanceLine
from necessity.domain.balances import PATIENT_SHARES
from necessity.domain.claim import Claim

DENIED = "4"
_QUIET = ("write_off", "record", "none", "wait")


def write_offs() -> frozenset[str]:
    """Name the reasons whose amount a provider bound by the payer's terms may not ask for."""
    return frozenset(code for code, one in known_reasons().items() if one.action == "write_off")


def refuses(adjustment: Adjustment) -> bool:
    """Say whether an adjustment stands for a no, rather than for the patient's share, a write-off or a mere remark.

    A code that is not in our table is taken for a no: whoever reads it then looks, which is the safer fault.
    """
    if adjustment.reason is None or (adjustment.amount_cents is not None and adjustment.amount_cents <= 0):
        return False
    found = reason(adjustment.reason)
    if found is None:
        return True
    return found.code not in PATIENT_SHARES and found.action not in _QUIET


def refusal_of(remittance: Remittance, claim: Claim) -> Denial | None:
    """Make the denial that a remittance tells; None where it refuses nothing.

    What no message says is left unknown: whether it is the plan's last word, and whether medical judgment decided.

    Args:
        remittance: Posted to the claim.
        claim: The claim.
    """
    if remittance.is_reversal:
        return None
    refused = [line for line in remittance.lines if not (line.paid_cents or 0) and any(map(refuses, line.adjustments))]
    whole = not (remittance.paid_cents or 0) and any(map(refuses, remittance.adjustments))
    if not (refused or whole or remittance.status == DENIED):
        return None
    reasons = _reasons(remittance, refused)
    marks = dict.fromkeys((*remittance.remark_codes, *(code for line in refused for code in line.remark_codes)))
    return Denial(
        id=f"{remittance.id}-no",
        claim=claim.id,
        received_on=remittance.received_on,
        stage=claim.stage or _stage(claim, remittance.received_on),
        reason=reasons[0] if reasons else None,
        remark_codes=tuple(marks),
        lines=tuple(dict.fromkeys(line.service_line for line in refused if line.service_line)),
        remittance=remittance.id,
    )


def _reasons(remittance: Remittance, refused: Iterable[RemittanceLine]) -> list[str]:
    """List the codes that stand for the no, the one over most money first."""
    weights: dict[str, int] = {}
    given = [*remittance.adjustments, *(one for line in refused for one in line.adjustments)]
    for one in given:
        if refuses(one):
            weights[str(one.reason)] = weights.get(str(one.reason), 0) + (one.amount_cents or 0)
    return sorted(weights, key=lambda code: -weights[code])


def _stage(claim: Claim, received_on: date | None) -> ClaimStage | None:
    """Say that the service was given before, where the days of all lines show it."""
    days = [line.served_on for line in claim.service_lines]
    if received_on is None or not days or any(day is None or day > received_on for day in days):
        return None
    return ClaimStage.POST_SERVICE
