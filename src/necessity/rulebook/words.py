"""The words of outcomes, funding sources and services, for the reader at hand."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.decision import Outcome


class FundingWords(NamedTuple):
    """What one kind of funding source is called and who has the last word on it."""

    name: str
    decided_by: str
    when_met: str


class Words(NamedTuple):
    """All words that screens and papers share."""

    notice: str
    outcome: dict[str, dict[str, str]]
    source_kind: dict[str, str]
    funding: dict[str, FundingWords]
    service: dict[str, str]

    def of(self, outcome: Outcome, reader: str = "patient") -> str:
        """Say an outcome the way a reader should hear it: patient or administrator."""
        return self.outcome[reader][outcome]


@cache
def words() -> Words:
    """Load the words that come with the program."""
    content: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    funding = {kind: FundingWords(**entry) for kind, entry in content["funding"].items()}
    return Words(content["notice"], content["outcome"], content["source_kind"], funding, content["service"])
