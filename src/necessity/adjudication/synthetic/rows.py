"""The rows of the synthetic book: each published table, the expected verdicts and what is planted, as one SELECT each."""

from necessity.adjudication.synthetic.cast import SIGNERS, STATES
from necessity.domain.case import ListName
from necessity.domain.marks import MARKS
from necessity.domain.tables import TABLES

EXPECTED = {
    "case_id": "VARCHAR",
    "expense_id": "VARCHAR",
    "funding_source_id": "VARCHAR",
    "funding_source": "VARCHAR",
    "outcome": "VARCHAR",
    "payable_cents": "BIGINT",
    "fault": "VARCHAR",
    "rule": "VARCHAR",
    "pattern": "VARCHAR",
}
"""Columns of the expected verdicts, with their SQL types."""
EXPECTED_MEANS = {
    "case_id": "The case.",
    "expense_id": "The session or other expense.",
    "funding_source_id": "Which of the case's funding sources is asked. These three name a line.",
    "funding_source": "Its kind.",
    "outcome": "payable, not_payable, pended or review.",
    "payable_cents": "What is to be paid; missing unless payable, and for a group plan, whose share is not in the record.",
    "fault": "The planted fault that leads to this verdict; `none` where the line is as it should be.",
    "rule": "The rule of this rulebook that must speak; empty where none must.",
    "pattern": "What is planted here that no rule sees in one line: the verdict is what the line alone deserves.",
}
"""What they mean."""
_EVERYWHERE = ("healthequity", "wageworks", "fsafeds")


def _select(table: str, given: dict[str, str], source: str) -> str:
    columns = (TABLES[table].columns if table in TABLES else MARKS[table]).items()
    written = ", ".join(f"CAST({given.get(name, 'NULL')} AS {type}) AS {name}" for name, type in columns)
    return f"SELECT {written} FROM {source}"


def _cycle(number: str, words: tuple[str, ...]) -> str:
    return f"[{', '.join(repr(word) for word in words)}][CAST({number} % {len(words)} AS INTEGER) + 1]"


def _unless(fault: str, value: str = "TRUE", otherwise: str = "FALSE") -> str:
    return f"CASE WHEN fault = '{fault}' THEN {otherwise} ELSE {value} END"


def _case_tables(on: str) -> dict[str, str]:
    """Write what stands once in a case: the file itself, patient, condition, clinician, trainer, order."""
    lists = {f"{name}_complete": "TRUE" for name in ListName}
    lists["letters_complete"] = _unless("letter_perhaps_missing", "TRUE", "NULL")
    ill = "book_case JOIN ill ON drawn_ill >= ill.low AND drawn_ill < ill.high"
    age = "DATE '1950-01-01' + CAST(stir(stir(case_no)) % 20000 AS INTEGER)"
    signer = f"""CASE fault WHEN 'letter_signer_is_no_clinician' THEN 'athletic_trainer'
        WHEN 'letter_signer_is_doubted' THEN 'DC' ELSE {_cycle("clinician_no", SIGNERS)} END"""
    code = """CASE fault WHEN 'condition_is_a_risk' THEN 'R73.03' WHEN 'condition_is_no_disease' THEN 'Z72.3'
        WHEN 'diagnosis_without_a_code' THEN NULL ELSE ill.code END"""
    named = """CASE fault WHEN 'condition_is_a_risk' THEN 'prediabetes'
        WHEN 'condition_is_no_disease' THEN 'lack of exercise' ELSE ill.name END"""
    studio = "'Studio ' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')"
    trainer = "'T' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')"
    return {
        "case_file": _select(
            "case_file", {"case_id": "case_id", "decided_on": f"DATE '{on}'", "service": "service", **lists}, "book_case"
        ),
        "patient": _select(
            "patient",
            {
                "case_id": "case_id",
                "name": "'Patient ' || case_id",
                "born_on": age,
                "sex": "CASE WHEN case_no % 2 = 0 THEN 'F' ELSE 'M' END",
                "relationship": """CASE WHEN fault = 'not_a_dependent' THEN 'domestic_partner'
                    WHEN is_family AND part = 1 THEN 'spouse' ELSE 'self' END""",
                "is_tax_dependent": _unless("not_a_dependent", "NULL"),
                "red_flags_screened_on": "first_on - 7",
                "red_flag_found": "FALSE",
            },
            "book_case",
        ),
        "tax": _select("tax", {"case_id": "case_id", "state": _cycle("state_no", STATES), "itemises": "FALSE"}, "book_case"),
        "training_plan": _select(
            "training_plan",
            {"case_id": "case_id", "is_comparable_to_therapy": "FALSE", "follows_therapy": "FALSE"},
            "book_case",
        ),
        "condition": _select(
            "condition",
            {
                "case_id": "case_id",
                "id": "'condition'",
                "name": named,
                "code": code,
                "is_diagnosed": _unless("condition_not_diagnosed"),
                "diagnosed_by": _unless("condition_not_diagnosed", "'clinician'", "NULL"),
                "diagnosed_on": _unless("condition_not_diagnosed", "year_from - 60", "NULL"),
                "is_disease": "fault NOT IN ('condition_is_a_risk', 'condition_is_no_disease')",
                "is_imminent_risk": "fault = 'condition_is_a_risk'",
            },
            ill,
        ),
        "clinician": _select(
            "clinician",
            {
                "case_id": "case_id",
                "id": "'clinician'",
                "name": "'Clinician ' || lpad(CAST(clinician_no AS VARCHAR), 9, '0')",
                "licence": signer,
                "licence_number": "'L' || lpad(CAST(clinician_no AS VARCHAR), 9, '0')",
                "licence_state": _cycle("CASE WHEN is_ring THEN 0 ELSE state_no END", STATES),
                "is_patient_or_family": "fault = 'letter_signer_is_family'",
            },
            "book_case",
        ),
        "trainer": _select(
            "trainer",
            {
                "case_id": "case_id",
                "id": trainer,
                "name": "'Trainer ' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
                "business_name": studio,
                "licence": "'none'",
            },
            "book_case",
        ),
        "certification": _select(
            "certification",
            {
                "case_id": "case_id",
                "trainer_id": trainer,
                "name": _cycle("trainer_no", ("ACE-CPT", "NASM-CPT", "ACSM-CPT", "NSCA-CPT")),
                "issuer": _cycle("trainer_no", ("ACE", "NASM", "ACSM", "NSCA")),
                "accreditor": "'NCCA'",
                "number": "'N' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
                "issued_on": "year_from - 200",
                "expires_on": "year_from + 530",
            },
            "book_case",
        ),
        "training_order": _select(
            "training_order",
            {
                "case_id": "case_id",
                "id": "'order'",
                "ordered_by": "'clinician'",
                "ordered_on": "signed_on",
                "kind": "service",
                "condition": "'condition'",
                "sessions_per_week": "greatest(1, 7 // gap)",
                "minutes_per_session": "minutes",
                "weeks": "26",
                "starts_on": "first_on",
            },
            "book_case",
        ),
    }


def _letter_tables() -> dict[str, str]:
    """Write letters, where they were sent, what they say, and what the patient says."""
    letters = """(
        SELECT *, 1 AS version FROM book_case WHERE fault NOT IN ('letter_missing', 'letter_perhaps_missing')
        UNION ALL BY NAME SELECT * REPLACE (CAST(signed_on + to_months(3) AS DATE) - 20 AS signed_on), 2 AS version
        FROM book_case WHERE letter_form = 3
    )"""
    said = {
        name: "TRUE"
        for name in (
            *("names_patient", "diagnosis_is_specific", "names_treatment", "states_frequency", "states_duration"),
            *("states_not_general_health", "states_not_otherwise_incurred", "names_signer_credential"),
            "is_on_letterhead_or_form",
        )
    }
    asked = ", ".join(f"'{payer}'" for payer in _EVERYWHERE)
    sometimes = f"payer IN ({asked}) OR kind <> 'health_fsa' OR has_two OR case_no % 3 > 0"  # others do not ask
    letter = {
        "case_id": "case_id",
        "id": "'letter' || version",
        "condition": "'condition'",
        "signed_by": "'clinician'",
        "signed_on": "signed_on",
        "signature": """CASE WHEN fault = 'letter_unsigned' THEN 'unsigned'
            WHEN case_no % 4 = 0 THEN 'wet_ink' ELSE 'electronic' END""",
        "states_start": "NOT (letter_form = 2 OR fault IN ('letter_signed_late', 'letter_months_run_out'))",
        "effective_from": """CASE WHEN letter_form = 2 OR fault IN ('letter_signed_late', 'letter_months_run_out') THEN NULL
            WHEN fault = 'letter_reaches_back' THEN year_from ELSE signed_on END""",
        "effective_to": """CASE WHEN letter_form = 2 OR fault IN ('letter_signed_late', 'letter_months_run_out') THEN NULL
            WHEN letter_form = 3 AND version = 1 THEN CAST(signed_on + to_months(3) AS DATE)
            WHEN fault = 'letter_expired' THEN turns_on
            ELSE CAST(CASE fault WHEN 'letter_reaches_back' THEN year_from ELSE signed_on END + to_months(12) AS DATE) - 1
            END""",
        "stated_months": """CASE WHEN fault = 'letter_months_run_out' THEN 2
            WHEN letter_form = 2 OR fault = 'letter_signed_late' THEN 12 END""",
        "treatment_started_on": "first_on",
        "revoked_on": "CASE WHEN fault = 'letter_withdrawn' THEN turns_on END",
        "replaces": "CASE WHEN version = 2 THEN 'letter1' END",
        "covers": "CASE WHEN fault = 'letter_prescribes_something_else' THEN ['massage'] ELSE [service] END",
        "names_account_holder": sometimes,
        "names_employer": sometimes,
        "names_member_id": sometimes,
        "names_diagnosis": _unless("letter_names_no_diagnosis"),
        "links_training_to_diagnosis": _unless("letter_links_nothing"),
        "states_necessity": _unless("letter_without_necessity"),
        "visit_basis": """CASE WHEN fault = 'letter_from_a_questionnaire' THEN 'questionnaire_only'
            WHEN case_no % 3 = 0 THEN 'live_video' ELSE 'in_person' END""",
        "last_seen_on": "signed_on",
        "rests_only_on_self_report": "fault = 'letter_from_self_report'",
        "treatment_has_changed": "FALSE",
        **said,
    }
    text = f"sha256(CASE WHEN is_ring THEN 'ring ' || clinician_no ELSE case_id || version END)"
    return {
        "letter": _select("letter", letter, letters),
        "submission": _select(
            "submission",
            {
                "case_id": "case_id",
                "id": "'sent' || version || account_id",
                "letter": "'letter' || version",
                "funding_source": "account_id",
                "sent_on": "signed_on + 1",
                "received_on": "signed_on + 3",
                "approved_on": "signed_on + accepted_after",
                "is_approved": "TRUE",
            },
            letters.replace("book_case", "book_account"),
        ),
        "letter_text": _select(
            "letter_text",
            {
                "case_id": "case_id",
                "letter_id": "'letter' || version",
                "text_sha256": text,
                "signed_at": "signed_on + to_minutes(600 + case_no % 300)",
            },
            letters,
        ),
        "statement": _select(
            "statement",
            {
                "case_id": "case_id",
                "id": "kind_stated",
                "kind": "kind_stated",
                "purpose": "CASE WHEN own THEN CASE fault WHEN 'purpose_is_general_fitness' THEN 'general_health' ELSE 'treatment' END END",
                "sole_purpose": "CASE WHEN own THEN fault <> 'purpose_is_general_fitness' END",
                "would_buy_anyway": "CASE WHEN own THEN fault = 'would_be_bought_anyway' END",
                "recommended_by_clinician": "CASE WHEN own THEN fault <> 'not_recommended' END",
                "signed_on": "CASE WHEN own THEN signed_on END",
            },
            f"""(
                SELECT case_id, fault, signed_on, service AS kind_stated, TRUE AS own FROM book_case
                UNION ALL
                SELECT DISTINCT case_id, '', NULL, {_KIND}, FALSE FROM book_line WHERE fault IN ('late_fee', 'not_prescribed')
            )""",
        ),
    }


_KIND = "CASE fault WHEN 'late_fee' THEN 'late_fee' WHEN 'not_prescribed' THEN 'massage' ELSE service END"


def _account_tables() -> dict[str, str]:
    """Write funding sources, their years and their clauses."""
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
        "has_grace_period": f"CASE WHEN sort = 'account' THEN FALSE END",
        "has_carryover": f"CASE WHEN sort = 'account' THEN block % 3 = 0 END",
        "covers_all_medical_care": "CASE WHEN kind IN ('hra', 'qsehra', 'ichra') THEN fault <> 'hra_pays_premiums_only' END",
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
        "funding_source": _select("funding_source", source, "book_account"),
        "plan_year": _select(
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
        "clause": _select(
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


def _line_tables() -> dict[str, str]:
    """Write sessions and other expenses, packages, receipts, and money that came back."""
    receipt = "'R' || lpad(CAST(CASE WHEN pattern = 'stretched_receipt' THEN place - 1 ELSE place END AS VARCHAR), 3, '0')"
    is_session = "service = 'personal_training' AND fault NOT IN ('late_fee', 'not_prescribed')"
    expense = {
        "case_id": "case_id",
        "id": "expense_id",
        "kind": _KIND,
        "status": """CASE fault WHEN 'service_missed' THEN 'missed' WHEN 'service_cancelled' THEN 'cancelled'
            WHEN 'service_refunded' THEN 'refunded' WHEN 'service_is_ahead' THEN 'planned' ELSE 'held' END""",
        "served_on": "served_on",
        "charge_cents": "CASE WHEN fault = 'charge_unknown' OR is_package THEN NULL ELSE charge END",
        "patient_share_cents": "CASE WHEN fault = 'shared_session' THEN charge // 2 END",
        "participants": "CASE fault WHEN 'shared_session' THEN 2 WHEN 'shared_without_share' THEN 3 ELSE 1 END",
        "trainer": "'T' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
        "receipt": f"CASE WHEN fault IN ('receipt_missing', 'service_is_ahead') OR is_package THEN NULL ELSE {receipt} END",
        "starts_at": f"CASE WHEN {is_session} THEN TIME '00:00' + to_minutes(starts_minute) END",
        "minutes": f"CASE WHEN {is_session} THEN minutes END",
        "package": "CASE WHEN is_package THEN 'P1' END",
        "words": f"CASE WHEN {is_session} THEN NULL ELSE {_KIND} END",
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
        "comes_from_provider": _unless("receipt_is_own_statement"),
        "names_patient": "TRUE",
        "names_provider": "TRUE",
        "names_service": """CASE fault WHEN 'receipt_says_package' THEN FALSE WHEN 'receipt_unread' THEN NULL ELSE TRUE END""",
        "names_service_dates": _unless("receipt_without_dates"),
        "names_amount": _unless("receipt_without_amount"),
    }
    whole = {**proof, "id": "'R000'", "paid_on": "first_on", "amount_cents": "charge * expenses"}
    given = f"""book_line WHERE NOT is_package AND fault NOT IN ('receipt_missing', 'service_is_ahead')
        AND pattern <> 'stretched_receipt'"""
    # a purchase that the letter followed was paid 20 minutes before the signing
    paid_at = """CASE WHEN is_bought AND place = 1 THEN signed_on + to_minutes(580 + case_no % 300)
        ELSE served_on + to_minutes(starts_minute) END"""
    image = "sha256(case_id || CASE WHEN pattern = 'same_image' THEN place - 1 ELSE place END)"
    return {
        "package": _select(
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
        "expense": _select("expense", expense, "book_line"),
        "receipt": _select("receipt", proof, given)
        + " UNION ALL "
        + _select("receipt", whole, "book_case WHERE is_package"),
        "receipt_image": _select(
            "receipt_image", {"case_id": "case_id", "receipt_id": receipt, "image_sha256": image, "paid_at": paid_at}, given
        ),
        "reimbursement": _select(
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


def expected_sql() -> str:
    """Write the verdict that each line must get, from how its faults were planted and nothing else."""
    return """
WITH spoken AS (
    SELECT
        line.case_id, line.expense_id, account.account_id AS funding_source_id, account.kind AS funding_source,
        line.place, line.charge, line.pattern, line.fault AS line_fault, account.fault AS case_fault, account.sort,
        account.expenses, line.rule AS line_rule, account.rule AS case_rule,
        CASE account.sort WHEN 'hsa' THEN line.at_hsa WHEN 'group_plan' THEN line.at_group_plan ELSE line.at_account END
            AS at_line,
        CASE account.scope
            WHEN 'before' THEN line.served_on < account.turn_on
            WHEN 'from' THEN line.served_on >= account.turn_on
            WHEN 'after' THEN line.served_on > account.turn_on
            WHEN 'dry' THEN account.sort = 'account' AND line.place > account.expenses - account.expenses // 3 + 1
            ELSE TRUE
        END AS is_touched,
        account.verdict,
        account.scope = 'dry' AND line.place = account.expenses - account.expenses // 3 + 1 AS is_partly_paid
    FROM book_line AS line
    JOIN book_account AS account ON account.case_no = line.case_no
),
judged AS (
    SELECT
        *,
        CASE WHEN line_fault <> 'none' THEN coalesce(at_line, 'payable')
            WHEN is_touched THEN verdict ELSE 'payable' END AS outcome
    FROM spoken
)
SELECT
    case_id, expense_id, funding_source_id, funding_source, outcome,
    CAST(CASE
        WHEN outcome <> 'payable' OR sort = 'group_plan' THEN NULL
        WHEN is_partly_paid OR line_fault = 'shared_session' THEN charge // 2
        WHEN line_fault = 'paid_back_in_part' THEN charge - charge // 2
        ELSE charge
    END AS BIGINT) AS payable_cents,
    CASE WHEN line_fault <> 'none' THEN line_fault
        WHEN is_touched OR is_partly_paid THEN case_fault ELSE 'none' END AS fault,
    CASE WHEN outcome = 'payable' THEN '' WHEN line_fault <> 'none' THEN line_rule ELSE coalesce(case_rule, '') END AS rule,
    pattern
FROM judged"""


def row_sql(on: str, *, patterns: bool) -> dict[str, str]:
    """Write the SELECT of every table of the book that holds rows.

    Args:
        on: The day the book is decided on, as YYYY-MM-DD.
        patterns: Whether the fingerprints are wanted that patterns are found by.

    Returns:
        Table to SELECT, over the tables that `draws` makes; `expected` among them.
    """
    found = {**_case_tables(on), **_letter_tables(), **_account_tables(), **_line_tables()}
    wanted = {name: sql for name, sql in found.items() if patterns or name not in MARKS}
    empty = {name: _select(name, {}, "book_case WHERE FALSE") for name in TABLES if name not in wanted}
    return {**wanted, **empty, "expected": expected_sql()}
