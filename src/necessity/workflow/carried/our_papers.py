"""Which of our papers a PDF is: told by the record inside it, or, for the print on the red form, by its places."""

from enum import StrEnum
from typing import NamedTuple

from pikepdf import Pdf

from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_papers import LetterPaper
from necessity.domain.manifest import Manifest
from necessity.domain.record import Record
from necessity.errors import FormatError
from necessity.formats.appeal.contents import AppealContents
from necessity.formats.appeal.write import FILE as APPEAL_FILE
from necessity.formats.cms1500.read import is_print
from necessity.formats.cms1500.read import read as read_print
from necessity.formats.cms1500.write import COPY_FILE
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.write import FILE as FAX_FILE
from necessity.formats.letter.write import LETTER_FILE, PAPER_FILE
from necessity.formats.packet.write import MANIFEST_FILE
from necessity.formats.pdf import attachments, carried_record, open_pdf
from necessity.formats.statement.write import FILE as STATEMENT_FILE
from necessity.formats.superbill.write import FILE as SUPERBILL_FILE


class OurKind(StrEnum):
    """Which paper."""

    PACKET = "packet"
    APPEAL = "appeal"
    LETTER = "letter"
    LETTER_PAPER = "letter-paper"
    STATEMENT = "statement"
    SUPERBILL = "superbill"
    CMS1500 = "cms1500"
    CMS1500_PRINT = "cms1500-print"
    FAX = "fax"


class _Mark(NamedTuple):
    kind: OurKind
    file: str
    called: str
    record: type[Record]


_MARKS = (
    _Mark(OurKind.FAX, FAX_FILE, "fax", FaxCover),
    _Mark(OurKind.PACKET, MANIFEST_FILE, "packet", Manifest),
    _Mark(OurKind.APPEAL, APPEAL_FILE, "appeal", AppealContents),
    _Mark(OurKind.LETTER, LETTER_FILE, "letter", LetterDraft),
    _Mark(OurKind.LETTER_PAPER, PAPER_FILE, "paper beside a letter", LetterPaper),
    _Mark(OurKind.STATEMENT, STATEMENT_FILE, "statement", ClaimPaper),
    _Mark(OurKind.SUPERBILL, SUPERBILL_FILE, "superbill", ClaimPaper),
    _Mark(OurKind.CMS1500, COPY_FILE, "copy of a CMS-1500", ClaimPaper),
)
"""By which file inside each is known. A whole comes before what it may hold: a packet carries a statement, too."""


class OurPaper(NamedTuple):
    """One paper of ours."""

    kind: OurKind
    """Which."""
    called: str
    """What people call it."""
    record: Record | None
    """What it carries; None: that is not as it was written."""
    fault: FormatError | None
    """Why there is no record."""
    files: dict[str, bytes]
    """All files inside it, by name."""
    pages: int
    """How many pages it has."""

    @property
    def is_draft(self) -> bool:
        """Whether it is not meant to go out yet: marked as a draft, or with a page for its sender alone."""
        if isinstance(self.record, AppealContents):
            return bool(self.record.missing)
        return isinstance(self.record, ClaimPaper | FaxCover) and self.record.is_draft


def known_paper(content: bytes) -> OurPaper | None:
    """Find out which of our papers a PDF is.

    Args:
        content: The PDF.

    Returns:
        The paper with its record; None where it is none of ours, or carries no record.

    Raises:
        FormatError: it cannot be opened as a PDF.
    """
    with open_pdf(content) as pdf:
        files, pages, printed = attachments(pdf), len(pdf.pages), is_print(pdf)
        mark = next((one for one in _MARKS if one.file in files), None)
        if mark is None:
            return _print(content, pages) if printed else None
        return _carried(content, mark, files, pdf)


def _carried(content: bytes, mark: _Mark, files: dict[str, bytes], pdf: Pdf) -> OurPaper:
    try:
        return OurPaper(
            mark.kind, mark.called, carried_record(content, mark.file, mark.called, mark.record), None, files,
            len(pdf.pages),
        )  # fmt: skip
    except FormatError as fault:
        return OurPaper(mark.kind, mark.called, None, fault, files, len(pdf.pages))


def _print(content: bytes, pages: int) -> OurPaper:
    called = "print for the red CMS-1500"
    try:
        return OurPaper(OurKind.CMS1500_PRINT, called, read_print(content), None, {}, pages)
    except FormatError as fault:
        return OurPaper(OurKind.CMS1500_PRINT, called, None, fault, {}, pages)
