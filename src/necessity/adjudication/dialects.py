"""Writing a compiled statement for another database: the very same statement, in that database's words.

DuckDB's statement is the one the compiler writes. SQLite decides single cases with it: dates are day numbers there,
lists are JSON texts, and what SQLite lacks are the few functions that `case_engine` brings. A word that is neither
SQLite's own nor among those is refused when the rulebook is compiled, never when a case is decided. Spark decides whole
books with it on many machines; it has every word, some under another name.
"""

import re
from datetime import date

import sqlglot
from sqlglot import exp

from necessity.errors import RulebookError

FUNCTIONS = {"add_months", "date_part", "first_of", "floor", "least", "greatest", "list_contains"}
"""What `case_engine` brings to SQLite."""

_NARROW = re.compile(r"rows_floor_[1-9][0-9]*|rows_answered")
_OWN = {"coalesce", "count", "max", "min", "sum", "row_number", "cast", "case"}


def in_sqlite(sql: str, where: str, chosen: str = "") -> str:
    """Write a DuckDB statement for SQLite.

    Args:
        sql: One SELECT as the compiler writes it.
        where: The subject it is of, for a complaint.
        chosen: A condition on the rows of the first floor; empty: all of them.

    Returns:
        The statement. Its dates are day numbers (1 January of year 1 is day 1), its lists JSON texts, its booleans
        0 and 1.

    Raises:
        RulebookError: it uses a function that SQLite is not given.

    Examples:
        >>> in_sqlite("SELECT d + to_months(3) AS e, DATE '2026-03-01' AS f FROM t", "letter")
        'SELECT ADD_MONTHS(d, 3) AS e, 739676 AS f FROM t'
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for query in tree.find_all(exp.CTE):
        if chosen and query.alias == "rows_floor_0":
            query.this.where(chosen, copy=False)
        # SQLite would write a query's columns out anew wherever they are named; over narrow floors that is the quicker
        query.set("materialized", not _NARROW.fullmatch(query.alias))
    for node in reversed(list(tree.walk())):  # what stands beneath first
        new = _rewritten(node)
        if node is tree:
            tree = new
        elif new is not node:
            node.replace(new)
    written = tree.sql(dialect="sqlite")
    known = FUNCTIONS | _OWN
    for function in sqlglot.parse_one(written, read="sqlite").find_all(exp.Anonymous):
        if function.name.lower() not in known:
            raise RulebookError(
                f"{function.name} in the facts about {where} is no function that every database has.",
                f"Use one of {', '.join(sorted(known))}, to_months and to_days, or add it in adjudication/dialects.py.",
                file=f"subjects/{where}.sql",
            )
    return written


def in_spark(sql: str) -> str:
    """Write a DuckDB statement for Spark.

    Days stay days: `date + to_months(n)` is a moment in DuckDB and a day here, which compare alike. What is left over
    of a division by nought is unknown in DuckDB and an error in Spark, so the divisor is made unknown.

    Args:
        sql: One SELECT as the bulk run writes it.

    Returns:
        The statement, for ANSI mode.

    Examples:
        >>> in_spark("SELECT d + to_months(3) + to_days(14) AS e, list_contains(n, k) AS f FROM t")
        'SELECT DATE_ADD(ADD_MONTHS(d, 3), 14) AS e, ARRAY_CONTAINS(n, k) AS f FROM t'
    """
    return _spark_tree(sql).sql(dialect="spark")


def in_spark_steps(sql: str, prefix: str) -> list[tuple[str, str]]:
    """Write a DuckDB statement for Spark, each of its named queries as a statement of its own.

    Spark looks at a whole statement again for every query it makes sense of; at a view it looks once.

    Args:
        sql: One SELECT as the bulk run writes it.
        prefix: What the views' names begin with, so that none hides a table.

    Returns:
        Views with their statements, each after those it reads; last the statement itself, under the prefix.

    Examples:
        >>> in_spark_steps("WITH a AS (SELECT 1 AS x) SELECT a.x FROM a", "letter")
        [('letter_a', 'SELECT 1 AS x'), ('letter', 'SELECT a.x FROM letter_a AS a')]
    """
    tree = _spark_tree(sql)
    named = tree.args.get("with_")
    queries = named.expressions if named else []
    tree.set("with_", None)
    seen: dict[str, str] = {}
    steps = []
    for query in queries:
        steps.append((f"{prefix}_{query.alias}", _reading(query.this, seen)))
        seen[query.alias] = steps[-1][0]
    return [*steps, (prefix, _reading(tree, seen))]


def _reading(query: exp.Expr, views: dict[str, str]) -> str:
    """Write a query that reads views in the place of named queries."""
    for table in query.find_all(exp.Table):
        if view := views.get(table.name):
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias or table.name)))
            table.set("this", exp.to_identifier(view))
    return query.sql(dialect="spark")


def _spark_tree(sql: str) -> exp.Expr:
    tree: exp.Expr = sqlglot.parse_one(sql, read="duckdb")
    for node in reversed(list(tree.walk())):  # what stands beneath first
        new = _for_spark(node)
        if node is tree:
            tree = new
        elif new is not node:
            node.replace(new)
    return tree


_ISO_PARTS = {"isodow": "dayofweek_iso"}


def _for_spark(node: exp.Expr) -> exp.Expr:
    """Rewrite one node, in place or as another; what stands beneath it has been rewritten."""
    if isinstance(node, exp.Add):
        step = node.expression
        if isinstance(step, exp.ToDays):
            return _call("date_add", node.this, step.this)
        if isinstance(step, exp.Anonymous) and step.name.lower() == "to_months":
            return _call("add_months", node.this, step.expressions[0])
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        return _call("trunc", node.this, exp.Literal.string(node.text("unit")))
    if isinstance(node, exp.Mod) and not isinstance(node.expression, exp.Literal):
        return exp.Mod(this=node.this, expression=exp.Nullif(this=node.expression, expression=exp.Literal.number(0)))
    if isinstance(node, exp.Array) and node.expressions and isinstance(each := node.expressions[0], exp.Comprehension):
        kept = exp.Lambda(this=each.args["condition"], expressions=[each.expression])
        return _call("filter", each.args["iterator"], kept)
    if isinstance(node, exp.Anonymous):
        return _word_for_spark(node)
    return node


def _word_for_spark(node: exp.Anonymous) -> exp.Expr:
    """Rewrite a function that has another name in Spark."""
    if node.name.lower() == "date_part":
        part, of = node.expressions
        return _call("date_part", exp.Literal.string(_ISO_PARTS.get(part.name, part.name)), of)
    if node.name.lower() == "list_has_all":
        known, asked = node.expressions
        return exp.EQ(this=_call("size", _call("array_except", asked, known)), expression=exp.Literal.number(0))
    return node


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name.upper(), expressions=list(arguments))


def _rewritten(node: exp.Expr) -> exp.Expr:
    """Rewrite one node, in place or as another; what stands beneath it has been rewritten."""
    if isinstance(node, exp.Add):
        return _later(node)
    if isinstance(node, exp.Cast):
        return _cast(node)
    if isinstance(node, exp.LogicalOr):
        return exp.Max(this=node.this)
    if isinstance(node, exp.LogicalAnd):
        return exp.Min(this=node.this)
    if isinstance(node, exp.ArrayContains):
        return _call("list_contains", node.this, node.expression)
    if isinstance(node, (exp.Least, exp.Greatest)):
        return _call(type(node).__name__, node.this, *node.expressions)
    if isinstance(node, exp.Floor):
        return _call("floor", node.this)
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        return _call("first_of", exp.Literal.string(node.text("unit").lower()), node.this)
    if isinstance(node, exp.Select) and isinstance(unnested := node.expressions[0], exp.Alias):
        return _values(node, unnested)
    return node


def _later(node: exp.Add) -> exp.Expr:
    """Write `day + to_months(n)` and `day + to_days(n)`."""
    step = node.expression
    if isinstance(step, exp.ToDays):
        return exp.Add(this=node.this, expression=step.this)
    if isinstance(step, exp.Anonymous) and step.name.lower() == "to_months":
        return _call("add_months", node.this, step.expressions[0])
    return node


def _cast(node: exp.Cast) -> exp.Expr:
    if not node.is_type("date"):
        return node
    if isinstance(node.this, exp.Literal):
        return exp.Literal.number(date.fromisoformat(node.this.name).toordinal())
    inner: exp.Expr = node.this
    return inner  # a day number already


def _values(node: exp.Select, unnested: exp.Alias) -> exp.Expr:
    """Write `SELECT unnest([…]) AS name` as rows."""
    if not isinstance(unnested.this, (exp.Unnest, exp.Explode)):
        return node
    items = unnested.find(exp.Array)
    if items is None:
        return node
    rows = [exp.select(exp.alias_(item.copy(), unnested.alias)) for item in items.expressions]
    whole: exp.Query = rows[0]
    for row in rows[1:]:
        whole = whole.union(row, distinct=False)
    return whole
