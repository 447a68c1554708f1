"""The page about the JSON of `necessity plan`."""

import types
import typing
from enum import StrEnum

from necessity.domain.funding_plan import FundingPlan
from necessity.domain.record import Record
from necessity.rulebook.load import Rulebook
from necessity.stores.schema import field_docs
from tools.reference.markdown import Lines, heading, sentence, table, text

_WORDS = {"str": "text", "int": "whole number", "bool": "true or false", "date": "date"}


def _words_of(annotation: object) -> str:
    """Say in words what stands in a field; `or null` where it may be unknown."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        parts = typing.get_args(annotation)
        return " or ".join("null" if part is type(None) else _words_of(part) for part in parts)
    if typing.get_origin(annotation) is tuple:
        return f"list of {_words_of(typing.get_args(annotation)[0])}"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " / ".join(f"`{member}`" for member in annotation)
    name = getattr(annotation, "__name__", str(annotation))
    return _WORDS.get(name, f"[{name}](#{name.lower()})")


def _inside(record: type[Record], found: dict[str, type[Record]]) -> dict[str, type[Record]]:
    """Collect a record and all it holds, each once, outer ones first."""
    found[record.__name__] = record
    for field in record.model_fields.values():
        parts = (field.annotation, *typing.get_args(field.annotation))
        for part in parts:
            if isinstance(part, type) and issubclass(part, Record) and part.__name__ not in found:
                _inside(part, found)
    return found


def funding_plan_page(book: Rulebook) -> Lines:
    yield from heading(1, "The funding plan as JSON")
    yield from text(
        "What `necessity plan CASE --json` prints: one object, the first below. Money is in whole cents, days "
        "are written like 2026-08-27, `null` is unknown and never zero. Amounts of elections and payments into "
        "an HSA are proposals: they are in no sum of the accounts, and what they would pay still stands in "
        "`own_pocket`."
    )
    for name, record in _inside(FundingPlan, {}).items():
        yield from heading(2, name)
        yield from text(sentence(record))
        docs = field_docs(record)
        rows = ((f"`{key}`", _words_of(field.annotation), docs[key]) for key, field in record.model_fields.items())
        yield from table(("key", "holds", "meaning"), rows)
