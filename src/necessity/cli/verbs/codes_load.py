"""`necessity codes load-pairs` and `load-maxima`: CMS's quarterly NCCI files, so later ones need no new program."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.codesets.procedures.kept import Quarter, maxima_text, pairs_text, quarter_of
from necessity.codesets.procedures.official import read_mue, read_ptp
from necessity.codesets.procedures.tables import Pair
from necessity.errors import SettingError, StoreError

_Quarter = Annotated[str | None, Parameter(name="--quarter")]


def load_pairs(*files: Path, into: Path, quarter: _Quarter = None) -> int:
    """Load CMS's practitioner files of code pairs (NCCI PTP) of one quarter into a folder, to be named with --codes.

    Parameters
    ----------
    files
        The text files of the quarter, unpacked; CMS publishes them in parts, which go together.
    into
        The folder; it is made where there is none.
    quarter
        The quarter they were made for, like 2026-Q2; read from the files' names if left out.
    """
    made_for = _made_for(quarter, files)
    rows = 0

    def all_rows() -> Iterator[Pair]:
        nonlocal rows
        for file in files:  # part by part: a whole quarter at once is too much for a small machine
            found = read_ptp(_read(file))
            rows += len(found)
            yield from found

    text = pairs_text(all_rows(), made_for, ", ".join(file.name for file in files))
    _keep(into, f"ncci_pairs_{made_for.name.lower()}.txt", text)
    print(f"✔ {made_for.name}: {rows} rows of code pairs, for services until {made_for.until_on}.")
    _then(into)
    return 0


def load_maxima(file: Path, *, into: Path, quarter: _Quarter = None) -> int:
    """Load CMS's practitioner file of unit maxima (NCCI MUE) of one quarter into a folder, to be named with --codes.

    Parameters
    ----------
    file
        The CSV or text file, unpacked.
    into
        The folder; it is made where there is none.
    quarter
        The quarter it was made for, like 2026-Q2; read from the file's name if left out.
    """
    made_for = _made_for(quarter, (file,))
    rows = read_mue(_read(file))
    _keep(into, f"ncci_maxima_{made_for.name.lower()}.txt", maxima_text(rows, made_for, file.name))
    print(
        f"✔ {made_for.name}: {len(rows)} unit maxima, for services from {made_for.from_on} until {made_for.until_on}."
    )
    _then(into)
    return 0


def _made_for(quarter: str | None, files: tuple[Path, ...]) -> Quarter:
    if not files:
        raise SettingError("No file is named.", "Name CMS's files of the quarter.", setting="FILE")
    return quarter_of(quarter, [file.name for file in files])


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="latin-1")
    except OSError as error:
        raise SettingError(f"{file} cannot be read: {error.strerror}.", "Check the path.", setting="FILE") from None


def _keep(into: Path, name: str, text: str) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{into} cannot be written: {error.strerror}.", "Name another folder.") from None


def _then(into: Path) -> None:
    print(f"→ Use it: necessity decide CASE --codes {into}, or set NECESSITY_CODES={into}")
