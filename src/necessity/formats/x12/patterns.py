"""One pattern a segment: right or not in one look. Only a segment that does not fit is taken apart to say why."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from necessity.formats.x12.layout import Element, Layout, Row
from necessity.formats.x12.tokens import Separators

Match = Callable[[str], object]

_D8 = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_FIXED = {
    "d8": _D8,
    "rd8": f"{_D8}-{_D8}",
    "dt": f"{_D8}(?:-{_D8})?",
    "t": r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d{1,2})?)?",
    "money": r"-?(?:\d{1,11}(?:\.\d{1,2})?|\.\d{1,2})",
    "qty": r"-?(?:\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})",
}
_WORDS = {
    "d8": "a day written like 20260930",
    "rd8": "two days written like 20260901-20260930",
    "dt": "a day written like 20260930, or two with a dash between them",
    "t": "a time written like 1405",
    "money": "an amount of money: digits, a point, two more; no thousands mark, no point at the end",
    "qty": "a number",
    "n": "digits",
}


class Fault(NamedTuple):
    """What is wrong inside one segment."""

    check: str
    element: int
    component: int | None
    message: str
    value: str


class Matchers(dict[int, Match]):
    """The pattern of each segment of a layout, by the number of its row; compiled when it is first asked for.

    A message uses a quarter of its layout, and compiling all of it costs more than reading a small file.
    """

    def __init__(self, layout: Layout, separators: Separators) -> None:
        self._rows = {row.number: row for loop in layout.loops for row in loop.rows}
        self._separators = separators

    def __missing__(self, number: int) -> Match:
        made = self[number] = re.compile(_segment(self._rows[number], self._separators)).match
        return made


@lru_cache(maxsize=64)
def matchers(layout: Layout, separators: Separators) -> Matchers:
    """Give the patterns of a layout, cut with these signs."""
    return Matchers(layout, separators)


def _segment(row: Row, signs: Separators) -> str:
    sep = re.escape(signs.element)
    beside = {one: two for one, two in map(sorted, row.together) if two == one + 1 and _may_lack(row, one, two)}
    ahead = "".join(_together(pair, sep) for pair in row.together if min(pair) not in beside)
    body = _tail(row.elements, sep, signs, beside)
    return f"{ahead}{re.escape(row.id)}{body}(?<!{sep})\\Z"


def _may_lack(row: Row, one: int, two: int) -> bool:
    return two <= len(row.elements) and all(row.elements[place - 1].usage == "S" for place in (one, two))


def _together(pair: tuple[int, int], sep: str) -> str:
    """Forbid either of two elements without the other."""
    first, second = sorted(pair)
    other = f"[^{sep}]*{sep}"
    between = f"(?:[^{sep}]*{sep}){{{second - first - 1}}}"
    start = f"(?:{other}){{{first}}}"
    lonely = f"{start}[^{sep}]+(?:{sep}{between}(?:{sep}|\\Z)|(?:{sep}[^{sep}]*){{0,{second - first - 1}}}\\Z)"
    orphan = f"{start}{sep}{between}[^{sep}]+"
    return f"(?!{lonely})(?!{orphan})"


def _tail(elements: tuple[Element, ...], sep: str, signs: Separators, beside: dict[int, int]) -> str:
    """Build the pattern from the last element to the first; what may be missing at the end may be left off whole.

    Args:
        elements: Of the segment.
        sep: The element separator, escaped.
        signs: All separators.
        beside: Neighbours that stand together or not at all, the first's place to the second's; one step for both is
            three times as quick as looking ahead.
    """
    pattern, needed, place = "", False, len(elements)
    while place:
        element = elements[place - 1]
        one = _one(element, signs)
        if place - 1 in beside:
            before = _one(elements[place - 2], signs)
            pattern = f"{sep}(?:{before}{sep}{one}|{sep}){pattern}"
            pattern = pattern if needed else f"(?:{pattern})?"
            place -= 2
            continue
        needed = needed or element.usage == "R"
        inner = one if element.usage == "R" else "" if element.usage == "N" else f"(?:{one})?"
        pattern = f"{sep}{inner}{pattern}" if needed else f"(?:{sep}{inner}{pattern})?"
        place -= 1
    return pattern


def _one(element: Element, signs: Separators) -> str:
    if element.kind == "composite":
        return _composite(element.parts, signs)
    if element.kind == "code":
        return f"(?:{'|'.join(map(re.escape, element.values))})"
    if element.kind == "any":
        return f"[^{re.escape(signs.element)}]+"
    if element.kind == "n":
        return f"\\d{{{element.low},{element.high}}}"
    if element.kind == "an":
        return f"{_letter(signs)}{{{element.low},{element.high}}}"
    return _FIXED[element.kind]


def _letter(signs: Separators) -> str:
    return (
        "[^"
        + "".join(map(re.escape, {signs.element, signs.component, signs.repetition, signs.terminator}))
        + "\\x00-\\x1f\\x7f]"
    )


def _composite(parts: tuple[Element, ...], signs: Separators) -> str:
    pattern, needed, sep = "", False, re.escape(signs.component)
    for place, part in reversed(list(enumerate(parts))):
        needed = needed or part.usage == "R"
        one = _one(part, signs)
        inner = one if part.usage == "R" else "" if part.usage == "N" else f"(?:{one})?"
        lead = sep if place else ""
        pattern = f"{lead}{inner}{pattern}" if needed else f"(?:{lead}{inner}{pattern})?"
    return pattern


# ── why a segment does not fit ──────────────────────────────────────────────


def faults(row: Row, segment: str, signs: Separators) -> Iterator[Fault]:
    """Say what is wrong with a segment that its pattern refused."""
    found = segment.split(signs.element)[1:]
    if segment.endswith(signs.element):
        yield Fault("trailing_separator", len(found), None, "Empty elements stand at the end; they are left off.", "")
    while found and not found[-1]:
        found.pop()
    for place in range(max(len(found), len(row.elements))):
        text = found[place] if place < len(found) else ""
        if place >= len(row.elements):
            if text:
                yield Fault("too_many_elements", place + 1, None, f"{row.id} has no element {place + 1}.", text)
            continue
        yield from _look(row.elements[place], f"{row.id}{place + 1:02d}", text, place + 1, None, signs)
    yield from _pairs(row, ["", *found])


def _pairs(row: Row, found: list[str]) -> Iterator[Fault]:
    for one, two in row.together:
        first, second = (found[place] if place < len(found) else "" for place in (one, two))
        if bool(first) != bool(second):
            lacking = two if first else one
            said = f"{row.id}{one:02d} and {row.id}{two:02d} stand together or not at all."
            yield Fault("not_together", lacking, None, said, first or second)


def _look(
    element: Element, name: str, text: str, place: int, component: int | None, signs: Separators
) -> Iterator[Fault]:
    called = f"{name} ({element.name})" if element.name else name
    if not text:
        if element.usage == "R":
            yield Fault("element_missing", place, component, f"{called} is missing.", "")
    elif element.usage == "N":
        yield Fault("not_used", place, component, f"{called} is not used in this message.", text)
    elif element.kind == "composite":
        yield from _components(element, name, text, place, signs)
    elif not re.fullmatch(_one(element, signs), text):
        yield Fault(*_why(element, called, text, place, component, signs))


def _components(element: Element, name: str, text: str, place: int, signs: Separators) -> Iterator[Fault]:
    found = text.split(signs.component)
    for index in range(max(len(found), len(element.parts))):
        part = found[index] if index < len(found) else ""
        if index < len(element.parts):
            yield from _look(element.parts[index], f"{name}-{index + 1}", part, place, index + 1, signs)
        elif part:
            yield Fault("too_many_components", place, index + 1, f"{name} has no component {index + 1}.", part)


def _why(
    element: Element, called: str, text: str, place: int, component: int | None, signs: Separators
) -> tuple[str, int, int | None, str, str]:
    """Name the first reason why a text may not stand in an element."""
    if element.kind == "code":
        among = ", ".join(element.values[:12]) + (" …" if len(element.values) > 12 else "")
        return "code_not_used", place, component, f"{called} is none of the codes used here ({among}).", text
    if element.kind in _WORDS and (element.kind != "n" or not text.isdigit()):
        return "wrong_shape", place, component, f"{called} is not {_WORDS[element.kind]}.", text
    if re.search(f"(?!{_letter(signs)})[\\s\\S]", text):
        said = f"{called} holds a separator or a sign that no text may hold."
        return "wrong_sign", place, component, said, text
    side = "shorter than" if len(text) < element.low else "longer than"
    limit = element.low if len(text) < element.low else element.high
    return "wrong_length", place, component, f"{called} is {side} the {limit} characters it may have.", text
