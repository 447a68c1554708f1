"""Whatever case there is, a folder holds it exactly."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from necessity.domain.case import Case
from necessity.domain.record import Record
from necessity.errors import FormatError
from necessity.stores.case_files import read_case_files, write_case_files
from necessity.stores.edit import set_field
from necessity.stores.folder import load_case, save_case
from necessity.stores.layout import DiskField, Kind, disk_fields
from necessity.stores.toml_text import statements
from tests.strategies import TARGETS, cases, values_of

DAMAGE = (
    "\n",
    '"',
    "'",
    '"""',
    "[",
    "]",
    "[[letter]]\n",
    "id = ",
    "=",
    ",",
    "\r",
    "\0",
    "#",
    "\\",
    " = 1\n",
    "none",
)


@given(cases())
def test_writing_a_case_and_reading_it_back_gives_the_same_case(case: Case) -> None:
    """Nothing a person told us may change on its way through the disk."""
    assert read_case_files(write_case_files(case)) == case


@given(cases())
def test_the_same_case_gives_the_same_bytes(case: Case) -> None:
    """Files are compared years later; they may not depend on how the case was made."""
    again = Case.model_validate(case.model_dump())
    assert write_case_files(again) == write_case_files(case)


@given(cases(), st.data())
def test_a_damaged_folder_is_read_or_refused_in_words(case: Case, data: st.DataObject) -> None:
    """Files are edited by hand, cut off and pasted over; none of that may end in a traceback."""
    files = write_case_files(case)
    name = data.draw(st.sampled_from(sorted(files)))
    start = data.draw(st.integers(0, len(files[name])))
    end = data.draw(st.integers(start, min(len(files[name]), start + 20)))
    damage = data.draw(st.binary(max_size=5) | st.sampled_from(DAMAGE).map(str.encode))
    damaged = files | {name: files[name][:start] + damage + files[name][end:]}
    faults: tuple[str, ...] = ("case.toml: none",)
    try:
        read_case_files(damaged)
    except FormatError as error:
        faults = error.faults
    assert {fault.split(" ")[0].strip(":,") for fault in faults} <= set(files)
    assert faults


def _bare_fields(record: Record, names: tuple[str, ...], path: str) -> Iterator[tuple[tuple[str, ...], DiskField]]:
    """List every field of a case that `necessity answer` could set, with its place."""
    for field in disk_fields(type(record)).values():
        value = getattr(record, field.name)
        here = f"{path}.{field.name}".removeprefix(".")
        if field.kind is Kind.RECORD:
            yield from _bare_fields(value, (*names, field.name), here)
        elif field.kind is Kind.RECORDS:
            for one in value if "id" in disk_fields(field.record) else ():
                yield from _bare_fields(one, (*names, field.name, one.id), here)
        elif field.name not in ("id", "complete") and (path, field.name) not in TARGETS:
            yield (*names, field.name), field


def _with(values: dict[str, Any], names: tuple[str, ...], value: object) -> dict[str, Any]:
    """Set a value in a dumped case the slow and plain way."""
    here: Any = values
    steps = list(names)
    while len(steps) > 1:
        here = here[steps.pop(0)]
        if isinstance(here, list | tuple):
            wanted = steps.pop(0)
            here = next(row for row in here if row["id"] == wanted)
    here[steps[0]] = value
    if value is None:
        del here[steps[0]]
    return values


def _commented(text: str) -> str:
    """Put a comment above each statement of a TOML text, and behind each."""
    for statement in reversed(statements(text)):
        before, after = text[: statement.start], text[statement.end :]
        text = f"{before}# above\n{text[statement.start : statement.end]} # behind{after}"
    return text


@given(cases(), st.data())
@settings(max_examples=60)
def test_setting_one_field_changes_that_field_and_no_comment(case: Case, data: st.DataObject) -> None:
    """An answer goes where it was meant to go; a slip here would file a fact under another letter."""
    names, field = data.draw(st.sampled_from(list(_bare_fields(case, (), ""))))
    value = data.draw((st.nothing() if field.required else st.none()) | values_of(field))
    with TemporaryDirectory() as folder:
        save_case(Path(folder), case, None)
        toml = Path(folder, "case.toml")
        toml.write_text(_commented(toml.read_text()), newline="")
        before = toml.read_text(), load_case(Path(folder))
        assert before[1].case == case
        try:
            expected = Case.model_validate(_with(case.model_dump(), names, value))
        except ValidationError:
            with pytest.raises(FormatError):
                set_field(Path(folder), names, value)
            assert load_case(Path(folder)) == before[1]
            return
        assert set_field(Path(folder), names, value).case == expected
        assert load_case(Path(folder)).case == expected
        assert toml.read_text().count("# above") == before[0].count("# above")
