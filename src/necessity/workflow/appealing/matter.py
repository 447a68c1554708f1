"""Which refusal an appeal is about, at which level, and which lines it refuses; or why there is no such step."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.answer import Denial
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.claim import Claim
from necessity.domain.decision import Decision
from necessity.domain.funding import FundingSource
from necessity.domain.ledger import ClaimLedger, LineLedger
from necessity.domain.next_step import ClaimStanding, NextStep, StepKind
from necessity.errors import RecordError
from necessity.parameters.load import Parameters
from necessity.parameters.time_limits import PlanType
from necessity.workflow.next_step import follow
from necessity.workflow.posting.refusals import write_offs


class Level(StrEnum):
    """Which step of the dispute."""

    FIRST = "1"
    SECOND = "2"
    EXTERNAL = "external"


_STEPS = {
    Level.FIRST: (StepKind.APPEAL,),
    Level.SECOND: (StepKind.SECOND_LEVEL, StepKind.ASK_LEVEL),
    Level.EXTERNAL: (StepKind.EXTERNAL_REVIEW,),
}


_CALLED = {
    Level.FIRST: "first appeal",
    Level.SECOND: "second appeal",
    Level.EXTERNAL: "review by somebody independent",
}


class Matter(NamedTuple):
    """Everything one appeal is about."""

    case: Case
    claim: Claim
    source: FundingSource
    denial: Denial
    earlier: tuple[Denial, ...]
    standing: ClaimStanding
    money: ClaimLedger
    level: Level
    step: NextStep
    decision: Decision
    on: date

    @property
    def lines(self) -> list[LineLedger]:
        """Give the refused lines: those the refusal names, else all."""
        named = [line for line in self.money.lines if line.id in self.denial.lines]
        return named or list(self.money.lines)

    @property
    def things(self) -> tuple[str, ...]:
        """Give the ids of the sessions and expenses behind the refused lines."""
        return tuple(dict.fromkeys(id for line in self.lines for id in line.expenses))

    @property
    def letters(self) -> tuple[str, ...]:
        """Give the ids of the letters the refused lines hang on, as decided."""
        decided = [one for one in self.decision.lines if one.funding_source == self.source.id]
        return tuple(dict.fromkeys(one.letter for one in decided if one.letter and one.id in self.things))


def matter_of(
    case: Case,
    claim: str,
    decision: Decision,
    on: date,
    level: Level | None,
    book: tuple[Parameters, dict[str, PlanType]] | None,
) -> Matter:
    """Find what an appeal is about; arguments as for `write_appeal`.

    Raises:
        RecordError: there is no such claim or refusal, or there is no such step for it.
    """
    found = next((one for one in case.claims if one.id == claim), None)
    if found is None:
        known = ", ".join(one.id for one in case.claims) or "none"
        raise _refused_to_write("claim", claim, f"The case has no claim {claim!r}.", f"Name one of: {known}.")
    standing = next(one for one in follow(case, on, decision, book).claims if one.claim == claim)
    denial = next((one for one in case.denials if one.id == standing.denial), None)
    if denial is None:
        step = "Write a refusal on paper down with: necessity post CASE --denial CLAIM --reason REASON"
        raise _refused_to_write("claim", claim, f"No refusal of {claim!r} stands in the record.", step)
    steps = (standing.next, *standing.also)
    chosen = level or next((one for one in Level if any(step.kind in _STEPS[one] for step in steps)), Level.FIRST)
    step_found = next((step for step in steps if step.kind in _STEPS[chosen]), None)
    if step_found is None:
        raise _no_such_step(standing, chosen)
    earlier = sorted(
        (one for one in case.denials if one.claim == claim and one.id != denial.id),
        key=lambda one: (one.received_on or date.min, one.id),
    )
    return Matter(
        case,
        found,
        next(one for one in case.funding_sources if one.id == found.funding_source),
        denial,
        tuple(earlier),
        standing,
        ledger_of(case, write_offs()).claim(claim),
        chosen,
        step_found,
        decision,
        on,
    )


def _refused_to_write(field: str, value: str, message: str, next_step: str) -> RecordError:
    return RecordError(message, next_step, field=field, value=value, allowed="a refused claim with a step left")


def _no_such_step(standing: ClaimStanding, level: Level) -> RecordError:
    """Say why there is no such step now, and which one there is."""
    what = {
        Level.FIRST: "first appeal",
        Level.SECOND: "second appeal",
        Level.EXTERNAL: "review by somebody independent",
    }
    why = f"There is no {what[level]} of {standing.claim!r} now."
    if level is Level.EXTERNAL and standing.no_review:
        why += f" {standing.no_review.counted}"
    return _refused_to_write("level", level.value, why, f"What comes next: {standing.next.title}. {standing.next.says}")
