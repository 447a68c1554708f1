"""Codes on lines of claims: the vectors of the fact sheet, decided as a case is."""

from datetime import date, time
from typing import Any

import pytest

from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.decision import SubjectDecision
from necessity.domain.funding import FundingKind, FundingSource, UnitCounting
from necessity.domain.people import Clinician, Licence
from necessity.domain.training import Expense, ServiceKind
from tests.shipped import beside

DAY = date(2024, 8, 1)
CODES = "us.codes."


def line(code: str, id: str = "1", **more: Any) -> ServiceLine:
    kept = {"modifiers": ("GP",), "minutes": 15, "units": 1, "charge_cents": 5000, "served_on": DAY} | more
    placed = {"place_of_service": "11", "diagnosis_pointers": (1,), "expense": f"e{id}"} | kept
    return ServiceLine(id=id, procedure_code=code, **placed)


def decided(
    *lines: ServiceLine,
    kind: FundingKind = FundingKind.MEDICARE,
    diagnoses: tuple[str, ...] = ("M62.81",),
    starts: tuple[time | None, ...] = (),
    licence: Licence = Licence.PT,
    **plan: Any,
) -> dict[str, SubjectDecision]:
    """Decide one claim for a therapist's work; each line has its own record of work, with its time where given."""
    begun = dict(zip((one.id for one in lines), starts, strict=False))
    work = tuple(
        Expense(
            id=f"e{one.id}",
            kind=ServiceKind.THERAPY,
            served_on=one.served_on,
            clinician="pt",
            has_plan_of_care=True,
            starts_at=begun.get(one.id),
        )
        for one in lines
    )
    claim = Claim(
        id="c", funding_source="payer", rendering_provider="pt", diagnoses=diagnoses, service_lines=tuple(lines)
    )
    case = Case(
        id="coded",
        clinicians=(Clinician(id="pt", licence=licence),),
        funding_sources=(FundingSource(id="payer", kind=kind, **plan),),
        expenses=work,
        claims=(claim,),
    )
    return {one.id.partition("/")[2]: one for one in beside(case, DAY) if one.subject == "service_line"}


def answer(one: SubjectDecision, rule: str) -> str:
    return next(f.answer.value for f in one.findings if f.rule == CODES + rule)


def pair(first: str, second: str, **more: Any) -> tuple[str, str]:
    """Say what stands against two codes of one day: which one is barred, which one asks for proof."""
    found = decided(line(first), line(second, "2"), **more)
    both = {first: found["1"], second: found["2"]}
    barred = [code for code, one in both.items() if answer(one, "no_code_it_is_never_paid_beside") != "met"]
    apart = [code for code, one in both.items() if answer(one, "separate_services_are_shown_apart") != "met"]
    return ",".join(barred), ",".join(apart)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("97110", "97150", ("", "97110")),
        ("97530", "97116", ("", "")),
        ("97530", "97750", ("", "97750")),
        ("97140", "97124", ("97124", "")),
        ("97161", "97140", ("", "")),
        ("97161", "97750", ("97750", "")),
        ("97113", "97110", ("", "97110")),
        ("93798", "97110", ("", "97110")),
        ("97110", "97110", ("", "")),
    ],
)
def test_pairs_of_the_sheet(first: str, second: str, expected: tuple[str, str]) -> None:
    """Much-copied advice about pairs is out of date; only the dated rows decide, and only column two is denied."""
    assert pair(first, second) == expected


def test_after_the_shipped_quarter_pairs_are_unknown_and_the_files_date_is_shown() -> None:
    """Never the figure of another quarter; and the reader must see which files are at hand."""
    day = date(2026, 5, 4)
    found = decided(line("97110", served_on=day), line("97150", "2", served_on=day))["1"]
    assert found.outcome == "pended"
    assert answer(found, "no_code_it_is_never_paid_beside") == "unknown"
    assert answer(found, "separate_services_are_shown_apart") == "unknown"
    (told,) = [f for f in found.findings if f.rule == CODES + "pairs_and_maxima_reach_the_day"]
    assert "30 September 2024" in told.message
    alone = decided(line("97110", served_on=day))["1"]
    assert alone.outcome == "payable"


NINE, HALF_PAST, QUARTER_PAST = time(9, 0), time(9, 30), time(9, 10)


@pytest.mark.parametrize(
    ("modifiers", "starts", "expected"),
    [
        (("GP", "59"), (NINE, HALF_PAST), "met"),
        (("GP", "XE"), (HALF_PAST, NINE), "met"),
        (("GP", "59"), (NINE, QUARTER_PAST), "not_met"),
        (("GP",), (NINE, HALF_PAST), "not_met"),
        (("GP", "59"), (NINE, None), "unknown"),
        ((), (NINE, HALF_PAST), "unknown"),
    ],
)
def test_a_separate_service_needs_the_modifier_and_two_stretches_of_time(
    modifiers: tuple[str, ...], starts: tuple[time | None, ...], expected: str
) -> None:
    """59 out of habit draws reviews: the times must be in the record, and must not overlap."""
    found = decided(line("97150"), line("97110", "2", modifiers=modifiers), starts=starts)["2"]
    assert answer(found, "separate_services_are_shown_apart") == expected


def test_one_session_proves_no_two_stretches() -> None:
    """Two codes out of one session have one time, which shows nothing."""
    both = line("97150"), line("97110", "2", modifiers=("GP", "59"), expense="e1")
    found = decided(*both, starts=(NINE, NINE))["2"]
    assert answer(found, "separate_services_are_shown_apart") == "unknown"


@pytest.mark.parametrize(
    ("code", "units", "rule", "expected"),
    [
        ("97110", 7, "units_are_within_the_maximum", "not_met"),
        ("97110", 6, "units_are_within_the_maximum", "met"),
        ("97150", 2, "units_are_within_the_maximum", "not_met"),
        ("97535", 8, "units_are_within_the_maximum", "met"),
        ("97161", 2, "units_are_within_the_absolute_maximum", "not_met"),
        ("A9300", 1, "units_are_within_the_absolute_maximum", "not_met"),
        ("97110", 7, "units_are_within_the_absolute_maximum", "not_applicable"),
    ],
)
def test_unit_maxima_of_the_sheet(code: str, units: int, rule: str, expected: str) -> None:
    """Above the maximum all units are denied; without exception where policy says so."""
    found = decided(line(code, units=units, minutes=15 * units))["1"]
    assert answer(found, rule) == expected
    assert found.outcome == "not_payable" or expected != "not_met" or not rule.endswith("absolute_maximum")


def test_splitting_lines_does_not_help_against_the_maximum_of_a_day() -> None:
    """Indicator 3 judges the day."""
    found = decided(*(line("97110", str(n), units=4, minutes=60) for n in (1, 2)))
    assert [answer(one, "units_are_within_the_maximum") for one in found.values()] == ["not_met", "not_met"]


@pytest.mark.parametrize(
    ("minutes", "units", "cms", "ama"),
    [
        ((24, 23), (2, 2), "not_met", "met"),
        ((24, 23), (2, 1), "met", "met"),
        ((20, 20), (2, 1), "met", "not_met"),
        ((33, 7), (2, 1), "met", "not_met"),
        ((10, 10), (1, 1), "not_met", "met"),
        ((5, 3), (1, 0), "met", "not_met"),
        ((38, 0), (3, 0), "met", "met"),
        ((10, 28), (2, 1), "not_met", "not_met"),
    ],
)
def test_a_plans_own_counting_rule_decides(
    minutes: tuple[int, int], units: tuple[int, int], cms: str, ama: str
) -> None:
    """CMS counts the day together, the AMA each code alone; they differ in both directions."""
    lines = (
        line("97110", minutes=minutes[0], units=units[0]),
        line("97112", "2", minutes=minutes[1], units=units[1]),
    )
    rule = "plan_timed_units_are_within_the_minutes"

    def worst(**plan: Any) -> str:
        found = decided(*lines, kind=FundingKind.GROUP_PLAN, **plan)
        said = {answer(one, rule) for one in found.values()}
        return "not_met" if "not_met" in said else "unknown" if "unknown" in said else "met"

    assert (worst(counts_units_by=UnitCounting.CMS), worst(counts_units_by=UnitCounting.AMA)) == (cms, ama)
    assert worst() == ("unknown" if cms != ama else cms)
    medicare = decided(*lines)
    said = {
        f.answer.value
        for one in medicare.values()
        for f in one.findings
        if f.rule.endswith("timed_units_are_within_the_minutes") and f.rule.startswith("us.billing")
    }
    assert ("not_met" in said) is (cms == "not_met")


@pytest.mark.parametrize(
    ("diagnoses", "day", "expected"),
    [
        (("M54.50",), date(2024, 8, 1), ("met", "met", "met")),
        (("M54.5",), date(2021, 9, 30), ("met", "met", "met")),
        (("M54.5",), date(2024, 8, 1), ("not_met", "met", "met")),
        (("M17.1",), date(2024, 8, 1), ("not_met", "met", "met")),
        (("E66.813",), date(2024, 9, 15), ("not_met", "met", "met")),
        (("I10",), date(2026, 11, 2), ("unknown", "met", "met")),
        (("Z68.35", "E66.9"), date(2025, 1, 15), ("met", "not_met", "met")),
        (("E66.9", "Z68.35"), date(2025, 1, 15), ("met", "met", "met")),
        (("Z96.651", "M62.81"), date(2025, 1, 15), ("met", "not_met", "met")),
        (("M54.50", "M51.360"), date(2025, 1, 15), ("met", "met", "not_met")),
        (("M54.50", "M62.81"), date(2024, 8, 1), ("met", "met", "unknown")),
    ],
)
def test_diagnosis_codes_by_the_lines_own_day(
    diagnoses: tuple[str, ...], day: date, expected: tuple[str, str, str]
) -> None:
    """A code counts on the day of service; a year that is not loaded is unknown, for an insurer's claim."""
    found = decided(line("97110", served_on=day), diagnoses=diagnoses)["1"]
    rules = ("diagnosis_codes_were_in_force", "first_diagnosis_may_come_first", "diagnoses_do_not_exclude_each_other")
    assert tuple(answer(found, rule) for rule in rules) == expected


def test_a_claim_for_an_account_never_waits_for_codes() -> None:
    """An HSA asks for no code: nothing here may stop or pend its line, whatever is loaded."""
    day = date(2026, 11, 2)
    found = decided(line("97110", served_on=day), diagnoses=("M54.5",), kind=FundingKind.HSA)["1"]
    assert {f.answer.value for f in found.findings if f.rule.startswith(CODES)} == {"not_applicable"}
    assert found.outcome == "payable"


def test_pointers_additions_places_and_modifiers() -> None:
    """What a clearing house sends back first."""
    one = decided(line("97546", modifiers=("CQ",), place_of_service="99", diagnosis_pointers=(2,)))["1"]
    rules = (
        "pointers_name_listed_diagnoses",
        "addition_stands_beside_its_code",
        "modifiers_fit_together",
        "place_is_one_for_therapy",
    )
    assert [answer(one, rule) for rule in rules] == ["not_met"] * 4
    beside = decided(line("97546"), line("97545", "2"))["1"]
    assert [answer(beside, rule) for rule in rules] == ["met"] * 4
    unknown = decided(line("97110", place_of_service="77", diagnosis_pointers=()))["1"]
    assert answer(unknown, "place_of_service_is_known") == answer(unknown, rules[0]) == "unknown"
    early = decided(line("97110", place_of_service="10", served_on=date(2021, 12, 31)))["1"]
    assert answer(early, "place_of_service_is_known") == "not_met"
    by_assistant = decided(line("97110"), licence=Licence.PTA)["1"]
    assert answer(by_assistant, "assistants_work_says_so") == "not_met"
    marked = decided(line("97110", modifiers=("CQ", "GP")), licence=Licence.PTA)["1"]
    assert answer(marked, "assistants_work_says_so") == "met"


@pytest.mark.parametrize(
    ("diagnoses", "pointers", "expected"),
    [
        (("E11.9",), (1,), "not_met"),
        (("M62.81", "E11.9"), (1, 2), "met"),
        (("M62.81", "E11.9"), (2,), "not_met"),
        (("F32.9",), (1,), "unknown"),
    ],
)
def test_fit_of_diagnosis_and_service_advises_and_says_whose_it_is(
    diagnoses: tuple[str, ...], pointers: tuple[int, ...], expected: str
) -> None:
    """Our own table must never decide, nor tempt anybody to add a diagnosis."""
    found = decided(line("97110", diagnosis_pointers=pointers), diagnoses=diagnoses)["1"]
    (fit,) = [f for f in found.findings if f.rule == CODES + "diagnosis_supports_the_service"]
    assert (fit.answer.value, fit.effect, fit.weight) == (expected, None, "advisory")
    assert "no payer's" in fit.message
    assert expected == "met" or "Never add a diagnosis" in fit.next_step


def test_a_code_of_another_year_was_out_of_force() -> None:
    """G9886 began in 2024."""
    early = decided(line("G9886", served_on=date(2023, 12, 31)))["1"]
    assert answer(early, "code_was_in_force_that_day") == "not_met"
    assert answer(decided(line("G9886"))["1"], "code_was_in_force_that_day") == "met"
