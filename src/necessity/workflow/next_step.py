"""The next step about each claim: worked out from the record, with its last day by the type of plan."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from necessity.domain.answer import Acknowledgement, AnswerLevel, ClaimStage, Denial, latest_acknowledgements
from necessity.domain.balances import ledger_of
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, FiledBy
from necessity.domain.dates import spoken
from necessity.domain.decision import Decision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.ledger import ClaimLedger
from necessity.domain.money import dollars
from necessity.domain.next_step import ClaimStanding, FollowUp, NextStep, Standing, StepKind
from necessity.parameters.load import Parameters
from necessity.parameters.time_limits import PlanType, plan_type_of
from necessity.rulebook.words import words
from necessity.workflow.following.refused import after_a_refusal, level_of, no_review_because, standing_denial
from necessity.workflow.following.steps import Desk, open_amount, step
from necessity.workflow.paid_once import paid_once
from necessity.workflow.posting.refusals import write_offs
from necessity.workflow.unplaced_words import provider_changes, unplaced_words

_NOBODY_DECIDES = (FundingKind.HSA, FundingKind.TAX_DEDUCTION, FundingKind.OWN_POCKET)


class DueDate(NamedTuple):
    """One day to keep, for a calendar."""

    key: str
    """Name that stays the same when the day moves."""
    on: date
    """The last day."""
    what: str
    """What is due."""
    about: str
    """Which claim."""


def follow(
    case: Case,
    on: date,
    decision: Decision | None = None,
    book: tuple[Parameters, dict[str, PlanType]] | None = None,
) -> FollowUp:
    """Say where each claim stands, what is due by when, and what comes next.

    Args:
        case: The record.
        on: The day asked about.
        decision: What was decided about the case that day; without it no account is named for what stays open.
        book: Parameters and plan types of an operator; the shipped ones where left out.

    Returns:
        Claims, those with the nearest day first; answers that met none; what is asked for twice.
    """
    ledger = ledger_of(case, write_offs())
    desk = Desk(case, on, decision, book)
    standings = [_standing(desk, claim, ledger.claim(claim.id)) for claim in case.claims]
    standings.sort(key=lambda one: (_soonest(one) or date.max, one.claim))
    return FollowUp(
        case=case.id,
        on=on,
        claims=tuple(standings),
        unplaced=tuple(unplaced_words(case)),
        provider_changes=tuple(provider_changes(ledger)),
        findings=paid_once(case),
        notice=words().notice,
    )


def _soonest(standing: ClaimStanding) -> date | None:
    days = [one.due_on for one in (standing.next, *standing.also) if one.due_on and not one.is_late]
    return min(days, default=None)


def due_dates(followed: FollowUp) -> tuple[DueDate, ...]:
    """List the days to keep that are not past, soonest first; what a calendar is to hold.

    Args:
        followed: The claims as they stand.

    Returns:
        One entry a step of a claim.
    """
    found = [
        DueDate(f"claim|{followed.case}|{one.claim}|{step.kind}|{number}", step.due_on, step.title, one.claim)
        for one in followed.claims
        for number, step in enumerate((one.next, *one.also))
        if step.due_on and not step.is_late
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.key)))


def _standing(desk: Desk, claim: Claim, money: ClaimLedger) -> ClaimStanding:
    source = desk.source(claim)
    standing, says, steps, denial = _worked_out(desk, claim, source, money)
    first, *also = steps
    return ClaimStanding(
        claim=claim.id,
        funding_source=source.id,
        payer=desk.payer(source),
        plan_type=plan_type_of(source),
        standing=standing,
        says=says,
        money=money,
        denial=denial.id if denial else None,
        level=level_of(desk.case, denial) if denial else 0,
        next=first,
        also=tuple(also),
        no_review=no_review_because(desk, source, denial) if denial else None,
    )


_Worked = tuple[Standing, str, list[NextStep], Denial | None]


def _worked_out(desk: Desk, claim: Claim, source: FundingSource, money: ClaimLedger) -> _Worked:
    if claim.state is ClaimState.CLOSED:
        return Standing.CLOSED, "It is closed.", [step(StepKind.CLOSE)], None
    if denial := standing_denial(desk.case, claim):
        standing, says, steps = after_a_refusal(desk, claim, source, denial, money)
        return standing, says, steps, denial
    if source.kind in _NOBODY_DECIDES:
        return Standing.NOBODY_DECIDES, words().funding[source.kind].decided_by, [step(StepKind.KEEP)], None
    if money.answers or claim.state is ClaimState.ANSWERED:
        return *_after_a_payment(desk, claim, money), None
    return *_before_an_answer(desk, claim, source), None


def _after_a_payment(desk: Desk, claim: Claim, money: ClaimLedger) -> tuple[Standing, str, list[NextStep]]:
    paid = f"{dollars(money.paid_cents)} was paid."
    if money.open_cents is None:
        says = f"{paid} What it asked for is not in the record, so what is open is not known."
        return Standing.PAID_IN_PART, says, [step(StepKind.CLOSE)]
    if money.open_cents < 0:
        over = dollars(-money.open_cents)
        return Standing.PAID, paid, [step(StepKind.PAY_BACK, amount=over)]
    if money.open_cents == 0:
        return Standing.PAID, f"{paid} Nothing is open.", [step(StepKind.CLOSE)]
    says = f"{paid} {dollars(money.open_cents)} is open."
    rest = desk.elsewhere(claim, money) or step(StepKind.OWN_POCKET, amount=open_amount(money))
    return Standing.PAID_IN_PART, says, [rest]


def _before_an_answer(desk: Desk, claim: Claim, source: FundingSource) -> tuple[Standing, str, list[NextStep]]:
    filing = list(_filing(desk, claim, source))
    told = _last_acknowledgement(desk.case, claim)
    if told and told.accepted is False:
        why = f"It was not taken in: {told.reason.rstrip('.')}." if told.reason else "It was not taken in."
        return Standing.NOT_TAKEN_IN, why, [step(StepKind.RESEND, *filing, why=why)]
    if claim.state in (None, ClaimState.DRAFT):
        first = step(StepKind.FILE, *filing, payer=desk.payer(source), command=f"packet --to {source.id} -o FILE")
        return Standing.DRAFT, "It is a draft.", [first]
    sent = f"It was sent on {spoken(claim.filed_on)}." if claim.filed_on else "It was sent."
    if claim.received_on is None and told and told.level in (AnswerLevel.ENVELOPE, AnswerLevel.FORM):
        when = f" on {spoken(told.received_on)}" if told.received_on else ""
        what = "Its form was accepted" if told.level is AnswerLevel.FORM else "Its envelope could be read"
        sent = f"{sent} {what}{when}; whether the payer has it is not known yet."
    if claim.received_on is None:
        return Standing.SENT, sent, [step(StepKind.ASK_ARRIVAL, *filing, payer=desk.payer(source))]
    return Standing.IN_DECISION, sent, list(_decision(desk, claim, source, claim.received_on))


def _last_acknowledgement(case: Case, claim: Claim) -> Acknowledgement | None:
    """Find the newest word on whether a claim was taken in; one after which it was sent again says nothing now."""
    own = latest_acknowledgements(case.acknowledgements, claim.id)
    told = [one for one in own if one.accepted is not None]
    return max(told, key=lambda one: (one.received_on or date.min, not one.accepted), default=None)


def _filing(desk: Desk, claim: Claim, source: FundingSource) -> Iterator[NextStep]:
    """Give the last day for the claim to reach the payer: from the first service, or of its plan year."""
    days = [line.served_on for line in claim.service_lines]
    if plan_type_of(source) and days and all(days):
        first = min(day for day in days if day)
        name = "timely_filing_" + (claim.filed_by or FiledBy.MEMBER).value
        if own := desk.plan_days(source.member_filing_days if claim.filed_by is FiledBy.MEMBER else None, first):
            yield own
        elif due := desk.due(source, name, first):
            yield due
        for year in source.plan_years:
            inside = year.starts_on and year.ends_on and year.starts_on <= first <= year.ends_on
            if inside and year.run_out_ends_on:
                yield desk.stated(year.run_out_ends_on, f"the run-out of plan year {year.id}, as the record says")
            elif inside and year.ends_on and (due := desk.due(source, "run_out", year.ends_on)):
                yield due


def _decision(desk: Desk, claim: Claim, source: FundingSource, received_on: date) -> Iterator[NextStep]:
    """Wait until the last day of the decision; once it is past, ask why, and complain."""
    stage = claim.stage or _stage(claim, received_on)
    due = desk.due(source, "decision", received_on, stage=stage)
    extended = desk.due(source, "decision_extended", received_on, stage=stage)
    if due and due.due_on and due.is_late:
        last = extended.due_on if extended and extended.due_on else due.due_on
        past = spoken(due.due_on) + (
            f", or {spoken(last)} if it took more time with notice" if last > due.due_on else ""
        )
        yield step(StepKind.ASK_WHY, past=past)
        if last < desk.on and (complaint := desk.complaint(source)):
            yield complaint
        return
    yield step(StepKind.WAIT, *([due] if due else []), payer=desk.payer(source), since=spoken(received_on))
    if extended and extended.due_on:
        yield extended.model_copy(update={"kind": StepKind.WAIT, "title": "The same, if it took more time with notice"})


def _stage(claim: Claim, received_on: date) -> str:
    """Say what the claim is about as the days of its lines show; empty where they do not."""
    days = [line.served_on for line in claim.service_lines]
    if not days or any(day is None for day in days):
        return ""
    known = [day for day in days if day]
    if max(known) <= received_on:
        return ClaimStage.POST_SERVICE.value
    return ClaimStage.PRE_SERVICE.value if min(known) > received_on else ""
