"""The life of a letter: what may follow what, which day counts, and which state it comes to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from necessity.domain.letter_life import (
    TRANSITIONS,
    EventKind,
    LetterEvent,
    LetterState,
    Window,
    add,
    by_window,
    check,
    newest_version,
    signer_level,
    state,
)
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.domain.signer_level import LEVELS, SignerEvidence, level_of, ways_to
from necessity.errors import RecordError

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
YEAR = Window(date(2026, 3, 2), date(2027, 3, 1))
NPI, LICENCE = SignerEvidence.NPI_MATCHED, SignerEvidence.LICENCE_MATCHED


def event(kind: EventKind, hours: float = 0, version: int = 1, **more: object) -> LetterEvent:
    """One event of Ada's letter, so many hours after it was drafted, with what its kind needs."""
    at = START + timedelta(hours=hours)
    needed: dict[EventKind, dict[str, object]] = {
        EventKind.DRAFTED: {"draft_sha256": f"{version:064d}", "replaces": "lmn" if version > 1 else None},
        EventKind.SENT: {"to": "ghali@example.org"},
        EventKind.ASKED: {"note": "Since when?"},
        EventKind.ANSWERED: {"note": "Since 2022."},
        EventKind.ATTACHED: {"file": "papers/letters/a.jpg"},
        EventKind.SIGNED: {
            "signer": "ghali", "method": SigningMethod.TYPED, "draft_sha256": f"{version:064d}", "happened_on": at.date(),
        },
        EventKind.DECLINED: {"note": "not my patient"},
        EventKind.CHECKED: {"evidence": NPI, "matched": True, "note": "NPPES"},
        EventKind.REVOKED: {"note": "wrong patient"},
        EventKind.SEALED: {"file": "papers/letters/a.pdf", "draft_sha256": f"{version:064d}"},
        EventKind.DATE_CORRECTED: {"note": "the paper says so", "was_on": date(2026, 4, 1)},
    }  # fmt: skip
    id = f"v{version}-{kind}-{hours}"
    fields = {"by": "Ada", **needed.get(kind, {}), **more}
    return LetterEvent(id=id, letter="lmn", version=version, kind=kind, at=at, **fields)


def history(*events: LetterEvent) -> tuple[LetterEvent, ...]:
    """Add events one by one, as a store would."""
    found: tuple[LetterEvent, ...] = ()
    for one in events:
        found = add(found, one)
    return found


SENT = (event(EventKind.DRAFTED), event(EventKind.SENT, 1))
SIGNED = (*SENT, event(EventKind.OPENED, 2), event(EventKind.SIGNED, 3))
KNOWN = (*SIGNED, event(EventKind.CHECKED, 4), event(EventKind.CHECKED, 5, evidence=LICENCE))


def of(events: tuple[LetterEvent, ...], on: date = date(2026, 6, 1), window: Window = YEAR) -> LetterState | None:
    return state(events, "lmn", 1, window, on)


_REACHED = [
    (SENT[:1], date(2026, 3, 2), LetterState.DRAFT),
    (SENT, date(2026, 3, 2), LetterState.SENT),
    (SIGNED[:3], date(2026, 3, 2), LetterState.OPENED),
    (SIGNED, date(2026, 6, 1), LetterState.SIGNED),
    ((*SENT, event(EventKind.DECLINED, 2)), date(2026, 6, 1), LetterState.DECLINED),
    (KNOWN, date(2026, 6, 1), LetterState.IN_FORCE),
    (KNOWN, date(2027, 1, 30), LetterState.IN_FORCE),
    (KNOWN, date(2027, 1, 31), LetterState.EXPIRING),
    (KNOWN, date(2027, 3, 1), LetterState.EXPIRING),
    (KNOWN, date(2027, 3, 2), LetterState.EXPIRED),
    ((*KNOWN, event(EventKind.REPLACED, 6)), date(2026, 6, 1), LetterState.REPLACED),
    ((*KNOWN, event(EventKind.REVOKED, 6)), date(2026, 6, 1), LetterState.REVOKED),
]


@pytest.mark.parametrize(("events", "on", "expected"), _REACHED)
def test_each_state_follows_from_events_window_and_day(
    events: tuple[LetterEvent, ...], on: date, expected: LetterState
) -> None:
    """Nobody stores a state, so each must come out of what happened."""
    assert of(history(*events), on) is expected


def test_every_state_can_be_reached() -> None:
    """A state that nothing leads to is a word without a meaning."""
    assert {expected for _, _, expected in _REACHED} == set(LetterState)


def test_a_letter_was_not_there_before_it_was_drafted() -> None:
    """A look back must not find what came later."""
    assert of(history(*SENT), date(2026, 3, 1)) is None


def test_a_look_back_sees_only_what_had_happened_by_then() -> None:
    """A letter withdrawn in June was in force in May."""
    withdrawn = history(*KNOWN, event(EventKind.REVOKED, 24 * 90))
    assert of(withdrawn, date(2026, 5, 1)) is LetterState.IN_FORCE
    assert of(withdrawn, date(2026, 6, 1)) is LetterState.REVOKED


@pytest.mark.parametrize("window", [Window(None, None), Window(YEAR.from_on, None), Window(None, YEAR.to_on)])
def test_an_unknown_window_puts_no_letter_in_force(window: Window) -> None:
    """An end that nobody knows is not an endless letter."""
    assert of(history(*KNOWN), window=window) is LetterState.SIGNED


def test_before_its_first_day_a_signed_letter_is_not_in_force() -> None:
    """A letter that begins next month pays nothing this month."""
    assert by_window(Window(date(2026, 7, 1), date(2026, 12, 31)), date(2026, 6, 30)) is LetterState.SIGNED


_STATES: dict[LetterState | None, tuple[LetterEvent, ...]] = {
    None: (),
    LetterState.DRAFT: SENT[:1],
    LetterState.SENT: SENT,
    LetterState.OPENED: SIGNED[:3],
    LetterState.SIGNED: SIGNED,
    LetterState.DECLINED: (*SENT, event(EventKind.DECLINED, 2)),
    LetterState.REPLACED: (*SENT, event(EventKind.REPLACED, 2)),
    LetterState.REVOKED: (*SENT, event(EventKind.REVOKED, 2)),
}


@pytest.mark.parametrize("kind", list(EventKind))
@pytest.mark.parametrize("reached", list(_STATES), ids=str)
def test_only_what_the_table_allows_may_follow(kind: EventKind, reached: LetterState | None) -> None:
    """Every pair of state and event is allowed by the table or refused with a reason."""
    events = history(*_STATES[reached])
    if reached in TRANSITIONS[kind].since:
        assert add(events, event(kind, 9))[-1].kind is kind
    else:
        with pytest.raises(RecordError, match="lmn, version 1, cannot be"):
            add(events, event(kind, 9))


@pytest.mark.parametrize(("kind", "field"), [(k, f) for k, rule in TRANSITIONS.items() for f in rule.needs])
def test_an_event_says_what_its_kind_needs(kind: EventKind, field: str) -> None:
    """A decline without a reason, a check without a place, helps nobody later."""
    before = next(events for at, events in _STATES.items() if at in TRANSITIONS[kind].since)
    with pytest.raises(RecordError, match=field):
        add(history(*before), event(kind, 9, **{field: None}))


def test_nothing_is_dated_before_what_is_recorded() -> None:
    """A clock set back must not make a letter older."""
    with pytest.raises(RecordError, match="dated 2026-03-02 15:30 UTC, before what is recorded at 2026-03-02 16:00"):
        history(*SENT, event(EventKind.SIGNED, 0.5))


@pytest.mark.parametrize("days", [-2, -30, 2])
def test_an_electronic_signature_keeps_the_day_of_its_moment(days: int) -> None:
    """The day beside the moment is only for the time zone, never for another date."""
    with pytest.raises(RecordError, match=r"lies before|has not come yet"):
        history(*SENT, event(EventKind.SIGNED, 2, happened_on=START.date() + timedelta(days=days)))


def test_ink_is_never_older_than_the_paper_it_stands_on() -> None:
    """A paper printed on 2 March cannot have been signed on 1 March, whatever is written on it."""
    ink = {"method": SigningMethod.WET_INK, "file": "papers/a.jpg"}
    kept = history(*SENT, event(EventKind.SIGNED, 24 * 9, happened_on=date(2026, 3, 4), **ink))
    assert kept[-1].day == date(2026, 3, 4)
    with pytest.raises(RecordError, match="2026-03-01 lies before 2026-03-02"):
        history(*SENT, event(EventKind.SIGNED, 24 * 9, happened_on=date(2026, 3, 1), **ink))


def test_a_correction_is_the_next_version_and_names_the_letter_it_corrects() -> None:
    """Versions are counted without gaps, so that none can have been lost."""
    assert newest_version(history(*SIGNED, event(EventKind.DRAFTED, 9, 2)), "lmn") == 2
    with pytest.raises(RecordError, match="the next version is 2"):
        history(*SIGNED, event(EventKind.DRAFTED, 9, 3))
    with pytest.raises(RecordError, match="names the letter it corrects"):
        history(*SIGNED, event(EventKind.DRAFTED, 9, 2, replaces="other"))


def test_an_outdated_version_is_not_signed_any_more() -> None:
    """Two versions in two inboxes: only the newest can be answered."""
    with pytest.raises(RecordError, match="version 2 has taken its place"):
        history(*SENT, event(EventKind.DRAFTED, 2, 2), event(EventKind.SIGNED, 3))


def test_a_history_that_cannot_have_happened_is_refused_whole() -> None:
    """Somebody may have edited case.toml by hand."""
    with pytest.raises(RecordError, match="only a letter that was sent"):
        check((event(EventKind.DRAFTED), event(EventKind.SIGNED, 1)))
    with pytest.raises(RecordError):
        of((event(EventKind.DRAFTED), event(EventKind.SIGNED, 1)))


# ── levels ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("level", "enough"), LEVELS, ids=lambda one: "+".join(sorted(one)) if isinstance(one, frozenset) else str(one)
)
def test_each_row_of_the_table_gives_its_level(level: SignerLevel, enough: frozenset[SignerEvidence]) -> None:
    """The table is what a level means."""
    assert level_of((evidence, True) for evidence in sorted(enough)) is level


@pytest.mark.parametrize("lacking", [NPI, LICENCE])
def test_half_a_look_up_is_level_0(lacking: SignerEvidence) -> None:
    """A number without a licence, or the other way round, shows no clinician."""
    assert level_of([({NPI: LICENCE, LICENCE: NPI}[lacking], True)]) is SignerLevel.ADDRESS_FROM_PATIENT


def test_a_look_up_that_failed_keeps_level_0_until_it_is_repeated() -> None:
    """A licence that has ended is worse than one nobody looked up."""
    failed = [(NPI, True), (LICENCE, True), (LICENCE, False)]
    assert level_of(failed) is SignerLevel.ADDRESS_FROM_PATIENT
    assert level_of([*failed, (LICENCE, True)]) is SignerLevel.LICENCE_MATCHED


def test_what_is_missing_for_a_level_is_named_shortest_way_first() -> None:
    """Only what can be looked up is named; ink and a sign-in come another way."""
    assert ways_to(SignerLevel.LICENCE_MATCHED, [(NPI, True)]) == ((SignerEvidence.INDEPENDENT_CONTACT,), (LICENCE,))


def test_a_request_sent_both_ways_does_not_count_as_independent() -> None:
    """Nobody can tell through which of two requests the answer came."""
    independent = event(EventKind.SENT, 1, evidence=SignerEvidence.INDEPENDENT_CONTACT)
    once = history(SENT[0], independent, event(EventKind.SIGNED, 3))
    assert signer_level(once, "lmn", 1) is SignerLevel.INDEPENDENT_CONTACT
    both = history(SENT[0], independent, event(EventKind.SENT, 2), event(EventKind.SIGNED, 3))
    assert signer_level(both, "lmn", 1) is SignerLevel.ADDRESS_FROM_PATIENT


def test_what_was_seen_on_paper_counts_only_for_ink() -> None:
    """Letterhead on a scan says nothing about a name typed elsewhere."""
    seen = [
        event(EventKind.CHECKED, n, evidence=e)
        for n, e in ((2, SignerEvidence.WET_INK), (2.5, SignerEvidence.LETTERHEAD))
    ]
    typed = history(*SENT, *seen, event(EventKind.SIGNED, 3))
    assert signer_level(typed, "lmn", 1) is SignerLevel.ADDRESS_FROM_PATIENT
    ink = history(*SENT, *seen, event(EventKind.SIGNED, 3, method=SigningMethod.WET_INK))
    assert signer_level(ink, "lmn", 1) is SignerLevel.INDEPENDENT_CONTACT
