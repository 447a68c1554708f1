"""From claims as they were read to the published tables: who is set aside, who is who, which source is asked.

Everything here looks at the whole book at once and is SQL over what `gather` wrote. What is set aside goes into the
quarantine by claim, with file, segment and reason; the tables hold the rest, each claim whole.
"""

from collections.abc import Iterator
from pathlib import Path

from necessity.domain.tables import TABLES
from necessity.workflow.bulk.checks import QUARANTINE
from necessity.workflow.bulk.messages.beside import Beside, place, take_beside
from necessity.workflow.bulk.messages.gather import TABLES_READ
from necessity.workflow.bulk.messages.laid_out import MessageTables
from necessity.workflow.bulk.messages.register import CLAIM_READ, LINE_READ
from necessity.workflow.bulk.survey import Database, quoted

_FAULTS = {
    "claim_fault": {"claim_number": "BIGINT", "segment": "BIGINT", "reason": "VARCHAR"},
    "set_fault": {"file": "VARCHAR", "set_starts": "BIGINT", "segment": "BIGINT", "reason": "VARCHAR"},
    "file_fault": {"file": "VARCHAR", "segment": "BIGINT", "reason": "VARCHAR"},
    "unread": {"file": "VARCHAR", "segment": "BIGINT", "reason": "VARCHAR"},
}
_INSURANCE = "('group_plan', 'medicare', 'medicare_advantage')"


def settle(db: Database, stages: Path, beside: list[Beside], on: str, target: Path) -> None:
    """Make the tables of a book of messages: `tables/*.parquet`, the register, and what is set aside.

    Args:
        db: A database that may read the stages and write the target.
        stages: What `gather` wrote.
        beside: The tables given beside.
        on: The day to decide for.
        target: A folder that is there and empty.
    """
    _take(db, stages)
    _aside_as_read(db)
    _aside_twice(db)
    _aside_other_person(db)
    _place(db, beside)
    _sources(db)
    db.execute(f"CREATE OR REPLACE TEMP TABLE taken AS SELECT * FROM {GOOD}")
    _write(db, MessageTables(db, on), target)


def _take(db: Database, stages: Path) -> None:
    """Read the stages into `made_…` tables, the register and the faults."""
    layouts = {table: _made_columns(table) for table in TABLES_READ}
    for stage, columns in {**layouts, "claim_read": CLAIM_READ, "line_read": LINE_READ, **_FAULTS}.items():
        if stage == "line_read":
            columns = {**columns, "claim_number": "BIGINT"}
        shape = ", ".join(f"{name}: {quoted(type)}" for name, type in columns.items())
        name = f"made_{stage}" if stage in TABLES_READ else stage
        read = f"read_json({quoted(stages / f'{stage}.ndjson')}, format = 'newline_delimited', columns = {{{shape}}})"
        db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {read}")
    db.execute("CREATE OR REPLACE TEMP TABLE aside (claim_number BIGINT, segment BIGINT, reason VARCHAR)")


def _made_columns(table: str) -> dict[str, str]:
    return {"claim_number": "BIGINT"} | {name: "VARCHAR" for name in TABLES[table].columns if name != "case_id"}


# ── what is set aside ───────────────────────────────────────────────────────


def _aside_as_read(db: Database) -> None:
    """Set aside what has a fault of its own, of a level above, of its set or of the file around it."""
    db.execute("INSERT INTO aside SELECT DISTINCT claim_number, segment, reason FROM claim_fault")
    db.execute(
        "INSERT INTO aside SELECT claim_number, fault.segment, 'its transaction set: ' || fault.reason FROM claim_read "
        "JOIN (SELECT DISTINCT * FROM set_fault) AS fault "
        "ON fault.file = claim_read.file AND fault.set_starts = claim_read.set_starts"
    )
    db.execute(
        "INSERT INTO aside SELECT claim_number, fault.segment, 'the file: ' || fault.reason FROM claim_read "
        "JOIN (SELECT DISTINCT * FROM file_fault) AS fault ON fault.file = claim_read.file"
    )


GOOD = "(SELECT * FROM claim_read WHERE claim_number NOT IN (SELECT claim_number FROM aside))"


def _aside_twice(db: Database) -> None:
    """Of a claim that came several times take the first; of two claims under one number, none."""
    same = "PARTITION BY case_id, claim_id, digest ORDER BY claim_number"
    db.execute(
        "INSERT INTO aside SELECT claim_number, segment, 'The same claim stands in ' || first_file || ', segment ' || "
        "first_segment || '; it is decided there.' FROM (SELECT claim_number, segment, row_number() OVER one AS place, "
        "first_value(file) OVER one AS first_file, first_value(segment) OVER one AS first_segment "
        f"FROM {GOOD} WINDOW one AS ({same})) WHERE place > 1"
    )
    db.execute(
        "INSERT INTO aside SELECT claim_number, segment, 'Its number ' || control_number || ' stands over another "
        "claim of the same patient and practice as well; which one counts cannot be told.' "
        f"FROM {GOOD} QUALIFY count(*) OVER (PARTITION BY case_id, claim_id) > 1"
    )


def _aside_other_person(db: Database) -> None:
    """Set aside the claims of a member number that stands for people born on different days."""
    db.execute(
        "INSERT INTO aside SELECT claim_number, segment, 'Claims under member number ' || member_id || ' name "
        f"different birth dates for the same patient; whose they are cannot be told.' FROM {GOOD} "
        f"WHERE case_id IN (SELECT case_id FROM {GOOD} GROUP BY case_id HAVING count(DISTINCT patient_born_on) > 1)"
    )


# ── tables beside ───────────────────────────────────────────────────────────


def _place(db: Database, beside: list[Beside]) -> None:
    """Find whose the rows beside are; a row that could be of several patients sets all of them aside."""
    db.execute(
        "CREATE OR REPLACE TEMP TABLE message_case AS "
        f"SELECT claim_number, case_id, claim_id, member_id, group_number, control_number FROM {GOOD}"
    )
    db.execute("CREATE OR REPLACE TEMP TABLE beside_lost (table_name VARCHAR, beside_row BIGINT, case_id VARCHAR)")
    db.execute(
        "CREATE OR REPLACE TEMP TABLE beside_count (table_name VARCHAR, read BIGINT, taken BIGINT, set_aside BIGINT)"
    )
    for one in beside:
        if one.is_directory:
            table = one.input.table
            take_beside(one, f"directory_{table}", db)
            db.execute(f"INSERT INTO beside_count SELECT {quoted(table)}, count(*), NULL, 0 FROM directory_{table}")
        else:
            place(one, db)
    db.execute(
        "INSERT INTO aside SELECT known.claim_number, NULL, lost.table_name || ' beside, row ' || lost.beside_row || "
        "', could be about this claim or another one under the same number: name it by case_id or "
        "patient_control_number' FROM beside_lost AS lost JOIN message_case AS known ON known.case_id = lost.case_id"
    )


def _sources(db: Database) -> None:
    """Find which source each claim asks: of those beside the one it can mean, else the one of the message."""
    placed = "placed_funding_source"
    has = db.execute(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = {quoted(placed)}").fetchone()
    if not has or not has[0]:
        columns = ", ".join(f"{c} VARCHAR" for c in TABLES["funding_source"].columns)
        db.execute(f"CREATE TEMP TABLE {placed} ({columns}, level INTEGER)")
    _merge_sources(db)
    same = "own.kind = claim.funding_kind"
    near = "(own.payer_electronic_id = claim.payer_id OR own.group_number = claim.group_number)"
    db.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT claim.claim_number, any_value(claim.segment) AS segment, "
        "any_value(claim.funding_kind) AS funding_kind, count(own.id) AS sources, "
        f"count(CASE WHEN {same} THEN 1 END) AS same, count(CASE WHEN {same} AND {near} THEN 1 END) AS near, "
        f"count(CASE WHEN own.kind IN {_INSURANCE} THEN 1 END) AS plans, "
        f"min(CASE WHEN {same} THEN own.id END) AS same_id, "
        f"min(CASE WHEN {same} AND {near} THEN own.id END) AS near_id, "
        f"min(own.id) AS only_id, string_agg(DISTINCT own.kind, ', ' ORDER BY own.kind) AS kinds FROM {GOOD} AS claim "
        "LEFT JOIN merged_source AS own ON own.case_id = claim.case_id "
        "AND coalesce(lower(own.held), 'true') NOT IN ('false', 'no') GROUP BY claim.claim_number"
    )
    db.execute(
        "CREATE OR REPLACE TEMP TABLE asked_of AS SELECT claim_number, sources, CASE WHEN same = 1 THEN same_id "
        "WHEN near = 1 THEN near_id WHEN plans = 0 AND sources = 1 THEN only_id END AS source FROM asked"
    )
    db.execute(
        "INSERT INTO aside SELECT asked.claim_number, segment, CASE WHEN same > 1 THEN 'funding_source beside has "
        "several of the kind ' || funding_kind || ' for this member; give payer_electronic_id or group_number of one' "
        "ELSE 'It asks a ' || funding_kind || ', and funding_source beside knows of this member only: ' || kinds END "
        "FROM asked JOIN asked_of ON asked_of.claim_number = asked.claim_number "
        "WHERE asked.sources > 0 AND asked_of.source IS NULL"
    )


def _merge_sources(db: Database) -> None:
    """Fill what a member's own row leaves open from the row of the whole group; each source of a case stands once."""
    names = [name for name in TABLES["funding_source"].columns if name not in ("case_id", "id", "member_id")]
    filled = ", ".join(f"coalesce(own.{name}, plan.{name}) AS {name}" for name in names)
    number = "(SELECT case_id, any_value(member_id) AS member_id FROM message_case GROUP BY case_id)"
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE merged_source AS SELECT own.case_id, own.id, own.member_id, {filled} "
        "FROM placed_funding_source AS own LEFT JOIN placed_funding_source AS plan "
        "ON plan.case_id = own.case_id AND plan.id = own.id AND plan.level = 1 WHERE own.level = 0 UNION ALL BY NAME "
        f"SELECT plan.* EXCLUDE (level, member_id), number.member_id FROM placed_funding_source AS plan "
        f"JOIN {number} AS number ON number.case_id = plan.case_id WHERE plan.level = 1 AND NOT EXISTS "
        "(SELECT 1 FROM placed_funding_source AS own WHERE own.level = 0 AND own.case_id = plan.case_id "
        "AND own.id = plan.id)"
    )


def _write(db: Database, tables: MessageTables, target: Path) -> None:
    (target / "tables").mkdir()
    for name, query in tables.queries():
        columns = ", ".join(f"CAST(NULL AS VARCHAR) AS {c}" for c in TABLES[name].columns)
        whole = f"SELECT {columns} WHERE FALSE UNION ALL BY NAME {query}"
        selected = ", ".join(f"CAST({c} AS VARCHAR) AS {c}" for c in TABLES[name].columns)
        _copy(db, f"SELECT {selected} FROM ({whole})", target / "tables" / f"{name}.parquet")
    why = (
        "(SELECT claim_number, string_agg(DISTINCT coalesce('segment ' || segment || ': ', '') || reason, '; ' "
        "ORDER BY coalesce('segment ' || segment || ': ', '') || reason) AS why FROM aside GROUP BY claim_number)"
    )
    _copy(
        db,
        f"SELECT claim_read.* EXCLUDE (digest), asked_of.source AS named_source, aside.why AS set_aside_because "
        f"FROM claim_read LEFT JOIN {why} AS aside ON aside.claim_number = claim_read.claim_number "
        "LEFT JOIN asked_of ON asked_of.claim_number = claim_read.claim_number ORDER BY claim_read.claim_number",
        target / "claims.parquet",
    )
    _copy(
        db,
        "SELECT taken.case_id, line_read.* FROM line_read JOIN taken ON taken.claim_number = line_read.claim_number",
        target / "lines.parquet",
    )
    _copy(db, f"SELECT {', '.join(QUARANTINE)} FROM ({' UNION ALL BY NAME '.join(_quarantine(why))})",
          target / "quarantine.parquet")  # fmt: skip
    _copy(db, _COUNTED, target / "beside.parquet")


_COUNTED = """
SELECT table_name, read, taken, set_aside, read - taken AS without_claim FROM beside_count WHERE taken IS NOT NULL
UNION ALL SELECT table_name, read, read, set_aside, 0 FROM beside_count WHERE taken IS NULL
"""


def _quarantine(why: str) -> Iterator[str]:
    own = "TRUE AS is_own_fault"
    yield (
        "SELECT 'message' AS table_name, case_id, claim_read.file || ', segment ' || claim_read.segment || ', claim ' "
        f"|| control_number AS row_id, aside.why AS reason, {own} FROM claim_read "
        f"JOIN {why} AS aside ON aside.claim_number = claim_read.claim_number"
    )
    yield f"SELECT 'message' AS table_name, NULL AS case_id, file AS row_id, reason, {own} FROM unread"
    yield (
        "SELECT table_name || ' (beside)' AS table_name, min(case_id) AS case_id, 'row ' || beside_row AS row_id, "
        f"'could be of several patients: ' || string_agg(case_id, ', ' ORDER BY case_id) AS reason, {own} "
        "FROM beside_lost GROUP BY table_name, beside_row"
    )


def _copy(db: Database, query: str, target: Path) -> None:
    db.execute(f"COPY ({query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)")
