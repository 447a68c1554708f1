"""`necessity dossier`: what was paid from where in a year, what may be deducted, which papers prove it."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.cli.show_dossier import show_dossier
from necessity.domain.decision import Outcome
from necessity.domain.dossier import Dossier
from necessity.errors import SettingError, StoreError
from necessity.formats.dossier.table import as_csv
from necessity.stores.folder import paper_path
from necessity.workflow.dossier import make_dossier


def dossier(
    case: Path,
    *,
    year: int,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Put one calendar year together for the tax return and for whoever asks later.

    Ends with 1 where something is paid, or asked for, twice.

    Parameters
    ----------
    case
        The case folder.
    year
        The calendar year.
    output
        The file to write: .pdf, or .csv with one payment a row. Without it a page is shown.
    on
        The day it is made for; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    if output and output.suffix not in (".pdf", ".csv"):
        raise SettingError(f"{output.name} is neither .pdf nor .csv.", "Name such a file with -o.", setting="-o")
    if not 1 <= year <= 9900:
        raise SettingError(f"{year} is no calendar year.", "Name one such as 2026.", setting="--year")
    record = wiring.read_case(case)

    def paper(file: str) -> bytes | None:
        try:
            return paper_path(case, file).read_bytes()
        except (OSError, StoreError):  # not there: the list of papers says so
            return None

    made = make_dossier(record, year, wiring.judge(), paper, day)
    if output:
        with busy("Writing the dossier"):
            content = as_csv(made).encode() if output.suffix == ".csv" else _pdf(made)
        try:
            output.write_bytes(content)
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    if as_json:
        print(json.dumps(made.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        show_dossier(made, str(output) if output else None)
    return 1 if any(one.effect is Outcome.NOT_PAYABLE for one in made.findings) else 0


def _pdf(made: Dossier) -> bytes:
    from necessity.formats.dossier.write import write  # setting type is loaded only where a paper is wanted

    return write(made)
