"""Working a rulebook out as far as it goes for one kind of funding source and one kind of service.

In a bulk run thousands of lines share these two, and half of the rules hang on nothing else. Facts and rules are
parsed once, the constants put in and what follows from them worked out; what is left is the same question in fewer
words. The language of conditions has no functions and no `IS NULL`, so the laws used here are those of SQL's own
three-valued logic and nothing else.
"""

from collections.abc import Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from necessity.adjudication.compile import rule_sql
from necessity.facts.fact import Fact
from necessity.facts.load import Facts, dotted_names
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


def narrow(book: Rulebook, given: Mapping[str, Constant], subjects: tuple[str, ...]) -> Narrowed:
    """Work out what of some subjects' facts and rules is left once some facts are settled.

    Args:
        book: The rulebook.
        given: Facts over columns whose value is settled, such as `funding_source`.
        subjects: Subjects to look at, each after those it inherits from.

    Returns:
        What is left. For rows with these values every answer is the same as that of the whole rulebook.
    """
    known: dict[str, Constant] = dict(given)
    facts: dict[str, Fact] = {}
    for subject in subjects:
        for fact in _in_order(book.facts, subject):
            if fact.name in given or dotted_names(fact.sql):
                facts[fact.name] = fact
            else:
                tree = _folded(fact.sql, known)
                if (constant := _constant(tree)) is not None:
                    known[fact.name] = constant
                facts[fact.name] = fact._replace(sql=tree.sql(dialect="duckdb"))
    texts = {}
    for subject in subjects:
        for rule in book.about(subject):
            text, when, _ = rule_sql(book, rule)
            says = _folded(when, known) if when else exp.true()
            if _constant(says) is not False:
                holds = _folded(text, known).sql(dialect="duckdb")
                texts[rule.id] = RuleText(holds, "" if _constant(says) is True else says.sql(dialect="duckdb"))
    return Narrowed(facts, texts, known)


def _in_order(facts: Facts, subject: str) -> list[Fact]:
    """List the facts of a subject so that each comes after those it rests on."""
    own = {fact.name: fact for fact in facts.about(subject)}
    done: dict[str, Fact] = {}

    def visit(name: str) -> None:
        if name in own and name not in done:
            fact = own[name]
            if not fact.is_given and not dotted_names(fact.sql):
                for column in sqlglot.parse_one(fact.sql, read="duckdb").find_all(exp.Column):
                    visit(column.name)
            done[name] = fact

    for name in own:
        visit(name)
    return list(done.values())


def _folded(sql: str, known: Mapping[str, Constant]) -> exp.Expr:
    """Put constants in and work out what follows."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    used = {column.name for column in tree.find_all(exp.Column)}
    if not used & known.keys():
        return tree
    tree = tree.transform(lambda node: _literal(node, known))
    folded: exp.Expr = simplify(tree.transform(_membership), dialect="duckdb")
    return folded


def _literal(node: exp.Expr, known: Mapping[str, Constant]) -> exp.Expr:
    if isinstance(node, exp.Column) and not node.table and node.name in known:
        value = known[node.name]
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
