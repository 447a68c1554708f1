"""Letters and papers as plain text: to put on a letterhead, into another record system, or onto a terminal."""

import textwrap
from collections.abc import Iterator

from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.domain.letter_papers import LetterPaper
from necessity.formats.letter.view import clinician_lines, identity, said, statements, title_of

_LINE = "______________________"


def as_text(draft: LetterDraft, *, width: int | None = None) -> str:
    """Write a letter as plain text that copies cleanly: no columns, one paragraph a line.

    What the letter waits for stands at the end in brackets, so that no copy looks whole that is not. The patient's
    own statement is a paper of its own and is not in it.

    Args:
        draft: The letter.
        width: Fold lines at this many characters; None: leave each paragraph on one line.
    """
    blocks = list(_letter(draft))
    return "\n\n".join(_folded(block, width) for block in blocks) + "\n"


def _folded(block: str, width: int | None) -> str:
    if width is None:
        return block
    lines = []
    for line in block.split("\n"):
        hang = "  " if line.startswith("- ") else "    " if line.startswith(("[ ] ", "[")) else ""
        lines.append(textwrap.fill(line, width, subsequent_indent=hang, break_long_words=False) if line else "")
    return "\n".join(lines)


def _letter(draft: LetterDraft) -> Iterator[str]:
    words, mark = said(), said()["mark"]
    if draft.clinician:
        yield "\n".join(clinician_lines(draft.clinician))
    yield title_of(draft).upper()
    yield "\n".join(f"{label}: {value}" for label, value in identity(draft))
    for section in draft.sections:
        yield "\n".join([section.heading.upper(), *section.paragraphs, *(f"- {one}" for one in section.listed)])
    own = statements(draft, signed=False)
    answered = {one.words: one.agreed for one in draft.statements if one.by is Speaker.CLINICIAN}
    if own:
        listed = [f"[{'x' if answered[one] else ' '}] {one}" for one in own if answered[one] is not False]
        yield "\n".join([words["heading"]["statements"].upper(), *listed])
    name = clinician_lines(draft.clinician)[:1]
    yield "\n".join([f"{mark['signature']}: {_LINE}   {mark['date']}: {_LINE}", *name])
    if draft.sources:
        listed = [f"[{one.number}] {one.text}" for one in draft.sources]
        yield "\n".join([words["heading"]["sources"].upper(), *listed])
    waits = [f"[{question.asks}]" for question in draft.questions if question.is_required]
    if waits:
        yield "\n".join([words["heading"]["questions"].upper(), *waits])


def paper_as_text(paper: LetterPaper, *, width: int | None = None) -> str:
    """Write a paper as plain text; what is to be filled in by hand is a line.

    Args:
        paper: The paper.
        width: Fold lines at this many characters; None: leave each paragraph on one line.
    """
    return "\n\n".join(_folded(block, width) for block in _paper(paper)) + "\n"


def _paper(paper: LetterPaper) -> Iterator[str]:
    mark = said()["mark"]
    yield paper.title.upper()
    for part in paper.parts:
        lines = [part.heading.upper()] if part.heading else []
        lines += [f"{row.label}: {row.value or _LINE}" for row in part.rows]
        lines += [f"[ ] {one}" for one in part.ticks]
        lines += [*part.paragraphs, *(f"- {one}" for one in part.listed)]
        if part.table and any(part.table.columns):
            lines += [" | ".join(part.table.columns)]
            lines += [" | ".join(cell or "____" for cell in row) for row in part.table.rows]
        yield "\n".join(lines)
    for one in paper.signatures:
        who = ", ".join(text for text in (one.name, one.role) if text)
        signed = f"{mark['signature']}: {_LINE}   {mark['date']}: {_LINE}"
        yield "\n".join(text for text in (one.says, signed, who, *one.details) if text)
    if paper.sources:
        listed = [f"[{one.number}] {one.text}" for one in paper.sources]
        yield "\n".join([said()["heading"]["sources"].upper(), *listed])
