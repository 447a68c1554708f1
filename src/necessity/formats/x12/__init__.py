"""X12 messages: one tokenizer, one walker, one way to write. What a message means is its own format's business."""

from necessity.formats.x12.envelope import Envelope, Pen, Submitter, interchange
from necessity.formats.x12.findings import ADVISORY, REQUIRED, Findings, X12Finding, clip
from necessity.formats.x12.layout import Layout, as_table, load
from necessity.formats.x12.summary import MOST_CLAIMS, Gathered, Summariser, as_record
from necessity.formats.x12.tokens import Separators
from necessity.formats.x12.values import at, read_cents, read_day, read_days, read_whole, write_cents, write_day
from necessity.formats.x12.walk import UNKNOWN, Heading, Part, Segment, Ta1, Walker

__all__ = [
    "ADVISORY",
    "MOST_CLAIMS",
    "REQUIRED",
    "UNKNOWN",
    "Envelope",
    "Findings",
    "Gathered",
    "Heading",
    "Layout",
    "Part",
    "Pen",
    "Segment",
    "Separators",
    "Submitter",
    "Summariser",
    "Ta1",
    "Walker",
    "X12Finding",
    "as_record",
    "as_table",
    "at",
    "clip",
    "interchange",
    "load",
    "read_cents",
    "read_day",
    "read_days",
    "read_whole",
    "write_cents",
    "write_day",
]
