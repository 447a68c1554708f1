"""What came back: acknowledgements, remittances with their lines and adjustments, denials, and what met no claim."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from necessity.domain.record import Record


class ClaimStage(StrEnum):
    """Whether a denied service was still ahead, already given, or urgent."""

    PRE_SERVICE = "pre_service"
    POST_SERVICE = "post_service"
    URGENT = "urgent"


class AnswerSource(StrEnum):
    """What told an answer."""

    X12 = "x12"
    FHIR = "fhir"
    BY_HAND = "by_hand"


class AnswerKind(StrEnum):
    """What an answer is about."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REMITTANCE = "remittance"
    DENIAL = "denial"
    PROVIDER_AMOUNT = "provider_amount"


class AnswerLevel(StrEnum):
    """How far somebody looked before answering."""

    ENVELOPE = "envelope"
    """Whether the envelope could be read (TA1)."""
    FORM = "form"
    """Whether the message has the right form (999)."""
    CLAIM = "claim"
    """Whether the claim goes on to be decided (277CA)."""


class AnsweredMessage(Record):
    """The message an answer is about, as the answer names it."""

    interchange: str | None = None
    """Control number of the interchange (ISA13), in a TA1."""
    group: str | None = None
    """Control number of the group (GS06), in a 999."""
    set_number: str | None = None
    """Control number of the set (ST02), in a 999."""
    answered_by: str | None = None
    """Who answers (ISA06 of the answer): the receiver of the message."""
    sent_on: date | None = None
    """Day of the interchange, in a TA1."""
    named: tuple[str, ...] = ()
    """Claims in it that the answer speaks of by themselves (CLM01)."""


class Acknowledgement(Record):
    """A payer's or clearinghouse's word that a claim arrived, or did not."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""
    received_on: date | None = None
    """When the acknowledgement came."""
    accepted: bool | None = None
    """Whether the claim went on: into adjudication, or, as `level` says, only past envelope or form."""
    payer_claim_number: str | None = None
    """The payer's own number."""
    reason: str | None = None
    """What it says, in words; where it refuses the claim, why."""
    resent_on: date | None = None
    """When the claim was sent again after it; it then says nothing of where the claim is. Missing: it was not."""
    source: AnswerSource | None = None
    """What told it; missing: written down by hand."""
    told_by: str | None = None
    """Name of the file it was read from."""
    sha256: str | None = None
    """Digest of what it says: the same answer read again has the same."""
    level: AnswerLevel | None = None
    """How far was looked; missing: not known, as when written down by hand."""
    message: str | None = None
    """Control number of the message it answers (ISA13), where that is known."""


def latest_acknowledgements(acknowledged: Iterable[Acknowledgement], claim: str) -> list[Acknowledgement]:
    """Give the acknowledgements of a claim, without those of an earlier message once a later one was answered.

    A claim that was refused, mended and sent again is where the last sending stands; a word after which it was sent
    again says nothing now.
    """
    own = [one for one in acknowledged if one.claim == claim and one.resent_on is None]
    last = max((int(one.message) for one in own if one.message and one.message.isdecimal()), default=None)
    return [one for one in own if one.message is None or not one.message.isdecimal() or int(one.message) == last]


class Adjustment(Record):
    """Why an amount changed."""

    group: str | None = None
    """CO, OA, PI or PR: who bears it."""
    reason: str | None = None
    """Claim adjustment reason code."""
    amount_cents: int | None = None
    """How much; negative raises the payment."""


class RemittanceLine(Record):
    """What the payer says of one service line."""

    id: str
    """The line's own control number as the payer gives it back, else its place in the answer. Never missing."""
    sequence: int | None = None
    """Which line of the claim, counted from 1, where the answer counts them."""
    service_line: str | None = None
    """Id of the claim's line it answers; missing: it meets none."""
    served_on: date | None = None
    """Day of service."""
    procedure_code: str | None = None
    """The code that was decided on, as the payer writes it."""
    charged_cents: int | None = None
    """What was asked."""
    allowed_cents: int | None = None
    """What the payer's terms allow."""
    paid_cents: int | None = None
    """What was paid."""
    adjustments: tuple[Adjustment, ...] = ()
    """Why the rest was not."""
    remark_codes: tuple[str, ...] = ()
    """Remark codes of the line."""


class ToldAnswer(Record):
    """What an answer says, whatever it meets. What takes an earlier answer back has amounts below zero."""

    received_on: date | None = None
    """When it came."""
    paid_on: date | None = None
    """Day of the payment or of the status, as the payer dates it."""
    is_reversal: bool | None = None
    """Whether it takes an earlier answer back; its amounts are then below zero."""
    status: str | None = None
    """The payer's status of the claim: 1 processed, 4 denied, 22 reversal …"""
    payer_claim_number: str | None = None
    """The payer's own number; a corrected claim or an appeal names it."""
    trace_number: str | None = None
    """Number of the cheque or transfer."""
    charged_cents: int | None = None
    """What was asked."""
    allowed_cents: int | None = None
    """What the payer's terms allow."""
    paid_cents: int | None = None
    """What was paid."""
    patient_owes_cents: int | None = None
    """What the payer counts as the patient's share."""
    adjustments: tuple[Adjustment, ...] = ()
    """Why the rest of the claim as a whole was not paid; a line's own stand with the line."""
    remark_codes: tuple[str, ...] = ()
    """Remark codes of the claim."""
    lines: tuple[RemittanceLine, ...] = ()
    """What is said line by line."""
    source: AnswerSource | None = None
    """What told it; missing: written down by hand."""
    told_by: str | None = None
    """Name of the file it was read from, with the place in it."""
    sha256: str | None = None
    """Digest of what it says: the same answer read again has the same."""


class Remittance(ToldAnswer):
    """What the payer says it paid for one claim."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""


class ProviderAmount(Record):
    """A change of a payment to the provider that is no part of any claim's money (PLB): it moves no balance."""

    id: str
    """Short name. Never missing."""
    claim: str | None = None
    """Id of the claim it refers to; missing: it refers to none here."""
    received_on: date | None = None
    """When it came."""
    paid_on: date | None = None
    """Day of the payment that it changes."""
    trace_number: str | None = None
    """Number of that cheque or transfer."""
    reason: str
    """Its reason code: WO, 72, FB, L6 … Never missing."""
    reference: str | None = None
    """What it refers to, as the payer writes it."""
    amount_cents: int
    """How much; positive lowers the payment. Never missing."""
    says: str | None = None
    """Whose balance it is, and of which fiscal year."""
    source: AnswerSource | None = None
    """What told it; missing: written down by hand."""
    told_by: str | None = None
    """Name of the file it was read from, with the place in it."""
    sha256: str | None = None
    """Digest of what it says: the same one read again has the same."""


class Denial(Record):
    """A payer's no, and when it was received; the clock of an appeal starts here."""

    id: str
    """Short name. Never missing."""
    claim: str
    """Id of the claim. Never missing."""
    received_on: date | None = None
    """When the notice was received."""
    stage: ClaimStage | None = None
    """Whether the service was still ahead, already given, or urgent."""
    is_final_internal: bool | None = None
    """Whether it is the plan's final internal answer."""
    rests_on_medical_judgment: bool | None = None
    """Whether it turns on necessity, appropriateness or level of care rather than on the contract."""
    reason: str | None = None
    """Reason code or words."""
    remark_codes: tuple[str, ...] = ()
    """Remark codes beside the reason."""
    lines: tuple[str, ...] = ()
    """Ids of the service lines it refuses; empty: the claim as a whole, or not known."""
    remittance: str | None = None
    """Id of the remittance that says it; missing: a notice of its own."""
    is_by_reviewer: bool | None = None
    """Whether somebody independent, asked after the plan's last word, refused it."""
    appealed_on: date | None = None
    """When it was appealed; missing: not yet, or not known."""
    review_asked_on: date | None = None
    """When a review by somebody independent was asked for; missing: not yet, or not known."""
    file: str | None = None
    """The notice itself, a path under papers/."""


class WhyUnplaced(StrEnum):
    """Why an answer was kept beside the claims instead of being posted to one."""

    NO_SUCH_CLAIM = "no_such_claim"
    SEVERAL_CLAIMS = "several_claims"
    CAME_TWICE = "came_twice"
    SAME_PAYMENT = "same_payment"
    ESTIMATE = "estimate"
    TAKEN_BACK = "taken_back"
    NO_AMOUNT = "no_amount"
    WRONG_SIGN = "wrong_sign"


class ReceivedAnswer(ToldAnswer):
    """An answer as it was read, before it meets a claim; kept as it is where it met none, or came twice."""

    id: str
    """Short name. Never missing."""
    kind: AnswerKind
    """What it is about. Never missing."""
    why: WhyUnplaced | None = None
    """Why it was not posted; missing: it has not been tried."""
    control_number: str | None = None
    """The claim's number as the answer gives it."""
    is_accepted: bool | None = None
    """Acknowledgement: whether the claim goes on."""
    level: AnswerLevel | None = None
    """Acknowledgement: how far was looked."""
    message: AnsweredMessage = AnsweredMessage()
    """Acknowledgement: the message it is about, where it names one."""
    is_estimate: bool | None = None
    """Whether it answers a question beforehand, so that nothing is paid by it."""
    is_taken_back: bool | None = None
    """Whether the payer took this very answer back, without saying what it comes to now."""
    says: str | None = None
    """What it says, in words, where there are any."""
    claim: str | None = None
    """Id of the claim it is about, where that is known all the same."""
    same_as: str | None = None
    """Id of the record that already holds it, where it came twice."""
    settled_by: str | None = None
    """Id of the record that holds it now, once its claim was found."""
