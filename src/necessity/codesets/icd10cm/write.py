"""Writing editions into one compact text table, which `table` reads: sorted lines, the same bytes for the same content.

Nothing is said twice: what stays the same over editions stands once, with a mark for each edition; a title that only
adds a seventh character's meaning to its parent's names that meaning by number.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from necessity.codesets.icd10cm.edition import ABSENT, HEADER, VALID, Content, without_accents

HEAD = """\
# ICD-10-CM by edition. Made by a program (tools/make_icd10cm.py or `necessity codes load`); never edited by hand.
# The code set is a work of the United States government (NCHS at CDC, CMS) and in the public domain.
"""
MARKS = {VALID: "v", HEADER: "h", ABSENT: "-"}
"""Status → the mark of one edition."""


def table_text(contents: Sequence[Content]) -> str:
    """Write editions as one table.

    Args:
        contents: The editions, oldest first.

    Returns:
        The text of the table, for a file in UTF-8.
    """
    suffixes: dict[str, int] = {}
    codes = _code_lines(contents, suffixes)
    parts = [HEAD]
    for content in contents:
        edition = content.edition
        days = (edition.from_on, edition.until_on, edition.exact_from, edition.notes_from)
        tabular = "tabular" if edition.has_tabular else "codes"
        fields = (edition.id, *(day.isoformat() for day in days), edition.released, tabular, edition.origin)
        parts.append("%edition\t" + "\t".join(fields) + "\n")
    parts += ["%suffixes\n", *(f"{suffix}\n" for suffix in suffixes)]
    parts += ["%areas\n", *_area_lines(contents)]
    parts += ["%codes\n", *codes]
    parts += ["%notes\n", *_note_lines(contents), "%end\n"]
    return "".join(parts)


def _code_lines(contents: Sequence[Content], suffixes: dict[str, int]) -> list[str]:
    everything = sorted({code for content in contents for code in content.codes})
    lines = []
    newest: dict[str, str] = {}
    for code in everything:
        found = [content.codes.get(code, (ABSENT, "")) for content in contents]
        marks = "".join(MARKS[status] for status, _ in found)
        titles = [title for _, title in found]
        newest[code] = next((title for title in reversed(titles) if title), "")
        fields = [code, marks, _short(code, newest, suffixes)]
        for place, title in enumerate(titles):
            if title and without_accents(title) != without_accents(newest[code]):
                fields.append(f"{place}:{title}")
        lines.append("\t".join(fields) + "\n")
    return lines


def parent_of(code: str, known: dict[str, str]) -> str | None:
    """Find the nearest code above, past X that only fills a gap."""
    above = code[:-1]
    while len(above) >= 3:
        if above in known:
            return above
        above = above[:-1]
    return None


def _short(code: str, titles: dict[str, str], suffixes: dict[str, int]) -> str:
    title, parent = titles[code], parent_of(code, titles)
    if len(code) < 7 or parent is None or not titles[parent] or not title.startswith(titles[parent] + ", "):
        return title
    number = suffixes.setdefault(title[len(titles[parent]) :], len(suffixes))
    return f"+{number}"


def _area_lines(contents: Sequence[Content]) -> list[str]:
    lines: dict[tuple[str, ...], list[str]] = {}
    for place, content in enumerate(contents):
        for area in content.areas:
            known = lines.setdefault(area[:3], ["0"] * len(contents))
            known[place] = "1"
    titles: dict[tuple[str, ...], str] = {area[:3]: area.title for content in contents for area in content.areas}
    return ["\t".join((*key, "".join(marks), titles[key])) + "\n" for key, marks in sorted(lines.items())]


def _note_lines(contents: Sequence[Content]) -> list[str]:
    by_place: list[dict[tuple[str, str], list[str]]] = []
    for content in contents:
        found: dict[tuple[str, str], list[str]] = {}
        for note in content.notes:
            found.setdefault(note[:2], []).append(note.text)
        by_place.append(found)
    lines = []
    for key in sorted({key for found in by_place for key in found}):
        for text, places in _merged([found.get(key, []) for found in by_place]):
            marks = "".join("1" if place in places else "0" for place in range(len(contents)))
            lines.append("\t".join((*key, marks, text)) + "\n")
    return lines


def _merged(editions: Iterable[list[str]]) -> list[tuple[str, set[int]]]:
    """Lay the texts of several editions over each other, each in its own order; what they share stands once."""
    merged: list[tuple[str, set[int]]] = []
    for place, texts in enumerate(editions):
        laid: list[tuple[str, set[int]]] = []
        matcher = SequenceMatcher(None, [text for text, _ in merged], texts, autojunk=False)
        for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
            if tag == "equal":
                laid += [(text, places | {place}) for text, places in merged[from_old:to_old]]
            else:
                laid += merged[from_old:to_old]
                laid += [(text, {place}) for text in texts[from_new:to_new]]
        merged = laid
    return merged
