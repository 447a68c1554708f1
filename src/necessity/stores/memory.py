"""A store that forgets: for tests and for trying things out."""

from necessity.domain.case import Case
from necessity.workflow.ports import StoredCase, changed_meanwhile, no_such_case


class MemoryStore:
    """Cases in a dictionary, every version of them, gone when the program ends."""

    def __init__(self) -> None:
        self._versions: dict[str, tuple[Case, ...]] = {}

    def exists(self, case_id: str) -> bool:
        """Say whether a case of this name is kept here."""
        return case_id in self._versions

    def load(self, case_id: str) -> StoredCase:
        """Fetch a case with its version, which counts the saves."""
        versions = self._versions.get(case_id, ())
        if not versions:
            raise no_such_case(case_id)
        return StoredCase(versions[-1], str(len(versions)))

    def save(self, case: Case, expected_version: str | None) -> str:
        """Keep a case, unless somebody saved it since `expected_version`."""
        versions = self._versions.get(case.id, ())
        if expected_version != (str(len(versions)) if versions else None):
            raise changed_meanwhile(case.id)
        self._versions[case.id] = (*versions, case)
        return str(len(versions) + 1)
