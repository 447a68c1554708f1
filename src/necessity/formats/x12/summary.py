"""What every summary of an X12 message shares: room for so many claims and entries, findings as records."""

from typing import Any, Protocol

from necessity.domain.message import Entry, MessageFinding
from necessity.formats.x12.findings import X12Finding
from necessity.formats.x12.walk import Part

MOST_CLAIMS = 1_000


class Summariser(Protocol):
    """Takes the parts of one kind of message and comes to a summary."""

    gathered: "Gathered"

    def take(self, part: Part) -> list[X12Finding]:
        """Take one part; gives what is wrong with it beyond its form."""

    def close(self) -> list[X12Finding]:
        """End the file; gives what only the end shows."""


class Gathered:
    """What a summariser gathers; the first thousand of each, the rest counted, so that memory stays flat."""

    def __init__(self) -> None:
        self.about: dict[str, str] = {}
        self.totals: dict[str, int | None] = {}
        self.claims: list[dict[str, Any]] = []
        self.claim_count = 0
        self.answers: list[dict[str, Any]] = []
        self.entries: list[Entry] = []
        self.entry_count = 0
        self.steps: dict[str, tuple[bool, int]] = {}
        """Next steps: whether each is pressing, and how often it came up."""

    def add_claim(self, claim: dict[str, Any]) -> None:
        """Take up one claim."""
        self.claim_count += 1
        if len(self.claims) < MOST_CLAIMS:
            self.claims.append(claim)

    def add_answer(self, answer: dict[str, Any]) -> None:
        """Take up what is said of more than one claim."""
        if len(self.answers) < MOST_CLAIMS:
            self.answers.append(answer)

    def add_entry(self, entry: Entry) -> None:
        """Take up one entry of the page."""
        self.entry_count += 1
        if len(self.entries) < MOST_CLAIMS:
            self.entries.append(entry)

    @property
    def has_room(self) -> bool:
        """Say whether a further claim or entry would be kept."""
        return len(self.claims) < MOST_CLAIMS or len(self.entries) < MOST_CLAIMS

    def count(self, name: str, amount: int | None = 1) -> None:
        """Add to a total; an amount that is not known makes the total unknown."""
        before = self.totals.get(name, 0)
        self.totals[name] = None if before is None or amount is None else before + amount

    def step(self, words: str, *, pressing: bool = False) -> None:
        """Note a next step, once, counting how often it came up."""
        if words and (words in self.steps or len(self.steps) < MOST_CLAIMS):
            before, count = self.steps.get(words, (False, 0))
            self.steps[words] = (before or pressing, count + 1)


def as_record(finding: X12Finding) -> MessageFinding:
    """Make a finding a record."""
    return MessageFinding(
        check=finding.check,
        weight=finding.weight,
        message=finding.message,
        next_step=finding.next_step,
        where=finding.where,
        segment=finding.segment or None,
        position=finding.position,
        id=finding.id,
        loop=finding.loop,
        element=finding.element,
        component=finding.component,
        value=finding.value,
    )
