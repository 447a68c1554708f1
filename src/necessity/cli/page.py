"""What every page in the terminal shares: its width, its paragraphs, the sign and colour of an outcome, dates."""

import shutil

from rich.console import Console
from rich.text import Text

from necessity.domain.dates import spoken as day
from necessity.domain.decision import Outcome

__all__ = ["SIGNS", "console", "day", "line"]

SIGNS = {
    Outcome.PAYABLE: ("✔", "green"),
    Outcome.REVIEW: ("⚖", "magenta"),
    Outcome.PENDED: ("?", "yellow"),
    Outcome.NOT_PAYABLE: ("✘", "red"),
}
"""Sign and colour by outcome."""
_PAGE = 100


def console() -> Console:
    """Open the terminal; a page is never wider than a hundred columns, and a hundred where there is no terminal."""
    width = shutil.get_terminal_size((_PAGE, 24)).columns
    return Console(highlight=False, width=min(width, _PAGE))


def line(out: Console, text: Text | str, indent: int = 2) -> None:
    """Print one paragraph with its lines kept under each other, without blanks at their ends."""
    body = Text(text) if isinstance(text, str) else text
    for row in body.wrap(out, max(20, out.width - indent)):
        row.rstrip()
        out.print(Text.assemble(" " * indent, row), soft_wrap=True)
