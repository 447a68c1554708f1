"""Leaving out of a subject's SQL what a bulk run never reads: tables joined for nothing, named queries nobody names.

A `LEFT JOIN` in a subject's source never finds more than one row, since its keys name a row; where no column of it is
read it can go. No database knows that by itself.
"""

import re

from necessity.facts.fact import Subject
from necessity.facts.load import dotted_names

_PIECES = re.compile(r"\n(?=(?:LEFT )?JOIN\b)")
_ALIAS = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+AS\s+(\w+))?")
_NAMED = re.compile(r"(\w+) AS \(")


def pruned(subject: Subject, used: set[str]) -> Subject:
    """Drop the left joins and named queries that nothing reads.

    Args:
        subject: The subject; its source has each join on a line of its own.
        used: Aliases whose columns are read.

    Returns:
        The subject with what is left.
    """
    needed, kept = set(used), list[str]()
    for piece in reversed(_PIECES.split(subject.source)):
        if not piece.startswith("LEFT JOIN") or _alias(piece) in needed:
            kept.append(piece)
            needed |= {alias for alias, _ in dotted_names(piece)}
    source = "\n".join(reversed(kept))
    queries = named_queries(subject.prelude)
    reached: set[str] = set()
    waiting = [source]
    while waiting:
        found = set(re.findall(r"\w+", waiting.pop())) & queries.keys() - reached
        reached |= found
        waiting += [queries[name] for name in found]
    return subject._replace(prelude=written({n: q for n, q in queries.items() if n in reached}), source=source)


def named_queries(prelude: str) -> dict[str, str]:
    """Take `a AS (…), b AS (…)` apart: each query by its name, in order.

    Examples:
        >>> named_queries("a AS (SELECT max(x) AS x FROM t), b AS (SELECT 1)")
        {'a': 'SELECT max(x) AS x FROM t', 'b': 'SELECT 1'}
    """
    found: dict[str, str] = {}
    place = 0
    while match := _NAMED.search(prelude, place):
        depth, place = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(prelude[place], 0)
            place += 1
        found[match[1]] = prelude[match.end() : place - 1].strip()
    return found


def written(queries: dict[str, str]) -> str:
    """Put named queries together to a prelude."""
    return ",\n".join(f"{name} AS ({query})" for name, query in queries.items())


def _alias(piece: str) -> str:
    match = _ALIAS.search(piece)
    return (match[2] or match[1]) if match else ""
