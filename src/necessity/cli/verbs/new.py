"""`necessity new`: start a case folder, with a few questions where there is a person to answer them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.domain.case import Case
from necessity.domain.decision import Ask
from necessity.domain.training import ServiceKind
from necessity.errors import RecordError
from necessity.rulebook.words import words
from necessity.stores.edit import set_field
from necessity.stores.template import new_case_folder
from necessity.workflow.answer import plan_edit

_MOST_QUESTIONS = 12
_ACCOUNTS = ("hsa", "health_fsa", "hra", "group_plan", "medicare", "wellness_stipend")


def new(
    case: Path,
    *,
    on: str | None = None,
    template: Annotated[bool, Parameter(name="--template")] = False,
) -> int:
    """Start a case: a folder with a commented case.toml; in a terminal, with the first questions.

    Parameters
    ----------
    case
        The folder to make.
    on
        The day to decide for while asking; today if left out.
    template
        Only write the commented files, ask nothing.
    """
    day = wiring.today(on)
    written = new_case_folder(case, case.name)
    for path in written:
        print(f"✔ {path}")
    if not template and sys.stdin.isatty():
        _interview(case, day)
    print(f"\nNext: necessity decide {case}")
    return 0


def _ask_line(question: str) -> str:
    print(f"\n{question}")
    return input("> ").strip()


def _first_answers(folder: Path) -> Iterator[tuple[tuple[str | None, ...], Any]]:
    """Ask what no rule can ask yet: the service, the accounts, the condition, whether there is a letter."""
    kinds = ", ".join(ServiceKind)
    said = _ask_line(f"What should be paid? ({kinds}; Enter: personal_training)") or "personal_training"
    yield ("service",), ServiceKind(said) if said in set(ServiceKind) else ServiceKind.PERSONAL_TRAINING
    for account in _ACCOUNTS:
        if _ask_line(f"Do you have this: {words().funding[account].name}? (yes, Enter: not sure or no)") in (
            "y",
            "yes",
        ):
            yield ("funding_sources", account, "kind"), account
    condition = _ask_line("Which condition is the training for, in your words? (Enter: not sure)")
    if condition:
        yield ("conditions", "condition", "name"), condition
    if _ask_line("Is there a letter of medical necessity from a clinician? (yes, no, Enter: not sure)") in ("y", "yes"):
        yield ("letters", "letter", "covers"), (said,)
        if condition:
            yield ("letters", "letter", "condition"), "condition"


def _interview(folder: Path, day: Any) -> None:
    """Ask the first questions, then always the one that settles most, until nobody wants to answer any more."""
    print("\nEnter alone always means: not sure. Ctrl-D stops; everything answered is kept.")
    judge = wiring.judge()
    try:
        for path, value in _first_answers(folder):
            set_field(folder, path, value)
        asked: set[str] = set()
        for _ in range(_MOST_QUESTIONS):
            record = wiring.read_case(folder)
            decision = judge.decide(record, day)
            asks = [*([decision.next_question] if decision.next_question else []), *decision_asks(decision)]
            ask = next((a for a in asks if a.fact not in asked), None)
            if ask is None:
                break
            asked.add(ask.fact)
            _answer(folder, record, judge, ask, day)
    except EOFError:
        print("\nStopped here; the rest can be answered any time.")


def decision_asks(decision: Any) -> list[Ask]:
    """List the questions of all routes, those that settle most first."""
    return sorted((a for route in decision.routes for a in route.asks), key=lambda a: (-a.settles, a.fact))


def _answer(folder: Path, record: Case, judge: Any, ask: Ask, day: Any) -> None:
    choices = f" ({', '.join(ask.choices)})" if ask.choices else ""
    said = _ask_line(f"{ask.question}{choices}")
    while said:
        try:
            edit = plan_edit(judge.book.facts, record, day, f"{ask.fact}={said}")
            set_field(folder, edit.path, edit.value)
            return
        except RecordError as error:
            said = _ask_line(f"{error.message} {error.next_step}")
