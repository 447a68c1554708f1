"""Dropping and picking up at a real OpenSSH server: once and only once, whatever breaks in between."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest

from necessity.errors import SettingError, StoreError
from necessity.stores.sftp import SftpStore
from necessity.stores.sftp_server import Secrets, SftpServer, read_server
from necessity.workflow.outbox import Dropped, Picked
from tests.openssh import SSHD, OpenSsh, openssh, settings_of

CONTENT = os.urandom(700_000)
NAME = "claim-0123456789abcdef.837"
PART = f"{NAME}.part"


def test_the_server_is_there() -> None:
    """A test that is silently skipped shows nothing; `make test` installs openssh-server."""
    assert SSHD.exists()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OpenSsh]:
    with openssh(tmp_path) as running:
        yield running


def store(server: OpenSsh, on_piece: Callable[[int], None] | None = None, **more: object) -> SftpStore:
    secrets = Secrets(password=str(more.pop("password", "")))
    return SftpStore(SftpServer.model_validate(settings_of(server, **more)), secrets, on_piece=on_piece)


def drop(
    at: SftpStore, content: bytes = CONTENT, *, renamed: bool = False, begun: Callable[[], None] = lambda: None
) -> Dropped:
    return at.drop(content, NAME, is_being_renamed=renamed, before_rename=begun)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_dropped_whole_under_its_own_name(server: OpenSsh) -> None:
    """The receiver must never see half a claim."""
    seen: list[list[str]] = []
    at = store(server, lambda _: seen.append(names(server.drop)))
    assert drop(at) is Dropped.PLACED
    assert (server.drop / NAME).read_bytes() == CONTENT
    assert names(server.drop) == [NAME]
    assert {tuple(one) for one in seen} == {(PART,)}


def test_the_same_file_is_not_dropped_twice(server: OpenSsh) -> None:
    """A claim that arrives twice is refused as a duplicate, or paid twice and taken back."""
    at = store(server)
    drop(at)
    before = (server.drop / NAME).stat().st_mtime_ns
    sent: list[int] = []
    assert drop(store(server, sent.append)) is Dropped.WAS_THERE
    assert sent == []
    assert (server.drop / NAME).stat().st_mtime_ns == before


def test_another_file_under_the_same_name_is_never_written_over(server: OpenSsh) -> None:
    """The name comes from the digest, so this can only be somebody else's doing."""
    (server.drop / NAME).write_bytes(b"other")
    with pytest.raises(StoreError, match="another file"):
        drop(store(server))
    assert (server.drop / NAME).read_bytes() == b"other"


def test_a_server_with_another_host_key_is_refused_before_anything_is_said(server: OpenSsh) -> None:
    """Somebody in between would get health papers and the password."""
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with pytest.raises(StoreError, match="not the pinned one") as caught:
        drop(store(server, host_keys=(other,)))
    assert caught.value.try_again is False
    assert names(server.drop) == []


def test_a_server_whose_kind_of_key_is_not_pinned_is_refused(server: OpenSsh) -> None:
    """A pinned RSA key says nothing of an Ed25519 one."""
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode().strip()
    with pytest.raises(StoreError):
        drop(store(server, host_keys=(other,)))
    assert names(server.drop) == []


def test_a_connection_that_breaks_half_way_goes_on_where_it_stopped(server: OpenSsh) -> None:
    """Large files over bad lines would else never arrive."""
    pieces: list[int] = []

    def broken_at_half(lies_there: int) -> None:
        pieces.append(lies_there)
        if len(pieces) == 5:
            server.break_off()

    assert drop(store(server, broken_at_half)) is Dropped.PLACED
    assert (server.drop / NAME).read_bytes() == CONTENT
    assert names(server.drop) == [NAME]
    assert len(pieces) < 2 * -(-len(CONTENT) // 65_536), "it began from the start again"


def test_a_half_file_of_other_content_is_begun_anew(server: OpenSsh) -> None:
    """What lies there is only trusted if it is the beginning of this very file."""
    (server.drop / PART).write_bytes(b"x" * 200_000)
    assert drop(store(server)) is Dropped.PLACED
    assert (server.drop / NAME).read_bytes() == CONTENT


def test_a_half_file_longer_than_the_whole_is_begun_anew(server: OpenSsh) -> None:
    """The tail of an older file must not stay behind the new one."""
    (server.drop / PART).write_bytes(CONTENT + b"tail")
    assert drop(store(server)) is Dropped.PLACED
    assert (server.drop / NAME).read_bytes() == CONTENT


def test_a_server_that_never_answers_again_is_told_as_worth_another_try(server: OpenSsh) -> None:
    """Retries end; the person decides when to go on."""
    at = store(server, lambda _: server.break_off(), tries=3)
    with pytest.raises(StoreError, match="3 times") as caught:
        drop(at)
    assert caught.value.try_again is True
    assert names(server.drop) == [PART]
    assert drop(store(server)) is Dropped.PLACED


def test_nobody_there_is_told(server: OpenSsh) -> None:
    """A refused connection is the outside's failure, not a traceback."""
    with pytest.raises(StoreError, match="2 times"):
        drop(store(server, port=1, tries=2))


def test_a_file_that_was_taken_after_an_unknown_outcome_is_not_sent_again(server: OpenSsh) -> None:
    """The reply to the last step got lost, and the receiver empties the folder at once."""
    begun: list[str] = []

    def taken_while_the_line_breaks() -> None:
        begun.append("renaming")
        if len(begun) == 1:
            os.rename(server.drop / PART, server.done / NAME)
            server.break_off()

    assert drop(store(server), begun=taken_while_the_line_breaks) is Dropped.WAS_TAKEN
    assert begun == ["renaming"]
    assert names(server.drop) == []


def test_an_earlier_run_that_ended_in_its_last_step_is_understood(server: OpenSsh) -> None:
    """The program itself may be killed between two lines."""
    assert drop(store(server), renamed=True) is Dropped.WAS_TAKEN
    (server.drop / PART).write_bytes(CONTENT)
    assert drop(store(server), renamed=True) is Dropped.PLACED
    assert drop(store(server), renamed=True) is Dropped.WAS_THERE


def test_two_senders_at_once_leave_one_file(server: OpenSsh) -> None:
    """A person presses twice."""
    done: list[Dropped] = []
    senders = [threading.Thread(target=lambda: done.append(drop(store(server)))) for _ in range(2)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert Dropped.PLACED in done
    assert (server.drop / NAME).read_bytes() == CONTENT
    assert names(server.drop) == [NAME]


def test_a_wrong_password_is_told_and_not_shown(server: OpenSsh, caplog: pytest.LogCaptureFixture) -> None:
    """A secret in a message ends up in a ticket."""
    caplog.set_level("DEBUG")
    with pytest.raises(StoreError, match="does not let") as caught:
        drop(store(server, key_file=None, password="open-sesame-4711"))
    assert caught.value.try_again is False
    assert "open-sesame" not in caplog.text + str(caught.value) + repr(caught.value) + caught.value.next_step


def test_a_right_password_lets_in(tmp_path: Path) -> None:
    """OpenSSH asks the machine's own users, so this server is one in Python."""
    for name in ("drop", "pickup"):
        (tmp_path / name).mkdir()
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Guard(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("me", "right")

    loop = asyncio.new_event_loop()
    listening = asyncssh.listen("127.0.0.1", 0, server_factory=Guard, server_host_keys=[key], sftp_factory=True)
    running = loop.run_until_complete(listening)
    turning = threading.Thread(target=loop.run_forever)
    turning.start()
    try:
        settings = SftpServer(
            host="127.0.0.1",
            port=running.get_port(),
            user="me",
            host_keys=(key.export_public_key().decode().strip(),),
            drop_folder=str(tmp_path / "drop"),
        )
        assert drop(SftpStore(settings, Secrets("right"))) is Dropped.PLACED
        with pytest.raises(StoreError, match="does not let"):
            drop(SftpStore(settings, Secrets("wrong")))
    finally:
        loop.call_soon_threadsafe(running.close)
        loop.call_soon_threadsafe(loop.stop)
        turning.join()
        loop.close()
    assert (tmp_path / "drop" / NAME).read_bytes() == CONTENT


def test_a_wrong_key_is_told(server: OpenSsh, tmp_path: Path) -> None:
    """Keys are changed at the other end without a word."""
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "other"))
    with pytest.raises(StoreError, match="does not let"):
        drop(store(server, key_file=str(tmp_path / "other")))


def test_a_key_that_is_locked_or_missing_is_a_setting(server: OpenSsh, tmp_path: Path) -> None:
    """Only the person can mend that."""
    locked = asyncssh.generate_private_key("ssh-ed25519").export_private_key("pkcs8-pem", "pass")
    (tmp_path / "locked").write_bytes(locked)
    for name in ("locked", "missing"):
        with pytest.raises(SettingError):
            drop(store(server, key_file=str(tmp_path / name)))


def test_a_server_that_lets_nothing_be_written_is_told(tmp_path: Path) -> None:
    """Access to the wrong folder looks like this."""
    with openssh(tmp_path, "internal-sftp -R") as running, pytest.raises(StoreError, match="lets nothing") as caught:
        drop(store(running))
    assert caught.value.try_again is False


def test_a_full_disk_is_told_and_nothing_bears_the_files_name(server: OpenSsh) -> None:
    """/dev/full refuses every byte as a full disk does."""
    (server.drop / PART).symlink_to("/dev/full")
    with pytest.raises(StoreError, match="disk may be full"):
        drop(store(server))
    assert NAME not in names(server.drop)


def test_a_missing_folder_is_told(server: OpenSsh) -> None:
    """Clearinghouses rename their folders."""
    with pytest.raises(StoreError, match="no such folder"):
        drop(store(server, drop_folder="/nowhere/at/all"))


def fetch(at: SftpStore, known: set[tuple[str, int, int]]) -> list[Picked]:
    got: list[Picked] = []

    def keep(picked: Picked) -> None:
        got.append(picked)
        known.add((picked.name, len(picked.content), picked.modified_seconds))

    at.pick_up(lambda *key: key in known, keep)
    return got


def test_answers_are_fetched_once_and_left_as_they_are(server: OpenSsh) -> None:
    """Reading one remittance twice books it twice."""
    (server.pickup / "a.835").write_bytes(b"ISA*835~")
    (server.pickup / "b.999").write_bytes(b"ISA*999~")
    (server.pickup / "c.835.part").write_bytes(b"half")
    (server.pickup / "folder").mkdir()
    known: set[tuple[str, int, int]] = set()
    assert [one.name for one in fetch(store(server), known)] == ["a.835", "b.999"]
    assert fetch(store(server), known) == []
    assert names(server.pickup) == ["a.835", "b.999", "c.835.part", "folder"]


def test_an_answer_that_changed_is_fetched_again(server: OpenSsh) -> None:
    """The same name with other content is another answer."""
    (server.pickup / "a.835").write_bytes(b"one")
    known: set[tuple[str, int, int]] = set()
    fetch(store(server), known)
    (server.pickup / "a.835").write_bytes(b"another")
    assert [one.content for one in fetch(store(server), known)] == [b"another"]


@pytest.mark.parametrize("after", ["delete", "move"])
def test_the_server_is_tidied_as_the_settings_say(server: OpenSsh, after: str) -> None:
    """Some clearinghouses bill for what lies about."""
    (server.pickup / "a.835").write_bytes(b"one")
    fetch(store(server, after_pickup=after, done_folder=str(server.done)), set())
    assert names(server.pickup) == []
    assert names(server.done) == (["a.835"] if after == "move" else [])


def test_what_was_kept_but_not_tidied_is_tidied_without_being_fetched_again(server: OpenSsh) -> None:
    """A run may end between keeping and deleting."""
    (server.pickup / "a.835").write_bytes(b"one")
    known: set[tuple[str, int, int]] = set()
    fetch(store(server), known)
    assert fetch(store(server, after_pickup="delete"), known) == []
    assert names(server.pickup) == []


def test_an_answer_that_cannot_be_kept_stays_on_the_server(server: OpenSsh) -> None:
    """First here, then gone there."""
    (server.pickup / "a.835").write_bytes(b"one")

    def full(_: Picked) -> None:
        raise StoreError("The disk is full.", "Make room.")

    with pytest.raises(StoreError, match="The disk is full"):
        store(server, after_pickup="delete").pick_up(lambda *_: False, full)
    assert names(server.pickup) == ["a.835"]


SETTINGS = 'host = "h"\nuser = "u"\nhost_keys = ["ssh-ed25519 AAAA"]\ndrop_folder = "in"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SETTINGS + 'password = "x"', "holds a password"),
        (SETTINGS + 'passphrase = "x"', "holds a passphrase"),
        (SETTINGS.replace('["ssh-ed25519 AAAA"]', "[]"), "host_keys"),
        (SETTINGS + "port = 0", "port"),
        (SETTINGS + "prot = 22", "prot"),
        (SETTINGS + 'after_pickup = "move"', "done_folder"),
        ("host =", "no TOML"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_opened(text: str, why: str, tmp_path: Path) -> None:
    """Settings fail early, with what to do."""
    (tmp_path / "sftp.toml").write_text(text)
    with pytest.raises(SettingError, match=why) as caught:
        read_server(tmp_path / "sftp.toml")
    assert caught.value.next_step


def test_secrets_are_not_printed() -> None:
    """Whatever dumps a value must not dump these."""
    assert "x1y2" not in repr(Secrets("x1y2", "x1y2"))
