"""One edition of ICD-10-CM: what it holds, from when until when it answers, where it came from."""

import unicodedata
from datetime import date
from typing import NamedTuple

VALID, HEADER, ABSENT, NOT_LOADED = "valid", "header", "absent", "not_loaded"


class Edition(NamedTuple):
    """What is known about one edition."""

    id: str
    """Fiscal year, such as FY2026; an operator's own may say more."""
    from_on: date
    """First day of service it answers for."""
    until_on: date
    """Last day of service it answers for."""
    exact_from: date
    """First day from which its codes are those in force; before it, from `from_on` on, some may be missing or new."""
    notes_from: date
    """First day of the release itself, and so of its notes; the notes before it are read from the same release."""
    released: str
    """Which release of that year, in words."""
    has_tabular: bool
    """Whether its notes (excludes, code first, seventh characters) were read too."""
    origin: str
    """Where the file came from and under which licence."""

    def holds_on(self, on: date) -> bool:
        """Say whether this edition answers for a day."""
        return self.from_on <= on <= self.until_on


class Area(NamedTuple):
    """A chapter or block of the tabular list."""

    id: str
    """Chapter number such as 13, or the block's range such as M50-M54."""
    first: str
    """Its first category."""
    last: str
    """Its last category."""
    title: str
    """Its title."""


class Note(NamedTuple):
    """One line of a note of the tabular list."""

    at: str
    """Where it stands: a code without its dot, a block's range or a chapter's number."""
    kind: str
    """One of `KINDS`."""
    text: str
    """What it says."""


class Content(NamedTuple):
    """All that one edition says."""

    edition: Edition
    """Which edition."""
    codes: dict[str, tuple[str, str]]
    """Code without its dot → (valid or header, description)."""
    areas: tuple[Area, ...]
    """Chapters and blocks; empty without the tabular list."""
    notes: tuple[Note, ...]
    """Notes in the order of the tabular list; empty without it."""


KINDS = {
    "includes": "in",
    "inclusionTerm": "is",
    "excludes1": "x1",
    "excludes2": "x2",
    "codeFirst": "cf",
    "useAdditionalCode": "ua",
    "codeAlso": "ca",
    "notes": "no",
    "sevenChrNote": "7n",
    "sevenChrDef": "7d",
}
"""Elements of the official tabular file → the short word for them in our table."""


def dotted(code: str) -> str:
    """Put the dot into a code."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def bare(code: str) -> str:
    """Take the dot out of a code."""
    return code.replace(".", "")


def without_accents(text: str) -> str:
    """Leave accents out: older releases do not print them, and people do not type them."""
    return text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
