-- How one employer's plan is run.
-- key: case_id = employer_plan.case_id
-- key: plan_id = employer_plan.id
-- id: employer_plan = employer_plan.id
-- inherits: person = person
-- source
FROM employer_plan
JOIN person_decided AS person ON person.case_id = employer_plan.case_id
LEFT JOIN law ON coalesce(person.decided_on BETWEEN law.from_on AND law.until_on, FALSE)
