"""What a person sees before paying is what the administrator's run computes: every line, outcome, reason and cent."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from necessity.adjudication.bulk import BulkEngine, BulkLimits, input_tables
from necessity.adjudication.bulk_program import mask_bits
from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.engine import load_rows
from necessity.adjudication.explain import answer_of
from necessity.adjudication.lines import Reader
from necessity.domain.decision import Answer
from necessity.domain.funding import FundingKind
from necessity.domain.tables import Tables
from necessity.domain.training import ServiceKind
from tests.shipped import book, program
from tests.worlds import joined
from tests.written import written

Line = tuple[int, Any, frozenset[str], frozenset[str]]
"""Outcome, payable cents where payable, rules that fail, rules that are unknown."""


@cache
def bits() -> dict[tuple[str, int], str]:
    return {(bit.word, bit.bit): bit.rule for bit in mask_bits(book())}


def rules_in(row: dict[str, Any], answer: str) -> frozenset[str]:
    """Read the rules out of the masks."""
    return frozenset(rule for (word, bit), rule in bits().items() if row[f"{answer}_{word}"] >> bit & 1)


def in_bulk(tables: Tables) -> dict[tuple[str, str, str], Line]:
    engine = BulkEngine(book(), BulkLimits(threads=2, memory="2GB"))
    for name, columns in input_tables().items():
        load_rows(engine.db, f"given_{name}", columns, list(tables.get(name, [])))
    engine.take({name: f"given_{name}" for name in input_tables()})
    engine.decide()
    cursor = engine.db.execute("SELECT * REPLACE (name AS case_id) FROM decided JOIN case_number ON case_id = number")
    names = [column[0] for column in cursor.description]
    found = {}
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        key = row["case_id"], row["expense_id"], row["funding_source_id"]
        assert key not in found, f"{key} was decided twice"
        cents = row["least_payable_cents"] if row["outcome"] == 3 else None
        found[key] = row["outcome"], cents, rules_in(row, "failed"), rules_in(row, "unknown")
    return found


def one_by_one(tables: Tables) -> Iterator[tuple[tuple[str, str, str], Line]]:
    """Decide one case and read the same out of its decided rows."""
    named = {str(row["id"]) for row in tables["funding_source"] if row["held"] is not False}
    decided = CaseEngine(program()).run(tables)
    rules = {subject.name: subject.rules for subject in program().subjects}
    for route, lines in Reader(book(), program()).routes(decided):
        source = route.rows["route"]["funding_source_id"]
        for line in lines if source in named else ():
            said: dict[Answer, set[str]] = {answer: set() for answer in Answer}
            for subject, row in line.rows.items():
                if subject != "letter" or line.rows["expense"]["letter_is_needed"] is not False:
                    for rule in rules[subject]:
                        said[answer_of(rule, row)].add(rule.id)
            payment = line.rows["payment"]
            cents = payment["least_payable_cents"] if payment["outcome"] == 3 else None
            answers = frozenset(said[Answer.NOT_MET]), frozenset(said[Answer.UNKNOWN])
            yield (str(line.rows["person"]["case_id"]), line.id, str(source)), (payment["outcome"], cents, *answers)


def compare(many: list[Tables]) -> None:
    """Decide cases together and one by one."""
    expected = {}
    for tables in many:
        expected |= dict(one_by_one(tables))
    assert expected
    spoken = in_bulk(joined(many))
    wrong = [key for key in expected if spoken.get(key) != expected[key]]
    assert not wrong, f"{wrong[0]}: {spoken.get(wrong[0])} in bulk, {expected[wrong[0]]} alone"
    assert spoken.keys() == expected.keys()


@pytest.mark.parametrize("part", range(4))
def test_every_line_of_the_written_cases(part: int) -> None:
    """Examples and decision cases of all kinds, so that each funding source sees some of the cases only."""
    compare(list(written().values())[part::4])


def alike() -> dict[str, dict[str, Tables]]:
    """Put the written cases together that have the same one kind of service, and the same one kind of payer besides."""
    found: dict[str, dict[str, Tables]] = {}
    for tables in written().values():
        services = {row["kind"] for row in tables["expense"]}
        kinds = {row["kind"] for row in tables["funding_source"] if row["held"]} - {FundingKind.OWN_POCKET}
        case = str(tables["case_file"][0]["case_id"])  # some written cases are told twice, under one id
        if len(services) == 1 and kinds:
            found.setdefault(str(*services), {})[case] = tables
            if len(kinds) == 1 and services == {ServiceKind.PERSONAL_TRAINING}:
                found.setdefault(f"training, {', '.join(kinds)}", {})[case] = tables
    return found


@pytest.mark.parametrize("kind", sorted(alike()))
def test_cases_that_are_alike(kind: str) -> None:
    """Where a part holds one kind of service, or all its cases one kind of payer, its statements are other ones."""
    compare([*alike()[kind].values()])
