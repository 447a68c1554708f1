"""The forms of one claim as a person reads them: Chen's eight lines for a plan, Ada's four hours for her account."""

import subprocess
from pathlib import Path

from necessity.adjudication.decide import Judge
from necessity.formats.cms1500.write import write as write_print
from necessity.formats.cms1500.write import write_copy
from necessity.formats.fax_cover.contents import cover_of
from necessity.formats.fax_cover.write import write as write_cover
from necessity.formats.statement.write import write as write_statement
from necessity.formats.superbill.write import write as write_superbill
from tests.claim_papers import adas_paper, chens_paper
from tests.conftest import Golden

HERE = Path(__file__).parent


def shown(pdf: bytes) -> str:
    """Read a PDF's text page by page, as a claims examiner's program would."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode().replace("\f", "\n" + "─" * 40 + "\n")


def test_the_forms_for_a_plan_read_as_they_did(judge: Judge, golden: Golden) -> None:
    """Read the diff as the payer who gets the paper."""
    paper = chens_paper(judge)
    golden.check(HERE / "cms1500_print.expected", shown(write_print(paper)))
    golden.check(HERE / "cms1500_copy.expected", shown(write_copy(paper)))
    golden.check(HERE / "superbill.expected", shown(write_superbill(paper)))
    golden.check(HERE / "fax_cover.expected", shown(write_cover(cover_of(paper, from_provider=True))))


def test_the_statement_for_an_account_reads_as_it_did(judge: Judge, golden: Golden) -> None:
    """No code, no diagnosis, and totals that add up."""
    golden.check(HERE / "statement.expected", shown(write_statement(adas_paper(judge))))
