"""The papers beside a letter: order, patient's statement, training plan, session note, progress report."""

from datetime import date

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter_papers import LetterPaper, PaperKind
from necessity.rulebook.paper_words import paper_words
from necessity.workflow.draft_letter import desk_for
from necessity.workflow.drafting.sheets import Sheets


def make_paper(
    judge: Judge,
    case: Case,
    kind: PaperKind,
    *,
    on: date,
    funding_source: str | None = None,
    names_condition: bool = False,
) -> LetterPaper:
    """Make one paper from the record; what the record does not hold is a line to write on.

    Args:
        judge: The rulebook, for the safety screen: what stops a letter stops its papers too.
        case: The record.
        kind: Which paper.
        on: The day it is made.
        funding_source: Whom the patient's statement is for; None: any.
        names_condition: Whether the trainer's papers name the condition; the patient decides that.

    Returns:
        The paper. The same inputs give the same paper.

    Raises:
        RecordError: the safety screen stops it, or the funding source is not in the record.
    """
    desk = desk_for(judge, case, on, funding_source=funding_source)
    sheets = Sheets(desk, paper_words(), names_condition=names_condition)
    made = {
        PaperKind.ORDER: sheets.order,
        PaperKind.PATIENT_STATEMENT: sheets.statement,
        PaperKind.TRAINING_PLAN: sheets.plan,
        PaperKind.SESSION_NOTE: sheets.note,
        PaperKind.PROGRESS_REPORT: sheets.report,
    }
    return made[kind]()
