"""Rows about procedure codes that a statement can join: the codes of some claims, their pairs, unit maxima and places.

Nothing here decides. A day that no table at hand was made for gets rows that say nothing: unknown, never the figure of
another quarter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from necessity.codesets.procedures.fit import support_of
from necessity.codesets.procedures.pairs import PairTable, Verdict, look_up
from necessity.codesets.procedures.tables import MaximaTable, editions, places, procedures

_DAY = timedelta(days=1)


class ProcedureRow(NamedTuple):
    """What is known of one procedure code, whatever the day."""

    code: str
    first_on: date | None
    """First day in force, where it was read."""
    last_on: date | None
    """Last day in force, where one was read."""
    counting: str | None
    """pooled, midpoint, full, session or item; None where the code is not loaded."""
    unit_minutes: int | None
    """Length of a unit, where it is timed."""
    needs: str | None
    """The code it is an addition to; empty where it stands alone; None where the code is not loaded."""
    listed_until: date
    """Last day the list of codes was made for."""
    pairs_until: date
    """Last day the newest table of pairs at hand was made for."""
    maxima_until: date
    """Last day the newest table of unit maxima at hand was made for."""


class PairSpan(NamedTuple):
    """What two codes of one day mean for each other, from a day to a day; there is a row for either order."""

    code: str
    other: str
    from_on: date
    until_on: date
    denied: str | None
    """The code of column two; None where no pair bars them, or nothing is known."""
    verdict: str | None
    """free, needs_modifier or never; None is unknown."""


class MaximumSpan(NamedTuple):
    """The most units of a code from a day to a day."""

    code: str
    from_on: date
    until_on: date
    is_limited: bool | None
    """Whether the table has a maximum for it; None: no table of that day, or it leaves the code out."""
    most: int | None
    mai: int | None
    """1 judges lines, 2 is absolute for the day, 3 is for the day and open to appeal; None where it was not read."""


class FitRow(NamedTuple):
    """How well a diagnosis supports a service, by our own table."""

    diagnosis: str
    procedure: str
    grade: str


class PlaceRow(NamedTuple):
    """One place of service that is loaded."""

    place: str
    first_on: date | None
    """First day in force, where it was read."""


def procedure_rows(
    codes: Iterable[str], pairs: Sequence[PairTable], maxima: Sequence[MaximaTable]
) -> Iterator[ProcedureRow]:
    """Lay out what is known of some codes; one that is not loaded gets a row that says so."""
    listed = editions()["codes"].loaded_until
    until = (max(t.edition.loaded_until for t in pairs), max(t.edition.loaded_until for t in maxima))
    for code in sorted(set(codes)):
        if one := procedures().get(code):
            given = (one.from_on, one.until_on, one.counting, one.unit_minutes, one.needs)
            yield ProcedureRow(code, *given, listed, *until)
        else:
            yield ProcedureRow(code, None, None, None, None, None, listed, *until)


def _spans(starts: Iterable[date | None], first_on: date, last_on: date) -> Iterator[tuple[date, date]]:
    """Cut a stretch of days at some first days."""
    cuts = sorted({first_on} | {one for one in starts if one and first_on <= one <= last_on})
    yield from zip(cuts, [start - _DAY for start in cuts[1:]] + [last_on], strict=True)


def pair_rows(
    tables: Sequence[PairTable], claims: Iterable[Iterable[str]], first_on: date, last_on: date
) -> Iterator[PairSpan]:
    """Lay out every two different codes of one claim, in both orders.

    Args:
        tables: Tables of pairs; of those made for a day or a later one, the newest answers.
        claims: The procedure codes of each claim.
        first_on: First day of service.
        last_on: Last day of service.
    """
    for one, two in sorted({pair for codes in claims for pair in combinations(sorted(set(codes)), 2)}):
        starts: list[date | None] = []
        for table in tables:
            starts += [table.edition.from_on, table.edition.loaded_until + _DAY]
            for row in table.find(one, two):
                starts += [row.effective, row.deleted + _DAY if row.deleted else None]
        for start, end in _spans(starts, first_on, last_on):
            denied, verdict = _answer(tables, one, two, start)
            yield PairSpan(one, two, start, end, denied, verdict)
            yield PairSpan(two, one, start, end, denied, verdict)


def _answer(tables: Sequence[PairTable], one: str, two: str, on: date) -> tuple[str | None, str | None]:
    """Ask the newest table that was made for the day, or, before all of them, the one that remembers it."""
    made_for = [t for t in tables if t.is_loaded(on)]
    holding = [t for t in made_for if t.edition.from_on <= on] or made_for
    if not holding:
        return None, None
    answer = look_up(one, two, on, max(holding, key=lambda table: table.edition.loaded_until))
    if not answer.is_sure or answer.verdict is Verdict.UNKNOWN:
        return None, None
    return (answer.pair.column2 if answer.pair else None), answer.verdict.value


def maximum_rows(
    tables: Sequence[MaximaTable], codes: Iterable[str], first_on: date, last_on: date
) -> Iterator[MaximumSpan]:
    """Lay out the unit maxima of some codes; a later table wins where two are made for a day."""
    starts = [one for t in tables for one in (t.edition.from_on, t.edition.loaded_until + _DAY)]
    for code in sorted(set(codes)):
        for start, end in _spans(starts, first_on, last_on):
            yield MaximumSpan(code, start, end, *_maximum(tables, code, start))


def _maximum(tables: Sequence[MaximaTable], code: str, on: date) -> tuple[bool | None, int | None, int | None]:
    table = next((t for t in reversed(tables) if t.edition.from_on <= on <= t.edition.loaded_until), None)
    if table is None:
        return None, None, None
    if one := table.by_code.get(code):
        return True, one.units, one.mai
    is_free = not table.edition.limits or code.startswith("S")  # the official files hold no S codes
    return (False if is_free else None), None, None


def fit_rows(claims: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Iterator[FitRow]:
    """Grade every diagnosis of a claim for every procedure on it, where our table holds the two.

    Args:
        claims: The diagnosis codes and the procedure codes of each claim.
    """
    both = {(one, code) for diagnoses, codes in claims for one in diagnoses for code in codes}
    for diagnosis, code in sorted(both):
        if grade := support_of(diagnosis, code).grade:
            yield FitRow(diagnosis, code, grade.value)


def place_rows(named: Iterable[str]) -> Iterator[PlaceRow]:
    """Lay out those of some places of service that are loaded."""
    known = places()
    for place in sorted(set(named) & set(known)):
        yield PlaceRow(place, known[place].from_on)
