"""Keys: made once, guarded, rotated, taken over from an operator."""

import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from necessity.errors import FormatError, NecessityError, SettingError
from necessity.sealing import keys, operator_key
from necessity.sealing.keys import KeyKind, TokenPlace
from tests import seals

DAY = timedelta(days=1)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_first_use_makes_one_key_and_the_second_finds_it(tmp_path: Path) -> None:
    """Nobody has to prepare anything, and nobody loses a key by sealing twice."""
    folder = tmp_path / "deep" / "keys"
    assert keys.read_ring(folder) is None
    ring = keys.first_use(folder, seals.NOW)
    assert keys.first_use(folder, seals.NOW + DAY) == ring
    assert ring.current.kind is KeyKind.OWN
    assert keys.unlock(folder, ring).private_key is not None


def test_only_the_owner_may_look_into_the_folder_and_its_files(tmp_path: Path) -> None:
    """Whatever the umask of the caller."""
    before = os.umask(0)
    try:
        seals.install(tmp_path / "keys")
    finally:
        os.umask(before)
    assert mode(tmp_path / "keys") == 0o700
    assert {mode(path) for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("which", ["folder", "list", "key"])
def test_a_key_that_others_could_copy_is_not_used(tmp_path: Path, which: str) -> None:
    """Like ssh: better no seal than one that somebody else can make too."""
    folder = tmp_path / "keys"
    ring, _ = seals.install(folder)
    place = {"folder": folder, "list": folder / keys.LIST, "key": folder / f"{ring.current.id}.key"}[which]
    place.chmod(0o755 if which == "folder" else 0o644)
    with pytest.raises(SettingError) as refused:
        keys.unlock(folder, keys.read_ring(folder) or ring)
    assert "chmod" in refused.value.next_step


def test_a_link_in_place_of_the_folder_or_a_key_is_not_followed(tmp_path: Path) -> None:
    """It could lead anywhere."""
    ring, _ = seals.install(tmp_path / "real")
    (tmp_path / "keys").symlink_to(tmp_path / "real")
    with pytest.raises(SettingError, match="link"):
        keys.read_ring(tmp_path / "keys")
    key = tmp_path / "real" / f"{ring.current.id}.key"
    key.rename(tmp_path / "elsewhere")
    key.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingError, match="link"):
        keys.unlock(tmp_path / "real", ring)


def test_a_passphrase_encrypts_the_key_at_rest(tmp_path: Path) -> None:
    """A stolen disk then gives no seals."""
    folder = tmp_path / "keys"
    ring = keys.adopt(folder, seals.NOW, lambda _name: seals.own_key(1), "open sesame")
    assert keys.is_encrypted(folder, ring.current)
    assert keys.unlock(folder, ring, "open sesame").private_key
    for wrong in (None, "", "closed"):
        with pytest.raises(SettingError) as refused:
            keys.unlock(folder, ring, wrong)
        assert "NECESSITY_SEAL_PASSPHRASE" in refused.value.next_step


def test_a_passphrase_set_later_does_not_lock_out_an_older_key(tmp_path: Path) -> None:
    """It counts from the next key on."""
    ring, _ = seals.install(tmp_path / "keys")
    assert keys.is_encrypted(tmp_path / "keys", ring.current) is False
    assert keys.unlock(tmp_path / "keys", ring, "open sesame").private_key


def test_rotation_keeps_every_certificate_with_its_dates(tmp_path: Path) -> None:
    """What they sealed must stay verifiable."""
    first, _ = seals.install(tmp_path / "keys")
    later = keys.rotate(tmp_path / "keys", seals.NOW)
    assert [one.id for one in later.certificates[:-1]] == [first.current.id]
    assert later.certificates[0].until_at == seals.NOW
    assert later.current.until_at is None
    assert later.current.id != first.current.id
    assert later.installation == first.installation
    assert keys.read_ring(tmp_path / "keys") == later


def test_a_clock_that_went_back_rotates_nothing(tmp_path: Path) -> None:
    """A key retired before it was made could verify nothing."""
    seals.install(tmp_path / "keys", at=seals.NOW)
    with pytest.raises(SettingError, match="clock"):
        keys.rotate(tmp_path / "keys", seals.NOW - DAY)


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[1", b'{"installation": "x", "certificates": []}'])
def test_a_damaged_list_is_told_not_replaced(tmp_path: Path, spoilt: bytes) -> None:
    """A new one in its place would make all sealed letters foreign."""
    seals.install(tmp_path / "keys")
    (tmp_path / "keys" / keys.LIST).write_bytes(spoilt)
    for act in (keys.read_ring, lambda folder: keys.first_use(folder, seals.NOW)):
        with pytest.raises(FormatError, match="damaged"):
            act(tmp_path / "keys")


def test_a_key_that_is_gone_or_another_s_is_told(tmp_path: Path) -> None:
    """With what to do."""
    ring, _ = seals.install(tmp_path / "keys")
    key = tmp_path / "keys" / f"{ring.current.id}.key"
    others, _ = seals.install(tmp_path / "others", 2)
    key.write_bytes((tmp_path / "others" / f"{others.current.id}.key").read_bytes())
    with pytest.raises(SettingError, match="belong together"):
        keys.unlock(tmp_path / "keys", ring)
    key.unlink()
    with pytest.raises(SettingError, match="is not in"):
        keys.unlock(tmp_path / "keys", ring)


def test_expiry_is_watched(tmp_path: Path) -> None:
    """Nobody should learn it from a letter that comes back."""
    ring, _ = seals.install(tmp_path / "keys")
    last = ring.current.certificate.not_valid_after_utc
    assert keys.watch(ring.current, seals.NOW) is None
    assert "runs out" in str(keys.watch(ring.current, last - 10 * DAY))
    assert "ran out" in str(keys.watch(ring.current, last + DAY))
    assert "only from" in str(keys.watch(ring.current, seals.NOW - 40 * DAY))


def test_a_pfx_file_is_taken_over_with_its_chain(tmp_path: Path) -> None:
    """An operator's certificate can be one that readers trust."""
    made = operator_key.from_pfx(seals.operator_pfx("secret"), "secret", seals.NOW)
    seals.install(tmp_path / "keys")
    ring = keys.adopt(tmp_path / "keys", seals.NOW, lambda _name: made, None)
    assert ring.current.kind is KeyKind.PFX
    assert len(ring.current.chain) == 1
    assert ring.certificates[0].until_at == seals.NOW
    with pytest.raises(SettingError, match="already"):
        keys.adopt(tmp_path / "keys", seals.NOW, lambda _name: made, None)


@pytest.mark.parametrize("given", ["wrong", None])
def test_a_pfx_file_with_the_wrong_passphrase_is_told(given: str | None) -> None:
    """And where the right one goes."""
    with pytest.raises(FormatError, match="passphrase is wrong") as refused:
        operator_key.from_pfx(seals.operator_pfx("secret"), given, seals.NOW)
    assert "NECESSITY_PFX_PASSPHRASE" in refused.value.next_step


def test_what_is_no_pfx_file_or_too_long_is_told() -> None:
    """Any file may be named by mistake."""
    for content in (b"", b"%PDF-1.7", b"\0" * 2_000_000):
        with pytest.raises(FormatError):
            operator_key.from_pfx(content, None, seals.NOW)


def test_a_certificate_out_of_date_is_not_taken_over() -> None:
    """It would seal nothing."""
    content = seals.operator_pfx("secret", days=11)
    with pytest.raises(SettingError, match="cannot seal"):
        operator_key.from_pfx(content, "secret", seals.NOW + 5 * DAY)


PLACE = TokenPlace(module="/nowhere/libtoken.so", token="office", key="seal")


def test_without_support_for_tokens_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a package of its own that few need."""
    monkeypatch.setitem(sys.modules, "pyhanko.sign.pkcs11", None)
    with pytest.raises(SettingError) as refused:
        operator_key.from_token(PLACE, "1234", seals.NOW)
    assert "pip install" in refused.value.next_step


def test_a_token_library_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is loaded from it."""
    monkeypatch.setitem(sys.modules, "pyhanko.sign.pkcs11", object())
    with pytest.raises(SettingError, match="no PKCS#11 library"):
        operator_key.from_token(PLACE, "1234", seals.NOW)


class FakeSupport:
    """Stands for pyhanko's way to tokens: holds the operator's key and hands out a signer of its own."""

    class PKCS11Error(Exception):
        """As the package calls it."""

    def __init__(self, pin: str) -> None:
        self.pin = pin
        self.closed = 0
        made = operator_key.from_pfx(seals.operator_pfx(None), None, seals.NOW)
        self.made = made

    def open_pkcs11_session(self, module: str, *, token_criteria: object, user_pin: str | None) -> "FakeSupport":
        if user_pin != self.pin or getattr(token_criteria, "label", None) != PLACE.token:
            raise self.PKCS11Error("CKR_PIN_INCORRECT")
        return self

    def PKCS11Signer(self, session: object, *, cert_label: str, key_label: str, ca_chain: list[object]) -> object:
        entry = keys.SealCertificate(id="0" * 16, kind=KeyKind.PFX, pem=self.made.pem, from_at=seals.NOW)
        return operator_key.signer_of(keys.SealKeys(entry, self.made.private_key))[0]

    def close(self) -> None:
        self.closed += 1


def test_a_token_s_key_seals_without_leaving_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only certificate and labels are kept here; every session is closed."""
    from necessity.sealing.report import SealState
    from necessity.sealing.seal import seal
    from necessity.sealing.verify import verify
    from tests import packets

    library = tmp_path / "libtoken.so"
    library.touch()
    place = PLACE.model_copy(update={"module": str(library)})
    support = FakeSupport("1234")
    monkeypatch.setitem(sys.modules, "pyhanko.sign.pkcs11", support)
    made = operator_key.from_token(place, "1234", seals.NOW)
    ring = keys.adopt(tmp_path / "keys", seals.NOW, lambda _name: made, None)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [keys.LIST]
    content = seal(packets.pdf("Letter"), keys.unlock(tmp_path / "keys", ring, pin="1234"), seals.NOW, "Letter")
    assert verify(content, ring).state is SealState.INTACT
    assert support.closed == 2
    with pytest.raises(SettingError, match="CKR_PIN_INCORRECT"):
        seal(packets.pdf("Letter"), keys.unlock(tmp_path / "keys", ring, pin="0"), seals.NOW, "Letter")


def test_two_programs_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    """The slower one takes what the faster one made."""
    code = (
        "import sys; from pathlib import Path; from necessity.sealing import keys; from tests import seals; "
        "print(keys.first_use(Path(sys.argv[1]), seals.NOW).current.id)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "keys")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate()[0].strip() for process in running}
    assert len(said) == 1
    ring = keys.read_ring(tmp_path / "keys")
    assert ring
    assert said == {ring.current.id}


def test_every_refusal_says_what_to_do(tmp_path: Path) -> None:
    """No message leaves a person alone."""
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(NecessityError) as refused:
        keys.first_use(tmp_path / "keys", seals.NOW)
    assert refused.value.next_step
