"""The whole rulebook over a book of claims, joins and windows included, Parquet to Parquet, and the sweep over sizes."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.bench.child import Contender, Run, in_turn, middle
from tools.bench.figure import Chart, Figure, Goal, Measured, megabytes, say
from tools.bench.many.book import FUNDING_SOURCE, SERVICE, write_book
from tools.bench.many.plain_lines import THREADS, write_lines

RATE = Goal("≥ 1 million lines/s up to 150 rules a line", least=1e6)
MEMORY = Goal("< 4 GB however many lines", most=4e9)
LIMIT = "3GB"
PLAIN, WHOLE = "twelve plain rules", "whole rulebook"
_NEEDS = 80
"""Bytes of disk for a line, lines and answers together, with room to spare."""


def ours(folder: str, target: str) -> Callable[[], None]:
    """Compile the rulebook for this kind of book, then be ready to read it, decide it and write the answers."""
    from necessity.adjudication.bulk import BulkEngine, BulkLimits, input_tables
    from necessity.rulebook.load import load

    spill = Path(folder) / "spill"
    spill.mkdir(exist_ok=True)
    engine = BulkEngine(load(), BulkLimits(THREADS, LIMIT, spill), [Path(folder), Path(target).parent])
    engine.chain(FUNDING_SOURCE, (SERVICE,))
    names = [name for name in input_tables() if (Path(folder) / f"{name}.parquet").exists()]

    def run() -> None:
        _take(engine, {name: f"read_parquet('{folder}/{name}.parquet')" for name in names})
        engine.decide()
        engine.db.execute(f"COPY decided TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    return run


def _take(engine: Any, sources: dict[str, str]) -> None:
    """Let the engine take a part in; before it could do so itself, its tables were simply views."""
    if hasattr(engine, "take"):
        engine.take(sources)
        return
    for name, source in sources.items():
        engine.db.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {source}")


def rules_a_line() -> int:
    """Count the rules that can have a say about a line of this kind."""
    from necessity.adjudication.bulk_program import CHAIN
    from necessity.rulebook.load import load

    book, given = load(), {"funding_source": FUNDING_SOURCE, "service_kind": SERVICE}
    try:
        from necessity.adjudication.narrow import narrow
    except ImportError:
        from necessity.adjudication.narrow import Narrower  # type: ignore[attr-defined]

        return len(Narrower(book, CHAIN).narrow(given).texts)
    return len(narrow(book, given, CHAIN).texts)


def measure(lines: int, runs: int) -> Measured:
    """Decide one book several times in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        run, count, read, written = _decided(Path(name), lines, runs)
    what = f"whole rulebook, {count:,} lines of {FUNDING_SOURCE} × {SERVICE}, {rules_a_line()} rules a line"
    rate = count / run.wall
    figures = [
        Figure(
            f"{what}, {THREADS} threads",
            f"{run.wall:,.2f} s; {rate:,.0f} lines/s",
            cpu=f"{run.cpu:,.2f} s",
            size=megabytes(written),
            goal=RATE.text,
            verdict=RATE.verdict(rate),
        ),
        Figure(
            "the same, most memory of its process",
            megabytes(run.memory),
            memory=megabytes(run.memory),
            goal=MEMORY.text,
            verdict=MEMORY.verdict(run.memory),
        ),
    ]
    note = (
        f"Median of {runs} runs; {megabytes(read)} of Parquet in, one file a table: copies of the written cases, cut down "
        f"to this kind; reading and writing included, at most {LIMIT} for the database."
    )
    return Measured(figures, [], [note])


def _decided(folder: Path, lines: int, runs: int, first: int = 0) -> tuple[Run, int, int, int]:
    """Write a book and decide it; give the run, the lines, the bytes read and the bytes written."""
    book, target = folder / "book", folder / "decided.parquet"
    book.mkdir()
    count = write_book(book, lines, first)
    read = sum(file.stat().st_size for file in book.glob("*.parquet"))
    contender = Contender(f"{__name__}:ours", str(book), str(target))
    run = middle(in_turn({WHOLE: contender}, runs)[WHOLE])
    return run, count, read, target.stat().st_size


# ── the sweep ───────────────────────────────────────────────────────────────


def sweep(most: int, runs: int) -> Measured:
    """Decide ten times as many lines again and again, from a hundred thousand upwards, both ways."""
    sizes = [10**power for power in range(5, 9) if 10**power <= most]
    figures, rates = [], {PLAIN: [], WHOLE: []}
    memory: dict[str, list[list[float]]] = {PLAIN: [], WHOLE: []}
    for size in sizes:
        for kind, one in ((PLAIN, _plain), (WHOLE, _whole)):
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
        Chart("sweep_rate", "How the rate goes with the number of lines", "million lines a second, 2 threads", rates, "lines"),
        Chart("sweep_memory", "How memory goes with the number of lines", "most memory, GB", memory, "lines",
              note="The goal is under 4 GB."),  # fmt: skip
    ]
    return Measured(figures, charts, [f"Median of {runs} runs each; a process of its own for each size."])


def _plain(folder: Path, lines: int, runs: int) -> tuple[Run, int, int]:
    source, target = folder / "lines.parquet", folder / "decided.parquet"
    write_lines(source, lines)
    contender = Contender("tools.bench.many.twelve:ours", str(source), str(target))
    return middle(in_turn({PLAIN: contender}, runs)[PLAIN]), lines, target.stat().st_size


def _whole(folder: Path, lines: int, runs: int) -> tuple[Run, int, int]:
    run, count, _, written = _decided(folder, lines, runs)
    return run, count, written


# ── a hundred million ───────────────────────────────────────────────────────


def huge(lines: int, part: int, folder: str | None) -> Measured:
    """Decide a book far larger than memory, part after part: what a part took is deleted before the next is written.

    Raises:
        SystemExit: too little free disk for one part.
    """
    where = Path(folder) if folder else Path(tempfile.gettempdir())
    free, needed = shutil.disk_usage(where).free, 2 * part * _NEEDS
    if free < needed:
        raise SystemExit(f"{where} has {megabytes(free)} free, and a part needs {megabytes(needed)}: name another place with "
                         "--folder, or take smaller parts with --part.")  # fmt: skip
    with tempfile.TemporaryDirectory(dir=where) as name:
        return _parts(Path(name), lines, part)


def _parts(folder: Path, lines: int, part: int) -> Measured:
    book, target = folder / "book", folder / "decided.parquet"
    book.mkdir()
    write_book(book, part)  # the process opens it once, to compile; every part then lies in the same place
    contender = Contender(f"{__name__}:ours", str(book), str(target))
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
