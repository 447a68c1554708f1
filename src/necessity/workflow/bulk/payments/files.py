"""The tables that people get: payments, their lines, denials, what is held; as SQL over the settled lines."""

from necessity.workflow.bulk.survey import quoted

UNITS = """
SELECT
    unit.*,
    CASE WHEN goes_to_provider THEN coalesce(paid_to.npi, paid_to.tax_id) END AS payee,
    paid_to.name AS payee_name, paid_to.npi AS payee_npi, paid_to.tax_id AS payee_tax_id,
    source.member_id, source.payer, patient.name AS patient_name,
    coalesce(register.control_number, claim.id) AS control_number,
    register.filing_indicator, coalesce(register.frequency, claim.frequency) AS frequency,
    coalesce(register.place_of_service, billed.place_of_service) AS place_of_service,
    claim.received_on,
    register.patient_last, register.patient_first, register.patient_middle,
    register.subscriber_last, register.subscriber_first, register.subscriber_middle,
    CASE
        WHEN register.claim_number IS NULL THEN billed.id
        WHEN read_line.line_number <> billed.id THEN read_line.line_number
    END AS line_number,
    coalesce(TRY_CAST(billed.id AS BIGINT), 0) AS line_place,
    billed.procedure_code, billed.modifiers, billed.units, read_line.served_to
FROM unit
LEFT JOIN given_claim AS claim ON claim.case_id = unit.case_id AND claim.id = unit.claim_id
LEFT JOIN given_service_line AS billed
    ON billed.case_id = unit.case_id AND billed.claim_id = unit.claim_id AND billed.id = unit.line_id
LEFT JOIN given_billing_provider AS paid_to
    ON paid_to.case_id = unit.case_id AND paid_to.id = unit.billing_provider
LEFT JOIN given_funding_source AS source ON source.case_id = unit.case_id AND source.id = unit.funding_source_id
LEFT JOIN given_patient AS patient ON patient.case_id = unit.case_id
LEFT JOIN read_claim AS register
    ON register.case_id = unit.case_id AND register.claim_id = unit.claim_id AND register.set_aside_because IS NULL
LEFT JOIN read_line ON read_line.claim_number = register.claim_number AND read_line.expense_id = unit.expense_id
"""
"""Every settled line with all that an answer to provider or member repeats."""

_LINE = "nullif(line_id, '')"
_LINE_KEY = "case_id || '/' || expense_id || '/' || funding_source_id || '/' || line_id"


def _number(*parts: str) -> str:
    """Write a number of sixteen characters of some texts, in SQL."""
    return f"upper(left(sha256(concat_ws(chr(31), {', '.join(parts)})), 16))"


def member_payments(run: str) -> str:
    """Write the query that joins a member's lines at one account to one payment.

    Args:
        run: Number of the run; the same run and lines give the same payment number.
    """
    member = "coalesce(member_id, case_id)"
    lines = f"string_agg({_LINE_KEY}, chr(30) ORDER BY {_LINE_KEY}) OVER ({{}})"
    window = f"PARTITION BY {member}, kind, funding_source_id"
    return (
        (
            f"SELECT *, {_number(quoted(run), 'member', 'kind', 'funding_source_id', 'all_lines')} AS payment_number "
            f"FROM (SELECT *, {member} AS member, {lines.format(window)} AS all_lines FROM whole_unit "
            "WHERE held_because IS NULL AND outcome = 'payable' AND NOT goes_to_provider)"
        )
        .replace("SELECT *, upper", "SELECT * EXCLUDE (payment_id), upper")
        .replace("AS payment_number", "AS payment_id")
    )


def _dollars(cents: str) -> str:
    """Write an amount as dollars with two decimals, in SQL."""
    return f"CAST(({cents}) // 100 AS VARCHAR) || '.' || lpad(CAST(({cents}) % 100 AS VARCHAR), 2, '0')"


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text of somebody else's for a formula."""
    return f"CASE WHEN regexp_matches({text}, '^[=+@\\t\\r-]') THEN '''' || {text} ELSE {text} END"


FILES: dict[str, str] = {
    "payments.csv": (
        f"SELECT payment_id, '{{pay_on}}' AS pay_on, any_value(member_id) AS member_id, {_plain('min(patient_name)')} "
        "AS patient, funding_source_id AS account, kind, any_value(payer) AS payer, count(*) AS lines, "
        f"min(served_on) AS first_served_on, max(served_on) AS last_served_on, {_dollars('sum(paid_cents)::BIGINT')} "
        "AS amount FROM member_payment GROUP BY payment_id, member, funding_source_id, kind ORDER BY payment_id"
    ),
    "payment_lines.csv": (
        f"SELECT payment_id, {_number(quoted('{run}'), _LINE_KEY)} AS line_reference, case_id, expense_id, "
        f"funding_source_id AS account, claim_id, {_LINE} AS line_id, served_on, {_dollars('asked_cents')} AS charged, "
        f"{_dollars('paid_cents')} AS paid, CASE WHEN goes_to_provider THEN 'provider' ELSE 'member' END AS paid_to "
        "FROM (SELECT * EXCLUDE (member, all_lines) FROM member_payment UNION ALL BY NAME SELECT * FROM whole_unit "
        "WHERE payment_id IS NOT NULL AND outcome = 'payable') ORDER BY payment_id, case_id, expense_id, line_id"
    ),
    "denials.csv": (
        f"SELECT case_id, member_id, {_plain('patient_name')} AS patient, funding_source_id AS account, kind, "
        f"expense_id, claim_id, {_LINE} AS line_id, served_on, {_dollars('asked_cents')} AS charged, "
        "rule_title AS requirement_not_met, reason AS rule, adjustment_group, adjustment_reason, remark, "
        "CASE WHEN goes_to_provider THEN 'provider' ELSE 'member' END AS told_to, payment_id FROM whole_unit "
        "WHERE held_because IS NULL AND outcome = 'not_payable' "
        "ORDER BY case_id, expense_id, funding_source_id, line_id"
    ),
    "held.csv": (
        f"SELECT case_id, expense_id, funding_source_id AS account, kind, claim_id, {_LINE} AS line_id, served_on, "
        "outcome, "
        "held_because FROM whole_unit WHERE held_because IS NOT NULL "
        "ORDER BY case_id, expense_id, funding_source_id, line_id"
    ),
    "remittances.csv": (
        f"SELECT remitted.payment_id, '{{pay_on}}' AS pay_on, payee, any_value(payee_name) AS payee_name, "
        f"count(DISTINCT case_id || chr(31) || claim_id) AS claims, count(*) AS lines, {_dollars('any_value(cents)')} "
        "AS amount, file FROM remitted JOIN whole_unit USING (payment_id, payee) "
        "GROUP BY remitted.payment_id, payee, file ORDER BY remitted.payment_id"
    ),
}
"""Files for people, with the query of each; `pay_on` and `run` are filled in."""

ANSWERED = (
    "SELECT case_id, expense_id, funding_source_id, line_id, '{run}' AS run, "
    "CASE WHEN outcome = 'payable' THEN 'paid' ELSE 'denied' END AS answer FROM whole_unit WHERE held_because IS NULL "
    "ORDER BY 1, 2, 3, 4"
)
"""Every line that these files pay or refuse: what no later set of files pays again."""
