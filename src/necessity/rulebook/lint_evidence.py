"""What a file of evidence that loads can still get wrong: dates, ranges, sources nobody cites, codes claimed twice."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

from necessity.parameters.evidence import BUILT_IN, ConditionEvidence, Entry, load_evidence, read_condition
from necessity.parameters.source import Source, sources
from necessity.rulebook.lint import Complaint


def lint_evidence(on: date, *folders: Path) -> tuple[Complaint, ...]:
    """Check the library.

    Args:
        on: Today; nothing was published or read after it.
        folders: Operators' folders, as for `load_evidence`.

    Returns:
        Complaints in the order of files.

    Raises:
        RulebookError: a file that does not load at all, with file and line.
    """
    found: list[Complaint] = []
    for folder in (BUILT_IN, *(f / "evidence" for f in folders)):
        for source in sources(folder):
            condition = read_condition(source)
            found += [*_dates(source, condition, on), *_entries(source, condition), *_uncited(source, condition)]
    return (*found, *_overlaps(list(load_evidence(*folders).values())))


def _complain(source: Source, message: str, next_step: str, *words: str) -> Complaint:
    return Complaint(source.name.removesuffix(".toml"), source.name, source.line_of(*words), message, next_step)


def _dates(source: Source, condition: ConditionEvidence, on: date) -> Iterator[Complaint]:
    for study in {study.id: study for entry in condition.entries for study in entry.studies}.values():
        if study.read_on > on:
            yield _complain(
                source, f"Source {study.id} was read on {study.read_on}, which is to come.", "Mend the date."
            )
        if study.year > on.year:
            yield _complain(
                source, f"Source {study.id} is of {study.year}, which is to come.", "Mend the year.", study.id
            )
        elif study.read_on.year < study.year:
            yield _complain(source, f"Source {study.id} was read before its year, {study.year}.", "Mend one.", study.id)


def _entries(source: Source, condition: ConditionEvidence) -> Iterator[Complaint]:
    seen: set[tuple[str, str]] = set()
    for entry in condition.entries:
        if (entry.part, entry.id) in seen:
            step = "Give each its own."
            yield _complain(source, f"Two entries of the kind {entry.part} are called {entry.id}.", step, entry.id)
        seen.add((entry.part, entry.id))
        if not _ordered(entry):
            step = "Put the low end below it and the high end above."
            yield _complain(source, f"The figure of {entry.id} lies outside its own range.", step, entry.id)


def _ordered(entry: Entry) -> bool:
    """Say whether low end, figure and high end stand in this order, as far as they are given."""
    for triple in ((entry.low, entry.value, entry.high), (entry.low_cents, entry.value_cents, entry.high_cents)):
        given = [one for one in triple if one is not None]
        if given != sorted(given):
            return False
    return (entry.low is None) == (entry.high is None) and (entry.low_cents is None) == (entry.high_cents is None)


def _uncited(source: Source, condition: ConditionEvidence) -> Iterator[Complaint]:
    cited = {study.id for entry in condition.entries for study in entry.studies}
    for table in source.content.get("source", []):
        if table["id"] not in cited:
            yield _complain(source, f"No entry cites the source {table['id']}.", "Cite it or take it out.", table["id"])


def _overlaps(conditions: list[ConditionEvidence]) -> Iterator[Complaint]:
    for one, other in combinations(conditions, 2):
        for code in one.codes:
            if other.stands_for(code) or any(one.stands_for(mine) for mine in other.codes):
                message = f"{one.id} and {other.id} both stand for {code}."
                yield Complaint(one.id, one.file, None, message, "Narrow one of them.")
                break
