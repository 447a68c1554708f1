"""Renewals: the next letter names the old one, says what was measured, and takes nothing over unasked."""

from datetime import date
from decimal import Decimal

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter import VisitBasis
from necessity.domain.training import Goal, Measurement
from necessity.errors import RecordError
from necessity.workflow.renew_letter import PROGRESS, LastSeen, carried_on, renew, renewal_id
from necessity.workflow.send_letter import keep_draft
from tests import cast
from tests.letter_lives import draft
from tests.unit.workflow.test_sign_letter import ada, in_force, now

ON = date(2026, 8, 10)
GOAL = Goal(id="odi", measure="oswestry_percent", unit="%", baseline=Decimal(38), target=Decimal(20))


SEEN = LastSeen(date(2026, 8, 3), VisitBasis.IN_PERSON)


def screened(case: Case) -> Case:
    """The safety questions asked anew, none a red flag."""
    asked = {"red_flags_screened_on": ON, "red_flag_found": False}
    return case.model_copy(update={"patient": case.patient.model_copy(update=asked)})


def measured(*values: tuple[str, date | None]) -> Case:
    """Ada with one goal and its values."""
    found = tuple(
        Measurement(id=f"m{n}", kind="oswestry_percent", value=Decimal(value), measured_on=on, goal="odi")
        for n, (value, on) in enumerate(values)
    )
    case = ada()
    return case.model_copy(update={"measurements": found, "plan": case.plan.model_copy(update={"goals": (GOAL,)})})


def test_a_renewal_is_a_letter_of_its_own_that_begins_when_the_old_one_ends() -> None:
    """No gap, no overlap, nothing answered, and the old letter named."""
    new = carried_on(measured(), draft(), date(2026, 8, 30), ON, seen=SEEN)
    assert (new.letter, new.version, new.replaces) == ("lmn-renewal", 1, "lmn")
    assert (new.drafted_on, new.starts_on) == (ON, date(2026, 8, 31))
    assert {statement.agreed for statement in new.statements} == {None}
    assert (new.last_seen_on, new.visit_basis) == (SEEN.on, "in_person")


@pytest.mark.parametrize("ends_on", [None, date(2026, 7, 1)])
def test_a_renewal_that_comes_late_begins_today_and_never_reaches_back(ends_on: date | None) -> None:
    """The gap stays a gap."""
    assert carried_on(measured(), draft(), ends_on, ON).starts_on == ON


def test_what_was_measured_since_is_said_with_numbers_and_days() -> None:
    """Necessity is shown, not asserted."""
    case = measured(
        ("38", date(2026, 3, 1)), ("30.5", date(2026, 5, 1)), ("24.0", date(2026, 8, 1)), ("22", date(2026, 9, 1))
    )
    new = carried_on(case, draft(), date(2026, 8, 30), ON)
    section = next(part for part in new.sections if part.id == PROGRESS)
    assert section.listed == ("oswestry_percent: 38 % on 1 Mar 2026, then 24 % on 1 Aug 2026; aimed at 20 %.",)
    assert (new.goals[0].baseline, new.goals[0].baseline_on) == (Decimal("24.0"), date(2026, 8, 1))


def test_a_value_without_a_day_shows_no_change() -> None:
    """Nobody can say whether it came before or after."""
    new = carried_on(measured(("24", None)), draft(), date(2026, 8, 30), ON)
    assert PROGRESS not in {part.id for part in new.sections}
    assert "measured_since" in {question.id for question in new.questions}


def test_an_evaluation_since_is_asked_where_it_is_not_known() -> None:
    """The old visit does not carry the new letter."""
    new = carried_on(measured(), draft(), date(2026, 8, 30), ON)
    assert new.last_seen_on is None
    assert [question.id for question in new.questions if question.is_required] == ["seen_since"]
    assert not [q for q in carried_on(measured(), draft(), None, ON, seen=SEEN).questions if q.is_required]


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 8, 11)])
def test_an_evaluation_before_the_old_letter_or_after_today_is_refused(judge: Judge, day: date) -> None:
    """It would be the one the old letter already rested on, or none."""
    with pytest.raises(RecordError, match="does not lie between"):
        renew(judge, screened(in_force()), "lmn", ON, old=draft(), seen=LastSeen(day, VisitBasis.IN_PERSON))


def test_the_words_of_the_old_letter_are_to_be_read_again_unless_drafted_anew(judge: Judge) -> None:
    """Copied text ages; where the case holds an order there is nothing to copy."""
    without = in_force().model_copy(update={"orders": ()})
    ids = {one.id for one in renew(judge, without, "lmn", ON, old=draft(), seen=SEEN).questions}
    new = renew(judge, screened(in_force()), "lmn", ON, old=draft(), seen=SEEN)
    assert "words_still_hold" in ids - {one.id for one in new.questions}
    assert (new.letter, new.replaces, new.is_renewal, new.last_seen_on) == ("lmn-renewal", "lmn", True, SEEN.on)
    assert "seen_since" not in {one.id for one in new.questions}


def test_a_letter_that_came_as_paper_is_renewed_from_the_case(judge: Judge) -> None:
    """There is no draft of it here, and none is needed."""
    new = renew(judge, screened(cast.ada()), cast.ada().letters[0].id, ON)
    assert (new.replaces, new.is_renewal) == (cast.ada().letters[0].id, True)
    assert "seen_since" in {one.id for one in new.questions if one.is_required}


def test_a_letter_that_was_never_in_force_is_not_renewed(judge: Judge) -> None:
    """Level 0, unsigned, or unknown: there is nothing to go on from."""
    with pytest.raises(RecordError, match="never in force"):
        renew(judge, ada(), "lmn", ON, old=draft())


def test_a_second_renewal_has_a_name_of_its_own_and_a_bad_one_spoils_nothing() -> None:
    """The letter in force stays as it is while its renewal is drafted."""
    case = in_force()
    new = carried_on(case, draft(), None, ON, seen=SEEN)
    after = case.model_copy(update={"letter_events": keep_draft(case, new, now(24 * 160))})
    assert after.letters == case.letters
    assert renewal_id(after, "lmn") == renewal_id(after, "lmn-renewal") == "lmn-renewal2"


def test_a_letter_of_another_case_is_not_renewed_here(judge: Judge) -> None:
    """Two folders lie side by side."""
    with pytest.raises(RecordError, match="belongs to the case 'bruno'"):
        renew(judge, screened(in_force()), "lmn", ON, old=draft(case="bruno"))
