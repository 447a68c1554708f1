"""Walking through a foreign document without ever stumbling: every oddity is a finding with its JSON path.

A `Node` is one place in the document. It can be asked for anything; what is not there, or is of another kind than
it should be, comes back as an empty node or None, and what is of another kind is noted.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeVar

from pydantic import ValidationError

from necessity.domain.decision import Answer, Finding
from necessity.errors import FormatError

_DEEPEST = 60
_MOST_FINDINGS = 200
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
Value = TypeVar("Value")


class Notes:
    """What was found odd, in the order in which it was found, each said once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._more = 0

    def add(self, check: str, message: str, where: str, next_step: str, *, weight: str = "required") -> None:
        """Note one oddity; beyond a few hundred only their number is kept."""
        message, where = _whole_letters(message), _whole_letters(where)
        if len(self._found) >= _MOST_FINDINGS:
            self._more += 1
            return
        self._found.setdefault((check, where, message), finding(check, message, where, next_step, weight=weight))

    def all(self) -> tuple[Finding, ...]:
        """Give everything that was noted."""
        if not self._more:
            return tuple(self._found.values())
        message = f"{self._more} more oddities were found and are not listed."
        return (*self._found.values(), finding("too_many", message, "$", "Mend those listed first, then read again."))


def finding(check: str, message: str, where: str, next_step: str, *, weight: str = "required") -> Finding:
    """Make a finding about a FHIR document; `where` is a JSON path, `weight` is required or advisory."""
    return Finding(
        rule=f"fhir.{check}",
        title="The FHIR document says what it should, where it should",
        weight=weight,
        answer=Answer.NOT_MET,
        effect=None,
        message=message,
        where=where,
        because=(),
        citations=(),
        next_step=next_step,
    )


class Node:
    """One place in a document: its value, its JSON path, and where oddities are noted."""

    __slots__ = ("notes", "path", "value")

    def __init__(self, value: Any, path: str, notes: Notes) -> None:
        self.value, self.path, self.notes = value, path, notes

    def __bool__(self) -> bool:
        return self.value is not None

    def odd(self, expected: str, *, was_read: bool = False) -> None:
        """Note that something else stands here than should, and whether it was read all the same."""
        end = "it was read all the same" if was_read else "it was left out"
        message = f"{self.path} should be {expected}, but is {_shown(self.value)}; {end}."
        self.notes.add("shape", message, self.path, "Ask the sender to mend it, or read that part by eye.")

    def get(self, name: str) -> "Node":
        """Go to one element; an empty node if it is not there."""
        child = f"{self.path}.{name}"
        if self.value is None:
            return Node(None, child, self.notes)
        if not isinstance(self.value, dict):
            self.odd("an object")
            return Node(None, child, self.notes)
        return Node(self.value.get(name), child, self.notes)

    def at(self, path: str) -> "Node":
        """Go down several elements, `a.b.c`; where a list stands, to the first in it."""
        node = self
        for name in path.split("."):
            node = node.get(name)
            if isinstance(node.value, list):
                node = next(iter(node), Node(None, node.path, self.notes))
        return node

    def many(self, name: str) -> list["Node"]:
        """Give all that stand in a list element; a lone value counts as a list of one, and is noted."""
        return list(self.get(name))

    def __iter__(self) -> Iterator["Node"]:
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.odd("a list", was_read=True)
            yield self
            return
        for number, one in enumerate(self.value):
            if one is not None:
                yield Node(one, f"{self.path}[{number}]", self.notes)

    def text(self) -> str | None:
        """Read a text; None if there is none."""
        if self.value is None:
            return None
        if not isinstance(self.value, str):
            self.odd("text")
            return None
        return _whole_letters(self.value).strip() or None

    def yes(self) -> bool | None:
        """Read a yes or no."""
        if self.value is not None and not isinstance(self.value, bool):
            self.odd("true or false")
            return None
        return self.value

    def number(self) -> Decimal | None:
        """Read a number; a number written as text is taken, and noted."""
        value = self.value
        if value is None:
            return None
        is_text = isinstance(value, str)
        if isinstance(value, bool) or not (isinstance(value, int | Decimal) or (is_text and _NUMBER.fullmatch(value))):
            self.odd("a number")
            return None
        if is_text:
            self.odd("a number without quotes", was_read=True)
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > 15:
            self.odd("a number of this world")
            return None
        return number

    def whole(self) -> int | None:
        """Read a whole number that is not negative."""
        number = self.number()
        if number is None:
            return None
        if number < 0 or number != number.to_integral_value():
            self.odd("a whole number, zero or more")
            return None
        return int(number)

    def cents(self) -> int | None:
        """Read a Money (or a Quantity of dollars) as whole cents, negative ones too; None if there is none."""
        if self.value is None:
            return None
        currency = self.get("currency").text() or self.get("code").text() or "USD"
        if currency != "USD":
            self.notes.add(
                "currency",
                f"{self.path} is an amount in {currency}; only US dollars are read.",
                self.path,
                "Ask the payer for the amount in dollars.",
            )
            return None
        dollars = self.get("value").number()
        if dollars is None:
            return None
        exact = dollars.scaleb(2)
        cents = int(exact.to_integral_value(ROUND_HALF_UP))
        if exact != cents:
            self.notes.add(
                "cents",
                f"{self.path} is finer than a cent ({str(dollars)[:20]}); it was rounded half up.",
                self.path,
                "Ask the payer which whole amount is meant.",
                weight="advisory",
            )
        return cents

    def day(self) -> date | None:
        """Read a date, or the day of a date and time as written; None for a year or month alone."""
        text = self.text()
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self.odd("a day, such as 2026-04-07")
            return None

    def clock(self) -> time | None:
        """Read a local time of day."""
        return self._parsed(time.fromisoformat, "a time, such as 09:30")

    def moment(self) -> datetime | None:
        """Read a date and time."""
        return self._parsed(datetime.fromisoformat, "a date and time")

    def _parsed(self, parse: Callable[[str], Value], expected: str) -> Value | None:
        text = self.text()
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError:
            self.odd(expected)
            return None

    def kept(self, accept: Callable[[Any], Value], what: str) -> Value | None:
        """Read a text that must have a shape of its own, such as a provider number; None if it has not.

        Args:
            accept: Gives the value or raises ValueError (or pydantic's ValidationError) with the reason.
            what: What it is called in the finding.
        """
        text = self.text()
        if text is None:
            return None
        try:
            return accept(text)
        except (ValueError, ValidationError) as fault:
            reason = fault.errors()[0]["msg"] if isinstance(fault, ValidationError) else str(fault)
            message = f"{self.path}: {text[:40]!r} is no {what} ({reason}); it was left out."
            self.notes.add("code", message, self.path, "Ask the sender for the right one.")
            return None

    def codings(self) -> list[tuple[str, str]]:
        """Read the codes of a concept as pairs of system and code; a missing system is an empty text."""
        found = []
        for one in self.many("coding"):
            code = one.get("code").text()
            if code is not None:
                found.append((one.get("system").text() or "", code))
        return found

    def code(self, *wanted: str) -> str | None:
        """Read a concept's code in the first of these systems that has one."""
        codings = self.codings()
        return next((code for system in wanted for found, code in codings if found.split("|")[0] == system), None)


def _whole_letters(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can spell and nobody can print or store."""
    return text.encode("utf-8", "replace").decode()


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    shown = json.dumps(value, default=str) if not isinstance(value, str) or len(value) < 40 else f'"{value[:37]}..."'
    return shown if len(shown) <= 60 else shown[:57] + "..."


def parse(content: bytes, notes: Notes) -> list[Node]:
    """Read a file of FHIR JSON: one resource, a list of them, or one a line (NDJSON).

    Args:
        content: The file; UTF-8 with or without a byte order mark, UTF-16 with one.
        notes: Where oddities go.

    Returns:
        One node a document in the file, at least one.

    Raises:
        FormatError: it is no JSON at all.
    """
    text = _decoded(content)
    try:
        return _split(_loads(text), "$", notes)
    except (ValueError, RecursionError) as fault:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        nodes = [] if len(lines) < 2 else _lines(lines, notes)
        if nodes:
            return nodes
        raise FormatError(
            f"This is not FHIR in JSON: {_reason(fault)}.",
            "Ask the sender for the file as FHIR R4 JSON (a Bundle, one resource, or one resource a line).",
            format="fhir",
            place="the file",
            offending=text[:40],
        ) from None


def _lines(lines: list[tuple[int, str]], notes: Notes) -> list[Node]:
    nodes = []
    for number, line in lines:
        try:
            nodes += _split(_loads(line), f"line {number}: $", notes)
        except (ValueError, RecursionError) as fault:
            where = f"line {number}"
            notes.add("line", f"Line {number} is no JSON: {_reason(fault)}.", where, "Ask the sender for it again.")
    return nodes


def _split(value: object, path: str, notes: Notes) -> list[Node]:
    if isinstance(value, list):
        return [Node(one, f"{path}[{number}]", notes) for number, one in enumerate(value)]
    return [Node(value, path, notes)]


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    return content.decode("utf-8", errors="replace")


def _loads(text: str) -> object:
    value = json.loads(text, parse_float=_decimal, parse_constant=_no_number)
    if _depth(value) > _DEEPEST:
        raise ValueError(f"it is nested deeper than {_DEEPEST} levels")
    return value


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError(f"{digits[:20]} is no number of this world") from None


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no JSON number")


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level and deepest <= _DEEPEST:
        deepest += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return deepest


def _reason(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"{fault.msg[:1].lower()}{fault.msg[1:]} in line {fault.lineno}, column {fault.colno}"
    return "it is nested too deeply" if isinstance(fault, RecursionError) else str(fault)
