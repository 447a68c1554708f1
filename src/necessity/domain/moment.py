"""Moments: when something happened, to the second and in UTC. Days stay local dates and have no moment."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def in_utc(moment: datetime) -> datetime:
    """Turn a moment into UTC.

    Raises:
        ValueError: it says no offset, so that nobody can tell when it was.

    Examples:
        >>> str(in_utc(datetime.fromisoformat("2026-03-02T09:30:00-05:00")))
        '2026-03-02 14:30:00+00:00'
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC, such as 2026-03-02T14:30:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment outside the years 1 to 9999") from None


Moment = Annotated[datetime, AfterValidator(in_utc)]
"""A moment in UTC; one without an offset is refused."""
