"""Finding a code by words of its title or of the terms it includes."""

import functools
import re
from datetime import date
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, Place
from necessity.codesets.icd10cm.edition import VALID, dotted, without_accents
from necessity.codesets.icd10cm.table import Table

_TERMS = (b"in", b"is")
_NO_WORD = re.compile(rb"[^a-z0-9]+")


class Hit(NamedTuple):
    """One code found by words."""

    code: str
    """With its dot."""
    title: str
    """What it means."""
    status: str
    """valid, or header where more characters are needed."""
    term: str
    """The included term in which the words stand; empty where they stand in the title."""


@functools.lru_cache(maxsize=4)
def _spoken(table: Table) -> tuple[list[tuple[bytes, str]], list[tuple[bytes, str, bytes]]]:
    """Prepare titles and included terms for a search: lower case, words parted by one blank; once a table."""
    codes, notes = table.words()
    titles, terms = [], []
    for line in codes.splitlines():
        code, _, title, *_ = line.split(b"\t")
        if not title.startswith(b"+"):
            titles.append((_words(title), code.decode()))
    for line in notes.splitlines():
        at, kind, _, text = line.split(b"\t", 3)
        if kind in _TERMS:
            terms.append((_words(text), at.decode(), text))
    return titles, terms


def _words(text: bytes) -> bytes:
    plain = text if text.isascii() else without_accents(text.decode()).encode()
    return b" " + _NO_WORD.sub(b" ", plain.lower())


def search(book: CodeBook, words: str, on: date, most: int = 20) -> tuple[Hit, ...]:
    """Find codes whose title, or one of whose included terms, holds every word.

    Each word may be the beginning of one: `diab` finds diabetes. Codes that only add a seventh character are left out;
    the code above them stands for them.

    Args:
        book: The editions.
        words: What to look for.
        on: The day; where no edition of it is loaded, the newest one is searched.
        most: How many at most.

    Returns:
        Valid codes before headers, words in the title before words in a term, short titles first.
    """
    place = book.place_on(on) or book.places[-1]
    wanted = [b" " + word for word in _words(words.encode("utf-8", "ignore")).split()]
    if not wanted:
        return ()
    titles, terms = _spoken(place.table)
    hits: dict[str, Hit] = {}
    for text, code in titles:
        if all(word in text for word in wanted) and (hit := _hit(place, code, "")):
            hits.setdefault(code, hit)
    for text, code, term in terms:
        if code not in hits and all(word in text for word in wanted) and (hit := _hit(place, code, term.decode())):
            hits[code] = hit
    return tuple(sorted(hits.values(), key=_rank)[:most])


def _hit(place: Place, code: str, term: str) -> Hit | None:
    title = place.title(code)
    return Hit(dotted(code), title, place.status(code), term) if title else None


def _rank(hit: Hit) -> tuple[bool, bool, int, str]:
    return hit.status != VALID, bool(hit.term), len(hit.title), hit.code
