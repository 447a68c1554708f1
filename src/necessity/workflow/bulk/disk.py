"""Files that are whole or not there: written aside, flushed, then renamed; and the note that says what a run is of."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from necessity.errors import NecessityError, SettingError, StoreError

MANIFEST = "manifest.json"


def flush(folder: Path) -> None:
    """Make sure that all files of a folder, and their names, are on the disk."""
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Hand out a folder to write into, and put it in its place when everything in it is on the disk."""
    aside = target.with_name(f".{target.name}.half")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    yield aside
    flush(aside)
    aside.rename(target)
    _sync(target.parent)


def write_whole(target: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, never half of it."""
    aside = target.with_name(f".{target.name}.half")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)
    _sync(target.parent)


def put_whole(aside: Path, target: Path) -> None:
    """Put a file that is written in its place, once it is on the disk."""
    _sync(aside)
    aside.replace(target)
    _sync(target.parent)


def written(value: object) -> str:
    """Write a value as JSON, the same bytes every time."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def manifest_of(out: Path) -> dict[str, Any] | None:
    """Read what the run in a folder is of; None where there is none."""
    try:
        return manifest_in((out / MANIFEST).read_text(encoding="utf-8"), out)
    except FileNotFoundError:
        return None


def manifest_in(text: str, out: Path | str) -> dict[str, Any]:
    """Read the text that says what the run in a folder is of."""
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise SettingError(
            f"{MANIFEST} in {out} cannot be read.", "Name another folder with -o, or remove this one.", setting="-o"
        ) from error
    return found


def check_same(out: Path | str, kept: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuse to mix the results of two runs.

    Raises:
        SettingError: the folder holds a run of something else.
    """
    words = {"input": "other tables", "rulebook": "another rulebook", "program": "another version of the program"}
    words |= {"on": "another day", "parts": "another number of parts", "engine": "another engine"}
    differs = [words[key] for key in words if kept.get(key) != now[key]]
    if differs:
        raise SettingError(
            f"{out} holds a run of {' and '.join(differs)}.",
            "Name another folder with -o, or remove this one.",
            setting="-o",
        )


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Let one run at a time write into a folder; the lock goes with the process, however it ends."""
    import fcntl

    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingError(
                f"Another run is writing into {out}.", "Wait until it ends, or name another folder.", setting="-o"
            ) from None
        yield


_FULL = ("No space left", "Disk quota", "File too large", "max_temp_directory_size")
_NO_MEMORY = ("Out of Memory", "could not allocate")


def is_full(error: Exception) -> bool:
    """Tell whether a disk, a quota or a limit on files left no room, whoever ran into it."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return full or any(words in str(error) for words in _FULL)


def lacks_memory(error: Exception) -> bool:
    """Tell whether the database had too little memory."""
    return any(words in str(error) for words in _NO_MEMORY)


@contextmanager
def told_in_words(out: Path) -> Iterator[None]:
    """Say what to do where disk or memory run out; whatever is finished stays."""
    try:
        yield
    except NecessityError:
        raise
    except Exception as error:
        if is_full(error):
            raise StoreError(
                f"The disk of {out} is full, or a limit on files is reached; the parts that are finished are kept.",
                "Free some space and run the same command again: it goes on from there.",
                try_again=True,
            ) from error
        if lacks_memory(error):
            raise StoreError(
                "The memory allowed is too small for one part; the parts that are finished are kept.",
                "Run it again with a larger --memory, or into another folder with more --parts.",
                try_again=True,
            ) from error
        raise
