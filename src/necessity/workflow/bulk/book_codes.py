"""The diagnosis codes of a whole book, looked up once over all its days."""

from collections.abc import Callable, Iterator
from datetime import date

from necessity.codesets.icd10cm.book import CodeBook
from necessity.codesets.icd10cm.claim_rows import claim_code_rows
from necessity.errors import RecordError
from necessity.workflow.bulk.columns import FIRST_YEAR, LAST_YEAR
from necessity.workflow.bulk.survey import Database

_DAYS = (("case_file", "decided_on"), ("letter", "signed_on"), ("expense", "served_on"))


def codes_of_book(
    db: Database, codes: CodeBook, rows: Callable[[str], str]
) -> tuple[list[tuple[object, ...]], list[str]]:
    """Look up every diagnosis code of a book over all its days.

    Args:
        db: Where its tables can be read.
        codes: The editions of ICD-10-CM.
        rows: What to read a table from, in SQL; empty where the book does not have it.

    Returns:
        What the codes were when, as rows of `diagnosis_code`; and the codes without the shape of one.
    """
    if not (read := rows("condition")):
        return [], []
    found = db.execute(f"SELECT DISTINCT code FROM {read} WHERE code IS NOT NULL ORDER BY 1").fetchall()
    days = list(_days(db, rows))
    known: list[tuple[object, ...]] = []
    bad = []
    for (code,) in found if days else ():
        try:
            known += [tuple(span) for span in claim_code_rows(codes, [str(code)], min(days), max(days))]
        except RecordError:
            bad.append(str(code))
    return list(dict.fromkeys(known)), bad


def _days(db: Database, rows: Callable[[str], str]) -> Iterator[date]:
    """Find the first and the last day of each kind that the book speaks of."""
    for table, column in _DAYS:
        if read := rows(table):
            within = f"year({column}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
            ends = db.execute(f"SELECT min({column}), max({column}) FROM {read} WHERE {within}").fetchone()
            yield from (day for day in ends or () if isinstance(day, date))
