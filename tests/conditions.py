"""Random conditions as a person might write them, and random rows to ask them about, unknowns among them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from necessity.parameters.load import SQL_TYPES

TYPES = {
    "signed": "boolean",
    "diagnosed": "boolean",
    "ahead": "boolean",
    "waited": "days",
    "allowed": "days",
    "charge_cents": "cents",
    "licence": "choice",
    "words": "text",
    "signed_on": "date",
    "served_on": "date",
    "licences": "list",
}
"""The facts the conditions speak about; `licences` stands only behind IN."""

COLUMNS = {name: SQL_TYPES[type] for name, type in TYPES.items()}
"""The same as columns."""

LISTS = (("MD", "DO"), ("NP",), ("MD", "it's", "", "a\\b%"), None)
"""What `licences` may hold."""

NAMED = {
    "signed": "boolean",
    "diagnosed": "boolean",
    "days_waited": "days",
    "days_allowed": "days",
    "charge_cents": "cents",
    "licence": "choice",
    "name": "text",
    "signed_on": "date",
    "served_on": "date",
    "licences": "list",
}
"""The facts and the list that the tests of single conditions speak about, each named as a rule would name it."""

_WORDS = ("MD", "DO", "NP", "", "it's", "a\\b%", "md", "Ünï")
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "days": st.integers(-3, 3),
    "cents": st.sampled_from((0, 1, 99, 10_000, 999_999_999_999)),
    "choice": st.sampled_from(_WORDS),
    "text": st.sampled_from(_WORDS),
    "date": st.sampled_from((date(2026, 2, 28), date(2026, 3, 1), date(999, 12, 31))),
}

Row = dict[str, Any]


def rows() -> st.SearchStrategy[Row]:
    """Draw values for all facts; each may be unknown."""
    columns = {name: st.none() | _VALUES[type] for name, type in TYPES.items() if type != "list"}
    return st.fixed_dictionaries(columns | {"licences": st.sampled_from(LISTS)})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _one_of(*kinds: str) -> st.SearchStrategy[str]:
    return st.sampled_from([name for name, type in TYPES.items() if type in kinds])


def _numbers(kind: str) -> st.SearchStrategy[str]:
    """Write something that is a number of one kind: a name, a literal, a sum."""
    leaf = _one_of(kind) | st.integers(0, 3).map(str)
    sums = st.tuples(leaf, st.sampled_from((" + ", " - ", "+")), leaf).map("".join)
    return leaf | sums | sums.map("({})".format) | st.tuples(sums, st.just(" - "), leaf).map("".join)


def _comparisons() -> st.SearchStrategy[str]:
    """Write one comparison of like with like."""
    order, equal = st.sampled_from(("<", "<=", ">", ">=", "=", "<>", "!=")), st.sampled_from(("=", "<>"))
    numbers, texts = _numbers("days"), _one_of("choice", "text")
    literals = st.sampled_from(_WORDS).map(_quoted)
    several = st.lists(literals, min_size=1, max_size=9).map(", ".join)
    whole = st.lists(st.integers(0, 9).map(str), min_size=1, max_size=60).map(", ".join)
    is_in, between = st.sampled_from(("IN", "NOT IN", "not in")), st.sampled_from(("BETWEEN", "NOT BETWEEN"))
    return st.one_of(
        st.tuples(numbers, order, numbers).map(" ".join),
        st.tuples(_numbers("cents"), order, _numbers("cents")).map(" ".join),
        st.tuples(texts, equal, texts | literals).map(" ".join),
        st.tuples(_one_of("date"), order, _one_of("date")).map(" ".join),
        st.tuples(numbers, between, numbers, st.just("AND"), numbers).map(" ".join),
        st.tuples(texts, is_in, several.map("({})".format)).map(" ".join),
        st.tuples(numbers, is_in, whole.map("({})".format)).map(" ".join),
        st.tuples(texts, is_in, st.just("licences")).map(" ".join),
    )


def _longer(shorter: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build on conditions: what a comparison holds stands in parentheses, the rest binds as SQL binds it."""
    inner = shorter.map("({})".format)
    return st.one_of(
        st.tuples(shorter, st.sampled_from((" AND ", " and ", " OR ")), shorter).map("".join),
        st.tuples(inner, st.sampled_from((" AND ", " OR ")), shorter).map("".join),
        shorter.map("NOT {}".format),
        inner.map("NOT {}".format),
        inner,
        st.tuples(_one_of("boolean") | inner, st.sampled_from((" = ", " <> ")), inner).map("".join),
    )


def conditions() -> st.SearchStrategy[str]:
    """Draw a condition of the language."""
    leaf = _one_of("boolean") | _comparisons() | st.sampled_from(("TRUE", "FALSE"))
    return st.recursive(leaf, _longer, max_leaves=8).filter(lambda text: len(text) < 1_500)
