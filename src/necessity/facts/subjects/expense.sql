-- One dated thing paid for, before one funding source the person has, with the letter that serves it best.
-- A letter serves if the day lies in its window, its kinds include the expense and the payer's timing rule is kept.
-- Chosen is the letter whose own answer for this expense is best: one that surely serves; else one still open, so that
-- what is unknown keeps the expense pended instead of settling it; else one a person must judge; else one that does not
-- serve this day or service; last one that fails by itself. A single letter is chosen whatever it says.
-- Every rule that looks at letter and expense together must have its part in `serves` or `undoubted`.
-- The plan year is the one whose grace period holds the day, else the one that holds it; as long as a year of the
-- account might hold it and its dates are unknown, the year is not sure.
-- The person's own pocket needs no letter and decides nothing: its row among the routes says all there is.
-- key: case_id = expense.case_id
-- key: expense_id = expense.id
-- key: funding_source_id = route.funding_source_id
-- id: expense = expense.id
-- id: package = package.id
-- id: receipt = receipt.id
-- id: trainer = trainer.id
-- id: treating_clinician = treating_clinician.id
-- id: supervisor = supervisor.id
-- id: statement = statement.id
-- id: came_back = came_back.open_id
-- id: plan_year = plan_year.funding_source_id || '/' || plan_year.id
-- id: chosen_letter = letter.letter_id
-- inherits: route = route
-- inherits: letter = letter
-- answers: route = always
-- answers: letter = letter_is_needed
-- prelude
letters_sent AS (
    SELECT case_id, funding_source_id, count(*) AS letters, min(letter_id) AS letter_id
    FROM letter_decided
    GROUP BY case_id, funding_source_id
),
serving AS (
    SELECT
        expense.case_id,
        expense.id AS expense_id,
        letter.funding_source_id,
        letter.letter_id,
        letter.letter_signed_on,
        letter.outcome,
        expense.served_on BETWEEN letter.letter_window_from AND letter.letter_window_to
        AND expense.served_on >= letter.letter_timing_from
        AND list_contains(letter.letter_kinds, expense.kind) AS serves,
        expense.served_on >= letter.letter_undoubted_from AS undoubted
    FROM expense
    JOIN letters_sent AS several ON several.case_id = expense.case_id AND several.letters > 1
    JOIN letter_decided AS letter
        ON letter.case_id = expense.case_id AND letter.funding_source_id = several.funding_source_id
),
candidate AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY case_id, expense_id, funding_source_id
            ORDER BY
                CASE
                    WHEN outcome = 0 THEN 4
                    WHEN NOT serves THEN 3
                    WHEN outcome = 1 OR serves IS NULL OR undoubted IS NULL THEN 1
                    WHEN outcome = 2 OR NOT undoubted THEN 2
                    ELSE 0
                END,
                CASE WHEN serves THEN 0 WHEN serves IS NULL THEN 1 ELSE 2 END,
                letter_signed_on DESC NULLS LAST,
                letter_id
        ) AS place
    FROM serving
),
package_place AS (
    SELECT case_id, id, row_number() OVER (PARTITION BY case_id, package ORDER BY id) AS place
    FROM expense
    WHERE package IS NOT NULL
),
paid_back AS (
    SELECT
        reimbursement.case_id,
        reimbursement.id,
        reimbursement.expense,
        reimbursement.amount_cents,
        reimbursement.counts_as_wages,
        reimbursement.is_tied_to_receipt,
        CASE
            WHEN paid_by.kind <> 'wellness_stipend' THEN FALSE
            ELSE reimbursement.counts_as_wages AND NOT reimbursement.is_tied_to_receipt
        END AS is_wages
    FROM reimbursement
    LEFT JOIN funding_source AS paid_by
        ON paid_by.case_id = reimbursement.case_id AND paid_by.id = reimbursement.funding_source
),
came_back AS (
    SELECT
        case_id,
        expense,
        CASE
            WHEN count(CASE WHEN is_wages THEN 0 WHEN NOT is_wages THEN amount_cents END) = count(*)
            THEN CAST(sum(CASE WHEN is_wages THEN 0 ELSE amount_cents END) AS BIGINT)
        END AS cents,
        CASE WHEN bool_or(is_wages) THEN TRUE WHEN count(is_wages) = count(*) THEN FALSE END AS counts_as_wages,
        coalesce(
            min(CASE WHEN is_wages IS NULL AND counts_as_wages IS NULL THEN id END),
            min(CASE WHEN is_wages IS NULL THEN id END)
        ) AS open_id,
        CASE
            WHEN NOT bool_or(is_wages IS NULL AND counts_as_wages IS NULL)
            THEN bool_or(CASE WHEN is_wages IS NULL THEN counts_as_wages END)
        END AS open_counts_as_wages,
        bool_or(CASE WHEN is_wages IS NULL THEN is_tied_to_receipt END) AS open_is_tied_to_receipt
    FROM paid_back
    GROUP BY case_id, expense
),
wording AS (
    SELECT
        clause.case_id,
        clause.funding_source_id,
        served.kind,
        CASE
            WHEN bool_or(clause.kind = 'exclusion' AND list_contains(clause.names, served.kind)) THEN TRUE
            WHEN count(clause.kind = 'exclusion' AND list_contains(clause.names, served.kind)) = count(*) THEN FALSE
        END AS excludes,
        CASE
            WHEN bool_or(clause.kind = 'benefit' AND list_contains(clause.names, served.kind)) THEN TRUE
            WHEN count(clause.kind = 'benefit' AND list_contains(clause.names, served.kind)) = count(*) THEN FALSE
        END AS grants,
        min(
            CASE
                WHEN clause.kind = 'exclusion' AND list_contains(clause.names, served.kind)
                THEN coalesce(clause.words, 'a clause not quoted here') || coalesce(' (page ' || clause.page || ')', '')
            END
        ) AS exclusion_words,
        min(
            CASE
                WHEN clause.kind = 'benefit' AND list_contains(clause.names, served.kind)
                THEN coalesce(clause.words, 'a clause not quoted here') || coalesce(' (page ' || clause.page || ')', '')
            END
        ) AS benefit_words,
        CASE
            WHEN bool_or(clause.kind = 'limit' AND list_contains(clause.names, served.kind)) THEN TRUE
            WHEN count(clause.kind = 'limit' AND list_contains(clause.names, served.kind)) = count(*) THEN FALSE
        END AS limits,
        min(
            CASE
                WHEN clause.kind = 'limit' AND list_contains(clause.names, served.kind)
                THEN coalesce(clause.words, 'a clause not quoted here') || coalesce(' (page ' || clause.page || ')', '')
            END
        ) AS limit_words
    FROM clause
    JOIN (SELECT DISTINCT case_id, kind FROM expense) AS served ON served.case_id = clause.case_id
    GROUP BY clause.case_id, clause.funding_source_id, served.kind
),
years_named AS (
    SELECT case_id, funding_source_id, count(*) AS years
    FROM plan_year
    GROUP BY case_id, funding_source_id
),
year_with_terms AS (
    SELECT
        plan_year.*,
        years_named.years,
        funding_source.has_grace_period,
        date_trunc('month', plan_year.ends_on) + to_months(3) + to_days(14) AS grace_ends_at_most_on,
        own_law.health_fsa_limit_cents AS fsa_limit_cents,
        own_law.health_fsa_carryover_limit_cents AS carryover_limit_cents,
        own_law.qsehra_family_limit_cents AS qsehra_limit_cents,
        own_law.ebhra_limit_cents AS ebhra_limit_cents,
        law_before.health_fsa_carryover_limit_cents AS carried_in_limit_cents
    FROM plan_year
    JOIN years_named
        ON years_named.case_id = plan_year.case_id AND years_named.funding_source_id = plan_year.funding_source_id
    JOIN funding_source
        ON funding_source.case_id = plan_year.case_id AND funding_source.id = plan_year.funding_source_id
    LEFT JOIN law AS own_law ON coalesce(plan_year.starts_on BETWEEN own_law.from_on AND own_law.until_on, FALSE)
    LEFT JOIN law AS law_before
        ON coalesce(plan_year.starts_on - 1 BETWEEN law_before.from_on AND law_before.until_on, FALSE)
),
year_graded AS (
    SELECT
        year_with_terms.*,
        expense.id AS expense_id,
        expense.served_on BETWEEN starts_on AND ends_on AS in_year,
        expense.served_on >= starts_on
        AND expense.served_on > ends_on
        AND expense.served_on <= grace_ends_at_most_on
        AND expense.served_on <= grace_ends_on
        AND has_grace_period AS in_grace
    FROM expense
    JOIN year_with_terms ON year_with_terms.case_id = expense.case_id
),
year_of AS (
    SELECT
        *,
        NOT (in_year IS NULL OR in_grace IS NULL) AS is_sure,
        coalesce(in_year, FALSE) AS has_year_of_its_own,
        1 AS place
    FROM year_graded
    WHERE years = 1 AND (in_year IS NOT FALSE OR in_grace IS NOT FALSE)
    UNION ALL
    SELECT
        *,
        NOT bool_or(in_year IS NULL OR in_grace IS NULL) OVER all_years AS is_sure,
        coalesce(bool_or(in_year) OVER all_years, FALSE) AS has_year_of_its_own,
        row_number() OVER (
            PARTITION BY case_id, expense_id, funding_source_id
            ORDER BY
                CASE
                    WHEN in_year IS NULL OR in_grace IS NULL THEN 0
                    WHEN in_grace THEN 1
                    WHEN in_year THEN 2
                    ELSE 3
                END,
                id
        ) AS place
    FROM year_graded
    WHERE years > 1 AND (in_year IS NOT FALSE OR in_grace IS NOT FALSE)
    WINDOW all_years AS (PARTITION BY case_id, expense_id, funding_source_id)
)
-- source
FROM expense
JOIN route_decided AS route ON route.case_id = expense.case_id AND route.source_is_held AND route.funding_source <> 'own_pocket'
LEFT JOIN letters_sent AS only_letter
    ON only_letter.case_id = expense.case_id
    AND only_letter.funding_source_id = route.funding_source_id
    AND only_letter.letters = 1
LEFT JOIN candidate
    ON candidate.case_id = expense.case_id
    AND candidate.expense_id = expense.id
    AND candidate.funding_source_id = route.funding_source_id
    AND candidate.place = 1
LEFT JOIN letter_decided AS letter
    ON letter.case_id = expense.case_id
    AND letter.letter_id = coalesce(candidate.letter_id, only_letter.letter_id)
    AND letter.funding_source_id = route.funding_source_id
LEFT JOIN package ON package.case_id = expense.case_id AND package.id = expense.package
LEFT JOIN package_place ON package_place.case_id = expense.case_id AND package_place.id = expense.id
LEFT JOIN receipt
    ON receipt.case_id = expense.case_id AND receipt.id = coalesce(expense.receipt, package.receipt)
LEFT JOIN trainer ON trainer.case_id = expense.case_id AND trainer.id = expense.trainer
LEFT JOIN clinician AS treating_clinician
    ON treating_clinician.case_id = expense.case_id AND treating_clinician.id = expense.clinician
LEFT JOIN clinician AS supervisor ON supervisor.case_id = expense.case_id AND supervisor.id = expense.supervisor
LEFT JOIN statement ON statement.case_id = expense.case_id AND statement.kind = expense.kind
LEFT JOIN came_back ON came_back.case_id = expense.case_id AND came_back.expense = expense.id
LEFT JOIN wording
    ON wording.case_id = expense.case_id
    AND wording.funding_source_id = route.funding_source_id
    AND (wording.kind = expense.kind OR (wording.kind IS NULL AND expense.kind IS NULL))
LEFT JOIN year_of AS plan_year
    ON plan_year.case_id = expense.case_id
    AND plan_year.expense_id = expense.id
    AND plan_year.funding_source_id = route.funding_source_id
    AND plan_year.place = 1
LEFT JOIN profile ON profile.kind = route.funding_source
    AND profile.payer = route.payer_profile
    AND (expense.served_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
LEFT JOIN law ON coalesce(expense.served_on BETWEEN law.from_on AND law.until_on, FALSE)
