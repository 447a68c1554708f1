"""Named queries that a bulk run writes otherwise than a single case, because it shows less.

A single case shows how far a year's money is drawn down before each expense. A bulk run shows what is paid, and that
hangs on the order of expenses only where a year's money could run dry at all.
"""

_WHOLE_YEAR = """
SELECT
    case_id,
    funding_source_id,
    coalesce(money_year, '') AS money_year,
    sum(paid_surely_cents) AS paid_surely_cents,
    sum(paid_at_most_cents) AS paid_at_most_cents,
    sum(takes_surely_cents + paid_surely_cents) AS surely_cents,
    sum(coalesce(due_cents, takes_at_most_cents) + paid_at_most_cents) AS most_cents,
    min(year_money_cents) AS money_cents
FROM drawing
GROUP BY case_id, funding_source_id, coalesce(money_year, '')
"""
_TIGHT = """
SELECT whole_year.case_id, whole_year.funding_source_id, whole_year.money_year
FROM whole_year
JOIN anywhere
    ON anywhere.case_id = whole_year.case_id AND anywhere.funding_source_id = whole_year.funding_source_id
WHERE whole_year.money_cents < whole_year.most_cents + anywhere.anywhere_cents
"""
_SAME_YEAR = """tight.case_id = drawing.case_id
    AND tight.funding_source_id = drawing.funding_source_id
    AND tight.money_year = coalesce(drawing.money_year, '')"""
_IN_ORDER = f"""
SELECT drawing.*, CAST(0 AS BIGINT) AS surely_before_cents, CAST(0 AS BIGINT) AS at_most_before_cents
FROM drawing
LEFT JOIN tight
    ON {_SAME_YEAR}
WHERE tight.case_id IS NULL
UNION ALL
SELECT
    drawing.*,
    CAST(coalesce(sum(drawing.takes_surely_cents) OVER earlier, 0) AS BIGINT) AS surely_before_cents,
    CAST(coalesce(sum(drawing.takes_at_most_cents) OVER earlier, 0) AS BIGINT) AS at_most_before_cents
FROM drawing
JOIN tight
    ON {_SAME_YEAR}
WINDOW
    earlier AS (
        PARTITION BY drawing.case_id, drawing.funding_source_id, drawing.money_year
        ORDER BY drawing.is_planned, drawing.served_on NULLS LAST, drawing.expense_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
"""
_NAMED_SOURCES = "SELECT case_id, id AS funding_source_id, kind, held FROM funding_source"


def bulk_queries(subject: str, queries: dict[str, str], funding_source: str) -> dict[str, str]:
    """Put the bulk run's own named queries in the place of a subject's.

    Args:
        subject: Its name.
        queries: Its named queries, in order.
        funding_source: The kind all rows are of.

    Returns:
        The queries to use, in order.
    """
    if subject == "route":  # only what the record names is decided, so what it lacks need not be listed
        return {n: q for n, q in queries.items() if n == "known_payer"} | {"source": _NAMED_SOURCES}
    if subject == "payment" and "in_order" in queries and funding_source != "tax_deduction":
        own = {"whole_year": _WHOLE_YEAR, "tight": _TIGHT, "in_order": _IN_ORDER}
        return {n: q for n, q in queries.items() if n not in own} | own
    return queries


LAW_OF_DAY = """
SELECT days.day, law.*
FROM (
    SELECT decided_on AS day FROM case_file
    UNION SELECT served_on FROM expense
    UNION SELECT starts_on FROM plan_year
    UNION SELECT starts_on - 1 FROM plan_year
) AS days
JOIN law ON days.day BETWEEN law.from_on AND law.until_on
"""
"""The law on each day that a part speaks of, as table `law_of_day`: so that lines find it by the day itself."""
