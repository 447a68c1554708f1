"""The words of the argument from what exercise changes and saves, and whom to send it to: data, read from one file."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from necessity.domain.decision import Citation
from necessity.domain.funding import FundingKind
from necessity.parameters.source import Source, parse

_FILE = Path(__file__).with_name("argument.toml")
_KEYS = frozenset({"kinds", "who", "how", "limit", "citation"})


class Addressee(NamedTuple):
    """Who can be sent the argument, for some kinds of funding source."""

    kinds: tuple[str, ...]
    """The kinds of funding source."""
    who: str
    """Whom to send it to."""
    how: str
    """What to send and ask."""
    limit: str
    """What it cannot do there."""
    citations: tuple[Citation, ...]
    """Where that is said."""


class ArgumentWords(NamedTuple):
    """Every text the argument is made of."""

    paragraph: dict[str, str]
    """Templates of paragraphs."""
    result: dict[str, str]
    """How the outcome of a study of costs is said."""
    scale: dict[str, str]
    """How strength is said."""
    nothing: dict[str, str]
    """What is said of a condition for which there is no argument."""
    addressees: tuple[Addressee, ...]
    """Whom to send it to."""

    def addressee(self, kind: str) -> Addressee | None:
        """Find whom to send it to for one kind of funding source; None where nobody decides but the person."""
        return next((one for one in self.addressees if kind in one.kinds), None)


@cache
def argument_words() -> ArgumentWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: an addressee with a key unknown or missing, or of a kind that is none.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    texts = {name: dict(source.content[name]) for name in ("paragraph", "result", "scale", "nothing")}
    addressees = tuple(_addressee(source, table) for table in source.content["addressee"])
    return ArgumentWords(**texts, addressees=addressees)


def _addressee(source: Source, table: dict[str, Any]) -> Addressee:
    what = f"Addressee {table.get('who', '?')}"
    source.check_keys(table, _KEYS, what)
    lacking = sorted(key for key in _KEYS if not table.get(key))
    if lacking:
        raise source.fault(f"{what} lacks {', '.join(lacking)}.", "Add what is missing.", "addressee")
    for kind in table["kinds"]:
        if kind not in set(FundingKind):
            raise source.fault(f"{kind!r} is no kind of funding source.", f"Kinds: {', '.join(FundingKind)}.", kind)
    cites = source.citations(table["citation"], what)
    return Addressee(tuple(table["kinds"]), table["who"], table["how"], table["limit"], tuple(cites.values()))
