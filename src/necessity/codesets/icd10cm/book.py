"""What a diagnosis code was on a day: the shipped editions, an operator's own, and single cited changes, asked as one.

A day of which nothing is loaded gets `not_loaded`, never the answer of another year.
"""

import functools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.codesets.icd10cm.edition import ABSENT, HEADER, NOT_LOADED, VALID, Area, Edition, bare, dotted
from necessity.codesets.icd10cm.known import known_changes
from necessity.codesets.icd10cm.table import Row, Table, read_table
from necessity.domain.codes import read_icd10
from necessity.domain.decision import Citation
from necessity.errors import RecordError, SettingError

SHIPPED = Path(__file__).parent / "tables" / "icd10cm.txt"
MOST_SUGGESTED = 12


class CodeOnDay(NamedTuple):
    """The answer for one code and one day of service."""

    code: str
    """With its dot."""
    on: date
    """The day asked about."""
    status: str
    """valid: it can be reported. header: it needs more characters. absent: that edition has no such code.
    not_loaded: no edition of that day is at hand."""
    title: str | None
    """What it means; None where no edition names it."""
    suggest: tuple[str, ...]
    """Codes to look at instead, of the same day; which one fits only the clinician's notes can say."""
    edition: str | None
    """The edition that answers, or None."""
    last_known: tuple[str, str] | None
    """Where not loaded: (status, edition) of the nearest loaded edition before that day."""
    next_known: tuple[str, str] | None
    """Where not loaded: the same of the nearest one after it."""
    note: str
    """What to know about this answer, in a sentence; empty where there is nothing."""
    citations: tuple[Citation, ...]
    """Sources, where a single cited change answers."""


class Place(NamedTuple):
    """One edition of one table."""

    table: Table
    """The table."""
    number: int
    """Which of its editions."""

    edition: Edition
    """That edition."""

    def row(self, code: str) -> Row | None:
        """Find a code of this edition, without its dot; None where it has no such code."""
        row = self.table.row(code)
        return row if row and row.status(self.number) != ABSENT else None

    def status(self, code: str) -> str:
        """Give the status of a code without its dot."""
        row = self.table.row(code)
        return row.status(self.number) if row else ABSENT

    def title(self, code: str) -> str | None:
        """Give its title, if it has the code."""
        row = self.row(code)
        return self.table.title(row, self.number) or None if row else None

    def above(self, code: str) -> Iterator[str]:
        """Name the codes above one, nearest first, without dots."""
        for length in range(len(code) - 1, 2, -1):
            if self.row(code[:length]):
                yield code[:length]

    def areas(self, code: str) -> list[Area]:
        """Name the blocks and the chapter it lies in."""
        return self.table.areas(code[:3], self.number)

    def notes(self, at: str, kind: str) -> list[str]:
        """Give the notes of one kind that stand at a code, block or chapter itself."""
        return [text for known, text in self.table.notes(at, self.number) if known == kind]

    def around(self, code: str) -> Iterator[str]:
        """Name every place whose notes hold for a code: itself, the codes above it, its blocks, its chapter.

        A block of one category has that category's name; its notes stand there once.
        """
        yield from dict.fromkeys((code, *self.above(code), *(area.id for area in self.areas(code))))

    def valid_below(self, code: str) -> list[str]:
        """Name the valid codes below one, or, where they are many, only what stands directly below it."""
        below = self.table.below(code, self.number)
        valid = [one for one, status in below if status == VALID]
        if len(valid) <= MOST_SUGGESTED:
            return valid
        direct: list[str] = []
        for one, _ in below:
            if not (direct and one.startswith(direct[-1])):
                direct.append(one)
        return direct


class CodeBook:
    """All editions at hand."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        """Take the tables; a later one wins where two answer for a day with editions that begin alike."""
        places = [Place(table, number, edition) for table in tables for number, edition in enumerate(table.editions)]
        self.places = tuple(sorted(places, key=lambda place: place.edition.from_on))  # stable: later tables stay later
        self._on: dict[date, Place | None] = {}
        self._answer = functools.lru_cache(maxsize=20_000)(self._find_answer)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Name the editions, oldest first."""
        return tuple(place.edition for place in self.places)

    @property
    def loaded_until(self) -> date:
        """Give the last day of service any edition answers for."""
        return max(edition.until_on for edition in self.editions)

    def place_on(self, on: date) -> Place | None:
        """Find the edition in force on a day; None where none is loaded."""
        if on not in self._on:
            self._on[on] = next((place for place in reversed(self.places) if place.edition.holds_on(on)), None)
        return self._on[on]

    def status(self, code: str, on: date) -> str:
        """Give the status of a code on a day of service, and nothing else; see `CodeOnDay.status`.

        Raises:
            RecordError: what was written has not the shape of a code.
        """
        return self._settle(_read(code), on)[0]

    def look_up(self, code: str, on: date) -> CodeOnDay:
        """Say all that is known about a code on a day of service.

        Args:
            code: As written: any case, with or without the dot.
            on: The day of service.

        Raises:
            RecordError: what was written has not the shape of a code.
        """
        return self._answer(_read(code), on)

    def _find_answer(self, code: str, on: date) -> CodeOnDay:
        place = self.place_on(on)
        if place and on >= place.edition.exact_from and (row := place.row(bare(code))):  # most: one row says it all
            status, title = row.status(place.number), place.table.title(row, place.number) or self._title(code, place)
            suggest = () if status == VALID else tuple(map(dotted, _instead(row.code, status, place)))
            return CodeOnDay(code, on, status, title, suggest, place.edition.id, None, None, "", ())
        status, cited = self._settle(code, on)
        before, after = self._nearest(on) if place is None else (None, None)
        known = known_changes()[code] if cited else None
        suggest = known.suggest if known else tuple(map(dotted, _instead(bare(code), status, place or before)))
        return CodeOnDay(
            code,
            on,
            status,
            self._title(code, place or before),
            suggest if status != VALID else (),
            place.edition.id if place else None,
            _status_in(before, code) if status == NOT_LOADED else None,
            _status_in(after, code) if status == NOT_LOADED else None,
            self._note(on, place, cited),
            known.citations if known else (),
        )

    def _title(self, code: str, place: Place | None) -> str | None:
        """Give the title in one edition, or else the newest there is."""
        named = (one for one in (place, *reversed(self.places)) if one)
        return next((title for one in named if (title := one.title(bare(code)))), None)

    def _settle(self, code: str, on: date) -> tuple[str, bool]:
        """Settle the status, and whether a single cited change did it."""
        place = self.place_on(on)
        if place is None or on < place.edition.exact_from:
            known = known_changes().get(code)
            if known and (status := known.on(on)):
                return status, True
        return (place.status(bare(code)) if place else NOT_LOADED), False

    def _nearest(self, on: date) -> tuple[Place | None, Place | None]:
        before = [place for place in self.places if place.edition.until_on < on]
        after = [place for place in self.places if place.edition.from_on > on]
        return (before[-1] if before else None), (after[0] if after else None)

    def _note(self, on: date, place: Place | None, cited: bool) -> str:
        if place is None:
            loaded = ", ".join(dict.fromkeys(edition.id for edition in self.editions))
            instead = "A single cited change answers." if cited else "Load that year's official files to know."
            return f"No edition of that day is loaded ({loaded}). {instead}"
        if on < place.edition.exact_from and not cited:
            return f"Read from the {place.edition.released}; the release in force on that day is not loaded."
        return ""


def _read(code: str) -> str:
    try:
        return read_icd10(code)
    except ValueError as error:
        raise RecordError(
            f"{code.strip()!r} has not the shape of a diagnosis code: {error}.",
            "To search by words: necessity codes search low back pain",
            field="code",
            value=code,
            allowed="ICD-10-CM",
        ) from None


def _status_in(place: Place | None, code: str) -> tuple[str, str] | None:
    return (place.status(bare(code)), place.edition.id) if place else None


def _instead(code: str, status: str, place: Place | None) -> list[str]:
    """Look for codes of an edition that come near one it does not take.

    In this order: the same with the gap filled by X; what stands below; the code above, if that one was valid then
    (a code typed for a day before it was split); what else stands below the nearest header.
    """
    if place is None:
        return []
    filled = code[:-1].ljust(6, "X") + code[-1]
    if len(code) in (5, 6) and place.status(filled) == VALID:
        return [filled]
    there = place.status(code)
    if status == VALID or there == VALID:
        return []
    if there == HEADER:
        return place.valid_below(code)
    near = next(place.above(code), None)
    if near is None:
        return []
    return [near] if place.status(near) == VALID else place.valid_below(near)


@functools.cache
def shipped() -> CodeBook:
    """Read the shipped editions, once a process."""
    return CodeBook((read_table(SHIPPED),))


def code_book(folder: Path | None = None) -> CodeBook:
    """Read the shipped editions and those an operator has loaded into a folder.

    Args:
        folder: Holds tables written by `necessity codes load`; None: only what is shipped.

    Raises:
        SettingError: there is no such folder, or no table in it.
        FormatError: a table that cannot be read.
    """
    if folder is None:
        return shipped()
    files = sorted(folder.glob("icd10cm*.txt")) if folder.is_dir() else []
    if not files:
        raise SettingError(
            f"{folder} holds no table of ICD-10-CM.",
            f"Load one into it first: necessity codes load FILE --into {folder}",
            setting="--codes",
        )
    return CodeBook((shipped().places[0].table, *(read_table(file) for file in files)))
