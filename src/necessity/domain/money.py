"""Money is whole cents; rates are integers per ten thousand; rounding is half up, once, at the line."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from necessity.errors import RecordError

Cents = Annotated[int, Field(ge=0, le=99_999_999_999)]
"""An amount in whole cents, never negative."""

Rate = Annotated[int, Field(ge=0, le=10_000)]
"""A share per ten thousand: 2200 is 22 %."""

_AMOUNT = re.compile(r"\$?\s*([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.([0-9]{0,2})0*)?")
_ALLOWED = "dollars with at most two decimals, such as 85 or 85.00"


def cents(dollars: str | int | Decimal, field: str = "amount") -> int:
    """Turn dollars as people write them into whole cents.

    Args:
        dollars: Such as `85`, `"85.00"`, `"$1,700"`; at most two decimals, never negative.
        field: What the amount is called on the form, for the message.

    Returns:
        Whole cents.

    Raises:
        RecordError: not an amount, negative, finer than a cent, or a thousand million dollars and more.

    Examples:
        >>> cents("$1,700"), cents(Decimal("85.5")), cents(0)
        (170000, 8550, 0)
    """
    text = str(dollars).strip()
    if isinstance(dollars, Decimal) and dollars.is_finite() and abs(dollars.adjusted()) < 12:
        text = format(dollars, "f")
    amount = None if isinstance(dollars, bool) else _AMOUNT.fullmatch(text)
    if not amount:
        raise RecordError(
            f"{field} is {text[:40]!r}, which is not an amount of money.",
            f"Write {_ALLOWED}.",
            field=field,
            value=dollars,
            allowed=_ALLOWED,
        )
    return int(amount[1].replace(",", "")) * 100 + int((amount[2] or "").ljust(2, "0"))


def dollars(amount_cents: int) -> str:
    """Write whole cents the way papers and screens show them.

    Examples:
        >>> dollars(170000), dollars(5), dollars(-250)
        ('$1,700.00', '$0.05', '-$2.50')
    """
    sign = "-" if amount_cents < 0 else ""
    whole, rest = divmod(abs(amount_cents), 100)
    return f"{sign}${whole:,}.{rest:02d}"


def share(amount_cents: int, rate: int) -> int:
    """Take a share per ten thousand of an amount, rounded half up to the cent.

    Args:
        amount_cents: Whole cents, zero or more.
        rate: Per ten thousand; 765 is 7.65 %.

    Returns:
        Whole cents.

    Examples:
        >>> share(240000, 2200 + 500 + 765)
        83160
        >>> share(1, 5000)
        1
    """
    return (amount_cents * rate + 5_000) // 10_000


def share_out(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share cents out by weight, exact: what is left after rounding down goes to the largest remainders in order.

    Examples:
        >>> share_out(100, {"a": 1, "b": 1, "c": 1})
        {'a': 34, 'b': 33, 'c': 33}
    """
    total = sum(weights.values())
    if not total:
        first = next(iter(weights), None)
        return {} if first is None else {key: cents if key == first else 0 for key in weights}
    parts = {key: cents * weight // total for key, weight in weights.items()}
    rest = sorted(weights, key=lambda key: -(cents * weights[key] % total))
    for key in rest[: cents - sum(parts.values())]:
        parts[key] += 1
    return parts


def mileage_cents(miles: int, tenths: int | None) -> int | None:
    """Work out what driving to care counts for at the standard rate, rounded half up to the cent.

    Args:
        miles: Whole miles of all the trips together; rounding happens once.
        tenths: The year's rate in tenths of a cent a mile; None where it is not known.

    Returns:
        Whole cents; None where the rate is not known.

    Source:
        IRS notices on standard mileage rates; the rate is the parameter `medical_mileage_tenths`.

    Examples:
        >>> mileage_cents(12 * 24, 205), mileage_cents(100, 210), mileage_cents(100, None)
        (5904, 2100, None)
    """
    return None if tenths is None else (miles * tenths + 5) // 10
