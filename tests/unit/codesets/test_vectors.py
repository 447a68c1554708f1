"""The fact sheet's vectors about procedure codes, each a row of a file in `vectors/`."""

import csv
from datetime import date
from pathlib import Path

import pytest

from necessity.codesets.procedures.assistants import Shared, split_units
from necessity.codesets.procedures.checks import BilledLine, check_maxima
from necessity.codesets.procedures.fit import fit
from necessity.codesets.procedures.pairs import look_up
from necessity.codesets.procedures.units import UnitRule, count_units, timed_units
from necessity.domain.codes import check_npi

HERE = Path(__file__).parent / "vectors"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def minutes(text: str) -> dict[str, int]:
    return {code: int(one) for code, one in (word.split("=") for word in text.split())}


def by_name(row: Row) -> str:
    return row.get("name") or " ".join(row.values())


@pytest.mark.parametrize("row", rows("units.csv"), ids=by_name)
def test_minutes_become_units_under_both_rules(row: Row) -> None:
    """The payer decides which rule counts, and the two part in both directions."""
    given = minutes(row["minutes"])
    cms, ama = (count_units(given, rule) for rule in (UnitRule.CMS, UnitRule.AMA))
    assert (cms.units, {a.code: a.units for a in cms.allocations}) == (int(row["cms"]), minutes(row["cms_by_code"]))
    assert (ama.units, {a.code: a.units for a in ama.allocations}) == (int(row["ama"]), minutes(row["ama_by_code"]))
    said = f"{cms.choice.units} of {' '.join(cms.choice.among)}" if cms.choice else ""
    assert (said, ama.choice) == (row["choice"], None)


@pytest.mark.parametrize("row", rows("boundaries.csv"), ids=by_name)
def test_each_minute_at_the_edge_falls_on_its_side(row: Row) -> None:
    """One minute makes the difference between a unit and none."""
    assert timed_units(int(row["minutes"])) == int(row["units"])


@pytest.mark.parametrize("row", rows("pairs.csv"), ids=by_name)
def test_pairs_hang_on_the_date_of_service(row: Row) -> None:
    """Much-copied advice is out of date; only the table of the day counts, and a day not loaded is never sure."""
    answer = look_up(row["first"], row["second"], date.fromisoformat(row["on"]))
    column2 = answer.pair.column2 if answer.pair else ""
    assert (answer.verdict.value, column2, answer.is_sure) == (row["verdict"], row["column2"], row["is_sure"] == "yes")
    assert look_up(row["second"], row["first"], date.fromisoformat(row["on"])) == answer


@pytest.mark.parametrize("row", rows("maxima.csv"), ids=by_name)
def test_units_above_the_maximum_are_found(row: Row) -> None:
    """Above the maximum every unit of the code is denied, not only the last."""
    line = BilledLine(row["code"], int(row["units"]))
    found = list(check_maxima([line], date(2024, 8, 1)))
    assert [one.weight.value for one in found] == [row["weight"]] * bool(row["weight"])


@pytest.mark.parametrize("row", rows("npi.csv"), ids=by_name)
def test_provider_numbers_are_valid_or_not(row: Row) -> None:
    """Sample files are full of numbers that were never issued."""
    assert check_npi(row["number"]).valid is (row["valid"] == "yes")


@pytest.mark.parametrize("row", rows("assistants.csv"), ids=by_name)
def test_units_shared_with_an_assistant_bear_the_modifier_where_they_must(row: Row) -> None:
    """The modifier costs the practice money, and leaving it off is a false claim."""
    work = []
    for code, both in (word.split("=") for word in row["work"].split()):
        therapist, assistant = both.split("/")
        work.append(Shared(code, int(therapist), int(assistant)))
    done = split_units(tuple(work), date.fromisoformat(row["on"]))
    said = " ".join(f"{one.code}:{one.units}:{'+'.join(one.modifiers)}" for one in done.lines)
    assert (said, bool(done.choices)) == (row["lines"], row["open"] == "yes")


@pytest.mark.parametrize("row", rows("fit.csv"), ids=by_name)
def test_a_diagnosis_supports_a_service_or_needs_company(row: Row) -> None:
    """A diagnosis that stands alone beside exercise is the classic denial."""
    done = fit(row["diagnoses"].split(), row["procedure"])
    assert (done.grade.value if done.grade else "") == row["grade"]
    assert (done.finding is None) is (row["grade"] == "A")
    if row["closer"]:
        assert done.finding is not None
        assert row["closer"] in done.finding.fix
