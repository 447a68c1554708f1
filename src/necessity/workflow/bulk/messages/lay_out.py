"""A folder of messages, with what is given beside, as a folder of published tables."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.messages.beside import Beside
from necessity.workflow.bulk.messages.gather import Message, gather
from necessity.workflow.bulk.messages.settle import settle
from necessity.workflow.bulk.survey import CASES, FORMATS, Database, Input

FOLDER = "messages"
"""Where a run keeps what it read: the tables, the register of claims and lines, what was set aside."""
_ENDINGS = (".x12", ".837", ".837p", ".edi", ".dat", ".txt", ".clm")
_HEAD = 1 << 16


def find_messages(folder: Path) -> list[Message]:
    """List the messages of a folder and its folders, by name; none: it is no folder of messages.

    Raises:
        FormatError: there are messages, and files beside them that are neither message nor table.
    """
    found, strange = [], []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if _is_table(inside) or inside.name == CASES:
            continue
        if path.suffix.lower() in _ENDINGS or _begins_like_one(path):
            found.append(Message(path, inside.as_posix()))
        else:
            strange.append(f"{inside} is neither a message nor a table of ours")
    if found and strange:
        raise FormatError(
            f"{folder} holds messages, and files that are none:",
            f"Take them out, or give a message one of the endings {', '.join(_ENDINGS)}.",
            format="837P",
            faults=tuple(strange),
        )
    return found


def _is_table(inside: Path) -> bool:
    """Say whether a file belongs to a table of ours, or looks as if it were meant to."""
    return inside.suffix[1:] in FORMATS and (len(inside.parts) == 1 or inside.parts[0] in TABLES)


def _begins_like_one(path: Path) -> bool:
    with path.open("rb") as file:
        return b"ISA" in file.read(_HEAD)


def inputs_of(messages: list[Message], beside: list[Beside]) -> list[Input]:
    """List all files a run of messages reads, so that it can tell whether they are still the same."""
    return [Input(FOLDER, "x12", tuple(one.path for one in messages), {}), *(one.input for one in beside)]


def lay_out_messages(
    db: Database,
    messages: list[Message],
    beside: list[Beside],
    on: date,
    target: Path,
    progress: Callable[[str, int, int], None],
) -> None:
    """Write the tables of a book of messages, once: a target that is there is whole.

    Args:
        db: A database that may read the input and write the target.
        messages: The files.
        beside: The tables given beside.
        on: The day to decide for.
        target: The folder to make, `messages` inside the folder of the run.
        progress: Told how many bytes of messages are read.
    """
    if target.is_dir():
        return
    total = sum(one.path.stat().st_size for one in messages)
    with disk.whole_folder(target) as aside:
        stages = aside / "stages"
        stages.mkdir()
        for done in gather(messages, stages, on):
            progress("Reading messages", done, total)
        settle(db, stages, beside, on.isoformat(), aside)
        for file in stages.iterdir():
            file.unlink()
        stages.rmdir()


def needs_day(folder: Path, what: str) -> SettingError:
    """Say that the input does not tell for which day to decide."""
    return SettingError(
        f"{folder} holds {what}, and they do not say for which day to decide.",
        "Say it with --on 2026-06-30.",
        setting="--on",
    )
