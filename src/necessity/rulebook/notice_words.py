"""The words of notices to members: data, read from one file."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.decision import Citation
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("notice.toml")


class NoticeWords(NamedTuple):
    """Every text a notice is made of, and what is known of refusals beside the rules."""

    title: dict[str, str]
    """By kind of notice."""
    heading: dict[str, str]
    says: dict[str, str]
    lacks: dict[str, str]
    """What must be added before a notice is sent."""
    left_out: dict[str, str]
    """Kinds of funding source that get no notice, and why."""
    needed: dict[str, str]
    """What would be needed, by rule, for who holds a refusal."""
    contract: frozenset[str]
    """Rules whose refusal turns on the contract or plain facts, as we read them."""
    wording: frozenset[str]
    """Rules that rest on the plan's own wording."""
    not_erisa: frozenset[str]
    """Payers whose plans are not under ERISA."""
    citations: dict[str, Citation]


@cache
def notice_words() -> NoticeWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: a citation that is incomplete.
    """
    source = parse(_FILE.name, _FILE.read_text(encoding="utf-8"))
    content = source.content
    names = ("title", "heading", "says", "lacks", "left_out", "needed")
    texts: dict[str, dict[str, str]] = {name: dict(content[name]) for name in names}
    return NoticeWords(
        **texts,
        contract=frozenset(content["judgment"]["contract"]),
        wording=frozenset(content["wording"]["rules"]),
        not_erisa=frozenset(content["not_erisa"]["payers"]),
        citations=source.citations(content["citation"], _FILE.name),
    )
