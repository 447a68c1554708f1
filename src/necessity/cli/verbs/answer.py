"""`necessity answer`: add what is known to a case folder, and show what it changes."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.stores.edit import set_field
from necessity.workflow.answer import plan_edit


def answer(
    case: Path,
    *said: str,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Answer one or more questions: FACT=VALUE, or FACT@ID=VALUE where there are several.

    Parameters
    ----------
    case
        The case folder.
    said
        Such as letter_names_diagnosis@letter=yes, or patient_relationship=self; `unknown` takes an answer back.
    on
        The day to decide for; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge()
    before = judge.decide(record, day)
    edits = [plan_edit(judge.book.facts, record, day, one) for one in said]
    for edit in edits:
        record = set_field(case, edit.path, edit.value).case
    after = judge.decide(record, day)
    old = {route.funding_source: route for route in before.routes}
    moved = [
        {"funding_source": r.funding_source, "before": old[r.funding_source].outcome, "after": r.outcome}
        for r in after.routes
        if r.funding_source in old and old[r.funding_source].outcome != r.outcome
    ]
    if as_json:
        saved = [{"fact": edit.fact, "path": [p for p in edit.path if p]} for edit in edits]
        print(json.dumps({"saved": saved, "changed": moved}))
    else:
        from necessity.cli import show

        show.answered(edits, moved, after, str(case))
    return 0
