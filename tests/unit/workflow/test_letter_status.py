"""Where letters stand: the days the facts give, the level in words, the next step; and reminders made from them."""

from datetime import date

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.decision import Deadline
from necessity.domain.letter import LetterOfMedicalNecessity, Signature
from necessity.domain.letter_life import EventKind, LetterState
from necessity.workflow.checklist import checklist
from necessity.workflow.letter_status import LetterStatus, letter_statuses
from necessity.workflow.reminders import reminders
from necessity.workflow.send_letter import noted
from tests import cast
from tests.letter_lives import draft
from tests.unit.workflow.test_sign_letter import ada, in_force, now, sent, signed


def status(judge: Judge, case: Case, on: date, **more: int) -> LetterStatus:
    (one,) = letter_statuses(judge, case, on, **more)
    return one


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 3), LetterState.IN_FORCE),
        (date(2026, 7, 31), LetterState.IN_FORCE),
        (date(2026, 8, 1), LetterState.EXPIRING),
        (date(2026, 8, 30), LetterState.EXPIRING),
        (date(2026, 8, 31), LetterState.EXPIRED),
    ],
)
def test_the_days_of_a_letter_are_those_the_facts_give(judge: Judge, on: date, expected: LetterState) -> None:
    """One evaluator: what decides a session decides a reminder."""
    one = status(judge, in_force(), on)
    assert one.state is expected
    assert [(w.funding_source, w.from_on, w.to_on) for w in one.windows] == [
        ("hsa", date(2026, 3, 3), date(2026, 8, 30))
    ]


@pytest.mark.parametrize(
    ("months", "to"),
    [(None, date(2027, 2, 9)), (6, date(2026, 8, 9)), (18, date(2027, 2, 9))],
)
def test_a_letter_ends_as_the_sheet_of_vectors_says(judge: Judge, months: int | None, to: date) -> None:
    """Signed 10 February 2026: a year where nothing is stated, what is stated where it is shorter."""
    letter = LetterOfMedicalNecessity(
        id="lmn", signed_on=date(2026, 2, 10), signature=Signature.WET_INK, states_start=False,
        states_duration=months is not None, stated_months=months,
    )  # fmt: skip
    case = cast.bruno()
    source = case.funding_sources[0].model_copy(update={"payer": "healthequity"})
    case = case.model_copy(update={"letters": (letter,), "funding_sources": (source,)})
    ends = {window.funding_source: window.to_on for window in status(judge, case, date(2026, 3, 1)).windows}
    assert ends[source.id] == to


def test_level_0_is_said_in_words_with_what_is_missing(judge: Judge) -> None:
    """Who reads only the status must learn that the letter pays nothing yet."""
    case = ada().model_copy(update={"letter_events": signed().events})
    one = status(judge, case, date(2026, 3, 3))
    assert (one.state, one.windows) == (LetterState.SIGNED, ())
    assert "level 0" in one.signer_words
    assert "not in force" in one.signer_words
    assert "npi_matched" not in one.next_step
    assert "licence_matched" not in one.next_step
    assert "independent contact, or licence matched and npi matched" in one.next_step


def test_a_question_that_waits_is_the_next_step(judge: Judge) -> None:
    """The clinician asked; nobody signs until somebody answers."""
    case = sent()
    events = noted(case.letter_events, "lmn", 1, EventKind.ASKED, now(2, "Dr. Ghali"), note="Since when?")
    one = status(judge, case.model_copy(update={"letter_events": events}), date(2026, 3, 3))
    assert one.next_step == "Answer the question: Since when?"


def test_a_letter_entered_by_hand_says_that_nobody_checked_its_signer(judge: Judge) -> None:
    """Papers from before are letters too, and their ends are watched."""
    case = cast.ada()
    one = status(judge, case, date(2026, 4, 1))
    assert (one.state, one.level) == (LetterState.IN_FORCE, None)
    assert "was not checked here" in one.signer_words


def test_a_letter_of_which_nobody_said_that_it_is_signed_is_not_in_force(judge: Judge) -> None:
    """A day alone is not a signature."""
    letter = cast.ada().letters[0].model_copy(update={"signature": None})
    one = status(judge, cast.ada().model_copy(update={"letters": (letter,)}), date(2026, 4, 1))
    assert (one.state, one.windows) == (None, ())
    assert one.next_step == "Say on which day it was signed, and how."


def test_a_version_drafted_later_is_not_there_yet(judge: Judge) -> None:
    """A look back shows what was there."""
    assert letter_statuses(judge, sent(), date(2026, 3, 1)) == ()


def test_the_lead_can_be_another_one(judge: Judge) -> None:
    """Thirty days are our own advice, no payer's rule."""
    assert status(judge, in_force(), date(2026, 8, 1), lead_days=7).state is LetterState.IN_FORCE


# ── reminders ──────────────────────────────────────────────────────────────────


def made(judge: Judge, case: Case, on: date) -> list[tuple[date, str]]:
    decision = judge.decide(case, on)
    found = reminders(decision, letter_statuses(judge, case, on), checklist(judge, case, decision, on))
    return [(one.on, one.summary) for one in found]


def test_a_letter_in_force_brings_its_renewal_and_its_last_day(judge: Judge) -> None:
    """Thirty days before, and on the day itself; the same end is not told twice."""
    found = made(judge, in_force(), date(2026, 6, 1))
    assert (date(2026, 7, 31), "Time to renew a letter") in found
    assert [day for day, words in found if words == "Last day of a letter"] == [date(2026, 8, 30)]


def test_a_letter_that_has_ended_reminds_of_nothing(judge: Judge) -> None:
    """A calendar is for what is ahead."""
    assert not [words for _, words in made(judge, in_force(), date(2026, 9, 1)) if "letter" in words]


def test_the_name_of_an_entry_stays_when_its_day_moves(judge: Judge) -> None:
    """A calendar then moves the entry; it holds no readable id."""
    on = date(2026, 6, 1)
    short, long = in_force(draft(weeks=20)), in_force(draft(weeks=26))
    uids = []
    for case in (short, long):
        found = reminders(judge.decide(case, on), letter_statuses(judge, case, on))
        uids.append({one.uid for one in found if "letter" in one.summary})
    assert uids[0] == uids[1]
    assert not [uid for uid in uids[0] if "ada" in uid or "lmn" in uid]


def test_deadlines_of_the_decision_are_taken_over(judge: Judge) -> None:
    """One list of time limits, whether on the page or in the calendar; the ends of letters are told once."""
    on = date(2026, 6, 1)
    due = [
        Deadline(rule=rule, what="File", due_on=date(2026, 7, day), about="fsa 2026", citations=())
        for rule, day in (("claim_by_on", 1), ("letter_window_to", 8), ("claim_by_on", 9))
    ]
    decision = judge.decide(ada(), on).model_copy(update={"deadlines": tuple(due)})
    first, second = reminders(decision, ())
    assert [one.on for one in (first, second)] == [date(2026, 7, 1), date(2026, 7, 9)]
    assert (first.summary, "fsa 2026" in first.detail) == ("Last day of a time limit", True)
    assert first.uid != second.uid


def test_letters_that_end_for_several_sources_on_one_day_are_one_entry(judge: Judge) -> None:
    """A letter entered by hand serves the HSA and the tax return; it ends once."""
    found = made(judge, cast.ada(), date(2026, 4, 1))
    assert len([words for _, words in found if words == "Last day of a letter"]) == 1
