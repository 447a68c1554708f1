"""`--trace` of a payable line at a health plan, whose share is not in the record, ended with a fault of ours."""

from datetime import date
from pathlib import Path

from necessity.adjudication.decide import Judge
from necessity.codesets.icd10cm.book import shipped
from necessity.workflow.adjudicate import Wishes, adjudicate
from necessity.workflow.bulk.trace import write_traces
from necessity.workflow.synthesize import plan_book, synthesize
from tests.shipped import book, program


def test_a_payable_line_without_an_amount_is_traced(tmp_path: Path) -> None:
    """An administrator wants to read above all why a health plan would pay."""
    synthesize(plan_book(600, 5, date(2026, 6, 30), {}), tmp_path / "book")
    tables, out, wishes = tmp_path / "book" / "tables", tmp_path / "out", Wishes(parts=1)
    adjudicate(book(), shipped(), tables, out, wishes)
    where = "outcome = 'payable' AND payable_cents IS NULL"
    judge = Judge(book(), program())
    assert write_traces(judge, tables, out, wishes, (), where, lambda *_: None) > 0
    text = next((out / "traces").glob("*.txt")).read_text(encoding="utf-8")
    assert ": payable\n" in text
