"""What is odd in a message, with its place: a value, never raised."""

from collections import Counter
from typing import NamedTuple

REQUIRED = "required"
"""The message does not follow its guide, or does not add up."""
ADVISORY = "advisory"
"""Readable and harmless here; another receiver may mind."""

_MOST = 10_000
_CLIP = 40


class X12Finding(NamedTuple):
    """One thing that is wrong or odd in an X12 message."""

    check: str
    """Name of the check."""
    weight: str
    """required or advisory."""
    message: str
    """One sentence for the reader."""
    next_step: str
    """What to do about it."""
    segment: int
    """Number of the segment in the file, the first ISA being 1; 0: the file as a whole."""
    position: int | None = None
    """Number of the segment in its transaction set, ST being 1, as a 999 counts; None outside a set."""
    id: str = ""
    """Segment id, such as NM1."""
    loop: str = ""
    """Loop of the guide, such as 2010AA."""
    element: int | None = None
    """Number of the element in the segment."""
    component: int | None = None
    """Number of the component in the element."""
    value: str = ""
    """The offending text, clipped."""

    @property
    def where(self) -> str:
        """Say the place in words."""
        if not self.segment:
            return "the file"
        parts = [f"segment {self.segment}"]
        if self.id:
            parts[0] += f" ({self.id}{f', loop {self.loop}' if self.loop else ''})"
        if self.element:
            parts.append(f"element {self.element}{f', component {self.component}' if self.component else ''}")
        return ", ".join(parts)


def clip(text: str) -> str:
    """Show the beginning of an offending text, without what a terminal would act on."""
    shown = "".join(letter if letter.isprintable() else "·" for letter in text[:_CLIP])
    return shown + ("…" if len(text) > _CLIP else "")


class Findings:
    """Takes up findings; keeps the first ten thousand and counts all, so that memory stays flat."""

    def __init__(self) -> None:
        self.kept: list[X12Finding] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, finding: X12Finding) -> None:
        """Take up one finding."""
        self.counts[finding.check, finding.weight] += 1
        if len(self.kept) < _MOST:
            self.kept.append(finding)

    @property
    def total(self) -> int:
        """Count all findings, kept or not."""
        return sum(self.counts.values())

    @property
    def required(self) -> int:
        """Count those above advice."""
        return sum(count for (_, weight), count in self.counts.items() if weight == REQUIRED)
