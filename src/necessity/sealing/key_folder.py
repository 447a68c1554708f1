"""The folder that holds an installation's keys: who may look into it, how its files are read and replaced.

Like ssh, we refuse to work with a key that others could have copied. Nothing here knows what a key is.
"""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from necessity.errors import SettingError, StoreError

LARGEST = 1_000_000
"""No file in it is longer; whatever is, is not ours."""

_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_OPEN_TO_OTHERS = 0o077


@contextmanager
def _outside(folder: Path) -> Iterator[None]:
    """Tell failures of the disk in our own words."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The folder of the keys, {folder}, cannot be used: {error.strerror or error}.",
            "Check that it is there, that you may read and write it, and that the disk is not full.",
        ) from error


def _refuse_open(path: Path, found: os.stat_result, mode: str) -> None:
    """Refuse a place that somebody else owns, or that others may look into."""
    if found.st_uid != os.geteuid():
        raise SettingError(
            f"{path} belongs to another user of this machine, so its keys are not yours alone.",
            "Name a folder of your own in NECESSITY_HOME, or run this as its owner.",
            setting="NECESSITY_HOME",
        )
    if stat.S_IMODE(found.st_mode) & _OPEN_TO_OTHERS:
        raise SettingError(
            f"Other users of this machine may look into {path}: a key could have been copied.",
            f"Close it with: chmod {mode} {path}, then make a new key with: necessity letter keys rotate",
            setting="NECESSITY_HOME",
        )


def check(folder: Path) -> bool:
    """Say whether the folder is there; refuse one that is not for its owner alone.

    Raises:
        SettingError: it is a link or no folder, belongs to somebody else, or is open to others.
        StoreError: the disk failed.
    """
    try:
        with _outside(folder):
            found = folder.lstat()
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return False
        raise
    if not stat.S_ISDIR(found.st_mode):
        raise SettingError(
            f"{folder} is a link or a file where the folder of the keys should be.",
            "Move it away, or name another folder in NECESSITY_HOME.",
            setting="NECESSITY_HOME",
        )
    _refuse_open(folder, found, "700")
    return True


def make(folder: Path) -> None:
    """Make the folder for its owner alone, unless it is there."""
    if not check(folder):
        with _outside(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)  # a lenient umask of the caller changes nothing
    check(folder)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others who change the keys waiting; the lock goes when the process does."""
    with _outside(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        with _outside(folder):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(folder: Path, name: str) -> bytes | None:
    """Fetch a file of the folder; None where there is none.

    Raises:
        SettingError: it is a link, no plain file, belongs to somebody else, or is open to others.
        StoreError: the disk failed.
    """
    path = folder / name
    with _outside(folder):
        if not os.path.lexists(path):
            return None
        if not stat.S_ISREG(path.lstat().st_mode):
            raise SettingError(
                f"{path} is a link or a device, not the file itself.",
                "Put the file itself in its place.",
                setting="NECESSITY_HOME",
            )
        with os.fdopen(os.open(path, _READ), "rb") as opened:
            _refuse_open(path, os.fstat(opened.fileno()), "600")
            return opened.read(LARGEST)


def replace(folder: Path, name: str, content: bytes) -> None:
    """Write a file for its owner alone, in one stroke: the old one is there whole, or the new."""
    with _outside(folder):
        handle, waiting = tempfile.mkstemp(prefix=".", dir=folder)  # mkstemp gives 0600 whatever the umask
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(handle)
            Path(waiting).replace(folder / name)
        except BaseException:
            Path(waiting).unlink(missing_ok=True)
            raise
