"""`necessity letter send`: keep a version of a letter and note to whom it went."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.letters import Desk, desk, draft_from, moment
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import newest_version
from necessity.domain.return_code import return_code
from necessity.errors import SettingError, StoreError
from necessity.workflow.kept_letters import LetterPaper
from necessity.workflow.send_letter import Reach, as_correction, send


def letter_send(
    case: Path,
    *,
    letter: str,
    address: str,
    by: str,
    to: str | None = None,
    draft: Path | None = None,
    reached: Reach = Reach.PATIENT_ADDRESS,
    found: str | None = None,
    correction: bool = False,
    qr: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Keep a version of a letter as it goes to the clinician, and note when, to whom and how.

    How the request reaches the clinician sets how sure anybody can later be of who signed. Nothing is sent from here:
    give the clinician the letter, then note it. The moment is this machine's clock.

    Parameters
    ----------
    case
        The case folder.
    letter
        The letter's id.
    address
        Where the request goes: an e-mail address, a fax number, the practice's desk.
    by
        Who sends it.
    to
        The funding source the letter is for, where it is to be made sure.
    draft
        The draft as JSON; where left out, the version that is kept in the case.
    reached
        patient_address, independent_contact (found without the patient) or printed.
    found
        How an independent contact was found, such as: the practice's number in the state board's directory.
    correction
        Number the draft as the next version of this letter; it then names the one it corrects.
    qr
        Write the return code to print on the letter: .svg or .png.
    as_json
        One JSON document instead of words.
    """
    at = desk(case)
    version = _draft(at, letter, to, draft)
    version = as_correction(version, at.case.letter_events) if correction else version
    events = send(at.case, version, moment(by), to=address, reach=reached, found=found)
    content = version.as_json()
    at.keep(letter, version.version, LetterPaper.SENT, content, instead=True)
    kept = at.keep(letter, version.version, LetterPaper.DRAFT, content, instead=True)
    if qr:
        _write_code(version, qr)
    at.save(at.case.model_copy(update={"letter_events": events}))
    open_now = [question.asks for question in version.questions if question.is_required]
    if as_json:
        said = {"letter": letter, "version": version.version, "file": kept, "sha256": version.sha256, "asks": open_now}
        print(json.dumps({**said, "return_code": return_code(version).text}))
    else:
        print(f"✔ {letter}, version {version.version}, noted as sent to {address}; kept as {kept}")
        for asked in open_now:
            print(f"  ? still asked before it can be signed: {asked}")
        print(f"  → The clinician reviews it with: necessity letter review {case} {letter}")
    return 0


def _draft(at: Desk, letter: str, to: str | None, file: Path | None) -> LetterDraft:
    """Find the draft to send: the one named, else the newest version kept in the case."""
    found = draft_from(file) if file else _kept(at, letter)
    if found.letter != letter:
        step = "Name the draft of this letter, or the letter of this draft."
        raise SettingError(f"{file} is a draft of the letter {found.letter!r}.", step, setting="--draft")
    if to not in (None, found.funding_source):
        step = "Draft it for that one, or leave --to out."
        raise SettingError(f"The draft is for {found.funding_source or 'any payer'}, not {to!r}.", step, setting="--to")
    return found


def _kept(at: Desk, letter: str) -> LetterDraft:
    newest = newest_version(at.case.letter_events, letter)
    if newest and at.has(letter, newest, LetterPaper.DRAFT):
        return at.draft(letter, newest)
    raise SettingError(f"No draft of {letter!r} is kept in the case.", "Name one with --draft.", setting="--draft")


def _write_code(version: LetterDraft, file: Path) -> None:
    from necessity.formats.return_code import write  # only where a code is asked for

    if file.suffix not in (".svg", ".png"):
        raise SettingError(f"{file.name} is neither .svg nor .png.", "Name such a file.", setting="--qr")
    code = return_code(version)
    try:
        file.write_bytes(write.svg(code) if file.suffix == ".svg" else write.png(code))
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Name another file with --qr.") from error
