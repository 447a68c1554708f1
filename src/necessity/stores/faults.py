"""What is wrong with a case folder: collected while reading goes on, then told all at once."""

from dataclasses import dataclass, field
from typing import NamedTuple

from necessity.errors import FormatError

MOST_FAULTS = 200
"""How many faults are listed; the rest are counted."""


class Fault(NamedTuple):
    """One thing wrong with a file of a case folder."""

    file: str
    """Which file."""
    line: int | None
    """Which line, from 1; None where it cannot be told."""
    where: str
    """Which field, column or table; empty where the whole line or file is meant."""
    found: str
    """What stands there."""
    allowed: str
    """What may stand there; empty where `found` says it all."""
    mend: str
    """What to do."""

    def __str__(self) -> str:
        place = self.file + (f" line {self.line}" if self.line else "") + (f", {self.where}" if self.where else "")
        may = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{place}: found {self.found}{may}; {self.mend}"


@dataclass
class Faults:
    """The faults of one reading. Beyond `MOST_FAULTS` they are only counted, to save memory."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted, so that nobody need take trouble over their words."""
        return self.count >= MOST_FAULTS

    def add(self, fault: Fault) -> None:
        """Note one fault."""
        if not self.is_full:
            self.kept.append(fault)
        self.count += 1

    def lines(self) -> tuple[str, ...]:
        """Write the faults in the order of files and lines, the uncounted rest in a last line."""
        files = list(dict.fromkeys(("case.toml", "sessions.csv", *(fault.file for fault in self.kept))))
        kept = sorted(self.kept, key=lambda fault: (files.index(fault.file), fault.line or 0))
        more = self.count - len(kept)
        return (*map(str, kept), *((f"and {more} more",) if more else ()))

    def stop(self, place: str) -> None:
        """Raise everything noted, if anything was.

        Raises:
            FormatError: at least one fault; `faults` lists them.
        """
        if not self.count:
            return
        many = "1 thing" if self.count == 1 else f"{self.count} things"
        lines = self.lines()
        raise FormatError(
            f"The case folder {place} cannot be read: {many} to mend, the first in {lines[0]}.",
            "Mend what is listed, then try again; nothing was changed.",
            format="case folder",
            place=place,
            offending=lines[0],
            faults=lines,
        )


def shown(value: object) -> str:
    """Show what was found, briefly, whatever it is."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number of more than 18 digits"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value[:61]) if isinstance(value, str) else str(value)
    return text if len(text) <= 62 else f"{text[:59]}…" + ("'" if isinstance(value, str) else "")


def decode(file: str, content: bytes, faults: Faults) -> str | None:
    """Turn the bytes of a file into text, or note why that is not possible.

    Args:
        file: Its name, for the message.
        content: All of it; UTF-8, with or without a byte order mark.
        faults: Where to note.

    Returns:
        The text, or None.
    """
    mend = "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add(Fault(file, None, "", "text in UTF-16", "UTF-8", mend))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.add(Fault(file, line, "", f"the byte 0x{content[error.start]:02X}", "UTF-8", mend))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        faults.add(Fault(file, line, "", "the character NUL", "text without it", f"take it out, or {mend}"))
        return None
    return text
