"""Kill a bulk run at random moments, take it up each time, and compare it with one that was left alone.

    python -m tools.kill_book TABLES [KILLS] [SEED]

Each kill is `kill -9` at a moment drawn evenly over the time that the whole run took; every run starts in a folder of
its own and is then taken up once.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

import duckdb

ROOT = Path(__file__).resolve().parent.parent
PARTS = "12"


def start(tables: Path, out: Path) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", "from necessity.cli.main import main; main()", "adjudicate", str(tables)]
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(
        [*words, "-o", str(out), "--parts", PARTS, "--json"], env=environment, stdout=subprocess.DEVNULL
    )


def results(out: Path) -> tuple[object, ...]:
    lines = duckdb.sql(f"SELECT * FROM read_parquet('{out}/parts/*/lines.parquet') ORDER BY ALL").fetchall()
    return lines, (out / "summary.json").read_bytes(), (out / "quarantine.csv").read_bytes()


def main(arguments: list[str]) -> int:
    tables, kills = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 20
    draw = random.Random(int(arguments[2]) if len(arguments) > 2 else 1)
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        if start(tables, Path(folder) / "alone").wait():
            return 1
        took = perf_counter() - began
        alone = results(Path(folder) / "alone")
        for number in range(kills):
            out, moment = Path(folder) / f"killed-{number}", draw.uniform(0, took)
            going = start(tables, out)
            sleep(moment)
            going.send_signal(signal.SIGKILL)
            going.wait()
            done = len(list(out.glob("parts/[0-9]*")))
            same = start(tables, out).wait() == 0 and results(out) == alone
            print(f"{number + 1}: killed after {moment:.1f} s, {done} parts done: {'same' if same else 'NOT'}")
            if not same:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
