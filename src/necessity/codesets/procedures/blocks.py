"""Proof for modifier 59: two services in two stretches of time that do not overlap, both in the record."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

from necessity.codesets.procedures.finding import CodeFinding, Weight

_CHECK = "time_blocks"


class TimeBlock(NamedTuple):
    """One stretch of one service as the record has it."""

    code: str
    starts_at: time | None
    """None where the record does not say."""
    ends_at: time | None
    """None where the record does not say; never after midnight."""


def prove_separate(column1: str, column2: str, blocks: Iterable[TimeBlock]) -> CodeFinding | None:
    """Look for proof that two services of a pair were given in separate stretches of time.

    Args:
        column1: The code of column one.
        column2: The code of column two, which would bear the modifier.
        blocks: Every stretch of the day.

    Returns:
        None where the proof is complete, else what is missing or what speaks against it.
    """
    given = [block for block in blocks if block.code in (column1, column2)]
    where = f"{column1} with {column2}"
    missing = [code for code in (column1, column2) if not any(block.code == code for block in given)]
    if missing or any(block.starts_at is None or block.ends_at is None for block in given):
        named = " and ".join(missing) or "a stretch of work"
        return CodeFinding(
            _CHECK,
            Weight.ASK,
            where,
            f"The record does not show when {named} began and ended.",
            "Take the times from the notes made that day. Without two separate stretches leave the modifier off.",
            ("ptp-page",),
        )
    spans = [(block.code, block.starts_at, block.ends_at) for block in given if block.starts_at and block.ends_at]
    for code, starts_at, ends_at in spans:
        if ends_at <= starts_at:
            return _against(where, f"A stretch of {code} ends at {ends_at:%H:%M}, before it begins.")
    for _, start, end in (span for span in spans if span[0] == column1):
        for _, other_start, other_end in (span for span in spans if span[0] == column2):
            begins, stops = max(start, other_start), min(end, other_end)
            if begins < stops:
                return _against(where, f"{column1} and {column2} overlap from {begins:%H:%M} to {stops:%H:%M}.")
    return None


def _against(where: str, text: str) -> CodeFinding:
    fix = "Leave modifier 59 off: as the record stands the services were not separate. Never change times to fit."
    return CodeFinding(_CHECK, Weight.STOP, where, text, fix, ("ptp-page",))
