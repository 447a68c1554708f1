"""Layouts as data: the loops, segments and elements of one message, read from the `layout.toml` beside a format.

An element is written `usage kind [length] [name]`: usage R (required), S (situational) or N (not used); kind one of

    =A|B        one of these codes
    an 1-60     text of that length            n 1-6   digits
    money       dollars, at most two decimals  qty     a number
    d8 rd8 dt   a day, two days, either        t       a time
    any         anything, components included
    ( … ; … )   a composite of such elements
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

_ELEMENT = re.compile(
    r"(?P<usage>[RSN])(?: (?P<kind>an|n|money|qty|d8|rd8|dt|t|any|=\S+))?(?: (?P<span>\d+-\d+))?(?: (?P<name>.+))?"
)


class Element(NamedTuple):
    """What may stand in one element or component."""

    usage: str
    kind: str
    low: int
    high: int
    values: tuple[str, ...]
    parts: tuple["Element", ...]
    name: str


class Row(NamedTuple):
    """One segment of a loop, or several that differ in one code only."""

    number: int
    """Its place among all rows of the layout."""
    key: str
    """Loop and segment id, such as 2010AA.NM1."""
    id: str
    loop: str
    name: str
    required: bool
    most: int
    """How often it may stand, for each code of `when`; 0: any number of times."""
    at: int
    """The element that tells it from others of the same id; 0: none."""
    when: tuple[str, ...]
    elements: tuple[Element, ...]
    together: tuple[tuple[int, int], ...]
    """Pairs of elements that stand together or not at all."""


class Loop(NamedTuple):
    """One loop of the guide."""

    id: str
    under: tuple[str, ...]
    name: str
    required: bool
    most: int
    keep: str
    """level: its segments are context of what follows; unit: it is handed over whole; empty: part of the one above."""
    rows: tuple[Row, ...]


class Layout(NamedTuple):
    """One kind of message."""

    set: str
    """Transaction set id (ST01), such as 837."""
    kind: str
    """What we call it, such as 837P."""
    title: str
    group: str
    """Functional group (GS01)."""
    version: str
    """The version we write."""
    versions: tuple[str, ...]
    """The versions we read."""
    names_edition: bool
    """Whether ST03 names the edition; an 835 leaves it out."""
    loops: tuple[Loop, ...]


@cache
def load(path: Path) -> Layout:
    """Read a layout from its TOML file."""
    with path.open("rb") as file:
        given = tomllib.load(file)
    message, numbers = given["message"], count()
    return Layout(
        set=message["set"],
        kind=message["kind"],
        title=message["title"],
        group=message["group"],
        version=message["version"],
        versions=(message["version"], *message.get("also_read", ())),
        names_edition=message.get("names_edition", True),
        loops=tuple(_loop(one, numbers) for one in given["loop"]),
    )


def _loop(given: dict[str, Any], numbers: Iterator[int]) -> Loop:
    rows = tuple(_row(given["id"], next(numbers), one) for one in given["segment"])
    under = tuple(given.get("under", ()))
    required, most = _use(given.get("use", "R1"))
    return Loop(given["id"], under, given["name"], required, most, given.get("keep", ""), rows)


def _use(text: str) -> tuple[bool, int]:
    """Read R1, S10, R* …: required or situational, and how often at most."""
    return text[0] == "R", 0 if text[1:] == "*" else int(text[1:] or 1)


def _row(loop: str, number: int, given: dict[str, Any]) -> Row:
    required, most = _use(given.get("use", "S1"))
    when = tuple(given.get("when", ()))
    return Row(
        number=number,
        key=f"{loop}.{given['id']}",
        id=given["id"],
        loop=loop,
        name=given["name"],
        required=required,
        most=most,
        at=given.get("at", 1) if when else 0,
        when=when,
        elements=tuple(element(text) for text in given["elements"]),
        together=tuple((one, two) for one, two in given.get("together", ())),
    )


def element(text: str) -> Element:
    """Read one element of a layout.

    Examples:
        >>> element("R an 1-60 family name")[:4]
        ('R', 'an', 1, 60)
        >>> [part.kind for part in element("R (R =HC; R an 1-48)").parts]
        ['code', 'an']
    """
    if "(" in text:
        before, _, rest = text.partition("(")
        inside, _, name = rest.rpartition(")")
        parts = tuple(element(part.strip()) for part in inside.split(";"))
        return Element(before.strip(), "composite", 0, 0, (), parts, name.strip())
    found = _ELEMENT.fullmatch(text)
    if not found:
        raise ValueError(f"layout: {text!r} is no element")
    kind = found["kind"] or "any"
    values: tuple[str, ...] = ()
    if kind.startswith("="):
        kind, values = "code", tuple(kind[1:].split("|"))
    low, high = (int(one) for one in (found["span"] or "1-0").split("-"))
    return Element(found["usage"], kind, low, high, values, (), found["name"] or "")


def as_table(layout: Layout) -> str:
    """Print a layout as a table, one row a segment: loop, segment, code, use, name."""
    lines = [f"{layout.kind}  {layout.version}  {layout.title}"]
    for loop in layout.loops:
        use = f"{'R' if loop.required else 'S'}{loop.most or '*'}"
        lines.append(f"{loop.id:8}{use:5}{loop.name}")
        for row in loop.rows:
            use = f"{'R' if row.required else 'S'}{row.most or '*'}"
            codes = f"  [{' '.join(row.when)}]" if row.when else ""
            lines.append(f"        {row.id:4}{use:5}{row.name}{codes}")
    return "\n".join(lines)
