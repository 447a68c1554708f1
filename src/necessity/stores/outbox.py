"""The outbox of a case folder: `outbox.toml`, and the files as they were sent under `outbox/`."""

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import tomli_w
from pydantic import ValidationError

from necessity.domain.case import Case
from necessity.domain.manifest import digest
from necessity.domain.outbox import Outbox, OutboxItem
from necessity.errors import FormatError, StoreError
from necessity.stores.changes import save_changes
from necessity.stores.folder import PAPERS, load_case, locked, replace_files
from necessity.workflow.sent_claims import CHANGED_LISTS

FILE = "outbox.toml"
FOLDER = "outbox"
INBOX = f"{PAPERS}/inbox"
_MOST_BYTES = 5_000_000
_MOST_TRIES = 5
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def read_outbox(folder: Path) -> Outbox:
    """Read the outbox of a case folder; empty where there is none yet.

    Raises:
        FormatError: it cannot be read; every fault is listed.
        StoreError: the disk failed.
    """
    path = folder / FILE
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise _unreadable(folder, ("it is a link, a pipe or a device, not a plain file",))
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _disk(path, error) from error
    if len(content) > _MOST_BYTES:
        raise _unreadable(folder, (f"it is longer than {_MOST_BYTES:,} bytes",))
    try:
        return Outbox.model_validate(_from_toml(tomllib.loads(content.decode())))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(folder, (str(error)[:200],)) from None
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise _unreadable(folder, faults) from None


def write_outbox(outbox: Outbox) -> bytes:
    """Write an outbox as TOML; what is unknown is left out, and the same outbox gives the same bytes."""
    items = [_bare(one.model_dump(mode="python")) for one in outbox.items]
    fetched = [_bare(one.model_dump(mode="python")) for one in outbox.fetched]
    messages = [_bare(one.model_dump(mode="python")) for one in outbox.messages]
    return tomli_w.dumps({"item": items, "fetched": fetched, "message": messages}).encode()


def change_outbox(folder: Path, change: Callable[[Outbox], Outbox]) -> Outbox:
    """Change the outbox of a folder while nobody else can.

    Args:
        folder: The case folder.
        change: Makes the new outbox from the present one.

    Returns:
        The outbox as it was kept.
    """
    with locked(folder):
        changed = change(read_outbox(folder))
        replace_files(folder, {FILE: write_outbox(changed)})
    return changed


def keep_for_sending(folder: Path, name: str, content: bytes) -> str:
    """Keep a file as it will be sent, apart from the one it was made from, which may change.

    Returns:
        Where it is kept, a path under outbox/; the digest in its name keeps two of one name apart.
    """
    plain = _UNSAFE.sub("-", PurePosixPath(name).name).strip("-.") or "file"
    kept = f"{digest(content)[:12]}-{plain[-80:]}"
    _keep(folder / FOLDER, kept, content)
    return f"{FOLDER}/{kept}"


def kept_for_sending(folder: Path, file: str, sha256: str) -> bytes:
    """Fetch a file that is kept for sending, and make sure that it is still the same.

    Raises:
        FormatError: it was changed since it was added, or its name leads elsewhere.
        StoreError: it is gone, or the disk failed.
    """
    parts = PurePosixPath(file).parts
    if len(parts) != 2 or parts[0] != FOLDER or parts[1] == "..":
        raise FormatError(f"{file!r} does not lie in {FOLDER}/.", "Add the file anew.", format="outbox", place=file)
    path = folder / FOLDER / parts[1]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _disk(path, error) from error
    if digest(content) != sha256:
        step = "Withdraw the item, and add the file anew."
        raise FormatError(f"{file} is not what was added: it was changed since.", step, format="outbox", place=file)
    return content


def keep_answer(folder: Path, name: str, content: bytes) -> str:
    """Keep an answer that was picked up, never over another one.

    Returns:
        Where it is kept, a path under papers/inbox/.
    """
    plain = _UNSAFE.sub("-", PurePosixPath(name.replace("\\", "/")).name).strip("-.")[-100:] or "answer"
    inbox = folder / INBOX
    taken = inbox / plain
    if taken.exists() and taken.read_bytes() != content:
        plain = f"{digest(content)[:12]}-{plain}"
    _keep(inbox, plain, content)
    return f"{INBOX}/{plain}"


class FolderOutbox:
    """The outbox of one case folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Outbox:
        """Read it; empty where there is none yet."""
        return read_outbox(self._folder)

    def change(self, change: Callable[[Outbox], Outbox]) -> Outbox:
        """Change it while nobody else can."""
        return change_outbox(self._folder, change)

    def case(self) -> Case:
        """Read the case it belongs to."""
        return load_case(self._folder).case

    def change_case(self, change: Callable[[Case], Case]) -> Case:
        """Change claims and what was said of their arrival; where somebody saves in between, look again."""
        for left in reversed(range(_MOST_TRIES)):
            try:
                return self._change_case(change)
            except StoreError as error:
                if not (error.try_again and left):
                    raise
        raise AssertionError("the last try returns or raises")

    def _change_case(self, change: Callable[[Case], Case]) -> Case:
        stored = load_case(self._folder)
        changed = change(stored.case)
        return changed if changed == stored.case else save_changes(self._folder, stored, changed, CHANGED_LISTS).case

    def keep_for_sending(self, name: str, content: bytes) -> str:
        """Keep a file as it will be sent; gives its path."""
        return keep_for_sending(self._folder, name, content)

    def kept_for_sending(self, item: OutboxItem) -> bytes:
        """Fetch it again, unchanged."""
        return kept_for_sending(self._folder, item.file, item.sha256)

    def keep_answer(self, name: str, content: bytes) -> str:
        """Keep an answer; gives its path."""
        return keep_answer(self._folder, name, content)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other senders of this case waiting; looking at the outbox and adding to it stay possible."""
        (self._folder / FOLDER).mkdir(parents=True, exist_ok=True)
        with locked(self._folder / FOLDER):
            yield


def _keep(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_file = (folder / name).is_file() and not (folder / name).is_symlink()
        if is_file and (folder / name).read_bytes() == content:
            return
    except OSError as error:
        raise _disk(folder / name, error) from error
    replace_files(folder, {name: content})


def _disk(path: Path, error: OSError) -> StoreError:
    step = "Check that it is there, that you may read and write it, and that the disk is not full."
    return StoreError(f"{path} cannot be used: {error.strerror or error}.", step)


def _unreadable(folder: Path, faults: tuple[str, ...]) -> FormatError:
    return FormatError(
        f"{folder / FILE} cannot be read.",
        "Mend what it says above, or put back the last good copy.",
        format="outbox",
        place=FILE,
        faults=faults,
    )


def _bare(value: Any) -> Any:
    """Leave out what is unknown, empty or the usual."""
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if one is not None and one != () and one is not False}
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _from_toml(tree: dict[str, Any]) -> dict[str, Any]:
    """Name the lists as the record does; a name that is not known stays, and is refused there."""
    names = {"item": "items", "fetched": "fetched", "message": "messages"}
    items = tree.get("item")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and "claim" in item:  # as it was written while an item carried one claim at most
            item["claims"] = [item.pop("claim")]
    return {names.get(key, key): value for key, value in tree.items()}
