-- One refused claim: what can still be done about the refusal.
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
)
-- source
FROM denial
JOIN claim ON claim.case_id = denial.case_id AND claim.id = denial.claim
JOIN route_decided AS route ON route.case_id = denial.case_id AND route.funding_source_id = claim.funding_source
LEFT JOIN later ON later.case_id = denial.case_id AND later.denial_id = denial.id
LEFT JOIN profile ON profile.kind = route.funding_source
    AND profile.payer = route.payer_profile
    AND (denial.received_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
LEFT JOIN law ON coalesce(denial.received_on BETWEEN law.from_on AND law.until_on, FALSE)
