"""Read a PDF: which paper of ours it is and whether it is intact; a foreign one is told as such, with what to do."""

import json
from typing import BinaryIO

from necessity.domain.message import MessageFinding, MessageSummary
from necessity.errors import FormatError
from necessity.formats.pdf import open_pdf
from necessity.sealing.cms import has_traces
from necessity.sealing.keys import KeyRing
from necessity.sealing.safety import Trouble, faults
from necessity.sealing.verify import verify
from necessity.workflow.carried import says
from necessity.workflow.carried.intact import changes, found
from necessity.workflow.carried.our_papers import OurPaper, known_paper

_MOST_BYTES = 200_000_000
_WHOLE = "It is as it was written: what its pages show is what it carries."
_BY_KIND = (
    "A letter of medical necessity: necessity letter lint FILE shows what a payer would miss in it.",
    "A payer's refusal: put it under papers/ of the case, and write it down with: necessity post CASE --denial CLAIM "
    "--reason REASON --notice papers/FILE",
    "A receipt: put it under papers/ of the case, and name it in receipts.csv with day and amount.",
    "A plan document: copy its text out, and look for what matters with: necessity clauses CASE TEXT --source ID",
    "A paper of ours that was printed or scanned: ask for the file as it was written.",
)


def summarise(stream: BinaryIO, name: str, known: KeyRing | None) -> MessageSummary:
    """Read a PDF and say what it is.

    Args:
        stream: The file.
        name: What to call it.
        known: The certificates of this installation; None: it has never sealed.

    Returns:
        What it says. A changed or foreign paper is an answer, not an exception.

    Raises:
        FormatError: it cannot be opened as a PDF, or is too large.
    """
    content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        step = "Split it, or read its parts."
        raise FormatError(f"{name} is longer than {_MOST_BYTES // 1_000_000} MB.", step, format="pdf", place=name)
    try:
        paper = known_paper(content)
    except FormatError:
        if not has_traces(content):
            raise
        return _broken(content, known)
    return _foreign(content, known) if paper is None else _ours(content, paper, known)


def _ours(content: bytes, paper: OurPaper, known: KeyRing | None) -> MessageSummary:
    findings = tuple(changes(content, paper, known))
    claim = says.claim_of(paper)
    answers = () if claim or paper.record is None else (json.loads(paper.record.model_dump_json()),)
    return MessageSummary(
        kind=paper.kind,
        title=says.title(paper),
        about=says.about(paper),
        totals=says.totals(paper),
        claims=({**json.loads(claim.model_dump_json()), "total_cents": claim.total_cents},) if claim else (),
        answers=answers,
        entries=tuple(says.entries(paper)),
        findings=findings,
        required_findings=sum(one.weight == "required" for one in findings),
        next_steps=says.next_steps(paper),
        when_good=_WHOLE,
    )


def _broken(content: bytes, known: KeyRing | None) -> MessageSummary:
    """Tell a sealed file that can no longer be opened."""
    report = verify(content, known)
    step = "Ask whoever gave it to you for the file as it was sealed."
    findings = tuple(found("seal_holds", one.says, one.next_step or step) for one in report.findings)
    return MessageSummary(
        kind="PDF",
        title="A sealed PDF that was changed or damaged",
        findings=findings or (found("seal_holds", report.says, step),),
        required_findings=max(len(findings), 1),
    )


def _foreign(content: bytes, known: KeyRing | None) -> MessageSummary:
    with open_pdf(content) as pdf:
        pages = len(pdf.pages)
    text = "It carries no record of ours: it comes from elsewhere, or was printed or scanned. Nothing in it was read."
    findings = [found("ours", text, _BY_KIND[0]), *_of_foreign(content, known)]
    return MessageSummary(
        kind="PDF",
        title="A PDF that was not written here",
        about=(("Pages", str(pages)),),
        findings=tuple(findings),
        required_findings=1,
        next_steps=_BY_KIND,
    )


def _of_foreign(content: bytes, known: KeyRing | None) -> list[MessageFinding]:
    """Say what can be known of a foreign PDF: a signature in it, scripts and programs in it."""
    told = []
    if has_traces(content):
        try:
            says_ = verify(content, known).says
        except FormatError as refused:
            says_ = refused.message
        told.append(found("seal_holds", says_, "See more with: necessity letter verify FILE", weight="advisory"))
    for one in faults(content):
        if one.trouble is Trouble.SCRIPTED:
            step = "Open it with care; print it to a new PDF before it is kept or sent on."
            told.append(found("is_safe", one.says, step, weight="advisory"))
    return told
