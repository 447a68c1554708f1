"""Funding sources of the synthetic book, and its lines with packages, receipts and money that came back."""

from necessity.adjudication.synthetic.sql import KIND, select, unless


def account_tables() -> dict[str, str]:
    """Write funding sources, their years and their clauses."""
    is_hra = "kind IN ('hra', 'qsehra', 'ichra')"
    is_plan = "kind = 'group_plan'"
    source = {
        "case_id": "case_id",
        "id": "account_id",
        "kind": "kind",
        "held": "TRUE",
        "payer": "payer",
        "member_id": "'M' || lpad(CAST(member_no AS VARCHAR), 10, '0')",
        "opened_on": "CASE WHEN fault = 'account_opened_later' THEN turns_on ELSE year_from - 365 END",
        "ended_on": "CASE WHEN fault = 'coverage_ended' THEN turns_on END",
        "balance_cents": "CASE WHEN kind = 'hsa' THEN charge * expenses + 100000 END",
        "has_grace_period": "CASE WHEN sort = 'account' THEN FALSE END",
        "has_carryover": "CASE WHEN sort = 'account' THEN block % 3 = 0 END",
        "covers_all_medical_care": f"CASE WHEN {is_hra} THEN fault <> 'hra_pays_premiums_only' END",
        "is_paid_in_by_payroll": "CASE WHEN kind = 'hsa' THEN TRUE END",
        "plan_name": f"CASE WHEN {is_plan} THEN 'Plan ' || block END",
        "is_erisa": f"CASE WHEN {is_plan} THEN TRUE END",
        "pays_trainers": f"CASE WHEN {is_plan} THEN fault <> 'plan_pays_no_trainers' END",
        "pays_training_under_supervision": f"CASE WHEN {is_plan} THEN FALSE END",
        "requires_authorization": f"CASE WHEN {is_plan} THEN fault = 'authorization_missing' END",
        "authorization_number": f"CASE WHEN {is_plan} AND fault = 'authorization_missing' THEN 'none' END",
        "has_fitness_benefit": f"CASE WHEN {is_plan} THEN FALSE END",
        "market": f"CASE WHEN {is_plan} THEN 'employer' END",
    }
    return {
        "funding_source": select("funding_source", source, "book_account"),
        "plan_year": select(
            "plan_year",
            {
                "case_id": "case_id",
                "funding_source_id": "account_id",
                "id": "strftime(year_from, '%Y-%m')",
                "starts_on": "year_from",
                "ends_on": "year_to",
                "election_cents": "election",
                "carried_in_cents": "0",
                "spent_cents": "0",
                "run_out_ends_on": "year_to + 90",
            },
            "book_account WHERE sort = 'account'",
        ),
        "clause": select(
            "clause",
            {
                "case_id": "case_id",
                "funding_source_id": "account_id",
                "id": "'clause'",
                "kind": "'exclusion'",
                "words": "'Exercise programmes and personal trainers are not paid.'",
                "page": "'12'",
                "names": "['personal_training', 'exercise_class', 'gym_membership', 'therapy']",
            },
            "book_account WHERE fault = 'plan_clause_excludes_it'",
        ),
    }


def line_tables() -> dict[str, str]:
    """Write sessions and other expenses, packages, receipts, and money that came back."""
    receipt = (
        "'R' || lpad(CAST(CASE WHEN pattern = 'stretched_receipt' THEN place - 1 ELSE place END AS VARCHAR), 3, '0')"
    )
    is_session = "service = 'personal_training' AND fault NOT IN ('late_fee', 'not_prescribed')"
    has_receipt = "fault NOT IN ('receipt_missing', 'service_is_ahead') AND NOT is_package"
    expense = {
        "case_id": "case_id",
        "id": "expense_id",
        "kind": KIND,
        "status": """CASE fault WHEN 'service_missed' THEN 'missed' WHEN 'service_cancelled' THEN 'cancelled'
            WHEN 'service_refunded' THEN 'refunded' WHEN 'service_is_ahead' THEN 'planned' ELSE 'held' END""",
        "served_on": "served_on",
        "charge_cents": "CASE WHEN fault = 'charge_unknown' OR is_package THEN NULL ELSE charge END",
        "patient_share_cents": "CASE WHEN fault = 'shared_session' THEN charge // 2 END",
        "participants": "CASE fault WHEN 'shared_session' THEN 2 WHEN 'shared_without_share' THEN 3 ELSE 1 END",
        "trainer": "'T' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
        "receipt": f"CASE WHEN {has_receipt} THEN {receipt} END",
        "starts_at": f"CASE WHEN {is_session} THEN TIME '00:00' + to_minutes(starts_minute) END",
        "minutes": f"CASE WHEN {is_session} THEN minutes END",
        "package": "CASE WHEN is_package THEN 'P1' END",
        "words": f"CASE WHEN {is_session} THEN NULL ELSE {KIND} END",
        "needs_therapist_skill": "CASE WHEN service = 'therapy' THEN TRUE END",
        "has_plan_of_care": "CASE WHEN service = 'therapy' THEN TRUE END",
        "origin": f"CASE WHEN {is_session} THEN 'session' ELSE 'expense' END",
        "activities_listed": f"CASE WHEN {is_session} THEN 2 END",
    }
    proof = {
        "case_id": "case_id",
        "id": receipt,
        "paid_on": "CASE WHEN is_bought AND place = 1 THEN signed_on ELSE served_on END",
        "paid_to": "'Studio ' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
        "amount_cents": "charge",
        "method": "'card'",
        "comes_from_provider": unless("receipt_is_own_statement"),
        "names_patient": "TRUE",
        "names_provider": "TRUE",
        "names_service": """CASE WHEN fault <> 'receipt_unread' THEN fault <> 'receipt_says_package' END""",
        "names_service_dates": unless("receipt_without_dates"),
        "names_amount": unless("receipt_without_amount"),
    }
    whole = {**proof, "id": "'R000'", "paid_on": "first_on", "amount_cents": "charge * expenses"}
    given = """book_line WHERE NOT is_package AND fault NOT IN ('receipt_missing', 'service_is_ahead')
        AND pattern <> 'stretched_receipt'"""
    # a purchase that the letter followed was paid 20 minutes before the signing
    paid_at = """CASE WHEN is_bought AND place = 1 THEN signed_on + to_minutes(580 + case_no % 300)
        ELSE served_on + to_minutes(starts_minute) END"""
    image = "sha256(case_id || CASE WHEN pattern = 'same_image' THEN place - 1 ELSE place END)"
    return {
        "package": select(
            "package",
            {
                "case_id": "case_id",
                "id": "'P1'",
                "kind": "service",
                "sessions": "expenses",
                "price_cents": "charge * expenses",
                "paid_on": "first_on",
                "receipt": "'R000'",
            },
            "book_case WHERE is_package",
        ),
        "expense": select("expense", expense, "book_line"),
        "receipt": select("receipt", proof, given)
        + " UNION ALL "
        + select("receipt", whole, "book_case WHERE is_package"),
        "receipt_image": select(
            "receipt_image",
            {"case_id": "case_id", "receipt_id": receipt, "image_sha256": image, "paid_at": paid_at},
            given,
        ),
        "reimbursement": select(
            "reimbursement",
            {
                "case_id": "case_id",
                "id": "'B' || place || '-' || number",
                "expense": "expense_id",
                "funding_source": """CASE WHEN fault = 'paid_by_the_other_account' THEN 'second'
                    WHEN fault = 'paid_above_cost' AND number = 2 THEN 'first' END""",
                "paid_on": "served_on + 10",
                "amount_cents": """CASE fault WHEN 'paid_back_in_part' THEN charge // 2
                    WHEN 'paid_above_cost' THEN charge * 6 // 10 WHEN 'paid_back_unknown' THEN NULL ELSE charge END""",
                "counts_as_wages": "FALSE",
                "is_tied_to_receipt": "TRUE",
            },
            """book_line CROSS JOIN (VALUES (1), (2)) AS twice(number)
            WHERE number = 1 AND fault IN (
                'paid_back_in_full', 'paid_back_in_part', 'paid_back_unknown', 'paid_by_the_other_account'
            ) OR fault = 'paid_above_cost'""",
        ),
    }
