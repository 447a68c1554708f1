"""An operator's own certificate: taken over from a PFX file, or used where it lies on a token (PKCS#11)."""

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from necessity.errors import FormatError, SettingError, StoreError
from necessity.sealing.keys import KeyKind, NewKey, SealKeys, SigningKey, TokenPlace, der

if TYPE_CHECKING:
    from cryptography import x509
    from pyhanko.sign.signers import Signer

_LARGEST_PFX = 1_000_000
_LEAST_RSA_BITS = 2048


def from_pfx(content: bytes, passphrase: str | None, at: datetime) -> NewKey:
    """Take key, certificate and chain out of a PFX file.

    Args:
        content: The file (PKCS#12).
        passphrase: What it is locked with; None: nothing.
        at: The moment, in UTC; the certificate must be good then.

    Raises:
        FormatError: it is no PFX file, the passphrase is wrong, or key or certificate is missing.
        SettingError: the certificate cannot seal: out of date, too weak, or for other uses.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    if len(content) > _LARGEST_PFX:
        raise _no_pfx("It is far too long for a PFX file.")
    try:
        found = pkcs12.load_pkcs12(content, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError) as error:
        raise _no_pfx("It is no PFX file, or its passphrase is wrong.") from error
    if found.key is None or found.cert is None:
        raise _no_pfx("It holds no private key with its certificate.")
    certificate = found.cert.certificate
    suits(certificate, at)
    assert isinstance(found.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)  # as its certificate says
    chain = _in_order(certificate, [other.certificate for other in found.additional_certs])
    return NewKey(KeyKind.PFX, _pem(certificate), tuple(_pem(issuer) for issuer in chain), found.key)


def _no_pfx(why: str) -> FormatError:
    return FormatError(
        f"No key can be taken from this file. {why}",
        "Set NECESSITY_PFX_PASSPHRASE to its passphrase, or export key and certificate to a PFX file again.",
        format="pfx",
    )


def _pem(certificate: "x509.Certificate") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _in_order(certificate: "x509.Certificate", others: "list[x509.Certificate]") -> "list[x509.Certificate]":
    """Follow the issuers from a certificate upwards; what leads nowhere is left out."""
    from cryptography.exceptions import InvalidSignature

    chain: list[x509.Certificate] = []
    below = certificate
    while below.issuer != below.subject:
        for other in others:
            try:
                below.verify_directly_issued_by(other)
            except (ValueError, TypeError, InvalidSignature):
                continue
            chain.append(other)
            below = other
            break
        else:
            break
        if len(chain) > len(others):
            break
    return chain


def suits(certificate: "x509.Certificate", at: datetime) -> None:
    """Refuse a certificate that cannot seal.

    Raises:
        SettingError: it is out of date, too weak, or may not sign.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key = certificate.public_key()
    why = ""
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        why = (
            f"it is good from {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
        )
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA_BITS:
        why = f"its RSA key has {key.key_size} bits, and {_LEAST_RSA_BITS} are the least"
    elif not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        why = "its key is neither RSA nor elliptic curve, which readers of PDFs need"
    else:
        try:
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
            if not (usage.digital_signature or usage.content_commitment):
                why = "it may not be used for signatures"
        except x509.ExtensionNotFound:
            pass  # a certificate that says nothing may be used for everything
    if why:
        step = "Ask whoever issues your certificates for one that signs documents."
        raise SettingError(f"This certificate cannot seal: {why}.", step, setting="FILE")


def from_token(place: TokenPlace, pin: str | None, at: datetime) -> NewKey:
    """Read the certificate on a token whose key is to seal; the key stays there.

    Raises:
        SettingError: support for tokens is not installed, there is no such token or certificate, the PIN is
        wrong, or the certificate cannot seal.
    """
    from cryptography import x509

    token = _Token(place, pin)
    certificate_bytes = token.signer().signing_cert.dump()
    token.close()
    certificate = x509.load_der_x509_certificate(certificate_bytes)
    suits(certificate, at)
    return NewKey(KeyKind.PKCS11, _pem(certificate), token=place)


class _Token:
    """One open session with a token."""

    def __init__(self, place: TokenPlace, pin: str | None) -> None:
        self._place = place
        self._support = _support()
        if not Path(place.module).is_file():
            raise SettingError(
                f"There is no PKCS#11 library {place.module}.",
                "Name the library that came with the token, such as /usr/lib/softhsm/libsofthsm2.so.",
                setting="--pkcs11",
            )
        criteria = import_module("pyhanko.config.pkcs11").TokenCriteria(label=place.token)
        try:
            self._session = self._support.open_pkcs11_session(place.module, token_criteria=criteria, user_pin=pin)
        except (self._support.PKCS11Error, RuntimeError) as error:
            raise _token_refuses(place, error) from error

    def signer(self, chain: tuple[str, ...] = ()) -> Any:
        """Make what pyhanko signs with; the certificate is read now, so that a fault shows here."""
        from asn1crypto import x509  # type: ignore[import-untyped]

        issuers = [x509.Certificate.load(der(one)) for one in chain]
        made = self._support.PKCS11Signer(
            self._session, cert_label=self._place.key, key_label=self._place.key, ca_chain=issuers
        )
        try:
            _ = made.signing_cert
        except (self._support.PKCS11Error, RuntimeError) as error:
            self.close()
            raise _token_refuses(self._place, error) from error
        return made

    def close(self) -> None:
        """Leave the token."""
        self._session.close()


def _support() -> Any:
    """Import what speaks to tokens; most installations never need it.

    Raises:
        SettingError: it is not installed.
    """
    try:
        return import_module("pyhanko.sign.pkcs11")
    except ImportError:
        raise SettingError(
            "Sealing with a token (PKCS#11) needs a package that is not installed here.",
            "Install it with: pip install 'pyhanko[pkcs11]', or use a PFX file.",
            setting="--pkcs11",
        ) from None


def _token_refuses(place: TokenPlace, error: Exception) -> SettingError:
    why = str(error).rstrip(".") or type(error).__name__
    return SettingError(
        f"The token {place.token!r} does not give the key {place.key!r}: {why}.",
        "Check that it is plugged in, its labels, and its PIN in NECESSITY_PKCS11_PIN.",
        setting="--pkcs11",
    )


def signer_of(keys: SealKeys) -> "tuple[Signer, _Token | None]":
    """Make what pyhanko signs with, from a file or a token.

    Args:
        keys: The unlocked key.

    Returns:
        The signer, and the token's session to be closed after use, if there is one.

    Raises:
        SettingError: the token cannot be used.
        StoreError: the token holds another certificate than the list says.
    """
    from asn1crypto import x509

    if keys.private_key is None:
        assert keys.entry.token is not None
        token = _Token(keys.entry.token, keys.pin)
        made = token.signer(keys.entry.chain)
        if made.signing_cert.dump() != der(keys.entry.pem):
            token.close()
            raise StoreError(
                "The token now holds another certificate under this label than the one that was taken up.",
                "Take up the new one with: necessity letter keys use",
            )
        return made, token
    issuers = [x509.Certificate.load(der(one)) for one in keys.entry.chain]
    return _file_signer(x509.Certificate.load(der(keys.entry.pem)), issuers, keys.private_key), None


def _file_signer(certificate: Any, issuers: list[Any], key: SigningKey) -> "Signer":
    """Make what pyhanko signs with from a key in memory, read and checked once, not anew for every seal."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class FileSigner(Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if dry_run:  # only the length is asked for
                return b"0" * (key.key_size // 4 + 16)
            if digest_algorithm != "sha256":
                raise ValueError("seals are made with SHA-256")
            if isinstance(key, ec.EllipticCurvePrivateKey):
                return key.sign(data, ec.ECDSA(hashes.SHA256()))
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(issuers)  # the signer's own is put beside them by pyhanko
    return FileSigner(signing_cert=certificate, cert_registry=store)
