"""A case as a folder that a person can read and mend: `case.toml`, CSV files, `papers/`.

Here is the disk: opening without following links or waiting on devices, locking, replacing files whole. What
the bytes mean stands in `case_files`; changing one answer in place is `edit`'s business. Papers are never
touched.
"""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from necessity.domain.case import Case
from necessity.errors import FormatError, RecordError, StoreError
from necessity.stores.case_files import LIMITS, read_case_files, write_case_files
from necessity.stores.case_toml import FILE
from necessity.stores.faults import Fault
from necessity.stores.values import is_paper_path
from necessity.workflow.ports import StoredCase, changed_meanwhile, no_such_case

PAPERS = "papers"

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def _outside(folder: Path) -> Iterator[None]:
    """Tell failures of the disk in our own words."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The case folder {folder} cannot be used: {error.strerror or error}.",
            "Check that it is there, that you may read and write it, and that the disk is not full.",
        ) from error


def _not_plain(folder: Path, file: str) -> FormatError:
    mend = "put a copy of the file itself in its place"
    fault = Fault(file, None, "", "a link, a pipe or a device", "a plain file", mend)
    return FormatError(
        f"The case folder {folder} cannot be read: {file} is not a plain file.",
        f"{mend.capitalize()}.",
        format="case folder",
        place=file,
        faults=(str(fault),),
    )


def _read_plain_file(folder: Path, file: str) -> bytes | None:
    """Read a file up to one byte beyond its limit; None where there is none."""
    try:
        handle = os.open(folder / file, _READ)
    except FileNotFoundError:
        return None
    except OSError:
        if (folder / file).is_symlink() or not stat.S_ISREG((folder / file).lstat().st_mode):
            raise _not_plain(folder, file) from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _not_plain(folder, file)
        with os.fdopen(handle, "rb", closefd=False) as opened:
            return opened.read(LIMITS[file] + 1)
    finally:
        os.close(handle)


def read_files(folder: Path) -> dict[str, bytes]:
    """Fetch the bytes of a case folder.

    Args:
        folder: The case folder; it may itself be reached through a link, its files may not.

    Returns:
        The files that are there, by name.

    Raises:
        StoreError: there is no case.toml, or the disk fails.
        FormatError: a file is a link, a pipe or a device.
    """
    with _outside(folder):
        read = {file: _read_plain_file(folder, file) for file in LIMITS}
    if read[FILE] is None:
        raise StoreError(f"There is no case in {folder}.", "Check the path, or start one with: necessity new CASE")
    return {file: content for file, content in read.items() if content is not None}


def version_of(files: Mapping[str, bytes]) -> str:
    """Name the content of a case folder: a SHA-256 over its files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file} {len(files[file])}\n".encode() + files[file])
    return digest.hexdigest()


def load_case(folder: Path) -> StoredCase:
    """Read the case in a folder.

    Args:
        folder: The case folder, whatever its name.

    Returns:
        The case and its version.

    Raises:
        StoreError: there is no case, or the disk fails.
        FormatError: something in it is wrong; `faults` lists everything.
    """
    files = read_files(folder)
    return StoredCase(read_case_files(files, str(folder)), version_of(files))


def save_case(folder: Path, case: Case, expected_version: str | None) -> str:
    """Keep a case in a folder, each file replaced whole; a file whose records stay the same keeps its bytes.

    Args:
        folder: The case folder; made where it does not exist.
        case: The record.
        expected_version: The version it was loaded in; None: the folder must not hold a case yet.

    Returns:
        The new version.

    Raises:
        StoreError: somebody else saved in between (`try_again`), or the disk fails.
        RecordError: the files cannot hold the case exactly as it is.
    """
    written = write_case_files(case)
    with _outside(folder):
        (folder / PAPERS).mkdir(parents=True, exist_ok=True)
    with locked(folder):
        before = read_files(folder) if any(os.path.lexists(folder / file) for file in LIMITS) else {}
        if expected_version != (version_of(before) if before else None):
            raise changed_meanwhile(case.id)
        same = {}
        with suppress(FormatError):
            canonical = write_case_files(read_case_files(before)) if before else {}
            same = {file: before[file] for file in before if canonical[file] == written[file]}
        after = written | same
        replace_files(folder, {file: content for file, content in after.items() if content != before.get(file)})
    return version_of(after)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other savers of this folder waiting; the lock goes when the process does."""
    with _outside(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        with _outside(folder):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of a folder, each in one stroke: at any moment the old one is there whole, or the new."""
    with _outside(folder):
        for file, content in files.items():
            handle, waiting = tempfile.mkstemp(prefix=f".{file}.", dir=folder)
            try:
                with os.fdopen(handle, "wb") as opened:
                    opened.write(content)
                    opened.flush()
                    if (folder / file).exists():
                        os.fchmod(handle, stat.S_IMODE((folder / file).stat().st_mode))
                    os.fsync(handle)
                Path(waiting).replace(folder / file)
            except BaseException:
                Path(waiting).unlink(missing_ok=True)
                raise
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def paper_path(folder: Path, file: str) -> Path:
    """Find a paper of a case on disk.

    Args:
        folder: The case folder.
        file: As a record names it, such as `papers/letter.pdf`.

    Returns:
        The path of a plain file inside `papers/`.

    Raises:
        FormatError: the name leads out of `papers/`, through a link, or to something that is not a plain
        file. StoreError: there is no such paper.
    """
    if not is_paper_path(file):
        raise FormatError(
            f"The paper {file!r} does not lie in {PAPERS}/ of the case folder.",
            f"Put it there and name it as {PAPERS}/letter.pdf.",
            format="case folder",
            place=file,
        )
    path = folder
    for part in PurePosixPath(file).parts:
        path = path / part
        if path.is_symlink():
            raise _not_plain(folder, file)
    if not path.exists():
        raise StoreError(
            f"The paper {file} is not in {folder}.", f"Put it into {folder / PAPERS}, or correct its name."
        )
    if not path.is_file():
        raise _not_plain(folder, file)
    return path


class FolderStore:
    """Case folders side by side in one folder, each named like its case."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def exists(self, case_id: str) -> bool:
        """Say whether a case of this name is kept here."""
        return bool(_SAFE_NAME.fullmatch(case_id)) and (self._root / case_id / FILE).is_file()

    def load(self, case_id: str) -> StoredCase:
        """Fetch a case with its version, which is a SHA-256 over its files."""
        if not self.exists(case_id):
            raise no_such_case(case_id)
        stored = load_case(self._root / case_id)
        if stored.case.id != case_id:
            raise StoreError(
                f"The folder {case_id} holds a case that calls itself {stored.case.id!r}.",
                "Give the folder and the id in case.toml the same name.",
            )
        return stored

    def save(self, case: Case, expected_version: str | None) -> str:
        """Keep a case in the folder of its name, unless somebody saved it since `expected_version`."""
        if not _SAFE_NAME.fullmatch(case.id):
            raise RecordError(
                f"The case id {case.id!r} cannot be the name of a folder.",
                "Give the case an id of letters, digits, dots, dashes and underscores.",
                field="id",
                value=case.id,
                allowed="letters, digits, dots, dashes and underscores, a letter or digit first",
            )
        return save_case(self._root / case.id, case, expected_version)
