"""Kill a bulk run at random moments, take it up each time, and compare it with one that was left alone.

    python -m tools.kill_book TABLES [KILLS] [SEED]

Each kill is `kill -9` at a moment drawn over the time that the whole run took, one from each of as many equal stretches
as there are kills, so that every phase is met; every run starts in a folder of its own and is then taken up once. A
book for it: `necessity synth -o BOOK --lines 1000000 --seed 7`, then BOOK/tables.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter, sleep

import duckdb

ROOT = Path(__file__).resolve().parent.parent
PARTS = 12
TABLES = ("parts/*/lines.parquet", "parts/*/claims.parquet", "claims.parquet", "rules.parquet", "quarantine.parquet")
"""What is compared row by row, each row as often as it stands there; summary and quarantine.csv byte by byte."""


def start(tables: Path, out: Path) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", "from necessity.cli.main import main; main()", "adjudicate", str(tables)]
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(
        [*words, "-o", str(out), "--parts", str(PARTS), "--json"], env=environment, stdout=subprocess.DEVNULL
    )


def difference(one: Path, other: Path, spill: Path) -> str:
    """Say in what two finished runs differ; empty: in nothing."""
    for name in ("summary.json", "quarantine.csv"):
        if (one / name).read_bytes() != (other / name).read_bytes():
            return name
    if left := [
        str(path.relative_to(other)) for path in other.rglob("*") if "work" in path.parts or "half" in path.name
    ]:
        return f"left over: {', '.join(left[:3])}"
    with duckdb.connect(":memory:", config={"temp_directory": str(spill)}) as db:
        for name in TABLES:
            a, b = (f"SELECT * FROM read_parquet('{folder}/{name}')" for folder in (one, other))
            query = f"SELECT count(*) FROM (({a} EXCEPT ALL {b}) UNION ALL ({b} EXCEPT ALL {a}))"
            if (db.execute(query).fetchone() or (1,))[0]:
                return name
    return ""


def phase(out: Path) -> str:
    """Tell how far a run had come when it was killed."""
    if not (out / "manifest.json").is_file():
        return "before the manifest"
    if not (out / "work" / "divided").is_dir():
        return "after the end" if (out / "summary.json").is_file() else "reading the tables"
    done = len(list(out.glob("parts/[0-9]*")))
    if done < PARTS:
        return f"deciding, {done} parts done"
    return "tidying up" if (out / "summary.json").is_file() else "putting together"


def main(arguments: list[str]) -> int:
    tables, kills = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 20
    seed = int(arguments[2]) if len(arguments) > 2 else 1
    draw, met = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        if start(tables, Path(folder) / "alone").wait():
            return 1
        took = perf_counter() - began
        print(f"seed {seed}: left alone, it takes {took:.1f} s", flush=True)
        for number in range(kills):
            out, moment = Path(folder) / f"killed-{number}", (number + draw.random()) * took / kills
            going = start(tables, out)
            sleep(moment)
            going.send_signal(signal.SIGKILL)
            going.wait()
            where = phase(out)
            met[where.partition(",")[0]] += 1
            differs = (
                "the exit code" if start(tables, out).wait() else difference(Path(folder) / "alone", out, Path(folder))
            )
            print(f"{number + 1}: killed after {moment:.1f} s, {where}: {differs or 'same'}", flush=True)
            if differs:
                return 1
            shutil.rmtree(out)
    print(f"{kills} kills, all the same: {', '.join(f'{count} {name}' for name, count in met.items())}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
