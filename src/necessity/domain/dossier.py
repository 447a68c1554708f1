"""What a person has at hand when the tax return is made, and when somebody asks: money by account, papers, years."""

from datetime import date

from necessity.domain.decision import Citation, Finding
from necessity.domain.record import Record


class Movement(Record):
    """Money that one source paid for one expense, or took back."""

    expense: str
    """Id of the session or expense."""
    funding_source: str
    """Id of who paid; empty: somebody outside this case."""
    paid_on: date | None
    """When; None is unknown."""
    amount_cents: int
    """How much; below zero: taken back."""
    told_by: str
    """What tells it: the remittance's or repayment's id."""


class DossierExpense(Record):
    """One session or expense of the year."""

    id: str
    """Its id."""
    served_on: date | None
    """Day of service."""
    what: str
    """What it was, in words."""
    paid_on: date | None
    """When it was paid, as its receipt says."""
    paid_to: str | None
    """Who was paid."""
    cost_cents: int | None
    """What it cost; None is unknown."""
    came_back_cents: int
    """What came back of it from anybody, in any year."""
    asked_cents: int
    """What open claims still ask for it."""
    left_cents: int | None
    """What of the patient's own care nobody paid or is asked for; None is unknown."""
    counts: str
    """Whether it could be deducted: yes, no, open."""
    why: str
    """Why not, or what is open; empty where it counts."""
    receipt: str | None
    """Id of its receipt."""


class AccountYear(Record):
    """What one source paid in the year."""

    funding_source: str
    """Its id; empty: somebody outside this case."""
    name: str
    """What it is."""
    owner: str
    """Whose it is."""
    is_hsa: bool
    """Whether its owner alone decides, and keeps the proof."""
    paid_cents: int
    """What it paid in the year."""
    undated_cents: int
    """What it paid on days that are not in the record."""
    movements: tuple[Movement, ...]
    """Payments of the year, by day."""


class Deduction(Record):
    """What of the year could be deducted on a return that itemises."""

    candidates_cents: int
    """Expenses that meet the requirements we know, less what came back or is asked."""
    open_cents: int
    """The same of expenses about which a question is open."""
    other_cents: int | None
    """Other medical expenses of the year, as the record says."""
    income_cents: int | None
    """Adjusted gross income of the year; None is unknown."""
    floor_cents: int | None
    """What must be exceeded; None is unknown."""
    above_floor_cents: int | None
    """What rises above it, of the candidates alone; None is unknown."""
    itemises: bool | None
    """Whether the return itemises."""
    notes: tuple[str, ...]
    """What it hangs on."""
    citations: tuple[Citation, ...]
    """Where floor and rule come from."""


class DossierPaper(Record):
    """One paper."""

    title: str
    """What it is."""
    file: str | None
    """Its path in the case folder; None: there is none in the record."""
    sha256: str | None
    """Digest of the file; None: it is not at hand."""
    keep_until: date | None
    """Until when we advise keeping it; None: longer than can be said today."""


class Keep(Record):
    """How long something is kept."""

    what: str
    """What it is about."""
    until: date
    """The day."""
    citations: tuple[Citation, ...]
    """Where that comes from."""


class Dossier(Record):
    """One year of a case."""

    case: str
    """Id of the case."""
    year: int
    """The calendar year."""
    made_on: date
    """The day it was made for."""
    person: str
    """Whose care it is."""
    holder: str
    """Whose account or return it is, as far as the record says."""
    expenses: tuple[DossierExpense, ...]
    """Expenses paid in the year, or paid back in it."""
    accounts: tuple[AccountYear, ...]
    """What was paid from where."""
    deduction: Deduction
    """What may be deducted."""
    papers: tuple[DossierPaper, ...]
    """Papers with their digests."""
    keeps: tuple[Keep, ...]
    """How long, from law and from our advice."""
    keep_note: str
    """What makes it longer."""
    hsa: str
    """What an HSA's owner would show; empty where none paid."""
    hsa_citations: tuple[Citation, ...]
    """Where that comes from."""
    findings: tuple[Finding, ...]
    """What is paid, or asked for, twice."""
    missing: tuple[str, ...]
    """What the record lacks for the year."""
    notice: str
    """What this is not."""
