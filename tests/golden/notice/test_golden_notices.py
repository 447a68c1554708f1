"""Notices as members read them: a person reads each before it changes."""

from pathlib import Path

import pytest

from necessity.formats.notice.text import as_text
from tests.conftest import Golden
from tests.unit.workflow.test_notices import example, notices

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["02_fsa_diabetes_two_too_early", "03_prediabetes_questionnaire"])
def test_a_notice_reads_as_kept(name: str, golden: Golden) -> None:
    """A refusal that changes its words changes what somebody can do about it."""
    text = "\n---\n\n".join(as_text(one) for one in notices(example(name)))
    golden.check(HERE / f"{name}.expected", text)
