"""Who signed a letter, how, and how sure anybody can be of it. A seal proves bytes; this says who stood behind them."""

from datetime import date
from enum import IntEnum, StrEnum

from pydantic import AwareDatetime

from necessity.domain.codes import Npi
from necessity.domain.people import Licence
from necessity.domain.record import Record


class SignerLevel(IntEnum):
    """How well we know that the named clinician signed. Level 0 never puts a letter in force."""

    ADDRESS_FROM_PATIENT = 0
    """The request went to an address the patient gave; nothing more is known."""
    LICENCE_MATCHED = 1
    """Level 0, and somebody matched number and licence against a public register."""
    INDEPENDENT_CONTACT = 2
    """A reply through a contact found independently of the patient, or wet ink on letterhead."""
    ORGANISATION = 3
    """Signed in through the clinician's own organisation."""


class SigningMethod(StrEnum):
    """What the signer did."""

    TYPED = "typed"
    DRAWN = "drawn"
    WET_INK = "wet_ink"


class SignerCheck(Record):
    """One thing somebody checked about the signer."""

    what: str
    """What was matched, such as the number in the NPPES register or the licence at the state board. Never missing."""
    by: str
    """Who checked. Never missing."""
    at: AwareDatetime
    """When, in UTC. Never missing."""
    result: str
    """What was found, in plain words. Never missing."""


class SignatureRecord(Record):
    """One clinician's signature under one version of one letter, as it is stored, printed and sealed."""

    letter: str
    """Id of the letter. Never missing."""
    version: int
    """Which version of it, counted from 1. Never missing."""
    draft_sha256: str
    """SHA-256 of the canonical JSON of the draft that was signed. Never missing."""
    signer: str
    """Id of the clinician. Never missing."""
    name: str
    """The name as signed. Never missing."""
    licence: Licence | None = None
    """The licence behind the name."""
    licence_number: str | None = None
    """Its number."""
    licence_state: str | None = None
    """The state that licensed."""
    npi: Npi | None = None
    """National provider identifier."""
    method: SigningMethod
    """Typed, drawn or in ink. Never missing."""
    intent: str
    """The sentence the signer agreed to. Never missing."""
    signed_at: AwareDatetime
    """The true moment, in UTC. Never missing, never moved."""
    dated_on: date | None = None
    """The local day of signing; for ink the day written on the paper, which `signed_at` then only recorded."""
    drawing: str | None = None
    """The drawn signature, a path under papers/; missing unless drawn."""
    drawing_sha256: str | None = None
    """SHA-256 of that file."""
    paper: str | None = None
    """Photo or scan of the signed paper, a path under papers/; missing unless signed in ink."""
    is_on_letterhead: bool | None = None
    """Whether a person saw the practice's letterhead on that paper."""
    reauthenticated_at: AwareDatetime | None = None
    """When the signer proved anew who they are; missing where there is no account."""
    level: SignerLevel
    """How sure we are of the signer. Never missing."""
    checks: tuple[SignerCheck, ...] = ()
    """What the level rests on."""

    @property
    def day(self) -> date:
        """The local day of signing; where that is not known, the day in UTC."""
        return self.dated_on or self.signed_at.date()
