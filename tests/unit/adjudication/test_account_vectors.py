"""Worked examples of tax-advantaged accounts with a known result, each through the engine that decides.

The numbers stand in the fact sheet: timing 2.7, whose expense 2.8, limits 2.10, arithmetic 2.13, dates of letters 3.3.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from necessity.domain.case import Case, ListName
from necessity.domain.decision import LineDecision, Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.letter import LetterOfMedicalNecessity, LetterSubmission
from necessity.domain.people import Patient, Relationship
from necessity.domain.receipt import TaxPicture
from necessity.domain.training import Package, ServiceStatus, TrainingSession
from tests.cast import diabetes, dr_ghali, letter, receipt, session, statement, trainer_eli
from tests.shipped import book, judge

COMPLETE = (
    ListName.LETTERS,
    ListName.SUBMISSIONS,
    ListName.FUNDING_SOURCES,
    ListName.PLAN_YEARS,
    ListName.SESSIONS,
    ListName.EXPENSES,
    ListName.RECEIPTS,
    ListName.REIMBURSEMENTS,
)


def year(number: int, **more: Any) -> PlanYear:
    """A calendar plan year with an election of 3,400 dollars."""
    given = {
        "id": str(number),
        "starts_on": date(number, 1, 1),
        "ends_on": date(number, 12, 31),
        "election_cents": 340_000,
        "carried_in_cents": 0,
        "spent_cents": 0,
        "run_out_ends_on": date(number + 1, 3, 31),
    }
    return PlanYear(**(given | more))


def account(kind: FundingKind = FundingKind.HEALTH_FSA, *years: PlanYear, **more: Any) -> FundingSource:
    """An account without a grace period."""
    given = {
        "id": kind.value,
        "kind": kind,
        "opened_on": date(2024, 1, 1),
        "has_grace_period": False,
        "plan_years": years,
    }
    return FundingSource(**(given | more))


def bruno(sessions: Iterable[TrainingSession], *sources: FundingSource, **more: Any) -> Case:
    """Bruno's case, complete and good in everything that is not said otherwise."""
    given = {
        "id": "bruno",
        "complete": COMPLETE,
        "patient": Patient(name="Bruno", born_on=date(1969, 8, 3), relationship=Relationship.SELF),
        "conditions": (diabetes(),),
        "clinicians": (dr_ghali(),),
        "trainers": (trainer_eli(),),
        "letters": (letter("diabetes", date(2026, 4, 1)),),
        "statements": (statement(),),
        "funding_sources": sources,
        "sessions": tuple(sessions),
        "receipts": (receipt("r1", date(2026, 5, 1), 8500),),
    }
    return Case(**(given | more))


def held(*days: date, charge_cents: int = 8500) -> list[TrainingSession]:
    return [
        session(f"s{number:02}", day, receipt="r1").model_copy(update={"charge_cents": charge_cents})
        for number, day in enumerate(days, 1)
    ]


def lines(case: Case, on: date, source: str = "health_fsa") -> list[LineDecision]:
    return [line for line in judge().decide(case, on).lines if line.funding_source == source]


def one(case: Case, on: date, source: str = "health_fsa") -> LineDecision:
    (found,) = lines(case, on, source)
    return found


def letter_window(changes: dict[str, Any], source: FundingSource) -> dict[str, Any]:
    """Say from when to when a letter signed on 10 February 2026 serves."""
    plain = {"effective_from": None, "effective_to": None, "states_start": False, "states_duration": None}
    fields = letter("diabetes", date(2026, 2, 10)).model_dump() | plain | changes
    case = bruno(held(date(2026, 5, 5)), source, letters=(LetterOfMedicalNecessity(**fields),))
    (row,) = (r for r in judge().trace(case, date(2026, 6, 1))["letter"] if r["funding_source_id"] == source.id)
    return row


def submission(approved_on: date) -> LetterSubmission:
    return LetterSubmission(
        id="sub1",
        letter="letter1",
        funding_source="health_fsa",
        received_on=approved_on,
        approved_on=approved_on,
        is_approved=True,
    )


# ── letters: 3.3 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("says", "until"),
    [
        ({"states_duration": False}, date(2027, 2, 9)),
        ({"stated_months": 6}, date(2026, 8, 9)),
        ({"stated_months": 18}, date(2027, 2, 9)),
    ],
    ids=["no duration", "six months", "eighteen months"],
)
def test_a_letter_serves_for_the_time_it_states_and_a_year_at_most(says: dict[str, Any], until: date) -> None:
    """R3.3.4: the last day counts, and the administrator's longest life cuts a longer statement short."""
    fsa = account(FundingKind.HEALTH_FSA, year(2026), payer="healthequity")
    assert letter_window(says, fsa)["letter_window_to"] == until


def test_a_letter_ends_with_the_plan_year_where_the_administrator_says_so() -> None:
    """R3.3.4: signed on 10 February with a calendar plan year, it ends on 31 December."""
    hra = account(FundingKind.HRA, year(2026), payer="takecommand", covers_all_medical_care=True)
    assert letter_window({"stated_months": 12}, hra)["letter_window_to"] == date(2026, 12, 31)


def test_a_withdrawn_letter_ends_the_day_before() -> None:
    """A clinician's word lasts no longer than the clinician stands by it."""
    fsa = account(FundingKind.HEALTH_FSA, year(2026))
    row = letter_window({"stated_months": 12, "revoked_on": date(2026, 6, 1)}, fsa)
    assert row["letter_window_to"] == date(2026, 5, 31)


def test_the_same_session_meets_one_timing_rule_and_not_the_other() -> None:
    """R3.3.5: before acceptance a session fails at one administrator; where stated days count, it stands."""
    sources = (
        account(FundingKind.HEALTH_FSA, year(2026), payer="healthequity"),
        account(FundingKind.HRA, year(2026), payer="peoplekeep", covers_all_medical_care=True),
    )
    fields = letter("diabetes", date(2026, 5, 10)).model_dump()
    fields |= {"effective_from": date(2026, 5, 1), "asked_to_be_dated_on": date(2026, 5, 1)}
    early = bruno(
        held(date(2026, 5, 1)),
        *sources,
        letters=(LetterOfMedicalNecessity(**fields),),
        submissions=(submission(date(2026, 5, 12)),),
    )
    assert one(early, date(2026, 6, 1)).rules == ("us.letter_dates.serves_in_time",)
    assert one(early, date(2026, 6, 1), "hra").outcome is Outcome.PAYABLE
    refused = [f for r in judge().decide(early, date(2026, 6, 1)).routes for f in r.findings if f.answer == "not_met"]
    redated = next(f for f in refused if f.rule == "us.letter.keeps_its_true_date")
    assert redated.message.startswith("Refused: the letter keeps 10 May 2026")


# ── time: 2.7 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ends_on", "last"),
    [(date(2026, 12, 31), date(2027, 3, 15)), (date(2026, 6, 30), date(2026, 9, 15))],
)
def test_a_grace_period_ends_on_the_fifteenth_of_the_third_month(ends_on: date, last: date) -> None:
    """A plan may be shorter than the law's two and a half months, never longer."""
    starts_on = ends_on - timedelta(days=364)
    plan = year(2026, starts_on=starts_on, ends_on=ends_on, grace_ends_on=last + timedelta(days=30))
    fsa = account(FundingKind.HEALTH_FSA, plan, has_grace_period=True)
    inside = bruno(held(last), fsa)
    outside = bruno(held(last + timedelta(days=1)), fsa)
    on = last + timedelta(days=2)
    assert one(inside, on).outcome is Outcome.PAYABLE
    assert one(outside, on).rules == ("us.accounts.a_plan_year_holds_the_day",)


def test_a_session_after_the_plan_year_is_not_of_that_year_however_early_it_was_paid() -> None:
    """Paid on 20 December 2026, held on 10 January 2027, no grace period."""
    paid_early = (receipt("r1", date(2026, 12, 20), 8500),)
    case = bruno(held(date(2027, 1, 10)), account(FundingKind.HEALTH_FSA, year(2026)), receipts=paid_early)
    assert one(case, date(2027, 1, 15)).outcome is Outcome.NOT_PAYABLE


def test_a_session_of_the_plan_year_counts_if_it_is_claimed_in_the_run_out() -> None:
    """Held on 20 December 2026, paid on 10 January 2027: the care decides, not the payment."""
    paid_late = (receipt("r1", date(2027, 1, 10), 8500),)
    case = bruno(held(date(2026, 12, 20)), account(FundingKind.HEALTH_FSA, year(2026)), receipts=paid_late)
    assert one(case, date(2027, 3, 31)).outcome is Outcome.PAYABLE
    assert one(case, date(2027, 4, 1)).rules == ("us.accounts.claim_is_in_time",)


def test_nothing_counts_before_the_account_exists() -> None:
    """An HSA established on 1 June pays nothing of May."""
    hsa = account(FundingKind.HSA, opened_on=date(2026, 6, 1))
    case = bruno(held(date(2026, 5, 31), date(2026, 6, 1)), hsa)
    assert [line.outcome for line in lines(case, date(2026, 7, 1), "hsa")] == [Outcome.NOT_PAYABLE, Outcome.PAYABLE]


def test_a_package_is_paid_session_by_session() -> None:
    """Twenty for 1,700 dollars: three held are 255 dollars, fourteen wait, one missed and two refunded never."""
    states = [ServiceStatus.HELD] * 3 + [ServiceStatus.MISSED] + [ServiceStatus.REFUNDED] * 2
    sessions = [
        TrainingSession(
            id=f"s{n}", package="p", status=state, served_on=date(2026, 12, 20 + n), participants=1, trainer="eli"
        )
        for n, state in enumerate(states, 1)
    ]
    package = Package(id="p", sessions=20, price_cents=170_000, paid_on=date(2026, 12, 20), receipt="r1")
    case = bruno(sessions, account(FundingKind.HEALTH_FSA, year(2026)), packages=(package,))
    found = lines(case, date(2026, 12, 31))
    counts = {outcome: sum(line.outcome is outcome for line in found) for outcome in Outcome}
    assert counts == {Outcome.PAYABLE: 3, Outcome.NOT_PAYABLE: 3, Outcome.PENDED: 14, Outcome.REVIEW: 0}
    assert sum(line.payable_cents or 0 for line in found) == 25_500


def test_an_account_runs_dry_on_the_fortieth_session() -> None:
    """85 dollars twice a week out of 3,400, the letter accepted on 13 April: 14 April to 27 August."""
    days = [date(2026, 4, 7) + timedelta(days=n) for n in range(170)]
    days = [day for day in days if day.weekday() in (1, 3)]
    fsa = account(FundingKind.HEALTH_FSA, year(2026), payer="healthequity")
    found = lines(bruno(held(*days), fsa, submissions=(submission(date(2026, 4, 13)),)), date(2026, 10, 1))
    paid = [line for line in found if line.outcome is Outcome.PAYABLE]
    assert [line.served_on for line in found[:2]] == [date(2026, 4, 7), date(2026, 4, 9)]
    assert {line.rules for line in found[:2]} == {("us.letter_dates.serves_in_time",)}
    assert (len(paid), paid[0].served_on, paid[-1].served_on) == (40, date(2026, 4, 14), date(2026, 8, 27))
    assert {line.rules for line in found[42:]} == {("us.money.year_money_is_left",)}


# ── whose expense: 2.8 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("born_on", "fsa", "hsa"),
    [
        (date(2001, 5, 5), Outcome.PAYABLE, Outcome.NOT_PAYABLE),
        (date(1999, 12, 31), Outcome.NOT_PAYABLE, Outcome.NOT_PAYABLE),
    ],
    ids=["turns 25", "turns 27"],
)
def test_a_grown_child_is_in_the_fsa_until_27_and_not_in_the_hsa(born_on: date, fsa: Outcome, hsa: Outcome) -> None:
    """R2.8.3: section 105(b) reaches further than section 223."""
    child = Patient(name="Bruno", born_on=born_on, relationship=Relationship.CHILD, is_tax_dependent=False)
    sources = (account(FundingKind.HEALTH_FSA, year(2026)), account(FundingKind.HSA))
    case = bruno(held(date(2026, 5, 5)), *sources, patient=child)
    assert one(case, date(2026, 6, 1)).outcome is fsa
    assert one(case, date(2026, 6, 1), "hsa").outcome is hsa


def test_of_a_joint_session_only_the_patients_share_counts() -> None:
    """R2.8.6: who trains beside the patient pays from other money."""
    joint = session("s1", date(2026, 5, 5), receipt="r1").model_copy(
        update={"participants": 2, "patient_share_cents": 4250}
    )
    case = bruno([joint], account(FundingKind.HEALTH_FSA, year(2026)))
    assert one(case, date(2026, 6, 1)).payable_cents == 4250


# ── limits: 2.10 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "by_year"),
    [
        ("hsa_self_only_limit_cents", {2024: 415_000, 2025: 430_000, 2026: 440_000, 2027: 450_000}),
        ("hsa_family_limit_cents", {2024: 830_000, 2025: 855_000, 2026: 875_000, 2027: 900_000}),
        ("hsa_catch_up_cents", {2024: 100_000, 2027: 100_000}),
        ("hdhp_self_only_deductible_cents", {2024: 160_000, 2025: 165_000, 2026: 170_000, 2027: 175_000}),
        ("hdhp_family_deductible_cents", {2024: 320_000, 2025: 330_000, 2026: 340_000, 2027: 350_000}),
        ("hdhp_self_only_out_of_pocket_cents", {2024: 805_000, 2025: 830_000, 2026: 850_000, 2027: 870_000}),
        ("hdhp_family_out_of_pocket_cents", {2024: 1_610_000, 2025: 1_660_000, 2026: 1_700_000, 2027: 1_740_000}),
        ("health_fsa_limit_cents", {2024: 320_000, 2025: 330_000, 2026: 340_000, 2027: None}),
        ("health_fsa_carryover_limit_cents", {2024: 64_000, 2025: 66_000, 2026: 68_000, 2027: None}),
        ("qsehra_self_only_limit_cents", {2024: 615_000, 2025: 635_000, 2026: 645_000, 2027: None}),
        ("qsehra_family_limit_cents", {2024: 1_245_000, 2025: 1_285_000, 2026: 1_310_000, 2027: None}),
        ("ebhra_limit_cents", {2024: 210_000, 2027: 225_000, 2028: None}),
        ("medical_mileage_tenths", {2024: 210, 2025: 210, 2026: 205, 2027: None}),
    ],
)
def test_limits_of_a_year_are_those_of_the_sheet_and_unknown_years_stay_unknown(
    name: str, by_year: dict[int, int | None]
) -> None:
    """Never last year's value."""
    rows = book().parameters.law_rows()
    for number, value in by_year.items():
        day = date(number, 7, 1)
        (row,) = (r for r in rows if r["from_on"] <= day <= r["until_on"])
        assert row[name] == value, number


@pytest.mark.parametrize(("number", "carried", "lost"), [(2026, 68_000, 22_000), (2025, 66_000, 24_000)])
def test_of_900_dollars_the_years_own_limit_is_carried_over(number: int, carried: int, lost: int) -> None:
    """The limit goes by the year the money comes from: 680 dollars of 2026, 660 of 2025."""
    plan = year(number, election_cents=98_500)
    case = bruno(
        held(date(number, 5, 5)),
        account(FundingKind.HEALTH_FSA, plan, has_carryover=True),
        letters=(letter("diabetes", date(number, 4, 1)),),
    )
    (row,) = (r for r in judge().trace(case, date(number, 6, 1))["payment"] if r["funding_source_id"] == "health_fsa")
    assert (row["left_at_year_end_cents"], row["carried_over_at_year_end_cents"]) == (90_000, carried)
    assert row["lost_at_year_end_cents"] == lost


# ── arithmetic: 2.13 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_old", [False, True], ids=["owner of 50", "owner of 66"])
def test_wrong_use_of_an_hsa_costs_a_fifth_more_unless_the_owner_is_65(is_old: bool) -> None:
    """2,000 dollars: 400 of additional tax beside the income tax, none at 66."""
    hsa = account(FundingKind.HSA, owner_over_65_or_disabled=is_old)
    anyway = statement().model_copy(update={"would_buy_anyway": True})
    case = bruno(held(date(2026, 5, 5), charge_cents=200_000), hsa, statements=(anyway,))
    row = next(r for r in judge().trace(case, date(2026, 6, 1))["expense"] if r["funding_source_id"] == "hsa")
    route = next(r for r in judge().decide(case, date(2026, 6, 1)).routes if r.funding_source == "hsa")
    finding = next(f for f in route.findings if f.rule == "us.money.hsa_wrong_use_costs")
    assert row["hsa_additional_tax_cents"] == 40_000
    assert finding.answer == ("met" if is_old else "not_met")


def test_only_what_rises_above_the_floor_is_deducted() -> None:
    """Income of 80,000: the floor is 6,000; of 7,500 dollars 1,500 are deducted."""
    tax = TaxPicture(year=2026, adjusted_gross_income_cents=8_000_000, other_medical_cents=0, itemises=True)
    case = bruno(held(date(2026, 5, 5), date(2026, 5, 7), charge_cents=375_000), tax=tax)
    found = lines(case, date(2026, 12, 31), "tax_deduction")
    assert [line.payable_cents for line in found] == [0, 150_000]
    assert found[0].rules == ("us.deduction.rises_above_the_floor",)
