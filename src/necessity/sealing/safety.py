"""What is refused before a PDF is sealed, verified or attached: damaged, locked, scripted, huge, packed as a bomb.

A file from outside is opened here and nowhere before. Looking costs no more than the limits allow: streams are
unpacked piece by piece and only as far as the limit.
"""

import io
import logging
import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from necessity.domain.record import Record
from necessity.errors import FormatError

if TYPE_CHECKING:
    import pikepdf


class Trouble(StrEnum):
    """What can be wrong with a PDF as such."""

    NOT_PDF = "not_pdf"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    HUGE = "huge"
    SCRIPTED = "scripted"


class Fault(NamedTuple):
    """One reason to refuse a PDF."""

    trouble: Trouble
    """Of which sort."""
    says: str
    """In one sentence."""


class Limits(Record):
    """How large a PDF may be."""

    size_bytes: int = 25_000_000
    """The file."""
    pages: int = 500
    """Its pages."""
    objects: int = 100_000
    """Its objects."""
    stream_bytes: int = 64_000_000
    """One stream, unpacked."""
    unpacked_bytes: int = 256_000_000
    """All streams, unpacked."""
    picture_points: int = 120_000_000
    """Width times height of one picture."""


LIMITS = Limits()

_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/Rendition", "/Movie", "/Sound",
            "/RichMediaExecute", "/GoTo3DView", "/GoToE", "/GoToR", "/SetOCGState", "/Trans"}  # fmt: skip
_HARMLESS = {"/GoTo", "/URI", "/Named"}
_SCRIPT_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/XFA": "a form of the scripted kind (XFA)",
    "/AA": "actions that start by themselves",
}
_LIVE_PARTS = {"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_PROGRAM_NAMES = re.compile(
    r"\.(exe|com|scr|msi|bat|cmd|ps1|vb[se]|jse?|wsf|hta|jar|lnk|app|sh|py|dll|so|dylib|reg|pif|cpl|iso|img"
    r"|docm|xlsm|pptm|x?html?|svg)\Z",
    re.IGNORECASE,
)
_START = re.compile(rb"\A%PDF-[12]\.\d")
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_FLATE = "/FlateDecode"
_PIECE = 1_000_000


def check(content: bytes, limits: Limits = LIMITS) -> None:
    """Refuse a PDF that is damaged, locked, scripted or too large.

    Args:
        content: The file.
        limits: How large it may be.

    Raises:
        FormatError: it is refused; `faults` lists every reason found.
    """
    if found := faults(content, limits):
        raise refusal(found)


def refusal(found: tuple[Fault, ...]) -> FormatError:
    """Put the reasons against a PDF into an exception."""
    steps = {
        Trouble.NOT_PDF: "Name a PDF file.",
        Trouble.DAMAGED: "Get the file again, whole, from whoever made it.",
        Trouble.ENCRYPTED: "Open it with its password, print it to a new PDF, and use that.",
        Trouble.HUGE: "Ask for a smaller file, or split it.",
        Trouble.SCRIPTED: "Print it to a new PDF, which leaves scripts and programs out, and use that.",
    }
    first = found[0]
    return FormatError(
        f"This file is refused: {first.says}",
        steps[first.trouble],
        format="pdf",
        place=first.trouble,
        faults=tuple(fault.says for fault in found[1:]),
    )


def faults(content: bytes, limits: Limits = LIMITS) -> tuple[Fault, ...]:
    """List the reasons to refuse a PDF; none: it may be worked with.

    Args:
        content: The file.
        limits: How large it may be.
    """
    import pikepdf

    if len(content) > limits.size_bytes:
        most = limits.size_bytes / 1_000_000
        return (Fault(Trouble.HUGE, f"It is longer than {most:g} MB, the most that is taken."),)
    if not _START.match(content):
        return (Fault(Trouble.NOT_PDF, "It does not begin as a PDF does."),)
    if not _END.search(content[-1_024:]):
        return (Fault(Trouble.DAMAGED, "It does not end as a PDF does: it is cut off, or something was added."),)
    _limit_qpdf(limits)
    try:
        # What must be repaired to be read may be read differently by somebody else.
        with pikepdf.Pdf.open(io.BytesIO(content), suppress_warnings=True, attempt_recovery=False) as pdf:
            return tuple(_inside(pdf, limits))
    except pikepdf.PasswordError:
        return (Fault(Trouble.ENCRYPTED, "It is locked with a password."),)
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError, TypeError, KeyError, IndexError) as error:
        if "memory limit" in str(error) or "decompress" in str(error):
            return (Fault(Trouble.HUGE, "A part of it unpacks to far more than a document needs."),)
        return (Fault(Trouble.DAMAGED, "It is damaged or incomplete and cannot be read as it is."),)


def _limit_qpdf(limits: Limits) -> None:
    """Bound what qpdf itself unpacks (tables and packed objects) before anything can be looked at."""
    import pikepdf

    logging.getLogger("pikepdf").addHandler(logging.NullHandler())  # what it warns of is a fault here, not a log line
    pikepdf.settings.set_qpdf_limits(flate_max_memory=limits.unpacked_bytes)


def _inside(pdf: "pikepdf.Pdf", limits: Limits) -> Iterator[Fault]:
    """Look through an open document."""
    if pdf.is_encrypted:
        yield Fault(Trouble.ENCRYPTED, "It is encrypted.")
        return
    if len(pdf.objects) > limits.objects:
        yield Fault(Trouble.HUGE, f"It has {len(pdf.objects)} objects; {limits.objects} are the most.")
        return
    if len(pdf.pages) > limits.pages:
        yield Fault(Trouble.HUGE, f"It has {len(pdf.pages)} pages; {limits.pages} are the most.")
        return
    if not len(pdf.pages):
        yield Fault(Trouble.DAMAGED, "It has no pages.")
        return
    seen: set[str] = set()
    for fault in (*_opening(pdf), *_live(pdf), *_packed(pdf, limits), *_carried(pdf)):
        if fault.says not in seen:
            seen.add(fault.says)
            yield fault


def _opening(pdf: "pikepdf.Pdf") -> Iterator[Fault]:
    """See whether anything but a page is shown on opening."""
    import pikepdf

    action = pdf.Root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) not in _HARMLESS:
        yield Fault(Trouble.SCRIPTED, "It starts an action when it is opened.")


def _live(pdf: "pikepdf.Pdf") -> Iterator[Fault]:
    """Look for whatever acts: scripts, actions, players, in used and unused objects alike."""
    import pikepdf

    for whole in pdf.objects:
        for part in _dictionaries(whole):
            keys = set(part.keys())
            for key in sorted(keys & _SCRIPT_KEYS.keys()):
                yield Fault(Trouble.SCRIPTED, f"It holds {_SCRIPT_KEYS[key]}.")
            action = part.get("/S")
            if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
                yield Fault(Trouble.SCRIPTED, f"It holds an action of the kind {str(action)[1:]}.")
            subtype = part.get("/Subtype")
            if isinstance(subtype, pikepdf.Name) and str(subtype) in _LIVE_PARTS:
                yield Fault(Trouble.SCRIPTED, f"It holds a part that plays or runs ({str(subtype)[1:]}).")


def _dictionaries(whole: "pikepdf.Object") -> Iterator["pikepdf.Object"]:
    """Walk an object and what lies directly in it; what it points at is an object of its own."""
    import pikepdf

    waiting = [whole]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            yield part
            inner = [part.get(key) for key in part.keys()]  # noqa: SIM118  (iterating a dictionary copies it)
        elif isinstance(part, pikepdf.Array):
            inner = list(part)
        else:
            continue
        waiting += [one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _packed(pdf: "pikepdf.Pdf", limits: Limits) -> Iterator[Fault]:
    """Unpack every stream as far as the limit, and measure pictures."""
    import pikepdf

    total = 0
    for stream in pdf.objects:
        if not isinstance(stream, pikepdf.Stream):
            continue
        if _points(stream) > limits.picture_points:
            yield Fault(Trouble.HUGE, "It holds a picture of more points than a document needs.")
        length = unpacked_length(stream, limits.stream_bytes)
        total += length
        if length > limits.stream_bytes or total > limits.unpacked_bytes:
            yield Fault(Trouble.HUGE, "A part of it unpacks to far more than a document needs.")
            return


def _points(stream: "pikepdf.Object") -> int:
    sides = (stream.get("/Width", 0), stream.get("/Height", 0))
    return int(sides[0]) * int(sides[1]) if all(isinstance(side, int) for side in sides) else 0


def _filters(stream: "pikepdf.Object") -> list[str]:
    import pikepdf

    named = stream.get("/Filter")
    return [str(one) for one in (named if isinstance(named, pikepdf.Array) else [named] if named is not None else [])]


def unpacked_length(stream: "pikepdf.Object", most: int) -> int:
    """Measure a stream unpacked, without keeping it; anything above `most` counts as one more than it.

    Only the packing that bombs are made of (Flate, also twice) is undone; the others expand little.
    """
    content = stream.read_raw_bytes()
    for name in _filters(stream):
        if name not in (_FLATE, "/Fl"):
            break
        unpacked = _inflate(content, most)
        if len(unpacked) > most:
            return most + 1
        content = unpacked
    return len(content)


def _inflate(content: bytes, most: int) -> bytes:
    """Unpack as far as one byte beyond the limit; what is damaged counts as far as it goes."""
    worker = zlib.decompressobj()
    try:
        return worker.decompress(content, most + 1)
    except zlib.error:
        return content


def _carried(pdf: "pikepdf.Pdf") -> Iterator[Fault]:
    """Look at the files it carries: none may be a program."""
    import pikepdf

    for whole in pdf.objects:
        if not isinstance(whole, pikepdf.Dictionary) or "/EF" not in whole:
            continue
        name = str(whole.get("/UF", whole.get("/F", "")))
        content = whole.EF.get("/F", whole.EF.get("/UF"))
        start = _begin(content) if isinstance(content, pikepdf.Stream) else b""
        if _PROGRAM_NAMES.search(name) or start.startswith(_PROGRAMS):
            yield Fault(Trouble.SCRIPTED, "It carries a program or a page with scripts among its files.")


def _begin(stream: "pikepdf.Object") -> bytes:
    """Read how a carried file begins."""
    raw = stream.read_raw_bytes()
    return _inflate(raw, 16) if _filters(stream)[:1] in ([_FLATE], ["/Fl"]) else raw[:16]
