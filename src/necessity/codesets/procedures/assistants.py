"""The assistant modifiers CQ and CO: which units of therapy bear one when therapist and assistant share the work."""

from datetime import date
from typing import NamedTuple

from necessity.codesets.procedures.units import UnitRule, count_units

SOURCES = ("cms-cq", "cq-2022")
"""Ids of what the split rests on."""
_BEGAN = date(2020, 1, 1)
_MIDPOINT = date(2022, 1, 1)
_MODIFIER = {"PT": ("GP", "CQ"), "OT": ("GO", "CO")}


class Shared(NamedTuple):
    """Minutes of one code on one day: the therapist's and the assistant's own."""

    code: str
    therapist: int
    """Minutes of the therapist, alone or together with the assistant."""
    assistant: int
    """Minutes of the assistant alone."""


class Marked(NamedTuple):
    """Units of one code that bear the same modifiers."""

    code: str
    units: int
    modifiers: tuple[str, ...]


class Split(NamedTuple):
    """A day's units by modifier."""

    lines: tuple[Marked, ...]
    """In the order of the codes, units without an assistant modifier first."""
    choices: tuple[str, ...]
    """What whoever treated has to choose, or what no rule we read settles; empty where nothing."""


def split_units(work: tuple[Shared, ...], served_on: date, discipline: str = "PT") -> Split:
    """Say which units bear CQ (or CO), for payers that follow Medicare.

    Whole quarter-hours of one person come first; then what is left of a code is looked at unit by unit: from 2022 a
    therapist's eight minutes keep the modifier away, else the assistant's share above a tenth of the unit brings it.

    Args:
        work: Minutes by code and person.
        served_on: The day; before 2020 there was no such modifier, until 2021 only the tenth counted.
        discipline: PT or OT.

    Returns:
        Units by modifier.

    Source:
        CMS, billing examples using CQ/CO modifiers; steps as in the sources `cms-cq` and `cq-2022`.

    Examples:
        >>> work = (Shared("97110", 13, 23), Shared("97140", 30, 0))
        >>> for line in split_units(work, date(2024, 8, 1)).lines:
        ...     print(line.code, line.units, *line.modifiers)
        97110 1 GP
        97110 1 GP CQ
        97140 2 GP
    """
    plan, mark = _MODIFIER[discipline]
    counted = count_units({one.code: one.therapist + one.assistant for one in work}, UnitRule.CMS)
    units = {line.code: line.units for line in counted.allocations}
    choices = []
    if counted.choice:
        among = ", ".join(counted.choice.among)
        choices.append(f"{counted.choice.units} unit may go to any of {among}: whoever treated chooses.")
    lines = []
    for one in work:
        plain, marked, open_point = _of_code(one, units.get(one.code, 0), served_on)
        lines += [Marked(one.code, plain, (plan,))] if plain else []
        lines += [Marked(one.code, marked, (plan, mark))] if marked else []
        choices += [open_point] if open_point else []
    return Split(tuple(lines), tuple(choices))


def _of_code(one: Shared, units: int, served_on: date) -> tuple[int, int, str]:
    """Divide the units of one code into those without and those with the modifier."""
    if served_on < _BEGAN:
        return units, 0, ""
    plain, marked = one.therapist // 15, one.assistant // 15
    therapist, assistant = one.therapist % 15, one.assistant % 15
    left = units - plain - marked
    if left == 1:
        return (plain, marked + 1, "") if _bears(therapist, assistant, served_on) else (plain + 1, marked, "")
    if left == 2:
        both = min(therapist, assistant) >= 9
        said = "" if both and served_on >= _MIDPOINT else f"{one.code}: no rule we read settles its last two units."
        return plain + 1, marked + 1, said
    return plain, marked, ""


def _bears(therapist: int, assistant: int, served_on: date) -> bool:
    """Say whether a single unit bears the modifier."""
    if served_on >= _MIDPOINT and therapist >= 8:
        return False
    return assistant * 10 > therapist + assistant
