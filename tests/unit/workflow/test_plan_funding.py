"""A funding plan says what the rulebook would: which account, until when, how much to set aside, what is left."""

from datetime import date
from typing import Any

import pytest

from necessity.domain.case import Case, ListName
from necessity.domain.decision import Outcome
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.funding_plan import AccountYear, FundingPlan
from necessity.domain.letter import LetterSubmission, TrainingOrder
from necessity.domain.people import Relationship
from necessity.domain.receipt import Reimbursement, TaxPicture
from necessity.domain.training import Package, ServiceKind
from necessity.stores.folder import load_case
from necessity.workflow.funding.training_ahead import Wishes
from necessity.workflow.plan_funding import plan_funding
from tests.cast import bruno, letter, session
from tests.conftest import EXAMPLES
from tests.shipped import judge

TUE_THU = (1, 3)
AT_85 = Wishes(price_cents=8500, weekdays=TUE_THU)
COMPLETE = tuple(name for name in ListName if name is not ListName.CLAIMS)
RATES = TaxPicture(year=2026, federal_rate=2200, state_rate=500, payroll_rate=765, state="OH")


def order(starts_on: date, weeks: int | None, often: int | None = 2) -> TrainingOrder:
    return TrainingOrder(
        id="order1",
        ordered_by="ghali",
        ordered_on=date(2026, 4, 1),
        kind=ServiceKind.PERSONAL_TRAINING,
        condition="diabetes",
        sessions_per_week=often,
        minutes_per_session=45,
        weeks=weeks,
        starts_on=starts_on,
    )


def year(number: int, election: int | None = 340_000, **more: Any) -> PlanYear:
    given = {"starts_on": date(number, 1, 1), "ends_on": date(number, 12, 31), "election_cents": election}
    given |= {"carried_in_cents": 0, "spent_cents": 0, "run_out_ends_on": date(number + 1, 3, 31)}
    return PlanYear(id=str(number), **(given | more))


def fsa(*years: PlanYear, id: str = "fsa", **more: Any) -> FundingSource:
    given = {"opened_on": date(2026, 1, 1), "has_grace_period": False, "has_carryover": False}
    return FundingSource(id=id, kind=FundingKind.HEALTH_FSA, plan_years=years, **(given | more))


def hsa(balance: int | None, **more: Any) -> FundingSource:
    return FundingSource(id="hsa", kind=FundingKind.HSA, opened_on=date(2024, 1, 1), balance_cents=balance, **more)


def training(*sources: FundingSource, weeks: int | None = 4, **more: Any) -> Case:
    """Bruno before his first session: an order from 14 April 2026 on, and these accounts."""
    given = {
        "complete": COMPLETE,
        "tax": RATES,
        "orders": (order(date(2026, 4, 14), weeks),),
        "letters": (letter("diabetes", date(2026, 4, 1)),),
        "submissions": (),
        "funding_sources": sources,
        "sessions": (),
        "receipts": (),
    }
    return bruno().model_copy(update=given | more)


def plan(case: Case, wishes: Wishes = AT_85, on: date = date(2026, 4, 14)) -> FundingPlan:
    return plan_funding(judge(), case, on, wishes)


def account(made: FundingPlan, source: str, plan_year: str | None = "2026") -> AccountYear:
    return next(a for a in made.accounts if (a.funding_source, a.plan_year) == (source, plan_year))


def asked(made: FundingPlan) -> set[str]:
    return {ask.about for ask in made.asks}


# ── the journey ────────────────────────────────────────────────────────────


def journey() -> Case:
    return load_case(EXAMPLES / "12_journey_fsa_runs_dry").case


def unheld(case: Case) -> Case:
    """The journey before its first session: the order alone."""
    return case.model_copy(update={"sessions": (), "receipts": ()})


@pytest.mark.parametrize("case", [journey(), unheld(journey())], ids=["its own sessions", "from the order"])
def test_the_journeys_account_is_empty_after_forty_sessions(case: Case) -> None:
    """Tuesdays and Thursdays at 85 dollars from 7 April: 14 April to 27 August, and two sessions too early."""
    made = plan(case, on=date(2026, 4, 1))
    first = account(made, "fsa")
    assert (first.sessions, first.planned_cents, first.left_cents) == (40, 340_000, 0)
    assert (first.first_on, first.runs_dry_on) == (date(2026, 4, 14), date(2026, 8, 27))
    assert [(h.rule, h.sessions) for h in first.hindrances] == [
        ("us.money.year_money_is_left", 36),
        ("us.letter_dates.serves_in_time", 2),
    ]
    assert (made.training.sessions, made.own_pocket.cents) == (78, 38 * 8500)
    assert made.own_pocket.may_be_deducted_cents == 23_000
    assert first.saves_cents == 117_810
    assert made.asks == ()


def test_the_plan_says_what_deciding_says_once_all_is_held() -> None:
    """One rulebook, one engine: before paying and after."""
    case = journey()
    held = [line for line in judge().decide(case, date(2026, 12, 31)).lines if line.funding_source == "fsa"]
    made = plan(case, on=date(2026, 4, 1))
    said = {s.id: sum(part.cents for part in s.parts) for s in made.sessions}
    assert said == {line.id: line.payable_cents for line in held}


# ── order of accounts ────────────────────────────────────────────────────────────


def test_what_expires_first_is_used_first() -> None:
    """An account whose year ends in June goes before one of the calendar year, an HSA last, whatever the record's order."""
    spouse = fsa(
        year(2026, 8500, starts_on=date(2025, 7, 1), ends_on=date(2026, 6, 30)),
        id="spouse",
        owner="the spouse",
        owner_relationship=Relationship.SPOUSE,
    )
    made = plan(training(hsa(100_000), fsa(year(2026, 17_000)), spouse))
    assert [a.funding_source for a in made.accounts] == ["spouse", "fsa", "hsa"]
    assert [a.planned_cents for a in made.accounts] == [8500, 17_000, 5 * 8500]
    assert [a.order_words.partition(",")[0] for a in made.accounts] == ["First", "Then", "Last"]
    assert made.accounts[0].owner == "the spouse"


def test_of_two_that_end_together_the_one_that_loses_its_rest_goes_first() -> None:
    """What is carried over can wait."""
    keeps = fsa(year(2026, 34_000), id="a-keeps", has_carryover=True)
    loses = fsa(year(2026, 34_000), id="z-loses")
    made = plan(training(keeps, loses))
    assert [(a.funding_source, a.planned_cents) for a in made.accounts] == [("z-loses", 34_000), ("a-keeps", 34_000)]


def test_a_session_can_be_paid_from_two_accounts() -> None:
    """The first pays its last 30 dollars, the next the other 55."""
    made = plan(training(fsa(year(2026, 11_500)), hsa(100_000)))
    second = made.sessions[1]
    assert [(p.funding_source, p.plan_year, p.cents) for p in second.parts] == [
        ("fsa", "2026", 3000),
        ("hsa", None, 5500),
    ]
    assert second.left_cents == 0


# ── balances ────────────────────────────────────────────────────────────


def test_an_hsa_pays_no_more_than_it_holds() -> None:
    """The rules would let it pay all; the balance does not, and nothing is called lost."""
    made = plan(training(hsa(20_000)))
    only = account(made, "hsa", None)
    assert (only.planned_cents, only.left_cents, only.lost_cents) == (20_000, 0, None)
    assert only.runs_dry_on == date(2026, 4, 21)
    assert only.hindrances[-1].message.startswith("The balance")
    assert made.own_pocket.cents == 8 * 8500 - 20_000
    assert [(p.year, p.sessions, p.training_cents, p.self_only_limit_cents) for p in made.pay_ins] == [
        (2026, 6, 48_000, 440_000)
    ]


def test_an_unknown_balance_is_asked_and_nothing_is_planned_from_it() -> None:
    """A question, not a number."""
    made = plan(training(hsa(None)))
    only = account(made, "hsa", None)
    assert (only.money_cents, only.planned_cents, only.outcome) == (None, 0, Outcome.PENDED)
    assert "balance@hsa" in asked(made)
    assert made.pay_ins == ()


@pytest.mark.parametrize(
    ("unknown", "fact"),
    [("election_cents", "year_election_cents"), ("carried_in_cents", "year_carried_in_cents"), ("spent_cents", "year_spent_cents")],
)  # fmt: skip
def test_an_unknown_part_of_a_years_money_is_asked(unknown: str, fact: str) -> None:
    """Each part decides when it runs dry."""
    made = plan(training(fsa(year(2026, **{unknown: None}))))
    assert f"{fact}@fsa/2026" in asked(made)
    assert sum(a.planned_cents for a in made.accounts) == 0


def test_what_was_paid_back_already_is_gone() -> None:
    """170 dollars of 340 came back for two sessions held; two more can be planned."""
    held = tuple(session(f"s{n}", date(2026, 4, 14 + n), receipt=None) for n in range(2))
    back = tuple(Reimbursement(id=s.id, expense=s.id, funding_source="fsa", amount_cents=8500) for s in held)
    case = training(fsa(year(2026, 34_000)), sessions=held, reimbursements=back, weeks=3)
    made = plan(case, on=date(2026, 4, 20))
    assert (account(made, "fsa").money_cents, account(made, "fsa").planned_cents) == (17_000, 17_000)


# ── the end of a year ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("carryover", "over", "lost"), [(True, 68_000, 22_000), (False, 0, 90_000), (None, None, None)]
)
def test_what_is_left_at_the_end_is_carried_over_up_to_the_limit_and_the_rest_lost(
    carryover: bool | None, over: int | None, lost: int | None
) -> None:
    """900 dollars left of 2026: 680 go on and 220 are lost; without carryover all; not known, neither is the loss."""
    made = plan(training(fsa(year(2026, 90_000 + 8 * 8500), has_carryover=carryover)))
    only = account(made, "fsa")
    assert (only.left_cents, only.carried_over_cents, only.lost_cents) == (90_000, over, lost)


def test_a_grace_period_lengthens_the_time_of_use() -> None:
    """The old year's money goes on until 15 March, and no later however the plan puts it."""
    new_year = date(2026, 12, 29)
    old = year(2026, 5 * 8500, grace_ends_on=date(2027, 4, 30))
    case = training(
        fsa(old, has_grace_period=True), orders=(order(new_year, 3),), letters=(letter("diabetes", date(2026, 12, 1)),)
    )
    made = plan(case, on=new_year)
    only = account(made, "fsa")
    assert (only.use_by_on, only.sessions, only.runs_dry_on) == (date(2027, 3, 15), 5, date(2027, 1, 12))


# ── what to elect ────────────────────────────────────────────────────────────


def over_new_year(*sources: FundingSource, **more: Any) -> Case:
    starts_on = date(2026, 12, 22)
    given: dict[str, Any] = {
        "orders": (order(starts_on, 4),),
        "letters": (letter("diabetes", date(2026, 12, 1)),),
    }
    return training(*sources, **(given | more))


def test_a_year_without_a_known_limit_is_asked_and_nothing_is_assumed() -> None:
    """The limit of 2027 was not published: what the training costs is said, how much to elect is not."""
    made = plan(over_new_year(fsa(year(2026))), on=date(2026, 12, 15))
    (election,) = made.elections
    assert (election.starts_on, election.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (election.sessions, election.training_cents) == (4, 4 * 8500)
    assert (election.limit_cents, election.elect_cents, election.at_risk_cents) == (None, None, None)
    assert "limit@fsa/2027-01-01" in asked(made)
    assert any("is taken to follow" in sentence for sentence in made.assumes)
    assert made.own_pocket.cents == 4 * 8500


def in_2025(**more: Any) -> Case:
    """The same a year earlier, when both limits are known."""
    old = year(2025, 100_000, starts_on=date(2025, 1, 1))
    starts_on = date(2025, 12, 23)
    return training(
        fsa(old, opened_on=date(2025, 1, 1), **more),
        orders=(order(starts_on, 4),),
        letters=(letter("diabetes", date(2025, 12, 1)),),
        conditions=tuple(c.model_copy(update={"diagnosed_on": date(2025, 11, 1)}) for c in bruno().conditions),
    )


def test_what_to_elect_is_the_training_of_the_year_less_what_is_carried_in() -> None:
    """Five sessions of 2026 at 85 dollars; 660 carried over from 2025 are more than enough."""
    made = plan(in_2025(), on=date(2025, 12, 20))
    (election,) = made.elections
    assert (election.training_cents, election.carried_in_cents, election.limit_cents) == (5 * 8500, 0, 340_000)
    assert (election.elect_cents, election.at_risk_cents, election.saves_cents) == (42_500, 42_500, 14_726)
    carried = plan(in_2025(has_carryover=True), on=date(2025, 12, 20))
    assert carried.accounts[0].carried_over_cents == 66_000
    assert [(e.carried_in_cents, e.elect_cents) for e in carried.elections] == [(66_000, 0)]


def test_an_election_never_goes_beyond_the_limit() -> None:
    """Seven days a week at 1,000 dollars are more than the law lets one set aside."""
    made = plan(in_2025(), Wishes(price_cents=100_000, weekdays=tuple(range(7))), date(2025, 12, 20))
    assert made.elections[0].training_cents > 340_000
    assert made.elections[0].elect_cents == 340_000


def test_training_beyond_the_letter_is_no_reason_to_elect() -> None:
    """The letter ends with the year: nothing to set aside, and why is said."""
    short = letter("diabetes", date(2026, 12, 1)).model_copy(update={"effective_to": date(2026, 12, 31)})
    made = plan(over_new_year(fsa(year(2026)), letters=(short,)), on=date(2026, 12, 15))
    (election,) = made.elections
    assert (election.sessions, election.training_cents) == (0, 0)
    assert [h.rule for h in election.hindrances] == ["us.letter_dates.is_in_force_on_the_day"]
    assert "limit@fsa/2027-01-01" not in asked(made)


def test_beside_an_fsa_nothing_is_proposed_to_be_paid_into_an_hsa() -> None:
    """A general-purpose FSA bars it."""
    assert plan(training(fsa(year(2026, 8500)), hsa(8500))).pay_ins == ()
    assert plan(training(hsa(8500, general_fsa_can_pay_owner=True))).pay_ins == ()
    assert plan(training(hsa(8500, general_fsa_can_pay_owner=False))).pay_ins != ()


def test_the_next_year_of_an_hra_is_the_employers_and_asked() -> None:
    """Nobody elects it."""
    hra = FundingSource(
        id="hra",
        kind=FundingKind.HRA,
        opened_on=date(2026, 1, 1),
        covers_all_medical_care=True,
        plan_years=(year(2026),),
    )
    made = plan(over_new_year(hra), on=date(2026, 12, 15))
    assert "plan year@hra" in asked(made)
    assert made.elections == ()


# ── what must be known ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "wishes", "missing"),
    [
        (training(fsa(year(2026))), Wishes(weekdays=TUE_THU), {"price"}),
        (training(fsa(year(2026)), weeks=None), AT_85, {"weeks"}),
        (training(fsa(year(2026)), orders=(order(date(2026, 4, 14), 4, None),)), Wishes(price_cents=8500), {"frequency"}),
        (training(fsa(year(2026)), orders=()), Wishes(), {"weeks", "frequency", "price"}),
    ],
    ids=["price", "weeks", "frequency", "no order"],
)  # fmt: skip
def test_what_nobody_knows_is_asked_and_nothing_is_planned(case: Case, wishes: Wishes, missing: set[str]) -> None:
    """A price or frequency of ours would be an invention."""
    made = plan(case, wishes)
    assert missing <= asked(made)
    assert (made.training.sessions, made.sessions) == (0, ())
    assert sum(a.planned_cents for a in made.accounts) == 0


def test_days_of_the_week_that_nobody_said_are_spread_and_said() -> None:
    """It moves a date or two, never the number of sessions; the reader is told."""
    made = plan(training(fsa(year(2026))), Wishes(price_cents=8500))
    assert (made.training.weekdays, made.training.sessions) == (("tue", "fri"), 8)
    assert any("--weekdays" in sentence for sentence in made.assumes)


def test_the_record_tells_price_and_days() -> None:
    """Two sessions held on Tuesday and Thursday at 85 dollars: the rest follows."""
    held = (session("s1", date(2026, 4, 14)), session("s2", date(2026, 4, 16)))
    made = plan(training(fsa(year(2026)), sessions=held), Wishes(), date(2026, 4, 17))
    assert (made.training.weekdays, made.training.price_cents, made.training.sessions) == (("tue", "thu"), 8500, 6)
    assert any("$85.00, as before" in sentence for sentence in made.assumes)


def test_a_prepaid_package_is_used_up_first() -> None:
    """Three sessions of the package at its share, the others at the price of one."""
    package = Package(id="p", sessions=3, price_cents=24_000, paid_on=date(2026, 4, 10))
    made = plan(training(fsa(year(2026)), packages=(package,)))
    assert [s.cost_cents for s in made.sessions] == [8000] * 3 + [8500] * 5


def test_an_open_question_about_the_letter_is_the_plans_question_too() -> None:
    """Whether the administrator accepted it decides over the first sessions."""
    sent = (LetterSubmission(id="sub1", letter="letter1", funding_source="fsa", sent_on=date(2026, 4, 6)),)
    made = plan(training(fsa(year(2026), payer="healthequity"), submissions=sent))
    only = account(made, "fsa")
    assert (only.outcome, only.planned_cents) == (Outcome.PENDED, 0)
    assert any(about.endswith("@sub1") for about in asked(made))
    assert made.own_pocket.open_cents == made.own_pocket.cents == 8 * 8500


def test_the_record_is_left_alone() -> None:
    """A plan is not a fact."""
    case = training(fsa(year(2026)))
    before = case.model_dump_json()
    plan(case)
    assert case.model_dump_json() == before
