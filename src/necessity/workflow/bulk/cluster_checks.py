"""Setting aside what a cluster cannot decide: the checks of `checks`, with all tables' rows in one.

A cluster plans a query for each table and each check longer than it runs them. So what the checks look at is laid out
once, a row of any table a row: its name, what is wrong with it, and what it names.
"""

from necessity.adjudication.spark.cluster import Cluster
from necessity.domain.tables import TABLES, parent_key
from necessity.workflow.bulk.checks import (
    NO_CODE,
    NO_SOURCE,
    QUARANTINE,
    STRANGER,
    TWICE,
    dangling_words,
    is_named,
    row_name,
)
from necessity.workflow.bulk.columns import references
from necessity.workflow.bulk.survey import quoted

FAULT = {"table_name": "VARCHAR", "case_id": "VARCHAR", "row_id": "VARCHAR", "reason": "VARCHAR"}
"""Columns of the view `fault`: what is wrong with which row."""
_KNOWN = "SELECT 1 FROM {} AS known WHERE known.case_id = row_given.case_id"
_TWICE = f"""
SELECT table_name, case_id, row_id, {quoted(TWICE)} AS reason
FROM row_given
WHERE is_named
GROUP BY table_name, case_id, parent, id, row_id
HAVING count(*) > 1
"""
_STRANGER = f"""
SELECT table_name, case_id, row_id, {quoted(STRANGER)} AS reason
FROM row_given
WHERE table_name <> 'case_file' AND case_id IS NOT NULL AND NOT EXISTS ({_KNOWN.format("given_case_file")})
"""
_NO_SOURCE = f"""
SELECT table_name, case_id, row_id, {quoted(NO_SOURCE)} AS reason
FROM row_given
WHERE table_name = 'expense' AND case_id IS NOT NULL
    AND NOT EXISTS ({_KNOWN.format("given_funding_source")} AND known.held AND known.kind <> 'own_pocket')
"""
_DANGLING = f"""
SELECT table_name, case_id, row_id, {dangling_words("named.column_name", "named.value")} AS reason
FROM (SELECT table_name, case_id, row_id, unnest(names) AS named FROM row_given) AS naming
WHERE named.value IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM row_given AS known
        WHERE known.case_id = naming.case_id AND known.id = naming.named.value
            AND list_contains(naming.named.targets, known.table_name)
    )
"""
_BAD_CASE = """
SELECT case_id, min(table_name || coalesce(' ' || nullif(row_id, ''), '') || ': ' || reason) AS why
FROM fault
WHERE case_id IS NOT NULL
GROUP BY case_id
"""
_QUARANTINE = """
SELECT row_given.table_name, row_given.case_id, row_given.row_id,
    coalesce(own.reason, 'its case is set aside: ' || bad_case.why) AS reason, own.reason IS NOT NULL AS is_own_fault
FROM row_given
LEFT JOIN bad_case ON bad_case.case_id = row_given.case_id
LEFT JOIN (
    SELECT table_name, case_id, row_id, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason
    FROM fault
    GROUP BY table_name, case_id, row_id
) AS own
    ON own.table_name = row_given.table_name AND own.row_id = row_given.row_id
    AND coalesce(own.case_id, '') = coalesce(row_given.case_id, '')
WHERE bad_case.case_id IS NOT NULL OR own.reason IS NOT NULL
"""


def lay_rows_out(cluster: Cluster, tables: list[str]) -> dict[str, int]:
    """Lay all rows out for the checks, as the view `row_given`, and count them by table.

    Args:
        cluster: The cluster; it holds each table as `given_<table>`, with what is wrong with each row as `faults`.
        tables: The tables.
    """
    cluster.hold("row_given", " UNION ALL ".join(map(_rows_of, tables)))
    found = cluster.execute("SELECT table_name, count(*) FROM row_given GROUP BY table_name").fetchall()
    return dict.fromkeys(tables, 0) | {str(table): int(rows) for table, rows in found}


def _rows_of(table: str) -> str:
    parent, id = parent_key(table) or "''", "id" if "id" in TABLES[table].columns else "''"
    names = [_named(one.column, one.targets) for one in references() if one.table == table]
    listed = ", ".join([*names, _named("CAST(NULL AS VARCHAR)", ("",))])  # a list of nothing would have no type
    return (
        f"SELECT {quoted(table)} AS table_name, case_id, {parent} AS parent, {id} AS id, {row_name(table)} AS row_id, "
        f"{is_named(table)} AS is_named, faults, [{listed}] AS names FROM given_{table}"
    )


def _named(column: str, targets: tuple[str, ...]) -> str:
    listed = ", ".join(map(quoted, targets))
    return f"{{'column_name': {quoted(column)}, 'value': {column}, 'targets': [{listed}]}}"


def set_aside(cluster: Cluster, bad_codes: list[str]) -> dict[str, int]:
    """Find the rows that cannot be decided: the views `fault`, `bad_case` and `quarantine`.

    Args:
        cluster: The cluster, with `row_given`.
        bad_codes: Codes without the shape of one.

    Returns:
        How many rows are set aside, by table; those of none are left out.
    """
    own = "SELECT table_name, case_id, row_id, unnest(faults) AS reason FROM row_given WHERE faults IS NOT NULL"
    queries = [own, _TWICE, _STRANGER, _NO_SOURCE, _DANGLING]
    if bad_codes:
        wrong = f"code IN ({', '.join(map(quoted, bad_codes))})"
        name = row_name("condition")
        queries += [f"SELECT 'condition', case_id, {name}, {NO_CODE} FROM given_condition WHERE {wrong}"]
    cluster.keep("fault", " UNION ALL ".join(queries))
    if not cluster.execute("SELECT 1 FROM fault LIMIT 1").fetchall():  # as a rule
        cluster.make("quarantine", QUARANTINE, [])
        return {}
    cluster.keep("bad_case", _BAD_CASE)
    cluster.keep("quarantine", _QUARANTINE)
    counted = cluster.execute("SELECT table_name, count(*) FROM quarantine GROUP BY table_name").fetchall()
    return {str(table): int(rows) for table, rows in counted}


def fine_query(table: str) -> str:
    """Write the query for the rows of a table that are decided."""
    return (
        f"SELECT {', '.join(f'given.{column}' for column in TABLES[table].columns)} FROM given_{table} AS given "
        "LEFT JOIN bad_case ON bad_case.case_id = given.case_id "
        "WHERE given.case_id IS NOT NULL AND bad_case.case_id IS NULL"
    )
