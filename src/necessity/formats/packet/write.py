"""Writing the packet: one PDF with everything bound for one payer, the same bytes for the same contents."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pikepdf import Pdf

from necessity.domain.manifest import Manifest, ManifestEntry, canonical_json, digest
from necessity.errors import FormatError
from necessity.formats.packet.contents import Packet, PacketContents, PacketPaper
from necessity.formats.packet.papers import Fineness, ReadPaper, read_papers
from necessity.formats.packet.view import LOG, STATEMENT, headings, part, view
from necessity.formats.pdf import (
    attach,
    bookmarks,
    drop_claims,
    fill_frames,
    letters_not_carried,
    open_pdf,
    save,
    typeset,
)

MANIFEST_FILE = "manifest.json"
_TEMPLATE = Path(__file__).parent / "packet.typ"
_OWN_PAGES_BYTES = 150_000
_PDF, _JSON = "application/pdf", "application/json"
_FINENESSES = (Fineness(200, 80), Fineness(150, 70), Fineness(110, 60))
"""How finely photos are shown: the first that fits the payer's limit."""


class _File(NamedTuple):
    """One part of the packet as a file."""

    part: str
    title: str
    name: str
    content: bytes
    media_type: str
    is_attached: bool


def write(contents: PacketContents, *, max_bytes: int = 10_000_000) -> Packet:
    """Write a packet.

    Papers are shown as they are, each page in a frame; one that cannot be shown gets a page that says why.
    Where the packet would be larger than `max_bytes`, the originals of photos stay out first, then those of
    PDFs, then photos are shown less finely.

    Args:
        contents: Everything that goes in, put together by `workflow.packet`.
        max_bytes: What the payer's portal takes in one file.

    Returns:
        The document, its manifest, and everything it lacks in plain sentences.

    Raises:
        FormatError: there is nothing to claim, so there is nothing to print.
    """
    if not contents.rows:
        raise FormatError(
            f"The packet for {contents.payer_name} would be empty: no expense can be claimed.",
            f"Run `necessity decide {contents.case_id}` and do the first next step it names.",
            format="packet",
        )
    *finer, coarsest = _FINENESSES
    for fineness in finer:
        read = _read(contents, fineness)
        room = max_bytes - _shown_bytes(read)
        if room >= 0:
            packet = _built(contents, read, _files(contents, read, _travelling(read, room)))
            if len(packet.pdf) <= max_bytes:
                return packet
    read = _read(contents, coarsest)
    files = _files(contents, read, frozenset())
    packet = _built(contents, read, files)
    if len(packet.pdf) <= max_bytes:
        return packet
    return _built(contents, read, files, (_too_large(len(packet.pdf), max_bytes),))


def _read(contents: PacketContents, fineness: Fineness) -> list[ReadPaper]:
    return read_papers((paper for paper in contents.papers if paper.content is not None), fineness)


def _too_large(size: int, limit: int) -> str:
    return (
        f"The packet has {size / 1_000_000:.1f} MB, more than the {limit / 1_000_000:.1f} MB that are "
        "taken in one file. Replace large papers by smaller scans, or send them apart."
    )


def _shown_bytes(read: Sequence[ReadPaper]) -> int:
    """Estimate what the packet weighs without its attachments."""
    pictures = sum(page.size_bytes for one in read for page in one.pages)
    documents = sum(len(one.paper.content or b"") for one in read if one.media_type == _PDF)
    return _OWN_PAGES_BYTES + pictures + documents


def _travelling(read: Sequence[ReadPaper], room: int) -> frozenset[str]:
    """Choose whose originals travel along: all PDFs if they fit, for they may be signed; then all photos."""
    chosen: set[str] = set()
    documents = [one for one in read if one.media_type == _PDF]
    photos = [one for one in read if one.media_type.startswith("image/")]
    for group in (documents, photos):
        weight = sum(len(one.paper.content or b"") for one in group)
        if weight <= room:
            chosen |= {part(one.paper) for one in group}
            room -= weight
    return frozenset(chosen)


def _built(
    contents: PacketContents,
    read: Sequence[ReadPaper],
    files: Sequence[_File],
    too_large: tuple[str, ...] = (),
) -> Packet:
    missing = (*contents.missing, *_found_missing(contents, read), *too_large)
    plain = [_entry(file) for file in files]
    pdf = open_pdf(typeset(_TEMPLATE, view(contents, read, missing, plain), contents.made_on))
    fill_frames(pdf, [page.draw for one in read for page in one.pages])
    if any(one.media_type == _PDF for one in read):
        drop_claims(pdf)
    manifest = Manifest(
        case=contents.case_id,
        made_on=contents.made_on,
        pages=len(pdf.pages),
        entries=tuple(_placed(plain, _places(pdf, contents, read))),
    )
    listing = canonical_json(manifest.model_dump(mode="json"))
    attach(pdf, MANIFEST_FILE, listing, _JSON, "Every part with its SHA-256", contents.made_on)
    for file in files:
        if file.is_attached:
            attach(pdf, file.name, file.content, file.media_type, file.title, contents.made_on)
    return Packet(pdf=save(pdf), manifest=manifest, missing=missing, page_count=len(pdf.pages))


def _found_missing(contents: PacketContents, read: Sequence[ReadPaper]) -> list[str]:
    """Say what only the writer can see: papers that cannot be shown, names that cannot be printed."""
    found = []
    absent = "; ".join(paper.title for paper in contents.papers if paper.content is None)
    if absent:
        found.append(f"No file is at hand for: {absent}. Add the file and name it in the record.")
    for one in read:
        name = f"{one.paper.title} (file {one.paper.file_name or one.paper.id})"
        if one.fault:
            found.append(f"{name} cannot be shown. {one.fault.message} {one.fault.next_step}")
        elif one.doubt:
            found.append(f"{name}: {one.doubt}")
    names = (("patient", contents.patient_name), ("account holder", contents.account_holder))
    for who, whole_name in names:
        if lost := letters_not_carried(whole_name or ""):
            codes = " ".join(f"U+{ord(letter):04X}" for letter in lost)
            found.append(
                f"The name of the {who} has letters that these pages cannot print ({codes}). "
                "Write it in Latin letters, the way the plan knows it."
            )
    return found


def _files(contents: PacketContents, read: Sequence[ReadPaper], travelling: frozenset[str]) -> list[_File]:
    """List the parts of the packet as files: what was made here as data, papers as they came."""
    made = [(STATEMENT, "Itemised statement", "statement.json", _statement_data(contents))]
    if contents.sessions:
        made.append((LOG, "Session log", "session-log.json", _log_data(contents)))
    files = [_File(key, title, name, data, _JSON, True) for key, title, name, data in made]
    taken = {MANIFEST_FILE, *(file.name for file in files)}
    for one in read:
        name = _own_name(one.paper, taken)
        taken.add(name)
        key, content = part(one.paper), one.paper.content or b""
        files.append(_File(key, one.paper.title, name, content, one.media_type, key in travelling))
    return files


def _own_name(paper: PacketPaper, taken: set[str]) -> str:
    """Give a paper a file name of its own, without folders or characters that a disk refuses."""
    bare = (paper.file_name or paper.id).replace("\\", "/").rsplit("/", 1)[-1]
    allowed = (letter if letter.isprintable() and letter not in '<>:"|?*' else "_" for letter in bare)
    name = "".join(allowed).strip(". ")[-120:] or "paper"
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{number}-{name}"
    return unique


def _statement_data(contents: PacketContents) -> bytes:
    shown = {"case_id", "payer_name", "funding_source", "patient_name", "account_holder", "member_id", "rows"}
    return canonical_json(contents.model_dump(mode="json", include=shown))


def _log_data(contents: PacketContents) -> bytes:
    shown = {"case_id", "patient_name", "sessions", "goals"}
    return canonical_json(contents.model_dump(mode="json", include=shown))


def _entry(file: _File) -> ManifestEntry:
    return ManifestEntry(
        id=file.part,
        title=file.title,
        file_name=file.name,
        size_bytes=len(file.content),
        sha256=digest(file.content),
        is_attached=file.is_attached,
    )


def _places(pdf: Pdf, contents: PacketContents, read: Sequence[ReadPaper]) -> dict[str, tuple[int, int]]:
    """Find on which page each part begins and how many it takes, from the outline of the finished pages."""
    marks = bookmarks(pdf)
    expected = headings(contents, read)
    if len(marks) != len(expected):
        raise FormatError(
            f"The packet of case {contents.case_id} has {len(marks)} bookmarks, not {len(expected)}.",
            "Report this with the case's id and the day it was made for.",
            format="packet",
        )
    begins = [(heading.part, mark.page) for heading, mark in zip(expected, marks, strict=True) if heading.part]
    ends = [*(page for _, page in begins[1:]), len(pdf.pages) + 1]
    return {key: (first, end - first) for (key, first), end in zip(begins, ends, strict=True)}


def _placed(entries: Sequence[ManifestEntry], places: dict[str, tuple[int, int]]) -> list[ManifestEntry]:
    placed = ((entry, *places[entry.id]) for entry in entries)
    return [entry.model_copy(update={"first_page": first, "pages": pages}) for entry, first, pages in placed]
