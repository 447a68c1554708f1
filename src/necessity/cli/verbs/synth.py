"""`necessity synth`: a synthetic book, to score any system on."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.busy import busy
from necessity.domain.marks import MARKS


def synth(
    *,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    lines: int = 10_000,
    seed: int = 1,
    format: Annotated[str, Parameter(name="--format")] = "parquet",
    faults: str = "usual",
    patterns: bool = True,
    threads: int = 2,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Make a synthetic book: invented tables of any size, with the verdict each line must get.

    The same lines, seed, faults and day give the same rows on every machine. The folder holds `tables/` (input),
    `expected/` (the verdicts), `marks/` (what a search over the whole book reads, where patterns are planted) and
    `book.json` (what was asked for).

    Parameters
    ----------
    output
        The folder to make; it must not exist yet.
    lines
        How many lines to decide, one session before one account each.
    seed
        Another seed, another book.
    format
        parquet, csv or ndjson.
    faults
        usual, none, or a list such as letter_expired=20,receipt_missing=5 per thousand cases or lines.
    patterns
        Plant what only a search over the whole book finds, see `necessity patterns`.
    threads
        How many threads draw; the rows do not depend on it.
    on
        The day the book is decided on; 2026-06-30 if left out, so that a seed gives the same book on any day.
    as_json
        One JSON document instead of words.
    """
    from necessity.workflow.synthesize import DAY, plan_book, read_rates, synthesize

    day: date = wiring.today(on or DAY)
    plan = plan_book(lines, seed, day, read_rates(faults), patterns=patterns)
    with busy(f"Making {lines:,} lines"):
        book = synthesize(plan, output, ending=format, threads=threads)
    if as_json:
        print(json.dumps({"folder": str(book.folder), "files": book.files, "rows": book.rows}, indent=2))
        return 0
    used = {table: rows for table, rows in book.rows.items() if rows}
    print(f"✔ {book.folder}  {book.rows['expected']:,} lines in {used['case_file']:,} cases, {book.files} files")
    print(f"  tables/    {', '.join(table for table in used if table not in ('expected', *MARKS))}")
    print("  expected/  the verdict each line must get, and why")
    if marks := [table for table in used if table in MARKS]:
        print(f"  marks/     {', '.join(marks)}: for a search over the whole book, no rule reads them")
    print("→ docs/how-to/score-a-system.md says how to score a system on it.")
    return 0
