"""Periods and months: the arithmetic under every deadline."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from necessity.domain.dates import (
    Period,
    after_a_pause,
    federal_holidays,
    is_business_day,
    last_day_of_months,
    months_later,
    review_last_day,
)
from necessity.errors import RecordError

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def test_a_period_holds_both_its_ends() -> None:
    """A session on the last day of a letter is covered."""
    period = Period(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 4))
    inside = [date(2026, 3, day) in period for day in (1, 2, 3, 4, 5)]
    assert inside == [False, True, True, True, False]


@given(DAYS)
def test_a_period_without_ends_holds_every_day(day: date) -> None:
    """A clause that names no date is always in force."""
    assert day in Period()


def test_a_period_cannot_end_before_it_starts() -> None:
    """Such a letter would cover nothing, and nobody would be told."""
    with pytest.raises(ValidationError, match="before it starts"):
        Period(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("day", "months", "reached"),
    [
        (date(2026, 3, 15), 4, date(2026, 7, 15)),
        (date(2026, 10, 31), 4, date(2027, 3, 1)),
        (date(2027, 10, 29), 4, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, reached: date) -> None:
    """A day that the month reached does not have becomes the first of the next one, never an earlier day."""
    assert months_later(day, months) == reached


@given(DAYS, st.integers(0, 240))
def test_more_months_never_lead_to_an_earlier_day(day: date, months: int) -> None:
    """A longer time limit may not run out sooner."""
    assert months_later(day, months) <= months_later(day, months + 1)


@given(DAYS, st.integers(1, 24))
def test_the_day_after_a_period_of_months_starts_the_next_one(day: date, months: int) -> None:
    """Renewed letters must leave no gap and no overlap."""
    assert last_day_of_months(day, months) + timedelta(days=1) == months_later(day, months)


def test_months_beyond_the_calendar_are_refused_in_words() -> None:
    """A slip of the finger in a form must not end in a traceback."""
    with pytest.raises(RecordError, match="beyond the calendar"):
        months_later(date(2026, 1, 1), 12 * 8000)


HOLIDAYS = {
    2021: ["01-01", "01-18", "02-15", "05-31", "06-19", "07-04", "09-06", "10-11", "11-11", "11-25", "12-25"],
    2026: ["01-01", "01-19", "02-16", "05-25", "06-19", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25"],
    2027: ["01-01", "01-18", "02-15", "05-31", "06-19", "07-04", "09-06", "10-11", "11-11", "11-25", "12-25"],
}
"""Federal legal holidays by 5 USC 6103(a), read from calendars."""


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_federal_holidays_of_a_year_are_those_of_the_calendar(year: int) -> None:
    """A holiday missed tells somebody to file a day before they must; one too many, a day too late."""
    assert [str(day)[5:] for day in federal_holidays(year)] == HOLIDAYS[year]


@given(st.integers(1990, 2200))
def test_the_moving_holidays_lie_on_their_weekdays(year: int) -> None:
    """The law names the third Monday, not a date."""
    moving = {day.weekday() for day, name in federal_holidays(year).items() if name not in FIXED}
    assert moving == {0, 3}
    memorial = next(day for day, name in federal_holidays(year).items() if name == "Memorial Day")
    assert (memorial + timedelta(days=7)).month == 6


FIXED = {
    "New Year's Day",
    "Juneteenth National Independence Day",
    "Independence Day",
    "Veterans Day",
    "Christmas",
}


@given(DAYS, st.integers(0, 12))
def test_a_review_ends_on_a_business_day_within_three_days_of_its_months(day: date, months: int) -> None:
    """A weekend with a Monday holiday is the longest stretch without a business day."""
    last = review_last_day(day, months)
    assert is_business_day(last)
    assert 0 <= (last - months_later(day, months)).days <= 3


@given(DAYS, st.integers(0, 120), st.integers(0, 90))
def test_a_decision_waits_while_the_plan_waits(last_day: date, ahead: int, waited: int) -> None:
    """The plan's clock stands still while something is missing, and never longer than there was time to answer."""
    asked_on = last_day - timedelta(days=ahead)
    moved = after_a_pause(last_day, asked_on, asked_on + timedelta(days=waited), 45)
    assert (moved - last_day).days == min(waited, 45)
    assert after_a_pause(last_day, asked_on, None, 45) == last_day + timedelta(days=45)


def test_four_months_are_never_120_days() -> None:
    """Secondary pages print 120 or 122 days; counted so, an appeal of 15 March would end two days early."""
    received = date(2026, 3, 15)
    assert (review_last_day(received, 4) - received).days == 122
    assert (
        review_last_day(date(2026, 10, 15), 4) - date(2026, 10, 15)
    ).days == 124  # 15 February is Washington's Birthday
    lengths = {(months_later(received + timedelta(days=n), 4) - received - timedelta(days=n)).days for n in range(365)}
    assert lengths == {120, 121, 122, 123}
