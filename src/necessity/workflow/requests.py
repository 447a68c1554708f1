"""Requests to a plan before money is spent, as plain letters: predetermination, authorization, benefit exception.

Only what the record says is written. A gap stays visible in brackets and is named; no letter says more than the
record, and none says that an answer binds.
"""

import re
import textwrap
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.codes import Npi
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import Condition, TrainingOrder
from necessity.domain.money import dollars
from necessity.domain.people import Clinician, Party
from necessity.domain.training import ServiceKind
from necessity.rulebook.words import words
from necessity.workflow.handover import day, hand_over

_WIDTH = 88
_ENTRY = re.compile(r"\d+\. |[A-Z][a-z ]{3,12}: ")
_TRAINING = (ServiceKind.PERSONAL_TRAINING, ServiceKind.EXERCISE_CLASS, ServiceKind.GYM_MEMBERSHIP)


class RequestKind(StrEnum):
    """What is asked of the plan."""

    PREDETERMINATION = "predetermination"
    AUTHORIZATION = "authorization"
    EXCEPTION = "exception"


class Request(NamedTuple):
    """A letter to a plan, and what it lacks."""

    text: str
    """The letter, in lines of at most 88 characters."""
    missing: tuple[str, ...]
    """What stands in brackets because the record does not say it."""


_SUBJECT = {
    RequestKind.PREDETERMINATION: "Request for a predetermination of benefits",
    RequestKind.AUTHORIZATION: "Request for prior authorization",
    RequestKind.EXCEPTION: "Request for a benefit exception",
}
_ASKS = {
    RequestKind.PREDETERMINATION: (
        "Please tell me in writing, before the service is given, what the plan would pay of it:",
        (
            "Does the plan pay this service, given by the person named above? Under which clause, on which page?",
            "Does it want to be asked first (prior authorization), and by whom?",
            "Which limits, deductible and share would be mine?",
            "Which papers does a claim need, and until when?",
        ),
        "I know that your answer is an estimate, that it does not bind the plan, and that a claim is decided when it "
        "is made.",
    ),
    RequestKind.AUTHORIZATION: (
        "Please decide before the service is given whether you authorize it, and tell the clinician and me in writing:",
        (
            "Is it authorized? For how many sessions, from which day to which, given by whom?",
            "What is the number of the authorization?",
            "If more is needed to decide, what exactly, and until when?",
            "If it is not authorized, for which reason, under which clause, and how can that be appealed?",
        ),
        "I know that an authorization is no promise of payment and that a claim is decided when it is made.",
    ),
    RequestKind.EXCEPTION: (
        "I ask for an exception. Please have it looked at by case management or whoever may decide it, and tell me in "
        "writing:",
        (
            "Does the plan make an exception here? For how many sessions, from which day to which?",
            "If the wording leaves no room, who may change that: the plan's administrator or the employer?",
            "If no exception is made, for which reason, under which clause, and how can that be appealed?",
            "Which service does the plan pay instead for this condition?",
        ),
        "I know that a plan is run by its written terms, that it need not make an exception, and that an answer by "
        "telephone does not bind it.",
    ),
}


class _Blanks:
    """What the record does not say, in the order in which the letter needs it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def say(self, value: object, name: str) -> str:
        """Write a value, or the blank's name in brackets."""
        if value is not None and value != "":
            return str(value)
        if name not in self.names:
            self.names.append(name)
        return f"[{name}: not in the record]"


def write_request(case: Case, source: FundingSource, kind: RequestKind, on: date) -> Request:
    """Write a request to a plan from the record.

    Args:
        case: The record.
        source: The plan or account it goes to.
        kind: What is asked.
        on: The date of the letter.

    Returns:
        The letter and what is missing in it. The same record and day give the same letter.
    """
    blanks = _Blanks()
    paragraphs = [
        *_head(case, source, kind, on, blanks),
        *_service(case, blanks),
        *_story(case),
        *_wording(source, kind, blanks),
        *_questions(kind),
        *_foot(case, blanks),
    ]
    lines = [_wrap(paragraph) for paragraph in paragraphs]
    return Request("\n\n".join(lines) + "\n", tuple(blanks.names))


def _wrap(paragraph: str) -> str:
    """Fold long lines; a numbered line keeps its text under itself."""
    folded = []
    for line in paragraph.split("\n"):
        indent = "   " if _ENTRY.match(line) else ""
        folded.append(textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False) if line else "")
    return "\n".join(folded)


def _is_self(case: Case) -> bool:
    return case.patient.relationship == "self"


def _member(case: Case, source: FundingSource) -> Party:
    return case.subscriber if source.kind is FundingKind.GROUP_PLAN else case.account_holder


def _head(case: Case, source: FundingSource, kind: RequestKind, on: date, blanks: _Blanks) -> Iterator[str]:
    member, patient = _member(case, source), case.patient
    name = member.name or (patient.name if _is_self(case) else None)
    member_id = source.member_id or member.member_id
    address = patient.address
    sender = [blanks.say(patient.name, "patient's name")]
    if address.street and address.city:
        sender += [address.street, " ".join(part for part in (address.city, address.state, address.zip_code) if part)]
    yield "\n".join([*sender, day(on)])
    yield "To " + blanks.say(source.plan_name, f"name of the {words().funding[source.kind].name.lower()}")
    born_on = f"{day(patient.born_on)}" if patient.born_on else None
    yield "\n".join(
        [
            _SUBJECT[kind],
            f"Patient: {sender[0]}, born {blanks.say(born_on, 'date of birth')}",
            f"Member: {blanks.say(name, 'name of the member')}, number {blanks.say(member_id, 'member number')}",
        ]
    )


def _asked_for(case: Case) -> ServiceKind | None:
    """Say what is to be paid: what the person asks for, else the one kind of the orders."""
    kinds = {order.kind for order in case.orders if order.kind}
    return case.service or (next(iter(kinds)) if len(kinds) == 1 else None)


def _order(case: Case) -> TrainingOrder | None:
    """Find the newest order of the service that is asked for; an order of something else proves nothing for it."""
    fitting = [order for order in case.orders if order.kind is not None and order.kind == _asked_for(case)]
    return max(fitting, key=lambda order: (order.ordered_on or date.min, order.id), default=None)


def _condition(case: Case, order: TrainingOrder | None) -> Condition | None:
    wanted = order.condition if order else None
    named = next((condition for condition in case.conditions if condition.id == wanted), None)
    return named or next((condition for condition in case.conditions if condition.is_diagnosed), None)


def _clinician(case: Case, id: str | None) -> Clinician | None:
    return next((clinician for clinician in case.clinicians if clinician.id == id), None)


def _who(clinician: Clinician | None) -> str | None:
    if clinician is None or not clinician.name:
        return None
    licence = f", {clinician.licence}" if clinician.licence and clinician.licence != "none" else ""
    return f"{clinician.name}{licence}{_npi(clinician.npi)}"


def _npi(npi: Npi | None) -> str:
    return f" (NPI {npi})" if npi else ""


def _service(case: Case, blanks: _Blanks) -> Iterator[str]:
    order = _order(case)
    kind = _asked_for(case)
    condition = _condition(case, order)
    code = f" (ICD-10-CM {condition.code})" if condition and condition.code else ""
    found_by = _who(_clinician(case, condition.diagnosed_by if condition else None))
    found = f", diagnosed by {found_by}" if found_by and condition and condition.is_diagnosed else ""
    service = words().service[kind] if kind else None
    ordered_by = _who(_clinician(case, order.ordered_by if order else None))
    yield "\n".join(
        [
            f"Service: {blanks.say(service, 'the service')}",
            f"Condition: {blanks.say(condition.name if condition else None, 'the diagnosed condition')}{code}{found}",
            f"Ordered by: {blanks.say(ordered_by, 'ordering clinician')}"
            f", on {blanks.say(order and order.ordered_on and day(order.ordered_on), 'date of the order')}",
            f"How much: {blanks.say(_amount(order), 'frequency and length')}",
            f"Start: {blanks.say(order and order.starts_on and day(order.starts_on), 'planned start')}",
            f"Given by: {_trainer(case, blanks)}",
            f"Price: {blanks.say(_price(case), 'price of a session')}",
        ]
    )


def _amount(order: TrainingOrder | None) -> str | None:
    """Say how much was ordered; a part that is not known is left out, all of it is a blank."""
    if order is None:
        return None
    parts = [f"{order.sessions_per_week} sessions a week"] if order.sessions_per_week else []
    parts += [f"{order.minutes_per_session} minutes each"] if order.minutes_per_session else []
    parts += [f"for {order.weeks} weeks"] if order.weeks else []
    return ", ".join(parts) or None


def _trainer(case: Case, blanks: _Blanks) -> str:
    trainer = case.trainers[0] if len(case.trainers) == 1 and _asked_for(case) in _TRAINING else None
    if trainer is None:
        return blanks.say(None, "who gives it")
    held = ", ".join(certification.name for certification in trainer.certifications)
    business = f", {trainer.business_name}" if trainer.business_name else ""
    licence = " No clinical licence." if trainer.licence == "none" else ""
    name = blanks.say(trainer.name, "who gives it")
    return f"{name}{business}{f' ({held})' if held else ''}.{licence}{_supervision(case)}"


def _supervision(case: Case) -> str:
    """Name the supervisor where every session of the record has the same, and whether that person was present."""
    by = {session.supervisor for session in case.sessions}
    who = _who(_clinician(case, next(iter(by)))) if len(by) == 1 else None
    present = (
        ", present at every session" if case.sessions and all(s.supervisor_was_present for s in case.sessions) else ""
    )
    return f" Supervised by {who}{present}." if who else ""


def _price(case: Case) -> str | None:
    """Name the price where every session of the record costs the same."""
    if _asked_for(case) is not ServiceKind.PERSONAL_TRAINING:
        return None
    prices = {session.charge_cents for session in case.sessions if session.charge_cents is not None}
    return f"{dollars(next(iter(prices)))} a session" if len(prices) == 1 else None


def _story(case: Case) -> Iterator[str]:
    handed = hand_over(case)
    if handed.text:
        yield handed.text
    elif case.plan.summary:
        yield f"The plan of the training: {case.plan.summary.rstrip('.')}."


def _wording(source: FundingSource, kind: RequestKind, blanks: _Blanks) -> Iterator[str]:
    """Quote the plan's own words: what leaves the service out, for an exception; what grants it, for the others."""
    wanted = "exclusion" if kind is RequestKind.EXCEPTION else "benefit"
    told = [clause for clause in source.clauses if clause.kind in (wanted, "limit") and clause.words]
    said = [f'"{clause.words}"{f" (page {clause.page})" if clause.page else ""}' for clause in told]
    if said:
        yield f"The plan's own wording: {'; '.join(said)}"
    elif kind is RequestKind.EXCEPTION:
        yield f"The plan's own wording: {blanks.say(None, 'the clause that leaves it out')}"


def _questions(kind: RequestKind) -> Iterator[str]:
    opening, asked, closing = _ASKS[kind]
    yield "\n".join([opening, *(f"{number}. {question}" for number, question in enumerate(asked, 1))])
    yield closing


def _foot(case: Case, blanks: _Blanks) -> Iterator[str]:
    order = _order(case)
    papers = [f"the order of {day(order.ordered_on)}"] if order and order.ordered_on and order.file else []
    papers += [
        f"the letter of medical necessity of {day(letter.signed_on)}"
        for letter in case.letters
        if letter.signed_on
        and letter.file
        and letter.signature != "unsigned"
        and not letter.revoked_on
        and _asked_for(case) in letter.covers
    ]
    if papers:
        yield f"With this letter: {'; '.join(papers)}."
    reach = case.patient.phone
    yield f"You reach me at {blanks.say(reach, 'telephone number')}."
    name = blanks.say(case.patient.name, "patient's name")
    yield f"Signature: ______________________\n{name}"
