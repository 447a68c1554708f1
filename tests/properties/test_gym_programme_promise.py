"""The promise over a gym-visit programme: filling in a blank never reverses an answer."""

import pytest

from necessity.domain.tables import Tables, tables_of
from tests.shipped import book, program
from tests.unit.adjudication.test_gym_programme import DAY, gym, log
from tests.worlds import Cell, Outcomes, copies, given_columns, joined, known_cells, name_of, reversals


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return Outcomes(program())


CASES = {
    "enough and confirmed": gym(log(50)),
    "a day short": gym(log(49)),
    "enough, not confirmed": gym(log(50, confirmed=None), facility_confirmed_visits=False),
    "stated, own terms": gym((), payer=None, visits_required=30, visits_made=31, facility_confirmed_visits=True),
    "log and number at odds": gym(
        log(20), payer=None, visits_required=30, visits_made=31, facility_confirmed_visits=True
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_blanking_any_given_field_of_a_gym_case_leaves_an_answer_or_pends_it(name: str, outcomes: Outcomes) -> None:
    """A count over what is not known must not settle anything."""
    tables: Tables = tables_of(CASES[name], DAY)
    cells = known_cells(tables, given_columns(book()))
    worlds: list[tuple[Cell, ...]] = [(), *((cell,) for cell in cells)]
    answers = outcomes.answers(joined([copies(tables, worlds, name)]))
    found = [
        f"without {', '.join(name_of(tables, cell) for cell in blanked)}: {words}"
        for number, blanked in enumerate(worlds)
        for words in reversals(answers.get(f"{name}-0", {}), answers.get(f"{name}-{number}", {}))
    ]
    assert len(cells) > 20
    assert found == []
