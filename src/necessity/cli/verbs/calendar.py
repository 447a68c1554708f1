"""`necessity calendar`: letters to renew and time limits as a calendar file."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.domain.dates import spoken
from necessity.domain.letter_life import RENEWAL_LEAD_DAYS
from necessity.errors import StoreError
from necessity.workflow.checklist import checklist
from necessity.workflow.letter_status import letter_statuses
from necessity.workflow.reminders import reminders


def calendar(
    case: Path,
    *,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    detail: bool = False,
    lead: int = RENEWAL_LEAD_DAYS,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write what is due as a calendar file (.ics): letters that end, time limits, steps before the first session.

    A calendar is often shared, so the entries name no person, condition or payer unless --detail is given.

    Parameters
    ----------
    case
        The case folder.
    output
        The calendar file to write.
    detail
        Write what each entry is about.
    lead
        Days before a letter's last day on which to renew it.
    on
        The day it is made for; today if left out.
    as_json
        One JSON document instead of words.
    """
    from necessity.formats.calendar.write import write  # a library no other verb needs

    day = wiring.today(on)
    record = wiring.read_case(case)
    judge = wiring.judge()
    decision = judge.decide(record, day)
    found = reminders(
        decision, letter_statuses(judge, record, day, lead), checklist(judge, record, decision, day), lead
    )
    try:
        output.write_bytes(write(found, day, detail=detail))
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    if as_json:
        print(json.dumps({"file": str(output), "entries": [one.model_dump(mode="json") for one in found]}))
    else:
        sheet = Sheet()
        entries = f"{len(found)} {'entry' if len(found) == 1 else 'entries'}"
        sheet.line(f"✔ {output}: {entries}{'' if detail else ', without names or conditions'}", 0)
        for one in found:
            sheet.item(spoken(one.on), one.detail)
    return 0
