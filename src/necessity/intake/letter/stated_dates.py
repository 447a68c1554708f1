"""Which part each date of a letter plays: signed, covered from and to, last seen, born, diagnosed."""

import re
from collections.abc import Iterator

from necessity.intake.letter.dates import Dated, dates_in
from necessity.intake.letter.page import Page, Sentence
from necessity.intake.letter.reading import StatedDate
from necessity.intake.letter.words import table

_BY_LABEL = {
    "born_on": "born",
    "last_seen": "seen",
    "diagnosed_on": "diagnosed",
    "signed_on": "signed",
    "signature": "signed",
    "starts": "from",
    "ends": "to",
    "licence_ends": "licence_ends",
    "visit_basis": "seen",
}
_BEFORE = tuple((part, words) for part, words in table("dates")["before"])
_PAST = re.compile(r"\b(?:ended|was|were|had|has had|tried|completed|attended|underwent|earlier|previous\w*)\b", re.I)
"""Such a clause tells of earlier care; its days are not the letter's."""
_RANGE = re.compile(r"^\s*(?:-|to|through|thru|until|and)\s*$", re.IGNORECASE)


def dates_of(page: Page) -> tuple[StatedDate, ...]:
    """Find every date of a letter and the part it plays by its label or by the words before it."""
    found = []
    for sentence in page.sentences:
        found += list(_in_sentence(sentence))
    if not any(one.part == "signed" for one in found):
        found = _alone_on_its_line(page, found)
    return tuple(found)


def _in_sentence(sentence: Sentence) -> Iterator[StatedDate]:
    text = sentence.text
    here = list(dates_in(text))
    for place, dated in enumerate(here):
        following = here[place + 1] if place + 1 < len(here) else None
        before = here[place - 1] if place else None
        opens = following is not None and _RANGE.match(text[dated.end : following.start])
        closes = before is not None and _RANGE.match(text[before.end : dated.start])
        part = _part(sentence, dated, before)
        if (closes or opens) and not _PAST.search(text[: dated.start]):
            part = "to" if closes else "from"
        yield StatedDate(part=part, day=dated.day, line=sentence.line_at(dated.start), words=dated.words)


def _part(sentence: Sentence, dated: Dated, before: Dated | None) -> str:
    text = sentence.text[before.end if before else 0 : dated.start]
    if sentence.label in _BY_LABEL and not (sentence.label == "visit_basis" and not text):
        own = next(
            (
                part
                for part, words in _BEFORE
                if part in ("born", "licence_ends", "range_to") and re.search(words, text, re.I)
            ),
            None,
        )
        return "to" if own == "range_to" else own or _BY_LABEL[sentence.label]
    for part, words in _BEFORE:
        if part == "range_to" and _PAST.search(text):
            continue
        if re.search(words, f"{sentence.asked}: {text}" if sentence.asked and not before else text, re.IGNORECASE):
            return "to" if part == "range_to" else part
    if re.match(r"\s*\)?\s*(?:in[- ]person|by video|office|visit)", sentence.text[dated.end :], re.I):
        return "seen"
    return "other"


def _alone_on_its_line(page: Page, found: list[StatedDate]) -> list[StatedDate]:
    """Take the date that has a line to itself, or stands behind a signature, for the day of signing."""
    for place, one in enumerate(found):
        line = page.lines[one.line - 1].strip()
        rest = line.replace(one.words, "").strip(" ,.:;-|_")
        if one.part == "other" and (
            not rest
            or re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*(?:, [A-Z]{2})?", rest)
            or re.search(r"/s/|\bM\.?D\b|\bDO\b|\bNP\b|\bPA-C\b", rest)
        ):
            return [*found[:place], one.model_copy(update={"part": "signed"}), *found[place + 1 :]]
    return found
