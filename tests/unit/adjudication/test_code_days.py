"""Codes by day stand beside the tables of a case, and advise without ever deciding."""

from datetime import date

import pytest

from necessity.adjudication.code_days import CODE_TABLES, LAID_OUT, with_codes
from necessity.adjudication.decide import Judge
from necessity.codesets.at_hand import shipped
from necessity.domain.case import Case
from necessity.domain.decision import Answer
from necessity.domain.tables import tables_of
from tests.cast import ada

DAY = date(2026, 6, 30)
RULE = "us.letter_content.diagnosis_code_was_valid"


def with_code(code: str | None, signed_on: date) -> Case:
    case = ada()
    conditions = tuple(condition.model_copy(update={"code": code}) for condition in case.conditions)
    letters = tuple(letter.model_copy(update={"signed_on": signed_on}) for letter in case.letters)
    return case.model_copy(update={"conditions": conditions, "letters": letters})


@pytest.mark.parametrize(
    ("code", "signed_on", "answer"),
    [
        ("M54.50", date(2026, 3, 2), Answer.MET),
        ("M54.5", date(2026, 3, 2), Answer.NOT_MET),
        ("M54.50", date(2026, 11, 2), Answer.UNKNOWN),
        (None, date(2026, 3, 2), Answer.NOT_APPLICABLE),
    ],
)
def test_the_code_of_a_letter_is_looked_up_for_its_day(
    judge: Judge, code: str | None, signed_on: date, answer: Answer
) -> None:
    """A heading, or a code of another year, is what an insurer sends back first."""
    decision = judge.decide(with_code(code, signed_on), DAY)
    (route,) = [route for route in decision.routes if route.funding_source == "hsa"]
    assert {finding.answer for finding in route.findings if finding.rule == RULE} == {answer}


def test_a_code_nobody_knows_never_changes_an_outcome(judge: Judge) -> None:
    """An account asks for no code; a year that is not loaded must not stop it."""
    outcomes = {
        code: [(r.funding_source, r.outcome, r.payable_cents) for r in judge.decide(with_code(code, DAY), DAY).routes]
        for code in ("M54.50", "M54.5", None)
    }
    assert outcomes["M54.50"] == outcomes["M54.5"] == outcomes[None]


def test_a_case_without_codes_or_days_gets_an_empty_table() -> None:
    """Nothing is looked up where there is nothing to look up."""
    assert with_codes(tables_of(with_code(None, DAY), DAY), shipped())["diagnosis_code"] == []
    assert with_codes({}, shipped()) == {name: [] for name in (*CODE_TABLES, *LAID_OUT)}
