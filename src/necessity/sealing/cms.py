"""Find a seal in the bytes of a file and check its cryptography, without any reader of PDFs.

A seal covers a file from its first byte to its last, but for one gap that holds the seal itself. So the file is not
parsed at all before its digest agrees: what nobody understands cannot mislead. The gap must hold exactly what the
seal is made of, to the byte, so that a change there shows too.
"""

import re
from collections.abc import Iterator
from hashlib import new as new_digest
from typing import Any, NamedTuple

from necessity.domain.manifest import digest

_RANGE = re.compile(rb"/ByteRange *\[ *(\d{1,10}) +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")
_TRACES = re.compile(rb"/ByteRange|ETSI\.CAdES\.detached|adbe\.pkcs7\.detached|/DocMDP|/Adobe\.PPKLite")
_MOST_CANDIDATES = 16
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, NotImplementedError)
"""What the libraries raise on bytes that are no signature."""

_MECHANISMS = {
    "sha256_rsa": bytes.fromhex("300d06092a864886f70d01010b0500"),
    "sha256_ecdsa": bytes.fromhex("300a06082a8648ce3d040302"),
}
"""How we write the two ways of signing that seals use."""


class Placed(NamedTuple):
    """Where a seal lies."""

    gap_from: int
    """The byte at which its gap begins."""
    gap_to: int
    """The byte after the gap."""
    end: int
    """The byte after the last that it covers."""


class Checked(NamedTuple):
    """What the cryptography says of one seal."""

    placed: Placed
    """Where it lies."""
    holds: bool
    """Whether the bytes it covers are those that were signed."""
    certificate: bytes = b""
    """The signer's certificate (DER); empty where it cannot be read."""
    others: tuple[bytes, ...] = ()
    """The other certificates it carries (DER)."""
    is_exact: bool = False
    """Whether the gap holds nothing but the seal, written in the one way in which we write it."""


def has_traces(content: bytes) -> bool:
    """Say whether anything in a file looks like what a signature leaves."""
    return _TRACES.search(content) is not None


def candidates(content: bytes) -> Iterator[Placed]:
    """List the places of seals, the last one first.

    Args:
        content: The file.

    Returns:
        Places whose numbers fit the file; what is only quoted in it, or damaged, does not.
    """
    found = list(_RANGE.finditer(content))[-_MOST_CANDIDATES:]
    for match in reversed(found):
        start, gap_from, gap_to, rest = (int(number) for number in match.groups())
        end = gap_to + rest
        fits = start == 0 and gap_from < gap_to <= end <= len(content) and match.end() <= end
        outside = match.end() <= gap_from or match.start() >= gap_to
        if fits and outside and content[gap_from : gap_from + 1] == b"<" and content[gap_to - 1 : gap_to] == b">":
            yield Placed(gap_from, gap_to, end)


def check(content: bytes, placed: Placed) -> Checked:
    """Check one seal: the digest of what it covers, the signature, and every byte of the gap.

    Args:
        content: The file.
        placed: Where the seal lies.

    Returns:
        What was found; a damaged seal does not hold.
    """
    try:
        return _check(content, placed)
    except _BROKEN:
        return Checked(placed, False)


def _check(content: bytes, placed: Placed) -> Checked:
    from asn1crypto import cms, parser  # type: ignore[import-untyped]

    hexadecimal = content[placed.gap_from + 1 : placed.gap_to - 1]
    padded = bytes.fromhex(hexadecimal.decode("ascii"))
    *_, header, body, trailer = parser.parse(padded)
    length = len(header) + len(body) + len(trailer)
    der = padded[:length]
    signed = cms.ContentInfo.load(der)["content"]
    (signer,) = signed["signer_infos"]
    certificates = [one.chosen for one in signed["certificates"]]
    mine = [one for one in certificates if _names(signer["sid"], one)]
    if len(mine) != 1:
        return Checked(placed, False)
    others = tuple(one.dump() for one in certificates if one is not mine[0])
    if not _holds(content, placed, signer, mine[0]):
        return Checked(placed, False, mine[0].dump(), others)
    exact = hexadecimal == padded.hex().upper().encode() and not any(padded[length:])
    as_written = der == _as_we_write(certificates, mine[0], signer) and _is_bound(signer, mine[0])
    return Checked(placed, True, mine[0].dump(), others, exact and as_written)


def _names(signer_id: Any, certificate: Any) -> bool:
    """Say whether a signer's id means this certificate."""
    named = signer_id.chosen
    if signer_id.name != "issuer_and_serial_number":
        return bool(named.native == certificate.key_identifier)
    return bool(
        named["issuer"].dump() == certificate.issuer.dump()
        and named["serial_number"].native == certificate.serial_number
    )


def _holds(content: bytes, placed: Placed, signer: Any, certificate: Any) -> bool:
    """Compare the digest, and check the signature over it."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    total = new_digest(signer["digest_algorithm"]["algorithm"].native)
    total.update(memoryview(content)[: placed.gap_from])
    total.update(memoryview(content)[placed.gap_to : placed.end])
    intact, valid = validate_sig_integrity(
        signer, certificate, expected_content_type="data", actual_digest=total.digest()
    )
    return bool(intact and valid)


def _is_bound(signer: Any, certificate: Any) -> bool:
    """Say whether the signature names its certificate by digest, as PAdES asks: so the certificate cannot change."""
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_certificate_v2":
            named = attribute["values"][0]["certs"][0]
            return bool(named["cert_hash"].native.hex() == digest(certificate.dump()))
    return False


def _as_we_write(certificates: list[Any], mine: Any, signer: Any) -> bytes:
    """Write a seal anew from its parts: signed attributes, signature and certificates, all else as it always is."""
    sha256 = _der(0x30, bytes.fromhex("0609608648016503040201"), b"\x05\x00")
    mechanism = _MECHANISMS.get(signer["signature_algorithm"]["algorithm"].native, b"")
    one = b"\x02\x01\x01"
    entry = _der(
        0x30,
        one,
        _der(0x30, mine.issuer.dump(), mine["tbs_certificate"]["serial_number"].dump()),
        sha256,
        _der(0xA0, signer["signed_attrs"].contents),
        mechanism,
        _der(0x04, signer["signature"].contents),
    )
    carried = _der(0xA0, *(certificate.dump() for certificate in certificates))
    content = _der(0x30, bytes.fromhex("06092a864886f70d010701"))
    whole = _der(0x30, one, _der(0x31, sha256), content, carried, _der(0x31, entry))
    return _der(0x30, bytes.fromhex("06092a864886f70d010702"), _der(0xA0, whole))


def _der(tag: int, *parts: bytes) -> bytes:
    """Write one ASN.1 value in its one canonical form (DER).

    Examples:
        >>> _der(0x04, b"ab").hex()
        '04026162'
    """
    body = b"".join(parts)
    size = len(body)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag, *([size] if size < 128 else [128 + len(length), *length])]) + body
