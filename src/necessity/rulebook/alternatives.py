"""The neighbours of prescribed training: what they are, what they cost, how to get them, and who says so.

Their criteria are rules like any other (`rules/us/alternatives/`); here stand only the words.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("alternatives.toml")
_KEYS = frozenset({"id", "title", "cost", "how", "brought_up_by", "citation"})


class Alternative(NamedTuple):
    """One neighbour of what was asked for."""

    id: str
    """Short name; the value of the fact `alternative`."""
    title: str
    """What it is."""
    cost: str
    """What it usually costs the person, in words."""
    how: str
    """How to get it."""
    brought_up_by: tuple[str, ...]
    """What makes it worth a look, in words."""
    citations: tuple[Citation, ...]
    """Where that is said."""


@cache
def alternatives() -> dict[str, Alternative]:
    """Load every neighbour by id.

    Raises:
        RulebookError: a key unknown or missing, or a citation that lacks something.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    found: dict[str, Alternative] = {}
    for table in source.content["alternative"]:
        id = str(table.get("id", "?"))
        source.check_keys(table, _KEYS, f"Alternative {id}")
        lacking = sorted(key for key in _KEYS if not table.get(key))
        if lacking:
            raise source.fault(f"Alternative {id} lacks {', '.join(lacking)}.", "Add what is missing.", id)
        cites = source.citations(table["citation"], id)
        title, cost, how = table["title"], table["cost"], table["how"]
        found[id] = Alternative(id, title, cost, how, tuple(table["brought_up_by"]), tuple(cites.values()))
    return found
