"""`necessity codes load-pairs`, `load-maxima`, and decisions that use what was loaded."""

import json
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.unit.codesets.test_icd10cm_official import ORDER
from tests.unit.codesets.test_official import MUE, PTP

RULES = ("plan_pairs_are_shown_apart", "pairs_and_maxima_reach_the_day", "diagnosis_codes_were_in_force")


@pytest.fixture
def case(shell: Shell) -> Path:
    """Move the example whose codes clash to a day that no shipped table was made for."""
    text = (EXAMPLES / "18_claim_with_codes_that_clash" / "case.toml").read_text(encoding="utf-8")
    folder = shell.folder / "late"
    folder.mkdir()
    late = text.replace("2024-08-06", "2026-11-09").replace('id = "18_claim_with_codes_that_clash"', 'id = "late"')
    (folder / "case.toml").write_text(late, encoding="utf-8")
    (shell.folder / "ptp_2026Q4.txt").write_text(PTP, encoding="utf-8")
    (shell.folder / "MUE_Practitioner_Eff_10-01-2026.csv").write_text(MUE, encoding="utf-8")
    (shell.folder / "icd10cm_order_2027.txt").write_bytes(ORDER)
    return folder


def answers(shell: Shell, *more: str) -> dict[str, str]:
    ran = shell("decide", "late", "--on", "2026-11-20", "--json", *more)
    assert ran.err == ""
    (line,) = [other for other in json.loads(ran.out)["others"] if other["id"] == "as-billed/2"]
    said = {finding["rule"].rpartition(".")[2]: finding["answer"] for finding in line["findings"]}
    return {rule: said[rule] for rule in RULES}


def test_a_later_quarter_and_year_answer_once_they_are_loaded(shell: Shell, case: Path) -> None:
    """New files come every quarter; no new program may be needed for them."""
    assert answers(shell) == dict(zip(RULES, ("unknown", "not_met", "unknown"), strict=True))
    ran = shell("codes", "load-pairs", "ptp_2026Q4.txt", "--into", "mine")
    assert (ran.code, ran.err) == (0, "")
    assert "2026-Q4: 4 rows of code pairs, for services until 2026-12-31" in ran.out
    assert answers(shell, "--codes", "mine")["plan_pairs_are_shown_apart"] == "not_met"
    assert shell("codes", "load-maxima", "MUE_Practitioner_Eff_10-01-2026.csv", "--into", "mine").code == 0
    assert shell("codes", "load", "icd10cm_order_2027.txt", "--into", "mine").code == 0
    assert answers(shell, "--codes", "mine") == dict(zip(RULES, ("not_met", "met", "not_met"), strict=True))


def test_the_setting_serves_every_verb(shell: Shell, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office sets it once and forgets about it."""
    shell("codes", "load-pairs", "ptp_2026Q4.txt", "--into", "mine")
    monkeypatch.setenv("NECESSITY_CODES", "mine")
    assert answers(shell)["plan_pairs_are_shown_apart"] == "not_met"
    pairs = json.loads(shell("codes", "pairs", "97110", "97150", "--on", "2026-11-09", "--json").out)
    assert (pairs["edition"], pairs["is_loaded"]) == ("2026-Q4", True)
    assert shell("codes", "icd", "M54.50", "--on", "2026-05-01").code == 0
    assert shell("packet", "late", "--to", "plan", "-o", "p.pdf", "--on", "2026-11-20").err == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("load-pairs", "MUE_Practitioner_Eff_10-01-2026.csv"), 3, "not a file of NCCI PTP"),
        (("load-maxima", "ptp_2026Q4.txt"), 3, "not a file of NCCI MUE"),
        (("load-pairs", "ptp_2026Q4.txt", "--quarter", "spring"), 2, "--quarter 2026-Q2"),
        (("load-pairs", "nowhere_2026Q4.txt"), 2, "cannot be read"),
        (("load-pairs",), 2, "No file is named"),
    ],
)
def test_a_wrong_file_or_quarter_is_refused(
    shell: Shell, case: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    """Pairs read as maxima would allow 97,110 units."""
    ran = shell("codes", *words, "--into", "mine")
    assert (ran.code, said in ran.err, "→" in ran.err) == (code, True, True)
    assert not (shell.folder / "mine").exists()


def test_a_folder_without_tables_or_with_a_spoilt_one_is_told(shell: Shell, case: Path) -> None:
    """A silent fall back to the shipped tables would be another answer than the one asked for."""
    assert shell("decide", "late", "--codes", "nowhere").code == 2
    shell("codes", "load-pairs", "ptp_2026Q4.txt", "--into", "mine")
    kept = shell.folder / "mine" / "ncci_pairs_2026-q4.txt"
    kept.write_text(kept.read_text(encoding="utf-8").replace("2020-01-01", "2020-99-01"), encoding="utf-8")
    ran = shell("decide", "late", "--on", "2026-11-20", "--codes", "mine")
    assert (ran.code, "ncci_pairs_2026-q4.txt cannot be read" in ran.err) == (3, True)
    kept.write_text("something else", encoding="utf-8")
    assert shell("decide", "late", "--codes", "mine").code == 3
