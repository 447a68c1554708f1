"""Which messages and papers can be read, and which forms of a claim be written: one line a format.

A format's modules are loaded when it is first asked for, or when a file of its kind comes.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

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


class ClaimFormat(NamedTuple):
    """One form in which a claim can be written."""

    name: str
    """As it is typed: `--as superbill`."""
    title: str
    """As people call it."""
    ending: str
    """Ending of its files."""
    package: str
    """Where its `write.py` and `read.py` lie."""
    writer: str = "write"
    """Function in `write.py`."""
    reader: str = "read"
    """Function in `read.py`."""

    @property
    def write(self) -> Callable[..., Any]:
        """Load the function that writes it."""
        found: Callable[..., Any] = getattr(import_module(f"{self.package}.write"), self.writer)
        return found

    @property
    def read(self) -> Callable[..., Any]:
        """Load the function that reads it back."""
        found: Callable[..., Any] = getattr(import_module(f"{self.package}.read"), self.reader)
        return found


CLAIM_FORMATS: tuple[ClaimFormat, ...] = (
    ClaimFormat("statement", "Itemised statement", ".pdf", "necessity.formats.statement"),
    ClaimFormat("superbill", "Superbill", ".pdf", "necessity.formats.superbill"),
    ClaimFormat("cms1500", "CMS-1500, copy to read", ".pdf", "necessity.formats.cms1500", "write_copy", "read_copy"),
    ClaimFormat("cms1500-print", "CMS-1500, print for the red form", ".pdf", "necessity.formats.cms1500"),
    ClaimFormat("837p", "Electronic claim 837P", ".x12", "necessity.formats.x12_837p"),
    ClaimFormat("fhir", "FHIR claim", ".json", "necessity.formats.fhir", "claim_bundle", "read_claim"),
    ClaimFormat("fax-cover", "Cover of a fax", ".pdf", "necessity.formats.fax_cover"),
)
"""Every form of a claim."""


def claim_format(name: str) -> ClaimFormat:
    """Find a form by its name.

    Raises:
        StopIteration: there is none of that name.
    """
    return next(one for one in CLAIM_FORMATS if one.name == name)
