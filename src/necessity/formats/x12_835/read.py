"""An 835 message → remittances. Lenient, streaming claim by claim, memory flat in the size of the file."""

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from necessity.domain.remittance import ProviderAdjustment, RemittanceAdvice, RemittedClaim
from necessity.formats.x12 import Part, Walker, X12Finding, at
from necessity.formats.x12_835 import layout
from necessity.formats.x12_835.build import build_claim, build_header, build_provider_adjustments
from necessity.formats.x12_835.check import Ledger, found


class ReadRemittance(NamedTuple):
    """The head of one set: a payment, without its claims."""

    advice: RemittanceAdvice | None
    """Payment, payer and payee; None where they cannot be read."""
    segment: int
    """Number of its ST segment."""
    findings: tuple[X12Finding, ...]


class ReadPayment(NamedTuple):
    """One claim as it was found."""

    claim: RemittedClaim | None
    """The claim; None where its amounts cannot be read."""
    control_number: str
    segment: int
    """Number of its CLP segment."""
    findings: tuple[X12Finding, ...]


class ReadBalance(NamedTuple):
    """The changes of a payment that belong to no claim."""

    adjustments: tuple[ProviderAdjustment, ...]
    segment: int
    findings: tuple[X12Finding, ...]


class Reading(NamedTuple):
    """A whole message read at once."""

    remittances: tuple[RemittanceAdvice, ...]
    findings: tuple[X12Finding, ...]


def parts_in(walker: Walker) -> Iterator[ReadRemittance | ReadPayment | ReadBalance]:
    """Give heads, claims and balances in the order of the file; sums are checked as each set ends."""
    ledger = Ledger()
    header: Part | None = None
    for part in walker:
        if part.loop == "HEADER":
            yield from _closed(ledger, header)
            header = part._replace(segments=list(part.segments))
            faults = ledger.check(part)
            advice = build_header(part.segments)
            if advice is None:
                faults.append(found(part, 0, "not_held", "Payment or trace number cannot be read."))
            yield ReadRemittance(advice, part.first, tuple(faults))
        elif part.loop == "2100":
            faults = ledger.check(part)
            claim = build_claim(part)
            if claim is None:
                said = "The claim's amounts cannot all be read; it is left out."
                faults.append(found(part, 0, "not_held", said))
            yield ReadPayment(claim, at(part.segments[0][1], 1), part.first, tuple(faults))
        elif part.loop == "PLB":
            faults = ledger.check(part)
            yield ReadBalance(build_provider_adjustments(part), part.first, tuple(faults))
    yield from _closed(ledger, header)


def _closed(ledger: Ledger, header: Part | None) -> Iterator[ReadBalance]:
    """Hand over what the end of a set shows."""
    if header and (faults := ledger.close(header)):
        yield ReadBalance((), header.first, tuple(faults))


def read(message: BinaryIO | bytes | str) -> Reading:
    """Read a message whole.

    Args:
        message: A binary file, or the message itself.

    Returns:
        Remittances with their claims, and findings.

    Raises:
        FormatError: it is no X12 message at all.
    """
    text = message.encode() if isinstance(message, str) else message
    walker = Walker(io.BytesIO(text) if isinstance(text, bytes) else text, (layout(),))
    heads: list[RemittanceAdvice] = []
    claims: list[list[RemittedClaim]] = []
    balances: list[list[ProviderAdjustment]] = []
    faults: list[X12Finding] = []
    is_held = False
    for one in parts_in(walker):
        faults += one.findings
        if isinstance(one, ReadRemittance):
            is_held = one.advice is not None
            if one.advice:
                heads.append(one.advice)
                claims.append([])
                balances.append([])
        elif not is_held:
            continue
        elif isinstance(one, ReadPayment):
            claims[-1] += [one.claim] if one.claim else []
        else:
            balances[-1] += one.adjustments
    made = tuple(
        head.model_copy(update={"claims": tuple(paid), "provider_adjustments": tuple(balance)})
        for head, paid, balance in zip(heads, claims, balances, strict=True)
    )
    found_all = sorted([*faults, *walker.findings.kept], key=lambda finding: finding.segment)
    return Reading(made, tuple(found_all))
