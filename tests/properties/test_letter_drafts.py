"""What holds of the draft of any case, whatever the record says or leaves out."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.adjudication.decide import Judge
from necessity.domain.case import Case
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_papers import PaperKind
from necessity.errors import RecordError
from necessity.formats.letter.text import as_text, paper_as_text
from necessity.formats.letter.write import write, write_paper
from necessity.workflow.draft_letter import draft_letter, refusal
from necessity.workflow.letter_papers import make_paper
from tests.strategies import cases

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
few = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
fewer = settings(few, max_examples=25)  # two papers are set for each


def safe(case: Case, on: date) -> Case:
    """Answer the screen, so that the draft is not stopped."""
    blank = {name: None for name in type(case.patient).model_fields if name.startswith("screen_")}
    answers = {**blank, "red_flag_found": False, "red_flags_screened_on": on}
    return case.model_copy(update={"patient": case.patient.model_copy(update=answers)})


@few
@given(case=cases(), on=DAYS)
def test_a_draft_is_made_or_refused_in_words(judge: Judge, case: Case, on: date) -> None:
    """No record, however odd, may end in a fault of ours; and the refusal and the draft exclude each other."""
    stopped = refusal(judge, case, on)
    if stopped is None:
        assert draft_letter(judge, case, letter="a-new-letter", on=on).case == case.id
    else:
        assert stopped.next_step
        with pytest.raises(RecordError):
            draft_letter(judge, case, letter="a-new-letter", on=on)


@fewer
@given(case=cases(), on=DAYS, kind=st.sampled_from(PaperKind))
def test_a_draft_ticks_nothing_reaches_back_to_nothing_and_can_be_read_again(
    judge: Judge, case: Case, on: date, kind: PaperKind
) -> None:
    """These are promises of every letter, not of the good ones."""
    case = safe(case, on)
    draft = draft_letter(judge, case, letter="a-new-letter", on=on)
    assert {one.agreed for one in draft.statements} <= {None}
    assert draft.starts_on is None or draft.starts_on >= on
    assert draft.last_seen_on is None or draft.last_seen_on <= on
    assert LetterDraft.model_validate_json(draft.as_json()) == draft
    paper = make_paper(judge, case, kind, on=on)
    assert as_text(draft)
    assert paper_as_text(paper)
    assert write(draft).startswith(b"%PDF-")
    assert write_paper(paper).startswith(b"%PDF-")
