"""Twenty letters as a person would read them: five conditions before four payers; and the papers beside one of them."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from necessity.adjudication.decide import Judge
from necessity.domain.letter_papers import PaperKind
from necessity.formats.letter.text import as_text
from necessity.formats.letter.write import write, write_paper
from necessity.workflow.draft_letter import draft_letter, draft_renewal
from necessity.workflow.letter_papers import make_paper
from tests.conftest import Golden
from tests.letters import CASES, ON, PAYERS, agreed, back_pain, knee, measured, signature

HERE = Path(__file__).parent


def shown(pdf: bytes) -> str:
    """Read a PDF's text page by page, as a claims examiner's program would."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode().replace("\f", "\n" + "─" * 40 + "\n")


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize("condition", CASES)
def test_a_letter_reads_as_it_did_when_a_person_read_it(
    judge: Judge, golden: Golden, condition: str, payer: str
) -> None:
    """A change of one word can cost somebody the reimbursement; so each is looked at."""
    draft = draft_letter(judge, CASES[condition](), letter="letter1", on=ON, funding_source=payer)
    golden.check(HERE / f"{condition}_{payer}.expected", shown(write(draft)))


def test_a_signed_letter_has_a_page_about_its_signature(judge: Judge, golden: Golden) -> None:
    """What a seal proves and what it does not must stand in the file itself."""
    draft = agreed(draft_letter(judge, back_pain(), letter="letter1", on=ON, funding_source="wageworks"))
    golden.check(HERE / "signed.expected", shown(write(draft, signature(draft))))


def test_a_renewal_says_what_the_measurements_show(judge: Judge, golden: Golden) -> None:
    """It goes to whoever asks whether the training did anything."""
    case = measured(knee(), (date(2026, 5, 6), "9"), (date(2026, 7, 6), "12"))
    signed = case.letters[0].model_copy(update={"signature": "wet_ink", "signed_on": date(2026, 5, 12)})
    case = case.model_copy(update={"letters": (signed,)})
    draft = draft_renewal(judge, case, renews="letter1", letter="letter2", on=date(2026, 7, 20))
    golden.check(HERE / "renewal.expected", shown(write(draft, return_code="NEC-LETTER2")))


def test_the_plain_text_copies_cleanly(judge: Judge, golden: Golden) -> None:
    """It is pasted onto a letterhead or into another record system: one paragraph a line, no columns."""
    draft = draft_letter(judge, CASES["diabetes"](), letter="letter1", on=ON, funding_source="fsafeds")
    golden.check(HERE / "diabetes_fsafeds_text.expected", as_text(draft))


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_reads_as_it_did_when_a_person_read_it(judge: Judge, golden: Golden, kind: PaperKind) -> None:
    """Trainers and patients fill these in by hand."""
    paper = make_paper(judge, back_pain(), kind, on=ON, funding_source="takecommand")
    golden.check(HERE / f"paper_{kind}.expected", shown(write_paper(paper)))
