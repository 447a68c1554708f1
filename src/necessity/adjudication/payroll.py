"""Payroll tax at the margin: what an amount taken off wages, or put on them, bears. Integers; nothing is rounded."""

from typing import NamedTuple

from necessity.domain.receipt import FilingStatus


class Wages(NamedTuple):
    """A person's wages of a year and what the law takes from them; None is unknown."""

    wages_cents: int | None
    """Before the amount is taken off or put on."""
    filing_status: FilingStatus | None
    base_cents: int | None
    """Wages up to which Social Security tax is taken."""
    social_security_rate: int | None
    medicare_rate: int | None
    additional_rate: int | None
    thresholds: tuple[int | None, int | None, int | None]
    """Of the additional Medicare tax: joint, separate, other."""


def payroll_parts(amount: int, wages: Wages, *, rising: bool = False) -> tuple[int, int] | None:
    """Give the payroll tax on an amount at the top of a person's wages.

    Social Security tax falls on the part of the amount that lies below the wage base, Medicare tax on all of it, the
    additional Medicare tax on the part above the threshold of the filing status.

    Args:
        amount: Whole cents, zero or more, taken off the wages.
        wages: Wages and law.
        rising: The amount is put on top of the wages instead.

    Returns:
        Least and most, in cents times ten thousand, so that rounding can wait; they differ where the filing status is
        not known and matters. None where wages or the law of the year are not known.

    Source:
        IRC 3101(a), (b)(1) and (b)(2); 3121(a)(1).

    Examples:
        >>> law = dict(base_cents=18_450_000, social_security_rate=620, medicare_rate=145, additional_rate=90,
        ...            thresholds=(25_000_000, 12_500_000, 20_000_000), filing_status=None)
        >>> payroll_parts(240_000, Wages(wages_cents=8_000_000, **law))
        (183600000, 183600000)
        >>> payroll_parts(240_000, Wages(wages_cents=18_550_000, **law))
        (121600000, 143200000)
    """
    known = (wages.wages_cents, wages.base_cents, wages.social_security_rate, wages.medicare_rate)
    if None in known or wages.additional_rate is None or None in wages.thresholds:
        return None
    pay, base, social, medicare = (part for part in known if part is not None)
    top = pay + amount if rising else pay
    least_part = min(amount, top)  # nobody saves tax on more than the wages there are
    below = least_part - min(least_part, max(0, top - base))
    sure = below * social + least_part * medicare
    places = dict(zip(FilingStatus, wages.thresholds, strict=True))
    status = [wages.filing_status] if wages.filing_status else list(FilingStatus)
    above = [min(least_part, max(0, top - (places[one] or 0))) for one in status]
    return sure + min(above) * wages.additional_rate, sure + max(above) * wages.additional_rate
