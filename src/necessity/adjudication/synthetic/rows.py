"""Every table of the synthetic book as one SELECT, the expected verdicts among them."""

from necessity.adjudication.synthetic.rows_money import account_tables, line_tables
from necessity.adjudication.synthetic.rows_papers import case_tables, letter_tables
from necessity.adjudication.synthetic.sql import select
from necessity.domain.marks import MARKS
from necessity.domain.tables import TABLES

EXPECTED = {
    "case_id": "VARCHAR",
    "expense_id": "VARCHAR",
    "funding_source_id": "VARCHAR",
    "funding_source": "VARCHAR",
    "outcome": "VARCHAR",
    "payable_cents": "BIGINT",
    "fault": "VARCHAR",
    "rule": "VARCHAR",
    "pattern": "VARCHAR",
}
"""Columns of the expected verdicts, with their SQL types."""
EXPECTED_MEANS = {
    "case_id": "The case.",
    "expense_id": "The session or other expense.",
    "funding_source_id": "Which of the case's funding sources is asked. These three name a line.",
    "funding_source": "Its kind.",
    "outcome": "payable, not_payable, pended or review.",
    "payable_cents": "What is paid: 0 where not payable; missing while pended, in review, or paid by a group plan.",
    "fault": "The planted fault that leads to this verdict; `none` where the line is as it should be.",
    "rule": "The rule of this rulebook that must speak; empty where none must.",
    "pattern": "What is planted here that no rule sees in one line: the verdict is what the line alone deserves.",
}
"""What they mean."""


def expected_sql() -> str:
    """Write the verdict that each line must get, from how its faults were planted and nothing else."""
    return """
WITH spoken AS (
    SELECT
        line.case_id, line.expense_id, account.account_id AS funding_source_id, account.kind AS funding_source,
        line.place, line.charge, line.pattern, line.fault AS line_fault, account.fault AS case_fault, account.sort,
        account.expenses, line.rule AS line_rule, account.rule AS case_rule,
        CASE account.sort WHEN 'hsa' THEN line.at_hsa WHEN 'group_plan' THEN line.at_group_plan ELSE line.at_account END
            AS at_line,
        CASE account.scope
            WHEN 'before' THEN line.served_on < account.turn_on
            WHEN 'from' THEN line.served_on >= account.turn_on
            WHEN 'after' THEN line.served_on > account.turn_on
            WHEN 'dry' THEN account.sort = 'account' AND line.place > account.expenses - account.expenses // 3 + 1
            ELSE TRUE
        END AS is_touched,
        account.verdict,
        account.scope = 'dry' AND line.place = account.expenses - account.expenses // 3 + 1 AS is_partly_paid
    FROM book_line AS line
    JOIN book_account AS account ON account.case_no = line.case_no
),
judged AS (
    SELECT
        *,
        CASE WHEN line_fault <> 'none' THEN coalesce(at_line, 'payable')
            WHEN is_touched THEN verdict ELSE 'payable' END AS outcome
    FROM spoken
)
SELECT
    case_id, expense_id, funding_source_id, funding_source, outcome,
    CAST(CASE
        WHEN outcome = 'not_payable' THEN 0
        WHEN outcome <> 'payable' OR sort = 'group_plan' THEN NULL
        WHEN is_partly_paid OR line_fault = 'shared_session' THEN charge // 2
        WHEN line_fault = 'paid_back_in_part' THEN charge - charge // 2
        ELSE charge
    END AS BIGINT) AS payable_cents,
    CASE WHEN line_fault <> 'none' THEN line_fault
        WHEN is_touched OR is_partly_paid THEN case_fault ELSE 'none' END AS fault,
    CASE WHEN outcome = 'payable' THEN '' WHEN line_fault <> 'none' THEN line_rule
        ELSE coalesce(case_rule, '') END AS rule,
    pattern
FROM judged"""


def row_sql(on: str, *, patterns: bool) -> dict[str, str]:
    """Write the SELECT of every table of the book that holds rows.

    Args:
        on: The day the book is decided on, as YYYY-MM-DD.
        patterns: Whether the fingerprints are wanted that patterns are found by.

    Returns:
        Table to SELECT, over the tables that `draws` makes; `expected` among them.
    """
    found = {**case_tables(on), **letter_tables(), **account_tables(), **line_tables()}
    wanted = {name: sql for name, sql in found.items() if patterns or name not in MARKS}
    empty = {name: select(name, {}, "book_case WHERE FALSE") for name in TABLES if name not in wanted}
    return {**wanted, **empty, "expected": expected_sql()}
