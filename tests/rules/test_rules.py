"""One runner for all rules: each passes its cases, and the lint has nothing to say."""

import pytest

from necessity.adjudication.cases import run_cases
from necessity.rulebook.cases import CaseResult
from necessity.rulebook.lint import Complaint, lint
from tests.shipped import book

BOOK = book()


@pytest.fixture(scope="module")
def results() -> tuple[CaseResult, ...]:
    return run_cases(BOOK)


@pytest.fixture(scope="module")
def complaints(results: tuple[CaseResult, ...]) -> tuple[Complaint, ...]:
    return lint(BOOK, results)


@pytest.mark.parametrize("rule", BOOK.rules)
def test_a_rule_answers_its_cases_as_they_say(rule: str, results: tuple[CaseResult, ...]) -> None:
    """The cases are how a lawyer reads a rule; they must be true of it."""
    failed = [result for result in results if result.case.rule == rule and not result.passed]
    assert [f"{result.case.file}:{result.case.line}: {result.words}" for result in failed] == []


@pytest.mark.parametrize("rule", BOOK.rules)
def test_the_lint_has_nothing_to_say_about_a_rule(rule: str, complaints: tuple[Complaint, ...]) -> None:
    """A rule without sources, versions and cases in order can change somebody's answer unnoticed."""
    assert [str(complaint) for complaint in complaints if complaint.rule == rule] == []


def test_every_file_of_cases_has_its_rule(complaints: tuple[Complaint, ...]) -> None:
    """Cases left behind by a renamed rule look like tests and test nothing."""
    assert [str(complaint) for complaint in complaints if complaint.rule not in BOOK.rules] == []
