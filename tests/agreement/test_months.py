"""Months are counted once in Python (`domain/dates.py`) and once in the SQL of facts; both must find the same day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.adjudication.engine import evaluate
from necessity.domain.dates import last_day_of_months
from necessity.facts.fact import Fact
from necessity.facts.load import load
from necessity.parameters.load import load as load_parameters

FACTS = load(load_parameters()).facts
COUNTED = {
    "letter_stated_end": ("effective_from", "stated_months"),
    "letter_life_ends_on": ("letter_signed_on", "letter_life_months"),
    "letter_default_end": ("letter_signed_on", "letter_months_if_unstated"),
}
"""Facts that count months, with the columns they count from and by."""

LEAP_DAYS = tuple(date(year, 2, 29) for year in (2024, 2028, 2096, 2400))
MONTH_ENDS = tuple(date(2027 if month < 12 else 2026, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 13))
DAYS = st.dates(date(1900, 1, 1), date(2500, 12, 31)) | st.sampled_from(LEAP_DAYS + MONTH_ENDS)
MONTHS = st.integers(0, 1200) | st.sampled_from((1, 2, 6, 11, 12, 13, 18, 24, 48))


def by_sql(fact: Fact, pairs: list[tuple[date, int]]) -> list[date]:
    """Ask the fact's own SQL for the last day, for each first day and number of months."""
    first, months = COUNTED[fact.name]
    columns = {first: "DATE", months: "BIGINT", "signed_on": "DATE", "effective_to": "DATE", "states_start": "BOOLEAN"}
    rows = [{first: day, months: number} for day, number in pairs]
    return [found for (found,) in evaluate(columns, rows, (fact.sql.replace("letter.", ""),))]


@pytest.mark.parametrize("name", COUNTED)
@settings(max_examples=30)
@given(pairs=st.lists(st.tuples(DAYS, MONTHS), min_size=20, max_size=60))
def test_the_last_day_of_some_months_is_the_same_in_sql_and_in_python(name: str, pairs: list[tuple[date, int]]) -> None:
    """A letter must not be a day longer on the desk than in the bulk run."""
    assert by_sql(FACTS[name], pairs) == [last_day_of_months(day, months) for day, months in pairs]


@pytest.mark.parametrize("name", COUNTED)
def test_every_day_of_four_years_counts_alike(name: str) -> None:
    """Month ends and leap days are where calendars differ."""
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(4 * 365 + 1)]
    pairs = [(day, months) for day in days for months in (1, 6, 12)]
    assert by_sql(FACTS[name], pairs) == [last_day_of_months(day, months) for day, months in pairs]


def test_no_other_fact_about_letters_counts_months() -> None:
    """A new one joins the comparison above."""
    letters = {fact.name for fact in FACTS.values() if fact.about == "letter" and "to_months" in fact.sql}
    assert letters == set(COUNTED)
