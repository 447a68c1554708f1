"""An outbox and a server for the tests of sending: neither touches a disk or a network."""

from collections.abc import Callable

from necessity.domain.case import Case
from necessity.domain.outbox import Outbox, OutboxItem
from necessity.errors import StoreError
from necessity.workflow.outbox import Dropped, Picked
from tests.cast import bruno


class Kept:
    """An outbox that forgets."""

    def __init__(self, case: Case | None = None) -> None:
        self.outbox = Outbox()
        self.record = case or bruno()
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, bytes] = {}

    def read(self) -> Outbox:
        return self.outbox

    def change(self, change: Callable[[Outbox], Outbox]) -> Outbox:
        self.outbox = change(self.outbox)
        return self.outbox

    def case(self) -> Case:
        return self.record

    def change_case(self, change: Callable[[Case], Case]) -> Case:
        self.record = change(self.record)
        return self.record

    def keep_for_sending(self, name: str, content: bytes) -> str:
        self.files[f"outbox/{name}"] = content
        return f"outbox/{name}"

    def kept_for_sending(self, item: OutboxItem) -> bytes:
        return self.files[item.file]

    def keep_answer(self, name: str, content: bytes) -> str:
        self.answers[name] = content
        return f"papers/inbox/{name}"


class Server:
    """A server that does as it is told; tests/unit/stores/test_sftp.py has a real one."""

    def __init__(self, name: str = "u@h:22", answer: Dropped | StoreError = Dropped.PLACED) -> None:
        self.name = name
        self.answer = answer
        self.asked: list[tuple[str, bool]] = []
        self.lying: list[Picked] = []

    def drop(self, content: bytes, name: str, *, is_being_renamed: bool, before_rename: Callable[[], None]) -> Dropped:
        self.asked.append((name, is_being_renamed))
        before_rename()
        if isinstance(self.answer, StoreError):
            raise self.answer
        return self.answer

    def pick_up(self, is_known: Callable[[str, int, int], bool], keep: Callable[[Picked], None]) -> int:
        for one in self.lying:
            if not is_known(one.name, len(one.content), one.modified_seconds):
                keep(one)
        return 0
