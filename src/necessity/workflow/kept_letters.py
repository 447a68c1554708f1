"""What lies in `papers/letters/` for each version of a letter, under which name, and how it is read back."""

import json
import re
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from necessity.domain.letter_draft import LetterDraft
from necessity.domain.record import Record
from necessity.domain.signature import SignatureRecord
from necessity.errors import FormatError, RecordError

LARGEST_JSON = 1_000_000
"""Bytes of one draft or signature."""
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_LIKE_A_VERSION = re.compile(r"-v[0-9]+$")
_R = TypeVar("_R", bound=Record)


class LetterPaper(StrEnum):
    """The papers of one version: what follows the version in the file's name."""

    DRAFT = ".json"
    """The version as it stands: as sent, and once signed as signed."""
    SENT = ".sent.json"
    """As it went to the signer, kept beside."""
    CHANGES = ".changes.json"
    """What the clinician changed."""
    SIGNATURE = ".signature.json"
    """The signature record."""
    DRAWING = ".drawn.png"
    """The signature as it was drawn, a picture."""
    STROKES = ".drawn.json"
    """The signature as it was drawn, strokes."""


def paper_of(letter: str, version: int, what: LetterPaper) -> str:
    """Name a paper of one version of a letter.

    Examples:
        >>> paper_of("letter1", 2, LetterPaper.SIGNATURE)
        'papers/letters/letter1-v2.signature.json'
    """
    return f"papers/letters/{checked_id(letter)}-v{version}{what}"


def sealed_of(letter: str, version: int, sha256: str) -> str:
    """Name a sealed letter by its content: one that was sent out is never replaced by a later one."""
    return f"papers/letters/{checked_id(letter)}-v{version}.sealed-{sha256[:8]}.pdf"


def photo_of(letter: str, version: int, sha256: str, ending: str) -> str:
    """Name the photo or scan of a signed paper by its content, so that none ever takes another's place."""
    return f"papers/letters/{checked_id(letter)}-v{version}.paper-{sha256[:8]}.{ending}"


def checked_id(letter: str) -> str:
    """Make sure that the id of a letter can be part of a file's name.

    Raises:
        RecordError: it cannot.
    """
    if not _SAFE_ID.fullmatch(letter) or _LIKE_A_VERSION.search(letter):
        raise RecordError(
            f"The letter's id {letter[:60]!r} cannot name a file.",
            "Give it an id of letters, digits, dots, dashes and underscores, without a version such as -v2 at its end.",
            field="letter",
            value=letter,
            allowed="up to 60 letters, digits, dots, dashes and underscores, a letter or digit first",
        )
    return letter


def read_draft(content: bytes, place: str) -> LetterDraft:
    """Read a draft as it was kept.

    Raises:
        FormatError: it is no draft; every fault is listed.
    """
    return _read(LetterDraft, content, place, "draft of a letter")


def read_signature(content: bytes, place: str) -> SignatureRecord:
    """Read a signature record as it was kept.

    Raises:
        FormatError: it is none.
    """
    return _read(SignatureRecord, content, place, "signature record")


def _read(record: type[_R], content: bytes, place: str, what: str) -> _R:
    faults: tuple[str, ...] = ("it is larger than 1 MB",)
    if len(content) <= LARGEST_JSON:
        try:
            return record.model_validate_json(content)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)[:10]
            faults = tuple(f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ") for one in found)
    raise FormatError(
        f"{place} cannot be read as the {what}.",
        "Name the file that `necessity letter` wrote, unchanged.",
        format=what,
        place=place,
        faults=faults,
    )


def pretty(content: object) -> bytes:
    """Write plain values as JSON for people: indented, keys in their order, ends with a line feed."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
