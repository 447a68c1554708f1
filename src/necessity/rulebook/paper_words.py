"""The words of the papers beside a letter: data, read from one file."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("letter_papers.toml")


class PaperWords(NamedTuple):
    """Every text the papers are made of."""

    title: dict[str, str]
    """Titles by kind."""
    label: dict[str, str]
    """Labels of values."""
    heading: dict[str, str]
    """Headings of parts."""
    column: dict[str, str]
    """Heads of tables."""
    text: dict[str, str]
    """Sentences."""
    signature: dict[str, str]
    """Who signs, and as what."""
    says: dict[str, str]
    """What a signature says."""


@cache
def paper_words() -> PaperWords:
    """Load the words that come with the program.

    Raises:
        RulebookError: the file is no TOML.
    """
    content = parse(_FILE.name, _FILE.read_text(encoding="utf-8")).content
    return PaperWords(**{name: dict(content[name]) for name in PaperWords._fields})
