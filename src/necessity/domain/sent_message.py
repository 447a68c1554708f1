"""Which claims went out in which message: what a 999 or TA1, which names only a message, is about."""

from collections.abc import Iterable
from datetime import date

from necessity.domain.answer import AnsweredMessage
from necessity.domain.record import Record


class SentClaim(Record):
    """One claim in a message."""

    claim: str
    """Id of the claim. Never missing."""
    control_number: str
    """Its number there (CLM01). Never missing."""


class SentSet(Record):
    """One transaction set of a message."""

    group_number: str
    """Control number of its group (GS06). Never missing."""
    set_number: str
    """Its control number (ST02). Never missing."""
    claims: tuple[SentClaim, ...] = ()
    """The claims of this case in it."""


class SentMessage(Record):
    """One 837P interchange that holds claims of a case."""

    number: int
    """Its control number (ISA13); never used twice to one receiver. Never missing."""
    sender_id: str
    """Who sends (ISA06). Never missing."""
    receiver_id: str
    """Who receives (ISA08), and answers. Never missing."""
    written_on: date
    """When it was written (ISA09). Never missing."""
    is_test: bool = False
    """Whether it is marked as a test (ISA15)."""
    sha256: str
    """Digest of the file it stands in, 64 hexadecimal digits. Never missing."""
    sets: tuple[SentSet, ...] = ()
    """Its sets, in order."""

    @property
    def claims(self) -> tuple[SentClaim, ...]:
        """Give the claims of all its sets."""
        return tuple(claim for one in self.sets for claim in one.claims)


class UsedNumber(Record):
    """One control number that is gone, whatever became of the message."""

    receiver_id: str
    """To whom (ISA08). Never missing."""
    number: int
    """The number (ISA13). Never missing."""
    written_on: date
    """When. Never missing."""
    sha256: str
    """Digest of the message, 64 hexadecimal digits. Never missing."""
    case: str | None = None
    """Id of the case whose claims it holds."""
    claims: tuple[str, ...] = ()
    """Numbers of the claims in it (CLM01)."""
    is_test: bool = False
    """Whether it was marked as a test."""


def answered(messages: Iterable[SentMessage], about: AnsweredMessage) -> SentMessage | None:
    """Find the message that an answer is about.

    The receiver answers with the number it was sent, so number and receiver must fit, and the day where the answer
    gives it. Where more than one message fits, none is taken: a wrong one would mark other claims as refused.

    Args:
        messages: What was sent.
        about: The message as the answer names it.
    """
    found = [one for one in messages if _fits(one, about)]
    return found[0] if len(found) == 1 else None


def _fits(message: SentMessage, about: AnsweredMessage) -> bool:
    if about.answered_by is None or about.answered_by.casefold() != message.receiver_id.casefold():
        return False
    if about.sent_on is not None and about.sent_on != message.written_on:
        return False
    if about.interchange is not None:
        return _same(about.interchange, str(message.number))
    return any(_is_set(one, about) for one in message.sets)


def _is_set(one: SentSet, about: AnsweredMessage) -> bool:
    return _same(one.group_number, about.group or "") and _same(one.set_number, about.set_number or "")


def _same(one: str, other: str) -> bool:
    """Compare two control numbers; zeros before them do not count."""
    return bool(one and other) and one.lstrip("0") == other.lstrip("0")


def claims_answered(message: SentMessage, about: AnsweredMessage) -> tuple[SentClaim, ...]:
    """Give the claims an answer is about: of one set, or of the whole message; not those it speaks of by themselves."""
    named = {number.casefold() for number in about.named}
    sets = [one for one in message.sets if about.set_number is None or _is_set(one, about)]
    return tuple(one for part in sets for one in part.claims if one.control_number.casefold() not in named)
