"""Both engines: nothing goes in but rows, nothing stays, nothing outside can be reached."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.compile import compile
from necessity.adjudication.engine import Engine, evaluate, open_database
from necessity.adjudication.program import Program
from necessity.domain.tables import TABLES, tables_of
from tests import shipped, small_book
from tests.cast import ada, bruno, dana
from tests.worlds import copies

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def program() -> Program:
    return shipped.program()


@pytest.fixture(scope="module", params=[Engine, CaseEngine])
def engine(program: Program, request: pytest.FixtureRequest) -> Engine | CaseEngine:
    made: Engine | CaseEngine = request.param(program)
    return made


def test_nothing_of_one_case_is_left_in_the_next(engine: Engine | CaseEngine) -> None:
    """One patient's letter must never serve another."""
    alone = engine.run(tables_of(dana(), DAY))
    engine.run(tables_of(ada(), DAY))
    assert engine.run(tables_of(dana(), DAY)) == alone
    assert {row["case_id"] for rows in alone.values() for row in rows} == {dana().id}


def test_a_run_that_fails_leaves_nothing_behind(engine: Engine | CaseEngine) -> None:
    """The next case is decided as if nothing had been."""
    good = tables_of(ada(), DAY)
    alone = engine.run(good)
    with pytest.raises((duckdb.Error, sqlite3.Error)):
        engine.run({**good, "patient": [{**good["patient"][0], "born_on": object()}]})
    assert engine.run(good) == alone


def test_rows_come_in_the_order_of_their_keys(engine: Engine | CaseEngine, program: Program) -> None:
    """The same inputs give the same bytes."""
    decided = engine.run(copies(tables_of(bruno(), DAY), [(), ()]))
    for subject in program.subjects:
        keys = [tuple(row[key] for key in subject.keys) for row in decided[subject.name]]
        assert keys == sorted(keys)
        assert len(keys) == len(set(keys))


def test_only_what_is_wanted_is_handed_back(engine: Engine | CaseEngine) -> None:
    """A question about letters need not wait for the money."""
    tables = tables_of(ada(), DAY)
    whole = engine.run(tables)
    assert engine.run(tables, ("letter", "route")) == {name: whole[name] for name in ("route", "letter")}


def test_a_case_without_anything_is_decided(engine: Engine | CaseEngine) -> None:
    """An empty page gets questions, not a traceback."""
    tables = {name: [] for name in TABLES} | {"case_file": [{"case_id": "x", "decided_on": DAY}]}
    for table in ("patient", "tax", "training_plan"):
        tables[table] = [{"case_id": "x"}]
    decided = engine.run(tables)
    assert {row["outcome"] for row in decided["route"]} <= {0, 1}
    assert engine.run({})["route"] == []


@pytest.mark.parametrize("number", [1, 40])
def test_values_stay_values(engine: Engine | CaseEngine, number: int) -> None:
    """Nothing a patient writes is ever read as SQL or JSON, whether few rows come or many."""
    nasty = 'a\'); DROP TABLE letter; -- " \\ {"a": [1]} \u202e \U0001f600 $1 ?'
    tables = copies(tables_of(ada(), DAY), [()] * number, nasty)
    decided = engine.run(tables)
    assert {row["case_id"] for row in decided["person"]} == {f"{nasty}-{place}" for place in range(number)}
    assert len(engine.run(tables_of(ada(), DAY))["letter"]) * number == len(decided["letter"])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET threads = 8",
        "ATTACH '/tmp/other.db' AS other",
        "PRAGMA case_sensitive_like = FALSE",
        "VACUUM INTO '/tmp/out.db'",
        "SELECT load_extension('/tmp/any.so')",
        "DROP TABLE law",
        "DELETE FROM law",
    ],
)
def test_the_engines_reach_nothing_outside(sql: str) -> None:
    """Whatever slips into a statement can neither read a file nor write one nor change how cases are decided."""
    small = compile(small_book.book())
    with pytest.raises(sqlite3.Error):
        CaseEngine(small)._db.execute(sql).fetchall()
    if not sql.startswith(("D", "PRAGMA case")):  # a statement of ours could drop what the next start makes anew
        with pytest.raises(duckdb.Error):
            Engine(small)._db.execute(sql)


def test_given_rows_are_evaluated_in_their_order() -> None:
    """What a row leaves out is unknown."""
    columns = {"a": "BOOLEAN", "n": "BIGINT", "t": "VARCHAR", "d": "DATE", "l": "VARCHAR[]", "x": "DECIMAL(12,3)"}
    rows = [{"a": True, "n": -5, "t": "it's", "d": DAY, "l": ("x", "y"), "x": Decimal("1.500")}, {}]
    assert evaluate(columns, rows, tuple(columns)) == [
        (True, -5, "it's", DAY, ["x", "y"], Decimal("1.500")),
        (None,) * 6,
    ]
    assert evaluate(columns, [], ("a",)) == []
    assert evaluate(columns, [{}, {}], ()) == [(), ()]


@pytest.mark.parametrize("spill", [None, "spill"])
def test_a_database_spills_where_it_is_told_or_nowhere(spill: str | None, tmp_path: Path) -> None:
    """Left to itself it would put rows about patients into `.tmp` of the folder the user is in."""
    with open_database({"threads": 1}, tmp_path / spill if spill else None) as db:
        asked = "SELECT current_setting('temp_directory'), current_setting('enable_progress_bar')"
        assert db.execute(asked).fetchall() == [(str(tmp_path / spill) if spill else "", False)]
