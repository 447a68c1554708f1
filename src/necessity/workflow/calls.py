"""The call sheet: what to ask a plan, administrator or employer, and how the answers are kept.

What its staff says on the telephone does not bind a plan; so the sheet asks where it is written, and the record
keeps who said it, when, and under which reference number.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from necessity.adjudication.decide import Judge
from necessity.domain.call import Channel
from necessity.domain.case import Case
from necessity.domain.decision import Answer, Ask, Decision, Finding, RouteDecision
from necessity.domain.funding import FundingKind, FundingSource
from necessity.errors import RecordError
from necessity.rulebook.words import words
from necessity.workflow.answer import Edit

_THEY = ("administrator", "employer")
_ALWAYS = (
    "Where in the plan's own document does that stand, and on which page?",
    "How can I get the answer in writing?",
)


class Question(NamedTuple):
    """One question of a call sheet."""

    fact: str
    """What an answer becomes, as `fact` or `fact@id`; empty where it is only to be noted."""
    words: str
    """The question."""
    choices: tuple[str, ...]
    """What may be answered, where it is a choice."""
    asked_of: str
    """administrator or employer."""
    decides: bool
    """Whether the decision waits for it; else it is worth asking on the same call."""


class CallSheet(NamedTuple):
    """What to ask about one funding source."""

    funding_source: str
    """Its id in the record."""
    name: str
    """What it is called."""
    member: tuple[tuple[str, str], ...]
    """What they ask for first: label and value; an empty value is missing in the record."""
    questions: tuple[Question, ...]
    """What to ask, what the decision waits for first."""
    asked_before: tuple[str, ...]
    """Earlier calls, one sentence each."""


def call_sheets(judge: Judge, case: Case, decision: Decision, to: str | None = None) -> tuple[CallSheet, ...]:
    """Put together what to ask, one sheet a funding source that somebody else runs.

    Args:
        judge: The rulebook, for the words of questions.
        case: The record.
        decision: Its decision.
        to: Id, payer or kind of the one to call; None: all of them.

    Raises:
        RecordError: `to` names none of them.
    """
    held = [
        s for s in case.funding_sources if s.held and s.kind not in (FundingKind.TAX_DEDUCTION, FundingKind.OWN_POCKET)
    ]
    chosen = [source for source in held if to is None or to in (source.id, source.payer, source.kind)]
    if to is not None and not chosen:
        known = ", ".join(source.id for source in held) or "none"
        raise RecordError(
            f"{to!r} names no funding source of this case that somebody else runs.",
            f"Name one of: {known}. A new one is added in case.toml.",
            field="--to",
            value=to,
            allowed=known,
        )
    routes = {route.funding_source: route for route in decision.routes}
    beside = [finding for alternative in decision.alternatives for finding in alternative.findings]
    return tuple(_sheet(judge, case, source, routes[source.id], beside) for source in chosen if source.id in routes)


def _sheet(judge: Judge, case: Case, source: FundingSource, route: RouteDecision, beside: list[Finding]) -> CallSheet:
    payer = source.payer and judge.book.parameters.payer_names.get(source.payer, source.payer)
    subscriber = case.subscriber if source.kind is FundingKind.GROUP_PLAN else case.account_holder
    is_self = case.patient.relationship == "self"
    name = subscriber.name or (case.patient.name if is_self else None)
    born_on = subscriber.born_on or (case.patient.born_on if is_self else None)
    member = (
        ("Plan", source.plan_name or ""),
        ("Member number", source.member_id or subscriber.member_id or ""),
        ("Member", name or ""),
        ("Born on", f"{born_on.day} {born_on:%B %Y}" if born_on else ""),
        ("Patient", case.patient.name or ""),
    )
    before = tuple(_said_before(case, source))
    return CallSheet(
        source.id, payer or words().funding[source.kind].name, member, tuple(_questions(judge, route, beside)), before
    )


def _questions(judge: Judge, route: RouteDecision, beside: list[Finding]) -> Iterator[Question]:
    """List what the decision waits for, then what advice and neighbours wait for, then what is asked with any of it."""
    seen = {ask.fact for ask in route.asks if ask.asked_of in _THEY}
    yield from (_question(ask, decides=True) for ask in route.asks if ask.asked_of in _THEY)
    facts = judge.book.facts.facts
    own = [name for finding in route.findings if finding.answer is Answer.UNKNOWN for name in finding.asks]
    near = [name for finding in beside for name in finding.asks if name.partition("@")[2] == route.funding_source]
    for name in dict.fromkeys([*own, *near]):
        fact = facts[name.partition("@")[0]]
        if fact.asked_of in _THEY and fact.field not in {facts[n.partition("@")[0]].field for n in seen}:
            seen.add(name)
            choices = ("yes", "no") if fact.type == "boolean" else fact.choices
            yield Question(name, fact.question, choices, fact.asked_of, decides=False)
    if seen:
        yield from (Question("", always, (), "administrator", decides=False) for always in _ALWAYS)


def _question(ask: Ask, *, decides: bool) -> Question:
    return Question(ask.fact, ask.question, ask.choices, ask.asked_of, decides)


def _said_before(case: Case, source: FundingSource) -> Iterator[str]:
    for call in case.calls:
        if call.funding_source == source.id:
            when = f"{call.called_on.day} {call.called_on:%B %Y}" if call.called_on else "a day not noted"
            who = call.spoke_with or "somebody whose name is not noted"
            number = call.reference if call.reference and call.reference != "none" else "no reference number noted"
            said = "; ".join(f"{one.id}: {one.answer or 'not noted'}" for one in call.answers)
            yield f"{when}, {who}, {number}{f': {said}' if said else ''}{f' ({call.words})' if call.words else ''}"


class Told(NamedTuple):
    """Who answered, and how that can be shown later."""

    by: str | None
    """Name of the person."""
    on: date
    """The day."""
    reference: str | None
    """Reference number; `none` is a stated no."""
    channel: Channel
    """How the word came."""


Change = tuple[tuple[str | None, ...], Any]
"""A field of the record, as `set_field` takes it, and its new value."""


def keep_call(
    case: Case, edits: Iterable[tuple[Edit, str]], told: Told, about: str | None = None
) -> tuple[Change, ...]:
    """Write down a call: who said what, when, under which number. The answers themselves are edits of their own.

    Args:
        case: The record, for an id that is free.
        edits: Each answer as it was planned, with what was typed for it.
        told: Who, when, how.
        about: Id of the funding source; None: the one the answers are about, where it is one.

    Returns:
        Changes to the record, in order. An answer taken back (unknown) is noted as such.

    Raises:
        RecordError: `about` is no funding source of the case.
    """
    answers = list(edits)
    sources = {source.id for source in case.funding_sources}
    if about is not None and about not in sources:
        known = ", ".join(sorted(sources)) or "none"
        raise RecordError(
            f"{about!r} is no funding source of this case.",
            f"Name one of: {known}.",
            field="--about",
            value=about,
            allowed=known,
        )
    named = {edit.path[1] for edit, _ in answers if edit.path[0] == "funding_sources"}
    source = about or (next(iter(named)) if len(named) == 1 else None)
    here = ("calls", _free_id(case, told.on))
    changes: list[Change] = [((*here, "called_on"), told.on), ((*here, "channel"), told.channel)]
    changes += [((*here, "funding_source"), source)] if source else []
    changes += [((*here, "spoke_with"), told.by)] if told.by else []
    changes += [((*here, "reference"), told.reference)] if told.reference else []
    for edit, said in answers:
        changes.append(((*here, "answers", edit.fact, "answer"), said.strip() or "unknown"))
    return tuple(changes)


def _free_id(case: Case, on: date) -> str:
    taken = {call.id for call in case.calls}
    number = 1
    while (id := f"call-{on}" if number == 1 else f"call-{on}-{number}") in taken:
        number += 1
    return id
