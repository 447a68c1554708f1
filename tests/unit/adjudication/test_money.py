"""What money comes to for the person: every worked example in `money_vectors.toml`, and what holds for any amount."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.adjudication.money import Saving, saving, total, wrong_use_cents
from necessity.adjudication.payroll import Wages, payroll_parts
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.money import cents, mileage_cents
from necessity.domain.receipt import FilingStatus, TaxPicture
from necessity.parameters.load import Parameters, load

VECTORS = tomllib.loads(Path(__file__).with_name("money_vectors.toml").read_text(encoding="utf-8"), parse_float=Decimal)
KEYS = {
    "saving": {"name", "kind", "amount", "payroll", "tax", "saves", "least", "most", "says"},
    "wrong_use": {"name", "amount", "tax", "lifted", "costs", "least", "most"},
    "mileage": {"name", "miles", "year", "comes_to"},
}
DAY = date(2026, 6, 1)


@cache
def law() -> Parameters:
    return load()


def named(table: str) -> Any:
    return pytest.mark.parametrize("vector", VECTORS[table], ids=lambda vector: vector["name"])


def amount_of(value: object) -> int | None:
    return None if value == "unknown" else cents(Decimal(str(value)))


def tax_of(given: dict[str, Any]) -> TaxPicture:
    def rate(name: str) -> int | None:
        return int(given[name] * 100) if name in given else None

    return TaxPicture(
        year=given.get("year"),
        federal_rate=rate("federal"),
        state_rate=rate("state_rate"),
        payroll_rate=rate("payroll"),
        wages_cents=cents(given["wages"]) if "wages" in given else None,
        filing_status=given.get("filing_status"),
        state=given.get("state"),
    )


def test_a_misspelt_key_of_a_vector_is_seen() -> None:
    """Otherwise a worked example could pass for want of a question."""
    assert set(VECTORS) == set(KEYS)
    assert [v["name"] for table, keys in KEYS.items() for v in VECTORS[table] if set(v) - keys] == []


@named("saving")
def test_a_saving_is_what_was_worked_out(vector: dict[str, Any]) -> None:
    """The person chooses between routes by this figure."""
    kind = FundingKind(vector["kind"])
    source = FundingSource(id="a", kind=kind, is_paid_in_by_payroll=vector.get("payroll"))
    found = saving(kind, cents(Decimal(str(vector["amount"]))), tax_of(vector["tax"]), law(), DAY, source)
    least, most = (amount_of(vector.get(end, vector.get("saves"))) for end in ("least", "most"))
    assert (found.least_cents, found.most_cents) == (least, most)
    assert vector.get("says", "") in "; ".join(found.assumes)


@named("wrong_use")
def test_wrong_use_costs_what_was_worked_out(vector: dict[str, Any]) -> None:
    """A fifth more, unless the owner is 65 or disabled."""
    found = wrong_use_cents(cents(vector["amount"]), tax_of(vector["tax"]), law(), DAY, vector.get("lifted"))
    least, most = (amount_of(vector.get(end, vector.get("costs"))) for end in ("least", "most"))
    assert (found.least_cents, found.most_cents) == (least, most)


@named("mileage")
def test_mileage_comes_to_what_was_worked_out(vector: dict[str, Any]) -> None:
    """Tenths of a cent are kept until the end."""
    rate = law().of("medical_mileage_tenths", date(vector["year"], 7, 1))
    assert mileage_cents(vector["miles"], rate) == amount_of(vector["comes_to"])


def test_an_unknown_part_makes_a_sum_unknown() -> None:
    """Not the sum of the rest."""
    assert (total([100, None, 5]), total([100, 5]), total([])) == (None, 105, 0)


@pytest.mark.parametrize("kind", [kind for kind in FundingKind if kind is not FundingKind.OWN_POCKET])
def test_an_unknown_amount_saves_an_unknown_amount(kind: FundingKind) -> None:
    """And nothing saves nothing."""
    rates = TaxPicture(federal_rate=2200, state_rate=500, payroll_rate=765)
    assert saving(kind, None, rates, law(), DAY)[:2] == (None, None)
    assert saving(kind, 0, rates, law(), DAY)[:2] == (0, 0)


RATES = st.none() | st.integers(0, 6000)
PICTURES = st.builds(
    TaxPicture,
    year=st.none() | st.integers(2023, 2028),
    federal_rate=RATES,
    state_rate=RATES,
    payroll_rate=st.none() | st.integers(0, 1000),
    wages_cents=st.none() | st.integers(0, 50_000_000),
    filing_status=st.none() | st.sampled_from(FilingStatus),
    state=st.none() | st.sampled_from(("CA", "NJ", "OH")),
)


def filled(known: Saving, narrower: Saving) -> bool:
    """Whether one range lies inside another; an unknown end holds everything on its side."""
    low = known.least_cents is None or (narrower.least_cents is not None and known.least_cents <= narrower.least_cents)
    high = known.most_cents is None or (narrower.most_cents is not None and narrower.most_cents <= known.most_cents)
    return low and high


@given(st.sampled_from(list(FundingKind)), st.integers(0, 10_000_000), PICTURES, st.none() | st.booleans())
def test_a_saving_is_never_more_than_the_money_itself(
    kind: FundingKind, amount: int, tax: TaxPicture, by_payroll: bool | None
) -> None:
    """And its lower end is never above its higher one."""
    source = FundingSource(id="a", kind=kind, is_paid_in_by_payroll=by_payroll)
    least, most, _ = saving(kind, amount, tax, law(), DAY, source)
    assert least is None or 0 <= least <= amount
    assert most is None or (least is not None and least <= most <= amount)


@given(st.integers(1, 10_000_000), PICTURES, st.booleans(), st.sampled_from(FilingStatus))
def test_an_answer_only_narrows_the_range(amount: int, tax: TaxPicture, by_payroll: bool, status: FilingStatus) -> None:
    """How money goes in, and the filing status, may settle the range and never move it."""
    for kind in (FundingKind.HSA, FundingKind.HEALTH_FSA):
        open_tax = tax.model_copy(update={"filing_status": None})
        open_range = saving(kind, amount, open_tax, law(), DAY, FundingSource(id="a", kind=kind))
        known = FundingSource(id="a", kind=kind, is_paid_in_by_payroll=by_payroll)
        settled = saving(kind, amount, tax.model_copy(update={"filing_status": status}), law(), DAY, known)
        if settled.least_cents is not None:
            assert filled(open_range, settled)


@given(st.integers(0, 5_000_000), st.integers(0, 5_000_000), st.integers(0, 40_000_000), st.sampled_from(FilingStatus))
def test_payroll_tax_of_two_amounts_is_that_of_their_sum(
    first: int, second: int, pay: int, status: FilingStatus
) -> None:
    """What comes off first and what comes off after it must add up, whatever the steps of the law."""

    def part(amount: int, wages_cents: int) -> int:
        thresholds = (25_000_000, 12_500_000, 20_000_000)
        parts = payroll_parts(amount, Wages(wages_cents, status, 18_450_000, 620, 145, 90, thresholds))
        assert parts is not None
        assert parts[0] == parts[1]
        return parts[0]

    taken = min(first, pay)
    assert part(first, pay) + part(second, pay - taken) == part(min(first + second, pay), pay)
