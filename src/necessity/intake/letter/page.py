"""A letter's text as lines, labelled fields and sentences, each with its place: prose, forms, tables, tick boxes."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from necessity.intake.letter.words import label_of, labels

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-", "−": "-", "×": "x", "\t": "   "}
)
_BULLET = re.compile(r"^\s*(?:[•*·▪‣●○■-]|\(?Q?\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_BOX = re.compile(r"\[\s*[xX✓✔]\s*\]|\[\s?\]|☐|☑|☒|✓|✔|\(\s*[xX✓]\s*\)|\(\s{1,3}\)")
_TICKED = re.compile(r"[xX✓✔☑☒]")
_LABEL = re.compile(r"^\s*(?P<label>[A-Za-z][^:=\n]{0,90}?)\s*(?:[:=]|\?(?=\s|$))\s*(?P<value>.*)$", re.IGNORECASE)
_COLUMNS = re.compile(r"\s{3,}|\s\|\s")
_BLANK = re.compile(r"_{3,}|\.{5,}")
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(\[]?[A-Z0-9])(?!(?:Yes|No|YES|NO)\b)")
_SHORT_FORM = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|No|Lic|vs|approx|Inc|Dept|Fr|Jr|Sr|Mx|Re|Tel|Ext|e\.g|i\.e|[A-Z]|M\.D|D\.O|N\.P|P\.A|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)$"
)
_NO_HEADING = ("necessity", "other", "member_id", "starts", "ends", "signature")
"""Labels that head nothing without a colon: alone on a line they are statements, or words of a letter."""
_WRAPS_FROM = 45
_LONGEST_LABEL = 90


class Field(NamedTuple):
    """What stands behind one label."""

    name: str
    """Which label of ours it is; empty: none we know."""
    label: str
    """The label as written."""
    value: str
    """What stands behind it; empty where a form was left blank."""
    line: int
    """Line of the value, counted from 1."""


class Sentence(NamedTuple):
    """One sentence, or one point of a list, with the lines it stands on."""

    text: str
    """Its words, in one line."""
    starts: tuple[tuple[int, int], ...]
    """Where each line begins in it: offset, number of the line."""
    label: str = ""
    """Which of our labels it answers; empty: none."""
    asked: str = ""
    """The label or heading as written."""

    def line_at(self, offset: int) -> int:
        """Name the line on which an offset lies."""
        return max((start for start in self.starts if start[0] <= offset), default=self.starts[0])[1]

    @property
    def whole(self) -> str:
        """The sentence with its label before it, so that an answer is read with its question."""
        return f"{self.asked}: {self.text}" if self.asked else self.text


class Page(NamedTuple):
    """One letter's text, taken apart."""

    lines: tuple[str, ...]
    """The lines as written, without signs of lists and tables."""
    fields: tuple[Field, ...]
    """What stands behind labels, in order."""
    sentences: tuple[Sentence, ...]
    """Everything that is said, in order; answers of forms included, boxes left empty not."""

    def under(self, *names: str) -> Iterator[Field]:
        """Go through the fields of these labels that were filled in, in the order of the names."""
        for name in names:
            yield from (field for field in self.fields if field.name == name and field.value)


def page_of(text: str) -> Page:
    r"""Take a letter's text apart.

    Args:
        text: Plain text, markdown, or the text of a PDF.

    Examples:
        >>> page = page_of("Patient: Ada\n\nShe has asthma. She trains\ntwice a week.")
        >>> page.fields[0].value, [sentence.text for sentence in page.sentences][1:]
        ('Ada', ['She has asthma.', 'She trains twice a week.'])
    """
    rows = [line.translate(_PLAIN).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    pieces = list(_pieces(rows))
    points = frozenset(number for number, row in enumerate(rows, start=1) if _BULLET.match(row))
    fields = tuple(_fields(pieces, points))
    by_line: dict[int, list[str]] = {}
    for words, number in pieces:
        by_line.setdefault(number, []).append(words)
    plain = tuple(" ".join(by_line.get(at, ())) for at in range(1, len(rows) + 1))
    return Page(plain, fields, tuple(_sentences(pieces, fields, points)))


def _pieces(rows: list[str]) -> Iterator[tuple[str, int]]:
    """Cut lines into what stands by itself: cells, columns, several labels on one line; an empty piece parts."""
    heads: list[str] = []
    for number, row in enumerate(rows, start=1):
        if "|" in row and len(cells := [cell.strip(" *_`") for cell in row.strip().strip("|").split("|")]) > 1:
            if all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells if cell):
                continue
            following = rows[number] if number < len(rows) else ""
            if re.fullmatch(r"[\s|:-]*-{3,}[\s|:-]*", following):
                heads = cells
                continue
            yield from ((piece, number) for piece in _cells(cells, heads))
            continue
        heads = []
        clean = re.sub(r"^\s*(?:#{1,6}|>+)\s*", "", row).replace("**", "").replace("`", "")
        clean = re.sub(r"(?<!_)__(?=\w)|(?<=\w)__(?!_)", "", clean)
        clean = re.sub(r"(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])", "", clean)
        clean = _ticked(_BULLET.sub("", clean))
        columns = [_BULLET.sub("", column) for column in _COLUMNS.split(clean) if column.strip()]
        parts = [part for column in _with_labels(columns) for part in _labels_apart(column)]
        yield from ((part.strip(), number) for part in parts if part.strip())
        if not clean.strip():
            yield "", number


def _cells(cells: list[str], heads: list[str]) -> Iterator[str]:
    ticked = [_ticked(cell) for cell in cells]
    if len(heads) == len(cells) and sum(label_of(head) is not None for head in heads) == len(heads) and len(heads) > 1:
        yield from (f"{head}: {cell}" for head, cell in zip(heads, ticked, strict=True))
    elif len(ticked) % 2 == 0:
        pairs = zip(ticked[::2], ticked[1::2], strict=True)
        yield from (f"{first.rstrip(': ')}: {second}" for first, second in pairs if first or second)
    else:
        yield " ".join(ticked)


def _ticked(row: str) -> str:
    """Keep what is ticked, drop what a form offers and nobody ticked."""
    boxes = list(_BOX.finditer(row))
    if not boxes:
        return row
    kept = [row[: boxes[0].start()].rstrip()]
    for box, following in zip(boxes, [*boxes[1:], None], strict=True):
        if _TICKED.search(box[0]):
            kept.append(row[box.end() : following.start() if following else None].strip())
    return " ".join(part for part in kept if part.strip())


def _with_labels(columns: list[str]) -> list[str]:
    """Join a label that stands in a column of its own with the column beside it."""
    found: list[str] = []
    for column in columns:
        before = found[-1] if found else ""
        if before and ":" not in before and label_of(before) and ":" not in column:
            found[-1] = f"{before.strip()}: {column.strip()}"
        else:
            found.append(column)
    return found


def _known_labels() -> re.Pattern[str]:
    said = "|".join(pattern.pattern for _, pattern in labels())
    return re.compile(rf"(?<![\w-])(?:{said})\s*:", re.IGNORECASE)


_ANY_LABEL = _known_labels()


def _labels_apart(row: str) -> list[str]:
    """Part a line on which several labels stand: `Date: 3/2/2026 Signature: …`."""
    starts = [found.start() for found in _ANY_LABEL.finditer(row) if found.start() == 0 or _is_gap(row, found.start())]
    cuts = [0, *starts, len(row)]
    return [row[start:end].strip(" ;,") for start, end in pairwise(cuts) if row[start:end].strip()]


def _is_gap(row: str, at: int) -> bool:
    """Whether a label may begin here: behind a blank, with a capital, and where something with a label stood before."""
    return row[at - 1] == " " and row[at].isupper() and (":" in row[:at] or row[at - 2] in ".;")


def _split(words: str) -> tuple[str, str] | None:
    """Part a piece into label and value; None where it has no label of ours."""
    found = _LABEL.match(words)
    if found and len(found["label"]) <= _LONGEST_LABEL and label_of(found["label"]):
        return found["label"].strip(), found["value"].strip()
    dashed = re.match(r"^(?P<label>[A-Za-z][\w /()'-]{1,40}?) - (?P<value>\S.*)$", words)
    if dashed and label_of(dashed["label"]):
        return dashed["label"].strip(), dashed["value"].strip()
    return None


def _fields(pieces: list[tuple[str, int]], points: frozenset[int]) -> Iterator[Field]:
    for place, (words, number) in enumerate(pieces):
        parted = _split(words)
        if parted is None and words and len(words) <= _LONGEST_LABEL and label_of(words) and _is_heading(pieces, place):
            parted = words, ""
        if parted is None:
            continue
        label, value = parted
        value, line = _BLANK.sub("", value).strip(), number
        more, first = _following(pieces, place, points, blank_first=not value)
        if not value and more:
            line = first
        yield Field(label_of(label) or "", label, " ".join([value, more]).strip(), line)


def _is_heading(pieces: list[tuple[str, int]], place: int) -> bool:
    """A label without a colon heads what follows only where it has its line for itself."""
    words, number = pieces[place]
    alone = sum(1 for _, at in pieces if at == number) == 1
    return alone and words[:1].isupper() and words[-1] not in ".?" and label_of(words) not in _NO_HEADING


def _following(
    pieces: list[tuple[str, int]], place: int, points: frozenset[int], *, blank_first: bool
) -> tuple[str, int]:
    """Collect the lines that go on with a field's value: the next ones until an empty line or another label."""
    found: list[str] = []
    first = pieces[place][1]
    own = pieces[place][0]
    for words, number in pieces[place + 1 :]:
        if number == pieces[place][1] or (not words and blank_first and not found):
            if words:
                break
            continue
        if not words or _split(words) or (label_of(words) and words[:1].isupper()):
            break
        if number in points and not (blank_first and pieces[place][1] not in points):
            break
        if not blank_first and not found and (len(own) < _WRAPS_FROM and not words[:1].islower()):
            break
        first = first if found else number
        found.append(words)
    return " ".join(found), first


def _sentences(pieces: list[tuple[str, int]], fields: tuple[Field, ...], points: frozenset[int]) -> Iterator[Sentence]:
    """Cut what is said into sentences; a label holds until an empty line after its answer, or the next label."""
    label, asked = "", ""
    block: list[tuple[str, int]] = []
    headings = {field.label for field in fields}
    for words, number in [*pieces, ("", 0)]:
        parted = _split(words) if words else None
        heading = bool(words) and parted is None and words in headings
        if not words or parted or heading or (block and not _goes_on(block[-1], words, number, points)):
            answered = bool(block)
            block_line = block[0][1] if block else 0
            yield from _cut(block, label, asked)
            block = []
            if parted or heading:
                asked = parted[0] if parted else words
                label = label_of(asked) or ""
                words = parted[1] if parted else ""
            elif answered and (not words or (number in points and label and block_line in points)):
                label, asked = "", ""
        if words and _BLANK.sub("", words).strip():
            block.append((words, number))


def _goes_on(before: tuple[str, int], words: str, number: int, points: frozenset[int]) -> bool:
    """Whether a line goes on with the sentence before it: that one was long, or this one begins small."""
    if number in points and number != before[1]:
        return False
    return len(before[0]) >= _WRAPS_FROM or words[:1].islower()


def _cut(block: list[tuple[str, int]], label: str, asked: str) -> Iterator[Sentence]:
    """Join wrapped lines and cut them into sentences, keeping where each line began."""
    if not block:
        return
    text, starts = "", []
    for words, number in block:
        text += " " if text else ""
        starts.append((len(text), number))
        text += words
    begin = 0
    for found in [*_END.finditer(text), None]:
        end = found.start() if found else len(text)
        if found and _SHORT_FORM.search(text[begin:end]):
            continue
        piece = text[begin:end].strip()
        if piece:
            shifted = [(max(0, offset - begin), number) for offset, number in starts if offset < end]
            kept = [one for place, one in enumerate(shifted) if place + 1 == len(shifted) or shifted[place + 1][0] > 0]
            yield Sentence(piece, tuple(kept), label, asked)
        begin = found.end() if found else end
