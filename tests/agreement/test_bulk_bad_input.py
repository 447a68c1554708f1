"""Bad input of every kind that was thought of: told before the run starts, set aside, or shown; never just decided."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from necessity.codesets.icd10cm.book import shipped
from necessity.domain.tables import Tables
from necessity.errors import FormatError
from necessity.workflow.adjudicate import Wishes, adjudicate
from tests.books import copied, set_aside, write_csv, write_parquet
from tests.shipped import book

CASE = "01_hsa_back_pain-0"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return copied(("01_hsa_back_pain",), 2)


def run(folder: Path, out: Path) -> dict[str, object]:
    return adjudicate(book(), shipped(), folder, out, Wishes(parts=1))


def rewritten(folder: Path, table: str, select: str) -> None:
    """Write a Parquet table anew with other columns."""
    with duckdb.connect() as db:
        file = folder / f"{table}.parquet"
        db.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{file}')")
        db.execute(f"COPY (SELECT {select} FROM t) TO '{file}' (FORMAT parquet)")


@pytest.mark.parametrize(
    ("table", "select", "said"),
    [
        ("expense", "* EXCLUDE (charge_cents)", "expense.charge_cents is missing"),
        (
            "expense",
            "* REPLACE (CAST(charge_cents AS DOUBLE) / 100 AS charge_cents)",
            "charge_cents is DOUBLE, not BIGINT",
        ),
        ("letter", "* REPLACE (1 AS names_patient)", "letter.names_patient is INTEGER, not BOOLEAN"),
        (
            "expense",
            "* REPLACE (now() AS served_on)",
            "served_on is TIMESTAMP WITH TIME ZONE, not DATE: give the local day",
        ),
        (
            "expense",
            "* REPLACE (now()::TIMESTAMP AS served_on)",
            "served_on is TIMESTAMP, not DATE: give the local day",
        ),
    ],
)
def test_a_column_missing_of_another_type_or_with_a_time_zone_stops_the_run_before_it_starts(
    table: str, select: str, said: str, tables: Tables, tmp_path: Path
) -> None:
    """Dollars for cents, moments for days: nothing is decided, and the column is named."""
    folder = write_parquet(tmp_path / "in", tables)
    rewritten(folder, table, select)
    with pytest.raises(FormatError) as raised:
        run(folder, tmp_path / "out")
    assert any(said in fault for fault in raised.value.faults), raised.value.faults
    assert not (tmp_path / "out" / "parts").exists()


def two_zones(tables: Tables) -> Tables:
    first, second, *others = tables["expense"]
    zones = {**first, "served_on": "2026-03-10T23:30:00-05:00"}, {**second, "served_on": "2026-03-17T01:00:00Z"}
    return {**tables, "expense": [*zones, *others]}


def cents_below_zero(tables: Tables) -> Tables:
    first, *others = tables["receipt"]
    return {**tables, "receipt": [{**first, "amount_cents": -8500}, *others]}


def id_twice(tables: Tables) -> Tables:
    return {**tables, "letter": [*tables["letter"], tables["letter"][0]]}


@pytest.mark.parametrize(
    ("spoil", "table", "why", "count"),
    [
        (two_zones, "expense", "is not a day like 2026-03-01, without a time or time zone", 2),
        (cents_below_zero, "receipt", "amount_cents (-8500) is below zero", 1),
        (id_twice, "letter", "stands there more than once", 2),
    ],
)
def test_mixed_time_zones_negative_cents_and_duplicate_keys_set_their_case_aside(
    spoil: Callable[[Tables], Tables], table: str, why: str, count: int, tables: Tables, tmp_path: Path
) -> None:
    """Each row with its own reason; the case beside it is decided."""
    spoilt = spoil(tables)
    summary = run(write_csv(tmp_path / "in", spoilt), tmp_path / "out")
    told = [(where, case) for where, case, _, reason in set_aside(tmp_path / "out") if why in reason]
    assert told == [(table, CASE)] * count
    for name, one in summary["rows"].items():  # type: ignore[attr-defined]
        assert one["read"] == one["decided"] + one["set_aside"] == len(spoilt[name])
        assert one["set_aside"] == sum(row["case_id"] == CASE for row in spoilt[name])


def test_an_unknown_payer_unknown_years_and_letters_that_overlap_are_shown(tables: Tables, tmp_path: Path) -> None:
    """They are decided by what is known, and nobody can say that it was not told."""
    letter = next(row for row in tables["letter"] if row["case_id"] == CASE)
    sources = [{**row, "payer": "nobody"} if row["case_id"] == CASE else row for row in tables["funding_source"]]
    first, second, *others = tables["expense"]
    days = [{**first, "served_on": date(2033, 1, 5)}, {**second, "served_on": date(1999, 1, 5)}, *others]
    spoilt = {**tables, "letter": [*tables["letter"], {**letter, "id": "again"}]}
    spoilt |= {"funding_source": sources, "expense": days}
    found = {one["finding"]: one for one in run(write_csv(tmp_path / "in", spoilt), tmp_path / "out")["findings"]}  # type: ignore[attr-defined]
    assert {name: one["what"] for name, one in found.items()} == {
        "letters_overlap": "",
        "payer_without_profile": "nobody / hsa",
        "day_after_the_law_known": "2033",
        "day_before_the_law_known": "1999",
    }
    assert {one["example"] for one in found.values()} == {CASE}
