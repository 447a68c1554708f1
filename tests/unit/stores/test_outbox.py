"""The outbox on disk: what was written is read back, and nothing else is taken for it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.domain.claim import Claim
from necessity.domain.manifest import digest
from necessity.domain.outbox import FetchedFile, Outbox, OutboxItem, OutboxState, Step, Way
from necessity.errors import FormatError, StoreError
from necessity.stores.folder import save_case
from necessity.stores.outbox import FolderOutbox, read_outbox, write_outbox
from tests import cast

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(str.strip)
WORDS = TEXTS.filter(bool)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
STEPS = st.builds(Step, changed_on=DAYS, state=st.sampled_from(OutboxState), note=st.none() | WORDS)
ITEMS = st.builds(
    OutboxItem,
    id=WORDS,
    way=st.sampled_from(Way),
    to=WORDS,
    file=WORDS,
    sha256=st.just("0" * 64),
    size_bytes=st.integers(0, 10**9),
    pages=st.none() | st.integers(1, 999),
    added_on=DAYS,
    part=st.none() | st.integers(1, 9),
    parts=st.none() | st.integers(1, 9),
    claims=st.lists(WORDS, max_size=2).map(tuple),
    appeals=st.none() | WORDS,
    asks_review=st.booleans(),
    papers_sha256=st.none() | st.just("1" * 64),
    record_knows=st.none() | st.sampled_from(OutboxState),
    address=st.lists(WORDS, max_size=3).map(tuple),
    fax=st.none() | WORDS,
    server=st.none() | WORDS,
    remote_name=st.none() | WORDS,
    is_being_renamed=st.booleans(),
    reference=st.none() | WORDS,
    history=st.lists(STEPS, max_size=3).map(tuple),
)
FETCHED = st.builds(
    FetchedFile,
    server=WORDS,
    name=WORDS,
    size_bytes=st.integers(0, 10**9),
    modified_seconds=st.integers(0, 2**40),
    sha256=st.just("0" * 64),
    file=WORDS,
    fetched_on=DAYS,
)
OUTBOXES = st.builds(
    Outbox, items=st.lists(ITEMS, max_size=3).map(tuple), fetched=st.lists(FETCHED, max_size=3).map(tuple)
)


@given(outbox=OUTBOXES)
@settings(max_examples=150, deadline=None)
def test_every_outbox_is_read_back_as_it_was(outbox: Outbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What was sent must be known years later."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "outbox.toml").write_bytes(write_outbox(outbox))
    assert read_outbox(folder) == outbox


def test_there_is_no_outbox_until_something_is_added(tmp_path: Path) -> None:
    """Looking makes nothing."""
    assert read_outbox(tmp_path) == Outbox()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["item = 3", "[[item]]\nid = 1", "[[itme]]", "=", '[[item]]\nid = "a"\nstate = "sent"', "\0"]
)
def test_a_spoilt_outbox_is_told_and_not_written_over(text: str, tmp_path: Path) -> None:
    """Taking it for empty would send everything again."""
    (tmp_path / "outbox.toml").write_text(text)
    with pytest.raises(FormatError) as caught:
        FolderOutbox(tmp_path).change(lambda outbox: outbox)
    assert caught.value.faults
    assert (tmp_path / "outbox.toml").read_text() == text


def test_a_link_is_no_outbox(tmp_path: Path) -> None:
    """Writing through it would change somebody else's file."""
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "outbox.toml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FormatError):
        read_outbox(tmp_path)


def kept(store: FolderOutbox, content: bytes = b"paper") -> OutboxItem:
    file = store.keep_for_sending("../../My packet.pdf", content)
    return OutboxItem(
        id="a",
        way=Way.POST,
        to="fsa",
        file=file,
        sha256=digest(content),
        size_bytes=len(content),
        added_on=date(2026, 9, 1),
    )


def test_what_is_kept_for_sending_stays_as_it_was_added(tmp_path: Path) -> None:
    """The packet may be written anew; what was sent must not change with it."""
    store = FolderOutbox(tmp_path)
    item = kept(store)
    assert item.file == f"outbox/{digest(b'paper')[:12]}-My-packet.pdf"
    assert store.kept_for_sending(item) == b"paper"
    (tmp_path / item.file).write_bytes(b"other")
    with pytest.raises(FormatError, match="changed since"):
        store.kept_for_sending(item)


@pytest.mark.parametrize("file", ["../secret", "outbox/../secret", "papers/a.pdf", "/etc/passwd", "outbox/.."])
def test_a_path_out_of_the_outbox_is_refused(file: str, tmp_path: Path) -> None:
    """outbox.toml may have been edited by anybody."""
    store = FolderOutbox(tmp_path)
    with pytest.raises(FormatError):
        store.kept_for_sending(kept(store).model_copy(update={"file": file}))


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a/b.835", "a\\b.835", "\0.835", "-rf", "." * 300])
def test_an_answer_is_kept_in_the_inbox_whatever_the_server_calls_it(name: str, tmp_path: Path) -> None:
    """A server's names are not to be trusted."""
    file = FolderOutbox(tmp_path).keep_answer(name, b"answer")
    path = (tmp_path / file).resolve()
    assert path.parent == (tmp_path / "papers" / "inbox").resolve()
    assert path.read_bytes() == b"answer"


def test_two_answers_of_one_name_are_both_kept(tmp_path: Path) -> None:
    """Some payers call every file remit.txt."""
    store = FolderOutbox(tmp_path)
    first, second, again = (store.keep_answer("remit.txt", content) for content in (b"one", b"two", b"one"))
    assert first != second
    assert again == first
    assert (tmp_path / first).read_bytes() == b"one"
    assert (tmp_path / second).read_bytes() == b"two"


def test_an_outbox_of_before_with_one_claim_an_item_is_still_read(tmp_path: Path) -> None:
    """What was sent must be known years later, also after the program has changed."""
    item = (
        'id = "a"\nway = "post"\nto = "fsa"\nfile = "outbox/x"\nsha256 = "0"\nsize_bytes = 1\nadded_on = 2026-07-01\n'
    )
    (tmp_path / "outbox.toml").write_text(f'[[item]]\n{item}claim = "c1"\n')
    assert read_outbox(tmp_path).items[0].claims == ("c1",)


def test_a_save_by_somebody_else_in_between_is_tried_again_and_a_broken_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people work on one case; and a failure is never swallowed."""
    save_case(tmp_path, cast.bruno(), None)
    store, tries = FolderOutbox(tmp_path), []

    def failing(*_: object) -> object:
        tries.append(1)
        raise StoreError("no", "Try again.", try_again=len(tries) < 3)

    monkeypatch.setattr("necessity.stores.outbox.save_changes", failing)
    with pytest.raises(StoreError, match="no"):
        store.change_case(lambda case: case.model_copy(update={"claims": (Claim(id="c", funding_source="fsa"),)}))
    assert len(tries) == 3
