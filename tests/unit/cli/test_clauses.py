"""`clauses`, from outside: a text is read, sentences are shown, and only what is named is kept."""

import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from necessity.stores.folder import load_case
from tests.conftest import EXAMPLES
from tests.console import Shell

TEXT = """Exclusions
(a) Exercise equipment, even if prescribed;
(b) Gyms.
Page 41
"""


@pytest.fixture
def folder(shell: Shell) -> Path:
    """Put a case and a plan's text into the shell's folder."""
    (shell.folder / "plan.txt").write_text(TEXT, encoding="utf-8")
    return Path(shutil.copytree(EXAMPLES / "01_hsa_back_pain", shell.folder / "case"))


def test_looking_changes_nothing(shell: Shell, folder: Path) -> None:
    """A suggestion decides nothing."""
    before = (folder / "case.toml").read_bytes()
    ran = shell("clauses", "case", "plan.txt", "--source", "hsa")
    assert (ran.code, ran.err) == (0, "")
    assert 'exclusion, page 41\n   "Exercise equipment, even if prescribed;"' in ran.out
    assert "--keep 1" in ran.out
    assert (folder / "case.toml").read_bytes() == before


def test_what_is_named_is_kept_and_shown_as_kept(shell: Shell, folder: Path) -> None:
    """Whoever runs it again must see what is done."""
    ran = shell("clauses", "case", "plan.txt", "--source", "hsa", "--keep", "1, 2=limit")
    assert (ran.code, ran.err) == (0, "")
    assert "that is taken back" in ran.out
    kept = load_case(folder).case.funding_sources[0].clauses
    assert [(clause.id, clause.kind, clause.page) for clause in kept] == [
        ("page-41", "exclusion", "41"),
        ("page-41-2", "limit", "41"),
    ]
    said = json.loads(shell("clauses", "case", "plan.txt", "--source", "hsa", "--json").out)
    assert [one["kept_as"] for one in said["suggestions"]] == ["page-41", "page-41-2"]
    assert (
        "already in the record as clause page-41"
        in shell("clauses", "case", "plan.txt", "--source", "hsa", "--keep", "1").out
    )


def test_pasted_text_is_read_from_a_dash(shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most people copy from a screen."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    said = json.loads(shell("clauses", str(folder), "-", "--source", "hsa", "--json").out)
    assert [one["kind"] for one in said["suggestions"]] == ["exclusion", "exclusion"]


def test_a_text_without_such_words_is_no_proof(shell: Shell, folder: Path) -> None:
    """Silence of a word list is not silence of the plan."""
    (shell.folder / "plan.txt").write_text("Dental care is covered.", encoding="utf-8")
    assert "does not show that the plan is silent" in shell("clauses", str(folder), "plan.txt", "--source", "hsa").out


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [(b"%PDF-1.7 ...", 3, "is a PDF"), (b"\xff\xfeG\x00", 3, "no text in UTF-8"), (None, 2, "cannot be read")],
)
def test_what_is_no_text_is_refused_with_a_way_out(
    shell: Shell, folder: Path, content: bytes | None, code: int, says: str
) -> None:
    """Plans come as PDFs; nobody should have to guess what to do."""
    if content is None:
        (shell.folder / "plan.txt").unlink()
    else:
        (shell.folder / "plan.txt").write_bytes(content)
    ran = shell("clauses", str(folder), "plan.txt", "--source", "hsa")
    assert (ran.code, says in ran.err, "→ " in ran.err) == (code, True, True)
