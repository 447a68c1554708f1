"""`necessity report`: how a plan's money was used, from what a run left."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Column, Table

from necessity.cli.busy import busy
from necessity.domain.money import dollars
from necessity.errors import StoreError

_SHOWN = 12


def report(
    run: Path,
    *,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    title: str = "How the money was used",
    memory: str = "3GB",
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Tell how money was used: lines, members, sessions and cents by outcome, source, payer, condition and month.

    Parameters
    ----------
    run
        The folder that adjudicate wrote to.
    out
        A folder to write use.csv, use_crossed.csv, members.csv, letters.csv, recoveries.csv and chart.svg into.
    title
        What stands above the chart.
    memory
        What the database may use, like 3GB; beyond it, it spills into the folder of the run.
    as_json
        One JSON document instead of tables.
    """
    from necessity.workflow.use_chart import chart
    from necessity.workflow.use_report import Run, in_words, plain, use_of, write_report

    with busy("Adding up"):
        opened = Run(run, memory, out=out)
        found = use_of(opened)
        try:
            files = write_report(opened, out, chart(found, title)) if out else []
        except OSError as error:
            raise StoreError(f"{out} cannot be written: {error.strerror}.", "Name another folder with -o.") from error
    if as_json:
        print(json.dumps(plain(found), indent=2, ensure_ascii=False))
        return 0
    screen = Console(highlight=False)
    screen.print(in_words(found))
    for name, shares in found.shares.items():
        head = name.replace("_", " ")
        table = Table(Column(head, min_width=24), box=None, pad_edge=False, header_style="dim")
        for column in ("lines", "members", "sessions", "charged", "to pay"):
            table.add_column(column, justify="right")
        shown = shares if name == "month" else shares[:_SHOWN]
        for one in shown:
            value = (one.value[:7] if name == "month" else one.value.replace("_", " ")) or "not known"
            numbers = (f"{one.lines:,}", f"{one.members:,}", f"{one.sessions:,}")
            table.add_row(value, *numbers, dollars(one.charge_cents), dollars(one.payable_cents))
        screen.print()
        screen.print(table)
        if len(shares) > len(shown):
            screen.print(f"… and {len(shares) - len(shown):,} more" + ("" if out else "; -o FOLDER writes them all"))
    if out:
        screen.print(f"\n→ {out}: {', '.join(files)}")
    return 0
