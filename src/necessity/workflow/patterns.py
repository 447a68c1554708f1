"""Search a book for what a person should look at. Nothing is decided, refused or held back here."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from necessity.adjudication.patterns.catalogue import PATTERNS
from necessity.adjudication.patterns.search import PatternCount, Search
from necessity.domain.marks import MARKS
from necessity.domain.tables import TABLES
from necessity.errors import FormatError, NecessityError, SettingError, StoreError
from necessity.workflow.bulk.disk import is_full, lacks_memory

ENDINGS = ("parquet", "csv", "ndjson")
"""Kinds of file a table may stand in."""


class PatternReport(NamedTuple):
    """What a search came to."""

    counts: tuple[PatternCount, ...]
    file: Path | None
    """Where the findings were written."""


def read_limits(text: str) -> dict[str, dict[str, int]]:
    """Read other thresholds: `letters_a_day.letters=30,same_text.patients=20`.

    Args:
        text: As typed; empty: none.

    Returns:
        Thresholds by pattern and name.

    Raises:
        SettingError: a pattern or threshold is not known, or a number is none.

    Examples:
        >>> read_limits("letters_a_day.letters=30")
        {'letters_a_day': {'letters': 30}}
    """
    known = {f"{pattern.id}.{name}" for pattern in PATTERNS for name in pattern.limits}
    found: dict[str, dict[str, int]] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, _, number = item.partition("=")
        if name not in known or not number.isdecimal() or not number.isascii() or int(number) == 0:
            raise SettingError(
                f"--limits does not understand {item!r}.",
                f"Write a threshold and a whole number above 0. Thresholds: {', '.join(sorted(known))}.",
                setting="--limits",
            )
        pattern, _, limit = name.partition(".")
        found.setdefault(pattern, {})[limit] = int(number)
    return found


def table_files(folder: Path, names: Mapping[str, object]) -> dict[str, list[Path]]:
    """Find the files of each table: <table>.parquet, or a folder <table>/ of such files.

    Raises:
        FormatError: the files of one table are of several kinds.
    """
    found = {}
    for name in names:
        files = [folder / f"{name}.{ending}" for ending in ENDINGS if (folder / f"{name}.{ending}").is_file()]
        if (folder / name).is_dir():
            files += sorted(path for path in (folder / name).iterdir() if path.suffix[1:] in ENDINGS)
        if len({path.suffix for path in files}) > 1:
            step = "Keep one kind: Parquet, CSV or NDJSON."
            raise FormatError(f"The files of {name} are of several kinds.", step, format="tables", place=name)
        if files:
            found[name] = files
    return found


def find_patterns(
    tables: Path,
    output: Path | None = None,
    *,
    marks: Path | None = None,
    limits: Mapping[str, Mapping[str, int]] | None = None,
    threads: int = 2,
) -> PatternReport:
    """Search a folder of published tables.

    Args:
        tables: The folder.
        output: The Parquet file to write the findings to; None: none is written.
        marks: The folder of the optional tables with fingerprints (`necessity.domain.marks`); None: `marks` beside the
            tables, where that is there.
        limits: Other thresholds, see `read_limits`.
        threads: How many threads may search; the findings do not depend on it.

    Returns:
        What each pattern came to, in the order of the catalogue.

    Raises:
        SettingError: no such folder, or no table in it.
        FormatError: a table cannot be read or lacks a column that a pattern reads.
        StoreError: the findings cannot be written.
    """
    if not tables.is_dir():
        raise SettingError(f"{tables} is not a folder.", "Name a folder of tables.", setting="TABLES")
    beside = marks or tables.resolve().parent / "marks"
    files = table_files(tables, TABLES) | (table_files(beside, MARKS) if beside.is_dir() else {})
    if not files:
        step = "Name a folder that holds tables such as expense.parquet; docs/reference/tables.md lists them."
        raise SettingError(f"There is no table in {tables}.", step, setting="TABLES")
    with tempfile.TemporaryDirectory(prefix="necessity-patterns-") as scratch:
        try:
            search = Search(files, threads=threads, spill=Path(scratch))
            counts = tuple(search.run(limits or {}))
        except NecessityError:
            raise
        except Exception as error:
            raise _told(error) from error
        if output:
            try:
                output.parent.mkdir(parents=True, exist_ok=True)
                search.write(output)
            except Exception as error:
                raise StoreError(f"{output} cannot be written.", "Name another file with -o.") from error
    return PatternReport(counts, output)


def _told(error: Exception) -> NecessityError:
    """Say what stopped a search: no room, or whatever the database says of a file that is no such table."""
    if is_full(error) or lacks_memory(error):
        step = "Free some space in the folder for temporary files, or name another one in TMPDIR."
        return StoreError("The search ran out of memory and disk.", step, try_again=True)
    said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    step = "Check the files against docs/reference/tables.md."
    return FormatError(f"The tables cannot be searched: {said}", step, format="tables")
