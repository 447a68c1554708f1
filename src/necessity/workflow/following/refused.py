"""What is left after a refusal: mend the claim, appeal, appeal again, ask for a review from outside, turn elsewhere."""

from collections.abc import Iterator
from datetime import date

from necessity.codesets.adjustment_reasons import Reason, reason
from necessity.domain.answer import Denial
from necessity.domain.balances import paid_on
from necessity.domain.case import Case
from necessity.domain.claim import Claim
from necessity.domain.dates import spoken
from necessity.domain.funding import FundingSource
from necessity.domain.ledger import ClaimLedger
from necessity.domain.next_step import NextStep, Standing, StepKind
from necessity.parameters.time_limits import plan_type_of
from necessity.rulebook.next_steps import next_step_words
from necessity.workflow.following.steps import NOT_KNOWN, Desk, open_amount, step

_MEND = {"correct": StepKind.CORRECT, "send_records": StepKind.SEND_RECORDS}
_LOOK = ("check_coverage", "check_plan", "other_payer", "read_remark", "other_way", "wait")
_NO_SUCH_STEP = "This type of plan has no such step."


def standing_denial(case: Case, claim: Claim) -> Denial | None:
    """Find the newest refusal of a claim that still stands: none after which the payer paid, or took it back."""
    own = [one for one in case.denials if one.claim == claim.id]
    newest = max(own, key=lambda one: (one.received_on or date.min, one.id), default=None)
    if newest is None:
        return None
    told = [one for one in case.remittances if one.claim == claim.id]
    since = [one for one in told if one.received_on and newest.received_on and one.received_on > newest.received_on]
    source = next((one for one in told if one.id == newest.remittance), None)
    undone = source and any(
        one.is_reversal and one.charged_cents == -(source.charged_cents or 0) and paid_on(one) == -paid_on(source)
        for one in told
    )
    return None if undone or any(paid_on(one) > 0 for one in since) else newest


def level_of(case: Case, denial: Denial) -> int:
    """Count the appeals that the plan had decided when it sent this refusal."""
    earlier = [one for one in case.denials if one.claim == denial.claim and one.id != denial.id]
    return sum(1 for one in earlier if one.appealed_on and not one.is_by_reviewer)


def after_a_refusal(
    desk: Desk, claim: Claim, source: FundingSource, denial: Denial, money: ClaimLedger
) -> tuple[Standing, str, list[NextStep]]:
    """Say how a refused claim stands and which steps are left, the next one first."""
    came = f" on {spoken(denial.received_on)}" if denial.received_on else ""
    why = f": {_why(denial)}" if denial.reason else ""
    verb = "was" if len(denial.lines) == 1 else "were"
    part = f"{len(denial.lines)} of {len(claim.service_lines)} lines {verb} refused"
    what = part if 0 < len(denial.lines) < len(claim.service_lines) else "It was refused"
    says = f"{what}{came}{why}."
    if denial.review_asked_on and not denial.is_by_reviewer:
        return Standing.IN_REVIEW, says, list(_in_review(desk, source, denial, denial.review_asked_on))
    if denial.appealed_on and not denial.is_final_internal:
        return Standing.APPEALED, says, list(_appealed(desk, source, denial, denial.appealed_on))
    left = list(_left(desk, claim, source, denial))
    account = desk.elsewhere(claim, money)
    last = account or (None if left else step(StepKind.OWN_POCKET, amount=open_amount(money)))
    complaint = desk.complaint(source)
    return Standing.REFUSED, says, [*left, *(one for one in (last, complaint) if one)]


def _why(denial: Denial) -> str:
    said = (denial.reason or "").rstrip(".")
    found = reason(said)
    return f"reason {said}, {found.words}" if found else said[:200]


def _left(desk: Desk, claim: Claim, source: FundingSource, denial: Denial) -> Iterator[NextStep]:
    say = next_step_words()
    if denial.is_by_reviewer:
        return
    if say.unappealable_remark in denial.remark_codes:
        yield step(StepKind.RESEND, why=say.unappealable_says)
        return
    if level_of(desk.case, denial) == 0 and not denial.is_final_internal:
        yield from _mend(denial)
    yield from _appeals(desk, claim, source, denial)


def _mend(denial: Denial) -> Iterator[NextStep]:
    """Give the step that mends a claim without an appeal, where its reason is one that it usually mends."""
    found: Reason | None = reason(denial.reason) if denial.reason else None
    if found is None:
        return
    kind = _MEND.get(found.action) or (StepKind.LOOK if found.action in _LOOK else None)
    if kind:
        yield step(kind, reason=f"{found.code}, {found.words}", advice=found.step)


def _appeals(desk: Desk, claim: Claim, source: FundingSource, denial: Denial) -> Iterator[NextStep]:
    """Give the plan's own appeal that is left; after the last one the review from outside, where there is one."""
    level = level_of(desk.case, denial)
    if denial.is_final_internal or (source.appeal_levels is not None and level >= source.appeal_levels):
        yield from _outside(desk, claim, source, denial)
    elif level == 0:
        yield _first_appeal(desk, claim, source, denial)
    elif source.appeal_levels is None:
        yield step(StepKind.ASK_LEVEL, command=f"appeal {claim.id} --level 2 -o FILE")
        yield from _outside(desk, claim, source, denial)
    else:
        yield step(StepKind.SECOND_LEVEL, command=f"appeal {claim.id} --level 2 -o FILE")


def _first_appeal(desk: Desk, claim: Claim, source: FundingSource, denial: Denial) -> NextStep:
    """Give the appeal with its day: what the plan's papers say, else the law's or the administrator's number."""
    day = None
    if denial.received_on:
        own = desk.plan_days(source.appeal_days, denial.received_on)
        day = own or desk.due(source, "appeal", denial.received_on, stage=denial.stage or "")
    made = step(StepKind.APPEAL, *([day] if day else []), command=f"appeal {claim.id} -o FILE")
    if day is None:
        known = plan_type_of(source) is not None
        why = "The day the refusal came is not in the record." if denial.received_on is None else ""
        return made.model_copy(update={"counted": why or (_NO_SUCH_STEP if known else NOT_KNOWN)})
    return made


def _outside(desk: Desk, claim: Claim, source: FundingSource, denial: Denial) -> Iterator[NextStep]:
    """Give the review from outside where it exists; a refusal that turns on the contract alone has none."""
    if denial.rests_on_medical_judgment is False or denial.received_on is None:
        return
    day = desk.due(source, "external_review", denial.received_on)
    if day is None or day.due_on is None:
        return
    made = step(StepKind.EXTERNAL_REVIEW, day, command=f"appeal {claim.id} --level external -o FILE")
    if denial.rests_on_medical_judgment is None:
        only = " Only where medical judgment decided; whether it did is not in the record."
        made = made.model_copy(update={"says": made.says + only})
    yield made


def no_review_because(desk: Desk, source: FundingSource, denial: Denial) -> NextStep | None:
    """Say why there is no review from outside, where that is known; None where there is one, or nothing is known."""
    if denial.received_on is None:
        return None
    if denial.rests_on_medical_judgment is False:
        contract = desk.due(source, "external_review_of_a_contract_exclusion", denial.received_on)
        return contract or _no_such(desk, source, denial.received_on)
    return _no_such(desk, source, denial.received_on)


def _no_such(desk: Desk, source: FundingSource, received_on: date) -> NextStep | None:
    day = desk.due(source, "external_review", received_on)
    return day if day and day.due_on is None and day.counted else None


def _appealed(desk: Desk, source: FundingSource, denial: Denial, on: date) -> Iterator[NextStep]:
    """Wait for the answer to the appeal; once its day is past, ask and complain."""
    stage = denial.stage or ""
    one = desk.due(source, "appeal_decision", on, stage=stage)
    two = desk.due(source, "appeal_decision_of_two", on, stage=stage)
    days = [day for day in ({1: one, 2: two}[source.appeal_levels],) if day] if source.appeal_levels in (1, 2) else []
    if source.appeal_levels is None and one:
        days = [one]
    yield step(StepKind.WAIT_APPEAL, *days, since=spoken(on))
    if days and days[0].is_late and (complaint := desk.complaint(source)):
        yield complaint


def _in_review(desk: Desk, source: FundingSource, denial: Denial, on: date) -> Iterator[NextStep]:
    day = desk.due(source, "external_review_decision", on, stage=denial.stage or "")
    yield step(StepKind.WAIT_REVIEW, *([day] if day else []), since=spoken(on))
