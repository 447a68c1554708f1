"""The outbox as use cases: add a file, say how it goes out, note what became of it, send and fetch once."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from necessity.domain.case import Case
from necessity.domain.manifest import digest
from necessity.domain.outbox import FetchedFile, Outbox, OutboxItem, OutboxState, Way
from necessity.errors import RecordError, StoreError
from necessity.workflow.portal import Portal
from necessity.workflow.sent_claims import follow_outbox, is_behind, was_turned_back


class Dropped(StrEnum):
    """What became of a file on the server."""

    PLACED = "placed"
    WAS_THERE = "was_there"
    WAS_TAKEN = "was_taken"


DROPPED_WORDS = {
    Dropped.PLACED: "It lies in the drop folder.",
    Dropped.WAS_THERE: "It lay in the drop folder already; nothing was sent again.",
    Dropped.WAS_TAKEN: "An earlier run had it there whole and it is gone since: the receiver has taken it. "
    "Nothing was sent again; wait for the acknowledgement.",
}
"""What each comes to, in words."""


class Picked(NamedTuple):
    """One answer as it lay on the server."""

    name: str
    """Its name there."""
    content: bytes
    """The file."""
    modified_seconds: int
    """When it was last changed there, in seconds since 1970."""


class DropStore(Protocol):
    """A server that takes files and holds answers; what satisfies it stands in `stores.sftp`."""

    @property
    def name(self) -> str:
        """User, host and port."""
        ...

    def drop(self, content: bytes, name: str, *, is_being_renamed: bool, before_rename: Callable[[], None]) -> Dropped:
        """Put a file there, once."""
        ...

    def pick_up(self, is_known: Callable[[str, int, int], bool], keep: Callable[[Picked], None]) -> int:
        """Fetch the answers that are new; says how many were still growing."""
        ...


class OutboxStore(Protocol):
    """Where the outbox of one case is kept."""

    def read(self) -> Outbox:
        """Read it."""
        ...

    def change(self, change: Callable[[Outbox], Outbox]) -> Outbox:
        """Change it while nobody else can."""
        ...

    def case(self) -> Case:
        """Read the case it belongs to."""
        ...

    def change_case(self, change: Callable[[Case], Case]) -> Case:
        """Change claims and what was said of their arrival, while nobody else can."""
        ...

    def keep_for_sending(self, name: str, content: bytes) -> str:
        """Keep a file as it will be sent; gives its path."""
        ...

    def kept_for_sending(self, item: OutboxItem) -> bytes:
        """Fetch it again, unchanged."""
        ...

    def keep_answer(self, name: str, content: bytes) -> str:
        """Keep an answer; gives its path."""
        ...


class NewItem(NamedTuple):
    """What is to be added."""

    way: Way
    """How it goes out."""
    to: str
    """Who it is for."""
    name: str
    """Name of the file."""
    content: bytes
    """The file."""
    pages: int | None = None
    """Its pages."""
    part: int | None = None
    """Which part of a whole in several files it is."""
    parts: int | None = None
    """How many parts that whole has."""
    claims: tuple[str, ...] = ()
    """Ids of the claims it carries."""
    appeals: str | None = None
    """Id of the refusal that it disputes."""
    asks_review: bool = False
    """Whether it asks for the review by somebody independent."""
    papers_sha256: str | None = None
    """Fax: digest of the papers behind the cover."""
    address: tuple[str, ...] = ()
    """Post: the address."""
    fax: str | None = None
    """Fax: the number."""


def add(store: OutboxStore, new: NewItem, on: date) -> OutboxItem:
    """Put a file into the outbox, ready to go out one way to one receiver.

    Args:
        store: The outbox.
        new: The file and where it goes.
        on: The day.

    Returns:
        The item.

    Raises:
        RecordError: the same file went, or is to go, the same way to the same receiver already.
    """
    sha256 = digest(new.content)
    file = store.keep_for_sending(new.name, new.content)
    made: list[OutboxItem] = []

    def change(outbox: Outbox) -> Outbox:
        _refuse_twice(outbox, new, sha256)
        item = OutboxItem(
            id=_free_id(outbox, new),
            way=new.way,
            to=new.to,
            file=file,
            sha256=sha256,
            size_bytes=len(new.content),
            pages=new.pages,
            added_on=on,
            part=new.part,
            parts=new.parts,
            claims=new.claims,
            appeals=new.appeals,
            asks_review=new.asks_review,
            papers_sha256=new.papers_sha256,
            address=new.address,
            fax=new.fax,
            remote_name=remote_name(new.name, sha256) if new.way is Way.SFTP else None,
        )
        made.append(item)
        return outbox.with_item(item)

    store.change(change)
    return made[-1]


def _refuse_twice(outbox: Outbox, new: NewItem, sha256: str) -> None:
    for one in outbox.items:
        alike = (one.way, one.to, one.same_as) == (new.way, new.to, new.papers_sha256 or sha256)
        if alike and one.state is not OutboxState.WITHDRAWN:
            raise RecordError(
                f"The very same file is in the outbox already, as {one.id} ({one.state}).",
                f"See it with: necessity outbox CASE show {one.id}",
                field="file",
                value=new.name,
                allowed="a file that is not there yet",
            )


def _free_id(outbox: Outbox, new: NewItem) -> str:
    taken = {one.id for one in outbox.items}
    base = f"{new.to}-{new.way}"
    return next(id for n in range(1, len(taken) + 2) if (id := base if n == 1 else f"{base}-{n}") not in taken)


def remote_name(name: str, sha256: str) -> str:
    """Name a file on a server by its own digest, so that it can never lie there twice.

    Examples:
        >>> remote_name("claim.837", "0123456789abcdef" * 4)
        'claim-0123456789abcdef.837'
    """
    stem, dot, ending = name.rpartition(".")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in (stem if dot else name)).strip(
        "-"
    )
    kind = "".join(c for c in ending if c.isascii() and c.isalnum()) if dot else ""
    return f"{plain[:60] or 'file'}-{sha256[:16]}" + (f".{kind[:10]}" if kind else "")


def mark(
    store: OutboxStore,
    id: str,
    state: OutboxState,
    on: date,
    *,
    note: str | None = None,
    reference: str | None = None,
) -> OutboxItem:
    """Note what became of an item, and let the claims it carries follow.

    Raises:
        RecordError: there is no such item, its state cannot become this one, or its claim is out another way.
    """
    case = store.case()

    def change(outbox: Outbox) -> Outbox:
        item = outbox.item(id).then(state, on, note, reference)
        if state is OutboxState.SENT:
            _refuse_if_out(outbox, item, case)
        return outbox.with_item(item)

    store.change(change)
    return catch_up(store).item(id)


def catch_up(store: OutboxStore) -> Outbox:
    """Let the claims of the record follow what became of the items that carry them; also after a run that broke off.

    What happened is noted in the outbox first, then in the claims, then that the claims know: whatever breaks off in
    between, the next command goes on from there.
    """
    outbox = store.read()
    behind = {one.id: one.state for one in outbox.items if is_behind(one)}
    if not behind:
        return outbox
    store.change_case(lambda case: follow_outbox(case, outbox))

    def known(present: Outbox) -> Outbox:
        for id, state in behind.items():
            present = present.with_item(present.item(id).model_copy(update={"record_knows": state}))
        return present

    return store.change(known)


def _refuse_if_out(outbox: Outbox, item: OutboxItem, case: Case) -> None:
    """Refuse to send a file or a claim that went to the same receiver already: twice is a duplicate claim."""
    for one in outbox.items:
        if not one.is_out or one.id == item.id or one.to != item.to:
            continue
        if (what := _both_hold(one, item, case)) and not one.goes_with(item):
            raise RecordError(
                f"{what} went to {one.to} by {one.way} already, as {one.id}.",
                f"Withdraw this one: necessity outbox CASE withdraw {item.id}. If the other was returned, "
                f"note that first: necessity outbox CASE failed {one.id}",
                field="item",
                value=item.id,
                allowed="a file that is not out yet",
            )


def _both_hold(one: OutboxItem, item: OutboxItem, case: Case) -> str:
    """Say what one item has in common with another that would then go twice; empty: nothing."""
    if one.same_as == item.same_as:
        return "The very same file"
    if one.appeals and (one.appeals, one.asks_review) == (item.appeals, item.asks_review):
        return f"The appeal of {one.appeals}"
    again = [id for id in item.claims if id in one.claims and not was_turned_back(case, one, id)]
    return f"Claim {again[0]}" if again else ""


def send(store: OutboxStore, server: DropStore, id: str, on: date) -> tuple[OutboxItem, Dropped]:
    """Send an item by SFTP, never twice.

    What is about to happen is noted before it happens, so that a run that ends in the middle is understood by the next.

    Args:
        store: The outbox.
        server: Where it goes.
        id: The item.
        on: The day.

    Returns:
        The item as it stands now, and what became of the file.

    Raises:
        RecordError: it goes another way, or was sent before.
        FormatError: the file was changed since it was added.
        StoreError: the server refused or could not be reached; the item is then marked as failed.
    """
    item = _about_to_go(store, server, id)
    content = store.kept_for_sending(item)
    try:
        dropped = server.drop(
            content,
            item.remote_name or "",
            is_being_renamed=item.is_being_renamed,
            before_rename=lambda: _note_rename(store, id),
        )
    except StoreError as error:
        mark(store, id, OutboxState.FAILED, on, note=error.message)
        raise
    return mark(store, id, OutboxState.SENT, on, note=DROPPED_WORDS[dropped]), dropped


def _about_to_go(store: OutboxStore, server: DropStore, id: str) -> OutboxItem:
    """Note where an item is about to go; a last step begun elsewhere says nothing about this server."""
    case = store.case()

    def change(outbox: Outbox) -> Outbox:
        item = outbox.item(id)
        if item.way is not Way.SFTP:
            raise RecordError(
                f"Item {id} goes by {item.way}, which a person does.",
                f"See the steps with: necessity outbox CASE show {id}",
                field="way",
                value=item.way,
                allowed=Way.SFTP,
            )
        item.then(OutboxState.SENT, item.added_on)  # refuses what was sent, confirmed or withdrawn before
        _refuse_if_out(outbox, item, case)
        same = item.server == server.name
        going = {"server": server.name, "is_being_renamed": item.is_being_renamed and same}
        return outbox.with_item(item.model_copy(update=going))

    return store.change(change).item(id)


def _note_rename(store: OutboxStore, id: str) -> None:
    store.change(lambda outbox: outbox.with_item(outbox.item(id).model_copy(update={"is_being_renamed": True})))


def fetch(store: OutboxStore, server: DropStore, on: date) -> tuple[list[FetchedFile], int]:
    """Fetch the answers that are new; each is kept and noted before the server's copy is touched.

    Args:
        store: The outbox.
        server: Where answers lie.
        on: The day.

    Returns:
        What was fetched now, and how many files are left for next time because they were still growing.

    Raises:
        StoreError: the server refused or could not be reached; what was fetched before stays fetched.
    """
    before = {(one.name, one.size_bytes, one.modified_seconds) for one in _from(store.read(), server)}
    new: list[FetchedFile] = []

    def keep(picked: Picked) -> None:
        sha256 = digest(picked.content)
        again = any((one.name, one.sha256) == (picked.name, sha256) for one in _from(store.read(), server))
        kept = FetchedFile(
            server=server.name,
            name=picked.name,
            size_bytes=len(picked.content),
            modified_seconds=picked.modified_seconds,
            sha256=sha256,
            file=store.keep_answer(picked.name, picked.content),
            fetched_on=on,
        )
        store.change(lambda outbox: outbox.model_copy(update={"fetched": (*outbox.fetched, kept)}))
        if not again:
            new.append(kept)

    growing = server.pick_up(lambda *key: key in before, keep)
    return new, growing


def _from(outbox: Outbox, server: DropStore) -> list[FetchedFile]:
    return [one for one in outbox.fetched if one.server == server.name]


def steps(item: OutboxItem, portal: Portal | None, case: str) -> list[str]:
    """Say what a person does to send an item, in order.

    Args:
        item: The item.
        portal: What is known of the payer's way of taking papers; None: nothing.
        case: The case folder, for the commands.

    Returns:
        Sentences, to be numbered.
    """
    if item.way is Way.SFTP:
        return [f"Run: necessity outbox {case} send {item.id}"]
    command = f"necessity outbox {case} sent {item.id} --reference NUMBER"
    last = f"Then note it, with the number you are given: {command}"
    file = f"{case}/{item.file}"
    return [*{Way.POST: _by_post, Way.PORTAL: _by_portal, Way.FAX: _by_fax}[item.way](item, portal, file), last]


def _pages(item: OutboxItem) -> str:
    return f"{item.pages} page{'' if item.pages == 1 else 's'}" if item.pages else "all pages"


def _by_post(item: OutboxItem, _: Portal | None, file: str) -> list[str]:
    where = ", ".join(item.address) or "the address on the payer's card or claim form; it is not in the record"
    return [
        f"Print {file} ({_pages(item)}) at full size.",
        "Where a line is left for it, sign and date by hand.",
        f"Address it to: {where}.",
        "Post it in a way that proves the day, and keep the slip; keep the originals of your papers.",
    ]


def _by_portal(item: OutboxItem, portal: Portal | None, file: str) -> list[str]:
    own = portal.steps if portal else ()
    if own:
        return [f"Have {file} at hand.", *own]
    return [
        f"Have {file} at hand.",
        "Sign in to the payer's website or app.",
        "Find where a claim or reimbursement is requested.",
        "Enter days, provider and amount as they stand on the itemised statement; do not add anything.",
        "Upload the file, and submit.",
        "Note the number the website shows, or keep a picture of that page.",
    ]


def _by_fax(item: OutboxItem, _: Portal | None, file: str) -> list[str]:
    number = item.fax or "the fax number on the payer's claim form; it is not in the record"
    cover = ", the cover among them" if item.papers_sha256 else ", and one more if you put a cover before it"
    total = f"{_pages(item)}{cover}" if item.pages else "all pages"
    return [
        f"Print {file}, or send it from a fax service you trust with health papers.",
        f"Fax it to: {number}.",
        f"Count: {total}.",
        "Keep the report that says all pages went through.",
    ]
