"""`necessity letter review`: a letter as its clinician sees it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import desk, draft_from, moment, replies
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import show_differences, show_questions
from necessity.domain.letter_life import EventKind
from necessity.workflow.answer_draft import answer_questions
from necessity.workflow.drafting.rewrite import with_own_sentences
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.letter_changes import check_changes
from necessity.workflow.review_letter import Demand, Review, ReviewAction, review
from necessity.workflow.send_letter import noted


def letter_review(
    case: Path,
    letter: str,
    *,
    version: int | None = None,
    changed: Path | None = None,
    answer: list[str] | None = None,
    opened_by: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Show a letter as its clinician reviews it: what matters first, what to answer, what the payer wants.

    Nothing is answered beforehand. Looking changes nothing, unless --opened-by notes who opened it.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    version
        Which version; the newest if left out.
    changed
        The letter as the clinician changed it, as JSON: shows what differs.
    answer
        What the letter asks, as QUESTION=ANSWER: shows how it would read. Nothing is signed by that. Repeat it.
    opened_by
        Note that this person opened it.
    on
        The day to look from; today if left out.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    number = at.version(letter, version)
    what = LetterPaper.SENT if at.has(letter, number, LetterPaper.SENT) else LetterPaper.DRAFT
    sent = at.draft(letter, number, what)
    said, day = replies(answer), wiring.today(on)
    shown = with_own_sentences(sent, draft_from(changed)) if changed else sent
    shown = answer_questions(shown, said, day) if said else shown
    differences = check_changes(sent, shown, said)
    record = at.case
    if opened_by:
        now = moment(opened_by)
        events = noted(record.letter_events, letter, number, EventKind.OPENED, now)
        record = record.model_copy(update={"letter_events": events})
        at.save(record)
    page = review(wiring.judge(), record, shown, day, differences)
    if as_json:
        print(page.model_dump_json())
    else:
        _show(page, case)
    sign = next(action for action in page.actions if action.action is ReviewAction.SIGN)
    return 0 if sign.is_open else 1


def _show(page: Review, case: Path) -> None:
    sheet = Sheet()
    state = page.state.replace("_", " ") if page.state else "not sent"
    sheet.line(f"Letter {page.letter}, version {page.version} ({state}) for {page.payer or 'any payer'}", 0)
    sheet.gap()
    for matter in page.first:
        sheet.item("?" if matter.is_missing else "•", f"{matter.title}: {matter.words}")
    _list(sheet, "To be answered by the clinician", [f"[ ] {s.id}: {s.words}" for s in page.statements])
    _list(sheet, "Said by the patient, with a signature of their own", [s.words for s in page.patient_statements])
    show_questions(sheet, "The letter waits for these answers", [q for q in page.questions if q.is_required], ids=True)
    show_questions(sheet, "Worth settling", [q for q in page.questions if not q.is_required], ids=True)
    _list(sheet, "What the payer wants in it", [_demand(demand) for demand in page.demands])
    for section in page.sections:
        _list(sheet, section.heading, [*section.paragraphs, *section.listed])
    if page.differences:
        sheet.gap()
        sheet.line("What the clinician changed", 0)
        show_differences(sheet, page.differences, "-")
    _list(sheet, "Asked about it", list(page.asked))
    actions = [a.words + (f" (not now: {'; '.join(a.why_not)})" if a.why_not else "") for a in page.actions]
    _list(sheet, "What the clinician may do", [f"( ) {words}" for words in actions])
    _list(sheet, "Who signs", [f"Level {page.level.value} by now. {page.level_words}", f"[ ] intent: {page.intent}"])
    sheet.gap()
    ids = " ".join(["intent", *(one.id for one in page.statements)])
    sheet.line(f'→ To sign: necessity letter sign {case} {page.letter} --name "…" --agree {ids}', 0)
    if page.questions:
        sheet.line('An open question is answered with --answer QUESTION=CHOICE or --answer QUESTION="own words".')


def _list(sheet: Sheet, title: str, lines: list[str]) -> None:
    if lines:
        sheet.gap()
        sheet.line(title, 0)
        for line in lines:
            sheet.item("-", line)


def _demand(demand: Demand) -> str:
    sign = {True: "✔", False: "✘", None: "?"}[demand.is_met]
    return f"{sign} {demand.words}"
