"""case.toml: everything of a case but its sessions and receipts. Text to values and back; no disk.

Lists that are stated empty stand at the top as `letters = "none"`: nothing is in them, and they are complete.
"""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from necessity.domain.case import Case, ListName
from necessity.domain.record import Record
from necessity.stores.faults import Fault, Faults, decode, shown
from necessity.stores.layout import DiskField, Kind, allowed, disk_fields, field_named, singular
from necessity.stores.toml_text import Path, Statement, is_tables, statements, toml_document
from necessity.stores.values import WHITE, Refusal, hundredths, nearest, read_value

FILE = "case.toml"
OTHER_FILES = {"sessions": "sessions.csv", "receipts": "receipts.csv", "visits": "visits.csv"}
"""Lists of a case that stand in a file of their own."""
NONE = "none"
"""What a list says that is stated empty."""


class CaseToml:
    """One case.toml while it is read: its values by field name, and where each stands."""

    def __init__(self, content: bytes | None, faults: Faults) -> None:
        self.values: dict[str, object] = {}
        """Field names of `Case` to plain values; lists of records are lists of dictionaries."""
        self.none: list[ListName] = []
        """The lists that are stated empty."""
        self._faults = faults
        self._statements: list[Statement] = []
        text = None if content is None else decode(FILE, content, faults)
        tree = None if text is None else self._parse(text)
        self.is_sound = tree is not None
        """Whether it is TOML at all."""
        if tree is not None:
            self.values = self._record(Case, tree, ())
            self._add_stated_empty(tree)

    def _parse(self, text: str) -> dict[str, object] | None:
        mend = "mend the line; text stands in quotes, dates are written 2026-04-07"
        try:
            self._statements = statements(text)
            return tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            reason, line = _reason_and_line(str(error), text)
            fault = Fault(FILE, line, "", f"something that cannot be read as TOML ({reason})", "", mend)
        except (ValueError, RecursionError, ArithmeticError):
            fault = Fault(FILE, None, "", "a number or nesting too large to read", "", "take it out")
        self._faults.add(fault)
        return None

    @cached_property
    def _lines(self) -> dict[Path, int]:
        """The first line of each path, those of implied tables included."""
        lines: dict[Path, int] = {}
        for statement in self._statements:
            for length in range(len(statement.path), 0, -1):
                lines.setdefault(statement.path[:length], statement.line)
        return lines

    def place(self, loc: Path) -> tuple[str, int | None, str]:
        """Find where a value stands: file, line, and the field in words.

        Args:
            loc: Field names and places in lists, as the record is built: `("letters", 0, "signed_on")`.
        """
        path: Path = ()
        record: type[Record] = Case
        for step in loc:
            field = field_named(record, step) if isinstance(step, str) else None
            path = (*path, field.key if field else step)
            record = field.record if field and not field.is_bare else record
        return self._place(path)

    def _place(self, path: Path) -> tuple[str, int | None, str]:
        line = next((self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), None)
        words = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
        return FILE, line, "".join(words).removeprefix(".")

    def _complain(self, path: Path, found: str, may: str, mend: str) -> None:
        file, line, where = self._place(path)
        self._faults.add(Fault(file, line, where, found, may, mend))

    def _record(self, record: type[Record], raw: Mapping[str, object], path: Path) -> dict[str, object]:
        fields = disk_fields(record)
        values: dict[str, object] = {}
        for key, value in raw.items():
            if key in fields and not (record is Case and fields[key].name in OTHER_FILES):
                read = self._value(fields[key], value, (*path, key))
                values |= {} if read is None else {fields[key].name: read}
            elif not (record is Case and key in list(ListName)):
                self._unknown(record, key, (*path, key))
        for field in fields.values():
            value = raw.get(field.key)
            if field.required and (value is None or (isinstance(value, str) and not value.strip(WHITE))):
                self._complain((*path, field.key), "nothing", allowed(field), f"add {field.key} = …")
        return values

    def _unknown(self, record: type[Record], key: str, path: Path) -> None:
        fields = disk_fields(record)
        other = OTHER_FILES.get(fields[key].name) if record is Case and key in fields else None
        known = () if self._faults.is_full else tuple(fields)
        mend = f"put it into {other}" if other else nearest(key, known)
        self._complain(path, "a name that is not known here", "", mend)

    def _value(self, field: DiskField, raw: object, path: Path) -> object:
        if field.kind is Kind.RECORD and isinstance(raw, Mapping):
            return self._record(field.record, raw, path)
        if field.kind is Kind.RECORDS and is_tables(raw):
            return [self._record(field.record, one, (*path, place)) for place, one in enumerate(raw)]
        read = read_value(field, raw) if field.is_bare else Refusal(allowed(field), _brackets(field))
        if isinstance(read, Refusal):
            self._complain(path, shown(raw), read.allowed, read.mend)
            return None
        return read

    def _add_stated_empty(self, tree: Mapping[str, object]) -> None:
        """Read `letters = "none"`, and write such lists into `complete`, in the order of all lists."""
        for name in ListName:
            if tree.get(name) == NONE:
                self.none.append(name)
            elif name in tree:
                may = f'"{NONE}", where there are none at all'
                self._complain((str(name),), shown(tree[name]), may, f"write [[{singular(name)}]] for each")
        if self.none:
            stated = self.values.get("complete", ())
            complete = {*self.none, *(stated if isinstance(stated, tuple) else ())}
            self.values["complete"] = tuple(name for name in ListName if name in complete)


def _brackets(field: DiskField) -> str:
    if field.kind is Kind.RECORD:
        return f"write [{field.key}]"
    return f"write [[{field.key}]] with double brackets"


def _reason_and_line(message: str, text: str) -> tuple[str, int]:
    """Take the parser's `reason (at line 3, column 5)` or `reason (at end of document)` apart."""
    reason, _, place = message.partition(" (at ")
    number = place.removeprefix("line ").split(",")[0]
    return reason[:200], int(number) if number.isdecimal() else text.count("\n") + 1


def plain_value(field: DiskField, value: object) -> object:
    """Turn a value of a record into what TOML holds; a value of another type is left as it is."""
    if isinstance(value, tuple):
        return [plain_value(field, one) for one in value]
    if field.kind in (Kind.MONEY, Kind.PERCENT) and isinstance(value, int):
        return hundredths(value)
    return str(value) if isinstance(value, str) else value


def record_tree(record: Record) -> dict[str, object]:
    """Lay a record out as TOML holds it; what is unknown is left out."""
    tree: dict[str, object] = {}
    for field in disk_fields(type(record)).values():
        value = getattr(record, field.name)
        if isinstance(value, Record):
            tree |= {field.key: inner} if (inner := record_tree(value)) else {}
        elif isinstance(value, tuple) and field.kind is Kind.RECORDS:
            tree |= {field.key: [record_tree(one) for one in value]} if value else {}
        elif value is not None and value != ():
            tree[field.key] = plain_value(field, value)
    return tree


def _stated_empty(case: Case) -> list[ListName]:
    """List what can be written as `none`: complete, empty, and in the order in which it will be read back."""
    in_order = case.complete == tuple(name for name in ListName if name in case.complete)
    return [name for name in ListName if in_order and name in case.complete and not any(_entries(case, name))]


def _entries(case: Case, name: str) -> Iterator[object]:
    """Walk over the records of a list, also one that lies inside other records."""
    if field_named(Case, name):
        yield from getattr(case, name)
        return
    for field in disk_fields(Case).values():
        if field.kind is Kind.RECORDS and field_named(field.record, name):
            for parent in getattr(case, field.name):
                yield from getattr(parent, name)


def write_case_toml(case: Case) -> str:
    """Write case.toml in the order of the record, without what is unknown.

    Args:
        case: The record; its sessions and receipts are left to their own files.

    Returns:
        The text, always the same for the same case.
    """
    none = _stated_empty(case)
    complete = tuple(name for name in case.complete if name not in none)
    rest = case.model_copy(update={"complete": complete, **dict.fromkeys(OTHER_FILES, ())})
    return toml_document({**record_tree(rest), **dict.fromkeys(map(str, none), NONE)})
