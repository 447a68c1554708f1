"""Re-reading a packet: does it still hold together, and are the files in it still those that were sealed?"""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from necessity.domain.decision import Answer, Finding
from necessity.domain.manifest import Manifest, digest
from necessity.formats.packet.page_digest import pages_digest
from necessity.formats.packet.write import MANIFEST_FILE
from necessity.formats.pdf import Bookmark, attachments, bookmarks, open_pdf, printable


class _Reread(NamedTuple):
    pages: int
    marks: list[Bookmark]
    files: dict[str, bytes]
    manifest: Manifest
    pages_sha256: str


def manifest_of(pdf: bytes) -> Manifest | None:
    """Read the manifest a packet carries; None where it has none that can be read.

    Raises:
        FormatError: it cannot be opened as a PDF.
    """
    try:
        return Manifest.model_validate_json(attachments(open_pdf(pdf))[MANIFEST_FILE])
    except (KeyError, ValidationError):
        return None


def papers_of(pdf: bytes) -> dict[str, bytes]:
    """Take out of a packet the files it carries, by name.

    Raises:
        FormatError: it cannot be opened as a PDF.
    """
    return attachments(open_pdf(pdf))


def check(pdf: bytes) -> tuple[Finding, ...]:
    """Check a packet that was written here.

    Args:
        pdf: The document.

    Returns:
        One finding for each disagreement between pages, index, manifest and attached files; empty: all agree.

    Raises:
        FormatError: it cannot be opened as a PDF.
    """
    document = open_pdf(pdf)
    files = attachments(document)
    try:
        manifest = Manifest.model_validate_json(files[MANIFEST_FILE])
    except KeyError:
        return (_finding("has_manifest", f"There is no {MANIFEST_FILE} in it.", MANIFEST_FILE),)
    except ValidationError:
        return (_finding("has_manifest", f"{MANIFEST_FILE} cannot be read.", MANIFEST_FILE),)
    try:
        shown = pages_digest(document)
    except Exception:  # a page that cannot be walked, for whatever reason, is not the page that was written
        shown = ""
    reread = _Reread(len(document.pages), bookmarks(document), files, manifest, shown)
    return tuple(finding for one in _CHECKS for finding in one(reread))


def _pages_are_all_there(packet: _Reread) -> Iterator[Finding]:
    if packet.pages != packet.manifest.pages:
        message = f"It has {packet.pages} pages; its manifest says {packet.manifest.pages}."
        yield _finding("pages_are_all_there", message, "pages")


def _pages_are_unchanged(packet: _Reread) -> Iterator[Finding]:
    written = packet.manifest.pages_sha256
    if written and packet.pages_sha256 != written and packet.pages == packet.manifest.pages:
        yield _finding("pages_are_unchanged", "What its pages show is not what was written.", "pages")


def _index_agrees(packet: _Reread) -> Iterator[Finding]:
    marks = set(packet.marks)
    for entry in packet.manifest.entries:
        if Bookmark(printable(entry.title), entry.first_page or 0) not in marks:
            message = f"No bookmark leads to {entry.title!r} on page {entry.first_page}, as the manifest says."
            yield _finding("index_agrees", message, entry.id)


def _files_agree(packet: _Reread) -> Iterator[Finding]:
    attached = {
        entry.file_name: entry.attached_sha256 or entry.sha256 for entry in packet.manifest.entries if entry.is_attached
    }
    for name, sha256 in attached.items():
        if name not in packet.files:
            yield _finding("files_agree", f"{name} is not attached, but the manifest says so.", name)
        elif digest(packet.files[name]) != sha256:
            yield _finding("files_agree", f"{name} is not the file that was sealed.", name)
    for name in packet.files:
        if name not in attached and name != MANIFEST_FILE:
            yield _finding("files_agree", f"{name} is attached, but the manifest does not know it.", name)


_CHECKS = (_pages_are_all_there, _pages_are_unchanged, _index_agrees, _files_agree)


def _finding(check_id: str, message: str, where: str) -> Finding:
    return Finding(
        rule=f"packet.{check_id}",
        title="The packet is whole and unchanged",
        weight="required",
        answer=Answer.NOT_MET,
        effect=None,
        message=message,
        where=where,
        because=(),
        citations=(),
        next_step="Write the packet again from the case, and send the new one.",
    )
