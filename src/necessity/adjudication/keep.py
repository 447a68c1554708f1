"""A compiled program as text, so that a later start need not parse every condition again."""

import json
from datetime import date
from typing import Any

from necessity.adjudication.program import CompiledRule, CompiledSubject, Program


def dump(program: Program) -> str:
    """Write a program as JSON."""
    return json.dumps(program._asdict(), default=_iso)


def restore(text: str) -> Program:
    """Read a program back.

    Raises:
        ValueError: the text is not a program (cut off, or of another version).
    """
    content: dict[str, Any] = json.loads(text)
    try:
        subjects = [
            CompiledSubject(
                name, sql, sqlite, types, tuple(down), tuple(keys), first, tuple(ids), tuple(_rule(r) for r in rules)
            )
            for name, sql, sqlite, types, down, keys, first, ids, rules in content.pop("subjects")
        ]
        beneath = {name: tuple(below) for name, below in content.pop("beneath").items()}
        for table, rows in (("law", content["law"]), ("profile", content["profiles"])):
            days = [name for name, type in content["tables"][table].items() if type == "DATE"]
            for row in rows:
                row |= {name: date.fromisoformat(row[name]) for name in days if row.get(name) is not None}
        return Program(**content, subjects=tuple(subjects), beneath=beneath)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a compiled rulebook: {error}") from error


def _rule(parts: list[Any]) -> CompiledRule:
    id, column, applies, names = parts
    return CompiledRule(id, column, applies, tuple(names))


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a program")
