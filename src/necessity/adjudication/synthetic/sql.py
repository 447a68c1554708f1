"""Small pieces of SQL that the tables of the synthetic book are written with."""

from necessity.domain.marks import MARKS
from necessity.domain.tables import TABLES

KIND = "CASE fault WHEN 'late_fee' THEN 'late_fee' WHEN 'not_prescribed' THEN 'massage' ELSE service END"
"""The kind of service of a line."""


def select(table: str, given: dict[str, str], source: str) -> str:
    """Write the SELECT of one table: what is given, everything else unknown, in the published order and types."""
    columns = (TABLES[table].columns if table in TABLES else MARKS[table]).items()
    written = ", ".join(f"CAST({given.get(name, 'NULL')} AS {type}) AS {name}" for name, type in columns)
    return f"SELECT {written} FROM {source}"


def cycle(number: str, words: tuple[str, ...]) -> str:
    """Write SQL that gives one word after the other as a number grows."""
    return f"[{', '.join(repr(word) for word in words)}][CAST({number} % {len(words)} AS INTEGER) + 1]"


def unless(fault: str, value: str = "TRUE", otherwise: str = "FALSE") -> str:
    """Write SQL that gives a value unless a fault is planted."""
    return f"CASE WHEN fault = '{fault}' THEN {otherwise} ELSE {value} END"
