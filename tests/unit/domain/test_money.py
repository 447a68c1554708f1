"""Money: whole cents, no guess, one rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.money import cents, dollars, share
from necessity.errors import RecordError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("85", 8500),
        ("85.00", 8500),
        ("$1,700", 170_000),
        (" $ 0.05 ", 5),
        (85, 8500),
        (Decimal("85.5"), 8550),
        ("999,999,999.99", 99_999_999_999),
        ("0", 0),
    ],
)
def test_dollars_are_read_as_people_write_them(written: str | int | Decimal, meant: int) -> None:
    """Receipts, forms and spreadsheets each write an amount in their own way."""
    assert cents(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        *("", "eighty", "85.001", "-5", "1,70", "1,7000", "$", "8_5", "nan", "inf", "1000000000", True),
        "1.700,00",
        "1." + "0" * 30 + "1",
        Decimal("1E+999999"),
    ],
)
def test_what_is_not_surely_an_amount_is_refused(written: str) -> None:
    """1.700,00 could be one dollar seventy; a guess here is somebody's money."""
    with pytest.raises(RecordError, match="not an amount") as caught:
        cents(written, "charge")
    assert caught.value.field == "charge"
    assert "85.00" in caught.value.next_step


@given(st.integers(0, 99_999_999_999))
def test_an_amount_survives_being_written_and_read(amount: int) -> None:
    """Every paper shows dollars, every record holds cents."""
    assert cents(dollars(amount)) == amount


def test_a_negative_amount_carries_its_sign_before_the_dollar() -> None:
    """Adjustments raise and lower payments; the reader must see which."""
    assert dollars(-123_456) == "-$1,234.56"


@given(st.integers(0, 99_999_999_999), st.integers(0, 10_000))
def test_a_share_is_rounded_half_up_to_the_nearest_cent(amount: int, rate: int) -> None:
    """One rounding rule everywhere, or papers disagree by a cent."""
    exact = Decimal(amount) * rate / 10_000
    assert -Decimal("0.5") < share(amount, rate) - exact <= Decimal("0.5")


@given(st.integers(0, 99_999_999_999))
def test_nothing_and_everything_are_shares_too(amount: int) -> None:
    """The ends of the range are where rounding slips show."""
    assert (share(amount, 0), share(amount, 10_000)) == (0, amount)
