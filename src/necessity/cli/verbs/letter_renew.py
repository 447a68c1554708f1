"""`necessity letter renew`: draft the letter that follows one that ends."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import desk, moment
from necessity.cli.sheet import Sheet
from necessity.domain.dates import spoken
from necessity.domain.letter import VisitBasis
from necessity.errors import SettingError
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.letter_status import letter_statuses
from necessity.workflow.renew_letter import PROGRESS, LastSeen, renewal
from necessity.workflow.send_letter import keep_draft


def letter_renew(
    case: Path,
    letter: str,
    *,
    by: str,
    last_seen: str | None = None,
    visit_basis: VisitBasis | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draft the letter that follows another: nothing answered, with what the measurements show has changed since.

    It is a letter of its own that names the old one, begins the day after it, and is kept in the case as a draft.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter to renew.
    by
        Who drafts it.
    last_seen
        When the clinician last saw the patient since the old letter; where left out, it is asked.
    visit_basis
        How: in_person, live_video or questionnaire_only.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    now = moment(by)
    version = at.version(letter)
    old = at.draft(letter, version)
    statuses = letter_statuses(wiring.judge(), at.case, now.on)
    status = next(one for one in statuses if (one.letter, one.version) == (letter, version))
    ends_on = max((window.to_on for window in status.windows if window.to_on), default=None)
    draft = renewal(at.case, old, ends_on, now.on, seen=_seen(last_seen, visit_basis))
    events = keep_draft(at.case, draft, now)
    file = at.keep(draft.letter, 1, LetterPaper.DRAFT, draft.as_json())
    at.save(at.case.model_copy(update={"letter_events": events}))
    changed = next((list(part.listed) for part in draft.sections if part.id == PROGRESS), [])
    asks = [question.asks for question in draft.questions]
    if as_json:
        said = {"letter": draft.letter, "replaces": letter, "file": file, "starts_on": str(draft.starts_on)}
        print(json.dumps({**said, "changed": changed, "asks": asks}))
    else:
        sheet = Sheet()
        begins = spoken(draft.starts_on or now.on)
        sheet.line(f"✔ {draft.letter}: drafted to follow {letter}, from {begins}; kept as {file}", 0)
        for line in changed:
            sheet.item("•", line)
        for asked in asks:
            sheet.item("?", asked)
        step = f"necessity letter send {case} --letter {draft.letter} --address … --by …"
        sheet.item("→", f"Send it to the clinician: {step}")
    return 0


def _seen(day: str | None, basis: VisitBasis | None) -> LastSeen | None:
    if day is None and basis is None:
        return None
    if day is None or basis is None:
        step = "Give --last-seen and --visit-basis together."
        raise SettingError("Half of the evaluation is missing.", step, setting="--last-seen")
    try:
        return LastSeen(date.fromisoformat(day), basis)
    except ValueError:
        raise SettingError(f"{day!r} is no date.", "Write it like 2026-06-30.", setting="--last-seen") from None
