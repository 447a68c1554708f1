"""One number for everything that the pages of a document show, so that a change of a page can be told later.

It goes over the content of each page with all that is drawn in it: pictures, typefaces, stamps. Numbers that a
program gives to objects when it saves are left out, and so is whatever leads from one page to another.
"""

import hashlib
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Pdf, Stream

_LEADS_ELSEWHERE = {"/Parent", "/P", "/Dest", "/A", "/StructParent", "/StructParents", "/Tabs", "/B"}
_PACKING = {"/Length", "/Filter", "/DecodeParms"}
_DEEPEST = 60


def pages_digest(pdf: Pdf) -> str:
    """Take the SHA-256 of what all pages show, in their order, as 64 hexadecimal digits."""
    seen: dict[tuple[int, int], bytes] = {}
    whole = hashlib.sha256()
    for page in pdf.pages:
        whole.update(_digest(page.obj, seen, 0))
    return whole.hexdigest()


def _digest(value: object, seen: dict[tuple[int, int], bytes], depth: int) -> bytes:
    """Take the digest of one object with all that it holds; each numbered object is looked at once."""
    if not isinstance(value, pikepdf.Object):
        return hashlib.sha256(_scalar(value).encode()).digest()
    place = value.objgen if value.is_indirect else (0, 0)
    if place != (0, 0):
        if place in seen:
            return seen[place]
        seen[place] = b"it holds itself"
    if depth > _DEEPEST:
        return b"too deep"
    made = _parts(value, seen, depth + 1)
    if place != (0, 0):
        seen[place] = made
    return made


def _scalar(value: object) -> str:
    """Spell a number by its worth: 612 and 612.0 show the same, and a program that saves may write either."""
    if isinstance(value, Decimal) or type(value) is int:
        return f"{(Decimal(value) + 0).normalize():f}"
    return repr(value)


def _parts(value: pikepdf.Object, seen: dict[tuple[int, int], bytes], depth: int) -> bytes:
    whole = hashlib.sha256()
    if isinstance(value, Dictionary | Stream):
        left_out = _LEADS_ELSEWHERE | (_PACKING if isinstance(value, Stream) else set())
        for key, held in sorted(value.items(), key=lambda pair: pair[0]):
            if key not in left_out:  # a name may hold any bytes
                whole.update(key.encode(errors="surrogateescape") + b"=" + _digest(held, seen, depth))
        if isinstance(value, Stream):
            whole.update(_content(value))
    elif isinstance(value, Array):
        for item in value:
            whole.update(b"-" + _digest(item, seen, depth))
    else:
        whole.update(value.unparse(resolved=True))
    return whole.digest()


def _content(stream: Stream) -> bytes:
    """Take the digest of a stream unpacked, for programs pack anew when they save; of a photo as it is."""
    try:
        return hashlib.sha256(stream.read_bytes()).digest()
    except pikepdf.PdfError:
        return hashlib.sha256(stream.read_raw_bytes()).digest()
