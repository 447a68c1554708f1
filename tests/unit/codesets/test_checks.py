"""Checks of a day's lines: each finds its fault, says why and how to mend it, and is silent where all is well."""

from datetime import date, time

import pytest

from necessity.codesets.procedures.blocks import TimeBlock, prove_separate
from necessity.codesets.procedures.checks import BilledLine, check_day, check_year_amount
from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.pairs import check_pairs

DAY = date(2024, 8, 1)
GOOD = BilledLine("97110", 2, ("GP",), "11")


def told(found: tuple[CodeFinding, ...] | list[CodeFinding]) -> list[tuple[str, str]]:
    """Name what was found; every finding has a reason and a way out."""
    assert all(one.message.endswith(".") and one.fix.endswith((".", "?")) for one in found)
    return [(one.check, one.weight.value) for one in found]


def day(*lines: BilledLine, on: date = DAY, medicare: bool = True, plan: bool | None = True) -> list[tuple[str, str]]:
    return told(check_day(lines, on, is_medicare=medicare, has_plan_of_care=plan))


def test_a_line_as_it_should_be_draws_nothing() -> None:
    """Otherwise every other test here would prove nothing."""
    assert day(GOOD) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (GOOD._replace(units=7), [("unit_maximum", "ask"), ("long_day", "advice")]),
        (GOOD._replace(modifiers=()), [("therapy_modifier", "stop")]),
        (GOOD._replace(modifiers=("GP", "GO")), [("modifier", "stop")]),
        (GOOD._replace(modifiers=("GP", "CQ")), []),
        (GOOD._replace(modifiers=("GO", "CQ")), [("modifier", "stop")]),
        (GOOD._replace(modifiers=("GP", "KX", "96", "CQ", "22")), [("modifier", "stop")]),
        (GOOD._replace(modifiers=("GP", "ZZ")), [("modifier", "ask")]),
        (GOOD._replace(modifiers=("GP", "25")), [("modifier", "stop")]),
        (GOOD._replace(modifiers=("KX",)), [("modifier", "stop"), ("therapy_modifier", "stop")]),
        (GOOD._replace(place=None), [("place", "ask")]),
        (GOOD._replace(place="77"), [("place", "ask")]),
        (GOOD._replace(place="99"), []),
        (BilledLine("S9451", 1, (), "99"), [("s_code", "stop")]),
        (BilledLine("97014", 1, (), "11"), [("unit_maximum", "stop"), ("medicare_status", "stop")]),
        (BilledLine("97010", 1, (), "11"), [("unit_maximum", "stop"), ("medicare_status", "stop")]),
        (BilledLine("97546", 1, ("GP",), "11"), [("addition", "stop")]),
        (BilledLine("12345", 1, (), "11"), [("code", "ask")]),
    ],
    ids=str,
)
def test_each_fault_is_found(line: BilledLine, found: list[tuple[str, str]]) -> None:
    """A line that will be denied is stopped before it is filed."""
    assert day(line) == found


def test_a_therapy_modifier_without_a_plan_of_care_is_stopped_or_asked_about() -> None:
    """GP on a trainer's session says that a therapist's plan exists."""
    assert day(GOOD, plan=False) == [("plan_of_care", "stop")]
    assert day(GOOD, plan=None) == [("plan_of_care", "ask")]


def test_dates_decide_about_codes_modifiers_and_places() -> None:
    """What exists today did not always."""
    assert day(BilledLine("G9886", 1, (), "11"), on=date(2023, 12, 31)) == [("code", "stop")]
    assert day(BilledLine("G9886", 1, (), "11"), on=date(2024, 1, 1)) == []
    assert day(GOOD._replace(modifiers=("GP", "CQ")), on=date(2019, 12, 31)) == [("modifier", "stop")]
    assert day(GOOD._replace(place="10"), on=date(2021, 12, 31)) == [("place", "stop")]
    assert day(GOOD._replace(place="10"), on=date(2022, 1, 1)) == []


def test_a_private_plan_may_take_an_s_code_and_needs_no_therapy_modifier_from_us() -> None:
    """Medicare's demands are not everybody's."""
    assert day(BilledLine("S9451", 1, (), "99"), medicare=False) == []
    assert day(GOOD._replace(modifiers=()), medicare=False) == []


def test_a_code_on_two_lines_of_a_day_is_found_unless_its_modifiers_differ() -> None:
    """Since 2021 such claims are rejected; units with and without an assistant stay apart."""
    assert day(GOOD, GOOD._replace(units=1)) == [("one_line", "stop")]
    assert day(GOOD, GOOD._replace(units=1, modifiers=("GP", "CQ"))) == []


def test_splitting_lines_does_not_escape_the_day() -> None:
    """The maximum is the day's, not the line's."""
    lines = (GOOD._replace(units=4), GOOD._replace(units=3, modifiers=("GP", "CQ")))
    assert ("unit_maximum", "ask") in day(*lines)


@pytest.mark.parametrize(
    ("year", "spent", "line", "kx", "found"),
    [
        (2024, 232_900, 100, False, []),
        (2024, 232_900, 101, False, [("year_amount", "stop")]),
        (2024, 232_900, 101, True, []),
        (2024, 0, 100, True, [("year_amount", "advice")]),
        (2026, 247_900, 101, False, [("year_amount", "stop")]),
        (2023, 223_000, 1, False, [("year_amount", "stop")]),
        (2025, 299_900, 101, True, [("year_amount", "advice")]),
        (2027, 0, 100, False, [("year_amount", "ask")]),
    ],
)
def test_the_amount_of_a_year_is_that_years(
    year: int, spent: int, line: int, kx: bool, found: list[tuple[str, str]]
) -> None:
    """A year that is not loaded is asked about, never taken from the year before."""
    assert told(list(check_year_amount(year, spent, line, has_kx=kx))) == found


# ── pairs on a day ──────────────────────────────────────────────────────────

APART = (TimeBlock("97150", time(9), time(9, 30)), TimeBlock("97110", time(9, 30), time(10)))


def pairs(*lines: tuple[str, tuple[str, ...]], blocks: tuple[TimeBlock, ...] = (), on: date = DAY) -> list[str]:
    found = check_pairs(lines, on, blocks)
    told(found)
    return [f"{one.check} {one.weight.value} {one.where}" for one in found]


def test_a_pair_without_modifier_is_asked_about_and_never_just_repaired() -> None:
    """Modifier 59 as a habit is a mark of abuse."""
    (found,) = check_pairs([("97150", ()), ("97110", ())], DAY)
    assert (found.weight, found.where) == (Weight.ASK, "97150 with 97110")
    assert "97110-59" in found.fix
    assert "bill 97150 alone" in found.fix


def test_two_separate_stretches_in_the_record_prove_the_modifier() -> None:
    """That, and nothing else, is what the modifier says."""
    assert pairs(("97150", ()), ("97110", ("59",)), blocks=APART) == []


def test_a_modifier_without_proof_is_asked_about_and_against_the_record_is_stopped() -> None:
    """The record decides, not the wish to be paid."""
    lines = (("97150", ()), ("97110", ("59",)))
    assert pairs(*lines) == ["time_blocks ask 97150 with 97110"]
    assert pairs(*lines, blocks=(APART[0], APART[1]._replace(ends_at=None))) == ["time_blocks ask 97150 with 97110"]
    overlap = (APART[0], TimeBlock("97110", time(9, 29), time(10)))
    assert pairs(*lines, blocks=overlap) == ["time_blocks stop 97150 with 97110"]


def test_no_modifier_opens_a_pair_that_is_never_paid() -> None:
    """Indicator 0 knows no exception."""
    assert pairs(("97161", ()), ("97750", ("59",)), blocks=APART) == ["pair stop 97161 with 97750"]


def test_a_modifier_no_pair_asks_for_is_advised_against() -> None:
    """Much-copied advice still puts 59 on 97116 beside 97530; the pair is gone since 2020."""
    assert pairs(("97530", ()), ("97116", ("59",))) == ["pair advice 97116"]
    old = pairs(("97530", ()), ("97116", ("59",)), on=date(2019, 6, 1))
    assert old == ["time_blocks ask 97530 with 97116"]


def test_a_day_beyond_the_edition_is_said_to_be() -> None:
    """Silence would pass for a yes."""
    assert pairs(("97110", ()), ("97116", ()), on=date(2026, 6, 1)) == ["pair ask 2026-06-01"]


def test_a_pair_whose_indicator_was_not_read_is_asked_about() -> None:
    """Neither yes nor no is on file."""
    assert pairs(("97530", ()), ("97535", ()), on=date(2021, 12, 31)) == ["pair ask 97530 with 97535"]


def test_a_stretch_that_ends_before_it_begins_proves_nothing() -> None:
    """Times typed the wrong way round are a fault of the record."""
    turned = (APART[0], TimeBlock("97110", time(10), time(9, 30)))
    found = prove_separate("97150", "97110", turned)
    assert found is not None
    assert (found.weight, "before it begins" in found.message) == (Weight.STOP, True)
