"""The review page: what matters first, nothing answered, what the payer wants, what may be done."""

from datetime import date

from necessity.adjudication.decide import Judge
from necessity.domain.letter_life import EventKind, LetterState
from necessity.domain.signature import SignerLevel
from necessity.workflow.letter_changes import check_changes
from necessity.workflow.review_letter import Action, Review, ReviewAction, review
from necessity.workflow.send_letter import noted
from tests.letter_lives import draft, question
from tests.unit.workflow.test_sign_letter import ada, now, sent, signed

ON = date(2026, 3, 3)


def sign_action(page: Review) -> Action:
    return next(action for action in page.actions if action.action is ReviewAction.SIGN)


def test_what_matters_stands_first(judge: Judge) -> None:
    """A clinician has a minute: what for, against what, for whom, when seen."""
    page = review(judge, sent(), draft(), ON)
    titles = [matter.title for matter in page.first if matter.id not in ("red_flags",)]
    assert titles[:4] == ["Treatment", "Condition", "Patient", "Last evaluation"]
    words = {matter.id: matter.words for matter in page.first}
    assert words["treatment"] == "personal training, twice a week, 45 minutes each time, for 26 weeks"
    assert words["condition"] == "low back pain of four years (M54.50)"
    assert words["last_seen"] == "27 Feb 2026, in person"
    assert page.state is LetterState.SENT


def test_nothing_is_answered_beforehand(judge: Judge) -> None:
    """Whatever the draft brings along."""
    ticked = tuple(s.model_copy(update={"agreed": True}) for s in draft().statements)
    page = review(judge, sent(), draft(statements=ticked), ON)
    assert [statement.agreed for statement in page.statements] == [None] * 3
    assert [statement.id for statement in page.patient_statements] == ["not_paid_elsewhere"]


def test_every_way_out_is_offered_side_by_side(judge: Judge) -> None:
    """Declining, asking and recommending something else are no lesser answers."""
    page = review(judge, sent(), draft(), ON)
    assert [action.action for action in page.actions] == list(ReviewAction)
    assert all(action.is_open for action in page.actions)


def test_an_open_required_question_stands_in_the_way_of_signing_only(judge: Judge) -> None:
    """The clinician can still ask or decline."""
    version = draft(questions=(question("detail", is_required=False), question()))
    page = review(judge, sent(version), version, ON)
    assert [one.id for one in page.questions] == ["frequency", "detail"]
    assert sign_action(page).why_not == ("still asked: What is the frequency?",)
    assert [a.is_open for a in page.actions if a.action is not ReviewAction.SIGN] == [True] * 4


def test_a_red_flag_comes_before_everything_and_stops_the_signature(judge: Judge) -> None:
    """A yes to chest pain outweighs every well-worded reason."""
    case = sent()
    flagged = case.patient.model_copy(
        update={"screen_chest_discomfort": True, "red_flag_found": None, "red_flags_screened_on": ON}
    )
    page = review(judge, case.model_copy(update={"patient": flagged}), draft(), ON)
    assert page.first[0].title == "Stop: a red flag stands"
    assert page.red_flags
    assert not sign_action(page).is_open


def test_the_payers_demands_are_shown_with_what_the_draft_has(judge: Judge) -> None:
    """Met, missing, or waiting for the signer's answer; each with the payer's own source."""
    case = sent()
    source = case.funding_sources[0].model_copy(update={"payer": "wageworks", "kind": "health_fsa"})
    case = case.model_copy(update={"funding_sources": (source, *case.funding_sources[1:])})
    page = review(judge, case, draft(), ON)
    met = {demand.id: demand.is_met for demand in page.demands}
    assert met["letter_must_state_frequency"] is True
    assert met["letter_must_name_employer"] is False
    assert met["letter_must_exclude_general_health"] is None
    assert all(demand.citations for demand in page.demands)


def test_a_closed_letter_can_only_be_read(judge: Judge) -> None:
    """A signed letter is not declined afterwards."""
    case = ada().model_copy(update={"letter_events": signed().events})
    page = review(judge, case, draft(), ON)
    assert not any(action.is_open for action in page.actions)
    assert page.level is SignerLevel.ADDRESS_FROM_PATIENT


def test_changes_and_questions_are_on_the_page(judge: Judge) -> None:
    """Whoever reads it next must see what was said."""
    case = sent()
    events = noted(case.letter_events, "lmn", 1, EventKind.ASKED, now(1, "Dr. Ghali"), note="Since when?")
    case = case.model_copy(update={"letter_events": events})
    changed = draft(weeks=12)
    page = review(judge, case, changed, ON, check_changes(draft(), changed))
    assert page.asked == ("Dr. Ghali: Since when?",)
    assert page.differences[0].field == "weeks"
