"""`necessity letter seal`: a signed letter as a sealed PDF."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import key_home
from necessity.cli.letters import Desk, desk, moment
from necessity.cli.show_letter import write_file
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind
from necessity.domain.manifest import digest
from necessity.errors import SettingError
from necessity.stores.papers import keep_paper
from necessity.workflow.kept_letters import LetterPaper, sealed_of
from necessity.workflow.letter_record import with_sealed
from necessity.workflow.seal_letter import SealedLetter, seal_letter
from necessity.workflow.send_letter import Moment, noted

_SEALER = "this installation"


def letter_seal(
    case: Path,
    letter: str,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    version: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Seal a signed letter: after that, every change of the file shows.

    The sealed PDF is kept in the case, and packets carry it whole. Sealed again, the earlier file stays beside it.

    Parameters
    ----------
    case
        The case folder.
    letter
        Id of the letter.
    output
        A copy of the sealed PDF, to give away.
    version
        Which version; the newest that is signed if left out.
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys

    at = desk(case)
    chosen = _signed_version(at, letter, version)
    draft, signature = at.draft(letter, chosen), at.signature(letter, chosen)
    now, folder = moment(_SEALER), key_home.keys_folder()
    pages = key_home.letter_pages()
    ring = keys.first_use(folder, now.at, key_home.passphrase())
    unlocked = keys.unlock(folder, ring, key_home.passphrase(), key_home.pin())
    made = seal_letter(draft, signature, pages, unlocked, now.at)
    file = _keep(at, draft, made.pdf, now) if made.pdf is not None else None
    if made.pdf is not None and output:
        write_file(output, made.pdf)
    _say(output, file and str(case / file), draft, made, as_json)
    return 0 if made.pdf is not None else 1


def _signed_version(at: Desk, letter: str, asked: int | None) -> int:
    """Find the version to seal: the one asked for, else the newest that is signed.

    Raises:
        SettingError: there is none.
    """
    newest = at.version(letter, asked)
    versions = [asked] if asked else range(newest, 0, -1)
    chosen = next((number for number in versions if at.has(letter, number, LetterPaper.SIGNATURE)), None)
    if chosen is None:
        raise SettingError(
            f"Version {asked or newest} of letter {letter!r} is not signed.",
            "Have it signed first; only a signed letter is sealed.",
            setting="LETTER",
        )
    return chosen


def _keep(at: Desk, draft: LetterDraft, pdf: bytes, now: Moment) -> str:
    """Keep the sealed file under a name of its own, and note it in history and record."""
    file = sealed_of(draft.letter, draft.version, digest(pdf))
    events = noted(
        at.case.letter_events, draft.letter, draft.version, EventKind.SEALED, now,
        file=file, draft_sha256=draft.sha256,
    )  # fmt: skip
    keep_paper(at.folder, file, pdf)
    at.save(with_sealed(at.case, events, draft.letter, draft.version, file))
    return file


def _say(output: Path | None, file: str | None, draft: LetterDraft, made: SealedLetter, as_json: bool) -> None:
    """Tell what was done, or what stands against it."""
    if as_json:
        document = {
            "file": str(output) if output and file else None,
            "kept_as": file,
            "case": draft.case,
            "letter": draft.letter,
            "version": draft.version,
            "is_in_force_by_level": made.is_in_force_by_level,
            "refused": [one.model_dump() for one in made.refused],
            "notes": [one.model_dump() for one in made.notes],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    from necessity.cli import show_seal
    from necessity.cli.page import console, line

    out = console()
    if made.pdf is None:
        line(out, f"✘ Letter {draft.letter}, version {draft.version}, was not sealed:", 0)
        show_seal.findings(out, made.refused)
    else:
        line(out, f"✔ Letter {draft.letter}, version {draft.version}, sealed.", 0)
        line(out, f"Kept as {file}")
        if output:
            line(out, f"{output}: a copy to give away.")
    show_seal.findings(out, made.notes)
    if made.pdf is not None:
        line(out, f"→ Check it any time: necessity letter verify {output or file}", 0)
