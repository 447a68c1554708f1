"""Return codes: drawn the same each time, found again on what phones and scanners make of a page."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from necessity.domain.return_code import ReturnCode, read_return_code
from necessity.errors import FormatError
from necessity.formats.return_code import read as reading
from necessity.formats.return_code.read import read
from necessity.formats.return_code.write import png, svg
from tests import photos

CODE = ReturnCode("01_hsa_back_pain", "lmn", 2, "0a1b2c3d")
OTHER = ReturnCode("bruno", "lmn", 1, "ffffffff")


def test_the_same_code_is_drawn_in_the_same_bytes() -> None:
    """A letter printed twice must be the same letter."""
    assert png(CODE) == png(CODE)
    assert svg(CODE) == svg(CODE)
    assert b"<svg" in svg(CODE)
    assert read(png(CODE)).codes == (CODE,)


PHOTOS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "flat": lambda page: page,
    "upside down": lambda page: photos.turned(page, 180),
    "on its side": lambda page: photos.turned(page, 90),
    "a little askew": lambda page: photos.turned(page, 7),
    "askew": lambda page: photos.turned(page, 33),
    "in perspective": photos.in_perspective,
    "dim": photos.dim,
    "blurred": photos.blurred,
    "dim, askew and in perspective": lambda page: photos.dim(photos.in_perspective(photos.turned(page, 12))),
    "small": lambda page: page.resize((850, 1100)),
    "large": lambda page: page.resize((3400, 4400)),
}


@pytest.mark.parametrize("taken", list(PHOTOS))
def test_a_code_is_found_on_a_photo(taken: str) -> None:
    """People photograph a page on a kitchen table in the evening."""
    found = read(photos.jpeg(PHOTOS[taken](photos.page(CODE))))
    assert found == ("jpg", (CODE,))


def test_a_code_is_found_in_a_scan_of_several_pages() -> None:
    """The return code stands on the last page only."""
    assert read(photos.scan(photos.page(), photos.page(CODE))) == ("pdf", (CODE,))


def test_two_letters_in_one_picture_are_both_told() -> None:
    """Whoever decides must know that there are two."""
    assert set(read(photos.jpeg(photos.page(CODE, OTHER))).codes) == {CODE, OTHER}


def test_a_page_without_a_code_has_none() -> None:
    """No code is an answer, not a failure."""
    assert read(photos.jpeg(photos.page())).codes == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither a picture nor a PDF"),
        (b"hello", "neither a picture nor a PDF"),
        (photos.jpeg(photos.page())[:2000], "damaged or incomplete"),
        (b"%PDF-1.7 nothing", "damaged or incomplete"),
        (photos.locked(photos.scan(photos.page(CODE))), "locked with a password"),
        (photos.scan(*[Image.new("L", (20, 20))] * 21), "more than 20 pages"),
    ],
    ids=["empty", "text", "half a photo", "no PDF", "locked", "many pages"],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, why: str) -> None:
    """Never a traceback, always something to do."""
    with pytest.raises(FormatError, match=why) as caught:
        read(content)
    assert caught.value.next_step


def test_a_picture_of_another_kind_is_named() -> None:
    """A GIF is a picture, only not a photo of a page."""
    kept = io.BytesIO()
    Image.new("L", (20, 20)).save(kept, "GIF")
    with pytest.raises(FormatError, match="GIF is not read"):
        read(kept.getvalue())


def test_a_picture_with_too_many_pixels_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file can unfold into a huge picture."""
    monkeypatch.setattr(reading, "MOST_PIXELS", 1000)
    with pytest.raises(FormatError, match="80 million pixels"):
        read(photos.jpeg(photos.page()))
    with pytest.raises(FormatError, match="80 million pixels"):
        read(photos.scan(photos.page()))


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"%PDF-1.7\n" + tail))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    """Whatever a phone sends, nothing falls over."""
    try:
        found = read(content)
    except FormatError as error:
        found = None
        said = error.message
    assert found is not None or said


@given(st.text(max_size=60))
def test_any_text_is_a_return_code_or_none(text: str) -> None:
    """A QR code on the paper may be anybody's."""
    assert read_return_code(text) is None or text.startswith("necessity-letter/1/")


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20), st.integers(1, 999))
def test_what_is_written_into_a_code_is_read_from_it(case: str, letter: str, version: int) -> None:
    """Ids may hold any letter."""
    code = ReturnCode(case, letter, version, "0123abcd")
    if len(code.text) <= 500:
        assert read_return_code(code.text) == code
