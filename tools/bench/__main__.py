"""Measure, and print the figures as Markdown; with --write, into docs/benchmarks.md, charts and figures beside it.

Times are of the machine named above each table. What has a goal is shown with it; what has a peer is shown as a ratio
within the same run.
"""

import argparse
import sys
from collections.abc import Callable, Iterable

from tools.bench import messages, one_case, page
from tools.bench.figure import Figure, Measured, is_busy, load_of_others, say
from tools.bench.many import row_by_row, sweep, twelve, whole

USUAL_LINES, ROWS, HUGE_LINES, PART = 1_000_000, 100_000, 100_000_000, 1_000_000


def _listed(*parts: Callable[[], Iterable[Figure]]) -> Measured:
    figures: list[Figure] = []
    for part in parts:
        say(f"  {(part.__doc__ or '').splitlines()[0]}")
        figures += part()
    return Measured(figures)


def _one_case(asked: argparse.Namespace) -> Measured:
    one = one_case
    return _listed(one.cold, one.warm, one.letters, one.papers, one.reading, one.diagnosis_codes)


PARTS: dict[str, tuple[str, Callable[[argparse.Namespace], Measured]]] = {
    "twelve": ("Twelve plain rules", lambda asked: twelve.measure(asked.lines, asked.runs)),
    "whole": ("The whole rulebook", lambda asked: whole.measure(asked.lines, asked.runs)),
    "rows": (
        "Engines that explain or work row by row",
        lambda asked: row_by_row.measure(min(asked.lines, ROWS), asked.lines, asked.runs),
    ),
    "sweep": ("From few lines to many", lambda asked: sweep.sweep(asked.lines, asked.runs)),
    "case": ("One case", _one_case),
    "messages": ("Claim messages", lambda asked: _listed(messages.messages)),
    "huge": (
        "A hundred million lines",
        lambda asked: sweep.huge(asked.huge_lines, asked.part, asked.folder),
    ),
}
"""Parts in the order of the page: title, and what measures it. `huge` runs only when it is named."""


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("make bench", description="Measure, and print the figures as Markdown.")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"some parts of {', '.join(PARTS)}")
    parser.add_argument("--lines", type=int, default=USUAL_LINES, help="lines to decide in bulk (1,000,000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender, after one that warms (3)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, its charts and figures")
    parser.add_argument("--huge-lines", type=int, default=HUGE_LINES, help="lines of the part `huge` (100,000,000)")
    parser.add_argument("--part", type=int, default=PART, help="lines in one part of `huge` (1,000,000)")
    parser.add_argument("--folder", help="where the part `huge` may use the disk (the folder for temporary files)")
    asked = parser.parse_args(arguments)
    if min(asked.lines, asked.runs, asked.huge_lines, asked.part) < 1:
        parser.error("numbers of lines, runs and parts start at 1")
    return asked


def main(arguments: list[str]) -> int:
    """Measure the parts asked for; 0 if all of them could be measured, whatever the figures."""
    asked = _asked(arguments)
    chosen = asked.only or [name for name in PARTS if name != "huge"]
    command = " ".join(["python -m tools.bench", *arguments])
    found: dict[str, page.Kept] = {}
    for name in (name for name in PARTS if name in chosen):
        title, measure = PARTS[name]
        load = load_of_others()
        say(f"measuring: {title}{' (the machine has other work)' if is_busy(load) else ''}")
        found[name] = page.kept(title, measure(asked), command, load)
    print(page.page(found), end="")
    if asked.write:
        whole_run = page.read() | found
        page.write({name: whole_run[name] for name in PARTS if name in whole_run})
        say(f"written: {page.path_of(page.PAGE)}, charts and figures in {page.path_of(page.FOLDER)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
