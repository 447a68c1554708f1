"""A signed paper comes back: matched to its letter by the return code, kept, and taken as signed once a person says so.

A camera cannot tell ink from a copy, nor a letterhead from a drawing. A person looks and says so; until then the paper
is attached and nothing more.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.case import Case
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind, newest_version, of_version
from necessity.domain.return_code import ReturnCode
from necessity.domain.signature import SigningMethod
from necessity.domain.signer_level import SignerEvidence
from necessity.errors import RecordError
from necessity.workflow.send_letter import Events, Moment, noted
from necessity.workflow.sign_letter import INTENT, Signed, SigningAct, sign, to_answer


class PaperSign(StrEnum):
    """What a person can say of a signed paper."""

    INK = "ink"
    LETTERHEAD = "letterhead"
    UNCHANGED = "unchanged"


PAPER_QUESTIONS: dict[PaperSign, str] = {
    PaperSign.INK: "Is the signature real ink, on the paper itself and not a copy?",
    PaperSign.LETTERHEAD: "Does the paper carry the practice's letterhead?",
    PaperSign.UNCHANGED: "Is the printed text as it was, with nothing changed or added by hand?",
}
"""What is asked about a signed paper; nothing is taken for granted."""


class SeenOnPaper(NamedTuple):
    """What a person saw on the signed paper; None: not said."""

    signs: dict[PaperSign, bool]
    """Answer by question."""
    name: str | None
    """The name under the signature."""
    dated_on: date | None
    """The day written beside it."""
    answers: dict[str, bool]
    """Which statements are ticked, by id."""


def matched(case: Case, codes: Sequence[ReturnCode]) -> ReturnCode:
    """Find the letter a paper belongs to.

    Args:
        case: The case it was attached to.
        codes: The return codes read from it.

    Returns:
        The code that names the newest version of a letter of this case.

    Raises:
        RecordError: no code can be read, or the paper belongs to another case, an older version or another text.
    """
    if not codes:
        raise _no_match(
            "No return code can be read on it.",
            "Photograph the whole page flat, in even light, with the square code sharp. A letter that was not printed "
            "from here is entered in case.toml by hand.",
        )
    if len(set(codes)) > 1:
        raise _no_match("It shows the return codes of several letters.", "Photograph each letter by itself.")
    code = codes[0]
    if code.case != case.id:
        raise _no_match(f"It belongs to the case {code.case!r}, not to {case.id!r}.", "Attach it to its own case.")
    newest = newest_version(case.letter_events, code.letter)
    if not newest or code.version > newest:
        raise _no_match(
            f"Letter {code.letter}, version {code.version}, is not known here.", "Attach it where it was sent."
        )
    if code.version < newest:
        raise _no_match(
            f"It is version {code.version} of letter {code.letter}; version {newest} has taken its place.",
            f"Print version {newest}, have it signed, and attach that.",
        )
    own = of_version(case.letter_events, code.letter, code.version)
    texts = [e.draft_sha256 for e in own if e.kind is EventKind.SENT and e.draft_sha256]
    if not any(text.startswith(code.sha8) for text in texts):
        raise _no_match(
            "It was printed from another text than the one that was sent.", "Print the letter as it was sent."
        )
    return code


def _no_match(why: str, step: str) -> RecordError:
    return RecordError(f"The paper is not attached. {why}", step, field="paper", value=None, allowed="the paper sent")


def attach(case: Case, code: ReturnCode, file: str, now: Moment) -> Events:
    """Note that a paper came back; the same paper twice is noted once.

    Raises:
        RecordError: the letter is not waiting for it.
    """
    own = of_version(case.letter_events, code.letter, code.version)
    if any(event.kind is EventKind.ATTACHED and event.file == file for event in own):
        return case.letter_events
    return noted(case.letter_events, code.letter, code.version, EventKind.ATTACHED, now, file=file)


def still_asked(draft: LetterDraft, seen: SeenOnPaper) -> tuple[str, ...]:
    """List what a person has yet to say about a signed paper before it counts."""
    asked = [PAPER_QUESTIONS[sign] for sign in PaperSign if sign not in seen.signs]
    asked += ["Which name stands under the signature?"] if seen.name is None else []
    asked += ["Which day is written beside the signature?"] if seen.dated_on is None else []
    asked += [f"Is this ticked on the paper: {s.words}" for s in to_answer(draft) if s.id not in seen.answers]
    return tuple(asked)


def take_as_signed(case: Case, sent: LetterDraft, file: str, seen: SeenOnPaper, now: Moment) -> Signed:
    """Take an attached paper as the signed letter, from what a person saw on it.

    Only ink on letterhead raises the level; on plain paper the signer has still to be checked.

    Args:
        case: The case, the paper attached.
        sent: The version as it was printed.
        file: The photo's path under papers/.
        seen: What a person saw; everything asked is answered.
        now: Who looked, and when.

    Raises:
        RecordError: it is no ink, was changed by hand, is dated before it was printed, or something is not answered.
    """
    if not seen.signs[PaperSign.INK]:
        raise _no_match(
            "The signature is not ink.", "Ask for the paper signed by hand, or for a typed or drawn signature."
        )
    if not seen.signs[PaperSign.UNCHANGED]:
        raise _no_match(
            "Something was changed on the paper by hand.",
            "Draft a new version with that change, and have it signed: what is kept must read like the paper.",
        )
    if seen.dated_on and seen.dated_on > now.on:
        raise _no_match(f"{seen.dated_on} has not come yet.", "Give the day that is written on the paper.")
    has_head = seen.signs[PaperSign.LETTERHEAD]
    events = case.letter_events
    for evidence in (SignerEvidence.WET_INK, SignerEvidence.LETTERHEAD) if has_head else ():
        events = noted(
            events, sent.letter, sent.version, EventKind.CHECKED, now,
            evidence=evidence, matched=True, note=f"seen on {file} by a person",
        )  # fmt: skip
    act = SigningAct(
        name=seen.name or "",
        method=SigningMethod.WET_INK,
        answers={**seen.answers, INTENT: True},
        paper=file,
        dated_on=seen.dated_on,
        is_on_letterhead=has_head,
    )
    return sign(case.model_copy(update={"letter_events": events}), sent, act, now)
