"""What a check of codes gives back: a reason and a way out, as a value."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from necessity.codesets.procedures.tables import cite

if TYPE_CHECKING:
    from necessity.domain.decision import Citation


class Weight(StrEnum):
    """How much a finding weighs, heaviest first."""

    STOP = "stop"
    """It must not be filed like this."""
    ASK = "ask"
    """Something must be known, or said by the payer, first."""
    ADVICE = "advice"
    """It can stand; there is something better, or something to keep ready."""


class CodeFinding(NamedTuple):
    """One thing a check tells about codes on a line or on a day."""

    check: str
    """Name of the check."""
    weight: Weight
    where: str
    """The codes it is about."""
    message: str
    """The reason, in one or two sentences."""
    fix: str
    """What to do about it."""
    sources: tuple[str, ...]
    """Ids of its sources."""

    @property
    def citations(self) -> "tuple[Citation, ...]":
        """The sources in full, with their kind."""
        return cite(*self.sources)
