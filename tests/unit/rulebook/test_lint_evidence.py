"""What the lint of the evidence library finds in files that load."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from necessity.rulebook.lint_evidence import lint_evidence
from tests.evidence_files import EFFECT, FILE, SAVING, SOURCE

TODAY = date(2026, 11, 26)


def complaints(folder: Path, **changes: Any) -> list[str]:
    """Lint an operator's file; ours is clean, so what comes out is about it."""
    (folder / "evidence").mkdir()
    (folder / "evidence" / "neck.toml").write_text(tomli_w.dumps({**FILE, **changes}), encoding="utf-8")
    return [str(complaint) for complaint in lint_evidence(TODAY, folder)]


def test_what_is_shipped_is_clean_on_the_day_it_was_read() -> None:
    """And the day before, every source would lie in the future: the lint is awake."""
    assert lint_evidence(TODAY) == ()
    assert len(lint_evidence(date(2026, 11, 25))) > 30


def test_a_sound_file_is_clean(tmp_path: Path) -> None:
    """The complaints below come from the change alone."""
    assert complaints(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": [{**SOURCE, "read_on": date(2026, 11, 27)}]}, "was read on 2026-11-27, which is to come"),
        ({"source": [{**SOURCE, "year": 2027}]}, "is of 2027, which is to come"),
        ({"source": [{**SOURCE, "year": 2026, "read_on": date(2025, 1, 1)}]}, "was read before its year"),
        ({"effect": [{**EFFECT, "is": 5}]}, "The figure of pain lies outside its own range."),
        ({"effect": [{key: value for key, value in EFFECT.items() if key != "low"}]}, "outside its own range"),
        ({"saving": [{**SAVING, "low_cents": 200, "high_cents": 300}]}, "The figure of costs lies outside"),
        ({"effect": [EFFECT, EFFECT]}, "Two entries of the kind effect are called pain."),
        ({"source": [SOURCE, {**SOURCE, "id": "unused"}]}, "No entry cites the source unused."),
        ({"codes": ["E11.9"]}, "neck and type_2_diabetes both stand for E11.9."),
        ({"codes": ["I"]}, "both stand for"),
    ],
)
def test_a_slip_is_complained_about(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """Each would put a wrong or twofold figure into a letter."""
    assert any(said in complaint for complaint in complaints(tmp_path, **changes))
