"""Where each letter stands: state, the days it serves each funding source, who signed at which level, the next step.

Letters drafted here have a history; those that came as paper are entered by hand and have only their record.
"""

from collections.abc import Sequence
from datetime import date

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.dates import spoken
from necessity.domain.letter import LetterOfMedicalNecessity, Signature
from necessity.domain.letter_life import (
    RENEWAL_LEAD_DAYS,
    EventKind,
    LetterEvent,
    LetterState,
    Window,
    by_window,
    of_version,
    signer_level,
    signer_looks,
    state,
)
from necessity.domain.record import Record
from necessity.domain.signature import SignerLevel
from necessity.domain.signer_level import LEVEL_WORDS, level_of, ways_to
from necessity.workflow.letter_record import record_id
from necessity.workflow.sign_letter import checks_of

_BY_HAND = "Entered by hand from a paper; how sure the signer is was not checked here."
_SIGNED = (Signature.WET_INK, Signature.ELECTRONIC)
_STRONGEST = (LetterState.IN_FORCE, LetterState.EXPIRING, LetterState.SIGNED, LetterState.EXPIRED)


class LetterWindow(Record):
    """The days one letter serves one funding source."""

    funding_source: str
    """Id of the funding source. Never missing."""
    from_on: date | None
    """First day; missing: not known."""
    to_on: date | None
    """Last day, included; missing: not known."""
    state: LetterState
    """How far the letter is for this source. Never missing."""


class LetterStatus(Record):
    """Where one version of one letter stands on a day."""

    letter: str
    """Id of the letter. Never missing."""
    version: int
    """Which version. Never missing."""
    record: str
    """Id of its record among the letters of the case. Never missing."""
    state: LetterState | None
    """How far it is; missing: entered by hand and not said to be signed."""
    windows: tuple[LetterWindow, ...]
    """The days it serves, one a funding source; empty where it is not signed by somebody known."""
    signed_on: date | None
    """The true day of signing; missing: not signed."""
    signed_by: str | None
    """Name of the clinician who signed or is to sign."""
    level: SignerLevel | None
    """How sure the signer is; missing: entered by hand, or not signed."""
    signer_words: str
    """Who signed and how sure that is, in words. Never missing."""
    checks: tuple[str, ...]
    """What the level rests on: what, by whom, when, with what result."""
    file: str | None
    """The sealed letter or the paper, a path under papers/; missing: none yet."""
    seal_words: str
    """What there is to know about that file. Empty where there is none."""
    next_step: str
    """What to do. Never missing."""
    last_event: str | None
    """What happened last; missing: entered by hand."""


def windows_of(judge: Judge, case: Case, on: date) -> dict[str, dict[str, Window]]:
    """Find the days each letter serves each funding source, as the facts work them out.

    Returns:
        By id of the letter's record, then by id of the funding source.
    """
    found: dict[str, dict[str, Window]] = {}
    for row in judge.trace(case, on)["letter"]:
        window = Window(row["letter_window_from"], row["letter_window_to"])
        found.setdefault(str(row["letter_id"]), {})[str(row["funding_source_id"])] = window
    return found


def letter_statuses(judge: Judge, case: Case, on: date, lead_days: int = RENEWAL_LEAD_DAYS) -> tuple[LetterStatus, ...]:
    """Say where every version of every letter of a case stands.

    Args:
        judge: The rulebook, whose facts know until when a letter serves.
        case: The record.
        on: The day.
        lead_days: Days before its end from which a letter counts as expiring.

    Returns:
        One entry a version, by letter and version; versions drafted after that day are left out.

    Raises:
        RecordError: the history could not have happened.
    """
    windows = windows_of(judge, case, on)
    history = [event for event in case.letter_events if event.kind is not EventKind.DATE_CORRECTED]
    versions = dict.fromkeys((event.letter, event.version) for event in history)
    looked = [_drafted(case, letter, version, windows, on, lead_days) for letter, version in versions]
    found = [status for status in looked if status is not None]
    drafted = {record_id(letter, version) for letter, version in versions}
    found += [
        _by_hand(case, letter, windows.get(letter.id, {}), on, lead_days)
        for letter in case.letters
        if letter.id not in drafted
    ]
    return tuple(sorted(found, key=lambda one: (one.letter, one.version)))


def _drafted(
    case: Case, letter: str, version: int, windows: dict[str, dict[str, Window]], on: date, lead_days: int
) -> LetterStatus | None:
    """Work out the status of a version drafted here; None where it did not exist yet on that day."""
    events = case.letter_events
    own = [event for event in of_version(events, letter, version) if event.day <= on]
    record = record_id(letter, version)
    at = state(events, letter, version, Window(None, None), on, lead_days)
    if at is None:
        return None
    signed = next((event for event in own if event.kind is EventKind.SIGNED), None)
    level = signer_level(own, letter, version) if signed else None
    serving: tuple[LetterWindow, ...] = ()
    if at is LetterState.SIGNED and level:
        source = next((event.funding_source for event in own if event.funding_source), None)
        serving = _windows(windows.get(record, {}), on, lead_days, source)
        at = next((one for one in _STRONGEST if one in {w.state for w in serving}), LetterState.SIGNED)
    name = _signer_name(case, signed.signer if signed else None)
    sealed = last_seal(own)
    checks = tuple(
        f"{c.what}: {c.result}; {c.by}, {spoken(c.at.date())}" for c in checks_of(tuple(own), letter, version)
    )
    return LetterStatus(
        letter=letter,
        version=version,
        record=record,
        state=at,
        windows=serving,
        signed_on=signed.day if signed else None,
        signed_by=name,
        level=level,
        signer_words=_signer_words(signed, name, level),
        checks=checks,
        file=sealed.file if sealed else None,
        seal_words=_seal_words(own, sealed, level),
        next_step=_next_step(at, own, serving, level),
        last_event=f"{own[-1].kind.replace('_', ' ')} by {own[-1].by}, {spoken(own[-1].day)}",
    )


def _windows(
    windows: dict[str, Window], on: date, lead_days: int, source: str | None = None
) -> tuple[LetterWindow, ...]:
    """Lay the windows out; a letter drafted for one funding source is looked at for that one only."""
    return tuple(
        LetterWindow(funding_source=id, from_on=w.from_on, to_on=w.to_on, state=by_window(w, on, lead_days))
        for id, w in windows.items()
        if source in (None, id)
    )


def _by_hand(
    case: Case, letter: LetterOfMedicalNecessity, windows: dict[str, Window], on: date, lead_days: int
) -> LetterStatus:
    is_signed = letter.signed_on is not None and letter.signed_on <= on and letter.signature in _SIGNED
    serving = _windows(windows, on, lead_days) if is_signed else ()
    at = next((one for one in _STRONGEST if one in {w.state for w in serving}), LetterState.SIGNED)
    if letter.revoked_on and letter.revoked_on <= on:
        at, serving = LetterState.REVOKED, ()
    name = _signer_name(case, letter.signed_by)
    return LetterStatus(
        letter=letter.id,
        version=1,
        record=letter.id,
        state=at if is_signed else None,
        windows=serving,
        signed_on=letter.signed_on,
        signed_by=name,
        level=None,
        signer_words=f"Signed by {name or 'a clinician'}. {_BY_HAND}" if is_signed else "Not known to be signed.",
        checks=(),
        file=letter.file,
        seal_words="",
        next_step=_next_step(at, [], serving, None) if is_signed else "Say on which day it was signed, and how.",
        last_event=None,
    )


def _signer_name(case: Case, id: str | None) -> str | None:
    return next((clinician.name or clinician.id for clinician in case.clinicians if clinician.id == id), None)


def _signer_words(signed: LetterEvent | None, name: str | None, level: SignerLevel | None) -> str:
    if signed is None or level is None:
        return "Not signed."
    how = {"typed": "by typing the name", "drawn": "by drawing the name", "wet_ink": "in ink"}[str(signed.method)]
    return f"Signed as {name or 'the clinician'} {how}; level {level.value}. {LEVEL_WORDS[level]}"


def last_seal(own: Sequence[LetterEvent]) -> LetterEvent | None:
    """Find when a version was last sealed."""
    return next((event for event in reversed(own) if event.kind is EventKind.SEALED), None)


def level_when(own: Sequence[LetterEvent], event: LetterEvent) -> SignerLevel:
    """Say how sure the signer was when something happened."""
    return level_of(signer_looks(own[: own.index(event)]))


def _seal_words(own: Sequence[LetterEvent], sealed: LetterEvent | None, level: SignerLevel | None) -> str:
    if sealed is None:
        return ""
    then = level_when(own, sealed)
    if level is None or then == level:
        return f"Sealed on {spoken(sealed.day)}."
    now = f"it is level {level.value} by now, and the sealed file cannot say so."
    return f"Sealed on {spoken(sealed.day)} at level {then.value}; {now}"


_STEPS: dict[LetterState, str] = {
    LetterState.DRAFT: "Send it to the clinician: necessity letter send",
    LetterState.SENT: "Wait for the clinician; send it again after some days without an answer.",
    LetterState.OPENED: "The clinician has it open; wait, or answer what was asked.",
    LetterState.DECLINED: "Read the reason. Draft a new version, or follow what was recommended instead.",
    LetterState.IN_FORCE: "Nothing now. Keep the paper; sessions outside its days stay with other money.",
    LetterState.EXPIRING: "Renew it before its last day: necessity letter renew",
    LetterState.EXPIRED: "Renew it: necessity letter renew. Sessions after its last day stay with other money.",
    LetterState.REPLACED: "Use the newer version.",
    LetterState.REVOKED: "Do not use it. Ask the clinician what to do.",
}


def _next_step(
    at: LetterState, own: Sequence[LetterEvent], windows: tuple[LetterWindow, ...], level: SignerLevel | None
) -> str:
    asked = [event for event in own if event.kind in (EventKind.ASKED, EventKind.ANSWERED)]
    if at in (LetterState.SENT, LetterState.OPENED) and asked and asked[-1].kind is EventKind.ASKED:
        return f"Answer the question: {asked[-1].note}"
    if at in (LetterState.SENT, LetterState.OPENED) and any(e.kind is EventKind.ATTACHED for e in own):
        return "A signed paper is attached; say what stands on it: necessity letter attach"
    sealed = last_seal(own)
    if at in (LetterState.IN_FORCE, LetterState.EXPIRING) and level and sealed is None:
        return f"Seal it, so that every change shows and packets carry it: necessity letter seal. {_STEPS[at]}"
    if at in (LetterState.IN_FORCE, LetterState.EXPIRING) and level and sealed and level_when(own, sealed) != level:
        return f"Seal it again, since the sealed file names an older level: necessity letter seal. {_STEPS[at]}"
    if at is not LetterState.SIGNED:
        return _STEPS[at]
    if level is SignerLevel.ADDRESS_FROM_PATIENT:
        return "It is not in force: check the signer with `necessity letter check-signer`. " + still_needed(own)
    if any(window.to_on is None or window.from_on is None for window in windows) or not windows:
        return "Signed; from when to when it serves is not known yet. See: necessity decide"
    return f"Signed; it serves from {spoken(min(w.from_on for w in windows if w.from_on))}."


def still_needed(own: Sequence[LetterEvent]) -> str:
    """Say what is missing for a letter to be in force, by looking things up; or which look-up did not agree."""
    looks = signer_looks(own)
    failed = [evidence for evidence, matched in dict(looks).items() if not matched]
    if failed:
        return f"The last look at {failed[0].replace('_', ' ')} did not agree."
    ways = ways_to(SignerLevel.LICENCE_MATCHED, looks)
    return f"Still needed: {', or '.join(' and '.join(way).replace('_', ' ') for way in ways)}."
