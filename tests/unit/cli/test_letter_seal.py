"""The commands around seals, as a person runs them."""

import json
from pathlib import Path

import pytest

from necessity.cli import clock, key_home
from necessity.domain.letter_draft import LetterDraft
from necessity.domain.letter_life import EventKind
from necessity.domain.signature import SignerLevel, SigningMethod
from necessity.stores.folder import load_case, save_case
from necessity.workflow.seal_letter import signature_json
from necessity.workflow.send_letter import Moment, Reach, noted, send
from tests import cast, packets, seals
from tests.console import Shell


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys of their own, a clock that stands, and plain pages."""
    monkeypatch.setenv("NECESSITY_HOME", str(tmp_path / "home"))
    for name in ("NECESSITY_SEAL_PASSPHRASE", "NECESSITY_PFX_PASSPHRASE", "NECESSITY_PKCS11_PIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(clock, "moment", lambda: (seals.NOW, seals.NOW.date()))
    monkeypatch.setattr(key_home, "letter_pages", lambda: seals.pages)
    return tmp_path / "home"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    save_case(folder, cast.ada().model_copy(update={"letters": ()}), None)
    (folder / "papers" / "letters").mkdir()
    return folder


def keep(case: Path, draft: LetterDraft, **signature: object) -> None:
    """Store draft, signature and history as the letter's life does."""
    record = load_case(case)
    now = Moment(seals.SIGNED_AT, seals.SIGNED_AT.date(), "Dr. Ghali")
    events = record.case.letter_events
    asked = draft.model_copy(update={"clinician": seals.draft().clinician, "questions": ()})
    events = send(record.case, asked, now, to="ghali@example.org", reach=Reach.PATIENT_ADDRESS)
    signed = {"signer": "ghali", "method": SigningMethod.TYPED, "draft_sha256": draft.sha256}
    events = noted(events, draft.letter, draft.version, EventKind.SIGNED, now, **signed)
    save_case(case, record.case.model_copy(update={"letter_events": events}), record.version)
    name = f"{draft.letter}-v{draft.version}"
    letters = case / "papers" / "letters"
    (letters / f"{name}.json").write_bytes(draft.as_json())
    (letters / f"{name}.signature.json").write_bytes(signature_json(seals.signature(draft, **signature)))


def test_a_signed_letter_is_sealed_and_verified(shell: Shell, case: Path) -> None:
    """The whole way, with the key made on the way."""
    keep(case, seals.draft())
    made = shell("letter", "seal", "ada", "letter1", "-o", "out/letter.pdf")
    assert (made.code, made.err) == (0, "")
    assert "letter1, version 1, sealed" in made.out
    found = shell("letter", "verify", "out/letter.pdf")
    assert (found.code, found.err) == (0, "")
    assert "not a byte has changed" in found.out
    assert "Dr. Ghali, typed name" in found.out
    assert "does not show which person signed" in " ".join(found.out.split())


def test_verify_gives_one_json_document(shell: Shell, case: Path) -> None:
    """For programs: state, case, signer, findings."""
    keep(case, seals.draft())
    assert shell("letter", "seal", "ada", "letter1", "-o", "letter.pdf", "--json").code == 0
    document = json.loads(shell("letter", "verify", "letter.pdf", "--json").out)
    assert (document["state"], document["case"], document["signature"]["level"]) == ("intact", "ada", 1)


def test_the_newest_version_is_sealed_unless_another_is_named(shell: Shell, case: Path) -> None:
    """Ten comes after nine."""
    for version in range(1, 11):
        keep(case, seals.draft(version=version, replaces="letter1" if version > 1 else None))
    made = json.loads(shell("letter", "seal", "ada", "letter1", "-o", "a.pdf", "--json").out)
    assert made["version"] == 10
    made = json.loads(shell("letter", "seal", "ada", "letter1", "-o", "b.pdf", "--version", "9", "--json").out)
    assert made["version"] == 9


def test_an_incomplete_letter_is_not_sealed_and_says_which_fact_is_open(shell: Shell, case: Path) -> None:
    """No file is written."""
    keep(case, seals.draft(questions=(seals.question(),)))
    made = shell("letter", "seal", "ada", "letter1", "-o", "letter.pdf")
    assert made.code == 1
    assert "How many sessions a week?" in made.out
    assert not (case.parent / "letter.pdf").exists()


def test_level_0_is_sealed_and_said_not_to_be_in_force(shell: Shell, case: Path) -> None:
    """In both commands."""
    keep(case, seals.draft(), level=SignerLevel.ADDRESS_FROM_PATIENT)
    made = shell("letter", "seal", "ada", "letter1", "-o", "letter.pdf")
    assert made.code == 0
    assert "does not put the letter in force" in " ".join(made.out.split())
    assert "not in force" in " ".join(shell("letter", "verify", "letter.pdf").out.split())


@pytest.mark.parametrize(
    ("letter", "said"),
    [("letter9", "was sent from here"), ("letter1", "was sent from here"), ("../x", "was sent from here")],
)
def test_what_is_not_there_is_said(shell: Shell, case: Path, letter: str, said: str) -> None:
    """Wrong usage, in words."""
    (case / "papers" / "letters" / "letter1-v1.json").write_bytes(seals.draft().as_json())
    made = shell("letter", "seal", "ada", letter, "-o", "letter.pdf")
    assert made.code == 2
    assert said in made.err


def test_a_stored_letter_that_was_spoilt_is_unreadable(shell: Shell, case: Path) -> None:
    """With the place of the fault."""
    keep(case, seals.draft())
    (case / "papers" / "letters" / "letter1-v1.json").write_text("{}")
    made = shell("letter", "seal", "ada", "letter1", "-o", "letter.pdf")
    assert made.code == 3
    assert "drafted_on" in made.err


def test_verify_ends_with_1_for_what_is_not_ours_or_not_whole(shell: Shell, tmp_path: Path) -> None:
    """Foreign, altered, unsealed."""
    content, _ = seals.sealed(tmp_path / "elsewhere")
    for name, file, said in (
        ("foreign", content, "does not know"),
        ("altered", content + b"\n", "changed"),
        ("unsealed", packets.pdf("Letter"), "no seal"),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(file)
        found = shell("letter", "verify", f"{name}.pdf")
        assert (found.code, found.err) == (1, "")
        assert said in " ".join(found.out.split())


def test_verify_ends_with_3_for_what_cannot_be_read(shell: Shell, tmp_path: Path) -> None:
    """Missing, no PDF, locked: each with the reason."""
    (tmp_path / "text.pdf").write_text("hello")
    (tmp_path / "locked.pdf").write_bytes(packets.pdf("x", password="secret"))
    for name, said in (
        ("missing.pdf", "cannot be read"),
        ("text.pdf", "does not begin as a PDF"),
        ("locked.pdf", "password"),
    ):
        found = shell("letter", "verify", name)
        assert (found.code, found.out) == (3, "")
        assert said in found.err
        assert "→" in found.err


def test_verify_makes_no_keys(shell: Shell, home: Path, tmp_path: Path) -> None:
    """Whoever only looks leaves nothing behind."""
    (tmp_path / "letter.pdf").write_bytes(packets.pdf("Letter"))
    shell("letter", "verify", "letter.pdf")
    assert not home.exists()


def test_keys_are_shown_rotated_and_replaced_by_an_operator_s(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list grows; the last one seals."""
    assert "No key yet" in shell("letter", "keys", "show").out
    assert shell("letter", "keys", "rotate").code == 0
    (tmp_path / "own.pfx").write_bytes(seals.operator_pfx("secret"))
    wrong = shell("letter", "keys", "use", "own.pfx")
    assert (wrong.code, "NECESSITY_PFX_PASSPHRASE" in wrong.err) == (3, True)
    monkeypatch.setenv("NECESSITY_PFX_PASSPHRASE", "secret")
    assert shell("letter", "keys", "use", "own.pfx").code == 0
    listed = json.loads(shell("letter", "keys", "show", "--json").out)["certificates"]
    assert [(one["kind"], one["until_at"] is None) for one in listed] == [("own", False), ("pfx", True)]
    shown = shell("letter", "keys", "show")
    assert "seals now, an operator's own" in " ".join(shown.out.split())
    assert "retired" in shown.out


def test_use_needs_a_file_or_a_whole_token(shell: Shell) -> None:
    """Half a place is no place."""
    for words in ((), ("--pkcs11", "x.so"), ("own.pfx", "--pkcs11", "x.so", "--token", "a", "--key", "b")):
        found = shell("letter", "keys", "use", *words)
        assert found.code == 2
        assert "--pkcs11, --token and --key" in found.err


def test_the_folder_follows_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NECESSITY_HOME, else the user's data."""
    assert key_home.keys_folder() == tmp_path / "home" / "keys"
    monkeypatch.delenv("NECESSITY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert key_home.keys_folder() == tmp_path / "data" / "necessity" / "keys"
