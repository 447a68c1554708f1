"""`necessity handover`: what therapy handed over to training, to read or to give to whoever takes over."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.errors import StoreError
from necessity.workflow.handover import hand_over, summary


def handover(
    case: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write what therapy handed over: why it ended, what was done, what remains, the home programme, the goals.

    Only what the record says is written. What a reader would ask for and the record lacks is listed.

    Parameters
    ----------
    case
        The case folder.
    output
        A text file to write instead of the terminal.
    on
        The day on the page; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    handed, text = hand_over(record), summary(record, day)
    if output and text:
        _write(output, text)
    if as_json:
        written = str(output) if output and text else None
        print(json.dumps({"case": record.id, "on": str(day), **handed._asdict(), "file": written}, indent=2))
    elif not text:
        Sheet().line(_nothing(record.plan.follows_therapy, case), 0)
    elif output:
        print(f"{'?' if handed.missing else '✔'} {output}: hand-over from therapy")
        for name in handed.missing:
            print(f"  ✘ not in the record: {name}")
    else:
        page = Sheet()
        for line in text.splitlines():
            page.line(line, 0)
    is_known = bool(text) or record.plan.follows_therapy is False
    return 0 if is_known and not handed.missing else 1


def _nothing(follows: bool | None, folder: Path) -> str:
    """Say why there is no page."""
    if follows is False:
        return "No therapy came before this training, so nothing was handed over."
    how = f"necessity answer {folder} training_follows_therapy=yes"
    return f"The record does not say that therapy came before. If it did: {how}"


def _write(output: Path, text: str) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error
