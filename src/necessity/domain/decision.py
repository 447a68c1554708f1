"""What comes out: outcomes, findings, citations, questions, and the decision that holds them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from necessity.domain.record import Record

Value = bool | int | str | date | tuple[str, ...] | None
"""A fact's value; None is unknown."""


class Outcome(StrEnum):
    """What a decision comes to, weakest claim on the payer first; the earlier one wins where several apply."""

    NOT_PAYABLE = "not_payable"
    PENDED = "pended"
    REVIEW = "review"
    PAYABLE = "payable"


class Answer(StrEnum):
    """What one rule says."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class SourceKind(StrEnum):
    """Whether a demand is law, an administrator's own rule, or only custom."""

    STATUTE = "statute"
    REGULATION = "regulation"
    AGENCY_GUIDANCE = "agency_guidance"
    COURT_DECISION = "court_decision"
    PAYER_DOCUMENT = "payer_document"
    COMMON_PRACTICE = "common_practice"


class Citation(Record):
    """Where a rule or number comes from."""

    id: str
    """Short name inside its rule."""
    kind: SourceKind
    """Law, an administrator's own rule, or custom."""
    where: str
    """The source, precise enough to look it up."""
    says: str
    """What it says, in our own words."""
    read_on: date
    """When it was last read."""


class KnownFact(Record):
    """One fact a finding rests on."""

    fact: str
    """The fact's name."""
    value: Value
    """Its value; None is unknown."""
    about: str
    """Plain words for it."""


class Finding(Record):
    """One thing we tell the user about the case."""

    rule: str
    """Id of the rule."""
    title: str
    """The rule in a few words."""
    weight: str
    """required or advisory."""
    answer: Answer
    """What the rule says."""
    effect: Outcome | None
    """What this finding alone makes of the outcome; None where it supports it or only advises."""
    message: str
    """One sentence for the reader."""
    where: str
    """What in the record it is about."""
    because: tuple[KnownFact, ...]
    """The facts and values used."""
    citations: tuple[Citation, ...]
    """Sources of the rule."""
    next_step: str
    """What to do about it; empty where nothing needs doing."""
    asks: tuple[str, ...] = ()
    """Given facts that are unknown and matter to it, as `fact` or `fact@id`."""
    lines: tuple[str, ...] = ()
    """Ids of the expenses it holds for, where it is about expenses."""

    def weighs(self, outcome: Outcome, lines: Mapping[str, Outcome]) -> bool:
        """Say whether it still weighs: whether one of its expenses, or else the whole, came out as it says.

        What is open about an expense that is refused for another reason changes nothing more.

        Args:
            outcome: What the funding source comes to.
            lines: What each of its expenses comes to, by id.
        """
        if self.effect is None:
            return False
        came_to = [lines[id] for id in self.lines if id in lines] or [*lines.values()] or [outcome]
        return self.effect in came_to


class Ask(Record):
    """One question worth asking."""

    fact: str
    """What to answer, as `fact` or `fact@id`; goes straight into `necessity answer`."""
    question: str
    """The plain question."""
    field: str
    """Where the answer belongs in the record."""
    type: str
    """boolean, date, cents, number, text or choice."""
    choices: tuple[str, ...]
    """What may be answered, where it is a choice."""
    asked_of: str
    """Who can answer: patient, clinician, trainer, administrator or employer."""
    settles: int
    """How many routes at least one answer to it would settle."""
    also: tuple[str, ...] = ()
    """The same question of other records, as `fact@id`."""


class Change(Record):
    """One given fact and the answer that would help."""

    fact: str
    """As `fact` or `fact@id`."""
    to: Value
    """The answer that would help."""
    words: str
    """The same in a sentence."""


class Deadline(Record):
    """One day by which something is due."""

    rule: str
    """The fact that computes it."""
    what: str
    """What is due."""
    due_on: date
    """Last day."""
    about: str
    """What in the record it is about."""
    citations: tuple[Citation, ...]
    """Where the time limit comes from."""


class LineDecision(Record):
    """The answer for one expense and one funding source."""

    id: str
    """Id of the session or expense."""
    kind: str
    """Kind of service."""
    served_on: date | None
    """Day of service."""
    funding_source: str
    """Id of the funding source, or its kind where the person named none."""
    outcome: Outcome
    """What it comes to."""
    charge_cents: int | None
    """What it costs; None is unknown."""
    payable_cents: int | None
    """What this source would pay; None is unknown."""
    letter: str | None
    """Id of the letter it hangs on."""
    rules: tuple[str, ...]
    """Ids of the rules not met or unknown."""


class AlternativeDecision(Record):
    """A covered or cheaper neighbour of what was asked for."""

    id: str
    """Short name."""
    title: str
    """What it is."""
    outcome: Outcome
    """payable: its known criteria are met; pended: a criterion is unknown; not_payable: one is not met."""
    cost: str
    """What it usually costs the person, in words."""
    how: str
    """How to get it."""
    findings: tuple[Finding, ...]
    """Its criteria."""


class SubjectDecision(Record):
    """The answer about something else that has rules of its own: an employer's plan, a claim."""

    id: str
    """Id in the record."""
    subject: str
    """plan, claim (a refused one) or service_line."""
    outcome: Outcome
    """What it comes to."""
    findings: tuple[Finding, ...]
    """Its rules."""


class RouteDecision(Record):
    """The answer for one funding source."""

    funding_source: str
    """Id of the funding source, or its kind where the person named none."""
    kind: str
    """Kind of funding source."""
    administrator: str | None = None
    """Whose profile spoke, by name; None where only the generic one of the kind did."""
    outcome: Outcome
    """What it comes to."""
    decided_by: str
    """Who has the last word, in a sentence."""
    payable_cents: int | None
    """The sum over the lines that meet the rules; None is unknown."""
    saves_cents: int | None
    """What the person is better off by, at least; None is unknown."""
    left_to_pay_cents: int | None
    """What remains on the person; None is unknown."""
    next_steps: tuple[str, ...]
    """What to do, in order."""
    findings: tuple[Finding, ...]
    """Every rule that has a say."""
    asks: tuple[Ask, ...]
    """What is missing and who can say it."""
    changes: tuple[Change, ...]
    """The smallest set of answers that would make it payable; empty where none would or it is."""
    fixed: tuple[str, ...]
    """What speaks against it and can no longer be changed."""
    alternatives: tuple[str, ...]
    """Ids of alternatives worth a look instead."""
    saves_at_most_cents: int | None = None
    """The same at most, where something it hangs on is not known; None is unknown."""
    saves_assumes: tuple[str, ...] = ()
    """What these two figures rest on."""


class RulebookVersion(Record):
    """Which rulebook decided."""

    dated: date
    """Newest day on which one of its sources was read."""
    sha256: str
    """Digest of its content."""


class Decision(Record):
    """Everything that can be said about a case on a day."""

    case: str
    """Id of the case."""
    on: date
    """The day it was decided for."""
    rulebook: RulebookVersion
    """Which rulebook decided."""
    routes: tuple[RouteDecision, ...]
    """Every funding source, best first, own pocket last."""
    lines: tuple[LineDecision, ...]
    """Every expense against every funding source."""
    alternatives: tuple[AlternativeDecision, ...]
    """Covered or cheaper neighbours."""
    others: tuple[SubjectDecision, ...]
    """Plans and claims."""
    deadlines: tuple[Deadline, ...]
    """What is due, soonest first."""
    next_question: Ask | None
    """The one question that settles most."""
    questions: tuple[Ask, ...] = ()
    """As few questions as could settle every route, most decisive first, each fact once."""
    notice: str
    """What this is not."""
