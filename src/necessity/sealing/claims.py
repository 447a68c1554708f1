"""Read what a sealed file says about itself: moment, reason, letter, signature. Only called once the bytes hold."""

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from necessity.domain.letter_draft import LetterDraft
from necessity.domain.signature import SignatureRecord
from necessity.sealing.cms import Placed

if TYPE_CHECKING:
    import pikepdf

LETTER = "letter.json"
"""Name under which the letter's draft travels."""
SIGNATURE = "signature.json"
"""Name under which the record of the signature travels."""
_LARGEST = 5_000_000
_MOMENT = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'?(\d\d)?'?)")


class Claims(NamedTuple):
    """What the file says."""

    sealed_at: datetime | None = None
    """The moment of the seal, in UTC."""
    reason: str | None = None
    """What it stands for."""
    made_by: str | None = None
    """The program that sealed."""
    letter_bytes: bytes | None = None
    """The letter as attached."""
    letter: LetterDraft | None = None
    """The letter, where it can be read."""
    signature_bytes: bytes | None = None
    """The record of the signature as attached."""
    signature: SignatureRecord | None = None
    """The record, where it can be read."""
    attachments: tuple[str, ...] = ()
    """Names of all files it carries."""


def read(sealed: bytes, placed: Placed) -> Claims:
    """Read a sealed file's own words.

    Args:
        sealed: The bytes that the seal covers, found safe to open.
        placed: Where the seal lies in them.

    Returns:
        What could be read; what is missing or malformed is None.
    """
    import pikepdf

    with pikepdf.Pdf.open(io.BytesIO(sealed), suppress_warnings=True) as pdf:
        value = _value(pdf, placed)
        files = {str(name): pdf.attachments[name] for name in pdf.attachments}
        letter = _content(files.get(LETTER))
        signature = _content(files.get(SIGNATURE))
        return Claims(
            sealed_at=_moment(value.get("/M")) if value is not None else None,
            reason=str(value.get("/Reason", "")) or None if value is not None else None,
            made_by=_maker(value) if value is not None else None,
            letter_bytes=letter,
            letter=_letter(letter),
            signature_bytes=signature,
            signature=_signature(signature),
            attachments=tuple(sorted(files)),
        )


def _value(pdf: "pikepdf.Pdf", placed: Placed) -> "pikepdf.Object | None":
    """Find the dictionary of the seal by its range."""
    import pikepdf

    wanted = [0, placed.gap_from, placed.gap_to, placed.end - placed.gap_to]
    for one in pdf.objects:
        covers = one.get("/ByteRange") if isinstance(one, pikepdf.Dictionary) else None
        if isinstance(covers, pikepdf.Array) and [int(number) for number in covers] == wanted:
            return one
    return None


def _content(file: "pikepdf.AttachedFileSpec | None") -> bytes | None:
    content = file.get_file().read_bytes() if file is not None else None
    return content if content is not None and len(content) <= _LARGEST else None


def _maker(value: "pikepdf.Object") -> str | None:
    import pikepdf

    for key in ("/Prop_Build", "/App", "/Name"):
        if not isinstance(value, pikepdf.Dictionary) or key not in value:
            return None
        value = value[key]
    return str(value).removeprefix("/")


def _moment(written: object) -> datetime | None:
    """Read a moment as PDF writes it.

    Examples:
        >>> _moment("D:20260302171500-05'00'").isoformat()
        '2026-03-02T22:15:00+00:00'
    """
    match = _MOMENT.fullmatch(str(written))
    if match is None:
        return None
    *parts, sign, hours, minutes = match.groups()
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00"
    try:
        year, month, day, hour, minute, second = parts
        return datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}").astimezone(UTC)
    except ValueError:
        return None


def _letter(content: bytes | None) -> LetterDraft | None:
    try:
        return LetterDraft.model_validate_json(content) if content is not None else None
    except ValidationError:  # said by the verifier: the bytes are there, the letter is not
        return None


def _signature(content: bytes | None) -> SignatureRecord | None:
    try:
        return SignatureRecord.model_validate_json(content) if content is not None else None
    except ValidationError:
        return None
