"""Where the money for training that is still ahead comes from: the plan as a value, and nothing of how it is made."""

from datetime import date

from necessity.domain.decision import Outcome, RulebookVersion
from necessity.domain.record import Record


class PlanQuestion(Record):
    """One thing the plan cannot do without, or could be sharper with."""

    about: str
    """Short name of what is missing: price, frequency, weeks, balance, limit … or a fact as `fact@id`."""
    question: str
    """The plain question."""
    answer_with: str
    """What to type, or where in the record it belongs."""


class TrainingAhead(Record):
    """The training the plan is about."""

    sessions: int
    """How many sessions are ahead."""
    first_on: date | None
    """Day of the first."""
    last_on: date | None
    """Day of the last."""
    weekdays: tuple[str, ...]
    """The days of the week they fall on: mon, tue …"""
    price_cents: int | None
    """What one costs, where it is not in the record already; None where each session says so itself."""
    cost_cents: int | None
    """What they cost together; None is unknown."""
    from_order: str | None
    """Id of the order they follow; None where the record lists them all."""


class PlannedPart(Record):
    """What one account year pays of one session."""

    funding_source: str
    """Id of the funding source."""
    plan_year: str | None
    """Id of the plan year; None for an account without years."""
    cents: int
    """How much."""


class PlannedSession(Record):
    """One session or expense and who pays for it."""

    id: str
    """Its id in the record, or `ahead-` and a number."""
    served_on: date | None
    """The day."""
    is_ahead: bool
    """Whether it is still to come; others are in the record and still due."""
    cost_cents: int | None
    """What it costs."""
    parts: tuple[PlannedPart, ...]
    """Who pays what of it, in the order of the plan."""
    left_cents: int | None
    """What no account pays as the record stands; None is unknown."""
    is_open: bool
    """Whether an unanswered question stands between it and an account."""


class Hindrance(Record):
    """Why some sessions are not paid from an account."""

    rule: str
    """Id of the rule."""
    outcome: Outcome
    """not_payable, pended or review."""
    message: str
    """What stands in the way."""
    next_step: str
    """What to do about it; empty where nothing helps."""
    sessions: int
    """How many sessions ahead it holds for."""
    first_on: date | None
    """Day of the first of them."""
    last_on: date | None
    """Day of the last of them."""


class AccountYear(Record):
    """One account's money of one plan year, or of an account without years, and what the plan does with it."""

    funding_source: str
    """Id of the funding source."""
    kind: str
    """Kind of funding source."""
    owner: str | None
    """Whose it is, in words, where the record says so."""
    plan_year: str | None
    """Id of the plan year; None for an account without years."""
    use_by_on: date | None
    """Last day of care it pays for, a grace period included; None: it does not run out."""
    claim_by_on: date | None
    """Last day to send in claims; None: no such day, or not known."""
    order_words: str
    """Why it stands at this place in the order."""
    decided_by: str
    """Who has the last word, in a sentence."""
    outcome: Outcome
    """What the sessions ahead come to here: the best answer among them."""
    money_cents: int | None
    """What is there for this case; None is unknown."""
    held_cents: int
    """What sessions already held, and still to be claimed, take of it."""
    planned_cents: int
    """What sessions ahead take of it."""
    sessions: int
    """How many sessions ahead it pays for, wholly or in part."""
    first_on: date | None
    """Day of the first of them."""
    last_on: date | None
    """Day of the last of them."""
    runs_dry_on: date | None
    """Day of the session that takes the last cent; None: something is left."""
    left_cents: int | None
    """What is left after all of it; None is unknown."""
    carried_over_cents: int | None
    """What of that goes into the next plan year; None is unknown, or does not arise."""
    lost_cents: int | None
    """What of that would be lost; None is unknown, or does not arise."""
    saves_cents: int | None
    """What using it for the sessions ahead is worth after tax, at least; None is unknown."""
    saves_at_most_cents: int | None
    """The same at most; None is unknown."""
    saves_assumes: tuple[str, ...]
    """What these two figures rest on."""
    hindrances: tuple[Hindrance, ...]
    """Why other sessions ahead are not paid from it."""


class Election(Record):
    """What could be set aside for a plan year that has no election yet, for sessions nothing else pays."""

    funding_source: str
    """Id of the health FSA."""
    plan_year: str
    """Id of the plan year in the record, or of the one that would follow."""
    is_in_record: bool
    """Whether the record holds this plan year; otherwise it is taken to follow the last one, just as long."""
    starts_on: date
    """First day."""
    ends_on: date
    """Last day."""
    sessions: int
    """Sessions of that year that meet the rules and that no other account pays."""
    training_cents: int
    """What these cost."""
    carried_in_cents: int | None
    """What comes over from the year before; None is unknown."""
    limit_cents: int | None
    """The law's limit for a plan year that starts then; None: not known here."""
    elect_cents: int | None
    """How much to set aside for this training alone; None while the limit is not known."""
    carried_over_at_most_cents: int | None
    """What could be carried over at the end if nothing were used; 0 where there is no carryover; None is unknown."""
    at_risk_cents: int | None
    """What of the election would be lost if no session took place; None is unknown."""
    saves_cents: int | None
    """What the election is worth after tax, at least; None is unknown."""
    hindrances: tuple[Hindrance, ...]
    """Why other sessions of that year could not be paid from it, however much is set aside."""


class PayIn(Record):
    """What could be paid into an HSA in a year, for sessions nothing else pays."""

    funding_source: str
    """Id of the HSA."""
    year: int
    """Calendar year."""
    sessions: int
    """Sessions of that year that meet the rules and that no other account pays."""
    training_cents: int
    """What these cost, beyond what is in the account."""
    self_only_limit_cents: int | None
    """The law's limit of the year with self-only coverage; None: not known here."""
    family_limit_cents: int | None
    """The same with family coverage."""


class OwnPocket(Record):
    """What is left for the patient's own pocket."""

    sessions: int
    """Sessions ahead of which something is left."""
    cents: int | None
    """What is left of them together; None is unknown."""
    open_cents: int
    """How much of that hangs on an unanswered question."""
    may_be_deducted_cents: int | None
    """How much of it rises above the floor of the deduction, as the record stands; None is unknown."""


class FundingPlan(Record):
    """Which training goes to which account, when each runs dry, what to elect, what stays with the patient."""

    case: str
    """Id of the case."""
    on: date
    """The day it was made for."""
    rulebook: RulebookVersion
    """Which rulebook decided the sessions."""
    training: TrainingAhead
    """The training it is about."""
    accounts: tuple[AccountYear, ...]
    """Every account year, in the order in which it is used."""
    elections: tuple[Election, ...]
    """Plan years still to be elected for."""
    pay_ins: tuple[PayIn, ...]
    """Years in which an HSA could be paid into."""
    own_pocket: OwnPocket
    """What is left."""
    sessions: tuple[PlannedSession, ...]
    """Every session ahead, and what is held and still due, by day."""
    assumes: tuple[str, ...]
    """What the plan rests on, a sentence each."""
    asks: tuple[PlanQuestion, ...]
    """What is missing."""
    notice: str
    """What this is not."""
