"""Shares of strata and Wilson's interval, on numbers that can be checked by hand or in a book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.workflow.sample import share_out, wilson


@pytest.mark.parametrize(
    ("agreed", "reviewed", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (15, 148, 0.0624, 0.1605), (81, 263, 0.2553, 0.3662)],
)
def test_wilsons_interval_is_that_of_the_literature(agreed: int, reviewed: int, low: float, high: float) -> None:
    """15 of 148 and 81 of 263 are examples of Newcombe (Statistics in Medicine 17, 1998, table I)."""
    found = wilson(agreed, reviewed)
    assert found == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_stays_between_nought_and_one(counts: tuple[int, int]) -> None:
    """An interval that leaves its own rate out would be believed all the same."""
    low, high = wilson(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 1e-12
    assert counts[0] / counts[1] - 1e-12 <= high <= 1


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 10_000), min_size=1, max_size=40), st.integers(1, 500))
def test_shares_add_up_and_reach_everybody_where_there_is_room(sizes: dict[str, int], n: int) -> None:
    """A small payer must not fall out of the sample, and nobody gives more than there is."""
    shares = share_out(sizes, n)
    assert sum(shares.values()) == min(n, sum(sizes.values()))
    assert all(0 <= shares[name] <= size for name, size in sizes.items())
    if n >= len(sizes):
        assert all(shares.values())


def test_shares_follow_the_sizes() -> None:
    """Nine in ten lines are payable, so nine in ten of the sample are."""
    assert share_out({"payable": 9000, "pended": 700, "not_payable": 300}, 100) == {
        "payable": 90,
        "pended": 7,
        "not_payable": 3,
    }
