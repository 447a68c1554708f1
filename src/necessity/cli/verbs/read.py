"""`necessity read`: what a message or paper says, and what is wrong with it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from necessity.cli.page import console, line
from necessity.domain.message import Entry, Mark, MessageFinding, MessageSummary
from necessity.domain.money import dollars
from necessity.errors import FormatError
from necessity.workflow.read_message import read_message

if TYPE_CHECKING:
    from necessity.sealing.keys import KeyRing

_MARKS = {Mark.GOOD: ("✔", "green"), Mark.BAD: ("✘", "red"), Mark.OPEN: ("?", "yellow"), Mark.PLAIN: ("·", "")}
_LABELS = {
    "claims": "Claims",
    "claims_rejected": "Claims rejected",
    "lines": "Service lines",
    "patient_paid_cents": "Paid by the patient",
    "asked_cents": "Asked for",
    "files": "Files inside",
    "exhibits": "Exhibits",
    "charged_cents": "Charged",
    "paid_cents": "Paid",
    "patient_cents": "Patient's share",
    "denied_claims": "Claims refused",
    "payments": "Payments",
    "provider_adjustments_cents": "Provider balances",
    "sets": "Sets",
    "sets_rejected": "Sets rejected",
}


def read(
    file: Path,
    *,
    most: Annotated[int, Parameter(name="--most")] = 20,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Say what a message or paper says, what is wrong with it, and what to do next.

    Of a PDF that was written here it says which paper it is, what it carries, and whether it is intact; a foreign one
    is told as such, with what to do.

    Parameters
    ----------
    file
        An X12 file as it came (837P, 835, 999, TA1, 277CA; several in one file, too), a FHIR document, or a PDF that
        was written here: letter, packet, statement, superbill, claim form, fax, appeal.
    most
        How many claims and findings to show.
    as_json
        One JSON document instead of words.
    """
    try:
        with file.open("rb") as stream:
            summary = read_message(stream, file.name, _ring)
    except OSError as error:
        step = "Check the path, and that it is a file you may read."
        raise FormatError(
            f"{file} cannot be opened: {error.strerror}.", step, format="message", place=str(file)
        ) from None
    if as_json:
        print(json.dumps(_document(file, summary), ensure_ascii=False, indent=2))
    else:
        _page(file, summary, max(most, 0))
    return 1 if summary.required_findings else 0


def _ring() -> "KeyRing | None":
    """Fetch the certificates that have sealed here; only a PDF asks for them."""
    from necessity.cli.key_home import keys_folder
    from necessity.sealing import keys

    return keys.read_ring(keys_folder())


def _document(file: Path, summary: MessageSummary) -> dict[str, object]:
    whole = summary.model_dump(mode="json", exclude={"entries", "entries_left_out", "when_good"})
    return {**whole, "about": dict(summary.about), "file": file.name}


def _page(file: Path, summary: MessageSummary, most: int) -> None:
    out = console()
    out.print(Text.assemble((summary.kind, "bold"), f"  {summary.title}", (f"  ({file.name})", "dim")))
    rows = [*summary.about, *_totals(summary)]
    width = max((len(label) for label, _ in rows), default=0)
    for label, value in rows:
        out.print(Text.assemble(f"  {label:{width}}  ", (value, "bold")), soft_wrap=True)
    out.print()
    for entry in summary.entries[:most]:
        _entry(out, entry)
    hidden = len(summary.entries) - most + summary.entries_left_out
    if summary.entries and hidden > 0:
        line(out, Text(f"… {hidden:,} more: --most {most * 10 or 20}, or --json", style="dim"))
    if summary.entries:
        out.print()
    _findings(out, summary, most)
    _steps(out, summary)


def _totals(summary: MessageSummary) -> list[tuple[str, str]]:
    rows = []
    for name, value in summary.totals.items():
        known = "not known: an amount cannot be read" if value is None else None
        shown = known or (dollars(value or 0) if name.endswith("_cents") else f"{value:,}")
        if value != 0 or name in ("claims", "charged_cents", "paid_cents"):
            rows.append((_LABELS.get(name, name.replace("_", " ").capitalize()), shown))
    return rows


def _entry(out: Console, entry: Entry) -> None:
    sign, colour = _MARKS[entry.mark]
    line(out, Text(f"{sign} {entry.title}", style=colour))
    for words in entry.lines:
        line(out, words, 6)
    if entry.next_step:
        line(out, Text(f"→ {entry.next_step}"), 6)


def _findings(out: Console, summary: MessageSummary, most: int) -> None:
    """Show those above advice first; alike ones are counted, not repeated."""
    advice = len(summary.findings) + summary.findings_left_out - summary.required_findings
    if not summary.findings:
        sums = ", and its sums add up" if "charged_cents" in summary.totals else ""
        good = summary.when_good or f"The file itself follows its guide{sums}."
        line(out, Text(f"✔ {good}", style="green"), 0)
        out.print()
        return
    out.print(Text(f"Findings: {summary.required_findings:,} to mend, {advice:,} to know", style="bold underline"))
    groups: dict[tuple[str, str], list[MessageFinding]] = {}
    for finding in sorted(summary.findings, key=lambda one: one.weight != "required"):
        groups.setdefault((finding.weight, finding.message), []).append(finding)
    for (weight, message), alike in list(groups.items())[:most]:
        sign, colour = ("✘", "red") if weight == "required" else ("·", "")
        value = f" ({alike[0].value})" if alike[0].value and alike[0].value not in message else ""
        line(out, Text(f"{sign} {message}{value}", style=colour))
        also = f", and {len(alike) - 1:,} more" if len(alike) > 1 else ""
        line(out, Text(f"{alike[0].where}{also}", style="dim"), 4)
    if len(groups) > most or summary.findings_left_out:
        line(out, Text("… more in --json", style="dim"))
    out.print()


def _steps(out: Console, summary: MessageSummary) -> None:
    mend = [f.next_step for f in summary.findings if f.weight == "required"]
    steps = list(dict.fromkeys((*mend, *summary.next_steps)))
    if steps:
        out.print(Text("Next", style="bold underline"))
    for step in steps[:8]:
        line(out, f"→ {step}")
