"""The appeal as plain text: to paste into a portal, to read in a terminal."""

import textwrap
from collections.abc import Iterator

from necessity.formats.appeal.contents import AppealContents, AppealPart

_WIDTH = 88
_LINE = "______________________"


def as_text(contents: AppealContents) -> str:
    """Write an appeal as plain text, lines of at most 88 characters; the same contents give the same text."""
    return "\n\n".join(filter(None, _blocks(contents))) + "\n"


def _fold(text: str, hang: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def _blocks(contents: AppealContents) -> Iterator[str]:
    yield "\n".join(contents.sender)
    yield "\n".join(contents.to)
    yield contents.title.upper()
    yield "\n".join(f"{label}: {value}" for label, value in contents.rows)
    for place, part in enumerate(contents.parts):
        yield from _part(part)
        if place == 0 and contents.lines:
            rows = (f"- {one.served_on}  {one.what}: {one.charged} charged, {one.paid} paid" for one in contents.lines)
            yield "\n".join(_fold(row, "  ") for row in rows)
    if contents.exhibits:
        listed = [_fold(f"{one.number}. {one.title}", "   ") for one in contents.exhibits]
        yield "\n".join([contents.headings["exhibits"].upper(), *listed])
    yield f"{_LINE}\n{contents.signature or ''}".rstrip()
    if contents.sources:
        listed = [_fold(f"[{number}] {words}", "    ") for number, words in contents.sources]
        yield "\n".join([contents.headings["sources"].upper(), *listed])


def _part(part: AppealPart) -> Iterator[str]:
    paragraphs = [_fold(" ".join(one.text for one in paragraph)) for paragraph in part.paragraphs]
    listed = "\n".join(_fold(f"- {one.text}", "  ") for one in part.listed)
    blocks = [*paragraphs, *([listed] if listed else [])]
    if part.heading and blocks:
        blocks[0] = f"{part.heading.upper()}\n{blocks[0]}"
    yield from blocks
