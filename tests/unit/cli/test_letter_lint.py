"""`necessity letter lint`, from outside."""

import json

import pytest

from tests.conftest import EXAMPLES
from tests.console import Shell
from tests.linted_letters import good_letters


def _keep(shell: Shell, name: str, text: str) -> str:
    (shell.folder / name).write_text(text, encoding="utf-8")
    return name


def test_a_good_letter_ends_well_and_promises_nothing(shell: Shell) -> None:
    """The page says what was read and that whoever pays decides."""
    name = _keep(shell, "letter.txt", good_letters()["02_form_diabetes.txt"].text)
    ran = shell("letter", "lint", name, "--to", "fsafeds", "--on", "2026-04-10")
    assert ran.code == 0
    assert "14 of 14 facts asked for stand in it" in ran.out
    assert "Nothing to say against it." in ran.out
    assert "no promise" in ran.out


def test_a_fault_is_shown_with_line_words_source_and_fix(shell: Shell) -> None:
    """Everything a person needs to mend it stands together."""
    text = good_letters()["01_prose_back.txt"].text.replace("to do it safely.", "to get in shape.")
    ran = shell("letter", "lint", _keep(shell, "letter.txt", text), "--on", "2026-03-05")
    assert ran.code == 1
    assert "line 18" in ran.out
    assert "get in shape" in ran.out
    assert "26 CFR 1.213-1(e)(1)(ii)" in ran.out
    assert "→ Ask the clinician" in ran.out


def test_as_json_there_is_one_document(shell: Shell) -> None:
    """A portal reads score, facts and findings."""
    name = _keep(shell, "letter.txt", good_letters()["01_prose_back.txt"].text)
    ran = shell("letter", "lint", name, "--to", "fsafeds", "--on", "2026-03-05", "--json")
    said = json.loads(ran.out)
    assert said["score"] == {"met": 11, "of": 14}
    assert {one["id"] for one in said["findings"]} == {
        "account_holder_missing",
        "employer_missing",
        "member_id_missing",
    }
    assert said["findings"][0]["source_kind"] == "payer_document"


def test_a_pdf_is_held_against_its_case(shell: Shell) -> None:
    """The letter of an example agrees with the example."""
    folder = EXAMPLES / "01_hsa_back_pain"
    letter = folder / "papers" / "letter.pdf"
    ran = shell("letter", "lint", str(letter), "--case", str(folder), "--source", "hsa", "--on", "2026-03-05", "--json")
    assert {one["id"] for one in json.loads(ran.out)["findings"]} == {"signature_not_seen"}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("no-such.txt",), 2, "is not a file"),
        (("binary.bin",), 3, "neither text in UTF-8 nor a PDF"),
        (("wrong.json",), 3, "not a letter's draft"),
        (("letter.txt", "--to", "fsafed"), 2, "Did you mean 'fsafeds'"),
        (("letter.txt", "--kind", "hra", "--to", "fsafeds"), 2, "no such account"),
    ],
)
def test_bad_input_is_told_in_words(shell: Shell, words: tuple[str, ...], code: int, told: str) -> None:
    """No traceback, and something to do."""
    (shell.folder / "binary.bin").write_bytes(b"\xff\xfe\x00\x81")
    _keep(shell, "wrong.json", "{}")
    _keep(shell, "letter.txt", good_letters()["01_prose_back.txt"].text)
    ran = shell("letter", "lint", *words)
    assert ran.code == code
    assert told in ran.err
    assert "→" in ran.err
