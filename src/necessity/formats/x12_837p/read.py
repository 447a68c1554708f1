"""An 837P message → claims. Lenient: whatever does not fit is told and left out, never guessed.

Reading streams: one claim after the other, whatever the size of the file.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from necessity.domain.full_claim import FullClaim
from necessity.formats.x12 import Heading, Part, Walker, X12Finding, at, read_cents
from necessity.formats.x12_837p import layout
from necessity.formats.x12_837p.build import Builder
from necessity.formats.x12_837p.check import check_part


class ReadClaim(NamedTuple):
    """One claim as it was found."""

    claim: FullClaim | None
    """The claim; None where it cannot be held as one, and the findings say why."""
    control_number: str
    """CLM01 as it stands."""
    charge_cents: int | None
    """CLM02."""
    lines: int
    """How many service lines it has."""
    segment: int
    """Number of its CLM segment."""
    heading: Heading
    """The interchange, group and set it stands in."""
    findings: tuple[X12Finding, ...]
    """What is odd about this claim and the levels above it, beyond the form of its segments."""


class Reading(NamedTuple):
    """A whole message read at once."""

    claims: tuple[FullClaim, ...]
    """The claims in order, without those that could not be held."""
    findings: tuple[X12Finding, ...]
    """Everything odd, in the order of the file."""


def read(message: BinaryIO | bytes | str) -> Reading:
    """Read a message whole.

    Args:
        message: A binary file, or the message itself.

    Returns:
        Claims and findings.

    Raises:
        FormatError: it is no X12 message at all.
    """
    walker = Walker(_stream(message), (layout(),))
    claims = []
    found: list[X12Finding] = []
    for one in claims_in(walker):
        found += one.findings
        if one.claim:
            claims.append(one.claim)
    found += walker.findings.kept
    return Reading(tuple(claims), tuple(sorted(found, key=lambda finding: finding.segment)))


def _stream(message: BinaryIO | bytes | str) -> BinaryIO:
    if isinstance(message, str):
        message = message.encode()
    return io.BytesIO(message) if isinstance(message, bytes) else message


def claims_in(walker: Walker) -> Iterator[ReadClaim]:
    """Give one claim after the other; findings of the form gather in the walker."""
    waiting: list[X12Finding] = []
    builder = Builder()
    for part in walker:
        waiting += check_part(part)
        if part.loop == "2300":
            yield _claim(part, builder, waiting)
            waiting = []
    for finding in waiting:
        walker.findings.add(finding)


def _claim(part: Part, builder: Builder, found: list[X12Finding]) -> ReadClaim:
    claim, faults = builder.build(part)
    clm = part.segments[0][1]
    number, charge = at(clm, 1), read_cents(at(clm, 2))
    lines = [key for key, _ in part.segments].count("2400.SV1")
    return ReadClaim(claim, number, charge, lines, part.first, part.heading, (*found, *faults))
