"""The rulebook as it stands, loaded and compiled once for all tests of a process: compiling takes two seconds."""

from functools import cache

from necessity.adjudication.compile import compile
from necessity.adjudication.decide import Judge
from necessity.adjudication.program import Program
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
