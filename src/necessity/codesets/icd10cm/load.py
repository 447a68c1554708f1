"""Making a table of one edition from the official files an operator has downloaded."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from necessity.codesets.icd10cm import official
from necessity.codesets.icd10cm.edition import VALID, Edition
from necessity.codesets.icd10cm.write import table_text
from necessity.errors import FormatError, SettingError

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_MID_YEAR = {"january": (1, r"jan"), "april": (4, r"apr")}


class Loaded(NamedTuple):
    """One edition, ready to be kept."""

    file_name: str
    """What its table is called."""
    text: str
    """The table."""
    edition: Edition
    """What it holds."""
    valid: int
    """How many codes can be reported."""


def load(
    files: Sequence[tuple[str, bytes]],
    year: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Loaded:
    """Read the official files of one edition into one table.

    Args:
        files: Name and content of an order file or a list of codes, and best of the tabular list of the same release.
        year: The fiscal year, as the agencies count it; None: the year in the files' names.
        from_on: First day of service it holds for; None: 1 October before, or the month a mid-year release names.
        until_on: Last day; None: 30 September of that year.

    Raises:
        FormatError: a file without the official layout, or files that do not belong together.
        SettingError: no year can be found, or the days cannot be right.
    """
    kinds = {official.kind_of(content, name): (name, content) for name, content in files}
    if len(kinds) < len(files) or ("order" in kinds and "codes" in kinds):
        raise SettingError(
            "Two of the files say the same thing.",
            "Give one order file or one list of codes, and one tabular list, of one release.",
            setting="FILE",
        )
    if not {"order", "codes"} & set(kinds):
        raise FormatError(
            "The tabular list alone does not say which codes can be reported.",
            "Give the order file (icd10cm_order_YYYY.txt) of the same release too.",
            format="ICD-10-CM",
        )
    codes = official.read_order(kinds["order"][1]) if "order" in kinds else official.read_list(kinds["codes"][1])
    tabular = official.read_tabular(kinds["tabular"][1]) if "tabular" in kinds else None
    edition = _edition([name for name, _ in files], year, from_on, until_on, tabular)
    content = official.content_of(edition, codes, tabular)
    valid = sum(status == VALID for status, _ in codes.values())
    name = "icd10cm_" + edition.id.lower().removeprefix("fy").replace(" ", "_") + ".txt"
    return Loaded(name, table_text([content]), edition, valid)


def _edition(
    names: list[str],
    year: int | None,
    from_on: date | None,
    until_on: date | None,
    tabular: official.Tabular | None,
) -> Edition:
    year = year or _year_in(names)
    if tabular and _YEAR.fullmatch(tabular.version) and int(tabular.version) != year:
        raise FormatError(
            f"The tabular list is of {tabular.version}, the other file of {year}.",
            "Load files of one release.",
            format="ICD-10-CM",
        )
    month = next((name for name, (_, sign) in _MID_YEAR.items() if re.search(sign, " ".join(names), re.IGNORECASE)), "")
    first = from_on or (date(year, _MID_YEAR[month][0], 1) if month else date(year - 1, 10, 1))
    last = until_on or date(year, 9, 30)
    if last < first:
        raise SettingError(
            f"It would hold from {first} until {last}.", "Give --from and --until in order.", setting="--from"
        )
    released = f"release of {month.capitalize()} {year}" if month else f"release for fiscal year {year}"
    origin = f"CDC/NCHS and CMS, public domain; loaded by the operator from {', '.join(names)}"
    edition_id = f"FY{year} {month}".strip()
    return Edition(edition_id, first, last, first, first, released, tabular is not None, origin)


def _year_in(names: list[str]) -> int:
    years = {int(found) for name in names for found in _YEAR.findall(name)}
    if len(years) != 1:
        raise SettingError(
            "Which fiscal year this is, the names of the files do not say.",
            "Say it: --year 2027 (the year that begins on 1 October 2026).",
            setting="--year",
        )
    return years.pop()
