"""Plan wording: sentences worth a look in a pasted plan document, and keeping those a person confirms.

A suggestion decides nothing. What is kept is what a person names by number, as the kind the person says it is.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from necessity.domain.case import Case, ListName
from necessity.domain.funding import FundingSource
from necessity.errors import RecordError
from necessity.rulebook.wording import SuggestedClause, suggest_clauses

KINDS = ("exclusion", "benefit", "limit", "appeal")
"""What a clause of a plan can be."""

Change = tuple[tuple[str | None, ...], Any]
"""A field of the record, as `set_field` takes it, and its new value."""
_CHOSEN = re.compile(r"\s*(\d{1,4})\s*(?:=\s*(\w+)\s*)?")


class Suggestion(NamedTuple):
    """One sentence worth a look."""

    number: int
    """Its number on the page, from 1."""
    clause: SuggestedClause
    """What was found."""
    kept_as: str
    """Id of the clause of the record that already says it; empty where none does."""


class Chosen(NamedTuple):
    """One sentence a person says is a clause."""

    number: int
    """Its number on the page."""
    kind: str
    """What the person says it is; empty: what it looks like."""


class Keeping(NamedTuple):
    """What keeping some sentences does."""

    ids: tuple[str, ...]
    """Ids of the new clauses."""
    known: tuple[str, ...]
    """Ids of clauses that already said it; they stay as they are."""
    takes_back_none: bool
    """Whether the record said that there is no such clause, which is taken back."""
    changes: tuple[Change, ...]
    """Changes to the record, in order."""


def source_of(case: Case, named: str) -> FundingSource:
    """Find the funding source whose plan it is.

    Args:
        case: The record.
        named: Its id, payer or kind.

    Raises:
        RecordError: none of them, or several, are called that.
    """
    held = [source for source in case.funding_sources if source.held]
    found = [s for s in held if named == s.id] or [s for s in held if named in (s.payer, s.kind)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(source.id for source in held) or "none yet"
    raise RecordError(
        f"{named!r} names {'several' if found else 'no'} funding source{'s' if found else ''} of this case.",
        f"Name one with --source: {known}. A new one is added in case.toml.",
        field="--source",
        value=named,
        allowed=known,
    )


def suggestions(source: FundingSource, text: str) -> tuple[Suggestion, ...]:
    """List the sentences of a plan document worth a look, those already kept marked.

    Args:
        source: The funding source whose plan it is.
        text: What was pasted or read; pages are parted by form feeds or show their number on a line.
    """
    kept = {_plain(clause.words): clause.id for clause in source.clauses if clause.words}
    found = suggest_clauses(text)
    return tuple(Suggestion(n, one, kept.get(_plain(one.words), "")) for n, one in enumerate(found, 1))


def chosen(text: str) -> tuple[Chosen, ...]:
    """Read which sentences are to be kept, such as `1,3` or `1,4=exclusion`.

    Raises:
        RecordError: it is written otherwise, or names a kind that no clause has.

    Examples:
        >>> chosen("1, 4=exclusion")
        (Chosen(number=1, kind=''), Chosen(number=4, kind='exclusion'))
    """
    found = []
    for part in text.split(","):
        match = _CHOSEN.fullmatch(part)
        if not match or match[2] not in (None, *KINDS):
            raise RecordError(
                f"--keep {part.strip()!r} is no number of a sentence.",
                f"Write the numbers, such as 1,3; or with what it is, such as 3=exclusion ({', '.join(KINDS)}).",
                field="--keep",
                value=part.strip(),
                allowed="numbers from the list",
            )
        found.append(Chosen(int(match[1]), match[2] or ""))
    return tuple(found)


def keep_clauses(case: Case, source: FundingSource, found: Sequence[Suggestion], wanted: Sequence[Chosen]) -> Keeping:
    """Work out what becomes of the record when a person confirms some sentences.

    Args:
        case: The record.
        source: The funding source whose plan it is.
        found: What was suggested.
        wanted: What the person confirms.

    Raises:
        RecordError: a number that is not on the list, or a sentence of which nobody has said what kind it is.
    """
    by_number = {one.number: one for one in found}
    taken = {clause.id for clause in source.clauses}
    ids: list[str] = []
    known: list[str] = []
    changes: list[Change] = []
    for number, kind in {one.number: one.kind for one in wanted}.items():
        if number not in by_number:
            raise _no_such(number, len(found))
        one = by_number[number]
        if one.kept_as:
            known.append(one.kept_as)
            continue
        id = _free_id(taken, one.clause.page)
        taken.add(id)
        ids.append(id)
        changes += _fields(source, id, kind or one.clause.kind or _ask_kind(number), one.clause)
    # a list said to be empty cannot hold a clause; whether it is whole again only the person can say
    takes_back = bool(ids) and case.is_complete(ListName.CLAUSES) and not any(s.clauses for s in case.funding_sources)
    first: list[Change] = [(("complete", ListName.CLAUSES.value), False)] if takes_back else []
    return Keeping(tuple(ids), tuple(known), takes_back, (*first, *changes))


def _fields(source: FundingSource, id: str, kind: str, clause: SuggestedClause) -> list[Change]:
    here = ("funding_sources", source.id, "clauses", id)
    said = [("kind", kind), ("words", clause.words), ("page", clause.page), ("names", clause.names or None)]
    return [((*here, field), value) for field, value in said if value is not None]


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _free_id(taken: set[str], page: str | None) -> str:
    """Name a clause after its page, as people do who look it up."""
    base = f"page-{page}" if page else "clause"
    number = 1
    while (id := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return id


def _no_such(number: int, count: int) -> RecordError:
    return RecordError(
        f"There is no sentence {number} on the list; it has {count}.",
        "Run the command without --keep to see the list, then name numbers of it.",
        field="--keep",
        value=number,
        allowed=f"1 to {count}",
    )


def _ask_kind(number: int) -> str:
    raise RecordError(
        f"Nothing tells what kind of clause sentence {number} is.",
        f"Say it: --keep {number}=exclusion ({', '.join(KINDS)}).",
        field="--keep",
        value=number,
        allowed=", ".join(KINDS),
    )
