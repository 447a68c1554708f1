"""The words of an appeal: data, read from one file."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("appeal.toml")


class AppealWords(NamedTuple):
    """Every text an appeal is made of."""

    title: dict[str, str]
    """By level."""
    heading: dict[str, str]
    to: dict[str, str]
    """To whom, by level."""
    says: dict[str, str]
    """Sentences that the record or a cited rule must fill."""
    asks: dict[str, str]
    """Requests."""
    argues: tuple[str, ...]
    """Rules whose requirement is told where it is met, in order; one that ends with a dot is a whole area."""
    lacks: dict[str, str]
    """What is said to the person of what is missing."""
    citations: dict[str, Citation]

    def place(self, rule: str) -> int | None:
        """Say where a rule stands in the order of what is argued; None where it is not argued."""
        for place, entry in enumerate(self.argues):
            if rule == entry or (entry.endswith(".") and rule.startswith(entry)):
                return place
        return None


@cache
def appeal_words() -> AppealWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: a citation that is incomplete.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    names = ("title", "heading", "to", "says", "asks", "lacks")
    texts = {name: dict(source.content[name]) for name in names}
    cites = source.citations(source.content["citation"], _FILE.name)
    return AppealWords(**texts, argues=tuple(source.content["argues"]["rules"]), citations=cites)
