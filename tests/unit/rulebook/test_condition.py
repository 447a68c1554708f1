"""The language of conditions: what it lets in, and what a checked condition holds."""

import pytest

from necessity.rulebook.condition import parse
from tests.conditions import NAMED as TYPES


@pytest.mark.parametrize(
    "text",
    [
        "signed",
        "NOT signed",
        "not signed and diagnosed or signed",
        "NOT NOT signed",
        "signed AND (diagnosed OR NOT signed)",
        "TRUE",
        "signed = TRUE",
        "signed <> diagnosed",
        "signed = (NOT diagnosed)",
        "(days_waited < 3) = signed",
        "days_waited <= 30",
        "30 >= days_waited",
        "days_waited - days_allowed > 0 - 5",
        "days_waited + days_allowed + 1 > (days_allowed)",
        "charge_cents BETWEEN 1 AND 500000",
        "days_waited NOT BETWEEN 0 AND days_allowed",
        "days_waited IN (1, 2, 3)",
        "licence IN ('MD', 'DO')",
        "licence NOT IN ('MD')",
        "licence IN licences",
        "licence NOT IN licences",
        "name = licence",
        "name = 'O''Hara'",
        "name = '-- no comment; nor \"this\" /* nor that */'",
        "served_on >= signed_on",
        "served_on BETWEEN signed_on AND signed_on",
    ],
)
def test_what_stands_in_the_language_passes(text: str) -> None:
    """Rules are written by people who know SQL's plain words; these must all work."""
    assert parse(text, TYPES).sql


@pytest.mark.parametrize(
    "text",
    [
        "name = name",
        "signed_on = signed_on",
        "signed = diagnosed",
        "1 = 1",
        "days_waited + 1 < days_allowed",
        "1 + days_waited < days_allowed",
        "1 + 1 < charge_cents",
        "charge_cents - 1 = 1 + charge_cents",
    ],
)
def test_like_may_be_compared_with_like(text: str) -> None:
    """A literal takes the kind of what it stands beside, on either side."""
    assert parse(text, TYPES).sql == f"({text})"


def test_a_long_chain_within_the_limit_passes() -> None:
    """A list of thirty requirements is long, not deep."""
    assert parse(" AND ".join(["signed", "NOT diagnosed"] * 15), TYPES).names == ("signed", "diagnosed")


def test_names_stand_in_the_order_of_their_first_use() -> None:
    """Findings list the facts they rest on as the rule reads."""
    text = "NOT diagnosed AND licence IN licences AND (days_waited < days_allowed OR NOT diagnosed)"
    assert parse(text, TYPES).names == ("diagnosed", "licences", "licence", "days_waited", "days_allowed")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("signed AND licence = 'MD'", ()),
        ("days_waited > 30", ("days_waited > 30",)),
        ("days_waited BETWEEN 1 AND 30", ("days_waited >= 1", "days_waited <= 30")),
        ("days_waited BETWEEN 1 AND days_allowed", ("days_waited >= 1",)),
        ("days_waited IN (1, 2)", ("days_waited IN (1, 2)",)),
        (
            "days_waited - 3 > days_allowed OR days_waited - 3 > days_allowed",
            ("days_waited - 3 > days_allowed",),
        ),
    ],
)
def test_every_number_is_kept_with_its_comparison(text: str, numbers: tuple[str, ...]) -> None:
    """The lint asks for cases on both sides of each."""
    assert parse(text, TYPES).numbers == numbers


def test_a_list_is_spelt_out_so_that_an_unknown_stays_unknown() -> None:
    """The database calls an unknown value absent from a list, and that would be a no."""
    assert parse("licence IN licences", TYPES).sql == (
        "((CASE WHEN licence IS NULL OR licences IS NULL THEN NULL ELSE ARRAY_CONTAINS(licences, licence) END))"
    )
