"""`necessity clauses`: read a pasted plan document for clauses worth writing down, and keep those you confirm."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from necessity.cli import wiring
from necessity.cli.sheet import Sheet
from necessity.errors import FormatError, SettingError
from necessity.rulebook.wording import origin_of_words
from necessity.stores.edit import set_field
from necessity.workflow.clauses import (
    KINDS,
    Change,
    Keeping,
    Suggestion,
    chosen,
    keep_clauses,
    source_of,
    suggestions,
)

_LARGEST = 20_000_000
_EMPTY = Keeping((), (), False, ())


def clauses(
    case: Path,
    document: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    source: str,
    keep: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Show the sentences of a plan document that may be clauses about exercise, and keep those you name.

    A suggestion decides nothing. It comes from a short list of words, so what is not found may still be there.

    Parameters
    ----------
    case
        The case folder.
    document
        A text file (UTF-8) with the plan's wording, or - to paste it. A PDF is not read: copy its text out first.
    source
        The funding source whose plan it is: its id, payer or kind.
    keep
        Numbers of the sentences that you have read and confirm, such as 1,3; with what it is where that is wrong or
        not told, such as 3=exclusion.
    as_json
        One JSON document instead of words.
    """
    record = wiring.read_case(case)
    plan = source_of(record, source)
    wanted = chosen(keep) if keep is not None else ()
    found = suggestions(plan, _text(document))
    kept = keep_clauses(record, plan, found, wanted) if wanted else _EMPTY
    _save(case, kept.changes)
    if as_json:
        listed = [_as_dict(one) for one in found]
        said = {"case": record.id, "funding_source": plan.id, "words_from": origin_of_words(), "suggestions": listed}
        print(json.dumps({**said, "kept": kept.ids, "kept_before": kept.known}, indent=2))
    elif wanted:
        _show_kept(kept, case)
    else:
        _show(found, f"necessity clauses {case} {document} --source {plan.id} --keep", plan.id)
    return 0


def _text(document: str) -> str:
    """Read the document; what is no text is refused with the way to make text of it."""
    name = "the pasted text" if document == "-" else document
    try:
        if document == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(document).open("rb") as file:
                data = file.read(_LARGEST + 1)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise SettingError(f"{document} cannot be read: {said}.", "Check the path.", setting="DOCUMENT") from None
    if data.startswith(b"%PDF"):
        way = "Copy its text into a .txt file; `pdftotext -layout plan.pdf plan.txt` does it and keeps the pages."
        raise FormatError(f"{name} is a PDF, and this command reads text.", way, format="text", place=name)
    if len(data) > _LARGEST:
        raise FormatError(f"{name} is too long.", "Give the part about exercise.", format="text", place=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(
            f"{name} is no text in UTF-8.",
            "Save it as plain text in UTF-8, or paste it: put - in place of the file.",
            format="text",
            place=name,
        ) from None


def _save(folder: Path, changes: tuple[Change, ...]) -> None:
    for path, value in changes:
        set_field(folder, path, value)


def _show(found: tuple[Suggestion, ...], command: str, source: str) -> None:
    page = Sheet()
    if not found:
        page.line("No sentence holds a word of our list. That does not show that the plan is silent: read it.", 0)
        page.line(origin_of_words())
        return
    count = "1 sentence" if len(found) == 1 else f"{len(found)} sentences"
    page.line(f"{count} worth a look in the wording of {source}. You decide which are clauses.", 0)
    for one in found:
        page.gap()
        where = f", page {one.clause.page}" if one.clause.page else ", no page shown"
        kept = f" · in the record as {one.kept_as}" if one.kept_as else ""
        page.item(f"{one.number}.", f"{one.clause.kind or 'kind not told'}{where}{kept}", 0)
        page.line(f'"{one.clause.words}"', 3)
        names = ", ".join(kind.replace("_", " ") for kind in one.clause.names)
        page.line(f"{f'About {names}; found' if names else 'Found'} by: {', '.join(one.clause.matched)}", 3)
    page.gap()
    page.line("Keep what is a clause, after you have read it where it stands:", 0)
    print(f"    {command} 1")
    page.line(f"Several: 1,3. Another kind than shown: 1=exclusion ({', '.join(KINDS)}).")
    page.line("Nothing is kept until you say so, and a suggestion decides nothing.")
    page.line(f"{origin_of_words()} What it does not find may still be there.")


def _show_kept(kept: Keeping, folder: Path) -> None:
    page = Sheet()
    for id in kept.ids:
        page.line(f"✔ kept as clause {id}", 0)
    for id in kept.known:
        page.line(f"– already in the record as clause {id}; left as it is", 0)
    if kept.takes_back_none:
        page.line("The record said that the plan has no such clause; that is taken back.")
    if kept.ids:
        page.line("Once the whole wording is searched, say so:")
        print(f"    necessity answer {folder} clauses_are_complete=yes")
        page.line("See what it changes:")
        print(f"    necessity decide {folder}")


def _as_dict(one: Suggestion) -> dict[str, object]:
    clause = one.clause
    return {
        "number": one.number,
        "kind": clause.kind or None,
        "words": clause.words,
        "page": clause.page,
        "found_by": list(clause.matched),
        "names": list(clause.names),
        "kept_as": one.kept_as or None,
    }
