"""One statement, several databases: what each lacks is written in its own words, or refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.adjudication.case_engine import _FUNCTIONS
from necessity.adjudication.dialects import FUNCTIONS, in_sqlite
from necessity.adjudication.engine import evaluate
from necessity.errors import RulebookError


@pytest.mark.parametrize(
    ("duckdb", "sqlite"),
    [
        ("SELECT bool_or(a) AS a, bool_and(b) AS b FROM t", "SELECT MAX(a) AS a, MIN(b) AS b FROM t"),
        ("SELECT d + to_days(14) AS e FROM t", "SELECT d + 14 AS e FROM t"),
        ("SELECT CAST(d + to_months(n) AS DATE) - 1 AS e FROM t", "SELECT ADD_MONTHS(d, n) - 1 AS e FROM t"),
        ("SELECT d >= DATE '0001-01-02' AS e FROM t", "SELECT d >= 2 AS e FROM t"),
        ("SELECT unnest(['a', 'b']) AS kind", "SELECT 'a' AS kind UNION ALL SELECT 'b' AS kind"),
        ("SELECT least(a, b, c) AS x FROM t", "SELECT LEAST(a, b, c) AS x FROM t"),
        ("SELECT list_contains(l, k) AS x FROM t", "SELECT LIST_CONTAINS(l, k) AS x FROM t"),
        ("WITH q AS (SELECT 1 AS a) SELECT a FROM q", "WITH q AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM q"),
    ],
)
def test_what_sqlite_lacks_is_written_in_its_own_words(duckdb: str, sqlite: str) -> None:
    """The rules are written once; only their spelling differs."""
    assert in_sqlite(duckdb, "letter") == sqlite


def test_a_function_that_sqlite_is_not_given_is_refused_at_once() -> None:
    """A rulebook that compiles must never fail while a case is decided."""
    with pytest.raises(RulebookError, match="STRFTIME_ISO in the facts about letter"):
        in_sqlite("SELECT strftime_iso(d) AS x FROM t", "letter")


def test_every_function_that_is_promised_is_brought() -> None:
    """The list the writer allows and the functions the engine registers are one list."""
    assert set(_FUNCTIONS) == FUNCTIONS


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(days, st.integers(0, 600), st.one_of(st.none(), days), st.one_of(st.none(), days), st.integers(-99999, 99999))
def test_the_functions_brought_to_sqlite_are_duckdbs(a: date, months: int, b: date, c: date, thousandths: int) -> None:
    """Whatever DuckDB makes of a day, a month or a missing value, SQLite makes of it, too."""
    columns = {"a": "DATE", "b": "DATE", "c": "DATE", "n": "BIGINT", "x": "DECIMAL(12,3)"}
    row = {"a": a, "b": b, "c": c, "n": months, "x": f"{thousandths / 1000:.3f}"}
    selected = (
        "CAST(a + to_months(CAST(n AS INTEGER)) AS DATE)",
        "CAST(date_trunc('month', a) AS DATE)",
        "date_part('day', a)",
        "least(a, b, c)",
        "greatest(a, b, c)",
        "CAST(floor(x * 10) AS BIGINT)",
    )
    (theirs,) = evaluate(columns, [row], selected)
    ours = {name: function for name, (_, function) in _FUNCTIONS.items()}
    day = a.toordinal()
    given_days = [value.toordinal() if value else None for value in (a, b, c)]
    made = (
        *(date.fromordinal(ours["add_months"](day, months)), date.fromordinal(ours["first_of"]("month", day))),
        ours["date_part"]("day", day),
        *(date.fromordinal(ours[name](*given_days)) for name in ("least", "greatest")),
        ours["floor"](thousandths / 1000 * 10),
    )
    assert made == theirs
    assert made[0] >= a - timedelta(days=31)
