"""The page about FHIR documents: what it tells a person to run, runs."""

import re
from pathlib import Path

import pytest

from necessity.formats.fhir.writing.build import to_json
from tests.conftest import EXAMPLES, ROOT
from tests.fhir_documents import claim_response

PAGE = (ROOT / "docs" / "how-to" / "exchange-fhir-documents.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "examples").symlink_to(EXAMPLES)
    (tmp_path / "answer.json").write_bytes(to_json(claim_response()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_can_be_followed_from_top_to_bottom(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that does not run is worse than none."""
    write, read, shown, check = (text for _, text in BLOCKS)
    names: dict[str, object] = {}
    exec(write, names)
    exec(read, names)
    assert capsys.readouterr().out == shown
    (folder / "claim.json").write_bytes((folder / "prescription.json").read_bytes())
    exec(check, names)
    assert capsys.readouterr().out == ""
