"""What lines of claims promise: unknown never reverses, each of two lines alike, both engines agree, alone as together."""

from functools import cache
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.engine import Engine
from necessity.adjudication.explain import answer_of
from necessity.codesets.at_hand import shipped
from necessity.domain.tables import Tables, tables_of
from tests.agreement.test_sqlite_decides_as_duckdb import differences
from tests.lines import drawn_claim
from tests.shipped import book, program
from tests.worlds import PENDED, Cell, copies, given_columns, joined, known_cells, name_of
from tests.written import DAY

SUBJECT = "service_line"
MANY = 40
TABLES = ("claim", "service_line", "expense", "funding_source", "clinician")

few = settings(
    max_examples=3,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def drawn(seed: int, many: int = MANY) -> dict[str, Tables]:
    random = Random(seed)
    return {f"claim{n}": tables_of(drawn_claim(random, f"claim{n}"), DAY) for n in range(many)}


def cells_of(tables: Tables) -> list[Cell]:
    columns = {name: [c for c in cs if c != "kind"] for name, cs in given_columns(book()).items() if name in TABLES}
    columns["expense"] = [*columns["expense"], "starts_at"]
    return known_cells(tables, columns)


@cache
def rules() -> dict[str, str]:
    """Name the column of each rule about lines."""
    (subject,) = (subject for subject in program().subjects if subject.name == SUBJECT)
    return {rule.id: rule.column for rule in subject.rules} | {"the outcome": "outcome"}


def found_reversals(cases: dict[str, Tables], worlds: dict[str, list[tuple[Cell, ...]]]) -> list[str]:
    """Find each rule's answer, and each outcome, that blanking turned into another settled one."""
    tables = with_codes(joined(copies(cases[name], worlds[name], name) for name in cases), shipped())
    rows = {(row["case_id"], row["line_id"]): row for row in CaseEngine(program()).run(tables, (SUBJECT,))[SUBJECT]}
    found = []
    for (case_id, line), row in rows.items():
        name, _, number = case_id.rpartition("-")
        before = rows[f"{name}-0", line]
        for rule, column in rules().items():
            left = PENDED if column == "outcome" else None
            if row[column] not in (before[column], left):
                cells = ", ".join(name_of(cases[name], cell) for cell in worlds[name][int(number)])
                found.append(f"{name}/{line} without {cells}: {rule} was {before[column]}, becomes {row[column]}")
    return found


@few
@given(st.integers(0, 2**32))
def test_blanking_any_cell_of_a_claim_leaves_an_answer_or_pends_it(seed: int) -> None:
    """A line whose day or code is open may stand against any other of its claim."""
    cases = drawn(seed)
    worlds = {name: [(), *((cell,) for cell in cells_of(tables))] for name, tables in cases.items()}
    assert found_reversals(cases, worlds) == []


@few
@given(st.integers(0, 2**32))
def test_blanking_several_cells_of_a_claim_leaves_an_answer_or_pends_it(seed: int) -> None:
    """Half a claim is no claim."""
    random, cases = Random(seed), drawn(seed)
    worlds = {}
    for name, tables in cases.items():
        cells = cells_of(tables)
        worlds[name] = [(), *(tuple(random.sample(cells, random.randint(2, 5))) for _ in range(12))]
    assert found_reversals(cases, worlds) == []


@few
@given(st.integers(0, 2**32))
def test_claims_are_decided_alike_in_both_engines_and_alone_as_together(seed: int) -> None:
    """A bulk run holds the codes of all claims at once; none may see another's."""
    cases = drawn(seed, 12)
    whole = joined(copies(tables, [()], name) for name, tables in cases.items())
    tables = with_codes(whole, shipped())
    one, other = CaseEngine(program()).run(tables), Engine(program()).run(tables)
    assert differences(one, other) == []
    together = {(r["case_id"], r["line_id"]): dict(r) for r in one[SUBJECT]}
    alone = CaseEngine(program())
    for name, case in cases.items():
        for row in alone.run(with_codes(copies(case, [()], name), shipped()))[SUBJECT]:
            assert dict(row) == together[row["case_id"], row["line_id"]]


NEVER_SEEN = {
    "us.billing.account_line_speaks_plainly": {"met", "not_met", "unknown"},
    "us.billing.class_code_is_one_the_plan_takes": {"not_met", "unknown"},
    "us.billing.line_has_its_day_and_charge": {"not_met"},
    "us.billing.plan_therapy_code_is_a_therapists": {"not_met", "unknown"},
    "us.billing.medicare_therapy_code_is_a_therapists": {"not_met"},
    "us.billing.plan_claim_names_who_did_the_work": {"not_met"},
    "us.billing.therapy_modifier_rests_on_a_plan_of_care": {"not_met"},
}
"""Answers that need a record these claims do not draw; they are tested elsewhere."""


def test_drawn_claims_meet_every_answer_of_every_rule() -> None:
    """A property that only ever sees pended lines proves nothing."""
    rows = CaseEngine(program()).run(with_codes(joined(drawn(7, 400).values()), shipped()), (SUBJECT,))[SUBJECT]
    assert {row["outcome"] for row in rows} == {0, PENDED, 2, 3}
    (subject,) = (subject for subject in program().subjects if subject.name == SUBJECT)
    missing = {}
    for rule in subject.rules:
        seen = {answer_of(rule, row).value for row in rows}
        missing[rule.id] = {"met", "not_met", "unknown"} - seen - NEVER_SEEN.get(rule.id, set())
    assert {rule: answers for rule, answers in missing.items() if answers} == {}
