"""`necessity follow`: where each claim stands, what is due by when, the next step."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.show_follow import show_follow
from necessity.domain.decision import Outcome
from necessity.parameters.time_limits import load_plan_types
from necessity.workflow.next_step import due_dates
from necessity.workflow.next_step import follow as follow_claims


def follow(
    case: Path,
    *,
    on: str | None = None,
    rules: Path | None = None,
    profiles: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say where each claim stands, what is due by when, and what to do next.

    Ends with 1 where a day is past or something is paid, or asked for, twice.

    Parameters
    ----------
    case
        The case folder.
    on
        The day asked about; today if left out.
    rules
        An operator's folder with rules of its own.
    profiles
        An operator's folder with payer profiles and time limits of its own.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge(rules, profiles)
    parameters = judge.book.parameters
    book = (parameters, load_plan_types(parameters, *wiring.folders(profiles)))
    followed = follow_claims(record, day, judge.decide(record, day), book)
    if as_json:
        whole = followed.model_dump(mode="json")
        dates = [{"on": str(one.on), "what": one.what, "about": one.about} for one in due_dates(followed)]
        print(json.dumps({**whole, "due": dates}, ensure_ascii=False, indent=2))
    else:
        show_follow(followed, folder=str(case))
    late = any(step.is_late for one in followed.claims for step in (one.next, *one.also))
    return 1 if late or any(one.effect is Outcome.NOT_PAYABLE for one in followed.findings) else 0
