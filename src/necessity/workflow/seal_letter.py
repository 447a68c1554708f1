"""Seal a signed letter: only what was signed, only when everything required is answered, never with another date."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from necessity.domain.letter_draft import LetterDraft, Speaker
from necessity.domain.manifest import canonical_json
from necessity.domain.signature import SignatureRecord, SignerLevel
from necessity.errors import FormatError
from necessity.formats import pdf as pdf_format
from necessity.sealing.claims import LETTER, SIGNATURE
from necessity.sealing.keys import SealKeys
from necessity.sealing.report import LEVELS, SealFinding
from necessity.sealing.seal import seal

_EAST = timedelta(hours=14)
_WEST = timedelta(hours=12)
"""How far local days run ahead of and behind UTC: a date is only called wrong where it is wrong everywhere."""


class LetterPages(Protocol):
    """Writes the pages of a letter as PDF."""

    def __call__(self, draft: LetterDraft, *, signature: SignatureRecord) -> bytes:
        """Set a signed draft in type, its evidence page included."""
        ...


class SealedLetter(NamedTuple):
    """What sealing a letter came to."""

    pdf: bytes | None
    """The sealed PDF; None: it was refused, and `refused` says why."""
    refused: tuple[SealFinding, ...]
    """Everything that stands against sealing it."""
    notes: tuple[SealFinding, ...]
    """What must be said about it although it is sealed."""
    is_in_force_by_level: bool
    """False where nobody has checked who signed: such a letter is sealed but never in force."""


def seal_letter(
    draft: LetterDraft, signature: SignatureRecord, pages: LetterPages, keys: SealKeys, now: datetime
) -> SealedLetter:
    """Seal a letter that was signed, unless something stands against it.

    Args:
        draft: The version that was signed.
        signature: The record of the signature.
        pages: Writes the letter's pages.
        keys: The unlocked key of this installation.
        now: The true moment, in UTC: the seal carries it, whatever the letter says.

    Returns:
        The sealed PDF, or what stands against it, and what must be said beside it.

    Raises:
        FormatError: the pages carry another letter than the one signed, or cannot be sealed.
        SettingError: the key is out of date or cannot be used.
    """
    is_in_force = signature.level is not SignerLevel.ADDRESS_FROM_PATIENT
    refused, notes = tuple(_refused(draft, signature, now)), tuple(_notes(draft, signature))
    if refused:
        return SealedLetter(None, refused, notes, is_in_force)
    whole = _with_records(pages(draft, signature=signature), draft, signature)
    reason = f"Letter {draft.letter}, version {draft.version}, as signed; level {int(signature.level)} of 3."
    return SealedLetter(seal(whole, keys, now, reason), refused, notes, is_in_force)


def _refused(draft: LetterDraft, signature: SignatureRecord, now: datetime) -> Iterator[SealFinding]:
    """List everything that stands against sealing."""
    yield from _open(draft)
    anew = "Have this version signed; a correction is a new version with a signature of its own."
    if signature.draft_sha256 != draft.sha256:
        said = "The words of the letter are not those that were signed."
        yield SealFinding(id="draft_changed_after_signing", says=said, next_step=anew)
    if (signature.letter, signature.version) != (draft.letter, draft.version):
        said = f"The signature is for {signature.letter}, version {signature.version}, not for this letter."
        yield SealFinding(id="signature_of_another_letter", says=said, next_step=anew)
    if draft.clinician is not None and signature.signer != draft.clinician.id:
        said = f"The letter names {draft.clinician.id} as signer, and {signature.signer} signed."
        yield SealFinding(id="signed_by_another", says=said, next_step=anew)
    yield from _misdated(draft, signature, now)


def _open(draft: LetterDraft) -> Iterator[SealFinding]:
    """List what is required and not answered."""
    for question in draft.questions:
        if question.is_required:
            who = "the clinician" if question.of is Speaker.CLINICIAN else "the patient"
            yield SealFinding(
                id=f"open_question:{question.id}",
                says=f"Still open ({question.where}): {question.asks}",
                next_step=f"Ask {who}; the answer makes a new version, which is then signed.",
            )
    for statement in draft.statements:
        if statement.by is Speaker.CLINICIAN and statement.agreed is None:
            yield SealFinding(
                id=f"open_statement:{statement.id}",
                says=f"The clinician has neither agreed nor disagreed: {statement.words}",
                next_step="Ask the clinician; nothing is agreed by silence.",
            )


def _misdated(draft: LetterDraft, signature: SignatureRecord, now: datetime) -> Iterator[SealFinding]:
    """List dates that cannot be true, or that would reach back."""
    if signature.signed_at > now:
        step = "Set this machine's clock right, or record the true moment of the signature."
        yield SealFinding(id="signed_in_the_future", says="The signature is dated after this moment.", next_step=step)
    if (signature.signed_at + _EAST).date() < draft.drafted_on:
        yield SealFinding(
            id="signed_before_drafted",
            says="The signature is dated before the letter was drafted.",
            next_step="Record the true moment of the signature; a letter is never dated back.",
        )
    if draft.starts_on is not None and draft.starts_on < (signature.signed_at - _WEST).date():
        yield SealFinding(
            id="starts_before_signed",
            says=f"The letter says treatment starts on {draft.starts_on}, before it was signed.",
            next_step="Draft a new version that starts on the day of signing or later.",
        )


def _notes(draft: LetterDraft, signature: SignatureRecord) -> Iterator[SealFinding]:
    """Say what a seal does not mend."""
    if signature.level is SignerLevel.ADDRESS_FROM_PATIENT:
        yield SealFinding(
            id="level_0",
            says=LEVELS[signature.level],
            next_step="Have number and licence matched, or reach the clinician through a contact found independently.",
        )
    for statement in draft.statements:
        if statement.by is Speaker.PATIENT and statement.agreed is None:
            yield SealFinding(
                id=f"patient_statement_open:{statement.id}",
                says=f"The patient has not yet said: {statement.words}",
                next_step="Have the patient answer and sign that; the clinician cannot say it.",
            )


def signature_json(signature: SignatureRecord) -> bytes:
    """Write the record of a signature as canonical JSON: how it travels inside the PDF."""
    return canonical_json(signature.model_dump(mode="json"))


def _with_records(pages: bytes, draft: LetterDraft, signature: SignatureRecord) -> bytes:
    """See that the pages carry the letter and its signature as data; attach what is missing."""
    wanted = {LETTER: draft.as_json(), SIGNATURE: signature_json(signature)}
    about = {LETTER: "The letter as data, as it was signed", SIGNATURE: "Who signed, how, and how sure that is"}
    with pdf_format.open_pdf(pages) as pdf:
        carried = pdf_format.attachments(pdf)
        for name, content in wanted.items():
            if name in carried and carried[name] != content:
                raise FormatError(
                    f"The pages carry another {name} than the one that was signed; nothing was sealed.",
                    "Report this with the case's id.",
                    format="letter",
                    place=name,
                )
        missing = [name for name in wanted if name not in carried]
        if not missing:
            return pages
        for name in missing:
            pdf_format.attach(pdf, name, wanted[name], "application/json", about[name], draft.drafted_on)
        return pdf_format.save(pdf)
