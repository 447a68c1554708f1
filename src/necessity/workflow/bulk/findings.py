"""What is no fault but worth a look before money moves, counted over a part: overlapping letters, unknown payers."""

from datetime import date

from necessity.rulebook.load import Rulebook
from necessity.workflow.bulk.survey import quoted

COLUMNS = {"finding": "VARCHAR", "what": "VARCHAR", "count": "BIGINT", "example": "VARCHAR"}
"""Columns: which finding, about what, how often, and the first case it is found in."""
WORDS = {
    "letters_overlap": "cases have letters whose windows overlap; for each expense the best one is chosen",
    "payer_without_profile": "funding sources of a payer without a profile here; the generic one is used",
    "day_after_the_law_known": "expenses after the last day whose law is loaded; numbers of that year are unknown",
    "day_before_the_law_known": "expenses before the first day whose law is loaded; numbers of that year are unknown",
    "kind_unknown": "funding sources of no known kind; they are left out",
}
"""What each finding says, after its count."""

_WINDOW = """
SELECT case_id, id, coalesce(effective_from, signed_on) AS first_on,
    coalesce(effective_to, coalesce(effective_from, signed_on) + to_months(CAST(stated_months AS INTEGER))) AS last_on
FROM letter
"""


def findings_query(book: Rulebook) -> str:
    """Write the query over the tables of a part."""
    first, last = _known_days(book)
    named = "JOIN case_number ON case_number.number = one.case_id"
    parts = [
        "SELECT 'letters_overlap' AS finding, '' AS what, count(DISTINCT one.case_id) AS count, "
        f"min(case_number.name) AS example FROM ({_WINDOW}) AS one {named} "
        f"JOIN ({_WINDOW}) AS other ON other.case_id = one.case_id AND other.id > one.id "
        "AND other.first_on <= one.last_on AND one.first_on <= other.last_on",
        "SELECT 'payer_without_profile', one.payer || ' / ' || one.kind, count(*), min(case_number.name) "
        f"FROM funding_source AS one {named} WHERE one.held AND one.payer IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM profile WHERE profile.payer = one.payer AND profile.kind = one.kind) "
        "GROUP BY ALL",
        "SELECT 'day_after_the_law_known', CAST(year(one.served_on) AS VARCHAR), count(*), min(case_number.name) "
        f"FROM expense AS one {named} WHERE one.served_on > DATE {quoted(last)} GROUP BY ALL",
        "SELECT 'day_before_the_law_known', CAST(year(one.served_on) AS VARCHAR), count(*), min(case_number.name) "
        f"FROM expense AS one {named} WHERE one.served_on < DATE {quoted(first)} GROUP BY ALL",
        "SELECT 'kind_unknown', '', count(*), min(case_number.name) "
        f"FROM funding_source AS one {named} WHERE one.held AND one.kind IS NULL",
    ]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE count > 0"


def _known_days(book: Rulebook) -> tuple[date, date]:
    """Find the first and the last day on which some number that changes by the year is known."""
    rows = book.parameters.law_rows()
    begins: list[date] = [row["from_on"] for row in rows if row["from_on"] > date.min]
    ends: list[date] = [row["until_on"] for row in rows if row["until_on"].year < 9999]
    return min(begins), max(ends)
