"""Control numbers of a sender: each goes to a receiver once, whatever case it was for."""

from datetime import date
from pathlib import Path

import pytest

from necessity.domain.sent_message import UsedNumber
from necessity.errors import FormatError, SettingError
from necessity.stores.sent_numbers import numbers_of


def entry(number: int, receiver: str = "R1", sha: str = "a" * 64) -> UsedNumber:
    return UsedNumber(receiver_id=receiver, number=number, written_on=date(2026, 6, 1), sha256=sha, claims=("A-1",))


def test_the_next_free_number_is_one_above_the_highest(tmp_path: Path) -> None:
    """Receivers count each sender's numbers for themselves."""
    sender = tmp_path / "sender.toml"
    with numbers_of(sender) as numbers:
        assert numbers.free("R1") == 1
        numbers.use(entry(1))
        numbers.use(entry(41))
    with numbers_of(sender) as numbers:
        assert (numbers.free("r1"), numbers.free("R2")) == (42, 1)
    assert (tmp_path / "sender.numbers.toml").is_file()


def test_a_number_is_never_used_twice_to_one_receiver(tmp_path: Path) -> None:
    """The receiver would drop the second message as a duplicate, and the claim with it."""
    with numbers_of(tmp_path / "sender.toml") as numbers:
        numbers.use(entry(1))
        with pytest.raises(SettingError, match="Number 1 went to R1 on 2026-06-01, with A-1") as error:
            numbers.use(entry(1, "r1", "b" * 64))
        assert "the next free one is 2" in str(error.value.next_step)
        numbers.use(entry(1, "R2", "b" * 64))


def test_the_very_same_message_may_be_made_again(tmp_path: Path) -> None:
    """The same inputs give the same bytes; that is no second message."""
    with numbers_of(tmp_path / "sender.toml") as numbers:
        numbers.use(entry(1))
        numbers.use(entry(1))
        assert numbers.free("R1") == 2


def test_the_last_number_of_all_is_told(tmp_path: Path) -> None:
    """Nine digits are all there are."""
    with numbers_of(tmp_path / "sender.toml") as numbers:
        numbers.use(entry(999_999_999))
        with pytest.raises(SettingError, match="used up"):
            numbers.free("R1")


@pytest.mark.parametrize(
    "text", ["used = 3\n", "[[used]]\nnumber = 1\n", "nonsense [", "[[used]]\nfoo = 1\n", "used = [1]\n"]
)
def test_numbers_that_cannot_be_read_stop_the_sender(tmp_path: Path, text: str) -> None:
    """Beginning anew would use numbers twice."""
    (tmp_path / "sender.numbers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="cannot be read"), numbers_of(tmp_path / "sender.toml"):
        pass
