"""The engine for single cases and the engine for many run one statement in two databases: every cell must agree."""

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.code_days import with_codes
from necessity.adjudication.engine import Engine
from necessity.adjudication.program import Decided
from necessity.codesets.at_hand import shipped
from necessity.domain.tables import Tables, tables_of
from tests.crowds import Crowd
from tests.shipped import book, program
from tests.strategies import cases as drawn_cases
from tests.worlds import copies, given_columns, joined, known_cells
from tests.written import DAY, written

IN_ONE_RUN = 25

few = settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # the cells that differ say more than a smaller case
)


@cache
def small() -> CaseEngine:
    return CaseEngine(program())


@cache
def large() -> Engine:
    return Engine(program())


def differences(one: Decided, other: Decided) -> list[str]:
    """Name every cell in which two runs differ, in value or in kind of value."""
    found = [
        f"{name}: {len(one[name])} rows, {len(other[name])} rows" for name in one if len(one[name]) != len(other[name])
    ]
    for name in one:
        for left, right in zip(one[name], other[name], strict=False):
            found += [
                f"{name} {left['case_id']}: {column} is {left[column]!r}, {right[column]!r}"
                for column in left
                if left[column] != right[column] or type(left[column]) is not type(right[column])
            ]
            assert list(left) == list(right)
    return found


def check(tables: Tables) -> None:
    tables = with_codes(tables, shipped())
    one, other = small().run(tables), large().run(tables)
    assert list(one) == list(other)
    assert differences(one, other) == []


@pytest.mark.parametrize("number", range(5))
def test_every_written_case_is_decided_alike(number: int) -> None:
    """What the patient sees is what the administrator's run computes."""
    for tables in list(written().values())[number::5]:
        check(tables)


@few
@given(st.integers(0, 2**32))
def test_crowded_and_blanked_cases_are_decided_alike(seed: int) -> None:
    """Facts that count, choose and sum over rows could go two ways where there are several, or none."""
    random, crowd = Random(seed), Crowd(list(written().values()))
    worlds = []
    for number in range(IN_ONE_RUN):
        tables = crowd.draw(random)
        cells = [cell for cell in known_cells(tables, given_columns(book())) if random.random() < 0.1]
        worlds.append(copies(tables, [cells], f"crowd-{number}"))
    check(joined(worlds))


@few
@given(st.lists(drawn_cases(), min_size=1, max_size=4))
def test_cases_nobody_would_write_are_decided_alike(drawn: list) -> None:
    """Far days, huge numbers and odd texts."""
    check(joined(copies(tables_of(case, DAY), [()], f"drawn-{place}") for place, case in enumerate(drawn)))


@pytest.mark.parametrize("number", range(5))
def test_a_route_decided_by_itself_comes_out_as_among_all(number: int) -> None:
    """What would change the answer is found by deciding only the routes that it could change."""
    random = Random(number)
    for tables in list(written().values())[number::5]:
        tables = with_codes(tables, shipped())
        whole = small().run(tables, ("route", "letter", "payment"))
        keys = [(row["case_id"], row["funding_source_id"]) for row in whole["route"]]
        chosen = random.sample(keys, min(2, len(keys)))
        alone = small().run(tables, ("route", "letter", "payment"), chosen)
        for subject, rows in whole.items():
            some = [row for row in rows if (row["case_id"], row["funding_source_id"]) in chosen]
            assert [row["outcome"] for row in alone[subject]] == [row["outcome"] for row in some]
