"""The call sheet asks what is open, and the record keeps who answered."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.call import Call, Channel
from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import RecordError
from necessity.workflow.answer import plan_edit
from necessity.workflow.calls import CallSheet, Told, call_sheets, keep_call
from tests import cast

DAY = date(2026, 6, 30)
TOLD = Told("Desk 4", DAY, "R-77", Channel.TELEPHONE)


def chen() -> Case:
    """Chen, with a group plan and a gym programme nobody has asked about, and an HSA."""
    sources = (
        FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, plan_name="Example Group Health"),
        FundingSource(id="gym", kind=FundingKind.GYM_VISIT_PROGRAM),
        FundingSource(id="own", kind=FundingKind.OWN_POCKET),
    )
    return cast.chen().model_copy(update={"funding_sources": sources, "claims": (), "submissions": ()})


def sheets(judge: Judge, case: Case, to: str | None = None) -> dict[str, CallSheet]:
    return {sheet.funding_source: sheet for sheet in call_sheets(judge, case, judge.decide(case, DAY), to)}


def test_a_sheet_asks_only_what_they_can_answer_and_says_what_it_becomes(judge: Judge) -> None:
    """The patient's own questions do not belong on the telephone."""
    made = sheets(judge, chen())
    assert set(made) == {"plan", "gym"}
    facts = judge.book.facts.facts
    for sheet in made.values():
        named = [question.fact for question in sheet.questions if question.fact]
        assert len(named) == len(set(named))
        assert named
        for name in named:
            assert facts[name.partition("@")[0]].asked_of in ("administrator", "employer")
    asked = {question.fact for question in made["gym"].questions}
    assert {"programme_pays_this_service@gym", "gym_visits_required@gym"} <= asked
    assert "gym_visits_made@gym" not in asked


def test_what_the_decision_waits_for_stands_first(judge: Judge) -> None:
    """A call may be cut short."""
    for sheet in sheets(judge, chen()).values():
        decides = [question.decides for question in sheet.questions]
        assert decides == sorted(decides, reverse=True)


def test_an_answer_is_no_longer_asked_and_the_call_is_shown(judge: Judge) -> None:
    """Nobody should call twice for the same thing."""
    case = chen()
    asked = [q.fact for q in sheets(judge, case)["gym"].questions if q.fact]
    source = case.funding_sources[1].model_copy(update={"pays_training": True})
    call = Call(id="c1", funding_source="gym", called_on=DAY, spoke_with="Desk 4", reference="R-77")
    after = case.model_copy(
        update={"funding_sources": (case.funding_sources[0], source, case.funding_sources[2]), "calls": (call,)}
    )
    sheet = sheets(judge, after, "gym")["gym"]
    assert "programme_pays_this_service@gym" in asked
    assert "programme_pays_this_service@gym" not in [q.fact for q in sheet.questions]
    assert sheet.asked_before == ("30 June 2026, Desk 4, R-77",)


def test_somebody_who_is_not_there_cannot_be_called(judge: Judge) -> None:
    """A misspelt name must not print an empty sheet."""
    with pytest.raises(RecordError) as caught:
        sheets(judge, chen(), "moon")
    assert "plan" in caught.value.next_step


def test_a_call_keeps_name_day_number_and_what_was_answered(judge: Judge) -> None:
    """Months later the plan says that nobody ever said so."""
    case = chen()
    said = "programme_pays_this_service@gym=yes"
    edit = plan_edit(judge.book.facts, case, DAY, said)
    changes = keep_call(case, [(edit, "yes")], TOLD)
    assert dict(changes) == {
        ("calls", "call-2026-06-30", "called_on"): DAY,
        ("calls", "call-2026-06-30", "channel"): Channel.TELEPHONE,
        ("calls", "call-2026-06-30", "funding_source"): "gym",
        ("calls", "call-2026-06-30", "spoke_with"): "Desk 4",
        ("calls", "call-2026-06-30", "reference"): "R-77",
        ("calls", "call-2026-06-30", "answers", "programme_pays_this_service@gym", "answer"): "yes",
    }


def test_a_second_call_on_a_day_gets_a_name_of_its_own(judge: Judge) -> None:
    """The first must not be overwritten."""
    case = chen().model_copy(update={"calls": (Call(id="call-2026-06-30"),)})
    assert keep_call(case, [], TOLD)[0][0] == ("calls", "call-2026-06-30-2", "called_on")
    with pytest.raises(RecordError):
        keep_call(case, [], TOLD, about="moon")
