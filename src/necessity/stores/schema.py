"""JSON Schemas of a case folder and its outbox, made from the records: what `docs/reference/schemas/` publishes.

Descriptions are the lines under the fields in `domain`; they are read from the source, and only here.
"""

import ast
import inspect
from functools import cache
from types import ModuleType
from typing import Any

from necessity.domain.case import Case, ListName
from necessity.domain.outbox import Outbox
from necessity.domain.record import Record
from necessity.domain.training import Activity
from necessity.stores.case_csv import columns_of
from necessity.stores.case_files import ROWS
from necessity.stores.case_toml import NONE
from necessity.stores.layout import DiskField, Kind, disk_fields

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_UNITS = {
    Kind.MONEY: " Here in dollars, at most two decimals.",
    Kind.PERCENT: " Here in per cent, at most two decimals.",
}


@cache
def _docs_by_class(module: ModuleType) -> dict[str, dict[str, str]]:
    """Read the lines under the fields of every class of a module."""
    classes = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)]
    return {one.name: dict(_docs(one)) for one in classes}


def _docs(node: ast.ClassDef) -> list[tuple[str, str]]:
    return [
        (field.target.id, inspect.cleandoc(line.value.value))
        for field, line in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
    ]


def field_docs(record: type[Record]) -> dict[str, str]:
    """Read the line under each field of a record, those it takes over from other records included.

    Args:
        record: The record.

    Returns:
        Field name to its line, in the order of the fields; empty text where there is none.
    """
    docs: dict[str, str] = {}
    for one in reversed(record.__mro__):
        if issubclass(one, Record) and (module := inspect.getmodule(one)):
            docs |= _docs_by_class(module).get(one.__name__, {})
    return {name: docs.get(name, "") for name in record.model_fields}


def case_schema() -> dict[str, Any]:
    """Describe case.toml."""
    definitions: dict[str, Any] = {}
    schema = _record_schema(Case, definitions)
    fields = disk_fields(Case)
    for key in [key for key, field in fields.items() if field.name in ROWS]:
        del schema["properties"][key]
    for name in ListName:
        words = f"The text none: there are no {name.replace('_', ' ')}, and that is all."
        schema["properties"][str(name)] = {"description": words, "const": NONE}
    return {"$schema": _DIALECT, "title": "case.toml", **schema, "$defs": dict(sorted(definitions.items()))}


def row_schema(name: str) -> dict[str, Any]:
    """Describe a row of sessions.csv, receipts.csv or visits.csv.

    Args:
        name: `sessions` or `receipts`.

    Returns:
        The schema of one row as an object, keys are headings, values as they read; an empty cell is left out.
    """
    file, record = ROWS[name]
    return {"$schema": _DIALECT, "title": f"one row of {file}", **_record_schema(record, {})}


def outbox_schema() -> dict[str, Any]:
    """Describe outbox.toml."""
    definitions: dict[str, Any] = {}
    schema = _record_schema(Outbox, definitions)
    definitions["OutboxItem"]["properties"]["file"]["pattern"] = "^outbox/"
    return {"$schema": _DIALECT, "title": "outbox.toml", **schema, "$defs": dict(sorted(definitions.items()))}


def _record_schema(record: type[Record], definitions: dict[str, Any]) -> dict[str, Any]:
    docs = field_docs(record)
    fields = columns_of(record) if record in [row for _, row in ROWS.values()] else disk_fields(record)
    return {
        "description": inspect.cleandoc(record.__doc__ or ""),
        "type": "object",
        "properties": {
            key: {
                "description": docs[field.name] + _UNITS.get(field.kind, ""),
                **_field_schema(field, definitions),
            }
            for key, field in fields.items()
        },
        "required": [key for key, field in fields.items() if field.required],
        "additionalProperties": False,
    }


def _field_schema(field: DiskField, definitions: dict[str, Any]) -> dict[str, Any]:
    if field.item is not None:
        return {"type": "array", "items": _field_schema(field.item, definitions)}
    if field.kind in (Kind.RECORD, Kind.RECORDS):
        return _reference(field, definitions)
    schemas: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"type": "string", **({"pattern": "^papers/"} if field.name == "file" else {})},
        Kind.YES_NO: {"type": "boolean"},
        Kind.WHOLE: {"type": "integer", **_bounds(field)},
        Kind.NUMBER: {"type": "number"},
        Kind.MONEY: {"type": "number", **({} if field.low is None else {"minimum": 0})},
        Kind.PERCENT: {"type": "number", "minimum": 0, "maximum": 100},
        Kind.DAY: {"type": "string", "format": "date"},
        Kind.TIME: {"type": "string", "format": "time"},
        Kind.MOMENT: {"type": "string", "format": "date-time"},
    }
    return {"enum": list(field.choices)} if field.kind is Kind.CHOICE else schemas[field.kind]


def _reference(field: DiskField, definitions: dict[str, Any]) -> dict[str, Any]:
    """Point at the schema of a record, and add it to the definitions when it is met for the first time."""
    if field.record is Activity:
        return {"type": "string", "examples": ["squat 15; walk 20"]}
    name = field.record.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _record_schema(field.record, definitions)
    reference = {"$ref": f"#/$defs/{name}"}
    return reference if field.kind is Kind.RECORD else {"type": "array", "items": reference}


def _bounds(field: DiskField) -> dict[str, int]:
    both = {"minimum": field.low, "maximum": field.high}
    return {name: bound for name, bound in both.items() if bound is not None}


def schemas() -> dict[str, dict[str, Any]]:
    """Make every published schema, by file name."""
    return {
        "case.schema.json": case_schema(),
        "outbox.schema.json": outbox_schema(),
        **{f"{name}-row.schema.json": row_schema(name) for name in ROWS},
    }
