"""Claim messages: read and checked, beside pyx12 over the same file."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tools.bench.figure import ROOT, Figure, Goal, megabytes, ratio, timed

TWENTY_TIMES = Goal("≥ 20 ×", least=20)
_FLAT = """
import sys
from necessity.workflow.read_x12 import summarise
with open(sys.argv[1], "rb") as file:
    summarise(file)
from tools.bench.child import peak_memory
print(peak_memory())
"""


def _least(action: Callable[[], object], runs: int) -> float:
    return min(timed(action, runs), key=lambda time: time.cpu).cpu


def _pass_through(read: Iterable[object]) -> None:
    """Take one after the other and keep none, as a file of any size is read; pyx12 keeps nothing either."""
    for _ in read:
        pass


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
        read = _least(lambda d=data, one=layout, r=reads: _pass_through(r(Walker(io.BytesIO(d), (one,)))), 6)
        check = _least(lambda d=data, one=layout, c=checks: _pass_through(map(c, Walker(io.BytesIO(d), (one,)))), 6)
        yield Figure(f"{name}, {count:,} segments, read into records and checked", f"{count / read:,.0f} segments/s")
        yield Figure(f"{name}, checked only", f"{count / check:,.0f} segments/s")
        yield from _beside_pyx12(name, text, count, read, check)
    yield from _flat("837P", claims.encode())
    yield from _flat("835", answers.encode())


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
    yield ratio(f"{name}, read and checked, as a multiple of pyx12", peer / read, goal=TWENTY_TIMES)
    yield ratio(f"{name}, checked only, as a multiple of pyx12", peer / check)


def _flat(name: str, data: bytes) -> Iterator[Figure]:
    """Read files of 1 and 200 megabytes, each in a process of its own."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory() as folder:
        for size in (1, 200):
            file = Path(folder) / "many.x12"
            with file.open("wb") as out:
                for _ in range(size * 1_000_000 // len(data) + 1):
                    out.write(data)
            command = [sys.executable, "-c", _FLAT, str(file)]
            done = subprocess.run(
                command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
            )
            yield Figure(
                f"{name} of {size} MB, most memory used",
                megabytes(int(done.stdout)),
                memory=megabytes(int(done.stdout)),
                goal="flat in file size",
            )
