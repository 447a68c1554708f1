"""`necessity letter renew`: draft the letter that follows one that ends."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import Desk, desk, moment
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import check_output, chosen_source, content_of, open_questions, refuse, write_file
from necessity.domain.dates import spoken
from necessity.domain.letter import VisitBasis
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import newest_version
from necessity.errors import SettingError
from necessity.workflow.draft_letter import refusal
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.renew_letter import PROGRESS, LastSeen, in_force_once, renew
from necessity.workflow.send_letter import keep_draft


def letter_renew(
    case: Path,
    letter: str,
    *,
    by: str,
    to: str | None = None,
    last_seen: str | None = None,
    visit_basis: VisitBasis | None = None,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draft the letter that follows another: nothing answered, with what the measurements show has changed since.

    It is a letter of its own that names the old one, begins the day after it, and is kept in the case as a draft. The
    old one may have been signed from here or have come as paper.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter to renew.
    by
        Who drafts it.
    to
        The funding source it is for, by id, payer or kind; left out: as the old one.
    last_seen
        When the clinician last saw the patient since the old letter; where left out, it is asked.
    visit_basis
        How: in_person, live_video or questionnaire_only.
    output
        FILE.pdf, FILE.txt or FILE.json of the draft.
    as_json
        One JSON document instead of words.
    """
    check_output(output)
    at = desk(case)
    now = moment(by)
    in_force_once(at.case, letter)
    judge = wiring.judge()
    stopped = refusal(judge, at.case, now.on)
    if stopped:
        return refuse(stopped, as_json=as_json)
    source = chosen_source(at.case, to)
    draft = renew(
        judge,
        at.case,
        letter,
        now.on,
        old=_signed_here(at, letter),
        seen=_seen(last_seen, visit_basis),
        funding_source=source.id if source else None,
    )
    events = keep_draft(at.case, draft, now)
    file = at.keep(draft.letter, 1, LetterPaper.DRAFT, draft.as_json())
    if output:
        write_file(output, content_of(draft, output))
    at.save(at.case.model_copy(update={"letter_events": events}))
    changed = next((list(part.listed) for part in draft.sections if part.id == PROGRESS), [])
    if as_json:
        said = {"letter": draft.letter, "replaces": draft.replaces, "file": file, "starts_on": str(draft.starts_on)}
        print(json.dumps({**said, "changed": changed, "asks": [question.asks for question in draft.questions]}))
    else:
        _show(case, letter, draft, file, changed)
    return 0


def _signed_here(at: Desk, letter: str) -> LetterDraft | None:
    """Read the newest version of a letter that was signed here; None where it came as paper."""
    newest = newest_version(at.case.letter_events, letter)
    signed = (number for number in range(newest, 0, -1) if at.has(letter, number, LetterPaper.SIGNATURE))
    number = next(signed, None)
    return at.draft(letter, number) if number else None


def _show(case: Path, letter: str, draft: LetterDraft, file: str, changed: list[str]) -> None:
    sheet = Sheet()
    begins = spoken(draft.starts_on or draft.drafted_on)
    sheet.line(f"✔ {draft.letter}: drafted to follow {letter}, from {begins}; kept as {file}", 0)
    for line in changed:
        sheet.item("•", line)
    open_questions(sheet, draft)
    sheet.gap()
    step = f"necessity letter send {case} --letter {draft.letter} --address … --by …"
    sheet.line(f"→ Send it to the clinician: {step}", 0)


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
