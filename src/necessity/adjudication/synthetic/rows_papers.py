"""What stands once or twice in a case of the synthetic book: people, condition, order, letters, statements."""

from necessity.adjudication.synthetic.cast import SIGNERS, STATES
from necessity.adjudication.synthetic.sql import KIND, cycle, select, unless
from necessity.domain.case import ListName

_EVERYWHERE = ("healthequity", "wageworks", "fsafeds")


def case_tables(on: str) -> dict[str, str]:
    """Write what stands once in a case: the file itself, patient, condition, clinician, trainer, order."""
    lists = {f"{name}_complete": "TRUE" for name in ListName}
    lists["letters_complete"] = unless("letter_perhaps_missing", "TRUE", "NULL")
    ill = "book_case JOIN ill ON drawn_ill >= ill.low AND drawn_ill < ill.high"
    age = "DATE '1950-01-01' + CAST(stir(stir(case_no)) % 20000 AS INTEGER)"
    signer = f"""CASE fault WHEN 'letter_signer_is_no_clinician' THEN 'athletic_trainer'
        WHEN 'letter_signer_is_doubted' THEN 'DC' ELSE {cycle("clinician_no", SIGNERS)} END"""
    code = """CASE fault WHEN 'condition_is_a_risk' THEN 'R73.03' WHEN 'condition_is_no_disease' THEN 'Z72.3'
        WHEN 'diagnosis_without_a_code' THEN NULL ELSE ill.code END"""
    named = """CASE fault WHEN 'condition_is_a_risk' THEN 'prediabetes'
        WHEN 'condition_is_no_disease' THEN 'lack of exercise' ELSE ill.name END"""
    studio = "'Studio ' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')"
    trainer = "'T' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')"
    return {
        "case_file": select(
            "case_file",
            {"case_id": "case_id", "decided_on": f"DATE '{on}'", "service": "service", **lists},
            "book_case",
        ),
        "patient": select(
            "patient",
            {
                "case_id": "case_id",
                "name": "'Patient ' || case_id",
                "born_on": age,
                "sex": "CASE WHEN case_no % 2 = 0 THEN 'F' ELSE 'M' END",
                "relationship": """CASE WHEN fault = 'not_a_dependent' THEN 'domestic_partner'
                    WHEN is_family AND part = 1 THEN 'spouse' ELSE 'self' END""",
                "is_tax_dependent": unless("not_a_dependent", "NULL"),
                "red_flags_screened_on": "first_on - 7",
                "red_flag_found": "FALSE",
            },
            "book_case",
        ),
        "tax": select(
            "tax", {"case_id": "case_id", "state": cycle("state_no", STATES), "itemises": "FALSE"}, "book_case"
        ),
        "training_plan": select(
            "training_plan",
            {"case_id": "case_id", "is_comparable_to_therapy": "FALSE", "follows_therapy": "FALSE"},
            "book_case",
        ),
        "condition": select(
            "condition",
            {
                "case_id": "case_id",
                "id": "'condition'",
                "name": named,
                "code": code,
                "is_diagnosed": unless("condition_not_diagnosed"),
                "diagnosed_by": unless("condition_not_diagnosed", "'clinician'", "NULL"),
                "diagnosed_on": unless("condition_not_diagnosed", "year_from - 60", "NULL"),
                "is_disease": "fault NOT IN ('condition_is_a_risk', 'condition_is_no_disease')",
                "is_imminent_risk": "fault = 'condition_is_a_risk'",
            },
            ill,
        ),
        "clinician": select(
            "clinician",
            {
                "case_id": "case_id",
                "id": "'clinician'",
                "name": "'Clinician ' || lpad(CAST(clinician_no AS VARCHAR), 9, '0')",
                "licence": signer,
                "licence_number": "'L' || lpad(CAST(clinician_no AS VARCHAR), 9, '0')",
                "licence_state": cycle("CASE WHEN is_ring THEN 0 ELSE state_no END", STATES),
                "is_patient_or_family": "fault = 'letter_signer_is_family'",
            },
            "book_case",
        ),
        "trainer": select(
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
        "certification": select(
            "certification",
            {
                "case_id": "case_id",
                "trainer_id": trainer,
                "name": cycle("trainer_no", ("ACE-CPT", "NASM-CPT", "ACSM-CPT", "NSCA-CPT")),
                "issuer": cycle("trainer_no", ("ACE", "NASM", "ACSM", "NSCA")),
                "accreditor": "'NCCA'",
                "number": "'N' || lpad(CAST(trainer_no AS VARCHAR), 9, '0')",
                "issued_on": "year_from - 200",
                "expires_on": "year_from + 530",
            },
            "book_case",
        ),
        "training_order": select(
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


def letter_tables() -> dict[str, str]:
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
    plain = "letter_form = 2 OR fault IN ('letter_signed_late', 'letter_months_run_out')"
    letter = {
        "case_id": "case_id",
        "id": "'letter' || version",
        "condition": "'condition'",
        "signed_by": "'clinician'",
        "signed_on": "signed_on",
        "signature": """CASE WHEN fault = 'letter_unsigned' THEN 'unsigned'
            WHEN case_no % 4 = 0 THEN 'wet_ink' ELSE 'electronic' END""",
        "states_start": f"NOT ({plain})",
        "effective_from": f"""CASE WHEN {plain} THEN NULL
            WHEN fault = 'letter_reaches_back' THEN year_from ELSE signed_on END""",
        "effective_to": f"""CASE WHEN {plain} THEN NULL
            WHEN letter_form = 3 AND version = 1 THEN CAST(signed_on + to_months(3) AS DATE)
            WHEN fault = 'letter_expired' THEN turns_on
            WHEN fault = 'letter_reaches_back' THEN CAST(year_from + to_months(12) AS DATE) - 1
            ELSE CAST(signed_on + to_months(12) AS DATE) - 1
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
        "names_diagnosis": unless("letter_names_no_diagnosis"),
        "links_training_to_diagnosis": unless("letter_links_nothing"),
        "states_necessity": unless("letter_without_necessity"),
        "visit_basis": """CASE WHEN fault = 'letter_from_a_questionnaire' THEN 'questionnaire_only'
            WHEN case_no % 3 = 0 THEN 'live_video' ELSE 'in_person' END""",
        "last_seen_on": "signed_on",
        "rests_only_on_self_report": "fault = 'letter_from_self_report'",
        "treatment_has_changed": "FALSE",
        **said,
    }
    text = "sha256(CASE WHEN is_ring THEN 'ring ' || clinician_no ELSE case_id || version END)"
    return {
        "letter": select("letter", letter, letters),
        "submission": select(
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
        "letter_text": select(
            "letter_text",
            {
                "case_id": "case_id",
                "letter_id": "'letter' || version",
                "text_sha256": text,
                "signed_at": "signed_on + to_minutes(600 + case_no % 300)",
            },
            letters,
        ),
        "statement": select(
            "statement",
            {
                "case_id": "case_id",
                "id": "kind_stated",
                "kind": "kind_stated",
                "purpose": """CASE WHEN NOT own THEN NULL
                    WHEN fault = 'purpose_is_general_fitness' THEN 'general_health' ELSE 'treatment' END""",
                "sole_purpose": "CASE WHEN own THEN fault <> 'purpose_is_general_fitness' END",
                "would_buy_anyway": "CASE WHEN own THEN fault = 'would_be_bought_anyway' END",
                "recommended_by_clinician": "CASE WHEN own THEN fault <> 'not_recommended' END",
                "signed_on": "CASE WHEN own THEN signed_on END",
            },
            f"""(
                SELECT case_id, fault, signed_on, service AS kind_stated, TRUE AS own FROM book_case
                UNION ALL
                SELECT DISTINCT case_id, '', NULL, {KIND}, FALSE FROM book_line
                WHERE fault IN ('late_fee', 'not_prescribed')
            )""",
        ),
    }
