"""Why sessions ahead are not paid from an account year: the findings of the decision, and what could be asked."""

from collections.abc import Iterable, Iterator

from necessity.domain.case import Case
from necessity.domain.decision import Outcome, RouteDecision
from necessity.domain.funding_plan import Hindrance, PlanQuestion
from necessity.workflow.funding.account_years import Purse
from necessity.workflow.funding.ledger import Ledger
from necessity.workflow.funding.training_ahead import AHEAD

USED_UP = "plan.account_is_used_up"
"""Stands where a rule's id would, for an HSA whose balance is used up; no rule asks for it."""
_SEVEREST = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW)


def hindrances(
    ledger: Ledger, purse: Purse, owing: list[str], case: Case | None = None
) -> tuple[tuple[Hindrance, ...], tuple[PlanQuestion, ...]]:
    """Say what stands between sessions ahead and an account year, and what to ask about it.

    Args:
        ledger: What is paid so far.
        purse: The account year.
        owing: The sessions it does not pay, or not whole.
        case: Another copy to decide; None: the ledger's own.

    Returns:
        Reasons, what settles it before what is open, the one for most sessions first; and questions. A session that
        one reason settles is not counted for what is merely open.
    """
    decision = ledger.decide(purse, case)
    route = next(r for r in decision.routes if r.funding_source == purse.source.id)
    found = list(_from_findings(ledger, route, owing))
    met = {line.id for line in decision.lines if line.funding_source == purse.source.id and line.payable_cents}
    short = [id for id in owing if id in met]
    if purse.year is None and purse.source.balance_cents is not None and short:
        message = "The balance of the account is used up by then."
        found.append(_hindrance(ledger, USED_UP, Outcome.NOT_PAYABLE, message, "", short))
    found.sort(key=lambda one: (_SEVEREST.index(one.outcome), -one.sessions, one.rule))
    is_open = any(one.outcome is Outcome.PENDED for one in found)
    return tuple(found), tuple(_questions(route)) if is_open else ()


def _from_findings(ledger: Ledger, route: RouteDecision, owing: list[str]) -> Iterator[Hindrance]:
    spread = [(f, [id for id in f.lines if id in owing] if f.lines else list(owing)) for f in route.findings]
    settled = {id for f, ids in spread if f.effect is Outcome.NOT_PAYABLE for id in ids}
    for finding, ids in spread:
        left = ids if finding.effect is Outcome.NOT_PAYABLE else [id for id in ids if id not in settled]
        if finding.effect and left:
            yield _hindrance(ledger, finding.rule, finding.effect, finding.message, finding.next_step, left)


def _hindrance(
    ledger: Ledger, rule: str, outcome: Outcome, message: str, next_step: str, ids: Iterable[str]
) -> Hindrance:
    named = list(ids)
    days = sorted(day for id in named if (day := ledger.days[id]))
    return Hindrance(
        rule=rule,
        outcome=outcome,
        message=message,
        next_step=next_step,
        sessions=len(named),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
    )


def _questions(route: RouteDecision) -> Iterator[PlanQuestion]:
    """Turn a route's open questions into the plan's; those about sessions that only the plan knows are none."""
    for ask in route.asks:
        if f"@{AHEAD}" not in ask.fact and "@receipt-" not in ask.fact:
            typed = f"necessity answer CASE {ask.fact}=…"
            yield PlanQuestion(about=ask.fact, question=ask.question, answer_with=typed)
