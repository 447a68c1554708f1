-- One line of a claim: what is billed, in whose name, and whose work it was. Who did the work is the session's or
-- expense's to say; who is named as rendering is the claim's. Neither stands in for the other.
-- Only an expense of its own kind can say that a plan of care was in force; a training session has no place for it.
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
LEFT JOIN law ON coalesce(service_line.served_on BETWEEN law.from_on AND law.until_on, FALSE)
