"""Worlds: copies of a case under other case ids, each with some cells blanked, decided together in one run."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.engine import Engine
from necessity.adjudication.program import CompiledSubject
from necessity.codesets.at_hand import shipped
from necessity.domain.case import ListName
from necessity.domain.tables import Row, Tables, row_name
from necessity.rulebook.load import Rulebook

PENDED, PAYABLE = 1, 3
_ANSWERS = ("outcome", "least_payable_cents")


class Cell(NamedTuple):
    """One known value of one row of a case's tables."""

    table: str
    place: int
    column: str


class Answered(NamedTuple):
    """What one decided row comes to."""

    outcome: int
    cents: int | None
    """Payable cents, where it is about money."""


Answers = dict[tuple[str, ...], Answered]
"""The answers of one world by subject and keys, the case id left out."""


def given_columns(book: Rulebook) -> dict[str, list[str]]:
    """List the columns a person could have left unknown: what given facts read, and which lists are complete."""
    found = {("case_file", f"{name}_complete"): None for name in ListName}
    for fact in book.facts.facts.values():
        if fact.is_given:
            table, _, column = fact.field.partition(".")
            found[table, column] = None
    columns: dict[str, list[str]] = {}
    for table, column in sorted(found):
        columns.setdefault(table, []).append(column)
    return columns


def known_cells(tables: Tables, columns: Mapping[str, Collection[str]]) -> list[Cell]:
    """List every cell of these columns that holds something."""
    return [
        Cell(table, place, column)
        for table, names in columns.items()
        for place, row in enumerate(tables[table])
        for column in names
        if row.get(column) is not None
    ]


def name_of(tables: Tables, cell: Cell) -> str:
    """Name a cell for a report: table, row and column, with the value it had."""
    row = tables[cell.table][cell.place]
    return f"{cell.table}[{row_name(cell.table, row)}].{cell.column} = {row[cell.column]!r}"


def copies(tables: Tables, worlds: Sequence[Iterable[Cell]], name: str = "world") -> Tables:
    """Copy a case once for each world, with that world's cells blanked; world 3 has the case id `world-3`."""
    found: Tables = {table: [] for table in tables}
    for number, blanked in enumerate(worlds):
        case_id = f"{name}-{number}"
        blank: dict[tuple[str, int], Row] = {}
        for cell in blanked:
            blank.setdefault((cell.table, cell.place), {})[cell.column] = None
        for table, rows in tables.items():
            for place, row in enumerate(rows):
                found[table].append({**row, **blank.get((table, place), {}), "case_id": case_id})
    return found


def joined(many: Iterable[Tables]) -> Tables:
    """Put the tables of several cases together, as a bulk run gets them."""
    found: Tables = {}
    for tables in many:
        for table, rows in tables.items():
            found.setdefault(table, []).extend(rows)
    return found


class Outcomes(Engine):
    """The engine, handing back keys and answers only: thousands of rows with hundreds of facts are slow to read."""

    def _fetch(self, subject: CompiledSubject) -> list[dict[str, Any]]:
        cursor = self._db.execute(f"SELECT * FROM {subject.name}_decided LIMIT 0")
        wanted = [*subject.keys, *(column[0] for column in cursor.description if column[0] in _ANSWERS)]
        rows = self._db.execute(f"SELECT {', '.join(wanted)} FROM {subject.name}_decided").fetchall()
        return [dict(zip(wanted, row, strict=True)) for row in rows]

    def answers(self, tables: Tables) -> dict[str, Answers]:
        """Decide all worlds in one run: the answers of each by its case id."""
        found: dict[str, Answers] = {}
        for subject in self.program.subjects:
            assert subject.keys[0] == "case_id"
        for name, rows in self.run(with_codes(tables, shipped())).items():
            keys = next(subject.keys for subject in self.program.subjects if subject.name == name)
            for row in rows:
                key = (name, *(str(row[key]) for key in keys[1:]))
                answered = Answered(row["outcome"], row.get("least_payable_cents"))
                found.setdefault(row["case_id"], {})[key] = answered
        return found


def reversals(before: Answers, after: Answers) -> Iterator[str]:
    """Find each answer that blanking turned into another settled one; what stays or becomes pended is as promised."""
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield f"{' '.join(key)} {'appears' if old is None else 'vanishes'}"
        elif new.outcome not in (old.outcome, PENDED):
            yield f"{' '.join(key)} was {old.outcome}, becomes {new.outcome}"
        elif new.outcome == PAYABLE and new.cents != old.cents:
            yield f"{' '.join(key)} was {old.cents} cents, becomes {new.cents}"
