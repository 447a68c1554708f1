"""What a bulk run comes to, in the terminal: rows in, set aside and decided; outcomes with money; reasons; findings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from necessity.cli.page import SIGNS, console, line
from necessity.domain.decision import Outcome
from necessity.domain.money import dollars
from necessity.rulebook.load import Rulebook
from necessity.rulebook.words import words
from necessity.workflow.bulk.findings import WORDS

_SHOWN = (Outcome.PAYABLE, Outcome.REVIEW, Outcome.PENDED, Outcome.NOT_PAYABLE)


def summary(book: Rulebook, found: dict[str, Any], folder: Path | str) -> None:
    """Print the summary of a run, for an administrator."""
    out = console()
    rows = found["rows"].values()
    read, aside = sum(one["read"] for one in rows), sum(one["set_aside"] for one in rows)
    expenses = found["rows"].get("expense", {"read": 0, "decided": 0, "set_aside": 0})
    out.print()
    line(out, Text(f"{found['lines']:,} lines decided", style="bold"))
    line(out, f"{read:,} rows in = {read - aside:,} taken + {aside:,} set aside")
    line(out, f"{expenses['read']:,} expenses = {expenses['decided']:,} decided + {expenses['set_aside']:,} set aside")
    if found["documents_refused"]:
        line(out, f"{found['documents_refused']:,} case documents are no case; quarantine.csv says why")
    out.print()
    out.print(_outcomes(found["outcomes"]))
    if found["reasons"]:
        out.print()
        line(out, Text("Most frequent reasons", style="bold"))
        for one in found["reasons"]:
            sign, colour = SIGNS[Outcome(one["outcome"])]
            line(out, Text(f"{sign} {one['lines']:,} × {book.rules[one['rule']].title}", style=colour))
            line(out, Text(one["rule"], style="dim"), indent=4)
    for one in found["findings"]:
        what = f" ({one['what']})" if one["what"] else ""
        line(
            out, Text(f"! {one['count']:,} {WORDS[one['finding']]}{what}; the first: {one['example']}", style="yellow")
        )
    for text in _beside(found):
        line(out, Text(text))
    out.print()
    line(out, Text(_written(found, folder), style="dim"))
    out.print()


def _outcomes(outcomes: dict[str, dict[str, int]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for name, justify in (("", "left"), ("lines", "right"), ("charged", "right"), ("to pay", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for outcome in _SHOWN:
        one = outcomes.get(outcome.value)
        if one:
            sign, colour = SIGNS[outcome]
            label = Text(f"  {sign} {words().outcome['administrator'][outcome]}", style=colour)
            paid = dollars(one["payable_cents"]) if outcome is Outcome.PAYABLE else "–"
            table.add_row(label, f"{one['lines']:,}", dollars(one["charge_cents"]), paid)
    return table


def _beside(found: dict[str, Any]) -> Iterator[str]:
    """Say what else an administrator looks for: letters on file, money to ask back."""
    letters, over = found.get("letters", {}), found.get("recoveries", {})
    if letters:
        ends = ", ".join(f"{number:,} {state.replace('_', ' ')}" for state, number in letters.items())
        yield f"Letters on file: {ends} (letters.parquet)"
    if over.get("lines"):
        lines = "1 line" if over["lines"] == 1 else f"{over['lines']:,} lines"
        yield f"Paid beyond what is left: {dollars(over['over_cents'])} on {lines} (recoveries.parquet)"


def notices(found: dict[str, Any], folder: Path) -> None:
    """Print what became of the lines that got a notice, what the notices lack, and which lines got none."""
    out = console()
    count = "1 notice" if found["notices"] == 1 else f"{found['notices']:,} notices"
    lines = "1 line" if found["lines"] == 1 else f"{found['lines']:,} lines"
    line(out, f"{count} about {lines} in {folder}: notices.ndjson, notices.csv")
    for why, number in found["left_out"].items():
        line(out, Text(f"– {number:,} × {why}"))
    if found["lacking"]:
        line(out, Text(f"! {found['lacking']:,} lack something before they can be sent", style="yellow"))
    for lack, number in found["lacks"].items():
        line(out, f"{number:,} × {lack}", indent=4)
    out.print()


def _written(found: dict[str, Any], folder: Path | str) -> str:
    more = [f"{found[key]:,} {key}" for key in ("traces", "requests") if key in found]
    said = f", {', '.join(more)}" if more else ""
    return (
        f"Rulebook {found['rulebook']['dated']} ({found['rulebook']['sha256'][:12]}). In {folder}: "
        f"parts/*/lines.parquet, claims.parquet, rules.parquet, quarantine.csv, summary.json{said}."
    )
