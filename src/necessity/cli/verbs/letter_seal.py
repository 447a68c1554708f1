"""`necessity letter seal`: a signed letter as a sealed PDF."""

import json
import re
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import ValidationError

from necessity.cli import key_home
from necessity.cli.clock import now
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.signature import SignatureRecord
from necessity.errors import FormatError, SettingError, StoreError
from necessity.stores.folder import paper_path
from necessity.workflow.seal_letter import SealedLetter, seal_letter

_LARGEST = 5_000_000
_LETTERS = "papers/letters"


def letter_seal(
    case: Path,
    letter: str,
    *,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    version: int | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Seal a signed letter: after that, every change of the file shows.

    Parameters
    ----------
    case
        The case folder.
    letter
        Id of the letter.
    output
        The PDF to write.
    version
        Which version; the newest if left out.
    as_json
        One JSON document instead of words.
    """
    from necessity.sealing import keys

    chosen = version if version is not None else _newest(case, letter)
    draft, signature = _stored(case, letter, chosen)
    moment, folder = now(), key_home.keys_folder()
    pages = key_home.letter_pages()
    ring = keys.first_use(folder, moment, key_home.passphrase())
    unlocked = keys.unlock(folder, ring, key_home.passphrase(), key_home.pin())
    made = seal_letter(draft, signature, pages, unlocked, moment)
    if made.pdf is not None:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_bytes(made.pdf)
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    _say(output, draft, made, as_json)
    return 0 if made.pdf is not None else 1


def _newest(case: Path, letter: str) -> int:
    """Find the newest stored version of a letter."""
    named = re.compile(re.escape(letter) + r"-v(\d{1,6})\.json")
    folder = case / _LETTERS
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    versions = [int(match[1]) for name in names if (match := named.fullmatch(name))]
    if not versions:
        raise SettingError(
            f"There is no draft of a letter {letter!r} in {folder}.",
            f"Draft one first: necessity letter draft {case}",
            setting="LETTER",
        )
    return max(versions)


def _stored(case: Path, letter: str, version: int) -> tuple[LetterDraft, SignatureRecord]:
    """Read draft and signature as the letter's life keeps them."""
    name = f"{_LETTERS}/{letter}-v{version}"
    try:
        signed = paper_path(case, f"{name}.signature.json")
    except StoreError:
        raise SettingError(
            f"Version {version} of letter {letter!r} is not signed.",
            "Have it signed first; only a signed letter is sealed.",
            setting="LETTER",
        ) from None
    try:
        draft = key_home.read_file(paper_path(case, f"{name}.json"), _LARGEST)
        signature = key_home.read_file(signed, _LARGEST)
        return LetterDraft.model_validate_json(draft), SignatureRecord.model_validate_json(signature)
    except ValidationError as fault:
        faults = tuple(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise FormatError(
            f"Version {version} of letter {letter!r} cannot be read as it is stored.",
            "Put back a copy of the two files; a draft that was changed by hand has to be signed anew.",
            format="letter",
            place=name,
            faults=faults,
        ) from None


def _say(output: Path, draft: LetterDraft, made: SealedLetter, as_json: bool) -> None:
    """Tell what was done, or what stands against it."""
    if as_json:
        document = {
            "file": str(output) if made.pdf is not None else None,
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
        line(out, f"✔ {output}: letter {draft.letter}, version {draft.version}, sealed.", 0)
    show_seal.findings(out, made.notes)
    if made.pdf is not None:
        line(out, f"→ Check it any time: necessity letter verify {output}", 0)
