"""SHA-256 manifests: build one over files, write it, read it back, say which files no longer agree."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from necessity.domain.decision import Answer, Finding
from necessity.domain.manifest import Manifest, ManifestEntry, canonical_json, digest
from necessity.errors import FormatError


class SealedFile(NamedTuple):
    """One file to be listed in a manifest."""

    id: str
    """Id in the record."""
    title: str
    """What it is, in plain words."""
    file_name: str
    """Name of the file, without folders."""
    content: bytes
    """The file, byte for byte."""


def build(case: str, made_on: date, files: Iterable[SealedFile]) -> Manifest:
    """List files with length and digest, in the order given.

    Args:
        case: Id of the case they belong to.
        made_on: The day the manifest is made for.
        files: The files.

    Returns:
        The manifest.

    Examples:
        >>> letter = SealedFile("l1", "Letter", "l.pdf", b"%PDF")
        >>> build("ada", date(2026, 5, 1), [letter]).entries[0].size_bytes
        4
    """
    entries = (
        ManifestEntry(
            id=file.id,
            title=file.title,
            file_name=file.file_name,
            size_bytes=len(file.content),
            sha256=digest(file.content),
        )
        for file in files
    )
    return Manifest(case=case, made_on=made_on, entries=tuple(entries))


def write(manifest: Manifest) -> bytes:
    """Write a manifest as canonical JSON: the same manifest gives the same bytes."""
    return canonical_json(manifest.model_dump(mode="json"))


def read(content: bytes) -> Manifest:
    """Read a manifest back.

    Args:
        content: What `write` wrote.

    Returns:
        The manifest.

    Raises:
        FormatError: it is not a manifest; every fault is listed.
    """
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as fault:
        faults = tuple(f"{'.'.join(map(str, e['loc'])) or 'manifest'}: {e['msg']}" for e in fault.errors())
        raise FormatError(
            "This is not a manifest that this program wrote.",
            "Take manifest.json out of the packet again, unchanged.",
            format="manifest",
            place=faults[0].partition(":")[0],
            faults=faults,
        ) from None


def verify(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Compare files with their manifest.

    Args:
        manifest: What was sealed.
        files: The files at hand, by name.

    Returns:
        One finding for each file that is missing, altered or not listed; empty: all agree.
    """
    listed = {entry.file_name for entry in manifest.entries}
    faults = []
    for entry in manifest.entries:
        name, content = entry.file_name, files.get(entry.file_name)
        if content is None:
            faults.append(_finding(name, f"{name} ({entry.title}) is missing."))
        elif digest(content) != entry.sha256:
            faults.append(_finding(name, f"{name} ({entry.title}) is not the file that was sealed."))
    strange = sorted(name for name in files if name not in listed)
    return (*faults, *(_finding(name, f"{name} is not in the manifest.") for name in strange))


def _finding(file_name: str, message: str) -> Finding:
    return Finding(
        rule="manifest.file_agrees",
        title="Every file is the one that was sealed",
        weight="required",
        answer=Answer.NOT_MET,
        effect=None,
        message=message,
        where=file_name,
        because=(),
        citations=(),
        next_step="Compare it with your own copy, and ask whoever sent it for the file as it was sealed.",
    )
