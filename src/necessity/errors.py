"""The exceptions: what is raised when the work cannot go on.

Findings about a person's case are values and never raised; see `necessity.domain.decision.Finding`.
Every message ends with something to do, kept apart in `next_step` so that a screen can show it on its own line.
"""


class NecessityError(Exception):
    """Say why the work cannot go on, and what to do next."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(f"{message} {next_step}".strip())
        self.message = message
        self.next_step = next_step


class RecordError(NecessityError):
    """A record cannot exist like this."""

    def __init__(self, message: str, next_step: str, *, field: str, value: object, allowed: str) -> None:
        super().__init__(message, next_step)
        self.field = field
        self.value = value
        self.allowed = allowed


class RulebookError(NecessityError):
    """A file of the rulebook (rule, fact, parameter, profile) is broken."""

    def __init__(self, message: str, next_step: str, *, file: str, line: int | None = None, rule: str = "") -> None:
        place = f"{file}:{line}: " if line else f"{file}: "
        super().__init__(place + message, next_step)
        self.file = file
        self.line = line
        self.rule = rule


class FormatError(NecessityError):
    """A document cannot be read or written; `faults` lists every reason found, not only the first."""

    def __init__(
        self,
        message: str,
        next_step: str,
        *,
        format: str,
        place: str = "",
        offending: str = "",
        faults: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, next_step)
        self.format = format
        self.place = place
        self.offending = offending
        self.faults = faults


class StoreError(NecessityError):
    """The outside failed: a disk, a database, a network. `try_again` says whether waiting may help."""

    def __init__(self, message: str, next_step: str, *, try_again: bool = False) -> None:
        super().__init__(message, next_step)
        self.try_again = try_again


class SettingError(NecessityError):
    """A setting is wrong; found at the start, before any work."""

    def __init__(self, message: str, next_step: str, *, setting: str) -> None:
        super().__init__(message, next_step)
        self.setting = setting
