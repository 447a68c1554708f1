"""What a rule is."""

from datetime import date
from typing import NamedTuple

from necessity.domain.decision import Citation, Outcome


class RuleVersion(NamedTuple):
    """A rule's condition from one day to another."""

    from_on: date | None
    """First day; None: since ever."""
    until_on: date | None
    """Last day; None: still in force."""
    condition: str
    """A condition over facts and parameters; see `condition`."""
    citations: tuple[Citation, ...]
    """Where it comes from."""


class Rule(NamedTuple):
    """One declared requirement."""

    id: str
    """Its path, with dots."""
    title: str
    """The requirement in a sentence."""
    question: str
    """What one would ask to check it."""
    about: str
    """The subject."""
    dated_by: str
    """The fact whose date picks the version; empty where there is one version without dates."""
    required: bool
    """Whether it decides, or only advises."""
    if_not_met: Outcome
    """not_payable, pended or review."""
    while_ahead: Outcome | None
    """What it makes instead while the service is still ahead; None: the same."""
    status: str
    """draft runs but never decides; in_force; retired does not run."""
    applies: str
    """Condition under which it has a say; empty: always."""
    messages: dict[str, str]
    """met, not_met, unknown, remedy."""
    versions: tuple[RuleVersion, ...]
    """In order of their dates."""
    file: str
    """Where it stands."""

    @property
    def decides(self) -> bool:
        """Whether its answer counts toward the outcome."""
        return self.required and self.status == "in_force"
