"""Says that something takes a moment, where a person is watching."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show a turning sign with a few words on standard error while something runs; nothing where no terminal is.

    Args:
        what: What is being done, such as "Running the cases of the rules".
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # only a person's terminal pays for it

    with Console(stderr=True).status(f"{what} …"):
        yield
