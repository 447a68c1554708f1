"""Timed units: how many a day's minutes support, under the CMS rule and under the midpoint rule of the AMA.

CMS counts the 15-minute codes of one day and discipline together: the total caps the units, every code keeps its
whole quarter-hours, and what is left goes to the longest remainders. The midpoint rule counts each code alone. Untimed
and group codes stand apart and never enter the total.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from necessity.codesets.procedures.tables import Procedure, procedures
from necessity.errors import RecordError

_DAY = 1440


class UnitRule(StrEnum):
    """Whose rule counts; the payer decides which."""

    CMS = "cms"
    AMA = "ama"


SOURCES = {UnitRule.CMS: ("mcpm-5-20.2", "mcpm-5-20.2-recalled"), UnitRule.AMA: ("cpt-midpoint",)}
"""Ids of what each rule rests on."""


RULE_OF_PAYER = {
    "medicare": UnitRule.CMS,
    "medicare_advantage": UnitRule.CMS,
    "tricare": UnitRule.CMS,
    "medicaid": UnitRule.CMS,
}
"""Whose rule a payer follows, by custom; most of Medicaid. A payer that is not here is asked."""


class Allocation(NamedTuple):
    """Units of one timed code on one day."""

    code: str
    minutes: int
    units: int


class Choice(NamedTuple):
    """Units that may go to any of several codes with equal claims; whoever treated chooses."""

    units: int
    among: tuple[str, ...]


class Counted(NamedTuple):
    """The units of one day under one rule."""

    rule: UnitRule
    total_minutes: int
    """Minutes of timed codes."""
    units: int
    """Units of timed codes."""
    allocations: tuple[Allocation, ...]
    """By timed code, in the order given; under a choice the earlier code is shown with the unit."""
    choice: Choice | None
    """What is left to choose; None where nothing is."""
    apart: tuple[Allocation, ...]
    """Untimed and group codes: their minutes are in no total, their units one a session."""
    unknown: tuple[str, ...]
    """Codes not loaded here, which nothing is counted for."""
    notes: tuple[str, ...]
    """What else matters for the codes given."""

    @property
    def treatment_minutes(self) -> int:
        """All minutes of the day, timed or not: the record must show both totals."""
        return self.total_minutes + sum(one.minutes for one in self.apart)


def timed_units(minutes: int) -> int:
    """Count the 15-minute units that a day's minutes of direct contact support.

    Args:
        minutes: Whole minutes, 0 to 1440, of all 15-minute codes together (CMS) or of one code (midpoint rule).

    Returns:
        Units, 0 or more: the midpoint of a unit must be passed.

    Raises:
        RecordError: minutes is negative or longer than a day.

    Source:
        CMS, Medicare Claims Processing Manual (Pub. 100-04), chapter 5, section 20.2 C.

    Examples:
        >>> [timed_units(m) for m in (7, 8, 22, 23)]
        [0, 1, 1, 2]
    """
    return midpoint_units(_checked(minutes), 15)


def midpoint_units(minutes: int, unit_minutes: int) -> int:
    """Count units of any length: one is earned once more than half of its time has passed.

    Examples:
        >>> [midpoint_units(m, 30) for m in (15, 16, 45, 46)]
        [0, 1, 1, 2]
    """
    return (minutes + unit_minutes - unit_minutes // 2 - 1) // unit_minutes


def count_units(minutes: Mapping[str, int], rule: UnitRule) -> Counted:
    """Count the units of one patient's day with one discipline, code by code.

    Args:
        minutes: Minutes by code, in the order in which ties are to be shown.
        rule: Whose rule counts.

    Returns:
        Units by code, with what is left to choose.

    Raises:
        RecordError: minutes that no day can hold.

    Examples:
        >>> done = count_units({"97110": 33, "97140": 7}, UnitRule.CMS)
        >>> done.units, [(a.code, a.units) for a in done.allocations]
        (3, [('97110', 2), ('97140', 1)])
    """
    for one in minutes.values():
        _checked(one)
    _checked(sum(minutes.values()))
    known = {code: procedures()[code] for code in minutes if code in procedures()}
    units: dict[str, int] = {}
    choice = None
    pooled = {code: minutes[code] for code, one in known.items() if one.counting == "pooled"}
    if rule is UnitRule.CMS:
        units, choice = _share(pooled)
    else:
        units = {code: timed_units(one) for code, one in pooled.items()}
    units |= {code: _alone(one, minutes[code]) for code, one in known.items() if code not in pooled}
    lines = [Allocation(code, minutes[code], units[code]) for code in known]
    timed = tuple(line for line in lines if known[line.code].is_timed)
    return Counted(
        rule,
        sum(line.minutes for line in timed),
        sum(line.units for line in timed),
        timed,
        choice,
        tuple(line for line in lines if not known[line.code].is_timed),
        tuple(code for code in minutes if code not in known),
        tuple(_notes(known.values(), minutes, units)),
    )


def _checked(minutes: int) -> int:
    if not 0 <= minutes <= _DAY:
        raise RecordError(
            f"{minutes} minutes do not fit into a day.",
            f"Give whole minutes, 0 to {_DAY} a day in all.",
            field="minutes",
            value=minutes,
            allowed=f"0 to {_DAY}",
        )
    return minutes


def _share(minutes: Mapping[str, int]) -> tuple[dict[str, int], Choice | None]:
    """Share the day's units: whole quarter-hours first, the rest one each to the longest remainders."""
    units = {code: one // 15 for code, one in minutes.items()}
    left = timed_units(sum(minutes.values())) - sum(units.values())
    rest = {code: one % 15 for code, one in minutes.items()}
    longest = sorted(rest, key=lambda code: -rest[code])  # equal ones stay in the order given
    for code in longest[:left]:
        units[code] += 1
    if not 0 < left < len(longest) or rest[longest[left - 1]] != rest[longest[left]]:
        return units, None
    edge = rest[longest[left]]
    among = tuple(code for code in minutes if rest[code] == edge)
    return units, Choice(left - sum(one > edge for one in rest.values()), among)


def _alone(procedure: Procedure, minutes: int) -> int:
    """Count a code that is never pooled."""
    if procedure.unit_minutes is None:
        return 1
    if procedure.counting == "full":
        return minutes // procedure.unit_minutes
    return midpoint_units(minutes, procedure.unit_minutes)


def _notes(known: Iterable[Procedure], minutes: Mapping[str, int], units: Mapping[str, int]) -> Iterable[str]:
    for one in known:
        if one.is_timed and minutes[one.code] and not units[one.code]:
            yield f"{one.code}: document its {minutes[one.code]} minutes; it bears no unit of its own."
        if one.setting == "group" and not one.is_timed:
            yield f"{one.code} is group work: the same minutes are never also one-to-one, and enter no timed total."
        if one.counting == "session" and one.code.startswith("S"):
            yield f"{one.code} is counted by the session; minutes are never turned into units."
        if one.needs and one.needs not in minutes:
            yield f"{one.code} is an addition to {one.needs}, which is not among the codes."
