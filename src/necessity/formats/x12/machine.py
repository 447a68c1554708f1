"""A layout compiled into states: from each segment, which may follow, and what is missing if it does."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from necessity.formats.x12.layout import Layout, Loop, Row

ENTERS = 1
"""The step opens a loop that may come a few times, for the first time."""
REPEATS = 2
"""The step opens a loop again whose times are limited."""
AGAIN = 4
"""The step stays in its group of segments."""
LOOSE = 8
"""The segment is known, but should stand elsewhere."""


class Place:
    """One loop where it hangs in the tree; a loop under two parents has two places."""

    def __init__(self, loop: Loop, parent: "Place | None", depth: int) -> None:
        self.loop = loop
        self.parent = parent
        self.depth = depth
        """Which level of context it is; counted over loops with `keep`."""
        self.children: list[Place] = []
        self.groups = _groups(loop.rows)
        self.states: list[State] = []

    @property
    def rank(self) -> int:
        """Its number among its parent's loops."""
        return self.parent.children.index(self) if self.parent else 0

    def chain(self) -> "Iterator[Place]":
        """Give this place and all above it, nearest first."""
        yield self
        if self.parent:
            yield from self.parent.chain()

    def all(self) -> "Iterator[Place]":
        """Give this place and all below it."""
        yield self
        for child in self.children:
            yield from child.all()


class State:
    """Where the walker stands: in a group of segments of a loop."""

    __slots__ = ("group", "loose", "missing_at_end", "place", "table")

    def __init__(self, place: Place, group: int) -> None:
        self.place = place
        self.group = group
        self.table: Table = {}
        self.missing_at_end: tuple[Row, ...] = ()
        self.loose: Table | None = None


class Step(NamedTuple):
    """What one segment does to the walker."""

    state: State
    row: Row
    flags: int
    missing: tuple[Row, ...]
    keeps: bool
    """Whether it opens a loop whose segments are kept apart."""


Entry = tuple[int, dict[str, Step], Step | None]
Table = dict[str, Entry]


@cache
def compile(layout: Layout) -> State:
    """Compile a layout; the first state is the one behind ST."""
    root = _tree(layout)
    for place in root.all():
        place.states = [State(place, number) for number in range(len(place.groups))]
    for place in root.all():
        for state in place.states:
            state.table = _table(_onward(state))
            state.missing_at_end = tuple(_missing_at_end(state))
    return root.states[0]


def _tree(layout: Layout) -> Place:
    root = Place(layout.loops[0], None, 0)

    def hang(parent: Place) -> None:
        for loop in layout.loops:
            if parent.loop.id in loop.under:
                child = Place(loop, parent, parent.depth + bool(loop.keep))
                parent.children.append(child)
                hang(child)

    hang(root)
    return root


def _groups(rows: tuple[Row, ...]) -> list[list[Row]]:
    """Put neighbours of one segment id together: among them the order does not matter."""
    groups: list[list[Row]] = []
    for row in rows:
        if len(groups) > 1 and groups[-1][0].id == row.id:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _needed(group: list[Row]) -> list[Row]:
    return [row for row in group if row.required]


def _onward(state: State) -> Iterator[Step]:
    """Give every step from a state, the nearest first."""
    place = state.place
    missing: list[Row] = []
    if state.group:
        for row in place.groups[state.group]:
            yield Step(state, row, AGAIN if row.most else 0, (), False)
    for number in range(state.group + 1, len(place.groups)):
        group = place.groups[number]
        for row in group:
            yield Step(place.states[number], row, 0, tuple(missing), False)
        missing += _needed(group)
    yield from _below(place, 0, missing)
    yield from _above(place, missing)


def _below(place: Place, rank: int, missing: list[Row]) -> Iterator[Step]:
    """Open one of a place's loops; what is required and skipped on the way is missing."""
    for child in place.children[rank:]:
        enters = ENTERS if child.loop.most > 1 else 0
        for row in child.groups[0]:
            yield Step(child.states[0], row, enters, tuple(missing), bool(child.loop.keep))
        if child.loop.required:
            missing.append(child.groups[0][0])


def _above(place: Place, missing: list[Row]) -> Iterator[Step]:
    """Close a place: it comes again, or a later neighbour, or something further up."""
    if place.parent is None:
        return
    repeats = REPEATS if place.loop.most else 0
    for row in place.groups[0]:
        yield Step(place.states[0], row, repeats, tuple(missing), bool(place.loop.keep))
    yield from _below(place.parent, place.rank + 1, missing)
    yield from _above(place.parent, missing)


def _missing_at_end(state: State) -> Iterator[Row]:
    place = state.place
    for group in place.groups[state.group + 1 :]:
        yield from _needed(group)
    rank = 0
    for above in place.chain():
        for child in above.children[rank:]:
            if child.loop.required:
                yield child.groups[0][0]
        rank = above.rank + 1


def _table(steps: Iterator[Step]) -> Table:
    """Sort steps by segment id and code; the first of each stays."""
    table: Table = {}
    for step in steps:
        row = step.row
        at, codes, default = table.get(row.id, (row.at, {}, None))
        for code in row.when:
            codes.setdefault(code, step)
        if not row.when:
            default = default or step
        table[row.id] = (at or row.at, codes, default)
    return table


def loose(state: State) -> Table:
    """Where a segment belongs that may not follow here: in this loop, in one above, anywhere; nearest first."""
    if state.loose is None:
        state.loose = _table(_anywhere(state))
    return state.loose


def _anywhere(state: State) -> Iterator[Step]:
    root = state.place
    for place in state.place.chain():
        root = place
        for number, group in enumerate(place.groups[1:], 1):
            for row in group:
                yield Step(place.states[number], row, LOOSE, (), False)
        for child in place.children:
            for row in child.groups[0]:
                yield Step(child.states[0], row, ENTERS | LOOSE, (), bool(child.loop.keep))
    for place in root.all():
        for row in place.groups[0]:
            if place.parent:
                yield Step(place.states[0], row, ENTERS | LOOSE, (), bool(place.loop.keep))
    for place in root.all():
        for number, group in enumerate(place.groups[1:], 1):
            for row in group:
                yield Step(place.states[number], row, LOOSE, (), False)
