"""What somebody at a plan, administrator or employer said, when, and under which reference number."""

from datetime import date
from enum import StrEnum

from necessity.domain.record import Record


class Channel(StrEnum):
    """How the word came."""

    TELEPHONE = "telephone"
    CHAT = "chat"
    MAIL = "mail"
    PORTAL = "portal"
    IN_PERSON = "in_person"


class CallAnswer(Record):
    """One answer given in a call, and the fact it became."""

    id: str
    """The fact it answers, as `fact` or `fact@id`. Never missing."""
    answer: str | None = None
    """What was answered, as it was typed."""


class Call(Record):
    """One call or message to a plan, administrator or employer. What its staff says does not bind it."""

    id: str
    """Short name. Never missing."""
    funding_source: str | None = None
    """Id of the funding source it was about."""
    called_on: date | None = None
    """The day."""
    channel: Channel | None = None
    """By telephone, chat, mail, portal or in person."""
    spoke_with: str | None = None
    """Name of the person who answered."""
    reference: str | None = None
    """The call's or message's reference number; `none` is a stated no."""
    words: str | None = None
    """What was said, in words."""
    answers: tuple[CallAnswer, ...] = ()
    """The answers that went into the record."""
