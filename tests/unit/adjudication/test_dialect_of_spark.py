"""What Spark is asked, without Spark: that the answers agree stands in tests/agreement."""

import pytest

from necessity.adjudication.bulk_program import CHAIN, bulk_chain
from necessity.adjudication.dialects import in_spark, in_spark_steps
from necessity.adjudication.narrow import Narrower
from tests.shipped import book


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("d + to_months(CAST(n AS INTEGER))", "ADD_MONTHS(d, CAST(n AS INT))"),
        ("date_trunc('month', d) + to_months(3) + to_days(14)", "DATE_ADD(ADD_MONTHS(TRUNC(d, 'MONTH'), 3), 14)"),
        ("d - 1", "d - 1"),
        ("a % b", "a % NULLIF(b, 0)"),
        ("a % 10", "a % 10"),
        ("list_contains(names, kind)", "ARRAY_CONTAINS(names, kind)"),
        ("list_has_all(['a', 'b'], names)", "SIZE(ARRAY_EXCEPT(names, ARRAY('a', 'b'))) = 0"),
        ("[one FOR one IN [a, b] IF one IS NOT NULL]", "FILTER(ARRAY(a, b), one -> NOT one IS NULL)"),
        ("{'a': b}", "STRUCT(b AS a)"),
        ("unnest(names)", "EXPLODE(names)"),
        ("(failed & 8) <> 0", "(failed & 8) <> 0"),
        ("bool_or(a)", "BOOL_OR(a)"),
        ("a IS DISTINCT FROM b", "a IS DISTINCT FROM b"),
        ("date_part('isodow', d)", "DATE_PART('dayofweek_iso', d)"),
        (
            "string_agg(DISTINCT a, '; ' ORDER BY a)",
            "LISTAGG(DISTINCT a, '; ') WITHIN GROUP (ORDER BY a NULLS LAST)",
        ),
    ],
)
def test_each_word_that_differs_is_written_for_spark(duckdb: str, spark: str) -> None:
    """What a word means must not change with the machine."""
    assert in_spark(f"SELECT {duckdb} AS x FROM t") == f"SELECT {spark} AS x FROM t"


def test_rows_without_a_date_come_last_as_in_duckdb() -> None:
    """Spark's own order puts them first, and the first row is the one that counts."""
    sql = in_spark("SELECT row_number() OVER (PARTITION BY a ORDER BY b, c DESC NULLS LAST) AS place FROM t")
    assert "ORDER BY b NULLS LAST, c DESC" in sql
    assert "c DESC NULLS FIRST" not in sql


def test_named_queries_become_views_and_hide_no_table() -> None:
    """A named query may bear a table's name; whoever reads the table afterwards must not find it."""
    steps = in_spark_steps(
        "WITH letter AS (SELECT id FROM letter), last AS (SELECT max(letter.id) AS id FROM letter) "
        "SELECT one.id FROM last AS one JOIN letter ON letter.id = one.id JOIN patient ON TRUE",
        "step",
    )
    assert steps == [
        ("step_letter", "SELECT id FROM letter"),
        ("step_last", "SELECT MAX(letter.id) AS id FROM step_letter AS letter"),
        (
            "step",
            "SELECT one.id FROM step_last AS one JOIN step_letter AS letter ON letter.id = one.id JOIN patient ON TRUE",
        ),
    ]


def test_expenses_apart_have_the_columns_of_those_within() -> None:
    """Spark would work them out several times; what comes after must not notice where they stand."""
    narrower = Narrower(book(), CHAIN)
    apart = bulk_chain(narrower, "health_fsa", expenses_apart=True)
    within = bulk_chain(narrower, "health_fsa")
    assert [one.subject for one in apart.before] == ["person", "route", "letter", "expense"]
    assert [one.subject for one in within.before] == ["person", "route", "letter"]
    assert apart.lines.columns == within.lines.columns
    assert "expense_decided AS (" in within.lines.sql
    assert "expense_decided AS (" not in apart.lines.sql
    assert apart.rules == within.rules < set(book().rules)
