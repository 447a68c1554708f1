"""Which evidence about a signer gives which level, as a table, and how a level is said in words.

A level is worked out from what somebody recorded, each time anew; nobody sets it. The newest look at a thing counts,
and one that failed keeps the letter at level 0 until it is looked up again.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from necessity.domain.signature import SignerLevel


class SignerEvidence(StrEnum):
    """One thing that can be known about who signed."""

    NPI_MATCHED = "npi_matched"
    """The provider number belongs to that name in the public register."""
    LICENCE_MATCHED = "licence_matched"
    """The licence belongs to that name and is in force, says the state's board."""
    INDEPENDENT_CONTACT = "independent_contact"
    """The reply came through a contact that was found without the patient."""
    LETTERHEAD = "letterhead"
    """The signed paper carries the practice's letterhead."""
    WET_INK = "wet_ink"
    """The signature on the paper is ink."""
    ORGANISATION_SIGN_IN = "organisation_sign_in"
    """The signer signed in through their own organisation."""


class EvidenceRule(NamedTuple):
    """What has to be said for one kind of evidence."""

    asks: str
    """What the note must tell."""
    recorded_by: str
    """The only way it comes into the record: check, paper or sign_in."""


EVIDENCE: dict[SignerEvidence, EvidenceRule] = {
    SignerEvidence.NPI_MATCHED: EvidenceRule("where the number was looked up", "check"),
    SignerEvidence.LICENCE_MATCHED: EvidenceRule("at which board the licence was looked up", "check"),
    SignerEvidence.INDEPENDENT_CONTACT: EvidenceRule("how the contact was found without the patient", "check"),
    SignerEvidence.LETTERHEAD: EvidenceRule("who looked at the paper", "paper"),
    SignerEvidence.WET_INK: EvidenceRule("who looked at the paper", "paper"),
    SignerEvidence.ORGANISATION_SIGN_IN: EvidenceRule("which organisation", "sign_in"),
}
"""What each kind of evidence needs."""

LEVELS: tuple[tuple[SignerLevel, frozenset[SignerEvidence]], ...] = (
    (SignerLevel.ORGANISATION, frozenset({SignerEvidence.ORGANISATION_SIGN_IN})),
    (SignerLevel.INDEPENDENT_CONTACT, frozenset({SignerEvidence.INDEPENDENT_CONTACT})),
    (SignerLevel.INDEPENDENT_CONTACT, frozenset({SignerEvidence.WET_INK, SignerEvidence.LETTERHEAD})),
    (SignerLevel.LICENCE_MATCHED, frozenset({SignerEvidence.NPI_MATCHED, SignerEvidence.LICENCE_MATCHED})),
    (SignerLevel.ADDRESS_FROM_PATIENT, frozenset()),
)
"""Level and the evidence that is enough for it, highest first; all of a set is needed."""

LEVEL_WORDS: dict[SignerLevel, str] = {
    SignerLevel.ADDRESS_FROM_PATIENT: (
        "The request went to an address the patient gave, and nobody has checked who answered. "
        "A letter signed like this is not in force."
    ),
    SignerLevel.LICENCE_MATCHED: (
        "Somebody matched the provider number and the licence with public registers. "
        "That the person of that name signed is not shown by this."
    ),
    SignerLevel.INDEPENDENT_CONTACT: (
        "The signature came through a contact found without the patient, or in ink on the practice's letterhead."
    ),
    SignerLevel.ORGANISATION: "The signer signed in through their own organisation.",
}
"""What a level means, for every text that names it. A seal proves bytes; only this says who stood behind them."""


def level_of(looks: Iterable[tuple[SignerEvidence, bool]]) -> SignerLevel:
    """Work out the level that some evidence gives.

    Args:
        looks: What was looked at and whether it matched, oldest first.

    Returns:
        The highest level whose evidence is all there; level 0 as long as the newest look at anything failed.

    Examples:
        >>> level_of([(SignerEvidence.NPI_MATCHED, True)]).value
        0
        >>> level_of([(SignerEvidence.NPI_MATCHED, True), (SignerEvidence.LICENCE_MATCHED, True)]).value
        1
    """
    newest = dict(looks)
    if not all(newest.values()):
        return SignerLevel.ADDRESS_FROM_PATIENT
    return next(level for level, enough in LEVELS if enough <= set(newest))


def ways_to(level: SignerLevel, looks: Iterable[tuple[SignerEvidence, bool]]) -> tuple[tuple[SignerEvidence, ...], ...]:
    """List the ways to a level by looking things up, each as what it still lacks; the shortest first."""
    have = {evidence for evidence, matched in dict(looks).items() if matched}
    checks = {evidence for evidence, rule in EVIDENCE.items() if rule.recorded_by == "check"}
    ways = [tuple(sorted(enough - have)) for at, enough in LEVELS if at >= level and enough <= checks]
    return tuple(sorted(ways, key=lambda way: (len(way), way)))
