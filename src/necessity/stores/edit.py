"""Change one answer in a case folder and leave all else as its owner wrote it: comments, order, spaces.

The change is made in the text, at the place the scanner of `toml_text` names. Then the whole folder is read
again; unless it reads well, the old bytes stay.
"""

import codecs
import csv
import io
import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path as FolderPath
from typing import Any, NamedTuple

from necessity.domain.case import Case
from necessity.domain.record import Record
from necessity.errors import RecordError
from necessity.stores.case_csv import cell_text, columns_of, csv_line, unguarded
from necessity.stores.case_files import ROWS, read_case_files
from necessity.stores.case_toml import FILE, NONE, plain_value, record_tree
from necessity.stores.folder import locked, read_files, replace_files, version_of
from necessity.stores.layout import DiskField, Kind, disk_fields, field_named, singular
from necessity.stores.toml_text import Path, Statement, statements, toml_document, toml_value
from necessity.stores.values import WHITE, nearest
from necessity.workflow.ports import StoredCase, changed_meanwhile

Change = tuple[Sequence[str | None], object]
"""Where and what, as `set_field` takes them; a list, an id and a whole record add that record."""


def set_field(folder: FolderPath, names: Sequence[str | None], value: object) -> StoredCase:
    """Change one field of the case in a folder, or add it, with its record where there is none yet.

    A record that must say its `kind` and is not there yet gets its id as kind, where that is one.

    Args:
        folder: The case folder.
        names: Where: field names of the records from `Case` on, the id after each list, None (or nothing)
            after a single record: `("service",)`, `("patient", None, "born_on")`,
            `("letters", "l1", "signed_on")`, `("funding_sources", "fsa", "plan_years", "2026", "ends_on")`;
            with `("complete", "letters")` the value says whether that list is complete.
        value: As the record holds it (cents, dates, tuples …); None takes the field out: unknown again.

    Returns:
        The case as it now reads, and its version.

    Raises:
        RecordError: there is no such field.
        FormatError: the folder does not read well before or after the change; it stays as it was.
        StoreError: the disk fails.
    """
    return set_fields(folder, [(names, value)])


def set_fields(
    folder: FolderPath,
    changes: Iterable[Change],
    expected_version: str | None = None,
) -> StoredCase:
    """Change several fields of the case in a folder in one stroke: all of them, or none.

    Args:
        folder: The case folder.
        changes: Where and what, as `set_field` takes them, in order. Only what they come to together must read well.
        expected_version: The version the changes were worked out from; None: whatever is there.

    Returns:
        The case as it now reads, and its version.

    Raises:
        RecordError: there is no such field.
        FormatError: the folder does not read well before or after the changes; it stays as it was.
        StoreError: somebody else saved in between (`try_again`), or the disk fails.
    """
    with locked(folder):
        before = read_files(folder)
        found = read_case_files(before, str(folder))
        if expected_version not in (None, version_of(before)):
            raise changed_meanwhile(found.id)
        after = dict(before)
        for names, value in changes:
            file, text = _changed(after, [name for name in names if name is not None], value)
            mark = codecs.BOM_UTF8 if before.get(file, b"").startswith(codecs.BOM_UTF8) else b""
            after[file] = mark + text.encode()
        case = read_case_files(after, str(folder))
        replace_files(folder, {file: content for file, content in after.items() if content != before.get(file)})
    return StoredCase(case, version_of(after))


def _changed(files: dict[str, bytes], names: list[str], value: object) -> tuple[str, str]:
    """Find the file that changes, and its new text."""
    if names and names[0] in ROWS:
        file, record = ROWS[names[0]]
        text = files.get(file, b"").decode("utf-8-sig")
        return file, _edit_csv(text, record, _bare_field(record, names[2:]), names[1], value)
    text = files[FILE].decode("utf-8-sig")
    return FILE, _with_record(text, names[0], value) if isinstance(value, Record) else _Edit(text).set(names, value)


def _with_record(text: str, name: str, record: Record) -> str:
    """Add a whole record at the end, where a table of a list may always stand."""
    end = "\r\n" if "\r\n" in text else "\n"
    block = toml_document({singular(name): [record_tree(record)]}).replace("\n", end)
    return text + ("" if text.endswith("\n") or not text else end) + end + block


def _bare_field(record: type[Record], names: Sequence[str]) -> DiskField:
    field = _field(record, names)
    if len(names) > 1:
        raise _no_field(record, ".".join(names))
    return field


def _field(record: type[Record], names: Sequence[str]) -> DiskField:
    field = field_named(record, names[0]) if names else None
    if field is None:
        raise _no_field(record, names[0] if names else "")
    return field


def _no_field(record: type[Record], name: str) -> RecordError:
    known = tuple(field.name for field in disk_fields(record).values())
    return RecordError(
        f"There is no single field {name!r} to set.",
        f"Name a field: {nearest(name, known)}.",
        field=name,
        value=name,
        allowed=", ".join(known),
    )


class _Target(NamedTuple):
    """A table on the way to the field."""

    path: Path
    """Where it stands."""
    table: dict[str, Any]
    """Its values; changed in place."""
    header: str
    """`[patient]` or `[[letter]]`."""
    is_new: bool
    """Whether it has to be written."""


class _Edit:
    """One change to the text of case.toml."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tree: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
        self._statements = statements(text)

    def set(self, names: list[str], value: object) -> str:
        """Set a field, given where it stands by names and ids."""
        if names and names[0] == "complete":
            return self._set_complete(names[1:], is_complete=bool(value))
        return self._set(names, value)

    def _set_complete(self, lists: list[str], *, is_complete: bool) -> str:
        """Say that a list holds everything, or no longer."""
        if len(lists) != 1:
            raise _no_field(Case, "complete")
        is_stated_empty = self._tree.get(lists[0]) == NONE
        if is_stated_empty and is_complete:
            return self._text
        if is_stated_empty:
            stated = next(s for s in self._statements if s.path == (lists[0],))
            return _Edit(self._rewrite(stated, is_gone=True))._set_complete(lists, is_complete=False)
        others = [name for name in self._tree.get("complete", []) if name != lists[0]]
        return self._set(["complete"], tuple(others + lists * is_complete) or None)

    def _set(self, names: list[str], value: object) -> str:
        targets, field = self._walk(names)
        last = targets[-1]
        if value is None:
            last.table.pop(field.key, None)
        else:
            last.table[field.key] = plain_value(field, value)
        leaf = (*last.path, field.key)
        around = next((s for s in self._statements if s.value is not None and leaf[: len(s.path)] == s.path), None)
        if around:
            return self._rewrite(around, is_gone=value is None and around.path == leaf)
        if value is None:
            return self._text
        line = f"{field.key} = {toml_value(last.table[field.key])}\n"
        new = [target for target in targets if target.is_new]
        return self._add_tables(new, field.key) if new else self._add_line(last, line)

    def _walk(self, names: list[str]) -> tuple[list[_Target], DiskField]:
        """Follow the names through the tables; add to the tree what is missing."""
        targets = [_Target((), self._tree, "", False)]
        record: type[Record] = Case
        while not (field := _field(record, names)).is_bare:
            parent = targets[-1]
            dotted = ".".join((*(step for step in parent.path if isinstance(step, str)), field.key))
            if field.kind is Kind.RECORD:
                is_new = field.key not in parent.table
                table = parent.table.setdefault(field.key, {})
                targets.append(_Target((*parent.path, field.key), table, f"[{dotted}]", is_new))
                names = names[1:]
            else:
                rows = parent.table.setdefault(field.key, [])
                wanted = names[1] if len(names) > 1 else ""
                key = _identity(field.record)
                place = next((n for n, row in enumerate(rows) if row.get(key) == wanted), len(rows))
                is_new = place == len(rows)
                rows += [_new_row(field.record, wanted)] if is_new else []
                path = (*parent.path, field.key, place)
                targets.append(_Target(path, rows[place], f"[[{dotted}]]", is_new))
                names = names[2:]
            record = field.record
        return targets, _bare_field(record, names)

    def _rewrite(self, around: Statement, *, is_gone: bool) -> str:
        """Write the value of one statement again; it may be an inline table that holds the field."""
        if is_gone:
            start = self._text.rfind("\n", 0, around.start) + 1
            return self._text[:start] + self._text[self._line_end(around.end) :]
        value: Any = self._tree
        for step in around.path:
            value = value[step]
        return self._text[: around.value] + toml_value(value) + self._text[around.end :]

    def _add_line(self, target: _Target, line: str) -> str:
        """Add a line to a table that is there, behind its last value."""
        header = next((n for n, s in enumerate(self._statements) if s.path == target.path and s.value is None), None)
        if header is None and target.path:
            return self._add_tables([target], line.split(" = ")[0])
        return self._insert(self._behind_values(-1 if header is None else header), line)

    def _behind_values(self, place: int) -> int:
        """Find the offset behind the values that follow the statement at a place; -1 stands for the start."""
        while place + 1 < len(self._statements) and self._statements[place + 1].value is not None:
            place += 1
        return self._line_end(self._statements[place].end) if place >= 0 else 0

    def _add_tables(self, targets: list[_Target], key: str) -> str:
        """Add tables behind their nearest relative, or at the end; `key` is the field set in the last one."""
        block = ""
        for target in targets:
            shown = ("id", "name", "kind", key) if target is targets[-1] else ("id", "name", "kind")
            values = [f"{name} = {toml_value(target.table[name])}" for name in shown if name in target.table]
            block += "\n" + "\n".join((target.header, *dict.fromkeys(values))) + "\n"
        path = targets[0].path
        for length in range(len(path), 0, -1):
            near = [n for n, s in enumerate(self._statements) if s.path[:length] == path[:length]]
            if near:
                return self._insert(self._behind_values(near[-1]), block)
        return self._insert(len(self._text), block)

    def _insert(self, place: int, new: str) -> str:
        if place and self._text[place - 1] != "\n":
            new = "\n" + new
        new = new.replace("\n", "\r\n") if "\r\n" in self._text else new
        return self._text[:place] + new + self._text[place:]

    def _line_end(self, place: int) -> int:
        """Find the offset behind the line that `place` is on, its comment included."""
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end + 1


def _identity(record: type[Record]) -> str:
    """Name the field that tells the records of a list apart."""
    return "id" if "id" in disk_fields(record) else "name"


def _new_row(record: type[Record], wanted: str) -> dict[str, Any]:
    """Start a record of a list with its id, and with its kind where it needs one and the id is one."""
    kind = disk_fields(record).get("kind")
    is_kind = kind and kind.required and kind.kind is Kind.CHOICE and wanted in kind.choices
    return {_identity(record): wanted, **({"kind": wanted} if is_kind else {})}


def _edit_csv(text: str, record: type[Record], field: DiskField, wanted: str, value: object) -> str:
    """Change one cell; the other lines stay as they are, but for a comma where a column is new."""
    columns = columns_of(record)
    key = next(key for key, one in columns.items() if one is field)
    rows = _rows(text) or [(["id"], "id\n")]
    end = "\r\n" if rows[0][1].endswith("\r\n") else "\n"
    if key not in [cell.strip(WHITE) for cell in rows[0][0]]:
        rows = [_with_cell(cells, line, "" if n else key, end) for n, (cells, line) in enumerate(rows)]
    headings = [cell.strip(WHITE) for cell in rows[0][0]]
    ids = [unguarded(cells[headings.index("id")]).strip(WHITE) if cells else "" for cells, _ in rows]
    row = ids.index(wanted, 1) if wanted in ids[1:] else len(rows)
    old = rows[row][0] if row < len(rows) else [""] * len(headings)
    new = {"id": cell_text(columns["id"], wanted), key: cell_text(field, value)}
    changed = csv_line((new.get(name, cell) for name, cell in zip(headings, old, strict=True)), end)
    lines = [line if line.endswith("\n") else line + end for _, line in rows]
    return "".join((*lines[:row], changed, *lines[row + 1 :]))


def _rows(text: str) -> list[tuple[list[str], str]]:
    """Take a CSV text apart into the cells and the text of each row, headings first; blank rows have none."""
    lines = list(io.StringIO(text, newline=""))
    rows: list[tuple[list[str], str]] = []
    reader, begun = csv.reader(lines, strict=True), 0
    for cells in reader:
        line = "".join(lines[begun : reader.line_num])
        rows.append((cells if any(cell.strip(WHITE) for cell in cells) else [], line))
        begun = reader.line_num
    first = next((n for n, (cells, _) in enumerate(rows) if cells), len(rows))
    return rows[first:]


def _with_cell(cells: list[str], line: str, cell: str, end: str) -> tuple[list[str], str]:
    """Add a cell at the end of a row, unless the row is blank."""
    return ([*cells, cell], f"{line.rstrip(end)},{cell}{end}") if cells else (cells, line)
