"""Whole cases, one JSON document a line, laid out as tables."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from necessity.domain.case import Case
from necessity.domain.tables import TABLES, tables_of

Refused = tuple[int, str, str]
"""Line, case id where it can be read, and what is wrong."""


def lay_out(documents: Path, target: Path, on: date) -> list[Refused]:
    """Write the tables of every case document into a folder, as NDJSON.

    Args:
        documents: One `Case` a line, as `necessity` writes it.
        target: A folder that is there and empty.
        on: The day to decide for.

    Returns:
        The documents that are no case.
    """
    refused: list[Refused] = []
    with ExitStack() as stack, documents.open("rb") as lines:
        files = {n: stack.enter_context((target / f"{n}.ndjson").open("w", encoding="utf-8")) for n in TABLES}
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                case = Case.model_validate_json(line)
            except ValidationError as error:
                refused.append((number, _case_id(line), "; ".join(_faults(error))))
                continue
            _write(files, case, on)
    return refused


def _write(files: Mapping[str, TextIO], case: Case, on: date) -> None:
    for name, rows in tables_of(case, on).items():
        for row in rows:
            known = {column: value for column, value in row.items() if value is not None}
            files[name].write(json.dumps(known, default=_plain, ensure_ascii=False) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _case_id(line: bytes) -> str:
    try:
        found = json.loads(line)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _faults(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False)[:5]:
        yield f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ")
