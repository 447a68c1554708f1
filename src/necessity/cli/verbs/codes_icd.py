"""`necessity codes icd/search/load`: diagnosis codes on a day."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from necessity.cli.clock import today
from necessity.codesets.at_hand import diagnosis_book
from necessity.codesets.icd10cm.book import CodeBook, CodeOnDay
from necessity.codesets.icd10cm.edition import HEADER, NOT_LOADED, VALID
from necessity.errors import SettingError, StoreError

Json = Annotated[bool, Parameter(name="--json")]
Codes = Annotated[Path | None, Parameter(name="--codes", env_var="NECESSITY_CODES")]
Notes = Annotated[bool, Parameter(name="--notes")]
_SAYS = {
    VALID: "can be reported on {on}",
    HEADER: "cannot be reported on {on}: it is a heading and needs more characters",
    NOT_LOADED: "is not known for {on}",
}


def icd(
    code: str, *, on: str | None = None, codes: Codes = None, with_notes: Notes = False, as_json: Json = False
) -> int:
    """Say what a diagnosis code (ICD-10-CM) was on a day: valid, header, absent or not loaded.

    Parameters
    ----------
    code
        The code, with or without its dot.
    on
        The day of service; today if left out.
    codes
        A folder with further years, filled by `necessity codes load`.
    with_notes
        What the tabular list says around it, too.
    as_json
        One JSON document instead of words.
    """
    book = diagnosis_book(codes)
    answer = book.look_up(code, today(on))
    if as_json:
        print(json.dumps(_plain(book, answer), ensure_ascii=False))
    else:
        print("\n".join(_words(book, answer, with_notes)))
    return 0 if answer.status == VALID else 1


def _plain(book: CodeBook, answer: CodeOnDay) -> dict[str, Any]:
    from necessity.codesets.icd10cm.notes import around

    around_it = around(book, answer.code, answer.on)
    return {
        "code": answer.code,
        "on": answer.on.isoformat(),
        "status": answer.status,
        "suggest": list(answer.suggest),
        "description": answer.title,
        "edition": answer.edition,
        "last_known": _known(answer.last_known),
        "next_known": _known(answer.next_known),
        "loaded": [edition.id for edition in book.editions],
        "loaded_until": book.loaded_until.isoformat(),
        "note": answer.note,
        "above": list(around_it.above) if around_it else None,
        "notes": {kind: list(lines) for kind, lines in around_it.notes.items()} if around_it else None,
        "seventh_characters": around_it.seventh if around_it else None,
        "citations": [citation.model_dump(mode="json") for citation in answer.citations],
    }


def _known(known: tuple[str, str] | None) -> dict[str, str] | None:
    return {"status": known[0], "edition": known[1]} if known else None


def _words(book: CodeBook, answer: CodeOnDay, with_notes: bool) -> list[str]:
    sign = {VALID: "✔", NOT_LOADED: "?"}.get(answer.status, "✘")
    says = _SAYS.get(answer.status, "cannot be reported on {on}: the code set of that day has no such code")
    lines = [f"{sign} {answer.code} {says.format(on=answer.on)}."]
    lines += [f"  {answer.title}"] if answer.title else []
    for words, known in (("before", answer.last_known), ("after", answer.next_known)):
        lines += [f"  The nearest year loaded {words}: {known[0]} in {known[1]}."] if known else []
    lines += [f"  {answer.note}"] if answer.note else []
    lines += [f"  Source: {citation.where}" for citation in answer.citations]
    lines += [f"→ Look at: {', '.join(answer.suggest)}"] if answer.suggest else []
    if with_notes:
        from necessity.codesets.icd10cm.notes import around

        around_it = around(book, answer.code, answer.on)
        for kind, texts in around_it.notes.items() if around_it else ():
            lines += [f"  {kind.replace('_', ' ')}: {text}" for text in texts]
        for character, meaning in around_it.seventh.items() if around_it else ():
            lines.append(f"  seventh character {character}: {meaning}")
    return lines


def search(*words: str, on: str | None = None, codes: Codes = None, most: int = 20, as_json: Json = False) -> int:
    """Find diagnosis codes by words of their title or of the terms they include.

    Parameters
    ----------
    words
        Every one must be there; each may be the beginning of a word.
    on
        The day of service; today if left out. Where that year is not loaded, the newest one is searched.
    codes
        A folder with further years, filled by `necessity codes load`.
    most
        How many to show.
    as_json
        One JSON document instead of words.
    """
    from necessity.codesets.icd10cm.search import search as find

    book, day = diagnosis_book(codes), today(on)
    hits = find(book, " ".join(words), day, most)
    place = book.place_on(day)
    searched = (place or book.places[-1]).edition.id
    if as_json:
        content = [{"code": h.code, "description": h.title, "status": h.status, "term": h.term} for h in hits]
        print(json.dumps({"on": day.isoformat(), "edition": searched, "hits": content}, ensure_ascii=False))
        return 0 if hits else 1
    for hit in hits:
        more = "" if hit.status == VALID else "  (a heading)"
        print(f"{hit.code:<8} {hit.title}{f' – {hit.term}' if hit.term else ''}{more}")
    if not hits:
        print(f"No code of {searched} has all of these words.\n→ Try fewer, or the clinician's own words.")
    elif place is None:
        print(f"  Searched: {searched}. No edition of {day} is loaded.")
    return 0 if hits else 1


def load(
    *files: Path,
    into: Path,
    year: int | None = None,
    from_on: Annotated[str | None, Parameter(name="--from")] = None,
    until_on: Annotated[str | None, Parameter(name="--until")] = None,
) -> int:
    """Load the official ICD-10-CM files of one year into a folder, to be named with --codes.

    Parameters
    ----------
    files
        icd10cm_order_YYYY.txt (or icd10cm_codes_YYYY.txt), and icd10cm_tabular_YYYY.xml of the same release.
    into
        The folder; it is made where there is none.
    year
        The fiscal year; read from the files' names if left out.
    from_on
        First day of service it holds for; 1 October before that year if left out.
    until_on
        Last day; 30 September of that year if left out.
    """
    from necessity.codesets.icd10cm.load import load as read

    if not files:
        raise SettingError("No file is named.", "Name icd10cm_order_YYYY.txt of the year.", setting="FILE")
    contents = [(file.name, _read(file)) for file in files]
    loaded = read(contents, year, _day(from_on, "--from"), _day(until_on, "--until"))
    try:
        into.mkdir(parents=True, exist_ok=True)
        (into / loaded.file_name).write_text(loaded.text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{into} cannot be written: {error.strerror}.", "Name another folder.") from None
    edition = loaded.edition
    print(
        f"✔ {edition.id}: {loaded.valid} codes that can be reported, from {edition.from_on} until {edition.until_on}."
    )
    if not edition.has_tabular:
        print("  Without the tabular list: which codes exclude each other stays unknown for these days.")
    print(f"→ Use it: necessity decide CASE --codes {into}, or set NECESSITY_CODES={into}")
    return 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingError(f"{file} cannot be read: {error.strerror}.", "Check the path.", setting="FILE") from None


def _day(written: str | None, setting: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise SettingError(
            f"{setting} is {written!r}, which is no date.", "Write it like 2026-10-01.", setting=setting
        ) from None
