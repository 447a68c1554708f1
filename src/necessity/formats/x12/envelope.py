"""Writing: a pen that notes every fault instead of mending it, and the envelope around the sets."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from necessity.errors import FormatError
from necessity.formats.x12.layout import Layout
from necessity.formats.x12.tokens import Separators

_STEP = "Correct what is listed, then write it again; nothing was written."
_MOST_SHOWN = 40
_BLANKS = " \t\r\n"
_WHITE_AROUND = re.compile(r"^\s|\s$")


class Submitter(NamedTuple):
    """Who sends the message, and whom the receiver may call about it."""

    name: str
    """Organisation or person who submits."""
    id: str
    """The number the receiver knows it by."""
    contact: str
    """Name of the person to call."""
    phone: str
    """Telephone, ten digits."""


class Envelope(NamedTuple):
    """All that stands around the claims and does not come from them. Numbers and the moment are given, never made."""

    sender_id: str
    """ISA06, at most 15 characters."""
    receiver_id: str
    """ISA08, at most 15 characters."""
    submitter: Submitter
    """Loop 1000A."""
    receiver_name: str
    """Loop 1000B: clearinghouse or payer."""
    control_number: int
    """Number of the interchange (ISA13), 1 to 999,999,999; never used twice to one receiver."""
    moment: datetime
    """When it is written, local time of the sender."""
    reference: str
    """Reference of the batch (BHT03), at most 50 characters."""
    sender_qualifier: str = "ZZ"
    """ISA05."""
    receiver_qualifier: str = "ZZ"
    """ISA07."""
    group_number: int = 1
    """GS06."""
    set_number: int = 1
    """ST02 of the first set; the next ones count on."""
    is_test: bool = False
    """ISA15: T or P."""
    wants_acknowledgement: bool = True
    """ISA14: whether a TA1 is asked for."""
    separators: Separators = Separators()
    """The signs to cut with."""
    line_ends: bool = False
    """Whether each segment stands on a line of its own, for people."""


class Pen:
    """Writes elements; whatever is missing, too long or cannot be carried becomes a fault with the field's name."""

    def __init__(self, separators: Separators) -> None:
        self.faults: list[str] = []
        self._signs = separators
        self._lines: list[str] = []

    def fault(self, said: str) -> str:
        """Note one fault; gives an empty text."""
        if said not in self.faults:
            self.faults.append(said)
        return ""

    def text(self, field: str, value: str | None, most: int, least: int = 1, *, needed: bool = True) -> str:
        """Give a text as it may stand in the message, or note why not."""
        if value is None or value == "":
            return self.fault(f"{field} is missing.") if needed else ""
        if len(value) > most or len(value) < least:
            span = f"at most {most}" if len(value) > most else f"at least {least}"
            return self.fault(f"{field} has {len(value)} characters; {span} fit.")
        for letter in value:
            if letter in self._signs:
                return self.fault(f"{field} holds {letter!r}, which separates the parts of this message: leave it out.")
            if not (" " <= letter <= "~"):
                return self.fault(f"{field} holds {letter!r}, which this message cannot carry: write plain letters.")
        if _WHITE_AROUND.search(value):
            return self.fault(f"{field} begins or ends with a blank.")
        return value

    def code(self, field: str, value: str | None, allowed: Iterable[str], *, needed: bool = True) -> str:
        """Give one of some codes, or note that it is none of them."""
        if not value:
            return self.fault(f"{field} is missing.") if needed else ""
        if value not in allowed:
            return self.fault(f"{field} is {value!r}; this message knows {', '.join(allowed)}.")
        return value

    def segment(self, id: str, *elements: str | Sequence[str]) -> None:
        """Write one segment; components are given as a list; what is empty at the end is left off."""
        parts = [one if isinstance(one, str) else self._joined(one) for one in elements]
        while parts and not parts[-1]:
            parts.pop()
        self._lines.append(self._signs.element.join([id, *parts]))

    def _joined(self, components: Sequence[str]) -> str:
        return self._signs.component.join(components).rstrip(self._signs.component)

    def take(self) -> list[str]:
        """Take the segments written so far."""
        lines, self._lines = self._lines, []
        return lines

    def refuse_if_faulty(self, format: str, message: str) -> None:
        """Raise what was noted, all of it.

        Raises:
            FormatError: something is missing or cannot be carried; `faults` lists it.
        """
        if self.faults:
            left = len(self.faults) - _MOST_SHOWN
            shown = (*self.faults[:_MOST_SHOWN], *([f"… and {left} more"] if left > 0 else ()))
            raise FormatError(message, _STEP, format=format, faults=shown)


def interchange(envelope: Envelope, pen: Pen, layout: Layout, sets: Sequence[list[str]]) -> str:
    """Put sets of segments (without ST and SE) into one group and one interchange.

    Args:
        envelope: Senders, numbers, moment.
        pen: Takes the faults of the envelope itself.
        layout: The kind of message.
        sets: The segments of each set.

    Returns:
        The message as text; the same arguments give the same text.
    """
    pen.take()
    moment, signs = envelope.moment, envelope.separators
    if len(set_ := {*signs}) != 4 or any(len(sign) != 1 or sign.isalnum() or sign in _BLANKS for sign in set_):
        pen.fault("The four separators must be different signs, no letters, digits or blanks.")
    sender = pen.text("envelope.sender_id", envelope.sender_id, 15)
    receiver = pen.text("envelope.receiver_id", envelope.receiver_id, 15)
    if not 1 <= envelope.control_number <= 999_999_999:
        pen.fault("envelope.control_number must be 1 to 999,999,999.")
    if not 1 <= envelope.group_number <= 999_999_999 or envelope.set_number < 1:
        pen.fault("envelope.group_number and set_number must be 1 or more.")
    number = f"{envelope.control_number:09d}"
    head = ["00", " " * 10, "00", " " * 10, f"{envelope.sender_qualifier:2.2}", f"{sender:15}"]
    head += [f"{envelope.receiver_qualifier:2.2}", f"{receiver:15}", moment.strftime("%y%m%d"), moment.strftime("%H%M")]
    head += [signs.repetition, "00501", number, "01"[envelope.wants_acknowledgement], "PT"[envelope.is_test]]
    head += [signs.component]
    lines = [signs.element.join(["ISA", *head])]
    pen.segment("GS", layout.group, sender, receiver, moment.strftime("%Y%m%d"), moment.strftime("%H%M"),
                str(envelope.group_number), "X", layout.version)  # fmt: skip
    for place, body in enumerate(sets):
        set_number = f"{envelope.set_number + place:04d}"
        pen.segment("ST", layout.set, set_number, layout.version if layout.names_edition else "")
        lines += [*pen.take(), *body]
        pen.segment("SE", str(len(body) + 2), set_number)
    pen.segment("GE", str(len(sets)), str(envelope.group_number))
    pen.segment("IEA", "1", number)
    lines += pen.take()
    end = signs.terminator + ("\n" if envelope.line_ends else "")
    return "".join(line + end for line in lines)
