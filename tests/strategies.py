"""Random valid cases, made from the records themselves: a new field is drawn as soon as it exists.

Every record and field can occur, references lead somewhere, ids are unique in their list, texts are nasty.
"""

from collections import defaultdict
from datetime import UTC, date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st
from pydantic import ValidationError

from necessity.domain.case import REFERENCES, SINGLE_REFERENCES, Case, ListName
from necessity.domain.record import Record
from necessity.stores.layout import DiskField, Kind, disk_fields
from necessity.stores.values import WHITE

NASTY = (
    "=1+1", "'=1+1", "''@x", "-5", "+", "@", "'", '"', '"""', "'''", "a,b;c|d\te", "a\r\nb", "a\rb",
    "a\nb\n\nc", "\\", "\\;", "ends with \\", "none", "null", "true", "7", "squat 15", "15 ?", "x 5 min",
    "2026-04-07", "# no", "[[letter]]", "\ufeff", "\x1c", "\x7f", "e\u0301", "\u202egnp", "😀", "é",
    "$1,700.00", "a = b", "\\u0041",
)  # fmt: skip
"""Texts that have broken somebody's files before."""

_SHAPED: dict[str, st.SearchStrategy[object]] = {
    "npi": st.just("1234567893"),
    "tax_id": st.from_regex(r"[0-9]{9}", fullmatch=True),
    "code": st.sampled_from(("M54.50", "E11.9", "I10", "R73.03")),
    "diagnoses": st.sampled_from(("M54.50", "E11.9", "I10", "Z68.35")),
    "procedure_code": st.sampled_from(("97110", "S9451", "0591T")),
    "file": st.sampled_from(("papers/a.pdf", "papers/2026/receipt 1.jpg", "papers/ü.png")),
}
"""Texts that must have a shape of their own, by field."""

_LISTS = {field.name: field for field in disk_fields(Case).values() if field.kind is Kind.RECORDS}
TARGETS: dict[tuple[str, str], tuple[str, ...]] = {
    **{(name, field): targets for name, field, targets in REFERENCES},
    **{(name, field): (target,) for name, field, target in SINGLE_REFERENCES},
    ("plan.goals", "condition"): ("conditions",),
    ("claims.service_lines", "expense"): ("sessions", "expenses"),
}
"""Fields that name another record: list and field, and the lists it may stand in."""


def texts() -> st.SearchStrategy[str]:
    """Draw a text as a record would hold it: not empty, nothing to strip from its ends."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    free = st.text(letters, min_size=1, max_size=20).map(lambda text: text.strip(WHITE)).filter(bool)
    return st.sampled_from(NASTY) | free


@cache
def values_of(field: DiskField) -> st.SearchStrategy[object]:
    """Draw a value that may stand in a field."""
    if field.name in _SHAPED:
        one = _SHAPED[field.name]
        return st.lists(one, min_size=1, max_size=3).map(tuple) if field.kind is Kind.LIST else one
    if field.item is not None:
        return st.lists(values_of(field.item), min_size=1, max_size=3).map(tuple)
    low, high = (-(10**11) + 1 if field.low is None else field.low), 10**11 - 1
    return {
        Kind.TEXT: texts(),
        Kind.YES_NO: st.booleans(),
        Kind.WHOLE: st.integers(field.low or 0, 1440 if field.high is None else field.high),
        Kind.NUMBER: st.decimals(-(10**8), 10**8, places=3) | st.integers(-500, 500).map(Decimal),
        Kind.MONEY: st.integers(low, high) | st.integers(0, 500_00),
        Kind.PERCENT: st.integers(0, 10_000),
        Kind.DAY: st.dates() | st.dates(date(2025, 12, 1), date(2027, 1, 31)),
        Kind.TIME: st.times(),
        Kind.MOMENT: st.datetimes(timezones=st.just(UTC)),
        Kind.CHOICE: st.sampled_from(list(field.python)) if field.kind is Kind.CHOICE else st.nothing(),
    }[field.kind]


class _Draft:
    """The ids of one random case, by the name of their list."""

    def __init__(self, draw: st.DrawFn, names: set[str]) -> None:
        self.draw = draw
        self.suffix = draw(st.just("") | texts())
        self.ids: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            for number in range(draw(st.integers(1, 3))):
                self.ids[name].append(f"{name}{number}{self.suffix}")

    def record(self, record: type[Record], path: str, given: dict[str, object]) -> Record:
        """Draw one record: what it needs, and some of what it may have."""
        fields = [field for field in disk_fields(record).values() if field.name not in given]
        needed = [field for field in fields if field.required]
        names = [f.name for f in fields if not f.required and (path, f.name) not in TARGETS]
        wanted = self.draw(st.sets(st.sampled_from(names), max_size=6))
        values = dict(given)
        for field in (*needed, *(field for field in fields if not field.required)):
            if field.required or field.name in wanted or (path, field.name) in TARGETS:
                value = self.field(field, path)
                values |= {} if value is None else {field.name: value}
        return _built(record, values, [field.name for field in needed] + list(given))

    def field(self, field: DiskField, path: str) -> object:
        here = f"{path}.{field.name}" if path else field.name
        if (path, field.name) in TARGETS:
            ids = [known for target in TARGETS[path, field.name] for known in self.ids[target]]
            return self.draw(st.sampled_from(ids) if field.required else st.sampled_from([*ids, None]))
        if field.kind is Kind.RECORD:
            return self.record(field.record, here, {})
        if field.kind is Kind.RECORDS:
            count = self.draw(st.integers(1, 2))
            ids = [f"{field.key}{number}{self.suffix}" for number in range(count)]
            self.ids[here] += [] if here != "plan.goals" else ids
            has_id = "id" in disk_fields(field.record)
            return tuple(self.record(field.record, here, {"id": id} if has_id else {}) for id in ids)
        return self.draw(values_of(field))


def _built(record: type[Record], values: dict[str, object], needed: list[str]) -> Record:
    """Build the record; where values do not go together, without the last one drawn, until they do."""
    while True:
        try:
            return record(**values)
        except ValidationError:
            last = next(name for name in reversed(values) if name not in needed)
            del values[last]


def _with_what_they_need(names: set[str]) -> set[str]:
    """Add the lists that a record in one of these lists cannot do without."""
    for name in sorted(names):
        for field in disk_fields(_LISTS[name].record).values():
            if field.required and (name, field.name) in TARGETS and not names & set(TARGETS[name, field.name]):
                return _with_what_they_need(names | {TARGETS[name, field.name][0]})
    return names


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case."""
    draft = _Draft(draw, _with_what_they_need(draw(st.sets(st.sampled_from(sorted(_LISTS)), max_size=8))))
    values: dict[str, object] = {"id": draw(st.just("ada") | texts())}
    for field in disk_fields(Case).values():
        if field.kind is Kind.RECORD and draw(st.booleans()):
            values[field.name] = draft.record(field.record, field.name, {})
    values["complete"] = tuple(draw(st.lists(st.sampled_from(list(ListName)), unique=True, max_size=5)))
    if draw(st.booleans()):
        values["complete"] = tuple(name for name in ListName if name in values["complete"])
    values["service"] = draw(st.none() | values_of(disk_fields(Case)["service"]))
    for name, field in _LISTS.items():
        values[name] = tuple(draft.record(field.record, name, {"id": id}) for id in draft.ids[name])
    return Case(**values)
