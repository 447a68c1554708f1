"""What is measured and how: figures, goals, times of one run, the machine."""

import os
import platform
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
_TICKS = Path("/proc/stat")
COMPARED = ("duckdb", "polars", "zen-engine", "rule-engine", "common-expression-language", "pyx12", "sqlglot", "typst")


class Goal(NamedTuple):
    """What a figure should reach."""

    text: str
    least: float | None = None
    most: float | None = None
    failure: float | None = None
    """A ratio under this is a failure, not only a goal that is missed."""

    def verdict(self, value: float) -> str:
        """Say whether a value reaches the goal."""
        if self.failure is not None and value < self.failure:
            return "failure"
        short = self.least is not None and value < self.least
        long = self.most is not None and value > self.most
        return "missed" if short or long else "reached"


class Figure(NamedTuple):
    """One line of a table."""

    work: str
    median: str
    p95: str = "–"
    cpu: str = "–"
    memory: str = "–"
    size: str = "–"
    goal: str = ""
    verdict: str = ""


class Chart(NamedTuple):
    """What a chart shows; how it is drawn is the business of `chart`."""

    name: str
    """Name of its file, without the ending."""
    title: str
    unit: str
    values: dict[str, Any]
    """Label to value (bars), or label to list of [x, y] (lines)."""
    marks: str = "bars"
    """`bars` or `lines`."""
    note: str = ""
    """Said under the title."""
    ours: tuple[str, ...] = ()
    """Labels in the colour of our own."""


class Measured(NamedTuple):
    """What one part of the run found."""

    figures: list[Figure]
    charts: Sequence[Chart] = ()
    notes: Sequence[str] = ()
    """Sentences for under the table."""


class Time(NamedTuple):
    """How long one run took, in seconds."""

    wall: float
    cpu: float
    """Of this process and those it started: what counts when the machine has other work, too."""


def milliseconds(work: str, times: list[Time], most: float | None = None, *, of: str = "median") -> Figure:
    """Make a line of some times; the 95th percentile is the nearest rank.

    Args:
        work: What was done.
        times: One a run.
        most: The goal in milliseconds.
        of: Which figure the goal speaks of: `median` or `p95`.
    """
    wall = sorted(time.wall * 1000 for time in times)
    middle, cpu = statistics.median(wall), statistics.median(time.cpu * 1000 for time in times)
    worst = wall[ceil(0.95 * len(wall)) - 1]
    p95 = f"{worst:,.1f} ms" if len(wall) > 1 else "–"
    goal = Goal(f"{'p95 ' if of == 'p95' else ''}≤ {most:,.0f} ms", most=most) if most else None
    verdict = goal.verdict(worst if of == "p95" else middle) if goal else ""
    named = f"{work} (n = {len(wall)})"
    return Figure(named, f"{middle:,.1f} ms", p95, f"{cpu:,.1f} ms", goal=goal.text if goal else "", verdict=verdict)


def ratio(work: str, value: float, cpu: float | None = None, goal: Goal | None = None) -> Figure:
    """Make a line of a ratio within one run, by the clock and by the time the processor spent."""
    times = "–" if cpu is None else f"{cpu:,.2f} ×"
    verdict = goal.verdict(value) if goal else ""
    return Figure(work, f"{value:,.2f} ×", cpu=times, goal=goal.text if goal else "", verdict=verdict)


def _cpu() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def timed(action: Callable[[], object], runs: int) -> list[Time]:
    """Run something and take the time of each run."""
    times = []
    for _ in range(runs):
        start, spent = perf_counter(), _cpu()
        action()
        times.append(Time(perf_counter() - start, _cpu() - spent))
    return times


def processor() -> str:
    """Name the processor as the machine calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def machine() -> str:
    """Name the machine: processor, cores, memory, system, Python."""
    try:
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError):
        memory = ""
    system = f"{platform.system()} {re.split(r'[-+]', platform.release())[0]}"
    return f"{processor()}, {os.cpu_count()} cores{memory}, {system}, Python {platform.python_version()}"


def versions() -> dict[str, str]:
    """List what is compared, with versions; what is not installed is left out."""
    found = {}
    for name in COMPARED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Name the commit that is measured; empty outside a repository."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "src", "tools"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() + (" with changes" if changed.stdout.strip() else "")


def load_of_others(seconds: float = 2.0) -> float:
    """Say how many processors others keep busy while this program rests.

    The average load of the last minute would count the part measured before; it serves where nothing else is told.
    """
    if not _TICKS.exists():
        return os.getloadavg()[0]
    before = _busy_ticks()
    sleep(seconds)
    return (_busy_ticks() - before) / (seconds * os.sysconf("SC_CLK_TCK"))


def _busy_ticks() -> int:
    ticks = [int(one) for one in _TICKS.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4]  # idle, and waiting for the disk


def is_busy(load: float) -> bool:
    """Say whether the machine had so much other work that times by the clock say little."""
    return load > (os.cpu_count() or 1) * 0.75


def megabytes(count: float) -> str:
    """Write a number of bytes."""
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.2f} GB"


def say(text: str) -> None:
    """Tell the person at the terminal what goes on; figures go to standard output."""
    print(text, file=sys.stderr, flush=True)
