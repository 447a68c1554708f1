"""Re-reading a packet: does it still hold together, and are the files in it still those that were sealed?"""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from necessity.domain.decision import Answer, Finding
from necessity.domain.manifest import Manifest, digest
from necessity.formats.packet.write import MANIFEST_FILE
from necessity.formats.pdf import Bookmark, attachments, bookmarks, open_pdf, printable


class _Reread(NamedTuple):
    pages: int
    marks: list[Bookmark]
    files: dict[str, bytes]
    manifest: Manifest


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
    reread = _Reread(len(document.pages), bookmarks(document), files, manifest)
    return tuple(finding for one in _CHECKS for finding in one(reread))


def _pages_are_all_there(packet: _Reread) -> Iterator[Finding]:
    if packet.pages != packet.manifest.pages:
        message = f"It has {packet.pages} pages; its manifest says {packet.manifest.pages}."
        yield _finding("pages_are_all_there", message, "pages")


def _index_agrees(packet: _Reread) -> Iterator[Finding]:
    marks = set(packet.marks)
    for entry in packet.manifest.entries:
        if Bookmark(printable(entry.title), entry.first_page or 0) not in marks:
            message = f"No bookmark leads to {entry.title!r} on page {entry.first_page}, as the manifest says."
            yield _finding("index_agrees", message, entry.id)


def _files_agree(packet: _Reread) -> Iterator[Finding]:
    attached = {entry.file_name: entry.sha256 for entry in packet.manifest.entries if entry.is_attached}
    for name, sha256 in attached.items():
        if name not in packet.files:
            yield _finding("files_agree", f"{name} is not attached, but the manifest says so.", name)
        elif digest(packet.files[name]) != sha256:
            yield _finding("files_agree", f"{name} is not the file that was sealed.", name)
    for name in packet.files:
        if name not in attached and name != MANIFEST_FILE:
            yield _finding("files_agree", f"{name} is attached, but the manifest does not know it.", name)


_CHECKS = (_pages_are_all_there, _index_agrees, _files_agree)


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
