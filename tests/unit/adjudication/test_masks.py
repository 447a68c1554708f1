"""Masks: each rule's answer is one bit, and the outcome read off them is that of the rules themselves."""

from itertools import product

import pytest

from necessity.adjudication.compile import OUTCOME_SQL
from necessity.adjudication.engine import evaluate
from necessity.adjudication.masks import PACK, WORD, mask_sql, outcome_sql
from necessity.domain.decision import Outcome

ANSWERS = (True, False, None)
EFFECTS = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW)


def packed(rows: list[dict[str, bool | None]], bits: dict[int, str], *over: str) -> list[tuple[int, ...]]:
    """Compute packs, then expressions over them."""
    packs = mask_sql("w", bits).packs
    columns = dict.fromkeys(bits.values(), "BOOLEAN")
    found = evaluate(columns, rows, tuple(packs.values()))
    numbers = [dict(zip(packs, row, strict=True)) for row in found]
    return evaluate(dict.fromkeys(packs, "INTEGER"), numbers, over)


@pytest.mark.parametrize("bits", [(0, 1, 2), (PACK - 1, PACK, WORD - 1)], ids=["in one pack", "in three packs"])
def test_every_answer_stands_in_its_bit(bits: tuple[int, ...]) -> None:
    """A bit in the wrong place would blame a rule that was met."""
    places = dict(zip(bits, "abc", strict=True))
    rows = [dict(zip("abc", answers, strict=True)) for answers in product(ANSWERS, repeat=3)]
    sql = mask_sql("w", places)
    for row, (failed, unknown) in zip(rows, packed(rows, places, sql.failed, sql.unknown), strict=True):
        assert failed == sum(1 << bit for bit, name in places.items() if row[name] is False)
        assert unknown == sum(1 << bit for bit, name in places.items() if row[name] is None)


@pytest.mark.parametrize("bits", [(0, 1, 2), (PACK - 1, PACK, WORD - 1)], ids=["in one pack", "in three packs"])
def test_the_outcome_is_that_of_the_rules_themselves(bits: tuple[int, ...]) -> None:
    """There must not be two ways to come to an outcome."""
    places = dict(zip(bits, "abc", strict=True))
    rows = [dict(zip("abc", answers, strict=True)) for answers in product(ANSWERS, repeat=3)]
    every = list(product(EFFECTS, repeat=3))
    masked = packed(rows, places, *(outcome_sql("w", zip(bits, effects, strict=True), "TRUE") for effects in every))
    terms = [
        " OR ".join(f"NOT {rule}" for rule, one in zip("abc", effects, strict=True) if one is effect) or "FALSE"
        for effects in every
        for effect in EFFECTS
    ]
    answered = evaluate(dict.fromkeys("abc", "BOOLEAN"), rows, tuple(terms))
    names = ("refused", "pending", "doubted")
    named = [
        dict(zip(names, row[first : first + 3], strict=True)) | {"supported": True}
        for row in answered
        for first in range(0, len(terms), 3)
    ]
    expected = evaluate(dict.fromkeys((*names, "supported"), "BOOLEAN"), named, (OUTCOME_SQL,))
    found = zip(product(rows, every), (outcome for row in masked for outcome in row), expected, strict=True)
    wrong = [(row, effects, outcome, right) for (row, effects), outcome, (right,) in found if outcome != right]
    assert wrong[:3] == []
    assert {outcome for (outcome,) in expected} == {0, 1, 2, 3}
    assert len(expected) == 27 * 27


def test_without_a_rule_that_supports_it_nothing_is_payable() -> None:
    """Silence is never a yes."""
    assert packed([{"a": True}], {0: "a"}, outcome_sql("w", [], "FALSE")) == [(1,)]


def test_a_word_without_answers_is_zero() -> None:
    """Every kind of funding source has the same words, whichever rules it has."""
    assert mask_sql("w", {}) == ({}, "CAST(0 AS BIGINT)", "CAST(0 AS BIGINT)")
