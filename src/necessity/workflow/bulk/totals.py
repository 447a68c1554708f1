"""The end of a bulk run: rules, quarantine, claims, letters and recoveries in one file each, and the summary."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from necessity.errors import NecessityError
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk import disk
from necessity.workflow.bulk.checks import QUARANTINE
from necessity.workflow.bulk.messages.lay_out import FOLDER
from necessity.workflow.bulk.output import FACTS, RULES, fact_rows, rule_rows
from necessity.workflow.bulk.survey import Database, quoted

_MOST_REASONS = 10
_OF_MEMBERS = "recoveries_by_member"


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
    _legend(db, RULES, rule_rows(book), out / "rules.parquet")
    _legend(db, FACTS, fact_rows(book), out / "facts.parquet")
    _quarantine(db, out, refused)
    lines = _glob(out, "lines")
    _copy(db, f"SELECT * FROM {_glob(out, 'claims')} ORDER BY case_id, funding_source_id", out / "claims.parquet")
    _registers(db, out)
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
    found = _glob(out, "findings")
    shown = summary(db, book, Counted(rows, aside, number, len(refused)), lines, found if "parquet" in found else "")
    return shown | _messages(db, out) | {"letters": _letters(db, out), "recoveries": _recovered(db, out)}


class Counted(NamedTuple):
    """What a run counted."""

    rows: dict[str, int]
    """Rows read, by table."""
    aside: Mapping[str, int]
    """Rows set aside, by table."""
    lines: int
    """Lines decided."""
    refused: int = 0
    """Case documents that are no case."""


def summary(db: Database, book: Rulebook, counted: Counted, lines: str, findings: str) -> dict[str, Any]:
    """Put the summary of a run together.

    Args:
        db: Where lines and findings can be read.
        book: The rulebook.
        counted: What the run counted.
        lines: What to read the lines shown from, in SQL.
        findings: What to read the findings from, in SQL; empty where there are none.
    """
    rows, aside = counted.rows, counted.aside
    return {
        "rulebook": {"dated": str(book.dated), "sha256": book.sha256},
        "rows": {
            t: {"read": n, "decided": n - aside.get(t, 0), "set_aside": aside.get(t, 0)}
            for t, n in sorted(rows.items())
        },
        "documents_refused": counted.refused,
        "lines": counted.lines,
        "outcomes": _outcomes(db, lines) if counted.lines else {},
        "reasons": _reasons(db, lines) if counted.lines else [],
        "findings": _findings(db, findings) if findings else [],
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


def _legend(db: Database, columns: dict[str, str], rows: Iterable[tuple[object, ...]], target: Path) -> None:
    """Write what the bits of masks mean."""
    db.execute(f"CREATE OR REPLACE TEMP TABLE legend ({', '.join(f'{name} {type}' for name, type in columns.items())})")
    for row in rows:
        db.execute(f"INSERT INTO legend VALUES ({', '.join('?' * len(row))})", list(row))
    _copy(db, "SELECT * FROM legend", target)


def _quarantine(db: Database, out: Path, refused: list[tuple[int, str, str]]) -> None:
    columns = ", ".join(f"{name} {type}" for name, type in QUARANTINE.items())
    db.execute(f"CREATE OR REPLACE TEMP TABLE refused_document ({columns})")
    for line, case, why in refused:
        row = ["cases", case or None, f"line {line}", why, True]
        db.execute("INSERT INTO refused_document VALUES (?, ?, ?, ?, ?)", row)
    both = f"SELECT * FROM {_glob(out, 'quarantine')} UNION ALL SELECT * FROM refused_document"
    messages = out / FOLDER / "quarantine.parquet"
    if messages.is_file():
        both += f" UNION ALL SELECT * FROM read_parquet({quoted(messages)})"
    query = f"SELECT * FROM ({both}) ORDER BY table_name, case_id, row_id, reason"
    _copy(db, query, out / "quarantine.parquet")
    _copy(db, query, out / "quarantine.csv")


def _messages(db: Database, out: Path) -> dict[str, Any]:
    """Count what the messages held: claims and lines in are those decided and those set aside, by reading or later."""
    register = out / FOLDER / "claims.parquet"
    if not register.is_file():
        return {}
    quarantined = f"read_parquet({quoted(out / 'quarantine.parquet')})"
    aside = (
        f"claim.set_aside_because IS NOT NULL OR EXISTS (SELECT 1 FROM {quarantined} "
        "AS quarantined WHERE quarantined.table_name = 'claim' AND quarantined.case_id = claim.case_id "
        "AND quarantined.row_id = claim.claim_id)"
    )
    query = (
        "SELECT count(DISTINCT file), count(*), count(CASE WHEN aside THEN 1 END), CAST(coalesce(sum(lines), 0) AS "
        "BIGINT), CAST(coalesce(sum(CASE WHEN aside THEN lines END), 0) AS BIGINT) "
        f"FROM (SELECT file, lines, {aside} AS aside FROM read_parquet({quoted(register)}) AS claim)"
    )
    files, claims, claims_aside, lines, lines_aside = (int(str(n)) for n in db.execute(query).fetchone() or [0] * 5)
    unread = f"SELECT count(*) FROM {quarantined} WHERE table_name = 'message' AND row_id NOT LIKE '%, claim %'"
    beside = db.execute(f"SELECT * FROM read_parquet({quoted(out / FOLDER / 'beside.parquet')}) ORDER BY 1").fetchall()
    names = ("read", "taken", "set_aside", "without_claim")
    return {
        "messages": {
            "files_with_claims": files,
            "not_read": int(str((db.execute(unread).fetchone() or (0,))[0])),
            "claims": {"read": claims, "decided": claims - claims_aside, "set_aside": claims_aside},
            "lines": {"read": lines, "decided": lines - lines_aside, "set_aside": lines_aside},
        },
        "beside": {str(table): dict(zip(names, counts, strict=True)) for table, *counts in beside},
    }


_BY_MEMBER = """
SELECT
    coalesce(payer, '') AS payer, coalesce(funding_source, '') AS funding_source, member_id,
    CASE WHEN member_id IS NULL THEN case_id END AS case_id, count(*) AS lines,
    CAST(sum(paid_cents) AS BIGINT) AS paid_cents, CAST(sum(over_cents) AS BIGINT) AS over_cents,
    min(served_on) AS first_served_on, max(served_on) AS last_served_on
FROM {}
GROUP BY ALL
ORDER BY ALL
"""


def _registers(db: Database, out: Path) -> None:
    """Put the letters on file, and money paid beyond what is left, in one file each; the latter by member as well."""
    letters, recoveries = _glob(out, "letters"), _glob(out, "recoveries")
    if "parquet" not in letters:
        return
    _copy(db, f"SELECT * FROM {letters} ORDER BY case_id, funding_source_id, letter", out / "letters.parquet")
    order = "case_id, expense_id, funding_source_id NULLS FIRST"
    _copy(db, f"SELECT * FROM {recoveries} ORDER BY {order}", out / "recoveries.parquet")
    _copy(db, _BY_MEMBER.format(recoveries), out / f"{_OF_MEMBERS}.parquet")


def _letters(db: Database, out: Path) -> dict[str, int]:
    """Count the letters by how they stand."""
    if not (out / "letters.parquet").is_file():
        return {}
    read = f"read_parquet({quoted(out / 'letters.parquet')})"
    rows = db.execute(f"SELECT state, count(*) FROM {read} GROUP BY state ORDER BY state").fetchall()
    return {str(state): int(str(number)) for state, number in rows}


def _recovered(db: Database, out: Path) -> dict[str, int]:
    """Sum up what was paid beyond what is left."""
    if not (out / "recoveries.parquet").is_file():
        return {}
    lines, members = (f"read_parquet({quoted(out / f'{name}.parquet')})" for name in ("recoveries", _OF_MEMBERS))
    query = (
        f"SELECT (SELECT count(*) FROM {lines}), (SELECT count(*) FROM {members}), "
        f"(SELECT CAST(coalesce(sum(over_cents), 0) AS BIGINT) FROM {lines})"
    )
    names = ("lines", "members", "over_cents")
    return {name: int(str(n)) for name, n in zip(names, db.execute(query).fetchall()[0], strict=True)}


def _outcomes(db: Database, lines: str) -> dict[str, dict[str, int]]:
    query = (
        "SELECT outcome, count(*), CAST(coalesce(sum(charge_cents), 0) AS BIGINT), "
        "CAST(coalesce(sum(payable_cents), 0) AS BIGINT), "
        "count(CASE WHEN outcome = 'payable' AND payable_cents IS NULL THEN 1 END) "
        f"FROM {lines} GROUP BY outcome ORDER BY outcome"
    )
    names = ("lines", "charge_cents", "payable_cents", "lines_without_amount")
    return {
        str(outcome): dict(zip(names, (int(str(number)) for number in numbers), strict=True))
        for outcome, *numbers in db.execute(query).fetchall()
    }


def _reasons(db: Database, lines: str) -> list[dict[str, object]]:
    query = (
        f"SELECT outcome, reason, count(*) AS n FROM {lines} WHERE reason IS NOT NULL "
        f"GROUP BY outcome, reason ORDER BY n DESC, outcome, reason LIMIT {_MOST_REASONS}"
    )
    return [{"outcome": outcome, "rule": rule, "lines": n} for outcome, rule, n in db.execute(query).fetchall()]


def _findings(db: Database, found: str) -> list[dict[str, object]]:
    query = f"SELECT finding, what, CAST(sum(count) AS BIGINT), min(example) FROM {found} GROUP BY 1, 2 ORDER BY 1, 2"
    names = ("finding", "what", "count", "example")
    return [dict(zip(names, row, strict=True)) for row in db.execute(query).fetchall()]
