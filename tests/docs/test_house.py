"""The habits of the house that no linter checks: who may see a clock or a file, how long a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SRC

STRICT_ROOMS = ("domain", "facts", "adjudication")
LOADERS = ("facts/load*.py",)  # the loaders of parameters and rulebook stand outside the strict rooms
LONGEST = 449

DAYS = {"datetime.date.today", "datetime.datetime.today"}
MOMENTS = {"datetime.datetime.now", "datetime.datetime.utcnow", "time.time", "time.time_ns"}
CLOCKS = DAYS | MOMENTS
OPENERS = {"open", "io.open", "os.open", "builtins.open"}
FILE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "open"}


def python_files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (SRC / room).rglob("*.py"))


def origins(tree: ast.AST) -> dict[str, str]:
    """Map each imported name to its origin: `from datetime import date as d` gives d: datetime.date."""
    found = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                found |= {alias.asname: alias.name for alias in aliases if alias.asname}
            case ast.ImportFrom(module=module, names=aliases):
                found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in aliases}
    return found


def full_name(node: ast.expr, imported: dict[str, str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return imported.get(name, name)
        case ast.Attribute(value=value, attr=attribute) if owner := full_name(value, imported):
            return f"{owner}.{attribute}"
    return None


def forbidden(source: str, *, may_read: bool) -> Iterator[str]:
    """Name each place where the source looks at a clock, draws a random number or opens a file.

    Uses count, not only calls: `Field(default_factory=date.today)` asks the clock too.
    """
    tree = ast.parse(source)
    imported = origins(tree)
    refused = CLOCKS if may_read else CLOCKS | OPENERS
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases) if any(alias.name == "random" for alias in aliases):
                yield f"line {node.lineno}: imports random"
            case ast.ImportFrom(module="random"):
                yield f"line {node.lineno}: imports random"
            case ast.Name() | ast.Attribute() if (name := full_name(node, imported)) in refused:
                yield f"line {node.lineno}: {name}"
            case ast.Call(func=ast.Attribute(attr=method) as called) if method in FILE_METHODS:
                if not may_read and full_name(called, imported) not in OPENERS:
                    yield f"line {node.lineno}: .{method}()"


@pytest.mark.parametrize("path", python_files(*STRICT_ROOMS), ids=lambda path: str(path.relative_to(SRC)))
def test_what_decides_knows_no_clock_no_chance_and_no_disk(path: Path) -> None:
    """The same record must give the same answer, years later and on another machine."""
    may_read = any(path.relative_to(SRC).match(loader) for loader in LOADERS)
    assert list(forbidden(path.read_text(encoding="utf-8"), may_read=may_read)) == []


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from random import choice",
        "import datetime as dt\ndt.date.today()",
        "from datetime import date\nx = Field(default_factory=date.today)",
        "from datetime import datetime as moment, UTC\nmoment.now(UTC)",
        "from time import time\ntime()",
        "open('x')",
        "import io\nio.open('x')",
        "from pathlib import Path\nPath('x').read_text()",
        "from pathlib import Path\nPath('x').open()",
    ],
)
def test_each_forbidden_thing_would_be_found(line: str) -> None:
    """The search above must not pass because it cannot fail."""
    assert len(list(forbidden(line, may_read=False))) == 1


def test_a_loader_may_read_but_not_look_at_the_clock() -> None:
    """Files come in through the loaders, and only there."""
    source = "from datetime import date\nfrom pathlib import Path\nPath('x').read_text(), date.today()"
    assert list(forbidden(source, may_read=True)) == ["line 3: datetime.date.today"]


def test_no_file_is_longer_than_one_reading() -> None:
    """Giant files are what their authors regret."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("")}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST} == {}


def test_there_are_six_exception_classes() -> None:
    """A seventh is nearly always a finding: a finding is a value and is never raised."""
    tree = ast.parse((SRC / "errors.py").read_text(encoding="utf-8"))
    assert {node.name for node in tree.body if isinstance(node, ast.ClassDef)} == {
        "NecessityError",
        "RecordError",
        "RulebookError",
        "FormatError",
        "StoreError",
        "SettingError",
    }
