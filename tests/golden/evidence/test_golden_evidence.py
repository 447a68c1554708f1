"""The argument as a case manager would read it, kept for three people."""

from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.letter import Condition
from necessity.domain.training import ServiceKind
from necessity.stores.folder import save_case
from tests.cast import ada, bruno
from tests.conftest import GOLDEN, Golden
from tests.console import Shell, kept, shell

__all__ = ["kept", "shell"]


def claudication() -> Case:
    """Leg pain on walking, a health plan and Medicare, and a wish to train with somebody."""
    condition = Condition(id="legs", name="claudication", code="I70.211", is_diagnosed=True)
    plan = FundingSource(id="plan", kind=FundingKind.GROUP_PLAN, held=True)
    medicare = FundingSource(id="medicare", kind=FundingKind.MEDICARE, held=True)
    return Case(
        id="claudication",
        service=ServiceKind.PERSONAL_TRAINING,
        conditions=(condition,),
        funding_sources=(plan, medicare),
    )


@pytest.mark.parametrize("case", [ada(), bruno(), claudication()], ids=lambda case: case.id)
def test_the_page_is_the_one_that_was_read(shell: Shell, golden: Golden, case: Case) -> None:
    """Figures, limits, sources and addressees as they were checked against the papers."""
    save_case(shell.folder / case.id, case, None)
    ran = shell("evidence", case.id)
    assert (ran.code, ran.err) == (0, "")
    golden.check(Path(GOLDEN / "evidence" / f"{case.id}.expected"), ran.out)
