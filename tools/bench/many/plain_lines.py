"""The twelve plain rules: what they say, the lines they are asked of, and how answers are compared.

A line is one row of one table: no join, no window. What is measured is reading, twelve answers that may be unknown,
masks, outcome, cents, writing. A rule that fails makes a line not payable, pended or subject to review; of several the
strongest counts, and an unknown one leaves its own open.
"""

from pathlib import Path
from typing import Any, NamedTuple

import duckdb

COLUMNS = {
    **dict.fromkeys(("line_id", "case_number", "minutes", "charge_cents", "due_cents", "days_after_letter"), "BIGINT"),
    **dict.fromkeys(("letter_is_signed", "letter_is_revoked", "has_come_back", "has_receipt"), "BOOLEAN"),
    "kind": "VARCHAR",
}
"""Columns of a line; all but the first two may be unknown."""
OUTPUT = ("line_id", "failed", "unknown", "outcome", "payable_cents")
"""Columns of an answer, each a BIGINT: bit n of `failed` and `unknown` is rule n; outcomes count from 0, not payable,
over pended and review to 3, payable; cents only where payable."""
ROW_GROUP = 122_880
COMPRESSION = "snappy"
THREADS = 2


class PlainRule(NamedTuple):
    """One of the twelve."""

    name: str
    condition: str
    """In the language of conditions."""
    if_not_met: str


TWELVE = (
    PlainRule("long_enough", "minutes >= 30", "not_payable"),
    PlainRule("not_too_long", "minutes <= 120", "review"),
    PlainRule("costs_something", "charge_cents > 0", "not_payable"),
    PlainRule("within_the_limit", "charge_cents <= 20000", "review"),
    PlainRule("letter_stands", "letter_is_signed AND NOT letter_is_revoked", "pended"),
    PlainRule("not_before_the_letter", "days_after_letter >= 0", "not_payable"),
    PlainRule("letter_has_not_run_out", "days_after_letter <= 365", "not_payable"),
    PlainRule("kind_is_known", "kind = 'personal_training' OR kind = 'exercise_class'", "not_payable"),
    PlainRule("money_has_not_come_back", "NOT has_come_back", "not_payable"),
    PlainRule("massage_has_a_letter", "kind <> 'massage' OR letter_is_signed", "pended"),
    PlainRule("receipt_covers_it", "has_receipt AND charge_cents <= due_cents", "pended"),
    PlainRule("in_its_year_or_back", "days_after_letter BETWEEN 0 AND 365 OR has_come_back", "review"),
)
"""Twelve plain conditions over one line. Payable cents are the lesser of charge and what is due."""

_DRAWN = """
SELECT
    n AS line_id,
    n // 20 AS case_number,
    CASE WHEN a % 17 <> 0 THEN 20 + a % 110 END AS minutes,
    CASE WHEN b % 23 <> 0 THEN b % 25000 END AS charge_cents,
    CASE WHEN c % 31 <> 0 THEN c % 60000 END AS due_cents,
    CASE WHEN d % 29 <> 0 THEN d % 400 - 10 END AS days_after_letter,
    CASE WHEN e % 8 < 5 THEN 'personal_training' WHEN e % 8 < 6 THEN 'exercise_class' WHEN e % 8 < 7 THEN 'massage' END
        AS kind,
    CASE WHEN e % 97 < 85 THEN TRUE WHEN e % 97 < 92 THEN FALSE END AS letter_is_signed,
    CASE WHEN d % 89 < 80 THEN FALSE WHEN d % 89 < 85 THEN TRUE END AS letter_is_revoked,
    CASE WHEN c % 83 < 75 THEN FALSE WHEN c % 83 < 80 THEN TRUE END AS has_come_back,
    CASE WHEN b % 79 < 70 THEN TRUE WHEN b % 79 < 75 THEN FALSE END AS has_receipt
FROM (
    SELECT
        n,
        (n * 2654435761 + {seed}) % 1000003 AS a,
        (n * 40503 + 7) % 1000033 AS b,
        (n * 69069 + 1) % 1000037 AS c,
        (n * 48271 + 11) % 1000039 AS d,
        (n * 16807 + 5) % 1000081 AS e
    FROM range({first}, {last}) AS numbers (n)
)
"""


def write_lines(path: str | Path, count: int, first: int = 0) -> None:
    """Write lines as Parquet: the same lines for the same numbers, whoever asks."""
    with duckdb.connect(":memory:", config={"threads": THREADS}) as db:
        select = _DRAWN.format(first=first, last=first + count, seed=3)
        db.execute(f"COPY ({select}) TO '{path}' ({parquet_options()})")


def parquet_options() -> str:
    """Write how Parquet is written, for DuckDB; Polars is given the same."""
    return f"FORMAT parquet, COMPRESSION {COMPRESSION}, ROW_GROUP_SIZE {ROW_GROUP}"


def rows(count: int) -> list[dict[str, Any]]:
    """Give the first lines as Python has them."""
    with duckdb.connect(":memory:") as db:
        cursor = db.execute(_DRAWN.format(first=0, last=count, seed=3) + " ORDER BY line_id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def difference(one: str | Path, other: str | Path, keys: tuple[str, ...], columns: tuple[str, ...]) -> int:
    """Count the rows in which two Parquet files differ, found by their keys; a row that one lacks counts too."""
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in columns if name not in keys)
    joined = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    query = f"""
        SELECT count(*) FROM read_parquet('{one}') AS a FULL JOIN read_parquet('{other}') AS b ON {joined}
        WHERE a.{keys[0]} IS NULL OR b.{keys[0]} IS NULL OR {differs}
    """
    with duckdb.connect(":memory:", config={"threads": THREADS}) as db:
        return int(db.execute(query).fetchall()[0][0])
