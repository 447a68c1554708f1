"""What checking a seal comes to: values and sentences, for a screen, a page or a program."""

from enum import StrEnum

from pydantic import AwareDatetime

from necessity.domain.record import Record
from necessity.domain.signature import SignatureRecord, SignerLevel


class SealState(StrEnum):
    """The one word about a file."""

    INTACT = "intact"
    """Sealed here, and not a byte has changed since."""
    DOUBTFUL = "doubtful"
    """Not a byte has changed, but something about the seal or what it holds does not fit; the findings say what."""
    FOREIGN = "foreign"
    """Sealed under a certificate that this installation does not know, and not changed since."""
    ALTERED = "altered"
    """Changed after it was sealed, or its seal is damaged."""
    UNSEALED = "unsealed"
    """It carries no seal."""


class SealFinding(Record):
    """One thing found out about a seal."""

    id: str
    """Short name. Never missing."""
    says: str
    """In one sentence. Never missing."""
    next_step: str = ""
    """What to do; empty: nothing."""


class SealReport(Record):
    """All that can be said about a file's seal without asking anybody."""

    state: SealState
    """The one word. Never missing."""
    says: str
    """The same in a sentence. Never missing."""
    size_bytes: int
    """Length of the file. Never missing."""
    sha256: str
    """SHA-256 of the file. Never missing."""
    sealed_bytes: int | None = None
    """How much of the file a seal that holds protects, from its beginning; missing where no seal holds."""
    sealed_at: AwareDatetime | None = None
    """The moment that the sealing machine's clock gave, in UTC; missing where it cannot be read."""
    sealed_by: str | None = None
    """Name on the certificate; missing where there is none."""
    installation: str | None = None
    """Name of this installation, where it sealed the file."""
    certificate_sha256: str | None = None
    """SHA-256 of the certificate, to be compared with what the sealer tells by another way."""
    certificate_until: AwareDatetime | None = None
    """When the certificate runs out or ran out."""
    key_retired_at: AwareDatetime | None = None
    """When the key was retired here; missing while it seals, and for foreign seals."""
    reason: str | None = None
    """What the seal says it stands for."""
    case: str | None = None
    """Id of the case the letter is for; missing where the file holds no letter."""
    letter: str | None = None
    """Id of the letter."""
    version: int | None = None
    """Its version."""
    signature: SignatureRecord | None = None
    """Who signed and how, as recorded inside; missing where the file holds no signature record."""
    is_in_force_by_level: bool | None = None
    """False where the signer's level can never put a letter in force; missing where the level is not known."""
    level_words: str | None = None
    """What the level of the signature means."""
    attachments: tuple[str, ...] = ()
    """Names of the files it carries."""
    findings: tuple[SealFinding, ...] = ()
    """What does not fit, or should be known."""
    cannot_know: tuple[str, ...] = ()
    """What no seal can say."""


STATES = {
    SealState.INTACT: "Sealed by this installation, and not a byte has changed since.",
    SealState.DOUBTFUL: "Not a byte has changed since it was sealed, but something does not fit.",
    SealState.FOREIGN: "Sealed under a certificate this installation does not know; not changed since.",
    SealState.ALTERED: "This file was changed after it was sealed, or its seal is damaged.",
    SealState.UNSEALED: "This file carries no seal.",
}
"""The sentence for each state."""

LEVELS = {
    SignerLevel.ADDRESS_FROM_PATIENT: (
        "The signature came from an address that the patient gave. Nobody has checked who answered there: "
        "this does not put the letter in force."
    ),
    SignerLevel.LICENCE_MATCHED: (
        "The signature came from an address that the patient gave; number and licence were matched with a public "
        "register. That the named clinician answered is not shown."
    ),
    SignerLevel.INDEPENDENT_CONTACT: (
        "The signature came through a contact found independently of the patient, or in ink on letterhead."
    ),
    SignerLevel.ORGANISATION: "The signer was signed in through their own organisation.",
}
"""What each level means, in words."""

CANNOT_KNOW_PERSON = "The seal shows that the bytes are the same. It does not show which person signed."
CANNOT_KNOW_TIME = "The moment is what the sealing machine's clock said; no outside authority has stamped the time."
CANNOT_KNOW_FOREIGN = (
    "Whose certificate this is cannot be known from the file: compare its SHA-256 with one that the sealer tells you."
)
CANNOT_KNOW_REVOKED = "Whether a key was stolen or a certificate withdrawn is not asked of anybody: this works offline."
CANNOT_KNOW_UNSEALED = "Whether this file was ever changed cannot be known."
CANNOT_KNOW_MEDICINE = "Whether what the letter says is true, and what a plan makes of it, no seal can say."
