"""What a bulk run writes, as SQL over the decided lines: lines, claims, the rules behind the masks."""

from collections.abc import Collection, Iterator, Sequence

from necessity.adjudication.bulk_program import CHAIN, MaskBit, mask_bits
from necessity.adjudication.missing import given_beneath, missing_bits
from necessity.domain.decision import Outcome
from necessity.rulebook.denial_numbers import denial_numbers
from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk.survey import quoted

OUTCOME_WORDS = "CASE outcome WHEN 0 THEN 'not_payable' WHEN 1 THEN 'pended' WHEN 2 THEN 'review' ELSE 'payable' END"
RULES = {
    "rule": "VARCHAR",
    "subject": "VARCHAR",
    "word": "VARCHAR",
    "bit": "INTEGER",
    "decides": "BOOLEAN",
    "if_not_met": "VARCHAR",
    "title": "VARCHAR",
    "version": "VARCHAR",
    "adjustment_reason": "VARCHAR",
    "adjustment_group": "VARCHAR",
    "remark": "VARCHAR",
}
"""Columns of rules.parquet: which bit of which mask is which rule, and the number to send where it refuses."""
FACTS = {
    "fact": "VARCHAR",
    "subject": "VARCHAR",
    "word": "VARCHAR",
    "bit": "INTEGER",
    "means": "VARCHAR",
    "question": "VARCHAR",
    "asked_of": "VARCHAR",
    "rests_on": "VARCHAR[]",
}
"""Columns of facts.parquet: which bit of which mask of what is missing is which fact or number; for one that can be
asked for the question and whom to ask, for others the facts they rest on that can be."""
LINES = {
    "case_id": "the case",
    "expense_id": "the expense",
    "funding_source_id": "the funding source; with case and expense it names the line",
    "funding_source": "its kind",
    "served_on": "day of service",
    "outcome": "payable, review, pended or not_payable",
    "charge_cents": "what it costs; missing where unknown",
    "payable_cents": "what is paid: 0 where not payable, missing while pended or in review",
    "letter": "the letter chosen for it; missing where none is needed or there is none",
    "reason": "the first rule, in the order of rules.parquet, that made the outcome; missing where payable",
    "adjustment_reason": "the number to send where it is refused; missing where none surely fits",
    "remark": "the remark code that number needs",
    "service_status": "held, planned, missed, cancelled or refunded; missing where unknown",
    "failed_…, unknown_…": "masks: one bit a rule that is not met, or cannot tell; rules.parquet says which",
    "missing_…": "masks of a pended line: one bit a fact that a rule which cannot tell names, and that is not known; "
    "facts.parquet says which",
}
"""Columns of lines.parquet, with what they mean."""


def lines_query(book: Rulebook, masks: Sequence[str], rules: Collection[str] | None = None) -> str:
    """Write the query that shows decided lines, masks last.

    Args:
        book: The rulebook.
        masks: The columns of masks.
        rules: Rules that can have made an outcome; None: all.
    """
    reason = _reason(book, book.rules if rules is None else rules)
    numbers = denial_numbers()
    refused = [(id, number.number, number.remark) for id, number in numbers.items()]
    number = " ".join(f"WHEN {quoted(id)} THEN {quoted(code)}" for id, code, _ in refused)
    remark = " ".join(f"WHEN {quoted(id)} THEN {quoted(said)}" for id, _, said in refused if said)
    return (
        "SELECT case_number.name AS case_id, expense_id, funding_source_id, funding_source, served_on, "
        f"{OUTCOME_WORDS} AS outcome, charge_cents, "
        "CASE outcome WHEN 3 THEN least_payable_cents WHEN 0 THEN 0 END AS payable_cents, "
        "CASE WHEN letter_is_needed THEN id_of_chosen_letter END AS letter, reason, "
        f"CASE WHEN outcome = 0 THEN CASE reason {number} END END AS adjustment_reason, "
        f"CASE WHEN outcome = 0 THEN CASE reason {remark} END END AS remark, service_status, "
        f"{', '.join(map(_mask, masks))} "
        f"FROM (SELECT *, {reason} AS reason FROM decided) AS decided "
        "JOIN case_number ON case_number.number = decided.case_id"
    )


def _mask(column: str) -> str:
    """Show a mask; only a pended line waits for anything."""
    return f"CASE WHEN outcome = 1 THEN {column} ELSE 0 END AS {column}" if column.startswith("missing_") else column


def _reason(book: Rulebook, rules: Collection[str]) -> str:
    """Write which rule made the outcome: the first that fails with it; for pended also one that cannot tell."""
    bits = [bit for bit in mask_bits(book) if bit.required and bit.rule in rules]
    found = []
    for outcome, place in ((Outcome.NOT_PAYABLE, 0), (Outcome.PENDED, 1), (Outcome.REVIEW, 2)):
        chain = " ".join(_when(book, bit, outcome) for bit in bits)
        if outcome is Outcome.PENDED:
            chain += " " + " ".join(
                f"WHEN (unknown_{bit.word} & {1 << bit.bit}) <> 0 THEN {quoted(bit.rule)}" for bit in bits
            )
        if chain.strip():
            found.append(f"WHEN {place} THEN CASE {chain} END")
    return f"CASE outcome {' '.join(found)} END"


def _when(book: Rulebook, bit: MaskBit, outcome: Outcome) -> str:
    rule = book.rules[bit.rule]
    failed = f"(failed_{bit.word} & {1 << bit.bit}) <> 0"
    if rule.while_ahead and outcome is rule.while_ahead and outcome is not rule.if_not_met:
        return f"WHEN {failed} AND service_is_ahead THEN {quoted(bit.rule)}"
    if outcome is not rule.if_not_met:
        return ""
    ahead = " AND service_is_ahead IS NOT TRUE" if rule.while_ahead else ""
    return f"WHEN {failed}{ahead} THEN {quoted(bit.rule)}"


CLAIMS = (
    "SELECT case_id, funding_source_id, any_value(funding_source) AS funding_source, "
    "CASE WHEN bool_or(outcome = 'payable') THEN 'payable' WHEN bool_or(outcome = 'pended') THEN 'pended' "
    "WHEN bool_or(outcome = 'review') THEN 'review' ELSE 'not_payable' END AS outcome, "
    "count(*) AS lines, count(CASE WHEN outcome = 'payable' THEN 1 END) AS lines_payable, "
    "count(CASE WHEN outcome = 'pended' THEN 1 END) AS lines_pended, "
    "count(CASE WHEN outcome = 'review' THEN 1 END) AS lines_in_review, "
    "count(CASE WHEN outcome = 'not_payable' THEN 1 END) AS lines_not_payable, "
    "CAST(coalesce(sum(payable_cents), 0) AS BIGINT) AS payable_cents, "
    "CAST(sum(charge_cents) AS BIGINT) AS charge_cents "
    "FROM {} GROUP BY case_id, funding_source_id"
)
"""What each case comes to at each of its funding sources, over shown lines."""


def fact_rows(book: Rulebook) -> Iterator[tuple[object, ...]]:
    """List the rows of facts.parquet."""
    for one in missing_bits(book, CHAIN):
        fact = book.facts.facts.get(one.name)
        parameter = book.parameters.law.get(one.name) or book.parameters.columns.get(one.name)
        means = fact.means if fact else parameter.means if parameter else ""
        asked = (fact.question, fact.asked_of) if fact and fact.is_given else (None, None)
        beneath = [name for name in given_beneath(book, one.name) if name != one.name]
        yield (one.name, one.subject, one.word, one.bit, means, *asked, beneath or None)


def rule_rows(book: Rulebook) -> Iterator[tuple[object, ...]]:
    """List the rows of rules.parquet."""
    numbers = denial_numbers()
    version = f"{book.dated} {book.sha256}"
    for bit in mask_bits(book):
        rule = book.rules[bit.rule]
        number = numbers.get(bit.rule)
        sent = (number.number, number.group, number.remark or None) if number else (None, None, None)
        yield (
            bit.rule,
            bit.subject,
            bit.word,
            bit.bit,
            bit.required,
            rule.if_not_met.value,
            rule.title,
            version,
            *sent,
        )
