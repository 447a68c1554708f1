"""The form's layout, read once: which value stands where, how wide it may be, what is done with it."""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

COLUMN_POINTS = 7.2
"""Ten characters an inch."""
LINE_POINTS = 12.0
"""Six lines an inch."""


class Rule(StrEnum):
    """What a box does with its value."""

    TEXT = "text"
    """Capitals, without dots and number signs."""
    EXACT = "exact"
    """As it is."""
    DIGITS = "digits"
    """As it is; only digits come here."""
    MARK = "mark"
    """An X."""
    RIGHT = "right"
    """Digits at the right edge."""


class Box(NamedTuple):
    """One place on the form."""

    id: str
    """Its name here."""
    item: str
    """The form's own number, such as 24D; empty for what stands outside the boxes."""
    line: int
    """Line of print, 1 the first; for a service line 0 or 1, its upper or lower half."""
    column: int
    """First column, 1 the first."""
    width: int
    """Characters that fit."""
    rule: Rule
    """What is done with the value."""
    means: str
    """In our own words."""
    may_be_cut: bool
    """Whether a value too long for it is cut; otherwise nothing is printed."""
    is_needed: bool
    """Whether any payer needs it."""

    def at(self, line: int) -> "Box":
        """Give the same box on a line of print."""
        return self._replace(line=line)

    def fitted(self, value: str) -> str:
        """Give the value as it is printed."""
        return value.rjust(self.width) if self.rule is Rule.RIGHT else value[: self.width].rstrip()


class Layout(NamedTuple):
    """The whole form."""

    boxes: dict[str, Box]
    """All boxes by name; those of the six service lines as `1.code` … `6.code`."""
    lines_a_sheet: int
    """Service lines on one sheet."""
    left_points: float
    """Left edge of column 1."""
    top_points: float
    """Upper edge of line 1."""


@cache
def layout() -> Layout:
    """Read the layout that lies beside this file."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
    boxes = {row["id"]: _box(row, row["line"]) for row in raw["box"]}
    for place in range(raw["lines_a_sheet"]):
        first = raw["first_service_line"] + 2 * place
        for row in raw["service"]:
            name = f"{place + 1}.{row['id']}"
            boxes[name] = _box(row, first + row["half"])._replace(id=name)
    return Layout(boxes, raw["lines_a_sheet"], raw["left_inches"] * 72, raw["top_inches"] * 72)


def _box(row: dict[str, Any], line: int) -> Box:
    return Box(
        id=row["id"],
        item=row["item"],
        line=line,
        column=row["column"],
        width=row["width"],
        rule=Rule(row["rule"]),
        means=row["means"],
        may_be_cut=row.get("cut", True),
        is_needed=row.get("needed", False),
    )


def of_one_line() -> tuple[Box, ...]:
    """List the boxes of the first service line: the others are the same, two lines of print further down each."""
    return tuple(box for name, box in layout().boxes.items() if name.startswith("1."))
