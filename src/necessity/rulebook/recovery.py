"""What to know before a payer asks money back: what is no ground for it, and the steps by kind of funding source."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind
from necessity.parameters.source import parse


class RecoverySteps(NamedTuple):
    """How a payer of some kind goes about it."""

    says: tuple[str, ...]
    """The steps in order."""
    citations: tuple[Citation, ...]


class RecoveryWords(NamedTuple):
    """Everything said about recoveries."""

    no_ground: frozenset[str]
    """Rules whose failing is no ground to ask money back."""
    why: dict[str, str]
    """Reasons by name, in a sentence."""
    steps: dict[str, RecoverySteps]
    """By kind of funding source; a kind that is not there has no steps that we know."""
    other: str
    """What is said where the steps are not known."""


@cache
def recovery_words() -> RecoveryWords:
    """Load what comes with the program.

    Raises:
        RulebookError: a citation that is incomplete.
    """
    file = Path(__file__).with_suffix(".toml")
    source = parse(file.name, file.read_text(encoding="utf-8"))
    cites = source.citations(source.content["citation"], file.name)
    steps = {
        FundingKind(kind).value: RecoverySteps(tuple(one["says"]), tuple(cites[id] for id in one["citations"]))
        for one in source.content["steps"]
        for kind in one["kinds"]
    }
    return RecoveryWords(
        frozenset(source.content["no_ground"]), dict(source.content["why"]), steps, source.content["other"]["says"]
    )
