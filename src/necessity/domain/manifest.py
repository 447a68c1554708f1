"""A manifest: which files belong together, each with its SHA-256. Building one is `sealing`'s work."""

import hashlib
import json
from datetime import date

from necessity.domain.record import Record


class ManifestEntry(Record):
    """One file of a sealed whole."""

    id: str
    """Id in the record: of a letter, a receipt, a part. Never missing."""
    title: str
    """What it is, in plain words. Never missing."""
    file_name: str
    """Name of the file, without folders. Never missing."""
    size_bytes: int
    """How long the file is. Never missing."""
    sha256: str
    """Digest of the file as it was received or made, 64 hexadecimal digits. Never missing."""
    first_page: int | None = None
    """Where it begins in the document, counted from 1; missing where it is not shown there."""
    pages: int | None = None
    """How many pages of the document it takes; missing where it is not shown there."""
    is_attached: bool = False
    """Whether the file itself travels inside the document."""
    attached_sha256: str | None = None
    """Digest of what travels, where that is not the file as received: a photo without the camera's notes."""


class Manifest(Record):
    """All files of a sealed whole, in the order in which they are shown."""

    case: str
    """Id of the case. Never missing."""
    made_on: date
    """The day it was made for. Never missing."""
    pages: int | None = None
    """Pages of the whole document; missing where there is none."""
    pages_sha256: str | None = None
    """Digest of everything the pages show; missing where there is no document."""
    part: int | None = None
    """Which part this is of a whole that was too large for one file, counted from 1; missing: it is one file."""
    parts: int | None = None
    """How many parts there are; missing: one."""
    entries: tuple[ManifestEntry, ...] = ()
    """One a file."""


def digest(content: bytes) -> str:
    """Take the SHA-256 of some bytes, as 64 hexadecimal digits.

    Examples:
        >>> digest(b"")[:16]
        'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()


def canonical_json(value: object) -> bytes:
    r"""Write plain values as JSON in the one form that hashes agree on: sorted keys, no blanks, one line.

    Args:
        value: Plain values: dictionaries, lists, texts, numbers, booleans, None.

    Returns:
        UTF-8, ending in a line feed.

    Examples:
        >>> canonical_json({"b": 1, "a": ["é"]})
        b'{"a":["\xc3\xa9"],"b":1}\n'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()
