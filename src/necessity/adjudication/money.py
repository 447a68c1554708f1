"""What money means for the person: what a route saves, and what it leaves to pay. Cents in, cents out."""

from collections.abc import Iterable

from necessity.domain.funding import FundingKind
from necessity.domain.money import share
from necessity.domain.receipt import TaxPicture

_SALARY_REDUCTION = {FundingKind.HEALTH_FSA, FundingKind.HSA}
_EMPLOYER_MONEY = {FundingKind.HRA, FundingKind.QSEHRA, FundingKind.ICHRA, FundingKind.EBHRA}
_WAGES = {FundingKind.WELLNESS_STIPEND, FundingKind.GYM_VISIT_PROGRAM}


def total(amounts: Iterable[int | None]) -> int | None:
    """Add amounts; one unknown makes the sum unknown."""
    sum_cents = 0
    for amount in amounts:
        if amount is None:
            return None
        sum_cents += amount
    return sum_cents


def saves_cents(kind: FundingKind, payable_cents: int | None, tax: TaxPicture) -> int | None:
    """Work out by how much the person is better off than paying after tax.

    Salary reduction saves income and payroll tax on the amount, a deduction saves income tax on it, an employer's
    HRA or a plan saves the whole, a stipend or a gym-visit programme the whole less the tax on wages.

    Args:
        kind: Kind of funding source.
        payable_cents: What it would pay (for a deduction: what could be deducted); None is unknown.
        tax: Marginal rates; a missing one leaves the answer unknown.

    Returns:
        Whole cents, half up; None where a rate or the amount is unknown.

    Source:
        Fact sheet section 2.13: amount × (federal + state + payroll rate); vectors there.

    Examples:
        >>> rates = TaxPicture(federal_rate=2200, state_rate=500, payroll_rate=765)
        >>> saves_cents(FundingKind.HEALTH_FSA, 240000, rates), saves_cents(FundingKind.HRA, 240000, rates)
        (83160, 240000)
    """
    if payable_cents is None or payable_cents == 0 or kind is FundingKind.OWN_POCKET:
        return payable_cents if kind is not FundingKind.OWN_POCKET else 0
    income = None if tax.federal_rate is None or tax.state_rate is None else tax.federal_rate + tax.state_rate
    wages = None if income is None or tax.payroll_rate is None else income + tax.payroll_rate
    if kind in _SALARY_REDUCTION:
        return None if wages is None else share(payable_cents, min(wages, 10_000))
    if kind is FundingKind.TAX_DEDUCTION:
        return None if income is None else share(payable_cents, min(income, 10_000))
    if kind in _WAGES:
        return None if wages is None else payable_cents - share(payable_cents, min(wages, 10_000))
    return payable_cents
