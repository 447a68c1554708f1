"""What the tabular list says around a code: notes of its own and those it inherits; and which codes a note names."""

import functools
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from necessity.codesets.icd10cm.book import CodeBook, Place
from necessity.codesets.icd10cm.edition import bare, dotted

_CODE = r"((?:[A-Z][0-9]|QA)[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?![0-9A-Z])"
_NAMED = re.compile(rf"{_CODE}(?:\.?-(?![A-Z.])|\.)?(?:-{_CODE})?")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_DIGITS = (r"\.([0-9]+)-?(?:\.([0-9]+))?", r"final characters? -([0-9]+)")
_PLACES = {"fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7}
_AT_PLACE = re.compile(rf"({'|'.join(_PLACES)})[ -](?:to [a-z]+ )?characters? ([0-9A-Z]+)")


class Named(NamedTuple):
    """A code or range of codes that a note names."""

    first: str
    """Without its dot; everything that starts with it belongs to it."""
    last: str
    """The end of the range; the same as `first` where it is none."""
    condition: str
    """What the note adds, such as `with fifth character 4`; empty where it adds nothing."""

    def takes(self, code: str) -> bool | None:
        """Say whether a code, without its dot, is meant; None where the condition cannot be read by a program."""
        if not (code[: len(self.first)] >= self.first and code[: len(self.last)] <= self.last):
            return False
        return _fits(self.condition, code) if self.condition else True


def _fits(condition: str, code: str) -> bool | None:
    if found := re.fullmatch(rf"with {_DIGITS[0]}", condition):
        low, high = found[1], found[2] or found[1]
        return low <= code[3 : 3 + len(low)] <= high
    if found := re.fullmatch(rf"with {_DIGITS[1]}", condition):
        return code.endswith(found[1])
    if found := re.fullmatch(rf"with {_AT_PLACE.pattern}", condition):
        start = _PLACES[found[1]] - 1
        return code[start : start + len(found[2])] == found[2]
    return None


@functools.lru_cache(maxsize=4_000)
def named_in(text: str) -> tuple[Named, ...]:
    """Read which codes a note names.

    Args:
        text: One line of a note, as the tabular list prints it.

    Returns:
        Codes and ranges in the order they stand; empty where the note names none.

    Examples:
        >>> [(one.first, one.last) for one in named_in("lumbago with sciatica (M54.4-)")]
        [('M544', 'M544')]
        >>> named_in("diabetes (E08-E13 with .44)")[0].takes("E1144")
        True
    """
    found = []
    for inside in _IN_PARENTHESES.findall(text):
        hits = list(_NAMED.finditer(inside))
        for place, hit in enumerate(hits):
            end = hits[place + 1].start() if place + 1 < len(hits) else len(inside)
            condition = inside[hit.end() : end].strip(" ,;")
            condition = condition if condition.startswith("with") else ""
            found.append(Named(bare(hit[1]), bare(hit[2] or hit[1]), condition))
    if not found:  # a few notes print the code without parentheses; only a code with its dot is sure to be one
        found = [Named(bare(hit[1]), bare(hit[2] or hit[1]), "") for hit in _NAMED.finditer(text) if "." in hit[1]]
    return tuple(found)


def inherited(place: Place, code: str, kind: str) -> Iterator[tuple[str, str]]:
    """Give the notes of a kind that hold for a code: (where it stands, what it says), nearest first.

    Args:
        place: The edition.
        code: Without its dot.
        kind: One of the short words of `edition.KINDS`.
    """
    for at in place.around(code):
        for text in place.notes(at, kind):
            yield (at if "-" in at or at.isdigit() else dotted(at)), text


class Exclusion(NamedTuple):
    """Two codes that the tabular list keeps apart."""

    code: str
    """The code at or above which the note stands."""
    other: str
    """The code that the note names."""
    at: str
    """Where the note stands: a code, block or chapter."""
    text: str
    """What it says."""
    is_certain: bool
    """False where the note has a condition that only a person can read."""


def exclusions(book: CodeBook, codes: tuple[str, ...], on: date) -> tuple[Exclusion, ...] | None:
    """Find pairs of codes that an Excludes1 note of that day keeps apart, walking up from both.

    Args:
        book: The editions.
        codes: With their dots.
        on: The day of service.

    Returns:
        Each pair and note once; None where no tabular list of that day is loaded, so that nothing is known.

    Source:
        ICD-10-CM Official Guidelines, section I.A.12.a: the two are not coded together, unless clearly unrelated.
    """
    place = book.place_on(on)
    if place is None or not place.edition.has_tabular:
        return None
    found: dict[tuple[frozenset[str], str], Exclusion] = {}
    for code in dict.fromkeys(codes):
        for at, text in inherited(place, bare(code), "x1"):
            for other in dict.fromkeys(codes):
                if other != code and (certain := _excludes(text, bare(code), bare(other))):
                    found.setdefault(
                        (frozenset((code, other)), text), Exclusion(code, other, at, text, certain == "yes")
                    )
    return tuple(found.values())


def _excludes(text: str, code: str, other: str) -> str:
    """Say yes, perhaps, or nothing; a note that names both codes does not keep them apart."""
    answers = [one.takes(other) for one in named_in(text) if one.takes(code) is not True]
    return "yes" if True in answers else "perhaps" if None in answers else ""


class Around(NamedTuple):
    """All that the tabular list says about one code on a day."""

    above: tuple[str, ...]
    """The codes above it, nearest first, then its blocks and its chapter."""
    notes: dict[str, tuple[str, ...]]
    """Kind → notes that hold for it, each with the place it stands at where that is not the code itself."""
    seventh: dict[str, str]
    """Seventh characters it can take → what each means."""


_ANSWERED = {
    "includes": ("in", "is"),
    "excludes1": ("x1",),
    "excludes2": ("x2",),
    "code_first": ("cf",),
    "use_additional": ("ua",),
    "code_also": ("ca",),
    "notes": ("no",),
}


def around(book: CodeBook, code: str, on: date) -> Around | None:
    """Collect everything the tabular list of a day says about a code; None where no edition of that day is loaded.

    Args:
        book: The editions.
        code: With its dot.
        on: The day of service.
    """
    place = book.place_on(on)
    if place is None:
        return None
    plain = bare(code)
    areas = [f"{area.id}: {area.title}" for area in place.areas(plain)]
    notes = {}
    for name, kinds in _ANSWERED.items():
        lines = [(at, text) for kind in kinds for at, text in inherited(place, plain, kind)]
        notes[name] = tuple(text if at == code else f"{text} [at {at}]" for at, text in lines)
    seventh = next((given for at in place.around(plain) if (given := place.notes(at, "7d"))), [])
    meanings = {text[0]: text[2:] for text in seventh if re.match(r"[0-9A-Z] ", text)}
    return Around((*map(dotted, place.above(plain)), *areas), notes, meanings)
