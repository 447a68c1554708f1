"""A case as flat tables: every column there, unknown stays unknown, what is still to come is added."""

from datetime import date, time
from decimal import Decimal

from hypothesis import given, settings

from necessity.domain.case import Case, ListName
from necessity.domain.letter import TrainingOrder
from necessity.domain.tables import TABLES, tables_of
from necessity.domain.training import Expense, Package, ServiceKind, ServiceStatus, TrainingSession
from tests import cast
from tests.strategies import cases

TODAY = date(2026, 6, 1)
TYPES = {
    "BOOLEAN": bool,
    "BIGINT": int,
    "DECIMAL(12,3)": Decimal,
    "DATE": date,
    "TIME": time,
    "VARCHAR": str,
    "VARCHAR[]": list,
    "BIGINT[]": list,
}


def package_of(sessions: int, held: int, *complete: ListName) -> Case:
    """A package of which some sessions are listed."""
    package = Package(id="ten", sessions=sessions)
    listed = tuple(TrainingSession(id=f"s{n}", package="ten", status=ServiceStatus.HELD) for n in range(held))
    return Case(id="ada", packages=(package,), sessions=listed, complete=complete)


@given(cases())
@settings(max_examples=40)
def test_every_row_has_exactly_its_columns_and_their_types(case: Case) -> None:
    """SQL over a missing column is an error, over a wrong type a wrong answer."""
    tables = tables_of(case, TODAY)
    assert set(tables) == set(TABLES)
    for name, rows in tables.items():
        columns = TABLES[name].columns
        for row in rows:
            assert set(row) == set(columns)
            assert all(row[key] is None or isinstance(row[key], TYPES[columns[key]]) for key in columns)


@given(cases())
@settings(max_examples=40)
def test_every_record_of_a_list_has_its_row(case: Case) -> None:
    """A letter that is not in the table is a letter nobody decides on."""
    tables = tables_of(case, TODAY)
    for table in TABLES.values():
        if "." not in table.path and table.path and table.name not in ("expense", "statement"):
            value = getattr(case, table.path)
            assert len(tables[table.name]) == (len(value) if isinstance(value, tuple) else 1)
    assert len(tables["expense"]) >= len(case.sessions) + len(case.expenses)


def test_a_list_that_nobody_called_complete_is_unknown_not_incomplete() -> None:
    """False would let a rule conclude from absence; nobody has said that nothing is missing."""
    (row,) = tables_of(Case(id="ada", complete=(ListName.LETTERS,)), TODAY)["case_file"]
    assert row["letters_complete"] is True
    assert row["sessions_complete"] is None


def test_lists_inside_records_carry_the_id_of_their_parent() -> None:
    """A plan year without its account belongs to nobody."""
    (year,) = tables_of(cast.bruno(), TODAY)["plan_year"]
    assert (year["case_id"], year["funding_source_id"], year["id"]) == ("bruno", "fsa", "2026")


def test_sessions_and_other_expenses_stand_in_one_table() -> None:
    """A rule about an expense must not miss the sessions."""
    case = Case(
        id="ada",
        sessions=(TrainingSession(id="s1"),),
        expenses=(Expense(id="e1", kind=ServiceKind.GYM_MEMBERSHIP),),
    )
    rows = {row["id"]: (row["kind"], row["origin"]) for row in tables_of(case, TODAY)["expense"]}
    assert rows == {"s1": ("personal_training", "session"), "e1": ("gym_membership", "expense")}


def test_the_rest_of_a_package_is_still_to_come() -> None:
    """Nobody pays for sessions not yet held, but the person must see that they are waiting."""
    rows = tables_of(package_of(10, 8, ListName.SESSIONS), TODAY)["expense"]
    assert len(rows) == 10
    assert [row["status"] for row in rows if row["origin"] == "package"] == [ServiceStatus.PLANNED] * 2


def test_the_rest_of_a_package_is_unknown_while_sessions_may_be_missing_from_the_list() -> None:
    """They may have been held and not yet written down."""
    rows = tables_of(package_of(10, 8), TODAY)["expense"]
    assert [row["status"] for row in rows if row["origin"] == "package"] == [None] * 2


def test_an_order_without_sessions_is_one_planned_expense() -> None:
    """A person asks before paying, and gets the same answer as after."""
    order = TrainingOrder(id="o1", kind=ServiceKind.PERSONAL_TRAINING, starts_on=date(2026, 7, 1))
    (row,) = tables_of(Case(id="ada", orders=(order,)), TODAY)["expense"]
    assert (row["status"], row["served_on"], row["origin"]) == ("planned", date(2026, 7, 1), "order")


def test_a_kind_of_service_without_a_statement_gets_an_empty_one() -> None:
    """The question is asked of a row; without the row nobody would ask."""
    case = Case(id="ada", expenses=(Expense(id="e1", kind=ServiceKind.GYM_MEMBERSHIP),))
    (row,) = tables_of(case, TODAY)["statement"]
    assert (row["kind"], row["purpose"]) == ("gym_membership", None)


def test_a_case_in_which_nothing_is_known_has_every_table() -> None:
    """Facts join tables; a missing one is an error rather than an unknown."""
    tables = tables_of(Case(id="new"), TODAY)
    assert len(tables["case_file"]) == len(tables["patient"]) == 1
    assert tables["letter"] == tables["expense"] == []
