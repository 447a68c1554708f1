-- The money of one expense at one funding source: what is left after the expenses that draw on the same year before
-- it, by day and id, those still planned last. `sure` counts what will be paid, `maybe` what could be; where they
-- differ and the difference matters, the expense waits. An expense whose day or year is not known could come first; for
-- one that has no sure place in the order itself, all others could. What the source already paid back for expenses of
-- the case is gone from the year of the expense, whenever that expense stands in the order; wages are not paid back.
-- key: case_id = expense.case_id
-- key: expense_id = expense.expense_id
-- key: funding_source_id = expense.funding_source_id
-- inherits: expense = expense
-- answers: expense = always
-- prelude
paid_from AS (
    SELECT
        case_id,
        expense,
        funding_source,
        CAST(sum(CASE WHEN NOT is_wages THEN coalesce(amount_cents, 0) ELSE 0 END) AS BIGINT) AS sure_cents,
        CAST(sum(CASE WHEN is_wages THEN 0 ELSE coalesce(amount_cents, 99999999999) END) AS BIGINT) AS maybe_cents
    FROM (
        SELECT
            reimbursement.case_id,
            reimbursement.expense,
            reimbursement.funding_source,
            reimbursement.amount_cents,
            CASE WHEN paid_by.kind <> 'wellness_stipend' THEN FALSE ELSE reimbursement.counts_as_wages END AS is_wages
        FROM reimbursement
        JOIN funding_source AS paid_by
            ON paid_by.case_id = reimbursement.case_id AND paid_by.id = reimbursement.funding_source
    ) AS paid
    GROUP BY case_id, expense, funding_source
),
drawing AS (
    SELECT
        expense.*,
        CASE WHEN money_year IS NULL THEN 0 ELSE coalesce(paid_from.sure_cents, 0) END AS paid_surely_cents,
        CASE WHEN money_year IS NULL THEN 0 ELSE coalesce(paid_from.maybe_cents, 0) END AS paid_at_most_cents,
        CASE WHEN money_year IS NULL THEN coalesce(paid_from.maybe_cents, 0) ELSE 0 END AS paid_anywhere_cents,
        CASE WHEN service_status = 'planned' THEN 1 ELSE 0 END AS is_planned,
        CASE WHEN money_year IS NULL THEN 0 WHEN outcome = 3 THEN coalesce(due_cents, 0) ELSE 0 END AS takes_surely_cents,
        CASE WHEN money_year IS NULL OR outcome = 0 THEN 0 ELSE coalesce(due_cents, 99999999999) END AS takes_at_most_cents,
        CASE WHEN outcome = 0 THEN 0 ELSE coalesce(due_cents, 99999999999) END AS takes_anyhow_cents,
        service_status IS NULL OR service_status = 'planned' OR money_year_is_unsure AS has_no_place,
        CASE
            WHEN outcome <> 0 AND service_status IS DISTINCT FROM 'planned' AND money_year_is_unsure
            THEN coalesce(due_cents, 99999999999) ELSE 0
        END AS takes_anywhere_cents
    FROM expense_decided AS expense
    LEFT JOIN paid_from
        ON paid_from.case_id = expense.case_id
        AND paid_from.expense = expense.expense_id
        AND paid_from.funding_source = expense.funding_source_id
),
in_order AS (
    SELECT
        *,
        coalesce(sum(takes_surely_cents) OVER earlier, 0) AS surely_before_cents,
        coalesce(sum(takes_at_most_cents) OVER earlier, 0) AS at_most_before_cents
    FROM drawing
    WINDOW
        earlier AS (
            PARTITION BY case_id, funding_source_id, money_year
            ORDER BY is_planned, served_on NULLS LAST, expense_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
whole_year AS (
    SELECT
        case_id,
        funding_source_id,
        coalesce(money_year, '') AS money_year,
        sum(paid_surely_cents) AS paid_surely_cents,
        sum(paid_at_most_cents) AS paid_at_most_cents,
        sum(takes_surely_cents + paid_surely_cents) AS surely_cents
    FROM drawing
    GROUP BY case_id, funding_source_id, coalesce(money_year, '')
),
anywhere AS (
    SELECT
        case_id,
        funding_source_id,
        sum(takes_anyhow_cents + paid_at_most_cents + paid_anywhere_cents) AS anyhow_cents,
        sum(takes_anywhere_cents + paid_anywhere_cents) AS anywhere_cents
    FROM drawing
    GROUP BY case_id, funding_source_id
)
-- source
FROM in_order AS expense
LEFT JOIN whole_year
    ON whole_year.case_id = expense.case_id
    AND whole_year.funding_source_id = expense.funding_source_id
    AND whole_year.money_year = coalesce(expense.money_year, '')
LEFT JOIN anywhere
    ON anywhere.case_id = expense.case_id AND anywhere.funding_source_id = expense.funding_source_id
