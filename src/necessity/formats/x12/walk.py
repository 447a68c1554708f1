"""The walker: segment by segment through interchanges, groups and sets; hands over loops, reports what is odd.

Made for speed: a segment that stands where it may and fits its pattern costs one split, two look-ups and one match.
Everything else happens only where something opens, closes or is wrong.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from necessity.formats.x12.findings import ADVISORY, REQUIRED, Findings, X12Finding, clip
from necessity.formats.x12.layout import Layout, Row
from necessity.formats.x12.machine import AGAIN, ENTERS, LOOSE, REPEATS, Place, State, Step, compile, loose
from necessity.formats.x12.patterns import Match, faults, matchers
from necessity.formats.x12.tokens import Separators, Tokens

Segment = tuple[str, list[str]]
"""Loop and id, such as 2010AA.NM1, and the elements, the id first."""
UNKNOWN = "?"
_ASK = "Ask the sender to correct it; if it is a message of ours, report it."
_LOOK_BACK = 200
_LONGEST_LOOP = 200_000
_TRAILERS = {"SE": "ST", "GE": "GS", "IEA": "ISA"}


class Heading(NamedTuple):
    """Which interchange, group and set something stood in."""

    isa: list[str]
    gs: list[str]
    st: list[str]
    version: str
    signs: Separators


class Part(NamedTuple):
    """One loop with `keep` in the layout, whole, as it was read."""

    layout: Layout
    loop: str
    """Its id: the root's (HEADER), a level's or a unit's."""
    first: int
    """Number of its first segment in the file; the others follow without a gap."""
    segments: list[Segment]
    above: list[list[Segment]]
    """The segments of the levels above it, the header first. Valid until the next part."""
    heading: Heading
    set_starts: int
    """Number of the ST it belongs to."""
    signs: Separators

    def place(self, index: int = 0) -> tuple[int, int]:
        """Give number in the file and number in the set of one of its segments."""
        return self.first + index, self.first + index - self.set_starts + 1

    def finding(
        self, index: int, check: str, message: str, next_step: str, element: int | None = None, *,
        weight: str = REQUIRED, value: str = "",
    ) -> X12Finding:  # fmt: skip
        """Make a finding about one of its segments."""
        number, position = self.place(index)
        key, elements = self.segments[index]
        loop = key.partition(".")[0] if "." in key else ""
        id = clip(elements[0])
        return X12Finding(check, weight, message, next_step, number, position, id, loop, element, None, clip(value))


class Ta1(NamedTuple):
    """An answer about an envelope; it stands outside any set."""

    number: int
    """Its number in the file."""
    elements: list[str]
    isa: list[str]
    """The interchange it stands in."""


class Walker:
    """Reads one file; iterate over it for its parts, then look at `findings`, `sets` and `interchanges`."""

    def __init__(self, stream: BinaryIO, layouts: Sequence[Layout]) -> None:
        self.findings = Findings()
        self.sets = 0
        self.unread: dict[str, int] = {}
        """Sets of kinds that are not read here, and how many."""
        self.acknowledgements: list[Ta1] = []
        """The TA1 segments."""
        self.interchanges: list[list[str]] = []
        """The first hundred ISA segments."""
        self._layouts = layouts
        self._tokens = Tokens(stream, self.findings.add)
        self._number = 0
        self._isa: list[str] = []
        self._gs: list[str] = []
        self._st: list[str] = []
        self._groups_in = self._sets_in = 0
        self._set_starts = 0
        self._layout: Layout | None = None
        self._state: State | None = None
        self._match: dict[int, Match] = {}
        self._signs = Separators()
        self._heading = Heading([], [], [], "", self._signs)
        self._levels: list[list[Segment]] = []
        self._open: tuple[Place, int] | None = None
        self._loops: dict[Place, int] = {}

    def __iter__(self) -> Iterator[Part]:
        """Give every part that the layouts keep, in the order of the file."""
        for block in self._tokens:
            if block.separators != self._signs or not self._number:
                self._signs = block.separators
                self._match = matchers(self._layout, self._signs) if self._layout else {}
            yield from self._block(block.segments)
            if self._levels and len(self._levels[-1]) > _LONGEST_LOOP:
                self._tell("loop_too_long", REQUIRED, "A loop does not end; its segments were let go.")
                self._levels[-1].clear()
        yield from self._finish()

    def _block(self, segments: list[str]) -> Iterator[Part]:
        """Walk a run of segments; this is the hot loop."""
        sign, number = self._signs.element, self._number
        state, match = self._state, self._match
        table = state.table if state else {}
        keep = (self._levels[-1] if self._levels else []).append
        for segment in segments:
            number += 1
            elements = segment.split(sign)
            entry = table.get(elements[0])
            if entry:
                at, codes, step = entry
                if at and len(elements) > at:
                    step = codes.get(elements[at], step)
                if step:
                    state, row, flags, missing, keeps = step
                    if keeps:
                        self._number = number
                        yield from self._close()
                        keep = self._begin(state.place).append
                    if flags or missing:
                        self._number = number
                        self._note(step, elements)
                    if not match[row.number](segment):
                        self._number = number
                        self._report_faults(row, segment)
                    keep((row.key, elements))
                    table = state.table
                    continue
            self._number, self._state = number, state
            yield from self._odd(segment, elements)
            state, match = self._state, self._match
            table = state.table if state else {}
            keep = (self._levels[-1] if self._levels else []).append
        self._number, self._state = number, state

    # ── loops ───────────────────────────────────────────────────────────

    def _begin(self, place: Place) -> list[Segment]:
        """Open a loop that is kept: a fresh list, nothing below it."""
        del self._levels[place.depth :]
        while len(self._levels) < place.depth:
            self._levels.append([])  # a level that the message left out
        self._levels.append([])
        self._open = (place, self._number)
        return self._levels[-1]

    def _close(self) -> Iterator[Part]:
        """Hand over the loop that was open."""
        if self._open and self._layout:
            place, first = self._open
            if self._levels and self._levels[-1]:
                above = self._levels[:-1]
                yield Part(
                    self._layout,
                    place.loop.id,
                    first,
                    self._levels[-1],
                    above,
                    self._heading,
                    self._set_starts,
                    self._signs,
                )
            if place.loop.keep == "unit":
                self._levels[-1] = []
        self._open = None

    def _note(self, step: Step, elements: list[str]) -> None:
        """Look at what the quick way leaves out: what is missing before, how often something stands."""
        row, flags = step.row, step.flags
        for lacking in step.missing:
            code = f" {'/'.join(lacking.when)}" if len(lacking.when) == 1 else ""
            said = f"{lacking.id}{code} ({lacking.name}, loop {lacking.loop}) is missing before this segment."
            self._tell("segment_missing", REQUIRED, said, row)
        if flags & LOOSE:
            said = f"{row.id} ({row.name}) belongs to loop {row.loop} and does not stand where it should."
            self._tell("out_of_order", REQUIRED, said, row)
        if flags & (ENTERS | REPEATS):
            self._count_loop(step)
        elif flags & AGAIN:
            self._count_segment(step, elements)

    def _count_segment(self, step: Step, elements: list[str]) -> None:
        """Count how often the same segment, with the same code, stands in the run that has just come by."""
        row, before = step.row, self._levels[-1]
        if not before or before[-1][0] != row.key:
            return
        code = elements[row.at] if row.at and len(elements) > row.at else ""
        count = 1
        for key, other in islice(reversed(before), _LOOK_BACK):
            if key != row.key:
                break
            count += not row.at or (len(other) > row.at and other[row.at] == code)
        if count == row.most + 1:
            said = f"{' '.join((row.id, clip(code))).strip()} stands more than {_times(row.most)} in loop {row.loop}."
            self._tell("segment_too_often", REQUIRED, said, row)

    def _count_loop(self, step: Step) -> None:
        place = step.state.place
        count = self._loops[place] = self._loops.get(place, 1) + 1 if step.flags & REPEATS else 1
        if place.loop.most and count == place.loop.most + 1:
            said = f"Loop {place.loop.id} ({place.loop.name}) comes more than {_times(place.loop.most)} here."
            self._tell("loop_too_often", REQUIRED, said, step.row)

    # ── what is not met in the state ────────────────────────────────────

    def _odd(self, segment: str, elements: list[str]) -> Iterator[Part]:
        """Take a control segment, one that stands elsewhere than it should, or one that nobody knows."""
        id = elements[0].strip().upper()
        if id in ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"):
            yield from self._control(id, elements)
        elif not segment.strip():
            self._tell("empty_segment", ADVISORY, "Two terminators follow each other.")
            self._keep_unknown(elements)
        elif self._layout and self._state:
            yield from self._elsewhere(segment, elements)
        elif not self._st:
            said = f"{clip(id)} stands outside any transaction set."
            self._tell("outside_of_sets", REQUIRED, said, id=id)

    def _elsewhere(self, segment: str, elements: list[str]) -> Iterator[Part]:
        assert self._state is not None
        entry = loose(self._state).get(elements[0].strip())
        step = entry[2] if entry else None
        if entry and entry[0] and len(elements) > entry[0]:
            step = entry[1].get(elements[entry[0]].strip(), step)
        if step is None:
            code = f" {clip(elements[1])}" if entry and len(elements) > 1 else ""
            said = f"{clip(elements[0])}{code} has no place in this message; it was passed over."
            self._tell("unknown_segment", REQUIRED, said, id=elements[0])
            self._keep_unknown(elements)
            return
        if step.keeps:
            yield from self._close()
            self._begin(step.state.place)
        self._note(step, elements)
        if not self._match[step.row.number](segment):
            self._report_faults(step.row, segment)
        if self._levels:
            self._levels[-1].append((step.row.key, elements))
        self._state = step.state

    def _keep_unknown(self, elements: list[str]) -> None:
        if self._levels:
            self._levels[-1].append((UNKNOWN, elements))  # so that numbers go on without a gap

    def _report_faults(self, row: Row, segment: str) -> None:
        for fault in faults(row, segment, self._signs):
            weight = ADVISORY if fault.check == "trailing_separator" else REQUIRED
            self.findings.add(
                self._finding(fault.check, weight, fault.message, row.id, row.loop)._replace(
                    element=fault.element, component=fault.component, value=clip(fault.value)
                )
            )

    # ── envelopes ───────────────────────────────────────────────────────

    def _control(self, id: str, elements: list[str]) -> Iterator[Part]:
        if id in ("ISA", "GS", "ST"):
            yield from self._end_set(f"{id} follows")
        match id:
            case "ISA":
                self._end_interchange("ISA")
                self._isa, self._groups_in = elements, 0
                if len(self.interchanges) < 100:
                    self.interchanges.append(elements)
            case "GS":
                self._gs, self._sets_in = elements, 0
                self._groups_in += 1
            case "ST":
                self._start_set(elements)
            case "SE":
                self._check_trailer("SE", elements, self._number - self._set_starts + 1, self._st, 2)
                yield from self._end_set("")
            case "GE":
                yield from self._end_set("GE follows")
                self._check_trailer("GE", elements, self._sets_in, self._gs, 6)
                self._gs = []
            case "IEA":
                yield from self._end_set("IEA follows")
                self._check_trailer("IEA", elements, self._groups_in, self._isa, 13)
                self._isa, self._gs = [], []
            case _:
                self.acknowledgements.append(Ta1(self._number, elements, self._isa))

    def _start_set(self, elements: list[str]) -> None:
        self._st, self._set_starts = elements, self._number
        self._sets_in += 1
        self.sets += 1
        id = elements[1].strip() if len(elements) > 1 else ""
        version = (elements[3] if len(elements) > 3 else "") or (self._gs[8] if len(self._gs) > 8 else "")
        self._layout = self._choose(id, version.strip())
        self._levels, self._loops = [], {}
        if not self._layout:
            self.unread[f"{id} {version}".strip()] = self.unread.get(f"{id} {version}".strip(), 0) + 1
            said = f"A set of the kind {clip(id)} {clip(version)} is not read here; it was passed over."
            return self._tell("set_not_read", REQUIRED, said, id="ST")
        self._heading = Heading(self._isa, self._gs, elements, version, self._signs)
        self._match = matchers(self._layout, self._signs)
        self._state = compile(self._layout)
        self._begin(self._state.place).append((f"{self._state.place.loop.id}.ST", elements))
        return None

    def _choose(self, id: str, version: str) -> Layout | None:
        """Find the layout of a set; another edition of the same guide is read and told."""
        for layout in self._layouts:
            if layout.set == id and version in layout.versions:
                if version != layout.version:
                    said = f"The set names the edition {version}; it is read like {layout.version}."
                    self._tell("other_edition", ADVISORY, said, id="ST")
                return layout
        for layout in self._layouts:
            if layout.set == id and not version:
                self._tell(
                    "no_edition", REQUIRED, f"The set names no edition; it is read like {layout.version}.", id="ST"
                )
                return layout
        return None

    def _end_set(self, cut_off_by: str) -> Iterator[Part]:
        if self._state and self._layout:
            for lacking in self._state.missing_at_end:
                said = f"{lacking.id} ({lacking.name}, loop {lacking.loop}) is missing at the end of the set."
                self._tell("segment_missing", REQUIRED, said, id=lacking.id, loop=lacking.loop)
            yield from self._close()
        if self._st and cut_off_by:
            self._tell(
                "trailer_missing",
                REQUIRED,
                f"The set that began with ST in segment {self._set_starts} has no SE; {cut_off_by}.",
            )
        self._state, self._layout, self._st, self._levels = None, None, [], []

    def _check_trailer(self, id: str, elements: list[str], count: int, opened: list[str], at: int) -> None:
        """Compare a trailer with what it closes: the count and the control number."""
        if not opened:
            return self._tell("header_missing", REQUIRED, f"{id} stands without its {_TRAILERS[id]}.", id=id)
        given = elements[1].strip() if len(elements) > 1 else ""
        if not given.isdecimal() or int(given[:18]) != count:
            what = {"SE": "segments", "GE": "sets", "IEA": "groups"}[id]
            said = f"{id}01 counts {clip(given) or 'nothing'}, but there are {count} {what}."
            self._tell("count_differs", REQUIRED, said, id=id, element=1, value=given)
        number = elements[2].strip() if len(elements) > 2 else ""
        header = opened[at].strip() if len(opened) > at else ""
        if number != header:
            said = f"{id}02 is {clip(number) or 'missing'}, but {_TRAILERS[id]}{at:02d} is {clip(header) or 'missing'}."
            self._tell("control_number_differs", REQUIRED, said, id=id, element=2, value=number)
        return None

    def _end_interchange(self, before: str) -> None:
        if self._isa:
            self._tell("trailer_missing", REQUIRED, f"The interchange has no IEA; {before} follows.")
        self._gs = []

    def _finish(self) -> Iterator[Part]:
        yield from self._end_set("the file ends")
        self._end_interchange("the end of the file")

    # ── telling ─────────────────────────────────────────────────────────

    def _finding(self, check: str, weight: str, message: str, id: str = "", loop: str = "") -> X12Finding:
        position = self._number - self._set_starts + 1 if self._st else None
        return X12Finding(check, weight, message, _ASK, self._number, position, id, loop)

    def _tell(
        self,
        check: str,
        weight: str,
        message: str,
        row: Row | None = None,
        *,
        id: str = "",
        loop: str = "",
        element: int | None = None,
        value: str = "",
    ) -> None:
        id, loop = (row.id, row.loop) if row else (clip(id), loop)
        finding = self._finding(check, weight, message, id, loop)
        self.findings.add(finding._replace(element=element, value=clip(value)))


def _times(most: int) -> str:
    return "once" if most == 1 else f"{most} times"
