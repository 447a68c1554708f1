"""When a name in a condition still matters: what is settled is asked no more."""

import pytest

from necessity.rulebook.condition import mattering, parse
from tests.conditions import NAMED as TYPES


def test_what_is_settled_no_longer_matters() -> None:
    """We ask only what can still change the answer."""
    matters = mattering(parse("signed AND (diagnosed OR days_waited < 3)", TYPES).sql)
    assert matters == {
        "signed": "signed IS NULL",
        "diagnosed": "(diagnosed OR days_waited < 3) IS NULL AND diagnosed IS NULL",
        "days_waited": "(diagnosed OR days_waited < 3) IS NULL AND days_waited IS NULL",
    }


@pytest.mark.parametrize(
    ("text", "matters"),
    [
        ("a AND b AND (c AND d)", {name: f"{name} IS NULL" for name in "abcd"}),
        ("NOT NOT (a OR b)", {name: f"{name} IS NULL" for name in "ab"}),
        (
            "a OR (b AND c AND (d AND e))",
            {"a": "a IS NULL"} | {n: f"(b AND c AND (d AND e)) IS NULL AND {n} IS NULL" for n in "bcde"},
        ),
        ("a AND NOT (b AND c)", {"a": "a IS NULL"} | {n: f"(b AND c) IS NULL AND {n} IS NULL" for n in "bc"}),
        (
            "a AND (b AND c) = d",
            {"a": "a IS NULL"} | {n: f"(b AND c) IS NULL AND {n} IS NULL" for n in "bc"} | {"d": "d IS NULL"},
        ),
        (
            "a OR b BETWEEN c AND d",
            {"a": "a IS NULL"} | {n: f"(b BETWEEN c AND d) IS NULL AND {n} IS NULL" for n in "bcd"},
        ),
        ("a AND (b OR a)", {"a": "a IS NULL OR (b OR a) IS NULL AND a IS NULL", "b": "(b OR a) IS NULL AND b IS NULL"}),
        ("a AND a", {"a": "a IS NULL"}),
    ],
)
def test_what_matters_is_asked_of_the_smallest_part_that_can_settle_it(text: str, matters: dict[str, str]) -> None:
    """A link of a chain is settled with the chain; a NOT or a comparison begins a new one."""
    assert mattering(text) == matters


def test_what_matters_in_a_list_is_the_value_and_the_list() -> None:
    """And an answer to something else in the chain settles both."""
    matters = mattering(parse("signed OR (diagnosed AND licence IN licences)", TYPES).sql)
    assert set(matters) == {"signed", "diagnosed", "licence", "licences"}
    assert all(matters[name].endswith(f"IS NULL AND {name} IS NULL") for name in ("licence", "licences"))
