"""How drafts of letters leave the command line: as a file, as questions, or as the reason why there is none."""

import json
from collections.abc import Iterable
from pathlib import Path

from necessity.cli.sheet import Sheet
from necessity.domain.case import Case
from necessity.domain.funding import FundingSource
from necessity.domain.letter_draft import DraftQuestion, LetterDraft
from necessity.errors import SettingError, StoreError
from necessity.workflow.draft_letter import Refusal
from necessity.workflow.letter_changes import Difference

KINDS = (".pdf", ".txt", ".json")
"""What a draft can be written as."""


def check_output(output: Path | None) -> None:
    """Make sure that a file's name says what to write.

    Raises:
        SettingError: it does not.
    """
    if output and output.suffix.lower() not in KINDS:
        raise SettingError(
            f"{output.name} has no ending that says what to write.",
            f"End its name with one of: {', '.join(KINDS)}.",
            setting="-o",
        )


def content_of(draft: LetterDraft, output: Path, return_code: str | None = None) -> bytes:
    """Write a draft as PDF, text or JSON, by the file's name; a return code goes on the PDF."""
    kind = output.suffix.lower()
    if kind == ".json":
        return draft.as_json()
    if kind == ".txt":
        from necessity.formats.letter.text import as_text

        return as_text(draft).encode()
    from necessity.formats.letter.write import write

    return write(draft, return_code=return_code)


def write_file(output: Path, content: bytes) -> None:
    """Write a file, with the folders above it.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{output} cannot be written: {error.strerror}.", "Name another file with -o.") from error


def chosen_source(record: Case, to: str | None) -> FundingSource | None:
    """Find the one funding source that is meant; None: any payer.

    Raises:
        SettingError: no funding source of the case, or several, go by that name.
    """
    if to is None:
        return None
    held = [source for source in record.funding_sources if source.held]
    chosen = [source for source in held if to in (source.id, source.payer, source.kind)]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(source.id for source in held) or "none"
    count = "no" if not chosen else "more than one"
    raise SettingError(
        f"--to {to!r} names {count} funding source of this case.", f"Name one of: {known}.", setting="--to"
    )


def refuse(stopped: Refusal, *, as_json: bool) -> int:
    """Say why nothing is drafted, and what to show a clinician: that is an answer, not a failure."""
    if as_json:
        print(json.dumps({"draft": None, **stopped._asdict()}, indent=2))
        return 1
    page = Sheet()
    page.line(f"✘ No letter is drafted. {stopped.reason}", 0)
    page.line(f"→ {stopped.next_step}", 0)
    if stopped.hand_over:
        page.gap()
        page.line(stopped.hand_over[0], 0)
        for line in stopped.hand_over[1:]:
            page.item("•", line)
    page.gap()
    page.line("A screen is no examination: a clinician decides. This is not medical advice.", 0)
    return 1


def open_questions(page: Sheet, draft: LetterDraft, *, ids: bool = False) -> None:
    """List what is open in a draft, what the letter waits for first."""
    waits = [question for question in draft.questions if question.is_required]
    others = [question for question in draft.questions if not question.is_required]
    show_questions(page, "The letter waits for these answers", waits, ids=ids)
    show_questions(page, "Worth settling", others, ids=ids)


def show_questions(page: Sheet, title: str, questions: list[DraftQuestion], *, ids: bool = False) -> None:
    """List questions with the answers that are offered and where the record keeps them.

    Args:
        page: Where to.
        title: What stands above them.
        questions: The questions.
        ids: Whether to show the names by which they are answered.
    """
    if not questions:
        return
    page.gap()
    page.line(title, 0)
    for question in questions:
        page.item("?" if question.is_required else "•", f"{_id(question.id, ids)}{question.asks} ({question.of})")
        for choice in question.choices:
            page.item("[ ]", f"{_id(choice.id, ids)}{choice.words}", 6)
        if question.field:
            page.line(f"in case.toml, {question.field}", 6)


def show_differences(page: Sheet, differences: Iterable[Difference], sign: str = "•") -> None:
    """List what the clinician changed or answered."""
    for one in differences:
        kind, _, id = one.field.partition(".")
        if kind == "questions":
            page.item(sign, f"answered {id}: {one.after or '(without words)'}")
        elif one.before and one.after and one.lines:
            page.item(sign, f"changed {one.field}:")
            for line in one.lines:
                if line[:1] in ("+", "-"):
                    page.item(line[:1], line[2:], 4)
        else:
            page.item(sign, f"changed {one.field}: {one.before or '(nothing)'} → {one.after or '(taken out)'}")


def _id(id: str, shown: bool) -> str:
    return f"{id}: " if shown else ""
