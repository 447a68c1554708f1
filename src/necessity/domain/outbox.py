"""What is to be sent and what was: one item a file and a way, each with its state; and answers that were fetched."""

from datetime import date
from enum import StrEnum

from necessity.domain.record import Record
from necessity.domain.sent_message import SentMessage
from necessity.errors import RecordError


class Way(StrEnum):
    """How something goes out."""

    POST = "post"
    PORTAL = "portal"
    FAX = "fax"
    SFTP = "sftp"


class OutboxState(StrEnum):
    """How far an item has come."""

    READY = "ready"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


_NEXT = {
    OutboxState.READY: (OutboxState.SENT, OutboxState.FAILED, OutboxState.WITHDRAWN),
    OutboxState.FAILED: (OutboxState.SENT, OutboxState.FAILED, OutboxState.WITHDRAWN),
    OutboxState.SENT: (OutboxState.CONFIRMED, OutboxState.FAILED),
    OutboxState.CONFIRMED: (),
    OutboxState.WITHDRAWN: (),
}
"""Which state may follow which. What was sent can fail (returned, refused), and never be ready or withdrawn again."""


class Step(Record):
    """One change of an item's state."""

    changed_on: date
    """The day. Never missing."""
    state: OutboxState
    """The state from then on. Never missing."""
    note: str | None = None
    """What happened, in words: a number the payer gave, why it failed."""


class OutboxItem(Record):
    """One file on its way to one receiver."""

    id: str
    """Short name. Never missing."""
    way: Way
    """How it goes out. Never missing."""
    to: str
    """Who it is for: a funding source's id, or words. Never missing."""
    file: str
    """The file as it is kept for sending, a path under outbox/. Never missing."""
    sha256: str
    """Digest of that file, 64 hexadecimal digits. Never missing."""
    size_bytes: int
    """Its length. Never missing."""
    pages: int | None = None
    """Its pages; missing where it has none, such as a claim message."""
    added_on: date
    """When it was added. Never missing."""
    part: int | None = None
    """Which part of a whole in several files it is, counted from 1; missing: it is whole."""
    parts: int | None = None
    """How many parts that whole has."""
    claims: tuple[str, ...] = ()
    """Ids of the claims it carries."""
    appeals: str | None = None
    """Id of the refusal that it disputes; missing: it is no appeal."""
    asks_review: bool = False
    """Appeal: whether it asks for the review by somebody independent."""
    record_knows: OutboxState | None = None
    """The last state that the record of those claims has followed; another one than the item's: it is behind."""
    address: tuple[str, ...] = ()
    """Post: the address, a line each."""
    fax: str | None = None
    """Fax: the number."""
    papers_sha256: str | None = None
    """Fax: digest of the papers behind the cover, as they were given; missing: there is no cover."""
    server: str | None = None
    """SFTP: user, host and port it goes or went to."""
    remote_name: str | None = None
    """SFTP: its name there, made from its own digest, so that the same file can never lie there twice."""
    is_being_renamed: bool = False
    """SFTP: it lay there whole and its last step was begun; if it is gone since, the receiver has taken it."""
    reference: str | None = None
    """The number that the receiver or the post gave."""
    history: tuple[Step, ...] = ()
    """What became of it, oldest first; empty: ready since it was added."""

    @property
    def state(self) -> OutboxState:
        """How far it has come."""
        return self.history[-1].state if self.history else OutboxState.READY

    @property
    def is_out(self) -> bool:
        """Whether it went, and did not come back."""
        return self.state in (OutboxState.SENT, OutboxState.CONFIRMED)

    @property
    def sent_on(self) -> date | None:
        """The last day on which it was sent, whatever became of it; None: it never was."""
        days = [step.changed_on for step in self.history if step.state is OutboxState.SENT]
        return days[-1] if days else None

    @property
    def same_as(self) -> str:
        """What tells whether two items hold the same papers, whatever cover lies before them."""
        return self.papers_sha256 or self.sha256

    def goes_with(self, other: "OutboxItem") -> bool:
        """Say whether two are parts of one whole, so that both are to be sent."""
        same = (self.way, self.to, self.parts) == (other.way, other.to, other.parts)
        return same and self.parts is not None and self.part != other.part

    def then(self, state: OutboxState, on: date, note: str | None = None, reference: str | None = None) -> "OutboxItem":
        """Give the item with a further state.

        Args:
            state: The state from now on.
            on: The day.
            note: What happened, in words.
            reference: A number that the receiver gave; None keeps the one there is.

        Raises:
            RecordError: this state cannot follow the present one.
        """
        allowed = _NEXT[self.state]
        if state not in allowed:
            may = f"It can become: {', '.join(allowed)}." if allowed else "Nothing can change that; add the file anew."
            raise RecordError(
                f"Item {self.id} is {self.state} and cannot become {state}.",
                may,
                field="state",
                value=state,
                allowed=", ".join(allowed) or "nothing",
            )
        step = Step(changed_on=on, state=state, note=note)
        kept = {"history": (*self.history, step), "reference": reference or self.reference}
        return self.model_copy(update=kept)


class FetchedFile(Record):
    """One answer that was picked up from a server."""

    server: str
    """User, host and port it came from. Never missing."""
    name: str
    """Its name there. Never missing."""
    size_bytes: int
    """Its length. Never missing."""
    modified_seconds: int
    """When it was last changed there, in seconds since 1970. Never missing."""
    sha256: str
    """Digest of what was received. Never missing."""
    file: str
    """Where it is kept, a path under papers/inbox/. Never missing."""
    fetched_on: date
    """When it was fetched. Never missing."""


class Outbox(Record):
    """Everything that goes or went out for one case, and what was picked up."""

    items: tuple[OutboxItem, ...] = ()
    """Oldest first."""
    fetched: tuple[FetchedFile, ...] = ()
    """Answers picked up, oldest first."""
    messages: tuple[SentMessage, ...] = ()
    """Claim messages that were written, with the claims in them, oldest first."""

    def item(self, id: str) -> OutboxItem:
        """Find an item.

        Raises:
            RecordError: there is none of that name.
        """
        for one in self.items:
            if one.id == id:
                return one
        known = ", ".join(one.id for one in self.items) or "none yet"
        raise RecordError(f"The outbox has no item {id!r}.", f"Items: {known}.", field="item", value=id, allowed=known)

    def with_item(self, item: OutboxItem) -> "Outbox":
        """Give the outbox with one item new or replaced."""
        if any(one.id == item.id for one in self.items):
            return self.model_copy(update={"items": tuple(item if one.id == item.id else one for one in self.items)})
        return self.model_copy(update={"items": (*self.items, item)})

    def with_messages(self, messages: tuple[SentMessage, ...]) -> "Outbox":
        """Give the outbox with messages that are not in it yet."""
        known = {(one.sha256, one.number, one.receiver_id) for one in self.messages}
        new = tuple(one for one in messages if (one.sha256, one.number, one.receiver_id) not in known)
        return self.model_copy(update={"messages": (*self.messages, *new)}) if new else self
