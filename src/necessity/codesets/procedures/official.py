"""Loading files a person has: CMS's quarterly NCCI files, and the reader's own licensed CPT descriptors."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from necessity.codesets.procedures.tables import Edition, Pair, UnitMaximum
from necessity.errors import FormatError

_CODE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}")
_UNITS = re.compile(r"[0-9]{1,4}")  # five digits would be the second code of a file of pairs
_MOST_FAULTS = 20
_T = TypeVar("_T")


def edition_of(name: str, edition: str, from_on: date, loaded_until: date) -> Edition:
    """Name the edition of a file that a person loaded: the files themselves do not say until when they speak."""
    return Edition(name, edition, from_on, loaded_until, "US government work; numbers are CPT", (), "")


def read_ptp(text: str) -> tuple[Pair, ...]:
    """Read CMS's file of procedure-to-procedure pairs (tab-separated, or saved as CSV).

    Seven columns: column 1, column 2, `*` where it existed before 1996, first day, last day or `*`, indicator,
    rationale. The lines of header and copyright before the first pair are passed over.

    Args:
        text: The whole file.

    Returns:
        Its pairs, in the order of the file.

    Raises:
        FormatError: no pair in it, or rows that cannot be read, each named by its line.
    """
    found, faults = [], []
    for number, cells in _rows(text):
        try:
            one, two, _, first, last, indicator = (cell.strip() for cell in cells[:6])
            if not _CODE.fullmatch(two) or indicator not in ("0", "1", "9"):
                raise ValueError
            found.append(Pair(one, two, int(indicator), _day(first), _day(last), "", ()))
        except ValueError:
            faults.append(f"line {number}: {' '.join(cells)[:60]!r} is no pair with dates and indicator")
    return tuple(_checked(found, faults, "NCCI PTP"))


def read_mue(text: str) -> tuple[UnitMaximum, ...]:
    """Read CMS's file of unit maxima (CSV, or tab-separated).

    Four columns: code, units, adjudication indicator in words that begin with its number, rationale.

    Raises:
        FormatError: no maximum in it, or rows that cannot be read, each named by its line.
    """
    found, faults = [], []
    for number, cells in _rows(text):
        if len(cells) < 3 or not _UNITS.fullmatch(cells[1].strip()):
            faults.append(f"line {number}: {' '.join(cells)[:60]!r} has no number of units")
            continue
        mai = re.match(r"\s*([123])\b", cells[2])
        found.append(UnitMaximum(cells[0].strip(), int(cells[1]), int(mai[1]) if mai else None))
    return tuple(_checked(found, faults, "NCCI MUE"))


def read_descriptors(text: str) -> Mapping[str, str]:
    """Read a reader's own licensed file of CPT descriptors: code, then words, apart by tab, comma or bar.

    The words stay with the reader: nothing of them is shipped, kept or printed in a paper that leaves the house.

    Raises:
        FormatError: no code with words in it.
    """
    found = {}
    for _, cells in _rows(text):
        words = next((cell.strip() for cell in cells[1:] if cell.strip()), "")
        if words:
            found[cells[0].strip()] = words
    _checked(list(found), [], "CPT descriptors")
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Walk over the rows from the first that begins with a code, with their line numbers."""
    lines = text.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if _CODE.match(line.lstrip('"').strip())), "")
    separator = next((one for one in "\t|," if one in first), "\t")
    rows = csv.reader(lines, delimiter=separator)
    for cells in rows:
        if cells and _CODE.fullmatch(cells[0].strip()):
            yield rows.line_num, cells


def _day(text: str) -> date | None:
    """Read a day as YYYYMMDD or YYYY-MM-DD; `*` and nothing are no day."""
    return None if text in ("*", "") else date.fromisoformat(text)


def _checked(found: list[_T], faults: Iterable[str], kind: str) -> list[_T]:
    named = tuple(faults)
    if named or not found:
        raise FormatError(
            f"This is not a file of {kind} as CMS or the AMA publish it.",
            "Load the file as it was downloaded: text or CSV, unpacked, without changes.",
            format=kind,
            faults=named[:_MOST_FAULTS],
        )
    return found
