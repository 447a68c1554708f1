"""Every case that somebody wrote, as tables, and the rulebook as it stands: made once for all tests of a process."""

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from necessity.domain.tables import Tables, tables_of
from necessity.stores.folder import load_case
from tests.cast import everybody
from tests.conftest import EXAMPLES, ROOT

DECISIONS = ROOT / "tests" / "decisions"
DAY = date(2026, 6, 30)
_ON = re.compile(r"--on (\d{4}-\d{2}-\d{2})")


@cache
def written() -> dict[str, Tables]:
    """Lay out every case that somebody wrote: the cast, the examples, the decision cases, each on its day."""
    found = {case.id: tables_of(case, DAY) for case in everybody()}
    for file in sorted(EXAMPLES.glob("*/case.toml")):
        found[file.parent.name] = tables_of(load_case(file.parent).case, _day_of(file.parent))
    for file in sorted(DECISIONS.glob("**/case.toml")):
        day = tomllib.loads(file.with_name("decision.toml").read_text(encoding="utf-8"))["on"]
        found[str(file.parent.relative_to(DECISIONS))] = tables_of(load_case(file.parent).case, day)
    return found


def _day_of(example: Path) -> date:
    """Find the day its README decides an example for."""
    readme = example / "README.md"
    said = _ON.search(readme.read_text(encoding="utf-8")) if readme.exists() else None
    return date.fromisoformat(said[1]) if said else DAY
