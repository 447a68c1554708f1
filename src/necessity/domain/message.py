"""What reading a message or paper comes to, whatever its kind: what it is, what it says, what is wrong with it."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from necessity.domain.record import Record


class Mark(StrEnum):
    """How an entry of a message stands."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    PLAIN = "plain"


class MessageFinding(Record):
    """One thing that is wrong or odd in a message."""

    check: str
    """Name of the check."""
    weight: str
    """required: the message does not follow its guide or does not add up; advisory: it can be read all the same."""
    message: str
    """One sentence for the reader."""
    next_step: str
    """What to do about it."""
    where: str
    """The place, in words."""
    segment: int | None = None
    """Number of the segment in the file, counted from 1; missing: the whole file, or a message without segments."""
    position: int | None = None
    """Number of the segment in its set, ST being 1."""
    id: str = ""
    """Segment id, or the path of a field."""
    loop: str = ""
    """Loop of the guide."""
    element: int | None = None
    """Number of the element."""
    component: int | None = None
    """Number of the component."""
    value: str = ""
    """The offending text, clipped."""


class Entry(Record):
    """One thing a message says, as a page shows it: a claim, a payment, an answer."""

    mark: Mark = Mark.PLAIN
    """How it stands."""
    title: str
    """One line. Never missing."""
    lines: tuple[str, ...] = ()
    """What belongs to it."""
    next_step: str = ""
    """What to do; empty where nothing needs doing."""


class MessageSummary(Record):
    """One message or paper, read."""

    kind: str
    """What it is: 837P, 835, 999, TA1, 277CA, …; several joined by a plus sign. Never missing."""
    title: str
    """The same in words. Never missing."""
    about: tuple[tuple[str, str], ...] = ()
    """Who, when, how much: label and value, for a page."""
    totals: dict[str, int | None] = Field(default_factory=dict)
    """Counts, and sums in cents."""
    claims: tuple[dict[str, Any], ...] = ()
    """The claims, or what stands in their place, whole; the first thousand."""
    claims_left_out: int = 0
    """How many more there are."""
    answers: tuple[dict[str, Any], ...] = ()
    """What is said of whole files, groups, sets, batches and payments."""
    entries: tuple[Entry, ...] = ()
    """The same for a page."""
    entries_left_out: int = 0
    """How many more there are."""
    findings: tuple[MessageFinding, ...] = ()
    """What is wrong or odd, in the order of the file; those above advice first to be kept."""
    findings_left_out: int = 0
    """How many more there are."""
    required_findings: int = 0
    """How many of all are above advice."""
    next_steps: tuple[str, ...] = ()
    """What to do, the most pressing first."""
    when_good: str = ""
    """What there is to say where nothing is wrong; empty: that the file follows its guide."""
