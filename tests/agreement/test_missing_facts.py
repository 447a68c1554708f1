"""The masks of what a pended line waits for: what the single case would ask about, line by line."""

from pathlib import Path
from typing import Any

import pytest

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.decide import Judge
from necessity.adjudication.lines import Line, Reader
from necessity.codesets.icd10cm.book import shipped
from necessity.domain.decision import Answer, Outcome
from necessity.workflow.adjudicate import Wishes, adjudicate
from tests.books import copied, rows_of, write_parquet
from tests.shipped import book, program

CASES = ("03_prediabetes_questionnaire", "09_half_unknown", "12_journey_fsa_runs_dry", "06_knee_replacement")
BLANKED = {"letter": ("signed_on", "signature"), "funding_source": ("opened_on",), "expense": ("status",)}
"""Cells that are emptied in every second copy, so that lines wait for more."""


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, Any]]]:
    found = copied(CASES, 2)
    for table, columns in BLANKED.items():
        for row in found[table]:
            if str(row["case_id"]).endswith("-1"):
                row.update(dict.fromkeys(columns))
    return found


@pytest.fixture(scope="module")
def decided(tables: dict[str, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    adjudicate(book(), shipped(), write_parquet(tmp_path_factory.mktemp("in"), tables), out, Wishes(parts=1))
    return out


def single_lines(tables: dict[str, list[dict[str, Any]]], judge: Judge) -> dict[tuple[str, str, str], Line]:
    """Decide every case by itself."""
    reader, found = Reader(judge.book, judge.program), {}
    for case in {str(row["case_id"]) for row in tables["case_file"]}:
        own = {name: [row for row in rows if row["case_id"] == case] for name, rows in tables.items()}
        for _, lines in reader.routes(judge.engine.run(with_codes(own, judge.codes))):
            for line in lines:
                found[case, line.id, str(line.rows["route"]["funding_source_id"])] = line
    return found


def test_a_line_waits_for_what_its_open_rules_name_and_nobody_knows(
    tables: dict[str, list[dict[str, Any]]], decided: Path
) -> None:
    """An administrator who asks for these facts asks for nothing that is known, and for each rule for something."""
    judge = Judge(book(), program())
    single = single_lines(tables, judge)
    legend = rows_of(f"{decided}/facts.parquet")
    pended = 0
    for row in rows_of(f"{decided}/parts/*/lines.parquet"):
        named = {one["fact"] for one in legend if row[f"missing_{one['word']}"] >> one["bit"] & 1}
        if row["outcome"] != "pended":
            assert not named, "what is settled waits for nothing"
            continue
        line = single[row["case_id"], row["expense_id"], row["funding_source_id"]]
        assert line.outcome is Outcome.PENDED
        pended += 1
        unknown = [rule for rule, answer in line.open if answer is Answer.UNKNOWN]
        missing = {name for rule in unknown for name in rule.names if judge.explainer.value_of(name, line.rows) is None}
        assert named <= missing, (row["case_id"], row["expense_id"], named - missing)
        for rule in unknown:
            assert named & set(rule.names), f"{rule.id} waits for something"
    assert pended > 20


def test_the_legend_says_whom_to_ask(decided: Path) -> None:
    """A bit is a fact with its question, or one with the facts it rests on, or a number nobody is asked for."""
    facts = book().facts.facts
    for one in rows_of(f"{decided}/facts.parquet"):
        fact = facts.get(one["fact"])
        assert one["means"]
        if fact and fact.is_given:
            assert (one["question"], one["asked_of"]) == (fact.question, fact.asked_of)
        else:
            assert one["question"] is None
        assert all(facts[name].is_given for name in one["rests_on"] or ())
