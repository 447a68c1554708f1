-- The case as a whole: patient, tax picture, training plan, which lists are complete. Holds facts, few rules.
-- key: case_id = case_file.case_id
-- id: diagnosed = diagnosed.open_id
-- id: cardiac = cardiac.open_id
-- prelude
asked_for AS (
    SELECT
        case_id,
        count(*) AS services,
        count(CASE WHEN origin = 'session' AND status = 'held' THEN id END) AS sessions_held,
        count(CASE WHEN origin = 'session' AND status = 'held' THEN activities_listed END) AS sessions_logged,
        count(CASE WHEN origin = 'session' AND status IS NULL THEN id END) AS sessions_unsure
    FROM expense
    GROUP BY case_id
),
aims AS (
    SELECT
        case_id,
        count(CASE WHEN measure IS NOT NULL AND target IS NOT NULL THEN id END) AS measurable,
        count(CASE WHEN measure IS NOT NULL AND target IS NOT NULL AND serves IS NOT NULL THEN id END) AS serving
    FROM goal
    GROUP BY case_id
),
diagnosed AS (
    SELECT
        case_id,
        CASE WHEN bool_or(yes) THEN TRUE WHEN count(yes) = count(*) THEN FALSE END AS with_code,
        max(CASE WHEN place = 1 AND yes IS NULL THEN id END) AS open_id,
        max(CASE WHEN place = 1 AND yes IS NULL THEN code END) AS open_code,
        bool_or(CASE WHEN place = 1 AND yes IS NULL THEN is_diagnosed END) AS open_is_diagnosed
    FROM (
        SELECT *, row_number() OVER (PARTITION BY case_id, yes IS NULL ORDER BY id) AS place
        FROM (
            SELECT
                case_id,
                id,
                code,
                is_diagnosed,
                CASE WHEN NOT is_diagnosed THEN FALSE WHEN is_diagnosed AND code IS NOT NULL THEN TRUE END AS yes
            FROM condition
        ) AS judged
    ) AS placed
    GROUP BY case_id
),
cardiac AS (
    SELECT
        case_id,
        bool_or(kind IN ('coronary_bypass', 'stable_angina', 'valve_surgery', 'stent', 'transplant')) AS lasting,
        bool_or(kind = 'heart_failure') AS failure,
        bool_or(kind NOT IN (
            'myocardial_infarction', 'coronary_bypass', 'stable_angina', 'valve_surgery', 'stent', 'transplant',
            'heart_failure'
        )) AS of_unknown_kind,
        max(CASE WHEN kind = 'myocardial_infarction' THEN happened_on END) AS infarction_on,
        count(CASE WHEN kind = 'myocardial_infarction' THEN id END) AS infarctions,
        count(CASE WHEN kind = 'myocardial_infarction' THEN happened_on END) AS infarctions_dated,
        min(CASE WHEN kind = 'myocardial_infarction' AND happened_on IS NULL THEN id END) AS open_id,
        max(CASE WHEN kind = 'myocardial_infarction' AND happened_on IS NULL THEN happened_on END) AS open_on
    FROM cardiac_event
    GROUP BY case_id
),
ejection AS (
    SELECT case_id, CASE WHEN count(value) = count(*) THEN min(value) END AS value
    FROM measurement
    WHERE kind = 'lvef_percent'
    GROUP BY case_id
)
-- source
FROM case_file
JOIN patient ON patient.case_id = case_file.case_id
JOIN tax ON tax.case_id = case_file.case_id
JOIN training_plan ON training_plan.case_id = case_file.case_id
LEFT JOIN asked_for ON asked_for.case_id = case_file.case_id
LEFT JOIN aims ON aims.case_id = case_file.case_id
LEFT JOIN diagnosed ON diagnosed.case_id = case_file.case_id
LEFT JOIN cardiac ON cardiac.case_id = case_file.case_id
LEFT JOIN ejection ON ejection.case_id = case_file.case_id
LEFT JOIN law ON coalesce(case_file.decided_on BETWEEN law.from_on AND law.until_on, FALSE)
