"""The page about diagnosis codes: which years are loaded, which single changes are known, what is checked."""

from necessity.codesets.icd10cm.book import shipped
from necessity.codesets.icd10cm.checks import CHECKS
from necessity.codesets.icd10cm.claim_codes import sources as check_sources
from necessity.codesets.icd10cm.edition import VALID
from necessity.codesets.icd10cm.known import known_changes
from necessity.rulebook.load import Rulebook
from tools.reference.markdown import Lines, code, heading, sources, table, text


def _editions() -> Lines:
    book = shipped()
    rows = list(book.places[0].table.lines())
    lines = []
    for place in book.places:
        edition = place.edition
        valid = sum(row.status(place.number) == VALID for row in rows)
        notes = f"from {edition.notes_from}" if edition.has_tabular else "not loaded"
        lines.append((edition.id, f"{edition.from_on} to {edition.until_on}", f"{valid:,}", notes, edition.released))
    yield from heading(2, "Years that are loaded")
    yield from text(
        "A day of service outside these is `not_loaded`: the answer of another year is never given for it. `necessity "
        "codes load` adds a year from the official files. Notes are those of the release named; where it is a mid-year "
        "release, the notes of the months before it are read from it too."
    )
    yield from table(("year", "days of service", "codes that can be reported", "tabular list", "release"), lines)
    yield from text(f"Origin: {'; '.join(dict.fromkeys(place.edition.origin for place in book.places))}.")


def _changes() -> Lines:
    yield from heading(2, "Single changes")
    yield from text(
        "They answer where no edition of the day is loaded, and for the first months of a year of which only a later "
        "release is at hand. Outside these days nothing is known of the code."
    )
    lines = []
    for known in known_changes().values():
        spans = "; ".join(f"{span.from_on} to {span.until_on} {span.status}" for span in known.spans)
        lines.append((code([known.code]), spans, code(known.suggest) or "–", sources(known.citations)))
    yield from table(("code", "what it was", "look at instead", "source"), lines)


def _checks() -> Lines:
    yield from heading(2, "Checks over the codes of one claim")
    yield from text(
        "What excludes what, what is coded first and what else is wanted is read from the tabular list in force on the "
        "day of service, at the code and at everything above it."
    )
    for one in CHECKS:
        title, citations = check_sources()[one.__name__]
        yield from heading(3, f"`icd10cm.{one.__name__}`")
        yield from text(f"{title}. {' '.join((one.__doc__ or '').split())}")
        yield from text(sources(citations))


def diagnosis_codes_page(_: Rulebook) -> Lines:
    """Write the page."""
    yield from heading(1, "Diagnosis codes")
    yield from text(
        "ICD-10-CM by day of service. `necessity codes icd CODE --on DATE` answers valid, header (it needs more "
        "characters), absent (that year has no such code) or not_loaded."
    )
    yield from _editions()
    yield from _changes()
    yield from _checks()
