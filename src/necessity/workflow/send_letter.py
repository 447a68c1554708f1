"""Sending a letter to its signer: the version is kept, the request noted, and unsigned earlier versions step back."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from necessity.domain.case import Case
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import (
    EventKind,
    LetterEvent,
    LetterState,
    add,
    newest_version,
    of_version,
    reached,
)
from necessity.domain.signer_level import SignerEvidence
from necessity.errors import RecordError
from necessity.workflow.kept_letters import checked_id
from necessity.workflow.letter_record import record_id


class Reach(StrEnum):
    """How the request gets to the signer."""

    PATIENT_ADDRESS = "patient_address"
    """To an address the patient gave."""
    INDEPENDENT_CONTACT = "independent_contact"
    """Through a contact that was found without the patient."""
    PRINTED = "printed"
    """On paper, to be signed in ink and photographed."""


class Moment(NamedTuple):
    """Who does something, and when: from the clock, never from what somebody says."""

    at: datetime
    """The moment, in UTC."""
    on: date
    """The local day of that moment."""
    by: str
    """Who."""


Events = tuple[LetterEvent, ...]


def noted(events: Events, letter: str, version: int, kind: EventKind, now: Moment, **fields: Any) -> Events:
    """Add one event to a history, under the next free name.

    Raises:
        RecordError: it may not follow what happened before.
    """
    number = len(of_version(events, letter, version)) + 1
    taken = {event.id for event in events}
    while (id := f"{letter}-v{version}-{number}") in taken:
        number += 1
    given = {"happened_on": now.on, **fields}
    return add(events, LetterEvent(id=id, letter=letter, version=version, kind=kind, at=now.at, by=now.by, **given))


def keep_draft(case: Case, draft: LetterDraft, now: Moment) -> Events:
    """Note that a version was drafted; earlier versions that nobody signed are replaced by it.

    Args:
        case: The case it belongs to.
        draft: The version; its case, and the letter it corrects, must fit.
        now: Who drafted it, and when.

    Returns:
        The history with it; unchanged where this very draft is in it already.

    Raises:
        RecordError: it belongs to another case, or is no next version.
    """
    if draft.case != case.id:
        raise RecordError(
            f"This draft belongs to the case {draft.case!r}, not to {case.id!r}.",
            "Name the draft of this case.",
            field="case",
            value=draft.case,
            allowed=case.id,
        )
    _check_name(case, draft)
    events = case.letter_events
    own = of_version(events, draft.letter, draft.version)
    if any(event.kind is EventKind.DRAFTED and event.draft_sha256 == draft.sha256 for event in own):
        return events
    before = newest_version(events, draft.letter)
    events = noted(
        events, draft.letter, draft.version, EventKind.DRAFTED, now,
        draft_sha256=draft.sha256, replaces=draft.replaces, funding_source=draft.funding_source,
    )  # fmt: skip
    state = reached(of_version(events, draft.letter, before))
    if state in (LetterState.DRAFT, LetterState.SENT, LetterState.OPENED, LetterState.DECLINED):
        note = f"version {draft.version} was drafted"
        events = noted(events, draft.letter, before, EventKind.REPLACED, now, note=note)
    return events


def _check_name(case: Case, draft: LetterDraft) -> None:
    """Make sure that a draft does not take the name of a letter that came as paper and is signed already."""
    id = record_id(checked_id(draft.letter), draft.version)
    signed_here = {record_id(e.letter, e.version) for e in case.letter_events if e.kind is EventKind.SIGNED}
    if any(letter.id == id and letter.signed_on for letter in case.letters) and id not in signed_here:
        raise RecordError(
            f"The case holds a signed letter {id!r} that came as paper.",
            "Give the draft another id; it may name that letter as the one it renews.",
            field="letter",
            value=id,
            allowed="an id that no other letter has",
        )


def send(case: Case, draft: LetterDraft, now: Moment, *, to: str, reach: Reach, found: str | None = None) -> Events:
    """Note that a version went to its signer.

    Args:
        case: The case.
        draft: The version.
        now: Who sends it, and when.
        to: To whom: address, fax number, or the desk it was printed for.
        reach: How it gets there.
        found: How an independent contact was found; needed for that one.

    Returns:
        The history with it.

    Raises:
        RecordError: the way is not told, the signer is not named, or it may not be sent.
    """
    if draft.clinician is None:
        raise RecordError(
            f"Letter {draft.letter} does not name the clinician who is to sign it.",
            "Add the clinician to the case and draft the letter anew.",
            field="clinician",
            value=None,
            allowed="the clinician who treats the patient",
        )
    if reach is Reach.INDEPENDENT_CONTACT and not found:
        raise RecordError(
            "It is not told how the contact was found without the patient.",
            "Say it, such as: the practice's number in the state board's directory.",
            field="found",
            value=None,
            allowed="how and where the contact was found",
        )
    evidence = SignerEvidence.INDEPENDENT_CONTACT if reach is Reach.INDEPENDENT_CONTACT else None
    events = keep_draft(case, draft, now)
    return noted(
        events, draft.letter, draft.version, EventKind.SENT, now,
        to=to, evidence=evidence, note=found, draft_sha256=draft.sha256, funding_source=draft.funding_source,
    )  # fmt: skip


def as_correction(draft: LetterDraft, events: Events) -> LetterDraft:
    """Number a draft as the next version of its letter, naming the one it corrects, with nothing answered yet."""
    version = newest_version(events, draft.letter) + 1
    return unanswered(draft).model_copy(
        update={"version": version, "replaces": draft.letter if version > 1 else draft.replaces}
    )


def unanswered(draft: LetterDraft) -> LetterDraft:
    """Take every answer to a statement out: nothing goes to a signer pre-ticked."""
    statements = tuple(statement.model_copy(update={"agreed": None}) for statement in draft.statements)
    return draft.model_copy(update={"statements": statements})
