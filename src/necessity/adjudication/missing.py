"""Which facts a line waits for, as masks: one bit a fact or number that a rule which decides names, and nobody knows.

A rule that cannot tell waits for what its condition names and is not known. A line's masks gather that over all its
rules that decide and cannot tell. A name may be a given fact, which can be asked for; a derived one, with the given
facts beneath it; or a number of the law or of a payer's profile, which no person can answer.
"""

from functools import cache
from typing import NamedTuple

from necessity.adjudication.compile import rule_sql
from necessity.facts.load import bare_names, dotted_names
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

WORD = 62
"""Bits in one word of a mask; the rest of a signed 64-bit integer stays free."""
_KNOWN: dict[tuple[str, tuple[str, ...]], "tuple[MissingBit, ...]"] = {}
"""Places by the rulebook's content and the subjects."""


class MissingBit(NamedTuple):
    """Where a name stands in the masks of what is missing."""

    name: str
    """Fact or parameter."""
    subject: str
    """The subject whose rules wait for it."""
    word: str
    """Name of the word, such as `expense_0`; its column is `missing_<word>`."""
    bit: int


def missing_bits(book: Rulebook, subjects: tuple[str, ...]) -> tuple[MissingBit, ...]:
    """Give every name in the rules that decide its place, the same for every kind of funding source and service.

    Args:
        book: The rulebook.
        subjects: The subjects of a line.
    """
    key = book.sha256, subjects
    if key not in _KNOWN:
        found = []
        for subject in subjects:
            rules = [rule for rule in book.about(subject) if rule.decides]
            names = dict.fromkeys(name for rule in rules for name in _names(book, rule))
            for number, name in enumerate(names):
                found.append(MissingBit(name, subject, f"{subject}_{number // WORD}", number % WORD))
        _KNOWN[key] = tuple(found)
    return _KNOWN[key]


def _names(book: Rulebook, rule: Rule) -> tuple[str, ...]:
    """List what a rule's condition, and when it has a say, hang on; the day that dates it among them."""
    text, says, _ = rule_sql(book, rule)
    known = book.facts.facts.keys() | book.parameters.law.keys() | book.parameters.columns.keys()
    return tuple(sorted((bare_names(text) | bare_names(says)) & known))


def given_beneath(book: Rulebook, name: str) -> tuple[str, ...]:
    """List the given facts that a fact rests on, itself where it is given; none where it is a number of the law."""
    return _beneath(_Facts(book), name)


class _Facts:
    """The facts of a rulebook, to be looked up by name and by column; equal where the content is."""

    def __init__(self, book: Rulebook) -> None:
        self.facts = book.facts.facts
        self.by_column = {fact.sql: fact.name for fact in self.facts.values() if fact.is_given}
        self._sha256 = book.sha256

    def __hash__(self) -> int:
        return hash(self._sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts) and other._sha256 == self._sha256


@cache
def _beneath(known: _Facts, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    seen, waiting = {name}, [name]
    while waiting:
        fact = known.facts.get(waiting.pop(0))
        if fact is None:
            continue
        if fact.is_given:
            found[fact.name] = None
            continue
        below = {*fact.needs, *(bare_names(fact.sql) & known.facts.keys())}
        for alias, column in dotted_names(fact.sql):
            below |= {known.by_column.get(f"{alias}.{column}", column)} & known.facts.keys()
        waiting += sorted(below - seen)
        seen |= below
    return tuple(sorted(found))


OPEN = "refused IS NULL OR (NOT refused AND (pending IS NULL OR pending OR doubted IS NULL))"
"""True of every row that is pended, over the columns that join the answers of a subject and those before it."""


def missing_sql(bits: dict[str, int], rules: dict[str, set[str]]) -> str:
    """Write one word: which names are unknown that an unknown rule names.

    It is worked out only of rows that are pended; one that is settled costs a comparison.

    Args:
        bits: The bit of each name of the word.
        rules: Each rule that decides as a nullable boolean column, with the names its condition hangs on.

    Returns:
        SQL of type BIGINT over the columns of the rules' answers.

    Examples:
        >>> missing_sql({"a": 0, "b": 1}, {"rule_0": {"a"}}).removeprefix(f"CASE WHEN {OPEN} THEN ")
        'CAST(CASE WHEN a IS NULL AND (rule_0 IS NULL) THEN 1 ELSE 0 END AS BIGINT) ELSE 0 END'
    """
    terms = []
    for name, bit in bits.items():
        unknown = " OR ".join(f"{column} IS NULL" for column, names in rules.items() if name in names)
        if unknown:
            terms.append(f"CASE WHEN {name} IS NULL AND ({unknown}) THEN {1 << bit} ELSE 0 END")
    return f"CASE WHEN {OPEN} THEN CAST({' + '.join(terms)} AS BIGINT) ELSE 0 END" if terms else "CAST(0 AS BIGINT)"
