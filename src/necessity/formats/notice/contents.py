"""What stands in a notice, before it is a paper: lines, reasons, provisions, what is needed, steps, rights."""

from datetime import date
from enum import StrEnum

from necessity.domain.record import Record


class NoticeKind(StrEnum):
    """What a notice does."""

    REFUSAL = "refusal"
    REQUEST = "request"


class NoticeLine(Record):
    """One line of the claim that it is about."""

    expense: str
    """Id of the session or expense."""
    served_on: str
    """Day of service, in words."""
    what: str
    """What was given."""
    charged: str
    """What was asked."""
    numbers: tuple[int, ...]
    """Numbers of the reasons that hold for it."""


class NoticeReason(Record):
    """One reason, with everything that belongs to it."""

    number: int
    """Its number in the notice."""
    rule: str
    """Id of the rule."""
    title: str
    """The rule in a few words."""
    says: str
    """What is the matter, of this claim."""
    code: str = ""
    """Number of the adjustment reason, with what it means; empty where none surely fits."""
    provisions: tuple[str, ...] = ()
    """What it rests on: the plan's own words, the administrator's papers, the law."""
    needed: tuple[str, ...] = ()
    """What would be needed, each with why."""


class NoticePart(Record):
    """Sentences under a heading."""

    heading: str
    """The heading."""
    sentences: tuple[str, ...]
    """What it says."""


class NoticeContents(Record):
    """One notice, whole: one claim (a case at one funding source) and one stage."""

    id: str
    """Case, funding source and stage."""
    kind: NoticeKind
    """A refusal or a request."""
    case_id: str
    """Id of the case."""
    funding_source: str
    """Id of the funding source."""
    funding_kind: str
    """Its kind."""
    stage: str
    """post_service, or pre_service where nothing was given yet."""
    payer: str
    """Who decides, by name."""
    member_id: str | None
    """The number the payer knows the member by."""
    patient: str | None
    """Whose care it is."""
    made_on: date
    """The date of the notice; its time limits are counted from here at the earliest."""
    sender: tuple[str, ...]
    """Who sends it; one a line."""
    to: tuple[str, ...]
    """To whom; one a line."""
    title: str
    """Its heading."""
    rows: tuple[tuple[str, str], ...]
    """What it is about: label and value."""
    opening: str
    """The first sentences."""
    lines: tuple[NoticeLine, ...]
    """The lines it is about."""
    charged_cents: int | None
    """What they cost together; missing where one is not known."""
    reasons: tuple[NoticeReason, ...]
    """Why."""
    parts: tuple[NoticePart, ...]
    """Review, review from outside, right to sue, right to copies; or until when."""
    appeal_days: int | None = None
    """Days to appeal, or to send what is missing; missing where not known."""
    due_on: date | None = None
    """The last day, counted from the date of the notice."""
    has_outside_review: bool | None = None
    """Whether a review by somebody independent is offered; missing where that is not known."""
    sources: tuple[str, ...]
    """What it cites."""
    lacks: tuple[str, ...]
    """What must be added before it is sent; empty: it is ready."""
    headings: dict[str, str]
    """Words of the headings that belong to no part."""

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent as it is."""
        return not self.lacks
