"""What the language of conditions refuses, and how it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.rulebook.condition import Condition, Refused, parse
from tests.conditions import NAMED as TYPES


def refused(text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(text, TYPES)
    assert caught.value.message
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "signed IS NULL",
        "signed IS NOT NULL",
        "signed ISNULL",
        "signed IS TRUE",
        "NULL",
        "signed = NULL",
        "days_waited IN (1, NULL)",
        "licence IN ('MD', NULL)",
        "days_waited IS DISTINCT FROM days_allowed",
        "days_waited <=> days_allowed",
        "coalesce(signed, FALSE)",
        "length(name) > 3",
        "if(signed, diagnosed, signed)",
        "try(signed)",
        "current_date > signed_on",
        "row_number() OVER () > 1",
        "sum(days_waited) OVER () > 1",
        "CASE WHEN signed THEN diagnosed END",
        "name LIKE 'A%'",
        "name ILIKE 'a'",
        "name SIMILAR TO 'a'",
        "name ~ 'a'",
        "name || 'a' = 'ba'",
        "name COLLATE nocase = 'a'",
        "days_waited / 2 > 1",
        "days_waited * 2 > 1",
        "days_waited % 2 = 1",
        "days_waited & 1 = 1",
        "-days_waited > 1",
        "days_waited > -5",
        "days_waited IN (SELECT 1)",
        "signed AND (SELECT TRUE)",
        "EXISTS (SELECT 1)",
        "days_waited = ANY(licences)",
        "SELECT signed",
        "FROM letter",
        "DROP TABLE letter",
        "CREATE TABLE x AS SELECT 1",
        "ATTACH 'x'",
        "SET threads = 4",
        "CAST(days_waited AS BOOLEAN)",
        "days_waited::BOOLEAN",
        "signed_on > DATE '2026-01-01'",
        "signed_on + INTERVAL 1 DAY > served_on",
        "signed_on + 1 > served_on",
        "$1",
        "?",
        ":signed",
        "@days_waited > 1",
        '"signed"',
        "letter.signed",
        "main.letter.signed",
        "*",
        "COLUMNS(*)",
        "[1]",
        "{'a': 1}",
        "days_waited -> signed",
        "(signed, diagnosed)",
        "signed, diagnosed",
        "signed AS diagnosed",
        "signed diagnosed",
        "signed; DROP TABLE letter",
        "signed;",
        "days_waited BETWEEN SYMMETRIC 3 AND 1",
        "licence IN ()",
        "licence IN (licences)",
        "licence IN (name)",
        "licence IN licence",
        "licence IN 'MD'",
        "days_waited IN licences",
        "'MD' IN licences",
        "days_waited IN (1, 1 + 1)",
        "signed IN (TRUE)",
        "licences = licences",
        "(days_waited, days_allowed) IN ((1, 2))",
        "name = E'a'",
        "name = $$a$$",
        "name = N'a'",
        "days_waited = 0x10",
        "days_waited > 1.5",
        "days_waited > 1e3",
        "days_waited > 9999999999999999",
        "signed XOR diagnosed",
        "signed && diagnosed",
        "signed WHERE diagnosed",
        "signed UNION SELECT TRUE",
        "signed AND",
        "AND signed",
        "(signed",
        "signed)",
        "name = 'a",
        "",
        "   ",
        "signed\0",
        "signed\N{ZERO WIDTH SPACE}",
        "días = 1",
    ],
)
def test_what_stands_outside_the_language_is_refused(text: str) -> None:
    """Each of these could make an answer depend on absence, on order, on chance or on another table."""
    refused(text)


@pytest.mark.parametrize("text", ["signed -- AND diagnosed", "signed /* x */ AND diagnosed", "signed # x"])
def test_a_comment_is_refused(text: str) -> None:
    """Conditions are read as one line: a comment would swallow the requirements below it in silence."""
    assert "outside the language" in refused(text).message


@pytest.mark.parametrize(
    "text",
    [
        "signed = diagnosed = signed",
        "signed = days_waited < 3",
        "signed = NOT diagnosed",
        "NOT signed = diagnosed = signed",
        "1 < days_waited < 3",
        "days_waited BETWEEN 1 AND 2 = signed",
        "days_waited IN (1) = signed",
    ],
)
def test_a_comparison_of_comparisons_wants_parentheses(text: str) -> None:
    """DuckDB, SQLite and Spark each bind them another way, or not at all."""
    refused(text)


@pytest.mark.parametrize("text", ["signed > diagnosed", "licence < 'MD'", "name BETWEEN 'a' AND 'b'"])
def test_what_has_no_order_is_not_compared_by_order(text: str) -> None:
    """The alphabet says nothing about licences."""
    assert "order" in refused(text).message


@pytest.mark.parametrize(
    "text",
    [
        "days_waited",
        "'yes'",
        "3",
        "licences",
        "days_waited + 1",
        "NOT days_waited",
        "signed AND days_waited",
        "days_waited = charge_cents",
        "days_waited + charge_cents > 1",
        "signed + 1 > 1",
        "days_waited = 'three'",
        "licence = 3",
        "signed = 1",
        "signed_on > '2026-01-01'",
        "licence IN (1)",
        "days_waited IN ('MD')",
        "charge_cents BETWEEN 1 AND days_waited",
    ],
)
def test_types_that_do_not_fit_are_refused(text: str) -> None:
    """Days compared with money is a mistake, whatever comes out."""
    refused(text)


@pytest.mark.parametrize(
    ("text", "message", "next_step", "word"),
    [
        (
            "signed -- x",
            "A comment is outside the language of conditions.",
            "Leave it out; notes go into the TOML.",
            "",
        ),
        (
            "signed # x",
            "The character '#' is outside the language of conditions.",
            "Leave it out; notes go into the TOML.",
            "",
        ),
        (
            "signed AND",
            "This is not a condition: Required keyword: 'expression' missing for <class 'sqlglot.expressions.core.And'>. Line 1, Col: 10.",
            "See CONTRIBUTING, rules.",
            "",
        ),
        ("days_waited + 1", "A condition must be true or false as a whole.", "Compare the value with something.", ""),
        (
            "coalesce(signed, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE)",
            "`COALESCE(signed, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, F` is outside the language of conditions.",
            "Use names, literals, comparisons, IN, BETWEEN, + -, AND, OR, NOT; else make a derived fact.",
            "COALESCE(signed, FAL",
        ),
        ("days_waited > 1e3", "1e3 is not a whole number.", "Use a smaller unit, such as cents or tenths.", ""),
        ("days_waited > 9999999999999999", "9999999999999999… is too long a number.", "Write at most 15 digits.", ""),
        (
            "days_waited > 123456789012345678901234",
            "12345678901234567890… is too long a number.",
            "Write at most 15 digits.",
            "",
        ),
        (
            "signed AND days_waitd < 3",
            "`days_waitd` is no fact or parameter that can be named here.",
            "Did you mean `days_waited`?",
            "days_waitd",
        ),
        ("NOT days_waited", "`days_waited` is neither true nor false.", "Compare it with something.", "days_waited"),
        (
            "signed = diagnosed = signed",
            "`signed = diagnosed` is compared as a whole.",
            "Put it in parentheses.",
            "signed = diagnosed",
        ),
        (
            "days_waited = charge_cents",
            "`days_waited` is days and `charge_cents` is cents.",
            "Compare like with like.",
            "days_waited",
        ),
        (
            "days_waited = 'three'",
            "`days_waited` is days and `'three'` is text.",
            "Compare like with like.",
            "days_waited",
        ),
        (
            "days_waited IN (1, 2, 3) = signed",
            "`days_waited IN (1, 2, 3)` is compared as a whole.",
            "Put it in parentheses.",
            "days_waited IN (1, 2",
        ),
        ("3 = licence", "`3` is number and `licence` is choice.", "Compare like with like.", "3"),
        (
            "licence IN UNNEST(licences)",
            "A sub-query is outside the language of conditions.",
            "Make a derived fact of it.",
            "",
        ),
        ("licence < 'MD'", "`licence` has no order.", "Compare it with = or <>, or use IN.", "licence"),
        (
            "days_waited BETWEEN SYMMETRIC 3 AND 1",
            "BETWEEN SYMMETRIC is outside the language of conditions.",
            "Write the smaller bound first.",
            "",
        ),
        (
            "days_waited IN (SELECT 1)",
            "A sub-query is outside the language of conditions.",
            "Make a derived fact of it.",
            "",
        ),
        ("licence IN ()", "The list after IN is empty.", "List literals, or name one list parameter.", ""),
        ("licence IN (licences)", "`licences` is no literal.", "List literals, or name one list parameter.", ""),
        ("licence IN licence", "`licence` is not a list of such values.", "Name a list parameter after IN.", "licence"),
        (
            "days_waited IN licences",
            "`licences` is not a list of such values.",
            "Name a list parameter after IN.",
            "licences",
        ),
        ("'MD' IN licences", "`licences` is not a list of such values.", "Name a list parameter after IN.", "licences"),
        ("signed + 1 > 1", "`signed + 1` adds what is no number.", "Add numbers only.", "signed + 1"),
        (
            "days_waited + charge_cents > 1",
            "`days_waited + charge_cents` adds days to cents.",
            "Add like to like.",
            "days_waited + charge_cents",
        ),
        (
            "days_waited + (1 + charge_cents) > 1",
            "`days_waited + (1 + charge_cents)` adds days to cents.",
            "Add like to like.",
            "days_waited + (1 + charge_cents)",
        ),
        ("1 + 'a' > 2", "`1 + 'a'` adds what is no number.", "Add numbers only.", "1 + 'a'"),
    ],
)
def test_each_refusal_says_what_is_wrong_and_what_to_do(text: str, message: str, next_step: str, word: str) -> None:
    """A rule is mended by somebody who sees these words only; `word` is what the line number is found by."""
    fault = refused(text)
    assert (fault.message, fault.next_step, fault.word, str(fault)) == (message, next_step, word, message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" AND ".join(["signed"] * 250), "The condition is too long."),
        ("NOT (" * 330 + "signed" + ")" * 330, "The condition nests too deeply."),
    ],
)
def test_what_is_too_much_is_cut_into_facts(text: str, message: str) -> None:
    """Nobody can read it either."""
    fault = refused(text)
    assert (fault.message, fault.next_step) == (message, "Make a derived fact of a part of it.")


def test_a_condition_may_be_as_long_as_the_limit() -> None:
    """The limit itself still passes."""
    assert parse("signed".ljust(2_000), TYPES).names == ("signed",)
    refused("signed".ljust(2_001))


def test_the_greatest_number_has_fifteen_digits() -> None:
    """More would not survive the way through JSON."""
    assert parse("days_waited < 999999999999999", TYPES).sql
    refused("days_waited < 1000000000000000")


@pytest.mark.parametrize("text", ["days_waited + 1 < charge_cents", "1 + days_waited < charge_cents"])
def test_a_sum_keeps_its_kind(text: str) -> None:
    """Days stay days when a number is added, from either side."""
    assert refused(text).message.endswith("is days and `charge_cents` is cents.")


def test_a_misspelt_name_comes_with_the_nearest() -> None:
    """A typing mistake should take seconds to mend."""
    fault = refused("signed AND days_waitd < 3")
    assert fault.word == "days_waitd"
    assert "`days_waited`" in fault.next_step


def test_a_name_in_capitals_is_another_name() -> None:
    """One thing, one word: the database would not mind, the search through the rulebook would."""
    assert "`SIGNED`" in refused("SIGNED").message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 900 + "signed" + ")" * 900,
        "NOT " * 480 + "signed",
        "NOT (" * 330 + "signed" + ")" * 330,
        "signed AND (" * 150 + "signed" + ")" * 150,
        "signed" + " AND signed" * 5_000,
        "x" * 1_000_000,
        "name = '" + "'" * 1_500,
    ],
)
def test_the_huge_and_the_deep_are_refused(text: str) -> None:
    """Nothing a person writes into a rule ends in a traceback."""
    refused(text)


_PIECES = (
    "signed diagnosed days_waited charge_cents licence licences name signed_on nobody TRUE NULL 3 1.5 'MD' ''' "
    "AND OR NOT IN BETWEEN IS LIKE CASE WHEN THEN END SELECT FROM CAST AS = <> < <= > >= + - * / ( ) , ; -- . :: "
    '" [ ] { } $ ? @ ~ | & ! # \\ DATE INTERVAL OVER ESCAPE ANY ALL EXISTS VALUES'
)


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=25).map(" ".join) | st.text(max_size=60))
def test_whatever_is_written_is_parsed_or_refused(text: str) -> None:
    """There is no third way out: no traceback, no statement of another kind."""
    try:
        found = parse(text, TYPES)
    except Refused:
        return
    assert isinstance(found, Condition)
