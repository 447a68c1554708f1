"""Read any message or paper we know: find out which family it belongs to, and hand it to its reader."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from necessity.domain.message import MessageSummary
from necessity.errors import FormatError
from necessity.formats.registry import READERS

if TYPE_CHECKING:
    from necessity.sealing.keys import KeyRing

_HEAD = 1 << 16
_LONGEST_HEADER = 400
_ELEMENTS = 16


def read_message(stream: BinaryIO, name: str, ring: Callable[[], "KeyRing | None"] = lambda: None) -> MessageSummary:
    """Read a file of any kind we know.

    Args:
        stream: A binary file that can go back to its beginning.
        name: What to call it in a message.
        ring: Fetches the certificates of this installation, by which seals in a PDF are known.

    Returns:
        What it says.

    Raises:
        FormatError: no reader knows it, or its own one cannot read it.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if looks_like_x12(head):
        from necessity.workflow.read_x12 import summarise  # layouts are compiled only where a message comes

        return summarise(stream)
    if head[:1024].find(b"%PDF-") >= 0:
        from necessity.workflow.read_paper import summarise as summarise_paper  # PDFs are opened only where one comes

        return summarise_paper(stream, name, ring())
    for reader in READERS:
        if reader.recognises(head):
            return cast("MessageSummary", import_module(reader.module).summarise(stream))
    known = ", ".join(["X12", "PDF", *(reader.name for reader in READERS)])
    said = f"{name} is empty." if not head.strip() else f"{name} is of no kind that is read here."
    step = f"Known kinds: {known}. Check that it is the file as it came."
    raise FormatError(said, step, format="message", place=name)


def looks_like_x12(head: bytes) -> bool:
    """Say whether a file begins like an interchange; blanks, a byte order mark or a little text may stand before."""
    place = head.find(b"ISA")
    sign = head[place + 3 : place + 4]
    if place < 0 or not sign or sign.isalnum():
        return False
    return head[place : place + _LONGEST_HEADER].count(sign) >= _ELEMENTS or head.lstrip().startswith(b"ISA")
