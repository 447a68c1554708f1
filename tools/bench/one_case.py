"""One case: decided cold and warm, its papers, its folder, its diagnosis codes."""

import io
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from tools.bench.figure import ROOT, Figure, Time, milliseconds, timed

ON = date(2026, 9, 30)
COLD_RUNS, WARM_RUNS = 10, 30
CODES = 10_000
MOST_WARM_SECONDS = 40.0


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
        yield milliseconds("`necessity decide`, cold", timed(decide, COLD_RUNS), 1000)
        yield milliseconds("the same, rulebook not compiled yet", first)


# ── decisions in one process ────────────────────────────────────────────────


def warm() -> Iterator[Figure]:
    """Decide every example again and again in one process, as the web app will."""
    from necessity.cli import wiring
    from necessity.domain.tables import tables_of

    judge = wiring.lasting_judge()
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
    yield milliseconds(name, [time for times in whole.values() for time in times], 40, of="p95")
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
    yield milliseconds(name, times, 1500)


def letters() -> Iterator[Figure]:
    """Draft a letter as PDF, seal it, verify the seal."""
    from necessity.cli import wiring
    from necessity.formats.letter.write import write
    from necessity.sealing.seal import seal
    from necessity.sealing.verify import verify
    from necessity.workflow.draft_letter import draft_letter
    from tests import seals

    judge, case = wiring.judge(), wiring.read_case(folders()[0])
    source = case.funding_sources[0].id

    def draft() -> Any:
        return draft_letter(judge, case, letter="letter-new", on=ON, funding_source=source)

    made = draft()
    page = write(made)
    yield milliseconds("letter, drafted and written as PDF", timed(lambda: write(draft()), 10), 150)
    yield milliseconds("letter, the PDF alone", timed(lambda: write(made), 10), 150)
    with tempfile.TemporaryDirectory() as folder:
        ring, keys = seals.install(Path(folder))
        at = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
        sealed = seal(page, keys, at, "Sealed to be measured")
        yield milliseconds("letter, sealed", timed(lambda: seal(page, keys, at, "Sealed to be measured"), 10), 300)
        yield milliseconds("seal verified", timed(lambda: verify(sealed, ring), 10))


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

    yield milliseconds("diagnosis codes: the tables, read", timed(fresh, 5), 50)
    yield milliseconds(
        f"{CODES:,} different codes looked up, reading included", timed(lambda: look_up(fresh()), 5), 200
    )
    book = fresh()
    look_up(book)
    yield milliseconds("the same codes again", timed(lambda: look_up(book), 5), 200)
