"""`necessity read` and `codes reason` from outside."""

import json
from datetime import date
from pathlib import Path

import pytest

from necessity.domain.full_claim import ClaimPayer, Name
from necessity.formats.fax_cover.contents import FaxCover
from necessity.formats.fax_cover.write import write
from tests import packets
from tests.conftest import GOLDEN, Golden
from tests.console import Shell
from tests.messages import every_kind, message_277ca, message_835, message_837p, message_999, message_ta1


def write_cover() -> bytes:
    """A small paper of ours."""
    to, sender = ClaimPayer(name="Example Plan"), Name(last="Ada")
    return write(FaxCover(to=to, sender=sender, control_number="fsa-1", made_on=date(2026, 7, 1)))


def put(shell: Shell, name: str, text: str) -> str:
    file = Path(shell.folder) / name
    file.write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("837P", message_837p()),
        ("835", message_835()),
        ("999", message_999()),
        ("277CA", message_277ca()),
        ("TA1", message_ta1()),
    ],
)
def test_each_kind_is_recognised_and_shown(shell: Shell, golden: Golden, kind: str, text: str) -> None:
    """A person who got a file need not know what it is called."""
    ran = shell("read", put(shell, f"{kind}.x12", text))
    assert ran.code == 0, ran.err
    golden.check(GOLDEN / "x12_read" / f"{kind}.expected", ran.out)


def test_the_document_has_kind_claims_and_findings(shell: Shell) -> None:
    """Scripts read these keys."""
    ran = shell("read", put(shell, "a.x12", message_835().replace("CAS*PR*2*16", "CAS*PR*2*15", 1)), "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["kind"], said["required_findings"]) == (1, "835", 2)
    assert [one["control_number"] for one in said["claims"]] == ["CHEN-1", "CHEN-2"]
    assert said["totals"]["paid_cents"] == 12300
    first = said["findings"][0]
    assert {"check", "segment", "position", "element", "where", "message", "next_step"} <= set(first)


def test_a_file_of_several_kinds_is_read_whole(shell: Shell) -> None:
    """A pick-up folder glues what came in one night."""
    said = json.loads(shell("read", put(shell, "all.x12", every_kind()[-1]), "--json").out)
    assert said["kind"] == "835+999+TA1"


@pytest.mark.parametrize("text", ["", "no message at all", "%PDF-1.7"])
def test_what_no_reader_knows_ends_with_three(shell: Shell, text: str) -> None:
    """Unreadable is 3, in words."""
    ran = shell("read", put(shell, "x", text))
    assert (ran.code, ran.out) == (3, "")
    assert "→" in ran.err


def test_a_file_that_is_not_there_ends_with_three(shell: Shell) -> None:
    """A wrong path is told, not traced."""
    ran = shell("read", "nowhere.x12")
    assert ran.code == 3
    assert "cannot be opened" in ran.err


def test_reason_50_says_what_to_do(shell: Shell) -> None:
    """The number on the paper is all that people have."""
    ran = shell("codes", "reason", "50")
    assert ran.code == 0
    assert "Appeal with the letter" in ran.out
    said = json.loads(shell("codes", "reason", "MA130", "--json").out)
    assert (said["kind"], said["is_alert"]) == ("remark", False)
    assert shell("codes", "reason", "9999").code == 1


def test_a_paper_of_ours_is_read_and_a_foreign_one_told(shell: Shell) -> None:
    """A folder of PDFs is what people have after a year."""
    (shell.folder / "statement.pdf").write_bytes(write_cover())
    (shell.folder / "scan.pdf").write_bytes(packets.pdf("from elsewhere"))
    ours, foreign = shell("read", "statement.pdf"), shell("read", "scan.pdf")
    assert (ours.code, ours.err, foreign.code) == (0, "", 1)
    assert "It is as it was written" in ours.out
    assert "letter lint FILE" in foreign.out
    said = json.loads(shell("read", "statement.pdf", "--json").out)
    assert (said["kind"], said["answers"][0]["control_number"]) == ("fax", "fsa-1")
