"""The keys that seal: an installation's own, or an operator's, with the list of all certificates that ever sealed here.

A key is made on first use and retired by rotation; its certificate stays on the list with its dates, so that what
it sealed can be verified for ever. A private key lies in a file of its own, or never leaves its token (PKCS#11).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import AwareDatetime, ValidationError

from necessity.domain.manifest import digest
from necessity.domain.record import Record
from necessity.errors import FormatError, SettingError
from necessity.sealing import key_folder

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
else:
    SigningKey = object  # named only in annotations; the library is heavy and most commands need no key

LIST = "certificates.json"
LASTS = timedelta(days=5 * 365)
"""How long a certificate of our own is good for sealing; what it sealed stays verifiable."""
WARN_BEFORE = timedelta(days=90)
"""When we begin to say that a certificate runs out."""


class KeyKind(StrEnum):
    """Where a private key comes from."""

    OWN = "own"
    """Made here on first use or by rotation; no reader of PDFs trusts its certificate by itself."""
    PFX = "pfx"
    """An operator's, taken over from a PFX (PKCS#12) file."""
    PKCS11 = "pkcs11"
    """An operator's, on a token that it never leaves."""


class TokenPlace(Record):
    """Where a key lies on a token."""

    module: str
    """Path of the token maker's PKCS#11 library. Never missing."""
    token: str
    """Label of the token. Never missing."""
    key: str
    """Label of the private key and of its certificate. Never missing."""


class SealCertificate(Record):
    """One certificate that seals or has sealed here."""

    id: str
    """The first 16 hexadecimal digits of the certificate's SHA-256. Never missing."""
    kind: KeyKind
    """Where its key comes from. Never missing."""
    pem: str
    """The certificate. Never missing."""
    chain: tuple[str, ...] = ()
    """Certificates of those who issued it, nearest first; none where it is our own."""
    from_at: AwareDatetime
    """When it began to seal here, in UTC. Never missing."""
    until_at: AwareDatetime | None = None
    """When it was retired; missing while it seals."""
    token: TokenPlace | None = None
    """Where its key lies, if on a token."""

    @property
    def certificate(self) -> "x509.Certificate":
        """Read the certificate."""
        from cryptography import x509

        return x509.load_pem_x509_certificate(self.pem.encode())

    @property
    def sha256(self) -> str:
        """SHA-256 of the certificate as readers of PDFs show it, 64 hexadecimal digits."""
        return digest(der(self.pem))


class KeyRing(Record):
    """All certificates of one installation, the oldest first; the last one that is not retired seals."""

    installation: str
    """Name of the installation, made with its first key. Never missing."""
    certificates: tuple[SealCertificate, ...]
    """One at least."""

    @property
    def current(self) -> SealCertificate:
        """The one that seals now."""
        return self.certificates[-1]

    def known(self, sha256: str) -> SealCertificate | None:
        """Find a certificate by its digest."""
        return next((one for one in self.certificates if one.sha256 == sha256), None)


class SealKeys(NamedTuple):
    """What a seal needs: the certificate that is current, and its key or the way to it."""

    entry: SealCertificate
    """The certificate."""
    private_key: "SigningKey | None"
    """The key; None: it is on a token."""
    pin: str | None = None
    """What opens the token."""


class NewKey(NamedTuple):
    """A key that is to become the current one."""

    kind: KeyKind
    """Where it comes from."""
    pem: str
    """Its certificate."""
    chain: tuple[str, ...] = ()
    """Who issued that."""
    private_key: "SigningKey | None" = None
    """The key; None: it is on a token."""
    token: TokenPlace | None = None
    """Where, if on a token."""


Maker = Callable[[str], NewKey]
"""Given the installation's name, hands over a key for it."""


def der(pem: str) -> bytes:
    """Take the bytes of a certificate out of its text form."""
    import base64

    return base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")))


def read_ring(folder: Path) -> KeyRing | None:
    """Read the list of certificates; None where nothing was ever sealed.

    Args:
        folder: The folder of the keys.

    Raises:
        SettingError: the folder or the list is not for its owner alone.
        FormatError: the list is damaged.
        StoreError: the disk failed.
    """
    content = key_folder.read(folder, LIST) if key_folder.check(folder) else None
    if content is None:
        return None
    try:
        ring = KeyRing.model_validate_json(content)
        for one in ring.certificates:
            _ = one.certificate
        if not ring.certificates or any(one.id != one.sha256[:16] for one in ring.certificates):
            raise ValueError("a certificate does not bear its own id")
    except (ValidationError, ValueError) as error:
        raise FormatError(
            f"The list of certificates, {folder / LIST}, is damaged.",
            "Put back a copy of it; without it, letters sealed here look as if sealed elsewhere.",
            format="certificates",
            place=LIST,
        ) from error
    return ring


def first_use(folder: Path, at: datetime, passphrase: str | None = None) -> KeyRing:
    """Read the list of certificates; where there is none, make the folder and the first key.

    Args:
        folder: The folder of the keys.
        at: The moment, in UTC.
        passphrase: Encrypts the key at rest; None: the file permissions alone guard it.

    Raises:
        SettingError, FormatError, StoreError: as for `read_ring`.
    """
    return read_ring(folder) or adopt(folder, at, lambda name: make_own(name, at), passphrase, only_first=True)


def rotate(folder: Path, at: datetime, passphrase: str | None = None) -> KeyRing:
    """Make a new key and retire the current one, whose certificate stays on the list.

    Args:
        folder: The folder of the keys.
        at: The moment, in UTC.
        passphrase: Encrypts the new key at rest.
    """
    return adopt(folder, at, lambda name: make_own(name, at), passphrase)


def adopt(folder: Path, at: datetime, maker: Maker, passphrase: str | None, *, only_first: bool = False) -> KeyRing:
    """Make a key the current one and retire the one before.

    Args:
        folder: The folder of the keys; made where it is not there.
        at: The moment, in UTC.
        maker: Hands over the key.
        passphrase: Encrypts the key at rest.
        only_first: Leave everything as it is where somebody else was faster.

    Returns:
        The new list.

    Raises:
        SettingError: the key is on the list already, or `at` lies before the last change.
    """
    at = at.astimezone(UTC).replace(microsecond=0)  # a seal's moment has no fractions and must not lie before
    key_folder.make(folder)
    with key_folder.locked(folder):
        before = read_ring(folder)
        if before and only_first:
            return before
        name = before.installation if before else _new_name()
        made = maker(name)
        entry = SealCertificate(
            id=digest(der(made.pem))[:16],
            kind=made.kind,
            pem=made.pem,
            chain=made.chain,
            from_at=at,
            token=made.token,
        )
        ring = KeyRing(installation=name, certificates=(*_retired(before, entry, at), entry))
        if made.private_key is not None:
            key_folder.replace(folder, f"{entry.id}.key", _locked_key(made.private_key, passphrase))
        key_folder.replace(folder, LIST, ring.model_dump_json(indent=2).encode() + b"\n")
    return ring


def _retired(before: KeyRing | None, entry: SealCertificate, at: datetime) -> tuple[SealCertificate, ...]:
    if before is None:
        return ()
    if before.known(entry.sha256):
        raise SettingError(
            "This certificate is on the list already.",
            "See which one seals with: necessity letter keys show",
            setting="FILE",
        )
    if at < before.current.from_at:
        raise SettingError(
            "The clock of this machine stands before the day the current key was made.",
            "Set the clock right, then repeat the command.",
            setting="clock",
        )
    return (*before.certificates[:-1], before.current.model_copy(update={"until_at": at}))


def _new_name() -> str:
    import secrets

    return f"necessity installation {secrets.token_hex(4)}"


def make_own(name: str, at: datetime) -> NewKey:
    """Make a key and a certificate that it signs itself.

    RSA with PKCS#1 v1.5, because every reader of PDFs knows it and the same bytes always get the same seal.

    Args:
        name: Name of the installation; readers show it as the signer.
        at: The moment from which it is good, in UTC.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Seal of {name}")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    marks: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at.replace(microsecond=0)).not_valid_after(at.replace(microsecond=0) + LASTS)
    for mark, is_critical in marks:
        builder = builder.add_extension(mark, critical=is_critical)
    certificate = builder.sign(key, hashes.SHA256())
    return NewKey(KeyKind.OWN, certificate.public_bytes(Encoding.PEM).decode(), private_key=key)


def _locked_key(key: "SigningKey", passphrase: str | None) -> bytes:
    """Write a key as text, encrypted where there is a passphrase."""
    from cryptography.hazmat.primitives import serialization

    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        how = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def is_encrypted(folder: Path, entry: SealCertificate) -> bool | None:
    """Say whether a key lies encrypted; None where it is not a file of this folder."""
    content = key_folder.read(folder, f"{entry.id}.key")
    return None if content is None else _is_encrypted(content)


def _is_encrypted(content: bytes) -> bool:
    return b"ENCRYPTED" in content.split(b"\n", 1)[0]


def unlock(folder: Path, ring: KeyRing, passphrase: str | None = None, pin: str | None = None) -> SealKeys:
    """Fetch the current key, ready to seal.

    Args:
        folder: The folder of the keys.
        ring: The list of certificates.
        passphrase: What the key was encrypted with, if it was.
        pin: What opens the token, if the key is on one.

    Raises:
        SettingError: the passphrase is missing or wrong, or the key is not where it should be.
    """
    entry = ring.current
    if entry.token is not None:
        return SealKeys(entry, None, pin)
    content = key_folder.read(folder, f"{entry.id}.key")
    if content is None:
        raise _no_key(f"The private key of {entry.id} is not in {folder}.", "Put it back, or make a new one with")
    key = _opened(content, passphrase)
    if key.public_key() != entry.certificate.public_key():
        raise _no_key("The private key and its certificate do not belong together.", "Make a new pair with")
    return SealKeys(entry, key)


def _opened(content: bytes, passphrase: str | None) -> "SigningKey":
    """Read a private key, decrypting it where it is encrypted."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    secret = passphrase.encode() if passphrase and _is_encrypted(content) else None
    try:
        key = serialization.load_pem_private_key(content, secret)
    except TypeError:  # encrypted, and no passphrase given
        raise SettingError(
            "The seal's private key is encrypted, and no passphrase is set.",
            "Set NECESSITY_SEAL_PASSPHRASE to the passphrase it was made with.",
            setting="NECESSITY_SEAL_PASSPHRASE",
        ) from None
    except ValueError:
        raise _no_key(
            "The seal's private key does not open: the passphrase is wrong, or the file is damaged.",
            "Set NECESSITY_SEAL_PASSPHRASE to the passphrase it was made with, or make a new key with",
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _no_key("The private key is of a kind that does not seal.", "Make a new one with")
    return key


def _no_key(message: str, step: str) -> SettingError:
    return SettingError(message, f"{step}: necessity letter keys rotate", setting="NECESSITY_HOME")


def watch(entry: SealCertificate, at: datetime) -> str | None:
    """Say what is wrong with sealing under a certificate at a moment, or soon will be.

    Args:
        entry: The certificate.
        at: The moment, in UTC.

    Returns:
        A sentence; None: all is well.
    """
    certificate = entry.certificate
    last = certificate.not_valid_after_utc
    if at < certificate.not_valid_before_utc:
        return f"The certificate is good only from {certificate.not_valid_before_utc:%Y-%m-%d}."
    if at > last:
        return f"The certificate ran out on {last:%Y-%m-%d}; nothing can be sealed with it any more."
    if at > last - WARN_BEFORE:
        return f"The certificate runs out on {last:%Y-%m-%d}, in {(last - at).days} days."
    return None


def is_good_at(entry: SealCertificate, at: datetime) -> bool:
    """Say whether a certificate may seal at a moment."""
    certificate = entry.certificate
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
