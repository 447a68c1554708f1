"""Small pieces of Markdown that all reference pages are made of."""

from collections.abc import Iterable, Iterator
from datetime import date
from textwrap import wrap
from typing import Any

from necessity.adjudication.explain import show
from necessity.domain.decision import Citation
from necessity.domain.record import Record
from necessity.parameters.load import FIRST_DAY, LAST_DAY
from necessity.rulebook.words import words

Lines = Iterator[str]


def text(said: str) -> Lines:
    """Write a paragraph."""
    yield from (*wrap(said, 120, break_long_words=False, break_on_hyphens=False), "")


def heading(level: int, said: str) -> Lines:
    """Write a heading."""
    yield from (f"{'#' * level} {said}", "")


def fenced(language: str, lines: Iterable[str]) -> Lines:
    """Write a block of code."""
    yield from (f"```{language}", *lines, "```", "")


def table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Lines:
    """Write a table."""
    for row in (headings, ("---",) * len(headings), *rows):
        cells = (" ".join(cell.replace("|", "\\|").split()) for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def code(names: Iterable[str]) -> str:
    """Write names the way they are typed."""
    return ", ".join(f"`{name}`" for name in names)


def day(value: date | None, otherwise: str) -> str:
    """Write a date, or what stands for none."""
    return otherwise if value in (None, FIRST_DAY, LAST_DAY) else str(value)


def value(of: Any, type: str) -> str:
    """Write a value of a parameter or profile; words that conditions compare with stay as they are."""
    if type in ("choice", "text"):
        return f"`{of}`"
    return code(of) if type == "list" else show(of, type)


def source(citation: Citation) -> str:
    """Say where something comes from, its kind first."""
    return f"{words().source_kind[citation.kind]}: {citation.where} (read {citation.read_on})"


def sources(citations: Iterable[Citation]) -> str:
    """Say where something comes from, on one line."""
    return "; ".join(source(citation) for citation in citations)


def sentence(record: type[Record]) -> str:
    """Read the first paragraph of what a record says of itself."""
    return " ".join((record.__doc__ or "").split("\n\n")[0].split())
