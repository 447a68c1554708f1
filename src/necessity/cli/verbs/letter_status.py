"""`necessity letter status`: where each letter stands."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.domain.dates import spoken
from necessity.domain.letter_life import RENEWAL_LEAD_DAYS, LetterState
from necessity.workflow.letter_status import LetterStatus, LetterWindow, letter_statuses

_SIGNS = {
    LetterState.IN_FORCE: "✔",
    LetterState.EXPIRING: "!",
    LetterState.EXPIRED: "✘",
    LetterState.DECLINED: "✘",
    LetterState.REVOKED: "✘",
    LetterState.REPLACED: "–",
}


def letter_status(
    case: Path,
    *,
    lead: int = RENEWAL_LEAD_DAYS,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say where each letter of a case stands: state, the days it serves, who signed at which level, the next step.

    Exit code 0 where a letter serves some funding source on that day, or there is no letter at all.

    Parameters
    ----------
    case
        The case folder.
    lead
        Days before its last day from which a letter counts as expiring.
    on
        The day to look from; today if left out.
    as_json
        One JSON document instead of words.
    """
    found = letter_statuses(wiring.judge(), wiring.read_case(case), wiring.today(on), lead)
    if as_json:
        print(json.dumps({"letters": [one.model_dump(mode="json") for one in found]}))
    else:
        _show(found)
    serves = any(one.state in (LetterState.IN_FORCE, LetterState.EXPIRING) for one in found)
    return 0 if serves or not found else 1


def _show(found: tuple[LetterStatus, ...]) -> None:
    sheet = Sheet()
    if not found:
        sheet.line("There is no letter in this case yet.", 0)
    for place, one in enumerate(found):
        if place:
            sheet.gap()
        state = one.state.replace("_", " ") if one.state else "not known to be signed"
        sheet.line(
            f"{_SIGNS.get(one.state, '•') if one.state else '?'} {one.letter}, version {one.version}: {state}", 0
        )
        for window in one.windows:
            sheet.line(f"{window.funding_source}: {_days(window)} ({window.state.replace('_', ' ')})")
        if one.signed_on:
            sheet.line(f"Signed on {spoken(one.signed_on)}.")
        sheet.line(one.signer_words)
        for check in one.checks:
            sheet.item("-", check, 4)
        if one.file:
            sheet.line(f"{one.seal_words} File: {one.file}".strip())
        sheet.item("→", one.next_step)


def _days(window: LetterWindow) -> str:
    first = spoken(window.from_on) if window.from_on else "a day not known"
    last = spoken(window.to_on) if window.to_on else "a day not known"
    return f"{first} to {last}"
