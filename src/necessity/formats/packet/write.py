"""Writing the packet: one PDF with everything bound for one payer, the same bytes for the same contents."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pikepdf import Pdf

from necessity.domain.manifest import Manifest, ManifestEntry, canonical_json, digest
from necessity.errors import FormatError
from necessity.formats.packet.camera_notes import without_notes
from necessity.formats.packet.contents import Packet, PacketContents, PacketPaper
from necessity.formats.packet.page_digest import pages_digest
from necessity.formats.packet.papers import Fineness, ReadPaper, read_papers
from necessity.formats.packet.view import LOG, STATEMENT, VISITS, has_part, headings, part, sections, view
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
_BYTES_A_ROW = 400
_FINENESSES = (Fineness(200, 80), Fineness(170, 72), Fineness(150, 60))
"""How finely photos are shown: the first that fits the payer's limit. Below the last, small print is lost."""


class _File(NamedTuple):
    """One part of the packet as a file."""

    part: str
    title: str
    name: str
    content: bytes
    media_type: str
    travels: bytes | None
    """What is carried inside: the file, or a photo without the camera's notes; None: nothing is."""


def write(contents: PacketContents, *, max_bytes: int = 10_000_000) -> Packet:
    """Write a packet in one file.

    Papers are shown as they are, each page in a frame; one that cannot be shown gets a page that says why.
    Where the packet would be larger than `max_bytes`, the originals of photos stay out first, then those of
    PDFs that carry no signature, then photos are shown less finely, never below 150 dots per inch. A sealed paper
    always travels whole.

    Args:
        contents: Everything that goes in, put together by `workflow.packet`.
        max_bytes: What the payer's portal takes in one file.

    Returns:
        The document, its manifest, and everything it lacks in plain sentences; that it is too large is one of them.

    Raises:
        FormatError: there is nothing to claim, so there is nothing to print.
    """
    packet, _ = _fitted(_in_order(contents), max_bytes)
    return packet


def write_parts(contents: PacketContents, *, max_bytes: int = 10_000_000, in_one_file: bool = False) -> list[Packet]:
    """Write a packet, in numbered parts where one file cannot hold it.

    Args:
        contents: Everything that goes in.
        max_bytes: What the payer's portal takes in one file.
        in_one_file: Whether the portal takes a single file: then nothing is split, and the packet says which papers
            to scan smaller or to leave out.

    Returns:
        The packet, or its parts in order. Statement and log stand in the first; each part carries cover and manifest.

    Raises:
        FormatError: there is nothing to claim.
    """
    contents = _in_order(contents)
    packet, weights = _fitted(contents, max_bytes)
    if len(packet.pdf) <= max_bytes or in_one_file:
        return [packet]
    shares = _shares(contents, weights, max_bytes)
    if len(shares) == 1:
        return [packet]
    return [_fitted(_share(contents, share, place, len(shares)), max_bytes)[0] for place, share in enumerate(shares, 1)]


def _fitted(contents: PacketContents, max_bytes: int) -> tuple[Packet, dict[str, int]]:
    """Write a packet as finely as the limit allows; beside it, what each paper weighs at the coarsest."""
    if not contents.rows and not (contents.programme and contents.programme.visits):
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
                return packet, {}
    read = _read(contents, coarsest)
    weights = {part(one.paper): _weight(one) for one in read}
    files = _files(contents, read, _travelling(read, 0))
    packet = _built(contents, read, files)
    if len(packet.pdf) > max_bytes:
        packet = _built(contents, read, files, (_too_large(len(packet.pdf), max_bytes, read),))
    return packet, weights


def _weight(one: ReadPaper) -> int:
    """Say what a paper adds to the document at least."""
    size = len(one.paper.content or b"")
    shown = sum(page.size_bytes for page in one.pages) + (size if one.media_type == _PDF else 0)
    return shown + (size if one.paper.is_sealed else 0)


def _in_order(contents: PacketContents) -> PacketContents:
    """Put the papers into the order in which their sections stand."""
    places = {kind: place for place, kind in enumerate(sections(contents.order))}
    return contents.model_copy(update={"papers": tuple(sorted(contents.papers, key=lambda p: places[p.kind]))})


def _shares(contents: PacketContents, weights: dict[str, int], max_bytes: int) -> list[list[PacketPaper]]:
    """Deal the papers out to as few parts as their order allows; one that is too large alone has a part of its own."""
    shares: list[list[PacketPaper]] = [[]]
    room = max_bytes - _OWN_PAGES_BYTES
    left = room - _BYTES_A_ROW * (len(contents.rows) + len(contents.sessions))
    for paper in contents.papers:
        weight = weights.get(part(paper), 0)
        if weight > left and (shares[-1] or len(shares) == 1):
            shares.append([])
            left = room
        shares[-1].append(paper)
        left -= weight
    return shares


def _share(contents: PacketContents, papers: list[PacketPaper], place: int, count: int) -> PacketContents:
    """Take one part out of a packet: statement, log and what is missing of the whole stand in the first only."""
    rest = {} if place == 1 else {"sessions": (), "goals": (), "open_rows": (), "missing": (), "certification": None}
    return contents.model_copy(update={"papers": tuple(papers), "part": place, "parts": count, **rest})


def _read(contents: PacketContents, fineness: Fineness) -> list[ReadPaper]:
    return read_papers((paper for paper in contents.papers if paper.content is not None), fineness)


def _too_large(size: int, limit: int, read: Sequence[ReadPaper]) -> str:
    """Say that the limit is passed, and which papers to take in hand, the heaviest first, until it would fit."""
    over, heavy = size - limit, []
    for one in sorted(read, key=_weight, reverse=True):
        if over <= 0:
            break
        heavy.append(f"{one.paper.id} ({one.paper.file_name or 'no file'}, {_weight(one) / 1_000_000:.1f} MB)")
        over -= _weight(one)
    which = f" The heaviest: {', '.join(heavy)}." if heavy else ""
    return (
        f"The packet has {size / 1_000_000:.1f} MB, more than the {limit / 1_000_000:.1f} MB that are "
        f"taken in one file, although photos are shown as coarsely as they can still be read.{which} Scan those "
        "smaller, or leave one out with --leave-out and send it apart."
    )


def _shown_bytes(read: Sequence[ReadPaper]) -> int:
    """Estimate what the packet weighs with no more attached than must be."""
    return _OWN_PAGES_BYTES + sum(map(_weight, read))


def _travelling(read: Sequence[ReadPaper], room: int) -> frozenset[str]:
    """Choose whose originals travel along: sealed papers always; all other PDFs if they fit; then all photos."""
    chosen = {part(one.paper) for one in read if one.paper.is_sealed and one.pages}
    documents = [one for one in read if one.media_type == _PDF and not one.paper.is_sealed and not one.paper.unsafe]
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
        pages_sha256=pages_digest(pdf),
        part=contents.part,
        parts=contents.parts,
        entries=tuple(_placed(plain, _places(pdf, contents, read))),
    )
    listing = canonical_json(manifest.model_dump(mode="json"))
    attach(pdf, MANIFEST_FILE, listing, _JSON, "Every part with its SHA-256", contents.made_on)
    for file in files:
        if file.travels is not None:
            attach(pdf, file.name, file.travels, file.media_type, file.title, contents.made_on)
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
        if one.paper.unsafe and not one.fault:
            step = "Print it to a new PDF, and put that in its place."
            found.append(f"{name} is shown, but the file itself is not attached. {one.paper.unsafe} {step}")
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
    files = [
        _File(key, title, name, data, _JSON, data)
        for key, title, name, data in (
            (STATEMENT, "Itemised statement", "statement.json", _statement_data(contents)),
            (VISITS, "Attendance log", "visits.json", _visits_data(contents)),
            (LOG, "Session log", "session-log.json", _log_data(contents)),
        )
        if has_part(contents, key)
    ]
    taken = {MANIFEST_FILE, *(file.name for file in files)}
    for one in read:
        name = _own_name(one.paper, taken)
        taken.add(name)
        key, content = part(one.paper), one.paper.content or b""
        travels = content if key in travelling else None
        if travels and one.media_type.startswith("image/"):
            travels = without_notes(travels)
        files.append(_File(key, one.paper.title, name, content, one.media_type, travels))
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


def _visits_data(contents: PacketContents) -> bytes:
    shown = {"case_id", "payer_name", "patient_name", "account_holder", "member_id", "programme"}
    return canonical_json(contents.model_dump(mode="json", include=shown))


def _log_data(contents: PacketContents) -> bytes:
    shown = {"case_id", "patient_name", "sessions", "goals"}
    return canonical_json(contents.model_dump(mode="json", include=shown))


def _entry(file: _File) -> ManifestEntry:
    changed = file.travels is not None and file.travels != file.content
    return ManifestEntry(
        id=file.part,
        title=file.title,
        file_name=file.name,
        size_bytes=len(file.content),
        sha256=digest(file.content),
        is_attached=file.travels is not None,
        attached_sha256=digest(file.travels) if changed and file.travels is not None else None,
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
