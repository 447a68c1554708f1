"""What a paper of ours says, in the shape every read message has: about whom and what, amounts, parts, next steps."""

import json
from collections.abc import Iterator
from typing import Any

from necessity.domain.claim_paper import ClaimPaper, spoken_name
from necessity.domain.dates import spoken
from necessity.domain.full_claim import FullClaim, FullLine
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_papers import LetterPaper
from necessity.domain.manifest import Manifest
from necessity.domain.message import Entry, Mark
from necessity.domain.money import dollars
from necessity.formats.appeal.contents import AppealContents
from necessity.formats.fax_cover.contents import FaxCover
from necessity.workflow.carried.our_papers import OurKind, OurPaper

_FILE_IT = "Keep account of it when it goes out: necessity outbox CASE add FILE --to FUNDING_SOURCE --by WAY"
_LEVELS = {"1": "the plan's first appeal", "2": "the plan's second appeal", "external": "somebody independent"}
Row = tuple[str, str]


def about(paper: OurPaper) -> tuple[Row, ...]:
    """Say of whom and what a paper is, label and value; what it does not say is left out."""
    rows = [*_about(paper), ("Pages", str(paper.pages))]
    return tuple((label, value) for label, value in rows if value)


def _about(paper: OurPaper) -> Iterator[Row]:
    match paper.record:
        case ClaimPaper() as record:
            yield from _about_claim(record.claim)
            yield "Made", spoken(record.made_on)
        case FullClaim() as claim:
            yield from _about_claim(claim)
        case Manifest() as manifest:
            said = statement_of(paper)
            yield "Case", manifest.case
            yield "For", str(said.get("payer_name") or "")
            yield "Patient", str(said.get("patient_name") or "")
            yield "Made", spoken(manifest.made_on)
            yield "Part", f"{manifest.part} of {manifest.parts}" if manifest.parts else ""
        case AppealContents() as appeal:
            yield "Claim", appeal.claim
            yield "Refusal", appeal.denial
            yield "Asks", _LEVELS.get(appeal.level, appeal.level)
            yield "Made", spoken(appeal.made_on)
        case LetterDraft() as draft:
            yield from _about_letter(draft)
        case LetterPaper() as beside:
            yield "Case", beside.case
            yield "Made", spoken(beside.made_on)
        case FaxCover() as cover:
            yield "To", cover.to.name
            yield "From", spoken_name(cover.sender)
            yield "Claim" if cover.is_of_claim else "Sender's number", cover.control_number
            yield "Day", spoken(cover.made_on)


def _about_claim(claim: FullClaim) -> Iterator[Row]:
    yield "Claim", claim.control_number
    yield "Payer", claim.payer.name
    yield "Patient", spoken_name(claim.patient.name)
    yield "Paid to", spoken_name(claim.billing_provider.name)
    yield "Diagnoses", ", ".join(claim.diagnoses)


def _about_letter(draft: LetterDraft) -> Iterator[Row]:
    yield "Case", draft.case
    yield "Letter", f"{draft.letter}, version {draft.version}"
    yield "Drafted", spoken(draft.drafted_on)
    yield "Patient", draft.patient_name or ""
    code = f" ({draft.code})" if draft.code else ""
    yield "Condition", f"{draft.condition_name or ''}{code}".strip()
    yield "Clinician", (draft.clinician.name if draft.clinician else None) or ""


def title(paper: OurPaper) -> str:
    """Say in a few words what a paper is."""
    record = paper.record
    if isinstance(record, AppealContents | LetterPaper):
        return record.title
    named = {
        OurKind.PACKET: "Packet for a payer",
        OurKind.LETTER: "Letter of medical necessity",
        OurKind.STATEMENT: "Itemised statement",
        OurKind.SUPERBILL: "Superbill",
        OurKind.CMS1500: "CMS-1500, copy to read",
        OurKind.CMS1500_PRINT: "CMS-1500, print for the red form",
        OurKind.FAX: "Fax" if paper.pages > 1 else "Cover of a fax",
    }
    draft = " (a draft, not to be filed)" if paper.is_draft and paper.kind is not OurKind.APPEAL else ""
    return named.get(paper.kind, paper.called.capitalize()) + draft


def statement_of(paper: OurPaper) -> dict[str, Any]:
    """Read the statement that a packet carries as data; empty where it has none that can be read."""
    try:
        said = json.loads(paper.files.get("statement.json", b"{}"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def claim_of(paper: OurPaper) -> FullClaim | None:
    """Give the claim a paper carries; None where it is about no single claim."""
    if isinstance(paper.record, ClaimPaper):
        return paper.record.claim
    return paper.record if isinstance(paper.record, FullClaim) else None


def totals(paper: OurPaper) -> dict[str, int | None]:
    """Count, and add up in cents, what a paper lists."""
    if claim := claim_of(paper):
        return {
            "claims": 1,
            "lines": len(claim.lines),
            "charged_cents": claim.total_cents,
            "patient_paid_cents": claim.patient_paid_cents,
        }
    if isinstance(paper.record, Manifest):
        rows = statement_of(paper).get("rows") or []
        asked = [row.get("claimed_cents") for row in rows if isinstance(row, dict)]
        whole = None if None in asked else sum(one or 0 for one in asked)
        return {
            "files": sum(one.is_attached for one in paper.record.entries),
            "lines": len(asked),
            "asked_cents": whole,
        }
    if isinstance(paper.record, AppealContents):
        return {"exhibits": len(paper.record.exhibits), "lines": len(paper.record.lines)}
    return {}


def entries(paper: OurPaper) -> Iterator[Entry]:
    """List the parts of a paper: lines of a claim, files of a packet, exhibits of an appeal, questions of a draft."""
    if claim := claim_of(paper):
        yield from (_line(line) for line in claim.lines)
    elif isinstance(paper.record, Manifest):
        for one in paper.record.entries:
            pages = f"page {one.first_page}" if one.pages == 1 else f"{one.pages} pages from {one.first_page}"
            inside = "the file is inside" if one.is_attached else "shown only"
            yield Entry(title=one.title, lines=(f"{pages}; {one.file_name}, {inside}",))
    elif isinstance(paper.record, AppealContents):
        yield from (Entry(title=f"Exhibit {one.number}: {one.title}") for one in paper.record.exhibits)
        yield from (Entry(mark=Mark.OPEN, title=words) for words in paper.record.missing)
    elif isinstance(paper.record, LetterDraft):
        yield from (Entry(mark=Mark.OPEN, title=one.asks) for one in paper.record.questions if one.is_required)
    elif isinstance(paper.record, FaxCover):
        yield from (Entry(title=words.capitalize()) for words in paper.record.papers)


def _line(line: FullLine) -> Entry:
    code = " ".join(filter(None, (line.procedure_code, *line.modifiers)))
    units = f" × {line.units}" if line.units else ""
    what = f"{code}{units}" if code else line.words or "in no words"
    minutes = f", {line.minutes} minutes" if line.minutes else ""
    return Entry(title=f"{spoken(line.served_on)}  {what}{minutes}  {dollars(line.charge_cents)}")


def next_steps(paper: OurPaper) -> tuple[str, ...]:
    """Say what can be done with it."""
    if isinstance(paper.record, AppealContents) and paper.record.missing:
        return ("Add what is missing, and write it again; its last page is for the sender alone.",)
    if isinstance(paper.record, LetterDraft):
        return ("See where it stands: necessity letter status CASE",)
    if paper.record is None or paper.is_draft or isinstance(paper.record, LetterPaper):
        return ()
    return (_FILE_IT,)
