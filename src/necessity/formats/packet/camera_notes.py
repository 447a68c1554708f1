"""Photos without what the camera wrote beside the picture: place, device, moment, previews, comments.

The picture itself is not touched: whole segments of the file are left out, nothing is packed anew, so every pixel
stays as it was. How the camera was held stays too, as a note of its own, and so do colour profiles.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

_ORIENTATION = 0x0112
_EXIF, _ICC, _JFIF, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs", b"hIST", b"sPLT"}
_PNG_KEPT |= {b"acTL", b"fcTL", b"fdAT"}
_WEBP_LEFT_OUT = {b"EXIF", b"XMP "}
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04
_BROKEN = (IndexError, ValueError, struct.error, SyntaxError, KeyError, TypeError)
"""What a damaged file leads to."""


def without_notes(content: bytes) -> bytes | None:
    """Leave out of a photo what the camera or a program wrote beside the picture.

    Args:
        content: A JPEG, PNG or WebP file.

    Returns:
        The file without its notes, the very same bytes where there are none; None where it cannot be taken apart, so
        that nobody can say what it carries.

    Examples:
        >>> without_notes(b"no picture") is None
        True
    """
    try:
        if content.startswith(b"\xff\xd8"):
            return b"".join(_jpeg(content))
        if content.startswith(_PNG_START):
            return b"".join(_png(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except _BROKEN:
        return None
    return None


def _turn(exif: bytes) -> int:
    """Read how the camera was held, 1 to 8; 1 where that is not said."""
    noted = Image.Exif()
    try:
        noted.load(exif)
        held = noted.get(_ORIENTATION, 1)
    except Exception:  # notes are damaged in every way there is, and only this one number is asked of them
        return 1
    return held if isinstance(held, int) and 1 <= held <= 8 else 1


def _turn_note(turn: int) -> bytes:
    """Write a note that holds nothing but how the camera was held."""
    return b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, turn, 0, 0)


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Keep the segments of a JPEG that its picture needs; what follows the picture is left out."""
    parts = list(_jpeg_segments(content))
    notes = [body for marker, body in parts if marker == 0xE1 and body[4:].startswith(_EXIF)]
    turn = _turn(notes[0][4:]) if notes else 1
    yield b"\xff\xd8"
    if turn != 1:
        note = _EXIF + _turn_note(turn)
        yield b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note
    for marker, body in parts:
        if _is_of_the_picture(marker, body):
            yield body


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Take a JPEG apart, up to the end of its first picture; each scan follows its own head."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError(at)
        while content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise ValueError(at)
        if marker == 0xDA:
            following = _AFTER_SCAN.search(content, end)
            end = following.start() if following else len(content)
        yield marker, content[at:end]
        if end == len(content):
            return
        at = end


def _is_of_the_picture(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return body[4:].startswith(_JFIF)
    if marker == 0xE2:
        return body[4:].startswith(_ICC)
    if marker == 0xEE:
        return body[4:].startswith(_ADOBE)
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _png(content: bytes) -> Iterator[bytes]:
    """Keep the chunks of a PNG that its picture needs."""
    at = len(_PNG_START)
    yield _PNG_START
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError(at)
        if name == b"eXIf" and (turn := _turn(content[at + 8 : end - 4])) != 1:
            yield _chunk(b"eXIf", _turn_note(turn))
        if name[:1].isupper() or name in _PNG_KEPT:
            yield content[at:end]
        if name == b"IEND":
            return
        at = end


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _webp(content: bytes) -> bytes:
    """Keep the chunks of a WebP that its picture needs, and say in its head that the notes are gone."""
    turn, kept = 1, []
    for name, body in _webp_chunks(content):
        if name == b"EXIF":
            turn = _turn(body)
        elif name not in _WEBP_LEFT_OUT:
            kept.append((name, body))
    if turn != 1:
        kept.append((b"EXIF", _turn_note(turn)))
    written = b"WEBP"
    for name, body in kept:
        if name == b"VP8X":
            flags = body[0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) | (_WEBP_HAS_EXIF if turn != 1 else 0)
            body = bytes([flags]) + body[1:]
        written += name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(written)) + written


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", content, 4)
    at, last = 12, 8 + size
    if last > len(content):
        raise ValueError(last)
    while at + 8 <= last:
        (length,) = struct.unpack_from("<I", content, at + 4)
        if at + 8 + length > last:
            raise ValueError(at)
        yield content[at : at + 4], content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
