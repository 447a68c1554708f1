"""What a use case needs from the outside, as protocols. What satisfies them stands above, in `stores`."""

from typing import NamedTuple, Protocol

from necessity.domain.case import Case
from necessity.errors import StoreError


class StoredCase(NamedTuple):
    """A case as it was found in a store, and the version it was found in."""

    case: Case
    """The record."""
    version: str
    """What `save` must be told, so that a save by somebody else in between is noticed."""


class CaseStore(Protocol):
    """Where cases are kept: in memory, in a folder, in a database."""

    def exists(self, case_id: str) -> bool:
        """Say whether a case of this name is kept here."""
        ...

    def load(self, case_id: str) -> StoredCase:
        """Fetch a case with its version.

        Raises:
            StoreError: there is no such case, or it cannot be reached.
            FormatError: what is kept cannot be read; every fault is listed.
        """
        ...

    def save(self, case: Case, expected_version: str | None) -> str:
        """Keep a case under its own id.

        Args:
            case: The record, whole.
            expected_version: The version it was loaded in; None: it is new and must not exist yet.

        Returns:
            The new version.

        Raises:
            StoreError: somebody else saved in between (`try_again` is true: load again, repeat the change),
                or the store cannot be reached.
            RecordError: this store cannot hold the record exactly as it is.
        """
        ...


def changed_meanwhile(case_id: str) -> StoreError:
    """Say that somebody else saved the case in between; the same words from every store."""
    return StoreError(
        f"Somebody else changed the case {case_id!r} while you worked on it; nothing was saved.",
        "Load it again, look at what changed, and repeat your change.",
        try_again=True,
    )


def no_such_case(case_id: str) -> StoreError:
    """Say that a case is not kept here; the same words from every store."""
    return StoreError(f"There is no case {case_id!r} here.", "Check the name, or start one with: necessity new CASE")
