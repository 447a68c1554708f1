"""The end of a bulk run: rules, quarantine and claims in one file each, and the summary."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from necessity.errors import NecessityError
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.checks import QUARANTINE
from necessity.workflow.bulk.output import RULES, rule_rows
from necessity.workflow.bulk.survey import Database, quoted

_MOST_REASONS = 10


def finish(
    db: Database, book: Rulebook, out: Path, rows: dict[str, int], refused: list[tuple[int, str, str]]
) -> dict[str, Any]:
    """Put together what belongs to the whole run.

    Args:
        db: A database that may read and write there.
        book: The rulebook.
        out: The folder of the run, with all its parts.
        rows: Rows read by table.
        refused: Case documents that are no case.

    Returns:
        The summary.

    Raises:
        NecessityError: rows in are not rows decided and set aside; a fault of ours.
    """
    _rules(db, book, out)
    _quarantine(db, out, refused)
    lines = _glob(out, "lines")
    _copy(db, f"SELECT * FROM {_glob(out, 'claims')} ORDER BY case_id, funding_source_id", out / "claims.parquet")
    counted: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    number = 0
    for file in sorted((out / "parts").glob("*/counts.json")):
        counts = json.loads(file.read_text(encoding="utf-8"))
        number += counts["lines"]
        for table, one in counts["rows"].items():
            counted[table] += one["read"]
            aside[table] += one["set_aside"]
    if any(counted[table] != read for table, read in rows.items()):
        raise NecessityError(
            "Rows were lost between reading and deciding; this is a fault of ours.",
            "Run it again into another folder, and report it.",
        )
    return {
        "rulebook": {"dated": str(book.dated), "sha256": book.sha256},
        "rows": {t: {"read": n, "decided": n - aside[t], "set_aside": aside[t]} for t, n in sorted(rows.items())},
        "documents_refused": len(refused),
        "lines": number,
        "outcomes": _outcomes(db, lines) if number else {},
        "reasons": _reasons(db, lines) if number else [],
        "findings": _findings(db, out),
    }


def _glob(out: Path, name: str) -> str:
    files = sorted((out / "parts").glob(f"*/{name}.parquet"))
    if not files:
        return "(SELECT 1 WHERE FALSE)"
    return f"read_parquet([{', '.join(quoted(file) for file in files)}])"


def _copy(db: Database, query: str, target: Path) -> None:
    aside = target.with_name(f".{target.name}.half")
    kind = "(FORMAT csv, HEADER)" if target.suffix == ".csv" else "(FORMAT parquet, COMPRESSION zstd)"
    db.execute(f"COPY ({query}) TO {quoted(aside)} {kind}")
    disk.put_whole(aside, target)


def _rules(db: Database, book: Rulebook, out: Path) -> None:
    db.execute(f"CREATE OR REPLACE TEMP TABLE rule_bit ({', '.join(f'{name} {type}' for name, type in RULES.items())})")
    for row in rule_rows(book):
        db.execute(f"INSERT INTO rule_bit VALUES ({', '.join('?' * len(row))})", list(row))
    _copy(db, "SELECT * FROM rule_bit", out / "rules.parquet")


def _quarantine(db: Database, out: Path, refused: list[tuple[int, str, str]]) -> None:
    columns = ", ".join(f"{name} {type}" for name, type in QUARANTINE.items())
    db.execute(f"CREATE OR REPLACE TEMP TABLE refused_document ({columns})")
    for line, case, why in refused:
        row = ["cases", case or None, f"line {line}", why, True]
        db.execute("INSERT INTO refused_document VALUES (?, ?, ?, ?, ?)", row)
    both = f"SELECT * FROM {_glob(out, 'quarantine')} UNION ALL SELECT * FROM refused_document"
    query = f"SELECT * FROM ({both}) ORDER BY table_name, case_id, row_id, reason"
    _copy(db, query, out / "quarantine.parquet")
    _copy(db, query, out / "quarantine.csv")


def _outcomes(db: Database, lines: str) -> dict[str, dict[str, int]]:
    query = (
        "SELECT outcome, count(*), CAST(coalesce(sum(charge_cents), 0) AS BIGINT), "
        f"CAST(coalesce(sum(payable_cents), 0) AS BIGINT) FROM {lines} GROUP BY outcome ORDER BY outcome"
    )
    return {
        str(outcome): {"lines": int(str(n)), "charge_cents": int(str(charge)), "payable_cents": int(str(paid))}
        for outcome, n, charge, paid in db.execute(query).fetchall()
    }


def _reasons(db: Database, lines: str) -> list[dict[str, object]]:
    query = (
        f"SELECT outcome, reason, count(*) AS n FROM {lines} WHERE reason IS NOT NULL "
        f"GROUP BY outcome, reason ORDER BY n DESC, outcome, reason LIMIT {_MOST_REASONS}"
    )
    return [{"outcome": outcome, "rule": rule, "lines": n} for outcome, rule, n in db.execute(query).fetchall()]


def _findings(db: Database, out: Path) -> list[dict[str, object]]:
    found = _glob(out, "findings")
    if "parquet" not in found:
        return []
    query = f"SELECT finding, what, CAST(sum(count) AS BIGINT), min(example) FROM {found} GROUP BY ALL ORDER BY ALL"
    names = ("finding", "what", "count", "example")
    return [dict(zip(names, row, strict=True)) for row in db.execute(query).fetchall()]
