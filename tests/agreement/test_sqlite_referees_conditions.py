"""SQLite is the referee: the same condition, the same rows, the same answers; and truth tables written by hand."""

import json
import re
import sqlite3
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.adjudication.engine import evaluate
from necessity.rulebook.condition import parse
from tests.conditions import COLUMNS, LISTS, TYPES, Row, conditions, rows

_LIST = re.compile(r"licences")
T, F, N = True, False, None


def by_the_engine(texts: list[str], known: list[Row]) -> list[list[bool | None]]:
    """Ask the engine: for each row the answer of each condition."""
    found = evaluate(COLUMNS, known, tuple(parse(text, TYPES).sql for text in texts))
    return [list(answers) for answers in found]


def by_duckdb_in_bulk(texts: list[str], known: list[Row]) -> list[list[bool | None]]:
    """Ask DuckDB as a bulk run does: optimizer on, two threads."""
    with duckdb.connect(config={"threads": 2, "temp_directory": ""}) as db:
        columns = ", ".join(f"{name} {type}" for name, type in COLUMNS.items())
        db.execute(f"CREATE TABLE known (place BIGINT, {columns})")
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        values = [[place, *(row[name] for name in COLUMNS)] for place, row in enumerate(known)]
        db.executemany(f"INSERT INTO known VALUES ({marks})", values)
        selected = ", ".join(parse(text, TYPES).sql for text in texts)
        return [list(row) for row in db.execute(f"SELECT {selected} FROM known ORDER BY place").fetchall()]


def by_sqlite(texts: list[str], known: list[Row]) -> list[list[bool | None]]:
    """Ask SQLite the text as it was written; a list parameter becomes the literals of the row's list."""
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE TABLE known ({', '.join(COLUMNS)})")
    answers = []
    for row in known:
        literals = ", ".join("'" + word.replace("'", "''") + "'" for word in row["licences"] or ()) or "NULL"
        db.execute("DELETE FROM known")
        values = [json.dumps(v) if isinstance(v, tuple) else _plain(v) for v in (row[name] for name in COLUMNS)]
        db.execute(f"INSERT INTO known VALUES ({', '.join('?' * len(COLUMNS))})", values)
        selected = ", ".join(_LIST.sub(lambda _, spelt=literals: f"({spelt})", text) for text in texts)  # type: ignore[misc]
        (found,) = db.execute(f"SELECT {selected} FROM known").fetchall()
        answers.append([None if value is None else bool(value) for value in found])
    db.close()
    return answers


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(conditions(), min_size=1, max_size=12), st.lists(rows(), min_size=1, max_size=12))
def test_random_conditions_come_out_alike(texts: list[str], known: list[Row]) -> None:
    """Two databases that were never told of each other read every condition the same way."""
    answers = by_the_engine(texts, known)
    assert answers == by_sqlite(texts, known)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(conditions(), min_size=1, max_size=12), st.lists(rows(), min_size=1, max_size=40))
def test_the_optimizer_changes_nothing(texts: list[str], known: list[Row]) -> None:
    """One case runs without it, ten million run with it; both get the same answer."""
    assert by_the_engine(texts, known) == by_duckdb_in_bulk(texts, known)


def test_a_long_list_changes_nothing() -> None:
    """DuckDB turns a long IN list into a join, and a join knows nothing of unknown unless told."""
    words = ", ".join(f"'w{number}'" for number in range(150))
    texts = [
        f"words IN ({words})",
        f"words NOT IN ({words})",
        f"waited IN ({', '.join(map(str, range(300)))})",
    ]
    blank = dict.fromkeys(COLUMNS)
    known = [
        blank,
        {**blank, "words": "w7"},
        {**blank, "words": "x"},
        {**blank, "waited": 299},
        {**blank, "waited": 300},
    ]
    expected = [[N, N, N], [T, F, N], [F, T, N], [N, N, T], [N, N, F]]
    assert by_the_engine(texts, known) == by_sqlite(texts, known) == by_duckdb_in_bulk(texts, known) == expected


def answers_to(text: str, *values: Row) -> list[bool | None]:
    blank = dict.fromkeys(COLUMNS)
    known = [{**blank, **row} for row in values]
    engine = by_the_engine([text], known)
    assert engine == by_sqlite([text], known) == by_duckdb_in_bulk([text], known)
    return [answer for (answer,) in engine]


PAIRS = [(a, b) for a in (T, F, N) for b in (T, F, N)]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        #                             TT TF TN FT FF FN NT NF NN
        ("signed AND diagnosed", [T, F, N, F, F, F, N, F, N]),
        ("diagnosed AND signed", [T, F, N, F, F, F, N, F, N]),
        ("signed OR diagnosed", [T, T, T, T, F, N, T, N, N]),
        ("diagnosed OR signed", [T, T, T, T, F, N, T, N, N]),
        ("signed = diagnosed", [T, F, N, F, T, N, N, N, N]),
        ("signed <> diagnosed", [F, T, N, T, F, N, N, N, N]),
        ("NOT signed", [F, F, F, T, T, T, N, N, N]),
        ("NOT (signed AND diagnosed)", [F, T, N, T, T, T, N, T, N]),
        ("NOT signed OR NOT diagnosed", [F, T, N, T, T, T, N, T, N]),
        ("signed OR NOT signed", [T, T, T, T, T, T, N, N, N]),
        ("signed AND FALSE", [F, F, F, F, F, F, F, F, F]),
        ("signed OR TRUE", [T, T, T, T, T, T, T, T, T]),
    ],
)
def test_three_valued_logic_is_the_written_one(text: str, table: list[bool | None]) -> None:
    """The whole rulebook rests on these tables."""
    assert answers_to(text, *({"signed": a, "diagnosed": b} for a, b in PAIRS)) == table


NUMBERS = [(a, b) for a in (1, 2, N) for b in (1, 2, N)]


@pytest.mark.parametrize(
    ("sign", "table"),
    [
        #       11 12 1N 21 22 2N N1 N2 NN
        ("=", [T, F, N, F, T, N, N, N, N]),
        ("<>", [F, T, N, T, F, N, N, N, N]),
        ("<", [F, T, N, F, F, N, N, N, N]),
        ("<=", [T, T, N, F, T, N, N, N, N]),
        (">", [F, F, N, T, F, N, N, N, N]),
        (">=", [T, F, N, T, T, N, N, N, N]),
    ],
)
def test_a_comparison_with_an_unknown_is_unknown(sign: str, table: list[bool | None]) -> None:
    """Missing is never zero, and never the smallest."""
    assert answers_to(f"waited {sign} allowed", *({"waited": a, "allowed": b} for a, b in NUMBERS)) == table


@pytest.mark.parametrize(
    ("text", "table"),
    [
        #                                             1  2  3  N
        ("waited IN (1, 2)", [T, T, F, N]),
        ("waited NOT IN (1, 2)", [F, F, T, N]),
        ("waited BETWEEN 2 AND 3", [F, T, T, N]),
        ("waited NOT BETWEEN 2 AND 3", [T, F, F, N]),
        ("waited BETWEEN 3 AND 2", [F, F, F, N]),
        ("waited BETWEEN 2 AND allowed", [F, N, N, N]),
        ("waited BETWEEN allowed AND 2", [N, N, F, N]),
        ("waited BETWEEN allowed AND allowed", [N, N, N, N]),
        ("waited + allowed > 0", [N, N, N, N]),
        ("waited - 1 >= 1", [F, T, T, N]),
    ],
)
def test_ranges_and_lists_keep_the_unknown(text: str, table: list[bool | None]) -> None:
    """A range with an open end still excludes what lies beyond the other end."""
    assert answers_to(text, *({"waited": value} for value in (1, 2, 3, N))) == table


@pytest.mark.parametrize("text", ["licence IN licences", "licence NOT IN licences"])
def test_a_list_of_an_administrator_keeps_the_unknown(text: str) -> None:
    """An unknown licence is not a refused one, and an unknown list refuses nobody."""
    known = [{"licence": licence, "licences": LISTS[place]} for place in (0, 3) for licence in ("MD", "NP", N)]
    table = [T, F, N, N, N, N]
    assert answers_to(text, *known) == (table if "NOT" not in text else [F, T, N, N, N, N])
