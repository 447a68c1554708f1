"""`necessity letter send`: draft a letter or take the kept draft, and note to whom it went."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.letters import Desk, desk, draft_from, moment, replies
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import check_output, chosen_source, content_of, refuse, write_file
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import LetterState, newest_version, of_version, reached
from necessity.domain.return_code import return_code
from necessity.errors import SettingError
from necessity.workflow.answer_draft import answer_questions
from necessity.workflow.draft_letter import refusal
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.next_version import free_letter_id, next_version
from necessity.workflow.send_letter import Moment, Reach, as_correction, send


def letter_send(
    case: Path,
    *,
    by: str,
    address: str | None = None,
    letter: str | None = None,
    to: str | None = None,
    draft: Path | None = None,
    answer: list[str] | None = None,
    reached: Reach = Reach.PATIENT_ADDRESS,
    found: str | None = None,
    correction: bool = False,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    qr: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draft a letter, or take the draft that is kept, and note when it goes to the clinician, to whom and how.

    How the request reaches the clinician sets how sure anybody can later be of who signed. Nothing is sent from here:
    give the clinician the letter, then note it. What is still open is said; it is answered before or while signing.
    The moment is this machine's clock.

    Parameters
    ----------
    case
        The case folder.
    by
        Who sends it.
    address
        Where the request goes: an e-mail address, a fax number, the practice's desk. May be left out when printed.
    letter
        The letter's id; left out: the one kept as a draft, else a new one.
    to
        The funding source it is for, by id, payer or kind.
    draft
        A draft as JSON in place of the case's own.
    answer
        What the clinician told already, as QUESTION=ANSWER: goes into the text before it is sent. Repeat it.
    reached
        patient_address, independent_contact (found without the patient) or printed.
    found
        How an independent contact was found, such as: the practice's number in the state board's directory.
    correction
        Draft the next version of this letter from the case as it is now; it then names the one it corrects.
    output
        The letter to give to the clinician: FILE.pdf (with its return code), FILE.txt or FILE.json.
    qr
        Write the return code alone, to print on paper of your own: .svg or .png.
    as_json
        One JSON document instead of words.
    """
    check_output(output)
    at = desk(case)
    now = moment(by)
    judge = wiring.judge()
    stopped = refusal(judge, at.case, now.on) if draft is None else None
    if stopped:
        return refuse(stopped, as_json=as_json)
    version = _version(at, letter, to, draft, now, correction=correction)
    version = answer_questions(version, replies(answer), now.on) if answer else version
    events = send(at.case, version, now, to=_address(address, reached), reach=reached, found=found)
    content = version.as_json()
    at.keep(version.letter, version.version, LetterPaper.SENT, content, instead=True)
    kept = at.keep(version.letter, version.version, LetterPaper.DRAFT, content, instead=True)
    if output:
        write_file(output, content_of(version, output, return_code(version).text))
    if qr:
        _write_code(version, qr)
    at.save(at.case.model_copy(update={"letter_events": events}))
    _say(case, version, kept, output, _address(address, reached), reached, as_json=as_json)
    return 0


def _address(given: str | None, reach: Reach) -> str:
    if given:
        return given
    if reach is Reach.PRINTED:
        return "printed, to be signed in ink"
    raise SettingError("It is not said where the letter goes.", "Name it with --address.", setting="--address")


def _version(
    at: Desk, letter: str | None, to: str | None, file: Path | None, now: Moment, *, correction: bool
) -> LetterDraft:
    """Find the version to send: the draft named, the one that is kept, or one drafted now."""
    source = chosen_source(at.case, to)
    wanted = source.id if source else None
    id = letter or _kept_letter(at) or free_letter_id(at.case)
    if file:
        found = draft_from(file)
        found = as_correction(found, at.case.letter_events) if correction else found
        if letter and found.letter != letter:
            step = "Name the draft of this letter, or the letter of this draft."
            raise SettingError(f"{file} is a draft of the letter {found.letter!r}.", step, setting="--draft")
    else:
        newest = newest_version(at.case.letter_events, id)
        if newest and not correction and at.has(id, newest, LetterPaper.DRAFT):
            found = at.draft(id, newest)
        else:
            found = next_version(wiring.judge(), at.case, id, on=now.on, funding_source=wanted)
    if wanted not in (None, found.funding_source):
        step = "Draft it for that one (--correction), or leave --to out."
        raise SettingError(f"The draft is for {found.funding_source or 'any payer'}, not {to!r}.", step, setting="--to")
    return found


def _kept_letter(at: Desk) -> str | None:
    """Name the letter that is kept as a draft and was not sent; with several it must be said which."""
    events = at.case.letter_events
    waiting = [
        id
        for id in dict.fromkeys(event.letter for event in events)
        if reached(of_version(events, id, newest_version(events, id))) is LetterState.DRAFT
    ]
    if len(waiting) > 1:
        raise SettingError("Several drafts are kept.", f"Say which: {', '.join(waiting)}.", setting="--letter")
    return waiting[0] if waiting else None


def _write_code(version: LetterDraft, file: Path) -> None:
    from necessity.formats.return_code import write  # only where a code is asked for

    if file.suffix not in (".svg", ".png"):
        raise SettingError(f"{file.name} is neither .svg nor .png.", "Name such a file.", setting="--qr")
    code = return_code(version)
    write_file(file, write.svg(code) if file.suffix == ".svg" else write.png(code))


def _say(
    case: Path, version: LetterDraft, kept: str, output: Path | None, address: str, reach: Reach, *, as_json: bool
) -> None:
    """Tell what was noted, and what is open."""
    letter, open_now = version.letter, [question for question in version.questions if question.is_required]
    if as_json:
        said = {"letter": letter, "version": version.version, "file": kept, "sha256": version.sha256}
        asks = {"asks": [question.asks for question in open_now]}
        print(json.dumps({**said, **asks, "return_code": return_code(version).text, "output": output and str(output)}))
        return
    sheet = Sheet()
    sheet.line(f"✔ {letter}, version {version.version}, noted as sent to {address}; kept as {kept}", 0)
    if output:
        sheet.line(f"{output}: the letter to give to the clinician")
    for asked in open_now:
        sheet.item("?", f"still asked before it can be signed: {asked.asks} ({asked.of})")
    if open_now and reach is Reach.PRINTED:
        sheet.item("→", "Paper is signed only once that is in it: send --correction with --answer, and print anew.")
    elif reach is Reach.PRINTED:
        sheet.item("→", f"Once it is signed, photograph it: necessity letter attach {case} PHOTO --by …")
    else:
        sheet.item("→", f"The clinician reviews it with: necessity letter review {case} {letter}")
