"""What the terminal shows of an outbox."""

from collections.abc import Sequence

from rich.text import Text

from necessity.cli.page import console, day, line
from necessity.domain.claim import Claim
from necessity.domain.outbox import FetchedFile, OutboxItem, OutboxState
from necessity.domain.sent_message import SentMessage

_SIGNS = {
    OutboxState.READY: ("·", "yellow"),
    OutboxState.SENT: ("→", "cyan"),
    OutboxState.CONFIRMED: ("✔", "green"),
    OutboxState.FAILED: ("✘", "red"),
    OutboxState.WITHDRAWN: ("–", "dim"),
}


def items(found: Sequence[OutboxItem], case: str) -> None:
    """Show every item in a line."""
    out = console()
    if not found:
        line(out, "The outbox is empty.", 0)
        line(
            out,
            Text(f"→ Add a file: necessity outbox {case} add FILE --to FUNDING_SOURCE --by portal", style="cyan"),
            0,
        )
    for one in found:
        _head(one)


def _head(one: OutboxItem) -> None:
    sign, colour = _SIGNS[one.state]
    since = one.history[-1].changed_on if one.history else one.added_on
    number = f", number {one.reference}" if one.reference else ""
    line(console(), Text(f"{sign} {one.id}: {one.state} since {day(since)}, by {one.way}{number}", style=colour), 0)


def item(one: OutboxItem, steps: Sequence[str], claims: Sequence[Claim] = ()) -> None:
    """Show one item with what became of it, the claims it carries, and what to do."""
    out = console()
    _head(one)
    pages = f", {one.pages} page{'' if one.pages == 1 else 's'}" if one.pages else ""
    line(out, f"{one.file}{pages}, {one.size_bytes:,} bytes")
    for claim in claims:
        line(out, _standing(claim))
    if one.appeals:
        line(out, f"{'asks for a review of' if one.asks_review else 'appeals'} the refusal {one.appeals}")
    line(out, Text(f"SHA-256 {one.sha256}", style="dim"))
    if one.state is OutboxState.READY and not (one.claims or one.appeals):
        line(out, "No claim of the record goes with it; name one with --claim when it is added, and the claim follows.")
    for step in one.history:
        note = f": {step.note}" if step.note else ""
        line(out, f"{day(step.changed_on)}  {step.state}{note}")
    for number, words in enumerate(steps, start=1):
        line(out, f"{number}. {words}", 4)


def _standing(claim: Claim) -> str:
    """Say where a claim stands now."""
    filed = f", filed on {day(claim.filed_on)}" if claim.filed_on else ", not filed yet"
    came = f", received on {day(claim.received_on)}" if claim.received_on else ""
    state = f" ({claim.state})" if claim.state else ""
    return f"claim {claim.id}{state}{filed}{came}"


def show_messages(found: Sequence[SentMessage], not_kept: Sequence[str] = ()) -> None:
    """Show claim messages with the claims in them; name claims that the record does not hold."""
    out = console()
    for one in found:
        test = ", a test" if one.is_test else ""
        claims = ", ".join(claim.control_number for claim in one.claims) or "none of this case"
        said = f"message {one.number:09d} to {one.receiver_id}, written {day(one.written_on)}{test}: {claims}"
        line(out, Text(said, style="dim"))
    if found and not_kept:
        which = ", ".join(not_kept)
        line(out, f"→ {which}: not in the record, so no answer will find it. Write it once more with --save.", 0)


def fetched(new: Sequence[FetchedFile], growing: int) -> None:
    """Show what was picked up."""
    out = console()
    if not new:
        line(out, "Nothing new was there.", 0)
    for one in new:
        line(out, Text(f"✔ {one.file}  ({one.size_bytes:,} bytes)", style="green"), 0)
    if growing:
        line(out, f"{growing} file{'' if growing == 1 else 's'} still growing; fetch again later.", 0)
    if new:
        line(out, Text("→ See what an answer says: necessity read FILE", style="cyan"), 0)
