"""`necessity letter attach`: the photo or scan of a letter signed in ink comes back."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli.letters import Desk, desk, moment
from necessity.cli.verbs.letter_sign import keep_signed, told
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.manifest import digest
from necessity.errors import SettingError
from necessity.stores.papers import keep_paper, read_outside
from necessity.workflow.attach_letter import PaperSign, SeenOnPaper, attach, matched, still_asked, take_as_signed
from necessity.workflow.kept_letters import photo_of
from necessity.workflow.sign_letter import to_answer


def letter_attach(
    case: Path,
    photo: Path,
    *,
    by: str,
    yes: Annotated[list[PaperSign] | None, Parameter(consume_multiple=True)] = None,
    no: Annotated[list[PaperSign] | None, Parameter(consume_multiple=True)] = None,
    name: str | None = None,
    dated: str | None = None,
    ticked: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    not_ticked: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Attach the photo or scan of a signed letter. The return code on it finds its letter; the file stays untouched.

    A camera cannot tell ink from a copy, so a person says what is on the paper; until everything is said it is attached
    and not signed (exit code 1). Give the same file again with the answers.

    Parameters
    ----------
    case
        The case folder.
    photo
        JPEG, PNG, TIFF, WebP or PDF.
    by
        Who looks at the paper.
    yes
        What is so: ink, letterhead, unchanged (nothing was changed by hand).
    no
        What is not so.
    name
        The name under the signature.
    dated
        The day written beside it.
    ticked
        Ids of the statements that are ticked on the paper.
    not_ticked
        Ids of those that are not.
    as_json
        One JSON document instead of words.
    """
    from necessity.formats.return_code.read import read  # reads pictures; no other letter verb needs that

    at = desk(case)
    content = read_outside(photo)
    found = read(content)
    code = matched(at.case, found.codes)
    file = photo_of(code.letter, code.version, digest(content), found.ending)
    now = moment(by)
    events = attach(at.case, code, file, now)
    keep_paper(at.folder, file, content)
    record = at.case.model_copy(update={"letter_events": events})
    sent = at.sent(code.letter, code.version)
    seen = SeenOnPaper(
        signs={**dict.fromkeys(no or (), False), **dict.fromkeys(yes or (), True)},
        name=name,
        dated_on=_day(dated),
        answers={**dict.fromkeys(not_ticked or (), False), **dict.fromkeys(ticked or (), True)},
    )
    asked = still_asked(sent, seen)
    if asked:
        at.save(record)
        return _asks(sent, file, asked, as_json)
    signed = take_as_signed(record, sent, file, seen, now)
    keep_signed(Desk(at.folder, at.stored), signed)
    return told(signed, as_json)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingError(f"{text!r} is no date.", "Write it like 2026-06-30.", setting="--dated") from None


def _asks(draft: LetterDraft, file: str, asked: tuple[str, ...], as_json: bool) -> int:
    """Say that the paper is attached, and what is still asked about it."""
    if as_json:
        said = {"letter": draft.letter, "version": draft.version, "file": file, "signed": False}
        print(json.dumps({**said, "asks": list(asked)}))
    else:
        print(f"✔ {draft.letter}, version {draft.version}: the paper is attached as {file}")
        print("  ? It does not count as signed until somebody who has the paper in hand says:")
        for one in asked:
            print(f"    - {one}")
        ids = " ".join(statement.id for statement in to_answer(draft))
        more = f" --ticked {ids}" if ids else ""
        print(f'  → Give the file again with: --yes ink letterhead unchanged --name "…" --dated DATE{more}')
    return 1
