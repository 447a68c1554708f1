"""A gym-visit programme: days counted in its period, confirmed, filed in time, and what tax takes."""

from datetime import date, timedelta

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case, ListName
from necessity.domain.decision import Answer, Decision, Outcome, RouteDecision
from necessity.domain.funding import FundingKind, FundingSource, PlanYear
from necessity.domain.people import Patient
from necessity.domain.receipt import Receipt, TaxPicture
from necessity.domain.training import Expense, ServiceKind, ServiceStatus
from necessity.domain.visits import GymVisit, visit_days

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
DAY = date(2026, 7, 15)
_NOTHING_ELSE = {"carried_in_cents": 0, "spent_cents": 0}


def log(days: int, *, confirmed: bool | None = True, start: date = FIRST) -> tuple[GymVisit, ...]:
    """Write a log of so many days, every third day from the start."""
    return tuple(
        GymVisit(id=f"v{n}", funding_source="gym", visited_on=start + timedelta(days=3 * n), is_confirmed=confirmed)
        for n in range(days)
    )


def _months() -> tuple[Expense, ...]:
    return tuple(
        Expense(
            id=f"m{n}",
            kind=ServiceKind.GYM_MEMBERSHIP,
            status=ServiceStatus.HELD,
            served_on=date(2026, n, 1),
            charge_cents=30_00,
            participants=1,
            receipt="r",
        )
        for n in range(1, 7)
    )


def gym(visits: tuple[GymVisit, ...], **source: object) -> Case:
    """Make a case: six months of membership and a programme that pays 200 dollars for the period."""
    programme = {
        "id": "gym",
        "kind": FundingKind.GYM_VISIT_PROGRAM,
        "payer": "oxford_sweat_equity",
        "pays_training": True,
        "pays_in_cash": True,
        "substantiates_medical_care": False,
        "plan_years": (PlanYear(id="2026-1", starts_on=FIRST, ends_on=LAST, election_cents=200_00, **_NOTHING_ELSE),),
    }
    receipt = Receipt(id="r", paid_on=date(2026, 1, 2), comes_from_provider=True, names_patient=True)
    return Case(
        id="bruno",
        patient=Patient(name="Bruno", relationship="self"),
        complete=tuple(ListName),
        tax=TaxPicture(federal_rate=2200, state_rate=500, payroll_rate=765),
        funding_sources=(FundingSource.model_validate({**programme, **source}),),
        expenses=_months(),
        receipts=(receipt,),
        visits=visits,
    )


def route(decision: Decision) -> RouteDecision:
    return next(r for r in decision.routes if r.funding_source == "gym")


def says(decision: Decision, rule: str) -> tuple[Answer, str]:
    found = next(f for f in route(decision).findings if f.rule == f"us.employer.{rule}")
    return found.answer, found.message


def test_fifty_confirmed_days_in_the_period_meet_the_programme(judge: Judge) -> None:
    """The whole point of the log."""
    decision = judge.decide(gym(log(50)), DAY)
    assert says(decision, "gym_visits_are_enough") == (
        Answer.MET,
        "50 visits were made; the programme asks for 50.",
    )
    assert says(decision, "gym_confirmed_the_visits")[0] is Answer.MET
    assert route(decision).outcome is Outcome.PAYABLE


def test_a_day_short_is_pended_and_says_how_many(judge: Judge) -> None:
    """One visit more can still be made while the period runs."""
    decision = judge.decide(gym(log(49)), DAY)
    assert says(decision, "gym_visits_are_enough") == (
        Answer.NOT_MET,
        "49 visits were made so far; the programme asks for 50.",
    )
    assert route(decision).outcome is Outcome.PENDED


def test_visits_outside_the_period_do_not_count(judge: Judge) -> None:
    """Fifty days, the last nine of them in July."""
    decision = judge.decide(gym(log(50, start=date(2026, 2, 25))), DAY)
    assert says(decision, "gym_visits_are_enough")[1].startswith("42 visits were made so far")


def test_two_visits_on_one_day_count_once() -> None:
    """Every programme seen counts one a day."""
    twice = tuple(GymVisit(id=f"{v.id}-{n}", **v.model_dump(exclude={"id"})) for v in log(30) for n in (1, 2))
    assert visit_days(twice, "gym", FIRST, LAST) == (30, 30)
    assert visit_days(twice, "another", FIRST, LAST) == (None, None)
    assert visit_days(twice, "gym", FIRST, None) == (None, None)


def test_a_log_the_gym_did_not_confirm_is_pended(judge: Judge) -> None:
    """Own notes are no proof to any programme seen."""
    decision = judge.decide(gym(log(50, confirmed=None), facility_confirmed_visits=None), DAY)
    assert says(decision, "gym_confirmed_the_visits")[0] is Answer.UNKNOWN
    assert route(decision).outcome is Outcome.PENDED
    assert "gym_confirmed_the_visits@gym" in {ask.fact for ask in route(decision).asks}


def test_an_unfinished_log_short_of_the_number_is_unknown_not_too_few(judge: Judge) -> None:
    """What is not yet written down may have happened."""
    case = gym(log(20))
    open_list = tuple(name for name in ListName if name is not ListName.VISITS)
    decision = judge.decide(case.model_copy(update={"complete": open_list}), DAY)
    assert says(decision, "gym_visits_are_enough")[0] is Answer.UNKNOWN


def test_the_first_and_the_last_day_to_file_are_dates_to_keep(judge: Judge) -> None:
    """Oxford takes nothing before the period ends, and nothing 180 days after it."""
    early = judge.decide(gym(log(50)), date(2026, 6, 15))
    due = {deadline.rule: deadline.due_on for deadline in early.deadlines}
    assert due["gym_claim_from_on"] == date(2026, 7, 1)
    assert due["gym_claim_by_on"] == date(2026, 12, 27)
    answer, message = says(early, "gym_claim_is_not_too_early")
    assert (answer, "from 1 July 2026 on" in message) == (Answer.NOT_MET, True)
    assert says(judge.decide(gym(log(50)), DAY), "gym_claim_is_not_too_early")[0] is Answer.MET


def test_without_a_profile_the_programmes_own_terms_in_the_record_count(judge: Judge) -> None:
    """Most employers run a programme of their own."""
    decision = judge.decide(gym(log(30), payer=None, visits_required=30, takes_claims_only_after_period=False), DAY)
    assert says(decision, "gym_visits_are_enough")[0] is Answer.MET
    assert says(decision, "gym_claim_is_not_too_early")[0] is Answer.MET
    assert "gym_claim_by_on" not in {deadline.rule for deadline in decision.deadlines}


def test_tax_takes_its_part_of_what_the_programme_pays(judge: Judge) -> None:
    """180 dollars at 22 + 5 + 7.65 per cent: 62.37 goes, 117.63 stays."""
    decision = judge.decide(gym(log(50)), DAY)
    assert (route(decision).payable_cents, route(decision).saves_cents) == (180_00, 117_63)
    assert says(decision, "offsite_fees_are_wages")[0] is Answer.NOT_MET
