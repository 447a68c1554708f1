"""Diagnosis codes whose answer is known beforehand, as data."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.codesets.icd10cm.book import CodeBook, shipped
from necessity.codesets.icd10cm.checks import CHECKS, check
from necessity.codesets.icd10cm.claim_codes import ClaimCodes

VECTORS = tomllib.loads((Path(__file__).parent / "icd10cm_vectors.toml").read_text(encoding="utf-8"))
CODES = [
    (code, one["on"], one["status"], one.get("suggest", []))
    for one in VECTORS["code"]
    for code in one.get("codes", [one.get("code")])
]
CLAIMS = VECTORS["claim"]


@pytest.fixture(scope="module")
def book() -> CodeBook:
    return shipped()


@pytest.mark.parametrize(("code", "on", "status", "suggest"), CODES, ids=lambda value: str(value))
def test_a_code_is_what_it_was_on_that_day(
    book: CodeBook, code: str, on: date, status: str, suggest: list[str]
) -> None:
    """A claim is denied for a code that was not in force on the day of service."""
    answer = book.look_up(code, on)
    assert answer.status == status == book.status(code, on)
    assert set(suggest) <= set(answer.suggest)
    assert status != "valid" or answer.suggest == ()


@pytest.mark.parametrize("claim", CLAIMS, ids=[one["name"] for one in CLAIMS])
def test_the_checks_say_what_they_should_and_nothing_else_of_that_kind(book: CodeBook, claim: dict[str, Any]) -> None:
    """What is not said is as much a promise as what is said."""
    known = {key: claim[key] for key in ("bmi_tenths", "age_years") if key in claim}
    findings = check(ClaimCodes(book, tuple(claim["codes"]), claim["on"], **known))
    firm = {one.rule.removeprefix("icd10cm.") for one in findings if one.effect}
    advice = {one.rule.removeprefix("icd10cm.") for one in findings if not one.effect}
    assert set(claim.get("found", [])) <= firm
    assert set(claim.get("advice", [])) <= advice - firm
    assert not set(claim.get("silent", [])) & (firm | advice)


def test_a_finding_names_the_place_in_the_claim_as_it_was_written(book: CodeBook) -> None:
    """A code that cannot be read must not move the numbers of those behind it."""
    findings = check(ClaimCodes(book, ("97110-59", "E66.81-", "M54.5"), date(2026, 5, 1)))
    assert [one.where for one in findings if one.rule == "icd10cm.is_valid"] == [
        "diagnoses[1]",
        "diagnoses[2]",
        "diagnoses[3]",
    ]


def test_every_finding_says_what_to_do_and_where_it_comes_from(book: CodeBook) -> None:
    """A complaint without a way on, or without a source, is an opinion."""
    for claim in CLAIMS:
        for one in check(ClaimCodes(book, tuple(claim["codes"]), claim["on"])):
            assert one.next_step.endswith(".")
            assert one.citations
            assert one.message.endswith(".")


def test_every_check_is_heard_and_is_silent_somewhere() -> None:
    """A check that is never heard, or always, checks nothing."""
    names = {one.__name__ for one in CHECKS}
    heard = {name for one in CLAIMS for name in (*one.get("found", []), *one.get("advice", []))}
    assert names == heard
    assert {name for one in CLAIMS for name in one.get("silent", [])} <= names
