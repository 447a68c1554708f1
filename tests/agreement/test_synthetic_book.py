"""The expected verdicts of the synthetic book, written down by hand fault by fault, are what the rulebook says too."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

import pytest

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.synthetic.cast import ADMINISTRATORS, CONDITIONS, DAY
from necessity.adjudication.synthetic.faults import CASE_FAULTS, FAULTS, LINE_FAULTS
from necessity.adjudication.synthetic.make import Press
from necessity.codesets.at_hand import shipped
from necessity.domain.tables import TABLES, Tables
from necessity.workflow.synthesize import plan_book
from tests.shipped import book, program

Rows = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""Columns and rows by table."""
WORDS = ("not_payable", "pended", "review", "payable")
OFTEN = {f.id: 1000 // len(CASE_FAULTS) for f in CASE_FAULTS} | {f.id: 600 // len(LINE_FAULTS) for f in LINE_FAULTS}
"""Every fault alike, so that a small book holds each of them."""
FEW = {fault.id: 160 for fault in CASE_FAULTS if fault.account is None or fault.needs == "hra"}
"""Faults that only some kinds of funding source can have, often."""
BOOKS = {"all": (6000, OFTEN), "few": (4000, FEW)}
"""Lines and rates of the books that are looked at."""


def by_case(rows: Rows) -> Iterator[tuple[str, Tables]]:
    """Split a book into its cases."""
    found: dict[str, Tables] = {}
    for table in TABLES:
        columns, values = rows[table]
        for case_id, own in groupby(
            (dict(zip(columns, v, strict=True)) for v in values), lambda row: str(row["case_id"])
        ):
            found.setdefault(case_id, {name: [] for name in TABLES})[table] += list(own)
    yield from found.items()


@cache
def drawn(name: str) -> Rows:
    lines, rates = BOOKS[name]
    press = Press(plan_book(lines, 11, date.fromisoformat(DAY), rates))
    press.draw(0, press.plan.blocks)
    return press.tables()


def expected_of(rows: Rows) -> dict[tuple[str, str, str], dict[str, Any]]:
    columns, values = rows["expected"]
    lines = [dict(zip(columns, value, strict=True)) for value in values]
    return {(line["case_id"], line["expense_id"], line["funding_source_id"]): line for line in lines}


@pytest.mark.parametrize("name", BOOKS)
def test_the_rulebook_gives_every_expected_verdict(name: str) -> None:
    """The book was made without the engine: where they differ, one of them is wrong and a person must say which."""
    expected = expected_of(drawn(name))
    assert len(expected) == BOOKS[name][0]
    engine = CaseEngine(program())
    wrong, seen = [], 0
    for _, tables in by_case(drawn(name)):
        for row in engine.run(with_codes(tables, shipped()), ("payment",))["payment"]:
            key = (row["case_id"], row["expense_id"], row["funding_source_id"])
            if key not in expected:
                continue  # the deduction, which every case has
            seen += 1
            line = expected[key]
            cents = {0: 0, 3: row["least_payable_cents"]}.get(row["outcome"])
            if (WORDS[row["outcome"]], cents) != (line["outcome"], line["payable_cents"]):
                wrong.append(f"{key} {line['fault']}: {WORDS[row['outcome']]} {cents}, expected {line['outcome']}")
    assert seen == len(expected)
    assert not wrong, f"{len(wrong)} lines differ: {wrong[:5]}"


def test_every_fault_is_planted_where_it_is_asked_for() -> None:
    """A fault that is never planted scores nobody."""
    found = Counter(line["fault"] for name in BOOKS for line in expected_of(drawn(name)).values())
    assert set(found) == {"none", *FAULTS}


@pytest.mark.parametrize("administrator", ADMINISTRATORS, ids=lambda one: f"{one.payer}-{one.kind}")
def test_an_administrator_asks_in_the_book_what_its_profile_says(administrator: Any) -> None:
    """A profile that changes must change the book, or verdicts become wrong in silence."""
    if administrator.kind == "group_plan":
        return
    rows = book().parameters.profile_rows()
    payer = administrator.payer or "generic"
    day = date.fromisoformat(DAY)
    said = [
        r
        for r in rows
        if (r["payer"], r["kind"]) == (payer, administrator.kind) and r["from_on"] <= day <= r["until_on"]
    ]
    assert len(said) == 1
    profile = said[0]
    assert profile["letter_timing"] == administrator.timing
    assert profile["retroactive_letters_are_doubted"] is administrator.doubts_reaching_back
    chiropractor = (
        "payable"
        if "DC" in profile["accepted_licences"]
        else "review"
        if "DC" in profile["doubted_licences"]
        else "not_payable"
    )
    assert chiropractor == administrator.chiropractor


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.code)
def test_a_condition_of_the_book_could_be_reported_on_its_day(condition: Any) -> None:
    """A code out of force would be a fault that nobody planted."""
    from necessity.codesets.icd10cm.rows import diagnosis_code_rows

    day = date.fromisoformat(DAY)
    spans = list(diagnosis_code_rows(shipped().diagnoses, [condition.code], day, day))
    assert [span.is_valid for span in spans] == [True]


def test_shares_of_the_book_add_up() -> None:
    """Otherwise some draws would find nobody, and lines would be missing."""
    assert sum(one.share for one in ADMINISTRATORS) == 100
    assert sum(one.share for one in CONDITIONS) == 100
    assert sum(fault.per_thousand for fault in CASE_FAULTS) <= 1000
    assert sum(fault.per_thousand for fault in LINE_FAULTS) <= 1000
