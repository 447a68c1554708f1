"""Replay: the same claims before two rulebooks, and which lines get another answer, by which rule, for how much money.

Both runs are whole bulk runs over the same rows. What differs is the rulebook, the profiles, the day decided for.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from necessity.adjudication.bulk import USUAL, BulkEngine, BulkLimits, input_tables
from necessity.adjudication.bulk_program import mask_bits
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.engine import load_rows
from necessity.adjudication.program import OUTCOMES
from necessity.codesets.at_hand import CodeSets
from necessity.domain.decision import Outcome
from necessity.domain.tables import Tables
from necessity.rulebook.load import Rulebook

Key = tuple[str, str, str]
"""Case, expense, funding source."""


class Said(NamedTuple):
    """What one run says of one line."""

    kind: str
    """Kind of funding source."""
    payer: str
    """The payer profile the record names; `generic` where it names none."""
    outcome: Outcome
    cents: int
    """What is payable, 0 where it is not payable."""
    failed: frozenset[str]
    """Required rules that are not met."""
    unknown: frozenset[str]
    """Required rules that cannot tell."""


class RuleTurn(NamedTuple):
    """One required rule that answers otherwise."""

    rule: str
    before: str
    """`met`, `not_met`, `unknown`, or `absent` where the rulebook has no such rule. Met is also: has no say."""
    after: str


class Flip(NamedTuple):
    """One line with another answer or another amount."""

    case: str
    expense: str
    funding_source: str
    kind: str
    payer: str
    before: Outcome
    after: Outcome
    cents_before: int
    cents_after: int
    by: tuple[RuleTurn, ...]
    """The rules that answer otherwise; none where only the amount moves, or an earlier line took or left the money."""


class Share(NamedTuple):
    """The money of one payer and kind of funding source under both rulebooks."""

    kind: str
    payer: str
    lines: int
    flips: int
    cents_before: int
    cents_after: int


class Replay(NamedTuple):
    """What comes of it."""

    lines: int
    flips: tuple[Flip, ...]
    """By kind, payer, case, expense."""
    shares: tuple[Share, ...]
    """Every kind and payer that has lines, by kind and payer."""


class Player:
    """A rulebook ready to say what it says of every line of some cases."""

    def __init__(self, book: Rulebook, codes: CodeSets, limits: BulkLimits = USUAL) -> None:
        """Open the engine."""
        self.codes = codes
        self.engine = BulkEngine(book, limits)
        self._bits = [(f"_{bit.word}", 1 << bit.bit, bit.rule) for bit in mask_bits(book) if bit.required]

    def say(self, tables: Tables) -> dict[Key, Said]:
        """Decide every line of some cases, each with an id of its own, and give what is said by the line's key."""
        whole = with_codes(tables, self.codes)
        given = {name: f"given_{name}" for name in self.engine.tables}
        for name, table in given.items():
            self.engine.db.execute(f"DROP TABLE IF EXISTS {table}")
            load_rows(self.engine.db, table, input_tables()[name], list(whole.get(name, [])))
        self.engine.take(given)
        self.engine.decide()
        return {
            (row["case_name"], row["expense_id"], row["funding_source_id"]): _said(row, self._bits)
            for row in self._rows()
        }

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        """Read the decided lines, with the case's own name and the payer's."""
        cursor = self.engine.db.execute(
            "SELECT decided.*, case_number.name AS case_name, coalesce(named.payer, 'generic') AS payer "
            "FROM decided JOIN case_number ON case_number.number = decided.case_id "
            "LEFT JOIN funding_source AS named "
            "ON named.case_id = decided.case_id AND named.id = decided.funding_source_id"
        )
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(10_000):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def _said(row: Mapping[str, Any], bits: Iterable[tuple[str, int, str]]) -> Said:
    outcome = OUTCOMES[row["outcome"]]
    cents = row["least_payable_cents"] or 0 if outcome is Outcome.PAYABLE else 0
    failed = frozenset(rule for word, bit, rule in bits if row[f"failed{word}"] & bit)
    unknown = frozenset(rule for word, bit, rule in bits if row[f"unknown{word}"] & bit)
    return Said(row["funding_source"], row["payer"], outcome, cents, failed, unknown)


def compare(
    before: Mapping[Key, Said], after: Mapping[Key, Said], rules_before: Iterable[str], rules_after: Iterable[str]
) -> Replay:
    """Set two runs side by side.

    Args:
        before: One run's lines.
        after: The other run's, over the same cases.
        rules_before: The ids of the rules of the one rulebook.
        rules_after: Those of the other.

    Returns:
        Which lines differ, and the money.
    """
    known = frozenset(rules_before), frozenset(rules_after)
    flips, shares = [], dict[tuple[str, str], list[int]]()
    for key in before.keys() & after.keys():
        one, other = before[key], after[key]
        share = shares.setdefault((one.kind, one.payer), [0, 0, 0, 0])
        differs = (one.outcome, one.cents) != (other.outcome, other.cents)
        for place, number in enumerate((1, int(differs), one.cents, other.cents)):
            share[place] += number
        if differs:
            money = one.cents, other.cents
            flips.append(Flip(*key, one.kind, one.payer, one.outcome, other.outcome, *money, turns(one, other, *known)))
    totals = tuple(Share(*name, *numbers) for name, numbers in sorted(shares.items()))
    return Replay(sum(share.lines for share in totals), in_order(flips), totals)


def turns(one: Said, other: Said, known: frozenset[str], known_then: frozenset[str]) -> tuple[RuleTurn, ...]:
    """List the rules that answer otherwise, by what is said of one line and which rules each side knows."""
    found = []
    for rule in sorted((one.failed ^ other.failed) | (one.unknown ^ other.unknown)):
        found.append(RuleTurn(rule, _answer(rule, one, known), _answer(rule, other, known_then)))
    return tuple(found)


def _answer(rule: str, said: Said, known: frozenset[str]) -> str:
    if rule not in known:
        return "absent"
    return "not_met" if rule in said.failed else "unknown" if rule in said.unknown else "met"


def in_order(flips: Iterable[Flip]) -> tuple[Flip, ...]:
    """Put flips in the order of a replay."""
    return tuple(sorted(flips, key=_place))


def _place(flip: Flip) -> tuple[str, ...]:
    return flip.kind, flip.payer, flip.case, flip.expense, flip.funding_source
