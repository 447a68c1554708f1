"""A letter drafted under its own name: its first version, or the next one of a letter that was sent from here."""

from datetime import date

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind, newest_version, of_version
from necessity.errors import RecordError
from necessity.workflow.draft_letter import draft_letter
from necessity.workflow.letter_record import record_id
from necessity.workflow.send_letter import as_correction


def free_letter_id(case: Case) -> str:
    """Find the first id of the form letter1, letter2 … that a new letter can have: none of that name is signed."""
    signed = {one.id for one in case.letters if one.signed_on is not None}
    signed |= {event.letter for event in case.letter_events if event.kind is EventKind.SIGNED}
    number = 1
    while f"letter{number}" in signed:
        number += 1
    return f"letter{number}"


def next_version(
    judge: Judge, case: Case, letter: str, *, on: date, funding_source: str | None = None, replaces: str | None = None
) -> LetterDraft:
    """Draft a letter from the case, as the version that comes next.

    Args:
        judge: The rulebook.
        case: The record with the history of its letters.
        letter: Id of the letter.
        on: The day of the draft.
        funding_source: Whose payer it is for; None: as the version before, or any.
        replaces: Id of a letter that came as paper and that this one corrects.

    Returns:
        The first version; or, where the letter was drafted here before, the next one, which names what it corrects.

    Raises:
        RecordError: the safety screen stops it, or the letter of that name came as paper and is signed.
    """
    version = newest_version(case.letter_events, letter)
    if not version:
        return draft_letter(judge, case, letter=letter, on=on, funding_source=funding_source, replaces=replaces)
    if replaces not in (None, letter):
        raise RecordError(
            f"Letter {letter} was drafted here; its next version corrects itself, not {replaces}.",
            f"Leave --replaces out, or draft a new letter that replaces {replaces}.",
            field="replaces",
            value=replaces,
            allowed=letter,
        )
    before = of_version(case.letter_events, letter, version)
    source = funding_source or next((e.funding_source for e in before if e.funding_source), None)
    kept = record_id(letter, version)
    is_signed = any(one.id == kept for one in case.letters)
    drafted = draft_letter(
        judge,
        case,
        letter=free_letter_id(case) if is_signed else letter,
        on=on,
        funding_source=source,
        replaces=kept if is_signed else None,
    )
    return as_correction(drafted.model_copy(update={"letter": letter}), case.letter_events)
