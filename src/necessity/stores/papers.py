"""Papers of a case folder: kept byte for byte under `papers/`, read back with a limit, never reached through links."""

import os
import tempfile
from pathlib import Path, PurePosixPath

from necessity.errors import FormatError, StoreError
from necessity.stores.folder import paper_path
from necessity.stores.values import is_paper_path

LARGEST = 25_000_000
"""Bytes of one paper: a scan of ten pages is smaller."""


def read_paper(folder: Path, file: str) -> bytes:
    """Read a paper of a case.

    Raises:
        FormatError: its name leads elsewhere, or it is too large. StoreError: it is not there, or the disk fails.
    """
    return read_outside(paper_path(folder, file))


def has_paper(folder: Path, file: str) -> bool:
    """Say whether something lies where a paper of that name would."""
    return os.path.lexists(folder / file)


def read_outside(path: Path) -> bytes:
    """Read a file that a person names, up to the limit of a paper.

    Raises:
        FormatError: it is too large or no plain file. StoreError: it is not there, or the disk fails.
    """
    try:
        if not path.is_file():
            raise StoreError(f"{path} is not a file.", "Name the file itself.")
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.", "Check the name and who may read it.") from error
    if len(content) > LARGEST:
        raise FormatError(
            f"{path.name} is larger than {LARGEST // 1_000_000} MB.",
            "Save it smaller: a photo of one page needs 5 MB at most.",
            format="paper",
            place=str(path),
        )
    return content


def keep_paper(folder: Path, file: str, content: bytes, *, instead: bool = False) -> None:
    """Keep a paper in a case folder, whole or not at all.

    Args:
        folder: The case folder.
        file: Where, such as `papers/letters/letter1-v1.json`.
        content: The bytes, untouched.
        instead: Whether it may take the place of another of that name; else only the same bytes may lie there.

    Raises:
        FormatError: the name leads out of `papers/` or through a link.
        StoreError: another paper of that name is there, or the disk fails.
    """
    if not is_paper_path(file):
        paper_path(folder, file)  # says what is wrong with the name
    place = folder
    try:
        for part in PurePosixPath(file).parts[:-1]:
            place = place / part
            if place.is_symlink():
                paper_path(folder, file)
            place.mkdir(exist_ok=True)
        target = place / PurePosixPath(file).name
        if os.path.lexists(target):
            there = read_paper(folder, file)
            if there == content:
                return
            if not instead:
                raise StoreError(
                    f"{file} is there already and holds something else; it was not touched.",
                    "Look at it, and move it away if it does not belong there.",
                )
        _write(target, content)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.", "Check the folder and the disk.") from error


def _write(target: Path, content: bytes) -> None:
    handle, waiting = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(handle)
        Path(waiting).replace(target)
    except BaseException:
        Path(waiting).unlink(missing_ok=True)
        raise
