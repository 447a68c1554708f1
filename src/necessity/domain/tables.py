"""A case as flat tables: the one shape that facts are computed over, for one case and for millions.

Columns carry the names of the record's fields. `case_id` comes first everywhere; lists inside a record become
tables of their own with `<parent>_id`. Sessions and other expenses stand together in `expense`; what is planned but
not yet in the record (the order, the unheld rest of a package) is added there, marked by `origin`. Two lists are only
counted: the activities of a session, and the visits of a gym-visit programme in each of its periods.
The data dictionary of bulk input is printed from here.
"""

import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.answer import Denial, Remittance
from necessity.domain.case import Case, ListName
from necessity.domain.claim import Claim, ServiceLine
from necessity.domain.funding import EmployerPlan, FundingSource, PlanClause, PlanYear
from necessity.domain.letter import (
    CardiacEvent,
    Condition,
    LetterOfMedicalNecessity,
    LetterSubmission,
    TrainingOrder,
)
from necessity.domain.people import BillingProvider, Certification, Clinician, Patient, Trainer
from necessity.domain.receipt import PatientStatement, Receipt, Reimbursement, TaxPicture
from necessity.domain.record import Record
from necessity.domain.training import (
    Expense,
    Goal,
    Measurement,
    Package,
    ServiceKind,
    ServiceStatus,
    TrainingPlan,
    TrainingSession,
)
from necessity.domain.visits import visit_days

Row = dict[str, object]
Tables = dict[str, list[Row]]


class Table(NamedTuple):
    """One flat table: its name, the record its columns come from, and where in a case its rows stand."""

    name: str
    """Name in SQL."""
    record: type[Record]
    """The record whose fields are its columns."""
    path: str
    """Where its rows stand: a field of Case, or parent.field for a list inside a list."""
    columns: dict[str, str]
    """Column to SQL type, in order, case_id first."""


_SQL_TYPES = {bool: "BOOLEAN", int: "BIGINT", Decimal: "DECIMAL(12,3)", date: "DATE", time: "TIME", str: "VARCHAR"}


def _sql_type(annotation: object) -> str | None:
    """Find the SQL type of a field, or None where it is a record or list of records."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _sql_type(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return _sql_type(next(a for a in typing.get_args(annotation) if a is not type(None)))
    if typing.get_origin(annotation) is tuple:
        inner = _sql_type(typing.get_args(annotation)[0])
        return f"{inner}[]" if inner else None
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return "VARCHAR"
    return _SQL_TYPES.get(typing.cast(type, annotation))


def _columns(*records: type[Record], keys: tuple[str, ...] = ()) -> dict[str, str]:
    columns = {key: "VARCHAR" for key in ("case_id", *keys)}
    for record in records:
        for name, field in record.model_fields.items():
            if sql := _sql_type(field.annotation):
                columns.setdefault(name, sql)
    return columns


def _table(name: str, record: type[Record], path: str, *keys: str) -> Table:
    return Table(name, record, path, _columns(record, keys=keys))


_CASE_FILE = {"case_id": "VARCHAR", "decided_on": "DATE", "service": "VARCHAR"} | {
    f"{name}_complete": "BOOLEAN" for name in ListName
}

_EXPENSE = {**_columns(Expense, TrainingSession), "origin": "VARCHAR", "activities_listed": "BIGINT"}
_PLAN_YEAR = {
    **_columns(PlanYear, keys=("funding_source_id",)),
    "visits_listed": "BIGINT",
    "visits_confirmed": "BIGINT",
}

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("case_file", Case, "", _CASE_FILE),
        _table("patient", Patient, "patient"),
        _table("tax", TaxPicture, "tax"),
        _table("training_plan", TrainingPlan, "plan"),
        _table("goal", Goal, "plan.goals"),
        _table("condition", Condition, "conditions"),
        _table("cardiac_event", CardiacEvent, "cardiac_events"),
        _table("measurement", Measurement, "measurements"),
        _table("clinician", Clinician, "clinicians"),
        _table("trainer", Trainer, "trainers"),
        _table("certification", Certification, "trainers.certifications", "trainer_id"),
        _table("billing_provider", BillingProvider, "billing_providers"),
        _table("training_order", TrainingOrder, "orders"),
        _table("letter", LetterOfMedicalNecessity, "letters"),
        _table("submission", LetterSubmission, "submissions"),
        _table("statement", PatientStatement, "statements"),
        _table("funding_source", FundingSource, "funding_sources"),
        Table("plan_year", PlanYear, "funding_sources.plan_years", _PLAN_YEAR),
        _table("clause", PlanClause, "funding_sources.clauses", "funding_source_id"),
        _table("employer_plan", EmployerPlan, "employer_plans"),
        _table("package", Package, "packages"),
        Table("expense", Expense, "expenses", _EXPENSE),
        _table("receipt", Receipt, "receipts"),
        _table("reimbursement", Reimbursement, "reimbursements"),
        _table("claim", Claim, "claims"),
        _table("service_line", ServiceLine, "claims.service_lines", "claim_id"),
        _table("remittance", Remittance, "remittances"),
        _table("denial", Denial, "denials"),
    )
}
"""Every flat table by name."""


def parent_key(table: str) -> str:
    """Name the column that holds the parent's id, for a list inside a list of records; else empty."""
    path, columns = TABLES[table].path, TABLES[table].columns
    return list(columns)[1] if "." in path and not path.startswith("plan.") else ""


def row_name(table: str, row: Row) -> str:
    """Name a row inside its case: its id, behind its parent's where it lies in a list inside a list; else empty."""
    parent = parent_key(table)
    id = str(row.get("id", "") or "")
    return f"{row[parent]}/{id}" if parent else id


def _row(record: Record, columns: dict[str, str], **keys: object) -> Row:
    row: Row = dict(keys)
    fields = vars(record)  # some columns belong to one kind of record only
    for name in columns:
        if name not in row:
            value = fields.get(name)
            row[name] = (list(value) or None) if isinstance(value, tuple) else value
    return row


def _records(case: Case, path: str) -> Iterator[tuple[Record, dict[str, object]]]:
    """Walk to the records at a path, with the parent's id where they lie inside another list."""
    head, _, tail = path.partition(".")
    value = getattr(case, head)
    for record in value if isinstance(value, tuple) else (value,):
        if not tail:
            yield record, {}
        else:
            parent = {f"{head.removesuffix('s')}_id": record.id} if isinstance(value, tuple) else {}
            for inner in getattr(record, tail):
                yield inner, parent


def _planned(case: Case) -> Iterator[Row]:
    """List what is to come but has no record yet: the rest of each package, else the order as one planned expense."""
    blank = dict.fromkeys(TABLES["expense"].columns)
    sessions_complete = case.is_complete(ListName.SESSIONS)
    for package in case.packages:
        listed = sum(session.package == package.id for session in case.sessions)
        for number in range(listed + 1, (package.sessions or 0) + 1):
            yield {
                **blank,
                "id": f"{package.id}#{number}",
                "kind": package.kind,
                "status": ServiceStatus.PLANNED if sessions_complete else None,
                "package": package.id,
                "participants": 1,
                "receipt": package.receipt,
                "origin": "package",
            }
    if case.sessions or case.expenses or case.packages:
        return
    order = case.orders[0] if case.orders else None
    if order or case.service or case.letters:
        yield {
            **blank,
            "id": "planned",
            "kind": (order.kind if order else None) or case.service,
            "status": ServiceStatus.PLANNED,
            "served_on": order.starts_on if order else None,
            "origin": "order",
        }


def _expenses(case: Case) -> Iterator[Row]:
    columns = TABLES["expense"].columns
    kinds = {package.id: package.kind for package in case.packages}
    for session in case.sessions:
        kind = kinds.get(session.package or "", ServiceKind.PERSONAL_TRAINING)
        row = _row(session, columns, case_id=case.id, kind=kind, origin="session")
        yield {**row, "activities_listed": len(session.activities) or None}
    for expense in case.expenses:
        yield _row(expense, columns, case_id=case.id, origin="expense")
    for row in _planned(case):
        yield {**row, "case_id": case.id}


def _statements(case: Case, expenses: Iterable[Row]) -> Iterator[Row]:
    """List the patient's statements, and an empty one for each kind of service that has none yet."""
    columns = TABLES["statement"].columns
    for statement in case.statements:
        yield _row(statement, columns, case_id=case.id)
    said = {statement.kind for statement in case.statements}
    for kind in sorted({str(row["kind"]) for row in expenses if row["kind"]} - said):
        yield {**dict.fromkeys(columns), "case_id": case.id, "id": kind, "kind": kind}


def _with_visits(case: Case, row: Row) -> Row:
    """Count the log of a gym-visit programme into the period (its plan year) the visits fall in."""
    first, last = typing.cast(date | None, row["starts_on"]), typing.cast(date | None, row["ends_on"])
    days = visit_days(case.visits, str(row["funding_source_id"]), first, last)
    return {**row, "visits_listed": days.listed, "visits_confirmed": days.confirmed}


def tables_of(case: Case, on: date) -> Tables:
    """Lay a case out as flat tables.

    Args:
        case: The record.
        on: The day to decide for.

    Returns:
        Rows by table name; every table is there, empty ones too. Values are plain Python values, None is unknown.
    """
    tables: Tables = {}
    for table in TABLES.values():
        if table.name == "case_file":
            complete = {f"{name}_complete": case.is_complete(name) or None for name in ListName}
            tables["case_file"] = [{"case_id": case.id, "decided_on": on, "service": case.service, **complete}]
        elif table.name == "expense":
            tables["expense"] = list(_expenses(case))
        elif table.name != "statement":
            tables[table.name] = [
                _row(record, table.columns, case_id=case.id, **keys) for record, keys in _records(case, table.path)
            ]
    tables["statement"] = list(_statements(case, tables["expense"]))
    tables["plan_year"] = (
        [_with_visits(case, row) for row in tables["plan_year"]] if case.visits else tables["plan_year"]
    )
    return tables
