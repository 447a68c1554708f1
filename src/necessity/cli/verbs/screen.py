"""`necessity screen`: the safety questions before training, asked in a terminal or shown."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.errors import RecordError
from necessity.stores.edit import set_field
from necessity.workflow.answer import read_value
from necessity.workflow.screen import ScreenResult, ScreenState, screen_questions, screen_state

_SAID = {True: "yes", False: "no ", None: "?  "}


def screen(
    case: Path,
    *,
    on: str | None = None,
    show: Annotated[bool, Parameter(name="--show")] = False,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Ask the safety questions before training, or show what they come to.

    In a terminal the questions are asked and the answers replace those of the last screen; elsewhere, and with
    --show or --json, the screen is shown as the record has it. A yes to a red-flag question stops drafts of letters
    until a clinician has cleared the patient. A screen is no examination.

    Parameters
    ----------
    case
        The case folder.
    on
        The day of the screen; today if left out.
    show
        Only show, ask nothing.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge()
    if sys.stdin.isatty() and not show and not as_json:
        _ask(case, judge, str(day))
        record = wiring.read_case(case)
    state = screen_state(judge, record, day)
    if as_json:
        print(json.dumps(_as_dict(state), indent=2))
    else:
        _show(state, case)
    return 0 if state.result is ScreenResult.CLEAR else 1


def _ask(folder: Path, judge: Judge, day: str) -> None:
    """Ask every question, then save all answers at once with the day; one not answered becomes unknown."""
    print("The safety questions. yes, no, or Enter for not sure. Ctrl-D stops; what was answered is kept.")
    said: dict[str, bool | None] = {}
    questions = screen_questions(judge)
    try:
        for _, fact in questions:
            said[fact.name] = None
            print(f"\n{fact.question}")
            while True:
                try:
                    said[fact.name] = read_value(fact, input("> "))
                    break
                except RecordError as error:
                    print(f"{error.message} {error.next_step}")
    except (EOFError, KeyboardInterrupt):  # a yes that was given is kept, however the person leaves
        print("\nStopped here.")
    if all(answer is None for answer in said.values()):
        print("Nothing was answered; the record stays as it was.\n")
        return
    set_field(folder, ("patient", None, "red_flag_found"), None)  # the new answers take the place of an old result
    for _, fact in questions:
        set_field(folder, ("patient", None, fact.field.partition(".")[2]), said.get(fact.name))
    set_field(folder, ("patient", None, "red_flags_screened_on"), wiring.today(day))
    print()


def _as_dict(state: ScreenState) -> dict[str, object]:
    questions = [
        {
            "fact": one.question.fact,
            "question": one.words,
            "answer": one.answer,
            "role": one.question.role,
            "means": one.question.means,
            "citations": [citation.model_dump(mode="json") for citation in one.question.citations],
        }
        for one in state.asked
    ]
    return {
        "asked_on": state.asked_on and str(state.asked_on),
        "result": state.result,
        "letter_draft_is_safe": state.draft_is_safe,
        "means": state.means,
        "next_step": state.next_step,
        "questions": questions,
    }


def _show(state: ScreenState, folder: Path) -> None:
    from necessity.cli.page import day
    from necessity.cli.sheet import Sheet

    page = Sheet()
    when = f"last asked {day(state.asked_on)}" if state.asked_on else "no day in the record"
    page.line(f"Safety questions, {when}", 0)
    page.gap()
    for one in state.asked:
        page.item(f"{'✘' if one.is_red else ' '} {_SAID[one.answer]}", one.words, 0)
        if one.is_red:
            page.line(one.question.means, 6)
    page.gap()
    sign = "✔" if state.result is ScreenResult.CLEAR else "✘" if state.result is ScreenResult.STOP else "?"
    page.line(f"{sign} {state.means}", 0)
    page.line(f"→ {state.next_step}")
    page.line(
        "A draft of a letter can be written and taken along."
        if state.draft_is_safe
        else "No letter is drafted until then."
    )
    if any(one.answer is None for one in state.asked):
        page.line(f"Ask them in a terminal: necessity screen {folder}")
    page.sources(citation for one in state.asked for citation in one.question.citations)
    page.gap()
    page.line("A screen is no examination: a clinician decides. This is not medical advice.", 0)
