"""The packet command as a person runs it: the payer's limit, parts, and papers that stay at home."""

import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from necessity.formats.packet.check import check
from tests.conftest import EXAMPLES
from tests.console import Shell

PROFILE = """
id = "healthequity"
name = "HealthEquity"
kinds = ["health_fsa"]

[[version]]
portal_max_megabytes = {{ is = 1, cite = "own" }}
portal_takes_one_file = {{ is = {one_file}, cite = "own" }}
calls_account_holder = {{ is = "Member", cite = "own" }}

[[citation]]
id = "own"
kind = "payer_document"
where = "Invented for a test"
says = "One megabyte."
read_on = 2026-11-26
"""


def noisy_pdf() -> bytes:
    """A scan that cannot be made smaller: about 0.7 MB."""
    target = io.BytesIO()
    Image.effect_noise((1200, 1000), 90).save(target, "PDF")
    return target.getvalue()


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "fsa"
    shutil.copytree(EXAMPLES / "02_fsa_diabetes_two_too_early", folder)
    for receipt in (folder / "papers").glob("receipt-*"):
        receipt.write_bytes(noisy_pdf())
    (folder / "papers" / "letter.pdf").write_bytes(noisy_pdf())
    return folder


def with_profile(tmp_path: Path, *, one_file: bool) -> str:
    payers = tmp_path / "own" / "payers"
    payers.mkdir(parents=True)
    (payers / "healthequity.toml").write_text(PROFILE.format(one_file=str(one_file).lower()))
    return str(tmp_path / "own")


def test_what_a_portal_cannot_take_in_one_file_is_written_in_parts(shell: Shell, case: Path, tmp_path: Path) -> None:
    """An operator's own profile counts as the shipped ones do."""
    own = with_profile(tmp_path, one_file=False)
    ran = shell("packet", "fsa", "--to", "fsa", "-o", "out/p.pdf", "--on", "2026-09-01", "--profiles", own, "--json")
    told = json.loads(ran.out)
    assert (ran.code, ran.err, told["missing"]) == (0, "", [])
    assert len(told["files"]) > 1
    assert told["files"][0] == f"out/p-1-of-{len(told['files'])}.pdf"
    for name in told["files"]:
        content = (tmp_path / name).read_bytes()
        assert len(content) <= 1_000_000
        assert check(content) == ()


def test_a_portal_that_takes_one_file_is_told_which_paper_to_leave(shell: Shell, case: Path, tmp_path: Path) -> None:
    """And leaving it out helps."""
    own = with_profile(tmp_path, one_file=True)
    words = ("packet", "fsa", "--to", "fsa", "-o", "p.pdf", "--on", "2026-09-01", "--profiles", own)
    ran = shell(*words)
    assert ran.code == 1
    assert "The heaviest:" in " ".join(ran.out.split())
    heavy = [id for id in ("letter1", "r1", "r2", "r3") if f"{id} (" in ran.out]
    less = shell(*words, *(word for id in heavy for word in ("--leave-out", id)))
    assert less.code == 0, less.out
    assert (tmp_path / "p.pdf").stat().st_size <= 1_000_000


def test_a_paper_that_would_not_go_along_cannot_be_left_out(shell: Shell, case: Path) -> None:
    """A slip of the finger must not look like success."""
    ran = shell("packet", "fsa", "--to", "fsa", "-o", "p.pdf", "--on", "2026-09-01", "--leave-out", "letter9")
    assert ran.code == 2
    assert "letter1" in ran.err
    assert not (case.parent / "p.pdf").exists()


def test_what_the_payer_took_before_is_said(shell: Shell, case: Path) -> None:
    """The person may send less."""
    ran = shell("packet", "fsa", "--to", "fsa", "-o", "p.pdf", "--on", "2026-09-01")
    assert "--leave-out letter1" in " ".join(ran.out.split())


def test_a_gym_at_work_needs_no_packet(shell: Shell, tmp_path: Path) -> None:
    """Use it; nothing needs claiming."""
    (tmp_path / "gym").mkdir()
    (tmp_path / "gym" / "case.toml").write_text(
        'id = "gym"\n[patient]\nname = "Chen"\n[[funding_source]]\nid = "gym"\nkind = "onsite_gym"\n'
    )
    ran = shell("packet", "gym", "--to", "gym", "-o", "p.pdf", "--on", "2026-09-01")
    assert ran.code == 1
    assert "nothing needs claiming" in ran.out


@pytest.mark.parametrize(("example", "source"), [("06_knee_replacement", "plan"), ("08_package_of_20", "fsa")])
def test_the_packets_of_examples_are_whole(shell: Shell, example: str, source: str) -> None:
    """Both were once said to lack an amount or a receipt."""
    shutil.copytree(EXAMPLES / example, shell.folder / example)
    ran = shell("packet", example, "--to", source, "-o", "p.pdf", "--on", "2026-07-01", "--json")
    assert (ran.code, json.loads(ran.out)["missing"]) == (0, [])
    assert shell("packet", "verify", "p.pdf").code == 0
