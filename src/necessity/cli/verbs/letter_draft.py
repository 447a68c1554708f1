"""`necessity letter draft`: a letter of medical necessity from the case, with everything that is still open."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.domain.case import Case
from necessity.domain.funding import FundingSource
from necessity.domain.letter_draft import DraftQuestion, LetterDraft
from necessity.errors import SettingError, StoreError
from necessity.workflow.draft_letter import Refusal, draft_letter, free_letter_id, refusal, version_after

_KINDS = (".pdf", ".txt", ".json")


def letter_draft(
    case: Path,
    *,
    to: str | None = None,
    letter: str | None = None,
    replaces: str | None = None,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    return_code: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Draft the letter for a clinician to read, change and sign, and list what is open.

    What the record does not say is a question, never filler. A red flag, or safety questions that are not answered,
    stop the draft. The letter speaks from the day it is signed.

    Parameters
    ----------
    case
        The case folder.
    to
        The funding source it is for, by id, payer or kind: what its payer asks for goes in, in its order.
    letter
        Id of the letter: a new one, or one in the record that is not signed; left out: the first that is free.
    replaces
        Id of a signed letter that this one corrects.
    output
        FILE.pdf, FILE.txt or FILE.json; left out: text on the screen.
    return_code
        Text of a QR mark on the PDF, by which a photographed page finds its letter.
    on
        The day of the draft; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    _check_output(output)
    judge = wiring.judge()
    stopped = refusal(judge, record, day)
    if stopped:
        return refuse(stopped, as_json=as_json)
    source = chosen_source(record, to)
    draft = draft_letter(
        judge,
        record,
        letter=letter or free_letter_id(record),
        on=day,
        funding_source=source.id if source else None,
        version=version_after(record, replaces),
        replaces=replaces,
    )
    if output:
        write_file(output, _content(draft, output, return_code))
    if as_json:
        print(json.dumps({"file": output and str(output), "draft": json.loads(draft.as_json())}, indent=2))
    else:
        _show(draft, output)
    return 1 if any(question.is_required for question in draft.questions) else 0


def _check_output(output: Path | None) -> None:
    if output and output.suffix.lower() not in _KINDS:
        raise SettingError(
            f"{output.name} has no ending that says what to write.",
            f"End its name with one of: {', '.join(_KINDS)}.",
            setting="-o",
        )


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


def _content(draft: LetterDraft, output: Path, return_code: str | None) -> bytes:
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


def _show(draft: LetterDraft, output: Path | None) -> None:
    page = Sheet()
    if output is None:
        from necessity.formats.letter.text import as_text

        print(as_text(draft.model_copy(update={"questions": ()}), width=page.width))
    waits = [question for question in draft.questions if question.is_required]
    others = [question for question in draft.questions if not question.is_required]
    where = output or f"{draft.letter}, version {draft.version}"
    page.line(f"{'?' if waits else '✔'} {where}: a draft, not signed{_for(draft)}", 0)
    show_questions(page, "The letter waits for these answers", waits)
    show_questions(page, "Worth settling", others)
    page.gap()
    page.line("→ Take it to the clinician, who may change every word, sign, or recommend something else.", 0)
    page.line("It speaks from the day it is signed and is not dated back. This is not medical advice.", 0)


def _for(draft: LetterDraft) -> str:
    return f", for {draft.payer_name}" if draft.payer_name else ""


def show_questions(page: Sheet, title: str, questions: list[DraftQuestion]) -> None:
    """List questions with the answers that are offered and where the record keeps them."""
    if not questions:
        return
    page.gap()
    page.line(title, 0)
    for question in questions:
        page.item("?" if question.is_required else "•", f"{question.asks} ({question.of})")
        for choice in question.choices:
            page.item("[ ]", choice.words, 6)
        if question.field:
            page.line(f"in case.toml, {question.field}", 6)
