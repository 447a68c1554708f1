-- One neighbour of what was asked for, before one case: a service that is often paid for, or a free or cheaper programme.
-- Codes are read by their beginnings; a condition without a code, or of which nobody has said that it was diagnosed,
-- leaves every group open. Of several measurements of a kind the latest counts, once all of them are dated.
-- key: case_id = person.case_id
-- key: alternative_id = neighbour.id
-- id: held = held.open_id
-- inherits: person = person
-- prelude
neighbour AS (
    SELECT unnest([
        'cardiac_rehabilitation', 'cardiovascular_counselling', 'diabetes_prevention_cdc',
        'diabetes_prevention_medicare', 'diabetes_self_management', 'fitness_benefit', 'gym_visit_program',
        'home_exercise', 'nutrition_therapy', 'obesity_counselling', 'onsite_gym', 'physical_therapy',
        'prediabetes_screening', 'pulmonary_rehabilitation',
        'supervised_exercise_therapy'
    ]) AS id
),
measured AS (
    SELECT
        case_id,
        max(CASE WHEN kind = 'bmi' THEN value END) AS bmi,
        max(CASE WHEN kind = 'a1c_percent' THEN value END) AS a1c,
        max(CASE WHEN kind = 'a1c_percent' THEN measured_on END) AS a1c_on,
        bool_or(kind = 'a1c_percent') AS a1c_is_listed,
        max(CASE WHEN kind = 'fasting_glucose_mg_dl' THEN value END) AS glucose,
        max(CASE WHEN kind = 'fasting_glucose_mg_dl' THEN measured_on END) AS glucose_on,
        bool_or(kind = 'fasting_glucose_mg_dl') AS glucose_is_listed,
        max(CASE WHEN kind = 'ogtt_mg_dl' THEN value END) AS ogtt,
        max(CASE WHEN kind = 'ogtt_mg_dl' THEN measured_on END) AS ogtt_on,
        bool_or(kind = 'ogtt_mg_dl') AS ogtt_is_listed,
        max(CASE WHEN kind = 'diabetes_risk_score' THEN value END) AS risk,
        bool_or(kind = 'diabetes_risk_score') AS risk_is_listed,
        max(CASE WHEN kind = 'ten_year_cvd_risk_percent' THEN value END) AS heart_risk,
        bool_or(kind = 'ten_year_cvd_risk_percent') AS heart_risk_is_listed,
        max(CASE WHEN kind = 'copd_gold_stage' THEN value END) AS gold
    FROM (
        SELECT
            case_id,
            kind,
            CASE WHEN dated = listed OR listed = 1 THEN value END AS value,
            CASE WHEN dated = listed OR listed = 1 THEN measured_on END AS measured_on
        FROM (
            SELECT
                case_id,
                kind,
                value,
                measured_on,
                row_number() OVER (PARTITION BY case_id, kind ORDER BY measured_on DESC NULLS LAST, id) AS place,
                count(measured_on) OVER (PARTITION BY case_id, kind) AS dated,
                count(*) OVER (PARTITION BY case_id, kind) AS listed
            FROM measurement
        ) AS placed
        WHERE place = 1
    ) AS latest
    GROUP BY case_id
),
one_condition AS (
    SELECT
        case_id,
        CASE
            WHEN NOT is_diagnosed THEN FALSE
            WHEN code LIKE 'E10%' OR code LIKE 'E11%' THEN is_diagnosed
            WHEN code IS NOT NULL THEN FALSE
        END AS diabetes,
        CASE
            WHEN NOT is_diagnosed THEN FALSE WHEN code LIKE 'Z86.32%' THEN is_diagnosed WHEN code IS NOT NULL THEN FALSE
        END AS past_gestational_diabetes,
        CASE
            WHEN NOT is_diagnosed THEN FALSE WHEN code = 'N18.6' THEN is_diagnosed WHEN code IS NOT NULL THEN FALSE
        END AS kidney_failure,
        CASE
            WHEN NOT is_diagnosed THEN FALSE WHEN code LIKE 'N18%' THEN is_diagnosed WHEN code IS NOT NULL THEN FALSE
        END AS kidney_disease,
        CASE
            WHEN NOT is_diagnosed THEN FALSE WHEN code LIKE 'I70.21%' THEN is_diagnosed WHEN code IS NOT NULL THEN FALSE
        END AS claudication,
        CASE
            WHEN NOT is_diagnosed THEN FALSE
            WHEN code LIKE 'I10%' OR code LIKE 'I11%' OR code LIKE 'I12%' OR code LIKE 'I13%' OR code LIKE 'I15%'
                OR code LIKE 'I16%' OR code = 'R03.0' OR code LIKE 'E78%' OR code LIKE 'E88.81%' THEN is_diagnosed
            WHEN code IS NOT NULL THEN FALSE
        END AS heart_risk,
        CASE
            WHEN NOT is_diagnosed THEN FALSE
            WHEN code LIKE 'I10%' OR code LIKE 'I11%' OR code LIKE 'I13%' OR code LIKE 'I20%' OR code LIKE 'I21%'
                OR code LIKE 'I22%' OR code LIKE 'I25%' OR code LIKE 'I50%' OR code LIKE 'E10%' OR code LIKE 'E11%'
                OR (code LIKE 'E66%' AND code <> 'E66.3') THEN is_diagnosed
            WHEN code IS NOT NULL THEN FALSE
        END AS diet_disease,
        CASE
            WHEN NOT is_diagnosed THEN FALSE WHEN code LIKE 'J44%' THEN is_diagnosed WHEN code IS NOT NULL THEN FALSE
        END AS lung_disease,
        CASE
            WHEN NOT is_diagnosed THEN FALSE
            WHEN code LIKE 'M%' OR code LIKE 'R26%' OR code LIKE 'S%' OR code LIKE 'Z96.6%' OR code LIKE 'Z47.1%'
                OR code LIKE 'G20%' OR code LIKE 'G35%' THEN is_diagnosed
            WHEN code IS NOT NULL THEN FALSE
        END AS movement
    FROM condition
),
found AS (
    SELECT
        case_id,
        CASE WHEN bool_or(diabetes) THEN TRUE WHEN count(diabetes) = count(*) THEN FALSE END AS diabetes,
        CASE
            WHEN bool_or(past_gestational_diabetes) THEN TRUE
            WHEN count(past_gestational_diabetes) = count(*) THEN FALSE
        END AS past_gestational_diabetes,
        CASE WHEN bool_or(kidney_failure) THEN TRUE WHEN count(kidney_failure) = count(*) THEN FALSE END AS kidney_failure,
        CASE WHEN bool_or(kidney_disease) THEN TRUE WHEN count(kidney_disease) = count(*) THEN FALSE END AS kidney_disease,
        CASE WHEN bool_or(claudication) THEN TRUE WHEN count(claudication) = count(*) THEN FALSE END AS claudication,
        CASE WHEN bool_or(heart_risk) THEN TRUE WHEN count(heart_risk) = count(*) THEN FALSE END AS heart_risk,
        CASE WHEN bool_or(diet_disease) THEN TRUE WHEN count(diet_disease) = count(*) THEN FALSE END AS diet_disease,
        CASE WHEN bool_or(lung_disease) THEN TRUE WHEN count(lung_disease) = count(*) THEN FALSE END AS lung_disease,
        CASE WHEN bool_or(movement) THEN TRUE WHEN count(movement) = count(*) THEN FALSE END AS movement
    FROM one_condition
    GROUP BY case_id
),
one_source AS (
    SELECT
        case_id,
        id,
        held AND kind IN ('group_plan', 'medicare', 'medicare_advantage') AS insures,
        held AND kind IN ('medicare', 'medicare_advantage') AS is_medicare,
        held AND kind = 'onsite_gym' AS is_onsite_gym,
        held AND kind = 'gym_visit_program' AS is_gym_visit_program,
        CASE
            WHEN NOT held OR kind NOT IN ('group_plan', 'medicare', 'medicare_advantage') THEN FALSE
            WHEN kind <> 'group_plan' THEN TRUE
            ELSE NOT is_grandfathered
        END AS must_offer_prevention,
        CASE
            WHEN NOT held OR kind NOT IN ('group_plan', 'medicare', 'medicare_advantage') THEN FALSE
            WHEN kind = 'medicare' THEN FALSE
            ELSE has_fitness_benefit
        END AS has_perk,
        has_fitness_benefit,
        is_grandfathered
    FROM funding_source
),
held AS (
    SELECT
        case_id,
        bool_or(insures) AS insures,
        bool_or(is_medicare) AS is_medicare,
        bool_or(is_onsite_gym) AS is_onsite_gym,
        bool_or(is_gym_visit_program) AS is_gym_visit_program,
        CASE
            WHEN bool_or(must_offer_prevention) THEN TRUE WHEN count(must_offer_prevention) = count(*) THEN FALSE
        END AS must_offer_prevention,
        CASE WHEN bool_or(has_perk) THEN TRUE WHEN count(has_perk) = count(*) THEN FALSE END AS has_perk,
        max(CASE WHEN is_open AND place = 1 THEN id END) AS open_id,
        bool_or(CASE WHEN is_open AND place = 1 THEN has_fitness_benefit END) AS open_has_fitness_benefit,
        bool_or(CASE WHEN is_open AND place = 1 THEN is_grandfathered END) AS open_is_grandfathered
    FROM (
        SELECT *, row_number() OVER (PARTITION BY case_id, is_open ORDER BY id) AS place
        FROM (SELECT *, has_perk IS NULL OR must_offer_prevention IS NULL AS is_open FROM one_source) AS judged
    ) AS placed
    GROUP BY case_id
),
ordered AS (
    SELECT case_id, count(ordered_by) AS orders
    FROM training_order
    GROUP BY case_id
)
-- source
FROM person_decided AS person
CROSS JOIN neighbour
LEFT JOIN measured ON measured.case_id = person.case_id
LEFT JOIN found ON found.case_id = person.case_id
LEFT JOIN held ON held.case_id = person.case_id
LEFT JOIN ordered ON ordered.case_id = person.case_id
LEFT JOIN law ON coalesce(person.decided_on BETWEEN law.from_on AND law.until_on, FALSE)
