"""Damage messages and read them: bytes dropped, doubled, swapped, separators changed, segments moved, files cut.

    python -m tools.mutate_messages [COUNT] [SEED] [KIND]

KIND is 837P, 835, 999, 277CA or TA1; all of them where left out. Every message must be read or refused in words: a
traceback or a hang is a fault of ours, and its bytes are kept under build/. 100,000 take some minutes.
"""

import sys
import traceback
from collections import Counter
from pathlib import Path
from time import process_time

from tests.messages import damaged, read_or_refuse

ROOT = Path(__file__).resolve().parent.parent
SLOW_SECONDS = 2.0


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else 100_000
    seed = int(arguments[1]) if len(arguments) > 1 else 837
    kinds: Counter[str] = Counter()
    kind = arguments[2] if len(arguments) > 2 else ""
    faults, slowest, start = 0, 0.0, process_time()
    for number, message in enumerate(damaged(seed, count, kind), 1):
        began = process_time()
        try:
            kinds[read_or_refuse(message)] += 1
        except Exception:
            faults += 1
            keep(message, number)
            traceback.print_exc()
        took = process_time() - began
        slowest = max(slowest, took)
        if took > SLOW_SECONDS:
            faults += 1
            keep(message, number)
            print(f"message {number} took {took:.1f} s", file=sys.stderr)
    spent = process_time() - start
    print(f"{count:,} damaged {kind or 'messages'}, seed {seed}: {faults} faults")
    print(f"{spent:.0f} s of CPU, the slowest {slowest * 1000:.0f} ms")
    print(", ".join(f"{kind} {times:,}" for kind, times in kinds.most_common(8)))
    return 1 if faults else 0


def keep(message: bytes, number: int) -> None:
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    (folder / f"damaged-{number}.x12").write_bytes(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
