"""The examples come out as their pages say; the three journeys to the cent and to the day.

`tests/docs/test_examples.py` keeps every word of their output; here stands what must never change unnoticed.
"""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, Finding, LineDecision, Outcome, RouteDecision
from necessity.domain.receipt import Reimbursement
from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tests.shipped import judge

PAYABLE, NOT, PENDED, REVIEW = Outcome.PAYABLE, Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW
TIMELY = "us.letter_dates.serves_in_time"
MONEY_LEFT = "us.money.year_money_is_left"

ROUTES: dict[str, dict[str, tuple[Outcome, int | None]]] = {
    "01_hsa_back_pain": {"hsa": (PAYABLE, 102_000), "tax_deduction": (NOT, 0)},
    "02_fsa_diabetes_two_too_early": {"fsa": (PAYABLE, 51_000)},
    "03_prediabetes_questionnaire": {"hsa": (REVIEW, 0), "plan": (NOT, 0)},
    "04_general_fitness": {"hsa": (NOT, 0), "plan": (NOT, 0), "tax_deduction": (NOT, 0)},
    "05_stent_commercial_plan": {"plan": (NOT, 0), "tax_deduction": (NOT, 0)},
    "06_knee_replacement": {"plan": (PAYABLE, None)},
    "07_employer_stipend": {"stipend": (PAYABLE, 48_000)},
    "08_package_of_20": {"fsa": (PAYABLE, 64_000)},
    "09_half_unknown": {"hsa": (PENDED, None), "tax_deduction": (NOT, 0)},
    "10_obesity_letter": {"hra": (PAYABLE, 69_000)},
    "11_hypertension_letter": {"fsa": (PAYABLE, 60_000)},
    "12_journey_fsa_runs_dry": {"fsa": (PAYABLE, 340_000), "tax_deduction": (PAYABLE, 363_000)},
    "13_journey_package_over_new_year": {"fsa": (PAYABLE, 25_500)},
    "14_journey_no_backdating": {"fsa": (PAYABLE, 25_500), "hra": (PAYABLE, 51_000), "hsa": (PAYABLE, 34_000)},
    "17_journey_therapy_code_under_a_therapist": {"plan": (NOT, 0), "hsa": (PAYABLE, 56_000)},
    "15_journey_stipend_then_fsa": {"stipend": (PAYABLE, 60_000), "fsa": (REVIEW, 0)},
    "16_journey_fsa_denial": {"fsa": (PAYABLE, 51_000)},
    "18_claim_with_codes_that_clash": {"plan": (PAYABLE, None)},
    "19_therapy_claim_on_two_sheets": {"plan": (PENDED, None)},
    "20_letter_signed_and_sealed": {"hsa": (PENDED, None)},
    "21_insurance_claim_answered": {"plan": (PAYABLE, None), "tax_deduction": (NOT, 0)},
}
"""Outcome and amount in cents of the funding sources each example is about."""
BESIDE = {
    "03_prediabetes_questionnaire": "diabetes_prevention_cdc",
    "04_general_fitness": "fitness_benefit",
    "05_stent_commercial_plan": "cardiac_rehabilitation",
}
"""The neighbour that each of these examples leads to."""


def day_of(folder: Path) -> date:
    """Read the day of an example from the command on its page."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ necessity decide \S+ --on (\S+)$", page, re.MULTILINE)
    assert found, f"the page of {folder.name} shows no command"
    return date.fromisoformat(found[1])


@cache
def example(name: str) -> tuple[Case, date]:
    return load_case(EXAMPLES / name).case, day_of(EXAMPLES / name)


@cache
def decided(name: str) -> Decision:
    return judge().decide(*example(name))


def route_of(decision: Decision, source: str) -> RouteDecision:
    return next(route for route in decision.routes if route.funding_source == source)


def lines_of(decision: Decision, source: str) -> list[LineDecision]:
    return [line for line in decision.lines if line.funding_source == source]


def days_of(decision: Decision, source: str, outcome: Outcome) -> list[date | None]:
    return [line.served_on for line in lines_of(decision, source) if line.outcome is outcome]


def finding_of(route: RouteDecision, rule: str, answer: Answer) -> Finding:
    return next(found for found in route.findings if (found.rule, found.answer) == (rule, answer))


def sum_of(lines: list[LineDecision]) -> int:
    return sum(line.payable_cents or 0 for line in lines)


def test_every_example_is_expected_here() -> None:
    """An example that nobody looks at may come to say anything."""
    assert set(ROUTES) == {path.parent.name for path in EXAMPLES.glob("*/case.toml")}


@pytest.mark.parametrize("name", ROUTES)
def test_an_example_comes_out_as_its_page_says(name: str) -> None:
    """The pages are read before the program is trusted."""
    routes = {source: route_of(decided(name), source) for source in ROUTES[name]}
    assert {s: (route.outcome, route.payable_cents) for s, route in routes.items()} == ROUTES[name]


@pytest.mark.parametrize(("name", "neighbour"), BESIDE.items(), ids=list(BESIDE))
def test_a_no_leads_to_its_neighbour(name: str, neighbour: str) -> None:
    """A no without a way on is only half an answer."""
    found = next(other for other in decided(name).alternatives if other.id == neighbour)
    assert found.outcome is PAYABLE


def test_what_only_serves_general_health_leads_nowhere_else() -> None:
    """Nobody pays, and no letter may be invented to change that."""
    outcomes = {r.outcome for r in decided("04_general_fitness").routes if r.funding_source != "own_pocket"}
    assert outcomes == {NOT}


def test_tax_takes_its_share_of_a_stipend() -> None:
    """A stipend of 480 dollars is 313.68 after tax, and a reader must see both."""
    assert route_of(decided("07_employer_stipend"), "stipend").saves_cents == 31_368


def test_a_package_is_paid_session_by_session() -> None:
    """Eight held count, ten wait, the missed and the refunded one never count."""
    fsa = lines_of(decided("08_package_of_20"), "fsa")
    assert [sum(line.outcome is outcome for line in fsa) for outcome in (PAYABLE, PENDED, NOT)] == [8, 10, 2]
    assert {line.id for line in fsa if line.outcome is NOT} == {"s05", "s10"}


def test_half_unknown_asks_the_three_questions_that_matter() -> None:
    """Asking for everything that is blank would be the same as asking nothing."""
    hsa = route_of(decided("09_half_unknown"), "hsa")
    three = {"would_be_bought_anyway@training", "account_opened_on@hsa", "letter_visit_basis@letter1"}
    assert {ask.fact for ask in hsa.asks} == three
    assert {change.fact for change in hsa.changes} == three


def test_diet_food_is_food_whatever_the_letter_names() -> None:
    """The training and the programme count, the shakes do not."""
    lines = lines_of(decided("10_obesity_letter"), "hra")
    assert {line.id for line in lines if line.outcome is NOT} == {"shakes"}


# ── the FSA runs dry ─────────────────────────────────────────────────

DRY = "12_journey_fsa_runs_dry"


def test_sessions_before_the_approval_fail_the_administrators_own_rule() -> None:
    """7 and 9 April, and only those; the reader is told that it is no law."""
    found = finding_of(route_of(decided(DRY), "fsa"), TIMELY, Answer.NOT_MET)
    assert found.effect is NOT
    early = [line.served_on for line in lines_of(decided(DRY), "fsa") if line.id in found.lines]
    assert early == [date(2026, 4, 7), date(2026, 4, 9)]
    assert {str(citation.kind) for citation in found.citations} == {"payer_document"}


def test_the_account_is_empty_after_forty_sessions() -> None:
    """14 April to 27 August, forty times 85 dollars, 3,400 dollars."""
    paid = days_of(decided(DRY), "fsa", PAYABLE)
    assert (paid[0], paid[-1], len(paid)) == (date(2026, 4, 14), date(2026, 8, 27), 40)
    assert {day.weekday() for day in paid if day} == {1, 3}
    assert sum_of(lines_of(decided(DRY), "fsa")) == 340_000


def test_the_rest_is_own_pocket_or_deduction() -> None:
    """Nothing of the FSA is left from 1 September on, and the deduction stays open for those days."""
    fsa, deduction = (lines_of(decided(DRY), source) for source in ("fsa", "tax_deduction"))
    found = finding_of(route_of(decided(DRY), "fsa"), MONEY_LEFT, Answer.NOT_MET)
    dry = [line for line in fsa if line.id in found.lines]
    assert (dry[0].served_on, dry[-1].served_on, len(dry)) == (date(2026, 9, 1), date(2026, 12, 31), 36)
    assert {line.outcome for line in deduction if line.id in found.lines} == {PAYABLE}


def test_what_the_fsa_paid_back_cannot_be_deducted() -> None:
    """One expense, one payer: 3,000 and 3,230 dollars are left, 230 above the floor of 6,000."""
    case, on = example(DRY)
    paid = [line for line in lines_of(decided(DRY), "fsa") if line.outcome is PAYABLE]
    back = tuple(
        Reimbursement(id=f"b{line.id}", expense=line.id, funding_source="fsa", amount_cents=8500, paid_on=on)
        for line in paid
    )
    complete = (*case.complete, "reimbursements")
    after = judge().decide(Case.model_validate(dict(case) | {"reimbursements": back, "complete": complete}), on)
    assert sum_of(lines_of(after, "tax_deduction")) == 23_000


# ── the package over New Year ────────────────────────────────────────

NEW_YEAR = "13_journey_package_over_new_year"


def test_the_old_year_pays_only_what_was_held_in_it() -> None:
    """Three sessions, 255 dollars, though 1,700 were paid in December."""
    held = [date(2026, 12, day) for day in (21, 23, 28)]
    assert days_of(decided(NEW_YEAR), "fsa", PAYABLE) == held
    assert sum_of(lines_of(decided(NEW_YEAR), "fsa")) == 25_500


def test_fourteen_wait_for_the_next_election_and_a_letter_in_force() -> None:
    """Both are missing, both are named, and neither is a no."""
    waiting = {line.id for line in lines_of(decided(NEW_YEAR), "fsa") if line.outcome is PENDED}
    assert waiting == {f"s{number:02d}" for number in range(7, 21)}
    route = route_of(decided(NEW_YEAR), "fsa")
    for rule in ("us.accounts.a_plan_year_holds_the_day", "us.letter_dates.is_in_force_on_the_day"):
        assert waiting <= {line for f in route.findings if f.rule == rule and f.effect for line in f.lines}


def test_the_missed_one_is_never_paid() -> None:
    """Nor is there anything to pay for the two that were refunded; no later answer changes that."""
    never = [line.id for line in lines_of(decided(NEW_YEAR), "fsa") if line.outcome is NOT]
    assert never == ["s04", "s05", "s06"]


def test_the_fourteen_open_once_there_is_an_election_and_a_letter() -> None:
    """What is said to be missing must be all that is missing."""
    case, _ = example(NEW_YEAR)
    (fsa,) = case.funding_sources
    new_year = {"id": "2027", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "carried_in_cents": 0}
    years = (*(dict(y) for y in fsa.plan_years), new_year | {"election_cents": 200_000, "spent_cents": 0})
    first = dict(case.letters[0])
    renewed = first | {"id": "letter2", "signed_on": date(2027, 1, 4), "last_seen_on": date(2027, 1, 4)}
    renewed |= {"effective_from": date(2027, 1, 4), "effective_to": date(2027, 6, 30)}
    sent = dict(case.submissions[0]) | {"id": "sub2", "letter": "letter2", "approved_on": date(2027, 1, 8)}
    held = [dict(s) | ({"status": "held", "receipt": "r2"} if s.id >= "s07" else {}) for s in case.sessions]
    later = dict(case) | {
        "funding_sources": (dict(fsa) | {"plan_years": years},),
        "letters": (first, renewed),
        "submissions": (*(dict(s) for s in case.submissions), sent),
        "sessions": held,
    }
    decision = judge().decide(Case.model_validate(later), date(2027, 2, 25) + timedelta(days=3))
    assert len(days_of(decision, "fsa", PAYABLE)) == 17
    assert sum_of(lines_of(decision, "fsa")) == 17 * 8500


# ── no backdating ────────────────────────────────────────────────────

DATED = "14_journey_no_backdating"


@pytest.mark.parametrize("source", ["fsa", "hra", "hsa"])
def test_the_wish_for_an_earlier_date_is_refused(source: str) -> None:
    """The true date is kept, in plain sight, whoever pays."""
    found = finding_of(route_of(decided(DATED), source), "us.letter.keeps_its_true_date", Answer.NOT_MET)
    assert "Refused" in found.message
    assert "10 May 2026" in found.message
    assert example(DATED)[0].letters[0].signed_on == date(2026, 5, 10)


@pytest.mark.parametrize(
    ("source", "first", "outcome_before"),
    [("fsa", date(2026, 5, 20), NOT), ("hra", date(2026, 5, 1), None), ("hsa", date(2026, 5, 13), REVIEW)],
)
def test_each_payer_answers_by_its_own_timing_rule(source: str, first: date, outcome_before: Outcome | None) -> None:
    """Approval for one, the stated range for another, nobody's rule for the third."""
    lines = lines_of(decided(DATED), source)
    assert days_of(decided(DATED), source, PAYABLE)[0] == first
    before = {line.outcome for line in lines if line.served_on and line.served_on < first}
    assert before == ({outcome_before} if outcome_before else set())


def test_an_earlier_start_is_only_a_stated_fact() -> None:
    """Taking the stated start away moves the days it opened, never the date of the letter."""
    case, on = example(DATED)
    letter = dict(case.letters[0]) | {"effective_from": None, "states_start": False, "treatment_started_on": None}
    without = judge().decide(Case.model_validate(dict(case) | {"letters": (letter,)}), on)
    assert days_of(without, "hra", PAYABLE)[0] == date(2026, 5, 13)
    assert days_of(without, "fsa", PAYABLE) == days_of(decided(DATED), "fsa", PAYABLE)
