"""Whatever happens to a letter, in whatever order it is tried: no level 0 in force, no step back in time."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from necessity.domain.letter_life import (
    EventKind,
    LetterEvent,
    LetterState,
    Window,
    add,
    check,
    newest_version,
    of_version,
    signer_level,
    state,
)
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import SignerEvidence
from necessity.errors import RecordError

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
SERVES = (LetterState.IN_FORCE, LetterState.EXPIRING, LetterState.EXPIRED)
LIKELY = (EventKind.DRAFTED, EventKind.SENT, EventKind.SIGNED, EventKind.CHECKED, EventKind.OPENED)


@st.composite
def events(draw: st.DrawFn) -> list[LetterEvent]:
    """Draw what somebody might try to record: in any order, at any time, with anything left out."""
    tried = []
    at = START
    for number in range(draw(st.integers(1, 25))):
        at += timedelta(hours=draw(st.sampled_from((0, 1, 30, 700, -5))))
        version = draw(st.sampled_from((1, 1, 1, 2, 3)))
        kind = draw(st.sampled_from(LIKELY) | st.sampled_from(list(EventKind)))
        fields = {
            "happened_on": at.date() + timedelta(days=draw(st.sampled_from((0, 0, 0, 1, -1, -9, 40)))),
            "to": "x", "note": "x", "file": "papers/x.jpg", "signer": "ghali", "draft_sha256": "0" * 64,
            "was_on": at.date(),
            "replaces": "l" if version > 1 else None,
            "method": draw(st.sampled_from(list(SigningMethod))),
            "evidence": draw(st.none() | st.sampled_from(list(SignerEvidence))),
            "matched": draw(st.sampled_from((True, True, False))),
        }  # fmt: skip
        for gone in draw(st.sets(st.sampled_from(sorted(fields)), max_size=1)):
            fields[gone] = None
        tried.append(LetterEvent(id=f"e{number}", letter="l", version=version, kind=kind, at=at, by="x", **fields))
    return tried


def kept(tried: list[LetterEvent]) -> tuple[LetterEvent, ...]:
    """Record what may be recorded; what is refused leaves the history as it was."""
    history: tuple[LetterEvent, ...] = ()
    for event in tried:
        with suppress(RecordError):
            history = add(history, event)
    return history


@given(events(), st.integers(-10, 900))
def test_level_0_is_never_in_force(tried: list[LetterEvent], day: int) -> None:
    """The one thing a forged answer from the patient's own address must not reach."""
    history = kept(tried)
    on = START.date() + timedelta(days=day)
    for version in (1, 2, 3):
        now = state(history, "l", version, Window(date(2026, 1, 1), date(2027, 6, 30)), on)
        if now in SERVES:
            past = [event for event in history if event.day <= on]
            assert signer_level(past, "l", version) is not SignerLevel.ADDRESS_FROM_PATIENT
            assert any(event.kind is EventKind.SIGNED for event in of_version(past, "l", version))


@given(events())
def test_time_only_goes_forward(tried: list[LetterEvent]) -> None:
    """Moments never fall, no signature is older than its request, and a kept history can be read back."""
    history = kept(tried)
    assert [event.at for event in history] == sorted(event.at for event in history)
    for signed in (event for event in history if event.kind is EventKind.SIGNED):
        sent = [e for e in of_version(history, "l", signed.version) if e.kind is EventKind.SENT]
        assert signed.day >= min(e.day for e in sent) - timedelta(days=1)
        assert signed.day <= signed.at.date() + timedelta(days=1)
    check(history)


@given(events())
def test_versions_have_no_gaps_and_only_the_newest_is_signed(tried: list[LetterEvent]) -> None:
    """A correction names what it corrects; an older version is never signed after a newer one was drafted."""
    history = kept(tried)
    drafted = [event.version for event in history if event.kind is EventKind.DRAFTED]
    assert drafted == list(range(1, newest_version(history, "l") + 1))
    for place, event in enumerate(history):
        if event.kind is EventKind.SIGNED:
            assert event.version == newest_version(history[:place], "l")


@given(events(), st.integers(0, 900))
def test_a_letter_withdrawn_or_replaced_never_comes_back(tried: list[LetterEvent], day: int) -> None:
    """Nothing that is recorded later wakes a dead letter."""
    history = kept(tried)
    window = Window(date(2026, 1, 1), date(2030, 1, 1))
    ended = (LetterState.REVOKED, LetterState.REPLACED)
    states = [state(history, "l", 1, window, START.date() + timedelta(days=d)) for d in (day, day + 30, day + 400)]
    for before, after in pairwise(states):
        assert before not in ended or after in ended
