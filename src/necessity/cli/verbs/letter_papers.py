"""`necessity letter papers`: the papers beside a letter, each as a PDF or as text."""

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from necessity.adjudication.decide import Judge
from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.cli.verbs.letter_draft import chosen_source, refuse, show_questions, write_file
from necessity.domain.case import Case
from necessity.domain.letter_draft import DraftQuestion
from necessity.domain.letter_papers import PaperKind
from necessity.errors import SettingError
from necessity.workflow.draft_letter import draft_renewal, free_letter_id, refusal
from necessity.workflow.letter_papers import make_paper


class Kind(StrEnum):
    """Which paper."""

    ORDER = "order"
    PATIENT_STATEMENT = "patient-statement"
    TRAINING_PLAN = "training-plan"
    SESSION_NOTE = "session-note"
    PROGRESS_REPORT = "progress-report"
    RENEWAL = "renewal"


def letter_papers(
    case: Path,
    *,
    kind: Kind,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    to: str | None = None,
    letter: str | None = None,
    name_condition: bool = False,
    return_code: str | None = None,
    on: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Write a paper beside the letter: for the clinician, the patient or the trainer.

    What the record does not hold is a line to fill in by hand. The trainer's papers do not name the condition unless
    asked to.

    Parameters
    ----------
    case
        The case folder.
    kind
        order, patient-statement, training-plan, session-note, progress-report or renewal.
    output
        FILE.pdf or FILE.txt.
    to
        The funding source it is for, by id, payer or kind.
    letter
        For a renewal: the letter to renew; left out: the one signed last.
    name_condition
        Name the condition in the trainer's papers too; the patient decides that.
    return_code
        Text of a QR mark on the PDF, by which a photographed page finds its case.
    on
        The day; today if left out.
    as_json
        One JSON document instead of words.
    """
    day = wiring.today(on)
    record = wiring.read_case(case)
    if output.suffix.lower() not in (".pdf", ".txt"):
        step = "End its name with .pdf or .txt."
        raise SettingError(f"{output.name} has no ending that says what to write.", step, setting="-o")
    judge = wiring.judge()
    stopped = refusal(judge, record, day)
    if stopped:
        return refuse(stopped, as_json=as_json)
    source = chosen_source(record, to)
    wanted = _Wanted(kind, day, source.id if source else None, letter, name_condition, return_code)
    content, questions = _written(judge, record, wanted, as_text=output.suffix.lower() == ".txt")
    write_file(output, content)
    waits = [question for question in questions if question.is_required]
    if as_json:
        print(json.dumps({"file": str(output), "kind": kind, "open": [q.model_dump(mode="json") for q in questions]}))
    else:
        page = Sheet()
        page.line(f"{'?' if waits else '✔'} {output}: {kind.replace('-', ' ')}, to be signed by hand", 0)
        show_questions(page, "The letter waits for these answers", waits)
        show_questions(page, "Worth settling", [question for question in questions if not question.is_required])
    return 1 if waits else 0


class _Wanted(NamedTuple):
    """What was asked for."""

    kind: Kind
    on: date
    funding_source: str | None
    letter: str | None
    name_condition: bool
    return_code: str | None


def _written(judge: Judge, record: Case, wanted: _Wanted, *, as_text: bool) -> tuple[bytes, tuple[DraftQuestion, ...]]:
    """Write the paper, and list what is open in it; only a renewal asks."""
    from necessity.formats.letter import text, write

    if wanted.kind is not Kind.RENEWAL:
        paper = make_paper(
            judge,
            record,
            PaperKind(wanted.kind),
            on=wanted.on,
            funding_source=wanted.funding_source,
            names_condition=wanted.name_condition,
        )
        return text.paper_as_text(paper).encode() if as_text else write.write_paper(
            paper, return_code=wanted.return_code
        ), ()
    draft = draft_renewal(
        judge,
        record,
        renews=wanted.letter or _last_signed(record),
        letter=free_letter_id(record),
        on=wanted.on,
        funding_source=wanted.funding_source,
    )
    return text.as_text(draft).encode() if as_text else write.write(
        draft, return_code=wanted.return_code
    ), draft.questions


def _last_signed(record: Case) -> str:
    signed = [letter for letter in record.letters if letter.signed_on and letter.signature != "unsigned"]
    if not signed:
        step = "Draft a first letter: necessity letter draft CASE."
        raise SettingError("There is no signed letter to renew in this case.", step, setting="--letter")
    return max(signed, key=lambda letter: (str(letter.signed_on), letter.id)).id
