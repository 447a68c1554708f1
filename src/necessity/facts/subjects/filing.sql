-- One claim of the record: until when it must reach the payer, and until when the payer must decide it.
-- Where the claim does not say so, its lines tell whether it is about services given or still ahead.
-- key: case_id = claim.case_id
-- key: claim_id = claim.id
-- id: claim = claim.id
-- id: funding_source = claim.funding_source
-- inherits: route = route
-- prelude
served AS (
    SELECT
        case_id,
        claim_id,
        CASE WHEN count(served_on) = count(*) THEN min(served_on) END AS first_on,
        CASE WHEN count(served_on) = count(*) THEN max(served_on) END AS last_on
    FROM service_line
    GROUP BY case_id, claim_id
)
-- source
FROM claim
JOIN route_decided AS route ON route.case_id = claim.case_id AND route.funding_source_id = claim.funding_source
LEFT JOIN served ON served.case_id = claim.case_id AND served.claim_id = claim.id
LEFT JOIN profile ON profile.kind = route.funding_source
    AND profile.payer = route.payer_profile
    AND (served.first_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
LEFT JOIN law ON coalesce(coalesce(claim.received_on, served.first_on) BETWEEN law.from_on AND law.until_on, FALSE)
