-- One line of a claim: what is billed, in whose name, and whose work it was. Who did the work is the session's or
-- expense's to say; who is named as rendering is the claim's. Neither stands in for the other.
-- Only an expense of its own kind can say that a plan of care was in force; a training session has no place for it.
-- What a line means beside the others of its claim is worked out first: a line without a day may be of the same day, one
-- without a code may bear any, and where that could matter nothing is known.
-- key: case_id = service_line.case_id
-- key: claim_id = service_line.claim_id
-- key: line_id = service_line.id
-- id: service_line = service_line.claim_id || '/' || service_line.id
-- id: billed_claim = billed_claim.id
-- id: funding_source = billed_claim.funding_source
-- id: performed = CASE WHEN performed.origin = 'expense' THEN performed.id END
-- id: performing_trainer = performing_trainer.id
-- id: performing_clinician = performing_clinician.id
-- id: rendering_trainer = rendering_trainer.id
-- id: rendering_clinician = rendering_clinician.id
-- id: supervising_clinician = supervising_clinician.id
-- inherits: route = route
-- prelude
beside AS (
    SELECT
        line.case_id,
        line.claim_id,
        line.id AS line_id,
        line.procedure_code AS code,
        line.modifiers,
        line.expense,
        line.served_on,
        other.id = line.id AS is_itself,
        other.id AS other_id,
        other.procedure_code AS other_code,
        other.modifiers AS other_modifiers,
        other.expense AS other_expense,
        other.minutes,
        other.units,
        CASE WHEN other.id = line.id THEN TRUE ELSE other.served_on = line.served_on END AS is_same_day,
        other_known.counting,
        known.needs
    FROM service_line AS line
    JOIN service_line AS other ON other.case_id = line.case_id AND other.claim_id = line.claim_id
    LEFT JOIN procedure_code AS known ON known.code = line.procedure_code
    LEFT JOIN procedure_code AS other_known ON other_known.code = other.procedure_code
),
paired AS (
    SELECT
        beside.*,
        CASE
            WHEN is_itself OR NOT is_same_day OR other_code = beside.code THEN 'free'
            WHEN pair.verdict = 'free' OR pair.denied <> beside.code THEN 'free'
            WHEN is_same_day THEN pair.verdict
        END AS verdict,
        (
            list_contains(modifiers, '59') OR list_contains(modifiers, 'XE') OR list_contains(modifiers, 'XS')
            OR list_contains(modifiers, 'XP') OR list_contains(modifiers, 'XU')
            OR list_contains(other_modifiers, '59') OR list_contains(other_modifiers, 'XE')
            OR list_contains(other_modifiers, 'XS') OR list_contains(other_modifiers, 'XP')
            OR list_contains(other_modifiers, 'XU')
        ) AS says_apart,
        CASE
            WHEN NOT expense = other_expense
            THEN block.ends_at <= other_block.starts_at OR other_block.ends_at <= block.starts_at
        END AS is_apart,
        CASE WHEN NOT is_same_day OR counting <> 'pooled' THEN 0 WHEN is_same_day AND counting = 'pooled' THEN minutes END
            AS day_minutes,
        CASE WHEN NOT is_same_day OR counting <> 'pooled' THEN 0 WHEN is_same_day AND counting = 'pooled' THEN units END
            AS day_units,
        CASE WHEN NOT is_same_day OR other_code <> beside.code THEN 0 WHEN is_same_day AND other_code = beside.code THEN minutes END
            AS code_minutes,
        CASE WHEN NOT is_same_day OR other_code <> beside.code THEN 0 WHEN is_same_day AND other_code = beside.code THEN units END
            AS code_units,
        is_same_day AND other_code = needs AS is_what_it_adds_to
    FROM beside
    LEFT JOIN procedure_pair AS pair
        ON pair.code = beside.code AND pair.other = beside.other_code
        AND beside.served_on BETWEEN pair.from_on AND pair.until_on
    LEFT JOIN line_block AS block
        ON block.case_id = beside.case_id AND block.claim_id = beside.claim_id AND block.line_id = beside.line_id
    LEFT JOIN line_block AS other_block
        ON other_block.case_id = beside.case_id AND other_block.claim_id = beside.claim_id
        AND other_block.line_id = beside.other_id
),
doubted AS (
    SELECT
        *,
        CASE
            WHEN verdict <> 'needs_modifier' OR (says_apart AND is_apart) THEN ''
            WHEN verdict = 'needs_modifier' AND NOT is_apart
            THEN code || ' beside ' || other_code || ', at times that overlap'
            WHEN verdict = 'needs_modifier' AND NOT says_apart THEN code || ' beside ' || other_code
        END AS unproven
    FROM paired
),
together AS (
    SELECT
        case_id,
        claim_id,
        line_id,
        CASE WHEN count(day_minutes) = count(*) THEN CAST(sum(day_minutes) AS BIGINT) END AS day_minutes,
        CASE WHEN count(day_units) = count(*) THEN CAST(sum(day_units) AS BIGINT) END AS day_units,
        CASE WHEN count(code_minutes) = count(*) THEN CAST(sum(code_minutes) AS BIGINT) END AS code_minutes,
        CASE WHEN count(code_units) = count(*) THEN CAST(sum(code_units) AS BIGINT) END AS code_units,
        CASE
            WHEN bool_or(is_what_it_adds_to) THEN TRUE
            WHEN count(is_what_it_adds_to) = count(*) THEN FALSE
        END AS has_what_it_adds_to,
        CASE
            WHEN bool_or(verdict = 'never')
            THEN min(CASE WHEN verdict = 'never' THEN code || ' beside ' || other_code END)
            WHEN count(verdict) = count(*) THEN 'none'
        END AS barred,
        CASE
            WHEN bool_or(unproven <> '') THEN min(CASE WHEN unproven <> '' THEN unproven END)
            WHEN count(unproven) = count(*) THEN 'none'
        END AS unproven
    FROM doubted
    GROUP BY case_id, claim_id, line_id
),
diagnosed AS (
    SELECT
        line.case_id,
        line.claim_id,
        line.id AS line_id,
        line.served_on,
        diagnosis.number,
        diagnosis.code,
        known.is_valid,
        known.may_be_first,
        known.chapter,
        known.words
    FROM service_line AS line
    JOIN claim_diagnosis AS diagnosis ON diagnosis.case_id = line.case_id AND diagnosis.claim_id = line.claim_id
    LEFT JOIN diagnosis_code AS known
        ON known.code = diagnosis.code AND line.served_on BETWEEN known.from_on AND known.until_on
),
coded AS (
    SELECT
        case_id,
        claim_id,
        line_id,
        count(*) AS listed,
        CASE
            WHEN NOT bool_and(is_valid) THEN min(CASE WHEN NOT is_valid THEN words END)
            WHEN count(is_valid) = count(*) THEN 'none'
        END AS not_in_force,
        min(CASE WHEN number = 1 AND may_be_first THEN 'none' WHEN number = 1 AND NOT may_be_first THEN code END)
            AS misplaced_first,
        CASE
            WHEN bool_or(chapter = 18) AND bool_or(chapter NOT IN (18, 20, 21))
            THEN min(CASE WHEN chapter = 18 THEN code END)
            WHEN count(chapter) = count(*) THEN 'none'
        END AS symptom
    FROM diagnosed
    GROUP BY case_id, claim_id, line_id
),
kept_apart AS (
    SELECT
        one.case_id,
        one.claim_id,
        one.line_id,
        one.code,
        other.code AS other_code,
        CASE WHEN one.code = other.code THEN FALSE ELSE pair.excludes END AS excludes
    FROM diagnosed AS one
    JOIN diagnosed AS other
        ON other.case_id = one.case_id AND other.claim_id = one.claim_id AND other.line_id = one.line_id
        AND other.code >= one.code AND other.number <> one.number
    LEFT JOIN diagnosis_pair AS pair
        ON pair.code = one.code AND pair.other = other.code
        AND one.served_on BETWEEN pair.from_on AND pair.until_on
),
exclusion AS (
    SELECT
        case_id,
        claim_id,
        line_id,
        CASE
            WHEN bool_or(excludes) THEN min(CASE WHEN excludes THEN code || ' with ' || other_code END)
            WHEN count(excludes) = count(*) THEN 'none'
        END AS found
    FROM kept_apart
    GROUP BY case_id, claim_id, line_id
),
pointed AS (
    SELECT
        pointer.case_id,
        pointer.claim_id,
        pointer.line_id,
        max(pointer.number) AS highest,
        min(fit.grade) AS grade
    FROM line_pointer AS pointer
    JOIN service_line AS line
        ON line.case_id = pointer.case_id AND line.claim_id = pointer.claim_id AND line.id = pointer.line_id
    LEFT JOIN claim_diagnosis AS diagnosis
        ON diagnosis.case_id = pointer.case_id AND diagnosis.claim_id = pointer.claim_id
        AND diagnosis.number = pointer.number
    LEFT JOIN diagnosis_fit AS fit ON fit.diagnosis = diagnosis.code AND fit.procedure = line.procedure_code
    GROUP BY pointer.case_id, pointer.claim_id, pointer.line_id
)
-- source
FROM service_line
JOIN claim AS billed_claim
    ON billed_claim.case_id = service_line.case_id AND billed_claim.id = service_line.claim_id
JOIN route_decided AS route
    ON route.case_id = service_line.case_id AND route.funding_source_id = billed_claim.funding_source
LEFT JOIN expense AS performed ON performed.case_id = service_line.case_id AND performed.id = service_line.expense
LEFT JOIN trainer AS performing_trainer
    ON performing_trainer.case_id = performed.case_id AND performing_trainer.id = performed.trainer
LEFT JOIN clinician AS performing_clinician
    ON performing_clinician.case_id = performed.case_id AND performing_clinician.id = performed.clinician
LEFT JOIN trainer AS rendering_trainer
    ON rendering_trainer.case_id = billed_claim.case_id AND rendering_trainer.id = billed_claim.rendering_provider
LEFT JOIN clinician AS rendering_clinician
    ON rendering_clinician.case_id = billed_claim.case_id AND rendering_clinician.id = billed_claim.rendering_provider
LEFT JOIN clinician AS supervising_clinician
    ON supervising_clinician.case_id = billed_claim.case_id
    AND supervising_clinician.id = billed_claim.supervising_provider
JOIN together
    ON together.case_id = service_line.case_id AND together.claim_id = service_line.claim_id
    AND together.line_id = service_line.id
LEFT JOIN coded
    ON coded.case_id = service_line.case_id AND coded.claim_id = service_line.claim_id
    AND coded.line_id = service_line.id
LEFT JOIN exclusion
    ON exclusion.case_id = service_line.case_id AND exclusion.claim_id = service_line.claim_id
    AND exclusion.line_id = service_line.id
LEFT JOIN pointed
    ON pointed.case_id = service_line.case_id AND pointed.claim_id = service_line.claim_id
    AND pointed.line_id = service_line.id
LEFT JOIN procedure_code AS listed_code ON listed_code.code = service_line.procedure_code
LEFT JOIN unit_maximum AS maximum
    ON maximum.code = service_line.procedure_code
    AND service_line.served_on BETWEEN maximum.from_on AND maximum.until_on
LEFT JOIN place_of_service AS place ON place.place = service_line.place_of_service
LEFT JOIN law ON coalesce(service_line.served_on BETWEEN law.from_on AND law.until_on, FALSE)
