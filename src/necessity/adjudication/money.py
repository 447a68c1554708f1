"""What money means for the person: what a route saves, and what it leaves to pay. Cents in, cents out."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from necessity.adjudication.payroll import Wages, payroll_parts
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.money import dollars
from necessity.domain.receipt import TaxPicture
from necessity.parameters.load import Parameters

_SALARY_REDUCTION = {FundingKind.HEALTH_FSA, FundingKind.HSA}
_PAID_AS_WAGES = {FundingKind.WELLNESS_STIPEND, FundingKind.GYM_VISIT_PROGRAM}
_TAXED_BY = {
    FundingKind.HSA: "states_that_tax_hsa_money",
    FundingKind.HEALTH_FSA: "states_that_tax_salary_reduction",
}
_WHOLE = 10_000


class Saving(NamedTuple):
    """By how much a person is better off, as a range where something it hangs on is not known."""

    least_cents: int | None
    """The lower figure, the one to go by; None is unknown."""
    most_cents: int | None
    """The higher figure, the same where nothing is open; None is unknown."""
    assumes: tuple[str, ...] = ()
    """What it rests on, a sentence each."""


def total(amounts: Iterable[int | None]) -> int | None:
    """Add amounts; one unknown makes the sum unknown."""
    sum_cents = 0
    for amount in amounts:
        if amount is None:
            return None
        sum_cents += amount
    return sum_cents


def saving(
    kind: FundingKind,
    payable_cents: int | None,
    tax: TaxPicture,
    law: Parameters,
    on: date,
    source: FundingSource | None = None,
) -> Saving:
    """Work out by how much the person is better off than paying after tax.

    Salary reduction saves income and payroll tax on the amount, HSA money paid in directly and a deduction save
    income tax on it, an employer's HRA or a plan saves the whole, a stipend or a gym-visit programme the whole less
    the tax on wages.

    Args:
        kind: Kind of funding source.
        payable_cents: What it would pay (for a deduction: what could be deducted); None is unknown.
        tax: Marginal rates, wages and state; a missing rate leaves the answer unknown.
        law: The numbers of the law.
        on: A day of the year that counts where the tax picture names none.
        source: The account, which says how money goes in; None or silent: not known, and the lower figure leads.

    Returns:
        A range in whole cents, each end rounded half up once.

    Source:
        IRC 3101 and 3121; the parameters name their own sources.
    """
    if kind is FundingKind.OWN_POCKET:
        return Saving(0, 0)
    if not payable_cents:
        return Saving(payable_cents, payable_cents)
    year = date(tax.year, 12, 31) if tax.year and 1 <= tax.year <= 9999 else on
    says: list[str] = []
    income = _income_rate(kind, tax, law, year, says)
    if kind is FundingKind.TAX_DEDUCTION:
        saved = None if income is None else _part(payable_cents * min(income, _WHOLE))
        return Saving(saved, saved, tuple(says))
    if kind in _PAID_AS_WAGES:
        return _stipend(payable_cents, income, tax, law, year, says)
    if kind not in _SALARY_REDUCTION:
        return Saving(payable_cents, payable_cents)
    return _salary_reduction(kind, payable_cents, income, tax, law, year, source, says)


def wrong_use_cents(amount_cents: int, tax: TaxPicture, law: Parameters, on: date, is_lifted: bool | None) -> Saving:
    """Work out what HSA money spent on something that is not medical care costs: income tax and the additional tax.

    Args:
        amount_cents: What was spent.
        tax: The marginal federal rate is used; missing, the answer is unknown.
        law: The numbers of the law.
        on: The day it was spent.
        is_lifted: Whether the owner is 65 or disabled, which lifts the additional tax; None is unknown.

    Returns:
        The cost as a range, federal tax only, each of the two taxes rounded by itself.

    Source:
        IRC 223(f)(2) and (4).
    """
    extra = law.of("hsa_additional_tax_rate", on)
    if tax.federal_rate is None or extra is None:
        return Saving(None, None)
    income, more = _part(amount_cents * tax.federal_rate), _part(amount_cents * extra)
    low, high = (0 if is_lifted is not False else more), (0 if is_lifted else more)
    says = () if is_lifted is not None else ("whether the owner is 65 or disabled is not known",)
    return Saving(income + low, income + high, says)


def _part(weighted: int) -> int:
    """Round an amount times a rate per ten thousand half up to the cent."""
    return (weighted + _WHOLE // 2) // _WHOLE


def _income_rate(kind: FundingKind, tax: TaxPicture, law: Parameters, year: date, says: list[str]) -> int | None:
    """Add the marginal income tax rates that are saved; what a state taxes all the same is left out."""
    if tax.federal_rate is None or tax.state_rate is None:
        return None
    if kind not in _TAXED_BY or not tax.state_rate:
        return tax.federal_rate + tax.state_rate
    taxing = law.of(_TAXED_BY[kind], year)
    if tax.state is None or taxing is None:
        named = f" (not so in {' and '.join(taxing)})" if taxing else ""
        says.append(f"the state is taken to leave the money untaxed as federal law does{named}")
    elif tax.state in taxing:
        says.append(f"{tax.state} taxes money paid into this account, so state income tax is not saved")
        return tax.federal_rate
    return tax.federal_rate + tax.state_rate


def _wages(tax: TaxPicture, law: Parameters, year: date) -> Wages:
    return Wages(
        wages_cents=tax.wages_cents,
        filing_status=tax.filing_status,
        base_cents=law.of("social_security_wage_base_cents", year),
        social_security_rate=law.of("social_security_rate", year),
        medicare_rate=law.of("medicare_rate", year),
        additional_rate=law.of("additional_medicare_rate", year),
        thresholds=(
            law.of("additional_medicare_joint_threshold_cents", year),
            law.of("additional_medicare_separate_threshold_cents", year),
            law.of("additional_medicare_threshold_cents", year),
        ),
    )


def _payroll(
    amount: int, tax: TaxPicture, law: Parameters, year: date, says: list[str], *, rising: bool = False
) -> tuple[int, int] | None:
    """Give the payroll tax on an amount taken off wages, or put on them, as a range of cents times ten thousand."""
    if tax.payroll_rate is not None:
        return amount * tax.payroll_rate, amount * tax.payroll_rate
    parts = payroll_parts(amount, _wages(tax, law, year), rising=rising)
    if parts is not None:
        says.append(f"payroll tax is worked out from wages of {dollars(tax.wages_cents or 0)} in {year.year}")
        if parts[0] != parts[1]:
            says.append("the filing status is not known, and the additional Medicare tax hangs on it")
    return parts


def _stipend(amount: int, income: int | None, tax: TaxPicture, law: Parameters, year: date, says: list[str]) -> Saving:
    payroll = _payroll(amount, tax, law, year, says, rising=True)
    if income is None or payroll is None:
        return Saving(None, None)
    low, high = (amount - _part(min(amount * income + part, amount * _WHOLE)) for part in reversed(payroll))
    return Saving(low, high, tuple(says))


def _salary_reduction(
    kind: FundingKind,
    amount: int,
    income: int | None,
    tax: TaxPicture,
    law: Parameters,
    year: date,
    source: FundingSource | None,
    says: list[str],
) -> Saving:
    """Save income tax, and payroll tax where money goes in by salary reduction; an FSA always does."""
    by_payroll = True if kind is FundingKind.HEALTH_FSA else source.is_paid_in_by_payroll if source else None
    if income is None:
        return Saving(None, None)
    direct = _part(min(amount * income, amount * _WHOLE))
    if by_payroll is False:
        return Saving(direct, direct, (*says, "money goes in directly, so payroll tax is not saved"))
    payroll = _payroll(amount, tax, law, year, says)
    most = None if payroll is None else _part(min(amount * income + payroll[1], amount * _WHOLE))
    if by_payroll is None:
        says.append("how money goes in is not known: the lower figure is for money paid in directly")
        return Saving(direct, most, tuple(says))
    least = None if payroll is None else _part(min(amount * income + payroll[0], amount * _WHOLE))
    return Saving(least, most, tuple(says) if least is not None else ())
