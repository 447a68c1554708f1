"""Running the cases beside the rules, all at once, through the very SQL that decides.

A case is a row of facts that are simply given; whatever it leaves out is unknown, save a parameter of the
law, which has the value of its day. Every rule's statement is the one its subject is compiled from.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from necessity.adjudication.compile import answer_sql, rule_sql
from necessity.adjudication.engine import evaluate
from necessity.adjudication.explain import answer_of
from necessity.adjudication.program import CompiledRule
from necessity.domain.decision import Answer, Value
from necessity.parameters.load import SQL_TYPES
from necessity.rulebook.cases import CaseResult, RuleCase, Seen, read_cases
from necessity.rulebook.check import check_rule
from necessity.rulebook.condition import mattering
from necessity.rulebook.load import Rulebook
from necessity.rulebook.rule import Rule

_NUMBER = "number_of_rule"


class _Statement(NamedTuple):
    """What is run for the cases of one rule."""

    compiled: CompiledRule
    answer: str
    applies: str
    matters: dict[str, str]
    """Per fact the SQL that says whether it still matters."""
    seen: tuple[Seen, ...]


def run_cases(book: Rulebook, only: str | None = None) -> tuple[CaseResult, ...]:
    """Run the cases of every rule, or of some, in one query.

    Args:
        book: The rulebook.
        only: A rule id, or the beginning of some (`us.tax_accounts`); None: all.

    Returns:
        One result a case, in the order of rule ids and cases.

    Raises:
        RulebookError: a rule or a file of cases that is broken, with file and line.
    """
    cases = read_cases(book, only)
    statements = {id: _statement(book, book.rules[id]) for id in dict.fromkeys(case.rule for case in cases)}
    types = _types(book)
    names = {name for statement in statements.values() for name in statement.compiled.names}
    numbers = {id: number for number, id in enumerate(statements)}
    rows = [{_NUMBER: numbers[case.rule], **_known(book, case, statements[case.rule].compiled.names)} for case in cases]
    columns = {_NUMBER: "BIGINT"} | {name: SQL_TYPES[types[name]] for name in sorted(names)}
    found = evaluate(columns, rows, _selected(list(statements.values()))) if cases else []
    return tuple(
        _result(book.rules[case.rule], statements[case.rule], case, row) for case, row in zip(cases, found, strict=True)
    )


def _types(book: Rulebook) -> dict[str, str]:
    types = {name: fact.type for name, fact in book.facts.facts.items()}
    types |= {name: parameter.type for name, parameter in book.parameters.law.items()}
    return types | {name: column.type for name, column in book.parameters.columns.items()}


def _statement(book: Rulebook, rule: Rule) -> _Statement:
    text, says, names = rule_sql(book, rule)
    answer = answer_sql(text, says)
    matters = {name: sql for name, sql in mattering(answer).items() if name in book.facts.facts}
    pieces = []
    for number, parsed in enumerate(check_rule(book, rule)):
        version = number if number < len(rule.versions) else None
        pieces += [Seen(sql, version, False) for sql in parsed.numbers]
        pieces += [Seen(parsed.sql, version, True)] if version is not None else []
    compiled = CompiledRule(rule.id, "answer", "applies" if says else "", names)
    return _Statement(compiled, answer, says or "TRUE", matters, tuple(pieces))


def _selected(statements: list[_Statement]) -> tuple[str, ...]:
    """Write the four columns of the query; each looks at a row with the eyes of the row's own rule."""
    asks = ([f"CASE WHEN {sql} THEN '{name}' END" for name, sql in sorted(s.matters.items())] for s in statements)
    seen = ([f"CAST(({piece.sql}) AS BOOLEAN)" for piece in s.seen] for s in statements)
    return (
        _by_rule(f"({s.answer})" for s in statements),
        _by_rule(f"({s.applies})" for s in statements),
        _by_rule(f"CAST([{', '.join(one)}] AS VARCHAR[])" for one in asks),
        _by_rule(f"CAST([{', '.join(one)}] AS BOOLEAN[])" for one in seen),
    )


def _by_rule(texts: Iterable[str]) -> str:
    whens = " ".join(f"WHEN {number} THEN {text}" for number, text in enumerate(texts))
    return f"CASE {_NUMBER} {whens} END"


def _known(book: Rulebook, case: RuleCase, names: tuple[str, ...]) -> dict[str, Value]:
    """Give the columns of a case: what it says, and the law's numbers of its day."""
    law = book.parameters.law
    known: dict[str, Value] = {}
    for name in names:
        if name in case.known:
            known[name] = case.known[name]
        elif name in law and case.on is not None:
            dated = (value.value for value in law[name].values if value.from_on <= case.on <= value.until_on)
            known[name] = next(dated, None)
    return known


def _result(rule: Rule, statement: _Statement, case: RuleCase, row: tuple[object, ...]) -> CaseResult:
    answer, applies, asks, seen = row
    said = answer_of(statement.compiled, {"answer": answer, "applies": applies})
    assert isinstance(asks, list)
    assert isinstance(seen, list)
    open_facts = tuple(name for name in asks if name) if said is Answer.UNKNOWN else ()
    pieces = {
        piece: value
        for piece, value in zip(statement.seen, seen, strict=True)
        if piece.version is None or (applies is not False and _holds(rule, piece.version, case.on))
    }
    return CaseResult(case, said, open_facts, pieces)


def _holds(rule: Rule, version: int, on: date | None) -> bool:
    """Whether a version is in force on a day; one without dates always is."""
    start, end = rule.versions[version].from_on, rule.versions[version].until_on
    if on is None:
        return start is None and end is None
    return (start or date.min) <= on <= (end or date.max)
