"""`necessity letter draft`: a letter of medical necessity from the case, with everything that is still open."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import Desk, desk, moment
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import check_output, chosen_source, content_of, open_questions, refuse, write_file
from necessity.domain.letter_draft import LetterDraft
from necessity.errors import SettingError
from necessity.workflow.draft_letter import refusal
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.next_version import free_letter_id, next_version
from necessity.workflow.send_letter import keep_draft


def letter_draft(
    case: Path,
    *,
    to: str | None = None,
    letter: str | None = None,
    replaces: str | None = None,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    keep: bool = False,
    by: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draft the letter for a clinician to read, change and sign, and list what is open.

    What the record does not say is a question, never filler. A red flag, or safety questions that are not answered,
    stop the draft. The letter speaks from the day it is signed.

    Parameters
    ----------
    case
        The case folder.
    to
        The funding source it is for, by id, payer or kind: what its payer asks for goes in, in its order.
    letter
        Id of the letter; left out: the first that is free. One that was sent from here is drafted as its next version.
    replaces
        Id of a letter that came as paper and that this one corrects.
    output
        FILE.pdf, FILE.txt or FILE.json; left out: text on the screen.
    keep
        Keep the draft in the case, as the version that is sent next.
    by
        Who drafts it; needed with --keep.
    on
        The day of the draft; today if left out. A kept draft is always of today.
    as_json
        One JSON document instead of words.
    """
    if keep and (on or not by):
        step = "Add --by NAME." if not by else "Leave --on out: what is kept is of today, and nothing is dated back."
        raise SettingError("A kept draft says who made it, and is of today.", step, setting="--keep")
    check_output(output)
    at = desk(case)
    now = moment(by) if keep and by else None
    day = now.on if now else wiring.today(on)
    judge = wiring.judge()
    stopped = refusal(judge, at.case, day)
    if stopped:
        return refuse(stopped, as_json=as_json)
    source = chosen_source(at.case, to)
    draft = next_version(
        judge,
        at.case,
        letter or replaced_here(at, replaces) or free_letter_id(at.case),
        on=day,
        funding_source=source.id if source else None,
        replaces=replaces,
    )
    if output:
        write_file(output, content_of(draft, output))
    if now:
        events = keep_draft(at.case, draft, now)
        at.keep(draft.letter, draft.version, LetterPaper.DRAFT, draft.as_json(), instead=True)
        at.save(at.case.model_copy(update={"letter_events": events}))
    if as_json:
        print(json.dumps({"file": output and str(output), "draft": json.loads(draft.as_json())}, indent=2))
    else:
        _show(draft, case, output, kept=keep)
    return 1 if any(question.is_required for question in draft.questions) else 0


def replaced_here(at: Desk, replaces: str | None) -> str | None:
    """Name the letter whose next version corrects it; None where it came as paper."""
    return replaces if replaces in {event.letter for event in at.case.letter_events} else None


def _show(draft: LetterDraft, case: Path, output: Path | None, *, kept: bool) -> None:
    page = Sheet()
    if output is None:
        from necessity.formats.letter.text import as_text

        print(as_text(draft.model_copy(update={"questions": ()}), width=page.width))
    waits = any(question.is_required for question in draft.questions)
    where = output or f"{draft.letter}, version {draft.version}"
    page.line(f"{'?' if waits else '✔'} {where}: a draft, not signed{_for(draft)}", 0)
    open_questions(page, draft)
    page.gap()
    page.line("It speaks from the day it is signed and is not dated back. This is not medical advice.", 0)
    letter = f" --letter {draft.letter}" if kept else ""
    page.line(f"→ Send it to the clinician: necessity letter send {case}{letter} --address … --by …", 0)


def _for(draft: LetterDraft) -> str:
    return f", for {draft.payer_name}" if draft.payer_name else ""
