"""Where a claim stands and what comes next: the step, its last day, where that comes from."""

from datetime import date
from enum import StrEnum

from necessity.domain.decision import Citation, Finding
from necessity.domain.ledger import ClaimLedger
from necessity.domain.record import Record


class StepKind(StrEnum):
    """The steps there are."""

    FILE = "file"
    ASK_ARRIVAL = "ask_arrival"
    WAIT = "wait"
    ASK_WHY = "ask_why"
    KEEP = "keep"
    RESEND = "resend"
    CORRECT = "correct"
    SEND_RECORDS = "send_records"
    LOOK = "look"
    APPEAL = "appeal"
    SECOND_LEVEL = "second_level"
    ASK_LEVEL = "ask_level"
    WAIT_APPEAL = "wait_appeal"
    EXTERNAL_REVIEW = "external_review"
    WAIT_REVIEW = "wait_review"
    COMPLAIN = "complain"
    USE_ACCOUNT = "use_account"
    OWN_POCKET = "own_pocket"
    CLOSE = "close"
    PAY_BACK = "pay_back"


class NextStep(Record):
    """One thing to do, or to wait for."""

    kind: StepKind
    """What kind of step."""
    title: str
    """What to do, in a few words."""
    says: str
    """The same in a sentence or two."""
    whose: str = "person"
    """Who must act: person, plan, reviewer."""
    due_on: date | None = None
    """Last day; None: there is none, or it is not known."""
    counted: str = ""
    """What the day is counted from, in words; where there is no day, why."""
    is_late: bool = False
    """Whether that day is past."""
    is_draft: bool = False
    """Whether the time limit rests on what nobody has verified: shown, never to be relied upon."""
    inference: str = ""
    """What in it is our own conclusion; empty where the sources say all of it."""
    day_citations: tuple[Citation, ...] = ()
    """Where the last day, or that there is none, comes from."""
    citations: tuple[Citation, ...] = ()
    """Where step and day come from."""
    command: str = ""
    """The command that does it, without the program's name and the folder; empty where there is none."""


class Standing(StrEnum):
    """How a claim stands, in one word."""

    DRAFT = "draft"
    SENT = "sent"
    NOT_TAKEN_IN = "not_taken_in"
    IN_DECISION = "in_decision"
    REFUSED = "refused"
    APPEALED = "appealed"
    IN_REVIEW = "in_review"
    PAID_IN_PART = "paid_in_part"
    PAID = "paid"
    CLOSED = "closed"
    NOBODY_DECIDES = "nobody_decides"


class ClaimStanding(Record):
    """One claim: where it stands, what is due, what comes next."""

    claim: str
    """Id of the claim."""
    funding_source: str
    """Id of who was asked."""
    payer: str
    """The same in words."""
    plan_type: str | None
    """Type of plan whose time limits hold; None: not known."""
    standing: Standing
    """How it stands."""
    says: str
    """The same in a sentence."""
    money: ClaimLedger
    """Its balance."""
    denial: str | None
    """Id of the refusal that stands; None: none does."""
    level: int
    """How many appeals the plan has decided."""
    next: NextStep
    """What comes next."""
    also: tuple[NextStep, ...]
    """What else can or must be done, most pressing first."""
    no_review: NextStep | None = None
    """Why nobody independent can review the refusal, where that is known; None: somebody can, or nothing is known."""


class FollowUp(Record):
    """Every claim of a case on a day."""

    case: str
    """Id of the case."""
    on: date
    """The day."""
    claims: tuple[ClaimStanding, ...]
    """Claims, those with the nearest day first."""
    unplaced: tuple[str, ...]
    """Answers that met no claim or came twice, a sentence each."""
    provider_changes: tuple[str, ...]
    """What a payer changed of its payments to a provider that refers to no claim here, a sentence each."""
    findings: tuple[Finding, ...]
    """What is paid, or asked for, twice."""
    notice: str
    """What this is not."""
