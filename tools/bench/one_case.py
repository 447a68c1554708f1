"""Measure, and print the figures as a Markdown table; with --write, into docs/benchmarks.md.

Times are of the machine named above the table: compare within one run, not between machines. What has a goal
is shown with it; what has a peer is shown as a ratio within the same run. All of it takes less than three
minutes.
"""

import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
ON = date(2026, 9, 30)
COLD_RUNS, WARM_RUNS = 10, 30
BULK_LINES = 10_000
CODES = 10_000
MOST_WARM_SECONDS = 40.0


class Figure(NamedTuple):
    """One line of the table."""

    work: str
    median: str
    p95: str = "–"
    cpu: str = "–"
    goal: str = ""


class Time(NamedTuple):
    """How long one run took, in seconds."""

    wall: float
    cpu: float
    """Of this process and those it started: what counts when the machine has other work, too."""


def milliseconds(work: str, times: list[Time], goal: str = "") -> Figure:
    """Make a line of some times; the 95th percentile is the nearest rank."""
    wall = sorted(time.wall for time in times)
    middle, cpu = statistics.median(wall), statistics.median(time.cpu for time in times)
    p95 = f"{wall[ceil(0.95 * len(wall)) - 1] * 1000:,.1f} ms" if len(wall) > 1 else "–"
    return Figure(f"{work} (n = {len(wall)})", f"{middle * 1000:,.1f} ms", p95, f"{cpu * 1000:,.1f} ms", goal)


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


def folders() -> list[Path]:
    """List the case folders of the examples."""
    found = sorted(path.parent for path in (ROOT / "examples").glob("*/case.toml"))
    if not found:
        sys.exit("There are no examples to measure with.")
    return found


# ── one command, from a cold start ──────────────────────────────────────────


def cold() -> Iterator[Figure]:
    """Start a process for each decision, as a person does; once with nothing compiled yet."""
    command = [
        sys.executable,
        "-c",
        "from necessity.cli.main import main; main()",
        "decide",
        str(folders()[0]),
    ]
    command += ["--on", str(ON)]
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))

    def decide() -> None:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode > 1:
            sys.exit(f"`necessity decide` failed: {done.stderr}")

    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"XDG_CACHE_HOME": cache, "PYTHONPATH": path}
        first = timed(decide, 1)
        yield milliseconds("`necessity decide`, cold", timed(decide, COLD_RUNS), "≤ 1,000 ms")
        yield milliseconds("the same, rulebook not compiled yet", first)


# ── decisions in one process ────────────────────────────────────────────────


def warm() -> Iterator[Figure]:
    """Decide every example again and again in one process, as the web app will."""
    from necessity.cli import wiring
    from necessity.domain.tables import tables_of

    judge = wiring.judge()
    cases = [wiring.read_case(folder) for folder in folders()]
    tables = {case.id: tables_of(case, ON) for case in cases}
    whole: dict[str, list[Time]] = {case.id: [] for case in cases}
    engine: list[Time] = []
    ends = perf_counter() + MOST_WARM_SECONDS
    for number in range(WARM_RUNS + 1):
        for case in cases:
            one = timed(lambda case=case: judge.decide(case, ON), 1)
            part = timed(lambda case=case: judge.engine.run(tables[case.id]), 1)
            if number:  # the first round warms
                whole[case.id] += one
                engine += part
        if number > 1 and perf_counter() > ends:
            break
    name = f"one case decided and explained, warm; {len(cases)} examples, {len(judge.book.rules)} rules"
    yield milliseconds(name, [time for times in whole.values() for time in times], "p95 ≤ 40 ms")
    slowest = max(whole, key=lambda id: statistics.median(time.wall for time in whole[id]))
    yield milliseconds(f"the slowest of them, {slowest}", whole[slowest])
    yield milliseconds("the engine's part: tables in, decided rows out", engine)


# ── papers and folders ──────────────────────────────────────────────────────


def _photo(number: int) -> bytes:
    """Make a picture of the size and weight of a phone's photo of a receipt."""
    from PIL import Image, ImageDraw

    image = Image.effect_noise((1512, 2016), 24).convert("RGB")
    ImageDraw.Draw(image).text((200, 200), f"Receipt {number}  85.00", fill="black", font_size=80)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


def _case(sessions: int, receipts: int) -> Any:
    """Make the first example anew with so many sessions, and photos of receipts."""
    from necessity.cli import wiring

    case = wiring.read_case(folders()[0])
    held, paid = case.sessions[0], case.receipts[0]
    days = [held.served_on + timedelta(days=n) for n in range(sessions)]
    return case.model_copy(
        update={
            "sessions": tuple(
                held.model_copy(update={"id": f"s{n}", "served_on": day, "receipt": f"r{n % receipts}"})
                for n, day in enumerate(days)
            ),
            "receipts": tuple(
                paid.model_copy(update={"id": f"r{n}", "file": f"papers/r{n}.jpg"}) for n in range(receipts)
            ),
            "reimbursements": (),
        }
    )


def papers() -> Iterator[Figure]:
    """Write a packet of 30 sessions and 12 photos."""
    from necessity.cli import wiring
    from necessity.workflow.packet import make_packet

    photos = {f"papers/r{n}.jpg": _photo(n) for n in range(12)}
    case = _case(30, 12)
    on = max(session.served_on for session in case.sessions)
    decision = wiring.judge().decide(case, on)
    route = next(r.funding_source for r in decision.routes if r.kind == case.funding_sources[0].kind)
    made = make_packet(case, decision, route, photos.get, on, "the administrator", max_bytes=50_000_000)
    times = timed(
        lambda: make_packet(case, decision, route, photos.get, on, "the administrator", max_bytes=50_000_000),
        5,
    )
    size = sum(map(len, photos.values())) / 1e6
    name = f"packet of 30 sessions and 12 photos ({size:.0f} MB in, {made.page_count} pages)"
    yield milliseconds(name, times, "≤ 1,500 ms")


def reading() -> Iterator[Figure]:
    """Read a case folder of 1,000 sessions."""
    from necessity.stores.folder import load_case, save_case

    with tempfile.TemporaryDirectory() as folder:
        case = _case(1_000, 12)
        save_case(Path(folder) / case.id, case, None)
        yield milliseconds("case folder of 1,000 sessions, read", timed(lambda: load_case(Path(folder) / case.id), 5))


def diagnosis_codes() -> Iterator[Figure]:
    """Look up 10,000 different diagnosis codes, from a table not read yet and then again."""
    from necessity.codesets.icd10cm.book import SHIPPED, CodeBook
    from necessity.codesets.icd10cm.table import read_table

    known = [row.code for row in read_table(SHIPPED).lines()]
    codes = known[:: len(known) // CODES][:CODES]

    def fresh() -> CodeBook:
        return CodeBook((read_table(SHIPPED),))

    def look_up(book: CodeBook) -> None:
        for code in codes:
            book.look_up(code, ON)

    yield milliseconds("diagnosis codes: the tables, read", timed(fresh, 5), "≤ 50 ms")
    yield milliseconds(
        f"{CODES:,} different codes looked up, reading included", timed(lambda: look_up(fresh()), 5), "≤ 200 ms"
    )
    book = fresh()
    look_up(book)
    yield milliseconds("the same codes again", timed(lambda: look_up(book), 5), "≤ 200 ms")


# ── many lines ──────────────────────────────────────────────────────────────


def bulk() -> Iterator[Figure]:
    """Decide copies of one case's tables in one run of the engine for many."""
    from necessity.adjudication.engine import Engine
    from necessity.cli import wiring
    from necessity.domain.tables import tables_of

    engine = Engine(wiring.judge().program)
    case = wiring.read_case(folders()[0])
    tables = tables_of(case, ON)
    copies = BULK_LINES // len(tables["expense"]) + 1
    many = {
        name: [{**row, "case_id": f"c{n:06d}"} for n in range(copies) for row in rows] for name, rows in tables.items()
    }
    lines = len(many["expense"])
    (time,) = timed(lambda: engine.run(many, ("payment",)), 1)
    rate = f"{lines / time.wall:,.0f} lines/s"
    yield Figure(f"{copies:,} copies of one case, {lines:,} lines, whole rulebook, rows built in Python", rate)


TWELVE = {
    "a": "minutes >= 30",
    "b": "minutes <= 120",
    "c": "charge_cents > 0",
    "d": "charge_cents <= 20000",
    "e": "letter_is_signed AND NOT letter_is_revoked",
    "f": "days_after_letter >= 0",
    "g": "days_after_letter <= 365",
    "h": "kind = 'personal_training' OR kind = 'exercise_class'",
    "i": "NOT has_come_back",
    "j": "kind <> 'massage' OR letter_is_signed",
    "k": "has_receipt AND charge_cents <= due_cents",
    "l": "days_after_letter BETWEEN 0 AND 365 OR has_come_back",
}
"""Twelve plain conditions over one row, in the language of rules."""


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return True if a or b else None if a is None or b is None else False


def _not(a: bool | None) -> bool | None:
    return None if a is None else not a


def by_hand(row: dict[str, Any]) -> tuple[bool | None, ...]:
    """Answer the twelve conditions in plain Python, three answers and all."""
    minutes, charge, due = row["minutes"], row["charge_cents"], row["due_cents"]
    days, kind, signed, back = (
        row["days_after_letter"],
        row["kind"],
        row["letter_is_signed"],
        row["has_come_back"],
    )
    within = None if days is None else 0 <= days <= 365
    return (
        None if minutes is None else minutes >= 30,
        None if minutes is None else minutes <= 120,
        None if charge is None else charge > 0,
        None if charge is None else charge <= 20000,
        _and(signed, _not(row["letter_is_revoked"])),
        None if days is None else days >= 0,
        None if days is None else days <= 365,
        None if kind is None else kind in ("personal_training", "exercise_class"),
        _not(back),
        _or(None if kind is None else kind != "massage", signed),
        _and(row["has_receipt"], None if charge is None or due is None else charge <= due),
        _or(within, back),
    )


def _line(n: int) -> dict[str, Any]:
    kinds = ("personal_training", "exercise_class", "massage", None)
    return {
        "minutes": None if n % 17 == 0 else n % 130,
        "charge_cents": None if n % 23 == 0 else n * 37 % 25000,
        "due_cents": n * 41 % 25000,
        "days_after_letter": None if n % 29 == 0 else n % 400 - 10,
        "kind": kinds[n % 4],
        "letter_is_signed": (True, False, None)[n % 3],
        "letter_is_revoked": (False, None, True)[n % 5 % 3],
        "has_come_back": (False, False, None)[n % 7 % 3],
        "has_receipt": (True, True, None, False)[n % 11 % 4],
    }


def peer() -> Iterator[Figure]:
    """Answer twelve conditions over the same rows with the engine and by hand in plain Python."""
    import duckdb

    from necessity.rulebook.condition import parse

    columns = {
        **dict.fromkeys(("minutes", "charge_cents", "due_cents", "days_after_letter"), "BIGINT"),
        **dict.fromkeys(("letter_is_signed", "letter_is_revoked", "has_come_back", "has_receipt"), "BOOLEAN"),
        "kind": "VARCHAR",
    }
    kinds = {"BIGINT": "number", "BOOLEAN": "boolean", "VARCHAR": "choice"}
    types = {name: kinds[sql] for name, sql in columns.items()}
    count = 200_000
    rows = [{"place": n, **_line(n)} for n in range(count)]
    shape = json.dumps([{"place": "BIGINT", **columns}])
    with duckdb.connect(":memory:", config={"threads": 1}) as db:
        load = f"CREATE TABLE line AS SELECT unnest(from_json(?, '{shape}'), recursive := TRUE)"
        db.execute(load, [json.dumps(rows)])
        answers = ", ".join(f"{parse(text, types).sql} AS {name}" for name, text in TWELVE.items())
        statement = f"CREATE OR REPLACE TABLE answered AS SELECT place, {answers} FROM line"
        engine = min(timed(lambda: db.execute(statement), 3), key=lambda t: t.cpu).cpu
        found = db.execute("SELECT * EXCLUDE place FROM answered ORDER BY place").fetchall()
    hand = min(timed(lambda: [by_hand(row) for row in rows], 2), key=lambda t: t.cpu).cpu
    if found != [by_hand(row) for row in rows]:
        sys.exit("The engine and plain Python do not agree on the twelve conditions.")
    name = "twelve conditions, one thread, answers kept"
    yield Figure(f"{name}: the engine", f"{count / engine:,.0f} lines/s")
    yield Figure(f"{name}: by hand in plain Python", f"{count / hand:,.0f} lines/s")
    yield Figure("the engine as a multiple of plain Python", f"{hand / engine:.1f} ×")


# ── messages ────────────────────────────────────────────────────────────────

_FLAT = """
import resource, sys
from necessity.workflow.read_x12 import summarise
with open(sys.argv[1], "rb") as file:
    summarise(file)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _least(action: Callable[[], object], runs: int) -> float:
    return min(timed(action, runs), key=lambda time: time.cpu).cpu


def messages() -> Iterator[Figure]:
    """Read and check claims and remittances, beside pyx12 over the same file."""
    from necessity.formats.x12 import Walker
    from necessity.formats.x12_835 import layout as layout_835
    from necessity.formats.x12_835.check import Ledger
    from necessity.formats.x12_835.read import parts_in
    from necessity.formats.x12_837p import layout as layout_837p
    from necessity.formats.x12_837p.check import check_part
    from necessity.formats.x12_837p.read import claims_in
    from tests.messages import advice, claim, message_835, message_837p, remitted

    claims = message_837p(*(claim(f"C{number}") for number in range(700)))
    answers = message_835(advice(*(remitted(f"C{number}") for number in range(1_800))))
    for name, text, layout, reads, checks in (
        ("837P", claims, layout_837p(), claims_in, check_part),
        ("835", answers, layout_835(), parts_in, Ledger().check),
    ):
        data, count = text.encode(), text.count("~")
        read = _least(lambda d=data, one=layout, r=reads: list(r(Walker(io.BytesIO(d), (one,)))), 4)
        check = _least(lambda d=data, one=layout, c=checks: [c(part) for part in Walker(io.BytesIO(d), (one,))], 4)
        yield Figure(f"{name}, {count:,} segments, read into records and checked", f"{count / read:,.0f} segments/s")
        yield Figure(f"{name}, checked only", f"{count / check:,.0f} segments/s")
        yield from _beside_pyx12(name, text, count, read, check)
    yield from _flat(claims.encode())


def _beside_pyx12(name: str, text: str, count: int, read: float, check: float) -> Iterator[Figure]:
    """Let pyx12 validate the same text, in its quickest way, without writing anything."""
    try:
        import pyx12.params
        import pyx12.x12n_document
    except ImportError:
        yield Figure(f"{name}: pyx12 is not installed, so nothing is compared", "–")
        return

    def judge() -> None:
        if not pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), None, None):
            sys.exit(f"pyx12 does not accept our {name}.")

    peer = _least(judge, 2)
    yield Figure(f"{name}, the same file validated by pyx12", f"{count / peer:,.0f} segments/s")
    yield Figure(f"{name}, read and checked, as a multiple of pyx12", f"{peer / read:.1f} ×", goal="≥ 20 ×")
    yield Figure(f"{name}, checked only, as a multiple of pyx12", f"{peer / check:.1f} ×")


def _flat(data: bytes) -> Iterator[Figure]:
    """Read files of 1 and 20 megabytes, each in a process of its own."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory() as folder:
        for size in (1, 20):
            file = Path(folder) / "many.x12"
            file.write_bytes(data * (size * 1_000_000 // len(data) + 1))
            command = [sys.executable, "-c", _FLAT, str(file)]
            done = subprocess.run(
                command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
            )
            yield Figure(f"837P of {size} MB, most memory used", f"{int(done.stdout)} MB", goal="flat in file size")


# ── the page ────────────────────────────────────────────────────────────────

PARTS = (cold, warm, papers, reading, diagnosis_codes, bulk, peer, messages)


def page(figures: list[Figure], load: float) -> str:
    """Write the figures as a page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    machine = f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    cores = os.cpu_count() or 1
    busy = f"**The machine had other work (load {load:.1f} on {cores} cores): only the CPU column counts.**\n"
    rows = "\n".join("| " + " | ".join(figure) + " |" for figure in figures)
    return f"""# Benchmarks

necessity {project["version"]} on {machine}. Written by `make bench ARGS=--write`.
{busy if load > cores * 0.75 else ""}Compare within one run, not between machines.

| work | median | p95 | CPU, median | goal |
|---|---|---|---|---|
{rows}
"""


def main(arguments: list[str]) -> int:
    figures: list[Figure] = []
    load = os.getloadavg()[0]
    for part in PARTS:
        print(f"measuring: {(part.__doc__ or '').splitlines()[0]}", file=sys.stderr)
        figures += part()
    made = page(figures, load)
    print(made, end="")
    if "--write" in arguments:
        PAGE.write_text(made, encoding="utf-8")
        print(f"written to {PAGE.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
