"""Books: whole folders of tables made of copies of written cases, for the bulk run to decide."""

import csv
import json
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from necessity.domain.tables import TABLES, Tables
from tests.written import written

Line = tuple[Any, ...]


def copied(names: tuple[str, ...], copies: int) -> Tables:
    """Copy some written cases, each under a case id of its own."""
    found: Tables = {name: [] for name in TABLES}
    for name in names:
        for number in range(copies):
            for table, rows in written()[name].items():
                found[table] += [{**row, "case_id": f"{name}-{number}"} for row in rows]
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "|".join(map(str, value))
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def write_csv(folder: Path, tables: Tables) -> Path:
    """Write every table with rows as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(TABLES[name].columns)
                writer.writerows([_text(row.get(column)) for column in TABLES[name].columns] for row in rows)
    return folder


def write_ndjson(folder: Path, tables: Tables) -> Path:
    """Write every table with rows as NDJSON, unknown cells left out."""

    def plain(value: object) -> object:
        return (
            str(value)
            if isinstance(value, Decimal)
            else value.isoformat()
            if isinstance(value, (date, time))
            else value
        )

    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            lines = [json.dumps({c: plain(v) for c, v in row.items() if v is not None}, default=plain) for row in rows]
            (folder / f"{name}.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_parquet(folder: Path, tables: Tables) -> Path:
    """Write every table with rows as Parquet."""
    from necessity.adjudication.engine import load_rows

    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"temp_directory": ""}) as db:
        for name, rows in tables.items():
            if rows:
                load_rows(db, f"t_{name}", TABLES[name].columns, list(rows))
                db.execute(f"COPY t_{name} TO '{folder / f'{name}.parquet'}' (FORMAT parquet)")
    return folder


def rows_of(files: str) -> list[dict[str, Any]]:
    """Read the rows of some Parquet files, in no order."""
    with duckdb.connect(config={"temp_directory": ""}) as db:
        cursor = db.execute(f"SELECT * FROM read_parquet('{files}')")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def lines_of(out: Path) -> dict[tuple[str, str, str], Line]:
    """Read every decided line of a run by its keys; a line that stands there twice is an error."""
    found: dict[tuple[str, str, str], Line] = {}
    for row in rows_of(f"{out}/parts/*/lines.parquet"):
        key = row["case_id"], row["expense_id"], row["funding_source_id"]
        assert key not in found, f"{key} stands there twice"
        found[key] = tuple(row.values())
    return found


def results_of(out: Path) -> dict[str, Any]:
    """Read all that a run leaves, so that two runs can be compared."""
    return {
        "lines": lines_of(out),
        "claims": rows_of(f"{out}/claims.parquet"),
        "rules": rows_of(f"{out}/rules.parquet"),
        "quarantine": (out / "quarantine.csv").read_text(encoding="utf-8"),
        "summary": (out / "summary.json").read_text(encoding="utf-8"),
    }


def set_aside(out: Path) -> Iterator[tuple[str, str, str, str]]:
    """List the rows set aside for a fault of their own: table, case, row, reason."""
    for row in rows_of(f"{out}/quarantine.parquet"):
        if row["is_own_fault"]:
            yield row["table_name"], row["case_id"], row["row_id"], row["reason"]
