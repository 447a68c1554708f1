"""Which papers go along with a packet: letters, receipts, another payer's answer, a gym's printout; nothing else."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from necessity.domain.case import Case
from necessity.domain.funding import FundingSource
from necessity.domain.receipt import Receipt
from necessity.errors import SettingError
from necessity.formats.packet.contents import PacketPaper, PaperKind
from necessity.formats.packet.view import day
from necessity.sealing.cms import has_traces
from necessity.sealing.safety import Trouble, faults
from necessity.workflow.packet_lines import Chosen
from necessity.workflow.packet_words import letter_title, receipt_title

Fetch = Callable[[str], bytes | None]
"""Hands out a paper by its path under papers/; None where it is not there."""


def papers_for(
    case: Case,
    chosen: Chosen,
    source: FundingSource | None,
    papers: Fetch,
    leave_out: tuple[str, ...],
    *,
    is_wellness: bool,
) -> tuple[PacketPaper, ...]:
    """Choose the papers that the claimed lines rest on.

    Args:
        case: The record.
        chosen: The lines.
        source: The funding source asked, as the record names it.
        papers: Hands out files.
        leave_out: Ids of papers that stay at home.
        is_wellness: Whether it goes to a wellness programme: no letter and no answer of an insurer is its business.

    Returns:
        The papers, with their bytes where they are at hand.

    Raises:
        SettingError: a paper to be left out is not among them.
    """
    receipts = _receipts(chosen.receipts(), papers)
    if is_wellness:
        found = (*receipts, *_logs(case, source, papers))
    else:
        letters = _letters(case, chosen.letters(), papers)
        found = (*letters, *receipts, *_answers(case, chosen, source, papers))
    for id in leave_out:
        if id not in {paper.id for paper in found}:
            known = ", ".join(paper.id for paper in found) or "none"
            step = f"Leave out one of: {known}."
            raise SettingError(f"No paper {id!r} would go along.", step, setting="--leave-out")
    return tuple(paper for paper in found if paper.id not in leave_out)


def _letters(case: Case, ids: list[str], papers: Fetch) -> Iterator[PacketPaper]:
    clinicians = {clinician.id: clinician for clinician in case.clinicians}
    for letter in case.letters:
        if letter.id in ids:
            title = letter_title(letter, clinicians.get(letter.signed_by or ""))
            yield _paper(letter.id, title, PaperKind.LETTER, letter.file, papers)


def _receipts(receipts: list[Receipt], papers: Fetch) -> Iterator[PacketPaper]:
    """Show each receipt once, and one file that proves several payments once for all of them."""
    by_file: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_file.setdefault(receipt.file or f"\0{receipt.id}", []).append(receipt)
    for together in by_file.values():
        ids = ", ".join(receipt.id for receipt in together)
        yield _paper(ids, receipt_title(together), PaperKind.RECEIPT, together[0].file, papers)


def _answers(case: Case, chosen: Chosen, source: FundingSource | None, papers: Fetch) -> Iterator[PacketPaper]:
    """Show what another payer said of the claimed services: most payers want to see its answer first."""
    claimed = {line.id for line, _ in chosen.claimed}
    others = {
        claim.id
        for claim in case.claims
        if (source is None or claim.funding_source != source.id)
        and claimed & {name for line in claim.service_lines for name in (line.expense, *line.also)}
    }
    for denial in case.denials:
        if denial.claim in others and denial.file:
            on = f", received {day(denial.received_on)}" if denial.received_on else ""
            title = f"Answer of another payer to claim {denial.claim}{on}"
            yield _paper(denial.id, title, PaperKind.ANSWER, denial.file, papers)


def _logs(case: Case, source: FundingSource | None, papers: Fetch) -> Iterator[PacketPaper]:
    """Show the gym's printouts and signed logs, each once."""
    own = [visit for visit in case.visits if source and visit.funding_source == source.id and visit.file]
    for file in dict.fromkeys(visit.file for visit in own):
        first = next(visit for visit in own if visit.file == file)
        of = f" of {first.facility}" if first.facility else ""
        yield _paper(f"visits-{first.id}", f"Attendance log or printout{of}", PaperKind.OTHER, file, papers)


def _unsafe(content: bytes) -> str:
    """Say why a PDF from outside must not travel: a script, a program, a bomb; what cannot be read shows elsewhere."""
    if b"%PDF-" not in content[:1024]:
        return ""
    refused = (Trouble.SCRIPTED, Trouble.HUGE)
    return next((fault.says for fault in faults(content) if fault.trouble in refused), "")


def is_sealed(content: bytes) -> bool:
    """Say whether a file is a PDF that carries a signature in its bytes, of whomever."""
    return b"%PDF-" in content[:1024] and has_traces(content)


def _paper(id: str, title: str, kind: PaperKind, file: str | None, papers: Fetch) -> PacketPaper:
    content = papers(file) if file else None
    unsafe = _unsafe(content) if content else ""
    return PacketPaper(
        id=id,
        title=title,
        kind=kind,
        file_name=PurePosixPath(file).name if file else None,
        content=content,
        unsafe=unsafe,
        is_sealed=content is not None and not unsafe and is_sealed(content),
    )
