"""What goes into a packet and what comes out: plain values, filled by the use case, laid out by `write`."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from necessity.domain.manifest import Manifest
from necessity.domain.record import Record


class PaperKind(StrEnum):
    """Which section of the packet a paper belongs to."""

    LETTER = "letter"
    RECEIPT = "receipt"
    ANSWER = "answer"
    OTHER = "other"


class PacketPart(StrEnum):
    """The parts of a packet that a payer may want in another order; cover first and manifest last are fixed."""

    STATEMENT = "statement"
    VISITS = "visits"
    LETTERS = "letters"
    RECEIPTS = "receipts"
    ANSWERS = "answers"
    LOG = "log"
    OTHERS = "others"


ORDER = (
    PacketPart.STATEMENT,
    PacketPart.VISITS,
    PacketPart.LOG,
    PacketPart.LETTERS,
    PacketPart.RECEIPTS,
    PacketPart.ANSWERS,
    PacketPart.OTHERS,
)
"""The order where the payer is not known to want another."""


class PacketPaper(Record):
    """One paper from outside, as it was received."""

    id: str
    """Id in the record, or several where one file serves several. Never missing."""
    title: str
    """What it is, in a few words that also serve a reader who cannot see the picture. Never missing."""
    kind: PaperKind
    """Which section it belongs to. Never missing."""
    file_name: str | None = None
    """Name of the file, without folders; missing where the record names none."""
    content: bytes | None = Field(default=None, repr=False)
    """The file, byte for byte; missing where the record names it but it is not there."""
    unsafe: str = ""
    """Why the file itself must not travel, such as a script in it; its pages are shown all the same. Empty: it may."""
    is_sealed: bool = False
    """Whether it carries a signature in its bytes: then it travels whole, and its pages are shown as a copy."""


class PacketRow(Record):
    """One claimed expense on the itemised statement."""

    id: str
    """Id of the session or expense. Never missing."""
    served_on: date | None = None
    """Day of service."""
    service: str
    """What was done, in plain words, without procedure codes. Never missing."""
    minutes: int | None = None
    """Whole minutes of direct contact; missing where it is not timed work."""
    provider: str | None = None
    """Who delivered it: the person and the business."""
    receipt: str | None = None
    """Id of the receipt that proves it."""
    charge_cents: int | None = None
    """What it costs, in cents."""
    paid_cents: int | None = None
    """What the receipt shows as paid for it, in cents; missing where the receipt does not say."""
    claimed_cents: int | None = None
    """What is asked for, in cents; missing where it is not settled."""
    note: str = ""
    """Why less is claimed than was charged; empty where nothing needs saying."""


class PacketOpenRow(Record):
    """One expense, or several alike, that this packet does not claim yet."""

    served_on: date | None = None
    """Day of service."""
    service: str
    """What it is, in plain words. Never missing."""
    charge_cents: int | None = None
    """What one of them costs, in cents."""
    count: int = 1
    """How many there are."""
    why: str
    """Why it is not claimed yet, in a sentence. Never missing."""


class PacketSession(Record):
    """One training session of the log."""

    served_on: date | None = None
    """The day it was held."""
    starts_at: time | None = None
    """Local start time."""
    minutes: int | None = None
    """Whole minutes of direct contact."""
    activities: tuple[str, ...] = ()
    """What was done, with minutes where they are known."""
    trainer: str | None = None
    """Who trained, and who oversaw it."""
    note: str | None = None
    """The trainer's note on progress toward the goals."""


class PacketReading(Record):
    """One measured value."""

    measured_on: date | None = None
    """The day it was measured."""
    value: Decimal
    """The value, in the goal's unit. Never missing."""


class PacketGoal(Record):
    """One goal of the training and what was measured toward it."""

    measure: str
    """What is measured. Never missing."""
    unit: str | None = None
    """Unit of the measure."""
    baseline: Decimal | None = None
    """Value at the start."""
    target: Decimal | None = None
    """Value to reach."""
    reach_by_on: date | None = None
    """By when."""
    readings: tuple[PacketReading, ...] = ()
    """What was measured, oldest first."""


class PacketVisit(Record):
    """One day of the attendance log of a gym programme."""

    visited_on: date | None = None
    """The day."""
    facility: str | None = None
    """The gym or studio."""
    activity: str | None = None
    """What was done, in words."""
    is_confirmed: bool | None = None
    """Whether the facility confirmed this day."""


class PacketProgramme(Record):
    """What a form of a wellness programme asks for."""

    facts: tuple[tuple[str, str], ...] = ()
    """Label and value, a line each: period, visits asked for, from when and until when it is taken."""
    visits: tuple[PacketVisit, ...] = ()
    """The attendance log of the period, oldest first."""
    confirmed: str = ""
    """What the record says of the facility's confirmation, in a sentence; empty: there is no log."""
    tax: tuple[str, ...] = ()
    """What the tax law makes of the money, a sentence each with its source."""


class PortalWords(Record):
    """What a payer calls things, where it is known to have a word of its own; missing: ours is used."""

    account_holder: str | None = None
    """Its word for the account holder, such as `Participant`."""
    member_number: str | None = None
    """Its word for the member number."""
    letter: str | None = None
    """Its word for the letter of medical necessity, such as `Doctor's note`."""
    request: str | None = None
    """Its word for a request for reimbursement, such as `Claim`."""


class PacketContents(Record):
    """Everything the writer needs. What is missing is said on the cover, never filled in."""

    case_id: str
    """Id of the case, printed on every page. Never missing."""
    made_on: date
    """The date the packet carries. Never missing."""
    title: str
    """What this is, such as `Request for reimbursement`. Never missing."""
    payer_name: str
    """Who it is for. Never missing."""
    funding_source: str
    """The account or plan in words, such as `Health FSA`. Never missing."""
    plan_year: str | None = None
    """The plan year or years the claimed days fall in, in words."""
    patient_name: str | None = None
    """Who was treated."""
    patient_born_on: date | None = None
    """The patient's date of birth."""
    account_holder: str | None = None
    """Whose account or coverage it is."""
    member_id: str | None = None
    """The number the payer knows the account holder by."""
    employer: str | None = None
    """The employer whose plan it is."""
    providers: tuple[str, ...] = ()
    """Who delivered the services, with credentials, business and tax number, a line each."""
    rows: tuple[PacketRow, ...] = ()
    """The claimed expenses, oldest first."""
    open_rows: tuple[PacketOpenRow, ...] = ()
    """What is not claimed yet, and why."""
    sessions: tuple[PacketSession, ...] = ()
    """The session log of the claimed sessions, oldest first."""
    goals: tuple[PacketGoal, ...] = ()
    """Goals and measurements."""
    papers: tuple[PacketPaper, ...] = ()
    """Letters, receipts and other papers; they are shown in the order of `order`."""
    programme: PacketProgramme | None = None
    """What a wellness programme asks for; missing for every other payer."""
    order: tuple[PacketPart, ...] = ORDER
    """In which order the parts stand; each that is there once."""
    words: PortalWords = PortalWords()
    """What this payer calls things."""
    part: int | None = None
    """Which part this is, where the whole does not fit into one file; missing: it is whole."""
    parts: int | None = None
    """How many parts there are."""
    missing: tuple[str, ...] = ()
    """What the packet lacks, a sentence each; the writer adds what it finds itself."""
    certification: str | None = None
    """What the account holder is asked to sign by hand; missing where nothing is to be signed."""
    decided_by: str
    """Who has the last word, in a sentence. Never missing."""
    notice: str
    """What this is not. Never missing."""


class Packet(Record):
    """A finished packet."""

    pdf: bytes = Field(repr=False)
    """The document."""
    manifest: Manifest
    """Every file in it, with its digest."""
    missing: tuple[str, ...]
    """What it lacks, a sentence each; empty: nothing that we know of."""
    page_count: int
    """How many pages it has."""
