"""Reading the yearly files of CMS and CDC: order file, list of codes, tabular list in XML.

Nothing is mended: a line that does not have the official layout is refused with its number.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from necessity.codesets.icd10cm.edition import HEADER, KINDS, VALID, Area, Content, Edition, Note
from necessity.errors import FormatError

_ORDER = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) .{60} (.+)")
_LISTED = re.compile(r"([A-Z][0-9A-Z]{2,6}) +(\S.*)")
_FORMAT = "ICD-10-CM"
_FEWEST = 3

Codes = dict[str, tuple[str, str]]


class Tabular(NamedTuple):
    """What the tabular list says."""

    version: str
    """The year it names."""
    titles: dict[str, str]
    """Code without its dot → title."""
    areas: tuple[Area, ...]
    """Chapters and blocks."""
    notes: tuple[Note, ...]
    """Notes, in order."""


def kind_of(content: bytes, name: str) -> str:
    """Tell the three official files apart by their content.

    Returns:
        order, codes or tabular.

    Raises:
        FormatError: it is none of them.
    """
    head = content[:4000].lstrip(b"\xef\xbb\xbf \r\n")
    if head.startswith(b"<"):
        return "tabular"
    first = head.splitlines()[0].decode("latin-1") if head else ""
    if _ORDER.fullmatch(first.rstrip()):
        return "order"
    if _LISTED.fullmatch(first.rstrip()):
        return "codes"
    raise FormatError(
        f"{name} is no official ICD-10-CM file: no order file, no list of codes, no tabular list in XML.",
        "Take icd10cm_order_YYYY.txt, icd10cm_codes_YYYY.txt or icd10cm_tabular_YYYY.xml from the published ZIP.",
        format=_FORMAT,
        place=name,
        offending=first[:80],
    )


def _lines(content: bytes, what: str) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # older releases
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line.rstrip()
    if not text.strip():
        raise FormatError(f"The {what} is empty.", "Take the file from the ZIP again.", format=_FORMAT, place="line 1")


def _odd(what: str, number: int, line: str, form: str) -> FormatError:
    return FormatError(
        f"Line {number} of the {what} does not have the official layout.",
        f"Each line reads: {form}. Take the file from the ZIP again, unchanged.",
        format=_FORMAT,
        place=f"line {number}",
        offending=line[:80],
    )


def read_order(content: bytes) -> Codes:
    """Read an order file (`icd10cm_order_YYYY.txt`): every code with its header flag and long description.

    Raises:
        FormatError: a line with another layout, or a code given twice.
    """
    codes: Codes = {}
    for number, line in _lines(content, "order file"):
        found = _ORDER.fullmatch(line)
        if not found or found[1] in codes:
            raise _odd("order file", number, line, "number, code, 0 or 1, short and long description in fixed columns")
        codes[found[1]] = (VALID if found[2] == "1" else HEADER, found[3].strip())
    return codes


def read_list(content: bytes) -> Codes:
    """Read a list of valid codes (`icd10cm_codes_YYYY.txt`); the headers above them are derived, without a title.

    Raises:
        FormatError: a line with another layout, or a code given twice.
    """
    codes: Codes = {}
    for number, line in _lines(content, "list of codes"):
        found = _LISTED.fullmatch(line)
        if not found or found[1] in codes:
            raise _odd("list of codes", number, line, "code, blanks, description")
        codes[found[1]] = (VALID, found[2].strip())
    return codes | {header: (HEADER, "") for header in headers_above(codes)}


def headers_above(codes: Iterable[str]) -> set[str]:
    """Find the categories and subcategories above valid codes; an X that only fills a gap makes none.

    Examples:
        >>> sorted(headers_above(["T1490XA", "T360X1A", "M5450"]))
        ['M54', 'M545', 'T14', 'T149', 'T1490', 'T36', 'T360', 'T360X', 'T360X1']
    """
    found = set()
    for code in codes:
        for length in range(_FEWEST, len(code)):
            above, after = code[:length], code[length]
            if not (above.endswith("X") and (length == 6 or after == "X")):  # a filler
                found.add(above)
    return found - set(codes)


def read_tabular(content: bytes) -> Tabular:
    """Read the tabular list (`icd10cm_tabular_YYYY.xml`).

    Raises:
        FormatError: not XML, not the tabular list, or with a document type of its own.
    """
    if b"<!DOCTYPE" in content[:4000] or b"<!ENTITY" in content:
        raise _no_tabular("It declares a document type, which the official file does not.")
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise _no_tabular(f"It is not XML: {error}.") from None
    if root.tag != "ICD10CM.tabular" or root.find("chapter") is None:
        raise _no_tabular(f"Its first element is {root.tag!r}.")
    titles: dict[str, str] = {}
    areas: list[Area] = []
    notes: list[Note] = []
    for chapter in root.iter("chapter"):
        areas.append(_chapter(chapter))
        notes += _notes(chapter, areas[-1].id)
        for section in chapter.iter("section"):
            areas.append(_section(section))
            notes += _notes(section, areas[-1].id)
            for diagnosis in section.iter("diag"):
                code = _text(diagnosis.find("name")).replace(".", "")
                titles[code] = _text(diagnosis.find("desc"))
                notes += _notes(diagnosis, code)
    return Tabular(_text(root.find("version")), titles, tuple(areas), tuple(notes))


def _no_tabular(why: str) -> FormatError:
    return FormatError(
        f"The tabular list cannot be read. {why}",
        "Take icd10cm_tabular_YYYY.xml from the published ZIP file again, unchanged.",
        format=_FORMAT,
    )


def _text(element: ET.Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _chapter(chapter: ET.Element) -> Area:
    title = _text(chapter.find("desc"))
    found = re.search(r"\((\w{3})-(\w{3})\)$", title)
    if not found:
        raise _no_tabular(f"The chapter {title!r} names no range of codes.")
    return Area(_text(chapter.find("name")), found[1], found[2], title)


def _section(section: ET.Element) -> Area:
    first, _, last = section.get("id", "").partition("-")
    return Area(section.get("id", ""), first, last or first, _text(section.find("desc")))


def _notes(element: ET.Element, at: str) -> Iterator[Note]:
    for child in element:
        if kind := KINDS.get(child.tag):
            for line in child:
                sign = line.get("char", "")
                text = f"{sign} {_text(line)}".strip()
                if text:
                    yield Note(at, kind, text)


def content_of(edition: Edition, codes: Codes, tabular: Tabular | None) -> Content:
    """Put the files of one edition together.

    Raises:
        FormatError: the list of codes and the tabular list do not belong together.
    """
    if tabular is None:
        return Content(edition, codes, (), ())
    strange = [code for code in tabular.titles if code not in codes]
    if strange:
        raise FormatError(
            f"The tabular list knows {strange[0]}, the other file does not: they are not of one edition.",
            "Load files of the same year and the same update.",
            format=_FORMAT,
            offending=strange[0],
        )
    titled = {code: (status, title or tabular.titles.get(code, "")) for code, (status, title) in codes.items()}
    return Content(edition, titled, tabular.areas, tabular.notes)
