"""What clearinghouse and payer answer before anything is decided: TA1, 999, 277CA, each whole.

The case keeps the short form (`answer.Acknowledgement`). None of them says anything about payment.
"""

from datetime import date
from enum import StrEnum

from necessity.domain.record import Record


class Receipt(StrEnum):
    """What an answer comes to."""

    ACCEPTED = "accepted"
    WITH_ERRORS = "accepted_with_errors"
    PARTLY = "partly_accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class InterchangeAcknowledgement(Record):
    """A TA1: whether the envelope could be read."""

    control_number: str
    """Number of the interchange that is answered (its ISA13). Never missing."""
    sent_on: date | None = None
    """Day of that interchange."""
    receipt: Receipt
    """What it comes to. Never missing."""
    code: str
    """The note code (TA105)."""
    words: str
    """The same in words."""
    next_step: str
    """What to do."""


class FormFault(Record):
    """One error the receiver found in the form (IK3, IK4)."""

    segment_id: str
    """Segment, such as NM1."""
    position: int | None = None
    """Its number in the set, ST being 1."""
    loop: str | None = None
    """Its loop."""
    element: int | None = None
    """Element; missing: the segment as a whole."""
    component: int | None = None
    """Component of the element."""
    code: str
    """The receiver's code."""
    words: str
    """The same in words."""
    value: str | None = None
    """The bad value, where the receiver shows it."""
    context: tuple[str, ...] = ()
    """What the receiver adds, such as the claim (CLM01) it stood in."""


class SetAcknowledgement(Record):
    """The answer of a 999 for one set (AK2 … IK5)."""

    group_number: str
    """Control number of the group that is answered (its GS06). Never missing."""
    set_kind: str
    """Kind of set, such as 837. Never missing."""
    set_number: str
    """Its control number (its ST02). Never missing."""
    receipt: Receipt
    """What it comes to. Never missing."""
    code: str
    """The receiver's code (IK501)."""
    faults: tuple[FormFault, ...] = ()
    """Errors found."""
    next_step: str
    """What to do."""


class GroupAcknowledgement(Record):
    """The answer of a 999 for the whole group (AK9)."""

    group_number: str
    """Control number of the group that is answered. Never missing."""
    receipt: Receipt
    """What it comes to. Never missing."""
    code: str
    """The receiver's code (AK901)."""
    included: int | None = None
    """Sets the group said it holds."""
    received: int | None = None
    """Sets that arrived."""
    accepted: int | None = None
    """Sets that were accepted."""
    next_step: str
    """What to do."""


class ClaimStatus(Record):
    """One status of a claim or line in a 277CA (STC)."""

    category: str
    """A0 to A8: what happened."""
    status: str
    """The status code."""
    entity: str | None = None
    """Whom it is about."""
    words: str
    """Category and status in words."""
    stated_on: date | None = None
    """Day of the status."""
    action: str | None = None
    """WQ accepted, U rejected (STC03)."""
    note: str | None = None
    """The sender's own words (STC12)."""


class LineStatus(Record):
    """Statuses of one service line."""

    line_number: str | None = None
    """The claim's own line control number."""
    procedure_code: str | None = None
    """Procedure code."""
    charged_cents: int | None = None
    """Charge of the line."""
    statuses: tuple[ClaimStatus, ...] = ()
    """What is said of it."""


class ClaimAcknowledgement(Record):
    """What a 277CA says of one claim."""

    control_number: str
    """The claim's own number (its CLM01). Never missing."""
    receipt: Receipt
    """What it comes to. Never missing."""
    payer_claim_number: str | None = None
    """The payer's own number (REF 1K)."""
    clearinghouse_number: str | None = None
    """The clearinghouse's trace number (REF D9)."""
    charged_cents: int | None = None
    """Charge of the claim as received (STC04)."""
    served_on: date | None = None
    """First day of service."""
    served_to: date | None = None
    """Last day, where it is another one."""
    statuses: tuple[ClaimStatus, ...] = ()
    """What is said of it."""
    lines: tuple[LineStatus, ...] = ()
    """What is said of its lines."""
    starts_follow_up: bool = False
    """Whether the clock for asking after it starts (A1, A2)."""
    next_step: str
    """What to do."""


class BatchAcknowledgement(Record):
    """What a 277CA says of a whole batch, to the receiver or of one provider."""

    level: str
    """receiver or provider."""
    name: str | None = None
    """Whose batch it is."""
    accepted: int | None = None
    """Claims accepted (QTY 90, QA)."""
    rejected: int | None = None
    """Claims rejected (QTY AA, QC)."""
    accepted_cents: int | None = None
    """Charges accepted (AMT YU)."""
    rejected_cents: int | None = None
    """Charges rejected (AMT YY)."""
    statuses: tuple[ClaimStatus, ...] = ()
    """What is said of the batch."""
    receipt: Receipt
    """What it comes to. Never missing."""
    next_step: str
    """What to do."""
