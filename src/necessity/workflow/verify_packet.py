"""Verify a packet: nothing missing or changed since it was written, and every sealed paper inside still intact."""

from datetime import date

from necessity.domain.record import Record
from necessity.errors import FormatError
from necessity.formats.packet.check import check, manifest_of, papers_of
from necessity.sealing.keys import KeyRing
from necessity.sealing.report import SealState
from necessity.sealing.verify import verify as verify_seal
from necessity.workflow.packet_papers import is_sealed

_CANNOT_KNOW = (
    "The list of digests stands in the packet itself and is not sealed: whoever can rewrite both deceives this check. "
    "Compare the SHA-256 of the whole file with the one noted when it was sent."
)


class SealedInside(Record):
    """One sealed paper that a packet carries."""

    file_name: str
    """Its name in the packet. Never missing."""
    state: SealState | None = None
    """What its seal is worth; missing where it cannot be looked at."""
    says: str
    """The same in a sentence. Never missing."""


class PacketReport(Record):
    """What verifying a packet came to."""

    is_whole: bool
    """Whether nothing is missing or changed and every seal inside is intact. Never missing."""
    case: str | None = None
    """Id of the case; missing where there is no manifest."""
    made_on: date | None = None
    """The day it was made for."""
    part: int | None = None
    """Which part it is of a whole in several files; missing: it is one file."""
    parts: int | None = None
    """How many parts there are."""
    files: int = 0
    """How many files travel inside, the manifest not counted."""
    findings: tuple[str, ...] = ()
    """What is missing or changed, a sentence each."""
    sealed: tuple[SealedInside, ...] = ()
    """The sealed papers inside."""
    cannot_know: str = _CANNOT_KNOW
    """What this check cannot see."""


def verify_packet(pdf: bytes, known: KeyRing | None) -> PacketReport:
    """Say whether a packet is what was written.

    Args:
        pdf: The packet, or one part of it.
        known: The certificates of this installation; None: it has never sealed.

    Returns:
        The report. A changed packet is an answer, not an exception.

    Raises:
        FormatError: it cannot be opened as a PDF.
    """
    found = [finding.message for finding in check(pdf)]
    manifest = manifest_of(pdf)
    files = papers_of(pdf)
    sealed = tuple(_sealed(name, content, known) for name, content in files.items() if is_sealed(content))
    return PacketReport(
        is_whole=not found and all(one.state is SealState.INTACT for one in sealed),
        case=manifest.case if manifest else None,
        made_on=manifest.made_on if manifest else None,
        part=manifest.part if manifest else None,
        parts=manifest.parts if manifest else None,
        files=sum(entry.is_attached for entry in manifest.entries) if manifest else 0,
        findings=tuple(found),
        sealed=sealed,
    )


def _sealed(name: str, content: bytes, known: KeyRing | None) -> SealedInside:
    try:
        report = verify_seal(content, known)
    except FormatError as refused:
        return SealedInside(file_name=name, says=refused.message)
    return SealedInside(file_name=name, state=report.state, says=report.says)
