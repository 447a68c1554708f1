"""Time limits by type of plan: the sheet's vectors, and what a broken file or question is told."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.domain.funding import FundingKind, FundingSource, PlanMarket
from necessity.errors import RecordError, RulebookError
from necessity.parameters.load import load
from necessity.parameters.time_limits import deadlines_for, load_plan_types, plan_type_of

VECTORS = tomllib.loads(Path(__file__).with_name("deadline_vectors.toml").read_text(encoding="utf-8"))["vector"]
TYPES = load_plan_types(load())
SOME_DAY = date(2026, 3, 15)
STEPS = [(plan_type, step) for plan_type, found in TYPES.items() for step in dict.fromkeys(s.step for s in found.steps)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_step_ends_on_the_day_the_sheet_says(vector: dict[str, Any]) -> None:
    """A day too long loses an appeal; a day too short frightens somebody out of one."""
    where = {"stage": vector.get("stage", ""), "payer": vector.get("payer", "generic")}
    (due,) = deadlines_for(vector["type"], vector["step"], vector["trigger"], **where)
    assert (due.due_on, due.hours, due.status) == (
        vector.get("due"),
        vector.get("hours"),
        vector.get("status", "in_force"),
    )
    assert vector.get("none", "") in due.why_none
    assert (due.due_on is None) == bool(due.why_none)


@pytest.mark.parametrize(("plan_type", "step"), STEPS)
def test_every_day_that_is_told_has_a_source(plan_type: str, step: str) -> None:
    """A time limit without a source is a rumour."""
    for due in deadlines_for(plan_type, step, SOME_DAY):
        assert due.citations or due.due_on is None, due
        assert due.due_on is None or due.due_on >= SOME_DAY


def test_a_step_without_a_stage_asked_for_tells_all_its_stages() -> None:
    """Whoever does not know yet which stage it is must see each of them."""
    found = deadlines_for("erisa_group_plan", "decision", SOME_DAY)
    assert [due.stage for due in found] == ["urgent", "pre_service", "post_service"]


def test_an_account_says_that_no_external_review_is_our_own_inference() -> None:
    """What no source says must never look as if one did."""
    for account in ("health_fsa", "limited_purpose_fsa", "hra", "dependent_care_fsa"):
        (due,) = deadlines_for(account, "external_review", SOME_DAY)
        assert "our own conclusion" in due.inference
    (review,) = deadlines_for("erisa_group_plan", "external_review", SOME_DAY)
    assert review.inference == ""


@pytest.mark.parametrize(
    ("question", "near"),
    [
        (("erisa_grup_plan", "appeal", ""), "erisa_group_plan"),
        (("hsa", "apeal", ""), "appeal"),
        (("erisa_group_plan", "appeal", "post_servic"), "post_service"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_one(question: tuple[str, str, str], near: str) -> None:
    """A slip must not be answered with silence, as if there were no time limit."""
    plan_type, step, stage = question
    with pytest.raises(RecordError, match=near):
        deadlines_for(plan_type, step, SOME_DAY, stage=stage)


STEP = '[[step]]\nstep = "appeal"\nwhat = "x"\nwhose = "person"\nfrom = "y"\namounts = ["internal_appeal_days"]\ncount = "days"\n'
BROKEN = {
    "an unknown amount": (STEP.replace("internal_appeal_days", "internal_apeal_days"), "internal_appeal_days"),
    "an unknown count": (STEP.replace('"days"', '"weeks"'), "Allowed"),
    "nobody who acts": (STEP.replace('"person"', '"somebody"'), "Allowed"),
    "no trigger": (STEP.replace('from = "y"\n', ""), "lacks from"),
    "no source": (STEP.replace('amounts = ["internal_appeal_days"]\n', ""), "lacks a source"),
    "an unknown key": (STEP + 'colour = "red"\n', "unknown key"),
    "no steps": ("", "lacks id, name or steps"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_with_its_name(tmp_path: Path, fault: str) -> None:
    """An operator mends a file by name and line."""
    text, words = BROKEN[fault]
    (tmp_path / "deadlines").mkdir()
    (tmp_path / "deadlines" / "house.toml").write_text(f'id = "house"\nname = "House"\n{text}', encoding="utf-8")
    with pytest.raises(RulebookError, match=words) as told:
        load_plan_types(load(), tmp_path)
    assert "house.toml" in str(told.value)


def test_a_type_cannot_be_like_one_that_is_itself_like_another(tmp_path: Path) -> None:
    """Chains of copies would hide which file a day comes from."""
    (tmp_path / "deadlines").mkdir()
    text = f'id = "house"\nname = "House"\nlike = "health_fsa"\n{STEP}'
    (tmp_path / "deadlines" / "house.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError, match="cannot be copied"):
        load_plan_types(load(), tmp_path)


def test_an_operator_can_replace_a_type(tmp_path: Path) -> None:
    """Who has read the plan document knows better than the shipped file."""
    (tmp_path / "deadlines").mkdir()
    text = 'id = "hsa"\nname = "HSA of the house"\n' + STEP
    (tmp_path / "deadlines" / "hsa.toml").write_text(text, encoding="utf-8")
    parameters = load()
    types = load_plan_types(parameters, tmp_path)
    (due,) = deadlines_for("hsa", "appeal", date(2026, 1, 15), book=(parameters, types))
    assert due.due_on == date(2026, 7, 14)


GROUP: list[tuple[dict[str, Any], str | None]] = [
    ({"is_erisa": True, "is_grandfathered": False}, "erisa_group_plan"),
    ({"is_erisa": True, "is_grandfathered": True}, "erisa_grandfathered_plan"),
    ({"is_erisa": False, "is_grandfathered": False, "market": PlanMarket.INDIVIDUAL}, "aca_individual_plan"),
    ({"is_erisa": False, "is_grandfathered": False, "market": PlanMarket.GOVERNMENT_OR_CHURCH}, "aca_group_plan"),
    ({"is_erisa": False, "is_grandfathered": False}, None),
    ({"is_erisa": False, "is_grandfathered": True}, None),
    ({"is_erisa": True, "is_grandfathered": False, "market": PlanMarket.SHORT_TERM}, None),
    ({"is_erisa": True}, None),
    ({}, None),
]


@pytest.mark.parametrize(("terms", "expected"), GROUP, ids=str)
def test_a_group_plan_is_of_the_type_its_papers_say(terms: dict[str, Any], expected: str | None) -> None:
    """A plan whose law is not known gets no days of ours."""
    assert plan_type_of(FundingSource(id="p", kind=FundingKind.GROUP_PLAN, **terms)) == expected


def test_every_other_kind_has_a_type_that_is_there_or_none() -> None:
    """A type that no file describes would end in an error on somebody's calendar."""
    found = {kind: plan_type_of(FundingSource(id="p", kind=kind)) for kind in FundingKind}
    assert {name for name in found.values() if name} <= set(TYPES)
    assert found[FundingKind.HSA] == "hsa"
    assert found[FundingKind.OWN_POCKET] is None
