"""The rule lint: each thing it refuses, in the smallest rulebook that shows it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.domain.funding import FundingKind
from necessity.rulebook.lint import CHECKS, funding_sources_without_example
from tests.operator_folder import CASES, CITATION, RULE, Operator, case

NEW_YEAR = date(2026, 1, 1)
YES, NO, NOBODY = CASES


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def messages(operator: Operator) -> list[str]:
    found = operator.complaints()
    assert all(complaint.next_step and complaint.file for complaint in found)
    return [complaint.message.replace("clinic.names", "R") for complaint in found]


def test_a_good_rule_gives_no_complaint(operator: Operator) -> None:
    """A lint that always complains is soon unread."""
    operator.rule()
    operator.cases(*CASES)
    assert messages(operator) == []


def test_a_rule_and_its_cases_go_in_pairs(operator: Operator) -> None:
    """Cases left behind by a renamed rule look like tests and test nothing."""
    operator.rule()
    operator.cases(*CASES, name="named")
    assert messages(operator) == ["There is no rule clinic.named for these cases.", "R has no cases."]


def test_the_cases_of_a_retired_rule_may_stay(operator: Operator) -> None:
    """They explain decisions of the past."""
    operator.rule(status="retired")
    operator.cases(*CASES)
    assert messages(operator) == []


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_every_answer_needs_a_case(operator: Operator, missing: int) -> None:
    """An answer nobody tried is an answer nobody read."""
    operator.rule()
    operator.cases(*(one for place, one in enumerate(CASES) if place != missing))
    assert f"R has no case for {CASES[missing]['then']}." in messages(operator)


def test_a_rule_that_applies_to_some_needs_a_case_of_the_others(operator: Operator) -> None:
    """Where a rule has no say is part of what it says."""
    operator.rule(applies="funding_source = 'hsa'")
    known = [{**one, "facts": {**one.get("facts", {}), "funding_source": "hsa"}} for one in CASES]
    operator.cases(*known)
    assert messages(operator) == ["R has no case for not_applicable."]
    operator.cases(*known, case("not_applicable", funding_source="group_plan"))
    assert messages(operator) == []


@pytest.mark.parametrize(
    ("condition", "months", "missing"),
    [
        ("letter_stated_months <= 12", (12, 13), []),
        ("letter_stated_months <= 12", (12, 11), ["`letter_stated_months <= 12` false"]),
        ("letter_stated_months < 12", (12, 13), ["`letter_stated_months < 12` true"]),
        ("letter_stated_months BETWEEN 6 AND 12", (6, 13), ["`letter_stated_months >= 6` false"]),
        ("letter_stated_months BETWEEN 6 AND 12", (5, 6, 12, 13), []),
        ("letter_stated_months + 1 > 12", (11, 12), []),
        ("letter_stated_months IN (6, 12)", (6, 12), ["`letter_stated_months IN (6, 12)` false"]),
        ("letter_stated_months > 12 OR letter_stated_months = 6", (7, 13), ["`letter_stated_months = 6` true"]),
    ],
)
def test_a_number_needs_cases_on_both_sides(
    operator: Operator, condition: str, months: tuple[int, ...], missing: list[str]
) -> None:
    """A wrong sign shows only where the answer turns."""
    operator.rule(version=[{"condition": condition, "citations": ["source"]}])
    operator.cases(*(case("met", name=str(number), letter_stated_months=number) for number in months))
    found = [message for message in messages(operator) if message.startswith("In no case")]
    sides = [side.rpartition(" ") for side in missing]
    assert found == [f"In no case of R is {sql} {value}." for sql, _, value in sides]


def test_the_number_in_applies_counts_too(operator: Operator) -> None:
    """Where a rule begins to have a say is a boundary like any other."""
    operator.rule(applies="letter_stated_months > 12")
    operator.cases(*({**one, "facts": {**one.get("facts", {}), "letter_stated_months": 13}} for one in CASES))
    assert "In no case of R is `letter_stated_months > 12` false." in messages(operator)


def dated(*versions: dict[str, Any], operator: Operator) -> None:
    operator.versions(*versions)
    then = {"facts": {}, "then": "met"}
    operator.cases({**YES, **then, "name": "before", "on": date(2025, 12, 31)}, {**YES, **then, "on": NEW_YEAR})


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ([{"until": date(2025, 12, 31)}, {"from": NEW_YEAR}], None),
        ([{"until": NEW_YEAR}, {"from": NEW_YEAR}], "Two versions of R both hold on 2026-01-01."),
        ([{}, {"from": NEW_YEAR}], "Two versions of R both hold on 2026-01-01."),
        ([{"from": NEW_YEAR}, {"from": NEW_YEAR}], "Two versions of R both hold on 2026-01-01."),
        ([{"from": NEW_YEAR, "until": date(2025, 1, 1)}], "A version of R ends before it begins."),
        (
            [{"until": date(2025, 12, 30)}, {"from": NEW_YEAR}],
            "No version of R holds between 2025-12-30 and 2026-01-01.",
        ),
        ([{"until": date(2025, 12, 30)}, {"from": NEW_YEAR, "gap": "It was vacated for a day."}], None),
    ],
)
def test_versions_follow_each_other(operator: Operator, versions: list[dict[str, Any]], words: str | None) -> None:
    """On each day one version speaks, or the file says why none does."""
    dated(*versions, operator=operator)
    found = [m for m in messages(operator) if "hold" in m or "ends before" in m]
    assert found == ([words] if words else [])


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2025, 12, 31), NEW_YEAR), []),
        ((NEW_YEAR,), ["R changes on 2026-01-01, but no case is dated before that day."]),
        ((date(2025, 12, 31),), ["R changes on 2026-01-01, but no case is dated from that day."]),
    ],
)
def test_a_version_date_needs_a_case_before_and_after(
    operator: Operator, days: tuple[date, ...], words: list[str]
) -> None:
    """The day the law changed is where programs go wrong."""
    operator.versions({"until": date(2025, 12, 31)}, {"from": NEW_YEAR})
    operator.cases(*(case("met", day, letter_names_diagnosis=True) for day in days))
    assert [m for m in messages(operator) if "changes on" in m] == words


def test_each_version_comes_out_both_ways_in_its_own_time(operator: Operator) -> None:
    """A version that no case of its time reaches was never tried."""
    operator.versions({"until": date(2025, 12, 31)}, {"from": NEW_YEAR, "condition": "letter_is_signed"})
    operator.cases(
        case("met", date(2025, 12, 31), letter_names_diagnosis=True, letter_is_signed=False),
        case("not_met", date(2025, 12, 30), letter_names_diagnosis=False),
        case("met", NEW_YEAR, letter_is_signed=True),
        case("unknown", NEW_YEAR),
    )
    assert messages(operator) == ["Version 2 of R has no case in which its condition is false."]


def test_a_condition_that_cannot_fail_is_found(operator: Operator) -> None:
    """A requirement that everybody meets is none."""
    operator.rule(version=[{"condition": "letter_is_signed OR TRUE", "citations": ["source"]}])
    operator.cases(*({**one, "facts": {"letter_is_signed": False}} for one in CASES))
    assert "R has no case in which its condition is false." in messages(operator)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The letter says {letter_names_diagnosis}.", None),
        ("It names {letter_stated_months}.", "{letter_stated_months}"),
        ("It names {nothing}.", "{nothing}"),
        ("It names {}.", "{}"),
        ("It names {letter names}.", "{letter names}"),
        ("It names } nothing.", "}"),
        ("It names {letter_names_diagnosis", "{"),
    ],
)
def test_a_message_names_facts_of_its_rule(operator: Operator, text: str, named: str | None) -> None:
    """A message about a fact the rule never looked at explains nothing."""
    operator.rule(message={**RULE["message"], "not_met": text})
    operator.cases(*CASES)
    words = f"The message `not_met` of R names {named}, which the rule does not use."
    assert messages(operator) == ([words] if named else [])
    assert [complaint.line for complaint in operator.complaints()] == ([10] if named else [])


def test_a_message_may_name_the_day_of_the_rule(operator: Operator) -> None:
    """The reader wants to know which version spoke."""
    operator.rule(message={**RULE["message"], "met": "Signed on {letter_signed_on}."}, dated_by="letter_signed_on")
    operator.cases(*CASES)
    assert messages(operator) == []


def test_every_citation_is_used_and_says_something(operator: Operator) -> None:
    """A source nobody cites, or that says nothing, only looks like one."""
    operator.rule(citation=[CITATION, {**CITATION, "id": "other"}, {**CITATION, "id": "other", "says": " "}])
    operator.cases(*CASES)
    assert sorted(set(messages(operator))) == [
        "No version of R cites 'other'.",
        "The citation 'other' of R is empty.",
        "Two citations of R are called 'other'.",
    ]


@pytest.mark.parametrize(
    ("changes", "refuses"),
    [
        ({}, True),
        ({"if_not_met": "pended"}, False),
        ({"if_not_met": "review"}, False),
        ({"weight": "advisory"}, False),
        ({"status": "draft"}, False),
    ],
)
def test_custom_alone_never_refuses(operator: Operator, changes: dict[str, Any], refuses: bool) -> None:
    """What nobody verified must not take somebody's money away."""
    operator.rule(citation=[{**CITATION, "kind": "common_practice"}], **changes)
    operator.cases(*CASES)
    assert len(messages(operator)) == refuses


def test_custom_beside_a_payers_document_may_refuse(operator: Operator) -> None:
    """One source that binds is enough."""
    custom = {**CITATION, "id": "custom", "kind": "common_practice"}
    operator.rule(
        citation=[custom, {**CITATION, "kind": "payer_document"}],
        version=[{"condition": "letter_names_diagnosis", "citations": ["custom", "source"]}],
    )
    operator.cases(*CASES)
    assert messages(operator) == []


def test_a_case_sets_what_the_rule_reads(operator: Operator) -> None:
    """A given fact beneath a derived one is set in vain: nothing is computed in a case."""
    operator.rule()
    operator.cases(*CASES, case("met", name="signed", letter_names_diagnosis=True, letter_signature="wet_ink"))
    assert messages(operator) == ["The case 'signed' sets letter_signature, which R does not read."]
    assert [str(complaint)[:28] for complaint in operator.complaints()] == ["clinic/names.cases.toml:21: "]


def test_a_funding_source_without_a_payable_example_is_named() -> None:
    """A route that is only ever refused was tested for saying no."""
    kinds = set(FundingKind) - {FundingKind.HSA, FundingKind.OWN_POCKET}
    assert funding_sources_without_example(kinds) == (FundingKind.HSA,)
    assert FundingKind.OWN_POCKET not in funding_sources_without_example(())


def test_every_check_stands_in_the_table_of_contents_with_a_reason() -> None:
    """Whoever gets a complaint finds the check by its name."""
    assert len(CHECKS) == len({check.__name__ for check in CHECKS})
    assert all(check.__doc__ for check in CHECKS)
