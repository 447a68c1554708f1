"""What to do before the first session, in order: each step done, open or not needed, with why and where that is said.

Worked out from the record, the decision and the payer's profile. A list whose steps are all done promises nothing:
whoever pays decides.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case, ListName, first_day_of_service
from necessity.domain.decision import Citation, Decision, Finding, SourceKind
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import LetterOfMedicalNecessity, LetterSubmission, Signature
from necessity.domain.training import ServiceStatus
from necessity.parameters.load import ProfileVersion
from necessity.rulebook.words import words
from necessity.workflow.screen import ScreenResult, ScreenState, screen_state

_INSURANCE = (FundingKind.GROUP_PLAN, FundingKind.MEDICARE_ADVANTAGE)
_NEED_A_LETTER = (
    FundingKind.HSA, FundingKind.HEALTH_FSA, FundingKind.HRA, FundingKind.QSEHRA, FundingKind.ICHRA,
    FundingKind.EBHRA, FundingKind.TAX_DEDUCTION,
)  # fmt: skip
_RECEIPT_RULES = (
    "us.receipts.shows_patient_and_provider",
    "us.receipts.shows_the_service",
    "us.receipts.shows_the_dates",
    "us.receipts.shows_the_amount",
)


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    OPEN = "open"
    NOT_NEEDED = "not_needed"


class Step(NamedTuple):
    """One step before the first session."""

    id: str
    """Short name."""
    title: str
    """What to do."""
    state: StepState
    """How far it is."""
    why: str
    """Why it is so, in a sentence or two."""
    done_on: date | None = None
    """The day it was done, where the record says."""
    by_on: date | None = None
    """The day before which it should be done: the first session's; None where that has no date."""
    citations: tuple[Citation, ...] = ()
    """Where it is asked for."""


_OUR_ADVICE = Citation(
    id="our-advice",
    kind=SourceKind.COMMON_PRACTICE,
    where="Our own advice; no law or payer's rule",
    says="Plans and programmes that ask for a credential look it up in the issuer's registry.",
    read_on=date(2026, 11, 26),
)


class _Desk(NamedTuple):
    """What every step looks at."""

    judge: Judge
    case: Case
    decision: Decision
    screen: ScreenState
    on: date
    first_on: date | None

    def cites(self, *rules: str) -> tuple[Citation, ...]:
        """Cite the newest version of some rules, as far as this rulebook has them."""
        found = [self.judge.book.rules[rule].versions[-1].citations for rule in rules if rule in self.judge.book.rules]
        return tuple(dict.fromkeys(cite for cites in found for cite in cites))

    def held(self, kinds: tuple[FundingKind, ...]) -> list[FundingSource]:
        return [source for source in self.case.funding_sources if source.held and source.kind in kinds]

    def profile(self, source: FundingSource) -> ProfileVersion | None:
        """Find the profile that speaks for a funding source; the generic one where its payer has none."""
        fitting = [
            profile
            for profile in self.judge.book.parameters.profiles
            if profile.kind == source.kind and profile.from_on <= self.on <= profile.until_on
        ]
        own = [profile for profile in fitting if profile.payer == source.payer]
        return next(iter(own or [profile for profile in fitting if profile.payer == "generic"]), None)

    def findings(self, source: FundingSource) -> list[Finding]:
        route = next((r for r in self.decision.routes if r.funding_source == source.id), None)
        return list(route.findings) if route else []


def first_session(case: Case) -> date | None:
    """Find the day of the first session: of those in the record, else the day the order says to begin."""
    starts = [order.starts_on for order in case.orders if order.starts_on]
    return first_day_of_service(case) or min(starts, default=None)


def checklist(judge: Judge, case: Case, decision: Decision, on: date) -> tuple[Step, ...]:
    """List the steps before the first session in order.

    Args:
        judge: The rulebook, for sources and payer profiles.
        case: The record.
        decision: The decision of that case for that day.
        on: The day.

    Returns:
        The steps; the last one is the start itself.
    """
    desk = _Desk(judge, case, decision, screen_state(judge, case, on), on, first_session(case))
    steps = [_screened(desk), _cleared(desk), _diagnosed(desk), _ordered(desk), _letter(desk)]
    steps += [_sent(desk, source) for source in desk.held(_NEED_A_LETTER)]
    steps += [_asked(desk, source) for source in desk.held(_INSURANCE)] or [_asked_nobody(desk)]
    steps += [_credential(desk), _receipts(desk)]
    dated = [step._replace(by_on=desk.first_on) if step.state is StepState.OPEN else step for step in steps]
    return (*dated, _start(desk, dated))


def _screened(desk: _Desk) -> Step:
    cites = desk.cites("us.safety.no_red_flag_stands", "us.safety.screen_is_recent")
    asked = desk.screen.result in (ScreenResult.CLEAR, ScreenResult.CLEARANCE) or desk.screen.draft_is_safe
    state = StepState.DONE if asked else StepState.OPEN
    why = "No red flag is known." if asked else f"{desk.screen.means} {desk.screen.next_step}"
    return Step(
        "screen", "Answer the safety questions", state, why, desk.screen.asked_on if asked else None, None, cites
    )


def _cleared(desk: _Desk) -> Step:
    cites = desk.cites("us.safety.no_red_flag_stands")
    patient = desk.case.patient
    since = patient.red_flags_screened_on or date.max
    title = "Get a clinician's clearance to train"
    if patient.cleared_to_train_by and patient.cleared_to_train_on and since <= patient.cleared_to_train_on <= desk.on:
        by = next((c.name for c in desk.case.clinicians if c.id == patient.cleared_to_train_by), None)
        why = f"{by or 'A clinician'} cleared the patient after the safety questions."
        return Step("clearance", title, StepState.DONE, why, patient.cleared_to_train_on, None, cites)
    if desk.screen.result is ScreenResult.CLEAR:
        return Step("clearance", title, StepState.NOT_NEEDED, "No answer asks for one.", None, None, cites)
    if desk.screen.result in (ScreenResult.CLEARANCE, ScreenResult.STOP):
        return Step("clearance", title, StepState.OPEN, desk.screen.means, None, None, cites)
    why = "It cannot be said yet whether one is asked for: the safety questions are not all answered."
    return Step("clearance", title, StepState.OPEN, why, None, None, cites)


def _diagnosed(desk: _Desk) -> Step:
    cites = desk.cites("us.tax_accounts.condition_was_diagnosed", "us.insurance.diagnosis_with_a_code")
    found = [condition for condition in desk.case.conditions if condition.is_diagnosed]
    title = "Have the condition diagnosed"
    if found:
        why = f"Diagnosed: {', '.join(condition.name or condition.code or condition.id for condition in found)}."
        days = [condition.diagnosed_on for condition in found if condition.diagnosed_on]
        return Step("diagnosis", title, StepState.DONE, why, min(days, default=None), None, cites)
    why = "No diagnosed condition is in the record. Health accounts pay nothing for general health."
    return Step("diagnosis", title, StepState.OPEN, why, None, None, cites)


def _ordered(desk: _Desk) -> Step:
    cites = desk.cites("us.tax_test.recommended_by_a_clinician")
    title = "Get the clinician's order: what, how often, for how long"
    ordered = [order for order in desk.case.orders if order.ordered_on and order.ordered_on <= desk.on]
    if ordered:
        return Step("order", title, StepState.DONE, "An order is in the record.", ordered[0].ordered_on, None, cites)
    why = "The record holds no dated order. Ask for frequency, length and the condition; the letter repeats them."
    return Step("order", title, StepState.OPEN, why, None, None, cites)


def _signed(desk: _Desk) -> list[LetterOfMedicalNecessity]:
    return [
        letter
        for letter in desk.case.letters
        if letter.signed_on
        and letter.signed_on <= desk.on
        and letter.signature is not Signature.UNSIGNED
        and not letter.revoked_on
    ]


def _letter(desk: _Desk) -> Step:
    cites = desk.cites("us.letter.is_on_file", "us.letter.is_signed")
    title = "Get the letter of medical necessity signed"
    sources = desk.held(_NEED_A_LETTER)
    signed = _signed(desk)
    if signed:
        faults = [
            finding
            for source in sources
            for finding in desk.findings(source)
            if finding.rule.startswith(("us.letter.", "us.letter_content.")) and finding.effect is not None
        ]
        if faults:
            said = "; ".join(dict.fromkeys(finding.message for finding in faults[:3]))
            return Step("letter", title, StepState.OPEN, f"A letter is signed, but: {said}", None, None, cites)
        why = "A signed letter is in the record. Sessions before its first day stay with other money."
        return Step("letter", title, StepState.DONE, why, signed[-1].signed_on, None, cites)
    if not sources and not desk.case.is_complete(ListName.FUNDING_SOURCES):
        why = "It is not known which accounts there are; those with tax-free money pay training only with a letter."
        return Step("letter", title, StepState.OPEN, why, None, None, cites)
    if not sources:
        why = "No account of the record asks for a letter; a plan may still want one."
        return Step("letter", title, StepState.NOT_NEEDED, why, None, None, cites)
    why = "An account pays training only with a letter behind it, and the letter comes before the first session."
    if not desk.screen.draft_is_safe:
        why += f" No draft is written yet: {desk.screen.means}"
    return Step("letter", title, StepState.OPEN, why, None, None, cites)


def _name(desk: _Desk, source: FundingSource) -> str:
    payer = source.payer and desk.judge.book.parameters.payer_names.get(source.payer, source.payer)
    name = payer or words().funding[source.kind].name
    return f"{name} ({source.id})" if source.id != source.kind else name


def _sent(desk: _Desk, source: FundingSource) -> Step:
    """Say whether this administrator wants the letter beforehand, and how far that is."""
    profile = desk.profile(source)
    timing = profile.says.get("letter_timing") if profile else None
    cites = profile.cites.get("letter_timing", ()) if profile else ()
    id, title = f"send:{source.id}", f"Send the letter to {_name(desk, source)}"
    letters = {letter.id for letter in _signed(desk)}
    sent = [s for s in desk.case.submissions if s.funding_source == source.id and s.letter in letters]
    if timing == "after_approval":
        return _awaited(id, f"{title} and wait for its answer", sent, desk.on, cites)
    if timing == "after_receipt":
        done = [s.received_on for s in sent if s.received_on and s.received_on <= desk.on]
        why = "This administrator lets the letter serve from the day it has it."
        return Step(id, title, StepState.DONE if done else StepState.OPEN, why, min(done, default=None), None, cites)
    if timing is None:
        why = "It is not known whether this administrator wants the letter before the first session: ask."
        return Step(id, title, StepState.OPEN, why, None, None, cites)
    when = "the day it was signed" if timing == "after_signing" else "the days the letter states"
    why = f"Not before the first session: {when} count here. It goes along with the first claim or is kept."
    return Step(id, title, StepState.NOT_NEEDED, why, None, None, cites)


def _awaited(id: str, title: str, sent: list[LetterSubmission], on: date, cites: tuple[Citation, ...]) -> Step:
    """Say how far a letter is that the administrator must answer before it serves."""
    answered = [s.approved_on for s in sent if s.is_approved and s.approved_on and s.approved_on <= on]
    if answered:
        serves_from = min(answered) + timedelta(days=1)
        why = f"It was accepted; sessions from {serves_from.day} {serves_from:%b %Y} on come after it."
        return Step(id, title, StepState.DONE, why, min(answered), None, cites)
    if any(s.is_approved and s.approved_on is None for s in sent):
        why = "It was accepted, but the day is not in the record: sessions before that day stay with other money."
    elif any(s.is_approved is False for s in sent):
        why = "It was refused. Read why, have the letter put right, and send it again."
    elif any(s.sent_on for s in sent):
        why = "It was sent; the answer is not in the record. Sessions before the answer stay with other money."
    else:
        why = (
            "This administrator lets a letter serve only after accepting it, so it goes there before the first session."
        )
    return Step(id, title, StepState.OPEN, why, None, None, cites)


def _asked(desk: _Desk, source: FundingSource) -> Step:
    id, title = f"ask:{source.id}", f"Ask the plan, {_name(desk, source)}"
    cites = desk.cites("us.insurance.plan_wording_pays_for_it", "us.insurance.authorization")
    calls = [call for call in desk.case.calls if call.funding_source == source.id and call.called_on]
    number = source.authorization_number if source.authorization_number != "none" else None
    if source.requires_authorization and not number:
        why = "The plan wants to be asked first and no authorization is in the record: have the clinician ask."
        return Step(id, title, StepState.OPEN, why, None, None, cites)
    route = next((r for r in desk.decision.routes if r.funding_source == source.id), None)
    open_asks = [ask for ask in route.asks if ask.asked_of in ("administrator", "employer")] if route else []
    if open_asks:
        why = f"{len(open_asks)} of its answers are missing; `necessity calls` prints what to ask."
        return Step(id, title, StepState.OPEN, why, None, None, cites)
    last = max((call.called_on for call in calls if call.called_on), default=None)
    why = "What the plan has to say is in the record."
    if not calls:
        why += " No call is noted; what staff say on the telephone does not bind the plan."
    return Step(id, title, StepState.DONE, why, last, None, cites)


def _asked_nobody(desk: _Desk) -> Step:
    cites = desk.cites("us.insurance.plan_wording_pays_for_it")
    stated = any(source.held is False and source.kind is FundingKind.GROUP_PLAN for source in desk.case.funding_sources)
    if stated or desk.case.is_complete(ListName.FUNDING_SOURCES):
        why = "There is no health plan to ask."
        return Step("ask", "Ask the plan", StepState.NOT_NEEDED, why, None, None, cites)
    why = "It is not known whether there is a health plan. If there is one, add it; most pay no training."
    return Step("ask", "Ask the plan", StepState.OPEN, why, None, None, cites)


def _credential(desk: _Desk) -> Step:
    title = "Look up the trainer's credential in the issuer's registry"
    day = desk.first_on or desk.on
    certifications = [c for trainer in desk.case.trainers for c in trainer.certifications]
    good = [c for c in certifications if c.expires_on and c.expires_on >= day and (c.issued_on or day) <= day]
    if good:
        until = max(c.expires_on for c in good if c.expires_on)
        why = f"{', '.join(c.name for c in good)}, good until {until.day} {until:%b %Y} as the record has it."
        return Step("credential", title, StepState.DONE, why, None, None, (_OUR_ADVICE,))
    if certifications:
        why = "No credential of the record is shown to hold on the day of the first session: look up its dates."
    else:
        why = "The record names no credential. Tax law asks for none; plans and programmes often do."
    return Step("credential", title, StepState.OPEN, why, None, None, (_OUR_ADVICE,))


def _receipts(desk: _Desk) -> Step:
    title = "Agree on the form of receipts: patient, provider, each date, service, amount"
    cites = desk.cites(*_RECEIPT_RULES)
    shown = [
        receipt.names_patient and receipt.names_provider and receipt.names_service
        and receipt.names_service_dates and receipt.names_amount
        for receipt in desk.case.receipts
    ]  # fmt: skip
    if shown and all(shown):
        why = "The receipts in the record show all five."
        return Step("receipts", title, StepState.DONE, why, None, None, cites)
    why = "One line a session, with these five; a card slip or `package` alone is sent back."
    return Step("receipts", title, StepState.OPEN, why, None, None, cites)


def _steps(number: int) -> str:
    return "One step is" if number == 1 else f"{number} steps are"


def _start(desk: _Desk, steps: list[Step]) -> Step:
    days = [s.served_on for s in desk.case.sessions if s.status is ServiceStatus.HELD and s.served_on]
    held = [day for day in days if day <= desk.on]
    waiting = [step for step in steps if step.state is StepState.OPEN]
    on = f" Planned for {desk.first_on.day} {desk.first_on:%b %Y}." if desk.first_on else ""
    if held:
        why = "Training has begun."
        if waiting:
            why += f" {_steps(len(waiting))} still open; what that is about may stay with you."
        return Step("start", "Start", StepState.DONE, why, min(held))
    if waiting:
        why = f"Wait: {_steps(len(waiting)).lower()} open.{on}"
    else:
        why = f"Nothing in this list is open.{on} Whoever pays still decides."
    return Step("start", "Start", StepState.OPEN, why, None, desk.first_on)


def is_ready(steps: tuple[Step, ...]) -> bool:
    """Say whether nothing before the start is open."""
    return all(step.state is not StepState.OPEN for step in steps[:-1])
