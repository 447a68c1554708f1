"""Whether a paper of ours is still as it was written: seals and lists are checked, other papers are written anew.

The same record gives the same pages. So where what a paper shows differs from what its own record gives, one of the
two was changed; or another edition of the program wrote it, which cannot be told from the paper.
"""

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_papers import LetterPaper
from necessity.domain.message import MessageFinding
from necessity.domain.return_code import return_code
from necessity.domain.signature import SignatureRecord
from necessity.errors import FormatError
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.packet.page_digest import pages_digest
from necessity.formats.pdf import open_pdf
from necessity.sealing.claims import SIGNATURE
from necessity.sealing.cms import has_traces
from necessity.sealing.keys import KeyRing
from necessity.sealing.report import SealState
from necessity.sealing.verify import verify
from necessity.workflow.carried.our_papers import OurKind, OurPaper
from necessity.workflow.verify_packet import verify_packet

_ASK = "Ask whoever gave it to you for the file as it was written; until then trust neither page nor record."


def found(check: str, message: str, next_step: str, *, weight: str = "required") -> MessageFinding:
    """Make a finding about a PDF as a whole."""
    return MessageFinding(check=f"pdf.{check}", weight=weight, message=message, next_step=next_step, where="the file")


def changes(content: bytes, paper: OurPaper, known: KeyRing | None) -> Iterator[MessageFinding]:
    """Say what of a paper is not as it was written.

    Args:
        content: The PDF.
        paper: Which paper of ours it is.
        known: The certificates of this installation; None: it has never sealed.

    Returns:
        Nothing where it is intact. Where that cannot be known, an advice says so.
    """
    if paper.fault:
        yield found("record_is_whole", paper.fault.message, paper.fault.next_step)
    elif paper.kind is OurKind.PACKET:
        yield from _packet(content, known)
    elif paper.kind is OurKind.LETTER and has_traces(content):
        yield from _sealed(content, known)
    elif paper.kind is OurKind.CMS1500_PRINT:
        text = "Whether a printed value was changed cannot be known: a print for the red form carries no record."
        yield found("cannot_know", text, "Compare it with the copy to read, which does.", weight="advisory")
    elif paper.kind is OurKind.FAX and paper.pages > 1:
        yield from _fax(paper)
    else:
        yield from _pages(content, paper)


def _packet(content: bytes, known: KeyRing | None) -> Iterator[MessageFinding]:
    report = verify_packet(content, known)
    for says in report.findings:
        yield found("packet_is_whole", says, "Write the packet again from the case, or ask for it again.")
    for one in report.sealed:
        if one.state is not SealState.INTACT:
            step = "See more with: necessity packet verify FILE"
            yield found("seal_holds", f"{one.file_name}, sealed inside: {one.says}", step)


def _sealed(content: bytes, known: KeyRing | None) -> Iterator[MessageFinding]:
    report = verify(content, known)
    if report.state is not SealState.INTACT:
        yield found("seal_holds", report.says, "See more with: necessity letter verify FILE")
    for one in report.findings:
        weight = "required" if one.next_step and report.state is not SealState.INTACT else "advisory"
        yield found("seal_holds", one.says, one.next_step or "Nothing: it is good to know.", weight=weight)


def _fax(paper: OurPaper) -> Iterator[MessageFinding]:
    """Count the pages of a fax; its papers travel as pages alone, so that is all that can be said of them."""
    cover = paper.record
    if isinstance(cover, FaxCover) and cover.pages != paper.pages:
        text = f"The cover says {cover.pages} pages with itself, the file has {paper.pages}."
        yield found("pages_are_all_there", text, "Ask the sender for the pages that are missing.")
    text = "Whether a page behind the cover was changed cannot be known: only pages travel by fax."
    yield found("cannot_know", text, "Compare it with the paper it was made from.", weight="advisory")


def _pages(content: bytes, paper: OurPaper) -> Iterator[MessageFinding]:
    with open_pdf(content) as pdf:
        shown = pages_digest(pdf)
    if not any(_digest_of(write) == shown for write in _writers(content, paper)):
        text = (
            "Its pages do not show what the record inside says: one of them was changed, or another edition of this "
            "program wrote it."
        )
        yield found("pages_are_unchanged", text, _ASK)


def _digest_of(write: Callable[[], bytes]) -> str | None:
    """Take the digest of the pages that a record gives; None where it gives none."""
    try:
        with open_pdf(write()) as pdf:
            return pages_digest(pdf)
    except FormatError:
        return None


def _writers(content: bytes, paper: OurPaper) -> Iterator[Callable[[], bytes]]:
    """Give the ways in which the record of a paper may have been set on pages."""
    record = paper.record
    if isinstance(record, ClaimPaper):
        yield lambda: _claim_paper(paper.kind, record)
    elif isinstance(record, FaxCover):
        from necessity.formats.fax_cover.write import write

        yield lambda: write(record)
    elif isinstance(record, LetterPaper):
        from necessity.formats.letter.write import write_paper

        yield lambda: write_paper(record)
    elif isinstance(record, LetterDraft):
        yield from _letter(record, paper.files)
    elif paper.kind is OurKind.APPEAL:
        from necessity.formats.appeal.read import read
        from necessity.workflow.appeal import appeal_pdf

        yield lambda: appeal_pdf(read(content))


def _claim_paper(kind: OurKind, record: ClaimPaper) -> bytes:
    if kind is OurKind.SUPERBILL:
        from necessity.formats.superbill.write import write

        return write(record)
    if kind is OurKind.CMS1500:
        from necessity.formats.cms1500.write import write_copy

        return write_copy(record)
    from necessity.formats.statement.write import write as write_statement

    return write_statement(record, with_codes=any(line.procedure_code for line in record.claim.lines))


def _letter(draft: LetterDraft, files: dict[str, bytes]) -> Iterator[Callable[[], bytes]]:
    from necessity.formats.letter.write import write

    signature: SignatureRecord | None = None
    if SIGNATURE in files:
        try:
            signature = SignatureRecord.model_validate_json(files[SIGNATURE])
        except ValidationError:
            return
    yield lambda: write(draft, signature)
    yield lambda: write(draft, signature, return_code=return_code(draft).text)
