"""Writing letters and the papers beside them: tagged PDF/A-3, the same bytes for the same inputs."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.domain.letter_papers import LetterPaper
from necessity.domain.signature import SignatureRecord
from necessity.errors import FormatError
from necessity.formats.letter.view import letter_view, paper_view
from necessity.formats.pdf import attach, open_pdf, save, typeset

LETTER_FILE = "letter.json"
PAPER_FILE = "paper.json"
_HERE = Path(__file__).parent
_JSON = "application/json"


class Attachment(NamedTuple):
    """A file that travels inside the letter, byte for byte."""

    name: str
    """Its name, without folders."""
    content: bytes
    """The file."""
    media_type: str
    """Such as application/fhir+json."""
    about: str
    """What it is, in a few words."""


def write(
    draft: LetterDraft,
    signature: SignatureRecord | None = None,
    *,
    return_code: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Write a letter as a PDF.

    Without a signature it is a draft: marked so on every page, with boxes for the clinician to tick and, at the end,
    what is still open. With one it has a last page about the signature, and says only what was agreed to. The letter's
    own JSON travels inside it.

    Args:
        draft: The letter.
        signature: Who signed it, and how that is known.
        return_code: Text of a QR mark by which a photographed page finds its letter; None: no mark.
        attachments: Files to carry along, such as the FHIR bundle.

    Returns:
        PDF/A-3b and PDF/UA-1, not sealed. The same inputs give the same bytes.

    Raises:
        FormatError: the signature is not of this draft, or under it something required is open.
    """
    if signature:
        _check_signed(draft, signature)
    made_on = signature.signed_at.date() if signature else draft.drafted_on
    pages = typeset(_HERE / "letter.typ", letter_view(draft, signature, return_code), made_on)
    own = Attachment(LETTER_FILE, draft.as_json(), _JSON, "The letter for machines; a signature names its SHA-256")
    return _with_files(pages, (own, *attachments), made_on)


def write_paper(paper: LetterPaper) -> bytes:
    """Write a paper beside a letter as a PDF.

    Args:
        paper: The paper.

    Returns:
        PDF/A-3b and PDF/UA-1. The same inputs give the same bytes.
    """
    pages = typeset(_HERE / "paper.typ", paper_view(paper), paper.made_on)
    own = Attachment(PAPER_FILE, paper.model_dump_json(indent=2).encode(), _JSON, "The paper for machines")
    return _with_files(pages, (own,), paper.made_on)


def _with_files(pages: bytes, files: Sequence[Attachment], made_on: date) -> bytes:
    names = [file.name for file in files]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FormatError(f"Two files are called {twice}.", "Give one of them another name.", format="letter")
    pdf = open_pdf(pages)
    for file in files:
        attach(pdf, file.name, file.content, file.media_type, file.about, made_on)
    return save(pdf)


def _check_signed(draft: LetterDraft, signature: SignatureRecord) -> None:
    """Refuse a signature of something else, and one under a letter that is not complete."""
    if (signature.letter, signature.version, signature.draft_sha256) != (draft.letter, draft.version, draft.sha256):
        raise FormatError(
            f"The signature is not of this text: it names {signature.letter}, version {signature.version}, "
            f"SHA-256 {signature.draft_sha256[:12]}…; the text is {draft.letter}, version {draft.version}, "
            f"SHA-256 {draft.sha256[:12]}….",
            "Have this version signed, or write the version that was signed.",
            format="letter",
        )
    faults = [f"{one.id}: {one.asks}" for one in draft.questions if one.is_required]
    faults += [
        f"{one.id}: the clinician has not answered this statement"
        for one in draft.statements
        if one.by is Speaker.CLINICIAN and one.agreed is None
    ]
    if faults:
        raise FormatError(
            "A signed letter cannot leave these open:",
            "Settle them in the review; that makes a new version to sign.",
            format="letter",
            faults=tuple(faults),
        )
