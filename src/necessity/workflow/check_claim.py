"""Check a claim before it is filed: everything found at once, heaviest first, each with its place and what to do.

Syntax belongs to the formats and is checked when they write; here is what makes a payer stop a well-formed claim.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.checks import additional_code, cause_before_manifestation, listed_once
from necessity.codesets.icd10cm.claim_codes import ClaimCodes
from necessity.codesets.procedures.finding import CodeFinding, Weight
from necessity.codesets.procedures.units import UnitRule
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState, Frequency
from necessity.domain.decision import Answer, Citation, Decision, Finding, Outcome
from necessity.domain.full_claim import FullClaim
from necessity.domain.funding import FundingKind, UnitCounting
from necessity.domain.money import dollars, share_out
from necessity.domain.training import Incurred, TrainingSession
from necessity.workflow.draft_claim import PLANS, source_of
from necessity.workflow.paid_once import CAME_BACK_TWICE, paid_once, replaced_claims

_EFFECT = {Weight.STOP: Outcome.NOT_PAYABLE, Weight.ASK: Outcome.PENDED, Weight.ADVICE: None}
_ORDER = (Outcome.NOT_PAYABLE, Outcome.PENDED, Outcome.REVIEW, None)
_NOTES = (listed_once, cause_before_manifestation, additional_code)
"""Notes of the tabular list that are no rules of the rulebook."""


class ClaimAtHand(NamedTuple):
    """Everything a check may look at."""

    case: Case
    """The record."""
    claim: Claim
    """The claim by ids."""
    full: FullClaim
    """The same spelled out."""
    decision: Decision
    """What was decided about the case with this claim in it: its lines are judged by the rulebook like any others."""
    book: CodeBook
    """Diagnosis codes by edition."""
    on: date
    """The day of the check."""
    asks_codes: bool = False
    """Whether the payer's profile asks for procedure codes though it is no health plan."""

    @property
    def is_coded(self) -> bool:
        """Say whether the payer reads procedure codes."""
        return self.full.funding_kind in PLANS

    def things(self) -> dict[str, Incurred]:
        """Give every session and expense by id."""
        return {thing.id: thing for thing in (*self.case.sessions, *self.case.expenses)}

    def behind(self) -> dict[str, tuple[str, ...]]:
        """Give the ids of the sessions behind each line."""
        return {one.id: tuple(filter(None, (one.expense, *one.also))) for one in self.claim.service_lines}


def check_claim(at_hand: ClaimAtHand) -> tuple[Finding, ...]:
    """Run every check over one claim.

    Args:
        at_hand: The claim and what it is checked against.

    Returns:
        Findings, heaviest first; an effect says what makes it stop or wait. Empty: nothing to say.
    """
    found = [finding for check in CHECKS for finding in check(at_hand)]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: _ORDER.index(one.effect)))


def with_claim(case: Case, claim: Claim, rule: UnitRule | None = None) -> Case:
    """Put a claim into its case, in the place of one of the same id, so that the rulebook judges its lines.

    Args:
        case: The record.
        claim: The claim.
        rule: Whose rule of counting units the payer follows; None: as the record says.
    """
    others = tuple(one for one in case.claims if one.id != claim.id)
    sources = tuple(
        one.model_copy(update={"counts_units_by": UnitCounting(rule)})
        if rule and one.id == claim.funding_source
        else one
        for one in case.funding_sources
    )
    return case.model_copy(update={"claims": (*others, claim), "funding_sources": sources})


def as_finding(found: CodeFinding) -> Finding:
    """Turn what a check of codes found into a finding with effect, place and citations."""
    effect = _EFFECT[found.weight]
    return Finding(
        rule=f"claim.{found.check}",
        title=found.check.replace("_", " ").capitalize(),
        weight="required" if effect else "advisory",
        answer=Answer.UNKNOWN if effect is Outcome.PENDED else Answer.NOT_MET,
        effect=effect,
        message=found.message,
        where=found.where,
        because=(),
        citations=found.citations,
        next_step=found.fix,
    )


def _found(
    check: str, weight: Weight, where: str, message: str, fix: str, citations: tuple[Citation, ...] = ()
) -> Finding:
    return as_finding(CodeFinding(check, weight, where, message, fix, ())).model_copy(update={"citations": citations})


def _identity(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """Who is who: what every payer needs to know the people by."""
    full = at_hand.full
    if not full.member_id and full.funding_kind is not FundingKind.HSA:
        fix = "It stands on the card, or in the account's letters."
        yield _found("member_id", Weight.STOP, "member_id", "The member number is missing.", fix)
    if full.patient.born_on is None:
        fix = "Add the patient's date of birth."
        yield _found("born_on", Weight.STOP, "patient.born_on", "The patient's date of birth is missing.", fix)
    if not at_hand.is_coded:
        return
    paid = full.billing_provider
    for field, value, what in (
        ("npi", paid.npi, "provider number (NPI)"),
        ("tax_id", paid.tax_id, "tax number"),
        ("address", paid.address.street and paid.address.zip_code, "address"),
    ):
        if not value:
            text = f"The {what} of who is paid is missing."
            yield _found("billing_provider", Weight.STOP, f"billing_provider.{field}", text, "Ask for it.")
    if full.patient.sex is None:
        text = "The patient's sex as the plan knows it is missing; claim forms ask for it."
        yield _found("sex", Weight.ASK, "patient.sex", text, "Enter F, M or U.")
    if not full.signature_on_file and at_hand.claim.filed_by not in (None, "member"):
        text = "Nothing says that the provider's signature is on file."
        yield _found("signature", Weight.ASK, "claim.provider_signature_on_file", text, "Have it signed, and say so.")


def _by_the_rulebook(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """What the rules about claim lines say: codes, pairs, maxima, units, pointers, who may bill; each once."""
    told: dict[tuple[str, str, str], tuple[Finding, list[str]]] = {}
    for one in at_hand.decision.others:
        claim, _, line = one.id.partition("/")
        if one.subject == "service_line" and claim == at_hand.claim.id:
            for finding in one.findings:
                if finding.answer in (Answer.NOT_MET, Answer.UNKNOWN):
                    key = (finding.rule, finding.answer, finding.message)
                    told.setdefault(key, (finding, []))[1].append(line)
    for finding, lines in told.values():
        # what can still be mended only pends a decision; a claim is not filed before it is mended
        broken = finding.answer is Answer.NOT_MET and finding.effect is Outcome.PENDED
        effect = Outcome.NOT_PAYABLE if broken else finding.effect
        yield finding.model_copy(update={"where": _few(lines), "lines": tuple(lines), "effect": effect})


def _diagnosis(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """A claim on a plan names a diagnosis; notes of the tabular list that no rule holds advise."""
    full = at_hand.full
    if not at_hand.is_coded:
        return
    if not full.diagnoses:
        fix = "Add the diagnosis from the order or the letter."
        yield _found("diagnosis", Weight.STOP, "diagnoses", "The claim names no diagnosis.", fix)
        return
    told = set()
    for on in sorted({line.served_on for line in full.lines}):
        codes = ClaimCodes(at_hand.book, full.diagnoses, on)
        for finding in (one for check in _NOTES for one in check(codes)):
            if (finding.rule, finding.where) not in told:
                told.add((finding.rule, finding.where))
                yield finding.model_copy(update={"effect": None, "weight": "advisory"})


def _codes(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """A plan's claim needs a code on every line; papers for an account carry none."""
    for number, line in enumerate(at_hand.full.lines, start=1):
        where = f"service_lines[{number}]"
        if at_hand.is_coded and line.procedure_code is None:
            text = f"Line {number} has no procedure code; a health plan's claim needs one."
            fix = "Send it as an itemised statement, or have it coded by somebody who may bill it."
            yield _found("code_missing", Weight.STOP, where, text, fix)
        elif line.procedure_code and not at_hand.is_coded and not at_hand.asks_codes:
            text = f"Line {number} carries {line.procedure_code}; papers for an account carry no procedure code."
            yield _found("no_code", Weight.STOP, where, text, "Say it in plain words.")
        elif line.procedure_code and (line.units or 0) < 1:
            text = f"Line {number} has no units."
            yield _found("units", Weight.STOP, where, text, "Count them from the minutes.")


def _dates(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """Days that cannot be, and time limits."""
    full, on = at_hand.full, at_hand.on
    for number, line in enumerate(full.lines, start=1):
        where = f"service_lines[{number}].served_on"
        if line.served_on > on:
            text = f"Line {number} is of {line.served_on}, which lies ahead."
            yield _found("service_date", Weight.STOP, where, text, "Claim it once it was given.")
        if full.patient.born_on and line.served_on < full.patient.born_on:
            text = f"Line {number} lies before the patient was born."
            yield _found("service_date", Weight.STOP, where, text, "Correct one of the two days.")
    days = source_of(at_hand.case, at_hand.claim.funding_source).member_filing_days
    first = min(line.served_on for line in full.lines)
    if at_hand.is_coded and days is not None:
        due = first + timedelta(days=days)
        if on > due:
            text = f"The plan takes claims within {days} days of service; for {first} that was {due}."
            fix = "File with proof why it is late, or ask the plan for an exception."
            yield _found("timely_filing", Weight.STOP, "filed_on", text, fix)
        elif due - on < timedelta(days=30):
            text = f"The plan's time to file for {first} ends on {due}."
            yield _found("timely_filing", Weight.ADVICE, "filed_on", text, "File now.")
    for deadline in at_hand.decision.deadlines:
        if deadline.about == at_hand.claim.funding_source and deadline.due_on < on:
            text = f"{deadline.what}: the last day was {deadline.due_on}."
            fix = "Ask the administrator whether it still takes the claim."
            yield _found("timely_filing", Weight.STOP, "filed_on", text, fix, deadline.citations)


def _money(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """Charges, receipts behind every line, money that already came back."""
    full = at_hand.full
    if full.total_cents <= 0:
        fix = "Enter what was charged."
        yield _found("charge", Weight.STOP, "service_lines", "The claim adds up to nothing.", fix)
    if full.patient_paid_cents > full.total_cents:
        text = f"Paid {dollars(full.patient_paid_cents)} is more than the claim's {dollars(full.total_cents)}."
        yield _found("balance", Weight.STOP, "patient_paid_cents", text, "Look at charges and receipts again.")
    things, receipts = at_hand.things(), {one.id: one for one in at_hand.case.receipts}
    packages = {one.id: one.receipt for one in at_hand.case.packages}
    bare = []
    for line in at_hand.claim.service_lines:
        for thing in (things[id] for id in at_hand.behind()[line.id] if id in things):
            package = packages.get(thing.package or "") if isinstance(thing, TrainingSession) else None
            if (thing.receipt or package) not in receipts:
                bare.append(thing.id)
    if bare:
        text = f"No receipt is in the record for {_few(bare)}."
        weight = Weight.ADVICE if at_hand.is_coded else Weight.STOP
        yield _found("receipt", weight, "receipts", text, "Ask whoever was paid for an itemised receipt.")
    yield from _paid_elsewhere(at_hand)


def _paid_elsewhere(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """Money that came back: shared out over the lines behind which a session stands, not counting what is replaced."""
    stood_for = replaced_claims(at_hand.case.model_copy(update={"claims": (*at_hand.case.claims, at_hand.claim)}))
    back: Counter[str] = Counter()
    for one in at_hand.case.reimbursements:
        if one.claim not in stood_for:
            back[one.expense] += one.amount_cents or 0
    behind, lines = at_hand.behind(), at_hand.claim.service_lines
    came: Counter[str] = Counter()
    for expense, cents in back.items():
        came.update(share_out(cents, {line.id: line.charge_cents or 0 for line in lines if expense in behind[line.id]}))
    for line in lines:
        cents = came[line.id]
        if cents and line.charge_cents is not None:
            whole = cents >= line.charge_cents
            text = f"{dollars(cents)} of {line.id}'s {dollars(line.charge_cents)} came back already."
            fix = "Leave the line out." if whole else "Say so on the claim, and ask for no more than the rest."
            yield _found("paid_elsewhere", Weight.STOP if whole else Weight.ADVICE, line.id, text, fix)


def _asked_elsewhere(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """The same dollars asked from two at once, also by a claim that is only drafted and from the spouse's account."""
    others = tuple(claim for claim in at_hand.case.claims if claim.id != at_hand.claim.id)
    draft = at_hand.claim.model_copy(update={"state": ClaimState.DRAFT})
    mine = _mine(at_hand)
    for finding in paid_once(at_hand.case.model_copy(update={"claims": (*others, draft)})):
        if finding.rule != CAME_BACK_TWICE and mine.intersection(finding.lines):
            yield finding


def _duplicates(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """The same thing twice: in this claim, or on another one that was filed."""
    behind = at_hand.behind()
    seen: Counter[tuple[object, ...]] = Counter(
        (line.served_on, line.procedure_code, line.modifiers, line.units, line.charge_cents, line.words)
        for line in at_hand.full.lines
        if line.procedure_code
    )
    for key, count in seen.items():
        if count > 1:
            text = f"{key[1]} of {key[0]} stands on {count} lines with the same units and charge."
            yield _found("duplicate", Weight.STOP, str(key[0]), text, "Keep one; a payer refuses the others.")
    mine = {id for ids in behind.values() for id in ids}
    for other in at_hand.case.claims:
        is_first = at_hand.full.frequency is Frequency.FIRST
        same_payer = other.funding_source == at_hand.claim.funding_source
        if is_first and same_payer and other.id != at_hand.claim.id and other.state not in (None, ClaimState.DRAFT):
            shared = [id for line in other.service_lines for id in (line.expense, *line.also) if id in mine]
            if shared:
                text = f"{_few(list(map(str, shared)))} stand on claim {other.id}, which went to the same payer."
                fix = "Wait for its answer, or file a replacement (7) with the payer's number."
                yield _found("duplicate", Weight.STOP, other.id, text, fix)


def _papers(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """What the decision says about each line: letter, rules not met, questions open."""
    source = at_hand.claim.funding_source
    decided = {line.id: line for line in at_hand.decision.lines if line.funding_source == source}
    route = next((route for route in at_hand.decision.routes if route.funding_source == source), None)
    told: dict[str, list[str]] = defaultdict(list)
    for line in at_hand.claim.service_lines:
        for id in at_hand.behind()[line.id]:
            for rule in decided[id].rules if id in decided else ():
                told[rule].append(id)
    for finding in route.findings if route else ():
        if finding.rule in told and finding.effect:
            ids = told[finding.rule]
            yield finding.model_copy(update={"where": _few(ids), "lines": tuple(ids)})
    bare = [id for id, line in decided.items() if id in _mine(at_hand) and line.letter is None]
    if bare:
        text = f"No letter of medical necessity covers {_few(bare)}."
        weight = Weight.ADVICE if at_hand.is_coded else Weight.STOP
        yield _found("letter", weight, "letters", text, "Only a letter that was in force that day counts.")


def _mine(at_hand: ClaimAtHand) -> set[str]:
    return {id for ids in at_hand.behind().values() for id in ids}


def _correction(at_hand: ClaimAtHand) -> Iterator[Finding]:
    """A replacement or void names the payer's number."""
    if at_hand.full.frequency is not Frequency.FIRST and not at_hand.full.payer_claim_number:
        text = "A replacement or void must name the payer's own number of the first claim."
        yield _found("correction", Weight.STOP, "claim.replaces", text, "Take it from the payer's answer.")


def _few(ids: list[str]) -> str:
    """Name at most five ids."""
    unique = list(dict.fromkeys(ids))
    return ", ".join(unique[:5]) + (f" and {len(unique) - 5} more" if len(unique) > 5 else "")


CHECKS: tuple[Callable[[ClaimAtHand], Iterator[Finding]], ...] = (
    _identity,
    _diagnosis,
    _codes,
    _by_the_rulebook,
    _dates,
    _money,
    _asked_elsewhere,
    _duplicates,
    _papers,
    _correction,
)
"""Every check, in the order in which findings of equal weight are shown."""
