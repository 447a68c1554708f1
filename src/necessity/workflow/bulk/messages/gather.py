"""Walking through messages claim by claim: what can be taken, what is set aside with file, segment and reason.

A claim is taken whole or not at all, and only if nothing above advice was found in it, in a level above it, in its
set or around it: a message cut off or changed on its way must not pay anybody. Reading streams; what is found out
later, as at the end of a set, is noted by the claim's number and settled afterwards.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import NamedTuple, TextIO

from necessity.domain.claim import Frequency
from necessity.domain.full_claim import FullClaim
from necessity.errors import FormatError
from necessity.formats.x12 import REQUIRED, Part, Walker, X12Finding, at, clip, read_cents
from necessity.formats.x12_837p import layout
from necessity.formats.x12_837p.build import Builder
from necessity.formats.x12_837p.check import check_part
from necessity.workflow.bulk.messages.register import claim_row, line_rows
from necessity.workflow.bulk.messages.rows import case_of, rows_of

TABLES_READ = (
    *("patient", "condition", "clinician", "billing_provider", "funding_source"),
    *("claim", "expense", "service_line"),
)
"""Tables that a claim has rows in."""
STAGES = (*TABLES_READ, "claim_read", "line_read", "claim_fault", "set_fault", "file_fault", "unread")
"""Files that reading leaves: rows by claim number, the register of claims and lines, faults, what is no claim."""
_MOST_TOLD = 5
_ENVELOPE = ("ISA", "GS", "GE", "IEA", "TA1")
_AROUND = ("trailer_missing", "outside_of_sets", "trailing_text", "text_before_header", "header_length")


class Message(NamedTuple):
    """One file of messages."""

    path: Path
    name: str
    """Its path inside the folder."""


def gather(messages: list[Message], target: Path, on: date) -> Iterator[int]:
    """Read messages, and write what they hold by claim number: one NDJSON file each of `STAGES`.

    Args:
        messages: The files, in the order in which their claims are numbered.
        target: A folder that is there and empty.
        on: The day to decide for.

    Yields:
        How many bytes have been read, after each file.
    """
    with ExitStack() as stack:
        files = {n: stack.enter_context((target / f"{n}.ndjson").open("w", encoding="utf-8")) for n in STAGES}
        gathering = _Gathering(files, on)
        done = 0
        for message in messages:
            gathering.read(message)
            done += message.path.stat().st_size
            yield done


class _Gathering:
    """One walk through all files."""

    def __init__(self, files: Mapping[str, TextIO], on: date) -> None:
        self._files, self._on = files, on
        self._number = 0
        self._file = ""
        self._set = 0
        self._levels: dict[str, list[X12Finding]] = {}
        self._before: Part | None = None
        self._faults: list[str] = []
        """What was said of the file or its sets, in words."""

    def read(self, message: Message) -> None:
        """Read one file; whatever it is, nothing is raised, and something is said of it."""
        self._file, self._levels, self._before, self._faults = message.name, {}, None, []
        numbered = self._number
        with message.path.open("rb") as stream:
            walker = Walker(stream, (layout(),))
            try:
                self._walk(walker)
            except FormatError as error:
                self._put("file_fault", reason=error.message)
                self._put("unread", reason=f"{error.message} {error.next_step}")
                return
        for kind, count in walker.unread.items():
            said = f"{count} set{'s' * (count > 1)} of the kind {clip(kind)}: not an 837P, and not read."
            self._put("unread", reason=said)
        if self._number == numbered and not walker.unread:
            self._put("unread", reason=" ".join(dict.fromkeys(["It holds no claim.", *self._faults[:_MOST_TOLD]])))

    def _walk(self, walker: Walker) -> None:
        builder = Builder()
        for part in walker:
            self._set = part.set_starts
            own = self._found(walker, part) + [one for one in check_part(part) if one.weight == REQUIRED]
            if part.loop == "2300":
                self._claim(part, builder, own)
            else:
                self._level(part.loop, own)
            self._before = part
        self._found(walker, None)

    def _found(self, walker: Walker, part: Part | None) -> list[X12Finding]:
        """Take what the walker found since the part before; give what is about this part."""
        own = []
        last = part.first + len(part.segments) - 1 if part else 0
        for finding in walker.findings.kept:
            if finding.weight != REQUIRED or finding.check == "set_not_read":
                continue
            if finding.id in _ENVELOPE or finding.check in _AROUND:
                self._put("file_fault", segment=finding.segment, reason=finding.message)
            elif finding.check == "segment_missing" and part and finding.segment == part.first and self._before:
                self._of_before(finding)  # told where it is missed: at the first segment of what follows
            elif part and (part.first <= finding.segment <= last or finding.check == "segment_missing"):
                own.append(finding)
            else:
                self._put("set_fault", set_starts=self._set, segment=finding.segment, reason=finding.message)
        walker.findings.kept.clear()
        return own

    def _of_before(self, finding: X12Finding) -> None:
        assert self._before is not None, "looked at before"
        if self._before.loop == "2300":
            self._fault(finding)
        else:
            self._levels.setdefault(self._before.loop, []).append(finding)

    def _level(self, loop: str, found: list[X12Finding]) -> None:
        """Begin a level: what was wrong with the one it follows, and with those below, is over."""
        self._levels = {above: faults for above, faults in self._levels.items() if above < loop or above == "HEADER"}
        if loop == "HEADER":
            self._levels = {}
        self._levels[loop] = found

    def _claim(self, part: Part, builder: Builder, found: list[X12Finding]) -> None:
        self._number += 1
        claim, faults = builder.build(part)
        above = [fault for level in self._levels.values() for fault in level]
        for fault in [*above, *found, *(one for one in faults if one.weight == REQUIRED)]:
            self._fault(fault)
        clm = part.segments[0][1]
        lines = sum(key == "2400.SV1" for key, _ in part.segments)
        case = case_of(claim) if claim else ""
        read = {"file": self._file, "set_starts": self._set, "segment": part.first, "case_id": case or None}
        self._put("claim_read", **read, **claim_row(claim, at(clm, 1), read_cents(at(clm, 2)), lines))
        if claim is None:
            return
        for reason in _refusals(claim, part, case, lines):
            self._put("claim_fault", segment=part.first, reason=reason)
        for table, row in rows_of(claim, self._on):
            self._put(table, **row)
        for row in line_rows(claim):
            self._put("line_read", **row)

    def _fault(self, finding: X12Finding) -> None:
        self._put("claim_fault", segment=finding.segment, reason=f"{finding.message}")

    def _put(self, stage: str, /, **values: object) -> None:
        if stage in ("set_fault", "file_fault", "unread"):
            values["file"] = self._file
            self._faults.append(str(values["reason"]))
        else:
            values["claim_number"] = self._number
        known = {name: value for name, value in values.items() if value is not None}
        self._files[stage].write(json.dumps(known, default=str, ensure_ascii=False) + "\n")


def _refusals(claim: FullClaim, part: Part, case: str, lines: int) -> Iterator[str]:
    """Say why a claim that can be read cannot be decided here."""
    if not claim.member_id:
        yield "The subscriber's member number (NM109) is missing: whose coverage it is cannot be told."
    elif not case:
        yield "The patient is not the subscriber, and birth or first name is missing: who was treated cannot be told."
    if not lines or len(claim.lines) != lines:
        yield f"{len(claim.lines)} of its {lines} lines can be read; a claim is decided whole or not at all."
    if claim.frequency is not Frequency.FIRST:
        kind = "replaces" if claim.frequency is Frequency.REPLACEMENT else "takes back"
        yield f"It {kind} an earlier claim; what was paid on that one has to be settled with it, by a person."
    payer = next((elements for key, elements in part.above[2] if key == "2000B.SBR"), [])
    if at(payer, 1) not in ("P", ""):
        yield "Another payer comes before this one, and what it paid is not read here: decide it by hand."
