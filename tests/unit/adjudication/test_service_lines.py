"""Lines of claims: whose work may stand under which code, and what the day's minutes support."""

from datetime import date
from typing import Any

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.decision import Answer, SubjectDecision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.people import Clinician, Licence
from necessity.domain.training import Expense, ServiceKind
from tests import cast
from tests.shipped import beside

DAY = date(2026, 5, 4)
BILLING = "us.billing."
GATE = ("medicare_therapy_code_is_a_therapists", "plan_therapy_code_is_a_therapists")


def case(kind: FundingKind, line: ServiceLine, *more: ServiceLine, rendering: str = "therapist", **plan: Any) -> Case:
    """Claim a session of Trainer Fay, or the therapist's own work, in somebody's name."""
    therapy = Expense(
        id="therapy", kind=ServiceKind.THERAPY, served_on=DAY, clinician="therapist", has_plan_of_care=True
    )
    return Case(
        id="claimed",
        trainers=(cast.trainer_fay(),),
        clinicians=(cast.dr_ghali(), Clinician(id="therapist", licence=Licence.PT)),
        funding_sources=(FundingSource(id="payer", kind=kind, **plan),),
        sessions=(cast.session("s1", DAY, trainer="fay"),),
        expenses=(therapy,),
        claims=(
            Claim(
                id="c1",
                funding_source="payer",
                rendering_provider=rendering,
                diagnoses=("M62.81",),
                service_lines=(line, *more),
            ),
        ),
    )


def line(id: str = "1", expense: str | None = "s1", code: str | None = "97110", **more: Any) -> ServiceLine:
    coded = {"place_of_service": "11", "diagnosis_pointers": (1,)}
    kept = {"modifiers": ("GP",), "minutes": 23, "units": 2, "charge_cents": 8500, "served_on": DAY} | coded | more
    return ServiceLine(id=id, expense=expense, procedure_code=code, **kept)


def lines(case: Case) -> dict[str, SubjectDecision]:
    return {other.id: other for other in beside(case, DAY) if other.subject == "service_line"}


def answers(decision: SubjectDecision) -> dict[str, str]:
    said = {f.rule.removeprefix(BILLING): f.answer for f in decision.findings if f.rule.startswith(BILLING)}
    return {rule: answer.value for rule, answer in said.items() if answer is not Answer.NOT_APPLICABLE}


def test_a_decision_holds_the_lines_of_claims(judge: Judge) -> None:
    """Beside its routes, and answered no other way than here."""
    claimed = case(FundingKind.MEDICARE, line("1"), line("2", "therapy", minutes=7))
    assert judge.decide(claimed, DAY).others == beside(claimed, DAY)
    assert len(lines(claimed)) == 2


def test_without_claims_there_are_no_lines() -> None:
    """Most cases have no claim; nothing is said about what is not there."""
    assert lines(cast.ada()) == {}


def test_a_trainers_hour_as_therapy_in_the_therapists_name_stops_for_medicare() -> None:
    """That is what practices were indicted for."""
    one = lines(case(FundingKind.MEDICARE, line()))["c1/1"]
    assert one.outcome == "not_payable"
    found = {f.rule.removeprefix(BILLING): f for f in one.findings}[GATE[0]]
    assert {"42 CFR 410.60(a)"} < {citation.where for citation in found.citations}
    assert any("Hertel & Brown" in citation.where for citation in found.citations)
    assert "HSA or FSA" in found.next_step
    assert "S9451" in found.next_step


def test_a_trainer_named_on_the_claim_stops_it_though_no_session_is() -> None:
    """Nobody needs to look further: the claim itself says that a trainer gave therapy."""
    one = lines(case(FundingKind.MEDICARE, line(expense=None), rendering="fay"))["c1/1"]
    assert one.outcome == "not_payable"


def test_a_therapists_own_work_passes() -> None:
    """The gate must open for whom it is meant."""
    one = lines(case(FundingKind.MEDICARE, line(expense="therapy")))["c1/1"]
    assert (one.outcome, set(answers(one).values())) == ("payable", {"met"})


def test_a_plan_is_asked_before_a_trainers_hour_is_billed_as_therapy() -> None:
    """Pended while the wording is unknown, refused once it says no, open where it says yes."""
    asked = lines(case(FundingKind.GROUP_PLAN, line(), rendering="fay"))["c1/1"]
    assert asked.outcome == "pended"
    gate = {f.rule.removeprefix(BILLING): f for f in asked.findings}[GATE[1]]
    assert {"plan_pays_trainers@payer", "plan_pays_training_under_supervision@payer"} < set(gate.asks)
    no = {"pays_trainers": False, "pays_training_under_supervision": False}
    assert answers(lines(case(FundingKind.GROUP_PLAN, line(), rendering="fay", **no))["c1/1"])[GATE[1]] == ("not_met")
    in_another_name = lines(case(FundingKind.GROUP_PLAN, line(), **no))["c1/1"]
    assert in_another_name.outcome == "not_payable"
    yes = case(FundingKind.GROUP_PLAN, line(), rendering="fay", pays_trainers=True)
    assert lines(yes)["c1/1"].outcome == "payable"


def test_a_class_code_hangs_on_the_plans_wording_and_never_goes_to_medicare() -> None:
    """S9451 is the honest code where a plan takes it, and only there."""
    claimed = line(code="S9451", modifiers=())
    assert lines(case(FundingKind.GROUP_PLAN, claimed, rendering="fay"))["c1/1"].outcome == "pended"
    taken = case(FundingKind.GROUP_PLAN, claimed, rendering="fay", pays_trainers=True)
    assert lines(taken)["c1/1"].outcome == "payable"
    refused = lines(case(FundingKind.MEDICARE, claimed, rendering="fay"))["c1/1"]
    assert (refused.outcome, answers(refused)["medicare_takes_no_s_code"]) == ("not_payable", "not_met")


def test_a_line_for_an_account_needs_no_code_and_is_advised_against_one() -> None:
    """Plain words are the honest way; a therapy code on a trainer's hour is told to be dropped."""
    plain = lines(case(FundingKind.HSA, line(code=None, modifiers=()), rendering="fay"))["c1/1"]
    assert answers(plain) == {"line_has_its_day_and_charge": "met"}
    coded = lines(case(FundingKind.HSA, line(), rendering="fay"))["c1/1"]
    assert answers(coded)["account_line_speaks_plainly"] == "not_met"


@pytest.mark.parametrize(
    ("minutes", "units", "answer"),
    [((8, 15), (1, 1), "met"), ((8, 14), (1, 1), "not_met"), ((8, None), (1, 1), "unknown"), ((30, 8), (2, 1), "met")],
)
def test_the_days_lines_share_their_minutes(minutes: tuple[int, int], units: tuple[int, int], answer: str) -> None:
    """Medicare counts the day, not the line; an unknown minute makes the day unknown."""
    first = line("1", "therapy", minutes=minutes[0], units=units[0])
    second = line("2", "therapy", "97140", minutes=minutes[1], units=units[1])
    group = line("3", "therapy", "97150", minutes=60, units=1)
    found = lines(case(FundingKind.MEDICARE, first, second, group))
    said = [answers(found[f"c1/{id}"]).get("timed_units_are_within_the_minutes") for id in "123"]
    assert said == [answer, answer, None]


def test_another_day_has_its_own_minutes() -> None:
    """Minutes of Tuesday support no units of Monday."""
    monday = line("1", "therapy", minutes=7, units=1)
    tuesday = line("2", "therapy", minutes=60, units=1, served_on=date(2026, 5, 5))
    found = lines(case(FundingKind.MEDICARE, monday, tuesday))
    said = [answers(found[f"c1/{id}"])["timed_units_are_within_the_minutes"] for id in "12"]
    assert said == ["not_met", "met"]


def test_a_trainers_session_has_no_plan_of_care_to_ask_for() -> None:
    """A question that the record cannot answer is never asked."""
    one = lines(case(FundingKind.MEDICARE, line()))["c1/1"]
    assert not any(ask.startswith("line_has_plan_of_care") for f in one.findings for ask in f.asks)


def test_a_code_whose_rules_are_not_here_is_for_a_person_to_judge() -> None:
    """What is not checked must not look passed; a programme's staff work in its physician's name by right."""
    for kind in (FundingKind.MEDICARE, FundingKind.GROUP_PLAN):
        one = lines(case(kind, line(code="93798", modifiers=()), rendering="ghali"))["c1/1"]
        assert one.outcome == "review"
        assert answers(one)["code_is_one_whose_rules_are_here"] == "not_met"
