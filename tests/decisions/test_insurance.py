"""Health plans: the order in which they look at a claim, their own wording, what is due by when, and a trainer's hour as therapy.

Each test takes a written case and changes what it is about, so that one thing makes the difference.
"""

from datetime import date
from functools import cache
from typing import Any

import pytest

from necessity.domain.answer import ClaimStage, Denial
from necessity.domain.case import Case, ListName
from necessity.domain.claim import Claim, ClaimState, FiledBy, ServiceLine
from necessity.domain.decision import Answer, Decision, Finding, Outcome, SubjectDecision
from necessity.domain.funding import FundingKind, FundingSource, PlanClause
from necessity.domain.training import Expense, Measurement, ServiceKind, ServiceStatus
from necessity.stores.folder import load_case
from necessity.workflow.handover import hand_over, summary
from tests.conftest import EXAMPLES, ROOT
from tests.shipped import judge

PAYABLE, NOT, PENDED, REVIEW = Outcome.PAYABLE, Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW
DAY = date(2026, 6, 30)
KNEE = EXAMPLES / "06_knee_replacement"
CODE = EXAMPLES / "17_journey_therapy_code_under_a_therapist"
D57 = ROOT / "tests" / "decisions" / "D57_last_day_of_an_appeal"
DECISIONS = ROOT / "tests" / "decisions"


@cache
def knee() -> Case:
    return load_case(KNEE).case


@cache
def code() -> Case:
    return load_case(CODE).case


def changed(case: Case, **fields: Any) -> Case:
    return Case.model_validate(dict(case) | fields)


def with_plan(case: Case, **terms: Any) -> Case:
    """Change what the plan of a case says."""
    sources = tuple(
        FundingSource.model_validate(dict(source) | terms) if source.id == "plan" else source
        for source in case.funding_sources
    )
    return changed(case, funding_sources=sources)


def with_clause(case: Case, kind: str, *names: ServiceKind) -> Case:
    plan = next(source for source in case.funding_sources if source.id == "plan")
    clause = PlanClause(id=f"{kind}-new", kind=kind, words=f"A clause of {kind}.", page="41", names=names)
    return with_plan(case, clauses=(*plan.clauses, clause))


def as_therapy(case: Case, **fields: Any) -> Case:
    """Write the sessions of a case as one hour of therapy."""
    hour = {
        "id": "hour",
        "kind": ServiceKind.THERAPY,
        "status": ServiceStatus.HELD,
        "served_on": date(2026, 5, 5),
        "charge_cents": 7000,
        "has_plan_of_care": True,
        "needs_therapist_skill": True,
    }
    complete = (*case.complete, ListName.EXPENSES)
    return changed(case, sessions=(), expenses=(Expense.model_validate(hour | fields),), complete=complete)


def plan_of(case: Case, on: date = DAY) -> tuple[Decision, Outcome]:
    decision = judge().decide(case, on)
    return decision, next(route.outcome for route in decision.routes if route.funding_source == "plan")


def finding(decision: Decision, rule: str, source: str = "plan") -> Finding:
    route = next(route for route in decision.routes if route.funding_source == source)
    return next(found for found in route.findings if found.rule == rule)


def due(decision: Decision, rule: str) -> list[date]:
    return [found.due_on for found in decision.deadlines if found.rule == rule]


# ── the order in which a plan looks at a claim (coverage.md 1.1) ─────

STEPS: dict[str, tuple[dict[str, Any], Outcome, str]] = {
    "1 insured on the day": (
        {"ended_on": date(2026, 4, 30)}, NOT, "us.insurance.coverage_is_active_on_the_day"
    ),
    "3 a person the plan pays": (
        {"pays_training_under_supervision": False}, NOT, "us.insurance.plan_wording_pays_for_it"
    ),
    "6 asked first": ({"authorization_number": "none"}, REVIEW, "us.insurance.authorization"),
}  # fmt: skip


def test_the_case_all_steps_start_from_meets_them() -> None:
    """Otherwise each step below would fail for another reason."""
    assert plan_of(knee())[1] is PAYABLE


@pytest.mark.parametrize("step", STEPS)
def test_each_step_alone_turns_the_answer(step: str) -> None:
    """A step that turns nothing is not looked at."""
    terms, outcome, rule = STEPS[step]
    decision, found = plan_of(with_plan(knee(), **terms))
    assert (found, finding(decision, rule).answer) == (outcome, Answer.NOT_MET)


def test_a_named_exclusion_beats_the_prescription_and_is_quoted_with_its_page() -> None:
    """Step 2: the plan will quote it; the person must see it first."""
    decision, outcome = plan_of(with_clause(knee(), "exclusion", ServiceKind.PERSONAL_TRAINING))
    found = finding(decision, "us.insurance.named_exclusion")
    assert (outcome, found.answer) == (NOT, Answer.NOT_MET)
    assert "A clause of exclusion. (page 41)" in found.message
    assert decision.alternatives[0].outcome is PAYABLE, "a no without a way on is half an answer"


def test_a_diagnosis_without_a_clinician_pends() -> None:
    """Step 4: what can still be mended is asked for."""
    undone = tuple(c.model_copy(update={"is_diagnosed": False}) for c in knee().conditions)
    decision, outcome = plan_of(changed(knee(), conditions=undone))
    assert finding(decision, "us.insurance.diagnosis_with_a_code").answer is Answer.NOT_MET
    assert outcome in (PENDED, NOT)
    assert finding(decision, "us.insurance.diagnosis_with_a_code").effect is PENDED


def test_therapy_without_a_plan_of_care_pends() -> None:
    """Step 5: a plan of care with goals is asked for before money is."""
    therapist = as_therapy(knee(), clinician="pt", has_plan_of_care=False)
    decision, outcome = plan_of(therapist)
    assert (outcome, finding(decision, "us.insurance.therapy_plan_of_care").answer) == (PENDED, Answer.NOT_MET)


def test_an_authorization_missing_before_the_service_is_asked_for() -> None:
    """Step 6: while the day is ahead the plan can still be asked."""
    decision, outcome = plan_of(with_plan(knee(), authorization_number="none"), date(2026, 5, 1))
    assert outcome is PENDED
    assert finding(decision, "us.insurance.authorization").effect is PENDED


def test_visits_and_filing_are_told_and_settle_nothing_alone() -> None:
    """Step 7: what nobody has verified for this plan advises."""
    spent = with_plan(knee(), visits_allowed=12, visits_used=12, member_filing_days=10)
    decision, outcome = plan_of(spent)
    assert outcome is PAYABLE
    for rule in ("us.insurance.visits_are_left", "us.insurance.claim_can_still_be_filed"):
        assert (finding(decision, rule).answer, finding(decision, rule).effect) == (Answer.NOT_MET, None)
    assert "15 May 2026" in finding(decision, "us.insurance.claim_can_still_be_filed").message


@pytest.mark.parametrize("kind", ["limit", "benefit"])
def test_a_clause_of_each_kind_is_shown_with_its_page(kind: str) -> None:
    """Whoever argues with a plan needs its own words and where they stand."""
    plain = with_plan(knee(), clauses=())
    rule = {"limit": "us.insurance.wording_sets_a_limit", "benefit": "us.insurance.wording_names_the_benefit"}[kind]
    decision, _ = plan_of(with_clause(plain, kind, ServiceKind.PERSONAL_TRAINING))
    assert f"A clause of {kind}. (page 41)" in finding(decision, rule).message


# ── what is due by when (coverage.md 1.7, 1.8) ───────────────────────

RECEIVED = date(2026, 5, 12)


def refused(kind: FundingKind = FundingKind.GROUP_PLAN, source: dict[str, Any] | None = None, **denial: Any) -> Case:
    """Write a refused claim of one source."""
    case = load_case(D57).case
    terms = {"id": "plan", "kind": kind, "is_erisa": True, "is_grandfathered": False} | (source or {})
    base = {"id": "denial-1", "claim": "claim-1", "received_on": RECEIVED, "stage": ClaimStage.POST_SERVICE}
    return changed(
        case,
        funding_sources=(FundingSource.model_validate(terms),),
        denials=(Denial.model_validate(base | denial),),
    )


IN_TIME = "us.appeals.appeal_is_in_time"
FINAL = {"is_final_internal": True, "rests_on_medical_judgment": True}


def test_a_final_refusal_with_medical_judgment_can_be_reviewed_within_four_months() -> None:
    """12 September 2026 is a Saturday; the last day is the Monday after."""
    decision = judge().decide(refused(**FINAL), DAY)
    assert due(decision, "external_review_due_on") == [date(2026, 9, 14)]
    assert due(decision, "appeal_due_on") == []
    (found,) = [d for d in decision.deadlines if d.rule == "external_review_due_on"]
    assert {str(citation.kind) for citation in found.citations} == {"regulation"}


@pytest.mark.parametrize(
    "why",
    [
        {"rests_on_medical_judgment": False},
        {"is_final_internal": False},
        {"rests_on_medical_judgment": None},
        {"source": {"is_grandfathered": True}},
        {"source": {"is_grandfathered": None}},
        {"kind": FundingKind.HEALTH_FSA},
        {"kind": FundingKind.HRA},
        {"kind": FundingKind.MEDICARE},
    ],
    ids=str,
)
def test_no_review_is_offered_where_none_is_known(why: dict[str, Any]) -> None:
    """A pure exclusion, an account, a grandfathered plan: a false hope costs the person the time to appeal."""
    assert due(judge().decide(refused(**(FINAL | why)), DAY), "external_review_due_on") == []


def test_a_refused_fsa_claim_is_appealed_by_7_december_and_reviewed_by_nobody() -> None:
    """Received on 10 June 2026; that no review exists is our own inference, and says so."""
    case = refused(FundingKind.HEALTH_FSA, received_on=date(2026, 6, 10), is_final_internal=False)
    decision = judge().decide(case, DAY)
    assert due(decision, "appeal_due_on") == [date(2026, 12, 7)]
    assert due(decision, "external_review_due_on") == []
    (claim,) = [other for other in decision.others if other.subject == "claim"]
    answers = {found.rule: found for found in claim.findings}
    assert answers["us.appeals.external_review_exists"].answer is Answer.NOT_MET
    assert "our own inference" in answers["us.appeals.external_review_exists"].message
    assert answers["us.appeals.medical_judgment_opens_external_review"].answer is Answer.NOT_APPLICABLE


def test_the_plans_own_papers_beat_the_payers_and_the_laws_days() -> None:
    """Who has read the plan knows better than we do."""
    decision = judge().decide(refused(source={"appeal_days": 60}, is_final_internal=False), DAY)
    assert due(decision, "appeal_due_on") == [date(2026, 7, 11)]


@pytest.mark.parametrize(
    ("levels", "stage", "answered_by"),
    [
        (1, ClaimStage.POST_SERVICE, date(2026, 8, 14)),
        (1, ClaimStage.PRE_SERVICE, date(2026, 7, 15)),
        (2, ClaimStage.POST_SERVICE, date(2026, 7, 15)),
        (2, ClaimStage.PRE_SERVICE, date(2026, 6, 30)),
        (None, ClaimStage.POST_SERVICE, None),
    ],
)
def test_the_plan_answers_an_appeal_by_its_levels(
    levels: int | None, stage: ClaimStage, answered_by: date | None
) -> None:
    """15 June 2026 and 60, 30, 30 or 15 days; without the number of levels nothing is told."""
    case = refused(source={"appeal_levels": levels}, stage=stage, appealed_on=date(2026, 6, 15))
    found = due(judge().decide(case, DAY), "appeal_answer_due_on")
    assert found == ([answered_by] if answered_by else [])


def test_an_appeal_not_answered_in_time_uses_up_the_plans_own_steps() -> None:
    """Whoever waits on must know that the plan's time is over."""
    case = refused(source={"appeal_levels": 2}, appealed_on=date(2026, 6, 15))
    decision = judge().decide(case, date(2026, 7, 16))
    (claim,) = [other for other in decision.others if other.subject == "claim"]
    found = next(f for f in claim.findings if f.rule == "us.appeals.plan_answers_in_time")
    assert found.answer is Answer.NOT_MET
    assert "15 Jul 2026" in found.message or "15 July 2026" in found.message


def test_a_denial_without_an_appeal_counts_as_not_appealed_and_asks_nothing() -> None:
    """That an appeal was made is seen from its record; while there is none, the day decided for must be in time."""
    late = judge().decide(refused(appealed_on=date(2027, 1, 9)), DAY)
    none = judge().decide(refused(), DAY)
    said = [
        next(f for other in d.others if other.subject == "claim" for f in other.findings if f.rule == IN_TIME)
        for d in (late, none)
    ]
    assert [found.answer for found in said] == [Answer.NOT_MET, Answer.MET]
    assert not any("appealed" in ask.fact for ask in none.questions)


def test_the_plans_clause_on_appeals_is_quoted() -> None:
    """The notice and the plan's own words are compared side by side."""
    clause = PlanClause(id="a", kind="appeal", words="Appeals in writing within 180 days.", page="88")
    decision = judge().decide(refused(source={"clauses": (clause,)}), DAY)
    (claim,) = [other for other in decision.others if other.subject == "claim"]
    found = next(f for f in claim.findings if f.rule == "us.appeals.plan_states_the_right")
    assert "Appeals in writing within 180 days. (page 88)" in found.message


def filed(kind: FundingKind = FundingKind.GROUP_PLAN, source: dict[str, Any] | None = None, **claim: Any) -> Case:
    """Write a claim with one line, served on 20 March 2026 and received on 1 April."""
    case = load_case(D57).case
    terms = {"id": "plan", "kind": kind, "is_erisa": True} | (source or {})
    line = ServiceLine(id="1", served_on=claim.pop("served_on", date(2026, 3, 20)))
    base = {"id": "claim-1", "funding_source": "plan", "state": ClaimState.FILED, "received_on": date(2026, 4, 1)}
    one = Claim.model_validate(base | {"service_lines": (line,)} | claim)
    return changed(case, funding_sources=(FundingSource.model_validate(terms),), claims=(one,), denials=())


def test_a_filed_claim_is_decided_in_30_days_or_45_with_notice() -> None:
    """The sheet's vector: received on 1 April, 1 May, 16 May."""
    decision = judge().decide(filed(), date(2026, 4, 2))
    assert due(decision, "decision_due_on") == [date(2026, 5, 1)]
    assert due(decision, "decision_extended_due_on") == [date(2026, 5, 16)]


def test_a_claim_for_a_service_ahead_is_decided_in_15_days() -> None:
    """The sheet's vector: 16 April and 1 May; an urgent one three days, and never put off."""
    ahead = judge().decide(filed(served_on=date(2026, 6, 1)), date(2026, 4, 2))
    assert due(ahead, "decision_due_on") == [date(2026, 4, 16)]
    assert due(ahead, "decision_extended_due_on") == [date(2026, 5, 1)]
    urgent = judge().decide(filed(stage=ClaimStage.URGENT), date(2026, 4, 2))
    assert due(urgent, "decision_due_on") == [date(2026, 4, 4)]
    assert due(urgent, "decision_extended_due_on") == []


def test_a_plan_outside_the_procedure_or_not_known_has_no_day_of_ours() -> None:
    """Silence is better than a day that binds nobody."""
    for source in ({"is_erisa": None}, {"is_erisa": False, "is_grandfathered": True}):
        assert due(judge().decide(filed(source=source), date(2026, 4, 2)), "decision_due_on") == []
    assert due(judge().decide(filed(FundingKind.HSA), date(2026, 4, 2)), "decision_due_on") == []


@pytest.mark.parametrize(
    ("kind", "source", "who", "arrives_by"),
    [
        (FundingKind.MEDICARE, {}, None, date(2027, 3, 20)),
        (FundingKind.GROUP_PLAN, {"payer": "united"}, FiledBy.PROVIDER, date(2026, 6, 18)),
        (FundingKind.GROUP_PLAN, {"payer": "united"}, FiledBy.OUTSIDE_PROVIDER, date(2026, 9, 16)),
        (FundingKind.GROUP_PLAN, {"member_filing_days": 365}, FiledBy.MEMBER, date(2027, 3, 20)),
        (FundingKind.GROUP_PLAN, {"payer": "united"}, FiledBy.MEMBER, None),
        (FundingKind.GROUP_PLAN, {"payer": "united"}, None, None),
    ],
)
def test_a_claim_must_arrive_by_payer_and_by_who_sends_it(
    kind: FundingKind, source: dict[str, Any], who: FiledBy | None, arrives_by: date | None
) -> None:
    """The clock runs from the service to the day the payer has it; 180 days are no use to whoever has 90."""
    waiting = filed(kind, source, state=ClaimState.DRAFT, received_on=None, filed_by=who)
    found = due(judge().decide(waiting, date(2026, 4, 2)), "claim_filing_due_on")
    assert found == ([arrives_by] if arrives_by else [])


def test_a_claim_that_arrived_in_time_reminds_nobody() -> None:
    """A reminder of what is done hides what is not."""
    arrived = filed(source={"payer": "united"}, filed_by=FiledBy.PROVIDER)
    assert due(judge().decide(arrived, date(2026, 4, 2)), "claim_filing_due_on") == []


# ── a trainer's hour as therapy ──────────────────────────────────────

GATE = "us.insurance.therapy_by_a_therapist"


def test_a_trainers_hour_is_no_therapy_for_the_plan_and_the_risk_is_cited() -> None:
    """Somebody went to court for it; whoever asks must see that."""
    decision, outcome = plan_of(as_therapy(code(), trainer="eli", supervisor="pt", supervisor_was_present=True))
    found = finding(decision, GATE)
    assert (outcome, found.answer, found.effect) == (NOT, Answer.NOT_MET, NOT)
    assert "must not be billed as therapy" in found.message
    assert any("Hertel & Brown" in citation.where for citation in found.citations)


def test_a_claim_that_says_97110_for_a_trainers_hour_is_stopped_with_the_way_out() -> None:
    """Under the therapist's number or not: the session behind the line names who did the work."""
    line = ServiceLine(
        id="1",
        expense="s01",
        served_on=date(2026, 5, 5),
        procedure_code="97110",
        minutes=45,
        units=3,
        charge_cents=7000,
    )
    claim = Claim(
        id="wanted",
        funding_source="plan",
        state=ClaimState.DRAFT,
        rendering_provider="pt",
        supervising_provider="pt",
        service_lines=(line,),
    )
    complete = (*code().complete, ListName.CLAIMS)
    decision = judge().decide(changed(code(), claims=(claim,), complete=complete), DAY)
    (stopped,) = [other for other in decision.others if other.subject == "service_line"]
    found = next(f for f in stopped.findings if f.rule == "us.billing.plan_therapy_code_is_a_therapists")
    named = next(f for f in stopped.findings if f.rule == "us.billing.plan_claim_names_who_did_the_work")
    assert (stopped.outcome, named.answer, named.effect) == (NOT, Answer.NOT_MET, NOT)
    assert (found.answer, found.effect) == (Answer.NOT_MET, PENDED)
    assert "HSA or FSA" in found.next_step
    assert "S9451 where the plan says in writing" in found.next_step


def as_class(case: Case) -> SubjectDecision:
    """Decide the first hour sent to the plan as an exercise class, code S9451, under the trainer's own name."""
    day = {"served_on": date(2026, 5, 5), "minutes": 45, "units": 1, "charge_cents": 7000}
    line = ServiceLine(
        id="1", expense="s01", procedure_code="S9451", place_of_service="11", diagnosis_pointers=(1,), **day
    )
    claim = Claim(id="c", funding_source="plan", rendering_provider="eli", diagnoses=("M62.81",), service_lines=(line,))
    decision = judge().decide(changed(case, claims=(claim,)), DAY)
    return next(other for other in decision.others if other.subject == "service_line")


@pytest.mark.parametrize(("pays", "outcome"), [(None, PENDED), (False, PENDED), (True, PAYABLE)])
def test_the_class_code_goes_only_to_a_plan_that_says_it_pays(pays: bool | None, outcome: Outcome) -> None:
    """Silence of the plan is not its word."""
    asked = with_plan(code(), pays_trainers=pays, pays_training_under_supervision=False)
    found = as_class(asked)
    assert found.outcome is outcome
    taken = next(f for f in found.findings if f.rule == "us.billing.class_code_is_one_the_plan_takes")
    assert (taken.answer is Answer.MET) is bool(pays)
    if not pays:
        assert "Ask the plan in writing" in taken.next_step


def test_nothing_is_claimed_of_the_journey_as_it_stands() -> None:
    """The record holds the hours as training; nobody has written a therapy code."""
    assert code().claims == ()
    assert not any(other.subject == "service_line" for other in judge().decide(code(), DAY).others)


def test_therapy_is_handed_over_with_all_that_the_case_holds() -> None:
    """Discharge, what remains, the home programme, why it ended, and what is to be reached."""
    assert hand_over(code()).missing == ()
    page = summary(code(), DAY)
    for said in (
        "ended on 24 April 2026 because progress had come to a halt (no more gain from week to week)",
        "What remains: Cannot climb one flight of stairs without the rail",
        "The home programme given: Chair stands and step-ups, ten minutes a day.",
        "30-second chair stand from 9 times to 14 times by 31 July 2026",
        "30-second chair stand 12 times on 11 June 2026",
        "not a plan of care; no bill is made of it",
    ):
        assert said in page
    assert "Not in the record" not in page


def test_the_therapists_own_hour_is_another_matter() -> None:
    """The gate is about who does the work, not about the code."""
    assert finding(plan_of(as_therapy(code(), clinician="pt"))[0], GATE).answer is Answer.MET


def test_the_account_is_the_way_on() -> None:
    """Eight hours of 70 dollars meet the requirements of the health savings account."""
    decision, outcome = plan_of(code())
    hsa = next(route for route in decision.routes if route.funding_source == "hsa")
    assert (outcome, hsa.outcome, hsa.payable_cents) == (NOT, PAYABLE, 56_000)
    assert finding(decision, "us.insurance.plan_wording_pays_for_it").answer is Answer.NOT_MET


def test_a_class_is_paid_only_if_the_plans_own_wording_says_so() -> None:
    """What S9451 stands for: a benefit clause turns the answer, nothing else here does."""
    lesson = as_therapy(code(), kind=ServiceKind.EXERCISE_CLASS, trainer="eli")
    assert plan_of(lesson)[1] is NOT
    named = with_clause(lesson, "benefit", ServiceKind.EXERCISE_CLASS)
    assert plan_of(named)[1] is PAYABLE


# ── a glucose between the two programmes (coverage.md R1.3.3) ────────


def prediabetes(**measured: Any) -> dict[str, Outcome]:
    case = load_case(DECISIONS / "D54_obesity_and_free_training").case
    values = {"bmi": 27.0, "fasting_glucose_mg_dl": 105} | measured
    found = tuple(Measurement(id=k, kind=k, value=v, measured_on=date(2026, 6, 1)) for k, v in values.items())
    source = FundingSource(id="medicare", kind=FundingKind.MEDICARE, opened_on=date(2025, 1, 1))
    who = {"has_medicare_part_b": True, "is_pregnant": False, "born_on": date(1958, 3, 12)}
    patient = case.patient.model_copy(update=who | {"has_used_medicare_diabetes_prevention": False})
    decision = judge().decide(changed(case, measurements=found, funding_sources=(source,), patient=patient), DAY)
    return {other.id: other.outcome for other in decision.alternatives}


def test_a_glucose_of_105_opens_the_cdc_programme_and_not_medicares() -> None:
    """The trap of the sheet: 100 to 125 there, 110 to 125 here."""
    found = prediabetes()
    assert (found["diabetes_prevention_cdc"], found["diabetes_prevention_medicare"]) == (PAYABLE, NOT)
    found = prediabetes(fasting_glucose_mg_dl=110)
    assert (found["diabetes_prevention_cdc"], found["diabetes_prevention_medicare"]) == (PAYABLE, PAYABLE)


def test_between_the_two_weight_limits_descent_is_asked() -> None:
    """23 to 25 opens the programmes to people of Asian descent only."""
    assert prediabetes(bmi=24.0)["diabetes_prevention_cdc"] is PENDED
    assert prediabetes(bmi=22.9)["diabetes_prevention_cdc"] is NOT


# ── a fitness benefit of the plan's own (coverage.md R1.1.6) ─────────


@pytest.mark.parametrize(
    ("kind", "has_benefit", "outcome"),
    [
        (FundingKind.MEDICARE_ADVANTAGE, True, REVIEW),
        (FundingKind.MEDICARE_ADVANTAGE, False, NOT),
        (FundingKind.MEDICARE, True, NOT),
    ],
)
def test_medicare_advantage_may_pay_a_gym_and_medicare_never_does(
    kind: FundingKind, has_benefit: bool, outcome: Outcome
) -> None:
    """The same card number is no help where the plan has no such benefit."""
    gym = as_therapy(knee(), kind=ServiceKind.GYM_MEMBERSHIP)
    unlike = {"pays_trainers": False, "pays_training_under_supervision": False, "clauses": ()}
    case = with_plan(gym, kind=kind, has_fitness_benefit=has_benefit, **unlike)
    assert plan_of(case)[1] is outcome


def test_the_reason_code_is_read_as_a_draft_that_decides_nothing() -> None:
    """Our own mapping of codes to next steps must never turn an answer."""
    with_code = judge().decide(refused(reason="96"), DAY)
    without = judge().decide(refused(), DAY)
    (one,), (other,) = ([o for o in d.others if o.subject == "claim"] for d in (with_code, without))
    assert one.outcome is other.outcome
    found = next(f for f in one.findings if f.rule == "us.appeals.reason_is_not_the_contract")
    assert (found.answer, found.effect) == (Answer.NOT_MET, None)
    assert found.message.startswith("Not verified, a draft:")
