"""Working a rulebook out as far as it goes for one kind of funding source and one kind of service.

In a bulk run thousands of lines share these two, and half of the rules hang on nothing else. Facts and rules are
parsed once, the constants put in and what follows from them worked out; what is left is the same question in fewer
words. The language of conditions has no functions and no `IS NULL`, so the laws used here are those of SQL's own
three-valued logic and nothing else.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from necessity.adjudication.compile import rule_sql
from necessity.facts.fact import Fact, Subject
from necessity.facts.load import dotted_names
from necessity.rulebook.load import Rulebook

Constant = bool | str
"""A fact's value where it is the same for every row."""


class RuleText(NamedTuple):
    """What is left of one rule."""

    holds: str
    """What must hold, in SQL."""
    says: str
    """When it has a say; empty: always."""


class Narrowed(NamedTuple):
    """A rulebook's facts and rules as far as they are still open."""

    facts: dict[str, Fact]
    """By name, with what is left of their SQL; a settled one is a literal."""
    texts: dict[str, RuleText]
    """By rule id; rules that never have a say are left out."""
    given: dict[str, Constant]
    """What every row has in common, the constants asked for among them."""


class Narrower:
    """A rulebook whose facts and rules are parsed once, to be worked out for kind after kind."""

    def __init__(self, book: Rulebook, subjects: tuple[str, ...]) -> None:
        """Parse.

        Args:
            book: The rulebook.
            subjects: Subjects to look at, each after those it inherits from.
        """
        self.book = book
        self._trees: dict[str, exp.Expr] = {}
        self._done: dict[tuple[tuple[str, Constant], ...], Narrowed] = {}
        self._facts = [fact for subject in subjects for fact in self._in_order(subject)]
        self._rules = {rule.id: rule_sql(book, rule)[:2] for subject in subjects for rule in book.about(subject)}
        self._surely_joined = {name: _surely_joined(book.facts.subjects[name]) for name in subjects}

    def narrow(self, given: Mapping[str, Constant]) -> Narrowed:
        """Work out what of the subjects' facts and rules is left once some facts are settled.

        Args:
            given: Facts over columns whose value is settled, such as `funding_source`.

        Returns:
            What is left. For rows with these values every answer is the same as that of the whole rulebook.
        """
        key = tuple(sorted(given.items()))
        if key not in self._done:
            self._done[key] = self._narrowed(given)
        return self._done[key]

    def _narrowed(self, given: Mapping[str, Constant]) -> Narrowed:
        known: dict[str, Constant] = dict(given)
        facts: dict[str, Fact] = {}
        by_name = self.book.facts.facts
        columns = {(by_name[name].about, by_name[name].sql): value for name, value in given.items()}
        for fact in self._facts:
            if fact.name in given:
                facts[fact.name] = fact
                continue
            tree = self._folded(fact.sql, self._of_columns(fact, known, columns) or known)
            if (constant := _constant(tree)) is not None:
                known[fact.name] = constant
            facts[fact.name] = fact if tree is self._tree(fact.sql) else fact._replace(sql=tree.sql(dialect="duckdb"))
        texts = {}
        for id, (text, when) in self._rules.items():
            says = self._folded(when, known) if when else exp.true()
            if _constant(says) is not False:
                holds = self._folded(text, known).sql(dialect="duckdb")
                texts[id] = RuleText(holds, "" if _constant(says) is True else says.sql(dialect="duckdb"))
        return Narrowed(facts, texts, known)

    def _of_columns(
        self, fact: Fact, known: Mapping[str, Constant], columns: Mapping[tuple[str, str], Constant]
    ) -> dict[str, Constant]:
        """List the settled ones among the columns a fact reads through an alias."""
        found: dict[str, Constant] = {}
        for alias, column in dotted_names(fact.sql):
            if (fact.about, f"{alias}.{column}") in columns:
                found[f"{alias}.{column}"] = columns[fact.about, f"{alias}.{column}"]
            elif alias in self._surely_joined[fact.about] and column in known:
                found[f"{alias}.{column}"] = known[column]
        return found

    def _in_order(self, subject: str) -> list[Fact]:
        """List the facts of a subject so that each comes after those it rests on."""
        own = {fact.name: fact for fact in self.book.facts.about(subject)}
        done: dict[str, Fact] = {}

        def visit(name: str) -> None:
            if name in own and name not in done:
                fact = own[name]
                if not fact.is_given and not dotted_names(fact.sql):
                    for column in self._tree(fact.sql).find_all(exp.Column):
                        visit(column.name)
                done[name] = fact

        for name in own:
            visit(name)
        return list(done.values())

    def _tree(self, sql: str) -> exp.Expr:
        """Parse a text, once; what is handed out is not to be changed."""
        if sql not in self._trees:
            self._trees[sql] = sqlglot.parse_one(sql, read="duckdb")
        return self._trees[sql]

    def _folded(self, sql: str, known: Mapping[str, Constant]) -> exp.Expr:
        """Put constants in and work out what follows."""
        tree = self._tree(sql)
        if not any(_name(column) in known for column in tree.find_all(exp.Column)):
            return tree
        tree = tree.transform(lambda node: _literal(node, known))
        folded: exp.Expr = simplify(tree.transform(_membership), dialect="duckdb")
        return folded


_JOINED = re.compile(r"(LEFT )?\b(?:FROM|JOIN)\s+\w+_decided\s+AS\s+(\w+)")


def _surely_joined(subject: Subject) -> set[str]:
    """Find the aliases of earlier subjects that every row of a subject has."""
    return {match[2] for match in _JOINED.finditer(subject.source) if not match[1]}


def _name(column: exp.Column) -> str:
    return f"{column.table}.{column.name}" if column.table else column.name


def _literal(node: exp.Expr, known: Mapping[str, Constant]) -> exp.Expr:
    if isinstance(node, exp.Column) and _name(node) in known:
        value = known[_name(node)]
        return exp.Boolean(this=value) if isinstance(value, bool) else exp.Literal.string(value)
    return node


def _membership(node: exp.Expr) -> exp.Expr:
    """Settle `'a' IN ('a', 'b')` and comparisons of two texts, which sqlglot leaves standing."""
    if isinstance(node, exp.In) and _is_text(node.this) and node.expressions and all(map(_is_text, node.expressions)):
        return exp.Boolean(this=node.this.name in {one.name for one in node.expressions})
    if isinstance(node, (exp.EQ, exp.NEQ)) and _is_text(node.left) and _is_text(node.right):
        return exp.Boolean(this=(node.left.name == node.right.name) is isinstance(node, exp.EQ))
    return node


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def _constant(tree: exp.Expr) -> Constant | None:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.Boolean):
        return bool(tree.this)
    return tree.name if _is_text(tree) else None
