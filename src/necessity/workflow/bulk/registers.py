"""Tables for people beside the decided lines: use of money, letters on file, money paid beyond what is left.

Each is one query over the tables of a part, after it was decided: whole cases lie together, so no part needs another.
"""

from collections.abc import Iterator

from necessity.adjudication.bulk_program import mask_bits
from necessity.domain.decision import Outcome
from necessity.domain.training import ServiceKind
from necessity.rulebook.load import Rulebook
from necessity.rulebook.recovery import recovery_words
from necessity.workflow.bulk.output import OUTCOME_WORDS
from necessity.workflow.bulk.survey import Database, quoted

USE = {
    "case_id": "the case",
    "funding_source_id": "the funding source",
    "funding_source": "its kind",
    "payer": "whose profile speaks for it; generic where none is named",
    "member_id": "the number the payer knows the member by; missing where not given",
    "condition": "diagnosis code of the letter's condition, else of the only one of the case; missing where not known",
    "month": "first day of the month of service; missing where the day is not known",
    "outcome": "payable, review, pended or not_payable",
    "lines": "how many lines",
    "sessions": "how many of them are training sessions that were held",
    "charge_cents": "what they cost, as far as known",
    "payable_cents": "what is paid",
}
"""Columns of use.parquet, with what they mean."""
LETTERS = {
    "case_id": "the case",
    "funding_source_id": "the funding source whose administrator has the letter before it",
    "funding_source": "its kind",
    "payer": "whose profile speaks for it",
    "member_id": "the number the payer knows the member by",
    "letter": "the letter",
    "condition": "diagnosis code of its condition",
    "signed_on": "the day it was signed",
    "received_on": "the first day on which this administrator had it; missing where not told",
    "window_from": "first day it holds for, by its own words and the administrator's terms",
    "window_to": "last day",
    "sessions_ordered": "how often × how long, of the one order it carries out; missing where there is not exactly one",
    "sessions_settled": "lines under it that are paid without a person, or came back before",
    "sessions_open": "lines under it that are pended or in review",
    "sessions_refused": "lines under it that are not payable for another reason than that they came back before",
    "sessions_left": "ordered less settled and open, never below 0",
    "sessions_beyond": "settled lines above the number ordered: no rule refuses them, a person should look",
    "payable_cents": "what is paid under it",
    "last_served_on": "newest settled day",
    "state": "in_force, used_up, ahead, ended, open, doubted, not_taken or not_known, on the day decided for",
}
"""Columns of letters.parquet, with what they mean."""
RECOVERIES = {
    "case_id": "the case",
    "expense_id": "the expense",
    "funding_source_id": "who paid too much; missing: somebody outside the case",
    "funding_source": "its kind",
    "payer": "whose profile speaks for it",
    "member_id": "the number the payer knows the member by",
    "served_on": "day of service",
    "paid_on": "newest payment",
    "charge_cents": "what it cost",
    "paid_cents": "what this source paid for it",
    "payable_cents": "what of that it may keep",
    "over_cents": "what is too much",
    "why": "refused, more_than_cost or more_than_year",
    "rule": "the rule behind it",
    "says": "why, in a sentence",
    "steps": "how this kind of payer asks money back, as far as that is known",
}
"""Columns of recoveries.parquet, with what they mean."""
STATES = ("in_force", "used_up", "ahead", "ended", "open", "doubted", "not_taken", "not_known")
"""How a letter can stand."""

_ORDER = {
    **{"id": "VARCHAR", "kind": "VARCHAR", "condition": "VARCHAR", "ordered_on": "DATE"},
    **{"sessions_per_week": "BIGINT", "weeks": "BIGINT"},
}
_BY_THE_SESSION = (ServiceKind.PERSONAL_TRAINING, ServiceKind.EXERCISE_CLASS)
_WITH_A_LETTER = ("hsa", "health_fsa", "hra", "qsehra", "ichra", "ebhra")
_PAYER = "coalesce(source.payer, 'generic')"
_SOURCE = "LEFT JOIN funding_source AS source ON source.case_id = one.case_id AND source.id = one.funding_source_id"
_NAMED = "JOIN case_number ON case_number.number = one.case_id"


def registers(db: Database, book: Rulebook, orders: str) -> Iterator[tuple[str, str]]:
    """Write the queries over a decided part: name of the table and its query.

    Args:
        db: The database with the part's tables, `decided` and `letter_window`.
        book: The rulebook that decided.
        orders: What to read the clinicians' orders from, in SQL; empty where there are none.
    """
    columns = ", ".join(f"{name} {type}" for name, type in _ORDER.items())
    db.execute(f"CREATE OR REPLACE TEMP TABLE order_of_part (case_id BIGINT, {columns})")
    if orders:
        db.execute(
            f"INSERT INTO order_of_part SELECT case_number.number, {', '.join(_ORDER)} FROM {orders} AS given "
            "JOIN case_number ON case_number.name = given.case_id"
        )
    yield "use", _USE
    yield "letters", _LETTERS.format(ground=_ground(book))
    yield "recoveries", _recoveries(book)


_USE = f"""
WITH only_condition AS (
    SELECT case_id, min(code) AS code FROM condition GROUP BY case_id HAVING count(*) = 1
)
SELECT
    case_number.name AS case_id, one.funding_source_id, one.funding_source, {_PAYER} AS payer, source.member_id,
    CASE WHEN letter.id IS NULL THEN only_condition.code ELSE treated.code END AS condition,
    CAST(date_trunc('month', one.served_on) AS DATE) AS month,
    {OUTCOME_WORDS.replace("outcome", "one.outcome", 1)} AS outcome,
    count(*) AS lines,
    count(CASE WHEN expense.origin = 'session' AND expense.status = 'held' THEN 1 END) AS sessions,
    CAST(coalesce(sum(one.charge_cents), 0) AS BIGINT) AS charge_cents,
    CAST(coalesce(sum(CASE WHEN one.outcome = 3 THEN one.least_payable_cents END), 0) AS BIGINT) AS payable_cents
FROM decided AS one
{_NAMED}
{_SOURCE}
LEFT JOIN expense ON expense.case_id = one.case_id AND expense.id = one.expense_id
LEFT JOIN letter ON one.letter_is_needed AND letter.case_id = one.case_id AND letter.id = one.id_of_chosen_letter
LEFT JOIN condition AS treated ON treated.case_id = letter.case_id AND treated.id = letter.condition
LEFT JOIN only_condition ON only_condition.case_id = one.case_id
GROUP BY ALL
"""

# An order counts for the first letter of its kind and condition that was signed on its day or later; a later letter
# needs an order of its own. Where several orders count for one letter, how many sessions it orders is not known. What
# came back before this run was decided has used a session up as well.
_LETTERS = f"""
WITH fitting AS (
    SELECT
        given.case_id, given.id, given.kind, given.sessions_per_week * given.weeks AS sessions, letter.id AS letter_id,
        row_number() OVER (PARTITION BY given.case_id, given.id ORDER BY letter.signed_on, letter.id) AS place
    FROM order_of_part AS given
    JOIN letter ON letter.case_id = given.case_id
        AND list_contains(letter.covers, given.kind)
        AND coalesce(given.condition = letter.condition, given.condition IS NULL)
        AND given.ordered_on <= letter.signed_on
    WHERE given.kind IN ({", ".join(quoted(kind.value) for kind in _BY_THE_SESSION)})
),
ordered AS (
    SELECT case_id, letter_id, min(kind) AS kind, min(sessions) AS sessions
    FROM fitting
    WHERE place = 1
    GROUP BY case_id, letter_id
    HAVING count(*) = 1
),
under AS (
    SELECT
        one.case_id, one.funding_source_id, one.id_of_chosen_letter AS letter_id,
        count(CASE WHEN one.outcome = 3 OR one.is_paid_before THEN 1 END) AS settled,
        count(CASE WHEN one.outcome IN (1, 2) THEN 1 END) AS open,
        count(CASE WHEN one.outcome = 0 AND NOT one.is_paid_before THEN 1 END) AS refused,
        CAST(coalesce(sum(CASE WHEN one.outcome = 3 THEN one.least_payable_cents END), 0) AS BIGINT) AS cents,
        max(CASE WHEN one.outcome = 3 OR one.is_paid_before THEN one.served_on END) AS last_on
    FROM (
        SELECT
            one.*,
            coalesce(one.outcome = 0 AND one.care_cents > 0 AND one.due_cents = 0, FALSE)
            AND {{ground}} IS NULL AS is_paid_before
        FROM decided AS one
    ) AS one
    JOIN expense ON expense.case_id = one.case_id AND expense.id = one.expense_id
    LEFT JOIN ordered ON ordered.case_id = one.case_id AND ordered.letter_id = one.id_of_chosen_letter
    WHERE one.letter_is_needed AND expense.status = 'held' AND coalesce(expense.kind = ordered.kind, TRUE)
    GROUP BY ALL
),
received AS (
    SELECT case_id, letter, funding_source, min(received_on) AS first_on FROM submission GROUP BY ALL
),
counted AS (
    SELECT
        case_number.name AS case_id, one.funding_source_id, source.kind AS funding_source, {_PAYER} AS payer,
        source.member_id, letter.id AS letter, treated.code AS condition, letter.signed_on,
        received.first_on AS received_on, one.letter_window_from AS window_from, one.letter_window_to AS window_to,
        ordered.sessions AS sessions_ordered, coalesce(under.settled, 0) AS sessions_settled,
        coalesce(under.open, 0) AS sessions_open, coalesce(under.refused, 0) AS sessions_refused,
        greatest(0, ordered.sessions - coalesce(under.settled, 0) - coalesce(under.open, 0)) AS sessions_left,
        greatest(0, coalesce(under.settled, 0) - ordered.sessions) AS sessions_beyond,
        coalesce(under.cents, 0) AS payable_cents, under.last_on AS last_served_on,
        one.outcome, case_file.decided_on
    FROM letter_window AS one
    {_NAMED}
    {_SOURCE}
    JOIN letter ON letter.case_id = one.case_id AND letter.id = one.letter_id
    JOIN case_file ON case_file.case_id = one.case_id
    LEFT JOIN condition AS treated ON treated.case_id = letter.case_id AND treated.id = letter.condition
    LEFT JOIN ordered ON ordered.case_id = one.case_id AND ordered.letter_id = one.letter_id
    LEFT JOIN under ON under.case_id = one.case_id AND under.letter_id = one.letter_id
        AND under.funding_source_id = one.funding_source_id
    LEFT JOIN received ON received.case_id = one.case_id AND received.letter = one.letter_id
        AND received.funding_source = one.funding_source_id
)
SELECT
    * EXCLUDE (outcome, decided_on, sessions_left, sessions_beyond, payable_cents, last_served_on),
    CASE WHEN sessions_ordered IS NOT NULL THEN sessions_left END AS sessions_left,
    CASE WHEN sessions_ordered IS NOT NULL THEN sessions_beyond END AS sessions_beyond,
    payable_cents, last_served_on,
    CASE
        WHEN outcome = 0 THEN 'not_taken'
        WHEN window_from IS NULL OR window_to IS NULL THEN 'not_known'
        WHEN decided_on < window_from THEN 'ahead'
        WHEN decided_on > window_to THEN 'ended'
        WHEN sessions_ordered IS NOT NULL AND sessions_left = 0 THEN 'used_up'
        WHEN outcome = 1 THEN 'open'
        WHEN outcome = 2 THEN 'doubted'
        ELSE 'in_force'
    END AS state
FROM counted
WHERE funding_source IN ({", ".join(map(quoted, _WITH_A_LETTER))})
"""


def _recoveries(book: Rulebook) -> str:
    """Write what was paid beyond what the rules leave, by line; payments that may be wages are left out, as for lines.

    Payments for one expense use up its cost in the order of their days, those of a year the year's money in the order
    of service; what comes after is too much.
    """
    words = recovery_words()
    says = " ".join(f"WHEN {quoted(why)} THEN {quoted(said)}" for why, said in words.why.items())
    steps = " ".join(f"WHEN {quoted(kind)} THEN {quoted(' '.join(one.says))}" for kind, one in words.steps.items())
    return f"""
WITH paid AS (
    SELECT
        back.case_id, back.id, back.expense AS expense_id, back.funding_source AS funding_source_id, back.paid_on,
        back.amount_cents AS cents, one.care_cents AS own_care_cents, one.charge_cents AS own_charge_cents,
        one.money_year, one.year_money_cents, {_ground(book)} AS rule
    FROM reimbursement AS back
    LEFT JOIN funding_source AS payer ON payer.case_id = back.case_id AND payer.id = back.funding_source
    LEFT JOIN decided AS one ON one.case_id = back.case_id AND one.expense_id = back.expense
        AND one.funding_source_id = back.funding_source
    WHERE back.amount_cents > 0
        AND CASE
            WHEN back.funding_source IS NULL THEN back.counts_as_wages IS FALSE
            WHEN payer.kind <> 'wellness_stipend' THEN TRUE
            ELSE NOT (back.counts_as_wages AND NOT back.is_tied_to_receipt)
        END
),
cost AS (
    SELECT
        case_id, expense_id, max(care_cents) AS care_cents, max(charge_cents) AS charge_cents,
        min(served_on) AS served_on
    FROM decided
    GROUP BY case_id, expense_id
),
in_order AS (
    SELECT
        paid.*, cost.served_on, coalesce(own_charge_cents, cost.charge_cents) AS charge_cents,
        coalesce(own_care_cents, cost.care_cents) AS care_cents,
        sum(cents) OVER by_expense AS of_expense_cents,
        CASE WHEN money_year IS NOT NULL THEN sum(cents) OVER by_year END AS of_year_cents
    FROM paid
    JOIN cost ON cost.case_id = paid.case_id AND cost.expense_id = paid.expense_id
    WINDOW
        by_expense AS (
            PARTITION BY paid.case_id, paid.expense_id ORDER BY paid.paid_on NULLS LAST, paid.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        by_year AS (
            PARTITION BY paid.case_id, paid.funding_source_id, paid.money_year
            ORDER BY cost.served_on NULLS LAST, paid.expense_id, paid.paid_on NULLS LAST, paid.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
),
over AS (
    SELECT
        *,
        CASE WHEN rule IS NOT NULL THEN cents ELSE 0 END AS refused_cents,
        coalesce(least(cents, greatest(0, of_expense_cents - care_cents)), 0) AS beyond_cost_cents,
        coalesce(least(cents, greatest(0, of_year_cents - year_money_cents)), 0) AS beyond_year_cents
    FROM in_order
),
lines AS (
    SELECT
        case_id, expense_id, funding_source_id, min(served_on) AS served_on, max(paid_on) AS paid_on,
        max(charge_cents) AS charge_cents, sum(cents) AS paid_cents, max(rule) AS rule,
        sum(greatest(refused_cents, beyond_cost_cents, beyond_year_cents)) AS over_cents,
        sum(beyond_cost_cents) AS beyond_cost_cents
    FROM over
    GROUP BY case_id, expense_id, funding_source_id
)
SELECT
    case_number.name AS case_id, one.expense_id, one.funding_source_id, source.kind AS funding_source,
    CASE WHEN source.id IS NOT NULL THEN {_PAYER} END AS payer, source.member_id, one.served_on, one.paid_on,
    one.charge_cents, CAST(one.paid_cents AS BIGINT) AS paid_cents,
    CAST(one.paid_cents - one.over_cents AS BIGINT) AS payable_cents, CAST(one.over_cents AS BIGINT) AS over_cents,
    CASE
        WHEN one.rule IS NOT NULL THEN 'refused'
        WHEN one.beyond_cost_cents > 0 THEN 'more_than_cost'
        ELSE 'more_than_year'
    END AS why,
    CASE
        WHEN one.rule IS NOT NULL THEN one.rule
        WHEN one.beyond_cost_cents > 0 THEN 'us.money.not_paid_back_already'
        ELSE 'us.money.year_money_is_left'
    END AS rule,
    CASE why {says} END AS says,
    CASE source.kind {steps} ELSE {quoted(words.other)} END AS steps
FROM lines AS one
{_NAMED}
{_SOURCE}
WHERE one.over_cents > 0 AND source.kind IS DISTINCT FROM 'tax_deduction'
"""


def _ground(book: Rulebook) -> str:
    """Write the first rule that refuses a line and is a ground to ask for the money back."""
    no_ground = recovery_words().no_ground
    bits = [
        bit
        for bit in mask_bits(book)
        if bit.required and bit.rule not in no_ground and book.rules[bit.rule].if_not_met is Outcome.NOT_PAYABLE
    ]
    whens = " ".join(
        f"WHEN (one.failed_{bit.word} & {1 << bit.bit}) <> 0 "
        f"{'AND one.service_is_ahead IS NOT TRUE ' if book.rules[bit.rule].while_ahead else ''}THEN {quoted(bit.rule)}"
        for bit in bits
    )
    return f"CASE WHEN one.outcome = 0 THEN CASE {whens} END END"
