"""Two lines of a synthetic book that followed each other leaned on each other's receipt, and one was nowhere."""

from datetime import date

from necessity.adjudication.synthetic.make import Press
from necessity.workflow.synthesize import USUAL, plan_book


def test_a_receipt_that_is_given_for_two_sessions_is_there() -> None:
    """In this block of this book two lines one after the other drew the same pattern; its run set twelve rows aside."""
    press = Press(plan_book(400_000, 1, date(2026, 6, 30), USUAL), threads=1)
    press.draw(4201, 4202)
    tables = press.tables()
    (columns, expenses), (named, receipts) = tables["expense"], tables["receipt"]
    there = {(row[0], row[named.index("id")]) for row in receipts}
    given = [(row[0], row[columns.index("receipt")]) for row in expenses if row[columns.index("receipt")]]
    assert given
    assert [pair for pair in given if pair not in there] == []
