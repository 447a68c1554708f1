"""Reading a pasted plan document for clauses worth writing down: a reader's help that decides nothing.

Looked for are words of our own list (`wording.toml`). What is found is a suggestion with the matched words and the
page; only a person makes it a clause of the record, and whoever finds nothing has not shown that nothing is there.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from necessity.domain.training import ServiceKind
from necessity.parameters.source import parse

_FILE = Path(__file__).with_name("wording.toml")
_PAGE = re.compile(r"^\W*(?:page\s+)?(\d{1,4})\W*(?:of\s+\d{1,4}\W*)?$", re.IGNORECASE)
_LETTERED_PAGE = re.compile(r"^\W*page\s+([A-Z]{0,3}-?\d{1,4})\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[A-Z(•*-])")
_BULLET = re.compile(r"^\s*(?:[•*·▪–-]|\(?[a-z0-9]{1,3}[.)])\s+", re.IGNORECASE)
_LONGEST_HEADING = 60


class SuggestedClause(NamedTuple):
    """A sentence that looks like a clause; what kind it is a person says."""

    kind: str
    """What it looks like: exclusion, limit, benefit or appeal; empty where nothing tells."""
    words: str
    """The sentence as it stands."""
    page: str | None
    """The page it stands on; None where the text shows none."""
    matched: tuple[str, ...]
    """The words of our list found in it."""
    names: tuple[ServiceKind, ...]
    """The kinds of service these words are about; empty for a clause on appeals."""


class _List(NamedTuple):
    origin: str
    words: tuple[tuple[re.Pattern[str], tuple[ServiceKind, ...]], ...]
    cues: tuple[tuple[str, re.Pattern[str]], ...]
    headings: dict[str, str]


def _pattern(words: list[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    spaced = (r"\s+".join(re.escape(part) for part in word.split()) for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


@cache
def _words() -> _List:
    content = parse(_FILE.name, _FILE.read_text(encoding="utf-8")).content
    words = tuple((_pattern(entry["says"]), tuple(map(ServiceKind, entry["names"]))) for entry in content["word"])
    cues = tuple((entry["kind"], _pattern(entry["says"])) for entry in content["cue"])
    headings = {heading: entry["kind"] for entry in content["cue"] for heading in entry["headings"]}
    return _List(content["origin"], words, cues, headings)


def origin_of_words() -> str:
    """Say where the list of words comes from, to be shown beside every suggestion."""
    return _words().origin


class _Line(NamedTuple):
    text: str
    page: str | None
    under: str


def _lines(text: str) -> Iterator[_Line]:
    """Walk over the lines with the page they stand on and the kind of clause their heading announces."""
    under = ""
    sheets = text.split("\f")
    for number, sheet in enumerate(sheets, 1):
        lines = sheet.splitlines()
        printed = next((m[1] for line in lines if (m := _LETTERED_PAGE.match(line) or _PAGE.match(line))), None)
        page = printed or (str(number) if len(sheets) > 1 else None)
        for line in lines:
            heading = re.sub(r"\W+", " ", line).strip().lower()
            if heading in _words().headings and len(line) <= _LONGEST_HEADING:
                under = _words().headings[heading]
            elif not (_PAGE.match(line) or _LETTERED_PAGE.match(line)):
                yield _Line(line, page, under)


def _sentences(text: str) -> Iterator[_Line]:
    """Join lines into sentences; a bullet, an empty line, another page or heading begins a new one."""
    held: list[str] = []
    first: _Line | None = None
    for line in (*_lines(text), _Line("", None, "")):
        starts_anew = not line.text.strip() or _BULLET.match(line.text) or (first and line[1:] != first[1:])
        if starts_anew and held and first:
            joined = " ".join(" ".join(held).split())
            for sentence in _SENTENCE_END.split(joined):
                yield first._replace(text=sentence)
            held, first = [], None
        if line.text.strip():
            held.append(_BULLET.sub("", line.text))
            first = first or line
    # the empty line at the end has let the last one go


def _kind(sentence: _Line) -> str:
    """Say what a sentence looks like: by its own words first, else by the heading above it."""
    said = [kind for kind, cue in _words().cues if cue.search(sentence.text)]
    return said[0] if said else sentence.under


def suggest_clauses(text: str) -> tuple[SuggestedClause, ...]:
    r"""Find the sentences of a plan document that name such services or speak of appeals.

    Args:
        text: What was pasted or read; pages are parted by form feeds or show their number on a line.

    Returns:
        Suggestions in the order of the text. None is not a no: the list of words is ours and short.

    Examples:
        >>> found, = suggest_clauses("Exclusions\n- Health clubs, gyms\n  and personal trainers.\nPage 41")
        >>> found.kind, found.page, found.matched
        ('exclusion', '41', ('Health clubs', 'gyms', 'personal trainers'))
    """
    found = []
    for sentence in _sentences(text):
        kind = _kind(sentence)
        hits = [(m.start(), m[0], names) for pattern, names in _words().words for m in pattern.finditer(sentence.text)]
        hits.sort(key=lambda hit: hit[0])
        names = dict.fromkeys(name for _, _, some in hits for name in some)
        matched = tuple(dict.fromkeys(word for _, word, _ in hits))
        if not hits and kind == "appeal":
            matched = tuple(
                dict.fromkeys(m[0] for k, cue in _words().cues if k == kind for m in cue.finditer(sentence.text))
            )
        if matched:
            found.append(SuggestedClause(kind, sentence.text, sentence.page, matched, tuple(names)))
    return tuple(found)
