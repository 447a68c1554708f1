"""Calendar arithmetic of letters and deadlines. Days are local dates; a period holds both its ends."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Self

from pydantic import model_validator

from necessity.domain.record import Record
from necessity.errors import RecordError


class Period(Record):
    """A stretch of days, both ends included; an end left open reaches as far as it can."""

    starts_on: date | None = None
    """First day; missing: open."""
    ends_on: date | None = None
    """Last day; missing: open."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError(f"ends on {self.ends_on} before it starts on {self.starts_on}")
        return self

    def __contains__(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def months_later(day: date, months: int) -> date:
    """Find the same day so many calendar months on; where that month is shorter, the first day of the next.

    The roll forward is the counting rule for "four months" of an external review request (the day without a match
    becomes the first of the following month).

    Args:
        day: Where counting starts.
        months: Whole calendar months, 0 or more.

    Returns:
        The day reached.

    Raises:
        RecordError: the day reached lies beyond year 9999.

    Source:
        29 CFR 2590.715-2719(d)(2)(i), as commonly summarised (not re-read there).

    Examples:
        >>> months_later(date(2026, 3, 15), 4), months_later(date(2026, 10, 30), 4)
        (datetime.date(2026, 7, 15), datetime.date(2027, 3, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        raise RecordError(
            f"{months} months after {day} lies beyond the calendar.",
            "Use a smaller number of months.",
            field="months",
            value=months,
            allowed="a date before the year 10000",
        )
    month += 1
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)


def months_on(day: date, months: int) -> date:
    """Find the same day so many calendar months on; where that month is shorter, its last day.

    So a time limit whose rule says nothing of a missing day is never told too long.

    Examples:
        >>> months_on(date(2026, 3, 15), 12), months_on(date(2024, 2, 29), 12)
        (datetime.date(2027, 3, 15), datetime.date(2025, 2, 28))
    """
    reached = months_later(day, months)
    return reached if reached.day == day.day else reached - timedelta(days=1)


def last_day_of_months(first: date, months: int) -> date:
    """Find the last day of a period of whole months, first day included.

    Examples:
        >>> last_day_of_months(date(2026, 2, 10), 12), last_day_of_months(date(2026, 2, 10), 6)
        (datetime.date(2027, 2, 9), datetime.date(2026, 8, 9))
    """
    return months_later(first, months) - timedelta(days=1)


def spoken(day: date) -> str:
    """Write a day the way sentences do.

    Examples:
        >>> spoken(date(2026, 8, 27))
        '27 Aug 2026'
    """
    return f"{day.day} {day:%b %Y}"


def after_a_pause(last_day: date, asked_on: date, came_on: date | None, most_days: int) -> date:
    """Move the last day of a decision by the time the plan waited for what was missing.

    The clock stands still from the plan's request until the answer, or until the time to answer has run out.

    Args:
        last_day: The day without the pause.
        asked_on: When the plan asked, with notice that it takes more time.
        came_on: When the answer came; None where it has not, so that the whole time counts.
        most_days: Days there were to answer, 45 under the federal rule.

    Source:
        29 CFR 2560.503-1, as explained by milamhctf.com.

    Examples:
        >>> after_a_pause(date(2026, 5, 16), date(2026, 4, 20), date(2026, 4, 30), 45)
        datetime.date(2026, 5, 26)
        >>> after_a_pause(date(2026, 5, 16), date(2026, 4, 20), None, 45)
        datetime.date(2026, 6, 30)
    """
    waited = most_days if came_on is None else max(0, (came_on - asked_on).days)
    return last_day + timedelta(days=min(waited, most_days))


_FIXED_HOLIDAYS = (
    (1, 1, "New Year's Day"),
    (7, 4, "Independence Day"),
    (11, 11, "Veterans Day"),
    (12, 25, "Christmas"),
)
_JUNETEENTH_SINCE = 2021
_MONDAYS = (
    (1, 3, "Birthday of Martin Luther King, Jr."),
    (2, 3, "Washington's Birthday"),
    (9, 1, "Labor Day"),
    (10, 2, "Columbus Day"),
)
_MONDAY, _THURSDAY, _SATURDAY = 0, 3, 5


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def federal_holidays(year: int) -> dict[date, str]:
    """List the federal legal holidays of a year, on the dates the law names.

    The Friday before or the Monday after, on which offices close for a holiday at a weekend, is a rule about pay and
    leave and is left out: a time limit is then never told a day too long.

    Args:
        year: Four digits.

    Returns:
        The name of each holiday by its day, in order.

    Source:
        5 USC 6103(a), as listed by a United States bankruptcy court; Juneteenth since 2021.

    Examples:
        >>> [str(day) for day in federal_holidays(2026)][:6]
        ['2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-07-04']
        >>> len(federal_holidays(2020)), len(federal_holidays(2021))
        (10, 11)
    """
    found = {date(year, month, day): name for month, day, name in _FIXED_HOLIDAYS}
    found |= {_nth_weekday(year, month, _MONDAY, number): name for month, number, name in _MONDAYS}
    found[_nth_weekday(year, 5, _MONDAY, 5 if _nth_weekday(year, 5, _MONDAY, 5).month == 5 else 4)] = "Memorial Day"
    found[_nth_weekday(year, 11, _THURSDAY, 4)] = "Thanksgiving Day"
    if year >= _JUNETEENTH_SINCE:
        found[date(year, 6, 19)] = "Juneteenth National Independence Day"
    return dict(sorted(found.items()))


def is_business_day(day: date) -> bool:
    """Say whether a day is neither a Saturday, nor a Sunday, nor a federal legal holiday."""
    return day.weekday() < _SATURDAY and day not in federal_holidays(day.year)


def next_business_day(day: date) -> date:
    """Find the day itself, or where it is no business day the first one after it.

    Examples:
        >>> next_business_day(date(2026, 9, 12)), next_business_day(date(2026, 9, 7))
        (datetime.date(2026, 9, 14), datetime.date(2026, 9, 8))
    """
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def review_last_day(received_on: date, months: int) -> date:
    """Find the last day to ask for an external review: calendar months, then on to a business day.

    Args:
        received_on: When the final internal denial was received.
        months: Calendar months, four under the federal rule.

    Source:
        45 CFR 147.136(d)(2)(i); 29 CFR 2590.715-2719(d)(2)(i).

    Examples:
        >>> review_last_day(date(2026, 5, 12), 4), review_last_day(date(2026, 10, 30), 4)
        (datetime.date(2026, 9, 14), datetime.date(2027, 3, 1))
    """
    return next_business_day(months_later(received_on, months))


def grace_period_last_day(year_ends_on: date) -> date:
    """Find the last day a health FSA's grace period may reach: the 15th of the third month after the plan year.

    Source:
        flexbank.net, grace period.

    Examples:
        >>> grace_period_last_day(date(2026, 12, 31)), grace_period_last_day(date(2026, 6, 30))
        (datetime.date(2027, 3, 15), datetime.date(2026, 9, 15))
    """
    return months_later(year_ends_on.replace(day=1), 3).replace(day=15)


def days_after_calendar_year(day: date, days: int) -> date:
    """Find the day so many days after the end of the calendar year a day lies in.

    Examples:
        >>> days_after_calendar_year(date(2026, 11, 1), 60), days_after_calendar_year(date(2027, 5, 1), 60)
        (datetime.date(2027, 3, 1), datetime.date(2028, 2, 29))
    """
    return date(day.year, 12, 31) + timedelta(days=days)
