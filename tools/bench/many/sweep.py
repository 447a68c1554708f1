"""Our engine over few lines and many: the sweep from a hundred thousand, and the hundred million part by part."""

import shutil
import tempfile
from pathlib import Path

from tools.bench.child import Contender, Run, in_turn, middle
from tools.bench.figure import Chart, Figure, Measured, megabytes, say
from tools.bench.many.book import write_book
from tools.bench.many.plain_lines import write_lines
from tools.bench.many.whole import MEMORY

PLAIN, WHOLE = "twelve plain rules", "whole rulebook"
_NEEDS = 80
"""Bytes of disk for a line, lines and answers together, with room to spare."""
_OURS = {PLAIN: "tools.bench.many.twelve:ours", WHOLE: "tools.bench.many.whole:ours"}


def sweep(most: int, runs: int) -> Measured:
    """Decide ten times as many lines again and again, from a hundred thousand upwards, both ways."""
    sizes = [10**power for power in range(5, 9) if 10**power <= most]
    figures, rates = [], {PLAIN: [], WHOLE: []}
    memory: dict[str, list[list[float]]] = {PLAIN: [], WHOLE: []}
    for size in sizes:
        for kind, one in ((PLAIN, _plain), (WHOLE, _decided)):
            say(f"  {kind}, {size:,} lines")
            with tempfile.TemporaryDirectory() as folder:
                run, count, written = one(Path(folder), size, runs)
            figures.append(
                Figure(
                    f"{kind}, {count:,} lines",
                    f"{run.wall:,.2f} s; {count / run.wall:,.0f} lines/s",
                    cpu=f"{run.cpu:,.2f} s",
                    memory=megabytes(run.memory),
                    size=megabytes(written),
                    goal=MEMORY.text,
                    verdict=MEMORY.verdict(run.memory),
                )
            )
            rates[kind].append([count, count / run.wall / 1e6])
            memory[kind].append([count, run.memory / 1e9])
    charts = [
        Chart(
            "sweep_rate",
            "How the rate goes with the number of lines",
            "million lines a second, 2 threads",
            rates,
            "lines",
        ),
        Chart(
            "sweep_memory",
            "How memory goes with the number of lines",
            "most memory, GB",
            memory,
            "lines",
            note="The goal is under 4 GB.",
        ),
    ]
    return Measured(figures, charts, [f"Median of {runs} runs each; a process of its own for each size."])


def _plain(folder: Path, lines: int, runs: int) -> tuple[Run, int, int]:
    source, target = folder / "lines.parquet", folder / "decided.parquet"
    write_lines(source, lines)
    contender = Contender(_OURS[PLAIN], str(source), str(target))
    return middle(in_turn({PLAIN: contender}, runs)[PLAIN]), lines, target.stat().st_size


def _decided(folder: Path, lines: int, runs: int) -> tuple[Run, int, int]:
    """Write a book and decide it; give the run, the lines and the bytes written."""
    book, target = folder / "book", folder / "decided.parquet"
    book.mkdir()
    count = write_book(book, lines)
    contender = Contender(_OURS[WHOLE], str(book), str(target))
    run = middle(in_turn({WHOLE: contender}, runs)[WHOLE])
    return run, count, target.stat().st_size


# ── a hundred million ───────────────────────────────────────────────────────


def huge(lines: int, part: int, folder: str | None) -> Measured:
    """Decide a book far larger than memory, part after part: what a part took is deleted before the next is written.

    Raises:
        SystemExit: too little free disk for one part.
    """
    where = Path(folder) if folder else Path(tempfile.gettempdir())
    free, needed = shutil.disk_usage(where).free, 2 * part * _NEEDS
    if free < needed:
        raise SystemExit(
            f"{where} has {megabytes(free)} free, and a part needs {megabytes(needed)}: name another place with "
            "--folder, or take smaller parts with --part."
        )
    with tempfile.TemporaryDirectory(dir=where) as name:
        return _parts(Path(name), lines, part)


def _parts(folder: Path, lines: int, part: int) -> Measured:
    book, target = folder / "book", folder / "decided.parquet"
    book.mkdir()
    write_book(book, part)  # the process opens it once, to compile; every part then lies in the same place
    contender = Contender(_OURS[WHOLE], str(book), str(target))
    done = written = 0
    wall = cpu = 0.0
    memory: list[list[float]] = []
    most_disk = 0
    try:
        while done < lines:
            count = write_book(book, min(part, lines - done), first=done)
            run = contender.run()
            done, wall, cpu = done + count, wall + run.wall, cpu + run.cpu
            written += target.stat().st_size
            most_disk = max(most_disk, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))
            memory.append([done, run.memory / 1e9])
            target.unlink()
            say(f"  {done:,} of {lines:,} lines, {done / wall:,.0f} lines/s, {megabytes(run.memory)} of memory at most")
    finally:
        contender.close()
    figure = Figure(
        f"whole rulebook, {done:,} lines, parts of {part:,}",
        f"{wall:,.0f} s; {done / wall:,.0f} lines/s",
        cpu=f"{cpu:,.0f} s",
        memory=megabytes(memory[-1][1] * 1e9),
        size=megabytes(written),
        goal=MEMORY.text,
        verdict=MEMORY.verdict(memory[-1][1] * 1e9),
    )
    note = f"Making the parts is not counted; at most {megabytes(most_disk)} lay on disk at a time."
    chart = Chart("huge_memory", f"Memory over {done:,} lines", "most memory so far, GB", {WHOLE: memory}, "lines",
                  note="The goal is under 4 GB.")  # fmt: skip
    return Measured([figure], [chart], [note])
