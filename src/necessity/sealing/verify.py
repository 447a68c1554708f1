"""Verify a sealed PDF: intact or not, who signed and how, when, for which case, and what nobody can know from it.

Works offline: no certificate is looked up and nothing is fetched. The clock is not asked either: what was sealed
while its key was in use stays good after the key is retired or its certificate has run out.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from necessity.domain.manifest import digest
from necessity.domain.signature import SignerLevel
from necessity.sealing import claims, cms, report, safety
from necessity.sealing.claims import Claims
from necessity.sealing.cms import Checked
from necessity.sealing.keys import KeyRing, SealCertificate, der, is_good_at
from necessity.sealing.report import SealFinding, SealReport, SealState
from necessity.sealing.safety import Fault, Trouble
from necessity.sealing.seal import MADE_BY

if TYPE_CHECKING:
    from cryptography import x509

_STOP = (Trouble.HUGE, Trouble.ENCRYPTED)
"""Troubles with which a file is not looked at any further."""


def verify(content: bytes, known: KeyRing | None, limits: safety.Limits = safety.LIMITS) -> SealReport:
    """Say what a file's seal is worth.

    Args:
        content: The file.
        known: The certificates of this installation; None: it has never sealed.
        limits: How large the file may be.

    Returns:
        The report. A changed, foreign or unsealed file is an answer, not an exception.

    Raises:
        FormatError: it cannot be looked at: no PDF, or locked, scripted or huge, or damaged without a trace of a seal.
    """
    troubles = safety.faults(content, limits)
    if troubles and (troubles[0].trouble in _STOP or not cms.has_traces(content)):
        raise safety.refusal(troubles)
    checked = _chosen(content, known)
    if checked is None or not checked.holds:
        if checked is None and not troubles and not cms.has_traces(content):
            return _report(content, SealState.UNSEALED, cannot_know=(report.CANNOT_KNOW_UNSEALED,))
        return _broken(content, troubles)
    return _held(content, checked, known, troubles)


def _chosen(content: bytes, known: KeyRing | None) -> Checked | None:
    """Choose the seal to speak of: the last of ours that holds, else the last that holds, else the last."""
    found = [cms.check(content, placed) for placed in cms.candidates(content)]
    holding = [one for one in found if one.holds]
    ours = [one for one in holding if known and known.known(digest(one.certificate))]
    return next(iter((*ours, *holding, *found)), None)


def _report(content: bytes, state: SealState, **rest: object) -> SealReport:
    values = {
        "state": state,
        "says": report.STATES[state],
        "size_bytes": len(content),
        "sha256": digest(content),
        **rest,
    }
    return SealReport.model_validate(values)


def _broken(content: bytes, troubles: tuple[Fault, ...]) -> SealReport:
    """Report a seal that does not hold; nothing that the file says of itself is repeated."""
    found = [SealFinding(id=str(fault.trouble), says=fault.says) for fault in troubles]
    found.append(
        SealFinding(
            id="seal_does_not_hold",
            says="The bytes of this file are not those that were sealed.",
            next_step="Ask whoever gave it to you for the file as it was sealed, or ask the signer for it.",
        )
    )
    unknown = ("What was changed, when and by whom cannot be known; nothing in this file can be relied on.",)
    return _report(content, SealState.ALTERED, findings=tuple(found), cannot_know=unknown)


def _held(content: bytes, checked: Checked, known: KeyRing | None, troubles: tuple[Fault, ...]) -> SealReport:
    """Report a seal whose signature holds over the part of the file that it covers."""
    sealed = content[: checked.placed.end]
    is_whole = len(sealed) == len(content)
    is_safe = not (troubles if is_whole else safety.faults(sealed))
    says = claims.read(sealed, checked.placed) if is_safe else Claims()
    entry = known.known(digest(checked.certificate)) if known else None
    must_be_exact = entry is not None or says.made_by == MADE_BY
    findings = (
        *_seal_findings(content, checked, entry, says, must_be_exact),
        *(SealFinding(id=str(fault.trouble), says=fault.says) for fault in troubles),
        *_letter_findings(says),
    )
    if not is_whole or (must_be_exact and not _is_exact(checked, entry)):
        state = SealState.ALTERED
    elif entry is None:
        state = SealState.FOREIGN
    else:
        state = SealState.DOUBTFUL if any(one.next_step for one in findings) or troubles else SealState.INTACT
    return _with_claims(content, state, checked, entry, known, says, findings)


def _is_exact(checked: Checked, entry: SealCertificate | None) -> bool:
    """Say whether the seal's own bytes are as they were written, the certificates beside it included."""
    if entry is not None:
        return checked.is_exact and sorted(checked.others) == sorted(der(one) for one in entry.chain)
    return checked.is_exact and _is_chain(checked)


def _is_chain(checked: Checked) -> bool:
    """Say whether each further certificate has issued another one here and is itself checked by one here.

    Only what an issuer's signature vouches for, or its own, is known to be unchanged.
    """
    read = [_certificate(one) for one in (checked.certificate, *checked.others)]
    here = [one for one in read if one is not None]
    if len(here) < len(read):
        return False
    return all(
        any(_has_issued(one, other) for other in here if other is not one)
        and any(_has_issued(above, one) for above in here)
        for one in here[1:]
    )


def _has_issued(issuer: "x509.Certificate", other: "x509.Certificate") -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        other.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _certificate(content: bytes) -> "x509.Certificate | None":
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(content)
    except ValueError:  # a program less strict than ours may have made it
        return None


def _seal_findings(
    content: bytes, checked: Checked, entry: SealCertificate | None, says: Claims, must_be_exact: bool
) -> Iterator[SealFinding]:
    """Say what does not fit about the seal as such."""
    if added := len(content) - checked.placed.end:
        much = "1 byte was" if added == 1 else f"{added} bytes were"
        yield SealFinding(
            id="added_after_sealing",
            says=f"After it was sealed, {much} added. The first {checked.placed.end} bytes are as sealed.",
            next_step="Rely on the sealed part alone, or ask for the file as it was sealed.",
        )
    if must_be_exact and not _is_exact(checked, entry):
        yield SealFinding(
            id="seal_was_touched",
            says="The seal itself is not written as this program writes it: somebody changed it.",
            next_step="Ask for the file as it was sealed.",
        )
    if entry is None:
        return
    if says.sealed_at is None or not _was_in_use(entry, says):
        yield SealFinding(
            id="key_not_in_use_then",
            says="The seal gives a moment at which its key was not in use here.",
            next_step="Do not rely on it before you know who sealed it; the key may have been copied.",
        )


def _was_in_use(entry: SealCertificate, says: Claims) -> bool:
    at = says.sealed_at
    assert at is not None
    return entry.from_at <= at and (entry.until_at is None or at <= entry.until_at) and is_good_at(entry, at)


def _letter_findings(says: Claims) -> Iterator[SealFinding]:
    """Say what does not fit between the letter inside, its signature and the moment of the seal."""
    for name, content, value in (
        (claims.LETTER, says.letter_bytes, says.letter),
        (claims.SIGNATURE, says.signature_bytes, says.signature),
    ):
        if content is not None and value is None:
            step = "Verify it with the version that sealed it."
            yield SealFinding(id="cannot_be_read", says=f"{name} inside cannot be read here.", next_step=step)
    if says.letter is None or says.signature is None:
        if says.letter_bytes is None or says.signature_bytes is None:
            yield SealFinding(
                id="no_letter_inside",
                says="It does not hold a letter with a record of its signature, so there is nobody to name as signer.",
            )
        return
    draft, signature = says.letter, says.signature
    ask = "Ask the clinician to sign this version anew."
    if signature.draft_sha256 != digest(says.letter_bytes or b""):
        said = "The signature inside belongs to other words than the letter inside."
        yield SealFinding(id="signature_of_another_draft", says=said, next_step=ask)
    if (signature.letter, signature.version) != (draft.letter, draft.version):
        said = "The signature inside names another letter or version."
        yield SealFinding(id="signature_of_another_letter", says=said, next_step=ask)
    if says.sealed_at is not None and signature.signed_at.replace(microsecond=0) > says.sealed_at:
        said = "The signature is dated after the seal."
        yield SealFinding(id="signed_after_sealing", says=said, next_step=ask)
    if signature.level is SignerLevel.ADDRESS_FROM_PATIENT:
        said = "Level 0: nobody has checked who signed. The letter is not in force by this signature."
        yield SealFinding(id="level_0", says=said)


def _name(certificate: "x509.Certificate") -> str:
    from cryptography import x509

    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _with_claims(
    content: bytes,
    state: SealState,
    checked: Checked,
    entry: SealCertificate | None,
    known: KeyRing | None,
    says: Claims,
    findings: tuple[SealFinding, ...],
) -> SealReport:
    """Put together what the certificate and the file itself say."""
    certificate = _certificate(checked.certificate)
    level = says.signature.level if says.signature else None
    unknown = [report.CANNOT_KNOW_PERSON, report.CANNOT_KNOW_TIME]
    unknown += [report.CANNOT_KNOW_FOREIGN] if entry is None else []
    unknown += [report.CANNOT_KNOW_REVOKED, report.CANNOT_KNOW_MEDICINE]
    return _report(
        content,
        state,
        sealed_bytes=checked.placed.end,
        sealed_at=says.sealed_at,
        sealed_by=_name(certificate) if certificate else None,
        installation=known.installation if known and entry else None,
        certificate_sha256=digest(checked.certificate),
        certificate_until=certificate.not_valid_after_utc if certificate else None,
        key_retired_at=entry.until_at if entry else None,
        reason=says.reason,
        case=says.letter.case if says.letter else None,
        letter=says.letter.letter if says.letter else None,
        version=says.letter.version if says.letter else None,
        signature=says.signature,
        is_in_force_by_level=None if level is None else level is not SignerLevel.ADDRESS_FROM_PATIENT,
        level_words=None if level is None else report.LEVELS[level],
        attachments=says.attachments,
        findings=findings,
        cannot_know=tuple(unknown),
    )
