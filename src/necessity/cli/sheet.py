"""Plain sheets, to read in a terminal or to print: wrapped lines under each other, with their sources at the end."""

import shutil
import textwrap
from collections.abc import Iterable

from necessity.domain.decision import Citation, SourceKind
from necessity.rulebook.words import words

_PAGE = 100


def source_words(citations: Iterable[Citation]) -> str:
    """Name the strongest source, law before agency, court and administrator, custom last, and count the others."""
    ranked = sorted(dict.fromkeys(citations), key=lambda cite: list(SourceKind).index(cite.kind))
    said = list(dict.fromkeys(f"{words().source_kind[cite.kind]}: {cite.where}" for cite in ranked))
    return said[0] + (f"; {len(said) - 1} more" if len(said) > 1 else "")


class Sheet:
    """Prints one sheet; never wider than a hundred columns."""

    def __init__(self) -> None:
        self.width = min(shutil.get_terminal_size((_PAGE, 24)).columns, _PAGE)

    def gap(self) -> None:
        """Print an empty line."""
        print()

    def line(self, text: str, indent: int = 2) -> None:
        """Print one paragraph with its lines kept under each other."""
        blanks = " " * indent
        width = max(20, self.width)
        for part in text.splitlines() or [""]:
            print(textwrap.fill(part, width, initial_indent=blanks, subsequent_indent=blanks, break_long_words=False))

    def item(self, mark: str, text: str, indent: int = 2) -> None:
        """Print a paragraph with a mark before it, its lines under each other beside the mark."""
        first = " " * indent + mark + " "
        rest = " " * len(first)
        print(textwrap.fill(text, self.width, initial_indent=first, subsequent_indent=rest, break_long_words=False))

    def sources(self, citations: Iterable[Citation]) -> None:
        """Name each source once, with its kind."""
        found = dict.fromkeys(f"{words().source_kind[cite.kind]}: {cite.where}" for cite in citations)
        if found:
            self.gap()
            self.line("Sources", 0)
            for source in found:
                self.line(source)
