"""CMS's quarterly NCCI files as an operator keeps them: one sorted text table each, looked up by halving.

The practitioner file of pairs has millions of rows; a decision asks for a handful. So the table is written sorted when
it is loaded, and read where the code stands, never whole.
"""

import mmap
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from necessity.codesets.procedures.official import edition_of
from necessity.codesets.procedures.pairs import PairTable
from necessity.codesets.procedures.tables import Edition, MaximaTable, Pair, UnitMaximum
from necessity.errors import FormatError, SettingError

PAIRS, MAXIMA = "ncci_pairs_*.txt", "ncci_maxima_*.txt"
"""What the kept tables are called."""
_MAGIC = {"pairs": "necessity: NCCI pairs 1", "maxima": "necessity: NCCI unit maxima 1"}
_NAMES = {"pairs": "NCCI procedure-to-procedure pairs", "maxima": "NCCI unit maxima"}
_QUARTER = re.compile(r"(20[0-9]{2})[-_ ]?[qQ]([1-4])")
_EFFECTIVE = re.compile(r"(?i)eff[-_ ]?([0-9]{2})[-_]([0-9]{2})[-_](20[0-9]{2})")
_HISTORY_FROM = date(1996, 1, 1)


class Quarter(NamedTuple):
    """The quarter a file was made for."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Its name, such as 2026-Q2."""
        return f"{self.year}-Q{self.number}"

    @property
    def from_on(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def until_on(self) -> date:
        """Its last day."""
        following = date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)
        return following - timedelta(days=1)


def quarter_of(said: str | None, names: Iterable[str]) -> Quarter:
    """Find the quarter that files were made for: as said, or as their names say.

    Raises:
        SettingError: neither says it, or the names disagree.

    Examples:
        >>> quarter_of("2026-Q2", ()).until_on
        datetime.date(2026, 6, 30)
        >>> quarter_of(None, ["MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"]).name
        '2024-Q3'
    """
    found: set[Quarter] = set()
    for text in names if said is None else (said,):
        found |= {Quarter(int(one[1]), int(one[2])) for one in _QUARTER.finditer(text)}
        found |= {Quarter(int(one[3]), (int(one[1]) + 2) // 3) for one in _EFFECTIVE.finditer(text)}
    if len(found) != 1 or not 1 <= next(iter(found)).number <= 4:
        raise SettingError(
            "Which quarter the files were made for is not plain.", "Say it: --quarter 2026-Q2.", setting="--quarter"
        )
    return found.pop()


def pairs_text(rows: Iterable[Pair], quarter: Quarter, origin: str) -> str:
    """Write the table of pairs of one quarter."""
    lines, codes = set(), set()
    for row in rows:
        one, two = sorted((row.column1, row.column2))
        codes |= {one, two}
        indicator = "" if row.indicator is None else row.indicator
        lines.add(f"{one} {two}\t{row.column1}\t{indicator}\t{_day(row.effective)}\t{_day(row.deleted)}")
    head = _head("pairs", quarter, origin, " ".join(sorted(codes)))
    return "".join(f"{line}\n" for line in (*head, *sorted(lines)))


def maxima_text(rows: Iterable[UnitMaximum], quarter: Quarter, origin: str) -> str:
    """Write the table of unit maxima of one quarter."""
    lines = {f"{row.code}\t{row.units}\t{'' if row.mai is None else row.mai}" for row in rows}
    return "".join(f"{line}\n" for line in (*_head("maxima", quarter, origin, ""), *sorted(lines)))


def _head(kind: str, quarter: Quarter, origin: str, codes: str) -> tuple[str, ...]:
    return (_MAGIC[kind], quarter.name, origin, codes, "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _as_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class _Sorted:
    """A kept table: its heading, and its lines found by halving."""

    def __init__(self, file: Path, kind: str) -> None:
        self._file = file
        try:
            with file.open("rb") as opened:
                self._data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _spoilt(file, str(error)) from None
        head, start = [], 0
        for _ in range(5):
            end = self._data.find(b"\n", start)
            head.append(self._data[start : max(end, start)].decode("utf-8", errors="replace"))
            start = end + 1
        if head[0] != _MAGIC[kind] or head[4] or not _QUARTER.fullmatch(head[1]):
            raise _spoilt(file, "its heading is not ours")
        self._start = start
        quarter = quarter_of(head[1], ())
        from_on = _HISTORY_FROM if kind == "pairs" else quarter.from_on
        name = f"{_NAMES[kind]}, as loaded from {head[2]}"
        self.edition: Edition = edition_of(name, quarter.name, from_on, quarter.until_on)
        self.codes = frozenset(head[3].split())

    def find(self, key: str) -> Iterator[list[str]]:
        """Give the cells of every line that begins with a key and a tab."""
        wanted = f"{key}\t".encode()
        low, high = self._start, len(self._data)
        while low < high:  # the first line not before the key
            middle = self._data.rfind(b"\n", 0, (low + high) // 2) + 1
            middle = max(middle, low)
            end = self._data.find(b"\n", middle)
            end = len(self._data) if end < 0 else end
            if self._data[middle:end] + b"\t" < wanted:
                low = end + 1
            else:
                high = middle
        yield from self._lines_from(low, wanted)

    def _lines_from(self, place: int, wanted: bytes) -> Iterator[list[str]]:
        while self._data[place : place + len(wanted)] == wanted:
            end = self._data.find(b"\n", place)
            if end < 0:
                raise _spoilt(self._file, "its last line is cut off")
            yield self._data[place:end].decode().split("\t")
            place = end + 1

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Tell a line that was spoilt from one that is not there."""
        try:
            yield
        except (ValueError, TypeError) as error:
            raise _spoilt(self._file, f"a line is spoilt ({error})") from None

    def keys(self) -> Iterator[str]:
        """Give the first cell of every line, each once."""
        before = ""
        for line in self._data[self._start :].decode().splitlines():
            key = line.partition("\t")[0]
            if key != before:
                yield key
            before = key


def _spoilt(file: Path, why: str) -> FormatError:
    return FormatError(
        f"{file} cannot be read: {why}.",
        "Load the official file again: necessity codes load-pairs or load-maxima.",
        format="NCCI",
        place=file.name,
    )


class _KeptPairs(Mapping[frozenset[str], tuple[Pair, ...]]):
    """The pairs of a kept table by their two codes."""

    def __init__(self, table: _Sorted) -> None:
        self._table = table

    def __getitem__(self, codes: frozenset[str]) -> tuple[Pair, ...]:
        with self._table.whole():
            found = tuple(self._pair(*line) for line in self._table.find(" ".join(sorted(codes))))
        if not found:
            raise KeyError(codes)
        return found

    def _pair(self, codes: str, column1: str, indicator: str, effective: str, deleted: str) -> Pair:
        one, two = codes.split()
        other = two if column1 == one else one
        return Pair(column1, other, int(indicator) if indicator else None, _as_day(effective), _as_day(deleted), "", ())

    def __iter__(self) -> Iterator[frozenset[str]]:
        return (frozenset(key.split()) for key in self._table.keys())  # noqa: SIM118 - no mapping

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _KeptMaxima(Mapping[str, UnitMaximum]):
    """The unit maxima of a kept table by their code."""

    def __init__(self, table: _Sorted) -> None:
        self._table = table

    def __getitem__(self, code: str) -> UnitMaximum:
        with self._table.whole():
            for _, units, mai in self._table.find(code):
                return UnitMaximum(code, int(units), int(mai) if mai else None)
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return self._table.keys()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def kept_pairs(file: Path) -> PairTable:
    """Open a kept table of pairs.

    Raises:
        FormatError: it is none.
    """
    table = _Sorted(file, "pairs")
    return PairTable(table.edition, _KeptPairs(table), table.codes)


def kept_maxima(file: Path) -> MaximaTable:
    """Open a kept table of unit maxima.

    Raises:
        FormatError: it is none.
    """
    table = _Sorted(file, "maxima")
    return MaximaTable(table.edition, _KeptMaxima(table))
