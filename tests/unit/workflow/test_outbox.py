"""The outbox: states that follow each other, nothing twice, and every interruption understood."""

from datetime import date

import pytest

from necessity.domain.outbox import OutboxItem, OutboxState, Way
from necessity.errors import RecordError, StoreError
from necessity.parameters.load import load
from necessity.workflow.outbox import Dropped, NewItem, Picked, add, fetch, mark, send, steps
from necessity.workflow.portal import portal_of
from tests.cast import bruno
from tests.outboxes import Kept, Server

ON = date(2026, 9, 2)


def put(store: Kept, way: Way = Way.SFTP, content: bytes = b"ISA*", to: str = "plan") -> OutboxItem:
    return add(store, NewItem(way, to, "claim.837", content, pages=3), ON)


def test_an_item_is_ready_until_something_happens() -> None:
    """Nothing is sent by being added."""
    item = put(Kept())
    assert (item.id, item.state) == ("plan-sftp", OutboxState.READY)
    assert item.remote_name == f"claim-{item.sha256[:16]}.837"


@pytest.mark.parametrize(
    ("path", "good"),
    [
        (["sent", "confirmed"], True),
        (["failed", "sent", "failed", "sent", "confirmed"], True),
        (["withdrawn"], True),
        (["confirmed"], False),
        (["sent", "withdrawn"], False),
        (["sent", "sent"], False),
        (["withdrawn", "sent"], False),
        (["sent", "confirmed", "failed"], False),
    ],
)
def test_states_follow_each_other_as_they_do_in_life(path: list[str], good: bool) -> None:
    """What went out cannot be called back."""
    item = put(Kept(), Way.POST)

    def walk() -> OutboxItem:
        walked = item
        for state in path:
            walked = walked.then(OutboxState(state), ON)
        return walked

    if good:
        assert [step.state for step in walk().history] == path
    else:
        with pytest.raises(RecordError) as caught:
            walk()
        assert caught.value.next_step


def test_the_same_file_is_not_added_twice_for_one_way() -> None:
    """The second item would be sent as well."""
    store = Kept()
    put(store)
    with pytest.raises(RecordError, match="very same file"):
        put(store)
    mark(store, "plan-sftp", OutboxState.WITHDRAWN, ON)
    assert put(store).id == "plan-sftp-2"


def test_a_file_that_went_one_way_does_not_go_another() -> None:
    """By fax and by portal is a duplicate claim."""
    store = Kept()
    put(store, Way.FAX)
    put(store, Way.PORTAL)
    mark(store, "plan-fax", OutboxState.SENT, ON, reference="F-1")
    with pytest.raises(RecordError, match="went to plan by fax already"):
        mark(store, "plan-portal", OutboxState.SENT, ON)
    mark(store, "plan-fax", OutboxState.FAILED, ON, note="busy")
    assert mark(store, "plan-portal", OutboxState.SENT, ON).state is OutboxState.SENT


def test_sending_notes_what_happened_and_never_sends_again() -> None:
    """A second command is refused before the server is asked."""
    store, server = Kept(), Server()
    put(store)
    item, dropped = send(store, server, "plan-sftp", ON)
    assert (item.state, dropped, item.server) == (OutboxState.SENT, Dropped.PLACED, "u@h:22")
    with pytest.raises(RecordError, match="cannot become sent"):
        send(store, server, "plan-sftp", ON)
    assert len(server.asked) == 1


def test_a_failure_is_noted_and_the_next_try_knows_of_the_last_step() -> None:
    """The reply may have been lost after the receiver had it."""
    store, server = Kept(), Server(answer=StoreError("broke off", "Try again.", try_again=True))
    put(store)
    with pytest.raises(StoreError):
        send(store, server, "plan-sftp", ON)
    item = store.outbox.item("plan-sftp")
    assert (item.state, item.is_being_renamed, item.history[-1].note) == (OutboxState.FAILED, True, "broke off")
    server.answer = Dropped.WAS_TAKEN
    item, _ = send(store, server, "plan-sftp", ON)
    assert [renamed for _, renamed in server.asked] == [False, True]
    assert "taken it" in str(item.history[-1].note)


def test_a_last_step_begun_elsewhere_says_nothing_about_another_server() -> None:
    """Else a file would be taken for delivered where it never was."""
    store = Kept()
    put(store)
    with pytest.raises(StoreError):
        send(store, Server("u@one:22", StoreError("x", "y")), "plan-sftp", ON)
    two = Server("u@two:22")
    send(store, two, "plan-sftp", ON)
    assert two.asked[0][1] is False


def test_what_a_person_sends_is_not_sent_by_program() -> None:
    """The steps are for them."""
    store = Kept()
    put(store, Way.POST)
    with pytest.raises(RecordError, match="a person does"):
        send(store, Server(), "plan-post", ON)


def test_answers_are_fetched_once() -> None:
    """Also where the server touches their dates."""
    store, server = Kept(), Server()
    server.lying = [Picked("a.835", b"one", 1)]
    assert [one.file for one in fetch(store, server, ON)[0]] == ["papers/inbox/a.835"]
    assert fetch(store, server, ON) == ([], 0)
    server.lying = [Picked("a.835", b"one", 2)]
    assert fetch(store, server, ON) == ([], 0)
    server.lying = [Picked("a.835", b"two", 3)]
    assert len(fetch(store, server, ON)[0]) == 1


def test_the_steps_of_a_known_portal_are_its_own_and_else_general() -> None:
    """What to click, in the words that stand there."""
    item = put(Kept(), Way.PORTAL)
    source = bruno().funding_sources[0].model_copy(update={"payer": "takecommand", "kind": "hra"})
    own = steps(item, portal_of(load(), source, ON), "bruno")
    assert "Select Add Expense." in own
    general = steps(item, None, "bruno")
    assert any("Sign in" in step for step in general)
    for told in (own, general):
        assert told[-1].endswith("necessity outbox bruno sent plan-portal --reference NUMBER")


def test_fax_and_post_say_number_address_and_pages_or_that_they_are_not_known() -> None:
    """Never a number from memory."""
    item = put(Kept(), Way.FAX)
    assert any("not in the record" in step for step in steps(item, None, "c"))
    fax = steps(item.model_copy(update={"fax": "555-0100"}), None, "c")
    assert any("555-0100" in step for step in fax)
    assert any("3 pages" in step for step in fax)
    post = put(Kept(), Way.POST).model_copy(update={"address": ("Example", "1 Way")})
    assert any("Example, 1 Way" in step for step in steps(post, None, "c"))
