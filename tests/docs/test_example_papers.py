"""The papers of the examples say what their records say, and can be made again."""

import subprocess
from pathlib import Path

import pytest

from necessity.domain.case import Case
from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tools.make_example_papers import day, papers_of

FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/papers"))
MOST_BYTES, MOST_BYTES_IN_ALL = 60_000, 1_500_000


def text_of(paper: Path) -> str:
    """Read a PDF as a person would, line ends aside."""
    read = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True, text=True)
    return " ".join(read.stdout.split())


def letters() -> list[tuple[Path, Case]]:
    found = []
    for folder in FOLDERS:
        case = load_case(folder).case
        found += [(folder / letter.file, case) for letter in case.letters if letter.file]
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_papers_are_in_step_with_their_records(folder: Path) -> None:
    """A letter that says something else than its record makes the whole example untrue."""
    made = papers_of(folder)
    assert made == papers_of(folder)
    assert set(made) == set((folder / "papers").iterdir())
    pdfs = {path: content for path, content in made.items() if path.suffix == ".pdf"}
    stale = [path.name for path, content in pdfs.items() if path.read_bytes() != content]
    assert stale == [], "run: python tools/make_example_papers.py"


def test_the_papers_are_small() -> None:
    """They lie in the repository for ever."""
    sizes = {path: path.stat().st_size for folder in FOLDERS for path in (folder / "papers").iterdir()}
    assert {path.name: size for path, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) < MOST_BYTES_IN_ALL


@pytest.mark.parametrize(("paper", "case"), letters(), ids=lambda given: getattr(given, "parts", [""])[-3:][0])
def test_a_letter_says_what_its_record_says(paper: Path, case: Case) -> None:
    """Somebody will read the letter beside the answer."""
    text, letter = text_of(paper), case.letters[0]
    condition = next(c for c in case.conditions if c.id == letter.condition)
    facts = [case.patient.name, condition.name, condition.code, day(letter.signed_on), day(letter.effective_to)]
    assert [fact for fact in facts if str(fact) not in text] == []
    assert "medically necessary" in text
    assert ("It is not for general health" in text) is letter.states_not_general_health
    assert (f"in person on {day(letter.last_seen_on)}" in text) is (letter.visit_basis == "in_person")
    assert "Not a real letter" in text
