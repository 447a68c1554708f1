"""The safety screen of a case: what was asked, what follows, and whether a draft of a letter may be written."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.facts.fact import Fact
from necessity.rulebook.screen import RED_FLAG, ScreenQuestion, screen


class ScreenResult(StrEnum):
    """What a screen comes to, the most urgent first."""

    STOP = "stop"
    OPEN = "open"
    ASK_AGAIN = "ask_again"
    CLEARANCE = "clearance"
    CLEAR = "clear"


WORDS = {
    ScreenResult.STOP: (
        "A red-flag question was answered with yes, and the record holds no clinician's clearance since.",
        "Do not train yet. See a clinician; with chest pain, fainting or breathlessness now, call an ambulance. "
        "Enter the clearance afterwards: cleared_to_train_by and cleared_to_train_on.",
    ),
    ScreenResult.OPEN: (
        "Not every safety question is answered.",
        "Answer them: a blank is never taken for a no.",
    ),
    ScreenResult.ASK_AGAIN: (
        "The answers have no date, or are too old to count.",
        "Ask the questions again.",
    ),
    ScreenResult.CLEARANCE: (
        "No red flag is known, but the answers ask for a clinician's clearance before the first session.",
        "Ask the clinician who orders the training to clear it, and to say what to leave out.",
    ),
    ScreenResult.CLEAR: (
        "Nothing in the answers speaks against training as planned.",
        "Ask again when health changes, and once the screen is too old.",
    ),
}
"""What each result means and what to do, for the patient. A screen is no examination."""


class Asked(NamedTuple):
    """One question of the screen and its answer."""

    question: ScreenQuestion
    """Which question."""
    words: str
    """The question as it is asked."""
    field: str
    """The field of the patient that holds the answer."""
    answer: bool | None
    """The answer; None is unknown."""

    @property
    def is_red(self) -> bool:
        """Whether a yes to it is a red flag, and it was answered with yes."""
        return self.question.role == RED_FLAG and self.answer is True


class ScreenState(NamedTuple):
    """A screen as the record has it."""

    asked_on: date | None
    """The day it was last asked."""
    asked: tuple[Asked, ...]
    """Its questions, in order."""
    result: ScreenResult
    """What it comes to."""
    draft_is_safe: bool
    """Whether a draft of a letter may be written. Only a recent screen without a red flag, or a clearance, says yes."""

    @property
    def means(self) -> str:
        """Say what the result means."""
        return WORDS[self.result][0]

    @property
    def next_step(self) -> str:
        """Say what to do."""
        return WORDS[self.result][1]

    @property
    def why_no_draft(self) -> str:
        """Say why no letter is drafted; empty where one may be."""
        return "" if self.draft_is_safe else f"{self.means} {self.next_step}"


def screen_questions(judge: Judge) -> tuple[tuple[ScreenQuestion, Fact], ...]:
    """List the questions of the screen with the facts that hold their words."""
    return tuple((question, judge.book.facts.facts[question.fact]) for question in screen())


def screen_state(judge: Judge, case: Case, on: date) -> ScreenState:
    """Work out what the safety screen of a case comes to on a day.

    Args:
        judge: The rulebook; its facts work out what follows from the answers.
        case: The record.
        on: The day.

    Returns:
        Questions, answers and result.
    """
    person = judge.trace(case, on)["person"][0]
    asked = tuple(
        Asked(
            question, fact.question, fact.field.partition(".")[2], getattr(case.patient, fact.field.partition(".")[2])
        )
        for question, fact in screen_questions(judge)
    )
    return ScreenState(
        case.patient.red_flags_screened_on, asked, _result(person), person["letter_draft_is_safe"] is True
    )


def _result(person: Mapping[str, object]) -> ScreenResult:
    """Order what the facts say by urgency; an unknown is never the good answer."""
    if person["red_flag_stands"] is True:
        return ScreenResult.STOP
    if person["screen_is_recent"] is not True:
        return ScreenResult.ASK_AGAIN if person["red_flag_is_known"] is not None else ScreenResult.OPEN
    if person["red_flag_is_known"] is None:
        return ScreenResult.OPEN
    if person["clearance_is_on_file"] is True or person["clearance_is_advised"] is False:
        return ScreenResult.CLEAR
    return ScreenResult.CLEARANCE if person["clearance_is_advised"] is True else ScreenResult.OPEN
