"""What the lint of a letter comes to: the required facts, met or not, and the findings, gravest first."""

from datetime import date
from enum import StrEnum

from necessity.domain.decision import Citation, SourceKind
from necessity.domain.funding import FundingKind
from necessity.domain.record import Record


class Severity(StrEnum):
    """How much a finding weighs."""

    REQUIRED = "required"
    """The letter can be turned away for it."""
    ADVICE = "advice"
    """It would be better otherwise."""


class LintFinding(Record):
    """One thing that is wrong with a letter, or missing from it."""

    id: str
    """Short name; `docs/how-to/check-a-letter.md` explains each."""
    severity: Severity
    """How much it weighs."""
    message: str
    """One sentence."""
    line: int | None
    """Line of the letter's text; None where something is missing altogether."""
    words: str
    """The words it is about; empty where there are none."""
    citations: tuple[Citation, ...]
    """Where the demand comes from, strongest first."""
    fix: str
    """What to do."""
    rule: str | None = None
    """The rule of the rulebook behind it, if one is."""

    @property
    def source_kind(self) -> SourceKind:
        """The kind of its strongest source: law, agency, administrator, custom."""
        return self.citations[0].kind


class RequiredFact(Record):
    """One fact this payer wants in a letter."""

    finding: str
    """Id of the finding that says it is missing."""
    what: str
    """The fact in a few words."""
    met: bool | None
    """Whether it stands there; None: a text cannot tell."""
    line: int | None
    """Where it was read."""
    words: str
    """The words read."""


class LetterLint(Record):
    """The whole result."""

    payer: str
    """Id of the payer's profile; `generic` where none was named."""
    payer_name: str
    """Its name."""
    kind: FundingKind
    """Kind of account it was looked at for."""
    on: date
    """The day it was looked at."""
    facts: tuple[RequiredFact, ...]
    """The facts this payer wants."""
    findings: tuple[LintFinding, ...]
    """Required before advice, then by line."""

    @property
    def met(self) -> int:
        """How many of the required facts stand in the letter."""
        return sum(fact.met is True for fact in self.facts)

    @property
    def is_good(self) -> bool:
        """Whether nothing but advice was found."""
        return all(finding.severity is not Severity.REQUIRED for finding in self.findings)
