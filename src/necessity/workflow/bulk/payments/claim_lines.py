"""The rules about codes, units and who may bill, asked of each claim line before a plan pays it.

The bulk run decides expenses; what is written on a claim's lines has rules of its own. They are asked here, by the
engine for single cases, of the claims that would be paid: some milliseconds a case.
"""

from collections.abc import Iterator

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.explain import answer_of
from necessity.adjudication.program import OUTCOMES, Row
from necessity.domain.decision import Answer, Outcome
from necessity.workflow.adjudicate import Progress
from necessity.workflow.bulk.rows_again import CaseRows

_MOST_RULES = 3


def hold_faulty_lines(rows: CaseRows, progress: Progress) -> None:
    """Hold every unit that would be paid though a rule about its claim line refuses it, doubts it or cannot tell."""
    query = (
        "SELECT DISTINCT case_id FROM unit WHERE held_because IS NULL AND outcome = 'payable' AND is_insurance "
        "AND claim_id IS NOT NULL ORDER BY 1"
    )
    cases = [str(row[0]) for row in rows.db.execute(query).fetchall()]
    rows.db.execute(
        "CREATE OR REPLACE TEMP TABLE faulty_line (case_id VARCHAR, claim_id VARCHAR, line_id VARCHAR, why VARCHAR)"
    )
    for case, tables in rows.tables_of(cases, progress, "Looking at claim lines"):
        judge = rows.judge
        for row in judge.engine.run(with_codes(tables, judge.codes), ("service_line",))["service_line"]:
            if OUTCOMES[row["outcome"]] is not Outcome.PAYABLE:
                why = f"its claim line waits for {', '.join(_open(rows, row)) or 'a rule that can speak of it'}"
                rows.db.execute(
                    "INSERT INTO faulty_line VALUES (?, ?, ?, ?)", [case, row["claim_id"], row["line_id"], why]
                )
    rows.db.execute(
        "UPDATE unit SET held_because = faulty_line.why FROM faulty_line WHERE unit.case_id = faulty_line.case_id "
        "AND unit.claim_id = faulty_line.claim_id AND unit.line_id = faulty_line.line_id "
        "AND unit.held_because IS NULL AND unit.outcome = 'payable'"
    )


def _open(rows: CaseRows, line: Row) -> Iterator[str]:
    """Name the required rules that a line does not meet, or that cannot tell; the first few."""
    judge = rows.judge
    found = [
        rule.id
        for rule in judge.explainer.rules["service_line"]
        if judge.book.rules[rule.id].decides and answer_of(rule, line) in (Answer.NOT_MET, Answer.UNKNOWN)
    ]
    yield from found[:_MOST_RULES]
    if len(found) > _MOST_RULES:
        yield f"{len(found) - _MOST_RULES} more"
