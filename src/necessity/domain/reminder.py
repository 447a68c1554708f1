"""One thing to remember on a day: what a calendar shows, in words that give nothing away, and in full."""

from datetime import date

from necessity.domain.record import Record


class Reminder(Record):
    """One entry of a calendar."""

    uid: str
    """Name that stays the same when the day moves; says nothing by itself. Never missing."""
    on: date
    """The day. Never missing."""
    summary: str
    """What it is, without a name, a condition or a payer: a calendar is often shared. Never missing."""
    detail: str
    """The same in full. Never missing."""
    warn_days: int = 0
    """Days before it to be reminded; 0: on the day."""
