"""`handover`, from outside: the page, the file, and what it ends with."""

import json
import shutil

import pytest

from tests.conftest import EXAMPLES
from tests.console import Shell

DAY = ("--on", "2026-06-30")


@pytest.mark.parametrize(
    ("example", "code", "says"),
    [
        ("17_journey_therapy_code_under_a_therapist", 0, "What remains: Cannot climb"),
        ("06_knee_replacement", 1, "- why therapy ended"),
        ("01_hsa_back_pain", 1, "training_follows_therapy=yes"),
    ],
)
def test_the_page_ends_well_only_when_it_is_whole(shell: Shell, example: str, code: int, says: str) -> None:
    """A script must see that something is missing."""
    shutil.copytree(EXAMPLES / example, shell.folder / "case")
    ran = shell("handover", "case", *DAY)
    assert (ran.code, ran.err, says in ran.out) == (code, "", True)
    assert json.loads(shell("handover", "case", *DAY, "--json").out)["file"] is None


def test_without_therapy_before_there_is_nothing_to_do(shell: Shell) -> None:
    """A stated no is an answer."""
    shutil.copytree(EXAMPLES / "01_hsa_back_pain", shell.folder / "case")
    shell("answer", "case", "training_follows_therapy=no")
    ran = shell("handover", "case", *DAY, "-o", "out.txt")
    assert (ran.code, "nothing was handed over" in ran.out) == (0, True)
    assert not (shell.folder / "out.txt").exists()


def test_a_file_is_written_and_named(shell: Shell) -> None:
    """It goes to the trainer."""
    shutil.copytree(EXAMPLES / "17_journey_therapy_code_under_a_therapist", shell.folder / "case")
    said = json.loads(shell("handover", "case", *DAY, "-o", "out/page.txt", "--json").out)
    assert (said["file"], said["missing"]) == ("out/page.txt", [])
    assert (shell.folder / "out" / "page.txt").read_text("utf-8").startswith("Hand-over from therapy to training\n")
    (shell.folder / "taken").write_text("", encoding="utf-8")
    ran = shell("handover", "case", *DAY, "-o", "taken/page.txt")
    assert (ran.code, "taken/page.txt" in ran.err) == (4, True)
