"""The control numbers a sender has used, beside its own file: `sender.toml` has `sender.numbers.toml`.

They belong to the sender, not to a case: two cases of one sender must not use one number to the same receiver.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tomli_w
from pydantic import ValidationError

from necessity.domain.sent_message import UsedNumber
from necessity.errors import FormatError, SettingError, StoreError
from necessity.stores.folder import locked, replace_files

_MOST_BYTES = 50_000_000
_LAST = 999_999_999


class SentNumbers:
    """The numbers of one sender; made by `numbers_of`, which keeps others waiting meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used = list(_read(path))

    def free(self, receiver_id: str) -> int:
        """Give the number after the highest one that went to a receiver.

        Raises:
            SettingError: the last number of all is gone.
        """
        number = 1 + max((one.number for one in self._to(receiver_id)), default=0)
        if number > _LAST:
            step = "Ask the receiver whether numbers may begin anew, and then name one with --control-number."
            raise SettingError(f"The numbers to {receiver_id} are used up.", step, setting="--control-number")
        return number

    def use(self, entry: UsedNumber) -> None:
        """Keep a number as used. The very same message may be made again, and takes no new one.

        Raises:
            SettingError: another message went to this receiver with it.
        """
        for one in self._to(entry.receiver_id):
            if one.number == entry.number:
                if one.sha256 == entry.sha256:
                    return
                claims = ", ".join(one.claims) or "other claims"
                said = f"Number {one.number} went to {one.receiver_id} on {one.written_on}, with {claims}."
                step = f"Leave --control-number out; the next free one is {self.free(entry.receiver_id)}."
                raise SettingError(said, step, setting="--control-number")
        self._used.append(entry)
        entries = [one.model_dump(mode="python", exclude_none=True, exclude_defaults=True) for one in self._used]
        replace_files(self._path.parent, {self._path.name: tomli_w.dumps({"used": entries}).encode()})

    def _to(self, receiver_id: str) -> Iterator[UsedNumber]:
        return (one for one in self._used if one.receiver_id.casefold() == receiver_id.casefold())


@contextmanager
def numbers_of(sender: Path) -> Iterator[SentNumbers]:
    """Open the numbers of a sender while nobody else can.

    Args:
        sender: The file that says who sends.

    Raises:
        FormatError: the numbers cannot be read.
        StoreError: the disk failed.
    """
    path = sender.resolve().with_suffix(".numbers.toml")
    with locked(path.parent):
        yield SentNumbers(path)


def _read(path: Path) -> Iterator[UsedNumber]:
    step = "Mend what it says above, or put back the last good copy: without it a number could be used twice."
    try:
        if not path.exists():
            return
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise FormatError(f"{path} is no plain file of numbers.", step, format="numbers", place=path.name)
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.", "Check who may read it.") from error
    except ValueError as error:
        raise FormatError(
            f"{path} cannot be read: {str(error)[:200]}.", step, format="numbers", place=path.name
        ) from None
    try:
        yield from (UsedNumber.model_validate(one) for one in told.get("used", []))
    except (ValidationError, TypeError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        said = tuple(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in faults)
        raise FormatError(f"{path} cannot be read.", step, format="numbers", place=path.name, faults=said) from None
