"""Writing the answers of many rules as integers: one bit a rule for what failed, one for what is unknown.

DuckDB adds up both masks in one expression instead of two if both bits of a rule lie in one sum: that of one that
failed in the lower half of a pack, that of one that is unknown in the upper half. A pack is an integer of 32 bits:
these add up quicker than 64, and hold fifteen rules. Outcomes can be read off the packs: a few comparisons of integers
instead of one OR over every rule.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from necessity.domain.decision import Outcome

WORD = 62
"""Bits in one word of a mask; the rest of a signed 64-bit integer stays free."""
PACK = 15
"""Rules in one pack: two bits each, and the sign stays free."""


class MaskSql(NamedTuple):
    """The SQL of one word."""

    packs: dict[str, str]
    """Columns to compute first, by name, over the columns of the answers."""
    failed: str
    """Over the packs: one bit for each answer that is false."""
    unknown: str
    """Over the packs: one bit for each answer that is NULL."""


def mask_sql(word: str, answers: Mapping[int, str]) -> MaskSql:
    """Write one word of a mask.

    Args:
        word: Its name; the packs are called after it.
        answers: Nullable boolean columns by the bit each gets, 0 to `WORD` - 1.

    Returns:
        SQL of type BIGINT for the word; of a word without answers, zero.

    Examples:
        >>> mask_sql("w", {0: "a"}).packs
        {'w_pack_0': 'CAST(CASE WHEN a THEN 0 WHEN a IS NULL THEN 32768 ELSE 1 END AS INTEGER)'}
    """
    packs: dict[str, str] = {}
    failed, unknown = [], []
    for first in range(0, WORD, PACK):
        terms = [_term(column, bit - first) for bit, column in answers.items() if first <= bit < first + PACK]
        if terms:
            name = f"{word}_pack_{first // PACK}"
            packs[name] = f"CAST({' + '.join(terms)} AS INTEGER)"
            below, above = (f"CAST({name} {part} AS BIGINT)" for part in (f"& {(1 << PACK) - 1}", f">> {PACK}"))
            failed.append(f"({below} << {first})" if first else below)
            unknown.append(f"({above} << {first})" if first else above)
    zero = "CAST(0 AS BIGINT)"
    return MaskSql(packs, " | ".join(failed) or zero, " | ".join(unknown) or zero)


def _term(column: str, place: int) -> str:
    return f"CASE WHEN {column} THEN 0 WHEN {column} IS NULL THEN {1 << (place + PACK)} ELSE {1 << place} END"


def outcome_sql(word: str, effects: Iterable[tuple[int, Outcome]], supported: str) -> str:
    """Write the outcome of rules that all stand in one word, as the integer that stands for it.

    It is that of `compile.OUTCOME_SQL` over the rules themselves: a rule that fails settles its effect, one that is
    unknown leaves it open, and of several the strongest counts.

    Args:
        word: Name of the word, as given to `mask_sql`.
        effects: Bit of each rule that decides, with what it makes if it is not met.
        supported: SQL that is true where some rule that decides has a say and is met.

    Returns:
        A CASE over the packs of the word.
    """
    bits: dict[Outcome, list[int]] = {outcome: [] for outcome in Outcome}
    for bit, outcome in effects:
        bits[outcome].append(bit)
    refuse, pend, doubt = bits[Outcome.NOT_PAYABLE], bits[Outcome.PENDED], bits[Outcome.REVIEW]
    whens = [(_any(word, failed=refuse), 0), (_any(word, failed=pend, unknown=refuse + pend), 1)]
    whens += [(_any(word, failed=doubt), 2), (_any(word, unknown=doubt), 1)]
    written = [f"WHEN {test} THEN {answer}" for test, answer in whens if test]
    return f"CASE {' '.join([*written, f'WHEN {supported} THEN 3'])} ELSE 1 END"


def _any(word: str, *, failed: Iterable[int] = (), unknown: Iterable[int] = ()) -> str:
    """Ask whether any of these bits is set, pack by pack."""
    asked: dict[int, int] = {}
    for above, bits in ((0, failed), (PACK, unknown)):
        for bit in bits:
            asked[bit // PACK] = asked.get(bit // PACK, 0) | 1 << (bit % PACK + above)
    return " OR ".join(f"{word}_pack_{pack} & {those} <> 0" for pack, those in sorted(asked.items()))
