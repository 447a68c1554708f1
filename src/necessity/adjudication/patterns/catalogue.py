"""The patterns: what each looks for, in SQL over the published tables, and why it is no more than a hint.

Every threshold is ours: no published figure was found for letters of this kind. Each can be set otherwise for a run. A
pattern's SELECT gives one row a finding: `subject`, `times`, `cents` and `examples`, as case/id.
"""

from typing import NamedTuple

_SIGNER = "coalesce(clinician.npi, clinician.licence_state || ' ' || clinician.licence_number, clinician.name)"
_TRAINER = """coalesce(
        trainer.npi, trainer.tax_id, trainer.business_name || ', ' || trainer.name, e.case_id || '/' || trainer.id
    )"""
_SIGNED = """letter
    JOIN clinician ON clinician.case_id = letter.case_id AND clinician.id = letter.signed_by"""
_HELD = """expense AS e
    LEFT JOIN trainer ON trainer.case_id = e.case_id AND trainer.id = e.trainer"""
_EXPENSES = "list_sort(list_distinct(list(e.case_id || '/' || e.id)))[1:5]"
_LETTERS = "list_sort(list_distinct(list(letter.case_id || '/' || letter.id)))[1:5]"
_START = "date_part('hour', e.starts_at) * 60 + date_part('minute', e.starts_at)"


class Pattern(NamedTuple):
    """One thing to look for."""

    id: str
    """Short name."""
    title: str
    """What was found, in words."""
    hint_only: str
    """Why it proves nothing by itself."""
    reads: tuple[str, ...]
    """The tables it needs."""
    limits: dict[str, int]
    """Thresholds by name; the SQL names them in braces."""
    sql: str
    """The SELECT."""


def _overlaps(who: str, other: str) -> str:
    """Look for sessions of one trainer, or one patient, that lie over each other."""
    return f"""
WITH timed AS (
    SELECT e.case_id, e.id, e.charge_cents, {who} AS who, e.served_on, {_START} AS first_minute,
        {_START} + e.minutes AS last_minute
    FROM {_HELD}
    WHERE e.status = 'held' AND e.starts_at IS NOT NULL AND e.minutes > 0 AND e.participants = 1
),
beside AS (
    SELECT
        *,
        lag(last_minute) OVER day AS end_before, lag(case_id) OVER day AS case_before, lag(id) OVER day AS id_before,
        lag(first_minute) OVER day AS start_before
    FROM timed
    WINDOW day AS (PARTITION BY who, served_on ORDER BY first_minute, case_id, id)
)
SELECT who AS subject, count(*) AS times, CAST(sum(charge_cents) AS BIGINT) AS cents,
    list_sort(list(case_before || '/' || id_before || ' and ' || case_id || '/' || id))[1:5] AS examples
FROM beside
WHERE first_minute < end_before AND {other}
GROUP BY who"""


PATTERNS = (
    Pattern(
        "same_text",
        "The same rationale stands under the letters of many patients",
        "Clinicians work with templates; a template can be true of each patient it is used for.",
        ("letter", "letter_text", "clinician"),
        {"patients": 10},
        f"""
SELECT left(text_sha256, 16) AS subject, count(DISTINCT letter.case_id) AS times, CAST(NULL AS BIGINT) AS cents,
    {_LETTERS} AS examples
FROM letter JOIN letter_text ON letter_text.case_id = letter.case_id AND letter_text.letter_id = letter.id
WHERE text_sha256 IS NOT NULL
GROUP BY text_sha256 HAVING count(DISTINCT letter.case_id) >= {{patients}}""",
    ),
    Pattern(
        "letters_a_day",
        "One clinician signed very many letters on one day",
        "A clinic may have signed a pile on one day; the patients may have been seen on others.",
        ("letter", "clinician"),
        {"letters": 20},
        f"""
SELECT {_SIGNER} || ' on ' || letter.signed_on AS subject, count(*) AS times, CAST(NULL AS BIGINT) AS cents,
    {_LETTERS} AS examples
FROM {_SIGNED}
WHERE letter.signed_on IS NOT NULL AND {_SIGNER} IS NOT NULL
GROUP BY {_SIGNER}, letter.signed_on HAVING count(*) >= {{letters}}""",
    ),
    Pattern(
        "signer_states",
        "One clinician signed for patients of many states",
        "Clinicians may hold licences in many states or practise under a compact; ask for the licences.",
        ("letter", "clinician", "tax"),
        {"states": 6},
        f"""
SELECT {_SIGNER} AS subject, count(DISTINCT tax.state) AS times, CAST(NULL AS BIGINT) AS cents, {_LETTERS} AS examples
FROM {_SIGNED}
JOIN tax ON tax.case_id = letter.case_id
WHERE {_SIGNER} IS NOT NULL
GROUP BY {_SIGNER} HAVING count(DISTINCT tax.state) >= {{states}}""",
    ),
    Pattern(
        "letter_after_purchase",
        "The first letter was signed within minutes of the first purchase",
        "A visit can end with a letter and a purchase at the same desk. Without moments, the same day counts.",
        ("letter", "letter_text", "receipt", "receipt_image"),
        {"minutes": 60},
        """
WITH bought AS (
    SELECT receipt.case_id, receipt.paid_on, receipt.amount_cents, receipt.id, paid_at
    FROM receipt
    LEFT JOIN receipt_image ON receipt_image.case_id = receipt.case_id AND receipt_image.receipt_id = receipt.id
    WHERE receipt.paid_on IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY receipt.case_id ORDER BY receipt.paid_on, paid_at, receipt.id) = 1
),
written AS (
    SELECT letter.case_id, letter.id, letter.signed_on, signed_at
    FROM letter
    LEFT JOIN letter_text ON letter_text.case_id = letter.case_id AND letter_text.letter_id = letter.id
    WHERE letter.signed_on IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY letter.case_id ORDER BY letter.signed_on, letter.id) = 1
)
SELECT case_id AS subject, count(*) AS times, CAST(sum(amount_cents) AS BIGINT) AS cents,
    list(case_id || '/' || bought.id || ' then ' || written.id) AS examples
FROM bought JOIN written USING (case_id)
WHERE CASE WHEN paid_at IS NULL OR signed_at IS NULL THEN paid_on = signed_on
    ELSE date_diff('minute', paid_at, signed_at) BETWEEN 0 AND {minutes} END
GROUP BY case_id""",
    ),
    Pattern(
        "same_image",
        "Two receipts are the very same picture",
        "The same file may have been sent in twice by mistake, or hold several receipts on one sheet.",
        ("receipt", "receipt_image"),
        {"receipts": 2},
        """
SELECT left(image_sha256, 16) AS subject, count(*) AS times, CAST(sum(amount_cents) AS BIGINT) AS cents,
    list_sort(list(receipt.case_id || '/' || receipt.id))[1:5] AS examples
FROM receipt JOIN receipt_image ON receipt_image.case_id = receipt.case_id AND receipt_image.receipt_id = receipt.id
WHERE image_sha256 IS NOT NULL
GROUP BY image_sha256 HAVING count(*) >= {receipts}""",
    ),
    Pattern(
        "stretched_receipt",
        "One receipt stands for more than it shows",
        "Several receipts may have been recorded as one, or its amount may have been misread.",
        ("expense", "receipt"),
        {"expenses": 2},
        f"""
SELECT e.case_id || '/' || receipt.id AS subject, count(*) AS times,
    CAST(sum(e.charge_cents) - min(receipt.amount_cents) AS BIGINT) AS cents, {_EXPENSES} AS examples
FROM expense AS e
JOIN receipt ON receipt.case_id = e.case_id AND receipt.id = e.receipt
WHERE e.status = 'held'
GROUP BY e.case_id, receipt.id
HAVING count(*) >= {{expenses}} AND sum(e.charge_cents) > min(receipt.amount_cents)""",
    ),
    Pattern(
        "trainer_at_two_places",
        "A trainer's sessions with two patients lie over each other",
        "The two may have trained together and the record says one participant each; start times are often rounded.",
        ("expense", "trainer"),
        {},
        _overlaps(_TRAINER, "case_before <> case_id"),
    ),
    Pattern(
        "patient_at_two_places",
        "Sessions of one patient lie over each other",
        "One may have been entered with a wrong time; two equal ones are another pattern.",
        ("expense", "trainer"),
        {},
        _overlaps("e.case_id", "start_before <> first_minute"),
    ),
    Pattern(
        "long_day",
        "A trainer worked more hours on one day than one can",
        "Sessions of several people of one studio may be recorded under one name.",
        ("expense", "trainer"),
        {"minutes": 960},
        f"""
SELECT {_TRAINER} || ' on ' || e.served_on AS subject, CAST(sum(e.minutes) AS BIGINT) AS times,
    CAST(sum(e.charge_cents) AS BIGINT) AS cents, {_EXPENSES} AS examples
FROM {_HELD}
WHERE e.status = 'held' AND e.minutes > 0 AND e.participants = 1
GROUP BY {_TRAINER}, e.served_on HAVING sum(e.minutes) > {{minutes}}""",
    ),
    Pattern(
        "round_numbers",
        "Every session of a trainer is as round as can be",
        "Many studios have one price and hours that begin on the hour.",
        ("expense", "trainer"),
        {"sessions": 20, "cents": 5000, "minutes": 60},
        f"""
SELECT {_TRAINER} AS subject, count(*) AS times, CAST(sum(e.charge_cents) AS BIGINT) AS cents, {_EXPENSES} AS examples
FROM {_HELD}
WHERE e.status = 'held' AND e.starts_at IS NOT NULL
GROUP BY {_TRAINER}
HAVING count(*) >= {{sessions}}
    AND bool_and(e.charge_cents % {{cents}} = 0 AND e.minutes % {{minutes}} = 0)
    AND bool_and(date_part('minute', e.starts_at) = 0)""",
    ),
    Pattern(
        "entered_twice",
        "One session stands in a case twice",
        "Two sessions can be held on one day at one price; then their start times should differ.",
        ("expense", "trainer"),
        {},
        f"""
SELECT e.case_id AS subject, count(*) AS times, CAST(sum(e.charge_cents) - min(e.charge_cents) AS BIGINT) AS cents,
    {_EXPENSES} AS examples
FROM {_HELD}
WHERE e.status = 'held' AND e.served_on IS NOT NULL AND e.charge_cents > 0
GROUP BY e.case_id, e.served_on, e.kind, {_TRAINER}, e.charge_cents, e.starts_at HAVING count(*) > 1""",
    ),
    Pattern(
        "family_double",
        "Two members of a family claim the same session",
        "Two may have trained side by side and paid each; then each receipt names its patient.",
        ("expense", "trainer", "funding_source"),
        {},
        f"""
SELECT funding_source.member_id || ' on ' || e.served_on AS subject, count(DISTINCT e.case_id) AS times,
    CAST(min(e.charge_cents) AS BIGINT) AS cents, {_EXPENSES} AS examples
FROM {_HELD}
JOIN funding_source ON funding_source.case_id = e.case_id
WHERE e.status = 'held' AND e.served_on IS NOT NULL AND e.charge_cents > 0 AND funding_source.member_id IS NOT NULL
GROUP BY funding_source.payer, funding_source.member_id, e.served_on, {_TRAINER}, e.charge_cents, e.starts_at
HAVING count(DISTINCT e.case_id) > 1""",
    ),
    Pattern(
        "claimed_twice",
        "One session was claimed from two funding sources",
        "A second claim for what the first left over is as it should be.",
        ("claim", "service_line"),
        {},
        """
SELECT claim.case_id || '/' || service_line.expense AS subject, count(DISTINCT claim.funding_source) AS times,
    CAST(sum(service_line.charge_cents) - min(service_line.charge_cents) AS BIGINT) AS cents,
    list_sort(list(claim.case_id || '/' || claim.id))[1:5] AS examples
FROM claim JOIN service_line ON service_line.case_id = claim.case_id AND service_line.claim_id = claim.id
WHERE service_line.expense IS NOT NULL AND claim.state <> 'draft' AND coalesce(claim.frequency, '1') = '1'
GROUP BY claim.case_id, service_line.expense HAVING count(DISTINCT claim.funding_source) > 1""",
    ),
    Pattern(
        "paid_above_cost",
        "Insurer and accounts together paid more than it cost",
        "A payment may have been taken back since, or recorded twice.",
        ("expense", "reimbursement", "claim", "service_line", "remittance"),
        {},
        """
WITH alone AS (
    SELECT case_id, claim_id, min(expense) AS expense FROM service_line GROUP BY case_id, claim_id HAVING count(*) = 1
),
paid AS (
    SELECT case_id, expense, amount_cents AS cents FROM reimbursement
    UNION ALL
    SELECT remittance.case_id, alone.expense, remittance.paid_cents
    FROM remittance JOIN alone ON alone.case_id = remittance.case_id AND alone.claim_id = remittance.claim
)
SELECT e.case_id || '/' || e.id AS subject, count(*) AS times,
    CAST(sum(paid.cents) - min(e.charge_cents) AS BIGINT) AS cents,
    [e.case_id || '/' || e.id] AS examples
FROM expense AS e JOIN paid ON paid.case_id = e.case_id AND paid.expense = e.id
GROUP BY e.case_id, e.id HAVING count(*) > 1 AND sum(paid.cents) > min(e.charge_cents)""",
    ),
)
"""Every pattern, in the order in which they are shown."""
