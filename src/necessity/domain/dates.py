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
        29 CFR 2590.715-2719(d)(2)(i), as summarised in the fact sheet, rule R1.8.7 (not re-read there).

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
