-- One letter before one funding source the person has.
-- A letter may have gone to the same administrator several times: the first acceptance counts, and as long as one of
-- the submissions has no answer in the record it is not known which was first.
-- The person's own pocket needs no letter and decides nothing: its row among the routes says all there is.
-- key: case_id = letter.case_id
-- key: funding_source_id = route.funding_source_id
-- key: letter_id = letter.id
-- id: letter = letter.id
-- id: condition = condition.id
-- id: clinician = clinician.id
-- id: diagnostician = diagnostician.id
-- id: sent = sent.id
-- inherits: route = route
-- prelude
submitted AS (
    SELECT
        *,
        approved_on IS NULL AND is_approved IS NOT FALSE AS waits_for_answer,
        approved_on IS NULL AND NOT is_approved AS is_refused
    FROM submission
),
sent AS (
    SELECT
        case_id,
        letter,
        funding_source,
        count(*) AS times,
        CASE WHEN count(received_on) = count(*) THEN min(received_on) END AS received_on,
        CASE WHEN NOT bool_or(waits_for_answer) THEN min(approved_on) END AS approved_on,
        CASE WHEN NOT bool_or(waits_for_answer) THEN NOT bool_and(is_refused) END AS is_approved,
        coalesce(
            min(CASE WHEN waits_for_answer THEN id END), min(CASE WHEN received_on IS NULL THEN id END), min(id)
        ) AS id
    FROM submitted
    GROUP BY case_id, letter, funding_source
),
dated_year AS (
    SELECT
        letter.case_id,
        letter.id AS letter_id,
        plan_year.funding_source_id,
        plan_year.ends_on,
        letter.signed_on BETWEEN plan_year.starts_on AND plan_year.ends_on AS holds
    FROM letter
    JOIN plan_year ON plan_year.case_id = letter.case_id
),
year_signed AS (
    SELECT
        case_id,
        letter_id,
        funding_source_id,
        CASE WHEN count(holds) = count(*) THEN max(CASE WHEN holds THEN ends_on END) END AS ends_on
    FROM dated_year
    GROUP BY case_id, letter_id, funding_source_id
)
-- source
FROM letter
JOIN route_decided AS route ON route.case_id = letter.case_id AND route.source_is_held AND route.funding_source <> 'own_pocket'
LEFT JOIN sent
    ON sent.case_id = letter.case_id
    AND sent.letter = letter.id
    AND sent.funding_source = route.funding_source_id
LEFT JOIN year_signed
    ON year_signed.case_id = letter.case_id
    AND year_signed.letter_id = letter.id
    AND year_signed.funding_source_id = route.funding_source_id
LEFT JOIN condition ON condition.case_id = letter.case_id AND condition.id = letter.condition
LEFT JOIN clinician ON clinician.case_id = letter.case_id AND clinician.id = letter.signed_by
LEFT JOIN clinician AS diagnostician
    ON diagnostician.case_id = letter.case_id AND diagnostician.id = condition.diagnosed_by
LEFT JOIN diagnosis_code AS code_then
    ON code_then.code = condition.code AND letter.signed_on BETWEEN code_then.from_on AND code_then.until_on
LEFT JOIN profile ON profile.kind = route.funding_source
    AND profile.payer = route.payer_profile
    AND (letter.signed_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
