"""Keys, drafts, signatures and pages for the tests of seals."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

from necessity.domain.letter_draft import DraftClinician, DraftQuestion, DraftStatement, LetterDraft, Speaker
from necessity.domain.people import Licence
from necessity.domain.signature import SignatureRecord, SignerCheck, SignerLevel, SigningMethod
from necessity.sealing import keys
from necessity.sealing.keys import KeyRing, NewKey, SealKeys
from necessity.workflow.seal_letter import seal_letter
from tests import packets
from tests.cast import NPI

DRAFTED_ON = date(2026, 3, 1)
SIGNED_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)


@cache
def own_key(number: int, at: datetime = NOW - timedelta(days=30)) -> NewKey:
    """A key as the program makes it; made once a number, because that is slow."""
    return keys.make_own(f"necessity installation test{number:04}", at)


def install(folder: Path, number: int = 1, at: datetime = NOW - timedelta(days=30)) -> tuple[KeyRing, SealKeys]:
    """An installation with its first key."""
    ring = keys.adopt(folder, at, lambda _name: own_key(number, at), None)
    return ring, keys.unlock(folder, ring)


def draft(**changes: object) -> LetterDraft:
    """A draft in which nothing is open."""
    said = DraftStatement(id="necessary", words="The training treats the condition.", by=Speaker.CLINICIAN, agreed=True)
    values: dict[str, object] = {
        "case": "ada",
        "letter": "letter1",
        "drafted_on": DRAFTED_ON,
        "patient_name": "Ada",
        "starts_on": date(2026, 3, 9),
        "statements": (said,),
        "clinician": DraftClinician(id="ghali", name="Dr. Ghali"),
    }
    return LetterDraft.model_validate(values | changes)


def question(is_required: bool = True) -> DraftQuestion:
    """Something that nobody has said yet."""
    asks = "How many sessions a week?"
    return DraftQuestion(id="frequency", asks=asks, of=Speaker.CLINICIAN, where="treatment", is_required=is_required)


def signature(of: LetterDraft, **changes: object) -> SignatureRecord:
    """Dr. Ghali's signature under a draft."""
    check = SignerCheck(
        what="number in the NPPES register", by="Desk", at=SIGNED_AT, result="name and number belong together"
    )
    values: dict[str, object] = {
        "letter": of.letter,
        "version": of.version,
        "draft_sha256": of.sha256,
        "signer": "ghali",
        "name": "Dr. Ghali",
        "licence": Licence.MD,
        "licence_number": "MD-1001",
        "licence_state": "OH",
        "npi": NPI,
        "method": SigningMethod.TYPED,
        "intent": "I sign this letter.",
        "signed_at": SIGNED_AT,
        "level": SignerLevel.LICENCE_MATCHED,
        "checks": (check,),
    }
    return SignatureRecord.model_validate(values | changes)


def pages(of: LetterDraft, *, signature: SignatureRecord) -> bytes:
    """Pages of a letter, as plain as can be."""
    return packets.pdf(f"Letter {of.letter}, signed by {signature.name}")


def sealed(folder: Path, **changes: object) -> tuple[bytes, KeyRing]:
    """A sealed letter and the certificates of the installation that sealed it."""
    ring, unlocked = install(folder)
    whole = draft()
    made = seal_letter(whole, signature(whole, **changes), pages, unlocked, NOW)
    assert made.pdf is not None
    return made.pdf, ring


def with_thing(base: bytes, change: object) -> bytes:
    """A PDF after a change by `change(pdf)`, written anew."""
    import io

    assert callable(change)
    with pikepdf.open(io.BytesIO(base)) as pdf:
        change(pdf)
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


@cache
def operator_pfx(passphrase: str | None, *, curve: bool = False, days: int = 400) -> bytes:
    """A PFX file as an operator has it: key, certificate, and the authority that issued that."""
    start = NOW - timedelta(days=10)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test Authority", root_key, "Test Authority", root_key, start, days, is_authority=True)
    key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    leaf = _certificate("Eli Training", key, "Test Authority", root_key, start, days)
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"seal", key, leaf, [root], how)


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    start: datetime,
    days: int,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    usage = x509.KeyUsage(not is_authority, False, False, False, False, is_authority, is_authority, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
