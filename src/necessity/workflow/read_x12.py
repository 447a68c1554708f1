"""Read an X12 file of any kind we know, message after message: what it says, what is wrong with it, what to do."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, BinaryIO

from necessity.domain.acknowledgement import Receipt
from necessity.domain.message import Entry, Mark, MessageSummary
from necessity.formats.registry import X12_MESSAGES
from necessity.formats.x12 import REQUIRED, Gathered, Layout, Summariser, Walker, X12Finding, as_record, clip
from necessity.formats.x12_999.read import interchange_acknowledgement

_MOST_FINDINGS = 1_000
_MARKS = {Receipt.ACCEPTED: Mark.GOOD, Receipt.WITH_ERRORS: Mark.GOOD, Receipt.REJECTED: Mark.BAD}


def summarise(stream: BinaryIO) -> MessageSummary:
    """Read a file whole, its memory flat in its size.

    Args:
        stream: A binary file.

    Returns:
        What it says; the first thousand claims, entries and findings, the rest counted.

    Raises:
        FormatError: it is no X12 message at all.
    """
    kinds: dict[Layout, Any] = {}
    for name in X12_MESSAGES:
        module = import_module(name)
        kinds[module.layout()] = module
    walker = Walker(stream, tuple(kinds))
    taken: dict[Layout, Summariser] = {}
    for part in walker:
        if part.layout not in taken:
            taken[part.layout] = kinds[part.layout].Summariser()
        for finding in taken[part.layout].take(part):
            walker.findings.add(finding)
    for one in taken.values():
        for finding in one.close():
            walker.findings.add(finding)
    return _summary(walker, taken)


def _summary(walker: Walker, taken: dict[Layout, Summariser]) -> MessageSummary:
    envelope = _envelope(walker)
    gathered = [one.gathered for one in taken.values()] + ([envelope] if envelope.entries else [])
    kept = _ranked(walker.findings.kept)
    names = [layout.kind for layout in taken] + (["TA1"] if envelope.entries else [])
    titles = [layout.title for layout in taken] + (["Acknowledgement of the envelope"] if envelope.entries else [])
    names += [f"{kind.split(' ')[0]} (not read)" for kind in walker.unread]
    entries = [entry for one in gathered for entry in one.entries]
    return MessageSummary(
        kind="+".join(dict.fromkeys(names)) or "X12",
        title=", ".join(titles) or "An X12 file without a message that is read here",
        about=_about(walker, gathered),
        totals={name: value for one in gathered for name, value in one.totals.items()},
        claims=tuple(claim for one in gathered for claim in one.claims),
        claims_left_out=sum(one.claim_count - len(one.claims) for one in gathered),
        answers=tuple(answer for one in gathered for answer in one.answers),
        entries=tuple(entries),
        entries_left_out=sum(one.entry_count for one in gathered) - len(entries),
        findings=tuple(as_record(finding) for finding in kept),
        findings_left_out=walker.findings.total - len(kept),
        required_findings=walker.findings.required,
        next_steps=tuple(_steps(gathered)),
    )


def _ranked(found: Sequence[X12Finding]) -> list[X12Finding]:
    """Keep a thousand, those above advice before the others; show them in the order of the file."""
    ranked = sorted(found, key=lambda one: one.weight != REQUIRED)[:_MOST_FINDINGS]
    return sorted(ranked, key=lambda one: (one.segment, one.element or 0))


def _steps(gathered: Sequence[Gathered]) -> list[str]:
    """Give each step once: after a rejection first, then that for most claims."""
    ranks: dict[str, tuple[bool, int]] = {}
    for one in gathered:
        for step, (pressing, count) in one.steps.items():
            before, counted = ranks.get(step, (False, 0))
            ranks[step] = (before or pressing, counted + count)
    return sorted(ranks, key=lambda step: (not ranks[step][0], -ranks[step][1]))


def _about(walker: Walker, gathered: Sequence[Gathered]) -> tuple[tuple[str, str], ...]:
    rows: dict[str, str] = {}
    for isa in walker.interchanges[:1]:
        fields = [*isa, *[""] * 17]
        written = f"20{fields[9][:2]}-{fields[9][2:4]}-{fields[9][4:6]}" if len(fields[9]) == 6 else fields[9]
        test = ", a test" if fields[15] == "T" else ""
        rows["Interchange"] = f"{clip(fields[13])}, written {clip(written)}{test}"
        rows["Between"] = f"{clip(fields[6].strip())} → {clip(fields[8].strip())}"
    if len(walker.interchanges) > 1:
        rows["Interchanges"] = str(len(walker.interchanges))
    for one in gathered:
        rows |= {label: value for label, value in one.about.items() if value}
    return tuple(rows.items())


def _envelope(walker: Walker) -> Gathered:
    """Read the TA1 segments, which stand outside any set."""
    gathered = Gathered()
    for number, ta1, _ in walker.acknowledgements:
        answer = interchange_acknowledgement(ta1)
        said = answer.model_dump(mode="json", exclude_none=True)
        gathered.add_answer({"interchange": {**said, "segment": number}})
        title = f"Interchange {clip(answer.control_number)}: {answer.receipt.value.replace('_', ' ')}, {answer.words}"
        mark = _MARKS.get(answer.receipt, Mark.OPEN)
        gathered.add_entry(Entry(mark=mark, title=title, next_step=answer.next_step))
        gathered.step(answer.next_step, pressing=answer.receipt is Receipt.REJECTED)
    return gathered
