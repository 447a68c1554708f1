"""Numbers of the law and payers' profiles: by date, with sources, and never last year's."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from necessity.errors import RulebookError
from necessity.parameters.load import FIRST_DAY, LAST_DAY, Parameters, load
from tests.operator_folder import CITATION, Operator

YEAR = {"from": date(2026, 1, 1), "until": date(2026, 12, 31)}
SAYS = {"letter_life_months": {"is": 12, "cite": "source"}}
PROFILE: dict[str, Any] = {
    "id": "clinic_payer",
    "name": "Clinic Payer",
    "kinds": ["hsa"],
    "version": [SAYS],
    "citation": [CITATION],
}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def profile(operator: Operator, **changes: Any) -> None:
    content = {key: value for key, value in {**PROFILE, **changes}.items() if value is not None}
    operator.write("payers/clinic_payer.toml", tomli_w.dumps(content))


def rows_of(parameters: Parameters, kind: str = "hsa") -> list[dict[str, Any]]:
    return [row for row in parameters.profile_rows() if (row["payer"], row["kind"]) == ("clinic_payer", kind)]


def test_what_is_shipped_loads_and_is_cited() -> None:
    """Each number of the law names where it comes from."""
    parameters = load()
    assert parameters.law
    assert all(value.citations for parameter in parameters.law.values() for value in parameter.values)
    assert all(set(version.says) == set(version.cites) for version in parameters.profiles)


def test_a_number_holds_from_its_first_to_its_last_day(operator: Operator) -> None:
    """Beyond them it is unknown; last year's number is nobody's number."""
    operator.parameter("test_limit_cents", "cents", {**YEAR, "is": 5000}, {"from": date(2027, 1, 1), "is": 6000})
    rows = load(operator.folder).law_rows()

    def on(day: date) -> int | None:
        (value,) = (row["test_limit_cents"] for row in rows if row["from_on"] <= day <= row["until_on"])
        assert value is None or isinstance(value, int)
        return value

    days = (FIRST_DAY, date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1), LAST_DAY)
    assert [on(day) for day in days] == [None, None, 5000, 5000, 6000, 6000]


def test_a_day_without_a_value_between_two_is_unknown(operator: Operator) -> None:
    """A missing year is a gap, not a bridge."""
    operator.parameter("test_limit_cents", "cents", {**YEAR, "is": 1}, {"from": date(2028, 1, 1), "is": 2})
    rows = load(operator.folder).law_rows()
    assert [r["test_limit_cents"] for r in rows if r["from_on"] <= date(2027, 6, 1) <= r["until_on"]] == [None]


def test_the_pieces_of_time_neither_overlap_nor_leave_a_day_out() -> None:
    """Every day joins exactly one row of the law."""
    rows = load().law_rows()
    assert (rows[0]["from_on"], rows[-1]["until_on"]) == (FIRST_DAY, LAST_DAY)
    for earlier, later in pairwise(rows):
        assert (later["from_on"] - earlier["until_on"]).days == 1


def test_an_operators_number_wins_over_ours(operator: Operator) -> None:
    """The later folder wins by name."""
    name, shipped = next((name, p) for name, p in load().law.items() if p.type == "cents")
    operator.parameter(name, "cents", {"is": 123})
    assert [value.value for value in load(operator.folder).law[name].values] == [123]
    assert shipped.file != load(operator.folder).law[name].file


def test_a_profile_fills_what_it_does_not_say_from_the_generic_one(operator: Operator) -> None:
    """An administrator nobody read is asked for what such administrators usually ask."""
    profile(operator)
    parameters = load(operator.folder)
    generic = next(p for p in parameters.profiles if (p.payer, p.kind) == ("generic", "hsa"))
    (row,) = rows_of(parameters)
    assert row["letter_life_months"] == 12
    assert {n: row[n] for n in generic.says if n not in SAYS} == {
        n: v for n, v in generic.says.items() if n not in SAYS
    }
    assert row["only_version"] is True


def test_two_versions_of_a_profile_are_told_apart_by_their_days(operator: Operator) -> None:
    """A claim is judged by what the administrator asked for on its day."""
    profile(operator, version=[{**SAYS, "until": date(2026, 6, 30)}, {**SAYS, "from": date(2026, 7, 1)}])
    rows = rows_of(load(operator.folder))
    assert [row["until_on"] for row in rows] == [date(2026, 6, 30), LAST_DAY]
    assert [row["only_version"] for row in rows] == [False, False]


def broken(operator: Operator, file: str) -> RulebookError:
    with pytest.raises(RulebookError) as caught:
        load(operator.folder)
    assert caught.value.file == file
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize(
    ("type", "value", "word"),
    [
        ("cents", {"is": "5000"}, "'5000'"),
        ("cents", {"is": -1}, "-1"),
        ("cents", {"is": True}, "True"),
        ("cents", {"is": 1.5}, "1.5"),
        ("boolean", {"is": 1}, "1"),
        ("list", {"is": [1]}, "[1]"),
        ("date", {"is": "2026-01-01"}, "2026"),
        ("cents", {}, "None"),
        ("dollars", {"is": 1}, "type"),
        ("cents", {"is": 1, "citations": []}, "None"),
        ("cents", {"is": 1, "citations": ["nowhere"]}, "'nowhere'"),
        ("cents", {"is": 1, "form": date(2026, 1, 1)}, "'form'"),
        ("cents", {"is": 1, "from": "2026"}, "`from` is no date"),
    ],
)
def test_a_broken_number_is_refused(operator: Operator, type: str, value: dict[str, Any], word: str) -> None:
    """A number read wrongly would be wrong in every decision."""
    operator.parameter("test_limit", type, value)
    assert word in broken(operator, "test_limit.toml").message


def test_two_values_for_one_day_are_refused(operator: Operator) -> None:
    """Two numbers for one day are none."""
    operator.parameter("test_limit", "cents", {**YEAR, "is": 1}, {"from": date(2026, 12, 31), "is": 2})
    fault = broken(operator, "test_limit.toml")
    assert "2026-12-31" in fault.message
    assert fault.line == 2


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"id": None}, "id"),
        ({"name": None}, "name"),
        ({"kinds": None}, "kinds"),
        ({"kinds": "hsa"}, "`kinds` is no list"),
        ({"kinds": ["hsaa"]}, "'hsaa'"),
        ({"version": None}, "version"),
        ({"knids": ["hsa"]}, "'knids'"),
        ({"version": [{"letter_live_months": {"is": 12, "cite": "source"}}]}, "'letter_live_months'"),
        ({"version": [{"letter_life_months": 12}]}, "value and a citation"),
        ({"version": [{"letter_life_months": {"is": 12}}]}, "value and a citation"),
        ({"version": [{"letter_life_months": {"is": 12, "cite": "nowhere"}}]}, "value and a citation"),
        ({"version": [{"letter_life_months": {"is": "a year", "cite": "source"}}]}, "'a year'"),
        ({"version": [SAYS, {**SAYS, "from": date(2026, 1, 1)}]}, "both hold"),
        ({"citation": [{**CITATION, "read_on": "today"}]}, "`read_on` is no date"),
    ],
)
def test_a_broken_profile_is_refused(operator: Operator, changes: dict[str, Any], word: str) -> None:
    """What an administrator is said to demand must have been read somewhere."""
    profile(operator, **changes)
    assert word in broken(operator, "clinic_payer.toml").message


def test_a_misspelt_column_comes_with_the_nearest(operator: Operator) -> None:
    """A typing mistake should take seconds to mend."""
    profile(operator, version=[{"letter_lif_months": {"is": 12, "cite": "source"}}])
    fault = broken(operator, "clinic_payer.toml")
    assert "'letter_life_months'" in fault.next_step
    assert fault.line is not None
