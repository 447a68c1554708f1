"""What a bulk run comes to, in the terminal: rows in, set aside and decided; outcomes with money; reasons; findings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
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
    if "messages" in found:
        _messages(out, found)
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
    if "payments" in found:
        out.print()
        _payments(out, found["payments"])
    out.print()
    line(out, Text(_written(found, folder), style="dim"))
    out.print()


def _messages(out: Console, found: dict[str, Any]) -> None:
    """Say what the messages held, and what the tables beside them were good for."""
    messages = found["messages"]
    for name in ("claims", "lines"):
        one = messages[name]
        line(out, f"{one['read']:,} {name} in messages = {one['decided']:,} decided + {one['set_aside']:,} set aside")
    if messages["not_read"]:
        line(out, f"{messages['not_read']:,} messages could not be read; quarantine.csv says why")
    for table, one in found["beside"].items():
        without = f", {one['without_claim']:,} without a claim here" if one["without_claim"] else ""
        aside = f", {one['set_aside']:,} set aside" if one["set_aside"] else ""
        line(out, Text(f"{table} beside: {one['taken']:,} of {one['read']:,} rows used{without}{aside}", style="dim"))


def _payments(out: Console, paid: dict[str, Any]) -> None:
    """Say what is paid to whom, what was refused, and what waits for which reason."""
    line(out, Text(f"Payments of {paid['pay_on']}", style="bold"))
    for who in ("providers", "members"):
        one = paid[who]
        line(out, f"{one['payments']:,} to {who}, {dollars(one['paid_cents'])}")
    line(out, f"{paid['lines_refused']:,} lines refused, in denials.csv")
    for one in paid["held"]:
        line(out, Text(f"! {one['lines']:,} held: {one['why']}", style="yellow"))
    line(out, Text(f"In {paid['folder']}", style="dim"))


def _outcomes(outcomes: dict[str, dict[str, int]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for name, justify in (("", "left"), ("lines", "right"), ("charged", "right"), ("to pay", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for outcome in _SHOWN:
        one = outcomes.get(outcome.value)
        if one:
            sign, colour = SIGNS[outcome]
            label = Text(f"  {sign} {words().outcome['administrator'][outcome]}", style=colour)
            paid = _to_pay(one) if outcome is Outcome.PAYABLE else "–"
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


def _to_pay(one: dict[str, int]) -> str:
    """Say what payable lines come to; what a health plan pays of a line is not in the tables."""
    without = one["lines_without_amount"]
    known = dollars(one["payable_cents"]) if without < one["lines"] else ""
    return " + ".join(filter(None, [known, f"{without:,} of unknown amount" if without else ""]))


def _written(found: dict[str, Any], folder: Path | str) -> str:
    more = [f"{found[key]:,} {key}" for key in ("traces", "requests") if key in found]
    said = f", {', '.join(more)}" if more else ""
    return (
        f"Rulebook {found['rulebook']['dated']} ({found['rulebook']['sha256'][:12]}). In {folder}: "
        "parts/*/lines.parquet, claims.parquet, rules.parquet, facts.parquet, quarantine.csv, "
        f"summary.json{said}."
    )
