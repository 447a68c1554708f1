"""Pairs of codes that are not simply paid on one day (NCCI), by the date of service."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import NamedTuple

from necessity.codesets.procedures.blocks import TimeBlock, prove_separate
from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.spelling import not_loaded
from necessity.codesets.procedures.tables import Edition, Pair, editions, pair_rows, procedures

SEPARATING = ("59", "XE", "XS", "XP", "XU")
"""Modifiers that say that two services of a pair were separate."""


class Verdict(StrEnum):
    """What the table says of two codes on one day."""

    FREE = "free"
    """No pair in force bars them."""
    NEEDS_MODIFIER = "needs_modifier"
    """The code of column two is denied unless it was truly separate and says so."""
    NEVER = "never"
    """The code of column two is denied whatever is written behind it."""
    UNKNOWN = "unknown"
    """A pair is in force whose indicator was not read."""


class PairTable(NamedTuple):
    """Pairs of one edition."""

    edition: Edition
    by_codes: Mapping[frozenset[str], tuple[Pair, ...]]
    codes: frozenset[str] | None = None
    """Every code that any row speaks of; None: they are looked for among the rows."""

    @classmethod
    def of(cls, rows: Iterable[Pair], edition: Edition) -> "PairTable":
        """Build a table from rows, such as those of an official file."""
        found: dict[frozenset[str], tuple[Pair, ...]] = {}
        for row in rows:
            key = frozenset((row.column1, row.column2))
            found[key] = (*found.get(key, ()), row)
        return cls(edition, found)

    def find(self, first: str, second: str) -> tuple[Pair, ...]:
        """List every row about two codes, in either order, deleted ones too."""
        return self.by_codes.get(frozenset((first, second)), ())

    def knows(self, code: str) -> bool:
        """Whether any row speaks of a code."""
        if self.codes is not None:
            return code in self.codes
        return any(code in key for key in self.by_codes)

    def is_loaded(self, on: date) -> bool:
        """Whether the table was made for services of this day or of a later one."""
        return on <= self.edition.loaded_until


class PairAnswer(NamedTuple):
    """What the table says of two codes on one day."""

    verdict: Verdict
    pair: Pair | None
    """The row that says it; None where none is in force."""
    is_sure: bool
    """Whether day and row leave no doubt: the table holds the day, and the row's first day was read."""


@cache
def shipped() -> PairTable:
    """Find the table that comes with the program."""
    return PairTable.of(pair_rows(), editions()["pairs"])


def in_force(pair: Pair, on: date) -> bool:
    """Say whether a row can bar its codes on a day; a first day that was not read is taken as long past.

    A row deleted on its own first day was void from the start.
    """
    if pair.indicator == 9 or (pair.effective is not None and pair.effective == pair.deleted):
        return False
    return (pair.effective or date.min) <= on <= (pair.deleted or date.max)


def look_up(first: str, second: str, on: date, table: PairTable | None = None) -> PairAnswer:
    """Say what two codes of one patient, day and provider mean for each other.

    Examples:
        >>> look_up("97110", "97150", date(2024, 8, 1)).verdict.value
        'needs_modifier'
        >>> look_up("97530", "97116", date(2024, 8, 1)).verdict.value
        'free'
    """
    table = table or shipped()
    live = [pair for pair in table.find(first, second) if in_force(pair, on)]
    if not live:
        is_known = all(code in procedures() or table.knows(code) for code in (first, second))
        return PairAnswer(Verdict.FREE, None, is_known and table.edition.from_on <= on and table.is_loaded(on))
    pair = live[0]
    read = {0: Verdict.NEVER, 1: Verdict.NEEDS_MODIFIER}
    verdict = read.get(pair.indicator, Verdict.UNKNOWN) if pair.indicator is not None else Verdict.UNKNOWN
    begun = pair.effective is not None or on >= table.edition.from_on
    return PairAnswer(verdict, pair, begun and table.is_loaded(on))


def check_pairs(
    lines: Sequence[tuple[str, tuple[str, ...]]],
    on: date,
    blocks: Iterable[TimeBlock] = (),
    table: PairTable | None = None,
) -> tuple[CodeFinding, ...]:
    """Check every two codes of one patient's day with one provider.

    Args:
        lines: Codes with their modifiers.
        on: Date of service.
        blocks: Stretches of work from the record, the proof a separating modifier rests on.
        table: The pairs to look in; None: those shipped.

    Returns:
        What stops, what is to be asked; empty where nothing bars the codes.
    """
    table = table or shipped()
    blocks = tuple(blocks)
    marked = {code: set(modifiers) & set(SEPARATING) for code, modifiers in lines}
    found: list[CodeFinding] = []
    for first, second in combinations(marked, 2):
        answer = look_up(first, second, on, table)
        if answer.pair:
            found += _about(answer, answer.pair, marked, blocks)
    for code in (code for code, separating in marked.items() if separating):
        if not any(code in one.where for one in found) and not _paired(code, marked, on, table):
            text = f"{code} bears a separating modifier, but no pair among these codes asks for one."
            fix = "Leave it off. As a habit it draws reviews."
            found.append(CodeFinding("pair", Weight.ADVICE, code, text, fix, table.edition.sources))
    if not table.is_loaded(on):
        found.append(_beyond(table.edition, on))
    return tuple(found)


def _paired(code: str, codes: Iterable[str], on: date, table: PairTable) -> bool:
    return any(look_up(code, other, on, table).pair for other in codes if other != code)


def _about(
    answer: PairAnswer, pair: Pair, marked: Mapping[str, set[str]], blocks: tuple[TimeBlock, ...]
) -> Iterable[CodeFinding]:
    one, two, where = pair.column1, pair.column2, f"{pair.column1} with {pair.column2}"
    if answer.verdict is Verdict.NEVER:
        text = f"{two} is not paid on the same day as {one}, whatever modifier it bears."
        yield CodeFinding("pair", Weight.STOP, where, text, f"Bill {one} alone for that day.", pair.sources)
    elif answer.verdict is Verdict.UNKNOWN:
        text = f"{one} and {two} stood as a pair on this day, but its indicator was not read."
        yield CodeFinding("pair", Weight.ASK, where, text, "Look it up in the official file.", pair.sources)
    elif not marked[one] | marked[two]:
        text = f"{two} is denied on the same day as {one} unless it was a separate service and says so."
        fix = f"If the record shows two separate stretches of time, {two}-59; if not, bill {one} alone."
        yield CodeFinding("pair", Weight.ASK, where, text, fix, pair.sources)
    elif finding := prove_separate(one, two, blocks):
        yield finding


def _beyond(edition: Edition, on: date) -> CodeFinding:
    text = f"{edition.name} are loaded until {edition.loaded_until} ({edition.edition}); {on} is not loaded."
    fix = "Load the official file of that quarter, or look the codes up there."
    return CodeFinding("pair", Weight.ASK, str(on), text, fix, edition.sources)


def unknown_codes(codes: Iterable[str], table: PairTable | None = None) -> tuple[str, ...]:
    """Say of each code that neither the codes nor the pairs loaded here know it.

    Returns:
        One sentence a code; empty where all are known.
    """
    table = table or shipped()
    return tuple(not_loaded(code) for code in codes if code not in procedures() and not table.knows(code))
