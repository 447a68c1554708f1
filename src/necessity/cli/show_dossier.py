"""What the terminal shows of a year's money: accounts, what may be deducted, papers, how long to keep them."""

from datetime import date

from rich.console import Console
from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.cli.sheet import source_words
from necessity.domain.dossier import Dossier
from necessity.domain.money import dollars


def show_dossier(made: Dossier, file: str | None) -> None:
    """Draw the dossier of a year for the person whose money it is."""
    out = console()
    if file:
        line(out, Text(f"✔ {file}", style="green"), 0)
    out.print(Text.assemble((made.case, "bold"), f", the medical money of {made.year} ({made.person})"))
    out.print()
    _accounts(out, made)
    _deduction(out, made)
    if made.findings:
        out.print(Text("One expense, one payer", style="bold underline"))
        for finding in made.findings:
            line(out, Text(f"✘ {finding.message}", style="red" if finding.effect else "yellow"))
            line(out, f"→ {finding.next_step}", 4)
        out.print()
    _papers(out, made)
    for lack in made.missing:
        line(out, Text(f"? {lack}", style="yellow"), 0)
    if made.missing:
        out.print()
    line(out, Text(made.notice, style="dim italic"), 0)


def _accounts(out: Console, made: Dossier) -> None:
    out.print(Text("Paid from where", style="bold underline"))
    if not made.accounts:
        line(out, "No account, plan or stipend paid anything in this year, as far as the record says.")
    for one in made.accounts:
        name = f"{one.name} ({one.funding_source})" if one.funding_source else one.name
        line(out, Text.assemble((f"{dollars(one.paid_cents):>11}", "bold"), f"  {name}, {one.owner}"))
        if one.undated_cents:
            line(out, Text(f"{dollars(one.undated_cents)} more on days that are not in the record", style="yellow"), 15)
    if made.hsa:
        line(out, Text(f"{made.hsa}  ({source_words(made.hsa_citations)})", style="dim"))
    out.print()


def _deduction(out: Console, made: Dossier) -> None:
    told = made.deduction
    out.print(Text("What may be deducted", style="bold underline"))
    rows = [
        (dollars(told.candidates_cents), "meets the requirements we know, not paid back or asked for"),
        (dollars(told.open_cents), "of which a question is open"),
        (_known(told.floor_cents), "the floor: only what rises above it counts"),
        (_known(told.above_floor_cents), "of the first line, above the floor"),
    ]
    for amount, words in rows:
        line(out, Text.assemble((f"{amount:>11}", "bold"), f"  {words}"))
    for note in told.notes:
        line(out, f"· {note}")
    if told.citations:
        line(out, Text(f"({source_words(told.citations)})", style="dim"))
    out.print()


def _papers(out: Console, made: Dossier) -> None:
    there = sum(one.sha256 is not None for one in made.papers)
    out.print(Text(f"Papers: {there} of {len(made.papers)} with a digest", style="bold underline"))
    for one in made.papers:
        mark, colour = ("✔", "green") if one.sha256 else ("?", "yellow")
        absent = "no file at hand" if one.file else "no file in the record"
        said = f"SHA-256 {one.sha256[:16]}…" if one.sha256 else absent
        line(out, Text.assemble((f"{mark} {one.title}", colour), (f"  {said}", "dim")))
    out.print()
    out.print(Text("How long to keep them", style="bold underline"))
    for keep in made.keeps:
        line(out, Text.assemble((day(keep.until), "bold"), f", {_left(made.made_on, keep.until)}. {keep.what}."))
        line(out, Text(f"({source_words(keep.citations)})", style="dim"), 4)
    line(out, Text(made.keep_note, style="dim"))
    out.print()


def _known(cents: int | None) -> str:
    return "–" if cents is None else dollars(cents)


def _left(today: date, until: date) -> str:
    days = (until - today).days
    if days < 0:
        return "past"
    return f"{days // 365} years left" if days >= 730 else f"{days} days left"
