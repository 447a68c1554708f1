"""The input of a finished run, read once more: its tables as views, its register of messages, prices given beside."""

import difflib
from pathlib import Path

from necessity.domain.tables import TABLES
from necessity.errors import FormatError, SettingError
from necessity.workflow.bulk.checks import reading_of, refuse_broken_lines
from necessity.workflow.bulk.messages.lay_out import FOLDER
from necessity.workflow.bulk.messages.register import CLAIM_READ, LINE_READ
from necessity.workflow.bulk.survey import FORMATS, Database, Input, columns_of, quoted, reading, survey

READ = ("patient", "funding_source", "billing_provider", "claim", "service_line", "expense")
"""Tables that payments read."""
PRICE = {
    "case_id": "VARCHAR",
    "expense_id": "VARCHAR",
    "member_id": "VARCHAR",
    "patient_control_number": "VARCHAR",
    "line_number": "VARCHAR",
    "allowed_cents": "BIGINT",
    "deductible_cents": "BIGINT",
    "coinsurance_cents": "BIGINT",
    "copay_cents": "BIGINT",
    "above_allowed_owed_by": "VARCHAR",
}
"""Columns of the table of allowed amounts: which line, what the plan's terms allow, the patient's share of it, and who
bears what is charged above it (provider or patient)."""
_MONEY = [name for name, type in PRICE.items() if type == "BIGINT"]
_MOST_TOLD = 20


def take_tables(db: Database, source: Path, out: Path) -> None:
    """Make a view `given_…` of each table that payments read, and `read_claim`, `read_line` of the register."""
    there = {one.table: one for one in survey(source, db, ("case_file",))}
    for name in READ:
        if name in there:
            columns = ", ".join(TABLES[name].columns)
            query = f"SELECT {columns} FROM ({reading_of(there[name], None)})"
        else:
            query = f"SELECT {_empty(TABLES[name].columns)} WHERE FALSE"
        db.execute(f"CREATE OR REPLACE TEMP TABLE given_{name} AS {query}")
    for name, file, columns_read in (("read_claim", "claims", CLAIM_READ), ("read_line", "lines", LINE_READ)):
        register = out / FOLDER / f"{file}.parquet"
        query = f"SELECT {_empty({'case_id': 'VARCHAR', **columns_read, 'set_aside_because': 'VARCHAR'})} WHERE FALSE"
        if register.is_file():
            query = f"SELECT * FROM read_parquet({quoted(register)})"
        db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


def _empty(columns: dict[str, str]) -> str:
    return ", ".join(f"CAST(NULL AS {type}) AS {name}" for name, type in columns.items())


def take_prices(db: Database, file: Path | None) -> None:
    """Read the table of allowed amounts into `price`.

    Raises:
        SettingError: no such file, or none of the kinds that are read.
        FormatError: unknown columns, no key, amounts that cannot be meant; every fault at once.
    """
    columns = ", ".join(f"{name} {type}" for name, type in PRICE.items())
    db.execute(f"CREATE OR REPLACE TEMP TABLE price ({columns})")
    if file is None:
        return
    if not file.is_file() or file.suffix[1:] not in FORMATS:
        raise SettingError(
            f"{file} is no table.", f"Name a file that ends in {', '.join(FORMATS)}.", setting="--allowed"
        )
    given = columns_of(db, file.suffix[1:], (file,))
    faults = [*_column_faults(given)]
    if not faults:
        db.execute("DROP TABLE IF EXISTS reject_errors")
        db.execute("DROP TABLE IF EXISTS reject_scans")
        rows = reading(file.suffix[1:], (file,), tuple(given))
        text = [
            f"nullif(CAST({c} AS VARCHAR), '') AS {c}" if c in given else f"CAST(NULL AS VARCHAR) AS {c}" for c in PRICE
        ]
        db.execute(f"CREATE OR REPLACE TEMP TABLE price_text AS SELECT {', '.join(text)} FROM {rows}")
        if file.suffix == ".csv":
            refuse_broken_lines(db, Input("allowed", "csv", (file,), given))
        faults += _row_faults(db)
    if faults:
        raise FormatError(
            f"{file} cannot be used:", "Mend these and run it again.", format="tables", faults=tuple(faults)
        )
    read = ", ".join(f"CAST({c} AS BIGINT) AS {c}" if c in _MONEY else c for c in PRICE)
    db.execute(f"INSERT INTO price SELECT {read} FROM price_text")


def _column_faults(given: dict[str, str]) -> list[str]:
    faults = []
    for column in given:
        if column not in PRICE:
            near = difflib.get_close_matches(column, PRICE, 1)
            faults.append(f"{column} is no column of it{f'; did you mean {near[0]}?' if near else ''}")
    by_claim = {"patient_control_number", "line_number"} <= set(given)
    if not by_claim and not {"case_id", "expense_id"} <= set(given):
        faults.append("it has neither case_id and expense_id nor patient_control_number and line_number")
    if "allowed_cents" not in given:
        faults.append("allowed_cents is missing")
    return faults


def _row_faults(db: Database) -> list[str]:
    """Find amounts that cannot be meant, and rows that name no line."""
    nobody = "(case_id IS NULL OR expense_id IS NULL) AND (patient_control_number IS NULL OR line_number IS NULL)"
    amounts = {name: f"NOT regexp_full_match({name}, '\\d{{1,15}}')" for name in _MONEY}
    share = " + ".join(f"coalesce(TRY_CAST({name} AS BIGINT), 0)" for name in _MONEY[1:])
    tests = {
        "it names no line": nobody,
        "allowed_cents is empty": "allowed_cents IS NULL",
        **{f"{name} is no whole number of cents, 0 or more": test for name, test in amounts.items()},
        "the patient's share is more than what is allowed": f"{share} > TRY_CAST(allowed_cents AS BIGINT)",
        "above_allowed_owed_by is neither provider nor patient": (
            "above_allowed_owed_by NOT IN ('provider', 'patient')"
        ),
    }
    faults: list[str] = []
    for said, test in tests.items():
        query = f"SELECT number FROM (SELECT row_number() OVER () AS number, * FROM price_text) WHERE {test}"
        rows = [str(row[0]) for row in db.execute(f"{query} ORDER BY 1 LIMIT {_MOST_TOLD}").fetchall()]
        faults += [f"row {', '.join(rows)}: {said}"] if rows else []
    return faults
