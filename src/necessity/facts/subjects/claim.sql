-- One refused claim: what can still be done about the refusal.
-- The last day for a review by somebody independent is counted in calendar months and moves on to a business day; the
-- same count in Python is `review_last_day` in domain/dates.py, and a test holds the two together.
-- key: case_id = denial.case_id
-- key: denial_id = denial.id
-- id: denial = denial.id
-- id: claim = claim.id
-- id: funding_source = claim.funding_source
-- inherits: route = route
-- prelude
later AS (
    SELECT DISTINCT denial.case_id, denial.id AS denial_id
    FROM denial
    JOIN remittance ON remittance.case_id = denial.case_id AND remittance.claim = denial.claim
    WHERE remittance.received_on > denial.received_on AND remittance.paid_cents > 0
),
appeal_wording AS (
    SELECT
        case_id,
        funding_source_id,
        bool_or(kind = 'appeal') AS is_there,
        min(
            CASE
                WHEN kind = 'appeal'
                THEN coalesce(words, 'a clause not quoted here') || coalesce(' (page ' || page || ')', '')
            END
        ) AS words
    FROM clause
    GROUP BY case_id, funding_source_id
),
review_months AS (
    SELECT
        denial.case_id,
        denial.id AS denial_id,
        denial.received_on,
        denial.received_on + to_months(CAST(law.external_review_months AS INTEGER)) AS month_on
    FROM denial
    JOIN law ON denial.received_on BETWEEN law.from_on AND law.until_on
),
review_day AS (
    SELECT
        case_id,
        denial_id,
        CASE
            WHEN date_part('day', month_on) < date_part('day', received_on) THEN month_on + to_days(1)
            ELSE month_on
        END + to_days(later) AS day_on
    FROM review_months
    CROSS JOIN (SELECT unnest([0, 1, 2, 3]) AS later) AS days_later
),
review_part AS (
    SELECT
        *,
        date_part('year', day_on) AS y,
        date_part('month', day_on) AS m,
        date_part('day', day_on) AS d,
        date_part('isodow', day_on) AS weekday
    FROM review_day
),
review AS (
    SELECT case_id, denial_id, CAST(min(day_on) AS DATE) AS last_day
    FROM review_part
    WHERE weekday < 6
        AND NOT (m = 1 AND d = 1 OR m = 7 AND d = 4 OR m = 11 AND d = 11 OR m = 12 AND d = 25)
        AND NOT (m = 6 AND d = 19 AND y >= 2021)
        AND NOT (weekday = 1 AND (
            m IN (1, 2) AND d BETWEEN 15 AND 21 OR m = 5 AND d > 24 OR m = 9 AND d < 8 OR m = 10 AND d BETWEEN 8 AND 14
        ))
        AND NOT (weekday = 4 AND m = 11 AND d BETWEEN 22 AND 28)
    GROUP BY case_id, denial_id
)
-- source
FROM denial
JOIN claim ON claim.case_id = denial.case_id AND claim.id = denial.claim
JOIN route_decided AS route ON route.case_id = denial.case_id AND route.funding_source_id = claim.funding_source
LEFT JOIN later ON later.case_id = denial.case_id AND later.denial_id = denial.id
LEFT JOIN review ON review.case_id = denial.case_id AND review.denial_id = denial.id
LEFT JOIN appeal_wording
    ON appeal_wording.case_id = denial.case_id AND appeal_wording.funding_source_id = claim.funding_source
LEFT JOIN profile ON profile.kind = route.funding_source
    AND profile.payer = route.payer_profile
    AND (denial.received_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
LEFT JOIN law ON coalesce(denial.received_on BETWEEN law.from_on AND law.until_on, FALSE)
