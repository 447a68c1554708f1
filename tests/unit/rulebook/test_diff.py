"""What differs between two rulebooks, said in plain words."""

from datetime import date
from pathlib import Path

from necessity.rulebook.diff import Difference, diff
from tests.operator_folder import CITATION, Operator


def test_equal_rulebooks_do_not_differ(tmp_path: Path) -> None:
    """Nothing is said about what stayed."""
    operator = Operator(tmp_path)
    operator.rule()
    assert diff(operator.own(), operator.own()) == ()


def test_a_new_rule_and_a_removed_one_are_named(tmp_path: Path) -> None:
    """With its requirement and its condition."""
    none = Operator(tmp_path / "none")
    (tmp_path / "none" / "rules").mkdir(parents=True)
    one = Operator(tmp_path / "one")
    one.rule()
    words = ("The letter names a diagnosis", "at all times: letter_names_diagnosis")
    assert diff(none.own(), one.own()) == (Difference("rule", "clinic.names", "added", words),)
    assert diff(one.own(), none.own()) == (Difference("rule", "clinic.names", "removed", ()),)


def test_condition_effect_and_source_are_set_side_by_side(tmp_path: Path) -> None:
    """One sentence each."""
    old, new = Operator(tmp_path / "old"), Operator(tmp_path / "new")
    old.rule()
    other = {**CITATION, "id": "other", "where": "26 CFR 1.213-2"}
    version = [{"condition": "NOT letter_names_diagnosis", "citations": ["other"]}]
    new.rule(weight="advisory", if_not_met="review", version=version, citation=[other])
    assert diff(old.own(), new.own()) == (
        Difference(
            "rule",
            "clinic.names",
            "changed",
            (
                "Whether it decides was yes, is no.",
                "What it makes if not met was not payable, is review.",
                "The condition at all times was letter_names_diagnosis, is NOT letter_names_diagnosis.",
                "No longer cited at all times: 26 CFR 1.213-1.",
                "Newly cited at all times: 26 CFR 1.213-2: It must.",
            ),
        ),
    )


def test_a_new_version_by_date_says_from_when(tmp_path: Path) -> None:
    """A rule that changes at new year reads as such."""
    old, new = Operator(tmp_path / "old"), Operator(tmp_path / "new")
    old.versions({"from": date(2026, 1, 1)})
    new.versions(
        {"from": date(2026, 1, 1), "until": date(2026, 12, 31)},
        {"from": date(2027, 1, 1), "condition": "NOT letter_names_diagnosis"},
    )
    (found,) = diff(old.own(), new.own())
    assert found.words[0] == (
        "The versions held since 2026-01-01, hold from 2026-01-01 to 2026-12-31 and since 2027-01-01."
    )
    assert "The condition since 2027-01-01 is NOT letter_names_diagnosis." in found.words


def test_a_number_of_the_law_is_compared_by_its_days(tmp_path: Path) -> None:
    """A value that changes and a year that is new are two sentences."""
    old, new = Operator(tmp_path / "old"), Operator(tmp_path / "new")
    year = {"from": date(2026, 1, 1), "until": date(2026, 12, 31)}
    old.parameter("clinic_limit", "number", {**year, "is": 3})
    new.parameter("clinic_limit", "number", {**year, "is": 4}, {"from": date(2027, 1, 1), "is": 5})
    found = [one for one in diff(old.load(), new.load()) if one.what == "parameter"]
    assert found == [
        Difference(
            "parameter",
            "clinic_limit",
            "changed",
            ("from 2026-01-01 to 2026-12-31: was 3, is 4.", "since 2027-01-01: 5 is new."),
        )
    ]
