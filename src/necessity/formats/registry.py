"""Which messages and papers can be read: one line a format. Modules are loaded when a file of their kind comes."""

from collections.abc import Callable
from typing import NamedTuple

X12_MESSAGES: tuple[str, ...] = (
    "necessity.formats.x12_837p.summary",
    "necessity.formats.x12_835.summary",
    "necessity.formats.x12_999.summary",
    "necessity.formats.x12_277ca.summary",
)
"""Kinds of X12 messages: modules with `layout()` and a `Summariser`."""


class Reader(NamedTuple):
    """A way to read whole files of another family than X12."""

    name: str
    """What the family is called."""
    recognises: Callable[[bytes], bool]
    """Says of the first bytes of a file (64 kB) whether it is one of these."""
    module: str
    """Where `summarise(stream) -> MessageSummary` lives."""


def _is_fhir(head: bytes) -> bool:
    from necessity.formats.fhir.read import recognises  # loaded only where a file is none of X12

    return recognises(head)


READERS: tuple[Reader, ...] = (Reader("FHIR", _is_fhir, "necessity.formats.fhir.summary"),)
"""Families other than X12, in the order in which they are asked."""
