"""The attendance log of a gym-visit programme, and how many days of it count in one period."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from necessity.domain.record import Record


class GymVisit(Record):
    """One visit to a gym or class that a programme counts."""

    id: str
    """Short name, such as its number in the log. Never missing."""
    funding_source: str
    """Id of the programme that counts it. Never missing."""
    visited_on: date | None = None
    """The day."""
    facility: str | None = None
    """The gym or studio."""
    activity: str | None = None
    """What was done, in words."""
    is_confirmed: bool | None = None
    """Whether the facility confirmed it: a signature, a stamp, its own printout."""
    file: str | None = None
    """The signed log or the printout that shows it, a path under papers/."""


class VisitDays(NamedTuple):
    """How many days of a log fall into one period."""

    listed: int | None
    """Days with a visit; None where the log of the programme is empty or the period has no dates."""
    confirmed: int | None
    """Days of those that the facility confirmed; None as above."""


def visit_days(visits: Iterable[GymVisit], programme: str, first: date | None, last: date | None) -> VisitDays:
    """Count the days of a programme's log that lie in a period; several visits on one day count once.

    Both counts are what is listed, so each is a least number: a visit without a date is in neither.

    Examples:
        >>> log = [GymVisit(id=str(n), funding_source="gym", visited_on=date(2026, 1, n)) for n in (5, 6, 6)]
        >>> visit_days(log, "gym", date(2026, 1, 6), date(2026, 6, 30))
        VisitDays(listed=1, confirmed=0)
    """
    own = [visit for visit in visits if visit.funding_source == programme]
    if not own or first is None or last is None:
        return VisitDays(None, None)
    inside = [visit for visit in own if visit.visited_on and first <= visit.visited_on <= last]
    return VisitDays(
        len({visit.visited_on for visit in inside}), len({visit.visited_on for visit in inside if visit.is_confirmed})
    )
