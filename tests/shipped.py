"""The rulebook as it stands, loaded and compiled once for all tests of a process: compiling takes two seconds."""

from datetime import date
from functools import cache

from necessity.adjudication.compile import compile
from necessity.adjudication.decide import Judge
from necessity.adjudication.program import Program
from necessity.domain.case import Case
from necessity.domain.decision import SubjectDecision
from necessity.rulebook.load import Rulebook, load


@cache
def book() -> Rulebook:
    return load()


@cache
def program() -> Program:
    return compile(book())


@cache
def judge() -> Judge:
    return Judge(book(), program())


def beside(case: Case, on: date) -> tuple[SubjectDecision, ...]:
    """Answer what stands beside the routes, as a decision has it in `others`.

    What would change a route, which a decision works out too, takes ten times as long.
    """
    return tuple(judge()._others(judge().trace(case, on)))
