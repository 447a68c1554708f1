"""`necessity answer`: add what is known to a case folder, and show what it changes."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import moment
from necessity.domain.call import Channel
from necessity.domain.case import Case
from necessity.stores.edit import Change as Changed
from necessity.stores.edit import set_field
from necessity.workflow.answer import Edit, corrected_day, making_way, plan_edit
from necessity.workflow.calls import Change, Told, keep_call


def answer(
    case: Path,
    *said: str,
    on: str | None = None,
    told_by: str | None = None,
    reference: str | None = None,
    channel: Channel = Channel.TELEPHONE,
    about: str | None = None,
    evidence: str | None = None,
    by: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Answer one or more questions: FACT=VALUE, or FACT@ID=VALUE where there are several.

    Parameters
    ----------
    case
        The case folder.
    said
        Such as letter_names_diagnosis@letter=yes, or patient_relationship=self; `unknown` takes an answer back, and
        `today` stands for the day.
    on
        The day to decide for; today if left out. With --told-by also the day of the call.
    told_by
        Who at the plan, administrator or employer said it. The record keeps the call beside the answers.
    reference
        The call's reference number; `none` where they gave none. Keeps the call as well.
    channel
        How the word came: telephone, chat, mail, portal, in_person.
    about
        The funding source the call was about; where left out, the one the answers are about.
    evidence
        What shows that the day a letter was signed was mistyped and lies earlier: the paper itself, by name. Kept.
    by
        Who corrects it; needed with --evidence.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    said = tuple(f"{one.removesuffix('=today')}={day}" if one.endswith("=today") else one for one in said)
    record = wiring.read_case(case)
    judge = wiring.judge()
    before = judge.decide(record, day)
    planned = [plan_edit(judge.book.facts, record, day, one, evidence) for one in said]
    corrections = _corrections(record, planned, evidence, by)
    call: tuple[Change, ...] = ()
    if told_by or reference or about:
        pairs = [(edit, one.partition("=")[2]) for edit, one in zip(planned, said, strict=True)]
        call = keep_call(record, pairs, Told(told_by, day, reference, channel), about)
    edits = making_way(record, planned)
    for path, value in (*((edit.path, edit.value) for edit in edits), *call, *corrections):
        record = set_field(case, path, value).case
    after = judge.decide(record, day)
    old = {route.funding_source: route for route in before.routes}
    moved = [
        {"funding_source": r.funding_source, "before": old[r.funding_source].outcome, "after": r.outcome}
        for r in after.routes
        if r.funding_source in old and old[r.funding_source].outcome != r.outcome
    ]
    if as_json:
        saved = [{"fact": edit.fact, "path": [p for p in edit.path if p]} for edit in edits]
        kept = {"call": call[0][0][1]} if call else {}
        print(json.dumps({"saved": saved, "changed": moved, **kept}))
    else:
        from necessity.cli import show

        show.answered(edits, moved, after, str(case))
        if call:
            print(f"Kept as {call[0][0][1]} in case.toml: who said it, when, under which number. It binds nobody.")
    return 0


def _corrections(record: Case, planned: list[Edit], evidence: str | None, by: str | None) -> list[Changed]:
    """Note each day of signing that is corrected to an earlier one, with its evidence."""
    if evidence is None:
        return []
    now = moment(by or "")
    events = [event for edit in planned if (event := corrected_day(record, edit, evidence, now)) is not None]
    return [(("letter_events", event.id), event) for event in events]
