"""The files of a case folder, as bytes, to a case and back. All faults at once; nothing is half read.

How far it goes: case.toml up to 500 KB, each CSV file up to 5 MB, 10,000 rows and 100 columns, one text up to
100,000 characters, one session up to 40 activities. What is larger is refused in words. `folder` fetches and
keeps the bytes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from necessity.domain.case import REFERENCES, Case, ListName
from necessity.domain.receipt import Receipt
from necessity.domain.record import Record
from necessity.domain.training import TrainingSession
from necessity.domain.visits import GymVisit
from necessity.errors import FormatError, RecordError
from necessity.stores.case_csv import CaseCsv, write_rows
from necessity.stores.case_toml import FILE, OTHER_FILES, CaseToml, write_case_toml
from necessity.stores.faults import Fault, Faults, shown
from necessity.stores.layout import Kind, allowed, disk_fields, field_named
from necessity.stores.toml_text import Path
from necessity.stores.values import nearest

ROWS: dict[str, tuple[str, type[Record]]] = {
    "sessions": (OTHER_FILES["sessions"], TrainingSession),
    "receipts": (OTHER_FILES["receipts"], Receipt),
    "visits": (OTHER_FILES["visits"], GymVisit),
}
"""Lists of a case that stand in a file of their own, and what stands in each row."""
LIMITS = {FILE: 500_000, **{file: 5_000_000 for file, _ in ROWS.values()}}
"""The files of a case folder, and how many bytes each may have."""

_Place = tuple[str, int | None, str]
_Rows = list[tuple[Path, dict[str, object]]]


class _Reading:
    """One case while it is put together from its files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.faults = Faults()
        kept = {file: self._within_limit(file, files.get(file, b"")) for file in LIMITS}
        self._toml = CaseToml(kept[FILE], self.faults)
        self._csv = {name: CaseCsv(file, record, kept[file], self.faults) for name, (file, record) in ROWS.items()}
        self._values = {**self._toml.values, **{name: csv.rows for name, csv in self._csv.items()}}

    def _within_limit(self, file: str, content: bytes) -> bytes | None:
        if len(content) <= LIMITS[file]:
            return content
        may = f"at most {LIMITS[file]:,} bytes"
        self.faults.add(Fault(file, None, "", "a larger file", may, "check that it is the right one"))
        return None

    def case(self) -> Case | None:
        """Check what spans several values, then build the case; None where there are faults."""
        lists: dict[str, _Rows] = defaultdict(list)
        for name, loc, values in _walk(Case, self._values, ()):
            lists[name].append((loc, values))
        self._check_stated_empty(lists)
        self._check_ids(lists)
        self._check_references(lists)
        return self._build()

    def _complain(self, loc: Path, found: str, may: str, mend: str) -> None:
        self.faults.add(Fault(*self._place(loc), found, may, mend))

    def _place(self, loc: Path) -> _Place:
        if loc and loc[0] in self._csv and len(loc) > 1:
            name = str(loc[2]) if len(loc) > 2 else ""
            return self._csv[str(loc[0])].place(int(loc[1]), name)
        return self._toml.place(loc)

    def _check_stated_empty(self, lists: Mapping[str, _Rows]) -> None:
        for name in self._toml.none:
            filled = [loc for path, rows in lists.items() if path.split(".")[-1] == name for loc, _ in rows]
            if filled:
                file, line, _ = self._place(filled[0])
                there = f"{file} line {line}"
                self._complain((str(name),), f'"none", but one stands in {there}', "", "take one of the two out")

    def _check_ids(self, lists: Mapping[str, _Rows]) -> None:
        """Refuse an id that stands twice in one list; sessions and expenses count as one list."""
        first: dict[tuple[Path, object], Path] = {}
        for rows in lists.values():
            for number, (loc, values) in enumerate(rows):
                among = ("expenses",) if loc[0] == "sessions" else loc[:-1]
                before = first.setdefault((among, values.get("id", loc)), loc)
                if before is not loc:
                    file, line, _ = self._place(before)
                    found = f"{shown(values['id'])}, which is already the id in {file} line {line}"
                    self._complain((*loc, "id"), found, "an id of its own", "give one of the two another id")
                    values["id"] = f"{values['id']} #{number}"

    def _check_references(self, lists: Mapping[str, _Rows]) -> None:
        """Refuse a reference that leads nowhere; where an id could not be read, nobody can say so."""
        if not self._toml.is_sound:
            return
        ids = {name: {str(values.get("id", "")) for _, values in rows} for name, rows in lists.items()}
        ids |= {name: {""} for name, csv in self._csv.items() if not csv.is_sound}
        for name, field, targets in REFERENCES:
            known = set().union(*(ids.get(target, ()) for target in targets))
            for loc, values in lists[name] if name in lists and "" not in known else ():
                value = values.get(field)
                if value is not None and str(value) not in known:
                    among = " or ".join(targets).replace("_", " ")
                    mend = nearest(str(value), sorted(known)[:20]) if known else "add the record it names"
                    self._complain((*loc, field), shown(value), f"the id of one of the {among}", mend)

    def _build(self) -> Case | None:
        try:
            case = Case.model_validate(self._values)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False):
                if one["type"] != "missing" and (one["loc"] or not self.faults.count):
                    self._explain(one["loc"], one["msg"].removeprefix("Value error, "), one["input"])
            return None
        return None if self.faults.count else case

    def _explain(self, loc: Path, reason: str, found: object) -> None:
        """Note what the record itself refuses."""
        record: type[Record] = Case
        may = ""
        for step in loc:
            field = field_named(record, step) if isinstance(step, str) else None
            record = field.record if field and not field.is_bare else record
            may = allowed(field) if field and field.is_bare else may
        clash = not loc or isinstance(found, dict)
        self._complain(loc, "values that do not fit together" if clash else shown(found), may, reason)


def _walk(
    record: type[Record], values: Mapping[str, object], loc: Path
) -> Iterator[tuple[str, Path, dict[str, object]]]:
    """Find every record that stands in a list and has an id, or whose list can be stated empty.

    Yields the name of the list (`plan.goals`), the place of the record, and its values.
    """
    for field in disk_fields(record).values():
        value = values.get(field.name)
        here = (*loc, field.name)
        if field.kind is Kind.RECORD and isinstance(value, dict):
            yield from _walk(field.record, value, here)
        elif field.kind is Kind.RECORDS and isinstance(value, list):
            name = ".".join(step for step in here if isinstance(step, str))
            is_asked = "id" in disk_fields(field.record) or field.name in list(ListName)
            for place, one in enumerate(value if is_asked else ()):
                yield name, (*here, place), one
                yield from _walk(field.record, one, (*here, place))


def read_case_files(files: Mapping[str, bytes], place: str = "case") -> Case:
    """Read a case from the bytes of its files.

    Args:
        files: `case.toml`, and where they exist `sessions.csv`, `receipts.csv` and `visits.csv`, by name.
        place: What to call the folder in the message.

    Returns:
        The case.

    Raises:
        FormatError: something is wrong; `faults` has a line for each thing, with file, line, field, what was
            found, what is allowed and how to mend it.
    """
    reading = _Reading(files)
    case = reading.case()
    reading.faults.stop(place)
    assert case is not None
    return case


def write_case_files(case: Case) -> dict[str, bytes]:
    """Write a case as the bytes of its files, and read them back before anybody relies on them.

    Args:
        case: The record.

    Returns:
        `case.toml`, `sessions.csv`, `receipts.csv` and `visits.csv` by name; always the same for the same case.

    Raises:
        RecordError: the files cannot hold the case exactly as it is, such as an empty text, which on disk
            means unknown.
    """
    texts = {FILE: write_case_toml(case)}
    texts |= {file: write_rows(record, getattr(case, name)) for name, (file, record) in ROWS.items()}
    files = {name: text.encode() for name, text in texts.items()}
    try:
        why = "" if read_case_files(files) == case else "a text is empty, which on disk means unknown"
    except FormatError as error:
        why = error.faults[0]
    if why:
        raise RecordError(
            f"The case {case.id!r} cannot be kept in a folder exactly as it is: {why}.",
            "Change that value, or leave it out where it is not known.",
            field="case",
            value=case.id,
            allowed="what a case folder can hold",
        )
    return files
