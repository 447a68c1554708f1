"""What a file that is to go out carries: claims, a part of a whole, an appeal; and what keeps it at home."""

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

from necessity.domain.case import Case
from necessity.domain.claim import ClaimState
from necessity.domain.claim_paper import ClaimPaper
from necessity.domain.full_claim import FullClaim
from necessity.domain.funding import FundingSource
from necessity.domain.manifest import Manifest
from necessity.errors import FormatError, RecordError
from necessity.formats.appeal.contents import AppealContents
from necessity.workflow.carried.intact import changes
from necessity.workflow.carried.our_papers import OurKind, OurPaper, known_paper
from necessity.workflow.carried.says import statement_of

_REVIEW = "external"


class GoingOut(NamedTuple):
    """What a file carries, as far as it says so itself."""

    claims: tuple[str, ...] = ()
    """Ids of the claims of the record that are in it."""
    part: int | None = None
    """Which part of a whole it is."""
    parts: int | None = None
    """How many parts there are."""
    appeals: str | None = None
    """Id of the refusal it disputes."""
    asks_review: bool = False
    """Whether it asks for a review by somebody independent."""
    kinds: tuple[str, ...] = ()
    """What papers are in it, for the cover of a fax: nothing about health."""
    content: bytes = b""
    """The file as it goes out: an appeal without the page that is for its sender alone."""


def going_out(
    content: bytes, case: Case, source: FundingSource, payer_names: dict[str, frozenset[str]], said: tuple[str, ...]
) -> GoingOut:
    """Look into a file that is to be sent.

    Args:
        content: The file.
        case: The record.
        source: Whom it is to go to.
        payer_names: What each funding source of the case may be called on a paper, by its id.
        said: Ids of the claims it carries, as somebody says; empty: the file says it.

    Returns:
        What it carries.

    Raises:
        RecordError: it is a draft, of another case, for another payer, or of other claims than said.
    """
    paper = known_paper(content) if content.startswith(b"%PDF") else None
    if paper is None:
        carried = _of_message(content, case, source)
    else:
        _refuse(paper, case, source, payer_names)
        carried = _of_paper(paper, case, source)
    if said and carried.claims and set(said) != set(carried.claims):
        raise _kept(
            f"The file holds {', '.join(carried.claims)}, not {', '.join(said)}.",
            "Leave --claim out: the file says itself which claim it holds; or name the right file.",
        )
    if paper and isinstance(paper.record, AppealContents) and paper.record.missing:
        content = _without_own_page(content, paper)
    return carried._replace(claims=said or carried.claims, content=content)


def _without_own_page(content: bytes, paper: OurPaper) -> bytes:
    """Write an appeal again without the page that lists what is missing: it is for the sender alone."""
    from necessity.formats.appeal.read import read
    from necessity.workflow.appeal import appeal_pdf

    if any(one.weight == "required" for one in changes(content, paper, None)):
        raise _kept("This appeal is no longer what was written.", "Write it again, and add that.")
    return appeal_pdf(read(content).model_copy(update={"missing": ()}))


def _kept(message: str, next_step: str) -> RecordError:
    return RecordError(message, next_step, field="file", value=None, allowed="a finished paper of this case")


def _refuse(paper: OurPaper, case: Case, source: FundingSource, payer_names: dict[str, frozenset[str]]) -> None:
    """Refuse what would do harm if it went: a draft, a page for its sender, somebody else's papers."""
    if paper.fault:
        raise _kept(f"The file is no longer what was written: {paper.fault.message}", "Write it again, and add that.")
    if paper.is_draft and paper.kind is not OurKind.APPEAL:
        raise _kept("This paper is marked as a draft.", "Write it without the mark, and add that.")
    if paper.kind is OurKind.LETTER_PAPER or paper.kind is OurKind.FAX:
        return
    of = case_of(paper)
    if of not in (None, case.id):
        raise _kept(f"This paper is of the case {of!r}, not of {case.id!r}.", "Name a file of this case.")
    name = payer_of(paper)
    others = {id for id, names in payer_names.items() if name in names}
    if name and others and source.id not in others:
        raise _kept(
            f"This paper is for {name}, not for {source.id}; it may hold what {source.id} need not know.",
            f"Send it with --to {sorted(others)[0]}, or write the paper for {source.id}.",
        )


def case_of(paper: OurPaper) -> str | None:
    """Name the case a paper says it belongs to."""
    return getattr(paper.record, "case", None) or getattr(paper.record, "case_id", None)


def payer_of(paper: OurPaper) -> str | None:
    """Name whom a paper is for, as it says itself."""
    record = paper.record
    if isinstance(record, ClaimPaper):
        return record.claim.payer.name
    if isinstance(record, FullClaim):
        return None  # in capitals and cut to its box
    return statement_of(paper).get("payer_name")


def _of_paper(paper: OurPaper, case: Case, source: FundingSource) -> GoingOut:
    record, kinds = paper.record, _kinds(paper)
    if isinstance(record, ClaimPaper):
        return GoingOut(_known(case, source, [record.claim.control_number]), kinds=kinds)
    if isinstance(record, FullClaim):
        return GoingOut(_known(case, source, [record.control_number]), kinds=kinds)
    if isinstance(record, Manifest):
        return GoingOut(_claimed(case, source, statement_of(paper)), record.part, record.parts, kinds=kinds)
    if isinstance(record, AppealContents):
        known = record.denial if any(one.id == record.denial for one in case.denials) else None
        return GoingOut(appeals=known, asks_review=record.level == _REVIEW, kinds=kinds)
    return GoingOut(kinds=kinds)


def _claimed(case: Case, source: FundingSource, statement: dict[str, Any]) -> tuple[str, ...]:
    """Find the drafted claims whose services all stand on the statement of a packet."""
    rows = statement.get("rows")
    listed = {row.get("id") for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()
    found = []
    for claim in case.claims:
        behind = {id for line in claim.service_lines for id in (line.expense, *line.also) if id}
        is_open = claim.state in (None, ClaimState.DRAFT)
        if claim.funding_source == source.id and is_open and behind and behind <= listed:
            found.append(claim.id)
    return tuple(found)


def _known(case: Case, source: FundingSource, numbers: Iterable[str]) -> tuple[str, ...]:
    """Find the claims of the record by their numbers, as forms and messages shorten them."""
    wanted = {number.casefold() for number in numbers}
    own = (claim for claim in case.claims if claim.funding_source == source.id)
    return tuple(claim.id for claim in own if {claim.id.casefold(), claim.id[:20].casefold()} & wanted)


def _of_message(content: bytes, case: Case, source: FundingSource) -> GoingOut:
    """Find the claims in a message; a file that is none carries what is said of it."""
    from necessity.workflow.read_message import read_message

    try:
        summary = read_message(io.BytesIO(content), "the file")
    except FormatError:
        return GoingOut()
    told = [one.get("control_number") or (one.get("claim") or {}).get("control_number") for one in summary.claims]
    return GoingOut(_known(case, source, filter(None, told)))


_KINDS = {
    OurKind.APPEAL: ("appeal",),
    OurKind.LETTER: ("letter",),
    OurKind.STATEMENT: ("statement",),
    OurKind.SUPERBILL: ("superbill",),
    OurKind.CMS1500: ("claim form",),
    OurKind.CMS1500_PRINT: ("claim form",),
}


def _kinds(paper: OurPaper) -> tuple[str, ...]:
    """Say what papers are in it, by kind alone."""
    if not isinstance(paper.record, Manifest):
        return _KINDS.get(paper.kind, ("papers",))
    starts = (("statement", "statement"), ("letter", "letter"), ("receipt", "receipts"), ("answer", "answer"))
    ids = [entry.id for entry in paper.record.entries]
    found = [word for start, word in starts if any(id.startswith(start) for id in ids)]
    return (*found, *(["notes"] if "log" in ids else []))
