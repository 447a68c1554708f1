"""The language of conditions: a small part of SQL, checked node by node, with names and types.

Allowed are fact and parameter names, literals, `= <> < <= > >=`, `IN (literals)`, `IN list_name`, `BETWEEN`,
`+` and `-` on numbers, `AND OR NOT` and parentheses. Left out on purpose: `IS NULL`, functions, `CASE`,
`LIKE`, division, sub-queries: without them, filling in an unknown can settle an answer but never reverse one.
Comments are left out too: a condition is read as one line, and a comment would swallow what stands below it.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from necessity.parameters.source import nearest

_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_BARE = (*_COMPARE, exp.Not, exp.And, exp.Or, exp.Between, exp.In)
"""What must stand in parentheses to be compared: dialects do not agree on how they bind."""
_NUMBERS = {"number", "days", "cents", "months", "rate", "tenths"}
_LONGEST = 2_000
_MOST_DIGITS = 15
_STRING = re.compile(r"'(?:[^']|'')*'")
_OUTSIDE = re.compile(r"--|[^\w\s<>=!+\-(),]", re.ASCII)


class Refused(Exception):
    """A condition is outside the language: what is wrong and what to do; the caller adds file and line."""

    def __init__(self, message: str, next_step: str, word: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.word = word


class Condition(NamedTuple):
    """A checked condition."""

    sql: str
    """The same condition for the engine, lists spelt out so that an unknown stays unknown."""
    names: tuple[str, ...]
    """The facts and parameters it names, in the order they first stand."""
    numbers: tuple[str, ...]
    """Each comparison with a number written in the condition, as SQL; a BETWEEN gives two."""


def parse(text: str, types: Mapping[str, str]) -> Condition:
    """Check a condition and prepare it for the engine.

    Args:
        text: The condition as written.
        types: What each fact or parameter that may be named is.

    Raises:
        Refused: a syntax error, a node outside the language, an unknown name, types that do not fit.

    Examples:
        >>> parse("age >= 18 AND NOT smokes", {"age": "number", "smokes": "boolean"})
        Condition(sql='(age >= 18 AND NOT smokes)', names=('age', 'smokes'), numbers=('age >= 18',))
    """
    if len(text) > _LONGEST:
        raise Refused("The condition is too long.", "Make a derived fact of a part of it.")
    if stray := _OUTSIDE.search(_STRING.sub("", text)):
        what = "A comment" if stray[0] == "--" else f"The character {stray[0]!r}"
        raise Refused(f"{what} is outside the language of conditions.", "Leave it out; notes go into the TOML.")
    try:
        return _checked(text, types)
    except SqlglotError as error:
        raise Refused(f"This is not a condition: {str(error).splitlines()[0]}", "See CONTRIBUTING, rules.") from None
    except RecursionError:
        raise Refused("The condition nests too deeply.", "Make a derived fact of a part of it.") from None


def _checked(text: str, types: Mapping[str, str]) -> Condition:
    tree = exp.paren(sqlglot.parse_one(text, read="duckdb"), copy=False)
    checker = _Checker(types)
    if checker.type_of(tree) != "boolean":
        raise Refused("A condition must be true or false as a whole.", "Compare the value with something.")
    # sqlglot writes <> and != alike; keywords come out in capitals whatever the author wrote.
    return Condition(tree.sql(dialect="duckdb"), tuple(checker.names), tuple(checker.numbers))


def mattering(sql: str) -> dict[str, str]:
    """Write when each name in a condition still matters, for rows where the condition as a whole is unknown.

    A name matters if it is unknown and stands in nothing that is settled: what an AND with a false side or an
    OR with a true side holds is settled, whatever else is unknown in it. NOT, comparisons and IN are unknown
    exactly where a part of them is, so only AND, OR and BETWEEN need asking.

    Args:
        sql: A condition as `parse` writes it for the engine, or several joined by AND, OR, NOT.

    Returns:
        SQL by name, true or false and never unknown, to be run over the columns the condition runs over.

    Examples:
        >>> mattering("a AND (b OR c)")
        {'a': 'a IS NULL', 'b': '(b OR c) IS NULL AND b IS NULL', 'c': '(b OR c) IS NULL AND c IS NULL'}
    """
    found: dict[str, list[str]] = {}
    root = sqlglot.parse_one(sql, read="duckdb")
    while isinstance(root, (exp.Paren, exp.Not)):
        root = root.this
    _collect(root, type(root), (), found)
    return {name: " OR ".join(dict.fromkeys(places)) for name, places in found.items()}


def _collect(node: exp.Expr, joined: type | None, above: tuple[str, ...], found: dict[str, list[str]]) -> None:
    """Walk down; `joined` is the chain (AND, OR) the node is a link of, `above` what must be unknown."""
    if isinstance(node, (exp.And, exp.Or, exp.Between)) and type(node) is not joined:
        above = (*above, f"({node.sql(dialect='duckdb')}) IS NULL")
    if isinstance(node, exp.Column):
        found.setdefault(node.name, []).append(" AND ".join((*above, f"{node.name} IS NULL")))
    elif isinstance(node, exp.Case):  # a list spelt out by _in: unknown if either part is
        for column in node.find_all(exp.Column):
            _collect(column, None, above, found)
    else:
        below = type(node) if isinstance(node, (exp.And, exp.Or)) else None
        below = joined if isinstance(node, exp.Paren) else below
        for child in node.iter_expressions():
            _collect(child, below, above, found)


class _Checker:
    """One walk over a condition's tree: every node allowed, every name known, every type fitting."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = types
        self.names: dict[str, None] = {}
        self.numbers: dict[str, None] = {}

    def type_of(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Paren):
            return self.type_of(node.this)
        if isinstance(node, exp.Not):
            return self._boolean(node.this)
        if isinstance(node, (exp.And, exp.Or)):
            self._boolean(node.left)
            return self._boolean(node.right)
        if isinstance(node, _COMPARE):
            return self._compare(node, ordered=not isinstance(node, (exp.EQ, exp.NEQ)))
        if isinstance(node, exp.Between):
            return self._between(node)
        if isinstance(node, exp.In):
            return self._in(node)
        if isinstance(node, (exp.Add, exp.Sub)):
            return self._sum(node)
        return self._leaf(node)

    def _leaf(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Boolean):
            return "boolean"
        if isinstance(node, exp.Literal):
            return "'text'" if node.is_string else self._whole(node)
        if isinstance(node, exp.Column) and not node.table and isinstance(node.this, exp.Identifier):
            return self._name(node.name)
        raise Refused(
            f"`{node.sql(dialect='duckdb')[:60]}` is outside the language of conditions.",
            "Use names, literals, comparisons, IN, BETWEEN, + -, AND, OR, NOT; else make a derived fact.",
            node.sql(dialect="duckdb")[:20],
        )

    def _whole(self, node: exp.Literal) -> str:
        if not str(node.this).isdigit():
            raise Refused(f"{node.this} is not a whole number.", "Use a smaller unit, such as cents or tenths.")
        if len(str(node.this)) > _MOST_DIGITS:
            raise Refused(f"{str(node.this)[:20]}… is too long a number.", f"Write at most {_MOST_DIGITS} digits.")
        return "'number'"

    def _name(self, name: str) -> str:
        if name not in self.types:
            raise Refused(
                f"`{name}` is no fact or parameter that can be named here.",
                f"Did you mean `{nearest(name, dict(self.types))}`?",
                name,
            )
        self.names[name] = None
        return self.types[name]

    def _boolean(self, node: exp.Expr) -> str:
        if self.type_of(node) != "boolean":
            raise Refused(f"`{node.sql()}` is neither true nor false.", "Compare it with something.", node.sql())
        return "boolean"

    def _compare(self, node: exp.Binary, *, ordered: bool) -> str:
        self._same(node.left, node.right, ordered=ordered)
        return self._with_number(node)

    def _between(self, node: exp.Between) -> str:
        if node.args.get("symmetric") is not None:
            raise Refused("BETWEEN SYMMETRIC is outside the language of conditions.", "Write the smaller bound first.")
        for bound, sign in ((node.args["low"], exp.GTE), (node.args["high"], exp.LTE)):
            self._same(node.this, bound, ordered=True)
            self._with_number(sign(this=node.this.copy(), expression=bound.copy()))
        return "boolean"

    def _with_number(self, node: exp.Expr) -> str:
        """Keep a comparison in which a number is written; a comparison is always a boolean."""
        if any(not literal.is_string for literal in node.find_all(exp.Literal)):
            self.numbers[node.sql(dialect="duckdb")] = None
        return "boolean"

    def _operand(self, node: exp.Expr) -> str:
        """Find the type of one side of a comparison, which must not be a comparison without parentheses."""
        if isinstance(node, _BARE):
            raise Refused(f"`{node.sql()}` is compared as a whole.", "Put it in parentheses.", node.sql()[:20])
        return self.type_of(node)

    def _same(self, left: exp.Expr, right: exp.Expr, *, ordered: bool) -> None:
        a, b = self._operand(left), self._operand(right)
        if not _fits(a, b):
            raise Refused(
                f"`{left.sql()}` is {a.strip(chr(39))} and `{right.sql()}` is {b.strip(chr(39))}.",
                "Compare like with like.",
                left.sql(),
            )
        if ordered and not {a.strip("'"), b.strip("'")} <= _NUMBERS | {"date"}:
            raise Refused(f"`{left.sql()}` has no order.", "Compare it with = or <>, or use IN.", left.sql())

    def _in(self, node: exp.In) -> str:
        if node.args.get("query") or node.args.get("unnest"):
            raise Refused("A sub-query is outside the language of conditions.", "Make a derived fact of it.")
        field = node.args.get("field")
        if field is None:
            if not node.expressions:
                raise Refused("The list after IN is empty.", "List literals, or name one list parameter.")
            for item in node.expressions:
                if not isinstance(item, exp.Literal):
                    raise Refused(f"`{item.sql()}` is no literal.", "List literals, or name one list parameter.")
                self._same(node.this, item, ordered=False)
            return self._with_number(node)
        if self.type_of(field) != "list" or self._operand(node.this) not in ("text", "choice"):
            raise Refused(
                f"`{field.sql()}` is not a list of such values.",
                "Name a list parameter after IN.",
                field.sql(),
            )
        one, many = node.this.sql(), field.sql()
        spelt = f"CASE WHEN {one} IS NULL OR {many} IS NULL THEN NULL ELSE LIST_CONTAINS({many}, {one}) END"
        node.replace(exp.paren(sqlglot.parse_one(spelt, read="duckdb")))
        return "boolean"

    def _sum(self, node: exp.Add | exp.Sub) -> str:
        a, b = self.type_of(node.left), self.type_of(node.right)
        for type in (a, b):
            if type.strip("'") not in _NUMBERS:
                raise Refused(f"`{node.sql()}` adds what is no number.", "Add numbers only.", node.sql())
        if not _fits(a, b):
            raise Refused(f"`{node.sql()}` adds {a} to {b}.", "Add like to like.", node.sql())
        return b if a == "'number'" else a


def _fits(a: str, b: str) -> bool:
    """Whether two types may be compared; quoted types are literals, which fit any kind of number or text."""
    if a == b:
        return a not in ("list", "numbers")
    numbers = {a.strip("'"), b.strip("'")} <= _NUMBERS and ("'number'" in (a, b))
    texts = {a, b} <= {"text", "choice", "'text'"}
    return numbers or texts
