"""Whatever is changed in a sealed letter, at whatever place: it shows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from necessity.errors import FormatError
from necessity.sealing.keys import KeyRing
from necessity.sealing.report import SealState
from necessity.sealing.verify import verify
from tests import seals


@pytest.fixture(scope="module")
def letter() -> tuple[bytes, KeyRing]:
    with TemporaryDirectory() as folder:
        content, ring = seals.sealed(Path(folder) / "keys")
    assert verify(content, ring).state is SealState.INTACT
    return content, ring


def verdict(content: bytes, known: KeyRing | None) -> str:
    try:
        report = verify(content, known)
    except FormatError:
        return "refused"
    assert report.says
    return report.state


SHOWS = ("refused", SealState.ALTERED)


@given(place=st.integers(0, 10**6), flip=st.integers(1, 255), is_known=st.booleans())
@settings(max_examples=300)
def test_any_flipped_byte_shows(letter: tuple[bytes, KeyRing], place: int, flip: int, is_known: bool) -> None:
    """Here and at an installation that has never heard of the seal."""
    content, ring = letter
    place %= len(content)
    changed = content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :]
    assert verdict(changed, ring if is_known else None) in SHOWS


def test_every_place_is_watched(letter: tuple[bytes, KeyRing]) -> None:
    """A sweep through the whole file, so that no gap is left to chance; the change of case is the hardest to see."""
    content, ring = letter
    for place in range(0, len(content), 19):
        for flip in (0x20, 0x01):
            changed = content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :]
            assert verdict(changed, ring) in SHOWS, (place, flip)


@given(data=st.data())
@settings(max_examples=100)
def test_bytes_put_in_taken_out_or_added_show(letter: tuple[bytes, KeyRing], data: st.DataObject) -> None:
    """Not only flipped ones."""
    content, ring = letter
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 400)))
    put_in = data.draw(st.binary(max_size=60))
    changed = content[:start] + put_in + content[end:]
    if changed != content:
        assert verdict(changed, ring) in (*SHOWS, SealState.UNSEALED)
        assert verdict(changed, ring) != SealState.UNSEALED or b"/ByteRange" not in changed


@given(content=st.binary(max_size=300))
@settings(max_examples=100)
def test_no_bytes_at_all_end_in_a_fault_of_ours(content: bytes) -> None:
    """Anything may be named by mistake, or on purpose."""
    for start in (b"", b"%PDF-1.7\n", b"%PDF-1.7\n/ByteRange [0 9 20 5]<"):
        assert verdict(start + content, None) != SealState.INTACT
