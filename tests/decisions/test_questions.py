"""What a whole case asks: each fact once over all its routes, and answering what it asks settles it."""

from datetime import date
from functools import cache

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import Decision, Outcome
from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tests.shipped import judge

DAY = date(2026, 6, 30)
EVERY = sorted(path.parent.name for path in EXAMPLES.glob("*/case.toml"))


@cache
def case(name: str) -> Case:
    return load_case(EXAMPLES / name).case


@cache
def decided(name: str) -> Decision:
    return judge().decide(case(name), DAY)


@pytest.mark.parametrize("name", EVERY)
def test_no_fact_is_asked_twice(name: str) -> None:
    """The package of twenty asked one question three times."""
    decision = decided(name)
    facts = [ask.fact.partition("@")[0] for ask in decision.questions]
    assert len(facts) == len(set(facts))
    every = {ask.fact for route in decision.routes for ask in route.asks}
    assert {name for ask in decision.questions for name in (ask.fact, *ask.also)} <= every


def test_the_half_known_case_asks_what_its_account_needs_and_no_more() -> None:
    """Three answers settle it; the rest of the record need not be asked for."""
    facts = {ask.fact for ask in decided("09_half_unknown").questions}
    assert facts == {"account_opened_on@hsa", "would_be_bought_anyway@training", "letter_visit_basis@letter1"}


def test_ten_sessions_without_a_date_are_one_question() -> None:
    """And all ten are named for whoever answers by machine."""
    (ask,) = decided("08_package_of_20").questions
    assert (ask.fact.partition("@")[0], len(ask.also)) == ("served_on", 9)


@pytest.mark.parametrize("name", EVERY)
def test_no_step_is_named_for_what_is_settled_anyway(name: str) -> None:
    """A route that cannot pay does not send anybody to a doctor."""
    decision = decided(name)
    for route in decision.routes:
        came_to = {line.id: line.outcome for line in decision.lines if line.funding_source == route.funding_source}
        open_ones = [f for f in route.findings if f.effect is Outcome.PENDED and f.next_step]
        if set(came_to.values()) == {Outcome.NOT_PAYABLE}:
            only_open = {f.next_step for f in open_ones} - {f.next_step for f in route.findings if f not in open_ones}
            assert not only_open & set(route.next_steps)
