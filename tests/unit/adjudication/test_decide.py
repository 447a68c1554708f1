"""The answer of a route out of the answers of its lines."""

from itertools import combinations_with_replacement, cycle

import pytest

from necessity.adjudication.decide import Judge
from necessity.adjudication.lines import Line
from necessity.adjudication.program import Decided
from necessity.domain.decision import Outcome, RouteDecision
from necessity.stores.folder import load_case
from tests.cast import ada
from tests.conftest import EXAMPLES
from tests.shipped import book, program
from tests.written import DAY

BEST_FIRST = (Outcome.PAYABLE, Outcome.PENDED, Outcome.REVIEW, Outcome.NOT_PAYABLE)
"""A route is worth going on with as long as one line is: what is open before what a person must judge."""


class Set:
    """A reader whose lines come to what a test says, in turn."""

    def __init__(self, judge: Judge, outcomes: tuple[Outcome, ...]) -> None:
        self._reader = judge._reader
        self._outcomes = outcomes

    def routes(self, decided: Decided) -> list[tuple[Line, list[Line]]]:
        found = self._reader.routes(decided)
        for _, lines in found:
            for line, outcome in zip(lines, cycle(self._outcomes), strict=False):
                line.outcome = outcome
        return found


def route(*outcomes: Outcome) -> RouteDecision:
    """Decide Ada's case with lines that come to these outcomes, and give her account's answer."""
    judge = Judge(book(), program())
    judge._reader = Set(judge, outcomes)  # type: ignore[assignment]
    decision = judge.decide(ada(), DAY)
    assert len([line for line in decision.lines if line.funding_source == "hsa"]) >= len(outcomes)
    return next(one for one in decision.routes if one.funding_source == "hsa")


@pytest.mark.parametrize(("better", "worse"), [*combinations_with_replacement(BEST_FIRST, 2)])
def test_a_route_is_as_good_as_its_best_line(better: Outcome, worse: Outcome) -> None:
    """Payable if one line is, else pended, review, not payable; whichever line stands first."""
    assert [route(better, worse).outcome, route(worse, better).outcome] == [better, better]


def test_a_last_day_at_two_administrators_cites_the_papers_of_both() -> None:
    """Whoever reads only the other one's source would think that theirs says nothing."""
    case = load_case(EXAMPLES / "02_fsa_diabetes_two_too_early").case
    (found,) = [d for d in Judge(book(), program()).decide(case, DAY).deadlines if d.rule == "letter_window_to"]
    assert {str(citation.kind) for citation in found.citations} >= {"payer_document", "regulation"}
    assert len({citation.id for citation in found.citations}) == len(found.citations)
