"""Every numbered rule of the fact sheet is in the rulebook, or among the known limits with its reason.

The sheet itself is no part of the repository; `NUMBERED` says how many rules each of its sections holds. Which rule of ours
stands for which of the sheet is data: `sheet.toml`, and `sheet_insurance.toml` for section 1.
"""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from necessity.rulebook.load import Rulebook
from tests.conftest import ROOT
from tests.shipped import book

HERE = Path(__file__).parent
FILES = ("sheet.toml", "sheet_insurance.toml")
NUMBERED = {
    "R1.1": 9,
    "R1.2": 10,
    "R1.3": 3,
    "R1.4": 15,
    "R1.6": 4,
    "R1.7": 5,
    "R1.8": 10,
    "R2.1": 10,
    "R2.2": 7,
    "R2.3": 3,
    "R2.5": 4,
    "R2.6": 10,
    "R2.7": 7,
    "R2.8": 6,
    "R2.9": 4,
    "R2.10": 4,
    "R3.3": 6,
    "R4.1": 11,
}
"""How many rules each section numbers, from 1; R6.2 begins at 0."""
SHEET = {f"{section}.{n}" for section, count in NUMBERED.items() for n in range(1, count + 1)}
SHEET |= {f"R6.2.{n}" for n in range(5)} | {f"F{n}" for n in range(1, 15)}
KEYS = {"rules", "facts", "parameters", "columns", "profiles", "tests", "limit"}
LIMITS = (ROOT / "docs" / "known-limits.md").read_text(encoding="utf-8")


def read(file: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / file).read_text(encoding="utf-8"))


ENTRIES = [(file, id, entry) for file in FILES for id, entry in read(file).items()]


@cache
def functions_in(path: str) -> set[str]:
    """List the test functions of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def unknown_names(entry: dict[str, Any], known: Rulebook) -> list[str]:
    """List everything an entry names that is not there."""
    there = {
        "rules": set(known.rules),
        "facts": set(known.facts.facts),
        "parameters": set(known.parameters.law),
        "columns": set(known.parameters.columns),
        "profiles": set(known.parameters.payer_names),
    }
    found = [f"{kind}: {name}" for kind, names in there.items() for name in entry.get(kind, []) if name not in names]
    for test in entry.get("tests", []):
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or name not in functions_in(path):
            found.append(f"tests: {test}")
    return found + [f"key: {key}" for key in entry if key not in KEYS]


@pytest.mark.parametrize("section", [*NUMBERED, "R6.2", "F"])
def test_every_numbered_rule_of_the_sheet_stands_somewhere(section: str) -> None:
    """A rule of the field that nobody placed would be missed by everybody."""
    wanted = {id for id in SHEET if id.rpartition(".")[0] == section or (section == "F" and id[0] == "F")}
    assert wanted
    assert wanted - {id for _, id, _ in ENTRIES} == set()


def test_each_stands_once() -> None:
    """Two places for one rule drift apart; TOML itself refuses a second one in the same file."""
    ids = [id for _, id, _ in ENTRIES]
    assert sorted({id for id in ids if ids.count(id) > 1}) == []


def test_nothing_stands_there_that_the_sheet_does_not_have() -> None:
    """Numbers the sheet does not have are typing mistakes; sections whose items have no number stand by their own."""
    strange = [id for _, id, _ in ENTRIES if id not in SHEET and not re.fullmatch(r"\d\.\d{1,2}", id)]
    assert strange == []


@pytest.mark.parametrize(("file", "id", "entry"), ENTRIES, ids=[id for _, id, _ in ENTRIES])
def test_what_an_entry_names_is_there(file: str, id: str, entry: dict[str, Any]) -> None:
    """A rule renamed or retired must not leave a promise behind."""
    assert unknown_names(entry, book()) == [], f"{file}: {id}"
    assert any(entry.values()), f"{file}: {id} names nothing"


@pytest.mark.parametrize(
    ("id", "limit"), [(id, entry["limit"]) for _, id, entry in ENTRIES if "limit" in entry], ids=lambda value: value[:8]
)
def test_a_limit_stands_among_the_known_limits(id: str, limit: str) -> None:
    """What is left out is told to the reader of a decision, not only to us."""
    assert limit.strip()
    assert re.search(rf"(?<![\w.]){re.escape(id)}(?![\w.]*\d)", LIMITS), f"docs/known-limits.md does not name {id}"


def test_an_entry_that_names_nothing_of_ours_would_be_found() -> None:
    """The search above must not pass because it cannot fail."""
    entry = {
        "rules": ["us.no.such_rule"],
        "facts": ["no_fact"],
        "tests": ["tests/rules/test_sheet.py::test_no"],
        "x": 1,
    }
    assert len(unknown_names(entry, book())) == 4
