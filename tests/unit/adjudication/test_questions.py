"""The questions of a whole case: few, each once, what decides most first."""

from necessity.adjudication.change import Answers, Prospects, Target
from necessity.adjudication.explain import Unknown
from necessity.adjudication.questions import shortest

A, B, C, D = (Unknown(name, "") for name in "abcd")
SECOND = Unknown("a", "other")


def asked(
    sets: dict[str, tuple[Unknown, ...]], settled: dict[Unknown, set[str]], waiting: tuple[Unknown, ...] = ()
) -> list[list[str]]:
    """Name the questions asked of routes that need these answers."""
    targets = [Target(route, None, (A, B, C, D)) for route in sets]
    changes: dict[str, Answers] = {route: tuple((u, True) for u in some) for route, some in sets.items() if some}
    prospects = Prospects(changes, {u: frozenset(routes) for u, routes in settled.items()})
    return [[unknown.name for unknown in group] for group in shortest(targets, prospects, waiting)]


def test_what_two_routes_need_is_asked_once() -> None:
    """The account and the tax return ask the same of a letter."""
    assert asked({"hsa": (A, B), "tax": (B,)}, {}) == [["b"], ["a"]]


def test_what_settles_most_comes_first() -> None:
    """The first question may spare the others."""
    assert asked({"hsa": (A, B, C)}, {C: {"hsa", "fsa"}, B: {"hsa"}}) == [["c"], ["b"], ["a"]]


def test_what_no_route_needs_is_not_asked() -> None:
    """D could be asked and would change nothing."""
    assert asked({"hsa": (A,)}, {D: set()}) == [["a"]]


def test_a_route_no_answer_can_help_is_settled_with_one_question() -> None:
    """Whoever cannot be paid there should know soon; the question that settles most such routes is chosen."""
    assert asked({"fsa": (), "hra": ()}, {A: {"fsa"}, B: {"fsa", "hra"}}) == [["b"]]


def test_a_question_asked_anyway_may_settle_such_a_route_too() -> None:
    """One more would not be the shortest."""
    assert asked({"hsa": (A,), "fsa": ()}, {A: {"fsa"}, B: {"fsa", "hsa"}}) == [["a"]]


def test_one_fact_of_several_records_is_one_question() -> None:
    """Ten sessions without a date are one thing to ask."""
    assert asked({"hsa": (A, B)}, {}, (SECOND, A, C)) == [["a", "a@other"], ["b"], ["c"]]


def test_a_settled_case_asks_nothing() -> None:
    """Everything known is an answer, too."""
    assert asked({}, {}) == []
