"""The safety screen before training: its questions in order, what a yes means, and who says so.

The words of a question are those of its fact; what follows from the answers is worked out by the facts of
`facts/safety.toml`. Here stand only order, role and sources.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("screen.toml")
_KEYS = frozenset({"fact", "role", "means", "sources"})
RED_FLAG, CLEARANCE = "red_flag", "clearance"


class ScreenQuestion(NamedTuple):
    """One question of the screen."""

    fact: str
    """The given fact it asks for."""
    role: str
    """red_flag or clearance."""
    means: str
    """What a yes means, in a sentence."""
    citations: tuple[Citation, ...]
    """Where the question comes from."""


@cache
def screen() -> tuple[ScreenQuestion, ...]:
    """Load the questions, in the order in which they are asked.

    Raises:
        RulebookError: a key unknown or missing, a role that is none, or a source that is not there.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    cites = source.citations(source.content["citation"], "screen")
    found = []
    for table in source.content["question"]:
        fact = str(table.get("fact", "?"))
        source.check_keys(table, _KEYS, f"Question {fact}")
        unknown = [name for name in table.get("sources", ()) if name not in cites]
        lacking = sorted(key for key in _KEYS if not table.get(key))
        if lacking or unknown or table["role"] not in (RED_FLAG, CLEARANCE):
            wrong = f"lacks {', '.join(lacking)}" if lacking else f"has a role or source that is not there: {unknown}"
            raise source.fault(f"Question {fact} {wrong}.", "Give it a fact, a role, a meaning and sources.", fact)
        sources = tuple(cites[name] for name in table["sources"])
        found.append(ScreenQuestion(fact, table["role"], table["means"], sources))
    return tuple(found)
