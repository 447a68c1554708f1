"""What the diagnosis codes of a case were, by day: rows that stand beside the case's own tables for statements to join.

Nothing is decided here. Where no edition of a day is loaded, whether a code could be reported stays unknown.
"""

from collections.abc import Iterator
from datetime import date

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.rows import diagnosis_code_rows
from necessity.domain.tables import Tables

NAME = "diagnosis_code"
COLUMNS = {
    "code": "VARCHAR",
    "from_on": "DATE",
    "until_on": "DATE",
    "status": "VARCHAR",
    "is_valid": "BOOLEAN",
    "chapter": "BIGINT",
}
"""Columns of the table, with their SQL types."""


def _days(tables: Tables) -> Iterator[date]:
    """List the days on which it may matter what a code was."""
    for table, column in (("case_file", "decided_on"), ("letter", "signed_on"), ("expense", "served_on")):
        for row in tables.get(table, []):
            if isinstance(day := row[column], date):
                yield day


def with_codes(tables: Tables, codes: CodeBook) -> Tables:
    """Add the table of the codes that a case's conditions bear, over the days the case speaks of.

    Args:
        tables: Flat tables of one case.
        codes: The editions of ICD-10-CM.

    Returns:
        The same tables and one more, empty where no condition has a code.
    """
    borne = {str(row["code"]) for row in tables.get("condition", []) if row["code"]}
    days = sorted(_days(tables))
    if not borne or not days:
        return {**tables, NAME: []}
    return {**tables, NAME: [span._asdict() for span in diagnosis_code_rows(codes, borne, days[0], days[-1])]}
