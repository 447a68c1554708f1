"""A notice as plain text: to send by mail, to read in a terminal."""

import textwrap
from collections.abc import Iterator

from necessity.formats.notice.contents import NoticeContents, NoticeKind, NoticeReason

_WIDTH = 88


def as_text(contents: NoticeContents) -> str:
    """Write a notice as plain text, lines of at most 88 characters; the same contents give the same text."""
    return "\n\n".join(filter(None, _blocks(contents))) + "\n"


def _fold(text: str, hang: str = "", first: str = "") -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _listed(texts: tuple[str, ...], inset: str = "") -> str:
    return "\n".join(_fold(f"- {text}", f"{inset}  ", inset) for text in texts)


def _blocks(contents: NoticeContents) -> Iterator[str]:
    head = contents.headings
    yield "\n".join(contents.sender)
    yield "\n".join(contents.to)
    yield f"{contents.made_on.day} {contents.made_on:%B %Y}"
    yield contents.title.upper()
    yield "\n".join(f"{label}: {value}" for label, value in contents.rows)
    yield _fold(contents.opening)
    rows = (
        f"- {one.served_on}  {one.what}, {one.charged} charged "
        f"(reason{'s' if len(one.numbers) > 1 else ''} {', '.join(map(str, one.numbers))})"
        for one in contents.lines
    )
    yield "\n".join([head["lines"].upper(), *(_fold(row, "  ") for row in rows)])
    yield head["asked" if contents.kind is NoticeKind.REQUEST else "reasons"].upper()
    for reason in contents.reasons:
        yield from _reason(reason, contents)
    for part in contents.parts:
        yield "\n".join([part.heading.upper(), *(_fold(one) for one in part.sentences)])
    if contents.sources:
        listed = [_fold(f"[{number}] {words}", "    ") for number, words in enumerate(contents.sources, 1)]
        yield "\n".join([head["sources"].upper(), *listed])
    if contents.lacks:
        yield f"{head['lacks'].upper()}\n{_listed(contents.lacks)}"


def _reason(reason: NoticeReason, contents: NoticeContents) -> Iterator[str]:
    said = [_fold(text, "   ", "   ") for text in (reason.says, reason.code) if text]
    yield "\n".join([_fold(f"{reason.number}. {reason.title}", "   "), *said])
    if reason.provisions:
        yield f"   {contents.headings['provision']}:\n{_listed(reason.provisions, '   ')}"
    if reason.needed:
        yield f"   {contents.headings['missing']}:\n{_listed(reason.needed, '   ')}"
