"""Which decided line becomes money, a denial, or waits: one row a line, with the reason where it waits.

A line is a service line where a claim bills it, else an expense at a funding source. It is paid once at most: by the
source its claim asks; without a claim only where a single source would pay. What is still open is in no file.
"""

from pathlib import Path

from necessity.workflow.bulk.survey import Database, quoted

INSURANCE = ("group_plan", "medicare", "medicare_advantage")
"""Kinds whose money may go to a provider."""


def choose(db: Database, lines: str, rules: Path) -> None:
    """Make `unit`: every settled line with what it needs to be paid or refused, and `held_because` where it waits.

    Needs the views and tables of `given.take_tables`, `price`, and `paid_before` (case_id, expense_id,
    funding_source_id, line_id, run, answer) of other runs.

    Args:
        db: The database.
        lines: What to read the decided lines from, in SQL.
        rules: rules.parquet of the run.
    """
    db.execute(f"CREATE OR REPLACE TEMP TABLE line AS SELECT {_LINE} FROM {lines}")
    db.execute(f"CREATE OR REPLACE TEMP TABLE billed AS {_BILLED}")
    db.execute(f"CREATE OR REPLACE TEMP TABLE joined AS {_JOINED.format(rules=quoted(rules), insurance=INSURANCE)}")
    db.execute(f"CREATE OR REPLACE TEMP TABLE priced AS {_PRICED}")
    db.execute(f"CREATE OR REPLACE TEMP TABLE unit AS SELECT *, {_HELD} AS held_because FROM priced")


_LINE = (
    "case_id, expense_id, funding_source_id, funding_source AS kind, served_on, service_status, outcome, charge_cents, "
    "payable_cents, reason, adjustment_reason, remark"
)
_BILLED = """
SELECT
    service_line.case_id, service_line.expense AS expense_id, claim.funding_source AS funding_source_id,
    claim.id AS claim_id, service_line.id AS line_id, service_line.charge_cents AS line_charge_cents,
    claim.benefits_assigned, claim.accepts_assignment, claim.billing_provider,
    (SELECT count(*) FROM given_service_line AS own WHERE own.case_id = claim.case_id AND own.claim_id = claim.id)
        AS lines_of_claim,
    sum(service_line.charge_cents) OVER of_expense AS billed_cents,
    min(claim.id) OVER of_expense <> max(claim.id) OVER of_expense AS in_two_claims
FROM given_service_line AS service_line
JOIN given_claim AS claim ON claim.case_id = service_line.case_id AND claim.id = service_line.claim_id
WHERE service_line.expense IS NOT NULL
WINDOW of_expense AS (PARTITION BY service_line.case_id, service_line.expense, claim.funding_source)
"""
"""Service lines with the expense behind each and the source their claim asks."""
_JOINED = """
SELECT
    line.*, rules.adjustment_group, rules.title AS rule_title,
    billed.claim_id, coalesce(billed.line_id, '') AS line_id, billed.lines_of_claim,
    coalesce(billed.line_charge_cents, line.charge_cents) AS asked_cents,
    billed.benefits_assigned, billed.accepts_assignment, billed.billing_provider, billed.billed_cents,
    billed.in_two_claims, elsewhere.expense_id IS NOT NULL AS is_asked_elsewhere,
    count(CASE WHEN outcome = 'payable' THEN 1 END) OVER (PARTITION BY line.case_id, line.expense_id) AS payable_at,
    line.kind IN {insurance} AS is_insurance
FROM line
LEFT JOIN read_parquet({rules}) AS rules ON rules.rule = line.reason
LEFT JOIN billed
    ON billed.case_id = line.case_id AND billed.expense_id = line.expense_id
    AND billed.funding_source_id = line.funding_source_id
LEFT JOIN (SELECT DISTINCT case_id, expense_id FROM billed) AS elsewhere
    ON elsewhere.case_id = line.case_id AND elsewhere.expense_id = line.expense_id AND billed.claim_id IS NULL
"""
_PRICED = """
SELECT
    joined.*, price.allowed_cents, price.above_allowed_owed_by, price.prices,
    coalesce(price.deductible_cents, 0) AS deductible_cents,
    coalesce(price.coinsurance_cents, 0) AS coinsurance_cents,
    coalesce(price.copay_cents, 0) AS copay_cents,
    CASE
        WHEN outcome = 'not_payable' THEN 0
        WHEN NOT is_insurance THEN payable_cents
        ELSE price.allowed_cents - coalesce(price.deductible_cents, 0) - coalesce(price.coinsurance_cents, 0)
            - coalesce(price.copay_cents, 0)
    END AS paid_cents,
    is_insurance AND claim_id IS NOT NULL AND coalesce(benefits_assigned, FALSE) AS goes_to_provider,
    before.run AS paid_in, before.answer AS answered_before
FROM joined
LEFT JOIN (
    SELECT unit_case, unit_expense, unit_line, count(*) AS prices, min(allowed_cents) AS allowed_cents,
        min(above_allowed_owed_by) AS above_allowed_owed_by, min(deductible_cents) AS deductible_cents,
        min(coinsurance_cents) AS coinsurance_cents, min(copay_cents) AS copay_cents
    FROM (
        SELECT joined.case_id AS unit_case, joined.expense_id AS unit_expense, joined.line_id AS unit_line, price.*
        FROM price
        JOIN joined ON joined.case_id = price.case_id AND joined.expense_id = price.expense_id AND joined.is_insurance
        WHERE price.patient_control_number IS NULL
        UNION ALL
        SELECT joined.case_id, joined.expense_id, joined.line_id, price.*
        FROM price
        JOIN joined ON joined.is_insurance AND joined.line_id = price.line_number
        LEFT JOIN read_claim ON read_claim.case_id = joined.case_id AND read_claim.claim_id = joined.claim_id
            AND read_claim.set_aside_because IS NULL
        WHERE coalesce(read_claim.control_number, joined.claim_id) = price.patient_control_number
            AND coalesce(price.member_id = read_claim.member_id, TRUE)
    ) AS found
    GROUP BY unit_case, unit_expense, unit_line
) AS price
    ON price.unit_case = joined.case_id AND price.unit_expense = joined.expense_id AND price.unit_line = joined.line_id
LEFT JOIN paid_before AS before
    ON before.case_id = joined.case_id AND before.expense_id = joined.expense_id
    AND before.funding_source_id = joined.funding_source_id AND before.line_id = joined.line_id
WHERE outcome IN ('payable', 'not_payable')
"""
_HELD = """
CASE
    WHEN kind IN ('hsa', 'tax_deduction', 'own_pocket') THEN 'the person pays it from money of their own'
    WHEN is_asked_elsewhere THEN 'its claim asks another funding source'
    WHEN is_insurance AND claim_id IS NULL THEN 'no claim asks the plan for it'
    WHEN in_two_claims THEN 'two claims ask for it at the same source'
    WHEN answered_before = 'paid' THEN 'it was paid before, in run ' || paid_in
    WHEN answered_before = 'denied' AND outcome = 'not_payable' THEN 'it was refused before, in run ' || paid_in
    WHEN answered_before = 'denied' AND goes_to_provider
    THEN 'it was refused before, in run ' || paid_in || '; that answer has to be taken back first, by a person'
    WHEN outcome = 'not_payable' AND goes_to_provider AND adjustment_reason IS NULL
    THEN 'no adjustment number surely fits the rule that refuses it; a person chooses one'
    WHEN goes_to_provider AND asked_cents IS NULL THEN 'its charge is not known'
    WHEN outcome = 'not_payable' THEN NULL
    WHEN service_status IS DISTINCT FROM 'held' THEN 'it is not known to have been given'
    WHEN claim_id IS NULL AND payable_at > 1 THEN 'several sources would pay it, and no claim says which is asked'
    WHEN is_insurance AND billed_cents > charge_cents THEN 'its claim charges more than it cost'
    WHEN prices > 1 THEN 'the table of allowed amounts has several rows for it'
    WHEN is_insurance AND allowed_cents IS NULL THEN 'what the plan allows for it is not given (--allowed)'
    WHEN is_insurance AND allowed_cents > asked_cents THEN 'more is allowed for it than was charged'
    WHEN goes_to_provider AND allowed_cents < asked_cents AND above_allowed_owed_by IS NULL
        AND accepts_assignment IS NOT TRUE
    THEN 'who bears what is charged above the allowed amount is not given (above_allowed_owed_by)'
    WHEN paid_cents IS NULL THEN 'how much is to be paid is not known'
    WHEN paid_cents = 0 AND NOT goes_to_provider THEN 'nothing is left to pay'
END
"""
"""Why a settled line is neither paid nor refused now; the first reason that holds."""
