r"""sessions.csv, receipts.csv and visits.csv: one record a row, one field a column, columns in any order.

Commas between cells, quotes around cells that hold commas, quotes or line ends, blank is unknown. A cell of
text that a spreadsheet would take for a formula (it starts with `=`, `+`, `-` or `@`) is written with an
apostrophe before it, and one such apostrophe is taken off again when it is read; formulas are never
evaluated.

Activities of a session stand in one cell: `squat 15; walk 20`. In a name, `;` is written `\;` and `\` is
written `\\`; a name that itself ends in a number is followed by `?` where its minutes are unknown. The procedure
code of a stretch, where one belongs on it, stands in brackets after it: `stairs 15 [97530]`.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

from necessity.domain.record import Record
from necessity.domain.training import Activity
from necessity.stores.faults import Fault, Faults, decode, shown
from necessity.stores.layout import DiskField, Kind, allowed, disk_fields
from necessity.stores.values import WHITE, Refusal, hundredths, nearest, read_value

MOST_ROWS = 10_000
"""Rows in one file; five sessions a week for thirty years are fewer."""
MOST_COLUMNS = 100
"""Columns in one file."""
MOST_ACTIVITIES = 40
"""Activities in one session."""

_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ACTIVITY = re.compile(r"(?P<name>.+)\s(?P<minutes>-?[0-9]{1,9}|\?)(?:\s*min(?:utes|\.)?)?", re.DOTALL)
_CODED = re.compile(r"(?P<rest>.+)\s\[(?P<code>[0-9A-Za-z]{5}|)\]", re.DOTALL)
_ACTIVITIES = re.compile(r"(?:\\.|[^;])+", re.DOTALL)


def columns_of(record: type[Record]) -> dict[str, DiskField]:
    """List the fields of a record by their heading in CSV, where a list of records keeps its own name."""
    fields = disk_fields(record).values()
    return {field.name if field.kind is Kind.RECORDS else field.key: field for field in fields}


class CaseCsv:
    """One CSV file while it is read: its rows as values by field name, and where each stands."""

    def __init__(self, file: str, record: type[Record], content: bytes | None, faults: Faults) -> None:
        self.rows: list[dict[str, object]] = []
        """One dictionary a row, in the order of the file; what is unknown is left out."""
        self.is_sound = False
        """Whether every row could be told apart, so that an id that is not there is really missing."""
        self._lines: list[int] = []
        self._file = file
        self._fields = columns_of(record)
        self._faults = faults
        text = None if content is None else decode(file, content, faults)
        if text is not None:
            self.is_sound = self._read(text)

    def place(self, row: int, name: str = "") -> tuple[str, int | None, str]:
        """Find where a value stands: file, line, and the column in words."""
        key = next((key for key, field in self._fields.items() if field.name == name), name)
        return self._file, self._lines[row], f"column {key}" if key else ""

    def _complain(self, line: int, column: str, found: str, may: str, mend: str) -> None:
        self._faults.add(Fault(self._file, line, f"column {column}" if column else "", found, may, mend))

    def _read(self, text: str) -> bool:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        headings: list[str] = []
        line = 1
        try:
            for cells in reader:
                if any(cell.strip(WHITE) for cell in cells):
                    if len(self.rows) == MOST_ROWS:
                        self._complain(line, "", f"more than {MOST_ROWS:,} rows", "", "start a new case for the rest")
                        return False
                    if headings:
                        self._row(cells, headings, line)
                    elif not (headings := self._headings(cells, line)):
                        return False
                line = reader.line_num + 1
        except csv.Error as error:
            is_long = "field larger" in str(error)
            found = "a cell without end" if is_long else f"cells that cannot be told apart ({error})"
            mend = "close the quotes that were opened; a quote inside a cell is written twice"
            self._complain(line, "", found, "", mend)
            return False
        return True

    def _headings(self, cells: list[str], line: int) -> list[str]:
        """Check the first row; nothing comes back where the rows below it cannot be read."""
        names = [cell.strip(WHITE) for cell in cells]
        if len(names) > MOST_COLUMNS:
            self._complain(line, "", f"{len(names):,} columns", f"at most {MOST_COLUMNS}", "take the others out")
            return []
        if len(names) == 1 and re.search(r"[;\t|]", names[0]):
            self._complain(line, "", "headings that are not parted by commas", "commas", "save the file with commas")
            return []
        for place, name in enumerate(names):
            if name and name in names[:place]:
                self._complain(line, name[:40], "the heading a second time", "each heading once", "take one out")
            elif name and name not in self._fields:
                mend = nearest(name, tuple(self._fields))
                self._complain(line, name[:40], "a heading that is not known here", "", mend)
        if "id" not in names:
            self._complain(line, "id", "no such column", "an id of its own for each row", "add the column")
        return names

    def _row(self, cells: list[str], headings: list[str], line: int) -> None:
        self._lines.append(line)
        self.rows.append({})
        if len(cells) != len(headings):
            mend = "add the missing commas, or put quotes around a cell that holds a comma"
            self._complain(line, "", f"{len(cells)} cells", f"{len(headings)}, as in the first row", mend)
            return
        for heading, cell in zip(headings, cells, strict=True):
            if heading in self._fields:
                self._cell(heading, cell, line)
            elif not heading and cell.strip(WHITE):
                self._complain(line, "", shown(cell), "", "it stands under no heading: give its column one")
        if "id" in headings and "id" not in self.rows[-1]:
            self._complain(line, "id", "nothing", allowed(self._fields["id"]), "give the row an id of its own")

    def _cell(self, heading: str, cell: str, line: int) -> None:
        field = self._fields[heading]
        read: object
        if field.kind is Kind.RECORDS:
            read = read_activities(unguarded(cell))
        else:
            read = read_value(field, unguarded(cell) if field.kind is Kind.TEXT else cell)
        if isinstance(read, Refusal):
            self._complain(line, heading, shown(cell), read.allowed, read.mend)
        elif read is not None:
            self.rows[-1][field.name] = read


def unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading a text as a formula."""
    return cell[1:] if cell.startswith("'") and _LIKE_A_FORMULA.match(cell) else cell


def read_activities(cell: str) -> list[dict[str, object]] | Refusal | None:
    """Read the activities of one session.

    Examples:
        >>> read_activities("squat 15; walk")
        [{'name': 'squat', 'minutes': 15}, {'name': 'walk', 'minutes': None}]
    """
    activities: list[dict[str, object]] = []
    for part in _ACTIVITIES.findall(cell):
        if entry := re.sub(r"\\([;\\])", r"\1", part).strip(WHITE):
            coded = _CODED.fullmatch(entry)
            rest, code = coded.groups() if coded else (entry, "")
            match = _ACTIVITY.fullmatch(rest.strip(WHITE))
            name, minutes = match.groups() if match else (rest, "?")
            read: dict[str, object] = {"name": name.strip(WHITE), "minutes": None if minutes == "?" else int(minutes)}
            activities.append(read | ({"procedure_code": code} if code else {}))
    if len(activities) > MOST_ACTIVITIES:
        return Refusal(f"at most {MOST_ACTIVITIES} activities, such as squat 15; walk 20", "part them over sessions")
    return activities or None


def write_activities(activities: Iterable[Activity]) -> str:
    """Write the activities of one session into one cell; `read_activities` reads exactly the same back."""
    cells = []
    for activity in activities:
        unknown = " ?" if _ACTIVITY.fullmatch(activity.name) or _CODED.fullmatch(activity.name) else ""
        minutes = unknown if activity.minutes is None else f" {activity.minutes}"
        code = f" [{activity.procedure_code}]" if activity.procedure_code else ""
        cells.append(re.sub(r"([;\\])", r"\\\1", activity.name) + minutes + code)
    return "; ".join(cells)


def cell_text(field: DiskField, value: object) -> str:
    """Write one value as the text of a cell, not yet quoted."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and field.kind in (Kind.MONEY, Kind.PERCENT):
        return format(hundredths(value), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, time):
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    text = write_activities(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if _LIKE_A_FORMULA.match(text) and field.kind in (Kind.TEXT, Kind.RECORDS) else text


def csv_line(cells: Iterable[str], end: str = "\n") -> str:
    """Write one row, with quotes where they are needed."""
    quoted = ('"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell for cell in cells)
    return ",".join(quoted) + end


def write_rows(record: type[Record], records: Iterable[Record]) -> str:
    """Write a whole file: the columns in which something is known; with no records, all headings.

    Args:
        record: What stands in each row.
        records: The rows.

    Returns:
        The text, always the same for the same records.
    """
    columns = columns_of(record)
    rows = [{key: cell_text(f, getattr(one, f.name)) for key, f in columns.items()} for one in records]
    used = [key for key in columns if not rows or any(row[key] for row in rows)]
    return csv_line(used) + "".join(csv_line(row[key] for key in used) for row in rows)
