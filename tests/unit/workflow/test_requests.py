"""Requests to a plan: plain letters from the record, gaps named, nothing invented, nothing promised."""

import re
from datetime import date

import pytest

from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource, PlanClause
from necessity.domain.training import ServiceKind
from necessity.stores.folder import load_case
from necessity.workflow.requests import RequestKind, write_request
from tests.conftest import EXAMPLES

DAY = date(2026, 7, 1)
PROMISES = re.compile(r"\b(covered|approved|qualif(?:y|ies|ied)|eligible|guaranteed?s?|payable)\b", re.IGNORECASE)
PLAN = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN)


def example(name: str) -> tuple[Case, FundingSource]:
    case = load_case(EXAMPLES / name).case
    return case, next(source for source in case.funding_sources if source.id == "plan")


@pytest.mark.parametrize("kind", RequestKind)
def test_an_empty_record_gives_a_letter_full_of_named_gaps(kind: RequestKind) -> None:
    """A blank must never be filled with something that sounds right."""
    made = write_request(Case(id="nobody", funding_sources=(PLAN,)), PLAN, kind, DAY)
    flat = " ".join(made.text.split())
    for name in made.missing:
        assert f"[{name}: not in the record]" in flat
    assert len(made.missing) == flat.count(": not in the record]") - 2  # the patient's name stands three times
    assert {"patient's name", "member number", "the service", "the diagnosed condition", "who gives it"} <= set(
        made.missing
    )


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("name", ["05_stent_commercial_plan", "06_knee_replacement"])
def test_no_request_promises_and_each_says_that_the_answer_does_not_bind(name: str, kind: RequestKind) -> None:
    """The patient signs this; the plan decides."""
    case, plan = example(name)
    made = write_request(case, plan, kind, DAY)
    quoted = [clause.words or "" for clause in plan.clauses]
    flat = " ".join(made.text.split())
    for words in quoted:
        flat = flat.replace(words, "")
    assert PROMISES.findall(flat) == []
    assert "bind" in flat or "no promise of payment" in flat
    assert max(map(len, made.text.splitlines())) <= 88


def test_a_request_for_authorization_says_what_the_record_knows() -> None:
    """Chen's knee: order, goals, what therapy left, who gives it and under whom."""
    case, plan = example("06_knee_replacement")
    made = write_request(case, plan, RequestKind.AUTHORIZATION, DAY)
    flat = " ".join(made.text.split())
    assert made.missing == ("telephone number",)
    for said in (
        "Request for prior authorization",
        "number EG-4004",
        "right knee after joint replacement (ICD-10-CM Z96.651)",
        "2 sessions a week, 45 minutes each, for 6 weeks",
        "No clinical licence. Supervised by Physical therapist of the clinic, PT, present at every session.",
        "Therapy ended on 24 April 2026.",
        "(page 38)",
    ):
        assert said in flat


def test_an_order_of_something_else_is_not_passed_off_as_one_for_the_training() -> None:
    """Dr. Ghali ordered cardiac rehabilitation; the trainer is Chen's own idea."""
    case, plan = example("05_stent_commercial_plan")
    made = write_request(case, plan, RequestKind.EXCEPTION, DAY)
    assert "Service: personal training" in made.text
    assert "date of the order" in made.missing
    assert "22 June 2026" not in made.text


def test_an_exception_quotes_the_clause_that_is_in_the_way() -> None:
    """Without it nobody knows what to make an exception from."""
    case, plan = example("05_stent_commercial_plan")
    flat = " ".join(write_request(case, plan, RequestKind.EXCEPTION, DAY).text.split())
    assert "personal trainers and exercise programs, even if prescribed." in flat
    bare = plan.model_copy(update={"clauses": (PlanClause(id="b", kind="benefit", words="Therapy."),)})
    assert "the clause that leaves it out" in write_request(case, bare, RequestKind.EXCEPTION, DAY).missing


def test_the_same_record_and_day_give_the_same_letter() -> None:
    """A letter must be made again years later."""
    case, plan = example("06_knee_replacement")
    assert write_request(case, plan, RequestKind.PREDETERMINATION, DAY) == write_request(
        case, plan, RequestKind.PREDETERMINATION, DAY
    )


def test_a_service_that_is_no_training_is_not_said_to_be_given_by_the_trainer() -> None:
    """The trainer of the record does not give massages."""
    case, plan = example("06_knee_replacement")
    other = case.model_copy(update={"service": ServiceKind.MASSAGE})
    made = write_request(other, plan, RequestKind.PREDETERMINATION, DAY)
    assert "Trainer Eli" not in made.text
    assert {"who gives it", "price of a session", "ordering clinician"} <= set(made.missing)
