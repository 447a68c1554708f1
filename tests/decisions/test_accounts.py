"""What accounts ask and do not ask, each seen in a whole case of somebody, one field apart."""

from datetime import date
from typing import Any

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import Answer, Decision, Finding, Outcome
from necessity.domain.funding import PlanClause
from necessity.domain.training import Expense, ServiceKind
from tests.decisions.test_journeys import example, judge, lines_of, route_of

FSA = "02_fsa_diabetes_two_too_early"
NOT, PENDED, REVIEW, PAYABLE = Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, Outcome.PAYABLE


def changed(name: str, **changes: Any) -> Decision:
    """Decide an example with some of its fields changed."""
    case, on = example(name)
    return judge().decide(Case.model_validate(dict(case) | changes), on)


def fsa_of(name: str, **changes: Any) -> Decision:
    """Decide an example with its first funding source changed."""
    case, _ = example(name)
    first, *others = (dict(source) for source in case.funding_sources)
    return changed(name, funding_sources=(first | changes, *others))


def answers(decision: Decision, source: str, rule: str) -> set[Answer]:
    return {found.answer for found in route_of(decision, source).findings if found.rule == rule}


def last(decision: Decision, source: str) -> Outcome:
    return lines_of(decision, source)[-1].outcome


def bought(kind: ServiceKind, **more: Any) -> Decision:
    """Decide what Bruno's FSA pays of one thing bought in May, with a letter and a statement that name it."""
    case, _ = example(FSA)
    thing = Expense(
        id="x", kind=kind, status="held", served_on=date(2026, 5, 4), charge_cents=6000, participants=1, receipt="r2"
    )
    letter = dict(case.letters[0]) | {"covers": (*case.letters[0].covers, kind)}
    statement = dict(case.statements[0]) | {"id": "x", "kind": kind}
    return changed(
        FSA,
        expenses=(Expense.model_validate(dict(thing) | more),),
        letters=(letter,),
        statements=(*case.statements, statement),
    )


def line_x(decision: Decision) -> Outcome:
    return next(line.outcome for line in lines_of(decision, "fsa") if line.id == "x")


@pytest.mark.parametrize("licence", ["none", "PT", None])
def test_a_trainer_needs_no_licence_for_an_account(licence: str | None) -> None:
    """What the training does for the patient decides, not the title of whoever gives it."""
    case, _ = example(FSA)
    trainers = tuple(dict(trainer) | {"licence": licence, "certifications": ()} for trainer in case.trainers)
    assert last(changed(FSA, trainers=trainers), "fsa") is PAYABLE


def test_a_late_fee_is_never_paid() -> None:
    """No letter makes care of an hour in which nobody trained."""
    assert line_x(bought(ServiceKind.LATE_FEE)) is NOT


def test_shoes_and_trackers_are_for_a_person() -> None:
    """They are usually turned away, and no source settles it."""
    assert line_x(bought(ServiceKind.TRACKER_OR_CLOTHING, quantity=1)) is REVIEW


@pytest.mark.parametrize(("quantity", "outcome"), [(3, PAYABLE), (4, REVIEW), (None, PENDED)])
def test_more_than_three_of_an_item_raise_a_question(quantity: int | None, outcome: Outcome) -> None:
    """Stockpiling is turned away; three bottles of a supplement are not."""
    assert line_x(bought(ServiceKind.SUPPLEMENT, quantity=quantity)) is outcome


@pytest.mark.parametrize(("trainer", "outcome"), [(None, PAYABLE), ("eli", REVIEW)])
def test_a_trip_to_the_trainer_is_for_a_person(trainer: str | None, outcome: Outcome) -> None:
    """A trip to the doctor is care; driving to exercise was refused once."""
    assert line_x(bought(ServiceKind.TRAVEL, travel_is_essential=True, miles=0, trainer=trainer)) is outcome


def drive(**more: Any) -> tuple[Outcome, int | None, list[str]]:
    """Decide one trip at Bruno's FSA: the answer, the cents, what is asked about the trip itself."""
    decision = bought(ServiceKind.TRAVEL, travel_is_essential=True, **more)
    line = next(line for line in lines_of(decision, "fsa") if line.id == "x")
    asks = [ask.fact for ask in route_of(decision, "fsa").asks if ask.fact.endswith("@x")]
    return line.outcome, line.payable_cents, asks


@pytest.mark.parametrize("charge", [None, 1000, 9000])
def test_a_drive_counts_by_its_miles_with_or_without_a_charge(charge: int | None) -> None:
    """288 miles in 2026 come to $59.04; what gas cost is the other way to count, and never both."""
    assert drive(miles=288, charge_cents=charge) == (PAYABLE, 5904, [])


def test_a_fare_counts_as_it_was_charged() -> None:
    """No miles of one's own: the bus, the taxi, parking."""
    assert drive(miles=0) == (PAYABLE, 6000, [])


def test_a_trip_of_which_nobody_has_said_how_it_was_made_waits() -> None:
    """A charge for a drive may hold repairs and insurance, which never count."""
    assert drive() == (PENDED, None, ["miles_driven@x"])


def test_a_year_without_a_rate_is_asked_about() -> None:
    """Last year's rate is never taken."""
    later = {"served_on": date(2027, 1, 4), "miles": 100}
    outcome, paid, asks = drive(**later)
    assert (outcome, paid) != (PAYABLE, 2050)
    assert asks == ["mileage_rate_tenths_given@x"]


def test_a_rate_that_is_known_here_is_not_replaced_by_what_somebody_typed() -> None:
    """The law's number goes before a typed one."""
    assert drive(miles=100, mileage_rate_tenths=900) == (PAYABLE, 2050, [])


@pytest.mark.parametrize(
    ("relationship", "outcome"),
    [("spouse", PAYABLE), ("domestic_partner", NOT), ("other", NOT), (None, PENDED)],
)
def test_a_spouses_account_pays_by_what_the_patient_is_to_its_owner(relationship: str | None, outcome: Outcome) -> None:
    """Bruno is himself to his own accounts, and a spouse, or not, to another's."""
    case, _ = example(FSA)
    (source,) = (dict(one) for one in case.funding_sources)
    patient = dict(case.patient) | {"is_tax_dependent": False}
    owned = source | {"owner": "Chen", "owner_relationship": relationship}
    assert last(changed(FSA, funding_sources=(owned,), patient=patient), "fsa") is outcome


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ((ServiceKind.PERSONAL_TRAINING,), NOT),
        ((ServiceKind.MASSAGE,), PAYABLE),
        ((), PENDED),
    ],
    ids=["training", "massage", "not read"],
)
def test_a_clause_of_the_accounts_own_document_goes_before_a_letter(
    names: tuple[ServiceKind, ...], outcome: Outcome
) -> None:
    """A plan may pay less than all medical care; a clause nobody has read leaves it open."""
    clause = PlanClause(id="c", kind="exclusion", words="No fitness costs.", page="9", names=names)
    assert last(fsa_of(FSA, clauses=(clause,)), "fsa") is outcome


def change_of(payer: str, has_changed: bool | None) -> Decision:
    case, _ = example(FSA)
    (source,) = (dict(one) | {"payer": payer} for one in case.funding_sources)
    letter = dict(case.letters[0]) | {"treatment_has_changed": has_changed}
    return changed(FSA, funding_sources=(source,), letters=(letter,))


@pytest.mark.parametrize(
    ("payer", "has_changed", "outcome"),
    [
        ("probenefits", False, PAYABLE),
        ("probenefits", True, PENDED),
        ("probenefits", None, PENDED),
        ("sentinel", True, PAYABLE),
        ("sentinel", None, PAYABLE),
    ],
)
def test_a_change_of_treatment_needs_a_new_letter_where_the_administrator_says_so(
    payer: str, has_changed: bool | None, outcome: Outcome
) -> None:
    """One administrator asks for it; elsewhere it is advice."""
    assert last(change_of(payer, has_changed), "fsa") is outcome


def test_elsewhere_a_changed_treatment_is_advice() -> None:
    """Advice is shown and decides nothing."""
    rule = "us.letter.treatment_is_still_the_same"
    assert answers(change_of("sentinel", True), "fsa", rule) == {Answer.NOT_MET}


def signed(payer: str, signature: str) -> set[Answer]:
    case, _ = example(FSA)
    (source,) = (dict(one) | {"payer": payer} for one in case.funding_sources)
    letter = dict(case.letters[0]) | {"signature": signature}
    decision = changed(FSA, funding_sources=(source,), letters=(letter,))
    assert last(decision, "fsa") is PAYABLE
    return answers(decision, "fsa", "us.letter.signature_is_of_a_kind_that_is_taken")


def test_an_electronic_signature_is_a_question_and_no_hindrance() -> None:
    """No administrator says that it takes or refuses one, so nothing hangs on it here."""
    assert signed("wex", "wet_ink") == {Answer.MET}
    assert signed("wex", "electronic") == {Answer.UNKNOWN}


@pytest.mark.parametrize("blocked", [True, False, None])
def test_an_fsa_that_blocks_paying_in_does_not_hinder_spending(blocked: bool | None) -> None:
    """What is in the HSA may still be spent; only new money is barred."""
    decision = fsa_of("01_hsa_back_pain", general_fsa_can_pay_owner=blocked)
    assert route_of(decision, "hsa").payable_cents == 102_000
    expected = {True: Answer.NOT_MET, False: Answer.MET, None: Answer.UNKNOWN}[blocked]
    assert answers(decision, "hsa", "us.accounts.hsa_is_not_blocked_by_an_fsa") == {expected}


def notes_of(decision: Decision) -> dict[str, Finding]:
    return {found.rule.rpartition(".")[2]: found for other in decision.others for found in other.findings}


def test_notes_for_employers_are_advice() -> None:
    """They hang on law nobody here has verified, or on counsel; what is verified decides alone."""
    case = Case.model_validate({
        "id": "plan",
        "employer_plans": [
            {
                "id": "steps",
                "kind": "wellness_stipend",
                "reward_is_health_contingent": True,
                "reward_is_for_tobacco": False,
                "reward_cents": 100_000,
                "cost_of_coverage_cents": 600_000,
                "offers_reasonable_alternative": True,
                "is_open_to_all_alike": False,
                "is_voluntary": False,
                "rewards_family_history": True,
            }
        ],
    })  # fmt: skip
    decision = judge().decide(case, date(2026, 6, 30))
    (plan,) = [other for other in decision.others if other.subject == "plan"]
    assert plan.outcome is PAYABLE
    said = notes_of(decision)
    assert said["programme_is_open_to_all_alike"].answer is Answer.NOT_MET
    drafts = {"ada_answers_are_voluntary", "gina_family_history_earns_nothing"}
    assert {said[name].effect for name in {*drafts, "programme_is_open_to_all_alike"} if name in said} == {None}
