"""Outbox and packet commands as a person runs them, with a real OpenSSH server where one is needed."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import tomli_w

from necessity.formats.pdf import attach, open_pdf, save
from necessity.stores.folder import save_case
from tests import cast, packets, seals
from tests.console import Shell
from tests.messages import message_837p
from tests.openssh import OpenSsh, openssh, settings_of


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "bruno"
    save_case(folder, cast.bruno(), None)
    (tmp_path / "packet.pdf").write_bytes(packets.pdf("one", "two"))
    return folder


def test_a_packet_goes_by_portal_from_added_to_confirmed(shell: Shell, case: Path) -> None:
    """The whole way, each step noted."""
    added = shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "portal", "--on", "2026-09-02")
    assert (added.code, added.err) == (0, "")
    assert "1. Have" in added.out
    assert shell("outbox", "bruno", "sent", "fsa-portal", "--reference", "C-1", "--on", "2026-09-03").code == 0
    assert shell("outbox", "bruno", "confirmed", "fsa-portal", "--note", "by e-mail", "--on", "2026-09-05").code == 0
    listed = shell("outbox", "bruno")
    assert "fsa-portal: confirmed since 5 Sep 2026, by portal, number C-1" in listed.out
    shown = json.loads(shell("outbox", "bruno", "show", "fsa-portal", "--json").out)
    assert [step["state"] for step in shown["history"]] == ["sent", "confirmed"]
    assert shown["steps"] == []
    assert json.loads(shell("outbox", "bruno", "--json").out)["items"][0]["pages"] == 2


@pytest.mark.parametrize(
    "words",
    [
        ("add",),
        ("add", "packet.pdf"),
        ("add", "packet.pdf", "--to", "nobody", "--by", "post"),
        ("add", "packet.pdf", "--to", "fsa", "--by", "post", "--claim", "none-such"),
        ("show",),
        ("show", "nothing"),
        ("sent", "nothing"),
        ("send", "nothing", "--server", "nowhere.toml"),
        ("fetch", "--server", "nowhere.toml"),
        ("juggle",),
    ],
)
def test_wrong_use_is_told_with_what_to_do(shell: Shell, case: Path, words: tuple[str, ...]) -> None:
    """No traceback, no exit code of success."""
    told = shell("outbox", "bruno", *words)
    assert told.code == 2
    assert "→" in told.err


def test_an_address_sheet_is_one_page_that_says_nothing_of_health(shell: Shell, case: Path, tmp_path: Path) -> None:
    """It may be read through an envelope's window."""
    text = (case / "case.toml").read_text()
    at = '\n[funding_source.claims_address]\nstreet = "1 Claims Road"\ncity = "Springfield"\nstate = "OH"\nzip_code = "45501"\n'
    head, found, tail = text.partition("[[funding_source]]\n")
    body, cut, rest = tail.partition("\n[")
    (case / "case.toml").write_text(head + found + body + "\n" + at + cut + rest)
    shell("outbox", "bruno", "add", "packet.pdf", "--to", "fsa", "--by", "post")
    shown = shell("outbox", "bruno", "show", "fsa-post", "--sheet", "sheet.pdf")
    assert (shown.code, shown.err) == (0, "")
    made = (tmp_path / "sheet.pdf").read_bytes()
    assert len(open_pdf(made).pages) == 1
    assert "1 Claims Road, Springfield, OH 45501" in " ".join(shown.out.split())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OpenSsh]:
    (tmp_path / "far").mkdir()
    with openssh(tmp_path / "far") as running:
        settings = settings_of(running, after_pickup="delete")
        (tmp_path / "sftp.toml").write_text(tomli_w.dumps(settings))
        yield running


def test_a_claim_goes_to_a_clearinghouse_once_and_its_answer_is_fetched_once(
    shell: Shell, case: Path, server: OpenSsh, tmp_path: Path
) -> None:
    """Drop and pick-up against OpenSSH itself."""
    (tmp_path / "claim.837").write_text("ISA*00*~")
    shell("outbox", "bruno", "add", "claim.837", "--to", "fsa", "--by", "sftp", "--on", "2026-09-02")
    sent = shell("outbox", "bruno", "send", "fsa-sftp", "--server", "sftp.toml", "--on", "2026-09-02")
    assert (sent.code, sent.err) == (0, "")
    assert "It lies in the drop folder." in sent.out
    (dropped,) = server.drop.iterdir()
    assert dropped.read_text() == "ISA*00*~"
    again = shell("outbox", "bruno", "send", "fsa-sftp", "--server", "sftp.toml")
    assert again.code == 2
    assert "cannot become sent" in again.err
    (server.pickup / "answer.999").write_text("ISA*999~")
    fetched = json.loads(shell("outbox", "bruno", "fetch", "--server", "sftp.toml", "--json").out)
    assert [one["file"] for one in fetched["fetched"]] == ["papers/inbox/answer.999"]
    assert (case / "papers" / "inbox" / "answer.999").read_text() == "ISA*999~"
    assert list(server.pickup.iterdir()) == []
    assert "Nothing new was there." in shell("outbox", "bruno", "fetch", "--server", "sftp.toml").out


def test_a_server_that_is_not_the_pinned_one_ends_with_4_and_the_item_says_why(
    shell: Shell, case: Path, server: OpenSsh, tmp_path: Path
) -> None:
    """The outside's failure, and no file left behind."""
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    (tmp_path / "sftp.toml").write_text(tomli_w.dumps(settings_of(server, host_keys=[other])))
    (tmp_path / "claim.837").write_text("ISA*00*~")
    shell("outbox", "bruno", "add", "claim.837", "--to", "fsa", "--by", "sftp")
    told = shell("outbox", "bruno", "send", "fsa-sftp", "--server", "sftp.toml")
    assert told.code == 4
    assert "not the pinned one" in told.err
    assert "fsa-sftp: failed" in shell("outbox", "bruno").out
    assert list(server.drop.iterdir()) == []


# ── packet verify ─────────────────────────────────────────────────────────


@pytest.fixture
def sealed_packet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A packet with a letter that this installation sealed."""
    from necessity.formats.packet.contents import PaperKind
    from necessity.formats.packet.write import write

    monkeypatch.setenv("NECESSITY_HOME", str(tmp_path / "home"))
    letter, _ = seals.sealed(tmp_path / "home" / "keys")
    paper = packets.paper("letter1", letter, kind=PaperKind.LETTER).model_copy(update={"is_sealed": True})
    (tmp_path / "packet.pdf").write_bytes(write(packets.contents(paper)).pdf)
    return tmp_path / "packet.pdf"


def test_a_packet_with_a_sealed_letter_is_verified(shell: Shell, sealed_packet: Path) -> None:
    """Nothing changed, and the letter in it intact."""
    told = shell("packet", "verify", "packet.pdf")
    assert (told.code, told.err) == (0, "")
    assert "is whole, and nothing in it has changed" in told.out
    assert "✔ letter1.pdf: Sealed by this installation" in told.out
    report = json.loads(shell("packet", "verify", "packet.pdf", "--json").out)
    assert (report["is_whole"], report["case"], report["sealed"][0]["state"]) == (True, "ada", "intact")


def test_a_letter_sealed_elsewhere_is_not_vouched_for(
    shell: Shell, sealed_packet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, but nobody here knows the seal."""
    monkeypatch.setenv("NECESSITY_HOME", str(tmp_path / "another"))
    told = shell("packet", "verify", "packet.pdf")
    assert told.code == 1
    assert "a sealed paper in it is not intact here" in " ".join(told.out.split())


def test_a_letter_changed_inside_a_packet_is_found(shell: Shell, sealed_packet: Path) -> None:
    """By the manifest, and by the seal."""
    with pikepdf.open(sealed_packet, allow_overwriting_input=True) as document:
        spec = document.attachments["letter1.pdf"]
        content = bytearray(spec.get_file().read_bytes())
        content[len(content) // 3] ^= 1
        spec.get_file().obj.write(bytes(content))
        sealed_packet.write_bytes(save(document))
    told = shell("packet", "verify", "packet.pdf")
    assert told.code == 1
    assert "letter1.pdf is not the file that was sealed." in told.out


def test_a_file_slipped_into_a_packet_is_found(shell: Shell, sealed_packet: Path) -> None:
    """The manifest does not know it."""
    document = open_pdf(sealed_packet.read_bytes())
    attach(document, "more.pdf", packets.pdf("x"), "application/pdf", "more", packets.MADE_ON)
    sealed_packet.write_bytes(save(document))
    assert shell("packet", "verify", "packet.pdf").code == 1


def test_what_is_no_packet_or_no_pdf_is_told(shell: Shell, tmp_path: Path) -> None:
    """1 for another PDF, 3 for what cannot be read."""
    (tmp_path / "other.pdf").write_bytes(packets.pdf("x"))
    (tmp_path / "text.pdf").write_bytes(io.BytesIO(b"hello").getvalue())
    assert shell("packet", "verify", "other.pdf").code == 1
    assert shell("packet", "verify", "text.pdf").code == 3
    assert shell("packet", "verify", "none.pdf").code == 3


def test_a_claim_message_is_known_with_its_claims_and_one_that_is_none_is_told(shell: Shell, case: Path) -> None:
    """Written elsewhere, sent from here: its 999 finds its claims all the same."""
    (shell.folder / "one.x12").write_text(message_837p())
    shell("outbox", "bruno", "add", "one.x12", "--to", "fsa", "--by", "sftp", "--on", "2026-09-02")
    (message,) = json.loads(shell("outbox", "bruno", "--json").out)["messages"]
    assert (message["number"], message["receiver_id"]) == (1, "CLEARINGHOUSE")
    (shell.folder / "bad.x12").write_text("ISA*00*~")
    ran = shell("outbox", "bruno", "add", "bad.x12", "--to", "fsa", "--by", "sftp", "--on", "2026-09-02")
    assert (ran.code, "no 999 or TA1 about it will find its claims" in " ".join(ran.out.split())) == (0, True)
