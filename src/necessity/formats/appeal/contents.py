"""What stands in an appeal, before it is a paper: sentences and what each rests on, exhibits, sources, gaps."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from necessity.domain.record import Record
from necessity.errors import FormatError
from necessity.formats.pdf import Drawing

REQUEST = "request"
"""What a sentence rests on that asks and claims nothing."""


class Sentence(Record):
    """One sentence of the letter."""

    text: str
    """As printed, source markers such as [1] at its end."""
    rests_on: tuple[str, ...]
    """Places in the record such as `denials/d1/received_on`, rules as `rule:…`, sources as `source:…`, or `request`."""


class AppealPart(Record):
    """One part under its heading."""

    heading: str = ""
    """Empty: it needs none."""
    paragraphs: tuple[tuple[Sentence, ...], ...] = ()
    """Sentences by paragraph."""
    listed: tuple[Sentence, ...] = ()
    """Points of a list."""


class AppealLine(Record):
    """One refused line."""

    served_on: str
    """Day of service."""
    what: str
    """What was given."""
    charged: str
    """What was asked."""
    paid: str
    """What was paid."""


class NotedSession(Record):
    """What the record holds of one refused session, in words."""

    served_on: str
    """The day."""
    when: str = ""
    """From when, and how many minutes; empty: not said."""
    done: str = ""
    """What was done; empty: not said."""
    note: str = ""
    """What the trainer noted; empty: nothing."""
    measured: str = ""
    """What was measured on that day; empty: nothing."""
    by: str = ""
    """Who trained; empty: not said."""


class Exhibit(Record):
    """One paper that goes with the letter."""

    number: int
    """Its number in the letter."""
    title: str
    """What it is."""
    file_name: str | None
    """Name of the file; None: there is none."""
    content: bytes | None
    """The file as it came; None: not at hand, or set from `notes` when the letter is written."""
    notes: tuple[NotedSession, ...] = ()
    """Notes of the refused sessions, of which this exhibit is made; empty: it came as a file."""


class AppealContents(Record):
    """One appeal, whole."""

    case_id: str
    """Id of the case."""
    claim: str
    """Id of the claim."""
    denial: str
    """Id of the refusal."""
    level: str
    """1, 2 or external."""
    title: str
    """Its heading."""
    made_on: date
    """The date of the letter."""
    sender: tuple[str, ...]
    """Who writes; one a line."""
    to: tuple[str, ...]
    """To whom; one a line."""
    rows: tuple[tuple[str, str], ...]
    """What it is about: label and value."""
    parts: tuple[AppealPart, ...]
    """Its parts in order; the refused lines stand after the first."""
    lines: tuple[AppealLine, ...]
    """The refused lines."""
    exhibits: tuple[Exhibit, ...]
    """Papers that go along, numbered."""
    sources: tuple[tuple[int, str], ...]
    """What the text cites, by number."""
    missing: tuple[str, ...]
    """What to do before it is sent; on a last page that stays at home, gone once nothing is missing."""
    signature: str | None
    """Who signs."""
    headings: dict[str, str]
    """Words of the headings that belong to no part."""
    notice: str
    """What this is not."""


class ShownPage(Protocol):
    """One page of a paper, ready for a frame."""

    @property
    def width(self) -> float:
        """In points."""
        ...

    @property
    def height(self) -> float:
        """In points."""
        ...

    @property
    def lies(self) -> bool:
        """Whether it needs a landscape page."""
        ...

    @property
    def draw(self) -> Drawing:
        """What fills the frame."""
        ...


class ShownPaper(Protocol):
    """One paper as far as it could be read."""

    @property
    def media_type(self) -> str:
        """Type of the file; empty where it cannot be shown."""
        ...

    @property
    def pages(self) -> Sequence[ShownPage]:
        """Its pages."""
        ...

    @property
    def fault(self) -> FormatError | None:
        """Why it cannot be shown."""
        ...
