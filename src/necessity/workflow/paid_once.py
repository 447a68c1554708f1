"""One expense, one payer: what came back and what is asked for together never exceed what it cost.

Counted are plans, HSA, FSA, HRA, stipends and what was deducted, the spouse's accounts as well as one's own, and claims
that are only drafted. Money a stipend paid as wages without a receipt is pay, and not counted.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from necessity.domain.balances import costs_of, ledger_of, signed_shares
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, Frequency
from necessity.domain.decision import Answer, Finding, Outcome
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.money import dollars
from necessity.rulebook.next_steps import next_step_words
from necessity.rulebook.words import words

CAME_BACK_TWICE = "paid_once.came_back_twice"
ASKED_TWICE = "paid_once.asked_twice"
PLAN_FIRST = "paid_once.plan_first"
_PLANS = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE, FundingKind.MEDICARE_ADVANTAGE)
_SETTLED = (ClaimState.ANSWERED, ClaimState.CLOSED)


class ExpenseMoney(NamedTuple):
    """What one session or expense cost, who paid of it, who is asked for it."""

    id: str
    cost_cents: int | None
    """None is unknown."""
    paid: dict[str, int]
    """What came back, by source; empty id: from outside the case."""
    asked: dict[str, int]
    """What open and drafted claims ask, by source."""

    @property
    def paid_cents(self) -> int:
        """Add up what came back."""
        return sum(self.paid.values())

    @property
    def asked_cents(self) -> int:
        """Add up what is asked."""
        return sum(self.asked.values())

    @property
    def left_cents(self) -> int | None:
        """Say how much of it may still be asked from anybody, or deducted; None where its cost is not known."""
        return None if self.cost_cents is None else max(0, self.cost_cents - self.paid_cents - self.asked_cents)


def money_of(case: Case, *, without: str | None = None) -> dict[str, ExpenseMoney]:
    """Say for each session and expense what it cost, what came back, and what is asked.

    Args:
        case: The record.
        without: Id of a claim whose asking is left out, as while it is being written.
    """
    asked: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    replaced = replaced_claims(case)
    for claim in case.claims:
        if claim.id != without and claim.id not in replaced:
            for expense, cents in _asks(case, claim).items():
                asked[expense][claim.funding_source] += cents
    return {
        one.id: ExpenseMoney(
            one.id,
            one.charged_cents,
            {paid.funding_source: paid.amount_cents for paid in one.paid if paid.amount_cents},
            {source: cents for source, cents in asked[one.id].items() if cents},
        )
        for one in ledger_of(case).expenses
    }


def replaced_claims(case: Case) -> set[str]:
    """Name the claims that a replacement or void in the record stands for."""
    numbers = {claim.replaces for claim in case.claims if claim.replaces}
    named = {one.claim for one in case.acknowledgements if one.payer_claim_number in numbers}
    return named | {one.claim for one in case.remittances if one.payer_claim_number in numbers}


def _asks(case: Case, claim: Claim) -> dict[str, int]:
    """Say what a claim still asks for each session or expense behind its lines; one that was answered asks no more."""
    if claim.state in _SETTLED or claim.frequency is Frequency.VOID:
        return {}
    costs = costs_of(case)
    own = next(one for one in ledger_of(case).claims if one.id == claim.id)
    asks: dict[str, int] = defaultdict(int)
    for line in own.lines:
        open_now = max(0, (line.charged_cents or 0) - line.paid_cents)
        for expense, part in signed_shares(open_now, {id: costs[id] or 0 for id in line.expenses}).items():
            asks[expense] += part
    return asks


def paid_once(case: Case) -> tuple[Finding, ...]:
    """Find every expense for which more came back, or is asked, than it cost.

    A plan and an account asked at once is told as advice: the plan's answer says what remains for the account.

    Args:
        case: The record.

    Returns:
        Findings in the order of the record's sessions and expenses; empty where each dollar is asked for once.
    """
    sources = {source.id: source for source in case.funding_sources}
    found = (_of_one(money, sources) for money in money_of(case).values())
    return tuple(finding for finding in found if finding)


def _of_one(money: ExpenseMoney, sources: Mapping[str, FundingSource]) -> Finding | None:
    cost = money.cost_cents
    if cost is None:
        return None
    if money.paid_cents > cost:
        return _finding(CAME_BACK_TWICE, money, sources, money.paid_cents - cost)
    plans = {id: cents for id, cents in money.asked.items() if sources[id].kind in _PLANS}
    accounts = {id: cents for id, cents in money.asked.items() if id not in plans}
    most_of_plans = max(plans.values(), default=0)
    for asked in (accounts, plans):
        over = money.paid_cents + sum(asked.values()) - cost
        if (len(asked) > 1 and over > 0) or (asked is accounts and asked and over > 0):
            return _finding(ASKED_TWICE, money._replace(asked=asked), sources, over)
    if plans and accounts and money.paid_cents + most_of_plans + sum(accounts.values()) > cost:
        return _finding(PLAN_FIRST, money, sources, 0)
    return None


def asked_beside(case: Case, claimed: Mapping[str, int], kind: FundingKind) -> Iterator[str]:
    """Say of what is about to be claimed what is paid twice, or asked from somebody else at the same time.

    Args:
        case: The record.
        claimed: What is to be asked, in cents, by session or expense.
        kind: Who is to be asked.

    Returns:
        A sentence each, with what to do.
    """
    for finding in paid_once(case):
        if set(finding.lines) & set(claimed):
            yield f"{finding.message} {finding.next_step}"
    sources, money = {source.id: source for source in case.funding_sources}, money_of(case)
    for id, cents in claimed.items() if kind not in _PLANS else ():
        one = money.get(id)
        others = [source for source in (one.asked if one else ()) if sources[source].kind is not kind]
        if one is None or one.cost_cents is None or not others:
            continue
        if one.paid_cents + sum(one.asked[source] for source in others) + cents > one.cost_cents:
            names = " and ".join(name_of(sources[source]) for source in others)
            yield f"{id} is asked for from {names} too. Wait for that answer, and ask here for what remains."


def name_of(source: FundingSource | None) -> str:
    """Name a funding source with its owner, where that is somebody else."""
    if source is None:
        return "somebody outside this case"
    owner = f" of {source.owner}" if source.owner else ""
    return f"{words().funding[source.kind].name}{owner} ({source.id})"


def _finding(code: str, money: ExpenseMoney, sources: Mapping[str, FundingSource], over: int) -> Finding:
    say = next_step_words()
    kind = code.removeprefix("paid_once.")
    paid = [f"{dollars(cents)} from {name_of(sources.get(id))}" for id, cents in money.paid.items()]
    asked = [f"{dollars(cents)} asked from {name_of(sources.get(id))}" for id, cents in money.asked.items()]
    plan = next((name_of(sources[id]) for id in money.asked if sources[id].kind in _PLANS), "")
    account = next((name_of(sources[id]) for id in money.asked if sources[id].kind not in _PLANS), "")
    filled = {
        "expense": money.id,
        "cost": dollars(money.cost_cents or 0),
        "paid": dollars(money.paid_cents) if money.paid_cents else "nothing",
        "asked": dollars(money.asked_cents),
        "who": ", ".join(paid if code == CAME_BACK_TWICE else [*paid, *asked]),
        "plan": plan,
        "account": account,
        "over": dollars(over),
    }
    mend = {CAME_BACK_TWICE: "mend_came_back", ASKED_TWICE: "mend_asked", PLAN_FIRST: "mend_plan_first"}[code]
    stops = code != PLAN_FIRST
    return Finding(
        rule=code,
        title="One expense, one payer",
        weight="required" if stops else "advisory",
        answer=Answer.NOT_MET,
        effect=Outcome.NOT_PAYABLE if stops else None,
        message=say.paid_once[kind].format(**filled),
        where=money.id,
        because=(),
        citations=say.paid_once_citations,
        next_step=say.paid_once[mend].format(**filled),
        lines=(money.id,),
    )
