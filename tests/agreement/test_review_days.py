"""The last day of an external review is counted once in Python and once in SQL: both, in both databases, must agree."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from necessity.adjudication.case_engine import CaseEngine
from necessity.adjudication.engine import Engine
from necessity.domain.case import Case
from necessity.domain.claim import ClaimState, ServiceLine
from necessity.domain.dates import federal_holidays, review_last_day
from necessity.domain.funding import FundingKind, FundingSource
from necessity.domain.tables import tables_of
from necessity.parameters.time_limits import deadlines_for
from necessity.stores.folder import load_case
from tests.conftest import ROOT
from tests.shipped import program

MONTHS = 4
D57 = ROOT / "tests" / "decisions" / "D57_last_day_of_an_appeal"
HOLIDAYS = [day for year in range(2020, 2036) for day in federal_holidays(year)]
DAYS = st.dates(date(2012, 1, 1), date(2090, 12, 31)) | st.sampled_from(HOLIDAYS).map(
    lambda day: day - timedelta(days=122)
)


ENGINES = {"sqlite": CaseEngine(program()), "duckdb": Engine(program())}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> CaseEngine | Engine:
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(D57).case


def by_sql(engine: CaseEngine | Engine, case: Case, days: list[date]) -> list[date]:
    """Let the program's own statement count, for a case with one denial a day."""
    denial = case.denials[0]
    denials = tuple(
        denial.model_copy(update={"id": f"n{number:05}", "received_on": day}) for number, day in enumerate(days)
    )
    rows = engine.run(tables_of(case.model_copy(update={"denials": denials}), date(2026, 6, 30)))["claim"]
    return [row["external_review_last_day"] for row in sorted(rows, key=lambda row: row["denial_id"])]


def test_every_day_of_eight_years_ends_alike(engine: CaseEngine | Engine, case: Case) -> None:
    """Whoever files on the day we tell must not be turned away."""
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(8 * 365 + 2)]
    assert by_sql(engine, case, days) == [review_last_day(day, MONTHS) for day in days]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(DAYS, min_size=40, max_size=80))
def test_days_before_holidays_end_alike(engine: CaseEngine | Engine, case: Case, days: list[date]) -> None:
    """A holiday that only one of the two knows shifts a day for one reader."""
    assert by_sql(engine, case, days) == [review_last_day(day, MONTHS) for day in days]


def test_a_year_for_medicare_ends_alike(engine: CaseEngine | Engine) -> None:
    """From a leap day too; the claim of the last day must not be a day late for one of the two."""
    (first,) = load_case(D57).case.claims
    days = [date(2024, 2, 1) + timedelta(days=number) for number in range(60)]
    claims = tuple(
        first.model_copy(
            update={
                "id": f"c{number:03}",
                "funding_source": "medicare",
                "state": ClaimState.DRAFT,
                "service_lines": (ServiceLine(id="1", served_on=day),),
            }
        )
        for number, day in enumerate(days)
    )
    source = FundingSource(id="medicare", kind=FundingKind.MEDICARE)
    fields = dict(load_case(D57).case) | {"claims": claims, "denials": (), "funding_sources": (source,)}
    rows = engine.run(tables_of(Case.model_validate(fields), date(2024, 6, 30)))["filing"]
    found = [row["claim_must_arrive_on"] for row in sorted(rows, key=lambda row: row["claim_id"])]
    assert found == [deadlines_for("medicare", "timely_filing_member", day)[0].due_on for day in days]
