"""Looking things up in one table of editions: a bisect over sorted lines, read once, parsed only where asked."""

import functools
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.codesets.icd10cm.edition import ABSENT, HEADER, VALID, Area, Edition
from necessity.errors import FormatError

_STATUS = {"v": VALID, "h": HEADER, "-": ABSENT}
_SECTIONS = ("suffixes", "areas", "codes", "notes", "end")


class Row(NamedTuple):
    """One code over all editions of a table."""

    code: str
    """Without its dot."""
    marks: str
    """A mark an edition."""
    title: str
    """The newest title, or the number of a suffix."""
    older: tuple[str, ...]
    """Other titles, each behind the number of its edition."""

    def status(self, place: int) -> str:
        """Give the status in one edition: valid, header or absent."""
        return _STATUS[self.marks[place]]


class Table:
    """The editions of one file."""

    def __init__(self, data: bytes, name: str) -> None:
        """Find the sections of a table; no line of it is read yet.

        Raises:
            FormatError: it is not such a table.
        """
        self.name = name
        self._data = data
        self._spans = _sections(data, name)
        self.editions = _editions(data[: self._spans["suffixes"][0]], name)
        self._categories: dict[str, list[str]] = {}
        self._row = functools.lru_cache(maxsize=20_000)(self._find_row)
        self._notes = functools.lru_cache(maxsize=4_000)(self._find_notes)

    def row(self, code: str) -> Row | None:
        """Find a code, written without its dot; None where no edition has it."""
        return self._row(code)

    def below(self, code: str, place: int) -> list[tuple[str, str]]:
        """Give every longer code of one edition that starts with these characters, and its status, in order."""
        lines, size, found = self._category(code[:3]), len(code), []
        for line in lines[bisect_left(lines, code) : bisect_left(lines, code + "~")]:
            end = line.index("\t")
            if end > size and (mark := line[end + 1 + place]) != "-":
                found.append((line[:end], _STATUS[mark]))
        return found

    def lines(self) -> Iterator[Row]:
        """Give every code in order."""
        start, end = self._spans["codes"]
        for line in self._data[start:end].decode().split("\n")[:-1]:
            yield _row(line)

    def title(self, row: Row, place: int) -> str:
        """Give the title of a code in one edition; in words of the newest where that edition says nothing else."""
        for older in row.older:
            number, _, title = older.partition(":")
            if int(number) == place:
                return title
        if not row.title.startswith("+"):
            return row.title
        above = self.parent(row.code, None)
        return (self.title(above, place) if above else "") + self._suffixes[int(row.title[1:])]

    def parent(self, code: str, place: int | None) -> Row | None:
        """Find the nearest code above, in one edition or (None) in any."""
        for length in range(len(code) - 1, 2, -1):
            row = self.row(code[:length])
            if row and (place is None or row.status(place) != ABSENT):
                return row
        return None

    def areas(self, category: str, place: int) -> list[Area]:
        """Name the blocks, narrowest first, and then the chapter a category lies in; empty without a tabular list."""
        found = [area for area, marks in self._areas if marks[place] == "1" and area.first <= category <= area.last]
        found.sort(key=lambda area: area.last)
        found.sort(key=lambda area: area.first, reverse=True)
        return sorted(found, key=lambda area: area.id.isdigit())

    def notes(self, at: str, place: int) -> tuple[tuple[str, str], ...]:
        """Give the notes that stand at a code (without its dot), block or chapter: (kind, text) in order."""
        return self._notes(at, place)

    def edition_on(self, on: date) -> int | None:
        """Find the edition that answers for a day; the latest begun where two do."""
        held = [(one.from_on, place) for place, one in enumerate(self.editions) if one.holds_on(on)]
        return max(held)[1] if held else None

    def words(self) -> tuple[bytes, bytes]:
        """Give the sections of codes and notes as they are, for a search by words."""
        codes, notes = self._spans["codes"], self._spans["notes"]
        return self._data[codes[0] : codes[1]], self._data[notes[0] : notes[1]]

    @functools.cached_property
    def _suffixes(self) -> list[str]:
        start, end = self._spans["suffixes"]
        return self._data[start:end].decode().splitlines()

    @functools.cached_property
    def _areas(self) -> list[tuple[Area, str]]:
        start, end = self._spans["areas"]
        split = (line.split("\t") for line in self._data[start:end].decode().splitlines())
        return [(Area(one, first, last, title), marks) for one, first, last, marks, title in split]

    def _find_row(self, code: str) -> Row | None:
        lines, key = self._category(code[:3]), code + "\t"
        at = bisect_left(lines, key)
        return _row(lines[at]) if at < len(lines) and lines[at].startswith(key) else None

    def _category(self, category: str) -> list[str]:
        """Split the lines of one category, once; each is taken apart only when asked for."""
        if category not in self._categories:
            key = category.encode("ascii", "replace")
            start, end = self._bisect("codes", key), self._bisect("codes", key + b"~")
            self._categories[category] = self._data[start:end].decode().split("\n")[:-1]
        return self._categories[category]

    def _find_notes(self, at: str, place: int) -> tuple[tuple[str, str], ...]:
        key = b"%b\t" % at.encode("ascii", "replace")
        where, end = self._bisect("notes", key), self._spans["notes"][1]
        found = []
        while where < end and self._data.startswith(key, where):
            stop = self._data.index(b"\n", where)
            _, kind, marks, text = self._data[where:stop].decode().split("\t", 3)
            if marks[place] == "1":
                found.append((kind, text))
            where = stop + 1
        return tuple(found)

    def _bisect(self, section: str, key: bytes) -> int:
        """Find the first line of a section that does not sort before the key."""
        data, size = self._data, len(key)
        low, high = self._spans[section]
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            if data[start : start + size] < key:
                low = data.index(b"\n", middle) + 1
            else:
                high = start
        return low


def _row(line: str) -> Row:
    code, marks, title, *older = line.split("\t")
    return Row(code, marks, title, tuple(older))


def _sections(data: bytes, name: str) -> dict[str, tuple[int, int]]:
    begins, at = [], 0
    for section in _SECTIONS:
        mark = b"\n%%%b\n" % section.encode()
        at = data.find(mark, at)
        if at < 0:
            raise _broken(name, f"It has no section {section}.")
        begins.append((at + 1, at + len(mark)))
        at += len(mark) - 1
    return {
        section: (begins[place][1], begins[min(place + 1, len(begins) - 1)][0])
        for place, section in enumerate(_SECTIONS)
    }


def _editions(head: bytes, name: str) -> tuple[Edition, ...]:
    found = []
    try:
        for line in head.decode().splitlines():
            if line.startswith("%edition\t"):
                one, first, last, exact, noted, released, what, origin = line.split("\t")[1:]
                days = [date.fromisoformat(day) for day in (first, last, exact, noted)]
                found.append(Edition(one, days[0], days[1], days[2], days[3], released, what == "tabular", origin))
    except ValueError:
        raise _broken(name, "The line of an edition cannot be read.") from None
    if not found:
        raise _broken(name, "It names no edition.")
    return tuple(found)


def _broken(name: str, why: str) -> FormatError:
    return FormatError(
        f"{name} is no table of ICD-10-CM. {why}",
        "Make it again: necessity codes load FILE --into DIR",
        format="ICD-10-CM",
        place=name,
    )


def read_table(path: Path) -> Table:
    """Read a table from disk.

    Raises:
        FormatError: it cannot be read, or is no such table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(
            f"{path.name} cannot be read: {error.strerror}.",
            "Check the path and what you may read.",
            format="ICD-10-CM",
            place=path.name,
        ) from None
    return Table(data, path.name)
