"""`necessity sample`: a seeded sample of decided lines for quality review, and its filled-in form read back."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from necessity.cli.busy import busy
from necessity.errors import SettingError, StoreError


def sample(
    run: Path,
    *,
    n: Annotated[int, Parameter(name="--n")] = 200,
    seed: int = 1,
    by: str = "outcome",
    tables: Path | None = None,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    read: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draw decided lines for a person to look at, or read the filled-in form back.

    The same run, seed and size give the same lines. The form has the command that shows each line's reasoning.

    Parameters
    ----------
    run
        The folder that adjudicate wrote to.
    n
        How many lines.
    seed
        Another seed, another sample.
    by
        What to cut the lines by, so that each kind gets its share and at least one line: outcome, payer,
        funding_source, condition, month, reason, several behind commas.
    tables
        The folder of tables, for the commands in the form.
    out
        The form to write, a .csv file. Without it the lines are listed.
    read
        A filled-in form: how often the reviewer agreed, with an interval of 95 per cent, by stratum.
    as_json
        One JSON document instead of words.
    """
    from necessity.workflow import sample as workflow
    from necessity.workflow.use_report import Run

    opened = Run(run)
    if read:
        try:
            text = read.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{read} cannot be read.", "Name a CSV file in UTF-8.", setting="--read") from error
        return _told(workflow.read_back(opened, text, read.name), as_json)
    names = tuple(filter(None, (name.strip() for name in by.split(","))))
    with busy("Drawing"):
        found = workflow.draw(opened, n, seed, names)
    drawn = found.drawn
    if out:
        try:
            out.write_text(workflow.form(drawn, str(tables or "TABLES"), str(run)), encoding="utf-8")
        except OSError as error:
            raise StoreError(f"{out} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    if as_json:
        print(json.dumps([one._asdict() for one in drawn], indent=2, ensure_ascii=False))
        return 0
    screen = Console(highlight=False)
    counts: dict[tuple[str, int], int] = {}
    for one in drawn:
        counts[one.stratum, one.stratum_lines] = counts.get((one.stratum, one.stratum_lines), 0) + 1
    table = Table("stratum", box=None, pad_edge=False, header_style="dim")
    for column in ("lines", "drawn"):
        table.add_column(column, justify="right")
    for (stratum, lines), number in counts.items():
        table.add_row(stratum.replace("_", " "), f"{lines:,}", f"{number:,}")
    screen.print(table)
    if found.left_out:
        lines = sum(found.left_out.values())
        screen.print(f"! {len(found.left_out):,} strata with {lines:,} lines have none; a larger --n reaches them")
    if out:
        screen.print(f"\n→ {out}: write agree, disagree or unsure into the column verdict, then")
        screen.print(f"  necessity sample {run} --read {out}", soft_wrap=True)
    else:
        for one in drawn:
            screen.print(f"{one.line}  {one.outcome.replace('_', ' ')}  [dim]{one.reason}[/dim]", soft_wrap=True)
    return 0


def _told(found: Any, as_json: bool) -> int:
    """Tell what a filled-in form comes to."""
    everything = (*found.strata, found.total)
    if as_json:
        rows = [{**one._asdict(), "rate": one.rate} for one in everything]
        plain = {"strata": rows[:-1], "total": rows[-1], "weighted": found.weighted, "disagreed": list(found.disagreed)}
        print(json.dumps(plain, indent=2, ensure_ascii=False))
        return 0
    screen = Console(highlight=False)
    table = Table("stratum", box=None, pad_edge=False, header_style="dim")
    for column in ("lines", "drawn", "reviewed", "agreed", "rate", "95 % interval"):
        table.add_column(column, justify="right")
    for one in everything:
        rate = "–" if one.rate is None else f"{one.rate:.1%}"
        ends = "–" if one.low is None else f"{one.low:.1%} to {one.high:.1%}"
        counts = (f"{number:,}" for number in (one.lines, one.drawn, one.reviewed, one.agreed))
        table.add_row(one.stratum.replace("_", " ") or "all drawn", *counts, rate, ends)
    screen.print(table)
    if found.weighted is not None:
        screen.print(f"\nWeighted by the lines of each drawn stratum: {found.weighted:.1%}")
    for row in found.disagreed:
        line = "/".join(row[key] for key in ("case_id", "expense_id", "funding_source_id"))
        right = (row.get("right_outcome") or "").strip() or "not said"
        screen.print(f"✘ {line}: {row['outcome'].replace('_', ' ')}; the reviewer says {right}", soft_wrap=True)
    return 0
