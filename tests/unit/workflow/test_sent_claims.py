"""Claims and refusals follow the outbox: filed when sent, drafts again when it came back, and nothing twice."""

from datetime import date
from itertools import product

import pytest

from necessity.domain.answer import Acknowledgement, Denial
from necessity.domain.case import Case
from necessity.domain.claim import Claim, ClaimState
from necessity.domain.outbox import OutboxItem, OutboxState, Way
from necessity.errors import RecordError, StoreError
from necessity.workflow.next_step import follow
from necessity.workflow.outbox import NewItem, add, catch_up, mark, send
from necessity.workflow.sent_claims import filed_day, follow_outbox
from tests import answers as told
from tests.outboxes import Kept, Server

ON, LATER, LAST = date(2026, 6, 2), date(2026, 6, 9), date(2026, 6, 16)


def kept(state: ClaimState | None = ClaimState.DRAFT, **changed: object) -> Kept:
    return Kept(told.case(told.claim(state=state, filed_on=None)).model_copy(update=changed))


def put(store: Kept, content: bytes = b"papers", **changed: object) -> OutboxItem:
    says = {"way": Way.PORTAL, "to": "plan", "name": "p.pdf", "content": content, "claims": ("claim1",)}
    return add(store, NewItem(**{**says, **changed}), ON)


def claim(store: Kept) -> Claim:
    return store.record.claims[0]


def test_a_claim_is_filed_on_the_day_its_papers_were_sent() -> None:
    """The plan's own time to decide, and the time to file, hang on that day."""
    store = kept()
    item = put(store)
    assert claim(store).state is ClaimState.DRAFT
    mark(store, item.id, OutboxState.SENT, LATER)
    assert (claim(store).state, claim(store).filed_on, claim(store).received_on) == (ClaimState.FILED, LATER, None)


def test_papers_that_came_back_make_the_claim_a_draft_again() -> None:
    """Who waits for an answer to a returned letter loses the time to file."""
    store = kept()
    item = put(store, way=Way.POST)
    mark(store, item.id, OutboxState.SENT, ON)
    mark(store, item.id, OutboxState.FAILED, LATER, note="returned to sender")
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.DRAFT, None)
    mark(store, item.id, OutboxState.SENT, LAST)
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.FILED, LAST)


@pytest.mark.parametrize(("way", "received"), [(Way.POST, LATER), (Way.FAX, LATER), (Way.SFTP, None)])
def test_what_the_receiver_confirms_counts_as_received_unless_it_only_passes_it_on(
    way: Way, received: date | None
) -> None:
    """A clearinghouse is not the payer; the payer's own word comes as a 277CA."""
    store = kept()
    item = put(store, way=way)
    mark(store, item.id, OutboxState.SENT, ON)
    mark(store, item.id, OutboxState.CONFIRMED, LATER)
    assert claim(store).received_on == received


@pytest.mark.parametrize("state", [ClaimState.ANSWERED, ClaimState.APPEALED, ClaimState.CLOSED])
def test_what_the_payer_answered_stays_answered(state: ClaimState) -> None:
    """It did arrive, whatever the slip of the post says."""
    store = kept(state)
    item = put(store)
    mark(store, item.id, OutboxState.SENT, ON)
    mark(store, item.id, OutboxState.FAILED, LATER)
    assert claim(store).state is state


def test_a_claim_in_parts_is_filed_with_its_last_part() -> None:
    """Half of a claim is none."""
    store = kept()
    one, two = (put(store, b"%d" % n, part=n, parts=2) for n in (1, 2))
    mark(store, one.id, OutboxState.SENT, ON)
    assert claim(store).state is ClaimState.DRAFT
    mark(store, two.id, OutboxState.SENT, LATER)
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.FILED, LATER)
    mark(store, one.id, OutboxState.FAILED, LAST)
    assert claim(store).state is ClaimState.DRAFT
    assert filed_day(store.outbox, "claim1") is None


def test_one_claim_does_not_go_out_twice_in_two_files() -> None:
    """The second packet of a claim is a duplicate claim, however different its bytes."""
    store = kept()
    one, two = put(store), put(store, b"made anew", way=Way.FAX)
    mark(store, one.id, OutboxState.SENT, ON)
    with pytest.raises(RecordError, match="Claim claim1 went to plan by portal already"):
        mark(store, two.id, OutboxState.SENT, LATER)
    mark(store, one.id, OutboxState.FAILED, LATER)
    assert mark(store, two.id, OutboxState.SENT, LATER).state is OutboxState.SENT
    assert claim(store).filed_on == LATER


def test_the_same_papers_behind_a_cover_are_the_same_papers() -> None:
    """A fax with its cover has other bytes, and is the same claim all the same."""
    store = kept()
    one = put(store, claims=())
    fax = put(store, b"cover and papers", way=Way.FAX, claims=(), papers_sha256=one.sha256)
    mark(store, fax.id, OutboxState.SENT, ON)
    with pytest.raises(RecordError, match="very same file"):
        mark(store, one.id, OutboxState.SENT, ON)


def rejected(store: Kept, on: date) -> None:
    """Say that the payer's front door turned the claim back, as posting a 277CA does."""
    word = Acknowledgement(id=f"no-{on}", claim="claim1", received_on=on, accepted=False, reason="Member not found.")
    draft = claim(store).model_copy(update={"state": ClaimState.DRAFT})
    more = {"claims": (draft, *store.record.claims[1:]), "acknowledgements": (*store.record.acknowledgements, word)}
    store.record = store.record.model_copy(update=more)


@pytest.mark.parametrize("on", [ON, LATER])
def test_a_claim_that_was_turned_back_is_sent_again_and_then_waits(on: date) -> None:
    """Also on the same day: the old word says nothing of the new sending."""
    store = kept()
    mark(store, put(store).id, OutboxState.SENT, ON)
    rejected(store, ON)
    assert follow(store.record, on).claims[0].next.kind == "resend"
    mark(store, put(store, b"mended").id, OutboxState.SENT, on)
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.FILED, on)
    assert store.record.acknowledgements[0].resent_on == on
    assert follow(store.record, on).claims[0].next.kind == "ask_arrival"


def test_a_sending_that_failed_lets_the_old_word_speak_again() -> None:
    """The claim was turned back, and nothing went since."""
    store = kept()
    mark(store, put(store).id, OutboxState.SENT, ON)
    rejected(store, ON)
    again = put(store, b"mended")
    mark(store, again.id, OutboxState.SENT, LATER)
    mark(store, again.id, OutboxState.FAILED, LAST)
    assert store.record.acknowledgements[0].resent_on is None
    assert claim(store).filed_on == ON


def test_a_sending_that_is_noted_after_the_answer_does_not_overrule_it() -> None:
    """Somebody forgot to note it; the payer's no came before."""
    store = kept()
    item = put(store)
    rejected(store, LATER)
    mark(store, item.id, OutboxState.SENT, ON)
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.DRAFT, ON)
    assert store.record.acknowledgements[0].resent_on is None


def refused() -> Kept:
    store = kept(ClaimState.ANSWERED)
    store.record = store.record.model_copy(update={"denials": (Denial(id="d1", claim="claim1", received_on=ON),)})
    return store


@pytest.mark.parametrize(("outside", "field"), [(False, "appealed_on"), (True, "review_asked_on")])
def test_an_appeal_that_was_sent_is_noted_with_the_refusal(outside: bool, field: str) -> None:
    """The plan's time to decide the appeal begins there."""
    store = refused()
    item = put(store, claims=(), appeals="d1", asks_review=outside, way=Way.POST)
    mark(store, item.id, OutboxState.SENT, LATER)
    assert getattr(store.record.denials[0], field) == LATER
    assert claim(store).state is ClaimState.APPEALED
    mark(store, item.id, OutboxState.FAILED, LAST)
    assert getattr(store.record.denials[0], field) is None
    assert claim(store).state is ClaimState.ANSWERED


def test_an_appeal_goes_out_once() -> None:
    """Two letters about one refusal count as two levels with some plans."""
    store = refused()
    one = put(store, claims=(), appeals="d1")
    two = put(store, b"anew", claims=(), appeals="d1", way=Way.FAX)
    mark(store, one.id, OutboxState.SENT, LATER)
    with pytest.raises(RecordError, match="The appeal of d1 went"):
        mark(store, two.id, OutboxState.SENT, LATER)


class Breaking(Kept):
    """An outbox whose run ends at one of its writes."""

    def __init__(self, case: Case, ends_at: int) -> None:
        super().__init__(case)
        self.left = ends_at

    def change(self, change):  # type: ignore[no-untyped-def]
        self._count()
        return super().change(change)

    def change_case(self, change):  # type: ignore[no-untyped-def]
        self._count()
        return super().change_case(change)

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("ends_at", "way"), list(product(range(1, 6), [Way.POST, Way.SFTP])))
def test_a_run_that_breaks_off_anywhere_is_taken_up_by_the_next(ends_at: int, way: Way) -> None:
    """Outbox and record are two files; whoever pulls the plug between them must not get two stories."""
    store = Breaking(told.case(told.claim(state=ClaimState.DRAFT, filed_on=None)), 0)
    item = put(store, way=way)
    store.left = ends_at

    def go() -> None:
        if way is Way.SFTP:
            send(store, Server(), item.id, ON)
        else:
            mark(store, item.id, OutboxState.SENT, ON)

    try:
        go()
    except KeyboardInterrupt:
        catch_up(store)
        if not store.outbox.item(item.id).is_out:
            go()
    assert store.outbox.item(item.id).is_out
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.FILED, ON)
    assert store.outbox.item(item.id).record_knows is OutboxState.SENT
    assert follow_outbox(store.record, store.outbox) == store.record


def test_a_message_that_could_not_be_sent_leaves_its_claim_a_draft() -> None:
    """Nothing went."""
    store = kept()
    item = put(store, way=Way.SFTP)
    with pytest.raises(StoreError):
        send(store, Server(answer=StoreError("no route", "Try again.", try_again=True)), item.id, ON)
    assert (claim(store).state, claim(store).filed_on) == (ClaimState.DRAFT, None)
