"""Timed units: what holds for any minutes, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from necessity.codesets.procedures.tables import procedures
from necessity.codesets.procedures.units import RULE_OF_PAYER, UnitRule, count_units, midpoint_units, timed_units
from necessity.errors import RecordError

POOLED = sorted(code for code, one in procedures().items() if one.counting == "pooled")
days = st.dictionaries(st.sampled_from(POOLED), st.integers(0, 90), max_size=8)


@given(days)
def test_units_of_a_day_never_exceed_what_its_minutes_support(minutes: dict[str, int]) -> None:
    """The total caps the units, each code keeps its whole quarter-hours and gets at most one more."""
    done = count_units(minutes, UnitRule.CMS)
    assert done.units == timed_units(sum(minutes.values())) == sum(one.units for one in done.allocations)
    assert all(one.minutes // 15 <= one.units <= -(-one.minutes // 15) for one in done.allocations)


@given(days)
def test_a_tie_is_told_and_nothing_else_is(minutes: dict[str, int]) -> None:
    """Whoever is named in a choice must have the same claim to the unit."""
    done = count_units(minutes, UnitRule.CMS)
    if done.choice:
        assert len({minutes[code] % 15 for code in done.choice.among}) == 1
        assert 0 < done.choice.units < len(done.choice.among)
    backward = count_units(dict(reversed(minutes.items())), UnitRule.CMS)
    if not done.choice:
        assert {a.code: a.units for a in backward.allocations} == {a.code: a.units for a in done.allocations}
    assert (backward.choice is None) is (done.choice is None)


@given(st.integers(0, 1440))
def test_for_one_code_the_two_rules_agree(minutes: int) -> None:
    """They part only where several codes share a day."""
    cms, ama = (count_units({"97110": minutes}, rule) for rule in UnitRule)
    assert cms.units == ama.units == midpoint_units(minutes, 15)


@given(days, st.integers(0, 90), st.sampled_from(["97150", "97161", "93798", "S9451"]))
def test_minutes_apart_never_make_a_timed_unit(minutes: dict[str, int], apart: int, code: str) -> None:
    """Group work counted as one-to-one is what payers look for."""
    without, beside = (count_units(one, UnitRule.CMS) for one in (minutes, {**minutes, code: apart}))
    assert (beside.total_minutes, beside.units) == (without.total_minutes, without.units)
    assert beside.treatment_minutes == without.treatment_minutes + apart
    assert [(one.code, one.units) for one in beside.apart] == [(code, 1)]


@pytest.mark.parametrize("minutes", [{"97110": -1}, {"97110": 1441}, {"97110": 800, "97112": 700}])
def test_minutes_no_day_can_hold_are_refused(minutes: dict[str, int]) -> None:
    """A slip of the finger must not become a claim."""
    with pytest.raises(RecordError, match="fit into a day"):
        count_units(minutes, UnitRule.CMS)


def test_what_a_code_is_known_for_is_told_beside_its_units() -> None:
    """Minutes without a unit are documented; an addition needs its base; an unknown code is not guessed."""
    done = count_units({"97110": 23, "97035": 3, "97150": 20, "97546": 60, "S9451": 60, "12345": 9}, UnitRule.CMS)
    said = " ".join(done.notes)
    assert "97035: document its 3 minutes" in said
    assert "97150 is group work" in said
    assert "97546 is an addition to 97545" in said
    assert "S9451 is counted by the session" in said
    assert done.unknown == ("12345",)


def test_a_payer_whose_rule_is_not_known_has_none() -> None:
    """Commercial plans differ: they are asked, never guessed."""
    assert RULE_OF_PAYER["medicare"] is UnitRule.CMS
    assert "group_plan" not in RULE_OF_PAYER
