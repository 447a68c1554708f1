"""The life of a letter: what happened to each version, in order of true time, and the state that follows.

Events are added, never changed and never dated back. The state is worked out from them, from the window in which the
letter serves a payer (found by the facts, not here) and from the day; nobody stores it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from necessity.domain.moment import Moment
from necessity.domain.record import Record
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import SignerEvidence, level_of
from necessity.errors import RecordError

RENEWAL_LEAD_DAYS = 30
"""Days before its last day from which a letter counts as expiring: our own choice, no payer's rule."""


class EventKind(StrEnum):
    """What can happen to one version of a letter."""

    DRAFTED = "drafted"
    SENT = "sent"
    OPENED = "opened"
    ASKED = "asked"
    ANSWERED = "answered"
    ATTACHED = "attached"
    SIGNED = "signed"
    DECLINED = "declined"
    CHECKED = "checked"
    SEALED = "sealed"
    REPLACED = "replaced"
    REVOKED = "revoked"
    DATE_CORRECTED = "date_corrected"


class LetterState(StrEnum):
    """How far a letter is."""

    DRAFT = "draft"
    SENT = "sent"
    OPENED = "opened"
    SIGNED = "signed"
    """Signed, but not in force: its first day is still to come, or nobody knows the signer well enough."""
    DECLINED = "declined"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"


class Instead(StrEnum):
    """What a clinician recommends in place of training."""

    THERAPY = "therapy"
    REHABILITATION = "rehabilitation"
    THERAPY_OR_REHABILITATION = "therapy_or_rehabilitation"
    """One of the two; which one is for them to settle."""


class LetterEvent(Record):
    """One thing that happened to one version of a letter. Added once, never changed."""

    id: str
    """Short name. Never missing."""
    letter: str
    """Id of the letter. Never missing."""
    version: Annotated[int, Field(ge=1)]
    """Which version of it, counted from 1. Never missing."""
    kind: EventKind
    """What happened. Never missing."""
    at: Moment
    """When it was recorded, in UTC, from the clock. Never missing, never moved."""
    by: str
    """Who did it or recorded it. Never missing."""
    happened_on: date | None = None
    """The local day; for ink the day written beside the signature."""
    to: str | None = None
    """To whom it was sent: an address, a fax number, or that it was printed."""
    funding_source: str | None = None
    """Id of the funding source the version is for."""
    replaces: str | None = None
    """Drafted: id of the letter this one corrects (its own) or renews (another)."""
    note: str | None = None
    """Reason, question, or where and how something was looked up."""
    evidence: SignerEvidence | None = None
    """What is known about the signer through this."""
    matched: bool | None = None
    """Checked: whether it agreed."""
    signer: str | None = None
    """Id of the clinician who signed or declined."""
    method: SigningMethod | None = None
    """Signed: typed, drawn or in ink."""
    draft_sha256: str | None = None
    """SHA-256 of the version's canonical JSON."""
    instead: Instead | None = None
    """Declined: what the clinician recommends in place of training."""
    was_on: date | None = None
    """Date corrected: the day that stood there before."""
    file: str | None = None
    """A paper that belongs to it, a path under papers/."""

    @property
    def day(self) -> date:
        """The local day it happened; where that is not known, the day in UTC."""
        return self.happened_on or self.at.date()


class Transition(NamedTuple):
    """What one kind of event needs and does."""

    since: frozenset[LetterState | None]
    """States in which it may happen; None: the version does not exist yet."""
    to: LetterState | None
    """The state it leads to; None: it stays."""
    needs: tuple[str, ...]
    """Fields of the event that must be filled."""
    refusal: str
    """Why it may not happen otherwise."""


_S = LetterState
_ASKED_FOR = frozenset({_S.SENT, _S.OPENED})
TRANSITIONS: dict[EventKind, Transition] = {
    EventKind.DRAFTED: Transition(
        frozenset({None}), _S.DRAFT, ("draft_sha256",), "this version is drafted already; a change is a new version"
    ),
    EventKind.SENT: Transition(
        frozenset({_S.DRAFT, *_ASKED_FOR}), _S.SENT, ("to",), "only an unsigned letter is sent to be signed"
    ),
    EventKind.OPENED: Transition(_ASKED_FOR, _S.OPENED, (), "only a letter that was sent and not answered is opened"),
    EventKind.ASKED: Transition(
        _ASKED_FOR, None, ("note",), "only a letter that waits for its signer raises questions"
    ),
    EventKind.ANSWERED: Transition(_ASKED_FOR, None, ("note",), "only a question about a waiting letter is answered"),
    EventKind.ATTACHED: Transition(
        frozenset({*_ASKED_FOR, _S.SIGNED}), None, ("file",), "a signed paper comes back only after the letter was sent"
    ),
    EventKind.SIGNED: Transition(
        _ASKED_FOR,
        _S.SIGNED,
        ("signer", "method", "draft_sha256", "happened_on"),
        "only a letter that was sent and not answered is signed",
    ),
    EventKind.DECLINED: Transition(
        _ASKED_FOR, _S.DECLINED, ("note",), "only a letter that was sent and not answered is declined"
    ),
    EventKind.CHECKED: Transition(
        frozenset({*_ASKED_FOR, _S.SIGNED}),
        None,
        ("evidence", "matched", "note"),
        "a signer is checked once the letter was sent, and while it may still serve",
    ),
    EventKind.SEALED: Transition(
        frozenset({_S.SIGNED}), None, ("file", "draft_sha256"), "only a letter that is signed and stands is sealed"
    ),
    EventKind.REPLACED: Transition(
        frozenset({_S.DRAFT, *_ASKED_FOR, _S.SIGNED, _S.DECLINED}), _S.REPLACED, (), "it no longer stands anyway"
    ),
    EventKind.REVOKED: Transition(
        frozenset({*_ASKED_FOR, _S.SIGNED}), _S.REVOKED, ("note",), "only a sent or signed letter is withdrawn"
    ),
    EventKind.DATE_CORRECTED: Transition(
        frozenset({None}), None, ("note", "was_on"), "the day of a letter signed here is recorded and never corrected"
    ),
}
"""Every kind of event: from where, to where, with what; anything else is refused with the reason given here."""

_OF_THE_NEWEST = frozenset(EventKind) - {EventKind.CHECKED, EventKind.SEALED, EventKind.REPLACED, EventKind.REVOKED}


class Window(NamedTuple):
    """The days a letter serves one payer, as the facts work them out; None is unknown."""

    from_on: date | None
    """First day."""
    to_on: date | None
    """Last day, included."""


def of_version(events: Iterable[LetterEvent], letter: str, version: int) -> list[LetterEvent]:
    """Pick the events of one version."""
    return [event for event in events if (event.letter, event.version) == (letter, version)]


def newest_version(events: Iterable[LetterEvent], letter: str) -> int:
    """Find the newest version of a letter; 0 where none was drafted."""
    return max((e.version for e in events if e.letter == letter and e.kind is EventKind.DRAFTED), default=0)


def add(events: Sequence[LetterEvent], event: LetterEvent) -> tuple[LetterEvent, ...]:
    """Add an event to a history, or say why it cannot have happened.

    Args:
        events: The history of a case's letters, oldest first.
        event: What is to be added.

    Returns:
        The history with it.

    Raises:
        RecordError: it is dated back, lacks what its kind needs, or may not follow what happened before.
    """
    last = events[-1].at if events else event.at
    if event.at < last:
        why = f"it would be dated {event.at:%Y-%m-%d %H:%M} UTC, before what is recorded at {last:%Y-%m-%d %H:%M}"
        raise _refused(event, why, "Nothing is dated back: set this machine's clock right.")
    rule = TRANSITIONS[event.kind]
    lacking = [name for name in rule.needs if getattr(event, name) is None]
    if lacking:
        raise _refused(event, f"it does not say {' and '.join(lacking)}", f"Give {', '.join(lacking)}.")
    before = reached(of_version(events, event.letter, event.version))
    if before not in rule.since:
        raise _refused(event, f"it is {_words(before)} and {rule.refusal}", "See: necessity letter status CASE")
    _check_version(events, event)
    _check_day(events, event)
    return (*events, event)


def _words(state: LetterState | None) -> str:
    return "not drafted here" if state is None else state.replace("_", " ")


def _refused(event: LetterEvent, why: str, step: str) -> RecordError:
    said = event.kind.replace("_", " ")
    return RecordError(
        f"Letter {event.letter}, version {event.version}, cannot be {said}: {why}.",
        step,
        field="letter_events",
        value=event.kind,
        allowed="what may follow its history",
    )


def _check_version(events: Sequence[LetterEvent], event: LetterEvent) -> None:
    """Hold versions together: counted one by one, each correction names its letter, only the newest goes on."""
    newest = newest_version(events, event.letter)
    if event.kind is EventKind.DRAFTED:
        if event.version != newest + 1:
            raise _refused(event, f"the next version is {newest + 1}", f"Draft it as version {newest + 1}.")
        if event.version > 1 and event.replaces != event.letter:
            raise _refused(event, "a correction names the letter it corrects", f"Say that it replaces {event.letter}.")
        if event.version == 1 and event.replaces == event.letter:
            raise _refused(event, "a first version replaces nothing of its own", "Name the letter it renews, or none.")
    elif event.kind in _OF_THE_NEWEST and event.version < newest:
        raise _refused(event, f"version {newest} has taken its place", f"Go on with version {newest}.")


def _check_day(events: Sequence[LetterEvent], event: LetterEvent) -> None:
    """Refuse a day that the moment of recording, or for ink the making of the paper, speaks against."""
    if event.happened_on is None:
        return
    recorded = event.at.date()
    if event.happened_on > recorded + timedelta(days=1):
        raise _refused(event, f"{event.happened_on} has not come yet", "Give the day it really happened.")
    earliest = recorded - timedelta(days=1)
    if event.kind is EventKind.SIGNED and event.method is SigningMethod.WET_INK:
        sent = [e for e in of_version(events, event.letter, event.version) if e.kind is EventKind.SENT]
        earliest = min(e.day for e in sent)
    if event.happened_on < earliest:
        raise _refused(
            event,
            f"{event.happened_on} lies before {earliest}, the first day it can have happened",
            "A signature keeps its true day; that treatment began earlier is a statement of its own.",
        )


def reached(events: Iterable[LetterEvent]) -> LetterState | None:
    """Follow the events of one version to the state they lead to, dates aside."""
    at: LetterState | None = None
    for event in events:
        at = TRANSITIONS[event.kind].to or at
    return at


def check(events: Sequence[LetterEvent]) -> None:
    """Make sure that a history read from outside could have happened.

    Raises:
        RecordError: it could not; the event is named.
    """
    sound: tuple[LetterEvent, ...] = ()
    for event in events:
        sound = add(sound, event)


def signer_looks(events: Iterable[LetterEvent]) -> list[tuple[SignerEvidence, bool]]:
    """List what is known about the signer of one version, oldest first.

    How the request went out counts only where every request of the version went the same way, and what was seen on
    paper only where the signature is ink.
    """
    own = list(events)
    sent = {event.evidence for event in own if event.kind is EventKind.SENT}
    ink = any(event.method is SigningMethod.WET_INK for event in own if event.kind is EventKind.SIGNED)
    on_paper = (SignerEvidence.LETTERHEAD, SignerEvidence.WET_INK)
    looks = [(way, True) for way in sent if way is not None and len(sent) == 1]
    for event in own:
        counts = event.kind in (EventKind.CHECKED, EventKind.SIGNED) and (ink or event.evidence not in on_paper)
        if event.evidence is not None and counts:
            looks.append((event.evidence, event.matched is not False))
    return looks


def signer_level(events: Iterable[LetterEvent], letter: str, version: int) -> SignerLevel:
    """Work out how sure anybody can be of who signed a version."""
    return level_of(signer_looks(of_version(events, letter, version)))


def state(
    events: Sequence[LetterEvent],
    letter: str,
    version: int,
    window: Window,
    on: date,
    lead_days: int = RENEWAL_LEAD_DAYS,
) -> LetterState | None:
    """Say how far one version of a letter was on a day.

    Args:
        events: The history of the case's letters.
        letter: Id of the letter.
        version: Which version.
        window: The days it serves its payer; an unknown end is not taken for an endless one.
        on: The day; what happened later does not count.
        lead_days: Days before its end from which it counts as expiring.

    Returns:
        The state; None where the version did not exist yet.

    Raises:
        RecordError: the history could not have happened.
    """
    check(events)
    own = [event for event in of_version(events, letter, version) if event.day <= on]
    now = reached(own)
    if now is not LetterState.SIGNED or signer_level(own, letter, version) is SignerLevel.ADDRESS_FROM_PATIENT:
        return now
    return by_window(window, on, lead_days)


def by_window(window: Window, on: date, lead_days: int = RENEWAL_LEAD_DAYS) -> LetterState:
    """Say how far a signed letter whose signer is known is, by the days it serves."""
    if window.from_on is None or window.to_on is None or on < window.from_on:
        return LetterState.SIGNED
    if on > window.to_on:
        return LetterState.EXPIRED
    return LetterState.EXPIRING if on > window.to_on - timedelta(days=lead_days) else LetterState.IN_FORCE
