"""The bar of a bulk run on standard error: how far it is, how fast, how long it still takes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def book_progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Hand out what a run tells its progress to; it shows a bar where a person is watching, and nothing elsewhere.

    Args:
        quiet: Show nothing in any case.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console  # only a person's terminal pays for it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Task as BarTask
    from rich.text import Text

    class Rate(ProgressColumn):
        """Rows a second."""

        def render(self, task: BarTask) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown: dict[str, int] = {}

        def progress(what: str, done: int, total: int) -> None:
            for name, id in shown.items():
                bar.update(id, visible=name == what)  # type: ignore[arg-type]
            if what not in shown:
                shown[what] = bar.add_task(what, total=total or None)
            bar.update(shown[what], completed=done, total=total or None)  # type: ignore[arg-type]

        yield progress
