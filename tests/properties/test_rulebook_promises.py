"""What the rulebook as it stands promises: unknown never reverses, order never matters, alone and together agree.

Every case folder there is goes through, and cases nobody wrote. What differs is named by case, cell and answer, so
that the fact whose SQL breaks a promise can be found by its field.
"""

from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from necessity.adjudication.code_days import with_codes
from necessity.adjudication.compile import compile
from necessity.adjudication.engine import Decided, Engine
from necessity.adjudication.program import Program
from necessity.codesets.at_hand import shipped
from necessity.domain.case import REFERENCES, Case, ListName
from necessity.domain.tables import TABLES, Tables, tables_of
from tests.cast import everybody
from tests.conftest import EXAMPLES
from tests.crowds import Crowd
from tests.shipped import book, program
from tests.strategies import cases as drawn_cases
from tests.worlds import PAYABLE, Cell, Outcomes, copies, given_columns, joined, known_cells, name_of, reversals
from tests.written import DAY, DECISIONS, written

IN_ONE_RUN = 12
MANY_EXPENSES = 3

few = settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a shrunk world says no more than the first one
)


@cache
def outcomes() -> Outcomes:
    return Outcomes(program())


def numbers_of_runs() -> range:
    """Count the runs that all written cases take; counting folders is quicker than reading them."""
    folders = [*EXAMPLES.glob("*/case.toml"), *DECISIONS.glob("**/case.toml")]
    count = len(everybody()) + len(folders)
    return range(-(-count // IN_ONE_RUN))


def blankable(tables: Tables) -> list[Cell]:
    """List the cells to blank; of many expenses the first, the middle and the last stand for all."""
    last = len(tables["expense"]) - 1
    shown = {0, last // 2, last} if last >= MANY_EXPENSES else set(range(last + 1))
    cells = known_cells(tables, given_columns(book()))
    return [cell for cell in cells if cell.table != "expense" or cell.place in shown]


def check_blankings(cases: dict[str, Tables], worlds: dict[str, list[tuple[Cell, ...]]]) -> list[str]:
    """Decide the worlds of several cases in one run, and name each answer that reversed against the first world."""
    answers = outcomes().answers(joined(copies(cases[name], worlds[name], name) for name in cases))
    found = []
    for name, tables in cases.items():
        for number, blanked in enumerate(worlds[name]):
            cells = ", ".join(name_of(tables, cell) for cell in blanked)
            for words in reversals(answers.get(f"{name}-0", {}), answers.get(f"{name}-{number}", {})):
                found.append(f"{name}: without {cells}: {words}")
    return found


@pytest.mark.parametrize("number", numbers_of_runs())
def test_blanking_any_given_field_leaves_an_answer_or_pends_it(number: int) -> None:
    """An unknown that settles a case is a guess, and the person would be told a guess as a decision."""
    chosen = list(written())[number * IN_ONE_RUN : (number + 1) * IN_ONE_RUN]
    cases = {name: written()[name] for name in chosen}
    worlds = {name: [(), *((cell,) for cell in blankable(tables))] for name, tables in cases.items()}
    assert check_blankings(cases, worlds) == []


@few
@given(st.integers(0, 2**32))
def test_blanking_several_fields_leaves_an_answer_or_pends_it(seed: int) -> None:
    """People leave out half a page, not one field."""
    random = Random(seed)
    cases = {
        name: tables for name, tables in random.sample(sorted(written().items()), 8) if len(tables["expense"]) < 25
    }
    found = []
    for share in (0.03, 0.3):
        worlds: dict[str, list[tuple[Cell, ...]]] = {}
        for name, tables in cases.items():
            cells = blankable(tables)
            some = tuple(cell for cell in cells if random.random() < share)
            more = [tuple(random.sample(cells, min(len(cells), random.randint(1, 4)))) for _ in range(12)]
            worlds[name] = [some, *(tuple({*some, *cells}) for cells in more)]
        found += check_blankings(cases, worlds)
    assert found == []


@few
@given(st.integers(0, 2**32))
def test_no_answer_is_reversed_in_a_crowded_case(seed: int) -> None:
    """Where there are several letters, years or repayments, the one chosen must not depend on what is unknown."""
    random = Random(seed)
    crowd = _crowd()
    cases = {f"crowd{number}": crowd.draw(random) for number in range(5)}
    worlds: dict[str, list[tuple[Cell, ...]]] = {}
    for name, tables in cases.items():
        cells = known_cells(tables, given_columns(book()))
        worlds[name] = [(), *((cell,) for cell in random.sample(cells, min(len(cells), 30)))]
    assert check_blankings(cases, worlds) == []


@cache
def _crowd() -> Crowd:
    return Crowd(list(written().values()))


@few
@given(st.lists(drawn_cases(), min_size=3, max_size=3))
def test_no_answer_is_reversed_in_a_case_nobody_would_write(several: list[Case]) -> None:
    """Records that make little sense still get an honest answer."""
    cases = {f"drawn{number}": tables_of(case, DAY) for number, case in enumerate(several)}
    worlds = {name: [(), *((cell,) for cell in blankable(tables)[:40])] for name, tables in cases.items()}
    assert check_blankings(cases, worlds) == []


ROWS = {name: table.name for table in TABLES.values() for name in ListName if table.path.split(".")[-1] == name}
"""The table of each list that can be said to be complete."""
KEYS = {ListName.FUNDING_SOURCES, ListName.SESSIONS, ListName.EXPENSES, ListName.PACKAGES, ListName.CLAIMS}
"""Lists whose rows are what is decided: without them there is nothing to compare."""


def emptied(tables: Tables, name: ListName) -> Tables:
    """Take a list away, with all that names its rows, and say that it is not known to be complete."""
    found = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    found[ROWS[name]] = []
    found["case_file"][0][f"{name}_complete"] = None
    if name is ListName.LETTERS:
        found["submission"] = []
    for holder, column, targets in REFERENCES:
        holders = [table.name for table in TABLES.values() if table.path == holder]
        for row in (row for table in holders for row in found[table] if targets == (name,)):
            row[column] = None
    return found


@pytest.mark.parametrize("name", sorted(set(ROWS) - KEYS - {ListName.DENIALS}))
def test_an_empty_list_that_may_go_on_settles_nothing(name: ListName) -> None:
    """What is not in the record is not therefore absent: nobody asked for the letter yet."""
    found = []
    for number in range(0, len(written()), 25):
        cases = dict(list(written().items())[number : number + 25])
        before = joined(copies(tables, [()], f"{case} before") for case, tables in cases.items())
        after = joined(copies(emptied(tables, name), [()], f"{case} after") for case, tables in cases.items())
        answers = outcomes().answers(joined([before, after]))
        for case in cases:
            left = answers[f"{case} after-0"]
            old = {
                key: value for key, value in answers[f"{case} before-0"].items() if key in left or key[0] != "letter"
            }
            found += [f"{case}: without {name}: {words}" for words in reversals(old, left)]
    assert found == []


def some() -> dict[str, Tables]:
    """Take every fifth case: enough to meet every table."""
    return dict(list(written().items())[::5])


def by_key(decided: Decided, chosen: Program | None = None) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Put decided rows under subject and keys; rules' answers under the rule's id, which no order changes."""
    found = {}
    for subject in (chosen or program()).subjects:
        names = {rule.id: rule.column for rule in subject.rules}
        names |= {f"{rule.id} applies": rule.applies for rule in subject.rules if rule.applies}
        for row in decided[subject.name]:
            key = (subject.name, *(row[key] for key in subject.keys))
            facts = {column: value for column, value in row.items() if column not in names.values()}
            found[key] = facts | {name: row[column] for name, column in names.items()}
    return found


@cache
def decided_together() -> dict[tuple[Any, ...], dict[str, Any]]:
    """Decide these cases in one run, every fact and answer kept."""
    return by_key(Engine(program()).run(_named(some())))


def _named(cases: dict[str, Tables]) -> Tables:
    return with_codes(joined(copies(tables, [()], name) for name, tables in cases.items()), shipped())


def test_several_cases_together_come_out_as_each_alone() -> None:
    """What the patient sees is what the administrator's run computes."""
    engine, alone = Engine(program()), {}
    for name, tables in list(some().items())[::2]:  # a run for each takes time, so every second will do
        alone |= by_key(engine.run(with_codes(copies(tables, [()], name), shipped())))
    assert alone
    assert {key: decided_together().get(key) for key in alone} == alone


def test_two_threads_come_out_as_one() -> None:
    """A parallel sum or join may hand rows over in another order; no answer may notice."""
    assert by_key(Engine(program(), threads=2).run(_named(some()))) == decided_together()


def test_deciding_again_changes_nothing() -> None:
    """The engine keeps nothing of the case before."""
    engine = Engine(program())
    engine.run(_named(dict(list(written().items())[1::5])))
    assert [by_key(engine.run(_named(some()))) == decided_together() for _ in range(2)] == [True, True]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    """A person lists sessions as they come to mind."""
    random = Random(seed)
    tables = {name: random.sample(rows, len(rows)) for name, rows in _named(some()).items()}
    assert by_key(Engine(program()).run(tables)) == decided_together()


def test_the_order_of_rules_changes_nothing() -> None:
    """Rules are requirements, not steps."""
    turned = compile(book()._replace(rules=dict(reversed(book().rules.items()))))
    assert by_key(Engine(turned).run(_named(some())), turned) == decided_together()


def test_what_an_account_pays_is_a_known_amount() -> None:
    """A yes without a figure is no answer; only insurance pays what its own contract allows."""
    rows = decided_together()
    paid = [row for (subject, *_), row in rows.items() if subject == "payment" and row["outcome"] == PAYABLE]
    accounts = [r for r in paid if not rows["route", r["case_id"], r["funding_source_id"]]["is_insurance"]]
    assert accounts
    assert [r for r in accounts if r["least_payable_cents"] is None] == []
    assert [r for r in accounts if r["least_payable_cents"] != r["most_payable_cents"]] == []
