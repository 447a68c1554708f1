-- The requirements that decide about personal training at a health FSA, written by hand for this one kind, as somebody
-- would who knows SQL and the rules and writes nothing else: one statement, no masks, no reasons, only outcome and cents.
-- Tables and parameters are those of the bulk run. Outcomes: 0 not payable, 1 pended, 2 review, 3 payable.
WITH account AS (
    SELECT
        source.*,
        CASE WHEN source.owner IS NOT NULL THEN source.owner_relationship ELSE patient.relationship END AS to_owner,
        patient.is_tax_dependent,
        patient.born_on,
        file.decided_on,
        file.letters_complete,
        file.receipts_complete,
        file.reimbursements_complete,
        file.plan_years_complete,
        file.submissions_complete,
        coalesce(now_said.payer, 'generic') AS profile_payer
    FROM funding_source AS source
    JOIN case_file AS file USING (case_id)
    JOIN patient USING (case_id)
    LEFT JOIN (SELECT DISTINCT payer FROM profile WHERE kind = 'health_fsa') AS known ON known.payer = source.payer
    LEFT JOIN profile AS now_said
        ON now_said.kind = 'health_fsa'
        AND now_said.payer = coalesce(known.payer, 'generic')
        AND file.decided_on BETWEEN now_said.from_on AND now_said.until_on
    WHERE source.kind = 'health_fsa' AND source.held
),
sent AS (
    SELECT
        case_id,
        letter,
        funding_source,
        CASE WHEN count(received_on) = count(*) THEN min(received_on) END AS received_on,
        CASE WHEN NOT bool_or(waits) THEN min(approved_on) END AS approved_on,
        CASE WHEN NOT bool_or(waits) THEN NOT bool_and(approved_on IS NULL AND NOT is_approved) END AS is_approved
    FROM (SELECT *, approved_on IS NULL AND is_approved IS NOT FALSE AS waits FROM submission) AS submitted
    GROUP BY ALL
),
year_signed AS (
    SELECT
        letter.case_id,
        letter.id,
        plan_year.funding_source_id,
        CASE
            WHEN count(letter.signed_on BETWEEN plan_year.starts_on AND plan_year.ends_on) = count(*)
            THEN max(plan_year.ends_on) FILTER (letter.signed_on BETWEEN plan_year.starts_on AND plan_year.ends_on)
        END AS ends_on
    FROM letter
    JOIN plan_year USING (case_id)
    GROUP BY ALL
),
letter_read AS (
    SELECT
        letter.*,
        account.id AS funding_source_id,
        account.submissions_complete,
        condition.is_diagnosed,
        condition.is_disease,
        condition.is_imminent_risk,
        clinician.licence,
        clinician.is_patient_or_family,
        sent.received_on,
        sent.approved_on,
        sent.is_approved,
        sent.letter IS NOT NULL AS has_submission,
        year_signed.ends_on AS year_ends_on,
        profile.* EXCLUDE (payer, kind, from_on, until_on),
        CASE
            WHEN letter.effective_from IS NOT NULL THEN letter.effective_from
            WHEN NOT letter.states_start THEN letter.signed_on
        END AS window_from,
        CAST(letter.signed_on + to_months(CAST(profile.letter_life_months AS INTEGER)) AS DATE) AS life_month_on,
        CAST(letter.signed_on + to_months(CAST(profile.letter_months_if_unstated AS INTEGER)) AS DATE) AS usual_month_on,
        CASE
            WHEN letter.effective_from IS NOT NULL OR NOT letter.states_start
            THEN CAST(
                coalesce(letter.effective_from, letter.signed_on)
                + to_months(CAST(letter.stated_months AS INTEGER)) AS DATE
            )
        END AS stated_month_on
    FROM letter
    JOIN account USING (case_id)
    LEFT JOIN sent
        ON sent.case_id = letter.case_id AND sent.letter = letter.id AND sent.funding_source = account.id
    LEFT JOIN year_signed
        ON year_signed.case_id = letter.case_id
        AND year_signed.id = letter.id
        AND year_signed.funding_source_id = account.id
    LEFT JOIN condition ON condition.case_id = letter.case_id AND condition.id = letter.condition
    LEFT JOIN clinician ON clinician.case_id = letter.case_id AND clinician.id = letter.signed_by
    LEFT JOIN profile
        ON profile.kind = 'health_fsa'
        AND profile.payer = account.profile_payer
        AND (letter.signed_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
),
letter_dated AS (
    SELECT
        *,
        life_month_on - CASE WHEN day(life_month_on) < day(signed_on) THEN 0 ELSE 1 END AS life_to,
        CASE
            WHEN effective_to IS NOT NULL THEN effective_to
            WHEN stated_month_on IS NOT NULL
            THEN stated_month_on - CASE
                WHEN day(stated_month_on) < day(coalesce(effective_from, signed_on)) THEN 0 ELSE 1
            END
            WHEN NOT states_duration
            THEN usual_month_on - CASE WHEN day(usual_month_on) < day(signed_on) THEN 0 ELSE 1 END
        END AS says_to,
        CASE
            WHEN retroactive_letters_are_doubted THEN signed_on
            WHEN NOT retroactive_letters_are_doubted THEN DATE '0001-01-01'
        END AS undoubted_from,
        CASE letter_timing
            WHEN 'in_stated_range' THEN window_from
            WHEN 'after_signing' THEN signed_on
            WHEN 'after_receipt'
            THEN CASE
                WHEN received_on IS NOT NULL THEN received_on + 1
                WHEN NOT has_submission AND submissions_complete THEN DATE '9999-12-31'
            END
            WHEN 'after_approval'
            THEN CASE
                WHEN approved_on IS NOT NULL THEN approved_on + 1
                WHEN NOT is_approved OR (NOT has_submission AND submissions_complete) THEN DATE '9999-12-31'
            END
        END AS timing_from,
        CASE WHEN licence IS NOT NULL THEN list_contains(accepted_licences, licence) END AS is_accepted,
        CASE WHEN licence IS NOT NULL THEN list_contains(doubted_licences, licence) END AS is_doubted
    FROM letter_read
),
letter_judged AS (
    SELECT
        *,
        CASE WHEN letter_ends_with_plan_year THEN year_ends_on WHEN NOT letter_ends_with_plan_year THEN life_to END
            AS year_to,
        (is_accepted OR is_doubted)
        AND NOT is_patient_or_family
        AND (is_disease OR is_imminent_risk)
        AND is_diagnosed
        AND names_diagnosis
        AND links_training_to_diagnosis AS stands,
        (NOT letter_ends_with_a_change OR NOT treatment_has_changed)
        AND signature <> 'unsigned'
        AND (NOT diagnosis_must_be_specific OR diagnosis_is_specific)
        AND (NOT letter_must_exclude_general_health OR states_not_general_health)
        AND (NOT letter_must_be_on_letterhead_or_form OR is_on_letterhead_or_form)
        AND (NOT letter_must_name_account_holder OR names_account_holder)
        AND (NOT letter_must_name_employer OR names_employer)
        AND (NOT letter_must_name_member_id OR names_member_id)
        AND (NOT letter_must_name_patient OR names_patient)
        AND (NOT letter_must_name_signer_credential OR names_signer_credential)
        AND (NOT letter_must_name_treatment OR names_treatment)
        AND (NOT letter_must_state_duration OR states_duration)
        AND (NOT letter_must_state_frequency OR states_frequency)
        AND (NOT letter_must_state_necessity OR states_necessity) AS is_whole,
        visit_basis IN ('in_person', 'live_video')
        AND NOT rests_only_on_self_report
        AND NOT is_doubted
        AND is_disease AS is_beyond_doubt
    FROM letter_dated
),
letter_settled AS (
    SELECT
        *,
        CASE
            WHEN life_to IS NOT NULL AND year_to IS NOT NULL AND says_to IS NOT NULL
            THEN least(says_to, life_to, year_to, coalesce(revoked_on - 1, life_to))
        END AS window_to,
        CASE
            WHEN NOT stands THEN 0
            WHEN stands IS NULL OR is_whole IS NOT TRUE OR is_beyond_doubt IS NULL THEN 1
            WHEN NOT is_beyond_doubt THEN 2
            ELSE 3
        END AS outcome
    FROM letter_judged
),
chosen AS (
    SELECT
        expense.case_id,
        expense.id AS expense_id,
        letter.funding_source_id,
        letter.id AS letter_id,
        letter.stands,
        letter.is_whole,
        letter.is_beyond_doubt,
        expense.served_on BETWEEN letter.window_from AND letter.window_to AS covers,
        expense.served_on >= letter.timing_from AS is_timely,
        list_contains(letter.covers, expense.kind) AS prescribes,
        expense.served_on >= letter.undoubted_from AS reaches_not_back,
        expense.served_on BETWEEN letter.window_from AND letter.window_to
        AND expense.served_on >= letter.timing_from
        AND list_contains(letter.covers, expense.kind) AS serves
    FROM expense
    JOIN letter_settled AS letter USING (case_id)
    WHERE expense.kind = 'personal_training'
    QUALIFY row_number() OVER (
        PARTITION BY expense.case_id, expense.id, letter.funding_source_id
        ORDER BY
            CASE
                WHEN letter.outcome = 0 THEN 4
                WHEN NOT serves THEN 3
                WHEN letter.outcome = 1 OR serves IS NULL OR reaches_not_back IS NULL THEN 1
                WHEN letter.outcome = 2 OR NOT reaches_not_back THEN 2
                ELSE 0
            END,
            CASE WHEN serves THEN 0 WHEN serves IS NULL THEN 1 ELSE 2 END,
            letter.signed_on DESC NULLS LAST,
            letter.id
    ) = 1
),
returned AS (
    SELECT
        back.case_id,
        back.expense,
        back.funding_source,
        back.amount_cents,
        CASE WHEN payer.kind <> 'wellness_stipend' THEN FALSE ELSE back.counts_as_wages AND NOT back.is_tied_to_receipt END
            AS is_wages,
        CASE WHEN payer.kind <> 'wellness_stipend' THEN FALSE ELSE back.counts_as_wages END AS may_be_wages,
        payer.id IS NOT NULL AS payer_is_named
    FROM reimbursement AS back
    LEFT JOIN funding_source AS payer ON payer.case_id = back.case_id AND payer.id = back.funding_source
),
came_back AS (
    SELECT
        case_id,
        expense,
        CASE
            WHEN count(CASE WHEN is_wages THEN 0 WHEN NOT is_wages THEN amount_cents END) = count(*)
            THEN sum(CASE WHEN is_wages THEN 0 ELSE amount_cents END)
        END AS cents,
        CASE WHEN bool_or(is_wages) THEN TRUE WHEN count(is_wages) = count(*) THEN FALSE END AS is_wages
    FROM returned
    GROUP BY ALL
),
paid_from AS (
    SELECT
        case_id,
        expense,
        funding_source,
        sum(CASE WHEN NOT may_be_wages THEN coalesce(amount_cents, 0) ELSE 0 END) AS sure_cents,
        sum(CASE WHEN may_be_wages THEN 0 ELSE coalesce(amount_cents, 99999999999) END) AS maybe_cents
    FROM returned
    WHERE payer_is_named
    GROUP BY ALL
),
wording AS (
    SELECT
        case_id,
        funding_source_id,
        CASE
            WHEN bool_or(kind = 'exclusion' AND list_contains(names, 'personal_training')) THEN TRUE
            WHEN count(kind = 'exclusion' AND list_contains(names, 'personal_training')) = count(*) THEN FALSE
        END AS excludes
    FROM clause
    GROUP BY ALL
),
graded AS (
    SELECT
        expense.case_id,
        expense.id AS expense_id,
        year.funding_source_id,
        year.id,
        year.ends_on,
        year.run_out_ends_on,
        year.election_cents + year.carried_in_cents - year.spent_cents AS left_cents,
        expense.served_on BETWEEN year.starts_on AND year.ends_on AS in_year,
        expense.served_on >= year.starts_on
        AND expense.served_on > year.ends_on
        AND expense.served_on <= date_trunc('month', year.ends_on) + INTERVAL 3 MONTH + INTERVAL 14 DAY
        AND expense.served_on <= year.grace_ends_on
        AND account.has_grace_period AS in_grace
    FROM expense
    JOIN plan_year AS year USING (case_id)
    JOIN account ON account.case_id = year.case_id AND account.id = year.funding_source_id
    WHERE expense.kind = 'personal_training'
),
year_of AS (
    SELECT
        case_id,
        expense_id,
        funding_source_id,
        NOT bool_or(in_year IS NULL OR in_grace IS NULL) AS is_sure,
        coalesce(bool_or(in_year), FALSE) AS has_own,
        arg_min(
            {'id': id, 'ends_on': ends_on, 'run_out': run_out_ends_on, 'left_cents': left_cents, 'in_grace': in_grace},
            (CASE WHEN in_year IS NULL OR in_grace IS NULL THEN 0 WHEN in_grace THEN 1 WHEN in_year THEN 2 ELSE 3 END, id)
        ) AS best
    FROM graded
    WHERE in_year IS NOT FALSE OR in_grace IS NOT FALSE
    GROUP BY ALL
),
place AS (
    SELECT case_id, id, row_number() OVER (PARTITION BY case_id, package ORDER BY id) AS number
    FROM expense
    WHERE package IS NOT NULL
),
line_read AS (
    SELECT
        expense.case_id,
        expense.id AS expense_id,
        account.id AS funding_source_id,
        expense.served_on,
        expense.status,
        account.decided_on,
        CASE
            WHEN expense.served_on IS NOT NULL THEN expense.served_on > account.decided_on
            WHEN expense.status = 'planned' THEN TRUE
        END AS is_ahead,
        year_of.is_sure,
        CASE WHEN year_of.is_sure THEN year_of.best.id END AS money_year,
        year_of.best.ends_on AS year_ends_on,
        CASE WHEN year_of.is_sure THEN greatest(year_of.best.left_cents, 0 * year_of.best.left_cents) END AS year_cents,
        CASE
            WHEN year_of.is_sure THEN TRUE
            WHEN year_of.best IS NULL AND expense.served_on IS NOT NULL AND account.plan_years_complete THEN FALSE
        END AS year_holds,
        CASE WHEN year_of.is_sure THEN year_of.best.in_grace AND year_of.has_own END AS in_grace_before_a_year,
        CASE
            WHEN year_of.is_sure
            THEN account.decided_on <= year_of.best.ends_on
                OR account.decided_on <= coalesce(
                    year_of.best.run_out, year_of.best.ends_on + CAST(account.run_out_days AS INTEGER)
                )
        END AS in_time,
        expense.served_on IS NULL OR coalesce(NOT year_of.is_sure, FALSE) AS year_is_unsure,
        CASE WHEN account.ended_on IS NULL THEN TRUE ELSE expense.served_on <= account.ended_on END AS had_not_ended,
        expense.served_on >= account.opened_on AS was_open,
        CASE WHEN wording.case_id IS NULL THEN FALSE ELSE wording.excludes END AS excludes,
        CASE
            WHEN came_back.is_wages THEN TRUE
            WHEN account.reimbursements_complete AND came_back.case_id IS NULL THEN FALSE
            WHEN account.reimbursements_complete AND NOT came_back.is_wages THEN FALSE
        END AS stipend_paid,
        CASE WHEN chosen.letter_id IS NOT NULL THEN TRUE WHEN account.letters_complete THEN FALSE END AS has_letter,
        chosen.letter_id IS NULL OR chosen.stands AS letter_stands,
        chosen.letter_id IS NULL OR chosen.is_whole AS letter_is_whole,
        chosen.letter_id IS NULL OR chosen.is_beyond_doubt AS letter_is_beyond_doubt,
        chosen.covers,
        chosen.is_timely,
        chosen.prescribes,
        chosen.reaches_not_back,
        profile.participant_must_state_but_for,
        CASE WHEN statement.signed_on IS NOT NULL THEN TRUE END AS statement_is_signed,
        statement.purpose,
        statement.would_buy_anyway,
        statement.recommended_by_clinician,
        CASE WHEN receipt.id IS NOT NULL THEN TRUE WHEN account.receipts_complete THEN FALSE END AS has_receipt,
        receipt.comes_from_provider,
        receipt.names_amount,
        receipt.names_service_dates,
        receipt.names_service,
        (year(expense.served_on) - year(account.born_on) < 27 AND account.to_owner = 'child')
        OR account.to_owner IN ('self', 'spouse')
        OR account.is_tax_dependent AS is_family,
        CASE
            WHEN package.id IS NULL THEN expense.charge_cents
            WHEN package.sessions > 0
            THEN package.price_cents // package.sessions
                + CASE WHEN place.number <= package.price_cents % package.sessions THEN 1 ELSE 0 END
        END AS charge_cents,
        expense.participants,
        expense.patient_share_cents,
        CASE
            WHEN account.reimbursements_complete
            THEN CASE WHEN came_back.case_id IS NULL THEN 0 ELSE came_back.cents END
        END AS came_back_cents,
        paid_from.sure_cents AS paid_sure_cents,
        paid_from.maybe_cents AS paid_maybe_cents
    FROM expense
    JOIN account USING (case_id)
    LEFT JOIN chosen
        ON chosen.case_id = expense.case_id
        AND chosen.expense_id = expense.id
        AND chosen.funding_source_id = account.id
    LEFT JOIN package ON package.case_id = expense.case_id AND package.id = expense.package
    LEFT JOIN place ON place.case_id = expense.case_id AND place.id = expense.id
    LEFT JOIN receipt
        ON receipt.case_id = expense.case_id AND receipt.id = coalesce(expense.receipt, package.receipt)
    LEFT JOIN statement ON statement.case_id = expense.case_id AND statement.kind = expense.kind
    LEFT JOIN came_back ON came_back.case_id = expense.case_id AND came_back.expense = expense.id
    LEFT JOIN paid_from
        ON paid_from.case_id = expense.case_id
        AND paid_from.expense = expense.id
        AND paid_from.funding_source = account.id
    LEFT JOIN wording ON wording.case_id = expense.case_id AND wording.funding_source_id = account.id
    LEFT JOIN year_of
        ON year_of.case_id = expense.case_id
        AND year_of.expense_id = expense.id
        AND year_of.funding_source_id = account.id
    LEFT JOIN profile
        ON profile.kind = 'health_fsa'
        AND profile.payer = account.profile_payer
        AND (expense.served_on BETWEEN profile.from_on AND profile.until_on OR profile.only_version)
    WHERE expense.kind = 'personal_training'
),
line_due AS (
    SELECT
        *,
        greatest(part_cents - came_back_cents, 0 * part_cents * came_back_cents) AS due_cents
    FROM (
        SELECT
            *,
            CASE
                WHEN participants = 1 THEN charge_cents
                WHEN participants > 1 AND patient_share_cents <= charge_cents THEN patient_share_cents
                WHEN participants > 1 AND patient_share_cents > charge_cents THEN charge_cents
            END AS part_cents
        FROM line_read
    ) AS shared
),
line_judged AS (
    SELECT
        *,
        year_holds AND has_letter AND prescribes AND covers AND is_timely AS stands_for_the_day,
        letter_stands
        AND (is_ahead OR NOT year_holds OR in_time)
        AND NOT excludes
        AND was_open
        AND due_cents > 0
        AND (is_ahead OR comes_from_provider)
        AND status NOT IN ('missed', 'cancelled', 'refunded')
        AND purpose IN ('treatment', 'prevention')
        AND recommended_by_clinician
        AND NOT would_buy_anyway
        AND is_family AS stands,
        letter_is_whole
        AND (NOT participant_must_state_but_for OR statement_is_signed)
        AND (is_ahead OR (has_receipt AND names_amount AND names_service_dates AND names_service))
        AND status <> 'planned'
        AND NOT is_ahead AS is_whole,
        letter_is_beyond_doubt AND had_not_ended AND NOT stipend_paid AND reaches_not_back AS is_beyond_doubt
    FROM line_due
),
line_settled AS (
    SELECT
        *,
        NOT stands OR (NOT stands_for_the_day AND NOT is_ahead) AS refused,
        NOT is_whole OR (NOT stands_for_the_day AND is_ahead) AS pending,
        NOT is_beyond_doubt AS doubted
    FROM line_judged
),
line_drawing AS (
    SELECT
        *,
        CASE WHEN money_year IS NULL THEN 0 ELSE coalesce(paid_sure_cents, 0) END AS back_sure,
        CASE WHEN money_year IS NULL THEN 0 ELSE coalesce(paid_maybe_cents, 0) END AS back_most,
        CASE WHEN money_year IS NULL THEN coalesce(paid_maybe_cents, 0) ELSE 0 END AS back_anywhere,
        CASE WHEN money_year IS NOT NULL AND outcome = 3 THEN coalesce(due_cents, 0) ELSE 0 END AS takes_sure,
        CASE WHEN money_year IS NULL OR outcome = 0 THEN 0 ELSE coalesce(due_cents, 99999999999) END AS takes_most,
        CASE WHEN outcome = 0 THEN 0 ELSE coalesce(due_cents, 99999999999) END AS takes_any,
        CASE
            WHEN outcome <> 0 AND status IS DISTINCT FROM 'planned' AND year_is_unsure
            THEN coalesce(due_cents, 99999999999)
            ELSE 0
        END AS takes_anywhere
    FROM (
        SELECT
            *,
            CASE
                WHEN refused THEN 0
                WHEN refused IS NULL OR pending IS NOT FALSE OR doubted IS NULL THEN 1
                WHEN doubted THEN 2
                ELSE 3
            END AS outcome
        FROM line_settled
    ) AS answered
),
line_paid AS (
    SELECT
        *,
        greatest(year_cents - (coalesce(sum(takes_sure) OVER earlier, 0) + sum(back_sure) OVER whole_year), 0 * year_cents)
            AS left_most,
        greatest(
            year_cents - CASE
                WHEN status IS NULL OR status = 'planned' OR year_is_unsure
                THEN sum(takes_any + back_most + back_anywhere) OVER anywhere
                ELSE coalesce(sum(takes_most) OVER earlier, 0)
                    + sum(back_most) OVER whole_year
                    + sum(takes_anywhere + back_anywhere) OVER anywhere
            END,
            0 * year_cents
        ) AS left_least
    FROM line_drawing
    WINDOW
        whole_year AS (PARTITION BY case_id, funding_source_id, money_year),
        anywhere AS (PARTITION BY case_id, funding_source_id),
        earlier AS (
            PARTITION BY case_id, funding_source_id, money_year
            ORDER BY CASE WHEN status = 'planned' THEN 1 ELSE 0 END, served_on NULLS LAST, expense_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
line_left AS (
    SELECT
        *,
        CASE WHEN left_most < due_cents THEN left_most WHEN left_most >= due_cents THEN due_cents END AS pays_most,
        CASE WHEN left_least < due_cents THEN left_least WHEN left_least >= due_cents THEN due_cents END AS pays_least
    FROM line_paid
),
line_money AS (
    SELECT
        *,
        CASE WHEN due_cents = 0 THEN TRUE WHEN pays_most = 0 THEN FALSE WHEN pays_least = pays_most THEN TRUE END AS is_left
    FROM line_left
),
line_answered AS (
    SELECT
        case_id,
        expense_id,
        funding_source_id,
        pays_least AS least_payable_cents,
        refused OR (NOT in_grace_before_a_year AND year_holds AND NOT is_left) AS refused,
        pending,
        doubted OR (year_holds AND in_grace_before_a_year AND NOT is_left) AS doubted
    FROM line_money
)
SELECT
    case_id,
    expense_id,
    funding_source_id,
    CAST(least_payable_cents AS BIGINT) AS least_payable_cents,
    CAST(CASE
        WHEN refused THEN 0
        WHEN refused IS NULL OR pending IS NOT FALSE OR doubted IS NULL THEN 1
        WHEN doubted THEN 2
        ELSE 3
    END AS INTEGER) AS outcome
FROM line_answered
