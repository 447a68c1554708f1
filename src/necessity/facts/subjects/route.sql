-- One funding source of a case. Every kind has a row: one the person named, or one that says it is lacking or unasked.
-- key: case_id = source.case_id
-- key: funding_source_id = source.funding_source_id
-- id: funding_source = source.funding_source_id
-- inherits: person = person
-- answers: person = always
-- prelude
funding_kind AS (
    SELECT unnest([
        'group_plan', 'medicare', 'medicare_advantage', 'hsa', 'health_fsa', 'limited_purpose_fsa',
        'dependent_care_fsa', 'hra', 'qsehra', 'ichra', 'ebhra', 'wellness_stipend', 'onsite_gym',
        'gym_visit_program', 'tax_deduction', 'own_pocket'
    ]) AS kind
),
unnamed AS (
    SELECT
        case_file.case_id,
        CASE WHEN taken.id IS NULL THEN funding_kind.kind ELSE funding_kind.kind || ' (none named)' END AS funding_source_id,
        funding_kind.kind,
        CASE
            WHEN funding_kind.kind IN ('tax_deduction', 'own_pocket') THEN TRUE
            WHEN case_file.funding_sources_complete THEN FALSE
        END AS held
    FROM case_file
    CROSS JOIN funding_kind
    LEFT JOIN funding_source AS named ON named.case_id = case_file.case_id AND named.kind = funding_kind.kind
    LEFT JOIN funding_source AS taken ON taken.case_id = case_file.case_id AND taken.id = funding_kind.kind
    WHERE named.kind IS NULL
),
source AS (
    SELECT case_id, id AS funding_source_id, kind, held FROM funding_source
    UNION ALL
    SELECT case_id, funding_source_id, kind, held FROM unnamed
),
known_payer AS (SELECT DISTINCT payer, kind FROM profile)
-- source
FROM source
JOIN person_decided AS person ON person.case_id = source.case_id
LEFT JOIN funding_source ON funding_source.case_id = source.case_id AND funding_source.id = source.funding_source_id
LEFT JOIN known_payer ON known_payer.payer = funding_source.payer AND known_payer.kind = source.kind
LEFT JOIN profile ON profile.kind = source.kind
    AND profile.payer = coalesce(known_payer.payer, 'generic')
    AND person.decided_on BETWEEN profile.from_on AND profile.until_on
