"""The papers beside a letter: order, patient's statement, training plan, session note, progress report.

Structure and words, before they are pages. What the record does not hold is a line to fill in by hand.
"""

from datetime import date
from enum import StrEnum

from necessity.domain.letter_draft import DraftQuestion, DraftSource
from necessity.domain.record import Record


class PaperKind(StrEnum):
    """Which paper."""

    ORDER = "order"
    PATIENT_STATEMENT = "patient-statement"
    TRAINING_PLAN = "training-plan"
    SESSION_NOTE = "session-note"
    PROGRESS_REPORT = "progress-report"


class PaperRow(Record):
    """One thing with its label."""

    label: str
    """What it is. Never missing."""
    value: str | None = None
    """What the record says; missing: a line to write on."""


class PaperTable(Record):
    """A table; a cell without text is to be filled in by hand."""

    columns: tuple[str, ...]
    """Heads. Never missing."""
    rows: tuple[tuple[str, ...], ...]
    """Cells, as many as there are heads."""
    widths: tuple[int, ...]
    """How wide each column is, as shares."""


class PaperPart(Record):
    """One part under its heading."""

    heading: str = ""
    """Empty: it needs none."""
    rows: tuple[PaperRow, ...] = ()
    """Labelled values."""
    paragraphs: tuple[str, ...] = ()
    """Plain text."""
    listed: tuple[str, ...] = ()
    """Points of a list."""
    ticks: tuple[str, ...] = ()
    """Sentences with an empty box before each: whoever signs ticks those that are true."""
    table: PaperTable | None = None
    """A table at the end of the part."""


class PaperSignature(Record):
    """Where one person signs."""

    role: str
    """Who signs, and as what. Never missing."""
    name: str | None = None
    """The name, as far as it is known."""
    says: str = ""
    """What the signature says."""
    details: tuple[str, ...] = ()
    """Licence, number, telephone; one a line."""


class LetterPaper(Record):
    """One paper."""

    kind: PaperKind
    """Which paper. Never missing."""
    case: str
    """Id of the case. Never missing."""
    title: str
    """Its heading. Never missing."""
    made_on: date
    """The day it was made; never the day of signing."""
    parts: tuple[PaperPart, ...]
    """Its parts in order."""
    signatures: tuple[PaperSignature, ...]
    """Who signs."""
    sources: tuple[DraftSource, ...] = ()
    """What the text cites, by number."""
    questions: tuple[DraftQuestion, ...] = ()
    """What is open; on the paper there is a line to write on."""
