"""`necessity letter draft` and `papers` from outside: what a person sees, and what ends with which code."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from necessity.cli import clock
from necessity.domain.letter_draft import LetterDraft
from necessity.stores.folder import save_case
from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.docs.test_words import promises
from tests.letters import back_pain, obesity

ON = ("--on", "2026-05-11")


@pytest.fixture
def folder(shell: Shell) -> Path:
    save_case(shell.folder / "case", back_pain(), None)
    return shell.folder / "case"


def test_a_draft_is_read_on_the_screen_with_what_is_open(shell: Shell, folder: Path) -> None:
    """No file is needed to see what the letter would say."""
    ran = shell("letter", "draft", "case", "--to", "fsafeds", *ON)
    assert (ran.code, ran.err) == (0, "")
    assert "LETTER OF MEDICAL NECESSITY" in ran.out
    assert "✔ letter1, version 1: a draft, not signed, for FSAFEDS" in ran.out
    assert "[ ] Therapy or rehabilitation instead." in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 100
    assert promises(ran.out) == []


def test_a_letter_that_waits_for_an_answer_ends_with_one(shell: Shell) -> None:
    """A script must not take it for ready."""
    save_case(shell.folder / "case", obesity(), None)
    ran = shell("letter", "draft", "case", *ON)
    assert ran.code == 1
    assert "in case.toml, order order1: reason" in ran.out


@pytest.mark.parametrize("kind", ["pdf", "txt", "json"])
def test_the_name_of_the_file_says_what_is_written(shell: Shell, folder: Path, kind: str) -> None:
    """One option, three forms."""
    ran = shell("letter", "draft", "case", "-o", f"out/letter.{kind}", *ON)
    assert (ran.code, ran.err) == (0, "")
    content = (shell.folder / f"out/letter.{kind}").read_bytes()
    starts = {"pdf": b"%PDF-", "txt": b"Dr. Ghali, MD\n", "json": b'{"account_holder_name"'}
    assert content.startswith(starts[kind])
    assert "LETTER OF MEDICAL NECESSITY" not in ran.out


def test_json_is_the_draft_and_nothing_else(shell: Shell, folder: Path) -> None:
    """Other programs read it."""
    ran = shell("letter", "draft", "case", "--json", *ON)
    draft = LetterDraft.model_validate(json.loads(ran.out)["draft"])
    assert (draft.case, draft.letter) == ("ada", "letter1")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-o", "letter.doc"), "End its name with one of: .pdf, .txt, .json."),
        (("--to", "nobody"), "Name one of: healthequity, fsafeds, wageworks, takecommand."),
        (("--to", "health_fsa"), "names more than one"),
        (("--replaces", "letter9"), "Name one of: letter1."),
    ],
)
def test_what_was_mistyped_is_told_with_what_there_is(
    shell: Shell, folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    """A person must be able to go on from the message alone."""
    ran = shell("letter", "draft", "case", *arguments, *ON)
    assert ran.code == 2
    assert says in ran.err


def test_a_red_flag_is_an_answer_with_words_to_show_a_clinician(shell: Shell) -> None:
    """Nothing is drafted, and the person is sent to somebody who can look."""
    patient = back_pain().patient.model_copy(update={"red_flag_found": None, "screen_faintness": True})
    save_case(shell.folder / "case", back_pain().model_copy(update={"patient": patient}), None)
    for command in (("draft", "case"), ("papers", "case", "--kind", "training-plan", "-o", "plan.pdf")):
        ran = shell("letter", *command, *ON)
        assert ran.code == 1
        assert "✘ No letter is drafted." in ran.out
        assert "Show this to a clinician." in ran.out
        assert "Fainting and dizziness" in " ".join(ran.out.split())
    assert not (shell.folder / "plan.pdf").exists()
    ran = shell("letter", "draft", "case", "--json", *ON)
    assert json.loads(ran.out)["draft"] is None


@pytest.mark.parametrize("kind", ["order", "patient-statement", "training-plan", "session-note", "progress-report"])
def test_each_paper_is_written_as_pdf_and_as_text(shell: Shell, folder: Path, kind: str) -> None:
    """For the printer, and for whoever keeps records elsewhere."""
    for ending, start in (("pdf", b"%PDF-"), ("txt", b"")):
        ran = shell("letter", "papers", "case", "--kind", kind, "-o", f"{kind}.{ending}", *ON)
        assert (ran.code, ran.err) == (0, "")
        assert (shell.folder / f"{kind}.{ending}").read_bytes().startswith(start)


def test_a_renewal_goes_on_from_a_letter_that_came_as_paper(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's letter ran until August; its score was measured again in May."""
    shutil.copytree(EXAMPLES / "01_hsa_back_pain", shell.folder / "case")
    monkeypatch.setattr(clock, "moment", lambda: (datetime(2026, 8, 20, 15, tzinfo=UTC), date(2026, 8, 20)))
    ran = shell("letter", "renew", "case", "letter1", "--by", "Ada", "-o", "renewal.txt")
    assert (ran.code, "since the earlier letter" in ran.out) == (0, True)
    said = " ".join((shell.folder / "renewal.txt").read_text(encoding="utf-8").split())
    assert "Renews: letter1" in said
    assert "42% at the start, 30% on 26 May 2026. That is 55 percent of the way to 20%." in said


def test_a_file_that_cannot_be_written_is_told(shell: Shell, folder: Path) -> None:
    """The disk's own words, and what to do."""
    (shell.folder / "taken").write_text("a file", encoding="utf-8")
    ran = shell("letter", "draft", "case", "-o", "taken/letter.pdf", *ON)
    assert ran.code == 4
    assert "Name another file with -o." in ran.err
