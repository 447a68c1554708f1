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


def written(value: object) -> str:
    """Write a value as JSON, the same bytes every time."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def manifest_of(out: Path) -> dict[str, Any] | None:
    """Read what the run in a folder is of; None where there is none."""
    try:
        found: dict[str, Any] = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SettingError(
            f"{out / MANIFEST} cannot be read.", "Name another folder with -o, or remove this one.", setting="-o"
        ) from error
    return found


def check_same(out: Path, kept: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuse to mix the results of two runs.

    Raises:
        SettingError: the folder holds a run of something else.
    """
    words = {"input": "other tables", "rulebook": "another rulebook", "program": "another version of the program"}
    words |= {"on": "another day", "parts": "another number of parts"}
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


@contextmanager
def told_in_words(out: Path) -> Iterator[None]:
    """Say what to do where disk or memory run out; whatever is finished stays."""
    try:
        yield
    except NecessityError:
        raise
    except Exception as error:
        said = str(error)
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or "No space left" in said or "Disk quota" in said or "max_temp_directory_size" in said:
            raise StoreError(
                f"The disk of {out} is full; the parts that are finished are kept.",
                "Free some space and run the same command again: it goes on from there.",
                try_again=True,
            ) from error
        if "Out of Memory" in said or "could not allocate" in said:
            raise StoreError(
                "The memory allowed is too small for one part; the parts that are finished are kept.",
                "Run it again with a larger --memory, or into another folder with more --parts.",
                try_again=True,
            ) from error
        raise
