"""Crowded cases: real case folders with records doubled and values swapped, to meet what nobody thought of writing.

A second letter, a third submission, two plan years that overlap, a reimbursement of nobody knows how much: facts that
count, choose and sum over rows go wrong where there are several.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from necessity.domain.people import RED_FLAGS
from necessity.domain.tables import TABLES, Row, Tables
from tests.worlds import Cell, known_cells

_DOUBLED = (
    *("letter", "submission", "plan_year", "reimbursement", "condition", "cardiac_event", "measurement"),
    *("clause", "expense", "funding_source"),
)
_NAMES = {
    **{"condition": "condition", "letter": "letter", "receipt": "receipt", "trainer": "trainer"},
    **{"package": "package", "expense": "expense", "clinician": "clinician", "supervisor": "clinician"},
    **{"signed_by": "clinician", "diagnosed_by": "clinician", "ordered_by": "clinician"},
    **{"funding_source": "funding_source", "funding_source_id": "funding_source"},
}
"""Columns that name a row, with the table it stands in."""
_FIXED = {*_NAMES, "case_id", "id", "decided_on", "origin", "replaces", "claim", "goal", "trainer_id", "claim_id"}
_NEEDED = {"submission": ("letter", "funding_source"), "plan_year": ("funding_source_id",)} | {
    "clause": ("funding_source_id",),
    "reimbursement": ("expense",),
}


class Crowd:
    """Draws crowded cases from the rows and values that some cases have."""

    def __init__(self, many: list[Tables]) -> None:
        self.many = many
        self.rows = {name: [row for tables in many for row in tables[name]] for name in TABLES}
        self.values: dict[tuple[str, str], list[Any]] = {}
        everything = {name: [c for c in table.columns if c not in _FIXED] for name, table in TABLES.items()}
        for tables in many:
            for cell in known_cells(tables, everything):
                value = tables[cell.table][cell.place][cell.column]
                self.values.setdefault((cell.table, cell.column), []).append(value)

    def draw(self, random: Random) -> Tables:
        """Draw one case: up to six rows more, up to two dozen values from elsewhere."""
        chosen = random.choice([tables for tables in self.many if len(tables["expense"]) < 10])
        tables = {name: [dict(row) for row in rows] for name, rows in chosen.items()}
        for _ in range(random.randint(0, 6)):
            self._double(random, tables)
        columns = {name: [c for t, c in self.values if t == name] for name in TABLES}
        cells = [
            Cell(name, place, column)
            for name, rows in tables.items()
            for place in range(len(rows))
            for column in columns[name]
            if (name, column) not in (("funding_source", "kind"), ("statement", "kind"))
        ]
        for cell in random.sample(cells, min(len(cells), random.randint(0, 24))):
            self._swap(random, tables, cell)
        _mend(tables)
        return tables

    def _double(self, random: Random, tables: Tables) -> None:
        """Add one more row of a kind, from this case or another, naming rows that this case has."""
        name = random.choice(_DOUBLED)
        source = tables[name] or self.rows[name]
        if not source:
            return
        row: Row = {**random.choice(source), "id": f"more-{len(tables[name])}"}
        row["case_id"] = tables["case_file"][0]["case_id"]
        for column, target in _NAMES.items():
            ids = [other["id"] for other in tables[target]]
            if row.get(column) is not None and (row[column] not in ids or random.random() < 0.3):
                row[column] = random.choice(ids) if ids else None
        if all(row[column] is not None for column in _NEEDED.get(name, ())):
            tables[name].append(row)

    def _swap(self, random: Random, tables: Tables, cell: Cell) -> None:
        value = random.choice([*self.values[cell.table, cell.column], None])
        if isinstance(value, date):
            value += timedelta(days=random.choice((-40, -1, 0, 0, 1, 30)))
        if value is not None or (cell.table, cell.column) != ("expense", "kind"):
            tables[cell.table][cell.place][cell.column] = value


def _mend(tables: Tables) -> None:
    """Undo what a record refuses: two ends of one letter, a screen at odds with itself; state each service kind."""
    for letter in tables["letter"]:
        if letter["effective_to"] and (letter["stated_months"] or letter["effective_from"]):
            letter["effective_to"] = None
        if letter["effective_from"]:
            letter["states_start"] = letter["states_start"] or None
        if letter["effective_to"] or letter["stated_months"]:
            letter["states_duration"] = letter["states_duration"] or None
    for patient in tables["patient"]:
        if any(patient[flag] for flag in RED_FLAGS):
            patient["red_flag_found"] = patient["red_flag_found"] or None
    said = {row["kind"] for row in tables["statement"]}
    case_id = tables["case_file"][0]["case_id"]
    for kind in sorted({str(row["kind"]) for row in tables["expense"]} - said):
        blank = dict.fromkeys(TABLES["statement"].columns)
        tables["statement"].append({**blank, "case_id": case_id, "id": kind, "kind": kind})
