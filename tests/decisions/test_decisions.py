"""Decision cases with a known outcome, each from a case folder, each with a twin one fact apart.

The twin comes out otherwise. Every case names its row in the fact sheet and its source in `decision.toml`; a twin says there what `differs`: a field
(`letters.l1.visit_basis`) or a whole record (`letters.l2`). How a case is made stands in `README.md` beside this.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from necessity.domain.case import Case
from necessity.domain.decision import Decision
from necessity.stores.folder import load_case
from tests.shipped import judge

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("D*/decision.toml"))
FOLDERS = [folder for case in CASES for folder in (case, case / "twin")]
_A_RECORD = "a record"


def expected(folder: Path) -> dict[str, Any]:
    """Read what a case should come to."""
    return tomllib.loads((folder / "decision.toml").read_text(encoding="utf-8"))


def decided(folder: Path) -> Decision:
    """Decide the case of a folder on the day it names."""
    return judge().decide(load_case(folder).case, expected(folder)["on"])


def outcome_of(decision: Decision, wanted: dict[str, Any]) -> str:
    """Find the outcome an expectation is about: a line, a route, an alternative, a plan or a claim."""
    if "line" in wanted:
        line = (wanted["line"], wanted["funding_source"])
        return next(found.outcome for found in decision.lines if (found.id, found.funding_source) == line)
    if "funding_source" in wanted:
        return next(route.outcome for route in decision.routes if route.funding_source == wanted["funding_source"])
    if "alternative" in wanted:
        return next(found.outcome for found in decision.alternatives if found.id == wanted["alternative"])
    subject = "plan" if "plan" in wanted else "claim"
    return next(o.outcome for o in decision.others if (o.subject, o.id) == (subject, wanted[subject]))


def answers(decision: Decision, wanted: dict[str, Any]) -> set[str]:
    """Find what the expected rule answers where the expectation looks."""
    if "funding_source" in wanted:
        source = wanted["funding_source"]
        findings = next(route.findings for route in decision.routes if route.funding_source == source)
    elif "alternative" in wanted:
        findings = next(found.findings for found in decision.alternatives if found.id == wanted["alternative"])
    else:
        findings = tuple(finding for other in decision.others for finding in other.findings)
    return {
        found.answer
        for found in findings
        if found.rule == wanted["rule"] and ("line" not in wanted or wanted["line"] in found.lines)
    }


def payable_cents(decision: Decision, wanted: dict[str, Any]) -> int | None:
    """Find the amount an expectation is about."""
    if "line" in wanted:
        line = (wanted["line"], wanted["funding_source"])
        return next(found.payable_cents for found in decision.lines if (found.id, found.funding_source) == line)
    return next(r.payable_cents for r in decision.routes if r.funding_source == wanted["funding_source"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(HERE).as_posix())
def test_a_case_comes_out_as_its_source_says(folder: Path) -> None:
    """A rulebook that no longer agrees with a published outcome must not ship."""
    decision = decided(folder)
    for wanted in expected(folder)["expect"]:
        assert outcome_of(decision, wanted) == wanted["outcome"], wanted
        if "rule" in wanted:
            assert answers(decision, wanted) == {wanted["answer"]}, wanted
        if "payable" in wanted:
            assert payable_cents(decision, wanted) == round(wanted["payable"] * 100), wanted
        if "due_on" in wanted:
            ends = [due.due_on for due in decision.deadlines if due.about.endswith(wanted["claim"])]
            assert wanted["due_on"] in ends, wanted


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_names_its_row_and_source(folder: Path) -> None:
    """Who doubts an outcome must be able to look it up."""
    said = expected(folder)
    assert folder.name.startswith(f"{said['id']}_")
    assert said["source"].strip()
    assert isinstance(said["on"], date)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_twin_differs_in_one_fact_and_in_its_outcome(folder: Path) -> None:
    """One fact must make the difference; otherwise the case shows less than it claims."""
    case, twin = load_case(folder).case, load_case(folder / "twin").case
    assert differences(case, twin) == {expected(folder / "twin")["differs"]}
    assert expected(folder)["on"] == expected(folder / "twin")["on"]
    first, second = _outcomes(folder), _outcomes(folder / "twin")
    assert any(first[where] != second[where] for where in set(first) & set(second))


def _outcomes(folder: Path) -> dict[tuple[str, ...], str]:
    keys = ("funding_source", "alternative", "plan", "claim", "line")
    return {tuple(str(want.get(key)) for key in keys): want["outcome"] for want in expected(folder)["expect"]}


def differences(one: Case, other: Case) -> set[str]:
    """Name every field in which two cases differ; a record that only one of them holds is named as a whole."""
    first, second = dict(_leaves(one.model_dump(), "")), dict(_leaves(other.model_dump(), ""))
    apart = {path for path in set(first) | set(second) if first.get(path, ()) != second.get(path, ())}
    whole = {path for path in apart if _A_RECORD in (first.get(path), second.get(path))}
    return {path for path in apart if not any(path.startswith(f"{record}.") for record in whole)}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk over a record: fields by name, records of a list by id."""
    if isinstance(value, dict):
        if path and "id" in value:
            yield path, _A_RECORD
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, (tuple, list)) and any(isinstance(inner, dict) for inner in value):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{inner.get('id', place)}")
    else:
        yield path, value
