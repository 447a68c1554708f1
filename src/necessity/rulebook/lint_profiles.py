"""What a payer profile that loads can still get wrong: sources nobody cites, gaps, numbers that contradict each other.

What the loader refuses never comes this far: an unknown column, a value without its citation, versions that overlap
or end before they begin, a licence or timing nobody knows, a kind that is no funding source, two profiles of one payer.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from necessity.parameters.load import BUILT_IN, FIRST_DAY, LAST_DAY
from necessity.parameters.source import Source, sources
from necessity.rulebook.lint import Complaint

Check = Callable[[Source], Iterator[Complaint]]

_NOT_COLUMNS = ("from", "until", "kinds")


def lint_profiles(*folders: Path) -> tuple[Complaint, ...]:
    """Check the payer profiles, the shipped ones first.

    Args:
        folders: Operators' folders with a `payers/`, as for `necessity.parameters.load.load`, which must have
            accepted them before.

    Returns:
        Complaints in the order of folders, files and lines; empty where all is well. `rule` is the payer's id.
    """
    found: list[Complaint] = []
    for folder in (BUILT_IN, *folders):
        for source in sources(folder / "payers"):
            complaints = [complaint for check in CHECKS for complaint in check(source)]
            found += sorted(complaints, key=lambda c: (c.line or 0, c.message))
    return tuple(found)


def citations_are_used(source: Source) -> Iterator[Complaint]:
    """Find sources that no value rests on, ids used twice, and sources that say nothing."""
    tables: list[dict[str, Any]] = source.content.get("citation", [])
    cited = {entry["cite"] for version in source.content["version"] for _, entry in _says(version)}
    ids = [table["id"] for table in tables]
    for table in tables:
        id = table["id"]
        if id not in cited:
            yield _complain(source, f"No value cites {id!r}.", "Cite it, or remove it.", "id", id)
        if not table["where"].strip() or not table["says"].strip():
            yield _complain(source, f"The citation {id!r} is empty.", "Fill in `where` and `says`.", "id", id)
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield _complain(source, f"Two citations are called {id!r}.", "Give each its own id.", "id", id)


def kinds_have_a_version(source: Source) -> Iterator[Complaint]:
    """Find kinds of account the profile names and no version speaks for: they would be answered by nobody."""
    spoken = {kind for version in source.content["version"] for kind in _kinds(source, version)}
    for kind in source.content["kinds"]:
        if kind not in spoken:
            message = f"No version speaks for {kind}."
            yield _complain(source, message, "Add a [[version]] for it, or take it out of the kinds.", "kinds")


def versions_leave_no_gap(source: Source) -> Iterator[Complaint]:
    """Find days between two versions of one kind on which none holds."""
    spans: dict[str, list[tuple[date, date]]] = {}
    for version in source.content["version"]:
        for kind in _kinds(source, version):
            spans.setdefault(kind, []).append((version.get("from", FIRST_DAY), version.get("until", LAST_DAY)))
    for kind, taken in spans.items():
        for (_, end), (start, _) in pairwise(sorted(taken)):
            if end < LAST_DAY and end + timedelta(days=1) < start:
                message = f"No version for {kind} holds between {end} and {start}."
                yield _complain(source, message, "Close the gap.", "from", str(start))


def licences_are_taken_or_doubted(source: Source) -> Iterator[Complaint]:
    """Find licences that are both taken and doubted, and `none`, which is no licence."""
    for version in source.content["version"]:
        lists = {name: entry["is"] for name, entry in _says(version) if name.endswith("_licences")}
        taken = lists.get("accepted_licences", [])
        for licence in sorted(set(taken) & set(lists.get("doubted_licences", []))):
            message = f"{licence} is both taken and doubted."
            yield _complain(source, message, "Keep it in one of the lists.", "doubted_licences", licence)
        for name, licences in lists.items():
            if "none" in licences:
                message = f"{name} holds 'none': somebody without a licence."
                yield _complain(source, message, "Take it out; a letter needs a licensed signer.", name, "none")


def letters_end_within_their_life(source: Source) -> Iterator[Complaint]:
    """Find a usual life of letters that is longer than the longest one."""
    for version in source.content["version"]:
        says = {name: entry["is"] for name, entry in _says(version)}
        longest, usual = says.get("letter_life_months"), says.get("letter_months_if_unstated")
        if longest is not None and usual is not None and usual > longest:
            message = f"A letter that states no length would serve {usual} months, longer than any may: {longest}."
            yield _complain(source, message, "Correct one of the two.", "letter_months_if_unstated", str(usual))


def versions_begin_near_their_reading(source: Source) -> Iterator[Complaint]:
    """Find versions that begin more than a year after the newest reading of what they cite."""
    read = {table["id"]: table["read_on"] for table in source.content.get("citation", [])}
    for version in source.content["version"]:
        cited = [read[entry["cite"]] for _, entry in _says(version)]
        start = version.get("from")
        if start and cited and start > max(cited) + timedelta(days=366):
            message = f"The version from {start} was last read on {max(cited)}, more than a year before it begins."
            yield _complain(source, message, "Read the source again and date it.", "from", str(start))


def _says(version: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, entry) for name, entry in version.items() if name not in _NOT_COLUMNS]


def _kinds(source: Source, version: dict[str, Any]) -> list[str]:
    kinds: list[str] = version.get("kinds", source.content["kinds"])
    return kinds


def _complain(source: Source, message: str, next_step: str, *words: str) -> Complaint:
    id = source.content["id"]
    return Complaint(id, f"payers/{source.name}", source.line_of(*words), f"Profile {id}: {message}", next_step)


CHECKS: tuple[Check, ...] = (
    citations_are_used,
    kinds_have_a_version,
    versions_leave_no_gap,
    licences_are_taken_or_doubted,
    letters_end_within_their_life,
    versions_begin_near_their_reading,
)
"""The table of contents."""
