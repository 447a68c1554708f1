"""`necessity letter papers`: the papers beside a letter, each as a PDF or as text."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.cli.show_letter import chosen_source, refuse, write_file
from necessity.domain.letter_papers import LetterPaper, PaperKind
from necessity.errors import SettingError
from necessity.workflow.draft_letter import refusal
from necessity.workflow.letter_papers import make_paper


class Kind(StrEnum):
    """Which paper."""

    ORDER = "order"
    PATIENT_STATEMENT = "patient-statement"
    TRAINING_PLAN = "training-plan"
    SESSION_NOTE = "session-note"
    PROGRESS_REPORT = "progress-report"


def letter_papers(
    case: Path,
    *,
    kind: Kind,
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    to: str | None = None,
    name_condition: bool = False,
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
        order, patient-statement, training-plan, session-note or progress-report.
    output
        FILE.pdf or FILE.txt.
    to
        The funding source it is for, by id, payer or kind.
    name_condition
        Name the condition in the trainer's papers too; the patient decides that.
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
    paper = make_paper(
        judge,
        record,
        PaperKind(kind),
        on=day,
        funding_source=source.id if source else None,
        names_condition=name_condition,
    )
    write_file(output, _written(paper, as_text=output.suffix.lower() == ".txt"))
    if as_json:
        print(json.dumps({"file": str(output), "kind": kind}))
    else:
        Sheet().line(f"✔ {output}: {kind.replace('-', ' ')}, to be signed by hand", 0)
    return 0


def _written(paper: LetterPaper, *, as_text: bool) -> bytes:
    from necessity.formats.letter import text, write

    return text.paper_as_text(paper).encode() if as_text else write.write_paper(paper)
