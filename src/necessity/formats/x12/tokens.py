"""Bytes in, segments out: the separators of each interchange, its segments in blocks, memory flat in file size.

Reading is lenient: a byte order mark, line ends or none, odd separators, several interchanges, a header of the wrong
length and a file cut off are read and told. Only what shows no beginning of an X12 message is refused.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from necessity.errors import FormatError
from necessity.formats.x12.findings import ADVISORY, REQUIRED, X12Finding, clip

_CHUNK = 1 << 18
_LONGEST = 1 << 16
_WHITE = b" \t\r\n\0\x0b\x0c"
_HEADER = 106
_LEAST_GAP = 3
NO_REPETITION = "\x1d"
_STEP = "Ask the sender for the message as a plain file, byte for byte, beginning with ISA."


class Separators(NamedTuple):
    """The four signs one interchange is cut with."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    terminator: str = "~"


class Block(NamedTuple):
    """A run of segments of one interchange."""

    separators: Separators
    segments: list[str]


class Tokens:
    """Cuts a binary file into blocks of segments."""

    def __init__(self, stream: BinaryIO, report: Callable[[X12Finding], None]) -> None:
        self._stream = stream
        self._report = report
        self._buffer = b""
        self._ended = False
        self._count = 0
        self._told: set[str] = set()

    def __iter__(self) -> Iterator[Block]:
        """Give block after block; a header is a block of its own."""
        self._skip_to_header()
        while self._buffer:
            separators, header = self._header()
            self._told.clear()
            self._count += 1
            yield Block(separators, [header])
            yield from self._interchange(separators)
            self._strip()
            if self._buffer and not self._find_header():
                self._tell("trailing_text", REQUIRED, "Text follows the last interchange that is no X12 message.")
                return

    # ── where interchanges begin ────────────────────────────────────────

    def _fill(self) -> bool:
        more = b"" if self._ended else self._stream.read(_CHUNK)
        self._ended = not more
        self._buffer += more
        return bool(more)

    def _strip(self) -> None:
        """Take white space off the front, however much there is."""
        self._buffer = self._buffer.lstrip(_WHITE)
        while not self._buffer and self._fill():
            self._buffer = self._buffer.lstrip(_WHITE)
        while len(self._buffer) < _HEADER * 2 and self._fill():
            pass

    def _skip_to_header(self) -> None:
        self._strip()
        if self._buffer.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise _unreadable("The file is stored as UTF-16.", "Save it as plain text (ASCII or UTF-8).")
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._buffer = self._buffer[3:]
            self._strip()
            self._tell("byte_order_mark", ADVISORY, "The file begins with a byte order mark; it was skipped.")
        if not self._buffer:
            raise _unreadable("The file is empty.", _STEP)
        if not self._find_header():
            raise _unreadable("This is no X12 message: it does not begin with ISA.", _STEP)

    def _find_header(self) -> bool:
        """Bring the next ISA to the front of the buffer, if one is near."""
        if self._buffer.startswith(b"ISA"):
            return True
        place = self._buffer.find(b"ISA", 0, _LONGEST)
        while place > 0 and self._buffer[place + 3 : place + 4].isalnum():
            place = self._buffer.find(b"ISA", place + 1, _LONGEST)
        if place < 0:
            return False
        skipped = clip(self._buffer[:place].decode("latin-1"))
        self._tell("text_before_header", REQUIRED, f"Text stands before ISA ({skipped}); it was skipped.")
        self._buffer = self._buffer[place:]
        return True

    def _header(self) -> tuple[Separators, str]:
        """Read the separators off ISA, which always has sixteen elements and 106 characters."""
        while len(self._buffer) < _HEADER * 2 and self._fill():
            pass
        buffer, element = self._buffer, self._buffer[3:4]
        parts = buffer[: _HEADER * 4].split(element, 16) if element else []
        if len(parts) < 17 or element.isalnum() or parts[0] != b"ISA":
            raise _unreadable("The header (ISA) is cut off or has lost a separator.", _STEP)
        fixed = sum(map(len, parts[:16])) + 16
        component, terminator = parts[16][:1], parts[16][1:2]
        if fixed != _HEADER - 2:
            said = f"The header (ISA) has {fixed + 2} characters instead of 106; its separators were found by counting."
            self._tell("header_length", REQUIRED, said, at=self._count + 1)
        if not _is_sign(terminator, element, component):
            terminator = self._guess_terminator(parts[16], element)
        if not _is_sign(component, element, terminator):
            component = b":"
        end = buffer.index(terminator, fixed)
        repetition = parts[11][:1]
        if not _is_sign(repetition, element, component, terminator):
            repetition = NO_REPETITION.encode()
        header = buffer[:end].rstrip(b"\r\n").decode("latin-1")
        self._buffer = buffer[end + 1 :]
        signs = (sign.decode("latin-1") for sign in (element, repetition, component, terminator))
        return Separators(*signs), header

    def _guess_terminator(self, rest: bytes, element: bytes) -> bytes:
        """Take what stands before GS (or TA1) as the terminator, where the header does not show one."""
        for follower in (b"GS" + element, b"TA1" + element):
            before = rest[: max(rest.find(follower), 0)]
            sign = before.rstrip(b"\r\n ")[-1:] or before[-1:]
            if len(before) > 0 and _is_sign(sign, element):
                self._tell("terminator_guessed", REQUIRED, "The header shows no segment terminator; it was inferred.")
                return sign
        raise _unreadable("The header (ISA) shows no segment terminator.", _STEP)

    # ── one interchange ─────────────────────────────────────────────────

    def _interchange(self, separators: Separators) -> Iterator[Block]:
        terminator = separators.terminator.encode("latin-1")
        while True:
            end = self._end(separators)
            cut = end if end is not None else self._buffer.rfind(terminator) + 1
            if cut:
                yield self._block(self._buffer[:cut], separators)
                self._buffer = self._buffer[cut:]
            if end is not None:
                return
            if not self._fill():
                yield from self._rest(separators)
                return
            if len(self._buffer) > _CHUNK + _LONGEST and terminator not in self._buffer[-_CHUNK - _LONGEST :]:
                self._tell("segment_too_long", REQUIRED, "A segment does not end; reading stopped here.")
                self._buffer, self._ended = b"", True
                return

    def _rest(self, separators: Separators) -> Iterator[Block]:
        """Give what stands after the last terminator of a file that has ended."""
        rest, self._buffer = self._buffer, b""
        if rest.strip(_WHITE):
            self._tell("cut_off", REQUIRED, "The file ends in the middle of a segment.", at=self._count + 1)
            yield self._block(rest, separators)

    def _end(self, separators: Separators) -> int | None:
        """Find where this interchange ends: behind its IEA, or before an ISA that comes without one."""
        buffer = self._buffer
        element, terminator = separators.element.encode("latin-1"), separators.terminator.encode("latin-1")
        trailer = self._starts(buffer, b"IEA" + element, terminator)
        header = self._starts(buffer, b"ISA" + element[:0], terminator)
        if header is not None and (trailer is None or header < trailer):
            return header
        if trailer is None:
            return None
        end = buffer.find(terminator, trailer)
        return end + 1 if end >= 0 else None

    @staticmethod
    def _starts(buffer: bytes, begin: bytes, terminator: bytes) -> int | None:
        """Find a segment that begins so: at the front or behind a terminator, line ends between them allowed."""
        place = buffer.find(begin)
        while place >= 0:
            before = buffer[max(0, place - 8) : place].rstrip(_WHITE.replace(terminator, b""))
            if (place <= _LEAST_GAP and not before) or before.endswith(terminator):
                sign = buffer[place + 3 : place + 4]
                if begin != b"ISA" or (sign and not sign.isalnum() and buffer[place : place + _HEADER].count(sign) > 9):
                    return place
            place = buffer.find(begin, place + 1)
        return None

    def _block(self, chunk: bytes, separators: Separators) -> Block:
        text = self._decode(chunk, separators)
        if "\n" in text or "\r" in text:
            text = self._without_line_ends(text, separators.terminator)
        segments = text.split(separators.terminator)
        if not segments[-1]:
            segments.pop()
        self._count += len(segments)
        return Block(separators, segments)

    def _decode(self, chunk: bytes, separators: Separators) -> str:
        try:
            return chunk.decode("ascii")
        except UnicodeDecodeError as error:
            first = self._count + 1 + chunk.count(separators.terminator.encode("latin-1"), 0, error.start)
            said = "A letter outside plain ASCII stands here, for the first time in this interchange."
            self._tell("not_ascii", ADVISORY, said, at=first)
        try:
            return chunk.decode("utf-8")
        except UnicodeDecodeError:
            return chunk.decode("latin-1")

    def _without_line_ends(self, text: str, terminator: str) -> str:
        """Take line ends out; where they stood inside segments (lines of a fixed length), say so."""
        if terminator in "\r\n":
            return text.replace("\r" if terminator == "\n" else "\n", "")
        ends = text.count("\n") - text.startswith(("\n", "\r\n"))
        if ends > text.count(terminator + "\n") + text.count(terminator + "\r\n"):
            self._tell("wrapped_lines", ADVISORY, "Line ends stand inside segments; they were taken out.")
        return text.replace("\r", "").replace("\n", "")

    def _tell(self, check: str, weight: str, message: str, at: int | None = None) -> None:
        """Report once an interchange."""
        if check not in self._told:
            self._told.add(check)
            self._report(X12Finding(check, weight, message, _STEP, self._count if at is None else at))


def _is_sign(sign: bytes, *others: bytes) -> bool:
    return len(sign) == 1 and sign[0] < 128 and not sign.isalnum() and sign != b" " and sign not in others


def _unreadable(message: str, step: str) -> FormatError:
    return FormatError(message, step, format="X12")
