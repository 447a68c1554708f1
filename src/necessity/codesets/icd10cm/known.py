"""Single cited changes for years without an edition: `known.toml`, read once."""

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation

FILE = Path(__file__).parent / "known.toml"


class Span(NamedTuple):
    """What one code was from a day to a day."""

    from_on: date
    """First day."""
    until_on: date
    """Last day."""
    status: str
    """valid, header or absent."""


class Known(NamedTuple):
    """What is known about one code, and from where."""

    code: str
    """With its dot."""
    spans: tuple[Span, ...]
    """In order of days; what lies outside is unknown."""
    suggest: tuple[str, ...]
    """What to look at instead where the code is not valid."""
    citations: tuple[Citation, ...]
    """Where it comes from."""

    def on(self, on: date) -> str | None:
        """Give the status on a day; None where nothing is known of it."""
        return next((span.status for span in self.spans if span.from_on <= on <= span.until_on), None)


@functools.cache
def known_changes() -> dict[str, Known]:
    """Read the list, by code."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    citations = {one["id"]: Citation.model_validate(one) for one in content["citation"]}
    found = {}
    for one in content["known"]:
        spans = tuple(Span(span["from"], span["until"], span["status"]) for span in one["spans"])
        cited = tuple(citations[name] for name in one["citations"])
        for code in one.get("codes", [one.get("code")]):
            found[code] = Known(code, spans, tuple(one["suggest"]), cited)
    return found
